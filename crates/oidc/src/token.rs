//! The token endpoint: a code or a refresh token becomes tokens that are not readable yet.
//!
//! Spec: RFC 6749 sections 4.1.3, 5, 6; OIDC Core sections 3.1.3, 12; RFC 9449 section 5

mod answer;
mod renewal;
mod retry;

pub use answer::{Granted, SignedIn, Tokens};
pub use renewal::{Renewal, refresh_request, refresh_request_with};
pub(crate) use retry::nonce_wanted;
pub use retry::{NonceRetry, Received};

use crate::Secret;
use crate::authorization::ExpectRedirect;
use crate::client::{Client, Fresh, form_post};
use crate::dialect::Dialect;
use crate::dpop::{Binding, DPOP, Nonce, ProofOf};
use crate::error::{Error, Misconfiguration};
use crate::id_token::Previous;
use crate::jose::Algorithm;
use crate::provider::{Endpoint, Issuer, Kind as ServerKind, ProviderMetadata};
use crate::tenants::IssuerTemplate;

/// The most bytes of a token response that are worth reading.
pub const TOKEN_RESPONSE_LIMIT: usize = 256 * 1024;

/// A code that may be exchanged, once.
///
/// ```compile_fail
/// fn twice(grant: doorkey_oidc::token::CodeGrant) {
///     let _ = grant.token_request();
///     let _ = grant.token_request(); // a code cannot be spent twice
/// }
/// ```
#[derive(Debug)]
pub struct CodeGrant {
    stage: ExpectRedirect,
    code: Secret,
}

impl CodeGrant {
    /// Only [`ExpectRedirect::receive`] makes one.
    pub(crate) fn new(stage: ExpectRedirect, code: Secret) -> Self {
        Self { stage, code }
    }

    /// The provider that the code is for.
    pub fn metadata(&self) -> &ProviderMetadata {
        &self.stage.metadata
    }

    /// The client that the code was issued to.
    pub fn client(&self) -> &Client {
        &self.stage.client
    }

    /// The key that the tokens are bound to, if they are: kept with the session, for every later request with them.
    pub fn binding(&self) -> Option<&Binding> {
        self.stage.binding.as_ref()
    }

    /// `resource`: the APIs that the tokens were asked for; kept with the session, whose new tokens are for the same.
    ///
    /// Spec: RFC 8707 section 2.2
    pub fn resources(&self) -> &[String] {
        &self.stage.resources
    }

    /// `nonce`: kept with the session, because a later ID Token that has one must have this one.
    ///
    /// Spec: OIDC Core section 12.2
    pub fn nonce(&self) -> &Secret {
        &self.stage.nonce
    }

    /// The token request, and the stage that waits for its answer: for tokens that are bound to no key, of a client that signs nothing.
    /// Where something is to be signed, the request is empty, so that the code is not spent, and its answer ends in
    /// `Misconfigured`; that is what [`CodeGrant::token_request_with`] is for.
    ///
    /// Spec: RFC 6749 section 4.1.3, RFC 7636 section 4.5
    pub fn token_request(self) -> (http::Request<Vec<u8>>, ExpectTokens) {
        let endpoint = self.stage.metadata.token_endpoint.clone();
        let (sending, mut expectation) = self.split();
        let request = sending.request(expectation.bound.as_ref(), None, None);
        let request = request.unwrap_or_else(|fault| {
            expectation.fault = Some(fault);
            form_post(&endpoint, Vec::new())
        });
        let again = None;
        (request, ExpectTokens { expectation, again })
    }

    /// The token request with what is signed for it, and the stage that waits for its answer. `nonce` is the last one that this
    /// provider gave, if it gave one.
    ///
    /// Errors: `Misconfigured` with `ClientKey` or `ProofKey` if no signature could be made, `Unsupported(ClientSigningAlgorithm)`.
    ///
    /// Spec: RFC 6749 section 4.1.3, RFC 7636 section 4.5, RFC 9449 section 5, OIDC Core section 9
    pub fn token_request_with(
        self,
        fresh: &Fresh,
        nonce: Option<&Nonce>,
    ) -> Result<(http::Request<Vec<u8>>, ExpectTokens), Error> {
        let (sending, expectation) = self.split();
        ExpectTokens::send(sending, expectation, fresh, nonce)
    }

    fn split(self) -> (Sending, Expectation) {
        let stage = self.stage;
        // Code and verifier are exposed to the body of the request to the token endpoint, over TLS.
        let mut fields = vec![
            field("grant_type", "authorization_code"),
            field("code", self.code.expose()),
            field("redirect_uri", stage.redirect_uri.as_str()),
            field("code_verifier", stage.verifier.secret().expose()),
        ];
        // RFC 8707 2.2: the token is asked for the APIs that the authorization was asked for.
        fields.extend(stage.resources.iter().map(|resource| field("resource", resource)));
        let id_token_due = stage.scopes.iter().any(|scope| scope == "openid");
        let kind = Kind::SignIn {
            code: Some(self.code),
            nonce: (stage.metadata.kind == ServerKind::OpenIdProvider).then_some(stage.nonce),
            max_age: stage.max_age,
            acr_values: stage.acr_values,
            auth_time_due: stage.auth_time_due,
        };
        let expectation = Expectation {
            id_token_due,
            bound: stage.binding,
            ..Expectation::new(&stage.metadata, &stage.client, stage.scopes, kind)
        };
        let sending = Sending {
            metadata: stage.metadata,
            client: stage.client,
            fields,
        };
        (sending, expectation)
    }
}

