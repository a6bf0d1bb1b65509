//! What the parent asks a child process and what it answers: one JSON value a line.
//!
//! Nothing here has `Debug`: links and authorization URLs pass through it.

use std::path::PathBuf;

use doorkey::flow::DoorKind;
use serde::{Deserialize, Serialize};

/// The first line: what the child's client is opened with.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Setup {
    /// The vault's folder.
    pub(crate) folder: PathBuf,
    /// The provider's issuer identifier.
    pub(crate) issuer: String,
    /// For so many seconds the provider takes a refresh token again whose answer was lost; never when `None`.
    pub(crate) grace: Option<u32>,
    /// The name under which the key is kept.
    pub(crate) service: String,
    /// Where everything is logged that anything has to say, down to TRACE.
    pub(crate) log: Option<PathBuf>,
}

/// What a child is asked.
#[derive(Serialize, Deserialize)]
pub(crate) enum Ask {
    /// Reads every record of the vault, without a client.
    Check,
    /// Opens the client and makes it ready.
    Open,
    /// What the client has told the person since this, `Open` or `Check` was asked last.
    Notices,
    /// Which accounts there are.
    Accounts,
    /// Puts the clock forward.
    Advance {
        /// Seconds.
        seconds: i64,
    },
    /// Begins a sign-in. Answered by `Url` and, when the browser was tried, by `Begun`.
    Begin {
        /// The door to come back by.
        door: DoorKind,
    },
    /// Takes a redirect.
    Receive {
        /// The link.
        link: String,
    },
    /// Takes many forged redirects and, in their middle, the true one.
    Flood {
        /// How many.
        forged: usize,
        /// The true one.
        link: String,
        /// Where a redirect goes, without its query.
        redirect_uri: String,
    },
    /// Makes sure that an account's access token is good for a minute, by so many tasks at once.
    Refresh {
        /// Whose.
        subject: String,
        /// How many tasks want it.
        tasks: usize,
    },
    /// Renews whatever is due, until nothing is.
    RefreshAll,
    /// Signs an account out.
    SignOut {
        /// Whose.
        subject: String,
    },
    /// Sends the revocations whose time has come, until none waits.
    Deliver,
    /// Replaces the vault's key.
    Rotate,
    /// Moves the key from the keychain under a passphrase and back again.
    Move,
    /// Puts the key into the keychain if it is under the passphrase.
    MoveBack,
    /// Opens one account so many times and says what that costs.
    Cost {
        /// Whose.
        subject: String,
        /// How often.
        times: usize,
    },
    /// Opens the client anew, lists all accounts, and says what that costs.
    ListCost,
}

/// An error by its names in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Named {
    /// The kind: `ReauthRequired`.
    pub(crate) kind: String,
    /// The detail, where the kind has details: `OutcomeUnknown`.
    pub(crate) detail: Option<String>,
}

impl Named {
    /// Whether it says that the keychain did not answer: what a busy machine makes of a keychain that is in order.
    pub(crate) fn is_silence(&self) -> bool {
        let details = ["KeychainHung", "NoService", "KeychainFailed"];
        self.kind == "KeychainUnavailable" && self.detail.as_deref().is_some_and(|detail| details.contains(&detail))
    }

    /// Whether it is this kind and detail.
    pub(crate) fn is(&self, kind: &str, detail: Option<&str>) -> bool {
        self.kind == kind && self.detail.as_deref() == detail
    }
}

impl From<&doorkey::Error> for Named {
    fn from(error: &doorkey::Error) -> Self {
        Self {
            kind: error.kind().to_owned(),
            detail: error.detail().map(str::to_owned),
        }
    }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.kind)?;
        self.detail.as_ref().map_or(Ok(()), |detail| write!(f, "/{detail}"))
    }
}

/// What is in a vault.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Checked {
    /// Records that opened.
    pub(crate) opened: usize,
    /// Records that did not, by kind and error.
    pub(crate) broken: Vec<String>,
    /// Files that were set aside.
    pub(crate) aside: usize,
}

/// An account as the client lists it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// `sub`
    pub(crate) subject: String,
    /// Whether the session is over.
    pub(crate) ended: bool,
    /// Whether it holds a refresh token.
    pub(crate) renews_itself: bool,
}

/// What something cost.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// The median, in nanoseconds.
    pub(crate) nanoseconds: u64,
    /// Bytes that the process read from files, in all.
    pub(crate) bytes: u64,
    /// Reads that the process made, in all.
    pub(crate) reads: u64,
    /// Accounts that were listed, where it was a listing.
    pub(crate) accounts: usize,
}

