//! Providers: what is known of each beforehand, as data, and the client that is registered there.

mod client_file;

use std::collections::BTreeMap;

use doorkey_oidc::authorization::Prompt;
use doorkey_oidc::client::{Authentication, Client};
use doorkey_oidc::provider::{Issuer, Transport};
use doorkey_oidc::{Misconfiguration, Secret};
use serde::Deserialize;

pub use client_file::{CLIENT_FILE_LIMIT, ClientFileError, parse_client_file};

use crate::Error;
use crate::sessions::RefreshReuse;

const GOOGLE: &str = include_str!("../../presets/google.toml");

/// What is known of a provider beforehand: the form of the files in `presets/`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Names it in configuration, commands and redirect URIs: lower-case letters, digits and `-`.
    pub id: String,
    /// The name that people know.
    pub name: String,
    /// Whose mark its button carries.
    #[serde(default)]
    pub mark: Mark,
    /// The issuer identifier.
    pub issuer: String,
    /// What to ask for.
    pub scopes: Vec<String>,
    /// The provider's own names for scopes, and what we call them.
    #[serde(default)]
    pub scope_names: BTreeMap<String, String>,
    /// What the authorization request has beside the standard's parameters.
    #[serde(default)]
    pub authorization: AuthorizationQuirks,
    /// How clients are registered there.
    #[serde(default)]
    pub registration: RegistrationRules,
    /// Whether a refresh token may be sent once more when the answer to the first use was lost.
    #[serde(default)]
    pub refresh_reuse: RefreshReuse,
    /// How the browser's session is ended there.
    #[serde(default)]
    pub logout: LogoutRules,
    /// What of this was verified, how and when.
    pub verified: Option<Verified>,
}

/// Whose mark a provider's button carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Google's, by its branding rules.
    Google,
    /// None of its own.
    #[default]
    Generic,
}

/// What an authorization request has beside the standard's parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationQuirks {
    /// `prompt`
    pub prompt: Option<PromptName>,
    /// Further parameters.
    pub extra: BTreeMap<String, String>,
}

/// `prompt`, by its name on the wire.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptName {
    /// `login`
    Login,
    /// `consent`
    Consent,
    /// `select_account`
    SelectAccount,
}

impl From<PromptName> for Prompt {
    fn from(name: PromptName) -> Self {
        match name {
            PromptName::Login => Self::Login,
            PromptName::Consent => Self::Consent,
            PromptName::SelectAccount => Self::SelectAccount,
        }
    }
}

/// How clients are registered at a provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrationRules {
    /// Where a developer registers a client.
    pub console_url: Option<String>,
    /// Whether its console gives a file that we can read.
    pub accepts_client_file: bool,
    /// Whether loopback redirects are taken, on any port.
    pub loopback: bool,
    /// Which private-use scheme is taken.
    pub scheme: SchemeRule,
}

impl Default for RegistrationRules {
    fn default() -> Self {
        Self {
            console_url: None,
            accepts_client_file: false,
            loopback: true,
            scheme: SchemeRule::Own,
        }
    }
}

/// Which private-use scheme a provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchemeRule {
    /// The program's own.
    Own,
    /// One that is made of the client id: `com.googleusercontent.apps.<id>`.
    ReversedClientId,
    /// None.
    None,
}

/// How the browser's session is ended at a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogoutRules {
    /// Where the provider sends the browser afterwards.
    pub redirect: PostLogoutRedirect,
}

/// Where a provider sends the browser after it ended the session: what is registered there as `post_logout_redirect_uri`.
///
/// Spec: RP-Initiated Logout section 3.1
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostLogoutRedirect {
    /// Nowhere: it shows a page of its own.
    #[default]
    None,
    /// To `<scheme>:/signed-out/<provider>`.
    Scheme,
    /// To `http://127.0.0.1:<port>/signed-out/<provider>`, at a provider that leaves the port open here as it does for sign-ins.
    Loopback,
}

/// What of a preset was verified.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// What, and how.
    pub what: String,
    /// The day, as `2026-11-22`.
    pub on: String,
}

/// A client as it was registered at a provider.
#[derive(Debug)]
pub struct Registration {
    /// `client_id`
    pub client_id: String,
    /// `client_secret`, where the provider wants one although a native app can keep none.
    pub client_secret: Option<Secret>,
}

impl Registration {
    /// The protocol's own form of it.
    ///
    /// Errors: `Misconfigured(ClientId)` or `Misconfigured(ClientSecret)`.
    pub fn client(&self) -> Result<Client, Error> {
        let authentication = match &self.client_secret {
            Some(secret) => Authentication::SecretPost(secret.share()),
            None => Authentication::None,
        };
        Ok(Client::new(self.client_id.clone(), authentication)?)
    }

    pub(crate) fn share(&self) -> Self {
        let client_secret = self.client_secret.as_ref().map(Secret::share);
        Self {
            client_id: self.client_id.clone(),
            client_secret,
        }
    }
}

/// A provider that people can sign in with: a preset and the clients registered there.
#[derive(Debug)]
pub struct Provider {
    /// What is known beforehand.
    pub preset: Preset,
    /// The client for loopback redirects, or for both doors where one client takes both.
    pub client: Option<Registration>,
    /// A second client, for links, where the provider keeps the two apart.
    pub link_client: Option<Registration>,
    /// True when the redirect URI of `client` may be a link in the program's own scheme.
    pub link_with_client: bool,
}

