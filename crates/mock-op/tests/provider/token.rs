use crate::app::{self, claims_of, code, exchange, params_of, request, text, token, url_of};
use mock_op::{Client, MockOp};
use reqwest::StatusCode;

fn is_invalid_grant(answer: &(StatusCode, serde_json::Value)) -> bool {
    answer.0 == 400 && answer.1["error"] == "invalid_grant"
}

#[tokio::test]
async fn a_code_becomes_tokens_about_the_person_who_allowed_it() {
    let op = MockOp::start().await.unwrap();
    let response = app::http()
        .post(format!("{}/token", op.issuer()))
        .form(&exchange(&code(&op).await))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(
        (text(&body, "token_type"), body["expires_in"].as_i64()),
        ("Bearer", Some(3600))
    );
    assert_eq!(text(&body, "scope"), app::ALL_SCOPES);
    let claims = claims_of(text(&body, "id_token"));
    assert_eq!(claims["iss"], op.issuer());
    assert_eq!(
        (claims["sub"].as_str(), claims["aud"].as_str()),
        (Some("sub-ada"), Some("demo"))
    );
    assert_eq!(claims["nonce"], "the-nonce");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
}

#[tokio::test]
async fn at_hash_is_the_left_half_of_the_hash_of_the_access_token() {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::Engine;
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let hash = digest(&SHA256, text(&body, "access_token").as_bytes());
    let half = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]);
    assert_eq!(claims_of(text(&body, "id_token"))["at_hash"], half);
}

#[tokio::test]
async fn a_wrong_verifier_burns_the_code() {
    let op = MockOp::start().await.unwrap();
    let code = code(&op).await;
    let mut wrong = exchange(&code);
    wrong.insert("code_verifier", "A".repeat(43));
    assert!(is_invalid_grant(&token(&op, &wrong).await));
    assert!(
        is_invalid_grant(&token(&op, &exchange(&code)).await),
        "the right verifier comes too late"
    );
}

#[tokio::test]
async fn a_missing_or_malformed_verifier_is_refused() {
    let op = MockOp::start().await.unwrap();
    for verifier in [
        None,
        Some("short"),
        Some("x y".repeat(20).as_str()),
        Some("A".repeat(129).as_str()),
    ] {
        let mut form = exchange(&code(&op).await);
        match verifier {
            None => form.remove("code_verifier"),
            Some(verifier) => form.insert("code_verifier", verifier.to_owned()),
        };
        assert!(is_invalid_grant(&token(&op, &form).await), "{verifier:?}");
    }
}

#[tokio::test]
async fn a_verifier_that_is_too_short_is_refused_even_if_it_fits() {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::Engine;
    let op = MockOp::start().await.unwrap();
    let mut request = request();
    let hash = digest(&SHA256, b"too-short");
    request.insert(
        "code_challenge",
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash.as_ref()),
    );
    let redirect = op.robot().sign_in(&url_of(&op, &request)).await.unwrap();
    let mut form = exchange(&params_of(&redirect)["code"]);
    form.insert("code_verifier", "too-short".into());
    assert!(is_invalid_grant(&token(&op, &form).await));
}

#[tokio::test]
async fn a_code_that_is_used_again_revokes_what_it_gave() {
    let op = MockOp::start().await.unwrap();
    let code = code(&op).await;
    let (_, body) = token(&op, &exchange(&code)).await;
    assert_eq!(app::userinfo(&op, text(&body, "access_token")).await.0, 200);
    assert!(is_invalid_grant(&token(&op, &exchange(&code)).await));
    assert_eq!(app::userinfo(&op, text(&body, "access_token")).await.0, 401);
    assert!(is_invalid_grant(
        &token(&op, &app::refresh(text(&body, "refresh_token"))).await
    ));
}

#[tokio::test]
async fn a_code_is_good_for_its_client_and_its_redirect_uri_only() {
    let op = MockOp::builder()
        .client(Client::public("other", &[app::REDIRECT]))
        .start()
        .await
        .unwrap();
    let code = code(&op).await;
    let mut form = exchange(&code);
    form.insert("client_id", "other".into());
    assert!(is_invalid_grant(&token(&op, &form).await));
    let mut form = exchange(&code);
    form.insert("redirect_uri", "com.example.app:/other".into());
    assert!(is_invalid_grant(&token(&op, &form).await));
}

