//! The `mock-op` command.

mod command;

use crate::command::grade::Grade;
use clap::{Parser, Subcommand};
use mock_op::{Alg, Config, MockOp, Profile};
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

/// A mock OpenID Provider for tests: correct and strict by default, wrong on request. No password is asked for, so it
/// listens on this machine only.
#[derive(Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  mock-op                                   serve on http://127.0.0.1:8910
  mock-op --port 0 --print-json             a free port, told on standard output in one line of JSON
  mock-op --tls --ca-file ca.pem            https under a throw-away authority, to be trusted by tests
  mock-op --config mock-op.toml             people, clients, issuers and faults from a file
  mock-op --random-faults 7:20              one request in twenty goes wrong, the same ones each time
  mock-op --alg RS256                       ID Tokens as most providers sign them

The client id is `demo`: public, any private-use scheme with a dot, any port on 127.0.0.1 and [::1].
Arm a fault:   curl -H 'content-type: application/json' -d '{\"fault\":\"idt-nonce\"}' ISSUER/control/faults
See requests:  curl ISSUER/control/requests
What was wrong with them:  curl ISSUER/control/findings
Grade a client:  mock-op grade --help"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Do>,
    /// A file with people, clients, issuers, faults and all the rest: TOML, JSON, or the JSON of navikt's
    /// mock-oauth2-server. What is said on the command line goes before it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The address to listen on: a loopback address. [default: 127.0.0.1]
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    /// The port to listen on; 0 for a free one. [default: 8910]
    #[arg(long)]
    port: Option<u16>,
    /// Print one line of JSON on standard output once it listens: issuer, client_id, control, ca_file.
    #[arg(long)]
    print_json: bool,
    /// Serve https and HTTP/2, under an authority that is made now.
    #[arg(long)]
    tls: bool,
    /// Where to write that authority's certificate; a temporary file unless told otherwise. Implies --tls.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Do not hash codes, verifiers and tokens in the journal, and give them out at /control/secrets.
    #[arg(long)]
    show_secrets: bool,
    /// How ID Tokens are signed. [default: ES256]
    #[arg(long, value_enum, ignore_case = true)]
    alg: Option<Alg>,
    /// Be like a provider that people know. Each is at /NAME too. [default: strict]
    #[arg(long, value_enum)]
    profile: Option<Profile>,
    /// About one request in ONE_IN (10 unless told otherwise) meets a fault; the same SEED gives the same faults.
    #[arg(long, value_name = "SEED[:ONE_IN]", value_parser = seed_and_rate)]
    random_faults: Option<(u64, u32)>,
    /// The same random values and times in every run, for golden tests; with --alg EdDSA the same signatures too.
    #[arg(long)]
    deterministic: bool,
    /// Take the URL of a document about a client as its id; the document is fetched, from a loopback address only.
    #[arg(long)]
    client_id_documents: bool,
    /// End when standard input is closed, so that it never outlives the program that started it.
    #[arg(long)]
    parent_stdin: bool,
}

/// What to do in the place of serving.
#[derive(Subcommand)]
enum Do {
    /// Run the whole catalogue against a client that is given as a command.
    Grade(Grade),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Some(Do::Grade(grade)) => grade.run().await,
        None => run(arguments).await.map(|()| ExitCode::SUCCESS),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            let mut text = error.to_string();
            let mut cause = error.source();
            while let Some(next) = cause {
                text.push_str(": ");
                text.push_str(&next.to_string());
                cause = next.source();
            }
            eprintln!("mock-op: {text}");
            ExitCode::FAILURE
        }
    }
}

/// `SEED`, or `SEED:ONE_IN`.
fn seed_and_rate(text: &str) -> Result<(u64, u32), String> {
    let (seed, one_in) = text.split_once(':').unwrap_or((text, "10"));
    let seed = seed.parse().map_err(|_| "SEED is a whole number")?;
    match one_in.parse() {
        Ok(one_in) if one_in > 0 => Ok((seed, one_in)),
        _ => Err("ONE_IN is a whole number from 1".into()),
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let config = match &arguments.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    for says in config.left_out() {
        eprintln!("mock-op: not carried over: {says}");
    }
    let client_id = config.client_id().map(str::to_owned);
    let address = arguments.address.or(config.address());
    let port = arguments.port.or(config.port());
    let mut builder = MockOp::builder().config(config).address(SocketAddr::new(
        address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        port.unwrap_or(8910),
    ));
    if let Some(alg) = arguments.alg {
        builder = builder.alg(alg);
    }
    if let Some(profile) = arguments.profile {
        builder = builder.profile(profile);
    }
    if let Some((seed, one_in)) = arguments.random_faults {
        builder = builder.random_faults(seed, one_in);
    }
    if arguments.tls {
        builder = builder.tls();
    }
    if let Some(path) = arguments.ca_file {
        builder = builder.tls_with_ca_file(path);
    }
    if arguments.show_secrets {
        builder = builder.show_secrets();
    }
    if arguments.deterministic {
        builder = builder.deterministic();
    }
    if arguments.client_id_documents {
        builder = builder.client_id_documents();
    }
    // Installed before anything is printed, so that whoever reads the line may send a signal at once.
    let ended = end_signal()?;
    let parent_gone = async {
        match arguments.parent_stdin {
            true => stdin_closed().await,
            false => std::future::pending().await,
        }
    };
    let op = builder.start().await?;
    let mut out = std::io::stdout();
    if arguments.print_json {
        let line = serde_json::json!({
            "issuer": op.issuer_named(""),
            "client_id": client_id,
            "control": format!("{}/control", op.issuer()),
            "ca_file": op.ca_file(),
        });
        writeln!(out, "{line}")?;
    } else {
        writeln!(out, "Issuer     {}", op.issuer_named(""))?;
        match client_id.as_deref() {
            Some("demo") => writeln!(
                out,
                "Client id  demo (public; any private-use scheme with a dot, any loopback port)"
            )?,
            Some(id) => writeln!(out, "Client id  {id}")?,
            None => writeln!(out, "Client id  none: the configuration names no client")?,
        }
        writeln!(out, "Control    {}/control", op.issuer())?;
        if let Some(path) = op.ca_file() {
            writeln!(out, "Authority  {}", path.display())?;
        }
        writeln!(out, "Ctrl+C ends it.")?;
    }
    out.flush()?;
    tokio::select! {
        () = ended => {}
        () = parent_gone => {}
    }
    op.stop().await;
    Ok(())
}

/// Resolves at SIGTERM or SIGINT.
#[cfg(unix)]
fn end_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves at Ctrl+C.
#[cfg(not(unix))]
fn end_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Resolves when standard input ends. A thread of its own reads it: the runtime would wait for a read of its own to return
/// before it could end.
fn stdin_closed() -> impl Future<Output = ()> {
    let (closed, wait) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(closed);
    });
    async move {
        let _ = wait.await;
    }
}
