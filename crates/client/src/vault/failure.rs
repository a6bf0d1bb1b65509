//! Why the vault could not do what it was asked.

use std::io;

/// Why the vault could not do what it was asked. Holds no key, record or path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no keychain that can be used.
    #[error("the keychain cannot be used: {0}")]
    KeychainUnavailable(KeychainFault),
    /// The keychain is there and locked; [`Vault::unlock`](super::Vault::unlock) asks the person to open it.
    #[error("the keychain is locked")]
    KeychainLocked,
    /// Records do not open, or their key is gone. They were set aside under other names; nothing was deleted.
    ///
    /// When [`Vault::put`](super::Vault::put) says this, nothing was stored yet, and repeating it will make a new key.
    #[error("{set_aside} records do not open and were set aside")]
    Damaged {
        /// How many were set aside now.
        set_aside: usize,
    },
    /// The record was written by a newer version of this program. It is left as it is.
    #[error("the record was written by a newer version")]
    TooNew,
    /// The record is larger than [`MAX_RECORD`](super::MAX_RECORD).
    #[error("the record is too large")]
    TooLarge,
    /// The disk or the quota is full.
    #[error("the disk is full")]
    StorageFull,
    /// The folder may not be written, or the file system is read-only.
    #[error("the folder cannot be written")]
    StorageRefused,
    /// The disk failed in another way.
    #[error("the disk failed")]
    StorageFailed,
    /// Another process or task holds a lock for longer than the deadline.
    #[error("the vault is in use")]
    Busy,
}

/// What is the matter with the keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainFault {
    /// No service answers: no session bus, or no program that offers the Secret Service.
    #[error("no keychain service is running")]
    NoService,
    /// The service has no collection to keep anything in.
    #[error("the keychain has no collection")]
    NoCollection,
    /// It refused access, or the person dismissed its prompt.
    #[error("the keychain refused access")]
    Denied,
    /// It did not answer in time.
    #[error("the keychain does not answer")]
    Hung,
    /// More than one entry answers to the name of the key; none is guessed.
    #[error("the keychain has more than one entry for the key")]
    Ambiguous,
    /// What was written is not what was read back.
    #[error("the keychain does not give back what was put into it")]
    NotKept,
    /// Another keychain than the one that keeps the key; the key may still be in that one.
    #[error("another keychain is running than the one that keeps the key")]
    Changed,
    /// It failed in another way.
    #[error("the keychain failed")]
    Failed,
}

impl KeychainFault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NoService,
        Self::NoCollection,
        Self::Denied,
        Self::Hung,
        Self::Ambiguous,
        Self::NotKept,
        Self::Changed,
        Self::Failed,
    ];

    /// The detail's name in `errors.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoService => "NoService",
            Self::NoCollection => "NoCollection",
            Self::Denied => "KeychainDenied",
            Self::Hung => "KeychainHung",
            Self::Ambiguous => "KeychainAmbiguous",
            Self::NotKept => "KeyNotKept",
            Self::Changed => "KeychainChanged",
            Self::Failed => "KeychainFailed",
        }
    }
}

/// What reading or writing the key met, before it is known what that means for the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeychainError {
    Locked,
    Fault(KeychainFault),
}

impl From<KeychainError> for VaultError {
    fn from(error: KeychainError) -> Self {
        match error {
            KeychainError::Locked => Self::KeychainLocked,
            KeychainError::Fault(fault) => Self::KeychainUnavailable(fault),
        }
    }
}

impl From<KeychainFault> for KeychainError {
    fn from(fault: KeychainFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::StorageFull
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::StorageRefused,
            _ => Self::StorageFailed,
        }
    }
}
