//! Looking at the keychain and at every record without changing any.

use std::sync::atomic::Ordering;

use super::files::STRUCK_OUT;
use super::keys::{Keys, Mark};
use super::place::Place;
use super::seal::{OVERHEAD, Unreadable};
use super::{Inner, KEY_USER, KeychainFault, KeychainName, MAX_RECORD, RecordName, Vault, VaultError};

/// What is in the folder, and how much of it opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    /// Sealed records of every kind.
    pub records: usize,
    /// Those of them that do not open: changed, cut, under a wrong name, or sealed with another key.
    pub do_not_open: Vec<RecordName>,
    /// Those that a newer version of this program wrote.
    pub too_new: usize,
    /// Records that were set aside before, by this or another run.
    pub set_aside_before: usize,
    /// True when there are records and the keychain has no key to them: then none of them opens.
    pub key_gone: bool,
}

impl Vault {
    /// Writes an entry of its own into the keychain, reads it, deletes it, and says which keychain that was. The key is
    /// neither read nor written. What was begun is brought to its end even if nobody waits for it any more, so that the entry
    /// does not stay.
    ///
    /// # Errors
    /// `KeychainUnavailable` (`NotKept` when the entry does not come back as it was, or stays when it is deleted),
    /// `KeychainLocked`, `Busy`; the storage errors of the lock.
    pub async fn examine_keychain(&self) -> Result<KeychainName, VaultError> {
        let inner = self.inner.clone();
        let trip = tokio::spawn(async move { inner.there_and_back().await });
        match trip.await {
            Ok(told) => told,
            Err(_) => Err(VaultError::KeychainUnavailable(KeychainFault::Failed)),
        }
    }

    /// Opens every record and keeps nothing of it. Nothing is written, moved, or set aside. The keychain is asked only if
    /// there are records.
    ///
    /// # Errors
    /// `KeychainUnavailable`, among them `Changed` and `OtherKey` when records do not open because their key is in another
    /// keychain or was replaced; `KeychainLocked`; `PassphraseNeeded`; `KeyGone` and `TooNew` when the file that a passphrase
    /// opens is damaged or a newer version's; `Busy`; the storage errors.
    pub async fn examine(&self) -> Result<Integrity, VaultError> {
        let inner = &self.inner;
        let (names, set_aside_before) = inner
            .on_disk(|folder| Ok((folder.records()?, folder.count_aside()?)))
            .await?;
        let mut found = Integrity {
            set_aside_before,
            ..Integrity::default()
        };
        if names.is_empty() {
            return Ok(found);
        }
        let mut again = Vec::new();
        let keys = inner.keys_as_kept().await?;
        for name in names {
            match inner.look(keys.as_ref(), &name).await? {
                None => {}
                Some(Ok(())) => found.records += 1,
                Some(Err(Unreadable::TooNew)) => {
                    found.records += 1;
                    found.too_new += 1;
                }
                Some(Err(Unreadable::DoesNotOpen)) => again.push(name),
            }
        }
        if again.is_empty() {
            return Ok(found);
        }
        // Another process may have replaced them meanwhile, under a key that was made meanwhile.
        let _guard = inner.guard().await?;
        let keys = inner.keys_as_kept().await?;
        let mark = inner.mark().await?;
        for name in again {
            match inner.look(keys.as_ref(), &name).await? {
                None => continue,
                Some(Ok(())) => {}
                Some(Err(Unreadable::TooNew)) => found.too_new += 1,
                Some(Err(Unreadable::DoesNotOpen)) => found.do_not_open.push(name),
            }
            found.records += 1;
        }
        if found.do_not_open.is_empty() {
            return Ok(found);
        }
        // The records are not damaged where it is the key that is another than theirs.
        match (&keys, &mark) {
            (None, Some(mark)) if inner.is_elsewhere(mark).await? => {
                return Err(VaultError::KeychainUnavailable(KeychainFault::Changed));
            }
            (Some(keys), Some(mark)) if !keys.has(&mark.key) => return Err(inner.another_key(mark).await),
            _ => {}
        }
        found.key_gone = keys.is_none();
        Ok(found)
    }

