//! What went wrong, and what can be done about it.

use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

/// What went wrong, by whose fault, as data: the words are in the Fluent catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// One of the kinds of `errors.toml`, kebab-case: `refused`, `misbehaved`, `offline`. The message is `error-<kind>`.
    pub kind: String,
    /// One of the details of `errors.toml`, kebab-case, or `None`. The message is `detail-<detail>`.
    pub detail: Option<String>,
    /// The section of the standard that was broken, where one was: `OIDC Core 3.1.3.7 step 11`.
    pub section: Option<String>,
    /// The provider's name, for the sentence.
    pub provider_name: Option<String>,
    /// The provider's own words (`error_description`), cut and cleaned: shown as a quotation, never as a title.
    pub provider_text: Option<String>,
    /// What the person can press, best first.
    pub remedies: Vec<Remedy>,
}

/// What a person can do about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Begin the same sign-in anew.
    TryAgain,
    /// Begin it anew by the other door.
    TryLoopback,
    /// Show the link to copy.
    CopyLink,
    /// Show what to register.
    OpenRegistration,
    /// Look at what a sign-in leans on here: `examine`.
    Examine,
    /// Put the message away.
    Dismiss,
}
