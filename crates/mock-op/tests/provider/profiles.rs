//! What is odd about the providers that people know.

use crate::app::{self, claims_of, exchange, get, params_of, post, request, text};
use mock_op::{MockOp, Profile};
use serde_json::Value;
use std::collections::HashMap;

async fn code(op: &MockOp, profile: Profile, changes: &[(&'static str, &str)]) -> HashMap<String, String> {
    let mut request = request();
    request.extend(changes.iter().map(|(n, v)| (*n, (*v).to_owned())));
    let url = app::url_at(&op.issuer_named(profile.name()), &request);
    params_of(&op.robot().sign_in(&url).await.unwrap())
}

async fn token(op: &MockOp, profile: Profile, form: &HashMap<&str, String>) -> (u16, Value) {
    let (status, body) = post(&format!("{}/token", op.issuer_named(profile.name())), form).await;
    (status.as_u16(), body)
}

async fn metadata(op: &MockOp, profile: Profile) -> Value {
    get(&format!(
        "{}/.well-known/openid-configuration",
        op.issuer_named(profile.name())
    ))
    .await
}

#[tokio::test]
async fn google_wants_its_published_secret_gives_offline_by_parameter_and_does_not_rotate() {
    let op = MockOp::start().await.unwrap();
    let params = code(
        &op,
        Profile::Google,
        &[("access_type", "offline"), ("scope", "openid email")],
    )
    .await;
    assert!(!params.contains_key("iss"));
    let mut form = exchange(&params["code"]);
    let (status, body) = token(&op, Profile::Google, &form).await;
    assert_eq!((status, text(&body, "error")), (401, "invalid_client"));
    form.insert("client_secret", "demo-secret".into());
    let (_, body) = token(&op, Profile::Google, &form).await;
    let mut form = app::refresh(text(&body, "refresh_token"));
    form.insert("client_secret", "demo-secret".into());
    for _ in 0..2 {
        let (status, again) = token(&op, Profile::Google, &form).await;
        assert_eq!(status, 200);
        assert!(again.get("refresh_token").is_none());
    }
    op.clock().advance(7 * 86_400);
    assert_eq!(
        token(&op, Profile::Google, &form).await.1["error"],
        "invalid_grant",
        "an app in testing"
    );
    let params = code(&op, Profile::Google, &[]).await;
    let mut form = exchange(&params["code"]);
    form.insert("client_secret", "demo-secret".into());
    assert!(
        token(&op, Profile::Google, &form)
            .await
            .1
            .get("refresh_token")
            .is_none()
    );
}

#[tokio::test]
async fn microsoft_has_a_template_for_an_issuer_and_large_tokens() {
    let op = MockOp::start().await.unwrap();
    let document = metadata(&op, Profile::Microsoft).await;
    assert!(text(&document, "issuer").ends_with("/{tenantid}/v2.0"));
    assert!(document.get("revocation_endpoint").is_none());
    let params = code(&op, Profile::Microsoft, &[]).await;
    let (_, body) = token(&op, Profile::Microsoft, &exchange(&params["code"])).await;
    let id_token = text(&body, "id_token");
    assert!(id_token.len() > 3_072);
    let claims = claims_of(id_token);
    assert_eq!(
        text(&document, "issuer").replace("{tenantid}", text(&claims, "tid")),
        text(&claims, "iss")
    );
}

#[tokio::test]
async fn github_answers_in_a_form_unless_asked_for_json_with_errors_as_200() {
    let op = MockOp::start().await.unwrap();
    let issuer = op.issuer_named("github");
    let discovery = app::http()
        .get(format!("{issuer}/.well-known/openid-configuration"))
        .send()
        .await
        .unwrap();
    assert_eq!(discovery.status(), 404);
    let params = code(&op, Profile::Github, &[]).await;
    let send = |form: HashMap<&'static str, String>, accept: &'static str| {
        app::http()
            .post(format!("{issuer}/token"))
            .form(&form)
            .header("accept", accept)
            .send()
    };
    let wrong = send(exchange("made-up"), "application/json").await.unwrap();
    assert_eq!(wrong.status(), 200);
    assert_eq!(wrong.json::<Value>().await.unwrap()["error"], "invalid_grant");
    let right = send(exchange(&params["code"]), "*/*").await.unwrap();
    assert_eq!(right.headers()["content-type"], "application/x-www-form-urlencoded");
    let body = right.text().await.unwrap();
    let body: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    assert!(!body.contains_key("id_token"));
    let user = app::http()
        .get(format!("{issuer}/userinfo"))
        .bearer_auth(&body["access_token"])
        .send()
        .await
        .unwrap();
    let user: Value = user.json().await.unwrap();
    assert!(user["id"].is_u64() && user.get("sub").is_none());
    assert_eq!(text(&user, "login"), "ada");
}

#[tokio::test]
async fn okta_takes_a_used_refresh_token_for_thirty_seconds_more() {
    let op = MockOp::start().await.unwrap();
    let params = code(&op, Profile::Okta, &[]).await;
    let (_, body) = token(&op, Profile::Okta, &exchange(&params["code"])).await;
    let form = app::refresh(text(&body, "refresh_token"));
    assert_eq!(token(&op, Profile::Okta, &form).await.0, 200);
    assert_eq!(token(&op, Profile::Okta, &form).await.0, 200, "within the grace");
    op.clock().advance(40);
    assert_eq!(token(&op, Profile::Okta, &form).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn slack_puts_answers_in_an_envelope_and_keycloak_gives_refresh_tokens_unasked() {
    let op = MockOp::start().await.unwrap();
    let (status, body) = token(&op, Profile::Slack, &exchange("made-up")).await;
    assert_eq!(
        (status, body["ok"].as_bool(), text(&body, "error")),
        (200, Some(false), "invalid_grant")
    );
    for profile in [Profile::Slack, Profile::Keycloak] {
        let params = code(&op, profile, &[("scope", "openid")]).await;
        let (_, body) = token(&op, profile, &exchange(&params["code"])).await;
        assert!(body["refresh_token"].is_string(), "{profile:?}");
        assert_eq!(body.get("ok").is_some(), profile == Profile::Slack);
    }
}

#[tokio::test]
async fn a_profile_can_be_that_of_the_root() {
    let op = MockOp::builder().profile(Profile::Keycloak).start().await.unwrap();
    let mut request = request();
    request.insert("scope", "openid".into());
    let redirect = op.robot().sign_in(&app::url_of(&op, &request)).await.unwrap();
    let (_, body) = app::token(&op, &exchange(&params_of(&redirect)["code"])).await;
    assert!(body["refresh_token"].is_string());
}

#[tokio::test]
async fn metadata_name_only_the_endpoints_that_each_has() {
    let op = MockOp::start().await.unwrap();
    for (profile, revokes, ends_sessions, iss) in [
        (Profile::Strict, true, true, true),
        (Profile::Google, true, false, false),
        (Profile::Microsoft, false, true, false),
        (Profile::Okta, true, true, true),
        (Profile::Keycloak, true, true, true),
        (Profile::Slack, false, false, false),
    ] {
        let document = metadata(&op, profile).await;
        assert_eq!(document.get("revocation_endpoint").is_some(), revokes, "{profile:?}");
        assert_eq!(
            document.get("end_session_endpoint").is_some(),
            ends_sessions,
            "{profile:?}"
        );
        assert_eq!(
            document["authorization_response_iss_parameter_supported"], iss,
            "{profile:?}"
        );
        let params = code(&op, profile, &[]).await;
        assert_eq!(params.contains_key("iss"), iss, "{profile:?}");
    }
}

#[tokio::test]
async fn a_used_refresh_token_stays_good_at_microsoft_and_ends_the_family_where_there_is_no_grace() {
    let op = MockOp::start().await.unwrap();
    for (profile, still_good) in [
        (Profile::Microsoft, true),
        (Profile::Keycloak, false),
        (Profile::Slack, false),
    ] {
        let params = code(&op, profile, &[]).await;
        let (_, body) = token(&op, profile, &exchange(&params["code"])).await;
        let first = app::refresh(text(&body, "refresh_token"));
        let (_, second) = token(&op, profile, &first).await;
        assert_ne!(second["refresh_token"], body["refresh_token"], "{profile:?} rotates");
        op.clock().advance(3_600);
        let (_, again) = token(&op, profile, &first).await;
        assert_eq!(again["access_token"].is_string(), still_good, "{profile:?}");
        let (_, other) = token(&op, profile, &app::refresh(text(&second, "refresh_token"))).await;
        assert_eq!(
            other["access_token"].is_string(),
            still_good,
            "{profile:?}: the rest of the family"
        );
    }
}
