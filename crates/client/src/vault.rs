//! One key in the operating system's keychain, and every record a sealed file beside it.
//!
//! A record is written in the clear nowhere and never: where the keychain cannot be used, nothing is written and the error
//! says so. A record that does not open is set aside under another name, never deleted. What is not detected: a whole
//! older file put back in place of a newer one.
//!
//! A passphrase can take the keychain's place, by the person's choice; the folder says which of the two is in force.
//!
//! A keychain may answer after its deadline, and what it was asked to change may be changed then. Therefore:
//!
//! - Whoever changes the key's entry holds the lock `key-entry` until the keychain is done, though nobody may wait for it any more.
//!   Until then no process with this folder begins another change: the answer is `Hung`.
//! - Whoever marks the folder with a key, which is what lets records be sealed with it, holds that lock too and has read the entry
//!   under it. So no change that was begun before can take the key away from records that were sealed since.
//! - Each change that is begun under a mark leaves the key of that mark in the entry, or removes the mark first.
//!
//! What does not hold: a process that ends gives the lock back, though the keychain may still be at work on what it was asked;
//! vaults with different folders and the same service share the entry and not the lock; and a keychain that loses what it
//! gave back has lost it, unless a process is left that knows the key ([`Vault::key_was_restored`]).

mod aside;
mod examine;
mod failure;
#[cfg(test)]
mod faulty;
mod files;
mod in_force;
mod keychain;
mod keys;
mod lock;
mod moves;
mod name;
pub mod passphrase;
mod place;
mod rotation;
mod seal;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
mod sharing;

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use zeroize::Zeroizing;

pub use self::examine::Integrity;
pub use self::failure::{KeychainFault, VaultError};
#[cfg(test)]
pub(crate) use self::faulty::{Fault, FaultyKeychain};
use self::files::Folder;
use self::keychain::Keychain;
pub use self::keychain::{KeyStore, KeychainName, MemoryKeychain};
use self::keys::{Keys, Mark};
pub use self::lock::Lock;
use self::lock::Turns;
pub use self::moves::KeptWith;
pub use self::name::{InvalidName, LockName, RecordKind, RecordName};
use self::passphrase::Wrapping;
use self::place::Place;
#[cfg(fuzzing)]
pub(crate) use self::seal::opens_as_a_record;
use self::seal::{Format, OVERHEAD, Unreadable};
use crate::points::{Point, reach};

/// The largest record, in bytes before sealing.
pub const MAX_RECORD: usize = 1 << 20;

/// The key's entry, the same for all versions: a version that looked elsewhere would find no key and damage.
const KEY_USER: &str = "vault-key";

/// The entry that a round trip makes and removes.
const TRIAL_USER: &str = "round-trip";

/// How long the vault's own lock is waited for; it is held while the keychain is asked.
const VAULT_LOCK_WITHIN: Duration = Duration::from_secs(15);

/// Where a vault is.
#[derive(Clone, Debug)]
pub struct VaultConfig {
    /// The folder of the records, made when it is not there.
    pub folder: PathBuf,
    /// The name under which the keychain keeps the key: the program's identifier.
    pub service: String,
    /// Where the key is.
    pub key_store: KeyStore,
}

/// A vault. Clones are the same vault; so are vaults of other processes with the same folder and service.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    folder: Folder,
    keychain: Keychain,
    /// The keys as they were last read; the first is good to seal with for as long as the folder's mark names it.
    known: Mutex<Option<Keys>>,
    /// What the passphrase became, once it was given to this process.
    unlocked: Mutex<Option<Wrapping>>,
    /// The version in which records are written.
    format: Format,
    turns: Turns,
    /// The vault's lock, while a task of ours has it.
    held: Mutex<Weak<Lock>>,
    /// The keychain had lost the key, and was given it again.
    restored: AtomicBool,
    /// The folder was not there before.
    folder_is_new: bool,
    /// Files are read and written by the thread that asks.
    in_place: AtomicBool,
}

impl Vault {
    /// Opens the folder, and removes what a crash left in it. The keychain is not asked.
    ///
    /// # Errors
    /// [`VaultError::StorageFull`], [`VaultError::StorageRefused`], [`VaultError::StorageFailed`].
    pub fn open(config: VaultConfig) -> Result<Self, VaultError> {
        Self::open_as(config, Format::CURRENT)
    }

