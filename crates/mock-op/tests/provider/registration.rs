use crate::app::{self, exchange, header_of, params_of, request, text, token, url_of};
use mock_op::MockOp;
use serde_json::{Value, json};

async fn register(op: &MockOp, metadata: Value) -> (u16, Value) {
    let url = format!("{}/register", op.issuer());
    let response = app::http().post(url).json(&metadata).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_registered_client_signs_in_with_its_own_redirect_and_algorithm() {
    let op = MockOp::start().await.unwrap();
    let (status, client) = register(
        &op,
        json!({"redirect_uris": [app::REDIRECT], "token_endpoint_auth_method": "none", "client_name": "Mine",
               "id_token_signed_response_alg": "EdDSA", "unknown_member": 1}),
    )
    .await;
    assert_eq!(status, 201);
    assert!(client.get("client_secret").is_none());
    let mut request = request();
    request.insert("client_id", text(&client, "client_id").to_owned());
    let redirect = op.robot().sign_in(&url_of(&op, &request)).await.unwrap();
    let mut form = exchange(&params_of(&redirect)["code"]);
    form.insert("client_id", text(&client, "client_id").to_owned());
    let (status, body) = token(&op, &form).await;
    assert_eq!(status, 200);
    assert_eq!(header_of(text(&body, "id_token"))["alg"], "EdDSA");
    request.insert("redirect_uri", "com.example.app:/another".into());
    assert_eq!(
        app::http().get(url_of(&op, &request)).send().await.unwrap().status(),
        400
    );
}

#[tokio::test]
async fn a_client_that_does_not_say_otherwise_gets_a_secret_and_needs_it() {
    let op = MockOp::start().await.unwrap();
    let (_, client) = register(&op, json!({"redirect_uris": [app::REDIRECT]})).await;
    assert_eq!(client["token_endpoint_auth_method"], "client_secret_basic");
    let mut form = exchange("x");
    form.insert("client_id", text(&client, "client_id").to_owned());
    assert_eq!(token(&op, &form).await.1["error"], "invalid_client");
    form.insert("client_secret", text(&client, "client_secret").to_owned());
    assert_eq!(
        token(&op, &form).await.1["error"],
        "invalid_grant",
        "the secret is right, the code is not"
    );
}

#[tokio::test]
async fn metadata_that_cannot_be_is_refused() {
    let op = MockOp::start().await.unwrap();
    let good = "com.example.app:/cb";
    for (metadata, error) in [
        (json!({}), "invalid_redirect_uri"),
        (
            json!({"redirect_uris": ["http://app.example/cb"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": ["javascript:alert(1)"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": ["com.example.app:/cb#x"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": [good], "response_types": ["token"]}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": [good], "token_endpoint_auth_method": "magic"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": [good], "id_token_signed_response_alg": "none"}),
            "invalid_client_metadata",
        ),
        (json!("no object"), "invalid_client_metadata"),
    ] {
        let (status, body) = register(&op, metadata.clone()).await;
        assert_eq!((status, text(&body, "error")), (400, error), "{metadata}");
    }
}

#[tokio::test]
async fn a_client_takes_itself_back_with_its_own_token_and_no_other_client_does() {
    let op = MockOp::start().await.unwrap();
    let metadata = json!({"redirect_uris": [app::REDIRECT], "token_endpoint_auth_method": "none"});
    let (_, one) = register(&op, metadata.clone()).await;
    let (_, other) = register(&op, metadata).await;
    let take_back = async |token: Option<&str>| {
        let mut request = app::http().delete(text(&one, "registration_client_uri"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let token = |client| text(client, "registration_access_token");
    assert_eq!(take_back(None).await, 401);
    assert_eq!(take_back(Some(token(&other))).await, 401);
    let mut request = request();
    request.insert("client_id", text(&one, "client_id").to_owned());
    let url = url_of(&op, &request);
    assert!(op.robot().sign_in(&url).await.is_ok());
    assert_eq!(take_back(Some(token(&one))).await, 204);
    assert_eq!(app::http().get(url).send().await.unwrap().status(), 400);
    assert_eq!(take_back(Some(token(&one))).await, 401, "once");
}

#[tokio::test]
async fn a_client_that_did_not_register_for_device_codes_gets_none() {
    let op = MockOp::start().await.unwrap();
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    for (grants, status) in [
        (json!(["authorization_code"]), 400),
        (json!(["authorization_code", device]), 200),
    ] {
        let metadata =
            json!({"redirect_uris": [app::REDIRECT], "token_endpoint_auth_method": "none", "grant_types": grants});
        let (_, client) = register(&op, metadata).await;
        let form = [("client_id", text(&client, "client_id")), ("scope", "openid")];
        let url = format!("{}/device_authorization", op.issuer());
        let answer = app::http().post(url).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), status, "{grants}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"] == "unauthorized_client", status == 400);
    }
}
