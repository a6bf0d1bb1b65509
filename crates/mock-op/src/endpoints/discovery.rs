//! Metadata and the key set.

use super::Shared;
use super::device::DEVICE_GRANT;
use crate::answer::json_response;
use crate::call::Call;
use crate::keys::Alg;
use crate::people::{SCOPES, claims_of};
use crate::wrong;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

/// Spec: OIDC Discovery 1.0 section 3, RFC 8414 section 2, RFC 9207 section 3
pub(super) async fn metadata(op: &Shared, call: &Call) -> Response {
    let issuer = &call.issuer.url;
    // RFC 8414: a server that is no OpenID Provider has metadata too, at a place of its own.
    let plain = call.path.starts_with("/.well-known/oauth-authorization-server");
    if !call.quirks.openid && !plain {
        return json_response(StatusCode::NOT_FOUND, &json!({"error": "not_found"}));
    }
    let algs: Vec<&str> = Alg::ALL.iter().map(|alg| alg.name()).collect();
    let scopes: Vec<&str> = SCOPES.iter().map(|(scope, _)| *scope).collect();
    let mut claims = vec![
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "at_hash",
    ];
    claims.extend(scopes.iter().flat_map(|scope| claims_of(scope)));
    let mut document = json!({
        "issuer": call.issuer.identifier(),
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "pushed_authorization_request_endpoint": format!("{issuer}/par"),
        "device_authorization_endpoint": format!("{issuer}/device_authorization"),
        "registration_endpoint": format!("{issuer}/register"),
        "end_session_endpoint": format!("{issuer}/logout"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algs,
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": algs,
        "revocation_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "dpop_signing_alg_values_supported": algs,
        "protected_resources": [format!("{}/api", op.origin)],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page"],
        "claim_types_supported": ["normal"],
        "claims_supported": claims,
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_object_signing_alg_values_supported": algs,
        "require_signed_request_object": false,
        "request_uri_parameter_supported": false,
        "require_pushed_authorization_requests": op.pushed_only,
        "client_id_metadata_document_supported": op.takes_documents,
        "authorization_response_iss_parameter_supported": call.quirks.iss,
    });
    if call.quirks.tenant.is_some() {
        document["issuer"] = format!("{issuer}/{{tenantid}}/v2.0").into();
    }
    if !op.acr_values.is_empty() {
        document["acr_values_supported"] = json!(op.acr_values);
    }
    if let Some(members) = document.as_object_mut() {
        members.retain(|name, _| match name.as_str() {
            "revocation_endpoint" => call.quirks.revokes,
            "end_session_endpoint" => call.quirks.ends_sessions,
            "userinfo_endpoint" => call.quirks.userinfo,
            "code_challenge_methods_supported" => call.quirks.pkce,
            _ => true,
        });
    }
    wrong::discovery::metadata(op, call, document).await
}

/// Spec: OIDC Core 1.0 section 10.1.1, RFC 7517 section 5
pub(super) fn jwks(op: &Shared, call: &Call) -> Response {
    let keys: Value = json!({"keys": op.keys.published()});
    wrong::discovery::jwks(op, call, &keys).unwrap_or_else(|| json_response(StatusCode::OK, &keys))
}
