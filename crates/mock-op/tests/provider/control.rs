use crate::app::{self, get, text};
use mock_op::{Endpoint, MockOp};
use serde_json::{Value, json};

async fn post(op: &MockOp, path: &str, body: Value) -> (u16, Value) {
    let response = app::http()
        .post(format!("{}/control/{path}", op.issuer()))
        .json(&body)
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn the_journal_tells_every_request_in_order_with_secrets_hashed() {
    let op = MockOp::start().await.unwrap();
    let code = app::code(&op).await;
    let (_, body) = app::token(&op, &app::exchange(&code)).await;
    app::userinfo(&op, text(&body, "access_token")).await;
    app::token(&op, &app::exchange(&code)).await;
    let answer = get(&format!("{}/control/requests", op.issuer())).await;
    let requests = answer["requests"].as_array().unwrap();
    let endpoints: Vec<&str> = requests.iter().map(|r| r["endpoint"].as_str().unwrap()).collect();
    assert_eq!(
        endpoints,
        ["authorize", "login", "consent", "token", "userinfo", "token"]
    );
    let token = &requests[3];
    assert_eq!(
        (token["seq"].as_u64(), token["method"].as_str()),
        (Some(4), Some("POST"))
    );
    assert_eq!(
        (token["path"].as_str(), token["status"].as_u64()),
        (Some("/token"), Some(200))
    );
    assert_eq!(token["params"]["grant_type"], "authorization_code");
    assert_eq!(requests[5]["error"], "invalid_grant");
    let text_of_all = answer.to_string();
    for secret in [&code, app::VERIFIER, text(&body, "access_token")] {
        assert!(!text_of_all.contains(secret));
    }
    assert!(token["params"]["code"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(
        token["params"]["code"], requests[5]["params"]["code"],
        "the same secret has the same hash"
    );
    assert!(
        requests[4]["authorization"]
            .as_str()
            .unwrap()
            .starts_with("Bearer sha256:")
    );
    assert_eq!(op.requests().last().unwrap().endpoint, Endpoint::Token);
}

#[tokio::test]
async fn secrets_are_given_out_only_if_that_was_asked_for() {
    let closed = MockOp::start().await.unwrap();
    let status = app::http()
        .get(format!("{}/control/secrets", closed.issuer()))
        .send()
        .await
        .unwrap()
        .status();
    assert_eq!(status, 403);
    let op = MockOp::builder().show_secrets().start().await.unwrap();
    let body = app::tokens(&op).await;
    let (_, again) = app::token(&op, &app::refresh(text(&body, "refresh_token"))).await;
    let secrets = get(&format!("{}/control/secrets", op.issuer())).await;
    assert_eq!(secrets["verifiers"], json!([app::VERIFIER]));
    for (kept, member) in [
        ("access_tokens", "access_token"),
        ("refresh_tokens", "refresh_token"),
        ("id_tokens", "id_token"),
    ] {
        assert_eq!(secrets[kept], json!([body[member], again[member]]), "{kept}");
    }
    let requests = get(&format!("{}/control/requests", op.issuer())).await;
    assert_eq!(requests["requests"][3]["params"]["code"], secrets["codes"][0]);
}

#[tokio::test]
async fn a_fault_is_armed_from_outside_and_happens_once() {
    let op = MockOp::start().await.unwrap();
    assert_eq!(
        post(&op, "faults", json!({"fault": "idt-nonce", "variant": "missing"}))
            .await
            .0,
        200
    );
    let (first, second) = (app::tokens(&op).await, app::tokens(&op).await);
    assert!(app::claims_of(text(&first, "id_token")).get("nonce").is_none());
    assert_eq!(app::claims_of(text(&second, "id_token"))["nonce"], "the-nonce");
    assert_eq!(
        post(&op, "faults", json!({"fault": "idt-nonce", "when": {"nth": 2}}))
            .await
            .0,
        200
    );
    let listed = get(&format!("{}/control/faults", op.issuer())).await;
    assert_eq!(
        listed["armed"],
        json!([{"fault": "idt-nonce", "variant": "wrong", "when": {"nth": 2}}])
    );
    for (body, status) in [
        (json!({"fault": "no-such"}), 404),
        (json!({"fault": "idt-nonce", "variant": "no-such"}), 404),
        (json!({"fault": "idt-nonce", "typo": 1}), 400),
    ] {
        assert_eq!(post(&op, "faults", body).await.0, status);
    }
}

#[tokio::test]
async fn an_issuer_that_is_named_for_a_fault_always_has_it() {
    let op = MockOp::start().await.unwrap();
    let issuer = op.issuer_named("disc-issuer-mismatch");
    for _ in 0..2 {
        let document = get(&format!("{issuer}/.well-known/openid-configuration")).await;
        assert_ne!(document["issuer"], issuer);
    }
    let document = get(&format!("{}/.well-known/openid-configuration", op.issuer())).await;
    assert_eq!(document["issuer"], op.issuer());
}

#[tokio::test]
async fn the_clock_moves_and_reset_sets_everything_right() {
    let op = MockOp::start().await.unwrap();
    let before = op.clock().now();
    let (_, answer) = post(&op, "clock", json!({"advance": 3600})).await;
    assert!(answer["now"].as_i64().unwrap() >= before + 3600);
    let body = app::tokens(&op).await;
    post(&op, "faults", json!({"fault": "ui-401", "when": "always"})).await;
    assert_eq!(post(&op, "reset", json!({})).await.0, 200);
    assert!(op.clock().now() < before + 3600);
    assert!(op.requests().is_empty());
    assert_eq!(
        app::userinfo(&op, text(&body, "access_token")).await.0,
        401,
        "its tokens are gone"
    );
    let body = app::tokens(&op).await;
    assert_eq!(
        app::userinfo(&op, text(&body, "access_token")).await.0,
        200,
        "the fault is gone"
    );
}

#[tokio::test]
async fn the_control_api_takes_json_only() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/control/faults", op.issuer());
    let response = app::http()
        .post(url)
        .body("{\"fault\":\"idt-nonce\"}")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 415);
    let listed = get(&format!("{}/control/faults", op.issuer())).await;
    assert_eq!(listed["armed"], json!([]));
}

#[tokio::test]
async fn requests_are_bounded() {
    let op = MockOp::builder().limit(5).start().await.unwrap();
    for _ in 0..8 {
        get(&format!("{}/jwks", op.issuer())).await;
    }
    let seen: Vec<u64> = op.requests().iter().map(|r| r.seq).collect();
    assert_eq!(seen, [4, 5, 6, 7, 8]);
}
