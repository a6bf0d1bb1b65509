//! Refresh with rotation: each refresh token is good for one use.

use doorkey::Error;
use doorkey::error::ReauthRequired;

use crate::stage::Stage;

/// Past the moment in which a new token counts as new, in seconds.
const LATER: i64 = 60;

#[tokio::test]
async fn a_refresh_brings_a_new_pair_of_tokens_each_time() {
    let stage = Stage::new();
    let client = stage.client().await;
    let account = stage.sign_in(&client).await;
    for _ in 0..3 {
        stage.clock.advance(LATER);
        client.refresh_now(&account.id).await.unwrap();
    }
    let tokens = stage.op.seen_at("token").await;
    assert_eq!(tokens.len(), 4);
    for pair in tokens.windows(2) {
        assert_eq!(pair[1].param("grant_type"), Some("refresh_token"));
        assert_eq!(
            pair[1].param("refresh_token"),
            Some(pair[0].answered("refresh_token")),
            "the one that came last"
        );
        assert_ne!(pair[1].answered("refresh_token"), pair[0].answered("refresh_token"));
        assert_ne!(pair[1].answered("access_token"), pair[0].answered("access_token"));
    }
    let url = format!("{}/me", stage.op.issuer());
    let answer = client
        .fetch(&account.id, http::Request::get(url).body(vec![]).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_session_survives_the_program_and_is_renewed_by_the_next_one() {
    let stage = Stage::new();
    let id = {
        let client = stage.client().await;
        stage.sign_in(&client).await.id
    };
    stage.clock.advance(LATER);
    let next = stage.client().await;
    next.refresh_now(&id).await.unwrap();
    assert_eq!(stage.op.seen_at("token").await.len(), 2);
}

#[tokio::test]
async fn an_old_refresh_token_that_somebody_uses_ends_the_session_for_all() {
    let stage = Stage::new();
    let client = stage.client().await;
    let account = stage.sign_in(&client).await;
    stage.clock.advance(LATER);
    client.refresh_now(&account.id).await.unwrap();
    let tokens = stage.op.seen_at("token").await;
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "native"),
        ("refresh_token", tokens[0].answered("refresh_token")),
    ];
    let (status, answer) = stage.op.post("/token", &form).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));

    // RFC 9700 4.14.2: the provider cannot tell who is the thief, so the one that is in use is gone too.
    assert_eq!(stage.op.userinfo_status(tokens[1].answered("access_token")).await, 401);
    stage.clock.advance(LATER);
    let renewed = client.refresh_now(&account.id).await;
    assert!(
        matches!(renewed, Err(Error::ReauthRequired(ReauthRequired::Ended))),
        "{renewed:?}"
    );
    assert!(client.accounts()[0].ended);
    // Signing in again gives it a new life.
    let again = stage.sign_in(&client).await;
    assert!(again.id == account.id && !again.ended);
}

#[tokio::test]
async fn many_who_want_a_new_token_at_once_make_one_request() {
    let stage = Stage::new();
    let (one, other) = (stage.client().await, stage.client().await);
    let account = stage.sign_in(&one).await;
    other.follow_other_processes().await.unwrap();
    stage.clock.advance(LATER);
    let all = tokio::join!(
        one.refresh_now(&account.id),
        other.refresh_now(&account.id),
        one.refresh_now(&account.id),
        other.refresh_now(&account.id),
    );
    assert!(matches!(all, (Ok(()), Ok(()), Ok(()), Ok(()))), "{all:?}");
    let requests = stage.op.seen_at("token").await;
    assert_eq!(
        requests.len(),
        2,
        "the code, and one refresh: a second one would have ended the session"
    );
}
