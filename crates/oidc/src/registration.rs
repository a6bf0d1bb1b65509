//! Registering this installation as a client of its own, where a provider has no other way in.
//!
//! Spec: RFC 7591, RFC 7592, OIDC Dynamic Client Registration 1.0

mod client_metadata;
mod management;
mod mastodon;

pub use client_metadata::{ClientMetadata, Method, RegisteredRedirectUri};
pub use management::Management;
pub use mastodon::{ExpectApp, register_app};

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Method as HttpMethod, StatusCode};
use serde_json::{Map, Value};

use crate::client::{Authentication, Client};
use crate::error::{Error, Misbehaviour, Misconfiguration, Unsupported};
use crate::json::{self, Member};
use crate::provider::{Endpoint, ProviderMetadata, Transport};
use crate::trail::{CheckName, Trail};
use crate::userinfo::bearer;
use crate::{Now, Secret, response};

/// The most bytes of a registration response that are worth reading.
pub const REGISTRATION_RESPONSE_LIMIT: usize = 64 * 1024;

/// The registration request, and the stage that waits for its answer. `initial_access_token` is one that a provider gave to the
/// developer, where it registers nobody else.
///
/// Errors: `Unsupported(Registration)` if the provider has no such endpoint, `Misconfigured(RedirectUri)` without a
/// redirect URI, `Misconfigured(ClientSecret)` for an initial access token that fits no header.
///
/// Spec: RFC 7591 section 3.1
pub fn register(
    metadata: &ProviderMetadata,
    client: ClientMetadata,
    initial_access_token: Option<&Secret>,
) -> Result<(http::Request<Vec<u8>>, ExpectRegistration), Error> {
    let endpoint = metadata.registration_endpoint.as_ref();
    let endpoint: &Endpoint = endpoint.ok_or(Unsupported::Registration)?;
    client.check()?;
    let mut request = http::Request::new(Value::Object(client.to_json()).to_string().into_bytes());
    *request.method_mut() = HttpMethod::POST;
    *request.uri_mut() = endpoint.uri();
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json.clone());
    request.headers_mut().insert(ACCEPT, json);
    if let Some(token) = initial_access_token {
        // Exposed to look at its characters.
        if !token_fits(token.expose()) {
            return Err(Misconfiguration::ClientSecret.into());
        }
        request.headers_mut().insert(AUTHORIZATION, bearer(token));
    }
    let transport = metadata.transport;
    Ok((request, ExpectRegistration { client, transport }))
}

/// A registration was asked for; its answer is waited for. There is no client yet:
///
/// ```compile_fail
/// fn early(stage: doorkey_oidc::registration::ExpectRegistration) -> doorkey_oidc::client::Client {
///     stage.client // what is asked for is no client
/// }
/// ```
#[derive(Debug)]
pub struct ExpectRegistration {
    client: ClientMetadata,
    transport: Transport,
}

/// A client that the provider made for this installation.
#[derive(Debug)]
pub struct Registered {
    /// The client: its id, and how it authenticates.
    pub client: Client,
    /// `client_secret_expires_at`: when its secret ends, if it ends. Then it registers again.
    pub secret_expires_at: Option<Now>,
    /// How the registration can be looked at and taken back, if the provider lets its clients do that.
    pub management: Option<Management>,
}

impl ExpectRegistration {
    /// Reads the answer.
    ///
    /// Errors: `Refused` with the provider's code; `Misbehaved` with `RegistrationMalformed` or `RegistrationNotAsAsked` among others;
    /// `Unsupported(ClientAuthentication)` for a client that would have to authenticate in a way that is not ours.
    ///
    /// Spec: RFC 7591 sections 3.2.1, 3.2.2
    pub fn receive(self, answer: &http::Response<Vec<u8>>, now: Now, trail: &mut Trail) -> Result<Registered, Error> {
        // RFC 7591 3.2.1 says 201; providers that say 200 mean the same.
        let successes = [StatusCode::CREATED, StatusCode::OK];
        let map = response::stated_json(answer, &successes, &Default::default(), trail)?;
        trail.check(CheckName::RegisteredClient, self.registered(map, now))
    }

