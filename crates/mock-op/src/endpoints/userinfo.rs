//! The UserInfo endpoint.

use super::Shared;
use super::access::{self, Allowed};
use crate::answer::{json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::people::Person;
use crate::wrong;
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Map, Value};

/// Spec: OIDC Core 1.0 section 5.3
pub(super) fn userinfo(op: &Shared, call: &Call) -> Response {
    if call.method != Method::GET && call.method != Method::POST {
        return method_not_allowed("GET, POST");
    }
    if !call.quirks.userinfo {
        return json_response(StatusCode::NOT_FOUND, &serde_json::json!({"error": "not_found"}));
    }
    let (token, as_dpop) = match access::presented(op, call) {
        Ok(presented) => presented,
        Err(response) => return *response,
    };
    if let Some(response) = wrong::userinfo::instead(op, call) {
        return response;
    }
    let Allowed { grant, scopes } = match access::check(op, call, token, as_dpop) {
        Ok(allowed) => allowed,
        Err(response) => return *response,
    };
    // OIDC Core 1.0 section 5.3.1: an access token of an OpenID authentication.
    if call.quirks.openid && !scopes.has("openid") {
        return access::refused(StatusCode::FORBIDDEN, "insufficient_scope");
    }
    let Some(person) = op.person(&grant.person) else {
        return access::refused(StatusCode::UNAUTHORIZED, "invalid_token");
    };
    let mut claims = person.claims_for(scopes.iter(), &op.origin);
    claims.insert("sub".into(), grant.subject(&person.sub).into());
    // OIDC Core 1.0 section 5.5: and those that were asked for one by one.
    crate::claims::add(&grant.special().claims.userinfo, person, &op.origin, &mut claims);
    if let Some(mapped) = grant.mapped() {
        claims.extend(mapped.claims.clone());
    }
    if !call.quirks.openid {
        claims = account(person, &op.origin);
    }
    match wrong::userinfo::after(op, call, &grant.client_id, claims) {
        Ok(response) => response,
        Err(claims) => no_store(json_response(StatusCode::OK, &Value::Object(claims))),
    }
}

/// An account as an OAuth provider of its own kind tells it: a number for an identifier, other names.
fn account(person: &Person, origin: &str) -> Map<String, Value> {
    let id = person
        .sub
        .bytes()
        .fold(0_u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b)));
    let text = |claim: &str| person.text(claim).map_or(Value::Null, Value::from);
    let picture = person
        .text("picture")
        .map_or(Value::Null, |path| format!("{origin}{path}").into());
    let mut account = Map::new();
    account.insert("id".into(), id.into());
    account.insert("login".into(), person.id.clone().into());
    account.insert("name".into(), text("name"));
    account.insert("email".into(), text("email"));
    account.insert("avatar_url".into(), picture);
    account
}
