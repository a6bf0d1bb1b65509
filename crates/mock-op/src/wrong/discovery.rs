//! Metadata and key sets that are wrong.

use super::{network, weak_key};
use crate::answer::{json_response, raw, redirect};
use crate::call::Call;
use crate::endpoints::Shared;
use crate::faults::Fault;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};

/// The metadata answer: `document`, unless a fault makes it another.
pub(crate) async fn metadata(op: &Shared, call: &Call, mut document: Value) -> Response {
    if let Some(variant) = call.fault(op, Fault::DiscoverySlow) {
        network::slow_headers(variant).await;
        let body = network::trickle(document.to_string().into_bytes());
        return raw(StatusCode::OK, "application/json", body);
    }
    if call.fault(op, Fault::DiscoveryNotJson).is_some() {
        return network::html(StatusCode::OK, "Blocked by policy");
    }
    if let Some(variant) = call.fault(op, Fault::DiscoveryRedirect) {
        let status = if variant == "307" {
            StatusCode::TEMPORARY_REDIRECT
        } else {
            StatusCode::FOUND
        };
        return redirect(status, &format!("{}{}", op.elsewhere, call.path));
    }
    let issuer = call.issuer.identifier();
    if call.fault(op, Fault::DiscoveryIssuerMismatch).is_some() {
        document["issuer"] = "https://another.example".into();
    }
    if let Some(variant) = call.fault(op, Fault::DiscoveryIssuerAlmost) {
        document["issuer"] = match variant {
            "host-case" => issuer.replace("http", "HTTP"),
            "port" => format!("{issuer}:443"),
            "dot-segment" => format!("{issuer}/./"),
            _ => format!("{issuer}/"),
        }
        .into();
    }
    if let Some(variant) = call.fault(op, Fault::DiscoveryHttpEndpoint) {
        let (member, path) = match variant {
            "authorization" => ("authorization_endpoint", "authorize"),
            "jwks" => ("jwks_uri", "jwks"),
            "userinfo" => ("userinfo_endpoint", "userinfo"),
            "revocation" => ("revocation_endpoint", "revoke"),
            _ => ("token_endpoint", "token"),
        };
        // A name that never resolves (RFC 6761 section 6.4).
        document[member] = format!("http://op.invalid/{path}").into();
    }
    if let Some(variant) = call.fault(op, Fault::DiscoveryAuthorizeUrlHostile) {
        document["authorization_endpoint"] = match variant {
            "file" => "file:///etc/passwd",
            "smb" => "smb://op.invalid/share",
            "dash" => "--remote-debugging-port=9222",
            "shell" => "https://op.invalid/$(touch owned)\" & calc.exe\n",
            _ => "javascript:alert(document.domain)//",
        }
        .into();
    }
    if let Some(variant) = call.fault(op, Fault::DiscoveryMissingRequired) {
        match variant {
            "null" => document["token_endpoint"] = Value::Null,
            "number" => document["token_endpoint"] = 7.into(),
            member => remove(&mut document, member),
        }
    }
    if let Some(variant) = call.fault(op, Fault::DiscoveryPkcePlainOnly) {
        match variant {
            "absent" => remove(&mut document, "code_challenge_methods_supported"),
            "empty" => document["code_challenge_methods_supported"] = json!([]),
            _ => document["code_challenge_methods_supported"] = json!(["plain"]),
        }
    }
    if call.fault(op, Fault::DiscoveryAlgUnusable).is_some() {
        document["id_token_signing_alg_values_supported"] = json!(["none", "HS256"]);
    }
    if call.fault(op, Fault::DiscoveryUnknownMembers).is_some() {
        for n in 0..200 {
            document[format!("x_unknown_{n}")] = json!({"nested": [null, {"deeper": n}]});
        }
        document["service_documentation"] = Value::Null;
        document["ui_locales_supported"] = Value::Null;
    }
    if call.fault(op, Fault::RevocationNoEndpoint).is_some() {
        remove(&mut document, "revocation_endpoint");
        remove(&mut document, "end_session_endpoint");
    }
    json_response(StatusCode::OK, &document)
}

fn remove(document: &mut Value, member: &str) {
    if let Some(members) = document.as_object_mut() {
        members.remove(member);
    }
}

/// A key set other than `right`, if a fault wants it.
pub(crate) fn jwks(op: &Shared, call: &Call, right: &Value) -> Option<Response> {
    let with = |more: Vec<Value>| {
        let mut keys = more;
        keys.extend(right["keys"].as_array().into_iter().flatten().cloned());
        Some(json_response(StatusCode::OK, &json!({"keys": keys})))
    };
    if call.fault(op, Fault::Jwks500ThenOk).is_some() {
        return Some(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    if let Some(variant) = call.fault(op, Fault::JwksEmpty) {
        return Some(json_response(
            StatusCode::OK,
            &match variant {
                "object" => json!({}),
                "not-an-array" => json!({"keys": "none today"}),
                _ => json!({"keys": []}),
            },
        ));
    }
    if call.fault(op, Fault::JwksUnknownKtyMixed).is_some() {
        return with(vec![
            json!({"kty": "LWE", "kid": "from-the-future", "q": 1}),
            json!({"kty": "EC", "crv": "P-999", "kid": "odd-curve", "x": "AA", "y": "AA"}),
            json!({"kty": "EC", "crv": "P-256", "kid": "no-y", "x": "AA"}),
            json!({"kty": "RSA", "kid": "no-modulus", "e": "AQAB"}),
            json!({"kty": 7}),
            json!("not an object"),
        ]);
    }
    if call.fault(op, Fault::JwksPrivateMembers).is_some() {
        // Each published key carries `d`. It is not the true one: what matters is that it is there.
        let mut burnt = right.clone();
        for key in burnt["keys"].as_array_mut().into_iter().flatten() {
            key["d"] = URL_SAFE_NO_PAD.encode(op.random.bytes()).into();
        }
        return Some(json_response(StatusCode::OK, &burnt));
    }
    let weak = call.fault(op, Fault::JwksWeakRsa);
    // Who has this set is to find that its key does sign.
    op.keys.sign_weakly(&call.issuer.path, weak);
    if let Some(variant) = weak {
        return Some(json_response(
            StatusCode::OK,
            &json!({"keys": [weak_key::jwk(variant)]}),
        ));
    }
    let endless = match call.fault(op, Fault::JwksEndless)? {
        "many-keys" => {
            let key = format!("{},", right["keys"][0]);
            network::repeated("{\"keys\":[", key, 50_000, "{}]}")
        }
        _ => network::endless("{\"keys\":[", "{\"kty\":\"EC\"},"),
    };
    Some(raw(StatusCode::OK, "application/json", endless))
}
