//! The authorization request: what the browser is sent to, and the stage that waits for its answer.
//!
//! Spec: RFC 6749 section 4.1.1, OIDC Core section 3.1.2.1, RFC 9207

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::{Zeroize as _, Zeroizing};

use crate::client::{Authentication, Client};
use crate::error::{Error, Misbehaviour, Misconfiguration, Refusal};
use crate::pkce::Verifier;
use crate::provider::{Issuer, ProviderMetadata, Transport};
use crate::redirect::{Redirect, RedirectUri, StateKey};
use crate::token::CodeGrant;
use crate::trail::{CheckName, Skipped, Trail};
use crate::{Now, Secret};

/// How long a sign-in may take, in seconds.
pub const FLOW_LIFETIME: i64 = 600;

/// What to ask the provider for.
#[derive(Debug)]
pub struct Request {
    /// The provider.
    pub metadata: ProviderMetadata,
    /// This client.
    pub client: Client,
    /// `redirect_uri`.
    pub redirect_uri: RedirectUri,
    /// `scope`, one by one; `openid` among them.
    pub scopes: Vec<String>,
    /// `prompt`.
    pub prompt: Option<Prompt>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// `max_age` in seconds.
    pub max_age: Option<u64>,
    /// `acr_values`, best first.
    pub acr_values: Vec<String>,
    /// `ui_locales`, best first.
    pub ui_locales: Vec<String>,
    /// What a provider's preset adds. Names of the protocol itself cannot be set so.
    pub extra: Vec<(String, String)>,
}

/// Whether and how the provider asks the person again.
///
/// Spec: OIDC Core section 3.1.2.1 (`prompt`)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// `login`
    Login,
    /// `consent`
    Consent,
    /// `select_account`
    SelectAccount,
}

/// 96 random bytes from a cryptographic generator, used once.
#[derive(Clone)]
pub struct Randomness {
    /// For `state`.
    pub state: [u8; 32],
    /// For `nonce`.
    pub nonce: [u8; 32],
    /// For `code_verifier`.
    pub verifier: [u8; 32],
}

impl Drop for Randomness {
    fn drop(&mut self) {
        self.state.zeroize();
        self.nonce.zeroize();
        self.verifier.zeroize();
    }
}

/// The URL that the browser is sent to. It holds a `state`, so it is not printed whole.
pub struct AuthorizationUrl(Url);

impl AuthorizationUrl {
    /// The URL, for the browser and for a person who must open it by hand; not for a log.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}?[redacted]",
            self.0.origin().ascii_serialization(),
            self.0.path()
        )
    }
}

/// Names that an `extra` parameter cannot have.
const RESERVED: &[&str] = &[
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
    "max_age",
    "acr_values",
    "ui_locales",
    "client_secret",
    "request",
    "request_uri",
];

/// Begins a sign-in.
///
/// Errors: `Misconfigured(Scope)` for a scope that is not one, or an extra parameter that the protocol itself sets.
///
/// Spec: OIDC Core section 3.1.2.1, RFC 7636 section 4.3
pub fn begin(request: Request, random: &Randomness, now: Now) -> Result<(AuthorizationUrl, ExpectRedirect), Error> {
    // RFC 6749 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
    let token =
        |scope: &String| !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    if request.scopes.is_empty() || !request.scopes.iter().all(token) {
        return Err(Misconfiguration::Scope.into());
    }
    if request.extra.iter().any(|(name, _)| RESERVED.contains(&name.as_str())) {
        return Err(Misconfiguration::Scope.into());
    }
    let verifier = Verifier::from_random(&random.verifier);
    let state = Secret::new(URL_SAFE_NO_PAD.encode(random.state));
    let nonce = Secret::new(URL_SAFE_NO_PAD.encode(random.nonce));

    let mut url = request.metadata.authorization_endpoint.url().clone();
    {
        // RFC 6749 3.1: a query that the endpoint has of itself is kept.
        let mut query = url.query_pairs_mut();
        query.append_pair("response_type", "code");
        query.append_pair("client_id", request.client.id());
        query.append_pair("redirect_uri", request.redirect_uri.as_str());
        query.append_pair("scope", &request.scopes.join(" "));
        // Exposed to the URL that the browser is sent to: that is what state and nonce are for.
        query.append_pair("state", state.expose());
        query.append_pair("nonce", nonce.expose());
        query.append_pair("code_challenge", &verifier.challenge());
        query.append_pair("code_challenge_method", "S256");
        if let Some(prompt) = request.prompt {
            query.append_pair(
                "prompt",
                match prompt {
                    Prompt::Login => "login",
                    Prompt::Consent => "consent",
                    Prompt::SelectAccount => "select_account",
                },
            );
        }
        if let Some(hint) = &request.login_hint {
            query.append_pair("login_hint", hint);
        }
        if let Some(seconds) = request.max_age {
            query.append_pair("max_age", &seconds.to_string());
        }
        for (name, values) in [("acr_values", &request.acr_values), ("ui_locales", &request.ui_locales)] {
            if !values.is_empty() {
                query.append_pair(name, &values.join(" "));
            }
        }
        query.extend_pairs(&request.extra);
    }
    let expect = ExpectRedirect {
        metadata: request.metadata,
        client: request.client,
        redirect_uri: request.redirect_uri,
        scopes: request.scopes,
        max_age: request.max_age,
        acr_values: request.acr_values,
        state,
        nonce,
        verifier,
        begun_at: now,
    };
    Ok((AuthorizationUrl(url), expect))
}

