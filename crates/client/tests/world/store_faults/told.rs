//! What each fault is told as, by the vault and by a client: one table for all of them.

use doorkey::Keeping;
use doorkey::vault::{KeychainFault, VaultError};

/// What is told of one fault.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// By a vault that keeps a record: when it is asked whether it can keep something,
    pub(super) keeping: Result<(), VaultError>,
    /// for the record,
    pub(super) get: Result<(), VaultError>,
    /// and to keep another one.
    pub(super) put: Result<(), VaultError>,
    /// By the vault of a program that comes new to this keychain, whatever it is asked.
    pub(super) newcomer: Result<(), VaultError>,
    /// By a client that keeps something, and by one that comes new.
    pub(super) client: Keeps,
    pub(super) new_client: Keeps,
}

/// Where a client says that it keeps things.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keeps {
    /// In this keychain.
    Under(&'static str),
    /// In memory, for an error of this kind.
    InMemory(&'static str),
}

pub(super) const ABSENT: Row = unusable(KeychainFault::NoService);
pub(super) const LOCKED: Row = for_all(Err(VaultError::KeychainLocked), Keeps::InMemory("KeychainLocked"));
pub(super) const DENIED: Row = unusable(KeychainFault::Denied);
pub(super) const EMPTY: Row = unusable(KeychainFault::NoCollection);
pub(super) const SLOW: Row = unusable(KeychainFault::Hung);
pub(super) const WIPED: Row = Row {
    newcomer: Ok(()),
    ..for_all(Err(VaultError::KeyGone { set_aside: 1 }), GNOME)
};
pub(super) const OTHER_BACK_END: Row = Row {
    newcomer: Ok(()),
    new_client: Keeps::Under("KWallet"),
    ..unusable(KeychainFault::Changed)
};
pub(super) const REFUSED_WRITE: Row = only_for_newcomers(KeychainFault::Denied);
pub(super) const TOO_BIG: Row = only_for_newcomers(KeychainFault::Failed);
pub(super) const CUT: Row = only_for_newcomers(KeychainFault::NotKept);
pub(super) const PROMPT_DISMISSED: Row = LOCKED;
pub(super) const SWAPPED_FOR_ANOTHER_KEY: Row = Row {
    newcomer: Ok(()),
    client: GNOME,
    new_client: GNOME,
    ..unusable(KeychainFault::OtherKey)
};
pub(super) const SWAPPED_FOR_ANOTHER_TEXT: Row = SWAPPED_FOR_ANOTHER_KEY;
pub(super) const SWAPPED_FILE: Row = ONE_RECORD_DOES_NOT_OPEN;
pub(super) const CORRUPT_VALUE: Row = SWAPPED_FOR_ANOTHER_KEY;
pub(super) const CORRUPT_FILE: Row = ONE_RECORD_DOES_NOT_OPEN;
pub(super) const BYTES_ABOVE_127_REPLACED: Row = for_all(Ok(()), GNOME);
/// Not among the thirteen, and told as well.
pub(super) const TWO_ENTRIES: Row = Row {
    newcomer: Ok(()),
    client: GNOME,
    new_client: GNOME,
    ..unusable(KeychainFault::Ambiguous)
};

pub(super) const GNOME: Keeps = Keeps::Under("GNOME Keyring");
pub(super) const UNAVAILABLE: Keeps = Keeps::InMemory("KeychainUnavailable");
pub(super) const ONE_RECORD_DOES_NOT_OPEN: Row = Row {
    get: Err(VaultError::Damaged { set_aside: 1 }),
    ..for_all(Ok(()), GNOME)
};

const fn for_all(told: Result<(), VaultError>, client: Keeps) -> Row {
    Row {
        keeping: told,
        get: told,
        put: told,
        newcomer: told,
        client,
        new_client: client,
    }
}

const fn unusable(fault: KeychainFault) -> Row {
    let told = Err(VaultError::KeychainUnavailable(fault));
    for_all(told, UNAVAILABLE)
}

const fn only_for_newcomers(fault: KeychainFault) -> Row {
    Row {
        newcomer: Err(VaultError::KeychainUnavailable(fault)),
        new_client: UNAVAILABLE,
        ..for_all(Ok(()), GNOME)
    }
}

impl Keeps {
    pub(super) fn is(self, keeping: &Keeping) -> bool {
        match (self, keeping) {
            (Self::Under(expected), Keeping::Keychain(keychain)) => expected == keychain,
            (Self::InMemory(expected), Keeping::Memory(error)) => expected == error.kind(),
            _ => false,
        }
    }
}
