//! The authorization request: what the browser is sent to, and the stage that waits for its answer.
//!
//! Spec: RFC 6749 section 4.1.1, OIDC Core section 3.1.2.1, RFC 9207

pub(crate) mod parameters;
mod parked;

use std::fmt;

use url::Url;
use zeroize::Zeroize as _;

use crate::claims::Claims;
use crate::client::Client;
use crate::dpop::Binding;
use crate::error::{Error, Misbehaviour, Refusal, Unsupported};
use crate::pkce::Verifier;
use crate::provider::ProviderMetadata;
use crate::redirect::{Redirect, RedirectUri, StateKey};
use crate::resource::Resource;
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
    /// `none`: the person is shown nothing, and the provider refuses if it would have to ask. It stands alone.
    None,
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
pub struct AuthorizationUrl(pub(crate) Url);

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

/// What may be asked for beyond the usual. The default asks for nothing more.
#[derive(Debug, Default)]
pub struct Further {
    /// `prompt`, beside that of the request: several may be asked for at once.
    pub prompts: Vec<Prompt>,
    /// `claims`.
    pub claims: Claims,
    /// `resource`: the APIs that the tokens are for, at the authorization and at the token request.
    ///
    /// Spec: RFC 8707 section 2
    pub resources: Vec<Resource>,
    /// The key that the tokens are bound to; it is parked with the sign-in.
    ///
    /// Spec: RFC 9449 section 10
    pub binding: Option<Binding>,
}

/// Begins a sign-in.
///
/// Errors: `Misconfigured(Scope)` for a scope that is not one, or an extra parameter that the protocol itself sets;
/// `Unsupported(UnpushedRequests)` for a provider that takes pushed requests only ([`crate::par::push`]).
///
/// Spec: OIDC Core section 3.1.2.1, RFC 7636 section 4.3
pub fn begin(request: Request, random: &Randomness, now: Now) -> Result<(AuthorizationUrl, ExpectRedirect), Error> {
    begin_with(request, Further::default(), random, now)
}

/// [`begin`], asking for more.
///
/// Errors: those of [`begin`]; `Misconfigured` with `Prompt` or `Claims`; `Unsupported(DpopAlgorithm)`.
///
/// Spec: OIDC Core sections 3.1.2.1, 5.5; RFC 8707 section 2.1; RFC 9449 section 10
pub fn begin_with(
    request: Request,
    further: Further,
    random: &Randomness,
    now: Now,
) -> Result<(AuthorizationUrl, ExpectRedirect), Error> {
    // RFC 9126 5: such a provider refuses what was not pushed; nothing is sent through the browser in vain.
    if request.metadata.requires_pushed_requests {
        return Err(Unsupported::UnpushedRequests.into());
    }
    let (parameters, expect) = parameters::make(request, further, random, now)?;
    let mut url = expect.metadata.authorization_endpoint.url().clone();
    // RFC 6749 3.1: a query that the endpoint has of itself is kept. Exposed to the URL that the browser is sent to.
    url.query_pairs_mut()
        .extend_pairs(parameters.iter().map(|(name, value)| (name, value.expose())));
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
    /// `auth_time` was asked for as an essential claim.
    pub(crate) auth_time_due: bool,
    /// `resource`
    pub(crate) resources: Vec<String>,
    pub(crate) binding: Option<Binding>,
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
}

#[cfg(test)]
pub(crate) mod tests;
