//! The nonces that servers gave for the proofs of the next requests to them. In memory only: a server that wants another says so.
//!
//! Spec: RFC 9449 sections 8, 9

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorkey_oidc::dpop::Nonce;
use doorkey_oidc::error::{ErrorCode, Refusal};
use doorkey_oidc::provider::ProviderMetadata;
use http::HeaderMap;
use url::Url;

use crate::Error;

/// The last nonce of each server.
#[derive(Default)]
pub(crate) struct Nonces(Mutex<HashMap<Server, Nonce>>);

/// Whose nonce it is. A provider and an API at the same place have nonces of their own.
///
/// Spec: RFC 9449 section 9
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Server {
    /// A provider, by its issuer.
    Provider(String),
    /// A resource server, by its origin.
    Resource(String),
}

impl Server {
    pub(crate) fn provider(metadata: &ProviderMetadata) -> Self {
        Self::Provider(metadata.issuer.as_str().to_owned())
    }

    /// `None` for what is no absolute URL.
    pub(crate) fn resource(url: &http::Uri) -> Option<Self> {
        let url = Url::parse(&url.to_string()).ok()?;
        Some(Self::Resource(url.origin().ascii_serialization()))
    }
}

impl Nonces {
    fn all(&self) -> MutexGuard<'_, HashMap<Server, Nonce>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last one that this server gave.
    pub(crate) fn of(&self, server: &Server) -> Option<Nonce> {
        self.all().get(server).cloned()
    }

    /// Remembers the one that an answer brings, if it brings one: also an answer that was a success.
    ///
    /// Spec: RFC 9449 section 8.2
    pub(crate) fn note(&self, server: Server, headers: &HeaderMap) {
        if let Some(nonce) = Nonce::of_answer(headers) {
            self.all().insert(server, nonce);
        }
    }
}

/// What a step of the journal is put off with when its request is made once more with the server's nonce.
pub(crate) fn wanted() -> Error {
    Error::Refused(Refusal {
        code: ErrorCode::UseDpopNonce,
        description: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(nonce: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(doorkey_oidc::dpop::DPOP_NONCE, http::HeaderValue::from_static(nonce))])
    }

    #[test]
    fn the_nonce_of_one_server_is_not_given_to_another_nor_a_providers_to_an_api_at_the_same_place() {
        let nonces = Nonces::default();
        let api = Server::resource(&"https://op.example/api/me?x".parse().unwrap()).unwrap();
        nonces.note(api.clone(), &headers("a"));
        assert_eq!(nonces.of(&api), Nonce::of_answer(&headers("a")));
        let same = Server::resource(&"https://op.example:443/other".parse().unwrap()).unwrap();
        assert_eq!(same, api);
        for other in [
            Server::Provider("https://op.example".into()),
            Server::resource(&"https://op.example:8443/api/me".parse().unwrap()).unwrap(),
            Server::resource(&"http://op.example/api/me".parse().unwrap()).unwrap(),
        ] {
            assert_eq!(nonces.of(&other), None, "{other:?}");
        }
    }

    #[test]
    fn the_last_one_counts_and_an_answer_without_one_leaves_it() {
        let nonces = Nonces::default();
        let api = Server::Resource("https://api.example".into());
        for nonce in ["a", "b"] {
            nonces.note(api.clone(), &headers(nonce));
        }
        nonces.note(api.clone(), &HeaderMap::new());
        assert_eq!(nonces.of(&api), Nonce::of_answer(&headers("b")));
    }
}
