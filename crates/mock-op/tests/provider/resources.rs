use crate::app::{self, post, text, token, userinfo};
use mock_op::{Client, MockOp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;

fn form(pairs: &[(&'static str, &str)]) -> HashMap<&'static str, String> {
    pairs.iter().map(|(n, v)| (*n, (*v).to_owned())).collect()
}

async fn introspect(op: &MockOp, token: &str) -> serde_json::Value {
    let url = format!("{}/introspect", op.issuer());
    let body = form(&[
        ("client_id", "demo-api"),
        ("client_secret", "demo-api-secret"),
        ("token", token),
    ]);
    let (status, answer) = post(&url, &body).await;
    assert_eq!(status, 200);
    answer
}

async fn revoke(op: &MockOp, client: &str, token: &str) -> (StatusCode, serde_json::Value) {
    post(
        &format!("{}/revoke", op.issuer()),
        &form(&[("client_id", client), ("token", token)]),
    )
    .await
}

#[tokio::test]
async fn userinfo_gives_the_claims_of_the_scopes_and_a_picture_that_is_there() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let (status, claims) = userinfo(&op, text(&body, "access_token")).await;
    assert_eq!(status, 200);
    assert_eq!(text(&claims, "name"), "Ada Lovelace");
    assert_eq!(
        (text(&claims, "email"), claims["email_verified"].as_bool()),
        ("ada@example.com", Some(true))
    );
    assert_eq!(text(&claims["address"], "country"), "United Kingdom");
    let picture = app::http().get(text(&claims, "picture")).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    let bytes = picture.bytes().await.unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(bytes))
        .read_info()
        .expect("it is a PNG");
    assert_eq!((reader.info().width, reader.info().height), (128, 128));
}

#[tokio::test]
async fn among_the_people_are_one_unverified_and_one_without_a_picture() {
    let op = MockOp::start().await.unwrap();
    for (person, verified, picture) in [("grace", false, true), ("alan", true, false)] {
        let redirect = op
            .robot()
            .person(person)
            .sign_in(&app::url_of(&op, &app::request()))
            .await
            .unwrap();
        let (_, body) = token(&op, &app::exchange(&app::params_of(&redirect)["code"])).await;
        let (_, claims) = userinfo(&op, text(&body, "access_token")).await;
        assert_eq!(claims["email_verified"], verified);
        assert_eq!(claims.get("picture").is_some(), picture);
    }
}

#[tokio::test]
async fn userinfo_refuses_tokens_that_are_missing_unknown_expired_or_in_the_query() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let access = text(&body, "access_token");
    let url = format!("{}/userinfo", op.issuer());
    let bare = app::http().get(&url).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    let challenge = bare.headers()["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.starts_with("Bearer") && !challenge.contains("error"),
        "{challenge}"
    );
    let unknown = app::http().get(&url).bearer_auth("made-up").send().await.unwrap();
    assert!(
        unknown.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .contains("error=\"invalid_token\"")
    );
    assert_eq!(
        app::http()
            .get(format!("{url}?access_token={access}"))
            .send()
            .await
            .unwrap()
            .status(),
        400
    );
    let posted = post(&url, &form(&[("access_token", access)])).await;
    assert_eq!(posted.0, 200);
    let both = app::http()
        .post(&url)
        .bearer_auth(access)
        .form(&form(&[("access_token", access)]))
        .send()
        .await
        .unwrap();
    assert_eq!(both.status(), 400);
    // An ID Token or a refresh token is no access token.
    assert_eq!(userinfo(&op, text(&body, "refresh_token")).await.0, 401);
    assert_eq!(userinfo(&op, text(&body, "id_token")).await.0, 401);
    op.clock().advance(3600);
    assert_eq!(userinfo(&op, access).await.0, 401);
}

#[tokio::test]
async fn revoking_the_refresh_token_ends_every_token_of_its_grant() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let (access, refresh) = (text(&body, "access_token"), text(&body, "refresh_token"));
    assert_eq!(revoke(&op, "demo", refresh).await.0, 200);
    assert_eq!(userinfo(&op, access).await.0, 401);
    assert_eq!(token(&op, &app::refresh(refresh)).await.1["error"], "invalid_grant");
    assert_eq!(revoke(&op, "demo", refresh).await.0, 200, "again is as good");
}

#[tokio::test]
async fn revoking_an_access_token_ends_that_one_only() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let (access, refresh) = (text(&body, "access_token"), text(&body, "refresh_token"));
    assert_eq!(revoke(&op, "demo", access).await.0, 200);
    assert_eq!(userinfo(&op, access).await.0, 401);
    assert_eq!(token(&op, &app::refresh(refresh)).await.0, 200);
}

#[tokio::test]
async fn revocation_knows_unknown_tokens_other_clients_and_missing_parameters_apart() {
    let op = MockOp::builder()
        .client(Client::public("other", &[]))
        .start()
        .await
        .unwrap();
    let body = app::tokens(&op).await;
    assert_eq!(revoke(&op, "demo", "made-up").await.0, 200);
    let (status, answer) = revoke(&op, "other", text(&body, "refresh_token")).await;
    assert_eq!((status.as_u16(), text(&answer, "error")), (400, "invalid_grant"));
    assert_eq!(userinfo(&op, text(&body, "access_token")).await.0, 200);
    let url = format!("{}/revoke", op.issuer());
    assert_eq!(
        post(&url, &form(&[("client_id", "demo")])).await.1["error"],
        "invalid_request"
    );
    assert_eq!(
        post(&url, &form(&[("client_id", "nobody"), ("token", "x")])).await.0,
        401
    );
    assert_eq!(app::http().get(&url).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn introspection_tells_clients_with_a_secret_what_a_token_is() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let (access, refresh) = (text(&body, "access_token"), text(&body, "refresh_token"));
    let answer = introspect(&op, access).await;
    assert_eq!(answer["active"], true);
    assert_eq!((text(&answer, "sub"), text(&answer, "client_id")), ("sub-ada", "demo"));
    assert_eq!(text(&answer, "scope"), app::ALL_SCOPES);
    assert_eq!(introspect(&op, refresh).await["active"], true);
    token(&op, &app::refresh(refresh)).await;
    assert_eq!(
        introspect(&op, refresh).await,
        serde_json::json!({"active": false}),
        "it was used"
    );
    assert_eq!(introspect(&op, "made-up").await, serde_json::json!({"active": false}));
    let url = format!("{}/introspect", op.issuer());
    assert_eq!(
        post(&url, &form(&[("client_id", "demo"), ("token", access)])).await.0,
        401
    );
    let wrong = form(&[("client_id", "demo-api"), ("client_secret", "wrong"), ("token", access)]);
    assert_eq!(post(&url, &wrong).await.0, 401);
    revoke(&op, "demo", access).await;
    assert_eq!(introspect(&op, access).await, serde_json::json!({"active": false}));
}

#[tokio::test]
async fn the_id_token_has_the_claims_of_the_scopes_where_that_is_asked_for_and_not_otherwise() {
    for (told, name) in [(true, json!("Ada Lovelace")), (false, Value::Null)] {
        let builder = MockOp::builder();
        let builder = if told { builder.profile_in_id_token() } else { builder };
        let op = builder.start().await.unwrap();
        let body = app::tokens(&op).await;
        let claims = app::claims_of(text(&body, "id_token"));
        assert_eq!((&claims["name"], &claims["sub"]), (&name, &json!("sub-ada")));
        assert_eq!(claims["iss"], op.issuer());
    }
}
