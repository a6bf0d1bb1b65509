//! An access token, and how a request with it is made.

use std::sync::Arc;

use doorkey_oidc::dpop::{self, Binding, ForResource, ProofKey, TokenType};
use doorkey_oidc::userinfo::bearer;
use doorkey_oidc::{Misconfiguration, Secret};
use http::header::AUTHORIZATION;
use http::{Request, Response};

use super::Record;
use crate::Error;
use crate::fresh::fresh;
use crate::inner::Inner;
use crate::nonces::Server;

/// An access token that is handed on, and how it is used: one of the type `DPoP` is worth nothing in a `Bearer` header.
///
/// Spec: RFC 6749 section 7.1
#[derive(Debug)]
pub struct AccessToken {
    /// `access_token`
    pub token: Secret,
    /// `token_type`
    pub token_type: TokenType,
}

/// An access token with all that a request with it needs.
#[derive(Clone)]
pub(crate) struct Access {
    token: Arc<Secret>,
    token_type: TokenType,
    key: Option<Arc<ProofKey>>,
}

impl Access {
    /// Of a session that lives.
    ///
    /// Errors: `VaultDamaged(RecordUnreadable)` for a key that is none.
    pub(crate) fn of(record: &Record) -> Result<Self, Error> {
        // Copied out of the record into a type that is wiped too.
        let token = Secret::new(record.access_token.clone());
        Ok(Self::new(token, record.token_type, record.binding()?.as_ref()))
    }

    pub(crate) fn new(token: Secret, token_type: TokenType, binding: Option<&Binding>) -> Self {
        Self {
            token: Arc::new(token),
            token_type,
            key: binding.map(|binding| binding.key.clone()),
        }
    }

    pub(crate) fn token(&self) -> &Secret {
        &self.token
    }

    /// To be handed on.
    pub(crate) fn handed_on(&self) -> AccessToken {
        AccessToken {
            token: self.token.share(),
            token_type: self.token_type,
        }
    }

    /// Whether each request with it carries a proof.
    pub(crate) fn is_bound(&self) -> bool {
        self.token_type == TokenType::Dpop
    }

    /// Puts the token into a request, in the manner of its type, in place of whatever stood there.
    ///
    /// Errors: `Misconfigured` with `Resource` or `ProofKey` if no proof could be made.
    ///
    /// Spec: RFC 6750 section 2.1, RFC 9449 section 7.1
    pub(crate) fn authorize(&self, inner: &Inner, request: &mut Request<Vec<u8>>) -> Result<(), Error> {
        if !self.is_bound() {
            // RFC 9449 6.1: where only the refresh token is bound, the access token is a bearer token like any other.
            request.headers_mut().insert(AUTHORIZATION, bearer(&self.token));
            return Ok(());
        }
        let key = self
            .key
            .as_ref()
            .ok_or(Error::Misconfigured(Misconfiguration::ProofKey))?;
        let server = Server::resource(request.uri());
        let nonce = server.and_then(|server| inner.nonces.of(&server));
        let with = ForResource {
            key,
            access_token: &self.token,
            nonce: nonce.as_ref(),
        };
        Ok(with.authorize(request, &fresh(inner)?)?)
    }

    /// Remembers the nonce that a resource server gave. True if it wants it: the request has not been looked at, and is to be made once
    /// more.
    ///
    /// Spec: RFC 9449 sections 8.2, 9
    pub(crate) fn wants_nonce(&self, inner: &Inner, uri: &http::Uri, answer: &Response<Vec<u8>>) -> bool {
        let Some(server) = Server::resource(uri).filter(|_| self.is_bound()) else {
            return false;
        };
        inner.nonces.note(server, answer.headers());
        dpop::nonce_wanted(answer).is_some()
    }
}
