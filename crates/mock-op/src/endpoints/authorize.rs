//! The authorization endpoint: the checks before any page is shown, and the response after the last one.

use super::{Shared, pages};
use crate::answer::{Noted, method_not_allowed, redirect};
use crate::call::Call;
use crate::grants::{AuthorizationRequest, CODE_SECONDS, Code, Grant, INTERACTION_SECONDS, Interaction, SignedIn};
use crate::journal::Kind;
use crate::people::SCOPES;
use crate::wrong;
use axum::response::Response;
use http::{Method, StatusCode};
use std::sync::Arc;

/// The cookie that holds a browser's session with this provider.
pub(super) const SESSION: &str = "mock_op_session";

/// Why an authorization request was refused, when the client may be told by a redirect.
struct Denied {
    error: &'static str,
    description: String,
}

fn denied(error: &'static str, description: impl Into<String>) -> Denied {
    Denied {
        error,
        description: description.into(),
    }
}

/// Spec: RFC 6749 section 4.1.1, OIDC Core 1.0 section 3.1.2.1
pub(super) fn authorize(op: &Shared, call: &Call) -> Response {
    if call.method != Method::GET && call.method != Method::POST {
        return method_not_allowed("GET, POST");
    }
    let params = call.params();
    // RFC 6749 section 3.1: parameters must not be included more than once. One of the next two may be it, so no redirect.
    if let Some(name) = params.repeated() {
        return pages::refusal(
            call,
            "invalid_request",
            &format!("The parameter {name} is there more than once."),
        );
    }
    // RFC 6749 section 4.1.2.1: with the client or the redirect URI in doubt, the person is told and not redirected.
    let Some(client) = params.get("client_id").and_then(|id| op.client(id)) else {
        return pages::refusal(
            call,
            "invalid_client",
            "client_id is missing or names no client of this provider.",
        );
    };
    if let Err(why) = client.check_redirect(params.get("redirect_uri")) {
        return pages::refusal(call, "invalid_redirect_uri", &format!("{why}."));
    }
    let mut request = AuthorizationRequest {
        issuer: call.issuer.clone(),
        client_id: client.id.clone(),
        redirect_uri: params.get("redirect_uri").unwrap_or_default().to_owned(),
        scopes: Vec::new(),
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge: String::new(),
        max_age: None,
        prompt: Vec::new(),
        login_hint: params.get("login_hint").map(str::to_owned),
        acr_values: params.get("acr_values").map(str::to_owned),
    };
    if let Err(Denied { error, description }) = check(call, &mut request) {
        return error_response(op, call, &request, error, &description);
    }
    if request.prompt.iter().any(|p| p == "none") {
        return silent(op, call, &request);
    }
    let session = current_session(op, call);
    let handle = op.random.handle();
    let page = pages::login(
        op,
        &request,
        &client,
        &handle,
        session.as_ref().map(|s| s.person.as_str()),
    );
    let interaction = Interaction {
        request,
        signed_in: None,
    };
    op.grants()
        .interactions
        .insert(handle, interaction, op.clock.now(), INTERACTION_SECONDS);
    page
}

/// The checks whose failure the client is told of, in the order of RFC 6749 section 4.1.1 and then the extensions.
fn check(call: &Call, request: &mut AuthorizationRequest) -> Result<(), Denied> {
    let params = call.params();
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
    // RFC 6749 section 3.3: scopes that are not known are left out, and what is granted is said with the tokens.
    let asked: Vec<&str> = params.get("scope").unwrap_or_default().split(' ').collect();
    request.scopes = SCOPES
        .iter()
        .map(|(scope, _)| *scope)
        .filter(|s| asked.contains(s))
        .map(str::to_owned)
        .collect();
    if request.scopes.is_empty() {
        return Err(denied("invalid_scope", "no scope that this provider knows"));
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

/// prompt=none: an answer without a page, or an error that says which page is needed.
///
/// Spec: OIDC Core 1.0 sections 3.1.2.1 and 3.1.2.6
fn silent(op: &Shared, call: &Call, request: &AuthorizationRequest) -> Response {
    let now = op.clock.now();
    let session = call
        .cookie(SESSION)
        .and_then(|handle| op.grants().sessions.get(handle, now).cloned());
    let Some(session) = session else {
        return error_response(op, call, request, "login_required", "nobody is signed in here");
    };
    if request
        .max_age
        .is_some_and(|seconds| now - session.signed_in.auth_time > seconds)
    {
        return error_response(op, call, request, "login_required", "the sign-in is older than max_age");
    }
    let is_other = |hint: &str| {
        op.person(&session.signed_in.person)
            .is_none_or(|person| !person.is_hinted(hint))
    };
    if request.login_hint.as_deref().is_some_and(is_other) {
        return error_response(op, call, request, "login_required", "someone else is signed in here");
    }
    let allowed = session.allowed.get(&request.client_id);
    if !request
        .scopes
        .iter()
        .all(|scope| allowed.is_some_and(|allowed| allowed.contains(scope)))
    {
        return error_response(
            op,
            call,
            request,
            "consent_required",
            "not all of this was allowed before",
        );
    }
    code_response(op, call, request, &session.signed_in, request.scopes.clone())
}

/// Who is signed in in this browser, if anyone.
pub(super) fn current_session(op: &Shared, call: &Call) -> Option<SignedIn> {
    let now = op.clock.now();
    op.grants()
        .sessions
        .get(call.cookie(SESSION)?, now)
        .map(|session| session.signed_in.clone())
}

/// Issues a code and sends it.
///
/// Spec: RFC 6749 section 4.1.2
pub(super) fn code_response(
    op: &Shared,
    call: &Call,
    request: &AuthorizationRequest,
    who: &SignedIn,
    scopes: Vec<String>,
) -> Response {
    let code = issue_code(op, request, who, scopes, Some(request.challenge.clone()));
    respond(op, call, request, vec![("code".into(), code)])
}

/// Remembers a new code.
pub(crate) fn issue_code(
    op: &Shared,
    request: &AuthorizationRequest,
    who: &SignedIn,
    scopes: Vec<String>,
    challenge: Option<String>,
) -> String {
    let code = op.random.handle();
    let grant = Arc::new(Grant::new(request, who, scopes));
    let kept = Code {
        grant,
        redirect_uri: request.redirect_uri.clone(),
        challenge,
        spent: false,
    };
    op.journal.keep(Kind::Code, &code);
    op.grants()
        .codes
        .insert(code.clone(), kept, op.clock.now(), CODE_SECONDS);
    code
}

/// Spec: RFC 6749 section 4.1.2.1
pub(super) fn error_response(
    op: &Shared,
    call: &Call,
    request: &AuthorizationRequest,
    error: &str,
    description: &str,
) -> Response {
    let params = vec![
        ("error".into(), error.to_owned()),
        ("error_description".into(), description.to_owned()),
    ];
    let mut response = respond(op, call, request, params);
    response.extensions_mut().insert(Noted(error.to_owned()));
    response
}

/// Adds `state` and `iss` and redirects.
///
/// Spec: RFC 6749 section 4.1.2, RFC 9207 section 2
fn respond(op: &Shared, call: &Call, request: &AuthorizationRequest, mut params: Vec<(String, String)>) -> Response {
    if let Some(state) = &request.state {
        params.push(("state".into(), state.clone()));
    }
    params.push(("iss".into(), request.issuer.url.clone()));
    let params = wrong::response::params(op, call, request, params);
    let mut location = request.redirect_uri.clone();
    location.push(wrong::response::separator(op, call, &location));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params);
    location.push_str(&query.finish());
    redirect(StatusCode::FOUND, &location)
}
