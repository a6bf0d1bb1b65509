//! `cargo xtask soak`: the long form of the scenarios, as a release build.

use std::path::PathBuf;
use std::process::Stdio;

use clap::Args;

use crate::commands::{Result, TaskError, cargo, run as start};

/// What to run.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Only this scenario; may be given more than once.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Runs at each crash point; 100 unless told otherwise.
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
    /// Writes the table to a file too, as the manual has it.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// Builds and runs it, after the tests of the keychain's faults, which stand beside the client. The table goes to standard
/// output, progress to standard error.
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
    if let Some(path) = &options.markdown {
        command.arg("--markdown").arg(path);
    }
    let faults = std::env::temp_dir().join(format!("doorkey-store-faults-{}.txt", std::process::id()));
    if options.only.is_empty() {
        let said = store_faults()?;
        std::fs::write(&faults, said).map_err(|source| TaskError::File {
            path: faults.clone(),
            source,
        })?;
        command.arg("--store-faults").arg(&faults);
    }
    let done = start(&mut command);
    // It may never have been written.
    let _ = std::fs::remove_file(&faults);
    done
}

/// What the test runner says of them, passed or not: the row is made from it.
fn store_faults() -> Result<String> {
    let mut command = cargo();
    command
        .args(["nextest", "run", "--locked", "--package", "doorkey", "--test", "world"])
        .args([
            "--filterset",
            "test(/^store_faults::/)",
            "--no-fail-fast",
            "--color",
            "never",
        ])
        .args(["--status-level", "all", "--final-status-level", "none"])
        .stderr(Stdio::piped());
    let output = command.output().map_err(|source| TaskError::NotStarted {
        command: "cargo nextest".into(),
        source,
    })?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        eprintln!("{said}");
    }
    Ok(said)
}
