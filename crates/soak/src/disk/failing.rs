//! A small file system that nobody else sees, and that can be made to fail.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Result, SoakError, system};

/// Enough for the records of a few accounts.
const DISK_BYTES: &str = "size=512k";

/// What is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Full,
    ReadOnly,
    Denied,
    NoHandles,
}

pub(super) const FAULTS: [Fault; 4] = [Fault::Full, Fault::ReadOnly, Fault::Denied, Fault::NoHandles];

/// A small file system with a folder for the vault.
pub(super) struct Disk {
    root: tempfile::TempDir,
}

impl Disk {
    pub(super) fn mount() -> Result<Self> {
        let root = tempfile::tempdir().map_err(system("a mount point"))?;
        command("mount", &["-t", "tmpfs", "-o", DISK_BYTES, "none"], root.path())?;
        let disk = Self { root };
        fs::create_dir(disk.vault()).map_err(system("the vault's folder"))?;
        fs::set_permissions(disk.vault(), fs::Permissions::from_mode(0o700)).map_err(system("the vault's folder"))?;
        Ok(disk)
    }

    pub(super) fn vault(&self) -> PathBuf {
        self.root.path().join("vault")
    }

    fn filling(&self) -> PathBuf {
        self.root.path().join("filling")
    }

    pub(super) fn take_away(&self, fault: Fault, process: u32) -> Result<()> {
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

    pub(super) fn give_back(&self, fault: Fault, process: u32) -> Result<()> {
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
