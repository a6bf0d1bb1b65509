//! Records of older and newer versions of this program.

use super::*;

fn as_written_by(format: Format, folder: &Path, keychain: &FaultyKeychain) -> Vault {
    let config = VaultConfig {
        folder: folder.to_owned(),
        service: "test".to_owned(),
        key_store: KeyStore::Faulty(keychain.clone()),
    };
    Vault::open_as(config, format).expect("it opens")
}

fn file(folder: &Path, id: &str) -> Vec<u8> {
    std::fs::read(folder.join(format!("account-{id}.sealed"))).expect("it is there")
}

#[tokio::test]
async fn a_record_of_an_older_version_is_written_anew_once_by_whoever_reads_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let today = vault(folder.path(), &keychain);
    today.put(&account("a"), b"x").await.expect("stored");
    assert_eq!(file(folder.path(), "a")[0], 1);
    let tomorrow = as_written_by(Format::NEXT, folder.path(), &keychain);
    assert_eq!(read(&tomorrow, "a").await.as_deref(), Some(b"x".as_slice()));
    let migrated = file(folder.path(), "a");
    assert_eq!(migrated[0], 2);
    assert_eq!(read(&tomorrow, "a").await.as_deref(), Some(b"x".as_slice()));
    assert_eq!(file(folder.path(), "a"), migrated, "once");
    // Who has not been updated yet is told, and leaves it as it is.
    assert_eq!(today.get(&account("a")).await.map(drop), Err(VaultError::TooNew));
    assert_eq!(today.claim(&account("a")).await.map(drop), Err(VaultError::TooNew));
    assert_eq!(file(folder.path(), "a"), migrated);
}

#[tokio::test]
async fn a_record_of_an_older_version_that_cannot_be_written_anew_is_read_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let today = vault(folder.path(), &keychain);
    today.put(&account("a"), b"x").await.expect("stored");
    today.put(&account("b"), b"y").await.expect("stored");
    let tomorrow = as_written_by(Format::NEXT, folder.path(), &keychain);
    // It has the key by now: with the time put forward, no keychain would answer in time.
    assert_eq!(read(&tomorrow, "b").await.as_deref(), Some(b"y".as_slice()));
    let _elsewhere = today.inner.guard().await.expect("the lock is free");
    // The lock is not to be had within its deadline.
    tokio::time::pause();
    assert_eq!(read(&tomorrow, "a").await.as_deref(), Some(b"x".as_slice()));
    assert_eq!(file(folder.path(), "a")[0], 1, "and is left as it was");
}

#[tokio::test]
async fn a_rotation_takes_older_versions_along_and_does_not_leave_a_newer_one_without_its_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let today = vault(folder.path(), &keychain);
    today.put(&account("a"), b"x").await.expect("stored");
    let tomorrow = as_written_by(Format::NEXT, folder.path(), &keychain);
    assert_eq!(tomorrow.rotate_key().await, Ok(1));
    assert_eq!(file(folder.path(), "a")[0], 2);
    let before = (entry(&keychain), file(folder.path(), "a"));
    assert_eq!(today.rotate_key().await, Err(VaultError::TooNew));
    assert_eq!(
        (entry(&keychain), file(folder.path(), "a")),
        before,
        "nothing was begun"
    );
    // One that appears while a rotation is under way keeps both keys alive.
    today.put(&account("b"), b"y").await.expect("stored");
    let old = Keys::from_text(&before.0.expect("a key")).expect("one key");
    let both = Keys {
        first: Keys::random().first,
        older: Some(old.first),
    };
    keychain.replace(&both.to_text());
    assert_eq!(today.rotate_key().await, Err(VaultError::TooNew));
    assert_eq!(entry(&keychain).as_deref(), Some(both.to_text().as_str()));
    assert_eq!(read(&tomorrow, "a").await.as_deref(), Some(b"x".as_slice()));
    assert_eq!(tomorrow.rotate_key().await, Ok(2));
    assert_eq!(entry(&keychain).as_deref(), Some(both.first.to_text().as_str()));
}
