//! `cargo xtask`: the project's own tasks. Each one says what it does while it does it, and ends with an exit code that is true.

mod bench;
mod bundle;
#[cfg(test)]
mod cases;
mod command_files;
mod commands;
mod dependencies;
mod fuzz;
mod grade;
mod layers;
mod mutants;
mod packages;
mod run;
mod soak;
mod steps;
mod tree;
mod windows;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what the system lacks, builds the app, starts the mock provider and opens the window.
    #[command(
        after_help = "Example: cargo xtask run\n         cargo xtask run --headless    # signs the demo person in on a virtual display"
    )]
    Run(run::Options),
    /// Runs every check and test of the project and ends with a summary.
    #[command(after_help = "Example: cargo xtask test\n         cargo xtask test --only clippy --only layers")]
    Test {
        /// Only this step; may be given more than once. `--only list` lists them.
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
    },
    /// Runs what `test` runs, and what is too slow for that: mutants, the long fuzz, the long soak, the benches, release packages. Four hours.
    #[command(after_help = "Example: cargo xtask full\n         cargo xtask full --only soak --only bench")]
    Full {
        /// Only this step; may be given more than once. `--only list` lists them.
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
    },
    /// Kills, crowds and starves vault and sessions, in the long form, and prints a table. A quarter of an hour.
    #[command(after_help = "Example: cargo xtask soak\n         cargo xtask soak --only crash --runs 10")]
    Soak(soak::Options),
    /// Measures round trips of a sign-in, the verification of an ID Token and `doorkey token`, each beside what it is held against; or, with
    /// `mock`, mock-op beside other mock providers.
    #[command(
        after_help = "Example: cargo xtask bench\n         cargo xtask bench --only verification --markdown bench.md\n         cargo xtask bench mock"
    )]
    Bench(bench::Options),
    /// Throws bytes at whatever reads bytes from outside, for ten minutes a target, and keeps what is new with `--keep`.
    #[command(after_help = "Example: cargo xtask fuzz\n         cargo xtask fuzz callback_url --seconds 60")]
    Fuzz(fuzz::Options),
    /// Changes the checks of redirects and tokens one at a time and sees whether a test notices; prints a table. Ten minutes or more.
    #[command(
        after_help = "Example: cargo xtask mutants\n         cargo xtask mutants --file crates/oidc/src/id_token.rs"
    )]
    Mutants(mutants::Options),
    /// Plays every misbehaving provider of the catalogue to our own command, and says what it did wrong.
    #[command(after_help = "Example: cargo xtask grade\n         cargo xtask grade --only idt-nonce")]
    Grade(grade::Options),
    /// Runs the whole-program tests: real window, real browser, real keychain, real link handler.
    #[command(after_help = "Example: cargo xtask e2e\n         cargo xtask e2e returning")]
    E2e {
        /// Only tests with this in their name.
        filter: Option<String>,
    },
    /// Builds the protocol and the client for Windows and runs their tests under Wine.
    #[command(after_help = "Example: cargo xtask windows\n         cargo xtask windows registry")]
    Windows {
        /// Only tests with this in their name.
        filter: Option<String>,
    },
    /// Checks the direction of dependencies, and that each library is named in one place only.
    #[command(after_help = "Example: cargo xtask layers")]
    Layers,
    /// Checks licences, sources and banned crates against `deny.toml`.
    #[command(after_help = "Example: cargo xtask dependencies")]
    Dependencies,
    /// Writes the TypeScript types anew from the Rust ones.
    #[command(after_help = "Example: cargo xtask bindings")]
    Bindings,
    /// Takes the pictures of every screen anew, into docs/screenshots, or holds the screens against them.
    #[command(after_help = "Example: cargo xtask screenshots\n         cargo xtask screenshots --check")]
    Screenshots {
        /// Changes nothing, and fails where a screen looks otherwise.
        #[arg(long)]
        check: bool,
    },
    /// Builds the deb and rpm packages, with the app and the `doorkey` command in them.
    #[command(
        after_help = "Example: cargo xtask package --check\n         cargo xtask package --release --bundles deb,rpm,appimage"
    )]
    Package {
        /// Unpacks them too, checks that links reach the app, and runs the command.
        #[arg(long, conflicts_with = "release")]
        check: bool,
        /// As for a release: with the release profile, which takes three times as long.
        #[arg(long)]
        release: bool,
        /// Which packages. The command is in deb and rpm only: an AppImage is one program.
        #[arg(long, value_name = "LIST", default_value = "deb,rpm")]
        bundles: String,
    },
    /// Writes the command's man pages and completions for a package; the bundler runs it.
    #[command(hide = true, after_help = "Example: cargo xtask command-files ci")]
    CommandFiles {
        /// The profile that the command was built with.
        profile: String,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Test { only } => steps::test(&only),
        Task::Full { only } => steps::full(&only),
        Task::Soak(options) => soak::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Mutants(options) => mutants::run(&options),
        Task::Grade(options) => grade::run(&options),
        Task::E2e { filter } => run::user_interface().and_then(|()| steps::desktop(filter.as_deref())),
        Task::Windows { filter } => windows::test(filter.as_deref()),
        Task::Layers => layers::check(),
        Task::Dependencies => dependencies::check(),
        Task::Bindings => steps::bindings(true),
        Task::Screenshots { check } => run::install_packages().and_then(|()| steps::screenshots(check)),
        Task::Package {
            check,
            release,
            bundles,
        } => steps::package(if release { "release" } else { "ci" }, &bundles, check),
        Task::CommandFiles { profile } => command_files::make(&profile),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
