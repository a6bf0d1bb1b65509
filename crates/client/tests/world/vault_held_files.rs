//! The vault's files while somebody else has them open: a scanner, an indexer, a backup, another process of ours.

use std::fs::File;
use std::time::Duration;

use doorkey::vault::{KeyStore, RecordKind, RecordName, Vault, VaultConfig, VaultError};

/// Waits for what is done to a file that is held: for a while with the file held, then with the file let go.
async fn done<T: Send + 'static>(held: File, work: impl Future<Output = T> + Send + 'static) -> T {
    let mut work = tokio::spawn(work);
    match tokio::time::timeout(Duration::from_millis(200), &mut work).await {
        Ok(done) => done,
        Err(_) => {
            drop(held);
            work.await
        }
    }
    .expect("it ran")
}

#[tokio::test]
async fn a_record_that_somebody_reads_is_replaced_claimed_and_deleted_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = VaultConfig {
        folder: folder.path().to_owned(),
        service: "dev.doorkey.test".to_owned(),
        key_store: KeyStore::memory(),
    };
    let vault = Vault::open(config).expect("the vault opens");
    let alice = RecordName::new(RecordKind::Account, "alice").expect("valid");
    let path = folder.path().join("account-alice.sealed");
    let held = || File::open(&path).expect("it is there");
    let put = |bytes: &'static [u8]| {
        let (vault, alice) = (vault.clone(), alice.clone());
        async move { vault.put(&alice, bytes).await }
    };
    put(b"one").await.expect("stored");
    assert_eq!(done(held(), put(b"two")).await, Ok(()));
    let claiming = {
        let (vault, alice) = (vault.clone(), alice.clone());
        async move { vault.claim(&alice).await }
    };
    let claimed = done(held(), claiming).await.expect("claimed").expect("there");
    assert_eq!(claimed.as_slice(), b"two");
    assert!(!path.exists());

    put(b"three").await.expect("stored");
    let deleting = {
        let (vault, alice) = (vault.clone(), alice.clone());
        async move { vault.delete(&alice).await }
    };
    assert_eq!(done(held(), deleting).await, Ok::<_, VaultError>(true));
    assert!(vault.get(&alice).await.expect("read").is_none());
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| !name.to_string_lossy().ends_with(".lock") && name != "key.mark")
        .collect();
    assert_eq!(left, [""; 0], "nothing half written stays");
}
