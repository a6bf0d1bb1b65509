//! Many who need a token, many accounts, and providers that hang.

use std::sync::Arc;

use doorkey::flow::{DoorKind, SignIn};
use doorkey::providers::{Provider, Registration};
use doorkey::user_agent::UserAgent;
use doorkey::vault::KeyStore;
use doorkey::{Client, ClientConfig, Error, Schemes};
use mock_op::{Endpoint, Fault, MockOp, Person};
use tokio::sync::Barrier;

use crate::refresh::signed_in;
use crate::stage::{SCHEME, Set, authorization_url, until};

const TASKS: usize = 1000;

/// What a thousand tasks get that all ask at the same moment.
async fn all_at_once(client: &Client) -> Vec<Result<(), Error>> {
    let id = client.accounts()[0].id.clone();
    let barrier = Arc::new(Barrier::new(TASKS));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (client, id, barrier) = (client.clone(), id.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                client.refresh_if_due(&id, 60).await
            })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_tasks_that_need_a_token_when_it_expires_make_one_request_a_hundred_times_over() {
    let (set, client) = signed_in(Set::new().await).await;
    for round in 1..=100 {
        set.pass(3600);
        let results = all_at_once(&client).await;
        assert!(results.iter().all(Result::is_ok), "round {round}");
        assert_eq!(set.refreshes(), round);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_that_fails_fails_for_all_who_waited_and_none_of_them_sends_another() {
    let (set, client) = signed_in(Set::new().await).await;
    set.op.always(Fault::Token5xx);
    for round in 1..=10 {
        set.pass(3600);
        let results = all_at_once(&client).await;
        let first = results[0].clone().unwrap_err();
        assert_eq!(first.kind(), "Misbehaved");
        assert!(
            results.iter().all(|result| *result == Err(first.clone())),
            "round {round}"
        );
        assert_eq!(set.refreshes(), round);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_needs_no_new_token_does_not_wait_for_the_one_that_is_fetched() {
    let (set, client) = signed_in(Set::new().await).await;
    let id = client.accounts()[0].id.clone();
    let mut hold = set.op.hold(Endpoint::Token);
    let refresh = tokio::spawn({
        let (client, id) = (client.clone(), id.clone());
        async move { client.refresh_if_due(&id, 4000).await }
    });
    hold.arrived(1).await;
    assert_eq!(client.refresh_if_due(&id, 60).await, Ok(()), "the old one is good");
    assert!(!refresh.is_finished());
    drop(hold);
    assert_eq!(refresh.await.unwrap(), Ok(()));
}

/// A client with two providers.
fn with_two(set: &Set, other: &MockOp) -> Client {
    let provider = |id: &str, issuer: &str| {
        let registration = Registration::public("demo");
        Provider::openid(id, id, issuer, registration, Schemes::DangerousLoopbackHttp).unwrap()
    };
    Client::open(ClientConfig {
        app_name: "Test".into(),
        scheme: SCHEME.into(),
        folder: set.folder(),
        keychain_service: "test".into(),
        key_store: KeyStore::Memory(set.keychain.clone()),
        clock: set.clock.clone(),
        providers: vec![provider("op", set.op.issuer()), provider("other", other.issuer())],
        dangerous_loopback_http: true,
        allow_device: true,
        client_id_document: None,
        fetch_origins: vec![],
        link_handler: Some(set.link_handler()),
        user_agent: UserAgent {
            search_path: Some(set.home.path().into()),
            variables: vec![],
        },
    })
    .unwrap()
}

async fn sign_in(client: &Client, op: &MockOp, provider: &str, person: &str) {
    let flow = client
        .begin(SignIn {
            provider: provider.into(),
            door: Some(DoorKind::Scheme),
            ..SignIn::default()
        })
        .unwrap();
    let url = authorization_url(client, &flow).await.unwrap();
    let link = op.robot().person(person).sign_in(&url).await.unwrap();
    client.receive(&link).await;
}

#[tokio::test]
async fn a_provider_that_hangs_holds_up_two_of_its_own_accounts_and_nobody_elses() {
    let people = ["p1", "p2", "p3", "p4", "p5"];
    let mut hanging = MockOp::builder();
    for id in people {
        hanging = hanging.person(Person::new(id, id));
    }
    let set = Set::with(hanging.start().await.unwrap());
    let other = MockOp::start().await.unwrap();
    let client = with_two(&set, &other);
    client.ready().await;
    for person in people {
        sign_in(&client, &set.op, "op", person).await;
    }
    // One that hangs comes first in the list, and one comes last.
    set.pass(60);
    sign_in(&client, &other, "other", "ada").await;
    set.pass(60);
    let hanging = client.accounts().into_iter().find(|account| account.provider == "op");
    client.note_used(&hanging.unwrap().id).await.unwrap();
    assert_eq!(
        client
            .accounts()
            .last()
            .map(|account| account.provider.clone())
            .as_deref(),
        Some("op")
    );
    set.pass(3600);
    other.clock().advance(3660);

    let mut hold = set.op.hold(Endpoint::Token);
    let keeping = tokio::spawn({
        let client = client.clone();
        async move { client.keep_fresh().await }
    });
    hold.arrived(2).await;
    let now_fresh = |provider: &str| {
        let accounts = client.accounts();
        let of_this = accounts.iter().filter(|account| account.provider == provider);
        of_this
            .filter(|account| account.refreshed_at - account.signed_in_at > 3000)
            .count()
    };
    until(&client, || (now_fresh("other") == 1).then_some(())).await;
    assert_eq!((set.refreshes(), now_fresh("op")), (2, 0), "two at once, and they hang");
    drop(hold);
    until(&client, || (now_fresh("op") == people.len()).then_some(())).await;
    assert_eq!(set.refreshes(), people.len());
    keeping.abort();
}

#[tokio::test]
async fn a_provider_that_wants_to_be_left_alone_is_and_another_one_is_asked_meanwhile() {
    let set = Set::new().await;
    let other = MockOp::start().await.unwrap();
    let client = with_two(&set, &other);
    client.ready().await;
    sign_in(&client, &set.op, "op", "ada").await;
    sign_in(&client, &other, "other", "ada").await;
    set.pass(60);
    other.clock().advance(60);
    let of = |provider: &str| {
        let account = client
            .accounts()
            .into_iter()
            .find(|account| account.provider == provider);
        account.unwrap().id
    };
    let (resting, working) = (of("op"), of("other"));
    assert!(set.op.next_variant(Fault::Refresh429, "minutes"));
    let (refused, renewed) = tokio::join!(client.refresh_now(&resting), client.refresh_now(&working));
    assert_eq!(refused.unwrap_err().kind(), "Misbehaved");
    assert_eq!(renewed, Ok(()));
    for _ in 0..3 {
        set.pass(20);
        other.clock().advance(20);
        client.refresh_now(&resting).await.unwrap_err();
        assert_eq!(client.refresh_now(&working).await, Ok(()));
    }
    assert_eq!(set.refreshes(), 1);
}

#[tokio::test]
async fn a_rest_that_the_provider_asked_for_is_kept_by_every_process_and_the_next_start() {
    let (set, client) = signed_in(Set::new().await).await;
    let id = client.accounts()[0].id.clone();
    let neighbour = set.client().await;
    assert!(set.op.next_variant(Fault::Refresh429, "minutes"));
    let error = client.refresh_now(&id).await.unwrap_err();
    assert_eq!(neighbour.refresh_now(&id).await, Err(error.clone()));
    drop((client, neighbour));
    let next_start = set.client().await;
    set.pass(100);
    assert_eq!(next_start.refresh_now(&id).await, Err(error));
    assert_eq!(set.refreshes(), 1);
    set.pass(21);
    assert_eq!(next_start.refresh_now(&id).await, Ok(()));
    set.pass(60);
    assert_eq!(
        set.client().await.refresh_now(&id).await,
        Ok(()),
        "nothing is left of it"
    );
    assert_eq!(set.refreshes(), 3);
}