impl Provider {
    /// Google. Its Desktop client type comes back by loopback, its iOS client type by a link.
    pub fn google(desktop: Option<Registration>, ios: Option<Registration>) -> Self {
        let preset: Preset = toml::from_str(GOOGLE).expect("a test reads every preset");
        Self {
            preset,
            client: desktop,
            link_client: ios,
            link_with_client: false,
        }
    }

    /// Any OpenID Provider, by its issuer.
    ///
    /// Errors: `Misconfigured(Issuer)`, `Misconfigured(Provider)` for an id that cannot stand in a redirect URI.
    pub fn openid(
        id: &str,
        name: &str,
        issuer: &str,
        client: Registration,
        transport: Transport,
    ) -> Result<Self, Error> {
        let plain = !id.is_empty()
            && id.len() <= 32
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain {
            return Err(Error::Misconfigured(Misconfiguration::Provider));
        }
        Issuer::new(issuer, transport)?;
        let preset = Preset {
            id: id.to_owned(),
            name: name.to_owned(),
            mark: Mark::Generic,
            issuer: issuer.to_owned(),
            scopes: ["openid", "profile", "email", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
            scope_names: BTreeMap::new(),
            authorization: AuthorizationQuirks::default(),
            registration: RegistrationRules::default(),
            refresh_reuse: RefreshReuse::default(),
            logout: LogoutRules::default(),
            verified: None,
        };
        Ok(Self {
            preset,
            client: Some(client),
            link_client: None,
            link_with_client: true,
        })
    }

    /// Whether anybody can sign in with it.
    pub fn is_configured(&self) -> bool {
        self.client.is_some() || self.link_client.is_some()
    }

    /// The client and the scheme for a link, if links are possible.
    pub(crate) fn for_link(&self, own_scheme: &str) -> Option<(&Registration, String)> {
        match self.preset.registration.scheme {
            SchemeRule::Own if self.link_with_client => Some((self.client.as_ref()?, own_scheme.to_owned())),
            SchemeRule::ReversedClientId => {
                let client = self.link_client.as_ref()?;
                Some((client, reversed_client_id(&client.client_id)?))
            }
            SchemeRule::Own | SchemeRule::None => None,
        }
    }

    /// The client for a loopback redirect, if that is possible.
    pub(crate) fn for_loopback(&self) -> Option<&Registration> {
        if self.preset.registration.loopback {
            self.client.as_ref()
        } else {
            None
        }
    }

    /// The scopes as we call them.
    pub(crate) fn own_scope_names(&self, scopes: &[String]) -> Vec<String> {
        scopes
            .iter()
            .map(|scope| self.preset.scope_names.get(scope).unwrap_or(scope).clone())
            .collect()
    }
}

/// `123-abc.apps.googleusercontent.com` as `com.googleusercontent.apps.123-abc`: the scheme of an iOS client.
pub fn reversed_client_id(client_id: &str) -> Option<String> {
    let name = client_id.strip_suffix(".apps.googleusercontent.com")?;
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain.then(|| format!("com.googleusercontent.apps.{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration(client_id: &str) -> Registration {
        Registration {
            client_id: client_id.into(),
            client_secret: None,
        }
    }

    #[test]
    fn googles_desktop_client_takes_loopback_only_and_its_ios_client_a_link_only() {
        let desktop = Provider::google(Some(registration("1-a.apps.googleusercontent.com")), None);
        assert!(desktop.for_loopback().is_some() && desktop.for_link("dev.example.app").is_none());
        let ios = Provider::google(None, Some(registration("1-a.apps.googleusercontent.com")));
        assert!(ios.for_loopback().is_none());
        assert_eq!(
            ios.for_link("dev.example.app").unwrap().1,
            "com.googleusercontent.apps.1-a"
        );
    }

    #[test]
    fn only_googles_own_client_ids_make_a_scheme() {
        assert_eq!(reversed_client_id("x.example.com"), None);
        assert_eq!(reversed_client_id(".apps.googleusercontent.com"), None);
        assert_eq!(reversed_client_id("A.apps.googleusercontent.com"), None);
    }

    #[test]
    fn googles_names_for_scopes_are_read_as_ours() {
        let google = Provider::google(None, None);
        let granted = ["openid", "https://www.googleapis.com/auth/userinfo.email"].map(str::to_owned);
        assert_eq!(google.own_scope_names(&granted), ["openid", "email"]);
    }

    #[test]
    fn an_issuer_over_http_is_the_developers_mistake_unless_it_is_loopback_in_development() {
        let make =
            |issuer: &str, transport| Provider::openid("x", "X", issuer, registration("c"), transport).map(|_| ());
        let wrong = Err(Error::Misconfigured(Misconfiguration::Issuer));
        assert_eq!(make("http://127.0.0.1:1", Transport::HttpsOnly), wrong);
        assert_eq!(make("http://127.0.0.1:1", Transport::DangerousLoopbackHttp), Ok(()));
        assert_eq!(make("http://op.example", Transport::DangerousLoopbackHttp), wrong);
    }
}
