//! The `doorkey` command: sign in through your own browser, and use what the sign-in gave.

mod accounts;
mod arguments;
mod channel;
mod configuration;
mod credential;
mod device;
mod doctor;
mod examples;
mod exit;
mod fetch;
mod output;
mod outside;
mod paste;
mod place;
mod prompt;
mod sign_in;
mod sign_out;
mod step_up;
mod token;
mod vault;

use std::io::Write as _;
use std::process::ExitCode;

use clap::FromArgMatches as _;
use tracing_subscriber::EnvFilter;

use crate::arguments::{Arguments, Command, Credential, Shared};
use crate::exit::Failure;
use crate::output::Out;

fn main() -> ExitCode {
    // What was handed to us, as a file with a passphrase, is not for the browsers that we start.
    #[cfg(unix)]
    close_fds::set_fds_cloexec(3, &[]);
    let arguments = arguments::command_for(std::env::args_os())
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let Arguments { shared, command } = match arguments {
        Ok(arguments) => arguments,
        // A program that asked for JSON reads of its mistake there too.
        Err(error) if error.use_stderr() && std::env::args_os().any(|word| word == "--json") => {
            let failure = Failure::Unusable(outside::shown(&error.render().to_string()).into());
            failure.tell(&Out::new(true));
            return ExitCode::from(failure.code());
        }
        // Help and version too, with exit code 0.
        Err(error) => error.exit(),
    };
    let filter = EnvFilter::try_from_env("DOORKEY_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    let out = Out::new(shared.json);
    let mut builder = match command {
        // Another program waits for it, and it has one thing to do.
        Command::Token(_) | Command::Credential(_) => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = match builder.worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            Failure::Output(error).tell(&out);
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(run(out, &shared, command));
    runtime.block_on(place::deliver_what_waits());
    // What still reads the terminal waits for nobody.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(&out);
            ExitCode::from(failure.code())
        }
    }
}

async fn run(out: Out, shared: &Shared, command: Command) -> Result<(), Failure> {
    match command {
        Command::Providers => accounts::providers(out, shared).await,
        Command::SignIn(arguments) => sign_in::run(out, shared, arguments).await,
        Command::Accounts => accounts::list(out, shared).await,
        Command::Profile(account) => accounts::profile(out, shared, account).await,
        Command::Token(arguments) => token::run(out, shared, arguments).await,
        Command::Fetch(arguments) => fetch::run(out, shared, arguments).await,
        Command::Refresh(account) => accounts::refresh(out, shared, account).await,
        Command::SignOut(arguments) => sign_out::run(out, shared, arguments).await,
        Command::Vault(vault) => vault::run(out, shared, vault).await,
        Command::Doctor(arguments) => doctor::run(out, shared, arguments).await,
        Command::Credential(Credential::Git { host, account, action }) => {
            credential::git(out, shared, host, account, action).await
        }
        Command::Credential(Credential::Kubernetes { account, access_token }) => {
            credential::kubernetes(out, shared, account, access_token).await
        }
        Command::Completions { shell } => {
            // Written by us: the generator panics when whoever reads has enough, as `head` does.
            Ok(std::io::stdout().lock().write_all(&completions(shell))?)
        }
        Command::Man { folder } => {
            std::fs::create_dir_all(&folder)?;
            Ok(clap_mangen::generate_to(arguments::command(), &folder)?)
        }
    }
}

/// The completions for a shell.
fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut arguments::command(), "doorkey", &mut script);
    script
}
