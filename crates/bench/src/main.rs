//! Speed, as ratios within one run: what is compared was measured beside it, in turn with it, on the same machine. `cargo xtask bench`
//! starts it.

mod error;
#[cfg(all(unix, not(target_os = "macos")))]
mod keyring;
#[cfg(target_os = "linux")]
mod mock;
mod proxy;
mod report;
mod round_trips;
mod verification;
#[cfg(all(unix, not(target_os = "macos")))]
mod whole_process;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::{Parser, ValueEnum};

use crate::error::{Result, broken};
use crate::report::{Row, table};

/// What the system's trust store is read from in place of its own files.
const TRUSTED: &str = "SSL_CERT_FILE";

/// Compares, and prints a table.
#[derive(Parser)]
struct Arguments {
    /// Only this comparison; may be given more than once.
    #[arg(long, value_enum, value_name = "NAME")]
    only: Vec<Name>,
    /// Writes the table to a file too, as the manual has it.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// What stands above the table in that file: the machine, the date, what else ran.
    #[arg(long, value_name = "TEXT", default_value = "")]
    about: String,
    /// Prints the rows of one comparison as JSON: what this program starts itself with.
    #[arg(long, hide = true)]
    rows: bool,
}

/// The comparisons.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Round trips from the browser's callback to the profile. Two minutes.
    RoundTrips,
    /// An ID Token's verification against the bare check of its signature.
    Verification,
    /// mock-op beside other mock providers. Two minutes, and only when it is named.
    Mock,
    /// `doorkey token` against a bare program that reads one entry of the keychain.
    Token,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = if arguments.rows {
        print_rows(&arguments)
    } else {
        compare(&arguments)
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("doorkey-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// All that is asked for, one after the other; true when nothing is missed.
fn compare(arguments: &Arguments) -> Result<bool> {
    let mut rows = Vec::new();
    for name in [Name::Verification, Name::Token, Name::RoundTrips] {
        if arguments.only.is_empty() || arguments.only.contains(&name) {
            rows.extend(in_a_process(name)?);
        }
    }
    if arguments.only.contains(&Name::Mock) {
        rows.extend(in_a_process(Name::Mock)?);
    }
    let text = table(&rows);
    print!("{text}");
    if let Some(path) = &arguments.markdown {
        let about = arguments.about.trim();
        let page = format!("# Speed\n\n{about}\n\n{text}");
        std::fs::write(path, page).map_err(broken("the table's file"))?;
    }
    Ok(rows.iter().all(Row::reached))
}

/// Each comparison has a process of its own: what one leaves in memory is no other's affair, and the environment is set for one.
fn in_a_process(comparison: Name) -> Result<Vec<Row>> {
    let failed = "a comparison";
    let trusted = tempfile::NamedTempFile::new().map_err(broken(failed))?;
    let ours = std::env::current_exe().map_err(broken(failed))?;
    let mut command = match comparison {
        // What drives must not be where the servers are.
        Name::Mock => {
            let mut command = Command::new("taskset");
            command.args(["--cpu-list", "1"]).arg(ours);
            command
        }
        _ => Command::new(ours),
    };
    let name = comparison.to_possible_value().map(|value| value.get_name().to_owned());
    command.args(["--rows", "--only", &name.unwrap_or_default()]);
    if comparison == Name::RoundTrips {
        // Its providers' authority is written there. Another folder of authorities would be read beside the file.
        command.env(TRUSTED, trusted.path()).env_remove("SSL_CERT_DIR");
    }
    let output = command.stderr(Stdio::inherit()).output().map_err(broken(failed))?;
    if output.status.success() {
        serde_json::from_slice(&output.stdout).map_err(broken(failed))
    } else {
        Err(broken(failed)(output.status))
    }
}

fn print_rows(arguments: &Arguments) -> Result<bool> {
    let name = arguments.only.first().copied();
    let runtime = match name {
        Some(Name::Mock) => tokio::runtime::Builder::new_current_thread().enable_all().build(),
        _ => tokio::runtime::Builder::new_multi_thread().enable_all().build(),
    };
    let runtime = runtime.map_err(broken("the runtime"))?;
    let rows = match name {
        Some(Name::RoundTrips) => {
            let trusted = std::env::var_os(TRUSTED).ok_or("not set").map_err(broken(TRUSTED))?;
            runtime.block_on(round_trips::run(Path::new(&trusted)))?
        }
        Some(Name::Verification) => verification::run()?,
        Some(Name::Mock) => runtime.block_on(mock())?,
        Some(Name::Token) => runtime.block_on(token())?,
        None => Vec::new(),
    };
    println!("{}", serde_json::to_string(&rows).map_err(broken("the rows"))?);
    Ok(true)
}

/// mock-op is built with this one and stands beside it; the others are where npm put them.
#[cfg(target_os = "linux")]
async fn mock() -> Result<Vec<Row>> {
    let ours = std::env::current_exe().map_err(broken("this program's folder"))?;
    let others = Path::new(env!("CARGO_MANIFEST_DIR")).join("mock");
    mock::run(ours.with_file_name("mock-op"), others).await
}

#[cfg(not(target_os = "linux"))]
async fn mock() -> Result<Vec<Row>> {
    Err(error::BenchError::Impossible(
        "this system does not tell what a process costs".into(),
    ))
}

/// The two programs are built with this one and stand beside it.
#[cfg(all(unix, not(target_os = "macos")))]
async fn token() -> Result<Vec<Row>> {
    let ours = std::env::current_exe().map_err(broken("this program's folder"))?;
    let beside = |name: &str| ours.with_file_name(name);
    whole_process::run(&beside("doorkey"), &beside("read-entry")).await
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
async fn token() -> Result<Vec<Row>> {
    Err(error::BenchError::Impossible(
        "there is no Secret Service on this system".into(),
    ))
}