/// A sign-in that waits for the browser: all that its second half needs, in whichever process that runs.
///
/// It has no token request: only [`ExpectRedirect::receive`] leads on, and it spends the stage.
///
/// ```compile_fail
/// fn skip(stage: doorkey_oidc::authorization::ExpectRedirect) {
///     stage.token_request(); // there is no code yet
/// }
/// ```
/// ```compile_fail
/// # use doorkey_oidc::{Now, authorization::ExpectRedirect, redirect::Redirect};
/// fn twice(stage: ExpectRedirect, a: Redirect, b: Redirect) {
///     let _ = stage.receive(a, Now(0));
///     let _ = stage.receive(b, Now(0)); // it was spent
/// }
/// ```
#[derive(Debug)]
pub struct ExpectRedirect {
    pub(crate) metadata: ProviderMetadata,
    pub(crate) client: Client,
    pub(crate) redirect_uri: RedirectUri,
    pub(crate) scopes: Vec<String>,
    pub(crate) max_age: Option<u64>,
    pub(crate) acr_values: Vec<String>,
    pub(crate) nonce: Secret,
    pub(crate) verifier: Verifier,
    state: Secret,
    begun_at: Now,
}

impl ExpectRedirect {
    /// Names this sign-in: what a redirect's own [`Redirect::state_key`] is compared with.
    pub fn state_key(&self) -> StateKey {
        StateKey::of(&self.state)
    }

    /// When the answer comes too late.
    pub fn expires_at(&self) -> Now {
        Now(self.begun_at.0 + FLOW_LIFETIME)
    }

    /// Judges the answer, in this order: repeated parameters, redirect URI, state, lifetime, `iss`, `error`, `code`.
    /// Nothing has been sent anywhere before all of it is good.
    ///
    /// Errors: `Misbehaved`, `FlowExpired`, or `Refused` with the provider's code.
    ///
    /// Spec: RFC 6749 section 4.1.2, RFC 9207 section 2.4, RFC 9700 section 4.4
    pub fn receive(self, redirect: Redirect, now: Now) -> Result<CodeGrant, Error> {
        self.receive_with(redirect, now, &mut Trail::unread())
    }

    /// [`ExpectRedirect::receive`], with a line in `trail` for each check that was made.
    ///
    /// Errors: those of [`ExpectRedirect::receive`].
    pub fn receive_with(self, redirect: Redirect, now: Now, trail: &mut Trail) -> Result<CodeGrant, Error> {
        // RFC 6749 3.1: parameters must not stand more than once.
        trail.require(
            CheckName::NoneTwice,
            !redirect.repeated,
            Misbehaviour::DuplicateParameter,
        )?;
        // RFC 9700 4.1.3: it came to the very URI that was sent; each issuer has its own, which is the defence against mix-up.
        let same = redirect.base == self.redirect_uri.as_str();
        trail.require(CheckName::RedirectUri, same, Misbehaviour::RedirectUriMismatch)?;
        // RFC 6749 10.12: it answers this request. Exposed to be compared.
        let stated = redirect.state.as_ref();
        let same = stated.is_some_and(|state| self.state.matches(state.expose()));
        trail.require(CheckName::State, same, Misbehaviour::StateMismatch)?;
        trail.require(CheckName::Lifetime, now < self.expires_at(), Error::FlowExpired)?;
        // RFC 9207 2.4: iss is compared before the code goes anywhere, and before an error is believed.
        match &redirect.iss {
            Some(iss) => {
                let same = iss == self.metadata.issuer.as_str();
                trail.require(CheckName::ResponseIss, same, Misbehaviour::IssuerMixUp)?;
            }
            None if self.metadata.response_has_iss => {
                trail.require(CheckName::ResponseIss, false, Misbehaviour::IssMissing)?;
            }
            None => trail.skip(CheckName::ResponseIss, Skipped::NotStated),
        }
        // RFC 6749 4.1.2.1
        let refused = redirect
            .error
            .as_ref()
            .map(|code| Error::Refused(Refusal::new(code, redirect.error_description.as_deref())));
        trail.check(CheckName::NotRefused, refused.map_or(Ok(()), Err))?;
        // RFC 6749 appendix A.11: code = 1*VSCHAR. Exposed to look at its characters.
        let usable = |code: &Secret| {
            let text = code.expose();
            !text.is_empty() && text.len() <= 4096 && text.bytes().all(|b| (0x20..=0x7E).contains(&b))
        };
        let code = redirect.code.filter(usable).ok_or(Misbehaviour::RedirectMalformed);
        trail
            .check(CheckName::Code, code)
            .map(|code| CodeGrant::new(self, code))
    }

