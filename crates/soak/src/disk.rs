//! A disk that is full, read-only, not ours to write, or without file handles, at each moment of writing.
//!
//! A small file system is mounted where nobody else sees it, which takes a process of its own: [`faults`] starts it and
//! [`inside`] is what it does.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use doorkey::points::Point;
use serde::{Deserialize, Serialize};

use crate::crash::renew;
use crate::error::{Result, SoakError, broken, system};
use crate::harness::{Harness, Size};
use crate::keyring::Keyring;
use crate::place::{Place, accounts, advance, check, open, unexpected};
use crate::process::{Heard, Process};
use crate::provider::{LIFETIME, Provider};
use crate::report::Row;
use crate::wire::{Ask, Landed, Named, Said};

/// Enough for the records of a few accounts.
const DISK_BYTES: &str = "size=512k";

/// What is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Full,
    ReadOnly,
    Denied,
    NoHandles,
}

const FAULTS: [Fault; 4] = [Fault::Full, Fault::ReadOnly, Fault::Denied, Fault::NoHandles];

/// The points of one write, and before it.
const POINTS: [Point; 5] = [
    Point::RefreshLocked,
    Point::FileBegun,
    Point::FileWritten,
    Point::FileFlushed,
    Point::FileRenamed,
];

/// What the inner process measured.
#[derive(Default, Serialize, Deserialize)]
struct Tally {
    runs: usize,
    typed: usize,
    wrong: Vec<String>,
    searched: usize,
    found: Vec<String>,
}

/// Runs [`inside`] in a process with mounts of its own.
///
/// # Errors
/// `Impossible` where nobody lets us mount: the caller decides whether that is a failure.
pub(crate) fn faults(harness: &Harness) -> Result<Row> {
    let mut command = Command::new("unshare");
    // Without root, as root of a namespace of one's own, where the system allows that.
    let is_root = fs::read_to_string("/proc/self/status").is_ok_and(|status| status.contains("\nUid:\t0\t"));
    if !is_root {
        command.arg("--map-root-user");
    }
    command.args(["--mount", "--propagation", "private"]);
    let probe = Command::new("unshare")
        .args(command.get_args())
        .args(["mount", "-t", "tmpfs", "none", "/mnt"])
        .stderr(Stdio::null())
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        return Err(SoakError::Impossible(
            "nothing may be mounted, not even where nobody sees it".into(),
        ));
    }
    command.arg(&harness.program).arg("disk").stdin(Stdio::null());
    if harness.size == Size::Long {
        command.arg("--long");
    }
    let output = command.stderr(Stdio::inherit()).output().map_err(system("unshare"))?;
    let tally: Tally = serde_json::from_slice(&output.stdout)
        .map_err(|_| SoakError::Child(format!("ended without a result ({})", output.status)))?;
    let Tally {
        runs,
        typed,
        mut wrong,
        searched,
        found,
    } = tally;
    wrong.extend(found.iter().map(|file| format!("a secret in {file}")));
    Ok(Row {
        what: "disk full, read-only, permission denied, no file handles, at each write".into(),
        figure: "typed, and the old record still opens".into(),
        measured: format!(
            "{runs} runs, {typed} with a typed error, {} wrong, {searched} files searched",
            wrong.len()
        ),
        kept: wrong.is_empty(),
        wrong,
    })
}

