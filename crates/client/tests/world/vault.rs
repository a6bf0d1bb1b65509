//! The vault on a real disk, with a keychain in memory.

use doorkey::vault::{KeyStore, RecordKind, RecordName, Vault, VaultConfig};

fn vault(folder: &std::path::Path, key_store: KeyStore) -> Vault {
    let config = VaultConfig {
        folder: folder.to_owned(),
        service: "dev.doorkey.test".to_owned(),
        key_store,
    };
    Vault::open(config).expect("the vault opens")
}

fn name(kind: RecordKind, id: &str) -> RecordName {
    RecordName::new(kind, id).expect("a valid name")
}

#[tokio::test]
async fn a_record_is_kept_listed_claimed_once_and_the_key_goes_with_the_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = KeyStore::memory();
    let vault = vault(folder.path(), store);
    let account = name(RecordKind::Account, "alice");
    let parked = name(RecordKind::Parked, "one");
    vault.put(&account, b"first").await.expect("stored");
    vault.put(&account, b"second").await.expect("replaced");
    vault.put(&parked, b"verifier").await.expect("stored");
    assert_eq!(
        vault.get(&account).await.expect("read").expect("there").as_slice(),
        b"second"
    );
    assert_eq!(
        vault.list(RecordKind::Account).await.expect("listed"),
        [account.clone()]
    );
    assert_eq!(
        vault.claim(&parked).await.expect("claimed").expect("there").as_slice(),
        b"verifier"
    );
    assert!(vault.claim(&parked).await.expect("tried").is_none());
    assert!(vault.get(&parked).await.expect("tried").is_none());
    assert!(!vault.delete_key_if_empty().await.expect("asked"));
    assert!(vault.delete(&account).await.expect("deleted"));
    assert!(vault.delete_key_if_empty().await.expect("asked"));
}
