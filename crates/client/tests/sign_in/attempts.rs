//! One sign-in by each door, and how it can end.

use doorkey::error::FlowLost;
use doorkey::flow::{DoorKind, Receipt, SignIn, Stage};
use doorkey::{Error, Keeping};

use mock_op::Endpoint;

use crate::stage::{Set, begin, end, sealed, status};

#[tokio::test]
async fn a_sign_in_by_loopback_ends_with_the_account_and_a_page_without_the_code() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Loopback).await;
    let redirect = set.op.robot().sign_in(&url).await.unwrap();
    assert!(redirect.starts_with("http://127.0.0.1:"), "{redirect}");
    let browser = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let answer = browser.get(&redirect).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let clean = answer.headers()["location"].to_str().unwrap();
    assert!(!clean.contains("code") && !clean.contains("state"), "{clean}");
    let page = browser.get(answer.url().join(clean).unwrap()).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(matches!(end(&client, &flow).await, Stage::SignedIn(_)));
    let account = &client.accounts()[0];
    assert_eq!(
        (account.display_name(), account.issuer.as_str()),
        ("Ada Lovelace", set.op.issuer())
    );
    assert!(account.profile.email_verified);
    assert_eq!(set.seen("token"), 1);
}

#[tokio::test]
async fn a_sign_in_by_a_link_ends_with_the_account() {
    let set = Set::new().await;
    let client = set.client().await;
    let account = set.sign_in(&client).await;
    assert_eq!(account.profile.email.as_deref(), Some("ada@example.com"));
    assert_eq!(account.allowed, ["openid", "profile", "email", "offline_access"]);
    assert!(account.renews_itself && account.not_allowed.is_empty());
    assert!(matches!(client.keeping(), Keeping::Keychain(_)));
}

#[tokio::test]
async fn scopes_that_the_person_unticks_are_named_as_not_allowed() {
    let set = Set::new().await;
    let client = set.client().await;
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    let link = set
        .op
        .robot()
        .allow_only(&["openid", "profile"])
        .sign_in(&url)
        .await
        .unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
    assert_eq!(client.accounts()[0].not_allowed, ["email", "offline_access"]);
}

#[tokio::test]
async fn a_denial_is_told_as_such_and_nothing_is_kept() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().deny().sign_in(&url).await.unwrap();
    let Receipt::Failed(error) = client.receive(&link).await else {
        panic!()
    };
    assert_eq!((error.kind(), error.detail()), ("Refused", Some("AccessDenied")));
    assert!(matches!(end(&client, &flow).await, Stage::Failed(Error::Refused(_))));
    assert!(client.accounts().is_empty());
    assert_eq!(set.seen("token"), 0);
}

#[tokio::test]
async fn after_a_cancel_the_port_is_free_and_a_late_redirect_is_told_so() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Loopback).await;
    let redirect = set.op.robot().sign_in(&url).await.unwrap();
    let port: u16 = redirect["http://127.0.0.1:".len()..]
        .split('/')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    client.cancel(&flow).await;
    std::net::TcpListener::bind(("127.0.0.1", port)).expect("the port is free as soon as cancel returns");
    assert!(status(&client, &flow).is_none());
    assert!(matches!(
        client.receive(&redirect).await,
        Receipt::Spent(FlowLost::WasCancelled)
    ));
    assert_eq!(set.seen("token"), 0);
}

#[tokio::test]
async fn a_new_sign_in_takes_the_place_of_one_that_waits() {
    let set = Set::new().await;
    let client = set.client().await;
    let (_, first) = begin(&client, DoorKind::Scheme).await;
    let (second, url) = begin(&client, DoorKind::Scheme).await;
    assert_ne!(first, url);
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
    assert!(matches!(end(&client, &second).await, Stage::SignedIn(_)));
    let late = set.op.robot().sign_in(&first).await.unwrap();
    assert!(matches!(
        client.receive(&late).await,
        Receipt::Spent(FlowLost::WasCancelled)
    ));
}

