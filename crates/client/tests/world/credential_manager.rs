//! The vault with the real Windows Credential Manager.

#![cfg(windows)]

use std::path::Path;
use std::sync::Arc;

use doorkey::vault::{KeyStore, KeychainFault, RecordKind, RecordName, Vault, VaultConfig, VaultError};
use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error};

/// The most that Credential Manager takes for one entry, in bytes: `CRED_MAX_CREDENTIAL_BLOB_SIZE`.
const LARGEST: usize = 2560;

/// The entries of one test, by a name that no other test or program has; those that are left go with it.
struct Entries {
    store: Arc<CredentialStore>,
    service: String,
}

impl Entries {
    fn new(test: &str) -> Self {
        Self {
            store: windows_native_keyring_store::Store::new().expect("Credential Manager is part of the system"),
            service: format!("dev.doorkey.test.{test}.{}", std::process::id()),
        }
    }

    fn entry(&self, user: &str) -> Entry {
        self.store.build(&self.service, user, None).expect("a valid name")
    }

    fn vault(&self, folder: &Path) -> Vault {
        let config = VaultConfig {
            folder: folder.to_owned(),
            service: self.service.clone(),
            key_store: KeyStore::System,
        };
        Vault::open(config).expect("the vault opens")
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        for user in ["vault-key", "round-trip", "limit"] {
            let _ = self.entry(user).delete_credential();
        }
    }
}

fn alice() -> RecordName {
    RecordName::new(RecordKind::Account, "alice").expect("valid")
}

#[tokio::test]
async fn the_key_is_made_read_by_the_next_process_and_deleted_with_the_last_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let entries = Entries::new("key");
    let first = entries.vault(folder.path());
    assert_eq!(
        first.keeping().await.map(|name| name.to_string()),
        Ok("Windows Credential Manager".to_owned())
    );
    for user in ["vault-key", "round-trip"] {
        assert!(
            matches!(entries.entry(user).get_password(), Err(Error::NoEntry)),
            "the round trip leaves nothing behind"
        );
    }
    first.put(&alice(), b"a token").await.expect("stored");
    let key = entries.entry("vault-key");
    assert_eq!(key.get_password().expect("a key").len(), 43, "32 bytes as base64url");

    // As a new process, whose key comes from Credential Manager.
    let second = entries.vault(folder.path());
    let record = second.get(&alice()).await.expect("read").expect("there");
    assert_eq!(record.as_slice(), b"a token");
    assert!(!second.delete_key_if_empty().await.expect("asked"), "a record is left");
    assert!(second.delete(&alice()).await.expect("deleted"));
    assert!(second.delete_key_if_empty().await.expect("asked"));
    assert!(matches!(key.get_password(), Err(Error::NoEntry)));
}

#[tokio::test]
async fn a_key_that_was_deleted_is_told_and_its_records_are_set_aside_and_one_that_was_overwritten_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let entries = Entries::new("gone");
    let key = entries.entry("vault-key");
    entries.vault(folder.path()).put(&alice(), b"x").await.expect("stored");
    key.delete_credential()
        .expect("deleted, as the person can in the control panel");
    let vault = entries.vault(folder.path());
    assert_eq!(vault.keeping().await, Err(VaultError::KeyGone { set_aside: 1 }));

    vault.put(&alice(), b"y").await.expect("stored with a new key");
    // An odd number of bytes is no text of Windows.
    key.set_secret(&[0xFF; 43]).expect("overwritten");
    let vault = entries.vault(folder.path());
    assert_eq!(
        vault.get(&alice()).await.map(drop),
        Err(VaultError::KeychainUnavailable(KeychainFault::OtherKey))
    );
    assert_eq!(vault.list(RecordKind::Account).await, Ok(vec![alice()]));
}

#[tokio::test]
async fn the_vault_s_entry_is_far_below_the_limit_that_credential_manager_really_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let entries = Entries::new("limit");
    let entry = entries.entry("limit");
    entry.set_secret(&vec![7; LARGEST]).expect("the largest");
    assert_eq!(entry.get_secret().expect("kept").len(), LARGEST);
    assert!(matches!(
        entry.set_secret(&vec![7; LARGEST + 1]),
        Err(Error::TooLong(..))
    ));

    // The largest record there can be changes nothing about the entry: records are files.
    let vault = entries.vault(folder.path());
    let largest = vec![7; doorkey::vault::MAX_RECORD];
    vault.put(&alice(), &largest).await.expect("stored");
    let bytes = entries.entry("vault-key").get_secret().expect("a key").len();
    assert_eq!(bytes, 86, "43 characters of UTF-16");
}
