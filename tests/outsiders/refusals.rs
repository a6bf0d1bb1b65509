//! What the provider refuses, and what becomes of the sign-in then.

use doorkey::Error;
use doorkey::flow::Stage as At;

use crate::person::{End, Person};
use crate::stage::{Stage, attempt, begin, end, knock, status};

/// The provider keeps the browser and shows this error: what it does with a client or redirect that it must not trust.
async fn kept_at_the_provider(client_id: &str, error: &str) {
    let stage = Stage::new();
    let client = stage.client_of(stage.provider(client_id)).await;
    let (flow, url) = begin(&client).await;
    match Person::ada().visit(&url).await {
        End::Page { status, text } => assert!(status == 400 && text.contains(error), "{status} {text}"),
        End::Left(url) => panic!("sent on to {url}"),
    }
    assert!(
        matches!(status(&client, &flow).unwrap().stage, At::Waiting(_)),
        "nothing came back"
    );
    client.cancel(&flow).await;
}

#[tokio::test]
async fn a_client_that_is_not_registered_stays_at_the_provider() {
    kept_at_the_provider("nobody", "invalid_client").await;
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_stays_at_the_provider() {
    kept_at_the_provider("elsewhere", "invalid_redirect_uri").await;
}

#[tokio::test]
async fn a_person_who_says_no_is_told_so() {
    let stage = Stage::new();
    let client = stage.client().await;
    match attempt(&client, &mut Person::who_denies()).await {
        At::Failed(Error::Refused(refusal)) => {
            assert_eq!(refusal.code, doorkey_oidc::error::ErrorCode::AccessDenied);
            assert!(refusal.description.is_some());
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stage.op.seen_at("token").await.len(), 0);
}

#[tokio::test]
async fn the_provider_demands_the_code_challenge_that_we_send() {
    let stage = Stage::new();
    let client = stage.client().await;
    let (flow, url) = begin(&client).await;
    let mut without = url::Url::parse(&url).unwrap();
    let rest: Vec<(String, String)> = without
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("code_challenge"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    without.query_pairs_mut().clear().extend_pairs(rest);
    knock(&Person::ada().visit(without.as_str()).await.left()).await;
    match end(&client, &flow).await {
        At::Failed(Error::Refused(refusal)) => {
            assert_eq!(refusal.code, doorkey_oidc::error::ErrorCode::InvalidRequest);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_wrong_client_secret_is_the_developers_mistake() {
    let stage = Stage::new();
    let client = stage.client_of(stage.provider_with("secret-post", "not it")).await;
    let ended = attempt(&client, &mut Person::ada()).await;
    assert!(matches!(ended, At::Failed(Error::Misconfigured(_))), "{ended:?}");
    let asked = stage.op.seen_at("token").await;
    assert_eq!((asked.len(), asked[0].error.as_deref()), (1, Some("invalid_client")));
}
