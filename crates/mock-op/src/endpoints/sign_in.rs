//! What comes back from the two pages: who signs in, and what they allow.

use super::authorize::{SESSION, code_response, current_session, error_response};
use super::{Shared, device, pages};
use crate::answer::method_not_allowed;
use crate::call::Call;
use crate::chosen::Chosen;
use crate::grants::{Allowed, DeviceAnswer, Grant, SignedIn};
use axum::response::Response;
use http::{HeaderValue, Method, header};
use std::sync::Arc;
use std::sync::atomic::Ordering;

const GONE: &str = "This sign-in has ended, or its page was answered before. Go back to the app and begin again.";

/// The answer to the account picker.
pub(super) fn login(op: &Shared, call: &Call) -> Response {
    if call.method != Method::POST {
        return method_not_allowed("POST");
    }
    let now = op.clock.now();
    let handle = call.form.get("interaction").unwrap_or_default();
    let Some(interaction) = op.grants().interactions.get(handle, now).cloned() else {
        return pages::refusal(call, "interaction_gone", GONE);
    };
    let request = interaction.request;
    let Some(person) = call.form.get("person").and_then(|id| op.person_at(&request.issuer, id)) else {
        return pages::refusal(call, "unknown_person", "There is nobody of that name here.");
    };
    let Some(client) = op.client(&request.client_id) else {
        return pages::refusal(
            call,
            "invalid_client",
            "The app is no longer a client of this provider.",
        );
    };
    // OIDC Core 1.0 section 3.1.2.2: where a subject was named, nobody else's sign-in is an answer.
    if !request.special.claims.may_be(&person.sub) {
        op.grants().interactions.remove(handle, now);
        return error_response(op, call, &request, "login_required", "someone else was to sign in");
    }
    let chosen = match call.form.get("fault").map(Chosen::named) {
        None => request.chosen.clone(),
        Some(Ok(chosen)) => Some(Arc::new(chosen)),
        Some(Err(why)) => return pages::refusal(call, "invalid_request", &format!("Of the fault: {why}.")),
    };
    if chosen.is_some() {
        op.chosen.store(true, Ordering::Relaxed);
    }
    // OIDC Core 1.0 section 3.1.2.1: prompt=login and an exceeded max_age ask for a new authentication; else the one of
    // this browser's session goes on, and auth_time with it.
    let before = current_session(op, call).filter(|s| *s.person == *person.id);
    let stale = |s: &SignedIn| request.max_age.is_some_and(|seconds| now - s.auth_time > seconds);
    let again = request.prompt.iter().any(|p| p == "login");
    let signed_in = match before {
        Some(session) if !again && !stale(&session) => session,
        _ => SignedIn {
            person: person.id.as_str().into(),
            auth_time: now,
        },
    };
    // A fresh session identifier for each sign-in: one that was planted before is of no use.
    let session = op.random.handle();
    {
        let mut grants = op.grants();
        if let Some(before) = call.cookie(SESSION).and_then(|old| grants.sessions.remove(old, now)) {
            grants.open_session(&session, before.signed_in, now);
        }
        grants.open_session(&session, signed_in.clone(), now);
        if let Some(interaction) = grants.interactions.get_mut(handle, now) {
            interaction.signed_in = Some(signed_in);
            if chosen.is_some() {
                Arc::make_mut(&mut interaction.request).chosen = chosen;
            }
        }
    }
    let mut response = pages::consent(&request, &client, person, handle);
    let secure = if op.origin.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!("{SESSION}={session}; Path=/; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The answer to the consent page: once, and then the sign-in is over.
pub(super) fn consent(op: &Shared, call: &Call) -> Response {
    if call.method != Method::POST {
        return method_not_allowed("POST");
    }
    let now = op.clock.now();
    let handle = call.form.get("interaction").unwrap_or_default();
    let Some(interaction) = op.grants().interactions.remove(handle, now) else {
        return pages::refusal(call, "interaction_gone", GONE);
    };
    let mut request = Arc::unwrap_or_clone(interaction.request);
    let (Some("allow"), Some(who)) = (call.form.get("decision"), interaction.signed_in) else {
        if let Some(device_code) = &interaction.device_code {
            return device::answer(op, device_code, DeviceAnswer::Denied);
        }
        return error_response(op, call, &request, "access_denied", "the person said no");
    };
    let chosen: Vec<&str> = call.form.all("scope").collect();
    // openid is not a matter of choice: without it this would be no sign-in.
    let scopes = request
        .scopes
        .only(|scope| scope == "openid" || chosen.contains(&scope));
    let claims: Vec<&str> = call.form.all("claim").collect();
    request.special.claims.keep_only(&scopes, &claims);
    if let Some(session) = call.cookie(SESSION)
        && let Some(session) = op.grants().sessions.get_mut(session, now)
    {
        session.allow(Allowed {
            client_id: Arc::clone(&request.client_id),
            scopes: scopes.clone(),
            claims: claims.iter().map(|name| (*name).to_owned()).collect(),
        });
    }
    if let Some(device_code) = &interaction.device_code {
        let grant = Arc::new(Grant::new(&request, &who, scopes));
        return device::answer(op, device_code, DeviceAnswer::Allowed(grant));
    }
    code_response(op, call, &request, &who, scopes)
}
