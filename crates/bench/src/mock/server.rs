//! A provider as a process on a processor of its own, which ends with the handle that started it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::http::{Connection, Request};
use crate::error::{BenchError, Result, broken};

const WHAT: &str = "a provider";
/// The processor of the servers. What drives them has another.
const PROCESSOR: &str = "0";
/// How long a provider may take to start.
const START_WITHIN: Duration = Duration::from_secs(30);
/// In which /proc counts: `sysconf(_SC_CLK_TCK)` is this on every Linux there is.
const TICKS_A_SECOND: f64 = 100.0;

/// Which provider.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    MockOp,
    Axa,
    OidcProvider,
}

impl Which {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::MockOp => "mock-op",
            Self::Axa => "oauth2-mock-server",
            Self::OidcProvider => "oidc-provider",
        }
    }

    fn command(self, places: &Places, alg: &str) -> Command {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", PROCESSOR]);
        match self {
            Self::MockOp => {
                command
                    .arg(&places.mock_op)
                    .args(["--port", "0", "--print-json", "--parent-stdin", "--alg", alg])
            }
            Self::Axa => command.arg("node").arg(places.others.join("axa.mjs")).arg(alg),
            Self::OidcProvider => command
                .arg("node")
                .arg(places.others.join("oidc-provider.mjs"))
                .arg(alg),
        };
        command
    }
}

/// Where the programs are.
pub(super) struct Places {
    /// `mock-op`.
    pub(super) mock_op: PathBuf,
    /// The folder of the others, with what npm installed.
    pub(super) others: PathBuf,
}

/// A running provider.
pub(super) struct Server {
    process: Child,
    pub(super) issuer: String,
}

impl Server {
    /// Starts it. It signs by `alg`, with keys of its own.
    ///
    /// # Errors
    /// `Impossible` without `taskset` or Node; `Broken` when it does not start.
    pub(super) async fn start(which: Which, places: &Places, alg: &str) -> Result<Self> {
        let missing = |error: std::io::Error| BenchError::Impossible(format!("{}: {error}", which.name()));
        let mut process = which
            .command(places, alg)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(missing)?;
        let out = process.stdout.take().ok_or("no output").map_err(broken(WHAT))?;
        let mut line = String::new();
        let mut reader = BufReader::new(out);
        let reading = tokio::time::timeout(START_WITHIN, reader.read_line(&mut line));
        reading.await.map_err(broken(WHAT))?.map_err(broken(WHAT))?;
        let said: Value = serde_json::from_str(&line).map_err(broken(WHAT))?;
        let issuer = said["issuer"]
            .as_str()
            .ok_or("it does not say where it is")
            .map_err(broken(WHAT))?;
        Ok(Self {
            process,
            issuer: issuer.to_owned(),
        })
    }

    /// Milliseconds from the start of a process to its first answer about its metadata.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub(super) async fn first_answer(which: Which, places: &Places, alg: &str) -> Result<f64> {
        let from = Instant::now();
        let server = Self::start(which, places, alg).await?;
        let mut connection = Connection::open(server.issuer.trim_start_matches("http://")).await?;
        let request = Request {
            method: "GET",
            target: "/.well-known/openid-configuration",
            headers: "",
            form: "",
        };
        match connection.exchange(&request).await?.status {
            200 => Ok(from.elapsed().as_secs_f64() * 1e3),
            status => Err(broken(WHAT)(status)),
        }
    }

    fn proc(&self, file: &str) -> Result<String> {
        let id = self.process.id().ok_or("it has ended").map_err(broken(WHAT))?;
        std::fs::read_to_string(Path::new("/proc").join(id.to_string()).join(file)).map_err(broken(WHAT))
    }

    /// The processor's time that it had so far, in microseconds.
    ///
    /// # Errors
    /// `Broken` when it has ended.
    pub(super) fn processor_time(&self) -> Result<f64> {
        ticks(&self.proc("stat")?)
            .map(|ticks| ticks * 1e6 / TICKS_A_SECOND)
            .ok_or("odd")
            .map_err(broken(WHAT))
    }

    /// What it has in memory, in MiB.
    ///
    /// # Errors
    /// `Broken` when it has ended.
    pub(super) fn memory(&self) -> Result<f64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line
            .and_then(|line| line.split_whitespace().next())
            .and_then(|number| number.parse::<f64>().ok());
        kilobytes
            .map(|number| number / 1024.0)
            .ok_or("no memory is told")
            .map_err(broken(WHAT))
    }
}

/// User and system time of `/proc/PID/stat`, whose second field may have spaces and parentheses in it.
fn ticks(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    // proc_pid_stat(5): utime and stime are fields 14 and 15; the first here is the third.
    let number = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(number(11)? + number(12)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_a_process_with_an_odd_name_are_found() {
        let stat = "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0";
        assert_eq!(ticks(stat), Some(300.0));
        assert_eq!(ticks("42 (x) S 1"), None);
    }
}
