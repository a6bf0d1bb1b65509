//! An API that wants to have seen more of the person's authentication.

use doorkey::Client;
use doorkey::flow::{Stage, StepUp};
use doorkey::providers::preset::DpopBinding;
use doorkey::sessions::AccountId;
use mock_op::Fault;

use crate::stage::Set;

async fn set() -> Set {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    set
}

/// Asks the API, which wants this of the person's authentication.
async fn ask(set: &Set, client: &Client, id: &AccountId, wants: &str) -> (u16, Option<StepUp>) {
    let url = format!("{}/api/me?{wants}", set.op.issuer());
    let answer = client
        .fetch(id, http::Request::get(url).body(vec![]).unwrap())
        .await
        .unwrap();
    assert!(!answer.headers().contains_key("www-authenticate"));
    (answer.status().as_u16(), answer.extensions().get::<StepUp>().cloned())
}

#[tokio::test]
async fn rfc_9470_a_refusal_says_what_is_wanted_and_a_sign_in_for_that_account_gets_it() {
    for binds in [DpopBinding::None, DpopBinding::Both] {
        let set = set().await;
        let client = set.client_where(|provider| provider.preset.dpop = binds).await;
        let id = set.sign_in(&client).await.id;
        assert_eq!(ask(&set, &client, &id, "").await, (200, None));
        let (status, wanted) = ask(&set, &client, &id, "wants_acr=gold").await;
        let wanted = wanted.unwrap();
        assert_eq!(
            (status, &wanted.acr_values[..], wanted.max_age),
            (401, &["gold".to_owned()][..], None)
        );
        assert_eq!(set.refreshes(), 0, "a new token would be of the same authentication");

        let sign_in = client.step_up(&id, wanted).await.unwrap();
        assert_eq!(
            sign_in.login_hint.as_deref(),
            client.accounts()[0].profile.email.as_deref()
        );
        let Stage::SignedIn(again) = set.carry_out(&client, sign_in).await.stage else {
            panic!();
        };
        assert_eq!(again, id);
        assert_eq!(ask(&set, &client, &id, "wants_acr=gold").await, (200, None));
    }
}

#[tokio::test]
async fn rfc_9470_an_authentication_that_is_too_long_ago_is_made_anew() {
    let set = set().await;
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    set.pass(60);
    assert_eq!(ask(&set, &client, &id, "wants_max_age=120").await, (200, None));
    let (_, wanted) = ask(&set, &client, &id, "wants_max_age=30").await;
    let sign_in = client.step_up(&id, wanted.unwrap()).await.unwrap();
    assert!(matches!(
        set.carry_out(&client, sign_in).await.stage,
        Stage::SignedIn(_)
    ));
    assert_eq!(ask(&set, &client, &id, "wants_max_age=30").await, (200, None));
}

#[tokio::test]
async fn a_sign_in_that_does_not_bring_what_is_wanted_fails_and_the_session_stays_as_it_was() {
    let set = set().await;
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    let (_, wanted) = ask(&set, &client, &id, "wants_acr=gold").await;
    let sign_in = client.step_up(&id, wanted.unwrap()).await.unwrap();
    assert!(set.op.next_variant(Fault::IdTokenAuthTimeAcr, "acr"));
    assert!(matches!(set.carry_out(&client, sign_in).await.stage, Stage::Failed(_)));
    assert_eq!(ask(&set, &client, &id, "").await, (200, None));
}

#[tokio::test]
async fn a_step_up_asks_for_no_less_than_the_session_has() {
    let set = set().await;
    let client = set.client().await;
    let api = format!("{}/api", set.op.issuer());
    let more = doorkey::flow::Ask {
        scopes: vec!["phone".into()],
        resources: vec![api.clone()],
        ..doorkey::flow::Ask::default()
    };
    let Stage::SignedIn(id) = set.attempt_with(&client, more).await.stage else {
        panic!();
    };
    let (_, wanted) = ask(&set, &client, &id, "wants_acr=gold").await;
    let sign_in = client.step_up(&id, wanted.unwrap()).await.unwrap();
    assert!(sign_in.ask.scopes.contains(&"phone".to_owned()));
    assert_eq!(sign_in.ask.resources, [api]);
}

#[tokio::test]
async fn a_refusal_for_another_reason_asks_for_nothing_and_is_followed_by_a_new_token() {
    let set = set().await;
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    set.op.always(Fault::UserInfo401);
    let url = format!("{}/userinfo", set.op.issuer());
    let answer = client
        .fetch(&id, http::Request::get(url).body(vec![]).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    assert!(answer.extensions().get::<StepUp>().is_none());
    assert_eq!(set.refreshes(), 1);
}
