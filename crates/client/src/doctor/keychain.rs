//! The keychain: does it keep what it is given?

use super::detail::{CheckId, KeychainDetail};
use super::finding::{Finding, Reason};
use super::name::Name;
use crate::vault::{KeychainFault, Vault, VaultError};

pub(super) async fn examine(vault: &Vault) -> Finding {
    let not_checked = |reason| Finding::not_checked(CheckId::Keychain, reason);
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
        KeychainFault::NotKept => KeychainDetail::NotKept,
        KeychainFault::Failed => KeychainDetail::Failed,
    }
}
