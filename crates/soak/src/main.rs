//! `doorkey-soak`: the scenarios, and the children that they start.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use doorkey_soak::scenarios::{self, ALL};
use doorkey_soak::{Harness, Result, Size, SoakError, crash, machine};

/// What vault and sessions survive: crashes, crowds, full disks, forged redirects.
#[derive(Parser)]
#[command(name = "doorkey-soak", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs scenarios and prints their table.
    #[command(after_help = "Example: doorkey-soak run\n         doorkey-soak run --short --only crash --runs 10")]
    Run {
        /// Only this scenario; may be given more than once.
        #[arg(long, value_name = "NAME")]
        only: Vec<String>,
        /// Runs at each crash point; 100 unless told otherwise.
        #[arg(long, value_name = "N")]
        runs: Option<usize>,
        /// Writes the table to a file too, as the manual has it.
        #[arg(long, value_name = "FILE")]
        markdown: Option<PathBuf>,
        /// What `cargo nextest run` said of the tests of the keychain's faults, for their row.
        #[arg(long, value_name = "FILE")]
        store_faults: Option<PathBuf>,
        /// The form that the tests run, in minutes.
        #[arg(long)]
        short: bool,
    },
    /// Prints what may follow a crash at each point, as the manual has it.
    #[command(after_help = "Example: doorkey-soak windows")]
    Windows,
    /// A child of a scenario: told what to do on its standard input.
    #[command(hide = true)]
    Child,
    /// The part of the scenario `disk` that needs mounts of its own.
    #[command(hide = true)]
    Disk {
        /// The long form.
        #[arg(long)]
        long: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("doorkey-soak: {error}");
            ExitCode::FAILURE
        }
    }
}

fn program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|source| SoakError::System {
        doing: "this program's path".into(),
        source,
    })
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> SoakError {
    let doing = path.display().to_string();
    move |source| SoakError::System { doing, source }
}

/// True when every figure was kept.
fn run(task: Task) -> Result<bool> {
    match task {
        Task::Run {
            only,
            runs,
            markdown,
            store_faults,
            short,
        } => {
            let known = |name: &&String| ALL.iter().all(|scenario| scenario.name != **name);
            if let Some(unknown) = only.iter().find(known) {
                let names: Vec<&str> = ALL.iter().map(|scenario| scenario.name).collect();
                let why = format!("there is no scenario {unknown}; there are: {}", names.join(", "));
                return Err(SoakError::Impossible(why));
            }
            let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
            let chosen: Vec<_> = ALL.iter().filter(|scenario| wanted(scenario.name)).collect();
            let size = if short { Size::Short } else { Size::Long };
            let harness = Harness::new(program()?, size, runs)?;
            let faults = store_faults.map(|path| {
                let said = std::fs::read_to_string(&path).map_err(failed(&path))?;
                Ok::<_, SoakError>(doorkey_soak::store_faults::row(&said))
            });
            let table = scenarios::table(&harness, &chosen, faults.transpose()?);
            let text = table.text(&machine());
            print!("{text}");
            if let Some(path) = markdown {
                std::fs::write(&path, text).map_err(failed(&path))?;
            }
            Ok(table.kept())
        }
        Task::Windows => {
            print!("{}", crash::windows::text());
            Ok(true)
        }
        Task::Child => doorkey_soak::child().map(|()| true),
        Task::Disk { long } => {
            let size = if long { Size::Long } else { Size::Short };
            doorkey_soak::disk_inside(&Harness::new(program()?, size, None)?).map(|()| true)
        }
    }
}
