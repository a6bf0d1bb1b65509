//! Pushed authorization requests: the request goes to the provider first, and the browser carries only a name for it.
//!
//! ```text
//! par::push --> ExpectRequestUri --receive--> Pushed (the short URL, and ExpectRedirect to park)
//! ```
//!
//! Spec: RFC 9126

use http::StatusCode;
use serde_json::{Map, Value};

use crate::authorization::{AuthorizationUrl, ExpectRedirect, Further, Randomness, Request, parameters};
use crate::client::{Authentication, Fresh};
use crate::dpop::Nonce;
use crate::error::{Error, Misbehaviour, Unsupported};
use crate::json::{self, Member};
use crate::provider::Endpoint;
use crate::token::{nonce_wanted, prove};
use crate::trail::{CheckName, Trail};
use crate::{Now, response};

/// The most bytes of an answer that are worth reading.
pub const PUSHED_RESPONSE_LIMIT: usize = 64 * 1024;
/// The longest `request_uri` that is believed, in bytes.
const REQUEST_URI_LIMIT: usize = 2048;
/// The longest life of one that is believed, in seconds: one day.
const LIFETIME_LIMIT: i64 = 86_400;

/// The pushed authorization request: the parameters of [`crate::authorization::begin_with`], sent by the client itself.
///
/// Errors: those of [`crate::authorization::begin_with`] but `UnpushedRequests`; `Unsupported(PushedRequests)` if the provider has no such
/// endpoint; `Misconfigured` with `ClientKey` or `ProofKey` if no signature could be made.
///
/// Spec: RFC 9126 section 2.1, RFC 9449 section 10.1
pub fn push(
    request: Request,
    further: Further,
    random: &Randomness,
    fresh: &Fresh,
) -> Result<(http::Request<Vec<u8>>, ExpectRequestUri), Error> {
    push_with(request, further, random, fresh, None)
}

/// [`push`], with the last nonce that this provider gave, if it gave one.
///
/// Errors: those of [`push`].
///
/// Spec: RFC 9126 section 2.1, RFC 9449 sections 8.2, 10.1
pub fn push_with(
    request: Request,
    further: Further,
    random: &Randomness,
    fresh: &Fresh,
    nonce: Option<&Nonce>,
) -> Result<(http::Request<Vec<u8>>, ExpectRequestUri), Error> {
    let endpoint = request.metadata.pushed_authorization_request_endpoint.clone();
    let endpoint = endpoint.ok_or(Unsupported::PushedRequests)?;
    let (parameters, stage) = parameters::make(request, further, random, fresh.now)?;
    let expect = ExpectRequestUri {
        endpoint,
        parameters,
        stage,
        tried: false,
    };
    let request = expect.request(fresh, nonce)?;
    Ok((request, expect))
}

/// A request was pushed; its answer is waited for. There is no URL for the browser yet:
///
/// ```compile_fail
/// fn early(stage: doorkey_oidc::par::ExpectRequestUri) {
///     let _ = stage.url; // the provider has not given a name to the request
/// }
/// ```
#[derive(Debug)]
pub struct ExpectRequestUri {
    endpoint: Endpoint,
    parameters: parameters::Parameters,
    stage: ExpectRedirect,
    /// The server's nonce was asked for once.
    tried: bool,
}

/// A request that the provider keeps.
#[derive(Debug)]
pub struct Pushed {
    /// What the browser is sent to: `client_id` and `request_uri`, and nothing of the request itself.
    pub url: AuthorizationUrl,
    /// The stage to park.
    pub stage: ExpectRedirect,
    /// When the provider forgets the request, if nobody has come with it: the browser is to be opened before.
    pub expires_at: Now,
}

/// What pushing a request came to.
#[derive(Debug)]
pub enum Received {
    /// The provider keeps the request.
    Pushed(Pushed),
    /// The server wants its nonce in the proof: the same request once more, by [`PushRetry::request`].
    NonceWanted(PushRetry),
}