    fn open_as(config: VaultConfig, format: Format) -> Result<Self, VaultError> {
        let folder_is_new = !config.folder.try_exists()?;
        let folder = Folder::open(config.folder)?;
        let keychain = Keychain::new(config.key_store, config.service);
        let inner = Inner {
            folder,
            keychain,
            known: Mutex::default(),
            unlocked: Mutex::default(),
            format,
            turns: Turns::default(),
            held: Mutex::default(),
            restored: AtomicBool::default(),
            folder_is_new,
            in_place: AtomicBool::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// For a program that is gone in a moment and has nothing else to do meanwhile. From now on files are read and written by the thread that
    /// asks, and not handed to one for it: where a window is drawn, a slow disk would stop it. And the keychain is opened at once, if
    /// the key is there.
    pub(crate) async fn hurry(&self) {
        self.inner.in_place.store(true, Ordering::Relaxed);
        if matches!(self.inner.place().await, Ok(Place::Keychain)) {
            self.inner.keychain.hasten();
        }
    }

    /// Makes sure that the keychain keeps what it is given, and says which one it is; of a vault under a passphrase, that
    /// the passphrase was given. Then completes what was interrupted: a rotation, a move of the key, records that wait for a
    /// key which is back.
    ///
    /// # Errors
    /// `KeychainUnavailable`, among them `Changed` and `OtherKey`, which leave all as it is until the person decides
    /// ([`start_afresh`](Self::start_afresh)); `KeychainLocked`; `PassphraseNeeded`; `KeyGone` when the key is gone and records
    /// were there: they are set aside; `Busy`; the storage errors.
    pub async fn keeping(&self) -> Result<KeychainName, VaultError> {
        let inner = &self.inner;
        let (name, rotating) = {
            let _guard = inner.guard().await?;
            let mark = inner.mark().await?;
            let keys = inner.keys_kept(mark.as_ref()).await?;
            if keys.is_none() {
                inner.round_trip().await?;
            }
            let name = inner.place_name().await?;
            if let Some(keys) = &keys {
                inner.name_the_place(keys, mark, &name).await;
            }
            (name, keys.is_some_and(|keys| keys.older.is_some()))
        };
        // None of these is needed to go on, and each is tried again the next time.
        if let Err(error) = inner.complete_move().await {
            tracing::warn!(%error, "the keychain may still have a copy of the vault's key");
        }
        if rotating && let Err(error) = inner.finish_rotation().await {
            tracing::warn!(%error, "the vault's key is still being replaced");
        }
        match self.bring_back().await {
            Ok(0) => {}
            Ok(records) => tracing::info!(records, "records came back with their key"),
            Err(error) => tracing::warn!(%error, "records that were set aside could not be looked at"),
        }
        Ok(name)
    }

    /// Asks the person to unlock the keychain, where the system has a way to ask.
    ///
    /// # Errors
    /// `KeychainUnavailable`: `Denied` when the prompt was dismissed, `Hung` when it was not answered within `within`;
    /// `PassphraseNeeded` where a passphrase is in force and was not given ([`unlock_with`](Self::unlock_with)).
    pub async fn unlock(&self, within: Duration) -> Result<(), VaultError> {
        match self.kept_with().await? {
            KeptWith::Keychain => Ok(self.inner.keychain.unlock(within).await?),
            KeptWith::Passphrase { unlocked: true } => Ok(()),
            KeptWith::Passphrase { unlocked: false } => Err(VaultError::PassphraseNeeded),
        }
    }

    /// Stores a record, in place of the one that was there. When this returns, it is on the disk.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, `PassphraseNeeded`; `KeyGone` when the key is gone and records were there: they
    /// are set aside, nothing is stored, and the next `put` makes a new key; `TooLarge`, `Busy`; the storage errors. After each of
    /// them the old record is still there, unless `KeyGone` set it aside.
    pub async fn put(&self, name: &RecordName, record: &[u8]) -> Result<(), VaultError> {
        if record.len() > MAX_RECORD {
            return Err(VaultError::TooLarge);
        }
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        let keys = inner.keys_to_seal_with().await?;
        let sealed = keys.first.seal(inner.format, name, record);
        let name = name.clone();
        inner.on_disk(move |folder| folder.write(&name, &sealed)).await
    }

    /// Reads a record. `None` when there is none, in which case the keychain is not asked. One that an older version of this program
    /// wrote is written anew in passing.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, `PassphraseNeeded`, and the record is still there; `Damaged`, and it is set
    /// aside; `KeyGone`, and all are; `TooNew`; `Busy`; the storage errors.
    pub async fn get(&self, name: &RecordName) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let inner = &self.inner;
        let wanted = name.clone();
        let file = inner
            .on_disk(move |folder| folder.read(&wanted, MAX_RECORD + OVERHEAD))
            .await?;
        let Some(file) = file else { return Ok(None) };
        if file == files::STRUCK_OUT {
            return Ok(None);
        }
        match inner.open_record(name, &file).await? {
            Ok(opened) => {
                if opened.older_format
                    && let Err(error) = inner.migrate(name).await
                {
                    tracing::warn!(%error, "a record of an older version stays as it is for now");
                }
                Ok(Some(opened.record))
            }
            Err(Unreadable::TooNew) => Err(VaultError::TooNew),
            Err(Unreadable::DoesNotOpen) => {
                // Another process may have replaced it meanwhile, under a key that was made meanwhile.
                let _guard = inner.guard().await?;
                Ok(inner.open_held(name).await?.map(|opened| opened.record))
            }
        }
    }

    /// Removes a record. True when there was one. The keychain is not asked. What was set aside under its name for want of a
    /// key does not come back any more.
    ///
    /// # Errors
    /// `Busy`, the storage errors. The record may be there or not, and the call can be repeated.
    pub async fn delete(&self, name: &RecordName) -> Result<bool, VaultError> {
        let inner = &self.inner;
        // Without the lock, a rotation that has just read it would write it again.
        let _guard = inner.guard().await?;
        let name = name.clone();
        inner.on_disk(move |folder| folder.delete(&name)).await
    }

    /// Overwrites a record where it stands, for a folder in which nothing can be removed or renamed: it reads as none from now on,
    /// and is removed when the folder is opened and can be written. The keychain is not asked.
    ///
    /// # Errors
    /// The storage errors.
    pub async fn strike_out(&self, name: &RecordName) -> Result<(), VaultError> {
        let name = name.clone();
        self.inner.on_disk(move |folder| folder.strike_out(&name)).await
    }

    /// Removes everything that was ever put here, and the key: records, what was set aside, what a crash left. What stays are the lock
    /// files, which are empty, because another process may be holding one, and what others put into the folder. The number of files
    /// that could not be removed.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, and every file is gone all the same; `Busy`; the storage errors.
    pub async fn remove_everything(&self) -> Result<usize, VaultError> {
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        let in_keychain = matches!(inner.place().await?, Place::Keychain);
        // A copy that a move left in there; without a mark there is none.
        let copy_of = inner
            .mark()
            .await?
            .filter(|mark| mark.place.as_deref() != Some(keys::PASSPHRASE));
        inner.remember(None);
        inner.set_unlocked(None);
        let left = inner.on_disk(|folder| folder.remove_everything()).await?;
        let is_ours = |text: &str, mark: &Mark| Keys::from_text(text).is_some_and(|keys| keys.has(&mark.key));
        if in_keychain {
            inner.remove_from_keychain().await?;
        } else if let Some(mark) = copy_of
            && inner
                .keychain
                .read(KEY_USER)
                .await?
                .is_some_and(|text| is_ours(&text, &mark))
        {
            inner.remove_from_keychain().await?;
        }
        Ok(left)
    }

    /// Takes a record out of the vault: of all the processes and tasks that try, one gets it.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, `PassphraseNeeded`, and nothing was claimed; `Damaged`, and it is set aside; `KeyGone`, and
    /// all are; `TooNew`; `Busy`; the storage errors.
    pub async fn claim(&self, name: &RecordName) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let inner = &self.inner;
        let wanted = name.clone();
        if !inner.on_disk(move |folder| folder.has(&wanted)).await? {
            return Ok(None);
        }
        // Without the lock, a rotation that has just read it would write it again.
        let _guard = inner.guard().await?;
        // Opened first: one that was claimed and then could not be read for want of the key would be lost.
        let Some(opened) = inner.open_held(name).await? else {
            return Ok(None);
        };
        let wanted = name.clone();
        let Some(claimed) = inner.on_disk(move |folder| folder.claim(&wanted)).await? else {
            return Ok(None);
        };
        // Nobody can claim it again under the name that it has now, so what is left of it is only swept later.
        if inner.on_disk(move |_| claimed.spend()).await.is_err() {
            tracing::warn!("a claimed record could not be removed");
        }
        Ok(Some(opened.record))
    }

