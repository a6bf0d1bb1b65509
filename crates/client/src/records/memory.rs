//! Records in memory, with locks of this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::vault::RecordName;

/// Records that are gone when the program ends.
#[derive(Default)]
pub(super) struct Memory {
    records: Mutex<HashMap<RecordName, Zeroizing<Vec<u8>>>>,
    /// By what they stand for. Only of this process: there is no second one that could see these.
    locks: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Memory {
    pub(super) fn all(&self) -> MutexGuard<'_, HashMap<RecordName, Zeroizing<Vec<u8>>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn locks(&self) -> MutexGuard<'_, HashMap<String, Arc<tokio::sync::Mutex<()>>>> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock of this name. Accounts do not wait for each other: one of them may wait for its provider.
    pub(super) fn lock(&self, id: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.locks();
        // Nobody else has those, so nobody holds or waits for them.
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        locks.entry(id.to_owned()).or_default().clone()
    }

    /// A lock that somebody holds.
    pub(super) fn held(&self) -> Option<Arc<tokio::sync::Mutex<()>>> {
        self.locks().values().find(|lock| lock.try_lock().is_err()).cloned()
    }

    /// Waits for each in turn, and keeps none: who holds one may want another.
    pub(super) async fn wait_until_unlocked(&self) {
        while let Some(lock) = self.held() {
            drop(lock.lock().await);
        }
    }
}