/// The same request once more, with the server's nonce.
///
/// Spec: RFC 9449 section 8
#[derive(Debug)]
pub struct PushRetry {
    expect: ExpectRequestUri,
    nonce: Nonce,
}

impl PushRetry {
    /// The request, and the stage that waits for its answer. `fresh` is another one than that of the first request.
    ///
    /// Errors: `Misconfigured` with `ClientKey` or `ProofKey` if no signature could be made.
    pub fn request(self, fresh: &Fresh) -> Result<(http::Request<Vec<u8>>, ExpectRequestUri), Error> {
        let request = self.expect.request(fresh, Some(&self.nonce))?;
        Ok((request, self.expect))
    }

    /// The nonce: also for the token request.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }
}

impl ExpectRequestUri {
    fn request(&self, fresh: &Fresh, nonce: Option<&Nonce>) -> Result<http::Request<Vec<u8>>, Error> {
        let (metadata, client) = (&self.stage.metadata, &self.stage.client);
        // Exposed to the body of a request to the provider, over TLS.
        let mut fields: Vec<(&str, &str)> = self
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose()))
            .collect();
        // RFC 9126 2.1: `client_id` is one of the parameters; those who authenticate in the form put it there themselves.
        if !matches!(client.authentication, Authentication::SecretBasic(_)) {
            fields.retain(|(name, _)| *name != "client_id");
        }
        let mut request = client.post(metadata, &self.endpoint, &fields, Some(fresh))?;
        if let Some(binding) = &self.stage.binding {
            // RFC 9449 10.1: the proof says the same as `dpop_jkt`.
            prove(&mut request, &self.endpoint, binding, Some(fresh), nonce)?;
        }
        Ok(request)
    }

    /// Reads the answer.
    ///
    /// Errors: `Refused` with the provider's code, `Misconfigured` for a client that it does not know, `Misbehaved` with
    /// `PushedResponseMalformed` among others.
    ///
    /// Spec: RFC 9126 sections 2.2, 2.3, 4
    pub fn receive(mut self, answer: &http::Response<Vec<u8>>, now: Now, trail: &mut Trail) -> Result<Received, Error> {
        // RFC 9126 2.2 says 201; providers that say 200 mean the same.
        let successes = [StatusCode::CREATED, StatusCode::OK];
        let map = match response::stated_json(answer, &successes, &self.stage.metadata.dialect, trail) {
            Ok(map) => map,
            Err(error) => {
                let again = self.stage.binding.is_some() && !self.tried;
                return match nonce_wanted(&error, answer).filter(|_| again) {
                    Some(nonce) => {
                        self.tried = true;
                        Ok(Received::NonceWanted(PushRetry { expect: self, nonce }))
                    }
                    None => Err(error),
                };
            }
        };
        let (request_uri, lifetime) = trail.check(CheckName::RequestUri, named(&map))?;
        let mut url = self.stage.metadata.authorization_endpoint.url().clone();
        // RFC 9126 4: `client_id` and `request_uri`; whatever else stood there would be a second opinion of what was asked.
        url.query_pairs_mut()
            .append_pair("client_id", self.stage.client.id())
            .append_pair("request_uri", request_uri);
        Ok(Received::Pushed(Pushed {
            url: AuthorizationUrl(url),
            stage: self.stage,
            expires_at: Now(now.0.saturating_add(lifetime)),
        }))
    }
}

/// RFC 9126 2.2: `request_uri`, and `expires_in` as a positive whole number of seconds.
fn named(map: &Map<String, Value>) -> Result<(&str, i64), Misbehaviour> {
    let wrong = Misbehaviour::PushedResponseMalformed;
    let lifetime = map.get("expires_in").and_then(Value::as_i64);
    let lifetime = lifetime.filter(|seconds| (1..=LIFETIME_LIMIT).contains(seconds));
    match json::text(map, "request_uri") {
        Member::Is(uri)
            if (1..=REQUEST_URI_LIMIT).contains(&uri.len()) && uri.bytes().all(|b| b.is_ascii_graphic()) =>
        {
            Ok((uri, lifetime.ok_or(wrong)?))
        }
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests;
