//! How a sign-in, a renewal or a sign-out happened: step by step and check by check, without a secret.

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::{Door, Problem};

/// Which story is asked for: that of a flow, or the last one of an account; with neither, the last one of all.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StoryRequest {
    /// The id of a sign-in.
    #[cfg_attr(test, ts(optional))]
    pub flow: Option<String>,
    /// An account, whose last sign-in it is.
    #[cfg_attr(test, ts(optional))]
    pub account: Option<String>,
}

/// One sign-in, renewal or sign-out, as far as it has come.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct StoryView {
    /// Names it in `copyReport`. Not a secret.
    pub flow: String,
    /// What it was for.
    pub kind: StoryKind,
    /// The provider's name.
    pub provider_name: String,
    /// The door it came back by, once that was open.
    pub door: Option<Door>,
    /// When it began.
    #[cfg_attr(test, ts(type = "number"))]
    pub began_at: i64,
    /// Who takes part, in the order to show.
    pub parties: Vec<PartyView>,
    /// Its steps, in the order in which they began.
    pub steps: Vec<StepView>,
    /// How many steps were left out because there were too many.
    pub left_out: u32,
    /// How it ended; `None` while it is under way.
    pub ended: Option<StoryEnd>,
    /// The step at which it stopped, by its number in `steps`, if it failed at one.
    pub stopped_at: Option<u32>,
}

/// What it was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum StoryKind {
    /// A sign-in, from the click to the account.
    SignIn,
    /// New tokens by a refresh token.
    Refresh,
    /// A sign-out.
    SignOut,
}

/// How it ended.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct StoryEnd {
    /// How long it took, in milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub after_ms: u64,
    /// What it failed with; `None` when it did what it was for.
    pub problem: Option<Problem>,
}

/// The same thing said twice, in the person's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// In plain words.
    pub plain: String,
    /// In the standards' terms.
    pub developer: String,
}

/// Who takes part.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct PartyView {
    /// Which one.
    pub id: Party,
    /// What it is called.
    pub name: Said,
}

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The person at this computer.
    Person,
    /// The person's browser.
    Browser,
    /// This program.
    Doorkey,
    /// The provider.
    Provider,
}

/// One step: an arrow of the diagram.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// What it is: `code-exchange`.
    pub kind: String,
    /// What it is called.
    pub name: Said,
    /// Who begins it.
    pub from: Party,
    /// With whom; the same as `from` for what happens inside.
    pub to: Party,
    /// The host, with the port where it is not the usual one.
    pub host: Option<String>,
    /// When it began, in milliseconds since the beginning.
    #[cfg_attr(test, ts(type = "number"))]
    pub began_ms: u64,
    /// How long it took, in milliseconds; `None` while it is under way.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub duration_ms: Option<u64>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// How it went.
    pub outcome: StepOutcome,
    /// What it failed with, or why it was put off.
    pub problem: Option<Problem>,
    /// What was sent or came, redacted.
    pub parameters: Vec<ParameterView>,
    /// The checks, in the order in which they were made.
    pub checks: Vec<CheckMade>,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// It is under way.
    UnderWay,
    /// It is done.
    Done,
    /// Nothing was sent: it was known from before.
    Remembered,
    /// Nothing was sent: there was nothing to do.
    Needless,
    /// It did not come about and is tried again later.
    PutOff,
    /// It failed.
    Failed,
    /// It was given up before it ended.
    Abandoned,
}

/// A parameter of a request or an answer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ParameterView {
    /// Its name on the wire.
    pub name: String,
    /// Its value, where it may be shown and is not long.
    pub value: Option<String>,
}

/// A check that was made.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct CheckMade {
    /// What was checked.
    pub name: Said,
    /// The section of the standard that asks for it.
    pub section: String,
    /// How it went.
    pub result: CheckResult,
    /// Why it was skipped, if it was.
    pub skipped: Option<Said>,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// The rule is kept.
    Passed,
    /// It is not.
    Failed,
    /// There was nothing to look at.
    Skipped,
}
