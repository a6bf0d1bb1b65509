//! The vault's folder: whole files, written so that a crash leaves the old one or the new one.

mod private;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rand::Rng as _;
use tempfile::Builder;

use self::private::{absent_is_false, create_private_file, create_private_folder, read_whole};
use super::keys::Mark;
use super::name::{RecordKind, RecordName};
use super::sharing::patiently;
use crate::points::{Point, reach};

const SEALED: &str = "sealed";
const TEMPORARY: &str = ".writing-";
const CLAIMED: &str = "claimed-";
const ASIDE: &str = "aside-";
const KEYLESS: &str = "aside-keyless-";
const MARK: &str = "key.mark";
const PASSPHRASE: &str = "passphrase.key";

/// More than any mark: the key's in 22 characters, and the name of a keychain.
const LONGEST_MARK: usize = 256;

/// More than any such file.
const LONGEST_PASSPHRASE: usize = 512;

/// What a record that cannot be removed is overwritten with. Shorter than anything that is sealed, and no damage looks like it.
pub(super) const STRUCK_OUT: &[u8] = b"removed";

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
        // Made and moved by hand: on Windows the library marks its files as not worth keeping, and its way to replace a file
        // fails while somebody reads the old one.
        let mut file = Builder::new().prefix(TEMPORARY).make_in(&self.0, create_private_file)?;
        reach(Point::FileBegun);
        file.write_all(bytes)?;
        reach(Point::FileWritten);
        file.as_file().sync_all()?;
        reach(Point::FileFlushed);
        // Removed if the move fails.
        let mut written = file.into_temp_path();
        patiently(|| fs::rename(&written, path))?;
        written.disable_cleanup(true);
        reach(Point::FileRenamed);
        self.flush()
    }

    pub(super) fn read(&self, name: &RecordName, max: usize) -> io::Result<Option<Vec<u8>>> {
        self.read_file(&self.record(name), max)
    }

    fn read_file(&self, path: &Path, max: usize) -> io::Result<Option<Vec<u8>>> {
        match read_whole(path, max)? {
            None => self.still_there().map(|()| None),
            whole => Ok(whole),
        }
    }

    /// A folder that is gone, with the disk or the home that it was on, says nothing of what is in it.
    fn still_there(&self) -> io::Result<()> {
        fs::metadata(&self.0).map(drop)
    }

    /// True when there was one.
    pub(super) fn delete(&self, name: &RecordName) -> io::Result<bool> {
        // First, lest a crash between leave nothing of this name but what could come back.
        self.retire_keyless(name)?;
        let gone = absent_is_false(patiently(|| fs::remove_file(self.record(name))))?;
        if gone {
            reach(Point::FileRemoved);
            self.flush()?;
        }
        Ok(gone)
    }

    /// Overwrites a record where it stands: the folder may be one that cannot be written.
    pub(super) fn strike_out(&self, name: &RecordName) -> io::Result<()> {
        match OpenOptions::new().write(true).truncate(true).open(self.record(name)) {
            Ok(mut file) => {
                file.write_all(STRUCK_OUT)?;
                file.sync_all()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.still_there(),
            Err(error) => Err(error),
        }
    }

    /// Removes all files of ours but locks; a stranger's file in the folder is none of our business. How many could not be removed.
    pub(super) fn remove_everything(&self) -> io::Result<usize> {
        let mut left = 0;
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let is_ours = entry.file_name().to_str().is_some_and(is_ours);
            if is_ours && absent_is_false(patiently(|| fs::remove_file(entry.path()))).is_err() {
                left += 1;
            }
        }
        self.flush()?;
        Ok(left)
    }

    /// Takes a record away from everyone else. A rename succeeds for exactly one of those who try.
    pub(super) fn claim(&self, name: &RecordName) -> io::Result<Option<Claimed>> {
        let path = self
            .0
            .join(format!("{}.{CLAIMED}{:016x}", name.file_stem(), rand::rng().next_u64()));
        if !absent_is_false(patiently(|| fs::rename(self.record(name), &path)))? {
            return self.still_there().map(|()| None);
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
            let entry = entry?;
            let file_name = entry.file_name();
            let stem = file_name.to_str().and_then(|text| text.strip_suffix(".sealed"));
            // One that was struck out is none.
            names.extend(
                stem.and_then(RecordName::from_file_stem)
                    .filter(|_| !is_struck_out(&entry)),
            );
        }
        Ok(names)
    }

    /// Puts a record under another name, where it stays. False when it was gone already.
    pub(super) fn set_aside(&self, name: &RecordName) -> io::Result<bool> {
        self.move_aside(&self.record(name), name, ASIDE)
    }

    /// Puts a record under another name, where it waits for its key. False when it was gone already.
    pub(super) fn set_keyless(&self, name: &RecordName) -> io::Result<bool> {
        self.move_aside(&self.record(name), name, KEYLESS)
    }

    /// How many records lie here that were set aside, whether or not they wait for their key.
    pub(super) fn count_aside(&self) -> io::Result<usize> {
        let mut count = 0;
        for entry in fs::read_dir(&self.0)? {
            let file_name = entry?.file_name();
            let parts = file_name.to_str().and_then(|text| text.split_once('.'));
            count += usize::from(parts.is_some_and(|(stem, extension)| {
                // Either kind: one prefix begins with the other. The passphrase's own file is no record.
                extension.starts_with(ASIDE) && RecordName::from_file_stem(stem).is_some()
            }));
        }
        Ok(count)
    }

    fn move_aside(&self, from: &Path, name: &RecordName, kind: &str) -> io::Result<bool> {
        let to = self.0.join(format!("{}.{kind}{}", name.file_stem(), now_and_random()));
        let moved = absent_is_false(patiently(|| fs::rename(from, &to)))?;
        if moved {
            self.flush()?;
        } else {
            self.still_there()?;
        }
        Ok(moved)
    }

    /// The records that wait for their key: of each name the one that was set aside last.
    pub(super) fn keyless(&self) -> io::Result<Vec<Keyless>> {
        let mut latest: HashMap<String, Keyless> = HashMap::new();
        for found in self.all_keyless()? {
            let stem = found.name.file_stem();
            if latest.get(&stem).is_none_or(|known| known.since < found.since) {
                latest.insert(stem, found);
            }
        }
        Ok(latest.into_values().collect())
    }

    fn all_keyless(&self) -> io::Result<Vec<Keyless>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let file_name = entry.file_name();
            let Some((stem, extension)) = file_name.to_str().and_then(|text| text.split_once('.')) else {
                continue;
            };
            let since = extension.strip_prefix(KEYLESS).and_then(|rest| rest.split('-').next());
            if let Some(since) = since.and_then(|text| text.parse().ok())
                && let Some(name) = RecordName::from_file_stem(stem)
            {
                let path = entry.path();
                all.push(Keyless { name, since, path });
            }
        }
        Ok(all)
    }

    /// Whether the record is there.
    pub(super) fn has(&self, name: &RecordName) -> io::Result<bool> {
        let there = self.record(name).try_exists()?;
        if !there {
            self.still_there()?;
        }
        Ok(there)
    }

    /// Whoever was set aside for want of a key stays aside from now on, whatever key comes back.
    pub(super) fn retire_keyless(&self, name: &RecordName) -> io::Result<()> {
        for found in self.all_keyless()? {
            if found.name == *name {
                self.move_aside(&found.path, name, ASIDE)?;
            }
        }
        Ok(())
    }

    /// Which key the records here are sealed with.
    pub(super) fn mark(&self) -> io::Result<Option<Mark>> {
        let bytes = self.read_file(&self.0.join(MARK), LONGEST_MARK)?;
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(text.and_then(|text| Mark::from_text(&text)))
    }

    pub(super) fn set_mark(&self, mark: &Mark) -> io::Result<()> {
        self.write_file(&self.0.join(MARK), mark.to_text().as_bytes())
    }

    pub(super) fn remove_mark(&self) -> io::Result<()> {
        self.remove(MARK)
    }

    /// The key as a passphrase opens it, sealed. Where this file is, it is the one in force.
    pub(super) fn passphrase_file(&self) -> io::Result<Option<Vec<u8>>> {
        self.read_file(&self.0.join(PASSPHRASE), LONGEST_PASSPHRASE)
    }

    pub(super) fn set_passphrase_file(&self, bytes: &[u8]) -> io::Result<()> {
        self.write_file(&self.0.join(PASSPHRASE), bytes)
    }

    pub(super) fn remove_passphrase_file(&self) -> io::Result<()> {
        self.remove(PASSPHRASE)
    }

    /// Puts it under another name, where it stays.
    pub(super) fn set_passphrase_file_aside(&self) -> io::Result<()> {
        let to = self.0.join(format!("{PASSPHRASE}.{ASIDE}{}", now_and_random()));
        if absent_is_false(patiently(|| fs::rename(self.0.join(PASSPHRASE), &to)))? {
            self.flush()?;
        }
        Ok(())
    }

    fn remove(&self, file_name: &str) -> io::Result<()> {
        if absent_is_false(patiently(|| fs::remove_file(self.0.join(file_name))))? {
            self.flush()
        } else {
            self.still_there()
        }
    }

    /// Removes what a crash left: files that were never finished, and claimed records, which are spent.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let file_name = entry.file_name();
            let Some(text) = file_name.to_str() else { continue };
            let extension = text.split_once('.').map_or("", |(_, extension)| extension);
            if extension == SEALED && is_struck_out(&entry) {
                // Once the folder can be written again. If not, it waits for the next start.
                let _ = patiently(|| fs::remove_file(entry.path()));
                continue;
            }
            if !(text.starts_with(TEMPORARY) || extension.starts_with(CLAIMED)) {
                continue;
            }
            let age = entry
                .metadata()
                .and_then(|data| data.modified())
                .ok()
                .and_then(|time| time.elapsed().ok());
            if age.is_some_and(|age| age > LEFTOVER_AFTER)
                && absent_is_false(patiently(|| fs::remove_file(entry.path()))).is_err()
            {
                // On a disk that cannot be written there is still something to read.
                tracing::warn!("what a crash left could not be removed");
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
    pub(super) fn spend(self) -> io::Result<()> {
        absent_is_false(patiently(|| fs::remove_file(&self.path))).map(drop)
    }
}