    /// Writes the key that this program still knows into a keychain that has lost it, as one does that was reset. True if the
    /// keychain has it again; false where there is one, or where it is not known here.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, `Busy`; the storage errors.
    pub async fn give_key_back(&self) -> Result<bool, VaultError> {
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        let Some(mark) = inner.mark().await? else {
            return Ok(false);
        };
        // Another process may have made a new key since; the mark names the one that the records are sealed with.
        let Some(keys) = inner.known().filter(|keys| keys.mark() == mark.key) else {
            return Ok(false);
        };
        // A key under a passphrase is not in the keychain by choice; one that another keychain keeps is not lost.
        if !matches!(inner.place().await?, Place::Keychain) || inner.is_elsewhere(&mark).await? {
            return Ok(false);
        }
        if inner.keychain.read(KEY_USER).await?.is_some() {
            return Ok(false);
        }
        inner.keep_in_keychain_entry(&keys.to_text()).await?;
        inner.restored.store(true, Ordering::Release);
        Ok(true)
    }

    /// Whether the keychain had lost the key while this process still knew it, and was given it again: by
    /// [`give_key_back`](Self::give_key_back), or by any call that came upon it.
    pub fn key_was_restored(&self) -> bool {
        self.inner.restored.load(Ordering::Acquire)
    }
}

impl Inner {
    async fn there_and_back(&self) -> Result<KeychainName, VaultError> {
        // Two round trips at once would read each other's entry.
        let _guard = self.guard().await?;
        self.round_trip().await?;
        Ok(self.keychain.name().await?)
    }

    /// Whether the mark says that the key is kept somewhere else than where keys are kept now.
    async fn is_elsewhere(&self, mark: &Mark) -> Result<bool, VaultError> {
        Ok(mark.is_of_another_place(self.place_name().await?.as_str()))
    }

    /// Whether a record opens; `None` when it is gone.
    async fn look(&self, keys: Option<&Keys>, name: &RecordName) -> Result<Option<Result<(), Unreadable>>, VaultError> {
        let wanted = name.clone();
        let file = self
            .on_disk(move |folder| folder.read(&wanted, MAX_RECORD + OVERHEAD))
            .await?
            .filter(|file| file != STRUCK_OUT);
        Ok(file.map(|file| match keys {
            Some(keys) => keys.open(self.format, name, &file).map(drop),
            None => Err(Unreadable::DoesNotOpen),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::faulty::{Fault, FaultyKeychain};
    use super::super::{KeyStore, RecordKind, VaultConfig};
    use super::*;

    fn vault(folder: &tempfile::TempDir) -> (Vault, FaultyKeychain) {
        let faulty = FaultyKeychain::default();
        let config = VaultConfig {
            folder: folder.path().to_owned(),
            service: "test".to_owned(),
            key_store: KeyStore::Faulty(faulty.clone()),
        };
        (Vault::open(config).expect("opened"), faulty)
    }

    #[tokio::test]
    async fn the_round_trip_leaves_nothing_behind_and_never_touches_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let (vault, faulty) = vault(&folder);
        let name = RecordName::new(RecordKind::Account, "alice").expect("valid");
        vault.put(&name, b"x").await.expect("stored");
        let before = faulty.entries();
        vault.examine_keychain().await.expect("it keeps");
        assert_eq!(faulty.entries(), before);
        assert_eq!(before.len(), 1, "the key alone");
        for (fault, told) in [
            (Fault::Locked, VaultError::KeychainLocked),
            (Fault::Garbles, VaultError::KeychainUnavailable(KeychainFault::NotKept)),
            (Fault::Forgets, VaultError::KeychainUnavailable(KeychainFault::NotKept)),
            (
                Fault::Says(KeychainFault::NoService),
                VaultError::KeychainUnavailable(KeychainFault::NoService),
            ),
        ] {
            faulty.set(fault);
            assert_eq!(vault.examine_keychain().await, Err(told), "{fault:?}");
            faulty.set(Fault::None);
            assert_eq!(faulty.entries(), before, "{fault:?}");
        }
    }

    #[tokio::test]
    async fn a_round_trip_that_nobody_waits_for_any_more_still_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let (vault, faulty) = vault(&folder);
        faulty.set(Fault::Silent);
        let asking = tokio::spawn(async move { vault.examine_keychain().await });
        let until = async |done: &dyn Fn() -> bool| {
            let waiting = async {
                while !done() {
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
            };
            tokio::time::timeout(std::time::Duration::from_secs(20), waiting)
                .await
                .expect("it comes to that");
        };
        until(&|| faulty.waiting() == 1).await;
        asking.abort();
        assert!(asking.await.is_err(), "it is given up");
        faulty.set(Fault::None);
        // Written, read, deleted, looked for once more, and its name asked for.
        until(&|| faulty.calls() == 5).await;
        assert!(faulty.entries().is_empty());
    }

    #[tokio::test]
    async fn a_vault_whose_key_is_gone_is_told_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let (vault, faulty) = vault(&folder);
        let name = RecordName::new(RecordKind::Account, "alice").expect("valid");
        vault.put(&name, b"x").await.expect("stored");
        let key = faulty.entries().remove(0).1;
        faulty.wipe();
        let found = vault.examine().await.expect("looked at");
        assert!(found.key_gone && found.do_not_open == [name.clone()], "{found:?}");
        assert_eq!(vault.give_key_back().await, Ok(true));
        faulty.replace("no key");
        let strange = VaultError::KeychainUnavailable(KeychainFault::OtherKey);
        assert_eq!(vault.examine().await, Err(strange));
        faulty.replace(&key);
        let whole = Integrity {
            records: 1,
            ..Integrity::default()
        };
        assert_eq!(
            vault.examine().await,
            Ok(whole),
            "the record was neither moved nor changed"
        );
    }

    #[tokio::test]
    async fn a_lost_key_is_put_back_only_while_the_records_are_sealed_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (here, faulty) = vault(&folder);
        let name = RecordName::new(RecordKind::Account, "alice").expect("valid");
        here.put(&name, b"x").await.expect("stored");
        let key = faulty.entries();
        assert_eq!(here.give_key_back().await, Ok(false), "it is not lost");
        faulty.wipe();
        assert_eq!(here.give_key_back().await, Ok(true));
        assert_eq!(faulty.entries(), key);
        // Another process finds the key gone, gives the records up and makes a new one, which is lost in turn.
        faulty.wipe();
        let elsewhere = Vault::open(VaultConfig {
            folder: folder.path().to_owned(),
            service: "test".to_owned(),
            key_store: KeyStore::Faulty(faulty.clone()),
        })
        .expect("opened");
        while elsewhere.put(&name, b"y").await.is_err() {}
        faulty.wipe();
        assert_eq!(here.give_key_back().await, Ok(false), "ours opens nothing any more");
        assert!(faulty.entries().is_empty());
        assert_eq!(elsewhere.give_key_back().await, Ok(true));
        assert_eq!(
            here.examine().await.map(|found| (found.records, found.key_gone)),
            Ok((1, false))
        );
    }

    #[tokio::test]
    async fn a_key_that_is_elsewhere_or_was_replaced_is_no_damage_and_nothing_is_put_in_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let (vault, faulty) = vault(&folder);
        let name = RecordName::new(RecordKind::Account, "alice").expect("valid");
        vault.put(&name, b"x").await.expect("stored");
        let before = faulty.entries();
        let told = |fault| Err(VaultError::KeychainUnavailable(fault));
        faulty.replace(&Keys::random().to_text());
        assert_eq!(vault.examine().await, told(KeychainFault::OtherKey));
        faulty.rename("another keychain");
        assert_eq!(vault.examine().await, told(KeychainFault::Changed));
        faulty.wipe();
        assert_eq!(vault.examine().await, told(KeychainFault::Changed));
        assert_eq!(
            vault.give_key_back().await,
            Ok(false),
            "the other one may still have it"
        );
        assert!(faulty.entries().is_empty());
        faulty.rename("faulty");
        assert_eq!(vault.give_key_back().await, Ok(true));
        assert_eq!(faulty.entries(), before);
        let found = vault.examine().await.expect("looked at");
        assert_eq!((found.records, found.do_not_open.len()), (1, 0));
    }

