//! UserInfo answers that are wrong.

use super::{HOSTILE_TEXT, network};
use crate::answer::{no_store, raw, redirect};
use crate::call::Call;
use crate::endpoints::{Shared, bearer_refused};
use crate::faults::Fault;
use crate::keys::{signing_input, stranger};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value};

/// An answer that does not look at the token.
pub(crate) fn instead(op: &Shared, call: &Call) -> Option<Response> {
    if call.fault(op, Fault::UserInfo401).is_some() {
        return Some(bearer_refused(StatusCode::UNAUTHORIZED, "invalid_token"));
    }
    if call.fault(op, Fault::UserInfo403Scope).is_some() {
        return Some(bearer_refused(StatusCode::FORBIDDEN, "insufficient_scope"));
    }
    let status = match call.fault(op, Fault::UserInfoRedirect)? {
        "307" => StatusCode::TEMPORARY_REDIRECT,
        _ => StatusCode::FOUND,
    };
    Some(redirect(status, &format!("{}/userinfo", op.elsewhere)))
}

/// A whole answer instead of the claims, or the claims, right or wrong.
pub(crate) fn after(
    op: &Shared,
    call: &Call,
    client_id: &str,
    mut claims: Map<String, Value>,
) -> Result<Response, Map<String, Value>> {
    match call.fault(op, Fault::UserInfoNotJson) {
        Some("types") => {
            claims.insert("email".into(), 7.into());
            claims.insert("name".into(), Value::Array(vec![]));
        }
        Some("truncated") => {
            let text = Value::Object(claims).to_string();
            return Ok(raw(
                StatusCode::OK,
                "application/json",
                text[..text.len() / 2].to_owned(),
            ));
        }
        Some(_) => return Ok(network::html(StatusCode::OK, "Sign in to continue")),
        None => {}
    }
    if let Some(variant) = call.fault(op, Fault::UserInfoSignedJwt) {
        return Ok(no_store(raw(
            StatusCode::OK,
            "application/jwt",
            jwt(op, call, client_id, claims, variant),
        )));
    }
    match call.fault(op, Fault::UserInfoSubMismatch) {
        Some("missing") => {
            claims.remove("sub");
        }
        Some(_) => {
            claims.insert("sub".into(), "sub-of-someone-else".into());
        }
        None => {}
    }
    if let Some(variant) = call.fault(op, Fault::UserInfoHostileFields) {
        match variant {
            "huge-name" => claims.insert("name".into(), "A".repeat(1 << 20).into()),
            "file-picture" => claims.insert("picture".into(), "file:///etc/passwd".into()),
            "javascript-picture" => claims.insert("picture".into(), "javascript:alert(1)".into()),
            "data-picture" => claims.insert("picture".into(), "data:text/html,<script>alert(1)</script>".into()),
            "smb-picture" => claims.insert("picture".into(), "smb://op.invalid/share/face.png".into()),
            // On the second host, so that it is seen if anyone fetches it.
            "http-picture" => claims.insert("picture".into(), format!("{}/pixel.png", op.elsewhere).into()),
            _ => claims.insert("name".into(), HOSTILE_TEXT.into()),
        };
    }
    Err(claims)
}

/// Spec: OIDC Core 1.0 section 5.3.2
fn jwt(op: &Shared, call: &Call, client_id: &str, mut claims: Map<String, Value>, variant: &str) -> String {
    let key = op.keys.signing(op.alg);
    let aud = if variant == "wrong-aud" {
        "another-client"
    } else {
        client_id
    };
    claims.insert("iss".into(), call.issuer.identifier().into());
    claims.insert("aud".into(), aud.into());
    let mut header = key.header("JWT");
    match variant {
        "bad-signature" => stranger(key.alg).jws(&header, &claims),
        "alg-none" => {
            header.insert("alg".into(), "none".into());
            format!("{}.", signing_input(&header, &claims))
        }
        _ => key.jws(&header, &claims),
    }
}