    fn registered(self, mut map: Map<String, Value>, now: Now) -> Result<Registered, Error> {
        let malformed = Misbehaviour::RegistrationMalformed;
        // RFC 7591 3.2.1: all registered metadata are answered; a server may have changed them, and the client decides whether it can
        // live with that. It cannot with other redirect URIs: a code could be sent to somebody else.
        let mut stated = strings(&map, "redirect_uris").ok_or(malformed)?;
        let mut asked: Vec<&str> = self.client.redirect_uris.iter().map(|uri| uri.as_str()).collect();
        stated.sort_unstable();
        asked.sort_unstable();
        if stated != asked {
            return Err(Misbehaviour::RegistrationNotAsAsked.into());
        }
        // RFC 7591 2: nor without the grants of a redirect. Without the one of devices it can: that door then stays shut.
        if let Some(grants) = strings(&map, "grant_types")
            && !self
                .client
                .redirect_grant_types()
                .iter()
                .all(|grant| grants.contains(grant))
        {
            return Err(Misbehaviour::RegistrationNotAsAsked.into());
        }
        // RFC 7591 3.2.1: client_id is required.
        let Member::Is(id) = json::text(&map, "client_id") else {
            return Err(malformed.into());
        };
        let id = id.to_owned();
        let method = match json::text(&map, "token_endpoint_auth_method") {
            Member::Is(method) => Some(method.to_owned()),
            Member::Absent => None,
            Member::Wrong => return Err(malformed.into()),
        };
        let secret = take(&mut map, "client_secret");
        let authentication = authentication(method.as_deref(), secret, &self.client.method)?;
        let has_secret = matches!(
            authentication,
            Authentication::SecretPost(_) | Authentication::SecretBasic(_)
        );
        // RFC 7591 3.2.1: client_secret_expires_at is required beside a secret; 0 is never.
        let secret_expires_at = match (has_secret, map.get("client_secret_expires_at").and_then(Value::as_i64)) {
            (false, _) | (true, Some(0)) => None,
            (true, Some(at)) if at > now.0 => Some(Now(at)),
            (true, _) => return Err(malformed.into()),
        };
        // A client id with characters that it cannot have is the provider's fault here, and so is a secret.
        let client = Client::new(id, authentication).map_err(|_| malformed)?;
        let management = Management::read(&mut map, self.transport)?;
        Ok(Registered {
            client,
            secret_expires_at,
            management,
        })
    }
}

/// How the new client authenticates: as the provider says or, where it says nothing, as was asked.
///
/// Spec: RFC 7591 sections 2, 3.2.1
fn authentication(stated: Option<&str>, secret: Option<Secret>, asked: &Method) -> Result<Authentication, Error> {
    let with = |make: fn(Secret) -> Authentication, secret: Option<Secret>| {
        let secret = secret.ok_or(Misbehaviour::RegistrationMalformed);
        Ok(make(secret?))
    };
    match (stated.unwrap_or(asked.name()), asked) {
        ("none", _) => Ok(Authentication::None),
        ("client_secret_post", _) => with(Authentication::SecretPost, secret),
        ("client_secret_basic", _) => with(Authentication::SecretBasic, secret),
        ("private_key_jwt", Method::PrivateKeyJwt(key)) => Ok(Authentication::PrivateKeyJwt(key.clone())),
        _ => Err(Unsupported::ClientAuthentication.into()),
    }
}

/// A list of strings and nothing else.
fn strings<'a>(map: &'a Map<String, Value>, name: &str) -> Option<Vec<&'a str>> {
    map.get(name)?.as_array()?.iter().map(Value::as_str).collect()
}

/// Takes a string member out of the answer, so that no second copy of a secret stays behind.
fn take(map: &mut Map<String, Value>, name: &str) -> Option<Secret> {
    match map.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(Secret::new(text)),
        _ => None,
    }
}

/// Whether a token fits a header (RFC 6750 section 2.1).
fn token_fits(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4096 && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
