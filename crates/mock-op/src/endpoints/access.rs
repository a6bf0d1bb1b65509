//! What every resource does first: see whether the access token is good.

use super::Shared;
use crate::answer::{Noted, no_store};
use crate::call::Call;
use crate::dpop;
use crate::faults::Fault;
use crate::grants::Grant;
use crate::scopes::Scopes;
use crate::wrong;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use std::sync::Arc;

/// A good access token's grant and scopes.
pub(super) struct Allowed {
    pub(super) grant: Arc<Grant>,
    pub(super) scopes: Scopes,
}

/// The token of this request, unchecked, and whether it came as a DPoP token.
///
/// Spec: RFC 6750 section 2, RFC 9449 section 7.1
pub(super) fn presented<'a>(op: &Shared, call: &'a Call) -> Result<(&'a str, bool), Box<Response>> {
    // RFC 6750 section 2.3, RFC 9700 section 4.3.2: no access token in a query.
    if call.query.get("access_token").is_some() {
        return Err(Box::new(refused(StatusCode::BAD_REQUEST, "invalid_request")));
    }
    match (
        call.authorization("Bearer"),
        call.authorization("DPoP"),
        call.form.get("access_token"),
    ) {
        (Some(token), None, None) | (None, None, Some(token)) => Ok((token, false)),
        (None, Some(token), None) => Ok((token, true)),
        // RFC 6750 section 3.1: no error code for a request without a token.
        (None, None, None) => Err(Box::new(challenge(op, call, StatusCode::UNAUTHORIZED, None))),
        // RFC 6750 section 2: one way of sending the token only.
        _ => Err(Box::new(refused(StatusCode::BAD_REQUEST, "invalid_request"))),
    }
}

/// Checks the token that was presented.
pub(super) fn check(op: &Shared, call: &Call, token: &str, as_dpop: bool) -> Result<Allowed, Box<Response>> {
    let now = op.clock.now();
    let found = {
        let grants = op.grants();
        let live = grants.access.get(token, now);
        let live = live.filter(|access| access.grant.is_live() && access.grant.issuer == call.issuer);
        live.map(|access| (Arc::clone(&access.grant), access.scopes.clone(), access.jkt.clone()))
    };
    let Some((grant, scopes, jkt)) = found else {
        return Err(Box::new(challenge(
            op,
            call,
            StatusCode::UNAUTHORIZED,
            Some("invalid_token"),
        )));
    };
    // RFC 9449 section 7.1: a bound token is good with a proof by its key only; and no other token with one.
    let invalid = |code| Err(Box::new(challenge(op, call, StatusCode::UNAUTHORIZED, Some(code))));
    match (&jkt, as_dpop) {
        (None, false) => {}
        (Some(bound), true) => match dpop::check(op, call, Some(token)) {
            Ok(Some(shown)) if *shown == **bound => {}
            Ok(_) => return invalid("invalid_token"),
            Err(why) => return invalid(why.code()),
        },
        (None, true) | (Some(_), false) => return invalid("invalid_token"),
    }
    Ok(Allowed { grant, scopes })
}

/// A refusal in the form of RFC 6750 section 3.
pub(crate) fn refused(status: StatusCode, error: &'static str) -> Response {
    with_challenge(
        status,
        &format!("Bearer realm=\"mock-op\", error=\"{error}\""),
        Some(error),
    )
}

/// Asks for another authentication of the person (RFC 9470 section 3).
pub(super) fn insufficient(call: &Call, acr: Option<&str>, max_age: Option<&str>) -> Response {
    // RFC 9110 section 11.1: the names of schemes are case-insensitive, and so this one is written oddly.
    let scheme = if call.authorization("DPoP").is_some() {
        "dPoP"
    } else {
        "bEARER"
    };
    let mut value = format!("{scheme} realm=\"mock-op\", error=\"insufficient_user_authentication\"");
    for (name, wanted) in [("acr_values", acr), ("max_age", max_age)] {
        if let Some(wanted) =
            wanted.filter(|text| text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\'))
        {
            value.push_str(&format!(", {name}=\"{wanted}\""));
        }
    }
    with_challenge(
        StatusCode::UNAUTHORIZED,
        &value,
        Some("insufficient_user_authentication"),
    )
}

/// Asks for a token, naming the metadata of the resource where there is some (RFC 9728 section 5.1).
fn challenge(op: &Shared, call: &Call, status: StatusCode, error: Option<&'static str>) -> Response {
    let scheme = if call.authorization("DPoP").is_some() {
        "DPoP"
    } else {
        "Bearer"
    };
    let scheme = match call.fault(op, Fault::ResourceSchemeCase) {
        Some(_) => wrong::mixed_case(scheme),
        None => scheme.to_owned(),
    };
    let mut value = format!("{scheme} realm=\"mock-op\"");
    if let Some(error) = error {
        value.push_str(&format!(", error=\"{error}\""));
    }
    if call.path == "/api/me" {
        value.push_str(&format!(
            ", resource_metadata=\"{}{}\"",
            op.origin,
            super::api::METADATA
        ));
    }
    let mut response = with_challenge(status, &value, error);
    if error == Some("use_dpop_nonce")
        && let Ok(nonce) = HeaderValue::from_str(&op.dpop_nonce())
    {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
    response
}

fn with_challenge(status: StatusCode, value: &str, error: Option<&'static str>) -> Response {
    let mut response = no_store(status.into_response());
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    if let Some(error) = error {
        response.extensions_mut().insert(Noted(error.to_owned()));
    }
    response
}
