//! Authorization responses that are wrong.

use super::HOSTILE_TEXT;
use crate::call::Call;
use crate::endpoints::{Shared, issue_code};
use crate::faults::Fault;
use crate::grants::{AuthorizationRequest, SignedIn};

type Params = Vec<(String, String)>;

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn set(params: &mut Params, name: &str, value: String) {
    for (n, v) in params.iter_mut() {
        if n == name {
            *v = value.clone();
        }
    }
}

/// The parameters to send instead of `right`, in their order.
pub(crate) fn params(op: &Shared, call: &Call, request: &AuthorizationRequest, right: Params) -> Params {
    let mut params = right;
    let error = |params: &mut Params, code: &str, description: &str| {
        params.retain(|(n, _)| n != "code" && n != "error" && n != "error_description");
        params.insert(0, pair("error_description", description));
        params.insert(0, pair("error", code));
    };
    if call.fault(op, Fault::AuthorizeAccessDenied).is_some() {
        error(&mut params, "access_denied", "the person said no");
    }
    if let Some(code) = call.fault(op, Fault::AuthorizeErrorCodes) {
        error(&mut params, code, "as asked");
    }
    if call.fault(op, Fault::AuthorizeErrorTextHostile).is_some() {
        error(
            &mut params,
            "access_denied",
            &format!("{HOSTILE_TEXT}{}", "A".repeat(64 * 1024)),
        );
    }
    if call.fault(op, Fault::AuthorizeErrorWrongState).is_some() {
        error(&mut params, "access_denied", "the person said no");
        set(&mut params, "state", op.random.handle());
    }
    if call.fault(op, Fault::AuthorizeStateMissing).is_some() {
        params.retain(|(n, _)| n != "state");
    }
    if call.fault(op, Fault::AuthorizeStateMismatch).is_some() {
        set(&mut params, "state", op.random.handle());
    }
    if call.fault(op, Fault::AuthorizeIssMismatch).is_some() {
        set(&mut params, "iss", "https://another.example".into());
    }
    if call.fault(op, Fault::AuthorizeIssMissing).is_some() {
        params.retain(|(n, _)| n != "iss");
    }
    if let Some(variant) = call.fault(op, Fault::AuthorizeDuplicateParams) {
        let name = if variant == "equal" { "code" } else { variant };
        let first = params.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        match (variant, first) {
            ("equal", Some(value)) => params.push(pair(name, value)),
            ("error", _) => params.extend([pair("error", "access_denied"), pair("error", "server_error")]),
            _ => params.push(pair(name, op.random.handle())),
        }
    }
    if let Some(variant) = call.fault(op, Fault::AuthorizeCodeInjection) {
        // The code of a sign-in that someone else began: another person, another nonce, another verifier.
        let stranger = op.people.last().map(|person| person.id.clone()).unwrap_or_default();
        let other = AuthorizationRequest {
            nonce: Some(op.random.handle()),
            ..request.clone()
        };
        let challenge = (variant == "honest").then(|| op.random.handle());
        let who = SignedIn {
            person: stranger.into(),
            auth_time: op.clock.now(),
        };
        let code = issue_code(op, &other, &who, request.scopes.clone(), challenge);
        set(&mut params, "code", code);
    }
    if let Some(variant) = call.fault(op, Fault::AuthorizeMixup) {
        let issuer = op.issuer_named("another-issuer");
        let other = AuthorizationRequest {
            issuer: issuer.clone(),
            ..request.clone()
        };
        let who = SignedIn {
            person: "ada".into(),
            auth_time: op.clock.now(),
        };
        let code = issue_code(
            op,
            &other,
            &who,
            request.scopes.clone(),
            Some(request.challenge.clone()),
        );
        set(&mut params, "code", code);
        match variant {
            "without-iss" => params.retain(|(n, _)| n != "iss"),
            _ => set(&mut params, "iss", issuer.identifier()),
        }
    }
    match call.fault(op, Fault::AuthorizeHuge) {
        Some("many") => params.extend((0..10_000).map(|n| pair(&format!("p{n}"), "1"))),
        Some("name") => params.push(pair(&"n".repeat(1 << 20), "1")),
        Some(_) => set(&mut params, "code", "c".repeat(1 << 20)),
        None => {}
    }
    if let Some(variant) = call.fault(op, Fault::AuthorizeCodeMissing) {
        match variant {
            "empty" => set(&mut params, "code", String::new()),
            _ => params.retain(|(n, _)| n != "code"),
        }
    }
    if call.fault(op, Fault::AuthorizeUnknownParams).is_some() {
        let more = [
            ("session_state", "abc.def"),
            ("scope", "openid"),
            ("authuser", "0"),
            ("x_odd", "=&+%"),
        ];
        params.extend(more.map(|(n, v)| pair(n, v)));
    }
    params
}

/// What joins redirect URI and response: the query's mark, or the fragment's for a provider that answers there.
pub(crate) fn separator(op: &Shared, call: &Call, redirect_uri: &str) -> char {
    if call.fault(op, Fault::AuthorizeFragment).is_some() {
        return '#';
    }
    if redirect_uri.contains('?') { '&' } else { '?' }
}
