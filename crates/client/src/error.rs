//! Why something did not work, by whose fault, for a person and for a program.

use std::fmt;

use doorkey_oidc::error::{ErrorCode, Misbehaviour, message_key};
use doorkey_oidc::{Refusal, Unsupported};

use crate::doors::loopback::DoorError;
use crate::transport::TransportError;
use crate::user_agent::UserAgentError;
use crate::vault::{KeychainFault, VaultError};

/// Every way in which a call of this crate can fail: the kinds of `errors.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// They, or the provider by one of the standards' codes, said no.
    Refused(Refusal),
    /// The provider broke a rule of the standards.
    Misbehaved(Misbehaviour),
    /// Something that is not done here.
    Unsupported(Unsupported),
    /// The developer's registration or configuration does not fit.
    Misconfigured(doorkey_oidc::Misconfiguration),
    /// There is no way to the provider.
    Offline,
    /// The provider did not answer in time.
    TimedOut,
    /// The person cancelled here.
    Cancelled,
    /// The same is under way already.
    AlreadyInProgress,
    /// The sign-in cannot go on.
    FlowLost(FlowLost),
    /// A network that wants to be signed in to first answered in the provider's place.
    CaptivePortal,
    /// This computer's clock is wrong.
    ClockWrong {
        /// Its time minus the provider's, in seconds.
        ahead_seconds: i64,
    },
    /// No browser could be opened.
    BrowserUnavailable,
    /// There is no keychain that could be used.
    KeychainUnavailable(KeychainFault),
    /// What keeps the vault's key is locked.
    KeychainLocked(Locked),
    /// Links of our scheme do not come to this program.
    LinkHandlerBroken,
    /// Something that was sealed does not open; nothing of it was deleted.
    VaultDamaged(Damage),
    /// The disk is full or cannot be written.
    StorageFull(StorageFault),
    /// The session is over: sign in again.
    ReauthRequired(ReauthRequired),
}

/// Why a sign-in cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowLost {
    /// Nothing is known of it here.
    Unknown,
    /// Its ten minutes are over.
    FlowExpired,
    /// It was completed before.
    AlreadyUsed,
    /// It was cancelled here.
    WasCancelled,
    /// The code was sent and the connection lost: whether it was used up cannot be known, so it is not sent again.
    ExchangeOutcomeUnknown,
}

/// What is locked, and what opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// The keychain: the system asks for its password.
    Keychain,
    /// A vault that is sealed with a passphrase, which was not given yet.
    PassphraseNeeded,
    /// Such a vault, and the passphrase was not the one.
    PassphraseWrong,
}

/// What does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// A record: it was set aside.
    RecordUnreadable,
    /// The key of all records is gone from the keychain: they were set aside.
    KeyGone,
    /// A record of a newer version of this program: it was left as it is.
    RecordTooNew,
    /// More than a record can hold.
    RecordTooLarge,
}

/// Why nothing could be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageFault {
    /// The disk, or the person's share of it, is full.
    Full,
    /// The folder may not be written: its rights, or a disk that is read-only.
    StorageRefused,
    /// The disk failed.
    StorageFailed,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReauthRequired {
    /// The provider ended it.
    Ended,
    /// A refresh was sent and its answer lost.
    OutcomeUnknown,
    /// The provider gave nothing to renew it with.
    NotRenewable,
}

/// Each kind, with the exit code of the `doorkey` command for it. 0, 1 and 2 are none of them.
pub const EXIT_CODES: &[(&str, u8)] = &[
    ("Refused", 10),
    ("Misbehaved", 11),
    ("Unsupported", 12),
    ("Misconfigured", 13),
    ("Offline", 20),
    ("TimedOut", 21),
    ("Cancelled", 22),
    ("AlreadyInProgress", 23),
    ("FlowLost", 24),
    ("CaptivePortal", 25),
    ("ClockWrong", 26),
    ("BrowserUnavailable", 30),
    ("KeychainUnavailable", 31),
    ("KeychainLocked", 32),
    ("LinkHandlerBroken", 33),
    ("VaultDamaged", 34),
    ("StorageFull", 35),
    ("ReauthRequired", 40),
];

