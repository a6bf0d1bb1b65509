use crate::app::{self, exchange, params_of, post, request, text, token};
use mock_op::{Client, MockOp};
use std::collections::HashMap;

async fn push(op: &MockOp, form: &HashMap<&str, String>) -> (u16, serde_json::Value) {
    let (status, body) = post(&format!("{}/par", op.issuer()), form).await;
    (status.as_u16(), body)
}

fn by_reference(op: &MockOp, client: &str, request_uri: &str) -> String {
    let params = [("client_id", client), ("request_uri", request_uri)];
    url::Url::parse_with_params(&format!("{}/authorize", op.issuer()), params)
        .unwrap()
        .into()
}

#[tokio::test]
async fn a_pushed_request_is_good_once_and_for_its_client_only() {
    let op = MockOp::builder()
        .client(Client::public("other", &[app::REDIRECT]))
        .start()
        .await
        .unwrap();
    let (status, body) = push(&op, &request()).await;
    assert_eq!((status, body["expires_in"].as_i64()), (201, Some(90)));
    let url = by_reference(&op, "demo", text(&body, "request_uri"));
    let redirect = op.robot().sign_in(&url).await.unwrap();
    assert_eq!(params_of(&redirect)["state"], "the-state");
    assert_eq!(token(&op, &exchange(&params_of(&redirect)["code"])).await.0, 200);
    assert_eq!(app::http().get(&url).send().await.unwrap().status(), 400, "once");
    let (_, body) = push(&op, &request()).await;
    let stolen = by_reference(&op, "other", text(&body, "request_uri"));
    assert_eq!(app::http().get(stolen).send().await.unwrap().status(), 400);
    let (_, body) = push(&op, &request()).await;
    op.clock().advance(90);
    let late = by_reference(&op, "demo", text(&body, "request_uri"));
    assert_eq!(app::http().get(late).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_pushed_request_is_checked_as_any_other() {
    let op = MockOp::start().await.unwrap();
    for (name, value, error) in [
        ("code_challenge", None, "invalid_request"),
        ("redirect_uri", Some("https://evil.example/"), "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        ("scope", Some("unheard-of"), "invalid_scope"),
        ("resource", Some("not-a-uri"), "invalid_target"),
        ("request_uri", Some("urn:x"), "invalid_request"),
        ("client_id", Some("nobody"), "invalid_client"),
    ] {
        let mut form = request();
        match value {
            Some(value) => form.insert(name, value.to_owned()),
            None => form.remove(name),
        };
        assert_eq!(push(&op, &form).await.1["error"], error, "{name}");
    }
}
