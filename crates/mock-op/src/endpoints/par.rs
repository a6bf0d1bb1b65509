//! Pushed authorization requests.

use super::Shared;
use super::request::{self, Denied};
use crate::answer::{Refused, json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::grants::PUSHED_SECONDS;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// How a reference to a pushed request begins.
pub(super) const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Spec: RFC 9126 section 2
pub(super) fn push(op: &Shared, call: &Call) -> Response {
    if call.method != Method::POST {
        return method_not_allowed("POST");
    }
    match keep(op, call) {
        Ok(body) => no_store(json_response(StatusCode::CREATED, &body)),
        Err(refused) => refused.into_response(),
    }
}

fn keep(op: &Shared, call: &Call) -> Result<Value, Refused> {
    if let Some(name) = call.form.repeated() {
        return Err(Refused::invalid_request(format!("{name} is there more than once")));
    }
    let client = op.authenticate(call)?;
    // RFC 9126 section 2.1 step 2: no reference to another request.
    if call.form.get("request_uri").is_some() {
        return Err(Refused::invalid_request("request_uri has no place in a pushed request"));
    }
    if let Err(why) = client.check_redirect(call.form.get("redirect_uri")) {
        return Err(Refused::invalid_request(why.to_string()));
    }
    // RFC 9126 section 2.1 step 3: as at the authorization endpoint.
    let (request, checked) = request::read(&call.issuer, &client, &call.form);
    checked.map_err(|Denied { error, description }| Refused::new(error, description))?;
    let uri = format!("{PREFIX}{}", op.random.handle());
    op.grants()
        .pushed
        .insert(uri.clone(), request, op.clock.now(), PUSHED_SECONDS);
    Ok(json!({"request_uri": uri, "expires_in": PUSHED_SECONDS}))
}
