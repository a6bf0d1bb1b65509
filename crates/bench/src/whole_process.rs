//! What a whole run of `doorkey token` costs when the token is still good, in times of a bare program that reads one entry of the
//! keychain.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use mock_op::MockOp;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::error::{Result, broken};
use crate::keyring::Keyring;
use crate::report::{Row, median};
use crate::round_trips::open;

/// The most that `doorkey token` may cost.
const AT_MOST: f64 = 1.3;
/// Runs of each, in turn.
const RUNS: usize = 60;
/// Runs that are not counted: files that are not in memory yet.
const FIRST: usize = 5;
/// How the client keeps its key: the name under which `read-entry` finds it.
const KEY_USER: &str = "vault-key";

/// Signs in once, then runs both.
///
/// # Errors
/// `Impossible` where there is no keyring, `Broken` when one of the programs fails.
pub(crate) async fn run(doorkey: &Path, read_entry: &Path) -> Result<Vec<Row>> {
    let keyring = tokio::task::spawn_blocking(Keyring::start);
    let keyring = keyring.await.map_err(broken("the keyring"))??;
    let home = tempfile::tempdir().map_err(broken("a folder"))?;
    let vault = home.path().join("own");
    let op = MockOp::start().await.map_err(broken("the provider"))?;
    let with = |program: &Path| {
        let (name, address) = keyring.variable();
        let mut command = Command::new(program);
        command.env(name, address).env("HOME", home.path()).stdin(Stdio::null());
        command.stderr(Stdio::inherit());
        command
    };
    let with_vault = || {
        let mut command = with(doorkey);
        command.arg("--vault").arg(&vault).arg("--dev");
        command
    };
    sign_in(with_vault(), &op).await?;
    let service = std::fs::read_to_string(vault.join("keychain-service")).map_err(broken("the vault"))?;

    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for run in 0..FIRST + RUNS {
        if run % 20 == 0 {
            eprintln!("doorkey token: {run} of {}", FIRST + RUNS);
        }
        let mut entry = with(read_entry);
        entry.arg(service.trim()).arg(KEY_USER);
        let one = time(&mut entry)?;
        let other = time(with_vault().arg("token"))?;
        if run >= FIRST {
            bare.push(one);
            ours.push(other);
        }
    }
    let refreshed = op
        .requests()
        .iter()
        .any(|request| request.param("grant_type") == Some("refresh_token"));
    let (ours, bare) = (median(ours), median(bare));
    Ok(vec![Row {
        what: "doorkey token, whole process".into(),
        ratio: ours.zip(bare).map(|(ours, bare)| ours / bare),
        at_most: Some(AT_MOST),
        note: format!(
            "{:.1} ms, a program that reads one entry of the keychain {:.1} ms",
            ours.unwrap_or_default(),
            bare.unwrap_or_default()
        ),
        // Then it was not a valid token that was measured.
        failed: refreshed,
    }])
}

/// Milliseconds of a whole process that must print something and end well.
fn time(command: &mut Command) -> Result<f64> {
    let from = Instant::now();
    let output = command.output().map_err(broken("a program"))?;
    let took = from.elapsed().as_secs_f64() * 1e3;
    if output.status.success() && !output.stdout.is_empty() {
        Ok(took)
    } else {
        Err(broken("a program")(output.status))
    }
}

/// Signs in with the command, as a program would.
async fn sign_in(command: Command, op: &MockOp) -> Result<()> {
    let failed = "doorkey sign-in";
    let mut command = tokio::process::Command::from(command);
    command
        .args(["sign-in", "--issuer", op.issuer(), "--client-id", "demo"])
        .args(["--json", "--browser", "none", "--door", "loopback"])
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(broken(failed))?;
    let out = child.stdout.take().ok_or("no output").map_err(broken(failed))?;
    let mut lines = BufReader::new(out).lines();
    while let Some(line) = lines.next_line().await.map_err(broken(failed))? {
        let said: Value = serde_json::from_str(&line).map_err(broken(failed))?;
        if let Some(url) = said["url"].as_str() {
            let callback = op.robot().sign_in(url).await.map_err(broken("the browser"))?;
            open(callback).await.map_err(broken("the page"))?;
        }
    }
    let status = child.wait().await.map_err(broken(failed))?;
    if status.success() {
        Ok(())
    } else {
        Err(broken(failed)(status))
    }
}
