//! The authorization endpoint: the checks before any page is shown, and the response after the last one.

use super::request::{self, Denied};
use super::{Shared, form_post, pages, par};
use crate::answer::{Noted, method_not_allowed, redirect};
use crate::call::Call;
use crate::chosen;
use crate::clients::Client;
use crate::grants::{
    AuthorizationRequest, CODE_SECONDS, Code, Grant, INTERACTION_SECONDS, Interaction, MET_SECONDS, SignedIn, Unspent,
};
use crate::journal::Kind;
use crate::people::Person;
use crate::scopes::Scopes;
use crate::signed_request;
use crate::wrong;
use axum::response::Response;
use http::{Method, StatusCode};
use std::sync::Arc;

/// The cookie that holds a browser's session with this provider.
pub(super) const SESSION: &str = "mock_op_session";

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
    let (request, checked) = match pushed(op, call, &client) {
        Some(Ok(request)) => (request, Ok(())),
        Some(Err(says)) => return pages::refusal(call, "invalid_request_uri", says),
        // RFC 9126 section 5.
        None if op.pushed_only => {
            return pages::refusal(call, "invalid_request", "This provider takes pushed requests only.");
        }
        None => {
            let unpacked = signed_request::unpack(op, call, &client, params);
            // RFC 9101 section 6.3: with a request object nothing outside of it counts.
            let params = unpacked.as_ref().ok().and_then(Option::as_ref).unwrap_or(params);
            if let Err(why) = request::check_redirect(call, &client, params.get("redirect_uri")) {
                return pages::refusal(call, "invalid_redirect_uri", &format!("{why}."));
            }
            let (request, checked) = request::read(op, call, &client, params);
            let refused = unpacked.err().map(|why| Denied {
                error: why.code(),
                description: why.to_string(),
            });
            (request, refused.map_or(checked, Err))
        }
    };
    if let Err(Denied { error, description }) = checked {
        return error_response(op, call, &request, error, &description);
    }
    chosen::begin(op, call, &request);
    if !op.pages {
        return without_pages(op, call, &request);
    }
    if request.prompt.iter().any(|p| p == "none") {
        return silent(op, call, &request);
    }
    let session = current_session(op, call);
    let handle = op.random.handle();
    let page = pages::login(op, &request, &client, &handle, session.as_ref().map(|s| &*s.person));
    let interaction = Interaction {
        request: Arc::new(request),
        signed_in: None,
        device_code: None,
    };
    op.grants()
        .interactions
        .insert(handle, interaction, op.clock.now(), INTERACTION_SECONDS);
    page
}

/// The request that was pushed before, if this one refers to it. It is good once.
///
/// Spec: RFC 9126 section 4
fn pushed(op: &Shared, call: &Call, client: &Client) -> Option<Result<AuthorizationRequest, &'static str>> {
    let uri = call
        .params()
        .get("request_uri")
        .filter(|uri| uri.starts_with(par::PREFIX))?;
    let request = op.grants().pushed.remove(uri, op.clock.now());
    Some(match request {
        // RFC 9126 section 2.2: bound to the client that pushed it.
        Some(request) if *request.client_id == *client.id && request.issuer == call.issuer => Ok(request),
        Some(_) => Err("The request was pushed by another client, or at another issuer."),
        None => Err("The pushed request is unknown, was used before, or has expired."),
    })
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
    let person = op.person(&session.signed_in.person);
    if !person.is_some_and(|person| request.special.claims.may_be(&person.sub)) {
        return error_response(op, call, request, "login_required", "someone else is signed in here");
    }
    let is_other = |hint: &str| {
        op.person_at(&request.issuer, &session.signed_in.person)
            .is_none_or(|person| !person.is_hinted(hint))
    };
    if request.login_hint.as_deref().is_some_and(is_other) {
        return error_response(op, call, request, "login_required", "someone else is signed in here");
    }
    // Any app can claim the redirect URI of a native one, so the person is to see which it is.
    if call.quirks.confirms_native && !request.redirect_uri.starts_with("https://") {
        return error_response(
            op,
            call,
            request,
            "consent_required",
            "a redirect to a native app has to be confirmed",
        );
    }
    let one_by_one = person.map(|person| request.special.claims.beyond(&request.scopes, person));
    let all_of_it = session.allowed_to(&request.client_id).is_some_and(|allowed| {
        request.scopes.iter().all(|scope| allowed.scopes.has(scope))
            && one_by_one.iter().flatten().all(|claim| allowed.claims.contains(claim))
    });
    if !all_of_it {
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

/// A provider without pages: whoever is hinted at, or else the first of its people, signs in and allows all.
fn without_pages(op: &Shared, call: &Call, request: &AuthorizationRequest) -> Response {
    let hinted = |person: &&Person| request.login_hint.as_deref().is_none_or(|hint| person.is_hinted(hint));
    let Some(person) = op.people_at(&request.issuer).find(hinted) else {
        return error_response(op, call, request, "access_denied", "there is nobody of that name here");
    };
    let who = SignedIn {
        person: person.id.as_str().into(),
        auth_time: op.clock.now(),
    };
    code_response(op, call, request, &who, request.scopes.clone())
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
    scopes: Scopes,
) -> Response {
    let user = op.person(&who.person).filter(|_| call.quirks.user_once);
    let user = user.and_then(|person| told_once(op, request, person, &scopes));
    let challenge = Some(request.challenge.clone()).filter(|challenge| !challenge.is_empty());
    let code = issue_code(op, request, who, scopes, challenge);
    call.answered.gives(&code);
    let mut params = vec![("code".into(), code)];
    params.extend(user.map(|user| ("user".into(), user)));
    respond(op, call, request, params)
}

/// What a provider of its own kind says about a person the first time and never again: name and address, as JSON.
fn told_once(op: &Shared, request: &AuthorizationRequest, person: &Person, scopes: &Scopes) -> Option<String> {
    let (now, key) = (
        op.clock.now(),
        format!("{} {} {}", request.issuer.url, request.client_id, person.id),
    );
    let mut grants = op.grants();
    if grants.met.get(&key, now).is_some() {
        return None;
    }
    grants.met.insert(key, (), now, MET_SECONDS);
    let mut user = serde_json::Map::new();
    if scopes.has("profile") {
        let name = serde_json::json!({"firstName": person.text("given_name"), "lastName": person.text("family_name")});
        user.insert("name".into(), name);
    }
    if scopes.has("email") {
        user.insert("email".into(), person.text("email").into());
    }
    (!user.is_empty()).then(|| serde_json::Value::Object(user).to_string())
}

/// Remembers a new code.
pub(crate) fn issue_code(
    op: &Shared,
    request: &AuthorizationRequest,
    who: &SignedIn,
    scopes: Scopes,
    challenge: Option<String>,
) -> String {
    let code = op.random.handle();
    let grant = Arc::new(Grant::new(request, who, scopes));
    let unspent = Unspent {
        redirect_uri: request.redirect_uri.clone(),
        challenge,
        nonce: request.nonce.clone(),
        jkt: request.dpop_jkt.as_deref().map(Into::into),
    };
    let kept = Code {
        grant,
        unspent: Some(Box::new(unspent)),
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
    if call.quirks.iss {
        params.push(("iss".into(), request.issuer.identifier()));
    }
    let params = wrong::response::params(op, call, request, params);
    if request.form_post {
        return form_post::page(&request.redirect_uri, &params);
    }
    let mut location = request.redirect_uri.clone();
    location.push(wrong::response::separator(op, call, &location));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params);
    location.push_str(&query.finish());
    redirect(StatusCode::FOUND, &location)
}
