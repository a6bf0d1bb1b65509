//! Child processes that end with their handle, and the processes of a desktop that nobody holds a handle of.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, pidfd_send_signal};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::error::{Result, RigError};

/// A program in a process group of its own. Dropping it ends the whole group and waits for the program.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    group: Option<Pid>,
    log: PathBuf,
}

/// What is connected to a started program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pipes {
    /// Nothing; all it writes goes to its log.
    None,
    /// Its standard input, held open.
    Stdin,
    /// Its standard input and output.
    Both,
    /// Its standard output.
    Stdout,
}

impl Process {
    /// Starts `command` with nothing but `environment`, writing to `logs/<name>.log`.
    pub(crate) fn start(
        name: &'static str,
        mut command: Command,
        environment: &[(OsString, OsString)],
        logs: &Path,
        pipes: Pipes,
    ) -> Result<Self> {
        let log = logs.join(format!("{name}.log"));
        let open = || {
            File::options()
                .create(true)
                .append(true)
                .open(&log)
                .map_err(RigError::system(format!("the log of {name}")))
        };
        command
            .env_clear()
            .envs(environment.iter().map(|(key, value)| (key, value)));
        command.stdin(if matches!(pipes, Pipes::Stdin | Pipes::Both) {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        let piped = matches!(pipes, Pipes::Stdout | Pipes::Both);
        command.stdout(if piped { Stdio::piped() } else { open()?.into() });
        command.stderr(open()?).process_group(0).kill_on_drop(true);
        let child = command.spawn().map_err(RigError::system(format!("starting {name}")))?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Self {
            name,
            child,
            group,
            log,
        })
    }

    /// The process id, while it runs.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    pub(crate) fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// True when it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The error that says why it did not come up, with the end of its log.
    pub(crate) fn not_up(&self, why: impl Into<String>) -> RigError {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let mut last: Vec<&str> = log.lines().rev().take(5).collect();
        last.reverse();
        RigError::NotUp {
            program: self.name,
            why: why.into(),
            log: last.join(" / "),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        // Asked first, so that it puts away what it left in shared places; then made to.
        for (how, patience) in [
            (Signal::TERM, Duration::from_secs(1)),
            (Signal::KILL, Duration::from_secs(3)),
        ] {
            if let Some(group) = self.group {
                // The group may be gone already; there is nothing to do about an error here.
                let _ = kill_process_group(group, how);
            }
            let deadline = Instant::now() + patience;
            while !self.has_ended() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

/// A process as the system lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: u32,
    /// The id of the process that started it, or of the one that took it over.
    pub parent: u32,
    /// Its arguments, the program first. Empty for one that is ending.
    pub arguments: Vec<String>,
    /// True when it has let go of everything it had, and only waits to be collected.
    pub ended: bool,
}

/// All processes of the system, as they are now.
pub fn listed() -> Vec<Listed> {
    let Ok(folder) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    folder
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(one)
        .collect()
}

fn one(id: u32) -> Option<Listed> {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The second field is the name in parentheses, which may hold anything; the parent is the second field after it.
    let mut fields = status.rsplit_once(')')?.1.split_whitespace();
    // Z: a zombie, X: dead. Arguments are gone before files and sockets are closed, so that they do not tell the end.
    let ended = matches!(fields.next()?, "Z" | "X");
    let parent = fields.next()?.parse().ok()?;
    let line = std::fs::read(format!("/proc/{id}/cmdline")).ok()?;
    let arguments = line
        .strip_suffix(b"\0")
        .unwrap_or(&line)
        .split(|byte| *byte == 0)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    Some(Listed {
        id,
        parent,
        arguments,
        ended,
    })
}

/// Ends one process at once, by its id.
///
/// # Errors
/// [`RigError::System`] when there is no such process or it is not ours to end.
pub fn kill(id: u32) -> Result<()> {
    signal(id, Signal::KILL, || true)
}

/// Ends every process whose environment names `home` as its HOME: all that was ever started on one desktop, and no
/// other, because the folder's name is unique. `spare` is left alone.
pub(crate) fn sweep(home: &Path, spare: Option<u32>) {
    let mut mark = b"HOME=".to_vec();
    mark.extend_from_slice(home.as_os_str().as_bytes());
    let ours = |id: u32| {
        std::fs::read(format!("/proc/{id}/environ"))
            .is_ok_and(|environment| environment.split(|byte| *byte == 0).any(|variable| variable == mark))
    };
    for process in listed() {
        if process.id != std::process::id() && Some(process.id) != spare && ours(process.id) {
            let _ = signal(process.id, Signal::KILL, || ours(process.id));
        }
    }
}

/// A descriptor of the process is held while it is looked at again, so that a reused id is never hit.
fn signal(id: u32, signal: Signal, still: impl Fn() -> bool) -> Result<()> {
    let pid = i32::try_from(id)
        .ok()
        .and_then(Pid::from_raw)
        .ok_or(std::io::ErrorKind::InvalidInput);
    let end = pid.map_err(std::io::Error::from).and_then(|pid| {
        let descriptor = pidfd_open(pid, PidfdFlags::empty())?;
        if still() {
            Ok(pidfd_send_signal(descriptor, signal)?)
        } else {
            Ok(())
        }
    });
    end.map_err(RigError::system(format!("ending process {id}")))
}

/// The TCP port on 127.0.0.1 that a process listens on.
pub(crate) fn listening_port(id: u32) -> Option<u16> {
    let sockets: Vec<String> = std::fs::read_dir(format!("/proc/{id}/fd"))
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let target = std::fs::read_link(entry.path()).ok()?;
            Some(target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect();
    let table = std::fs::read_to_string(format!("/proc/{id}/net/tcp")).ok()?;
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (address, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
        let listens = *state == "0A" && sockets.iter().any(|socket| socket == inode);
        let port = address.strip_prefix("0100007F:")?;
        if listens {
            u16::from_str_radix(port, 16).ok()
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_listed_with_its_parent_and_arguments() {
        let me = listed()
            .into_iter()
            .find(|process| process.id == std::process::id())
            .unwrap();
        assert_eq!(me.parent, std::os::unix::process::parent_id());
        assert!(!me.arguments[0].is_empty());
    }

    #[test]
    fn the_port_that_a_process_listens_on_is_found() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(
            listening_port(std::process::id()),
            Some(socket.local_addr().unwrap().port())
        );
    }

    #[tokio::test]
    async fn a_sweep_ends_what_has_this_home_and_nothing_else() {
        let (mine, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sleeper = |home: &Path| {
            Command::new("sleep")
                .arg("600")
                .env_clear()
                .env("HOME", home)
                .kill_on_drop(true)
                .spawn()
                .unwrap()
        };
        let (mut ours, mut theirs) = (sleeper(mine.path()), sleeper(other.path()));
        sweep(mine.path(), None);
        let ended = tokio::time::timeout(Duration::from_secs(5), ours.wait())
            .await
            .unwrap()
            .unwrap();
        assert!(!ended.success());
        assert!(theirs.try_wait().unwrap().is_none());
    }
}
