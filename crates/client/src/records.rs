//! Where records go: into the vault or, as long as it cannot be used, into memory; from there they move into the vault
//! as soon as it can.

mod content;
mod memory;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedMutexGuard, RwLock};
use zeroize::Zeroizing;

pub(crate) use self::content::{content, name};
use self::memory::Memory;
use crate::Error;
use crate::error::Damage;
use crate::vault::{KeptWith, Lock, LockName, RecordKind, RecordName, Vault, VaultError};

/// How long a lock is waited for.
const LOCK_DEADLINE: Duration = Duration::from_secs(30);

/// Where secrets are kept, as true as it can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// It is being found out.
    Checking,
    /// In files sealed with a key from this keychain.
    Keychain(String),
    /// In files sealed with a key that a passphrase of the person's opens.
    Passphrase,
    /// In memory only, until the program ends or the reason does.
    Memory(Error),
}

/// The records of one program.
pub(crate) struct Records {
    vault: Vault,
    /// Written only while what is in memory moves into the vault, so that nobody's change falls between.
    place: RwLock<Place>,
    /// What `place` is, for those who cannot wait.
    keeping: Mutex<Keeping>,
    memory: Memory,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Vault,
    Memory,
}

/// Held while one account is changed.
pub(crate) enum Held {
    Vault(#[expect(dead_code, reason = "held until it is dropped")] Lock),
    Memory(#[expect(dead_code, reason = "held until it is dropped")] OwnedMutexGuard<()>),
}

impl Records {
    /// Finds out whether the vault can be used. What it found to be damaged is told, and does not keep it from being used.
    pub(crate) async fn open(vault: Vault) -> (Self, Option<Error>) {
        let (kept, damage) = keeping(&vault).await;
        let (place, keeping) = match kept {
            Ok(keeping) => (Place::Vault, keeping),
            Err(error) => (Place::Memory, Keeping::Memory(error)),
        };
        let records = Self {
            vault,
            place: RwLock::new(place),
            keeping: Mutex::new(keeping),
            memory: Memory::default(),
        };
        (records, damage)
    }

    /// Where secrets are kept.
    pub(crate) fn keeping(&self) -> Keeping {
        self.told().clone()
    }

    fn told(&self) -> MutexGuard<'_, Keeping> {
        self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The vault, whether it can be used or not.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Looks once more whether the vault can be used, if it could not. If so, what is in memory moves into it, in place of
    /// older records of the same names. True if anything is otherwise than it was; what was damaged is told.
    pub(crate) async fn look_again(&self) -> (bool, Option<Error>) {
        if *self.place.read().await == Place::Vault {
            return (false, None);
        }
        let (kept, damage) = keeping(&self.vault).await;
        let moved = match kept {
            Ok(keeping) => self.move_into_vault().await.map(|()| keeping),
            Err(error) => Err(error),
        };
        let now = moved.unwrap_or_else(Keeping::Memory);
        let mut told = self.told();
        let changed = *told != now;
        *told = now;
        (changed, damage)
    }

    /// Says anew where the vault keeps its key, after that was changed.
    pub(crate) async fn key_was_moved(&self) {
        if let (Ok(keeping), _) = keeping(&self.vault).await
            && self.survive().await
        {
            *self.told() = keeping;
        }
    }

    /// All or nothing: until the last record is in the vault, memory goes on.
    async fn move_into_vault(&self) -> Result<(), Error> {
        let mut place = loop {
            self.memory.wait_until_unlocked().await;
            // From here on nobody reads or writes, and who takes a lock waits to be told where records are now ...
            let place = self.place.write().await;
            // ... but somebody may have taken one before that, and be in the middle of a change.
            if self.memory.held().is_none() {
                break place;
            }
        };
        if *place == Place::Vault {
            return Ok(());
        }
        let all: Vec<_> = self
            .memory
            .all()
            .iter()
            .map(|(name, record)| (name.clone(), record.clone()))
            .collect();
        let mut moved = Vec::new();
        for (name, record) in all {
            // Order and default are those of the vault; what was signed in since is added to them.
            if name.kind() == RecordKind::Index {
                continue;
            }
            if let Err(error) = self.vault.put(&name, &record).await {
                // Memory goes on. What is renewed or signed out there would come back as it was from a copy in the vault.
                for copy in moved {
                    if self.vault.delete(&copy).await.is_err() {
                        tracing::warn!("a record is in memory and, as it was, in the vault");
                    }
                }
                return Err(error.into());
            }
            moved.push(name);
        }
        *place = Place::Vault;
        self.memory.all().clear();
        Ok(())
    }

    /// Whether another process, and this program's next start, will find what is put here.
    pub(crate) async fn survive(&self) -> bool {
        *self.place.read().await == Place::Vault
    }

    pub(crate) async fn put(&self, name: &RecordName, plaintext: &[u8]) -> Result<(), Error> {
        let place = self.place.read().await;
        match *place {
            Place::Vault => Ok(self.vault.put(name, plaintext).await?),
            Place::Memory => {
                let record = Zeroizing::new(plaintext.to_vec());
                self.memory.all().insert(name.clone(), record);
                Ok(())
            }
        }
    }

    pub(crate) async fn get(&self, name: &RecordName) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let place = self.place.read().await;
        match *place {
            Place::Vault => Ok(self.vault.get(name).await?),
            Place::Memory => Ok(self.memory.all().get(name).cloned()),
        }
    }

    /// Takes a record out: it succeeds once, in one process.
    pub(crate) async fn claim(&self, name: &RecordName) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let place = self.place.read().await;
        match *place {
            Place::Vault => Ok(self.vault.claim(name).await?),
            Place::Memory => Ok(self.memory.all().remove(name)),
        }
    }

