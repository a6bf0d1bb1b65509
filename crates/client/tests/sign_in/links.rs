//! Redirects that come twice, from strangers, or to another process.

use doorkey::error::FlowLost;
use doorkey::flow::{DoorKind, Receipt, Stage};

use crate::stage::{SCHEME, Set, begin, end, status};

#[tokio::test]
async fn a_redirect_that_another_process_gets_completes_the_sign_in_and_the_first_one_sees_it() {
    let set = Set::new().await;
    let (waiting, other) = (set.client().await, set.client().await);
    let (flow, url) = begin(&waiting, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(other.receive(&link).await, Receipt::SignedIn(_)));
    assert!(matches!(end(&waiting, &flow).await, Stage::SignedIn(_)));
    assert_eq!(
        waiting.accounts().len(),
        1,
        "the process that waited has read the account"
    );
    assert_eq!(
        other.flow().unwrap().provider_name,
        "The provider",
        "the other one shows the sign-in too"
    );
}

#[tokio::test]
async fn a_redirect_that_a_process_gets_which_started_later_completes_the_sign_in() {
    let set = Set::new().await;
    let first = set.client().await;
    let (_, url) = begin(&first, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    let second = set.client().await;
    assert!(matches!(second.receive(&link).await, Receipt::SignedIn(_)));
    assert_eq!(second.accounts()[0].display_name(), "Ada Lovelace");
}

#[tokio::test]
async fn the_same_redirect_twice_spends_one_code() {
    let set = Set::new().await;
    let client = set.client().await;
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
    assert!(matches!(
        client.receive(&link).await,
        Receipt::Spent(FlowLost::AlreadyUsed)
    ));
    assert_eq!(set.seen("token"), 1);
    assert_eq!(client.accounts().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_redirect_in_eight_processes_at_once_spends_one_code() {
    let set = Set::new().await;
    let client = set.client().await;
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    let mut clients = Vec::new();
    for _ in 0..8 {
        clients.push(set.client().await);
    }
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|client| {
            let link = link.clone();
            tokio::spawn(async move { matches!(client.receive(&link).await, Receipt::SignedIn(_)) })
        })
        .collect();
    let mut completed = 0;
    for task in tasks {
        completed += usize::from(task.await.unwrap());
    }
    assert_eq!((completed, set.seen("token")), (1, 1));
}

#[tokio::test]
async fn a_foreign_redirect_changes_nothing_and_the_true_one_still_succeeds() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    let foreign = [
        format!("{SCHEME}:/callback/op?code=evil&state=evil"),
        format!("{SCHEME}:/callback/op?error=access_denied&state=evil"),
        format!("{SCHEME}:/callback/op?code=evil"),
        format!("{SCHEME}:/callback/op#code=evil"),
        format!("{SCHEME}:/callback/op?state={}", "x".repeat(1_000_000)),
        format!("{SCHEME}:/callback/op?state=%FF%FE"),
        String::new(),
    ];
    for link in &foreign {
        assert!(matches!(client.receive(link).await, Receipt::Unknown));
    }
    assert!(matches!(status(&client, &flow).unwrap().stage, Stage::Waiting(_)));
    assert_eq!(set.seen("token"), 0);
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
}

#[tokio::test]
async fn a_foreign_redirect_to_the_loopback_door_is_answered_with_400_and_the_true_one_still_succeeds() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Loopback).await;
    let redirect = set.op.robot().sign_in(&url).await.unwrap();
    let door = redirect.split('?').next().unwrap();
    let browser = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    for query in ["error=access_denied&state=evil", "code=a&state=b", "code=a"] {
        let answer = browser.get(format!("{door}?{query}")).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{query}");
    }
    browser.get(&redirect).send().await.unwrap();
    assert!(matches!(end(&client, &flow).await, Stage::SignedIn(_)));
}

#[tokio::test]
async fn a_redirect_to_another_providers_uri_is_refused_and_its_code_goes_nowhere() {
    let set = Set::new().await;
    let client = set.client().await;
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    let link = set
        .op
        .robot()
        .sign_in(&url)
        .await
        .unwrap()
        .replace("/callback/op", "/callback/other");
    let Receipt::Failed(error) = client.receive(&link).await else {
        panic!()
    };
    assert_eq!(error.detail(), Some("RedirectUriMismatch"));
    assert_eq!(set.seen("token"), 0);
}