/// A field of a token request: its name, and a value that is wiped.
pub(crate) fn field(name: &'static str, value: &str) -> (&'static str, Secret) {
    (name, Secret::new(value.to_owned()))
}

/// All that a token request is made of, so that it can be made again with the nonce that the server asks for.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) metadata: ProviderMetadata,
    pub(crate) client: Client,
    pub(crate) fields: Vec<(&'static str, Secret)>,
}

impl Sending {
    /// The request. Errors: `Misconfigured(ProofKey)` where tokens are bound and nothing fresh is there, and those of the client.
    pub(crate) fn request(
        &self,
        bound: Option<&Binding>,
        fresh: Option<&Fresh>,
        nonce: Option<&Nonce>,
    ) -> Result<http::Request<Vec<u8>>, Error> {
        let endpoint = &self.metadata.token_endpoint;
        // Exposed to the body of the request to the token endpoint, over TLS.
        let fields: Vec<(&str, &str)> = self
            .fields
            .iter()
            .map(|(name, value)| (*name, value.expose()))
            .collect();
        let mut request = self.client.post(&self.metadata, endpoint, &fields, fresh)?;
        if let Some(binding) = bound {
            prove(&mut request, endpoint, binding, fresh, nonce)?;
        }
        Ok(request)
    }
}

/// Adds the proof to a request of the provider's own endpoints.
///
/// Spec: RFC 9449 sections 5, 10.1
pub(crate) fn prove(
    request: &mut http::Request<Vec<u8>>,
    endpoint: &Endpoint,
    binding: &Binding,
    fresh: Option<&Fresh>,
    nonce: Option<&Nonce>,
) -> Result<(), Error> {
    let fresh = fresh.ok_or(Misconfiguration::ProofKey)?;
    let of = ProofOf {
        method: &http::Method::POST,
        url: endpoint.url(),
        nonce,
        access_token: None,
    };
    let proof = binding.key.proof(of, fresh.proof_jti(), fresh.now);
    request
        .headers_mut()
        .insert(DPOP, proof.ok_or(Misconfiguration::ProofKey)?);
    Ok(())
}

/// What an answer is held against.
#[derive(Debug)]
pub(crate) struct Expectation {
    issuer: Issuer,
    tenants: Option<IssuerTemplate>,
    client_id: String,
    algorithms: Vec<Algorithm>,
    /// Whether the server is an OpenID Provider.
    openid: bool,
    dialect: Dialect,
    pub(crate) id_token_due: bool,
    scopes: Vec<String>,
    kind: Kind,
    pub(crate) bound: Option<Binding>,
    /// The request could not be made; its answer says so.
    fault: Option<Error>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    SignIn {
        /// Kept for `c_hash`; it is spent. A device code is none.
        code: Option<Secret>,
        nonce: Option<Secret>,
        max_age: Option<u64>,
        acr_values: Vec<String>,
        auth_time_due: bool,
    },
    /// With what the first ID Token said, where there are ID Tokens.
    Refresh(Option<Previous>),
}

impl Expectation {
    pub(crate) fn new(metadata: &ProviderMetadata, client: &Client, scopes: Vec<String>, kind: Kind) -> Self {
        Self {
            issuer: metadata.issuer.clone(),
            tenants: metadata.tenants.clone(),
            client_id: client.id().to_owned(),
            algorithms: metadata.id_token_signing_algorithms.clone(),
            openid: metadata.kind == ServerKind::OpenIdProvider,
            dialect: metadata.dialect.clone(),
            id_token_due: false,
            scopes,
            kind,
            bound: None,
            fault: None,
        }
    }
}

/// A token request was made; its answer is waited for.
#[derive(Debug)]
pub struct ExpectTokens {
    expectation: Expectation,
    /// For the one time more that a server may ask for with its nonce.
    again: Option<Box<Sending>>,
}

impl ExpectTokens {
    /// Makes the request, and keeps what is needed to make it once more.
    pub(crate) fn send(
        sending: Sending,
        expectation: Expectation,
        fresh: &Fresh,
        nonce: Option<&Nonce>,
    ) -> Result<(http::Request<Vec<u8>>, Self), Error> {
        let request = sending.request(expectation.bound.as_ref(), Some(fresh), nonce)?;
        let again = expectation.bound.is_some().then(|| Box::new(sending));
        Ok((request, Self { expectation, again }))
    }
}

#[cfg(test)]
pub(crate) mod tests;
