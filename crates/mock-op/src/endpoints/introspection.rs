//! Token introspection, for resource servers.

use super::Shared;
use crate::answer::{Refused, json_response, method_not_allowed, no_store};
use crate::call::Call;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Spec: RFC 7662 section 2
pub(super) fn introspect(op: &Shared, call: &Call) -> Response {
    if call.method != Method::POST {
        return method_not_allowed("POST");
    }
    match describe(op, call) {
        Ok(body) => no_store(json_response(StatusCode::OK, &body)),
        Err(refused) => refused.into_response(),
    }
}

fn describe(op: &Shared, call: &Call) -> Result<Value, Refused> {
    if let Some(name) = call.form.repeated() {
        return Err(Refused::invalid_request(format!("{name} is there more than once")));
    }
    let client = op.authenticate(call)?;
    // RFC 7662 section 2.1: the caller has to be authorized, which a client without a secret cannot be.
    if client.secret.is_none() {
        return Err(Refused {
            status: StatusCode::UNAUTHORIZED,
            error: "invalid_client",
            description: "introspection is for clients with a secret".into(),
        });
    }
    let token = call
        .form
        .get("token")
        .ok_or_else(|| Refused::invalid_request("token is missing"))?;
    let now = op.clock.now();
    let grants = op.grants();
    let described = if let Some(access) = grants.access.get(token, now) {
        Some((
            &access.grant,
            &access.scopes,
            Some(access.issued_at),
            grants.access.end(token),
            &access.jkt,
        ))
    } else {
        let refresh = grants
            .refresh
            .get(token, now)
            .filter(|refresh| refresh.used_at.is_none());
        refresh.map(|refresh| {
            (
                &refresh.grant,
                &refresh.grant.scopes,
                None,
                grants.refresh.end(token),
                &refresh.jkt,
            )
        })
    };
    let inactive = json!({"active": false});
    let Some((grant, scopes, issued_at, end, jkt)) = described else {
        return Ok(inactive);
    };
    if !grant.is_live() || grant.issuer != call.issuer {
        return Ok(inactive);
    }
    let person = op.person(&grant.person);
    let mut body = json!({
        "active": true,
        "scope": scopes.as_str(),
        "client_id": &*grant.client_id,
        "username": person.map(|p| p.id.as_str()),
        "sub": person.map(|p| p.sub.as_str()),
        "exp": end,
        "iss": grant.issuer.identifier(),
    });
    // RFC 9449 section 6.2: the key that the token is bound to.
    if let Some(jkt) = jkt {
        body["cnf"] = json!({"jkt": jkt});
    }
    // RFC 8707 section 2: where it is for.
    if !grant.special().resources.is_empty() {
        body["aud"] = json!(grant.special().resources);
    }
    if let Some(issued_at) = issued_at {
        body["iat"] = json!(issued_at);
        body["token_type"] = json!(if jkt.is_some() { "DPoP" } else { "Bearer" });
    }
    Ok(body)
}
