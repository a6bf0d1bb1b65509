//! Providers, and what is needed to sign in with one.

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

/// A provider that one can sign in with.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ProviderView {
    /// The preset's id: `google`, `demo`.
    pub id: String,
    /// The name to show: `Google`.
    pub name: String,
    /// Which mark and button rules apply.
    pub mark: ProviderMark,
    /// False when no client id is known: the button then leads to the page that says what to register.
    pub configured: bool,
    /// Whether a person may be offered a code to enter on another screen: only if they ask for another way.
    pub takes_device: bool,
    /// What to register and where, for a provider that is not configured or to change it.
    pub registration: Option<RegistrationHelp>,
}

/// Whose mark a provider's button carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum ProviderMark {
    /// Google's own "G", under Google's branding rules.
    Google,
    /// A plain key mark with the provider's initial.
    Generic,
}

/// What a developer has to register at a provider before people can sign in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationHelp {
    /// The provider's console, to be opened in the browser by `open_registration`; shown as text.
    pub console_url: String,
    /// The redirect URI that the loopback door uses, with `{port}` for any port.
    pub loopback_redirect_uri: String,
    /// The redirect URI that the link door uses, where the provider allows one.
    pub scheme_redirect_uri: Option<String>,
    /// Whether a client file from the provider's console can be dropped on the window.
    pub accepts_client_file: bool,
}

/// How an answer comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// A link in this app's private-use URI scheme (RFC 8252 section 7.1).
    Scheme,
    /// A listener on the loopback interface (RFC 8252 section 7.3).
    Loopback,
    /// By a code that the person enters on another screen (RFC 8628). Never chosen by itself.
    Device,
}

/// A client to use with a provider from now on, as a person typed it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigureClient {
    /// The provider's id.
    pub provider: String,
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`, where the provider wants one although it is not confidential.
    #[cfg_attr(test, ts(optional))]
    pub client_secret: Option<String>,
}
