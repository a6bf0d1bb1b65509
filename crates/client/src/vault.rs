//! One key in the operating system's keychain, and every record a sealed file beside it.
//!
//! A record is written in the clear nowhere and never: where the keychain cannot be used, nothing is written and the error
//! says so. A record that does not open is set aside under another name, never deleted. What is not detected: a whole
//! older file put back in place of a newer one.

mod examine;
mod failure;
#[cfg(test)]
mod faulty;
mod files;
mod keychain;
mod lock;
mod name;
mod seal;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

pub use self::examine::Integrity;
use self::failure::KeychainError;
pub use self::failure::{KeychainFault, VaultError};
#[cfg(test)]
pub(crate) use self::faulty::{Fault, FaultyKeychain};
use self::files::{Claimed, Folder};
use self::keychain::Keychain;
pub use self::keychain::{KeyStore, KeychainName, MemoryKeychain};
pub use self::lock::Lock;
use self::lock::Turns;
pub use self::name::{InvalidName, LockName, RecordKind, RecordName};
use self::seal::{Key, OVERHEAD, Unreadable};

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
    /// The key as it was last read, good for as long as the folder's mark names it.
    known: Mutex<Option<Key>>,
    turns: Turns,
}

impl Vault {
    /// Opens the folder, and removes what a crash left in it. The keychain is not asked.
    ///
    /// # Errors
    /// [`VaultError::StorageFull`], [`VaultError::StorageRefused`], [`VaultError::StorageFailed`].
    pub fn open(config: VaultConfig) -> Result<Self, VaultError> {
        let folder = Folder::open(config.folder)?;
        let keychain = Keychain::new(config.key_store, config.service);
        let inner = Inner {
            folder,
            keychain,
            known: Mutex::default(),
            turns: Turns::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Makes sure that the keychain keeps what it is given, and says which one it is.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`; `Damaged` when the key is gone and records were there: they are set
    /// aside; `Busy`; the storage errors.
    pub async fn keeping(&self) -> Result<KeychainName, VaultError> {
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        if inner.read_key().await?.is_none() {
            inner.set_all_aside_if_any().await?;
            inner.round_trip().await?;
        }
        Ok(inner.keychain.name().await?)
    }

    /// Asks the person to unlock the keychain, where the system has a way to ask.
    ///
    /// # Errors
    /// `KeychainUnavailable`: `Denied` when the prompt was dismissed, `Hung` when it was not answered within `within`.
    pub async fn unlock(&self, within: Duration) -> Result<(), VaultError> {
        Ok(self.inner.keychain.unlock(within).await?)
    }

    /// Stores a record, in place of the one that was there. When this returns, it is on the disk.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`; `Damaged` when the key is gone and records were there: they are set
    /// aside, nothing is stored, and the next `put` makes a new key; `TooLarge`, `Busy`; the storage errors. After each of them the
    /// old record is still there, unless `Damaged` set it aside.
    pub async fn put(&self, name: &RecordName, record: &[u8]) -> Result<(), VaultError> {
        if record.len() > MAX_RECORD {
            return Err(VaultError::TooLarge);
        }
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        let key = inner.key_to_seal_with().await?;
        let sealed = key.seal(name, record);
        let name = name.clone();
        inner.on_disk(move |folder| folder.write(&name, &sealed)).await
    }

    /// Reads a record. `None` when there is none, in which case the keychain is not asked.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, and the record is still there; `Damaged`, and it is set aside; `TooNew`; the
    /// storage errors.
    pub async fn get(&self, name: &RecordName) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let inner = &self.inner;
        let wanted = name.clone();
        let Some(file) = inner
            .on_disk(move |folder| folder.read(&wanted, MAX_RECORD + OVERHEAD))
            .await?
        else {
            return Ok(None);
        };
        match inner.open_record(name, &file).await? {
            Ok(record) => Ok(Some(record)),
            Err(Unreadable::TooNew) => Err(VaultError::TooNew),
            Err(Unreadable::DoesNotOpen) => {
                // Another process may have replaced it meanwhile, under a key that was made meanwhile.
                let _guard = inner.guard().await?;
                let wanted = name.clone();
                let again = inner
                    .on_disk(move |folder| folder.read(&wanted, MAX_RECORD + OVERHEAD))
                    .await?;
                let Some(again) = again else { return Ok(None) };
                match inner.open_record(name, &again).await? {
                    Ok(record) => Ok(Some(record)),
                    Err(Unreadable::TooNew) => Err(VaultError::TooNew),
                    Err(Unreadable::DoesNotOpen) => Err(inner.set_aside(name).await?),
                }
            }
        }
    }

    /// Removes a record. True when there was one. The keychain is not asked.
    ///
    /// # Errors
    /// The storage errors.
    pub async fn delete(&self, name: &RecordName) -> Result<bool, VaultError> {
        let name = name.clone();
        self.inner.on_disk(move |folder| folder.delete(&name)).await
    }

    /// Takes a record out of the vault: of all the processes and tasks that try, one gets it.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, and nothing was claimed; `Damaged`, and it is set aside; `TooNew`; the
    /// storage errors.
    pub async fn claim(&self, name: &RecordName) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let inner = &self.inner;
        let wanted = name.clone();
        if inner.on_disk(move |folder| folder.read(&wanted, 0)).await?.is_none() {
            return Ok(None);
        }
        // First the key: a record that is claimed and then cannot be read for want of it would be lost.
        let _ = inner.key_to_open_with().await?;
        let wanted = name.clone();
        let Some(claimed) = inner.on_disk(move |folder| folder.claim(&wanted)).await? else {
            return Ok(None);
        };
        let (claimed, file) = inner
            .on_disk(move |_| claimed.read(MAX_RECORD + OVERHEAD).map(|file| (claimed, file)))
            .await?;
        let opened = match inner.open_record(name, file.as_deref().unwrap_or_default()).await {
            Ok(opened) => opened,
            Err(error) => {
                inner.give_back(claimed, name).await?;
                return Err(error);
            }
        };
        match opened {
            Ok(record) => {
                // Nobody can claim it again under the name that it has now, so what is left of it is only swept later.
                if inner.on_disk(move |_| claimed.spend()).await.is_err() {
                    tracing::warn!("a claimed record could not be removed");
                }
                Ok(Some(record))
            }
            Err(Unreadable::TooNew) => {
                inner.give_back(claimed, name).await?;
                Err(VaultError::TooNew)
            }
            Err(Unreadable::DoesNotOpen) => {
                let name = name.clone();
                let moved = inner
                    .on_disk(move |folder| folder.set_claimed_aside(&claimed, &name))
                    .await?;
                Err(VaultError::Damaged {
                    set_aside: usize::from(moved),
                })
            }
        }
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

    /// Removes the key from the keychain if no record of any kind is left. True when no key is left.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, `Busy`; the storage errors.
    pub async fn delete_key_if_empty(&self) -> Result<bool, VaultError> {
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        if !inner.on_disk(|folder| folder.records()).await?.is_empty() {
            return Ok(false);
        }
        inner.forget();
        // The mark first: a key without a mark is read anew, a mark without its key would be believed.
        inner.on_disk(|folder| folder.remove_mark()).await?;
        inner.keychain.delete(KEY_USER).await?;
        Ok(inner.keychain.read(KEY_USER).await?.is_none())
    }

    /// Puts a record aside under another name, where it stays: for a record that opens and makes no sense.
    ///
    /// # Errors
    /// The storage errors.
    pub async fn set_aside(&self, name: &RecordName) -> Result<(), VaultError> {
        self.inner.set_aside(name).await.map(drop)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(..)")
    }
}

impl Inner {
    async fn guard(&self) -> Result<Lock, VaultError> {
        self.turns
            .lock(&self.folder, &LockName::vault(), VAULT_LOCK_WITHIN)
            .await
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T, VaultError> {
        let folder = self.folder.clone();
        match tokio::task::spawn_blocking(move || work(&folder)).await {
            Ok(done) => Ok(done?),
            Err(_) => Err(VaultError::StorageFailed),
        }
    }

    /// The key as the keychain has it; `None` when there is none or what is there is no key.
    async fn read_key(&self) -> Result<Option<Key>, VaultError> {
        let text = self.keychain.read(KEY_USER).await?;
        let key = text.and_then(|text| Key::from_text(&text));
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = key.clone();
        Ok(key)
    }

    fn known(&self) -> Option<Key> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Nothing is known of the key any more; the next need asks the keychain.
    fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// With the vault's lock held: the key that is in the keychain, made if there is none and nothing was sealed.
    async fn key_to_seal_with(&self) -> Result<Key, VaultError> {
        let mark = self.on_disk(|folder| folder.mark()).await?;
        // The mark is removed before the key is: while it names the key we know, the key is still the one.
        if let Some(key) = self.known()
            && mark.as_deref() == Some(key.mark().as_str())
        {
            return Ok(key);
        }
        let key = match self.read_key().await? {
            Some(key) => key,
            None => {
                self.set_all_aside_if_any().await?;
                self.make_key().await?
            }
        };
        let fresh = key.mark();
        if mark.as_deref() != Some(fresh.as_str()) {
            self.on_disk(move |folder| folder.set_mark(&fresh)).await?;
        }
        Ok(key)
    }

    async fn key_to_open_with(&self) -> Result<Option<Key>, VaultError> {
        match self.known() {
            Some(key) => Ok(Some(key)),
            None => self.read_key().await,
        }
    }

    async fn make_key(&self) -> Result<Key, VaultError> {
        let key = Key::random();
        self.keychain.write(KEY_USER, key.to_text()).await?;
        // Nothing is sealed with a key that the keychain might not give back.
        let kept = self.keychain.read(KEY_USER).await?;
        if kept.as_deref() != Some(&*key.to_text()) {
            return Err(KeychainError::from(KeychainFault::NotKept).into());
        }
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        Ok(key)
    }

    async fn round_trip(&self) -> Result<(), VaultError> {
        let trial = Key::random().to_text();
        self.keychain.write(TRIAL_USER, trial.clone()).await?;
        let kept = self.keychain.read(TRIAL_USER).await?;
        self.keychain.delete(TRIAL_USER).await?;
        if kept.as_deref() == Some(&*trial) {
            Ok(())
        } else {
            Err(KeychainError::from(KeychainFault::NotKept).into())
        }
    }

    /// Opens with the key that is known, else, should it be another by now, with the one in the keychain.
    async fn open_record(
        &self,
        name: &RecordName,
        file: &[u8],
    ) -> Result<Result<Zeroizing<Vec<u8>>, Unreadable>, VaultError> {
        if let Some(key) = self.known()
            && let Ok(record) = key.open(name, file)
        {
            return Ok(Ok(record));
        }
        Ok(match self.read_key().await? {
            Some(key) => key.open(name, file),
            None => Err(Unreadable::DoesNotOpen),
        })
    }

    async fn set_aside(&self, name: &RecordName) -> Result<VaultError, VaultError> {
        let name = name.clone();
        let moved = self.on_disk(move |folder| folder.set_aside(&name)).await?;
        tracing::warn!(moved, "a sealed record does not open");
        Ok(VaultError::Damaged {
            set_aside: usize::from(moved),
        })
    }

    /// With the vault's lock held and no key in the keychain: nothing that is here can ever be opened with a new one.
    async fn set_all_aside_if_any(&self) -> Result<(), VaultError> {
        let set_aside = self
            .on_disk(|folder| {
                let mut moved = 0;
                for name in folder.records()? {
                    moved += usize::from(folder.set_aside(&name)?);
                }
                folder.remove_mark()?;
                Ok(moved)
            })
            .await?;
        if set_aside == 0 {
            Ok(())
        } else {
            Err(VaultError::Damaged { set_aside })
        }
    }

    async fn give_back(&self, claimed: Claimed, name: &RecordName) -> Result<(), VaultError> {
        let name = name.clone();
        self.on_disk(move |folder| claimed.give_back(folder, &name)).await
    }
}

#[cfg(test)]
mod tests;
