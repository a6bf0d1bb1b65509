//! A provider that people can sign in with: a preset, filled in, and the clients registered there.

use std::collections::BTreeMap;

use doorkey_oidc::Misconfiguration;
use doorkey_oidc::provider::{Issuer, Transport};

use super::check::is_id;
use super::preset_error::{PresetError, PresetProblem};
use super::registration::{LoopbackPorts, Registration, SchemeRule, SecretRule};
use super::{Preset, catalogue};
use crate::Error;
use crate::doors::loopback;

/// A provider that people can sign in with: a preset and the clients registered there.
#[derive(Debug)]
pub struct Provider {
    /// What is known beforehand, with no parameter left.
    pub preset: Preset,
    /// The client for loopback redirects, or for both doors where one client takes both.
    pub client: Option<Registration>,
    /// A second client, for links, where the provider keeps the two apart.
    pub link_client: Option<Registration>,
    /// True when the redirect URI of `client` may be a link in the program's own scheme.
    pub link_with_client: bool,
}

/// What a configuration adds to a preset.
#[derive(Debug, Default)]
pub struct ProviderConfig {
    /// The client for loopback redirects, or for both doors where one client takes both.
    pub client: Option<Registration>,
    /// A second client, for links, where the provider keeps the two apart.
    pub link_client: Option<Registration>,
    /// Whether the program's own scheme is registered for `client`.
    pub link_with_client: bool,
    /// What to fill into the preset, by name.
    pub parameters: BTreeMap<String, String>,
    /// The loopback ports that were registered, where the provider wants them registered and others than the preset's were.
    pub ports: Option<Vec<u16>>,
}

impl Provider {
    /// A provider of a preset and what the configuration adds.
    ///
    /// Errors: [`PresetError`], which names the field: a parameter that is missing, unknown or malformed, a client secret that
    /// the provider refuses or wants, ports that are none.
    pub fn of(preset: &Preset, config: ProviderConfig) -> Result<Self, PresetError> {
        preset.check()?;
        let mut filled = preset.filled(&config.parameters)?;
        if let Some(ports) = config.ports {
            match &mut filled.registration.loopback.ports {
                LoopbackPorts::Listed(listed) => *listed = ports,
                LoopbackPorts::Any | LoopbackPorts::None => {
                    return Err(PresetError::at(&preset.id, "ports", PresetProblem::NotHere));
                }
            }
        }
        // Once more, for what came in from outside stands in it now.
        filled.check()?;
        let wrong = |field: &str, problem| Err(PresetError::at(&preset.id, field, problem));
        if let Some(client) = &config.client {
            match (filled.registration.secret, client.client_secret().is_some()) {
                // RFC 8252 8.5: a secret that everybody has says nothing; these providers take it for an error.
                (SecretRule::None, true) => return wrong("client_secret", PresetProblem::SecretGiven),
                (SecretRule::Published, false) => return wrong("client_secret", PresetProblem::SecretMissing),
                // Codes cannot be exchanged without; device codes can.
                (SecretRule::Required, false) if !filled.device && !client.authenticates() => {
                    return wrong("client_secret", PresetProblem::SecretMissing);
                }
                _ => {}
            }
            if let Some(url) = &mut filled.connected_apps_url {
                let id: String = url::form_urlencoded::byte_serialize(client.client_id.as_bytes()).collect();
                *url = url.replace("{client_id}", &id);
            }
        }
        Ok(Self {
            preset: filled,
            client: config.client,
            link_client: config.link_client,
            link_with_client: config.link_with_client,
        })
    }

    /// Google. Its Desktop client type comes back by loopback, its iOS client type by a link.
    pub fn google(desktop: Option<Registration>, ios: Option<Registration>) -> Self {
        let preset = catalogue::preset("google").expect("a test reads every preset").clone();
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
        if !is_id(id) {
            return Err(Error::Misconfigured(Misconfiguration::Provider));
        }
        Issuer::new(issuer, transport)?;
        let mut preset = catalogue::preset("openid").expect("a test reads every preset").clone();
        preset.id = id.to_owned();
        preset.name = name.to_owned();
        let issuer = BTreeMap::from([("issuer".to_owned(), issuer.to_owned())]);
        Ok(Self {
            preset: preset.filled(&issuer)?,
            client: Some(client),
            link_client: None,
            link_with_client: true,
        })
    }

    /// Whether anybody can sign in with it.
    pub fn is_configured(&self) -> bool {
        self.client.is_some() || self.link_client.is_some() || self.registers_itself()
    }

    /// Whether each installation of the program registers a client of its own there, because none was configured.
    ///
    /// Spec: RFC 7591 section 3
    pub(crate) fn registers_itself(&self) -> bool {
        self.client.is_none() && self.link_client.is_none() && self.preset.registration.itself.is_some()
    }

    /// Whether a code could be exchanged, so that nobody is sent to the browser in vain.
    ///
    /// Errors: `Misconfigured(ClientSecret)` where the token endpoint wants a secret that there is not.
    pub(crate) fn takes_codes(&self) -> Result<(), Error> {
        let wants = matches!(
            self.preset.registration.secret,
            SecretRule::Required | SecretRule::PerInstallation
        );
        let has = self.client.as_ref().is_none_or(Registration::authenticates);
        if wants && !has {
            return Err(Error::Misconfigured(Misconfiguration::ClientSecret));
        }
        Ok(())
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

    /// Whether a person can be offered a code to enter on another screen: there is a client, and as far as is known beforehand the
    /// provider has an endpoint for it. Its metadata has the last word.
    ///
    /// Spec: RFC 8628 section 4
    #[must_use]
    pub fn takes_device(&self) -> bool {
        self.preset.device && (self.client.is_some() || self.registers_itself())
    }

    /// Whether a sign-in can come back by loopback: the provider takes that, and there is a client for it.
    #[must_use]
    pub fn takes_loopback(&self) -> bool {
        self.for_loopback().is_some()
    }

    /// The client for a loopback redirect and what its door is opened with, if that is possible.
    pub(crate) fn for_loopback(&self) -> Option<(&Registration, loopback::LoopbackHost, loopback::Ports)> {
        let (host, ports) = self.preset.registration.loopback.door()?;
        Some((self.client.as_ref()?, host, ports))
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
