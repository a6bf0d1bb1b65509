//! A sign-in, from the request to its end.

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::{Door, Problem};

/// What to sign in with.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInRequest {
    /// The provider's id.
    pub provider: String,
    /// The door to use; chosen by itself when absent.
    #[cfg_attr(test, ts(optional))]
    pub door: Option<Door>,
    /// Who is expected: passed to the provider as `login_hint`.
    #[cfg_attr(test, ts(optional))]
    pub login_hint: Option<String>,
    /// The account whose session is renewed: the provider is told its e-mail address as `login_hint`.
    #[cfg_attr(test, ts(optional))]
    pub account: Option<String>,
}

/// One sign-in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct FlowView {
    /// Names this attempt in commands. Not a secret, and not the `state`.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub provider_name: String,
    /// The host of the authorization endpoint, once it is known: what the browser was sent to.
    pub host: Option<String>,
    /// The door it comes back by, once it is open.
    pub door: Option<Door>,
    /// When it began.
    #[cfg_attr(test, ts(type = "number"))]
    pub started_at: i64,
    /// When the link or the code stops working.
    #[cfg_attr(test, ts(type = "number"))]
    pub expires_at: i64,
    /// What the person enters and where, of a sign-in by code.
    pub device: Option<DeviceView>,
    /// How far it is.
    pub stage: FlowStage,
}

/// A code to enter on another screen. Neither is a secret, and both are cleaned.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    /// What to enter, exactly.
    pub user_code: String,
    /// The address of the page to enter it on; shown as text.
    pub verification_uri: String,
}

/// How far a sign-in is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "at", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum FlowStage {
    /// Metadata and keys are fetched, the door is opened, the sign-in is parked.
    Preparing,
    /// The browser has it.
    Waiting {
        /// Whether the browser took the link.
        browser: BrowserState,
        /// The authorization URL, only if the browser could not be opened. It carries no secret of the app, but a `state`: shown
        /// to be copied, never logged.
        link: Option<String>,
    },
    /// The redirect came back; the code is being exchanged and the tokens verified.
    Completing,
    /// Done.
    SignedIn {
        /// The account's id.
        account: String,
    },
    /// It ended without an account.
    Failed {
        /// Why, and what can be done.
        problem: Problem,
    },
}

/// What is known of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum BrowserState {
    /// Nobody asked it to open: a code is entered on whichever screen the person likes.
    NotAsked,
    /// It was asked to open and has not answered yet.
    Opening,
    /// It took the link.
    Opened,
    /// It could not be opened; the link is shown.
    Failed,
}
