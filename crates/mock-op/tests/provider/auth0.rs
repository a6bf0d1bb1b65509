//! What is odd about a provider like Auth0.

use crate::app::{self, claims_of, exchange, get, header_of, params_of, post, request, text, verifies};
use mock_op::{Client, MockOp, Profile, Robot};
use serde_json::{Value, json};

async fn metadata(op: &MockOp) -> Value {
    get(&format!("{}.well-known/openid-configuration", op.issuer_named("auth0"))).await
}

async fn redirect(op: &MockOp, robot: &mut Robot, changes: &[(&'static str, &str)]) -> String {
    let mut request = request();
    request.extend(changes.iter().map(|(n, v)| (*n, (*v).to_owned())));
    let url = app::url_at(op.issuer_named("auth0").trim_end_matches('/'), &request);
    robot.sign_in(&url).await.unwrap()
}

async fn tokens(op: &MockOp, changes: &[(&'static str, &str)]) -> Value {
    let params = params_of(&redirect(op, &mut op.robot(), changes).await);
    assert!(!params.contains_key("iss"));
    let (status, body) = post(text(&metadata(op).await, "token_endpoint"), &exchange(&params["code"])).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn its_issuer_ends_with_a_slash_in_metadata_and_in_id_tokens() {
    let op = MockOp::start().await.unwrap();
    let issuer = op.issuer_named("auth0");
    assert_eq!(issuer, format!("{}/auth0/", op.issuer()));
    let document = metadata(&op).await;
    assert_eq!(document["issuer"], issuer);
    assert_eq!(
        document["token_endpoint"],
        format!("{issuer}token"),
        "one slash, not two"
    );
    let claims = claims_of(text(&tokens(&op, &[]).await, "id_token"));
    assert_eq!(claims["iss"], issuer);
    assert_eq!(
        (text(&claims, "name"), text(&claims, "email")),
        ("Ada Lovelace", "ada@example.com")
    );
    // At the root too.
    let op = MockOp::builder().profile(Profile::Auth0).start().await.unwrap();
    let document = get(&format!("{}/.well-known/openid-configuration", op.issuer())).await;
    assert_eq!(document["issuer"], op.issuer_named(""));
    assert_eq!(op.issuer_named(""), format!("{}/", op.issuer()));
    // And nowhere else.
    assert_eq!(
        MockOp::start().await.unwrap().issuer_named("acme").matches('/').count(),
        3
    );
}

#[tokio::test]
async fn an_audience_makes_the_access_token_a_jwt_for_it_and_without_one_it_means_nothing() {
    let op = MockOp::start().await.unwrap();
    let plain = tokens(&op, &[]).await;
    assert!(!text(&plain, "access_token").contains('.'));
    let api = "https://api.example/v1";
    let body = tokens(&op, &[("audience", api), ("scope", "openid email")]).await;
    let token = text(&body, "access_token");
    assert!(verifies(token, &get(text(&metadata(&op).await, "jwks_uri")).await));
    let claims = claims_of(token);
    let user_info = text(&metadata(&op).await, "userinfo_endpoint").to_owned();
    assert_eq!(claims["aud"], json!([api, user_info]));
    assert_eq!(
        (text(&claims, "iss"), text(&claims, "azp")),
        (op.issuer_named("auth0").as_str(), "demo")
    );
    assert_eq!(
        (text(&claims, "sub"), text(&claims, "scope")),
        ("sub-ada", "openid email")
    );
    assert_eq!(header_of(token)["typ"], "JWT");
    // It is good at UserInfo, as its audience says, and two are never the same.
    let user = app::http().get(&user_info).bearer_auth(token).send().await.unwrap();
    assert_eq!(user.json::<Value>().await.unwrap()["email"], "ada@example.com");
    assert_ne!(
        token,
        text(
            &tokens(&op, &[("audience", api), ("scope", "openid email")]).await,
            "access_token"
        )
    );
    // At a provider without that quirk it means nothing.
    let mut request = request();
    request.insert("audience", api.into());
    let params = params_of(&op.robot().sign_in(&app::url_of(&op, &request)).await.unwrap());
    let (_, body) = app::token(&op, &exchange(&params["code"])).await;
    assert!(!text(&body, "access_token").contains('.'));
}

#[tokio::test]
async fn a_refresh_token_comes_for_offline_access_only() {
    let op = MockOp::start().await.unwrap();
    assert!(tokens(&op, &[]).await["refresh_token"].is_string());
    assert!(
        tokens(&op, &[("scope", "openid profile")])
            .await
            .get("refresh_token")
            .is_none()
    );
}

#[tokio::test]
async fn a_native_redirect_is_confirmed_by_the_person_each_time() {
    let op = MockOp::builder()
        .client(Client::public("web", &["https://app.example/cb"]))
        .start()
        .await
        .unwrap();
    let mut robot = op.robot();
    redirect(&op, &mut robot, &[]).await;
    for uri in [app::REDIRECT, "http://127.0.0.1:5/cb"] {
        let silent = redirect(&op, &mut robot, &[("prompt", "none"), ("redirect_uri", uri)]).await;
        assert_eq!(params_of(&silent)["error"], "consent_required", "{uri}");
    }
    let web = [("client_id", "web"), ("redirect_uri", "https://app.example/cb")];
    redirect(&op, &mut robot, &web).await;
    let silent = redirect(&op, &mut robot, &[web[0], web[1], ("prompt", "none")]).await;
    assert!(params_of(&silent).contains_key("code"));
}

#[tokio::test]
async fn v2_logout_ends_the_session_and_returns_to_a_uri_of_the_client_only() {
    let op = MockOp::start().await.unwrap();
    let url = |issuer: &str, to: &str| {
        let params = [("client_id", "demo"), ("returnTo", to)];
        url::Url::parse_with_params(&format!("{}/v2/logout", issuer.trim_end_matches('/')), params).unwrap()
    };
    let issuer = op.issuer_named("auth0");
    let response = app::http().get(url(&issuer, app::REDIRECT)).send().await.unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], app::REDIRECT);
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let refused = app::http()
        .get(url(&issuer, "https://evil.example/"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 400);
    assert_eq!(
        app::http()
            .get(url(op.issuer(), app::REDIRECT))
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
}
