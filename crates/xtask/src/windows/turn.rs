//! One run at a time below one target folder. Two would build the tests into the same files while the other runs them, and
//! each ends all that runs in the Wine prefix that both have.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::commands::{Result, TaskError};

/// This run's turn. It ends when this is dropped, or with the process.
#[derive(Debug)]
pub(super) struct Turn {
    _held: File,
}

impl Turn {
    /// Waits until no other run has it.
    ///
    /// # Errors
    /// [`TaskError::File`] where the folder cannot be written or locked.
    pub(super) fn wait_for(folder: &Path) -> Result<Self> {
        match Self::take(folder)? {
            Some(turn) => Ok(turn),
            None => {
                eprintln!(
                    "  another run is under way in {}; waiting for its end",
                    folder.display()
                );
                let file = open(folder)?;
                file.lock().map_err(|source| failed(folder, source))?;
                Ok(Self { _held: file })
            }
        }
    }

    /// Takes it if nobody has it.
    fn take(folder: &Path) -> Result<Option<Self>> {
        let file = open(folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _held: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(failed(folder, source)),
        }
    }
}

/// A file of its own, which nothing replaces or removes: a lock on a file that is gone holds nobody.
fn open(folder: &Path) -> Result<File> {
    let open = || {
        std::fs::create_dir_all(folder)?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        options.open(folder.join("run.lock"))
    };
    open().map_err(|source| failed(folder, source))
}

fn failed(folder: &Path, source: std::io::Error) -> TaskError {
    TaskError::File {
        path: folder.join("run.lock"),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_waits_until_the_first_has_ended() {
        let folder = crate::tree::target().join(format!("turn-test-{}", std::process::id()));
        let first = Turn::wait_for(&folder).unwrap();
        assert!(Turn::take(&folder).unwrap().is_none(), "one at a time");
        let waits = std::thread::spawn({
            let folder = folder.clone();
            move || Turn::wait_for(&folder).map(drop)
        });
        assert!(!waits.is_finished());
        drop(first);
        waits.join().unwrap().unwrap();
        assert!(Turn::take(&folder).unwrap().is_some(), "its turn is over too");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
