//! What a sign-in asks for: what the preset says, and what its caller adds.

use std::sync::Arc;

use doorkey_oidc::authorization::{self, AuthorizationUrl, ExpectRedirect, Further, Prompt, Randomness, Request};
use doorkey_oidc::dpop::{Binding, Binds, ProofKey};
use doorkey_oidc::provider::{ProviderMetadata, Transport};
use doorkey_oidc::redirect::RedirectUri;
use doorkey_oidc::resource::Resource;
use doorkey_oidc::{Misconfiguration, Now};

use crate::Error;
use crate::flow::{Ask, SignIn};
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::providers::preset::{DpopBinding, PromptName, PushedRequests};
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
    let pushes = sign_in.ask.push || preset.par == PushedRequests::Always || settled.metadata.requires_pushed_requests;
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
    let mut further = Further {
        prompts: ask.prompts.clone(),
        claims: preset.authorization.claims().and(ask.claims.clone()),
        resources: ask.resources(settled.metadata.transport)?,
        binding: ask.binding(preset)?,
    };
    // Who asks for a prompt means that one, and not the preset's.
    let prompt = preset.authorization.prompt.filter(|_| ask.prompts.is_empty());
    let mut request = Request {
        client: settled.registration.client()?,
        metadata: settled.metadata,
        redirect_uri: settled.redirect_uri,
        scopes: ask.scopes_beside(&preset.scopes),
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
    if consent_is_due(preset, &request, &further) {
        further.prompts.push(Prompt::Consent);
    }
    Ok((request, further))
}

/// Whether a prompt that somebody asked for has taken the place of the preset's, which had to be there for the session to last.
///
/// Spec: OIDC Core section 11: without consent `offline_access` is passed over. Section 3.1.2.1: `none` stands alone.
fn consent_is_due(preset: &Preset, request: &Request, further: &Further) -> bool {
    let asked = |prompt| request.prompt == Some(prompt) || further.prompts.contains(&prompt);
    let lasts = request.scopes.iter().any(|scope| scope == "offline_access");
    let by_preset = matches!(preset.authorization.prompt, Some(PromptName::Consent));
    lasts && by_preset && !asked(Prompt::Consent) && !asked(Prompt::None)
}

impl Ask {
    /// The scopes of a preset and those that are asked for beside them, each once.
    pub(crate) fn scopes_beside(&self, preset: &[String]) -> Vec<String> {
        let mut scopes = preset.to_vec();
        for scope in &self.scopes {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        scopes
    }

    /// The APIs that the tokens are for.
    ///
    /// Errors: `Misconfigured(Resource)`.
    pub(crate) fn resources(&self, transport: Transport) -> Result<Vec<Resource>, Error> {
        let resource = |text: &String| Ok(Resource::new(text, transport)?);
        self.resources.iter().map(resource).collect()
    }

    /// A new key for this sign-in, where tokens are to be bound to one.
    ///
    /// Errors: `Misconfigured(ProofKey)` where none can be made.
    pub(crate) fn binding(&self, preset: &Preset) -> Result<Option<Binding>, Error> {
        let binds = match self.dpop.unwrap_or(preset.dpop) {
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
