//! Where records go: into the vault or, without a usable keychain, into memory until the program ends.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::Error;
use crate::error::Damage;
use crate::vault::{Lock, LockName, RecordKind, RecordName, Vault, VaultError};

/// How long a lock is waited for.
const LOCK_DEADLINE: Duration = Duration::from_secs(30);

/// Where secrets are kept, as true as it can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// It is being found out.
    Checking,
    /// In files sealed with a key from this keychain.
    Keychain(String),
    /// In memory only, until the program ends, for this reason.
    Memory(Error),
}

/// The records of one program.
pub(crate) enum Records {
    Sealed(Vault),
    Memory(Memory),
}

/// Records that are gone when the program ends.
#[derive(Default)]
pub(crate) struct Memory {
    records: Mutex<HashMap<RecordName, Zeroizing<Vec<u8>>>>,
    /// One lock for all: there is no second process that could see these.
    lock: std::sync::Arc<tokio::sync::Mutex<()>>,
}

/// Held while one account is changed.
pub(crate) enum Held {
    Sealed(#[expect(dead_code, reason = "held until it is dropped")] Lock),
    Memory(#[expect(dead_code, reason = "held until it is dropped")] tokio::sync::OwnedMutexGuard<()>),
}

/// A record's name. Ids are base64url of hashes and random numbers, so this never fails on our own.
pub(crate) fn name(kind: RecordKind, id: &str) -> Result<RecordName, Error> {
    RecordName::new(kind, id).map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))
}

impl Records {
    /// Finds out whether the vault can be used.
    pub(crate) async fn open(vault: Vault) -> (Self, Keeping) {
        let mut kept = vault.keeping().await;
        if let Err(VaultError::KeyGone { .. }) = kept {
            // Old records whose key is gone were set aside; the keychain itself can be used.
            tracing::warn!("records that do not open were set aside");
            kept = vault.keeping().await;
        }
        match kept {
            Ok(keychain) => (Self::Sealed(vault), Keeping::Keychain(keychain.as_str().to_owned())),
            Err(error) => (Self::Memory(Memory::default()), Keeping::Memory(error.into())),
        }
    }

    pub(crate) fn survive(&self) -> bool {
        matches!(self, Self::Sealed(_))
    }

    pub(crate) async fn put(&self, name: &RecordName, plaintext: &[u8]) -> Result<(), Error> {
        match self {
            Self::Sealed(vault) => Ok(vault.put(name, plaintext).await?),
            Self::Memory(memory) => {
                memory.all().insert(name.clone(), Zeroizing::new(plaintext.to_vec()));
                Ok(())
            }
        }
    }

    pub(crate) async fn get(&self, name: &RecordName) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        match self {
            Self::Sealed(vault) => Ok(vault.get(name).await?),
            Self::Memory(memory) => Ok(memory.all().get(name).cloned()),
        }
    }

    /// Takes a record out: it succeeds once, in one process.
    pub(crate) async fn claim(&self, name: &RecordName) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        match self {
            Self::Sealed(vault) => Ok(vault.claim(name).await?),
            Self::Memory(memory) => Ok(memory.all().remove(name)),
        }
    }

    pub(crate) async fn delete(&self, name: &RecordName) -> Result<(), Error> {
        match self {
            Self::Sealed(vault) => {
                vault.delete(name).await?;
                Ok(())
            }
            Self::Memory(memory) => {
                memory.all().remove(name);
                Ok(())
            }
        }
    }

    pub(crate) async fn list(&self, kind: RecordKind) -> Result<Vec<RecordName>, Error> {
        match self {
            Self::Sealed(vault) => Ok(vault.list(kind).await?),
            Self::Memory(memory) => Ok(memory
                .all()
                .keys()
                .filter(|name| name.kind() == kind)
                .cloned()
                .collect()),
        }
    }

    /// Waits until nobody else, in any process, changes what this lock stands for.
    pub(crate) async fn lock(&self, id: &str) -> Result<Held, Error> {
        match self {
            Self::Sealed(vault) => {
                let name = LockName::new(id).map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))?;
                Ok(Held::Sealed(vault.lock(&name, LOCK_DEADLINE).await?))
            }
            Self::Memory(memory) => Ok(Held::Memory(memory.lock.clone().lock_owned().await)),
        }
    }

    /// Deletes the key if no record is left that needs it. True if it is gone.
    pub(crate) async fn delete_key_if_empty(&self) -> Result<bool, Error> {
        match self {
            Self::Sealed(vault) => Ok(vault.delete_key_if_empty().await?),
            Self::Memory(_) => Ok(false),
        }
    }
}

impl Memory {
    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<RecordName, Zeroizing<Vec<u8>>>> {
        self.records.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
