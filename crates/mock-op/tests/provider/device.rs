use crate::app::{self, claims_of, post, text};
use mock_op::MockOp;
use serde_json::Value;
use std::collections::HashMap;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn form(pairs: &[(&'static str, &str)]) -> HashMap<&'static str, String> {
    pairs.iter().map(|(n, v)| (*n, (*v).to_owned())).collect()
}

async fn begin(op: &MockOp) -> Value {
    let url = format!("{}/device_authorization", op.issuer());
    let (status, body) = post(
        &url,
        &form(&[("client_id", "demo"), ("scope", "openid email offline_access")]),
    )
    .await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn poll(op: &MockOp, device_code: &str) -> (u16, Value) {
    let form = form(&[
        ("grant_type", GRANT),
        ("client_id", "demo"),
        ("device_code", device_code),
    ]);
    let (status, body) = app::token(op, &form).await;
    (status.as_u16(), body)
}

fn interaction(page: &str) -> String {
    page.split("name=\"interaction\" value=\"")
        .nth(1)
        .expect("the page has a form")
        .split('"')
        .next()
        .unwrap()
        .into()
}

/// What a person does at the page: types the code, picks Ada, decides. Gives the last page.
async fn decide(op: &MockOp, user_code: &str, decision: &str) -> String {
    let at = |path: &str| format!("{}{path}", op.issuer());
    let send = async |path: &str, form: &[(&str, &str)]| {
        app::http()
            .post(at(path))
            .form(form)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let page = send("/device", &[("user_code", user_code)]).await;
    let handle = interaction(&page);
    send("/login", &[("interaction", &handle), ("person", "ada")]).await;
    send(
        "/consent",
        &[
            ("interaction", &handle),
            ("decision", decision),
            ("scope", "email"),
            ("scope", "offline_access"),
        ],
    )
    .await
}

#[tokio::test]
async fn a_device_is_let_in_once_its_code_was_typed_and_allowed() {
    let op = MockOp::start().await.unwrap();
    let begun = begin(&op).await;
    let device_code = text(&begun, "device_code");
    assert_eq!(poll(&op, device_code).await.1["error"], "authorization_pending");
    // Case and punctuation do not count.
    let typed = text(&begun, "user_code").to_lowercase().replace('-', " ");
    assert!(decide(&op, &typed, "allow").await.contains("Your device is signed in"));
    let (status, body) = poll(&op, device_code).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(claims_of(text(&body, "id_token"))["sub"], "sub-ada");
    assert_eq!(text(&body, "scope"), "openid email offline_access");
    assert_eq!(app::userinfo(&op, text(&body, "access_token")).await.0, 200);
    assert_eq!(poll(&op, device_code).await.1["error"], "invalid_grant", "once only");
    let again = app::http()
        .post(format!("{}/device", op.issuer()))
        .form(&[("user_code", text(&begun, "user_code"))]);
    assert!(
        again
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .contains("No device shows this code")
    );
}

#[tokio::test]
async fn a_denied_device_is_told_so_and_so_is_one_that_waited_too_long() {
    let op = MockOp::start().await.unwrap();
    let (denied, late) = (begin(&op).await, begin(&op).await);
    assert!(
        decide(&op, text(&denied, "user_code"), "deny")
            .await
            .contains("not signed in")
    );
    assert_eq!(
        poll(&op, text(&denied, "device_code")).await.1["error"],
        "access_denied"
    );
    op.clock().advance(600);
    assert_eq!(poll(&op, text(&late, "device_code")).await.1["error"], "expired_token");
    assert_eq!(poll(&op, "made-up").await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_device_that_asks_too_often_is_slowed_down() {
    let op = MockOp::builder().deterministic().start().await.unwrap();
    let begun = begin(&op).await;
    let device_code = text(&begun, "device_code");
    assert_eq!(begun["interval"], 5);
    assert_eq!(poll(&op, device_code).await.1["error"], "authorization_pending");
    op.clock().advance(4);
    assert_eq!(poll(&op, device_code).await.1["error"], "slow_down");
    op.clock().advance(9);
    assert_eq!(
        poll(&op, device_code).await.1["error"],
        "slow_down",
        "the interval is ten now"
    );
    op.clock().advance(15);
    assert_eq!(poll(&op, device_code).await.1["error"], "authorization_pending");
}

#[tokio::test]
async fn a_device_code_is_good_for_its_client_only() {
    let op = MockOp::builder()
        .client(mock_op::Client::public("other", &[]))
        .start()
        .await
        .unwrap();
    let begun = begin(&op).await;
    decide(&op, text(&begun, "user_code"), "allow").await;
    let stolen = form(&[
        ("grant_type", GRANT),
        ("client_id", "other"),
        ("device_code", text(&begun, "device_code")),
    ]);
    assert_eq!(app::token(&op, &stolen).await.1["error"], "invalid_grant");
    assert_eq!(poll(&op, text(&begun, "device_code")).await.0, 200);
}

#[tokio::test]
async fn the_link_with_the_code_fills_it_in_and_submits_nothing() {
    let op = MockOp::start().await.unwrap();
    let begun = begin(&op).await;
    let link = app::http()
        .get(text(&begun, "verification_uri_complete"))
        .send()
        .await
        .unwrap();
    let page = link.text().await.unwrap();
    assert!(page.contains(&format!("value=\"{}\"", text(&begun, "user_code"))));
    assert!(!page.contains("data-person"), "the person's own click comes first");
}
