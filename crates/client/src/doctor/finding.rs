//! What a check says.

use super::detail::{CheckId, Detail};

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// It works, and could be better or will not for long.
    Advice,
    /// A sign-in will fail on it, or what it brings will not be kept.
    Broken,
    /// Nobody knows, for this reason.
    NotChecked(Reason),
}

/// Why something was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No provider was named.
    NoProvider,
    /// The provider is on this computer, where this cannot go wrong.
    Loopback,
    /// This program takes no links.
    NoLinkHandler,
    /// Links of our scheme go to another program or to none; it is not started.
    LinksNotOurs,
    /// Who gets links of our scheme could not be found out; it might be another program, and none is started.
    LinksNotKnown,
    /// There is no screen to open anything on.
    NoDisplay,
    /// Without a keychain there is nothing to look into, or no way to hear from another process.
    NoKeychain,
    /// The vault is sealed with a passphrase, which was not given to this process.
    PassphraseNeeded,
    /// It takes the person's own click, so it is started by itself:
    /// [`Client::examine_browser_link`](crate::Client::examine_browser_link).
    AwaitsPerson,
    /// The provider could not be reached.
    Unreachable,
    /// The provider does not say what time it is.
    NoDate,
    /// Another process uses it.
    InUse,
    /// It did not end in time.
    TookTooLong,
    /// There is no way to find out on this system.
    UnsupportedHere,
    /// Looking failed.
    Failed,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::NoProvider,
        Self::Loopback,
        Self::NoLinkHandler,
        Self::LinksNotOurs,
        Self::LinksNotKnown,
        Self::NoDisplay,
        Self::NoKeychain,
        Self::PassphraseNeeded,
        Self::AwaitsPerson,
        Self::Unreachable,
        Self::NoDate,
        Self::InUse,
        Self::TookTooLong,
        Self::UnsupportedHere,
        Self::Failed,
    ];

    /// Its word in message keys: `no-provider`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoProvider => "no-provider",
            Self::Loopback => "loopback",
            Self::NoLinkHandler => "no-link-handler",
            Self::LinksNotOurs => "links-not-ours",
            Self::LinksNotKnown => "links-not-known",
            Self::NoDisplay => "no-display",
            Self::NoKeychain => "no-keychain",
            Self::PassphraseNeeded => "passphrase-needed",
            Self::AwaitsPerson => "awaits-person",
            Self::Unreachable => "unreachable",
            Self::NoDate => "no-date",
            Self::InUse => "in-use",
            Self::TookTooLong => "took-too-long",
            Self::UnsupportedHere => "unsupported-here",
            Self::Failed => "failed",
        }
    }
}

/// What [`Client::repair`](crate::Client::repair) can do about a finding. Each is the person's own choice, by a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Ask the person to unlock the keychain.
    UnlockKeychain,
    /// Put the records that do not open aside, under other names; nothing is deleted.
    SetDamagedAside,
    /// Put all that is kept aside, and begin anew with the keychain that there is; nothing is deleted, and it comes back with its key.
    StartAfresh,
    /// Make this program the one that gets the links of its scheme.
    RegisterLinks,
}

impl Repair {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::UnlockKeychain,
        Self::SetDamagedAside,
        Self::StartAfresh,
        Self::RegisterLinks,
    ];

    /// Its word in message keys: `register-links`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::UnlockKeychain => "unlock-keychain",
            Self::SetDamagedAside => "set-damaged-aside",
            Self::StartAfresh => "start-afresh",
            Self::RegisterLinks => "register-links",
        }
    }

    /// macOS takes the registration from the bundle only.
    fn is_possible_here(self) -> bool {
        !(cfg!(target_os = "macos") && self == Self::RegisterLinks)
    }
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    check: CheckId,
    seen: Result<Detail, Reason>,
}

impl Finding {
    pub(super) fn not_checked(check: CheckId, reason: Reason) -> Self {
        Self {
            check,
            seen: Err(reason),
        }
    }

    /// The check.
    #[must_use]
    pub fn check(&self) -> CheckId {
        self.check
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> State {
        match &self.seen {
            Ok(detail) => detail.state(),
            Err(reason) => State::NotChecked(*reason),
        }
    }

    /// What was seen; `None` when it was not checked.
    #[must_use]
    pub fn detail(&self) -> Option<&Detail> {
        self.seen.as_ref().ok()
    }

    /// What can be done about it here; `None` where the program can do nothing and the words say what the person can.
    #[must_use]
    pub fn repair(&self) -> Option<Repair> {
        self.detail()?.repair().filter(|repair| repair.is_possible_here())
    }
}

impl<T: Into<Detail>> From<T> for Finding {
    fn from(detail: T) -> Self {
        let detail = detail.into();
        Self {
            check: detail.check(),
            seen: Ok(detail),
        }
    }
}
