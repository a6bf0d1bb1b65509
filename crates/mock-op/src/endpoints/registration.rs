//! Dynamic client registration, open to anyone on this machine.

mod management;

use super::Shared;
use crate::answer::{Refused, json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::clients::{Client, RedirectUris, check_registrable};
use crate::keys::Alg;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// Where clients register.
pub(super) const PATH: &str = "/register";
/// Where a client takes itself back.
pub(super) const ITS_OWN: &str = "/register/{client}";
/// Where applications register in Mastodon's own form.
pub(super) const APPS: &str = "/api/v1/apps";

/// The metadata that is understood; the rest is ignored (RFC 7591 section 2).
#[derive(Deserialize)]
struct Metadata {
    redirect_uris: Option<Vec<String>>,
    token_endpoint_auth_method: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    client_name: Option<String>,
    id_token_signed_response_alg: Option<String>,
}

/// Spec: RFC 7591 section 3, OIDC Dynamic Client Registration 1.0 section 3
pub(super) fn register(op: &Shared, call: &Call) -> Response {
    if let Some(id) = management::is_for(call) {
        return management::manage(op, call, id);
    }
    if call.method != Method::POST {
        return method_not_allowed("POST");
    }
    if call.path.ends_with(APPS) {
        return match enter_app(op, call) {
            Ok(body) => no_store(json_response(StatusCode::OK, &body)),
            Err(refused) => refused.into_response(),
        };
    }
    match enter(op, call) {
        Ok(body) => no_store(json_response(StatusCode::CREATED, &body)),
        Err(refused) => refused.into_response(),
    }
}

/// An application with a secret, as Mastodon registers it: redirect URIs one to a line.
fn enter_app(op: &Shared, call: &Call) -> Result<Value, Refused> {
    let lines = call.form.get("redirect_uris").unwrap_or_default().lines();
    let redirect_uris: Vec<String> = lines.map(str::to_owned).collect();
    if redirect_uris.is_empty() {
        return Err(Refused::new("invalid_redirect_uri", "redirect_uris is missing"));
    }
    for uri in &redirect_uris {
        check_registrable(uri).map_err(|why| Refused::new("invalid_redirect_uri", why.to_string()))?;
    }
    let (id, secret) = (op.random.handle(), op.random.handle());
    let name = call.form.get("client_name").unwrap_or(&id).to_owned();
    let body = json!({
        "name": name,
        "client_id": id,
        "client_secret": secret,
        "redirect_uris": redirect_uris,
    });
    let client = Client {
        id,
        name,
        secret: Some(secret),
        key: None,
        redirect_uris: RedirectUris::Registered(redirect_uris),
        alg: None,
        require_signed_request_object: false,
    };
    if !op.enter(client) {
        return Err(Refused::new(
            "invalid_client_metadata",
            "there are as many clients as this provider can remember",
        ));
    }
    Ok(body)
}

fn enter(op: &Shared, call: &Call) -> Result<Value, Refused> {
    let invalid = |says: &str| Refused::new("invalid_client_metadata", says);
    let asked: Metadata = serde_json::from_slice(&call.body).map_err(|why| invalid(&why.to_string()))?;
    let redirect_uris = asked.redirect_uris.unwrap_or_default();
    let grant_types = asked.grant_types.unwrap_or_else(|| vec!["authorization_code".into()]);
    // RFC 7591 section 2: clients of flows with redirects must register theirs.
    if redirect_uris.is_empty() && grant_types.iter().any(|g| g == "authorization_code") {
        return Err(Refused::new("invalid_redirect_uri", "redirect_uris is missing"));
    }
    for uri in &redirect_uris {
        check_registrable(uri).map_err(|why| Refused::new("invalid_redirect_uri", why.to_string()))?;
    }
    let response_types = asked.response_types.unwrap_or_else(|| vec!["code".into()]);
    if response_types.iter().any(|r| r != "code") {
        return Err(invalid("only response type code is supported"));
    }
    // RFC 7591 section 2: client_secret_basic when left out.
    let method = asked
        .token_endpoint_auth_method
        .unwrap_or_else(|| "client_secret_basic".into());
    let secret = match method.as_str() {
        "none" => None,
        "client_secret_basic" | "client_secret_post" => Some(op.random.handle()),
        _ => {
            return Err(invalid(
                "token_endpoint_auth_method is none, client_secret_basic or client_secret_post",
            ));
        }
    };
    let alg = match asked.id_token_signed_response_alg.as_deref() {
        None => None,
        Some(name) => match Alg::ALL.into_iter().find(|alg| alg.name() == name) {
            Some(alg) => Some(alg),
            None => return Err(invalid("this id_token_signed_response_alg is not supported")),
        },
    };
    let id = op.random.handle();
    let name = asked.client_name.unwrap_or_else(|| id.clone());
    let mut body = json!({
        "client_id": id,
        "client_id_issued_at": op.clock.now(),
        "client_name": name,
        "redirect_uris": redirect_uris,
        "token_endpoint_auth_method": method,
        "grant_types": grant_types,
        "response_types": response_types,
        "id_token_signed_response_alg": alg.unwrap_or(op.alg).name(),
    });
    if let Some(secret) = &secret {
        body["client_secret"] = secret.clone().into();
        body["client_secret_expires_at"] = 0.into();
    }
    let redirect_uris = RedirectUris::Registered(redirect_uris);
    if !op.enter(Client {
        id: id.clone(),
        name,
        secret,
        key: None,
        redirect_uris,
        alg,
        require_signed_request_object: false,
    }) {
        return Err(invalid("there are as many clients as this provider can remember"));
    }
    management::open(op, call, &id, &mut body);
    Ok(body)
}
