//! The control API is what its description says, and its description says all of it.

use crate::app;
use mock_op::{Fault, MockOp, When};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Methods, as they stand in a description.
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

async fn description(op: &MockOp) -> Value {
    app::get(&format!("{}/control/openapi.json", op.issuer())).await
}

/// A provider that has seen right and wrong sign-ins.
async fn seen_much() -> MockOp {
    let op = MockOp::builder().show_secrets().start().await.unwrap();
    op.next(Fault::IdTokenNonce);
    let body = app::tokens(&op).await;
    app::userinfo(&op, app::text(&body, "access_token")).await;
    app::token(&op, &app::refresh(app::text(&body, "refresh_token"))).await;
    app::http()
        .get(format!("{}/authorize?client_id=demo&a=1&a=2", op.issuer()))
        .send()
        .await
        .unwrap();
    op.when(Fault::IdTokenAud, When::Nth(3));
    op.when(Fault::RefreshSubChanged, When::Times(2));
    op.always(Fault::IdTokenExp);
    op
}

/// What is asked of each path that has to be told something.
fn bodies(path: &str) -> Vec<Value> {
    match path {
        "/control/faults" => vec![
            json!({"fault": "idt-aud"}),
            json!({"fault": "idt-aud", "variant": "missing", "when": {"times": 2}}),
            json!({"fault": "random", "seed": 7, "one_in": 20}),
            json!({"fault": "no-such-fault"}),
            json!({"fault": "idt-aud", "variant": "no-such-variant"}),
            json!({"fault": "net-tls-bad"}),
            json!({"fault": 1}),
        ],
        "/control/clock" => vec![json!({"advance": 60}), json!({"back": 60})],
        _ => vec![Value::Null],
    }
}

/// The complaints of a schema of this description about a value.
fn complaints(description: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let whole = json!({"components": description["components"], "allOf": [schema]});
    let validator = jsonschema::draft202012::new(&whole).unwrap();
    let told = validator.iter_errors(value);
    told.map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[tokio::test]
async fn every_answer_of_the_control_api_is_as_its_description_says() {
    let op = seen_much().await;
    let description = description(&op).await;
    let mut met: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // What begins anew comes last.
    let mut paths: Vec<_> = description["paths"].as_object().unwrap().iter().collect();
    paths.sort_by_key(|(path, _)| path.contains("reset"));
    for (path, methods) in paths {
        for method in METHODS.iter().filter(|method| methods[**method].is_object()) {
            let responses = &methods[*method]["responses"];
            let of_events = responses["200"]["content"]["text/event-stream"].is_object();
            let told = if methods[*method]["requestBody"].is_object() {
                bodies(path)
            } else {
                vec![Value::Null]
            };
            for body in told {
                let url = format!("{}{}", op.issuer(), path.replace("{fault}", "idt-exp"));
                let mut request = app::http().request(method.to_uppercase().parse().unwrap(), url);
                if !body.is_null() {
                    request = request.json(&body);
                }
                let response = request.send().await.unwrap();
                let status = response.status().as_str().to_owned();
                let content = &responses[&status]["content"];
                let kind = response.headers()["content-type"].to_str().unwrap();
                let kind = kind.split(';').next().unwrap().to_owned();
                assert!(
                    content[&kind].is_object(),
                    "{method} {path}: {status} {kind} is not described"
                );
                met.entry(format!("{method} {path}")).or_default().insert(status);
                // Events do not end.
                if of_events || kind != "application/json" {
                    continue;
                }
                let answer: Value = response.json().await.unwrap();
                let wrong = complaints(&description, &content[&kind]["schema"], &answer);
                assert!(wrong.is_empty(), "{method} {path} {body}: {wrong:#?}");
            }
        }
    }
    assert!(met.values().all(|statuses| statuses.contains("200")), "{met:#?}");
    assert_eq!(
        met["post /control/faults"].iter().collect::<Vec<_>>(),
        ["200", "400", "404", "409"]
    );
}

#[tokio::test]
async fn what_is_described_is_strict_enough_to_notice_a_member_that_is_missing_or_unknown() {
    let op = seen_much().await;
    let description = description(&op).await;
    let schema =
        &description["paths"]["/control/requests"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    let right = app::get(&format!("{}/control/requests", op.issuer())).await;
    assert!(complaints(&description, schema, &right).is_empty());
    for member in ["seq", "endpoint", "params", "status"] {
        let mut wrong = right.clone();
        wrong["requests"][0].as_object_mut().unwrap().remove(member);
        assert!(!complaints(&description, schema, &wrong).is_empty(), "{member}");
    }
    let mut wrong = right.clone();
    wrong["requests"][0]["unheard_of"] = 1.into();
    assert!(!complaints(&description, schema, &wrong).is_empty());
}

#[tokio::test]
async fn each_path_has_the_methods_that_are_described_and_no_others() {
    let op = MockOp::start().await.unwrap();
    let description = description(&op).await;
    for (path, methods) in description["paths"].as_object().unwrap() {
        let url = format!("{}{}", op.issuer(), path.replace("{fault}", "idt-exp"));
        let answer = app::http().patch(url).send().await.unwrap();
        assert_eq!(answer.status(), 405, "{path}");
        let allowed = answer.headers()["allow"].to_str().unwrap().to_lowercase();
        // RFC 9110 section 9.3.2: where there is GET there is HEAD.
        let allowed: BTreeSet<&str> = allowed
            .split(',')
            .map(str::trim)
            .filter(|method| *method != "head")
            .collect();
        let described: BTreeSet<&str> = METHODS
            .into_iter()
            .filter(|method| methods[*method].is_object())
            .collect();
        assert_eq!(allowed, described, "{path}");
    }
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_and_every_reference_leads_somewhere() {
    let op = MockOp::start().await.unwrap();
    let description = description(&op).await;
    assert_eq!(description["openapi"], "3.1.1");
    let (mut names, mut operations) = (BTreeSet::new(), 0);
    for methods in description["paths"].as_object().unwrap().values() {
        for operation in METHODS
            .iter()
            .map(|method| &methods[*method])
            .filter(|it| it.is_object())
        {
            operations += 1;
            names.insert(operation["operationId"].as_str().unwrap());
            assert!(!operation["summary"].as_str().unwrap().is_empty());
        }
    }
    assert_eq!(names.len(), operations);
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(description["components"]["schemas"][name].is_object(), "{name}");
    }
}