    pub(crate) async fn delete(&self, name: &RecordName) -> Result<(), Error> {
        let place = self.place.read().await;
        match *place {
            Place::Vault => {
                self.vault.delete(name).await?;
            }
            Place::Memory => {
                self.memory.all().remove(name);
            }
        }
        Ok(())
    }

    /// Deletes a record and, where that is refused, overwrites it: what was in it is gone in both cases, and it is none to whoever
    /// reads it.
    ///
    /// Errors: why it could not be deleted.
    pub(crate) async fn delete_or_strike_out(&self, name: &RecordName) -> Result<(), Error> {
        let deleted = self.delete(name).await;
        // Not while somebody else is at work there: what they have read they would write again.
        if let Err(error) = &deleted
            && *error != Error::AlreadyInProgress
        {
            // Memory refuses nothing, so it is the vault's.
            let struck_out = self.vault.strike_out(name).await.is_ok();
            tracing::warn!(%error, struck_out, "a record could not be deleted");
        }
        deleted
    }

    pub(crate) async fn list(&self, kind: RecordKind) -> Result<Vec<RecordName>, Error> {
        let place = self.place.read().await;
        match *place {
            Place::Vault => Ok(self.vault.list(kind).await?),
            Place::Memory => {
                let all = self.memory.all();
                Ok(all.keys().filter(|name| name.kind() == kind).cloned().collect())
            }
        }
    }

    /// Waits until nobody else, in any process, changes what this lock stands for.
    pub(crate) async fn lock(&self, id: &str) -> Result<Held, Error> {
        // Not while `place` is held: who moves memory into the vault waits for these locks first.
        if self.survive().await {
            let name = LockName::new(id).map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))?;
            return Ok(Held::Vault(self.vault.lock(&name, LOCK_DEADLINE).await?));
        }
        let held = self.memory.lock(id).lock_owned().await;
        if self.survive().await {
            // It was moved while we waited.
            drop(held);
            return Box::pin(self.lock(id)).await;
        }
        Ok(Held::Memory(held))
    }

    /// Deletes the key if no record is left that needs it. True if it is gone.
    pub(crate) async fn delete_key_if_empty(&self) -> Result<bool, Error> {
        let place = self.place.read().await;
        match *place {
            Place::Vault => Ok(self.vault.delete_key_if_empty().await?),
            Place::Memory => Ok(false),
        }
    }
}

impl Records {
    /// Removes all records, wherever they are, with the key. How many files could not be removed.
    pub(crate) async fn remove_everything(&self) -> Result<usize, Error> {
        let _place = self.place.write().await;
        self.memory.all().clear();
        Ok(self.vault.remove_everything().await?)
    }
}

/// Where the vault keeps its key, if it can be used, and what it found to be damaged.
async fn keeping(vault: &Vault) -> (Result<Keeping, Error>, Option<Error>) {
    let mut kept = vault.keeping().await;
    let mut damage = None;
    if let Err(error @ VaultError::KeyGone { .. }) = kept {
        // Old records whose key is gone were set aside; the keychain itself can be used.
        damage = Some(error.into());
        kept = vault.keeping().await;
    }
    let kept = match kept {
        Ok(keychain) => match vault.kept_with().await {
            Ok(KeptWith::Passphrase { .. }) => Ok(Keeping::Passphrase),
            _ => Ok(Keeping::Keychain(keychain.as_str().to_owned())),
        },
        Err(error) => Err(error.into()),
    };
    (kept, damage)
}