    /// The records of a kind, by id. The keychain is not asked, and none is opened.
    ///
    /// # Errors
    /// The storage errors.
    pub async fn list(&self, kind: RecordKind) -> Result<Vec<RecordName>, VaultError> {
        self.inner.on_disk(move |folder| folder.list(kind)).await
    }

    /// Takes a lock that holds against other tasks, who get it in the order they asked, and other processes.
    ///
    /// # Errors
    /// `Busy` when it was not free within the time; the storage errors.
    pub async fn lock(&self, name: &LockName, within: Duration) -> Result<Lock, VaultError> {
        self.inner.turns.lock(&self.inner.folder, name, within).await
    }

    /// Removes the key from the keychain if no record of any kind is left, and something was sealed here. True when no key is left. A key under a
    /// passphrase stays: the passphrase is the person's choice for what comes next too.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, `Busy`; the storage errors.
    pub async fn delete_key_if_empty(&self) -> Result<bool, VaultError> {
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        if !inner.on_disk(|folder| folder.records()).await?.is_empty() {
            return Ok(false);
        }
        if !matches!(inner.place().await?, Place::Keychain) {
            return Ok(false);
        }
        // A folder that was made a moment ago, and in which nothing was ever sealed, may stand where the disk with the real one is
        // not mounted yet: the key is that one's.
        if inner.folder_is_new && inner.mark().await?.is_none() {
            return Ok(false);
        }
        inner.remember(None);
        // The mark first: a key without a mark is read anew, a mark without its key would be believed.
        inner.on_disk(|folder| folder.remove_mark()).await?;
        reach(Point::SignOutMarkRemoved);
        inner.remove_from_keychain().await?;
        Ok(inner.keychain.read(KEY_USER).await?.is_none())
    }

