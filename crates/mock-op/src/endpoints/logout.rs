//! RP-initiated logout.

use super::authorize::SESSION;
use super::{Shared, pages};
use crate::answer::{json_response, method_not_allowed, redirect};
use crate::call::Call;
use crate::id_token;
use crate::wrong;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

/// Where a provider of its own kind ends sessions with `client_id` and `returnTo`.
pub(super) const RETURN_TO: &str = "/v2/logout";

const ASKED: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];

/// Spec: OpenID Connect RP-Initiated Logout 1.0 section 2
pub(super) fn end_session(op: &Shared, call: &Call) -> Response {
    if call.method != Method::GET && call.method != Method::POST {
        return method_not_allowed("GET, POST");
    }
    let by_return_to = call.path.ends_with(RETURN_TO);
    if by_return_to && !call.quirks.return_to {
        return json_response(StatusCode::NOT_FOUND, &json!({"error": "not_found"}));
    }
    let params = call.params();
    if let Some(name) = params.repeated() {
        return pages::refusal(
            call,
            "invalid_request",
            &format!("The parameter {name} is there more than once."),
        );
    }
    let hint = match params.get("id_token_hint") {
        None => None,
        Some(token) => match own_id_token(op, call, token) {
            Some(claims) => Some(claims),
            None => return pages::refusal(call, "invalid_request", "id_token_hint was not issued here."),
        },
    };
    let hinted_client = hint.as_ref().and_then(|claims| claims["aud"].as_str());
    // Section 2: with both, client_id must be the one that the hint was issued to.
    if hinted_client.is_some() && params.get("client_id").is_some_and(|id| Some(id) != hinted_client) {
        return pages::refusal(
            call,
            "invalid_request",
            "client_id and id_token_hint are about two clients.",
        );
    }
    let client = params.get("client_id").or(hinted_client).and_then(|id| op.client(id));
    let target = params.get(if by_return_to {
        "returnTo"
    } else {
        "post_logout_redirect_uri"
    });
    // Section 3: no redirect to a URI that is not this client's.
    if let Some(uri) = target {
        let known = client
            .as_ref()
            .is_some_and(|client| client.check_redirect(Some(uri)).is_ok());
        if !known {
            return pages::refusal(
                call,
                "invalid_redirect_uri",
                "post_logout_redirect_uri is not this client's.",
            );
        }
    }
    let session = super::authorize::current_session(op, call);
    let sub = session
        .as_ref()
        .and_then(|s| op.person(&s.person))
        .map(|person| person.sub.as_str());
    // Section 2: ask the person, unless the hint shows whose session it is.
    let is_theirs = hint.as_ref().is_some_and(|claims| claims["sub"].as_str() == sub);
    let confirmed = by_return_to || call.method == Method::POST && call.form.get("decision") == Some("sign-out");
    if session.is_some() && !is_theirs && !confirmed {
        let fields: Vec<(&str, &str)> = ASKED.iter().filter_map(|n| params.get(n).map(|v| (*n, v))).collect();
        return pages::confirm_sign_out(call, &fields, target);
    }
    if let Some(handle) = call.cookie(SESSION) {
        op.grants().sessions.remove(handle, op.clock.now());
    }
    let mut response = match target {
        None => pages::signed_out(),
        Some(uri) => {
            let state = wrong::revocation::logout_state(op, call, params.get("state"));
            let mut location = uri.to_owned();
            if let Some(state) = state {
                location.push(if uri.contains('?') { '&' } else { '?' });
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                location.push_str(&query.append_pair("state", &state).finish());
            }
            redirect(StatusCode::FOUND, &location)
        }
    };
    let cookie = HeaderValue::from_static("mock_op_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

/// The claims of an ID Token that this issuer signed, however old. Another at the same place has the same keys.
fn own_id_token(op: &Shared, call: &Call, token: &str) -> Option<Value> {
    let (input, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let (header, payload) = input.split_once('.')?;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let is_ours = claims["iss"] == id_token::issuer_of(call, &call.issuer);
    (is_ours && op.keys.verifies(header["kid"].as_str()?, input.as_bytes(), &signature)).then_some(claims)
}
