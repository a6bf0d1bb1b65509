//! A registered client's own place, where it takes itself back.

use super::PATH;
use crate::answer::{json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::endpoints::Shared;
use crate::endpoints::device::DEVICE_GRANT;
use crate::provider::Registration;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use serde_json::{Value, json};

/// What a client is told at its registration: where its own place is, and the token for it.
///
/// Spec: RFC 7592 section 3
pub(super) fn open(op: &Shared, call: &Call, id: &str, body: &mut Value) {
    let token = op.random.handle();
    body["registration_client_uri"] = format!("{}{PATH}/{id}", call.issuer.url).into();
    body["registration_access_token"] = token.clone().into();
    // RFC 7591 2: the grant types that a client may use at the token endpoint.
    let devices = body["grant_types"]
        .as_array()
        .is_some_and(|all| all.contains(&DEVICE_GRANT.into()));
    op.registrations()
        .insert(id.to_owned(), Registration { token, devices });
}

/// Whether a request is for a client's own place.
pub(super) fn is_for(call: &Call) -> Option<&str> {
    let (before, id) = call.path.rsplit_once('/')?;
    before.ends_with(PATH).then_some(id)
}

/// Takes a client back. Its codes and tokens are worth nothing from then on: nobody can use them without it.
///
/// Spec: RFC 7592 section 2.3
pub(super) fn manage(op: &Shared, call: &Call, id: &str) -> Response {
    if call.method != Method::DELETE {
        return method_not_allowed("DELETE");
    }
    let mut registrations = op.registrations();
    let given = call.authorization("Bearer");
    if given.is_none() || registrations.get(id).map(|known| known.token.as_str()) != given {
        let mut refused = no_store(json_response(
            StatusCode::UNAUTHORIZED,
            &json!({ "error": "invalid_token" }),
        ));
        // RFC 6750 3: a refusal says what would be taken.
        refused
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        return refused;
    }
    registrations.remove(id);
    op.strike(id);
    no_store(StatusCode::NO_CONTENT.into_response())
}
