//! Records that changed and could not be written: this process goes on with them from memory, and writes them as soon as it
//! can.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::{Duration, Instant};
use zeroize::Zeroizing;

use crate::Error;
use crate::client::Event;
use crate::inner::Inner;
use crate::sessions::{AccountId, Record, lock_name, read, revocations, write};

/// Between two tries to write a record: doubled from the first to the last.
const PAUSES: std::ops::RangeInclusive<Duration> = Duration::from_secs(2)..=Duration::from_secs(60);

/// Records that are newer than those on disk, by account.
#[derive(Default)]
pub(crate) struct Unsaved {
    waiting: Mutex<HashMap<AccountId, Waiting>>,
    /// Held while one is written: a hundred uses are no hundred writes.
    saving: tokio::sync::Mutex<()>,
}

struct Waiting {
    /// As it would be sealed. It is not, for it never leaves memory in this form.
    record: Zeroizing<Vec<u8>>,
    again_at: Instant,
    pause: Duration,
}

impl Unsaved {
    fn waiting(&self) -> MutexGuard<'_, HashMap<AccountId, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn all(&self) -> Vec<AccountId> {
        let mut all: Vec<_> = self.waiting().keys().cloned().collect();
        all.sort();
        all
    }

    pub(crate) fn has(&self, id: &AccountId) -> bool {
        self.waiting().contains_key(id)
    }

    /// Those whose next try is due.
    pub(crate) fn due(&self) -> Vec<AccountId> {
        let now = Instant::now();
        let waiting = self.waiting();
        let due = waiting.iter().filter(|(_, record)| record.again_at <= now);
        due.map(|(id, _)| id.clone()).collect()
    }

    /// What is on disk counts again: the person signed in anew, or out.
    pub(crate) fn forget(&self, id: &AccountId) -> bool {
        self.waiting().remove(id).is_some()
    }

    fn record(&self, id: &AccountId) -> Option<Record> {
        let waiting = self.waiting();
        Record::from_bytes(&waiting.get(id)?.record).ok()
    }

    /// Takes a record in. True if nothing else waits: the person has not been told.
    fn put(&self, record: &Record) -> bool {
        let mut waiting = self.waiting();
        let first = waiting.is_empty();
        let record_now = record.to_bytes();
        let entry = waiting.entry(record.id()).or_insert_with(|| Waiting {
            record: Zeroizing::default(),
            again_at: Instant::now() + *PAUSES.start(),
            pause: *PAUSES.start(),
        });
        entry.record = record_now;
        first
    }

    fn failed_again(&self, id: &AccountId) {
        if let Some(entry) = self.waiting().get_mut(id) {
            entry.pause = (entry.pause * 2).min(*PAUSES.end());
            entry.again_at = Instant::now() + entry.pause;
        }
    }
}

/// An account's record as it is: what waits to be written, else what is on disk.
pub(crate) async fn current(inner: &Inner, id: &AccountId) -> Result<Option<Record>, Error> {
    match inner.refreshing.unsaved.record(id) {
        Some(record) => Ok(Some(record)),
        None => read(inner.records().await, id).await,
    }
}

/// Writes a record that changed or, if it cannot be written, goes on with it in memory and tells the person so, once.
///
/// False, and nothing is written, if the account is gone: somebody signed out who did not wait for us.
pub(super) async fn keep(inner: &Inner, record: &Record) -> bool {
    let (unsaved, records, id) = (&inner.refreshing.unsaved, inner.records().await, record.id());
    let gone = inner.signed_out().contains(&id) || !unsaved.has(&id) && matches!(read(records, &id).await, Ok(None));
    if gone {
        inner.index.remove(&id);
        inner.tell_accounts();
        return false;
    }
    match write(records, record).await {
        Ok(()) => {
            unsaved.forget(&id);
        }
        Err(error) => {
            tracing::warn!(%error, "an account's record could not be written; memory keeps it");
            if unsaved.put(record) {
                inner.tell(Event::Notice(error));
            }
        }
    }
    inner.index.set(record.account());
    inner.tell_accounts();
    true
}

/// Writes a record with the mark of a refresh that is about to be sent.
///
/// Errors: those of the vault. Not for a record that waits to be written: the disk has the mark of the refresh that brought it,
/// and memory keeps this one.
pub(super) async fn keep_mark(inner: &Inner, record: &Record) -> Result<(), Error> {
    let (unsaved, id) = (&inner.refreshing.unsaved, record.id());
    match write(inner.records().await, record).await {
        Ok(()) => {
            unsaved.forget(&id);
        }
        Err(_) if unsaved.has(&id) => {
            unsaved.put(record);
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Tries to write the record of an account that waits for it.
///
/// Errors: those of the vault, and it goes on waiting.
pub(crate) async fn save(inner: &Inner, id: &AccountId) -> Result<(), Error> {
    let unsaved = &inner.refreshing.unsaved;
    let _alone = unsaved.saving.lock().await;
    if !unsaved.has(id) {
        return Ok(());
    }
    let saved = async {
        let _held = inner.records().await.lock(&lock_name(id)).await?;
        save_locked(inner, id).await
    };
    let saved = saved.await;
    if saved.is_err() {
        unsaved.failed_again(id);
    }
    saved
}

/// The same in a task of its own, unless somebody is at it.
pub(crate) fn save_soon(inner: &Arc<Inner>, id: &AccountId) {
    if inner.refreshing.unsaved.saving.try_lock().is_ok() {
        let (inner, id) = (inner.clone(), id.clone());
        tokio::spawn(async move { save(&inner, &id).await });
    }
}

/// The same with the account's lock held.
pub(super) async fn save_locked(inner: &Inner, id: &AccountId) -> Result<(), Error> {
    let unsaved = &inner.refreshing.unsaved;
    let Some(ours) = unsaved.record(id) else { return Ok(()) };
    let on_disk = match read(inner.records().await, id).await {
        // What does not open was set aside, and ours takes its place.
        Err(Error::VaultDamaged(_)) => return write_ours(inner, &ours).await,
        on_disk => on_disk?,
    };
    match on_disk {
        // The disk still has the mark, or another process found it and gave the session up: it knows less than we do.
        Some(disk) if disk.signed_in_at == ours.signed_in_at && (disk.refreshing_since.is_some() || disk.ended) => {
            write_ours(inner, &ours).await
        }
        // The person signed in anew, or another process renewed it: that is newer.
        Some(disk) => {
            unsaved.forget(id);
            inner.index.set(disk.account());
            inner.tell_accounts();
            Ok(())
        }
        // The person signed out in another process: the session stays dead, and so do its last tokens.
        None => {
            unsaved.forget(id);
            inner.index.remove(id);
            inner.tell_accounts();
            revocations::revoke_late(inner, &ours).await;
            Ok(())
        }
    }
}

async fn write_ours(inner: &Inner, ours: &Record) -> Result<(), Error> {
    write(inner.records().await, ours).await?;
    inner.refreshing.unsaved.forget(&ours.id());
    inner.index.set(ours.account());
    inner.tell_accounts();
    Ok(())
}
