//! Pushed authorization requests.

use super::Shared;
use super::request::{self, Denied};
use crate::answer::{Refused, json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::dpop;
use crate::grants::PUSHED_SECONDS;
use crate::signed_request;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode};
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
        Err(refused) => {
            let wants_nonce = refused.error == "use_dpop_nonce";
            let mut response = refused.into_response();
            if wants_nonce && let Ok(nonce) = HeaderValue::from_str(&op.dpop_nonce()) {
                response.headers_mut().insert("dpop-nonce", nonce);
            }
            response
        }
    }
}

fn keep(op: &Shared, call: &Call) -> Result<Value, Refused> {
    if let Some(name) = call.form.repeated() {
        return Err(Refused::invalid_request(format!("{name} is there more than once")));
    }
    let client = op.authenticate(call)?;
    // RFC 9126 section 3: with a request object, its parameters are the request.
    let signed = signed_request::unpack(op, call, &client, &call.form)
        .map_err(|why| Refused::new(why.code(), why.to_string()))?;
    let params = signed.as_ref().unwrap_or(&call.form);
    // RFC 9449 section 10.1: a proof binds the code as dpop_jkt does, and both must name the same key.
    let jkt = dpop::check(op, call, None).map_err(|why| Refused::new(why.code(), why.to_string()))?;
    let named = params.get("dpop_jkt");
    if jkt.is_some() && named.is_some() && jkt.as_deref() != named {
        return Err(Refused::new(
            "invalid_dpop_proof",
            "dpop_jkt names another key than the proof's",
        ));
    }
    // RFC 9126 section 2.1 step 2: no reference to another request.
    if call.form.get("request_uri").is_some() {
        return Err(Refused::invalid_request("request_uri has no place in a pushed request"));
    }
    if let Err(why) = request::check_redirect(call, &client, params.get("redirect_uri")) {
        return Err(Refused::invalid_request(why.to_string()));
    }
    // RFC 9126 section 2.1 step 3: as at the authorization endpoint.
    let (mut request, checked) = request::read(op, call, &client, params);
    request.dpop_jkt = request.dpop_jkt.or(jkt);
    checked.map_err(|Denied { error, description }| Refused::new(error, description))?;
    let uri = format!("{PREFIX}{}", op.random.handle());
    op.grants()
        .pushed
        .insert(uri.clone(), request, op.clock.now(), PUSHED_SECONDS);
    Ok(json!({"request_uri": uri, "expires_in": PUSHED_SECONDS}))
}
