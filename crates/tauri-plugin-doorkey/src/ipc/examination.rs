//! What the doctor looks at, and what it found.

use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

/// One message on the channel of `examine`: first what is looked at, then each finding as it is made.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ExaminationUpdate {
    /// Sent once, first.
    Checks {
        /// All checks that are made, in the order to show.
        checks: Vec<CheckView>,
    },
    /// A check is done.
    Finding {
        /// What it found.
        finding: FindingView,
    },
}

/// Something that is looked at.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct CheckView {
    /// Names it: `link-owner`.
    pub id: String,
    /// What it is called, in the person's language.
    pub title: String,
}

/// What one check found, in the person's language.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// The check: `link-owner`.
    pub check: String,
    /// How it stands.
    pub state: FindingState,
    /// The same as a word, in the person's language.
    pub label: String,
    /// What was seen, or why nothing was.
    pub text: String,
    /// What the person can do, where there is something.
    pub remedy: Option<String>,
    /// What the program can do about it, where it can.
    pub repair: Option<RepairView>,
    /// True for the check that takes the person's own click: `examineBrowserLink` makes it.
    pub awaits_person: bool,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum FindingState {
    /// As it should be.
    Good,
    /// It works, and could be better or will not for long.
    Advice,
    /// A sign-in will fail on it, or what it brings will not be kept.
    Broken,
    /// Nobody knows.
    NotChecked,
}

/// A button that mends something.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct RepairView {
    /// What to pass to `repair`: `register-links`.
    pub id: String,
    /// What the button says, in the person's language.
    pub label: String,
}
