//! The vault's folder: whole files, written so that a crash leaves the old one or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rand::Rng as _;
use tempfile::Builder;

use super::name::{RecordKind, RecordName};
use crate::points::{Point, reach};

const SEALED: &str = "sealed";
const TEMPORARY: &str = ".writing-";
const CLAIMED: &str = "claimed-";
const ASIDE: &str = "aside-";
const MARK: &str = "key.mark";

/// What a crash left is swept after this long; whoever wrote it is long gone then.
const LEFTOVER_AFTER: Duration = Duration::from_secs(3600);

#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        create_private_folder(&path)?;
        let folder = Self(path);
        folder.sweep()?;
        Ok(folder)
    }

    fn record(&self, name: &RecordName) -> PathBuf {
        self.0.join(format!("{}.{SEALED}", name.file_stem()))
    }

    /// Writes a temporary file, flushes it, renames it into place, flushes the folder.
    pub(super) fn write(&self, name: &RecordName, bytes: &[u8]) -> io::Result<()> {
        self.write_file(&self.record(name), bytes)
    }

    fn write_file(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        // Created with mode 0600 and a name that cannot be guessed.
        let mut file = Builder::new().prefix(TEMPORARY).tempfile_in(&self.0)?;
        reach(Point::FileBegun);
        file.write_all(bytes)?;
        reach(Point::FileWritten);
        file.as_file().sync_all()?;
        reach(Point::FileFlushed);
        file.persist(path).map_err(|error| error.error)?;
        reach(Point::FileRenamed);
        self.flush()
    }

    pub(super) fn read(&self, name: &RecordName, max: usize) -> io::Result<Option<Vec<u8>>> {
        read_whole(&self.record(name), max)
    }

    /// True when there was one.
    pub(super) fn delete(&self, name: &RecordName) -> io::Result<bool> {
        let gone = absent_is_false(fs::remove_file(self.record(name)))?;
        if gone {
            reach(Point::FileRemoved);
            self.flush()?;
        }
        Ok(gone)
    }

    /// Takes a record away from everyone else. A rename succeeds for exactly one of those who try.
    pub(super) fn claim(&self, name: &RecordName) -> io::Result<Option<Claimed>> {
        let path = self
            .0
            .join(format!("{}.{CLAIMED}{:016x}", name.file_stem(), rand::rng().next_u64()));
        if !absent_is_false(fs::rename(self.record(name), &path))? {
            return Ok(None);
        }
        reach(Point::FileClaimed);
        self.flush()?;
        Ok(Some(Claimed { path }))
    }

    pub(super) fn list(&self, kind: RecordKind) -> io::Result<Vec<RecordName>> {
        let mut names: Vec<_> = self.records()?.into_iter().filter(|name| name.kind() == kind).collect();
        names.sort_by(|a, b| a.id().cmp(b.id()));
        Ok(names)
    }

    pub(super) fn records(&self) -> io::Result<Vec<RecordName>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let file_name = entry?.file_name();
            let stem = file_name.to_str().and_then(|text| text.strip_suffix(".sealed"));
            names.extend(stem.and_then(RecordName::from_file_stem));
        }
        Ok(names)
    }

    /// Puts a record under another name, where it stays. False when it was gone already.
    pub(super) fn set_aside(&self, name: &RecordName) -> io::Result<bool> {
        self.move_aside(&self.record(name), name)
    }

    /// Puts a claimed record under the name of one that was set aside.
    pub(super) fn set_claimed_aside(&self, claimed: &Claimed, name: &RecordName) -> io::Result<bool> {
        self.move_aside(&claimed.path, name)
    }

    /// How many files lie here that were set aside.
    pub(super) fn count_aside(&self) -> io::Result<usize> {
        let mut count = 0;
        for entry in fs::read_dir(&self.0)? {
            let file_name = entry?.file_name();
            let extension = file_name.to_str().and_then(|text| text.split_once('.'));
            count += usize::from(extension.is_some_and(|(_, extension)| extension.starts_with(ASIDE)));
        }
        Ok(count)
    }

    fn move_aside(&self, from: &Path, name: &RecordName) -> io::Result<bool> {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let random = rand::rng().next_u32();
        let to = self.0.join(format!("{}.{ASIDE}{since}-{random:08x}", name.file_stem()));
        let moved = absent_is_false(fs::rename(from, to))?;
        if moved {
            self.flush()?;
        }
        Ok(moved)
    }

    /// Which key the records here are sealed with, as [`super::seal::Key::mark`] tells it.
    pub(super) fn mark(&self) -> io::Result<Option<String>> {
        Ok(read_whole(&self.0.join(MARK), 64)?.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    pub(super) fn set_mark(&self, mark: &str) -> io::Result<()> {
        self.write_file(&self.0.join(MARK), mark.as_bytes())
    }

    pub(super) fn remove_mark(&self) -> io::Result<()> {
        if absent_is_false(fs::remove_file(self.0.join(MARK)))? {
            self.flush()?;
        }
        Ok(())
    }

    /// Removes what a crash left: files that were never finished, and claimed records, which are spent.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let file_name = entry.file_name();
            let Some(text) = file_name.to_str() else { continue };
            let extension = text.split_once('.').map_or("", |(_, extension)| extension);
            if !(text.starts_with(TEMPORARY) || extension.starts_with(CLAIMED)) {
                continue;
            }
            let age = entry
                .metadata()
                .and_then(|data| data.modified())
                .ok()
                .and_then(|time| time.elapsed().ok());
            if age.is_some_and(|age| age > LEFTOVER_AFTER) {
                absent_is_false(fs::remove_file(entry.path()))?;
            }
        }
        Ok(())
    }

    /// Makes renames and removals last.
    #[cfg(unix)]
    fn flush(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }

    /// Windows has no way to flush a folder; NTFS journals its entries.
    #[cfg(not(unix))]
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }

    /// A file to lock: made once, never renamed, never deleted.
    pub(super) fn lock_file(&self, file_name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.0.join(file_name))
    }
}

/// A record that was taken away from everyone else.
#[derive(Debug)]
pub(super) struct Claimed {
    path: PathBuf,
}

impl Claimed {
    pub(super) fn read(&self, max: usize) -> io::Result<Option<Vec<u8>>> {
        read_whole(&self.path, max)
    }

    pub(super) fn spend(self) -> io::Result<()> {
        absent_is_false(fs::remove_file(&self.path)).map(drop)
    }

    /// Puts it back where it was.
    pub(super) fn give_back(self, folder: &Folder, name: &RecordName) -> io::Result<()> {
        fs::rename(&self.path, folder.record(name))?;
        folder.flush()
    }
}

/// At most `max` bytes and one more, so that a file that is too large is seen to be.
fn read_whole(path: &Path, max: usize) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn absent_is_false(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn create_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn create_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