/// What became of a redirect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Landed {
    /// It completed a sign-in.
    SignedIn,
    /// It ended a sign-in.
    Failed(Named),
    /// Its sign-in is over.
    Spent(Named),
    /// It belongs to nothing.
    Unknown,
}

/// What a child answers.
#[derive(Serialize, Deserialize)]
pub(crate) enum Said {
    /// It is done; there is nothing to tell.
    Done,
    /// To `Check`.
    Checked(Checked),
    /// To anything: the keychain did not answer the vault in time. With the detail of the fault.
    KeychainSilent(String),
    /// To `Open`: what the client has to tell about records that do not open.
    Opened {
        /// Why secrets are kept in memory only, if they are.
        memory: Option<Named>,
        /// Notices to the person.
        notices: Vec<Named>,
    },
    /// To `Notices`.
    Notices(Vec<Named>),
    /// To `Accounts`.
    Accounts(Vec<Seen>),
    /// To `Begin`, first.
    Url {
        /// The authorization URL.
        url: String,
    },
    /// To `Begin`, last: the browser was tried. With an error if the sign-in ended meanwhile.
    Begun(Option<Named>),
    /// To `Receive`.
    Landed(Landed),
    /// To `Flood`.
    Flooded {
        /// What became of the true one.
        landed: Landed,
        /// How long that took, in milliseconds.
        milliseconds: u64,
        /// Forged ones that were looked at and changed nothing.
        untouched: usize,
        /// Forged ones that were taken for something.
        taken: usize,
        /// By how much the memory of the process grew, in KiB.
        grown_kib: u64,
    },
    /// To `Refresh` and `RefreshAll`: how many could not, and why the first of them.
    Refreshed {
        /// How many tasks got an error.
        failed: usize,
        /// The first error.
        why: Option<Named>,
    },
    /// To `SignOut`.
    SignedOut(Result<Report, Named>),
    /// To `Cost` and `ListCost`.
    Cost(Cost),
}

/// What a sign-out did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Nothing of the account is left here.
    pub(crate) forgotten: bool,
    /// The key is gone too.
    pub(crate) key_deleted: bool,
}

impl Said {
    /// The fault of a keychain that did not answer, if that is what is told here.
    pub(crate) fn silence(&self) -> Option<String> {
        let why = match self {
            Self::KeychainSilent(fault) => return Some(fault.clone()),
            Self::Opened { memory: why, .. } | Self::Begun(why) | Self::Refreshed { why, .. } => why.as_ref(),
            Self::SignedOut(Err(why)) | Self::Landed(Landed::Failed(why)) => Some(why),
            _ => None,
        };
        why.filter(|why| why.is_silence()).map(Named::to_string)
    }

    /// What kind of answer it is, for a message: never what is in it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::KeychainSilent(_) => "the keychain is silent",
            Self::Checked(_) => "checked",
            Self::Opened { .. } => "opened",
            Self::Notices(_) => "notices",
            Self::Accounts(_) => "accounts",
            Self::Url { .. } => "url",
            Self::Begun(_) => "begun",
            Self::Landed(_) => "landed",
            Self::Flooded { .. } => "flooded",
            Self::Refreshed { .. } => "refreshed",
            Self::SignedOut(_) => "signed out",
            Self::Cost(_) => "cost",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keychain_that_does_not_answer_is_told_from_one_that_refuses_and_from_every_other_error() {
        let why = |kind: &str, detail: Option<&str>| Named {
            kind: kind.into(),
            detail: detail.map(str::to_owned),
        };
        let silence = |why| {
            let memory = Said::Opened {
                memory: Some(why),
                notices: vec![],
            };
            memory.silence()
        };
        let hung = why("KeychainUnavailable", Some("KeychainHung"));
        assert_eq!(
            silence(hung.clone()).as_deref(),
            Some("KeychainUnavailable/KeychainHung")
        );
        for detail in ["NoService", "KeychainFailed"] {
            assert!(silence(why("KeychainUnavailable", Some(detail))).is_some());
        }
        for detail in [
            "KeychainDenied",
            "KeychainAmbiguous",
            "KeyNotKept",
            "KeychainChanged",
            "KeyReplaced",
        ] {
            assert_eq!(silence(why("KeychainUnavailable", Some(detail))), None);
        }
        assert_eq!(silence(why("KeychainLocked", None)), None);
        assert_eq!(silence(why("StorageFull", None)), None);
        let refreshed = |why| Said::Refreshed { failed: 1, why };
        assert!(refreshed(Some(hung.clone())).silence().is_some());
        assert!(refreshed(None).silence().is_none());
        assert!(Said::SignedOut(Err(hung.clone())).silence().is_some());
        assert!(Said::Landed(Landed::Failed(hung)).silence().is_some());
        assert!(Said::Done.silence().is_none());
    }
}
