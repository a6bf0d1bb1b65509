//! New tokens by a refresh token.
//!
//! Spec: RFC 6749 section 6, OIDC Core section 12, RFC 9449 section 5

use super::{ExpectTokens, Expectation, Kind, Sending, field};
use crate::Secret;
use crate::client::{Client, Fresh, form_post};
use crate::dpop::{Binding, Nonce};
use crate::error::{Error, Misconfiguration};
use crate::id_token::Previous;
use crate::provider::{Kind as ServerKind, ProviderMetadata};
use crate::resource::Resource;

/// What new tokens are asked for with.
#[derive(Debug)]
pub struct Renewal<'a> {
    /// The provider.
    pub metadata: &'a ProviderMetadata,
    /// This client.
    pub client: &'a Client,
    /// `refresh_token`.
    pub refresh_token: &'a Secret,
    /// The scopes that the session has.
    pub scopes: Vec<String>,
    /// What the first ID Token said. `None` only for a server that is no OpenID Provider.
    pub previous: Option<Previous>,
    /// `resource`: the APIs that the new access token is for.
    pub resources: &'a [Resource],
    /// The key that the session's tokens are bound to: always the one of the sign-in.
    pub binding: Option<Binding>,
}

/// The request for new tokens by a refresh token, and the stage that waits for its answer: of a client that signs nothing. Where the
/// client signs, the request is empty and its answer ends in `Misconfigured`; that is what [`refresh_request_with`] is for.
///
/// Spec: RFC 6749 section 6, OIDC Core section 12
pub fn refresh_request(
    metadata: &ProviderMetadata,
    client: &Client,
    refresh_token: &Secret,
    scopes: Vec<String>,
    previous: Previous,
) -> (http::Request<Vec<u8>>, ExpectTokens) {
    let renewal = Renewal {
        metadata,
        client,
        refresh_token,
        scopes,
        previous: Some(previous),
        resources: &[],
        binding: None,
    };
    let (sending, mut expectation) = split(renewal);
    let request = sending.request(None, None, None).unwrap_or_else(|fault| {
        expectation.fault = Some(fault);
        form_post(&metadata.token_endpoint, Vec::new())
    });
    let again = None;
    (request, ExpectTokens { expectation, again })
}

/// [`refresh_request`] with what is signed for it, for any client and any kind of server.
///
/// Errors: `Misconfigured(Provider)` for an OpenID Provider without `previous`: whoever the new ID Token were about would be believed;
/// `Misconfigured` with `ClientKey` or `ProofKey` if no signature could be made; `Unsupported(ClientSigningAlgorithm)`.
///
/// Spec: RFC 6749 section 6, OIDC Core section 12, RFC 8707 section 2.2, RFC 9449 section 5
pub fn refresh_request_with(
    renewal: Renewal<'_>,
    fresh: &Fresh,
    nonce: Option<&Nonce>,
) -> Result<(http::Request<Vec<u8>>, ExpectTokens), Error> {
    if renewal.metadata.kind == ServerKind::OpenIdProvider && renewal.previous.is_none() {
        return Err(Misconfiguration::Provider.into());
    }
    let (sending, expectation) = split(renewal);
    ExpectTokens::send(sending, expectation, fresh, nonce)
}

fn split(renewal: Renewal<'_>) -> (Sending, Expectation) {
    // Exposed to the body of the request to the token endpoint, over TLS.
    let mut fields = vec![
        field("grant_type", "refresh_token"),
        field("refresh_token", renewal.refresh_token.expose()),
    ];
    fields.extend(renewal.resources.iter().map(|api| field("resource", api.as_str())));
    let kind = Kind::Refresh(renewal.previous);
    let expectation = Expectation {
        bound: renewal.binding,
        ..Expectation::new(renewal.metadata, renewal.client, renewal.scopes, kind)
    };
    let sending = Sending {
        metadata: renewal.metadata.clone(),
        client: renewal.client.share(),
        fields,
    };
    (sending, expectation)
}
