//! An authorization request: read and checked, whether it came by the browser or was pushed.

use super::{Shared, form_post};
use crate::call::{Call, Params};
use crate::chosen;
use crate::claims::ClaimsRequest;
use crate::clients::{Client, RedirectRefused};
use crate::grants::{AuthorizationRequest, Special};
use crate::people::SCOPES;
use crate::scopes::Scopes;

/// Why an authorization request was refused, when the client may be told.
pub(super) struct Denied {
    pub(super) error: &'static str,
    pub(super) description: String,
}

fn denied(error: &'static str, description: impl Into<String>) -> Denied {
    Denied {
        error,
        description: description.into(),
    }
}

/// Reads a request whose redirect URI has been checked. It comes back with what is known of it, so that an error can be
/// sent to the client with its state.
pub(super) fn read(
    op: &Shared,
    call: &Call,
    client: &Client,
    params: &Params,
) -> (AuthorizationRequest, Result<(), Denied>) {
    let redirect_uri = params.get("redirect_uri").unwrap_or_default();
    let (login_hint, chosen) = chosen::of_hint(params.get("login_hint"));
    let mut request = AuthorizationRequest {
        issuer: call.issuer.clone(),
        client_id: client.id.as_str().into(),
        redirect_uri: redirect_uri.to_owned(),
        scopes: Scopes::default(),
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge: String::new(),
        max_age: None,
        prompt: Vec::new(),
        login_hint,
        // Errors are sent in this way too, so it is known first.
        form_post: params.get("response_mode") == Some("form_post") && form_post::can_reach(redirect_uri),
        special: Special {
            audience: params
                .get("audience")
                .filter(|_| call.quirks.audience)
                .map(str::to_owned),
            access_type_offline: params.get("access_type") == Some("offline"),
            ..Special::default()
        },
        dpop_jkt: params.get("dpop_jkt").map(str::to_owned),
        chosen: chosen.as_ref().ok().cloned().flatten(),
    };
    let chosen = chosen.map_err(|why| denied("invalid_request", format!("login_hint: {why}")));
    let checked = check(op, call, params, &mut request).and(chosen.map(drop));
    (request, checked)
}

/// Checks where a response would be sent, by the rules of the client and of this provider.
pub(super) fn check_redirect(call: &Call, client: &Client, uri: Option<&str>) -> Result<(), RedirectRefused> {
    client.check_redirect(uri)?;
    let uri = uri.and_then(|uri| url::Url::parse(uri).ok());
    let named = uri.is_some_and(|uri| uri.scheme() == "https" && uri.domain().is_some_and(|name| name != "localhost"));
    match call.quirks.domains_only && !named {
        true => Err(RedirectRefused::NotADomain),
        false => Ok(()),
    }
}

/// The scopes that this provider knows, in the order of the consent page.
///
/// RFC 6749 section 3.3: those that are not known are left out, and what is granted is said with the tokens.
pub(super) fn known_scopes(scope: Option<&str>) -> Scopes {
    let asked: Vec<&str> = scope.unwrap_or_default().split(' ').collect();
    SCOPES
        .iter()
        .map(|(scope, _)| *scope)
        .filter(|s| asked.contains(s))
        .collect()
}

/// The checks whose failure the client is told of, in the order of RFC 6749 section 4.1.1 and then the extensions.
fn check(op: &Shared, call: &Call, params: &Params, request: &mut AuthorizationRequest) -> Result<(), Denied> {
    match params.get("response_type") {
        Some("code") => {}
        None => return Err(denied("invalid_request", "response_type is missing")),
        Some(_) => {
            return Err(denied(
                "unsupported_response_type",
                "only response_type=code is supported",
            ));
        }
    }
    match params.get("response_mode") {
        None | Some("query") => {}
        // OAuth 2.0 Form Post Response Mode section 2: a browser cannot post to an app's own scheme.
        Some("form_post") if request.form_post => {}
        Some("form_post") => return Err(denied("invalid_request", "a form can be posted to http and https only")),
        Some(_) => return Err(denied("invalid_request", "response_mode is query or form_post")),
    }
    // OIDC Core 1.0 section 3.1.2.6: parameters that are not supported have errors of their own.
    for (name, error) in [
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if params.get(name).is_some() {
            return Err(denied(error, format!("{name} is not supported")));
        }
    }
    check_challenge(call, params, request)?;
    scopes(call, params, request)?;
    // RFC 8707 section 2: an absolute URI without a fragment.
    for resource in params.all("resource") {
        match url::Url::parse(resource) {
            Ok(uri) if uri.fragment().is_none() => request.special.resources.push(resource.to_owned()),
            _ => {
                return Err(denied(
                    "invalid_target",
                    "resource is not an absolute URI without a fragment",
                ));
            }
        }
    }
    people(op, params, request)
}

