//! The vault with keychains that fail.

mod format;
mod gone;
mod killed;
mod passphrase;
mod processes;
mod rotation;

use std::path::Path;
use std::time::Duration;

use super::faulty::{Fault, FaultyKeychain};
use super::*;

fn vault(folder: &Path, keychain: &FaultyKeychain) -> Vault {
    let key_store = KeyStore::Faulty(keychain.clone());
    Vault::open(VaultConfig {
        folder: folder.to_owned(),
        service: "test".to_owned(),
        key_store,
    })
    .expect("it opens")
}

/// What a record says; `None` when there is none.
async fn read(vault: &Vault, id: &str) -> Option<Vec<u8>> {
    let record = vault.get(&account(id)).await.expect("it is read");
    record.map(|record| record.to_vec())
}

/// The keychain's entry for the key.
fn entry(keychain: &FaultyKeychain) -> Option<String> {
    let entries = keychain.entries();
    assert!(
        entries.iter().all(|entry| entry.0 == KEY_USER),
        "nothing else is left there"
    );
    entries.into_iter().next().map(|entry| entry.1)
}

fn account(id: &str) -> RecordName {
    RecordName::new(RecordKind::Account, id).expect("valid")
}

/// The names of the files in a folder, without the locks.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder)
        .expect("it is there")
        .map(|entry| entry.expect("read").file_name());
    let mut names: Vec<_> = entries.filter_map(|name| name.into_string().ok()).collect();
    names.retain(|name| !name.ends_with(".lock"));
    names.sort();
    names
}

fn unavailable<T>(fault: KeychainFault) -> Result<T, VaultError> {
    Err(VaultError::KeychainUnavailable(fault))
}

#[tokio::test]
async fn without_a_keychain_nothing_is_written_and_the_reason_is_told() {
    let cases = [
        (
            Fault::Says(KeychainFault::NoService),
            VaultError::KeychainUnavailable(KeychainFault::NoService),
        ),
        (
            Fault::Says(KeychainFault::NoCollection),
            VaultError::KeychainUnavailable(KeychainFault::NoCollection),
        ),
        (
            Fault::Says(KeychainFault::Denied),
            VaultError::KeychainUnavailable(KeychainFault::Denied),
        ),
        (
            Fault::Says(KeychainFault::Ambiguous),
            VaultError::KeychainUnavailable(KeychainFault::Ambiguous),
        ),
        (Fault::Locked, VaultError::KeychainLocked),
        (
            Fault::RefusesWrites,
            VaultError::KeychainUnavailable(KeychainFault::Denied),
        ),
        (Fault::Forgets, VaultError::KeychainUnavailable(KeychainFault::NotKept)),
        (Fault::Garbles, VaultError::KeychainUnavailable(KeychainFault::NotKept)),
    ];
    for (fault, error) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let keychain = FaultyKeychain::default();
        keychain.set(fault);
        let vault = vault(folder.path(), &keychain);
        assert_eq!(vault.keeping().await, Err(error), "{fault:?}");
        assert_eq!(vault.put(&account("a"), b"secret").await, Err(error), "{fault:?}");
        assert_eq!(files(folder.path()), [""; 0], "{fault:?}");
        // As soon as it works, so does the vault.
        keychain.set(Fault::None);
        keychain.wipe();
        assert_eq!(
            vault.keeping().await.map(|name| name.to_string()),
            Ok("faulty".to_owned()),
            "{fault:?}"
        );
        assert_eq!(vault.put(&account("a"), b"secret").await, Ok(()), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_never_answers_costs_five_seconds_and_a_bounded_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    keychain.set(Fault::Silent);
    let vault = vault(folder.path(), &keychain);
    for _ in 0..4 {
        assert_eq!(vault.put(&account("a"), b"x").await, unavailable(KeychainFault::Hung));
    }
    // No fifth thread: the answer comes at once.
    let before = tokio::time::Instant::now();
    assert_eq!(vault.put(&account("a"), b"x").await, unavailable(KeychainFault::Hung));
    assert_eq!(before.elapsed(), Duration::ZERO);
    keychain.set(Fault::None);
    // The threads come back by themselves, in real time.
    while vault.inner.keychain.unanswered() > 0 {
        std::thread::yield_now();
    }
    assert_eq!(keychain.calls(), 4);
}

#[tokio::test]
async fn a_key_that_is_gone_is_not_replaced_over_records_without_a_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    vault(folder.path(), &keychain)
        .put(&account("a"), b"x")
        .await
        .expect("stored");
    vault(folder.path(), &keychain)
        .put(&account("b"), b"x")
        .await
        .expect("stored");
    assert_eq!(keychain.entries().len(), 1, "one key for all");
    keychain.wipe();
    let vault = vault(folder.path(), &keychain);
    assert_eq!(
        vault.put(&account("c"), b"y").await,
        Err(VaultError::KeyGone { set_aside: 2 })
    );
    let aside = files(folder.path());
    assert!(
        aside.iter().filter(|name| name.contains(".aside-")).count() == 2 && aside.len() == 2,
        "{aside:?}"
    );
    assert!(keychain.entries().is_empty());
    // Told once; then life goes on.
    assert_eq!(vault.put(&account("c"), b"y").await, Ok(()));
    assert_eq!(
        vault.get(&account("c")).await.expect("read").expect("there").as_slice(),
        b"y"
    );
}

