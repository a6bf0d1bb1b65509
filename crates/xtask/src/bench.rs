//! `cargo xtask bench`: speed as ratios within one run, of a release build.

use std::env::consts::EXE_EXTENSION;
use std::path::PathBuf;
use std::process::Command;

use clap::{Args, ValueEnum};

use crate::commands::{Result, cargo, npm_in, run as start};
use crate::tree::{root, target};

/// What is compared by itself, and not with the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Apart {
    /// mock-op beside other mock providers, which npm installs.
    Mock,
}

/// What to compare.
#[derive(Args)]
pub(crate) struct Options {
    /// This comparison, and nothing else.
    #[arg(value_enum, value_name = "WHAT", conflicts_with = "only")]
    apart: Option<Apart>,
    /// Only this comparison: round-trips, verification or token; may be given more than once.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Writes the table to a file too, as the manual has it.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// What stands above the table in that file: the machine, the date, what else ran.
    #[arg(long, value_name = "TEXT", default_value = "")]
    about: String,
    /// The build to measure: `release`, or `ci`, which is built in a third of the time.
    #[arg(long, value_name = "PROFILE", default_value = "release")]
    profile: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            apart: None,
            only: Vec::new(),
            markdown: None,
            about: String::new(),
            profile: "release".to_owned(),
        }
    }
}

impl Options {
    /// For mock-op beside other mock providers.
    pub(crate) fn of_mock() -> Self {
        Self {
            apart: Some(Apart::Mock),
            ..Self::default()
        }
    }
}

/// Builds the programs and runs the comparisons. The table goes to standard output, progress to standard error.
///
/// # Errors
/// [`TaskError::Failed`](crate::commands::TaskError::Failed) when it does not build or a figure is missed.
pub(crate) fn run(options: &Options) -> Result<()> {
    // Cargo names the folder after the profile, but for one.
    let folder = if options.profile == "dev" {
        "debug"
    } else {
        &options.profile
    };
    let mock = options.apart == Some(Apart::Mock);
    if mock {
        // Nothing that is installed runs anything of its own while it is.
        let folder = root().join("crates/bench/mock");
        start(npm_in(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    }
    let measured = if mock { "mock-op" } else { "doorkey-cli" };
    let packages = ["--package", "doorkey-bench", "--package", measured];
    let mut build = cargo();
    build
        .args(["build", "--locked", "--bins", "--profile", &options.profile])
        .args(packages);
    start(&mut build)?;
    // Started as it lies there: `cargo run` would build it once more, with the features of fewer packages.
    let mut command = Command::new(
        target()
            .join(folder)
            .join("doorkey-bench")
            .with_extension(EXE_EXTENSION),
    );
    if mock {
        command.args(["--only", "mock"]);
    }
    for name in &options.only {
        command.args(["--only", name]);
    }
    if let Some(path) = &options.markdown {
        command.arg("--markdown").arg(path);
    }
    command.arg("--about").arg(&options.about);
    start(&mut command)
}
