//! What a sign-in asks for: what the preset says, and what its caller adds.

use std::sync::Arc;

use doorkey_oidc::authorization::{self, AuthorizationUrl, ExpectRedirect, Further, Randomness, Request};
use doorkey_oidc::dpop::{Binding, Binds, ProofKey};
use doorkey_oidc::provider::{ProviderMetadata, Transport};
use doorkey_oidc::redirect::RedirectUri;
use doorkey_oidc::resource::Resource;
use doorkey_oidc::{Misconfiguration, Now};

use crate::Error;
use crate::flow::{Ask, SignIn};
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::providers::preset::{DpopBinding, PushedRequests};
use crate::providers::{Preset, Registration};
use crate::pushed::push;

/// What is known once the provider has answered and a door is open.
pub(crate) struct Settled {
    pub(crate) metadata: ProviderMetadata,
    pub(crate) registration: Registration,
    pub(crate) redirect_uri: RedirectUri,
}

/// An authorization request that was made, and pushed where that is due.
pub(crate) struct Made {
    pub(crate) url: AuthorizationUrl,
    pub(crate) stage: ExpectRedirect,
    /// When the provider forgets the request, if it was pushed.
    pub(crate) link_until: Option<Now>,
}

/// Makes the authorization request. It is pushed where the provider takes nothing else, and where the preset says so.
///
/// Errors: `Misconfigured` for what cannot be asked for, `Unsupported`, and those of a pushed request.
///
/// Spec: OIDC Core section 3.1.2.1, RFC 9126 section 5
pub(crate) async fn make(
    inner: &Inner,
    preset: &Preset,
    sign_in: &SignIn,
    settled: Settled,
    random: &Randomness,
    notes: &Notes,
) -> Result<Made, Error> {
    let pushes = preset.par == PushedRequests::Always || settled.metadata.requires_pushed_requests;
    let made = match asked(preset, sign_in, settled) {
        Ok((request, further)) if pushes => {
            let pushed = push(inner, request, further, random, notes).await?;
            Ok((pushed.url, pushed.stage, Some(pushed.expires_at)))
        }
        Ok((request, further)) => authorization::begin_with(request, further, random, inner.clock.now())
            .map(|(url, stage)| (url, stage, None))
            .map_err(Error::from),
        Err(error) => Err(error),
    };
    let mut step = notes.open(StepKind::AuthorizationRequest);
    let (url, stage, link_until) = step.heed(made)?;
    step.visits(url.url());
    step.done();
    Ok(Made { url, stage, link_until })
}

/// What is asked for.
///
/// Errors: `Misconfigured` with `ClientId`, `ClientSecret`, `Resource` or `ProofKey`.
///
/// Spec: RFC 8707 section 2, RFC 9449 section 5, RFC 9470 section 4
fn asked(preset: &Preset, sign_in: &SignIn, settled: Settled) -> Result<(Request, Further), Error> {
    let ask = &sign_in.ask;
    let further = Further {
        prompts: ask.prompts.clone(),
        claims: preset.authorization.claims().and(ask.claims.clone()),
        resources: ask.resources(settled.metadata.transport)?,
        binding: binding(preset.dpop)?,
    };
    let mut scopes = preset.scopes.clone();
    for scope in &ask.scopes {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    // Who asks for a prompt means that one, and not the preset's.
    let prompt = preset.authorization.prompt.filter(|_| ask.prompts.is_empty());
    let mut request = Request {
        client: settled.registration.client()?,
        metadata: settled.metadata,
        redirect_uri: settled.redirect_uri,
        scopes,
        prompt: prompt.map(Into::into),
        login_hint: sign_in.login_hint.clone(),
        max_age: ask.max_age,
        acr_values: ask.acr_values.clone(),
        ui_locales: ask.ui_locales.clone(),
        extra: preset.authorization.parameters(),
    };
    if let Some(step_up) = ask.step_up.clone() {
        step_up.raise(&mut request);
    }
    Ok((request, further))
}

impl Ask {
    /// The APIs that the tokens are for.
    ///
    /// Errors: `Misconfigured(Resource)`.
    fn resources(&self, transport: Transport) -> Result<Vec<Resource>, Error> {
        let resource = |text: &String| Ok(Resource::new(text, transport)?);
        self.resources.iter().map(resource).collect()
    }

    /// Whether it can be asked for at all, before anything is begun.
    ///
    /// Errors: `Misconfigured` with `Resource`, or with `Scope` for a value with a space in it, which would be two on the wire.
    ///
    /// Spec: OIDC Core section 3.1.2.1, RFC 8707 section 2
    pub(crate) fn check(&self, transport: Transport) -> Result<(), Error> {
        self.resources(transport)?;
        let word = |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let mut words = self.scopes.iter().chain(&self.acr_values).chain(&self.ui_locales);
        if words.all(word) {
            Ok(())
        } else {
            Err(Error::Misconfigured(Misconfiguration::Scope))
        }
    }
}

/// A new key for this sign-in, where the preset says that tokens are bound to one.
pub(crate) fn binding(binds: DpopBinding) -> Result<Option<Binding>, Error> {
    let binds = match binds {
        DpopBinding::None => return Ok(None),
        DpopBinding::Refresh => Binds::Refresh,
        DpopBinding::Both => Binds::Both,
    };
    let key = ProofKey::generate().ok_or(Error::Misconfigured(Misconfiguration::ProofKey))?;
    Ok(Some(Binding {
        key: Arc::new(key),
        binds,
    }))
}
