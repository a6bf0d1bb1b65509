//! Where records go: into the vault or, as long as it cannot be used, into memory; from there they move into the vault
//! as soon as it can.

mod memory;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, de::DeserializeOwned};
use tokio::sync::{OwnedMutexGuard, RwLock};
use zeroize::Zeroizing;

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

/// A record's name. Ids are base64url of hashes and random numbers, so this never fails on our own.
pub(crate) fn name(kind: RecordKind, id: &str) -> Result<RecordName, Error> {
    RecordName::new(kind, id).map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))
}

/// Reads a record's content, which names the version of its form: one without a version is of the first.
///
/// Errors: `RecordTooNew` for a version beyond `newest`, `RecordUnreadable` for what is no such content.
pub(crate) fn content<T: DeserializeOwned>(bytes: &[u8], newest: u32) -> Result<T, Error> {
    #[derive(Deserialize)]
    struct Version {
        version: Option<u32>,
    }
    let unreadable = |_| Error::VaultDamaged(Damage::RecordUnreadable);
    let Version { version } = serde_json::from_slice(bytes).map_err(unreadable)?;
    if version.unwrap_or(1) > newest {
        return Err(Error::VaultDamaged(Damage::RecordTooNew));
    }
    serde_json::from_slice(bytes).map_err(unreadable)
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
        for (name, record) in all {
            // Order and default are those of the vault; what was signed in since is added to them.
            if name.kind() != RecordKind::Index {
                self.vault.put(&name, &record).await?;
            }
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
        if let Err(error) = &deleted {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::Locked;
    use crate::vault::{Fault, FaultyKeychain, KeyStore, VaultConfig};

    struct Desk {
        folder: tempfile::TempDir,
        keychain: FaultyKeychain,
    }

    impl Desk {
        fn new(fault: Fault) -> Self {
            let keychain = FaultyKeychain::default();
            keychain.set(fault);
            Self {
                folder: tempfile::tempdir().unwrap(),
                keychain,
            }
        }

        async fn records(&self) -> Records {
            let vault = Vault::open(VaultConfig {
                folder: self.folder.path().to_owned(),
                service: "test".to_owned(),
                key_store: KeyStore::Faulty(self.keychain.clone()),
            });
            Records::open(vault.unwrap()).await.0
        }

        fn files(&self) -> usize {
            let all = std::fs::read_dir(self.folder.path()).unwrap();
            all.filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .path()
                    .extension()
                    .is_some_and(|e| e == "sealed")
            })
            .count()
        }
    }

    fn account(id: &str) -> RecordName {
        name(RecordKind::Account, id).unwrap()
    }

    const LOCKED: Keeping = Keeping::Memory(Error::KeychainLocked(Locked::Keychain));

    #[tokio::test]
    async fn what_came_while_the_keychain_was_locked_moves_into_the_vault_when_it_is_unlocked() {
        let desk = Desk::new(Fault::None);
        desk.records()
            .await
            .put(&account("old"), b"there before")
            .await
            .unwrap();
        desk.keychain.set(Fault::Locked);
        let records = desk.records().await;
        assert_eq!(records.keeping(), LOCKED);
        records.put(&account("new"), b"signed in meanwhile").await.unwrap();
        assert_eq!(records.list(RecordKind::Account).await.unwrap(), [account("new")]);
        assert_eq!(desk.files(), 1, "nothing is written without the key");
        assert_eq!(records.look_again().await, (false, None));

        desk.keychain.set(Fault::None);
        assert_eq!(records.look_again().await, (true, None));
        assert_eq!(records.keeping(), Keeping::Keychain("faulty".to_owned()));
        assert!(records.memory.all().is_empty(), "nothing lies about in memory any more");
        for (id, content) in [("old", &b"there before"[..]), ("new", b"signed in meanwhile")] {
            assert_eq!(records.get(&account(id)).await.unwrap().unwrap().as_slice(), content);
            let another_process = desk.records().await;
            assert_eq!(
                another_process.get(&account(id)).await.unwrap().unwrap().as_slice(),
                content
            );
        }
    }

    #[tokio::test]
    async fn what_cannot_move_stays_in_memory_and_goes_on() {
        let desk = Desk::new(Fault::Locked);
        let records = desk.records().await;
        records.put(&account("a"), b"x").await.unwrap();
        // It can be read, and refuses the key that is to be made.
        desk.keychain.set(Fault::RefusesWrites);
        assert!(records.look_again().await.0, "the reason is another one");
        assert!(matches!(
            records.keeping(),
            Keeping::Memory(Error::KeychainUnavailable(_))
        ));
        assert_eq!(records.get(&account("a")).await.unwrap().unwrap().as_slice(), b"x");
    }

    #[tokio::test]
    async fn a_record_that_the_vault_does_not_take_keeps_everything_in_memory() {
        let desk = Desk::new(Fault::Locked);
        let records = desk.records().await;
        records.put(&account("a"), b"x").await.unwrap();
        let too_large = vec![0; crate::vault::MAX_RECORD + 1];
        records.put(&account("b"), &too_large).await.unwrap();
        desk.keychain.set(Fault::None);
        assert_eq!(records.look_again().await, (true, None));
        assert_eq!(
            records.keeping(),
            Keeping::Memory(Error::VaultDamaged(Damage::RecordTooLarge))
        );
        assert_eq!(records.get(&account("a")).await.unwrap().unwrap().as_slice(), b"x");
        assert_eq!(
            records.get(&account("b")).await.unwrap().unwrap().len(),
            too_large.len()
        );
    }

    #[tokio::test]
    async fn a_change_under_way_ends_before_anything_moves() {
        let desk = Desk::new(Fault::Locked);
        let records = Arc::new(desk.records().await);
        let held = records.lock("account-a").await.unwrap();
        records.put(&account("a"), b"before").await.unwrap();
        desk.keychain.set(Fault::None);
        let moving = tokio::spawn({
            let records = records.clone();
            async move { records.look_again().await }
        });
        // However long it is waited for, it does not end before the one who holds the lock is done.
        let mut moving = moving;
        let early = tokio::time::timeout(Duration::from_millis(300), &mut moving).await;
        assert!(early.is_err());
        assert!(!records.survive().await);
        records.put(&account("a"), b"after").await.unwrap();
        drop(held);
        assert_eq!(moving.await.unwrap(), (true, None));
        assert_eq!(records.get(&account("a")).await.unwrap().unwrap().as_slice(), b"after");
    }

    #[tokio::test]
    async fn accounts_in_memory_do_not_wait_for_each_other_and_one_waits_for_itself() {
        let desk = Desk::new(Fault::Locked);
        let records = desk.records().await;
        let held = records.lock("account-a").await.unwrap();
        let other = tokio::time::timeout(Duration::from_secs(5), records.lock("account-b")).await;
        assert!(matches!(other, Ok(Ok(Held::Memory(_)))));
        let mut waiting = Box::pin(records.lock("account-a"));
        let early = tokio::time::timeout(Duration::from_millis(50), &mut waiting).await;
        assert!(early.is_err());
        drop((held, other));
        assert!(waiting.await.is_ok());
        drop(records.lock("account-c").await);
        assert_eq!(records.memory.locks().len(), 1, "those that nobody wants are forgotten");
    }

    #[tokio::test]
    async fn who_holds_one_lock_while_everything_is_about_to_move_gets_another_and_both_are_waited_for() {
        let desk = Desk::new(Fault::Locked);
        let records = Arc::new(desk.records().await);
        let first = records.lock("account-a").await.unwrap();
        desk.keychain.set(Fault::None);
        let mut moving = tokio::spawn({
            let records = records.clone();
            async move { records.look_again().await }
        });
        let early = tokio::time::timeout(Duration::from_millis(100), &mut moving).await;
        assert!(early.is_err());
        let second = tokio::time::timeout(Duration::from_secs(5), records.lock("index")).await;
        let second = second.expect("nobody keeps it").unwrap();
        drop(first);
        let early = tokio::time::timeout(Duration::from_millis(100), &mut moving).await;
        assert!(early.is_err(), "somebody is still in the middle of a change");
        drop(second);
        assert_eq!(moving.await.unwrap(), (true, None));
    }

    #[tokio::test]
    async fn who_waited_for_a_lock_while_everything_moved_gets_the_vaults() {
        let desk = Desk::new(Fault::Locked);
        let records = Arc::new(desk.records().await);
        let held = records.lock("account-a").await.unwrap();
        let waiting = tokio::spawn({
            let records = records.clone();
            async move {
                records
                    .lock("account-a")
                    .await
                    .map(|held| matches!(held, Held::Vault(_)))
            }
        });
        tokio::task::yield_now().await;
        *records.place.write().await = Place::Vault;
        drop(held);
        assert_eq!(waiting.await.unwrap(), Ok(true));
    }

    #[test]
    fn content_without_a_version_is_of_the_first_and_a_newer_one_is_not_guessed_at() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct Form {
            x: u8,
        }
        assert_eq!(content::<Form>(br#"{"x":1}"#, 1), Ok(Form { x: 1 }));
        assert_eq!(content::<Form>(br#"{"x":1,"version":2}"#, 2), Ok(Form { x: 1 }));
        let damage = |bytes| match content::<Form>(bytes, 2) {
            Err(Error::VaultDamaged(damage)) => damage,
            other => panic!("{other:?}"),
        };
        assert_eq!(damage(br#"{"y":1,"version":3}"#), Damage::RecordTooNew);
        for bytes in [&b"{}"[..], b"", b"7", br#"{"x":1,"version":-1}"#] {
            assert_eq!(damage(bytes), Damage::RecordUnreadable);
        }
    }
}
