//! A child process as its parent holds it: asked line by line, stopped at a point, killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::error::{Result, SoakError, system};
use crate::wire::{Ask, Said, Setup};

/// How long a child may take for one answer.
const DEADLINE: Duration = Duration::from_secs(150);

/// What a child says while it is asked something.
pub(crate) enum Heard {
    /// An answer.
    Said(Said),
    /// It has stopped at the point that it was told to stop at.
    Stopped,
}

/// A child process. Killed when dropped.
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    stderr: PathBuf,
}

impl Process {
    /// Starts it and tells it what to open. What of it anyone can see, and what it says on standard error, is written to
    /// `traces` under `name`, to be searched later.
    ///
    /// # Errors
    /// `System` when it cannot be started or its arguments and environment cannot be read.
    pub(crate) fn start(command: &mut Command, setup: &Setup, traces: &Path, name: &str) -> Result<Self> {
        let trace = |kind: &str| traces.join(format!("{name}.{kind}"));
        let stderr = std::fs::File::create(trace("stderr")).map_err(system("a file for standard error"))?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .map_err(system("a child process"))?;
        for kind in ["cmdline", "environ"] {
            let seen = std::fs::read(format!("/proc/{}/{kind}", child.id())).map_err(system(kind))?;
            std::fs::write(trace(kind), seen).map_err(system(kind))?;
        }
        let (sender, lines) = channel();
        if let Some(out) = child.stdout.take() {
            // Ends by itself when the child's output does.
            std::thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(|line| line.ok()) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        let mut process = Self {
            input: child.stdin.take(),
            child,
            lines,
            stderr: trace("stderr"),
        };
        process.line(&serde_json::to_string(setup).map_err(|_| SoakError::Child("has no setup".into()))?)?;
        Ok(process)
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn line(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().ok_or(SoakError::Child("has no input".into()))?;
        writeln!(input, "{line}")
            .and_then(|()| input.flush())
            .map_err(system("a child's standard input"))
    }

    /// Asks, and does not wait.
    ///
    /// # Errors
    /// `System` when the child is gone.
    pub(crate) fn send(&mut self, ask: &Ask) -> Result<()> {
        self.line(&serde_json::to_string(ask).map_err(|_| SoakError::Child("was asked nothing".into()))?)
    }

    /// The next thing that it says.
    ///
    /// # Errors
    /// `Child` when it ended, hangs, or says what it cannot; `KeychainSilent` when the keychain did not answer it.
    pub(crate) fn hear(&mut self) -> Result<Heard> {
        let line = self.lines.recv_timeout(DEADLINE).map_err(|error| match error {
            RecvTimeoutError::Timeout => SoakError::Child("hangs".into()),
            RecvTimeoutError::Disconnected => self.gone(),
        })?;
        if line.starts_with("stopped at ") {
            return Ok(Heard::Stopped);
        }
        // Not shown: it may hold a link.
        let said: Said = serde_json::from_str(&line).map_err(|_| SoakError::Child("said what it cannot say".into()))?;
        said.silence()
            .map_or(Ok(Heard::Said(said)), |fault| Err(SoakError::KeychainSilent(fault)))
    }

    /// It ended although nobody told it to.
    fn gone(&mut self) -> SoakError {
        let status = self.child.wait();
        let last_words = std::fs::read_to_string(&self.stderr).unwrap_or_default();
        SoakError::Child(format!("ended by itself ({status:?}): {}", last_words.trim()))
    }

    /// Asks and waits for the answer, or for the stop that comes before it.
    ///
    /// # Errors
    /// As [`Process::hear`].
    pub(crate) fn ask_or_stop(&mut self, ask: &Ask) -> Result<Heard> {
        self.send(ask)?;
        self.hear()
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// As [`Process::hear`], and `Child` when it stops at a point instead.
    pub(crate) fn ask(&mut self, ask: &Ask) -> Result<Said> {
        match self.ask_or_stop(ask)? {
            Heard::Said(said) => Ok(said),
            Heard::Stopped => Err(SoakError::Child("stopped where it was not expected to".into())),
        }
    }

    /// Lets it go on from the point at which it stopped.
    ///
    /// # Errors
    /// `System` when it is gone.
    pub(crate) fn go_on(&mut self) -> Result<()> {
        self.line("")
    }

    /// Kills it with SIGKILL, and waits until it is gone.
    ///
    /// # Errors
    /// `System` when it cannot be killed.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill().map_err(system("killing a child"))?;
        self.child.wait().map_err(system("a child's end")).map(drop)
    }

    /// Ends its input and waits for it to end in good order.
    ///
    /// # Errors
    /// `Child` when it ends with a failure.
    pub(crate) fn quit(mut self) -> Result<()> {
        drop(self.input.take());
        let status = self.child.wait().map_err(system("a child's end"))?;
        if status.success() {
            Ok(())
        } else {
            Err(SoakError::Child(format!("ended with a failure ({status})")))
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
