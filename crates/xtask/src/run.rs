//! `cargo xtask run`: from a fresh machine to the window, or to a sign-in on a display without a screen.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use clap::Args;
use serde::Deserialize;

use crate::commands::{Result, TaskError, cargo, npm, run as run_command};
use crate::packages::{self, Purpose};
use crate::tree::{built, is_stale, root, target};

/// How to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Signs the demo person in on a virtual display, even where there is a real one.
    #[arg(long)]
    headless: bool,
}

/// Runs the app with the mock provider.
///
/// # Errors
/// Whatever kept it from running; what it was doing stands above.
pub(crate) fn run(options: &Options) -> Result<()> {
    let no_display = cfg!(target_os = "linux")
        && ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty()));
    let headless = options.headless || no_display;
    let of = if headless { 5 } else { 4 };
    eprintln!("[1/{of}] packages of the system");
    packages::ensure(if headless {
        &[Purpose::Build, Purpose::Desktop]
    } else {
        &[Purpose::Build]
    })?;
    eprintln!("[2/{of}] the user interface");
    user_interface()?;
    eprintln!("[3/{of}] the app and the mock provider");
    run_command(cargo().args([
        "build",
        "--package",
        "doorkey-desktop",
        "--package",
        "mock-op",
        "--bins",
    ]))?;
    if headless {
        eprintln!("[4/{of}] the virtual desktop");
        run_command(cargo().args(["build", "--package", "desktop-rig", "--example", "sign_in"]))?;
        eprintln!("[5/{of}] a sign-in through a real browser, on a display without a screen");
        signed_in_without_a_screen()
    } else {
        eprintln!("[4/{of}] Doorkey's window; close it to end");
        window()
    }
}

/// Builds the UI when it is older than its sources.
///
/// # Errors
/// [`TaskError::Failed`] when npm fails.
pub(crate) fn user_interface() -> Result<()> {
    let ui = root().join("ui");
    install_packages()?;
    let sources = [
        ui.clone(),
        root().join("crates/tauri-plugin-doorkey/guest-js"),
        root().join("crates/client/locales"),
    ];
    if is_stale(&ui.join("dist/index.html"), &sources) {
        run_command(npm().args(["run", "build"]))
    } else {
        eprintln!("  it is built already");
        Ok(())
    }
}

/// Installs the UI's packages when they are older than their lock file.
///
/// # Errors
/// [`TaskError::Failed`] when npm fails.
pub(crate) fn install_packages() -> Result<()> {
    let ui = root().join("ui");
    if is_stale(
        &ui.join("node_modules/.package-lock.json"),
        &[ui.join("package-lock.json")],
    ) {
        run_command(npm().args(["ci", "--no-audit", "--no-fund"]))
    } else {
        Ok(())
    }
}

fn signed_in_without_a_screen() -> Result<()> {
    let pictures = root().join("target/run");
    std::fs::create_dir_all(&pictures).map_err(|source| TaskError::File {
        path: pictures.clone(),
        source,
    })?;
    let drive = target().join("debug/examples/sign_in");
    run_command(
        Command::new(drive)
            .arg(built("doorkey-desktop"))
            .arg(built("mock-op"))
            .arg(&pictures),
    )
}

/// Where the mock provider listens, as it says on its first line.
#[derive(Deserialize)]
struct Ready {
    issuer: String,
    client_id: String,
}

/// A mock provider that ends with its handle.
struct Provider {
    process: Child,
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It ends by itself when its input closes; waiting for it keeps the terminal tidy.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn window() -> Result<()> {
    let mut command = Command::new(built("mock-op"));
    command
        .args(["--port", "0", "--print-json", "--parent-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let process = command.spawn().map_err(|source| TaskError::NotStarted {
        command: "mock-op".to_owned(),
        source,
    })?;
    let mut provider = Provider { process };
    let mut line = String::new();
    if let Some(out) = provider.process.stdout.take() {
        let read = BufReader::new(out).read_line(&mut line);
        read.map_err(|source| TaskError::NotStarted {
            command: "mock-op".to_owned(),
            source,
        })?;
    }
    let ready: Ready = serde_json::from_str(&line).map_err(|error| TaskError::Unreadable {
        what: "the mock provider's answer".into(),
        why: error.to_string(),
    })?;
    eprintln!("  the demo provider listens at {}", ready.issuer);
    let mut app = Command::new(built("doorkey-desktop"));
    app.env("DOORKEY_DEMO_ISSUER", &ready.issuer)
        .env("DOORKEY_DEMO_CLIENT_ID", &ready.client_id);
    run_command(&mut app)
}
