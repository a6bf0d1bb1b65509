//! Arming faults from outside.

use super::{body, ok, refused};
use crate::chances::ONE_IN;
use crate::endpoints::Shared;
use crate::faults::{Armed, Fault, When};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the catalogue says of a fault.
#[derive(Deserialize)]
struct Case {
    id: String,
    group: String,
    spec: String,
    provider_does: String,
    client_must: String,
}

/// What there is to arm, which stays the same for as long as the program runs.
static ALL: LazyLock<Value> = LazyLock::new(|| {
    let cases: Vec<Case> = serde_json::from_str(crate::CATALOGUE).unwrap_or_default();
    let cases: HashMap<&str, &Case> = cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let one = |fault: &Fault| {
        let mut one = json!({"id": fault.id(), "variants": fault.variants()});
        if let Some(case) = cases.get(fault.id()) {
            one["group"] = case.group.as_str().into();
            one["provider_does"] = case.provider_does.as_str().into();
            one["client_must"] = case.client_must.as_str().into();
            one["section"] = case.spec.as_str().into();
        }
        one
    };
    Fault::ALL.iter().map(one).collect()
});

fn when_json(when: When) -> Value {
    match when {
        When::Once => json!("once"),
        When::Always => json!("always"),
        When::Nth(n) => json!({"nth": n}),
        When::Times(n) => json!({"times": n}),
    }
}

pub(super) async fn list(State(op): State<Shared>) -> Response {
    let one =
        |armed: &Armed| json!({"fault": armed.fault.id(), "variant": armed.variant, "when": when_json(armed.when)});
    let armed: Vec<Value> = op.faults.armed().iter().map(one).collect();
    ok(&json!({"armed": armed, "random": random_json(&op), "active": *ALL}))
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

pub(super) async fn arm(State(op): State<Shared>, headers: HeaderMap, bytes: Bytes) -> Response {
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
        return no_such_fault();
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
    op.news.tell();
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
    op.news.tell();
    ok(&json!({"random": random_json(op)}))
}

fn random_json(op: &Shared) -> Value {
    match op.chances.settings() {
        Some((seed, one_in)) => json!({"seed": seed, "one_in": one_in}),
        None => Value::Null,
    }
}

fn no_such_fault() -> Response {
    refused(StatusCode::NOT_FOUND, "no such fault; GET /control/faults lists them")
}

pub(super) async fn disarm_all(State(op): State<Shared>) -> Response {
    op.faults.clear();
    op.chances.end();
    op.news.tell();
    ok(&json!({"armed": []}))
}

pub(super) async fn disarm(State(op): State<Shared>, Path(id): Path<String>) -> Response {
    let disarmed = match Fault::from_id(&id) {
        _ if id == "random" => {
            op.chances.end();
            0
        }
        Some(fault) => op.faults.disarm(fault),
        None => return no_such_fault(),
    };
    op.news.tell();
    ok(&json!({"disarmed": disarmed}))
}
