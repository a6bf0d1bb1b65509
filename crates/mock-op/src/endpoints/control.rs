//! The control API: what a test in another process asks for and sees.

use super::Shared;
use crate::answer::{json_response, no_store};
use crate::chances::ONE_IN;
use crate::faults::{Armed, Fault, When};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/control/requests", get(requests))
        .route("/control/findings", get(findings))
        .route("/control/secrets", get(secrets))
        .route("/control/faults", get(faults).post(arm).delete(disarm))
        .route("/control/clock", get(clock).post(advance))
        .route("/control/keys/rotate", post(rotate))
        .route("/control/people", get(people))
        .route("/control/reset", post(reset))
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

async fn requests(State(op): State<Shared>) -> Response {
    ok(&json!({"requests": op.journal.requests()}))
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

fn when_json(when: When) -> Value {
    match when {
        When::Once => json!("once"),
        When::Always => json!("always"),
        When::Nth(n) => json!({"nth": n}),
        When::Times(n) => json!({"times": n}),
    }
}

async fn faults(State(op): State<Shared>) -> Response {
    let armed: Vec<Value> = op
        .faults
        .armed()
        .iter()
        .map(|a| json!({"fault": a.fault.id(), "variant": a.variant, "when": when_json(a.when)}))
        .collect();
    let active: Vec<Value> = Fault::ALL
        .iter()
        .map(|fault| json!({"id": fault.id(), "variants": fault.variants()}))
        .collect();
    ok(&json!({"armed": armed, "random": random_json(&op), "active": active}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arm {
    fault: String,
    variant: Option<String>,
    seed: Option<u64>,
    one_in: Option<u32>,
    when: Option<WhenAsked>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WhenAsked {
    #[default]
    Once,
    Always,
    Nth(u32),
    Times(u32),
}

async fn arm(State(op): State<Shared>, headers: HeaderMap, bytes: Bytes) -> Response {
    let asked: Arm = match body(&headers, &bytes) {
        Ok(asked) => asked,
        Err((status, says)) => return refused(status, &says),
    };
    if asked.fault == "random" {
        return at_random(&op, &asked);
    }
    if asked.seed.is_some() || asked.one_in.is_some() {
        return refused(StatusCode::BAD_REQUEST, "seed and one_in are for the fault random");
    }
    let Some(fault) = Fault::from_id(&asked.fault) else {
        return refused(StatusCode::NOT_FOUND, "no such fault; GET /control/faults lists them");
    };
    if fault == Fault::NetTlsBad && op.origin.starts_with("http:") {
        return refused(StatusCode::CONFLICT, "this provider does not serve TLS");
    }
    let variant = match asked.variant {
        None => fault.variants()[0],
        Some(name) => match fault.variants().iter().find(|v| **v == name) {
            Some(variant) => variant,
            None => return refused(StatusCode::NOT_FOUND, "this fault has no such variant"),
        },
    };
    let when = match asked.when.unwrap_or_default() {
        WhenAsked::Once => When::Once,
        WhenAsked::Always => When::Always,
        WhenAsked::Nth(n) => When::Nth(n),
        WhenAsked::Times(n) => When::Times(n),
    };
    op.faults.arm(Armed { fault, variant, when });
    ok(&json!({"armed": fault.id(), "variant": variant, "when": when_json(when)}))
}

/// Faults at random, in the place of one that has a name.
fn at_random(op: &Shared, asked: &Arm) -> Response {
    if asked.variant.is_some() || asked.when.is_some() {
        return refused(
            StatusCode::BAD_REQUEST,
            "random faults have a seed and one_in, no variant and no when",
        );
    }
    let one_in = asked.one_in.unwrap_or(ONE_IN);
    if one_in == 0 {
        return refused(StatusCode::BAD_REQUEST, "one_in is 1 or more");
    }
    op.chances.begin(asked.seed.unwrap_or_default(), one_in);
    ok(&json!({"random": random_json(op)}))
}

fn random_json(op: &Shared) -> Value {
    match op.chances.settings() {
        Some((seed, one_in)) => json!({"seed": seed, "one_in": one_in}),
        None => Value::Null,
    }
}

async fn disarm(State(op): State<Shared>) -> Response {
    op.faults.clear();
    op.chances.end();
    ok(&json!({"armed": []}))
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
    ok(&json!({"now": op.clock.now()}))
}

async fn rotate(State(op): State<Shared>) -> Response {
    op.keys.rotate();
    ok(&json!({"keys": op.keys.published()}))
}

async fn reset(State(op): State<Shared>) -> Response {
    op.reset();
    ok(&json!({}))
}
