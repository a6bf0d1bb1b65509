//! `cargo xtask soak`: the long form of the scenarios, as a release build.

use clap::Args;

use crate::commands::{Result, cargo, run as start};

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this scenario; may be given more than once.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Runs at each crash point; 100 unless told otherwise.
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
}

/// Builds and runs it. The table goes to standard output, progress to standard error.
///
/// # Errors
/// [`TaskError::Failed`](crate::commands::TaskError::Failed) when it does not build or a figure is missed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut command = cargo();
    command.args(["run", "--locked", "--release", "--package", "doorkey-soak", "--", "run"]);
    for name in &options.only {
        command.args(["--only", name]);
    }
    if let Some(runs) = options.runs {
        command.args(["--runs", &runs.to_string()]);
    }
    start(&mut command)
}
