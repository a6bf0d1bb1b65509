//! The UserInfo endpoint.

use super::Shared;
use crate::answer::{Noted, json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::wrong;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::Value;
use std::sync::Arc;

/// Spec: OIDC Core 1.0 section 5.3
pub(super) fn userinfo(op: &Shared, call: &Call) -> Response {
    if call.method != Method::GET && call.method != Method::POST {
        return method_not_allowed("GET, POST");
    }
    // RFC 6750 section 2.3, RFC 9700 section 4.3.2: no access token in a query.
    if call.query.get("access_token").is_some() {
        return refused(StatusCode::BAD_REQUEST, "invalid_request");
    }
    let token = match (call.authorization("Bearer"), call.form.get("access_token")) {
        // RFC 6750 section 2: one way of sending the token only.
        (Some(_), Some(_)) => return refused(StatusCode::BAD_REQUEST, "invalid_request"),
        (Some(token), None) | (None, Some(token)) => token,
        // RFC 6750 section 3.1: no error code for a request without a token.
        (None, None) => return challenge(StatusCode::UNAUTHORIZED, "Bearer realm=\"mock-op\""),
    };
    if let Some(response) = wrong::userinfo::instead(op, call) {
        return response;
    }
    let now = op.clock.now();
    let (grant, scopes) = {
        let grants = op.grants();
        match grants.access.get(token, now) {
            Some(access) if access.grant.is_live() && access.grant.issuer == call.issuer => {
                (Arc::clone(&access.grant), access.scopes.clone())
            }
            _ => return refused(StatusCode::UNAUTHORIZED, "invalid_token"),
        }
    };
    // OIDC Core 1.0 section 5.3.1: an access token of an OpenID authentication.
    if !scopes.iter().any(|s| s == "openid") {
        return refused(StatusCode::FORBIDDEN, "insufficient_scope");
    }
    let Some(person) = op.person(&grant.person) else {
        return refused(StatusCode::UNAUTHORIZED, "invalid_token");
    };
    let claims = person.claims_for(&scopes, &op.origin);
    match wrong::userinfo::after(op, call, &grant.client_id, claims) {
        Ok(response) => response,
        Err(claims) => no_store(json_response(StatusCode::OK, &Value::Object(claims))),
    }
}

/// Spec: RFC 6750 section 3.1
pub(crate) fn refused(status: StatusCode, error: &'static str) -> Response {
    let mut response = challenge(status, &format!("Bearer realm=\"mock-op\", error=\"{error}\""));
    response.extensions_mut().insert(Noted(error.to_owned()));
    response
}

fn challenge(status: StatusCode, value: &str) -> Response {
    let mut response = no_store(status.into_response());
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