/// Spec: RFC 7636 section 4.3
fn check_challenge(call: &Call, params: &Params, request: &mut AuthorizationRequest) -> Result<(), Denied> {
    let challenge = match params.get("code_challenge") {
        Some(challenge) => challenge,
        None if !call.quirks.pkce => return Ok(()),
        // RFC 7636 section 4.4.1, RFC 9700 section 2.1.1: without PKCE there is no code.
        None => {
            return Err(denied(
                "invalid_request",
                "code_challenge is missing: PKCE is required (RFC 7636 section 4.4.1)",
            ));
        }
    };
    // RFC 7636 section 4.3: an absent method means plain, which RFC 9700 section 2.1.1 keeps out.
    if params.get("code_challenge_method") != Some("S256") {
        return Err(denied("invalid_request", "code_challenge_method must be S256"));
    }
    // RFC 7636 section 4.2: a SHA-256 hash in base64url without padding.
    if challenge.len() != 43
        || !challenge
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    {
        return Err(denied(
            "invalid_request",
            "code_challenge is not the base64url form of a SHA-256 hash",
        ));
    }
    request.challenge = challenge.to_owned();
    Ok(())
}

/// What is asked for.
///
/// Spec: RFC 6749 section 3.3
fn scopes(call: &Call, params: &Params, request: &mut AuthorizationRequest) -> Result<(), Denied> {
    let asked = params.get("scope");
    request.scopes = match call.quirks.name_scope {
        false => known_scopes(asked),
        true => {
            let words = asked.unwrap_or_default().split(' ');
            let words = words.map(|word| if word == "name" { "profile" } else { word });
            let words: Vec<&str> = words.chain(["openid"]).collect();
            known_scopes(Some(&words.join(" ")))
        }
    };
    if request.scopes.is_empty() {
        return Err(denied("invalid_scope", "no scope that this provider knows"));
    }
    let more = request.scopes.iter().any(|scope| scope != "openid");
    if call.quirks.form_for_scopes && more && !request.form_post {
        return Err(denied(
            "invalid_request",
            "response_mode must be form_post when name or email is asked for",
        ));
    }
    Ok(())
}

/// Who is to sign in, and how.
fn people(op: &Shared, params: &Params, request: &mut AuthorizationRequest) -> Result<(), Denied> {
    // OIDC Core 1.0 section 3.1.2.1: none stands alone.
    request.prompt = params
        .get("prompt")
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    if let Some(odd) = request
        .prompt
        .iter()
        .find(|p| !["none", "login", "consent", "select_account"].contains(&p.as_str()))
    {
        return Err(denied("invalid_request", format!("prompt has an unknown value: {odd}")));
    }
    if request.prompt.iter().any(|p| p == "none") && request.prompt.len() > 1 {
        return Err(denied("invalid_request", "prompt=none stands alone"));
    }
    if let Some(text) = params.get("max_age") {
        match text.parse::<i64>() {
            Ok(seconds) if seconds >= 0 => request.max_age = Some(seconds),
            _ => return Err(denied("invalid_request", "max_age is not a number of seconds")),
        }
    }
    // OIDC Core 1.0 section 5.5.
    if let Some(text) = params.get("claims") {
        request.special.claims =
            ClaimsRequest::parse(text).map_err(|why| denied("invalid_request", why.to_string()))?;
    }
    request.special.acr = acr(op, params.get("acr_values"), &request.special.claims)?;
    Ok(())
}

/// The authentication context class to reach. The parameter `claims` is asked first, as it alone can insist.
///
/// Spec: OIDC Core 1.0 sections 3.1.2.1 and 5.5.1.1
fn acr(op: &Shared, acr_values: Option<&str>, claims: &ClaimsRequest) -> Result<Option<String>, Denied> {
    let reached = |value: &str| op.acr_values.is_empty() || op.acr_values.iter().any(|known| known == value);
    // The class of a sign-in of which nothing is known but that it was one (section 2).
    let unasked = op.acr_values.first().map_or("0", String::as_str);
    if let Some(asked) = claims.acr() {
        let wanted = asked.values.iter().filter_map(serde_json::Value::as_str);
        match wanted.clone().find(|value| reached(value)) {
            Some(value) => return Ok(Some(value.to_owned())),
            // Unmet Authentication Requirements 1.0 section 2.
            None if asked.essential && !asked.values.is_empty() => {
                return Err(denied(
                    "unmet_authentication_requirements",
                    "no acr that is essential can be reached here",
                ));
            }
            None => {}
        }
    }
    // In the order of preference; what cannot be reached is no error here.
    let preferred = acr_values
        .unwrap_or_default()
        .split(' ')
        .find(|value| !value.is_empty() && reached(value));
    let asked_at_all = claims.acr().is_some() || !op.acr_values.is_empty();
    Ok(preferred.or_else(|| asked_at_all.then_some(unasked)).map(str::to_owned))
}
