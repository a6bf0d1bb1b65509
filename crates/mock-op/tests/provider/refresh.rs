use crate::app::{self, claims_of, refresh, text, token};
use mock_op::{Client, MockOp};

#[tokio::test]
async fn a_refresh_gives_new_tokens_about_the_same_sign_in() {
    let op = MockOp::start().await.unwrap();
    let first = app::tokens(&op).await;
    op.clock().advance(1000);
    let (status, second) = token(&op, &refresh(text(&first, "refresh_token"))).await;
    assert_eq!(status, 200);
    for member in ["access_token", "refresh_token", "id_token"] {
        assert_ne!(text(&first, member), text(&second, member));
    }
    let (before, after) = (
        claims_of(text(&first, "id_token")),
        claims_of(text(&second, "id_token")),
    );
    for claim in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[claim], after[claim], "{claim}");
    }
    assert_eq!(after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(), 1000);
    assert!(after.get("nonce").is_none());
    assert_eq!(app::userinfo(&op, text(&second, "access_token")).await.0, 200);
}

#[tokio::test]
async fn a_refresh_token_that_is_used_again_revokes_its_whole_family_and_no_other() {
    let op = MockOp::start().await.unwrap();
    let (first, other) = (app::tokens(&op).await, app::tokens(&op).await);
    let (_, second) = token(&op, &refresh(text(&first, "refresh_token"))).await;
    let (status, body) = token(&op, &refresh(text(&first, "refresh_token"))).await;
    assert_eq!((status.as_u16(), text(&body, "error")), (400, "invalid_grant"));
    let (status, body) = token(&op, &refresh(text(&second, "refresh_token"))).await;
    assert_eq!(
        (status.as_u16(), text(&body, "error")),
        (400, "invalid_grant"),
        "the newest falls too"
    );
    assert_eq!(app::userinfo(&op, text(&second, "access_token")).await.0, 401);
    assert_eq!(token(&op, &refresh(text(&other, "refresh_token"))).await.0, 200);
}

#[tokio::test]
async fn a_refresh_may_narrow_the_scopes_and_not_widen_them() {
    let op = MockOp::start().await.unwrap();
    let redirect = op
        .robot()
        .allow_only(&["email", "offline_access"])
        .sign_in(&app::url_of(&op, &app::request()))
        .await
        .unwrap();
    let (_, first) = token(&op, &app::exchange(&app::params_of(&redirect)["code"])).await;
    let mut form = refresh(text(&first, "refresh_token"));
    form.insert("scope", "openid profile".into());
    let (status, body) = token(&op, &form).await;
    assert_eq!((status.as_u16(), text(&body, "error")), (400, "invalid_scope"));
    form.insert("scope", "openid".into());
    let (status, body) = token(&op, &form).await;
    assert_eq!((status.as_u16(), text(&body, "scope")), (200, "openid"));
    let (_, claims) = app::userinfo(&op, text(&body, "access_token")).await;
    assert_eq!(claims, serde_json::json!({"sub": "sub-ada"}));
}

#[tokio::test]
async fn a_refresh_token_is_good_for_its_client_only_and_expires() {
    let op = MockOp::builder()
        .client(Client::public("other", &[app::REDIRECT]))
        .start()
        .await
        .unwrap();
    let first = app::tokens(&op).await;
    let mut form = refresh(text(&first, "refresh_token"));
    form.insert("client_id", "other".into());
    assert_eq!(token(&op, &form).await.1["error"], "invalid_grant");
    op.clock().advance(31 * 86_400);
    assert_eq!(
        token(&op, &refresh(text(&first, "refresh_token"))).await.1["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn sixteen_refreshes_with_the_same_token_at_once_give_one_success_at_most() {
    let op = MockOp::start().await.unwrap();
    let first = app::tokens(&op).await;
    let form = refresh(text(&first, "refresh_token"));
    let url = format!("{}/token", op.issuer());
    let attempts = (0..16).map(|_| {
        let (url, form) = (url.clone(), form.clone());
        tokio::spawn(async move { app::post(&url, &form).await.0 })
    });
    let mut successes = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        successes += usize::from(attempt.await.unwrap() == 200);
    }
    assert_eq!(successes, 1);
}
