//! Removing all data: in which order, and what others see of it.

use std::time::Duration;

use doorkey::error::ReauthRequired;
use doorkey::flow::DoorKind;
use doorkey::{Client, Error};
use mock_op::{Endpoint, MockOp};

use crate::refresh::renew;
use crate::sign_out::BOTH;
use crate::stage::{Set, begin, pictured, sealed};

/// Somebody with a picture, and an order of accounts that was written down.
async fn at_home() -> (Set, Client) {
    let set = Set::with(MockOp::builder().show_secrets().start().await.unwrap());
    let client = set.client().await;
    let account = set.sign_in(&client).await;
    pictured(&client).await;
    client.set_default_account(Some(account.id)).await.unwrap();
    let kinds = ["account", "picture", "index"];
    assert_eq!(kinds.map(|kind| sealed(&set.folder(), kind)), [1, 1, 1]);
    (set, client)
}

#[tokio::test]
async fn the_provider_is_told_before_the_queue_and_the_key_that_opens_it_are_gone() {
    let (set, client) = at_home().await;
    let mut hold = set.op.hold(Endpoint::Revocation);
    let forgetting = tokio::spawn({
        let client = client.clone();
        async move { client.forget_everything().await }
    });
    hold.arrived(1).await;
    // A program that is killed now still revokes after its next start.
    assert_eq!(sealed(&set.folder(), "revocation"), 1);
    assert_eq!(set.keychain.entries(), 1);
    assert_eq!(
        sealed(&set.folder(), "account"),
        0,
        "nobody waits for the provider with that"
    );
    drop(hold);
    let report = forgetting.await.unwrap();
    assert_eq!((report.accounts, report.undelivered, report.left), (1, 0, 0));
    assert!(report.key_deleted && report.problem.is_none(), "{report:?}");
    assert_eq!(set.seen("revocation"), BOTH);
    let kinds = [
        "account",
        "picture",
        "index",
        "revocation",
        "tombstone",
        "outcome",
        "parked",
    ];
    assert_eq!(kinds.map(|kind| sealed(&set.folder(), kind)), [0; 7]);
    assert_eq!(set.keychain.entries(), 0);
}

#[tokio::test]
async fn another_process_sees_that_everything_is_gone_and_can_begin_anew() {
    let (set, client) = at_home().await;
    let neighbour = set.client().await;
    assert_eq!(neighbour.accounts().len(), 1);
    let id = neighbour.accounts()[0].id.clone();
    client.forget_everything().await;
    set.pass(60);
    assert_eq!(
        neighbour.refresh_now(&id).await,
        Err(Error::ReauthRequired(ReauthRequired::Ended))
    );
    neighbour.follow_other_processes().await.unwrap();
    assert!(neighbour.accounts().is_empty());
    assert_eq!(set.refreshes(), 0);
    set.sign_in(&neighbour).await;
    client.follow_other_processes().await.unwrap();
    assert_eq!(client.accounts().len(), 1, "and the first one sees that");
}

#[tokio::test]
async fn tokens_that_another_process_gets_meanwhile_are_revoked_and_bring_nobody_back() {
    let (set, client) = at_home().await;
    let neighbour = set.client().await;
    set.pass(60);
    let mut hold = set.op.hold(Endpoint::Token);
    let refresh = tokio::spawn(async move { renew(&neighbour).await });
    hold.arrived(1).await;
    let report = client.forget_everything().await;
    assert_eq!((report.accounts, report.left), (1, 0));
    let before = set.seen("revocation");
    drop(hold);
    let ended = Err(Error::ReauthRequired(ReauthRequired::Ended));
    assert_eq!(refresh.await.unwrap(), ended);
    assert_eq!(set.seen("revocation"), before + BOTH);
    assert_eq!(sealed(&set.folder(), "account"), 0);
}

#[tokio::test]
async fn a_sign_in_whose_code_is_on_its_way_is_waited_for_and_signed_out_with_the_others() {
    let (set, client) = at_home().await;
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().person("grace").sign_in(&url).await.unwrap();
    let mut hold = set.op.hold(Endpoint::Token);
    tokio::spawn({
        let client = client.clone();
        async move { client.receive(&link).await }
    });
    hold.arrived(1).await;
    let mut forgetting = tokio::spawn({
        let client = client.clone();
        async move { client.forget_everything().await }
    });
    let early = tokio::time::timeout(Duration::from_millis(300), &mut forgetting).await;
    assert!(early.is_err(), "it waits for the sign-in");
    drop(hold);
    let report = forgetting.await.unwrap();
    assert_eq!((report.accounts, report.undelivered), (2, 0));
    assert!(client.accounts().is_empty());
    assert_eq!((sealed(&set.folder(), "account"), set.keychain.entries()), (0, 0));
}
