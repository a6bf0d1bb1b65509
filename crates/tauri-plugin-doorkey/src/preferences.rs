//! What the person chose about the window: kept in a file beside the vault, in the clear, for it is nobody's secret.
//!
//! Not in the web view's own storage: that is written a second late, and what was chosen just before the window closes is gone.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorkey::Error;
use doorkey::error::StorageFault;
use doorkey::locales::{self, Language};

use crate::ipc::Preferences;

const FILE: &str = "preferences.json";
/// Far more than there is to choose.
const LONGEST: u64 = 4_096;

/// The preferences and the file that they are kept in.
pub(crate) struct Kept {
    file: PathBuf,
    now: Mutex<Preferences>,
}

impl Kept {
    /// Reads them from a folder. A file that is not there, or holds nothing that can be read, is as one in which nothing was chosen.
    pub(crate) fn open(folder: &Path) -> Self {
        let file = folder.join(FILE);
        let small = std::fs::metadata(&file).is_ok_and(|file| file.len() <= LONGEST);
        let text = small.then(|| std::fs::read(&file).ok()).flatten();
        let now = text.and_then(|text| serde_json::from_slice(&text).ok());
        Self {
            file,
            now: Mutex::new(now.unwrap_or_default()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Preferences> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Preferences {
        *self.lock()
    }

    /// Speaks the language that was chosen, or the system's.
    pub(crate) fn speak(&self) {
        let chosen = self.now().language.map(Language::from);
        locales::speak(chosen.unwrap_or_else(Language::of_system));
    }

    /// Keeps other ones. They hold from now on, even if they cannot be written.
    ///
    /// Errors: `StorageFull`.
    pub(crate) fn set(&self, preferences: Preferences) -> Result<(), Error> {
        let mut now = self.lock();
        *now = preferences;
        let text = serde_json::to_vec(&preferences).map_err(|_| Error::StorageFull(StorageFault::StorageFailed))?;
        write(&self.file, &text).map_err(|error| {
            Error::StorageFull(match error.kind() {
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StorageFault::Full,
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    StorageFault::StorageRefused
                }
                _ => StorageFault::StorageFailed,
            })
        })
    }

    /// Forgets what was chosen.
    pub(crate) fn forget(&self) {
        *self.lock() = Preferences::default();
        // That it was not there is as well.
        let _ = std::fs::remove_file(&self.file);
    }
}

/// The whole file or none of it, whatever happens meanwhile.
fn write(file: &Path, text: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text)?;
    new.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc::{Door, Theme};

    #[test]
    fn what_was_chosen_is_there_at_the_next_start_and_gone_once_it_is_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let chosen = Preferences {
            theme: Theme::Dark,
            language: Some(crate::ipc::Language::Ja),
            door: Some(Door::Loopback),
        };
        Kept::open(folder.path()).set(chosen).expect("it can be written");
        let again = Kept::open(folder.path());
        assert_eq!(again.now(), chosen);
        again.forget();
        assert_eq!(again.now(), Preferences::default());
        assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 0);
        assert_eq!(Kept::open(folder.path()).now(), Preferences::default());
    }

    #[test]
    fn a_file_that_says_nothing_sensible_is_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        for odd in ["", "{", "{\"theme\":\"pink\",\"door\":null}", "[]", &"x".repeat(10_000)] {
            std::fs::write(folder.path().join(FILE), odd).expect("it can be written");
            assert_eq!(Kept::open(folder.path()).now(), Preferences::default(), "{odd}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_and_what_was_chosen_holds_for_now() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let kept = Kept::open(&file.path().join("no-folder"));
        let chosen = Preferences {
            theme: Theme::Light,
            language: None,
            door: None,
        };
        assert!(matches!(kept.set(chosen), Err(Error::StorageFull(_))));
        assert_eq!(kept.now(), chosen);
    }
}
