//! The keychain: does it keep what it is given?

use super::detail::{CheckId, KeychainDetail};
use super::finding::{Finding, Reason};
use super::name::Name;
use crate::vault::{KeptWith, KeychainFault, Vault, VaultError};

pub(super) async fn examine(vault: &Vault) -> Finding {
    let not_checked = |reason| Finding::not_checked(CheckId::Keychain, reason);
    // By the person's choice the keychain has nothing to keep, and is not asked.
    match vault.kept_with().await {
        Ok(KeptWith::Passphrase { .. }) => return KeychainDetail::Passphrase.into(),
        Ok(KeptWith::Keychain) => {}
        Err(_) => return not_checked(Reason::Failed),
    }
    match vault.examine_keychain().await {
        Ok(keychain) => KeychainDetail::Keeps {
            keychain: Name::new(keychain.as_str()),
        }
        .into(),
        Err(VaultError::KeychainLocked) => KeychainDetail::Locked.into(),
        Err(VaultError::KeychainUnavailable(fault)) => told(fault).into(),
        Err(VaultError::Busy) => not_checked(Reason::InUse),
        // The lock's file could not be made: the check of the vault says why.
        Err(_) => not_checked(Reason::Failed),
    }
}

fn told(fault: KeychainFault) -> KeychainDetail {
    match fault {
        KeychainFault::NoService => KeychainDetail::NoService,
        KeychainFault::NoCollection => KeychainDetail::NoCollection,
        KeychainFault::Denied => KeychainDetail::Denied,
        KeychainFault::Hung => KeychainDetail::Silent,
        KeychainFault::Ambiguous => KeychainDetail::Ambiguous,
        KeychainFault::Changed => KeychainDetail::Changed,
        KeychainFault::OtherKey => KeychainDetail::OtherKey,
        KeychainFault::NotKept => KeychainDetail::NotKept,
        KeychainFault::Failed => KeychainDetail::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::super::detail::Detail;
    use super::super::finding::{Repair, State};
    use super::*;
    use crate::vault::{Fault, FaultyKeychain, KeyStore, VaultConfig};

    #[tokio::test]
    async fn each_fault_of_a_keychain_has_a_finding_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let faulty = FaultyKeychain::default();
        let vault = Vault::open(VaultConfig {
            folder: folder.path().to_owned(),
            service: "test".to_owned(),
            key_store: KeyStore::Faulty(faulty.clone()),
        })
        .expect("opened");
        let kept = examine(&vault).await;
        assert_eq!(kept.state(), State::Good, "{kept:?}");
        let mut seen = Vec::new();
        let faults = KeychainFault::ALL.map(Fault::Says);
        for fault in faults.into_iter().chain([Fault::Locked]) {
            faulty.set(fault);
            let finding = examine(&vault).await;
            assert_eq!(finding.state(), State::Broken, "{fault:?}");
            let unlocks = finding.repair() == Some(Repair::UnlockKeychain);
            assert_eq!(unlocks, fault == Fault::Locked, "{fault:?}");
            seen.push(finding.detail().map(Detail::word));
        }
        for fault in [Fault::Garbles, Fault::Forgets] {
            faulty.set(fault);
            assert_eq!(examine(&vault).await, KeychainDetail::NotKept.into(), "{fault:?}");
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count, "no two say the same");
    }
}
