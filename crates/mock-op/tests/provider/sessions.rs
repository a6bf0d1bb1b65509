//! prompt, max_age, auth_time, login_hint and the end of a session.

use crate::app::{self, claims_of, params_of, request, text, token, url_of};
use mock_op::{MockOp, Robot};

async fn with(
    op: &MockOp,
    robot: &mut Robot,
    changes: &[(&'static str, &str)],
) -> std::collections::HashMap<String, String> {
    let mut request = request();
    request.extend(changes.iter().map(|(n, v)| (*n, (*v).to_owned())));
    params_of(&robot.sign_in(&url_of(op, &request)).await.unwrap())
}

async fn auth_time(op: &MockOp, params: &std::collections::HashMap<String, String>) -> i64 {
    let (_, body) = token(op, &app::exchange(&params["code"])).await;
    claims_of(text(&body, "id_token"))["auth_time"].as_i64().unwrap()
}

#[tokio::test]
async fn prompt_none_needs_a_session_and_a_consent() {
    let op = MockOp::start().await.unwrap();
    let mut robot = op.robot().allow_only(&["email"]);
    assert_eq!(
        with(&op, &mut robot, &[("prompt", "none")]).await["error"],
        "login_required"
    );
    with(&op, &mut robot, &[("scope", "openid email")]).await;
    assert!(
        with(&op, &mut robot, &[("prompt", "none"), ("scope", "openid email")])
            .await
            .contains_key("code")
    );
    assert_eq!(
        with(&op, &mut robot, &[("prompt", "none")]).await["error"],
        "consent_required"
    );
    let other = [("prompt", "none"), ("scope", "openid"), ("login_hint", "grace")];
    assert_eq!(with(&op, &mut robot, &other).await["error"], "login_required");
    let mut elsewhere = op.robot();
    assert_eq!(
        with(&op, &mut elsewhere, &[("prompt", "none")]).await["error"],
        "login_required"
    );
}

#[tokio::test]
async fn auth_time_stays_in_a_session_until_prompt_login_or_max_age_renews_it() {
    let op = MockOp::start().await.unwrap();
    let mut robot = op.robot();
    let first = with(&op, &mut robot, &[]).await;
    let first = auth_time(&op, &first).await;
    // Not to the second: one may pass by itself meanwhile.
    op.clock().advance(500);
    let again = with(&op, &mut robot, &[("max_age", "600")]).await;
    assert_eq!(auth_time(&op, &again).await, first, "the session goes on");
    op.clock().advance(101);
    let silent = with(&op, &mut robot, &[("max_age", "600"), ("prompt", "none")]).await;
    assert_eq!(silent["error"], "login_required");
    let too_old = with(&op, &mut robot, &[("max_age", "600")]).await;
    assert!(auth_time(&op, &too_old).await >= first + 601);
    op.clock().advance(10);
    let asked = with(&op, &mut robot, &[("prompt", "login")]).await;
    assert!(auth_time(&op, &asked).await >= first + 611);
}

#[tokio::test]
async fn acr_values_come_back_as_acr() {
    let op = MockOp::start().await.unwrap();
    let params = with(
        &op,
        &mut op.robot(),
        &[("acr_values", "urn:example:gold urn:example:silver")],
    )
    .await;
    let (_, body) = token(&op, &app::exchange(&params["code"])).await;
    assert_eq!(claims_of(text(&body, "id_token"))["acr"], "urn:example:gold");
}

async fn logout(op: &MockOp, params: &[(&str, &str)]) -> reqwest::Response {
    let url = url::Url::parse_with_params(&format!("{}/logout", op.issuer()), params).unwrap();
    app::http().get(url).send().await.unwrap()
}

#[tokio::test]
async fn logout_goes_back_to_the_app_with_its_state() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let hint = text(&body, "id_token");
    let back = [
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", "com.example.app:/out"),
        ("state", "s 1"),
    ];
    let response = logout(&op, &back).await;
    assert_eq!(response.headers()["location"], "com.example.app:/out?state=s+1");
    assert_eq!(logout(&op, &[("id_token_hint", hint)]).await.status(), 200);
}

#[tokio::test]
async fn logout_refuses_foreign_hints_clients_and_redirects() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let hint = text(&body, "id_token");
    let forged = format!("{}AAAA", &hint[..hint.len() - 4]);
    for params in [
        vec![("id_token_hint", forged.as_str())],
        vec![("id_token_hint", "not.a.token")],
        vec![("id_token_hint", hint), ("client_id", "demo-api")],
        vec![
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", "https://evil.example/"),
        ],
        vec![("post_logout_redirect_uri", "com.example.app:/out")],
    ] {
        let response = logout(&op, &params).await;
        assert_eq!(response.status(), 400, "{params:?}");
        assert!(!response.headers().contains_key("location"));
    }
}

#[tokio::test]
async fn a_session_is_ended_by_its_own_hint_and_otherwise_only_after_a_question() {
    let op = MockOp::start().await.unwrap();
    let http = app::http();
    // A browser by hand, to see its cookie.
    let page = http
        .get(url_of(&op, &request()))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let interaction = page
        .split("name=\"interaction\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let login = [("interaction", interaction), ("person", "ada")];
    let response = http
        .post(format!("{}/login", op.issuer()))
        .form(&login)
        .send()
        .await
        .unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let logout = |query: String| {
        http.get(format!("{}/logout{query}", op.issuer()))
            .header("cookie", &cookie)
            .send()
    };
    let asked = logout(String::new()).await.unwrap();
    assert!(!asked.headers().contains_key("set-cookie"));
    assert!(asked.text().await.unwrap().contains("id=\"sign-out\""));
    let body = app::tokens(&op).await;
    let ended = logout(format!("?id_token_hint={}", text(&body, "id_token")))
        .await
        .unwrap();
    assert!(ended.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn an_id_token_of_another_issuer_at_the_same_place_is_no_hint() {
    let op = MockOp::start().await.unwrap();
    let tokens = app::tokens(&op).await;
    let hint = [
        ("id_token_hint", text(&tokens, "id_token")),
        ("post_logout_redirect_uri", app::REDIRECT),
    ];
    for (issuer, status) in [(op.issuer().to_owned(), 302), (op.issuer_named("acme"), 400)] {
        let url = url::Url::parse_with_params(&format!("{issuer}/logout"), hint).unwrap();
        assert_eq!(app::http().get(url).send().await.unwrap().status(), status, "{issuer}");
    }
}
