//! The control API: what a test in another process, or the page at the origin, asks for and sees. `openapi.json` describes it.

mod events;
mod faults;
mod guard;

use super::{Shared, live};
use crate::answer::{json_response, no_store, raw};
use crate::call::Params;
use crate::clients::{Client, RedirectUris};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post};
use axum::{Router, middleware};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// The description of the control API.
///
/// Spec: OpenAPI 3.1.1
const OPENAPI: &str = include_str!("control/openapi.json");

/// Each path of the control API.
fn routes() -> [(&'static str, MethodRouter<Shared>); 15] {
    [
        ("/control/about", get(about)),
        ("/control/requests", get(requests)),
        ("/control/findings", get(findings)),
        ("/control/secrets", get(secrets)),
        (
            "/control/faults",
            get(faults::list).post(faults::arm).delete(faults::disarm_all),
        ),
        ("/control/faults/{fault}", delete(faults::disarm)),
        ("/control/clock", get(clock).post(advance)),
        ("/control/keys", get(keys)),
        ("/control/keys/rotate", post(rotate)),
        ("/control/people", get(people)),
        ("/control/clients", get(clients)),
        ("/control/reset", post(reset)),
        ("/control/events", get(events::events)),
        ("/control/openapi.json", get(openapi)),
        ("/", get(live::page)),
    ]
}

/// The control API, and the page that shows it.
pub(super) fn router() -> Router<Shared> {
    let mut router = Router::new();
    for (path, methods) in routes() {
        router = router.route(path, methods);
    }
    router
        .route("/control/live.js", get(live::script))
        .route("/control/live.css", get(live::style))
        .route_layer(middleware::from_fn(guard::guard))
}

fn ok(body: &Value) -> Response {
    no_store(json_response(StatusCode::OK, body))
}

fn refused(status: StatusCode, says: &str) -> Response {
    no_store(json_response(status, &json!({"error": says})))
}

/// A body of JSON, sent as JSON: a page of another origin cannot send that without asking first.
fn body<T: DeserializeOwned>(headers: &HeaderMap, bytes: &Bytes) -> Result<T, (StatusCode, String)> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json".into()));
    }
    serde_json::from_slice(bytes).map_err(|why| (StatusCode::BAD_REQUEST, why.to_string()))
}

async fn openapi() -> Response {
    no_store(raw(StatusCode::OK, "application/json", OPENAPI))
}

async fn about(State(op): State<Shared>) -> Response {
    let named = op.named_issuers.iter().map(|issuer| &issuer.name);
    ok(&json!({
        "issuer": op.issuer_named("").identifier(),
        "named_issuers": named.collect::<Vec<_>>(),
        "alg": op.alg.name(),
        "tls": op.origin.starts_with("https:"),
        "shows_secrets": op.journal.shows_secrets(),
        "version": env!("CARGO_PKG_VERSION"),
    }))
}

async fn requests(State(op): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    match params.get("since").unwrap_or("0").parse() {
        Ok(since) => {
            let (requests, last) = op.journal.requests_since(since);
            ok(&json!({"requests": requests, "last": last}))
        }
        Err(_) => refused(StatusCode::BAD_REQUEST, "since is the seq of a request"),
    }
}

async fn findings(State(op): State<Shared>) -> Response {
    ok(&json!({"findings": crate::findings::findings(&op.journal.requests())}))
}

async fn secrets(State(op): State<Shared>) -> Response {
    if !op.journal.shows_secrets() {
        return refused(
            StatusCode::FORBIDDEN,
            "this provider was not started with --show-secrets",
        );
    }
    ok(&json!(op.journal.secrets()))
}

async fn people(State(op): State<Shared>) -> Response {
    let people: Vec<Value> = op
        .people
        .iter()
        .map(|p| json!({"id": p.id, "sub": p.sub, "claims": p.claims}))
        .collect();
    ok(&json!({"people": people}))
}

async fn clients(State(op): State<Shared>) -> Response {
    let one = |client: &Arc<Client>| {
        let redirects = match &client.redirect_uris {
            RedirectUris::Registered(uris) => json!(uris),
            RedirectUris::AnyNative => json!("any private-use scheme, any loopback port"),
        };
        json!({
            "client_id": client.id,
            "name": client.name,
            "public": client.secret.is_none() && client.key.is_none(),
            "redirect_uris": redirects,
        })
    };
    let clients: Vec<Value> = op
        .clients
        .read()
        .expect("no holder of this lock panics")
        .iter()
        .map(one)
        .collect();
    ok(&json!({"clients": clients}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance: i64,
}

async fn clock(State(op): State<Shared>) -> Response {
    ok(&json!({"now": op.clock.now()}))
}

async fn advance(State(op): State<Shared>, headers: HeaderMap, bytes: Bytes) -> Response {
    let asked: Advance = match body(&headers, &bytes) {
        Ok(asked) => asked,
        Err((status, says)) => return refused(status, &says),
    };
    op.clock.advance(asked.advance);
    op.news.tell();
    ok(&json!({"now": op.clock.now()}))
}

async fn keys(State(op): State<Shared>) -> Response {
    ok(&json!({"keys": op.keys.published()}))
}

async fn rotate(State(op): State<Shared>) -> Response {
    op.keys.rotate();
    op.news.tell();
    keys(State(op)).await
}

async fn reset(State(op): State<Shared>) -> Response {
    op.reset();
    op.news.tell();
    ok(&json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_path_is_in_the_description_and_no_other() {
        let description: Value = serde_json::from_str(OPENAPI).expect("it is JSON");
        let described = description["paths"].as_object().expect("there are paths").keys();
        let described: BTreeSet<&str> = described.map(String::as_str).collect();
        assert_eq!(
            routes().map(|(path, _)| path).into_iter().collect::<BTreeSet<_>>(),
            described
        );
    }
}
