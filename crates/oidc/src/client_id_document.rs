//! A client id that is the URL of a document which says what the client is: no registration, and no client id per provider.
//!
//! Spec: OAuth Client ID Metadata Document, draft-ietf-oauth-client-id-metadata-document (CIMD below)

use serde_json::{Map, Value};
use url::Url;

use crate::client::{Authentication, Client};
use crate::error::{Error, Misconfiguration, Unsupported};
use crate::json::{self, Member};
use crate::provider::{Endpoint, ProviderMetadata, Transport};
use crate::registration::{ClientMetadata, Method, RegisteredRedirectUri};
use crate::trail::Trail;
use crate::{discovery, response};

/// The most bytes that a document may have: providers are advised to read no more.
///
/// Spec: CIMD section 6.6
pub const DOCUMENT_LIMIT: usize = 5 * 1024;
/// Methods that rest on a secret that both sides know; there is no way to agree on one.
const SHARED_SECRETS: &[&str] = &["client_secret_basic", "client_secret_post", "client_secret_jwt"];

/// A client id that is the URL of the client's document, kept and compared exactly as it was written.
///
/// Spec: CIMD section 3
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientIdUrl {
    text: String,
    endpoint: Endpoint,
}

impl ClientIdUrl {
    /// Takes a URL that may be a client id.
    ///
    /// Errors: `Misconfigured(ClientId)` unless it is https, with a path, and without dot segments, fragment, user name and password. A
    /// query, which the draft advises against, is refused too, and so is a spelling that a URL parser would change: ids are compared letter
    /// for letter, and others must come to the same letters.
    ///
    /// Spec: CIMD section 3
    pub fn new(text: &str) -> Result<Self, Error> {
        let wrong = Misconfiguration::ClientId;
        // https without user name, password and fragment; never http, whatever development allows elsewhere.
        let endpoint = Endpoint::parse(text, Transport::HttpsOnly).ok_or(wrong)?;
        let url: &Url = endpoint.url();
        // CIMD 3: no segment `.` or `..`, also where its dots are escaped: parsing takes them away, so they change the spelling.
        let as_written = url.as_str() == text;
        let has_path = url.path().len() > 1;
        if !as_written || !has_path || url.query().is_some() {
            return Err(wrong.into());
        }
        Ok(Self {
            text: text.to_owned(),
            endpoint,
        })
    }

    /// The URL, letter for letter: the value of `client_id`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The client at a provider that takes such ids.
    ///
    /// Errors: `Unsupported(ClientIdDocument)` if the provider does not say that it does; `Misconfigured(ClientDocument)` for an
    /// authentication that rests on a shared secret.
    ///
    /// Spec: CIMD sections 4.1, 5
    pub fn client(&self, metadata: &ProviderMetadata, authentication: Authentication) -> Result<Client, Error> {
        // CIMD 5: `client_id_metadata_document_supported`. Sent elsewhere, it would be an unknown client id.
        if !metadata.takes_client_id_documents {
            return Err(Unsupported::ClientIdDocument.into());
        }
        if SHARED_SECRETS.contains(&authentication.method()) {
            return Err(Misconfiguration::ClientDocument.into());
        }
        Client::new(self.text.clone(), authentication)
    }

    /// The document, as JSON to be published at the URL with the type `application/json`.
    ///
    /// Errors: `Misconfigured(ClientDocument)` for metadata that a document must not have, or that make it too large.
    ///
    /// Spec: CIMD section 4
    pub fn document(&self, client: &ClientMetadata) -> Result<String, Error> {
        if matches!(client.method, Method::SecretPost | Method::SecretBasic) {
            return Err(Misconfiguration::ClientDocument.into());
        }
        let mut map = Map::new();
        // CIMD 4.1: `client_id` is the document's own URL.
        map.insert("client_id".into(), self.text.as_str().into());
        map.extend(client.to_json());
        let document = Value::Object(map);
        let written = format!("{document:#}\n");
        // What is published is what would be accepted.
        self.validate(written.as_bytes())?;
        Ok(written)
    }

    /// The request for the document as it is published.
    ///
    /// Spec: CIMD section 4
    pub fn request(&self) -> http::Request<Vec<u8>> {
        discovery::get(&self.endpoint)
    }

    /// Reads the answer to [`ClientIdUrl::request`], as a provider would: status 200, JSON, no redirect.
    ///
    /// Errors: those of [`ClientIdUrl::validate`], and those of any answer that is not JSON.
    ///
    /// Spec: CIMD sections 4, 4.1
    pub fn receive(&self, answer: &http::Response<Vec<u8>>) -> Result<Vec<RegisteredRedirectUri>, Error> {
        response::successful_json(answer, &mut Trail::unread())?;
        self.validate(answer.body())
    }

    /// Looks at a document as a provider would, and gives out its redirect URIs.
    ///
    /// Errors: `Misconfigured(ClientDocument)`, or `Misconfigured(RedirectUri)` for redirect URIs that are not a native app's.
    ///
    /// Spec: CIMD section 4.1
    pub fn validate(&self, document: &[u8]) -> Result<Vec<RegisteredRedirectUri>, Error> {
        let wrong = || Error::from(Misconfiguration::ClientDocument);
        if document.len() > DOCUMENT_LIMIT {
            return Err(wrong());
        }
        let map = json::object(document).ok_or_else(wrong)?;
        // CIMD 4.1: `client_id` MUST be the URL of the document, by simple string comparison.
        if !matches!(json::text(&map, "client_id"), Member::Is(id) if id == self.text) {
            return Err(wrong());
        }
        // CIMD 4.1: no shared secret, and nothing about one.
        let secret = map.contains_key("client_secret") || map.contains_key("client_secret_expires_at");
        let method = match json::text(&map, "token_endpoint_auth_method") {
            Member::Is(method) => method,
            // RFC 7591 2: left out it would be client_secret_basic.
            Member::Absent | Member::Wrong => return Err(wrong()),
        };
        if secret || SHARED_SECRETS.contains(&method) || publishes_a_private_key(&map) {
            return Err(wrong());
        }
        let uris = map.get("redirect_uris").and_then(Value::as_array).ok_or_else(wrong)?;
        if uris.is_empty() {
            return Err(Misconfiguration::RedirectUri.into());
        }
        uris.iter()
            .map(|uri| RegisteredRedirectUri::new(uri.as_str().ok_or_else(wrong)?))
            .collect()
    }
}

/// RFC 7517 9.2, RFC 7591 2: only public keys are published.
fn publishes_a_private_key(map: &Map<String, Value>) -> bool {
    let keys = map
        .get("jwks")
        .and_then(|set| set.get("keys"))
        .and_then(Value::as_array);
    keys.is_some_and(|keys| keys.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()))
}

#[cfg(test)]
mod tests;