#[tokio::test]
async fn a_code_expires() {
    let op = MockOp::start().await.unwrap();
    let code = code(&op).await;
    op.clock().advance(121);
    assert!(is_invalid_grant(&token(&op, &exchange(&code)).await));
}

#[tokio::test]
async fn malformed_token_requests_are_refused_by_the_standards_errors() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/token", op.issuer());
    for (change, value, status, error) in [
        ("grant_type", None, 400, "invalid_request"),
        ("grant_type", Some("password"), 400, "unsupported_grant_type"),
        ("client_id", None, 400, "invalid_request"),
        ("client_id", Some("nobody"), 401, "invalid_client"),
        ("client_secret", Some("guess"), 401, "invalid_client"),
        ("code", None, 400, "invalid_request"),
        ("code", Some("made-up"), 400, "invalid_grant"),
    ] {
        let mut form = exchange("a-code");
        match value {
            None => form.remove(change),
            Some(value) => form.insert(change, value.to_owned()),
        };
        let (got, body) = token(&op, &form).await;
        assert_eq!(
            (got.as_u16(), text(&body, "error")),
            (status, error),
            "{change}={value:?}"
        );
    }
    let twice = format!("{}&code=b", serde_urlencoded(&exchange("a")));
    let response = app::http()
        .post(&url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(twice)
        .send()
        .await
        .unwrap();
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(text(&body, "error"), "invalid_request", "code is there twice");
    assert_eq!(app::http().get(&url).send().await.unwrap().status(), 405);
    let (status, body) = app::post(&format!("{url}?code=x"), &exchange("a")).await;
    assert_eq!((status.as_u16(), text(&body, "error")), (400, "invalid_request"));
}

fn serde_urlencoded(form: &std::collections::HashMap<&str, String>) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

#[tokio::test]
async fn a_confidential_client_needs_its_secret() {
    let client = Client::confidential("web", "s&cret", &["http://127.0.0.1/cb"]);
    let op = MockOp::builder().client(client).start().await.unwrap();
    let mut request = request();
    request.insert("client_id", "web".into());
    request.insert("redirect_uri", "http://127.0.0.1:7/cb".into());
    let redirect = op.robot().sign_in(&url_of(&op, &request)).await.unwrap();
    let mut form = exchange(&params_of(&redirect)["code"]);
    form.insert("client_id", "web".into());
    form.insert("redirect_uri", "http://127.0.0.1:7/cb".into());
    assert_eq!(token(&op, &form).await.0, 401, "no secret");
    form.insert("client_secret", "wrong".into());
    assert_eq!(token(&op, &form).await.0, 401, "a wrong secret");
    form.remove("client_secret");
    // RFC 6749 section 2.3.1: form-encoded, then Basic.
    let url = format!("{}/token", op.issuer());
    let response = app::http()
        .post(url)
        .basic_auth("web", Some("s%26cret"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn only_what_was_ticked_is_granted() {
    let op = MockOp::start().await.unwrap();
    let redirect = op
        .robot()
        .allow_only(&["email"])
        .sign_in(&url_of(&op, &request()))
        .await
        .unwrap();
    let (_, body) = token(&op, &exchange(&params_of(&redirect)["code"])).await;
    assert_eq!(text(&body, "scope"), "openid email");
    assert!(body.get("refresh_token").is_none(), "offline_access was not allowed");
    let (_, claims) = app::userinfo(&op, text(&body, "access_token")).await;
    assert_eq!(
        claims,
        serde_json::json!({"sub": "sub-ada", "email": "ada@example.com", "email_verified": true})
    );
}

#[tokio::test]
async fn without_openid_there_is_no_id_token_and_no_userinfo() {
    let op = MockOp::start().await.unwrap();
    let mut request = request();
    request.insert("scope", "email".into());
    let redirect = op.robot().sign_in(&url_of(&op, &request)).await.unwrap();
    let (_, body) = token(&op, &exchange(&params_of(&redirect)["code"])).await;
    assert!(body.get("id_token").is_none());
    assert_eq!(app::userinfo(&op, text(&body, "access_token")).await.0, 403);
}
