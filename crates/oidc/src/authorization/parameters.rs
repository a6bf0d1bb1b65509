//! The parameters of an authorization request, and the stage that remembers what was asked.
//!
//! Spec: OIDC Core section 3.1.2.1, RFC 7636 section 4.3, RFC 8707 section 2.1, RFC 9449 section 10

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{ExpectRedirect, Further, Prompt, Randomness, Request};
use crate::dpop::Binding;
use crate::error::{Error, Misconfiguration, Unsupported};
use crate::jose::Algorithm;
use crate::pkce::Verifier;
use crate::provider::{Kind, ProviderMetadata};
use crate::{Now, Secret};

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
    "resource",
    "dpop_jkt",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "request",
    "request_uri",
];

/// Name and value. Some of the values are secrets, so all of them are kept as such.
pub(crate) type Parameters = Vec<(String, Secret)>;

impl Prompt {
    fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
            Self::None => "none",
        }
    }
}

/// The parameters in the order in which they are sent, and the stage that waits for the answer to them.
///
/// Errors: those of [`super::begin_with`].
pub(crate) fn make(
    request: Request,
    further: Further,
    random: &Randomness,
    now: Now,
) -> Result<(Parameters, ExpectRedirect), Error> {
    scopes(&request.metadata, &request.scopes)?;
    if request.extra.iter().any(|(name, _)| RESERVED.contains(&name.as_str())) {
        return Err(Misconfiguration::Scope.into());
    }
    provable(&request.metadata, further.binding.as_ref())?;
    let claims = further.claims.to_parameter();
    if claims.is_some() && request.extra.iter().any(|(name, _)| name == "claims") {
        return Err(Misconfiguration::Claims.into());
    }
    // What is essential is checked when the answer comes, as if it had been asked for by a parameter of its own.
    let acr_values = acr_values(request.acr_values, further.claims.essential_acr())?;
    let verifier = Verifier::from_random(&random.verifier);
    let state = Secret::new(URL_SAFE_NO_PAD.encode(random.state));
    let nonce = Secret::new(URL_SAFE_NO_PAD.encode(random.nonce));

    let mut all = Parameters::new();
    let mut add = |name: &str, value: String| all.push((name.to_owned(), Secret::new(value)));
    add("response_type", "code".to_owned());
    add("client_id", request.client.id().to_owned());
    add("redirect_uri", request.redirect_uri.as_str().to_owned());
    if !request.scopes.is_empty() {
        add("scope", request.scopes.join(" "));
    }
    // Exposed to the URL that the browser is sent to, or to the body of a pushed request: that is what state and nonce are for.
    add("state", state.expose().to_owned());
    if request.metadata.kind == Kind::OpenIdProvider {
        add("nonce", nonce.expose().to_owned());
    }
    add("code_challenge", verifier.challenge());
    add("code_challenge_method", "S256".to_owned());
    if let Some(prompt) = prompt(request.prompt, &further.prompts)? {
        add("prompt", prompt);
    }
    if let Some(hint) = request.login_hint {
        add("login_hint", hint);
    }
    if let Some(seconds) = request.max_age {
        add("max_age", seconds.to_string());
    }
    for (name, values) in [("acr_values", &acr_values.sent), ("ui_locales", &request.ui_locales)] {
        if !values.is_empty() {
            add(name, values.join(" "));
        }
    }
    if let Some(claims) = claims {
        add("claims", claims);
    }
    let resources: Vec<String> = further.resources.iter().map(|api| api.as_str().to_owned()).collect();
    for resource in &resources {
        add("resource", resource.clone());
    }
    if let Some(binding) = &further.binding {
        add("dpop_jkt", binding.key.thumbprint());
    }
    for (name, value) in request.extra {
        add(&name, value);
    }
    let expect = ExpectRedirect {
        metadata: request.metadata,
        client: request.client,
        redirect_uri: request.redirect_uri,
        scopes: request.scopes,
        max_age: request.max_age,
        acr_values: acr_values.checked,
        nonce,
        verifier,
        auth_time_due: further.claims.auth_time_is_essential(),
        resources,
        binding: further.binding,
        state,
        begun_at: now,
    };
    Ok((all, expect))
}

/// RFC 6749 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). An authorization server that is no OpenID Provider may be asked for
/// none (its default is then meant), and not for `openid`: the ID Token could not be verified.
pub(crate) fn scopes(metadata: &ProviderMetadata, scopes: &[String]) -> Result<(), Error> {
    let token =
        |scope: &String| !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    let plain = metadata.kind == Kind::AuthorizationServer;
    let fits = if plain {
        !scopes.iter().any(|scope| scope == "openid")
    } else {
        !scopes.is_empty()
    };
    if fits && scopes.iter().all(token) {
        Ok(())
    } else {
        Err(Misconfiguration::Scope.into())
    }
}

/// RFC 9449 5.1: where the provider lists the algorithms of proofs, ours is among them.
pub(crate) fn provable(metadata: &ProviderMetadata, binding: Option<&Binding>) -> Result<(), Error> {
    let taken = metadata.dpop_signing_algorithms.as_ref();
    if binding.is_some() && taken.is_some_and(|taken| !taken.contains(&Algorithm::Es256)) {
        return Err(Unsupported::DpopAlgorithm.into());
    }
    Ok(())
}

/// OIDC Core 3.1.2.1: `prompt` is a list, and `none` stands alone in it.
fn prompt(first: Option<Prompt>, more: &[Prompt]) -> Result<Option<String>, Error> {
    let mut names: Vec<&str> = Vec::new();
    for prompt in first.iter().chain(more) {
        if !names.contains(&prompt.name()) {
            names.push(prompt.name());
        }
    }
    if names.len() > 1 && names.contains(&"none") {
        return Err(Misconfiguration::Prompt.into());
    }
    Ok((!names.is_empty()).then(|| names.join(" ")))
}

struct AcrValues {
    /// The parameter `acr_values`.
    sent: Vec<String>,
    /// Those of which the ID Token must have one.
    checked: Vec<String>,
}

/// OIDC Core 5.5.1.1: `acr` as an essential claim and as `acr_values` are two ways to ask the same; both at once have to agree, or the
/// provider would have to choose.
fn acr_values(asked: Vec<String>, essential: Option<&[String]>) -> Result<AcrValues, Error> {
    match essential {
        None => Ok(AcrValues {
            checked: asked.clone(),
            sent: asked,
        }),
        Some(_) if !asked.is_empty() => Err(Misconfiguration::Claims.into()),
        Some(essential) => Ok(AcrValues {
            sent: asked,
            checked: essential.to_vec(),
        }),
    }
}

#[cfg(test)]
mod tests;