impl Error {
    /// The exit code of the `doorkey` command for this kind.
    pub fn exit_code(&self) -> u8 {
        let known = EXIT_CODES.iter().find(|(kind, _)| *kind == self.kind());
        known.expect("a test holds the list to all kinds").1
    }

    /// The kind's name in `errors.toml`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused(_) => "Refused",
            Self::Misbehaved(_) => "Misbehaved",
            Self::Unsupported(_) => "Unsupported",
            Self::Misconfigured(_) => "Misconfigured",
            Self::Offline => "Offline",
            Self::TimedOut => "TimedOut",
            Self::Cancelled => "Cancelled",
            Self::AlreadyInProgress => "AlreadyInProgress",
            Self::FlowLost(_) => "FlowLost",
            Self::CaptivePortal => "CaptivePortal",
            Self::ClockWrong { .. } => "ClockWrong",
            Self::BrowserUnavailable => "BrowserUnavailable",
            Self::KeychainUnavailable(_) => "KeychainUnavailable",
            Self::KeychainLocked(_) => "KeychainLocked",
            Self::LinkHandlerBroken => "LinkHandlerBroken",
            Self::VaultDamaged(_) => "VaultDamaged",
            Self::StorageFull(_) => "StorageFull",
            Self::ReauthRequired(_) => "ReauthRequired",
        }
    }

    /// The detail's name in `errors.toml`, where the kind has details.
    pub fn detail(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code.name()),
            Self::Misbehaved(detail) => Some(detail.name()),
            Self::Unsupported(detail) => Some(detail.name()),
            Self::Misconfigured(detail) => Some(detail.name()),
            Self::FlowLost(detail) => match detail {
                FlowLost::Unknown => None,
                FlowLost::FlowExpired => Some("FlowExpired"),
                FlowLost::AlreadyUsed => Some("AlreadyUsed"),
                FlowLost::WasCancelled => Some("WasCancelled"),
                FlowLost::ExchangeOutcomeUnknown => Some("ExchangeOutcomeUnknown"),
            },
            Self::KeychainUnavailable(fault) => Some(fault.name()),
            Self::KeychainLocked(locked) => match locked {
                Locked::Keychain => None,
                Locked::PassphraseNeeded => Some("PassphraseNeeded"),
                Locked::PassphraseWrong => Some("PassphraseWrong"),
            },
            Self::VaultDamaged(damage) => Some(match damage {
                Damage::RecordUnreadable => "RecordUnreadable",
                Damage::KeyGone => "KeyGone",
                Damage::RecordTooNew => "RecordTooNew",
                Damage::RecordTooLarge => "RecordTooLarge",
            }),
            Self::StorageFull(fault) => match fault {
                StorageFault::Full => None,
                StorageFault::StorageRefused => Some("StorageRefused"),
                StorageFault::StorageFailed => Some("StorageFailed"),
            },
            Self::ReauthRequired(detail) => match detail {
                ReauthRequired::Ended => None,
                ReauthRequired::OutcomeUnknown => Some("OutcomeUnknown"),
                ReauthRequired::NotRenewable => Some("NotRenewable"),
            },
            _ => None,
        }
    }

    /// The section of the standard that was broken or that says so.
    pub fn section(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code.section()),
            Self::Misbehaved(detail) => Some(detail.section()),
            Self::Unsupported(detail) => Some(detail.section()),
            Self::Misconfigured(detail) => Some(detail.section()),
            _ => None,
        }
    }

    /// Kind and detail as message keys: `misbehaved`, `id-token-nonce-mismatch`.
    pub fn message_keys(&self) -> (String, Option<String>) {
        (message_key(self.kind()), self.detail().map(message_key))
    }

    /// The provider's own words, harmless to show as a quotation.
    pub fn provider_text(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.description.as_ref().map(|text| text.as_str()),
            _ => None,
        }
    }

    /// Whether the provider says that the grant behind a refresh token is over.
    pub(crate) fn is_invalid_grant(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == ErrorCode::InvalidGrant)
    }

    /// The error of this kind and detail: what another process wrote down of one.
    pub(crate) fn by_name(kind: &str, detail: Option<&str>) -> Option<Self> {
        let misbehaviour = || Misbehaviour::ALL.iter().find(|d| Some(d.name()) == detail);
        let refusal = || ErrorCode::ALL.iter().find(|d| Some(d.name()) == detail);
        let unsupported = || Unsupported::ALL.iter().find(|d| Some(d.name()) == detail);
        let misconfigured = || {
            doorkey_oidc::Misconfiguration::ALL
                .iter()
                .find(|d| Some(d.name()) == detail)
        };
        Some(match kind {
            "Refused" => Self::Refused(Refusal {
                code: *refusal()?,
                description: None,
            }),
            "Misbehaved" => Self::Misbehaved(*misbehaviour()?),
            "Unsupported" => Self::Unsupported(*unsupported()?),
            "Misconfigured" => Self::Misconfigured(*misconfigured()?),
            "Offline" => Self::Offline,
            "TimedOut" => Self::TimedOut,
            "Cancelled" => Self::Cancelled,
            "AlreadyInProgress" => Self::AlreadyInProgress,
            "FlowLost" => Self::FlowLost(match detail {
                None => FlowLost::Unknown,
                Some("FlowExpired") => FlowLost::FlowExpired,
                Some("AlreadyUsed") => FlowLost::AlreadyUsed,
                Some("WasCancelled") => FlowLost::WasCancelled,
                Some("ExchangeOutcomeUnknown") => FlowLost::ExchangeOutcomeUnknown,
                Some(_) => return None,
            }),
            "CaptivePortal" => Self::CaptivePortal,
            "ClockWrong" => Self::ClockWrong { ahead_seconds: 0 },
            "BrowserUnavailable" => Self::BrowserUnavailable,
            "KeychainUnavailable" => {
                let fault = KeychainFault::ALL.iter().find(|fault| Some(fault.name()) == detail);
                Self::KeychainUnavailable(*fault?)
            }
            "KeychainLocked" => Self::KeychainLocked(match detail {
                None => Locked::Keychain,
                Some("PassphraseNeeded") => Locked::PassphraseNeeded,
                Some("PassphraseWrong") => Locked::PassphraseWrong,
                Some(_) => return None,
            }),
            "LinkHandlerBroken" => Self::LinkHandlerBroken,
            "VaultDamaged" => Self::VaultDamaged(match detail? {
                "RecordUnreadable" => Damage::RecordUnreadable,
                "KeyGone" => Damage::KeyGone,
                "RecordTooNew" => Damage::RecordTooNew,
                "RecordTooLarge" => Damage::RecordTooLarge,
                _ => return None,
            }),
            "StorageFull" => Self::StorageFull(match detail {
                None => StorageFault::Full,
                Some("StorageRefused") => StorageFault::StorageRefused,
                Some("StorageFailed") => StorageFault::StorageFailed,
                Some(_) => return None,
            }),
            "ReauthRequired" => Self::ReauthRequired(match detail {
                None => ReauthRequired::Ended,
                Some("OutcomeUnknown") => ReauthRequired::OutcomeUnknown,
                Some("NotRenewable") => ReauthRequired::NotRenewable,
                Some(_) => return None,
            }),
            _ => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        if let Some(detail) = self.detail() {
            write!(f, ": {detail}")?;
        }
        if let Some(section) = self.section() {
            write!(f, " ({section})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<doorkey_oidc::Error> for Error {
    fn from(error: doorkey_oidc::Error) -> Self {
        use doorkey_oidc::Error as Protocol;
        match error {
            Protocol::Refused(refusal) => Self::Refused(refusal),
            Protocol::Misbehaved(detail) => Self::Misbehaved(detail),
            Protocol::Unsupported(detail) => Self::Unsupported(detail),
            Protocol::Misconfigured(detail) => Self::Misconfigured(detail),
            Protocol::FlowExpired => Self::FlowLost(FlowLost::FlowExpired),
            Protocol::ClockWrong { ahead_seconds } => Self::ClockWrong { ahead_seconds },
            _ => Self::Misbehaved(Misbehaviour::ResponseMalformed),
        }
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Unusable | TransportError::Offline | TransportError::ProxyAuthRequired => Self::Offline,
            TransportError::OutcomeUnknown | TransportError::TurnedAway => Self::Offline,
            TransportError::TimedOut { .. } => Self::TimedOut,
            TransportError::InsecureUrl => Self::Misbehaved(Misbehaviour::InsecureEndpoint),
            TransportError::TlsFailed(_) => Self::Misbehaved(Misbehaviour::TlsFailed),
            TransportError::RedirectRefused { .. } => Self::Misbehaved(Misbehaviour::RedirectRefused),
            TransportError::TooLarge { .. } => Self::Misbehaved(Misbehaviour::ResponseTooLarge),
            TransportError::Malformed => Self::Misbehaved(Misbehaviour::ResponseMalformed),
        }
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::KeychainUnavailable(fault) => Self::KeychainUnavailable(fault),
            VaultError::KeychainLocked => Self::KeychainLocked(Locked::Keychain),
            VaultError::PassphraseNeeded => Self::KeychainLocked(Locked::PassphraseNeeded),
            VaultError::PassphraseWrong => Self::KeychainLocked(Locked::PassphraseWrong),
            VaultError::KeyGone { .. } => Self::VaultDamaged(Damage::KeyGone),
            VaultError::Damaged { .. } => Self::VaultDamaged(Damage::RecordUnreadable),
            VaultError::TooNew => Self::VaultDamaged(Damage::RecordTooNew),
            VaultError::TooLarge => Self::VaultDamaged(Damage::RecordTooLarge),
            VaultError::StorageFull => Self::StorageFull(StorageFault::Full),
            VaultError::StorageRefused => Self::StorageFull(StorageFault::StorageRefused),
            VaultError::StorageFailed => Self::StorageFull(StorageFault::StorageFailed),
            VaultError::Busy => Self::AlreadyInProgress,
        }
    }
}

impl From<UserAgentError> for Error {
    fn from(error: UserAgentError) -> Self {
        match error {
            UserAgentError::RefusedUrl => Self::Misbehaved(Misbehaviour::UnsafeAuthorizeUrl),
            UserAgentError::NoOpener | UserAgentError::OpenerFailed => Self::BrowserUnavailable,
        }
    }
}

impl From<DoorError> for Error {
    fn from(error: DoorError) -> Self {
        match error {
            DoorError::Misconfigured => Self::Misconfigured(doorkey_oidc::Misconfiguration::RedirectUri),
            DoorError::PortsTaken | DoorError::Refused => Self::LinkHandlerBroken,
        }
    }
}

impl From<doorkey_oidc::Misconfiguration> for Error {
    fn from(detail: doorkey_oidc::Misconfiguration) -> Self {
        Self::Misconfigured(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_catalogue_exists_and_says_what_the_catalogue_says() {
        let catalogue: toml::Table = doorkey_oidc::error::CATALOGUE.parse().unwrap();
        let rows = catalogue["error"].as_array().unwrap();
        assert!(rows.len() > 90);
        for row in rows {
            let text = |name: &str| row.get(name).and_then(|value| value.as_str());
            let error = Error::by_name(text("kind").unwrap(), text("detail")).unwrap_or_else(|| panic!("{row}"));
            assert_eq!(
                (error.kind(), error.detail(), error.section()),
                (text("kind").unwrap(), text("detail"), text("section"))
            );
        }
    }

    #[test]
    fn each_kind_has_one_exit_code_of_its_own() {
        let catalogue: toml::Table = doorkey_oidc::error::CATALOGUE.parse().unwrap();
        let mut codes = std::collections::BTreeMap::new();
        for row in catalogue["error"].as_array().unwrap() {
            let (kind, exit) = (row["kind"].as_str().unwrap(), row["exit"].as_integer().unwrap());
            assert_eq!(*codes.entry(kind).or_insert(exit), exit, "{kind}");
        }
        let listed: std::collections::BTreeMap<_, _> =
            EXIT_CODES.iter().map(|(k, exit)| (*k, i64::from(*exit))).collect();
        assert_eq!(listed, codes, "the list is the catalogue's");
        assert!(
            codes.values().all(|exit| (3..=125).contains(exit)),
            "no kind looks like usage or a signal"
        );
        let mut values: Vec<_> = codes.values().copied().collect();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values.len(), codes.len(), "no two kinds share a code");
    }
}