#[tokio::test]
async fn two_people_are_two_accounts_and_one_person_twice_is_one() {
    let set = Set::new().await;
    let client = set.client().await;
    for person in ["ada", "grace", "ada"] {
        let (_, url) = begin(&client, DoorKind::Scheme).await;
        let link = set.op.robot().person(person).sign_in(&url).await.unwrap();
        assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)), "{person}");
    }
    assert_eq!(client.accounts().len(), 2);
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_at_any_moment_is_never_redeemed() {
    // From before the first request to after the browser was asked to open: wherever the cancel falls.
    for pause in [0, 1, 3, 6, 10, 15, 25, 40] {
        let set = Set::new().await;
        let client = set.client().await;
        let flow = client
            .begin(SignIn {
                provider: "op".into(),
                door: Some(DoorKind::Scheme),
                ..SignIn::default()
            })
            .unwrap();
        for _ in 0..pause {
            tokio::task::yield_now().await;
        }
        let url = client.flow_url(&flow).map(|url| url.url().to_string());
        client.cancel(&flow).await;
        assert!(client.flow().is_none(), "{pause}");
        assert_eq!(sealed(&set.folder(), "parked"), 0, "{pause}: nothing is left to redeem");
        if let Some(url) = url {
            let link = set.op.robot().sign_in(&url).await.unwrap();
            assert!(
                matches!(client.receive(&link).await, Receipt::Spent(FlowLost::WasCancelled)),
                "{pause}"
            );
        }
    }
}

#[tokio::test]
async fn a_redirect_whose_bringer_goes_away_is_redeemed_to_its_end() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    let mut hold = set.op.hold(Endpoint::Token);
    let bringer = tokio::spawn({
        let client = client.clone();
        async move { client.receive(&link).await }
    });
    hold.arrived(1).await;
    bringer.abort();
    assert!(bringer.await.unwrap_err().is_cancelled());
    drop(hold);
    assert!(matches!(end(&client, &flow).await, Stage::SignedIn(_)));
    assert_eq!(client.accounts().len(), 1);
}

/// Two processes: one waits for a sign-in; the other got its redirect at the last moment, and its code is on its way.
async fn taken_at_the_last_moment() -> (Set, [doorkey::Client; 2], doorkey::flow::FlowId, mock_op::Hold) {
    let set = Set::new().await;
    let (waiting, taker) = (set.client().await, set.client().await);
    let (flow, url) = begin(&waiting, DoorKind::Scheme).await;
    set.pass(590);
    let link = set.op.robot().sign_in(&url).await.unwrap();
    let mut hold = set.op.hold(Endpoint::Token);
    tokio::spawn({
        let taker = taker.clone();
        async move { taker.receive(&link).await }
    });
    hold.arrived(1).await;
    set.pass(20);
    // Each makes the one who waits look at the time.
    for _ in 0..20 {
        waiting.set_default_account(None).await.unwrap();
        assert!(
            !status(&waiting, &flow).unwrap().stage.is_over(),
            "its ten minutes are over, and it has been taken"
        );
    }
    (set, [waiting, taker], flow, hold)
}

#[tokio::test]
async fn a_sign_in_that_another_process_took_at_the_last_moment_ends_where_it_is_waited_for_as_it_ended_there() {
    let (_set, [waiting, taker], flow, hold) = taken_at_the_last_moment().await;
    drop(hold);
    let Stage::SignedIn(id) = end(&waiting, &flow).await else {
        panic!("{:?}", status(&waiting, &flow))
    };
    assert_eq!(waiting.accounts()[0].id, id);
    assert_eq!(taker.accounts()[0].id, id);
}

#[tokio::test]
async fn a_process_that_took_a_sign_in_and_never_ends_it_is_not_waited_for_longer_than_an_exchange_takes() {
    let (set, [waiting, _taker], flow, _hold) = taken_at_the_last_moment().await;
    set.pass(60);
    let expired = Error::FlowLost(FlowLost::FlowExpired);
    assert!(matches!(end(&waiting, &flow).await, Stage::Failed(error) if error == expired));
}
