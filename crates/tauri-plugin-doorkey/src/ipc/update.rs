//! What the channel of `watch` brings.

use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::{AccountView, FlowView, Keeping, Language, LanguageView, Preferences, Problem, ProviderView};

/// One message on the channel that `watch` opens: first a `snapshot`, then only what changed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Update {
    /// All there is to know now. Sent first, so that a reload or a cold start loses nothing, and again when what was chosen changes how it is said.
    Snapshot(Box<Snapshot>),
    /// A sign-in moved on; `None` when the one that was shown is over and put away.
    Flow {
        /// The sign-in as it stands.
        flow: Option<FlowView>,
    },
    /// The accounts changed.
    Accounts {
        /// All of them, last used first.
        accounts: Vec<AccountView>,
    },
    /// The providers changed, because a client was configured at run time.
    Providers {
        /// All of them, in the order to show.
        providers: Vec<ProviderView>,
    },
    /// Where secrets are kept changed.
    Keeping {
        /// Where they are kept now.
        keeping: Keeping,
    },
    /// Something to tell the person once, which belongs to no sign-in that is shown: a link that was already used, say.
    Notice {
        /// What happened.
        notice: Problem,
    },
}

/// The whole state that the UI shows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The program's own name, as in "return to Doorkey".
    pub app_name: String,
    /// In the order to show them.
    pub providers: Vec<ProviderView>,
    /// Last used first.
    pub accounts: Vec<AccountView>,
    /// The sign-in that is under way or has just ended, if any.
    pub flow: Option<FlowView>,
    /// Where secrets are kept.
    pub keeping: Keeping,
    /// What the person chose about the window.
    pub preferences: Preferences,
    /// The language that is spoken: the chosen one, or the system's if there are words in it, or English.
    pub language: Language,
    /// All languages that there are words in, in the order to show.
    pub languages: Vec<LanguageView>,
}
