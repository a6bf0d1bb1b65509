//! Running other programs, and why a task ends early.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why a task did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// A program ended with a failure; what it had to say stands above.
    #[error("{command} failed ({status})")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// A program could not be started.
    #[error("{command} could not be started: {source}")]
    NotStarted {
        /// The command line.
        command: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A program's answer or a data file could not be understood.
    #[error("{what} cannot be understood: {why}")]
    Unreadable {
        /// Which.
        what: String,
        /// Why.
        why: String,
    },
    /// Packages of the system are missing and cannot be installed from here.
    #[error("packages of the system are missing; install them with:\n  {0}")]
    SystemPackages(String),
    /// A check found something, listed above.
    #[error("{0}")]
    Found(String),
}

/// The tasks' results.
pub(crate) type Result<T, E = TaskError> = std::result::Result<T, E>;

/// The command line as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Says what is run, runs it and waits for it; its output goes where ours goes.
///
/// # Errors
/// [`TaskError::NotStarted`] or [`TaskError::Failed`].
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    eprintln!("  $ {line}");
    let status = command.status().map_err(|source| TaskError::NotStarted {
        command: line.clone(),
        source,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(TaskError::Failed { command: line, status })
    }
}

/// Runs a command quietly and returns what it writes.
///
/// # Errors
/// [`TaskError::NotStarted`] or [`TaskError::Failed`].
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let line = line(command);
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|source| TaskError::NotStarted {
            command: line.clone(),
            source,
        })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(TaskError::Failed {
            command: line,
            status: output.status,
        })
    }
}

/// `cargo` in the project's folder.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::tree::root());
    command
}

/// `npm` in the folder of the UI.
pub(crate) fn npm() -> Command {
    npm_in(&crate::tree::root().join("ui"))
}

/// `npm` in a folder.
pub(crate) fn npm_in(folder: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder);
    command
}