#[tokio::test]
async fn keeping_tells_of_a_key_that_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    vault(folder.path(), &keychain)
        .put(&account("a"), b"x")
        .await
        .expect("stored");
    keychain.wipe();
    let vault = vault(folder.path(), &keychain);
    assert_eq!(vault.keeping().await, Err(VaultError::KeyGone { set_aside: 1 }));
    assert_eq!(
        vault.keeping().await.map(|name| name.to_string()),
        Ok("faulty".to_owned())
    );
}

#[tokio::test]
async fn a_keychain_that_is_locked_later_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let warm = vault(folder.path(), &keychain);
    warm.put(&account("a"), b"old").await.expect("stored");
    keychain.set(Fault::Locked);
    // Who has the key goes on: a refresh token that was rotated must reach the disk.
    warm.put(&account("a"), b"new").await.expect("stored");
    assert_eq!(
        warm.get(&account("a")).await.expect("read").expect("there").as_slice(),
        b"new"
    );
    // Who has not is told, and the record stays where it is.
    let cold = vault(folder.path(), &keychain);
    assert_eq!(cold.get(&account("a")).await.map(drop), Err(VaultError::KeychainLocked));
    assert_eq!(
        cold.claim(&account("a")).await.map(drop),
        Err(VaultError::KeychainLocked)
    );
    assert_eq!(cold.put(&account("b"), b"x").await, Err(VaultError::KeychainLocked));
    keychain.set(Fault::None);
    assert_eq!(
        cold.get(&account("a")).await.expect("read").expect("there").as_slice(),
        b"new"
    );
}

#[tokio::test]
async fn a_key_that_another_process_deleted_or_made_anew_is_not_sealed_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let (one, other) = (vault(folder.path(), &keychain), vault(folder.path(), &keychain));
    one.put(&account("a"), b"x").await.expect("stored");
    let first = keychain.entries();
    other.delete(&account("a")).await.expect("deleted");
    assert_eq!(other.delete_key_if_empty().await, Ok(true));
    other.put(&account("b"), b"y").await.expect("stored");
    assert_ne!(keychain.entries(), first, "a new key was made");
    one.put(&account("c"), b"z").await.expect("stored");
    let third = vault(folder.path(), &keychain);
    for (id, bytes) in [("b", b"y"), ("c", b"z")] {
        assert_eq!(
            third.get(&account(id)).await.expect("read").expect("there").as_slice(),
            bytes
        );
        assert_eq!(
            one.get(&account(id)).await.expect("read").expect("there").as_slice(),
            bytes
        );
    }
}

#[tokio::test]
async fn nothing_there_is_known_without_asking_the_keychain() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let vault = vault(folder.path(), &keychain);
    assert!(vault.get(&account("a")).await.expect("read").is_none());
    assert!(vault.claim(&account("a")).await.expect("tried").is_none());
    assert!(vault.list(RecordKind::Account).await.expect("listed").is_empty());
    assert!(!vault.delete(&account("a")).await.expect("tried"));
    assert_eq!(keychain.calls(), 0);
}

#[tokio::test]
async fn a_claim_takes_nothing_away_before_it_has_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    vault(folder.path(), &keychain)
        .put(&account("a"), b"x")
        .await
        .expect("stored");
    keychain.set(Fault::Silent);
    let cold = vault(folder.path(), &keychain);
    let claiming = tokio::spawn(async move { cold.claim(&account("a")).await });
    // Until the keychain answers, a crash would lose what was taken away.
    while keychain.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(files(folder.path()).contains(&"account-a.sealed".to_owned()));
    keychain.set(Fault::None);
    assert_eq!(
        claiming
            .await
            .expect("it ran")
            .expect("claimed")
            .expect("there")
            .as_slice(),
        b"x"
    );
}

#[tokio::test]
async fn a_claim_that_cannot_be_read_for_want_of_the_new_key_takes_nothing_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let (stale, other) = (vault(folder.path(), &keychain), vault(folder.path(), &keychain));
    stale.put(&account("a"), b"x").await.expect("stored");
    other.delete(&account("a")).await.expect("deleted");
    other.delete_key_if_empty().await.expect("deleted");
    other.put(&account("b"), b"y").await.expect("stored");
    keychain.set(Fault::Locked);
    assert_eq!(
        stale.claim(&account("b")).await.map(drop),
        Err(VaultError::KeychainLocked)
    );
    keychain.set(Fault::None);
    assert_eq!(
        stale
            .claim(&account("b"))
            .await
            .expect("claimed")
            .expect("there")
            .as_slice(),
        b"y"
    );
}