    /// The stage as bytes, for sealing and nothing else: they hold the verifier in the clear.
    pub fn to_bytes_for_sealing(&self) -> Zeroizing<Vec<u8>> {
        let (method, secret) = match &self.client.authentication {
            Authentication::None => (Method::None, None),
            Authentication::SecretPost(secret) => (Method::SecretPost, Some(secret)),
            Authentication::SecretBasic(secret) => (Method::SecretBasic, Some(secret)),
        };
        let parked = Parked {
            metadata: self.metadata.to_json(),
            loopback_http: self.metadata.transport == Transport::DangerousLoopbackHttp,
            client_id: self.client.id().to_owned(),
            method,
            // All that is exposed here goes into bytes that are sealed and wiped.
            client_secret: secret.map(|secret| secret.expose().to_owned()),
            redirect_uri: self.redirect_uri.as_str().to_owned(),
            scopes: self.scopes.clone(),
            max_age: self.max_age,
            acr_values: self.acr_values.clone(),
            state: self.state.expose().to_owned(),
            nonce: self.nonce.expose().to_owned(),
            verifier: self.verifier.secret().expose().to_owned(),
            begun_at: self.begun_at.0,
        };
        Zeroizing::new(serde_json::to_vec(&parked).expect("a struct of strings and numbers is always JSON"))
    }

    /// The stage from the bytes of [`ExpectRedirect::to_bytes_for_sealing`]. `None` if they are not such bytes.
    pub fn from_sealed_bytes(bytes: &[u8]) -> Option<Self> {
        let mut parked: Parked = serde_json::from_slice(bytes).ok()?;
        let transport = if parked.loopback_http {
            Transport::DangerousLoopbackHttp
        } else {
            Transport::HttpsOnly
        };
        let issuer = Issuer::new(parked.metadata.get("issuer")?.as_str()?, transport).ok()?;
        let metadata = ProviderMetadata::read(&issuer, &serde_json::to_vec(&parked.metadata).ok()?, transport).ok()?;
        let secret = parked.client_secret.take().map(Secret::new);
        let authentication = match (parked.method, secret) {
            (Method::None, None) => Authentication::None,
            (Method::SecretPost, Some(secret)) => Authentication::SecretPost(secret),
            (Method::SecretBasic, Some(secret)) => Authentication::SecretBasic(secret),
            _ => return None,
        };
        Some(Self {
            metadata,
            client: Client::new(std::mem::take(&mut parked.client_id), authentication).ok()?,
            redirect_uri: RedirectUri::new(std::mem::take(&mut parked.redirect_uri)).ok()?,
            scopes: std::mem::take(&mut parked.scopes),
            max_age: parked.max_age,
            acr_values: std::mem::take(&mut parked.acr_values),
            state: Secret::new(std::mem::take(&mut parked.state)),
            nonce: Secret::new(std::mem::take(&mut parked.nonce)),
            verifier: Verifier::restore(std::mem::take(&mut parked.verifier)),
            begun_at: Now(parked.begun_at),
        })
    }
}

/// The form of a parked sign-in. Its secrets are wiped when it is dropped.
#[derive(Serialize, Deserialize)]
struct Parked {
    metadata: serde_json::Value,
    loopback_http: bool,
    client_id: String,
    method: Method,
    client_secret: Option<String>,
    redirect_uri: String,
    scopes: Vec<String>,
    max_age: Option<u64>,
    acr_values: Vec<String>,
    state: String,
    nonce: String,
    verifier: String,
    begun_at: i64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Method {
    None,
    SecretPost,
    SecretBasic,
}

impl Drop for Parked {
    fn drop(&mut self) {
        self.client_secret.zeroize();
        self.state.zeroize();
        self.nonce.zeroize();
        self.verifier.zeroize();
    }
}

#[cfg(test)]
pub(crate) mod tests;