    #[tokio::test]
    async fn one_of_two_keys_is_enough_and_what_was_struck_out_is_no_record() {
        let folder = tempfile::tempdir().expect("a folder");
        let (vault, faulty) = vault(&folder);
        let name = |id| RecordName::new(RecordKind::Account, id).expect("valid");
        vault.put(&name("alice"), b"x").await.expect("stored");
        vault.put(&name("bob"), b"x").await.expect("stored");
        let old = faulty.entries().remove(0).1;
        // As a rotation that was interrupted leaves it.
        faulty.replace(&format!("{} {old}", *Keys::random().to_text()));
        vault.strike_out(&name("bob")).await.expect("struck out");
        let whole = Integrity {
            records: 1,
            ..Integrity::default()
        };
        assert_eq!(vault.examine().await, Ok(whole));
    }

    #[tokio::test]
    async fn records_that_were_set_aside_are_counted_whether_or_not_they_wait_for_their_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let (vault, _) = vault(&folder);
        let name = |id| RecordName::new(RecordKind::Account, id).expect("valid");
        for id in ["alice", "bob", "carol"] {
            vault.put(&name(id), b"x").await.expect("stored");
        }
        vault.set_aside(&name("alice")).await.expect("set aside");
        assert_eq!(vault.start_afresh().await, Ok(2));
        let found = vault.examine().await.expect("looked at");
        assert_eq!((found.records, found.set_aside_before), (0, 3));
    }
}