/// A record that was set aside because its key was gone.
#[derive(Debug)]
pub(super) struct Keyless {
    pub(super) name: RecordName,
    /// When, in milliseconds since 1970.
    since: u64,
    path: PathBuf,
}

impl Keyless {
    pub(super) fn read(&self, max: usize) -> io::Result<Option<Vec<u8>>> {
        read_whole(&self.path, max)
    }

    /// Once what was in it is back under its own name.
    pub(super) fn remove(self) -> io::Result<()> {
        absent_is_false(patiently(|| fs::remove_file(&self.path))).map(drop)
    }
}

/// Milliseconds since 1970 and a random number: no two files get the same.
fn now_and_random() -> String {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    format!("{since}-{:08x}", rand::rng().next_u32())
}

/// Whether this is the name of a record, of what is left or was set aside of one, or of the mark.
fn is_ours(file_name: &str) -> bool {
    let of_record = || {
        let (stem, extension) = file_name.split_once('.')?;
        RecordName::from_file_stem(stem)?;
        Some(extension == SEALED || extension.starts_with(CLAIMED) || extension.starts_with(ASIDE))
    };
    file_name == MARK
        || file_name.starts_with(PASSPHRASE)
        || file_name.starts_with(TEMPORARY)
        || of_record() == Some(true)
}

/// Whether a record was struck out, for it could not be removed.
fn is_struck_out(entry: &fs::DirEntry) -> bool {
    let may_be = entry.metadata().is_ok_and(|data| data.len() == STRUCK_OUT.len() as u64);
    may_be && read_whole(&entry.path(), STRUCK_OUT.len()).is_ok_and(|bytes| bytes.as_deref() == Some(STRUCK_OUT))
}