    /// Puts a record aside under another name, where it stays: for a record that opens and makes no sense.
    ///
    /// # Errors
    /// `Busy`, the storage errors.
    pub async fn set_aside(&self, name: &RecordName) -> Result<(), VaultError> {
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        let name = name.clone();
        inner.on_disk(move |folder| folder.set_aside(&name)).await.map(drop)
    }

    /// For [`points::vault_key`](crate::points::vault_key).
    #[cfg(feature = "points")]
    pub(crate) fn known_key(&self) -> Option<Zeroizing<[u8; 32]>> {
        self.inner.known().map(|keys| keys.first.bytes())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(..)")
    }
}

impl Inner {
    async fn guard(&self) -> Result<Arc<Lock>, VaultError> {
        let name = LockName::vault();
        let lock = Arc::new(self.turns.lock(&self.folder, &name, VAULT_LOCK_WITHIN).await?);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&lock);
        Ok(lock)
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T, VaultError> {
        if self.in_place.load(Ordering::Relaxed) {
            return Ok(work(&self.folder)?);
        }
        let folder = self.folder.clone();
        // Whoever asked may go away in the middle; the work goes on, and with it the lock that it was begun under.
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        let working = tokio::task::spawn_blocking(move || {
            let done = work(&folder);
            drop(held);
            done
        });
        match working.await {
            Ok(done) => Ok(done?),
            Err(_) => Err(VaultError::StorageFailed),
        }
    }

    fn key_store(&self) -> &KeyStore {
        self.keychain.store()
    }

    /// Writes down where the key is, where that is not written yet. A key that the mark does not name is marked by nobody but
    /// [`Self::adopt`], when something is sealed with it: the keychain may be about to take it away, and a folder in which nothing
    /// was ever sealed has no key of its own.
    async fn name_the_place(&self, keys: &Keys, mark: Option<Mark>, name: &KeychainName) {
        let named_otherwise = |mark: &Mark| mark.key == keys.mark() && mark.place.as_deref() != Some(name.as_str());
        if mark.as_ref().is_some_and(named_otherwise) && self.set_mark(keys).await.is_err() {
            tracing::warn!("where the vault's key is could not be written down");
        }
    }
}

#[cfg(test)]
mod tests;
