//! Looking at the keychain and at every record without changing any.

use super::seal::{Key, OVERHEAD, Unreadable};
use super::{Inner, KEY_USER, KeychainFault, KeychainName, MAX_RECORD, RecordName, TRIAL_USER, Vault, VaultError};

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
    /// `KeychainUnavailable`, `KeychainLocked`, `Busy`; the storage errors.
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
        let key = inner.key_as_it_is().await?;
        for name in names {
            match inner.look(key.as_ref(), &name).await? {
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
        let key = inner.key_as_it_is().await?;
        for name in again {
            match inner.look(key.as_ref(), &name).await? {
                None => continue,
                Some(Ok(())) => {}
                Some(Err(Unreadable::TooNew)) => found.too_new += 1,
                Some(Err(Unreadable::DoesNotOpen)) => found.do_not_open.push(name),
            }
            found.records += 1;
        }
        found.key_gone = key.is_none() && !found.do_not_open.is_empty();
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
        let mark = inner.on_disk(|folder| folder.mark()).await?;
        // Another process may have made a new key since; the mark names the one that the records are sealed with.
        let Some(key) = inner.known().filter(|key| mark.as_deref() == Some(key.mark().as_str())) else {
            return Ok(false);
        };
        if inner.keychain.read(KEY_USER).await?.is_some() {
            return Ok(false);
        }
        inner.keychain.write(KEY_USER, key.to_text()).await?;
        let kept = inner.keychain.read(KEY_USER).await?;
        Ok(kept.as_deref() == Some(&*key.to_text()))
    }
}

impl Inner {
    async fn there_and_back(&self) -> Result<KeychainName, VaultError> {
        // Two round trips at once would read each other's entry.
        let _guard = self.guard().await?;
        let trial = Key::random().to_text();
        self.keychain.write(TRIAL_USER, trial.clone()).await?;
        let kept = self.keychain.read(TRIAL_USER).await;
        // Whatever reading said, nothing is left behind.
        let deleted = self.keychain.delete(TRIAL_USER).await;
        let same = kept?.as_deref() == Some(&*trial);
        if same && deleted? && self.keychain.read(TRIAL_USER).await?.is_none() {
            Ok(self.keychain.name().await?)
        } else {
            Err(VaultError::KeychainUnavailable(KeychainFault::NotKept))
        }
    }

    /// The key in the keychain, without remembering it.
    async fn key_as_it_is(&self) -> Result<Option<Key>, VaultError> {
        let text = self.keychain.read(KEY_USER).await?;
        Ok(text.and_then(|text| Key::from_text(&text)))
    }

    /// Whether a record opens; `None` when it is gone.
    async fn look(&self, key: Option<&Key>, name: &RecordName) -> Result<Option<Result<(), Unreadable>>, VaultError> {
        let wanted = name.clone();
        let file = self
            .on_disk(move |folder| folder.read(&wanted, MAX_RECORD + OVERHEAD))
            .await?;
        Ok(file.map(|file| match key {
            Some(key) => key.open(name, &file).map(drop),
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
        // Written, read, deleted, looked for once more.
        until(&|| faulty.calls() == 4).await;
        assert!(faulty.entries().is_empty());
    }

    #[tokio::test]
    async fn a_vault_whose_key_is_gone_is_told_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let (vault, faulty) = vault(&folder);
        let name = RecordName::new(RecordKind::Account, "alice").expect("valid");
        vault.put(&name, b"x").await.expect("stored");
        let key = faulty.entries().remove(0).1;
        faulty.replace("no key");
        let found = vault.examine().await.expect("looked at");
        assert!(found.key_gone && found.do_not_open == [name.clone()], "{found:?}");
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
}
