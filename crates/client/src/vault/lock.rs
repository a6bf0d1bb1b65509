//! Locks that tasks of one process take in the order they asked, and that hold against other processes too.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Mutex as FairMutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::failure::VaultError;
use super::files::Folder;
use super::name::LockName;

/// Between two attempts while another process holds the lock: the operating system has no call that waits for a file
/// lock and has a deadline too.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// Held until it is dropped, and by the operating system's hand not a moment longer than the process lives.
#[derive(Debug)]
#[must_use = "the lock is given back when this is dropped"]
pub struct Lock {
    // Fields drop in this order: other processes first, so that the next task of ours finds the file free.
    _file: File,
    _turn: OwnedMutexGuard<()>,
}

/// Whose turn it is in this process.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<LockName, Weak<FairMutex<()>>>>);

impl Turns {
    fn turn(&self, name: &LockName) -> Arc<FairMutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = turns.get(name).and_then(Weak::upgrade) {
            return known;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let fresh = Arc::new(FairMutex::new(()));
        turns.insert(name.clone(), Arc::downgrade(&fresh));
        fresh
    }

    pub(super) async fn lock(&self, folder: &Folder, name: &LockName, within: Duration) -> Result<Lock, VaultError> {
        let give_up = Instant::now() + within;
        let turn = self.turn(name).lock_owned();
        let turn = tokio::time::timeout_at(give_up, turn)
            .await
            .map_err(|_| VaultError::Busy)?;
        let file = folder.lock_file(&name.file_name())?;
        let mut pause = FIRST_PAUSE;
        loop {
            match file.try_lock() {
                Ok(()) => {
                    return Ok(Lock {
                        _file: file,
                        _turn: turn,
                    });
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
            if Instant::now() >= give_up {
                return Err(VaultError::Busy);
            }
            tokio::time::sleep_until(give_up.min(Instant::now() + pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