/// What happens inside: all faults at all points of all writes of a refresh and of a sign-in. The result is printed.
///
/// # Errors
/// What keeps the scenario from being run at all.
pub fn inside(harness: &Harness) -> Result<()> {
    let mut tally = Tally::default();
    let keyring = Keyring::start()?;
    for fault in FAULTS {
        let mut typed = 0;
        for act in [Act::Refresh, Act::SignIn] {
            harness.tell(&format!("{act:?}, {fault:?}"));
            for point in POINTS {
                for passing in 1.. {
                    let provider = Provider::start(harness.runtime(), false, 0, 10_000)?;
                    let disk = Disk::mount()?;
                    let mut place = Place::new(&harness.program, &provider, &keyring)?.with_folder(disk.vault());
                    if fault == Fault::Denied {
                        // The owner of the folder, without root's right to write where nobody may.
                        place = place.through(&["setpriv", "--bounding-set=-dac_override,-dac_read_search"]);
                    }
                    let stop_at = format!("{}#{passing}", point.name());
                    let run = run(&place, &provider, &disk, fault, act, &stop_at);
                    let searched = place.search()?;
                    tally.searched += searched.files;
                    tally.found.extend(
                        searched
                            .found
                            .iter()
                            .map(|(file, how)| format!("{} ({how})", file.display())),
                    );
                    match run {
                        Ok(None) => break,
                        Ok(Some(refused)) => typed += usize::from(refused),
                        Err(error) => tally.wrong.push(format!("{act:?}, {fault:?} at {stop_at}: {error}")),
                    }
                    tally.runs += 1;
                    // A long refusal is told once, not as often as there are writes.
                    if passing > 20 {
                        return Err(broken("there is no end to the writes"));
                    }
                }
            }
        }
        if typed == 0 {
            tally
                .wrong
                .push(format!("{fault:?} kept nothing from being written: it was no fault"));
        }
        tally.typed += typed;
    }
    let text = serde_json::to_string(&tally).map_err(|_| broken("a tally is no JSON"))?;
    println!("{text}");
    Ok(())
}

/// What is going on when the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Refresh,
    SignIn,
}

/// One run. True when the fault was told, by a typed error; false when all went well in spite of it; `None` when the act
/// ends before the stop comes.
fn run(
    place: &Place<'_>,
    provider: &Provider,
    disk: &Disk,
    fault: Fault,
    act: Act,
    stop_at: &str,
) -> Result<Option<bool>> {
    place.sign_in(if act == Act::Refresh { &["first"] } else { &["second"] })?;
    provider.advance(LIFETIME);
    let mut process = place.open(Some(stop_at))?;
    advance(&mut process, LIFETIME)?;
    let heard = match act {
        Act::Refresh => process.ask_or_stop(&Ask::Refresh {
            subject: Provider::subject("first"),
            tasks: 1,
        })?,
        Act::SignIn => match begin_or_stop(&mut process, provider)? {
            Some(heard) => heard,
            None => Heard::Stopped,
        },
    };
    if let Heard::Said(said) = heard {
        return match error_of(&said)? {
            None => Ok(None),
            Some(why) => Err(broken(format!("an error without a fault: {why}"))),
        };
    }
    disk.take_away(fault, process.id())?;
    process.go_on()?;
    let why = loop {
        match process.hear()? {
            Heard::Said(Said::Url { .. }) => {}
            Heard::Said(said) => break error_of(&said)?,
            Heard::Stopped => return Err(broken("stopped twice")),
        }
    };
    disk.give_back(fault, process.id())?;
    process.kill()?;
    if let Some(why) = &why
        && why.kind != "StorageFull"
    {
        return Err(broken(format!("told as {why}")));
    }

    let mut next = place.start(None)?;
    check(&mut next)?;
    open(&mut next)?;
    match act {
        // The record is the old one or the new one, and whole.
        Act::Refresh => {
            renew(&mut next, provider)?;
        }
        Act::SignIn => {
            advance(&mut next, LIFETIME)?;
            let second = Provider::subject("second");
            let there = accounts(&mut next)?.into_iter().find(|seen| seen.subject == second);
            if there.is_none_or(|seen| seen.ended || !seen.renews_itself) {
                return Err(broken("the account that was there is not whole"));
            }
            crate::place::sign_in(&mut next, provider, "first")?;
        }
    }
    check(&mut next)?;
    next.quit()?;
    Ok(Some(why.is_some()))
}

