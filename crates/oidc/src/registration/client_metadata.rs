//! What a native client says of itself, to be registered or published.
//!
//! Spec: RFC 7591 section 2, OIDC Dynamic Client Registration section 2, RFC 8252 section 8.4

use serde_json::{Map, Value, json};

use crate::client::AssertionKey;
use crate::error::{Error, Misconfiguration};
use crate::redirect::RedirectUri;

/// What a native client says of itself.
///
/// Spec: RFC 7591 section 2
#[derive(Debug)]
pub struct ClientMetadata {
    /// `client_name`: what the person reads at the provider.
    pub name: String,
    /// `client_uri`: its home page.
    pub home_page: Option<String>,
    /// `redirect_uris`.
    pub redirect_uris: Vec<RegisteredRedirectUri>,
    /// Whether `grant_types` has `refresh_token`.
    pub refreshes: bool,
    /// Whether `grant_types` has the device grant.
    pub uses_devices: bool,
    /// `scope`, one by one.
    pub scopes: Vec<String>,
    /// `token_endpoint_auth_method`.
    pub method: Method,
    /// `dpop_bound_access_tokens`: only bound access tokens are wanted (RFC 9449 section 5.2).
    pub binds_access_tokens: bool,
    /// `software_id`, the same for all installations.
    pub software_id: Option<String>,
    /// `software_version`.
    pub software_version: Option<String>,
}

/// How a client wants to authenticate.
///
/// Spec: RFC 7591 section 2 (`token_endpoint_auth_method`)
#[derive(Debug)]
pub enum Method {
    /// `none`, as an installed program can keep no secret that it was published with.
    None,
    /// `client_secret_post`, with a secret of this installation alone.
    SecretPost,
    /// `client_secret_basic`, likewise.
    SecretBasic,
    /// `private_key_jwt`, with a key of this installation alone.
    PrivateKeyJwt(AssertionKey),
}

impl Method {
    /// The name of the method.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecretPost => "client_secret_post",
            Self::SecretBasic => "client_secret_basic",
            Self::PrivateKeyJwt(_) => "private_key_jwt",
        }
    }
}

/// A redirect URI as it is registered: one that is used, or one on loopback without its port, which is another each time.
///
/// Spec: RFC 8252 sections 7.3, 8.4
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredRedirectUri(String);

impl RegisteredRedirectUri {
    /// Takes `scheme.with.dot:/path`, `http://127.0.0.1/path` or `http://[::1]/path`, the latter two also with a port.
    ///
    /// Errors: `Misconfigured(RedirectUri)` for anything else.
    pub fn new(text: &str) -> Result<Self, Error> {
        // With any port it has to be one that could be used.
        let usable = ["http://127.0.0.1/", "http://[::1]/"].iter().find_map(|host| {
            let path = text.strip_prefix(host)?;
            Some(format!("{}:1/{path}", host.trim_end_matches('/')))
        });
        RedirectUri::new(usable.unwrap_or_else(|| text.to_owned()))?;
        Ok(Self(text.to_owned()))
    }

    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&RedirectUri> for RegisteredRedirectUri {
    fn from(uri: &RedirectUri) -> Self {
        Self(uri.as_str().to_owned())
    }
}

impl ClientMetadata {
    /// Those of `grant_types` that a sign-in by redirect needs.
    pub(super) fn redirect_grant_types(&self) -> Vec<&'static str> {
        let mut all = vec!["authorization_code"];
        if self.refreshes {
            all.push("refresh_token");
        }
        all
    }

    /// `grant_types`.
    fn grant_types(&self) -> Vec<&'static str> {
        let mut all = self.redirect_grant_types();
        if self.uses_devices {
            all.push("urn:ietf:params:oauth:grant-type:device_code");
        }
        all
    }

    /// The metadata as JSON.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let uris: Vec<&str> = self.redirect_uris.iter().map(RegisteredRedirectUri::as_str).collect();
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| {
            map.insert(name.to_owned(), value);
        };
        put("client_name", self.name.as_str().into());
        // OIDC Registration 2: without it a client is one of the web, which may have neither of our redirect URIs.
        put("application_type", "native".into());
        put("redirect_uris", uris.into());
        put("response_types", vec!["code"].into());
        put("grant_types", self.grant_types().into());
        put("token_endpoint_auth_method", self.method.name().into());
        if let Method::PrivateKeyJwt(key) = &self.method {
            // RFC 7591 2: the public half, and nothing else of it.
            put("jwks", json!({ "keys": [key.public_jwk()] }));
        }
        if !self.scopes.is_empty() {
            put("scope", self.scopes.join(" ").into());
        }
        if self.binds_access_tokens {
            put("dpop_bound_access_tokens", true.into());
        }
        let texts = [
            ("client_uri", &self.home_page),
            ("software_id", &self.software_id),
            ("software_version", &self.software_version),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                put(name, text.as_str().into());
            }
        }
        map
    }

    /// Errors: `Misconfigured(RedirectUri)` where there is none: a client that redirects needs one (RFC 7591 section 2).
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.redirect_uris.is_empty() {
            return Err(Misconfiguration::RedirectUri.into());
        }
        Ok(())
    }
}
