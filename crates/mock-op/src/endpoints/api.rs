//! A small resource server, for apps that want to call one.

use super::{Shared, access};
use crate::answer::{json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::keys::Alg;
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::json;

/// Where its metadata is: the well-known string comes before the resource's own path (RFC 9728 section 3.1).
pub(super) const METADATA: &str = "/.well-known/oauth-protected-resource/api";

/// Spec: RFC 9728 section 2
pub(super) fn metadata(op: &Shared) -> Response {
    let algs: Vec<&str> = Alg::ALL.iter().map(|alg| alg.name()).collect();
    let body = json!({
        "resource": format!("{}/api", op.origin),
        "authorization_servers": [op.origin],
        "scopes_supported": ["openid", "profile", "email"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Demo resource server",
        "dpop_signing_alg_values_supported": algs,
        "dpop_bound_access_tokens_required": op.api_wants_dpop,
    });
    json_response(StatusCode::OK, &body)
}

/// Says whose token came.
pub(super) fn me(op: &Shared, call: &Call) -> Response {
    if call.method != Method::GET {
        return method_not_allowed("GET");
    }
    let allowed = match access::presented(op, call).and_then(|(token, dpop)| access::check(op, call, token, dpop)) {
        Ok(allowed) => allowed,
        Err(response) => return *response,
    };
    // RFC 9728 section 2: `dpop_bound_access_tokens_required`.
    if op.api_wants_dpop && call.authorization("DPoP").is_none() {
        return access::refused(StatusCode::UNAUTHORIZED, "invalid_token");
    }
    // RFC 8707 section 2: a token that was asked for another resource is not for this one.
    let special = allowed.grant.special();
    let here = format!("{}/api", call.issuer.url);
    if !special.resources.is_empty() && !special.resources.contains(&here) {
        return access::refused(StatusCode::UNAUTHORIZED, "invalid_token");
    }
    // RFC 9470 section 3: what is to have been seen of the person's authentication stands in the query, for whoever tests it.
    let (acr, age) = (call.query.get("wants_acr"), call.query.get("wants_max_age"));
    let low = acr.is_some() && special.acr.as_deref() != acr;
    let limit = age.and_then(|text| text.parse::<i64>().ok());
    let old = limit.is_some_and(|seconds| op.clock.now() - allowed.grant.auth_time > seconds);
    if low || old {
        return access::insufficient(call, acr, age);
    }
    let sub = op
        .person(&allowed.grant.person)
        .map(|person| allowed.grant.subject(&person.sub));
    let body = json!({"sub": sub, "client_id": &*allowed.grant.client_id, "scope": allowed.scopes.as_str()});
    no_store(json_response(StatusCode::OK, &body))
}
