//! How clients are registered at a provider, and a client as it was registered.

use doorkey_oidc::Secret;
use doorkey_oidc::client::{Authentication, Client};
use serde::Deserialize;

use crate::Error;
use crate::doors::loopback;

/// How clients are registered at a provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrationRules {
    /// Where a developer registers a client.
    pub console_url: Option<String>,
    /// The key of the words that say what to do there: `provider-steps-<key>` among the sentences.
    pub steps: Option<String>,
    /// Whether its console gives a file that we can read.
    pub accepts_client_file: bool,
    /// How loopback redirects are taken.
    pub loopback: LoopbackRules,
    /// Which private-use scheme is taken.
    pub scheme: SchemeRule,
    /// Whether the token endpoint wants a client secret.
    pub secret: SecretRule,
    /// How this program registers itself, where it does.
    pub itself: Option<SelfRegistration>,
}

impl Default for RegistrationRules {
    fn default() -> Self {
        Self {
            console_url: None,
            steps: None,
            accepts_client_file: false,
            loopback: LoopbackRules::default(),
            scheme: SchemeRule::Own,
            secret: SecretRule::None,
            itself: None,
        }
    }
}

/// How loopback redirects are taken.
///
/// Spec: RFC 8252 section 7.3
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoopbackRules {
    /// On which ports.
    pub ports: LoopbackPorts,
    /// How the redirect URI names this machine.
    pub host: LoopbackName,
}

/// On which ports a provider takes loopback redirects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "PortsForm")]
pub enum LoopbackPorts {
    /// On any, whatever was registered.
    #[default]
    Any,
    /// On those that were registered, in the order to try them.
    Listed(Vec<u16>),
    /// On none.
    None,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum PortsForm {
    Word(String),
    Ports(Vec<u16>),
}

impl TryFrom<PortsForm> for LoopbackPorts {
    type Error = &'static str;

    fn try_from(form: PortsForm) -> Result<Self, Self::Error> {
        match form {
            PortsForm::Word(word) if word == "any" => Ok(Self::Any),
            PortsForm::Word(word) if word == "none" => Ok(Self::None),
            PortsForm::Word(_) => Err("write \"any\", \"none\", or the ports that are registered: [47821, 47822]"),
            PortsForm::Ports(ports) => Ok(Self::Listed(ports)),
        }
    }
}

impl LoopbackRules {
    /// What the door is opened with. `None` where the provider takes no loopback redirect.
    pub(crate) fn door(&self) -> Option<(loopback::LoopbackHost, loopback::Ports)> {
        let host = match self.host {
            LoopbackName::Address => loopback::LoopbackHost::Literal,
            LoopbackName::Localhost => loopback::LoopbackHost::Localhost,
        };
        let ports = match &self.ports {
            LoopbackPorts::Any => loopback::Ports::Any,
            LoopbackPorts::Listed(ports) => loopback::Ports::Listed(ports.clone()),
            LoopbackPorts::None => return None,
        };
        Some((host, ports))
    }
}

/// How a loopback redirect URI names this machine.
///
/// Spec: RFC 8252 sections 7.3, 8.3
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum LoopbackName {
    /// `127.0.0.1`
    #[default]
    #[serde(rename = "127.0.0.1")]
    Address,
    /// `localhost`, for a provider that takes nothing else.
    #[serde(rename = "localhost")]
    Localhost,
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

/// Whether a provider's token endpoint wants a client secret of a native program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretRule {
    /// No, and one that is sent is an error.
    #[default]
    None,
    /// It takes a client either way.
    Optional,
    /// Of some clients: one that the program ships, and that keeps nobody out. The provider says so itself.
    Published,
    /// Yes, for codes. A program without a server of its own has the device flow, or a secret that is none.
    Required,
    /// One that this installation was given when it registered itself.
    PerInstallation,
}

/// How a program registers itself at a provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfRegistration {
    /// In which manner.
    pub style: RegistrationStyle,
    /// Where, if no metadata names it.
    pub endpoint: Option<String>,
}

/// The manner of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationStyle {
    /// That of RFC 7591.
    Rfc7591,
    /// A form POST of `client_name`, `redirect_uris`, `scopes`; answered by `client_id` and `client_secret`.
    MastodonApps,
}

/// A client as it was registered at a provider.
#[derive(Debug)]
pub struct Registration {
    /// `client_id`
    pub client_id: String,
    /// How it authenticates: `token_endpoint_auth_method`.
    ///
    /// Spec: RFC 6749 section 2.3, OIDC Core section 9
    pub authentication: Authentication,
}

impl Registration {
    /// A client by its id. With a secret, because the provider wants one although a native app can keep none, it is sent in the form
    /// (`client_secret_post`); without one the client is public.
    pub fn new(client_id: impl Into<String>, client_secret: Option<Secret>) -> Self {
        let authentication = client_secret.map_or(Authentication::None, Authentication::SecretPost);
        Self::authenticated(client_id, authentication)
    }

    /// A public client, as native apps are: it has an id and no secret.
    pub fn public(client_id: impl Into<String>) -> Self {
        Self::authenticated(client_id, Authentication::None)
    }

    /// A client that authenticates in this manner: with a key of its own, or with a secret in a header, say.
    pub fn authenticated(client_id: impl Into<String>, authentication: Authentication) -> Self {
        Self {
            client_id: client_id.into(),
            authentication,
        }
    }

    /// `client_secret`, if it has one.
    pub fn client_secret(&self) -> Option<&Secret> {
        match &self.authentication {
            Authentication::None | Authentication::PrivateKeyJwt(_) => None,
            Authentication::SecretPost(secret) | Authentication::SecretBasic(secret) => Some(secret),
        }
    }

    /// Whether it authenticates at all, with a secret or a key.
    pub fn authenticates(&self) -> bool {
        !matches!(self.authentication, Authentication::None)
    }

    /// The protocol's own form of it.
    ///
    /// Errors: `Misconfigured(ClientId)` or `Misconfigured(ClientSecret)`.
    pub fn client(&self) -> Result<Client, Error> {
        Ok(Client::new(self.client_id.clone(), self.authentication.share())?)
    }

    pub(crate) fn share(&self) -> Self {
        Self::authenticated(self.client_id.clone(), self.authentication.share())
    }
}