/// A whole sign-in. `None` when it stopped, else its last answer.
fn begin_or_stop(process: &mut Process, provider: &Provider) -> Result<Option<Heard>> {
    process.send(&Ask::Begin {
        door: doorkey::flow::DoorKind::Scheme,
    })?;
    let mut url = None;
    loop {
        match process.hear()? {
            Heard::Stopped => return Ok(None),
            Heard::Said(Said::Url { url: known }) => url = Some(known),
            Heard::Said(Said::Begun(None)) => break,
            Heard::Said(other) => return Ok(Some(Heard::Said(other))),
        }
    }
    let url = url.ok_or_else(|| broken("a sign-in without a URL"))?;
    let link = provider.redirect("first", &url)?;
    match process.ask_or_stop(&Ask::Receive { link })? {
        Heard::Stopped => Ok(None),
        said => Ok(Some(said)),
    }
}

/// The error that an answer tells, if it does.
fn error_of(said: &Said) -> Result<Option<Named>> {
    match said {
        Said::Refreshed { why, .. } | Said::Begun(why) => Ok(why.clone()),
        Said::Landed(Landed::SignedIn) => Ok(None),
        Said::Landed(Landed::Failed(why)) => Ok(Some(why.clone())),
        other => Err(unexpected(other)),
    }
}

/// A small file system with a folder for the vault.
struct Disk {
    root: tempfile::TempDir,
}

impl Disk {
    fn mount() -> Result<Self> {
        let root = tempfile::tempdir().map_err(system("a mount point"))?;
        command("mount", &["-t", "tmpfs", "-o", DISK_BYTES, "none"], root.path())?;
        let disk = Self { root };
        fs::create_dir(disk.vault()).map_err(system("the vault's folder"))?;
        fs::set_permissions(disk.vault(), fs::Permissions::from_mode(0o700)).map_err(system("the vault's folder"))?;
        Ok(disk)
    }

    fn vault(&self) -> PathBuf {
        self.root.path().join("vault")
    }

    fn filling(&self) -> PathBuf {
        self.root.path().join("filling")
    }

    fn take_away(&self, fault: Fault, process: u32) -> Result<()> {
        match fault {
            Fault::Full => {
                let mut file = File::create(self.filling()).map_err(system("a file that fills the disk"))?;
                // Ever smaller pieces, until not one byte more goes in.
                for size in [4096, 1] {
                    let piece = vec![0; size];
                    while file.write_all(&piece).is_ok() {}
                }
                Ok(())
            }
            // A disk cannot be made read-only while a file on it is being written. One that lies over it can: from here
            // on all names lead there.
            Fault::ReadOnly => {
                let vault = self.vault();
                let words = ["--bind", &vault.to_string_lossy()];
                command("mount", &words, &vault)?;
                command("mount", &["-o", "remount,bind,ro"], &vault)
            }
            Fault::Denied => fs::set_permissions(self.vault(), fs::Permissions::from_mode(0o500))
                .map_err(system("the vault's folder")),
            Fault::NoHandles => limit_handles(process, "3"),
        }
    }

    fn give_back(&self, fault: Fault, process: u32) -> Result<()> {
        match fault {
            Fault::Full => fs::remove_file(self.filling()).map_err(system("the file that fills the disk")),
            Fault::ReadOnly => command("umount", &["--lazy"], &self.vault()),
            Fault::Denied => fs::set_permissions(self.vault(), fs::Permissions::from_mode(0o700))
                .map_err(system("the vault's folder")),
            Fault::NoHandles => limit_handles(process, "1024"),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = command("umount", &["--lazy"], self.root.path());
    }
}

/// So many files may be open in the process; those that are open stay open.
fn limit_handles(process: u32, most: &str) -> Result<()> {
    let words = [format!("--pid={process}"), format!("--nofile={most}:")];
    let status = Command::new("prlimit")
        .args(&words)
        .status()
        .map_err(system("prlimit"))?;
    if status.success() {
        Ok(())
    } else {
        Err(SoakError::Impossible("prlimit refused".into()))
    }
}

fn command(program: &str, words: &[&str], path: &Path) -> Result<()> {
    let status = Command::new(program)
        .args(words)
        .arg(path)
        .status()
        .map_err(system(program))?;
    if status.success() {
        Ok(())
    } else {
        Err(SoakError::Impossible(format!(
            "{program} {}: {status}",
            words.join(" ")
        )))
    }
}
