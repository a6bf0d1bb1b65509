//! Revocation and logout that are wrong.

use super::network;
use crate::answer::{Noted, hangup, json_response, raw, redirect};
use crate::call::Call;
use crate::endpoints::Shared;
use crate::faults::Fault;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// An answer that revokes nothing.
pub(crate) fn instead(op: &Shared, call: &Call) -> Option<Response> {
    if call.fault(op, Fault::Revocation503).is_some() {
        let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        return Some(response);
    }
    if let Some(variant) = call.fault(op, Fault::RevocationOffline) {
        return Some(match variant {
            "slow" => raw(StatusCode::OK, "text/plain", network::trickle(vec![b' '; 3_600])),
            _ => hangup(),
        });
    }
    if call.fault(op, Fault::RevocationUnsupportedType).is_some() {
        let mut response = json_response(StatusCode::BAD_REQUEST, &json!({"error": "unsupported_token_type"}));
        response.extensions_mut().insert(Noted("unsupported_token_type".into()));
        return Some(response);
    }
    if call.fault(op, Fault::RevocationInvalidToken200).is_some() {
        return Some(raw(StatusCode::OK, "text/html", "<p>whatever you say</p>"));
    }
    let status = match call.fault(op, Fault::RevocationRedirect)? {
        "302" => StatusCode::FOUND,
        _ => StatusCode::TEMPORARY_REDIRECT,
    };
    Some(redirect(status, &format!("{}/revoke", op.elsewhere)))
}

/// The `state` that goes back after a logout.
pub(crate) fn logout_state(op: &Shared, call: &Call, right: Option<&str>) -> Option<String> {
    match call.fault(op, Fault::LogoutState) {
        Some("missing") => None,
        Some(_) => Some(op.random.handle()),
        None => right.map(str::to_owned),
    }
}
