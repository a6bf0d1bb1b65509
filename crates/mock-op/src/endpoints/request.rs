//! An authorization request: read and checked, whether it came by the browser or was pushed.

use crate::call::{Issuer, Params};
use crate::chosen;
use crate::clients::Client;
use crate::grants::AuthorizationRequest;
use crate::people::SCOPES;

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
pub(super) fn read(issuer: &Issuer, client: &Client, params: &Params) -> (AuthorizationRequest, Result<(), Denied>) {
    let (login_hint, chosen) = chosen::of_hint(params.get("login_hint"));
    let mut request = AuthorizationRequest {
        issuer: issuer.clone(),
        client_id: client.id.clone(),
        redirect_uri: params.get("redirect_uri").unwrap_or_default().to_owned(),
        scopes: Vec::new(),
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge: String::new(),
        max_age: None,
        prompt: Vec::new(),
        login_hint,
        acr_values: params.get("acr_values").map(str::to_owned),
        resources: Vec::new(),
        access_type_offline: params.get("access_type") == Some("offline"),
        dpop_jkt: params.get("dpop_jkt").map(str::to_owned),
        chosen: chosen.as_ref().ok().cloned().flatten(),
    };
    let chosen = chosen.map_err(|why| denied("invalid_request", format!("login_hint: {why}")));
    let checked = check(params, &mut request).and(chosen.map(drop));
    (request, checked)
}

/// The scopes that this provider knows, in the order of the consent page.
///
/// RFC 6749 section 3.3: those that are not known are left out, and what is granted is said with the tokens.
pub(super) fn known_scopes(scope: Option<&str>) -> Vec<String> {
    let asked: Vec<&str> = scope.unwrap_or_default().split(' ').collect();
    SCOPES
        .iter()
        .map(|(scope, _)| *scope)
        .filter(|s| asked.contains(s))
        .map(str::to_owned)
        .collect()
}

/// The checks whose failure the client is told of, in the order of RFC 6749 section 4.1.1 and then the extensions.
fn check(params: &Params, request: &mut AuthorizationRequest) -> Result<(), Denied> {
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
    if params.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(denied("invalid_request", "only response_mode=query is supported"));
    }
    // OIDC Core 1.0 section 3.1.2.6: parameters that are not supported have errors of their own.
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if params.get(name).is_some() {
            return Err(denied(error, format!("{name} is not supported")));
        }
    }
    // RFC 7636 section 4.4.1, RFC 9700 section 2.1.1: without PKCE there is no code.
    let Some(challenge) = params.get("code_challenge") else {
        return Err(denied(
            "invalid_request",
            "code_challenge is missing: PKCE is required (RFC 7636 section 4.4.1)",
        ));
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
    request.scopes = known_scopes(params.get("scope"));
    if request.scopes.is_empty() {
        return Err(denied("invalid_scope", "no scope that this provider knows"));
    }
    // RFC 8707 section 2: an absolute URI without a fragment.
    for resource in params.all("resource") {
        match url::Url::parse(resource) {
            Ok(uri) if uri.fragment().is_none() => request.resources.push(resource.to_owned()),
            _ => {
                return Err(denied(
                    "invalid_target",
                    "resource is not an absolute URI without a fragment",
                ));
            }
        }
    }
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
    Ok(())
}
