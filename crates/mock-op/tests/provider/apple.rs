//! What is odd about a provider like Apple.

use crate::app::{self, claims_of, exchange, get, post, text};
use crate::dpop::Key;
use mock_op::{Client, MockOp, Posted, Robot};
use serde_json::{Value, json};
use std::collections::HashMap;

const REDIRECT: &str = "https://app.example/cb";

async fn provider(key: &Key) -> MockOp {
    let client = Client::signing(
        "com.example.web",
        key.jwk(),
        &[REDIRECT, "https://127.0.0.1/cb", app::REDIRECT],
    );
    MockOp::builder().client(client).start().await.unwrap()
}

/// A request as apps make it there: no `openid`, no PKCE.
fn request(changes: &[(&'static str, &str)]) -> HashMap<&'static str, String> {
    let good = [
        ("response_type", "code"),
        ("response_mode", "form_post"),
        ("client_id", "com.example.web"),
        ("redirect_uri", REDIRECT),
        ("scope", "name email"),
        ("state", "the-state"),
        ("nonce", "the-nonce"),
    ];
    good.iter()
        .chain(changes)
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

fn url(op: &MockOp, request: &HashMap<&str, String>) -> String {
    app::url_at(&op.issuer_named("apple"), request)
}

async fn answer(op: &MockOp, robot: &mut Robot, changes: &[(&'static str, &str)]) -> Posted {
    robot.sign_in_by_form(&url(op, &request(changes))).await.unwrap()
}

/// The client secret that a developer makes, with these claims changed.
fn secret(op: &MockOp, key: &Key, changes: Value) -> String {
    let now = op.clock().now();
    let mut claims = json!({"iss": "TEAM123456", "sub": "com.example.web", "aud": op.issuer_named("apple"), "iat": now,
                            "exp": now + 15_777_000});
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    key.sign(&json!({"alg": "ES256", "kid": "ABC123DEFG"}), &claims)
}

async fn token(op: &MockOp, code: &str, secret: Option<String>) -> (u16, Value) {
    let mut form = exchange(code);
    form.remove("code_verifier");
    form.extend([
        ("client_id", "com.example.web".to_owned()),
        ("redirect_uri", REDIRECT.into()),
    ]);
    form.extend(secret.map(|secret| ("client_secret", secret)));
    let (status, body) = post(&format!("{}/token", op.issuer_named("apple")), &form).await;
    (status.as_u16(), body)
}

#[tokio::test]
async fn name_and_email_come_in_a_form_post_and_in_no_other_way() {
    let key = Key::new();
    let op = provider(&key).await;
    for scope in ["name", "email", "name email"] {
        let url = url(&op, &request(&[("response_mode", "query"), ("scope", scope)]));
        let redirect = op.robot().sign_in(&url).await.unwrap();
        assert_eq!(app::params_of(&redirect)["error"], "invalid_request", "{scope}");
    }
    let posted = answer(&op, &mut op.robot(), &[]).await;
    assert_eq!(posted.action, REDIRECT);
    assert_eq!((posted.field("state"), posted.field("iss")), (Some("the-state"), None));
    // Whoever wants nothing but the sign-in may have it in the query.
    let url = url(&op, &request(&[("response_mode", "query"), ("scope", "")]));
    assert!(
        op.robot()
            .sign_in(&url)
            .await
            .unwrap()
            .starts_with("https://app.example/cb?code=")
    );
}

#[tokio::test]
async fn user_is_in_the_first_answer_about_a_person_and_in_no_later_one() {
    let key = Key::new();
    let op = provider(&key).await;
    let user = |posted: &Posted| {
        posted
            .field("user")
            .map(|user| serde_json::from_str::<Value>(user).unwrap())
    };
    let first = answer(&op, &mut op.robot(), &[]).await;
    let name = json!({"firstName": "Ada", "lastName": "Lovelace"});
    assert_eq!(user(&first), Some(json!({"name": name, "email": "ada@example.com"})));
    assert_eq!(
        user(&answer(&op, &mut op.robot(), &[]).await),
        None,
        "also in another browser"
    );
    let other = answer(&op, &mut op.robot().person("alan").allow_only(&["email"]), &[]).await;
    assert_eq!(user(&other), Some(json!({"email": "alan@example.com"})));
    op.reset();
    assert!(user(&answer(&op, &mut op.robot(), &[]).await).is_some());
}

#[tokio::test]
async fn the_client_secret_is_a_jwt_that_the_developer_signs() {
    let (key, other) = (Key::new(), Key::new());
    let op = provider(&key).await;
    let now = op.clock().now();
    let code = answer(&op, &mut op.robot(), &[])
        .await
        .field("code")
        .unwrap()
        .to_owned();
    for (what, given) in [
        ("none", None),
        ("a password", Some("demo-secret".into())),
        ("another key", Some(secret(&op, &other, json!({})))),
        ("another client", Some(secret(&op, &key, json!({"sub": "demo"})))),
        ("another provider", Some(secret(&op, &key, json!({"aud": op.issuer()})))),
        ("no team", Some(secret(&op, &key, json!({"iss": ""})))),
        ("too old", Some(secret(&op, &key, json!({"exp": now - 1})))),
        (
            "longer than half a year",
            Some(secret(&op, &key, json!({"exp": now + 16_000_000}))),
        ),
    ] {
        let (status, body) = token(&op, &code, given).await;
        assert_eq!((status, text(&body, "error")), (401, "invalid_client"), "{what}");
    }
    // Unlike a client assertion it is good more than once.
    let good = secret(&op, &key, json!({}));
    let (status, body) = token(&op, &code, Some(good.clone())).await;
    assert_eq!(status, 200, "{body}");
    let form = [
        ("grant_type", "refresh_token".to_owned()),
        ("client_id", "com.example.web".into()),
        ("client_secret", good),
        ("refresh_token", text(&body, "refresh_token").to_owned()),
    ];
    for _ in 0..2 {
        let (status, again) = post(&format!("{}/token", op.issuer_named("apple")), &form.clone().into()).await;
        assert_eq!(status, 200, "{again}");
        assert!(again.get("refresh_token").is_none(), "it stays the same");
    }
}

#[tokio::test]
async fn the_id_token_says_all_there_is_and_whether_the_address_is_verified_as_text() {
    let key = Key::new();
    let op = provider(&key).await;
    for (person, verified) in [("ada", "true"), ("grace", "false")] {
        let posted = answer(&op, &mut op.robot().person(person), &[]).await;
        let (_, body) = token(&op, posted.field("code").unwrap(), Some(secret(&op, &key, json!({})))).await;
        let claims = claims_of(text(&body, "id_token"));
        assert_eq!(claims["email"], format!("{person}@example.com"));
        assert_eq!(claims["email_verified"], verified);
        assert_eq!(claims["nonce"], "the-nonce");
        assert!(claims.get("name").is_none());
        let user = app::http()
            .get(format!("{}/userinfo", op.issuer_named("apple")))
            .bearer_auth(text(&body, "access_token"))
            .send()
            .await
            .unwrap();
        assert_eq!(user.status(), 404);
    }
    let metadata = get(&format!(
        "{}/.well-known/openid-configuration",
        op.issuer_named("apple")
    ))
    .await;
    for missing in [
        "userinfo_endpoint",
        "end_session_endpoint",
        "code_challenge_methods_supported",
    ] {
        assert!(metadata.get(missing).is_none(), "{missing}");
    }
}

#[tokio::test]
async fn it_redirects_to_a_domain_and_neither_to_an_address_nor_to_an_app() {
    let key = Key::new();
    let op = provider(&key).await;
    for uri in ["https://127.0.0.1/cb", app::REDIRECT] {
        let response = app::http()
            .get(url(&op, &request(&[("redirect_uri", uri)])))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 400, "{uri}");
        let elsewhere = app::url_of(
            &op,
            &request(&[("redirect_uri", uri), ("scope", "openid"), ("response_mode", "query")]),
        );
        let response = app::http().get(elsewhere).send().await.unwrap();
        assert_ne!(
            response.status(),
            400,
            "{uri} is one of its own, and good at another provider"
        );
    }
}
