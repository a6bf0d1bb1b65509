//! The vault: does every record open?

use super::detail::{CheckId, VaultDetail};
use super::finding::{Finding, Reason};
use crate::vault::{Integrity, KeychainFault, RecordKind, Vault, VaultError};

pub(super) async fn examine(vault: &Vault) -> Finding {
    match vault.examine().await {
        Ok(integrity) => told(&integrity).into(),
        Err(error) => match error {
            VaultError::StorageRefused => VaultDetail::Refused.into(),
            VaultError::StorageFull => VaultDetail::DiskFull.into(),
            VaultError::StorageFailed => VaultDetail::DiskFailed.into(),
            VaultError::KeychainUnavailable(KeychainFault::Changed) => VaultDetail::KeyElsewhere.into(),
            VaultError::KeychainUnavailable(KeychainFault::OtherKey) => VaultDetail::KeyReplaced.into(),
            VaultError::KeychainLocked | VaultError::KeychainUnavailable(_) => not_checked(Reason::NoKeychain),
            VaultError::PassphraseNeeded | VaultError::PassphraseWrong => not_checked(Reason::PassphraseNeeded),
            // Only the file that a passphrase opens gives the examination cause to say so.
            VaultError::KeyGone { .. } => VaultDetail::PassphraseFileDamaged.into(),
            VaultError::Busy => not_checked(Reason::InUse),
            VaultError::Damaged { .. } | VaultError::TooNew | VaultError::TooLarge => not_checked(Reason::Failed),
        },
    }
}

fn not_checked(reason: Reason) -> Finding {
    Finding::not_checked(CheckId::Vault, reason)
}

/// What weighs most is said.
fn told(integrity: &Integrity) -> VaultDetail {
    let records = count(integrity.records);
    if integrity.key_gone {
        return VaultDetail::KeyGone { records };
    }
    let damaged = &integrity.do_not_open;
    if !damaged.is_empty() {
        let accounts = damaged.iter().filter(|name| name.kind() == RecordKind::Account).count();
        return VaultDetail::Damaged {
            records,
            accounts: count(accounts),
            others: count(damaged.len() - accounts),
        };
    }
    if integrity.too_new > 0 {
        return VaultDetail::TooNew {
            records,
            too_new: count(integrity.too_new),
        };
    }
    if integrity.set_aside_before > 0 {
        return VaultDetail::SetAsideBefore {
            records,
            set_aside: count(integrity.set_aside_before),
        };
    }
    VaultDetail::Whole { records }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::detail::KeychainDetail;
    use super::super::keychain;
    use super::*;
    use crate::Secret;
    use crate::vault::passphrase::Cost;
    use crate::vault::{Fault, FaultyKeychain, KeyStore, RecordName, VaultConfig};

    #[tokio::test]
    async fn a_vault_under_a_passphrase_needs_no_keychain_and_is_looked_into_once_it_is_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let faulty = FaultyKeychain::default();
        let open = || {
            Vault::open(VaultConfig {
                folder: folder.path().to_owned(),
                service: "test".to_owned(),
                key_store: KeyStore::Faulty(faulty.clone()),
            })
            .expect("opened")
        };
        let words = || Secret::new("correct horse".to_owned());
        let first = open();
        first
            .seal_with_passphrase_at(words(), Cost::INSECURE_FOR_TESTS)
            .await
            .expect("sealed");
        let name = RecordName::new(RecordKind::Account, "alice").expect("valid");
        first.put(&name, b"x").await.expect("stored");
        let next = open();
        // A keychain that nobody needs may be locked.
        faulty.set(Fault::Locked);
        assert_eq!(keychain::examine(&next).await, KeychainDetail::Passphrase.into());
        assert_eq!(examine(&next).await, not_checked(Reason::PassphraseNeeded));
        faulty.set(Fault::None);
        next.unlock_with(words()).await.expect("it is the one");
        assert_eq!(examine(&next).await, VaultDetail::Whole { records: 1 }.into());
        std::fs::write(folder.path().join("passphrase.key"), "damaged").expect("written");
        assert_eq!(examine(&next).await, VaultDetail::PassphraseFileDamaged.into());
    }
}
