//! New tokens that came and could not be written: nobody loses them while the program runs.

use std::path::PathBuf;

use doorkey::error::{ReauthRequired, StorageFault};
use doorkey::sessions::{Acts, Revocation};
use doorkey::{Client, Error, Event};
use mock_op::{Endpoint, Fault, MockOp};

use crate::refresh::{fetch, renew, signed_in};
use crate::stage::{Set, sealed, until};

/// A vault folder that is away: a file stands in its place, so that nothing in it can be read, written or locked.
struct Away {
    folder: PathBuf,
    kept: PathBuf,
}

impl Away {
    fn take(set: &Set) -> Self {
        let away = Self {
            folder: set.folder(),
            kept: set.home.path().join("kept"),
        };
        std::fs::rename(&away.folder, &away.kept).unwrap();
        std::fs::write(&away.folder, "no folder").unwrap();
        away
    }

    fn give_back(self) {
        std::fs::remove_file(&self.folder).unwrap();
        std::fs::rename(&self.kept, &self.folder).unwrap();
    }
}

/// Somebody whose refresh token was renewed, and the new one could not be written: the disk went away in between.
async fn unsaved() -> (Set, Client, Away) {
    let op = MockOp::builder().show_secrets().start().await.unwrap();
    let (set, client) = signed_in(Set::with(op)).await;
    let mut hold = set.op.hold(Endpoint::Token);
    let refresh = tokio::spawn({
        let client = client.clone();
        async move { renew(&client).await }
    });
    hold.arrived(1).await;
    let away = Away::take(&set);
    drop(hold);
    assert_eq!(refresh.await.unwrap(), Ok(()), "the tokens are here, and good");
    (set, client, away)
}

#[tokio::test]
async fn tokens_that_cannot_be_written_serve_everyone_in_this_process_and_a_window_can_warn_of_them() {
    let (set, client, away) = unsaved().await;
    let id = client.accounts()[0].id.clone();
    assert_eq!(client.unsaved(), std::slice::from_ref(&id));
    assert_eq!(fetch(&set, &client).await, Ok(200));
    assert_eq!(client.refresh_if_due(&id, 3000).await, Ok(()));
    assert_eq!(set.refreshes(), 1);
    let failed = Err(Error::StorageFull(StorageFault::StorageFailed));
    assert_eq!(client.save_unsaved().await, failed);
    assert_eq!(client.unsaved(), [id]);

    away.give_back();
    assert_eq!(client.save_unsaved().await, Ok(()));
    assert!(client.unsaved().is_empty());
    drop(client);
    let next_start = set.client().await;
    assert!(!next_start.accounts()[0].ended);
    set.pass(60);
    assert_eq!(renew(&next_start).await, Ok(()), "with the token that was written late");
}

#[tokio::test]
async fn the_person_is_told_once_however_often_the_write_fails() {
    let op = MockOp::builder().start().await.unwrap();
    let (set, client) = signed_in(Set::with(op)).await;
    let mut events = client.events();
    let mut hold = set.op.hold(Endpoint::Token);
    let refresh = tokio::spawn({
        let client = client.clone();
        async move { renew(&client).await }
    });
    hold.arrived(1).await;
    let _away = Away::take(&set);
    drop(hold);
    refresh.await.unwrap().unwrap();
    for _ in 0..3 {
        client.save_unsaved().await.unwrap_err();
        set.pass(60);
        assert_eq!(renew(&client).await, Ok(()));
    }
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Notice(error) = event {
            told.push(error);
        }
    }
    assert_eq!(told, [Error::StorageFull(StorageFault::StorageFailed)]);
}

#[tokio::test]
async fn a_session_that_cannot_be_written_is_renewed_again_when_its_token_expires() {
    let (set, client, away) = unsaved().await;
    for turn in 2..=4 {
        set.pass(3600);
        assert_eq!(fetch(&set, &client).await, Ok(200));
        assert_eq!(set.refreshes(), turn);
    }
    away.give_back();
    assert_eq!(client.save_unsaved().await, Ok(()));
    set.pass(60);
    assert_eq!(
        renew(&set.client().await).await,
        Ok(()),
        "the newest of them was written"
    );
}

#[tokio::test]
async fn a_lost_answer_is_remembered_also_where_its_mark_could_not_be_written() {
    let (set, client, away) = unsaved().await;
    set.pass(60);
    set.op.next(Fault::RefreshResponseLost);
    assert_eq!(renew(&client).await, Err(Error::Offline));
    let unknown = Err(Error::ReauthRequired(ReauthRequired::OutcomeUnknown));
    assert_eq!(renew(&client).await, unknown);
    assert_eq!(set.refreshes(), 2, "neither token was sent twice");
    away.give_back();
    assert_eq!(client.save_unsaved().await, Ok(()));
    assert!(set.client().await.accounts()[0].ended);
}

#[tokio::test]
async fn a_use_writes_what_could_not_be_written_as_soon_as_it_can_be() {
    let (set, client, away) = unsaved().await;
    away.give_back();
    assert_eq!(fetch(&set, &client).await, Ok(200));
    until(&client, || client.unsaved().is_empty().then_some(())).await;
}

#[tokio::test]
async fn a_program_that_does_nothing_else_writes_it_too() {
    let (_set, client, away) = unsaved().await;
    away.give_back();
    let keeping = tokio::spawn({
        let client = client.clone();
        async move { client.keep_fresh().await }
    });
    until(&client, || client.unsaved().is_empty().then_some(())).await;
    keeping.abort();
}

#[tokio::test]
async fn another_process_sees_that_the_outcome_is_unknown_and_what_is_written_late_mends_that() {
    let (set, client, away) = unsaved().await;
    away.give_back();
    let other = set.client().await;
    assert_eq!(
        renew(&other).await.unwrap_err().kind(),
        "ReauthRequired",
        "it found the mark"
    );
    assert_eq!(set.refreshes(), 1, "and sent nothing");
    assert_eq!(client.save_unsaved().await, Ok(()));
    assert_eq!(renew(&other).await, Ok(()));
}

#[tokio::test]
async fn who_signed_out_meanwhile_stays_signed_out_and_the_unwritten_tokens_are_revoked() {
    let (set, client, away) = unsaved().await;
    let late = set.op.secrets().refresh_tokens.back().cloned().unwrap();
    away.give_back();
    let other = set.client().await;
    other.sign_out(&client.accounts()[0].id, Acts::default()).await.unwrap();
    assert_eq!(client.save_unsaved().await, Ok(()));
    assert!(client.unsaved().is_empty() && client.accounts().is_empty());
    assert_eq!(sealed(&set.folder(), "account"), 0);
    let requests = set.op.requests();
    assert!(
        requests
            .iter()
            .any(|request| { request.endpoint == Endpoint::Revocation && request.param("token") == Some(&late) })
    );
}

#[tokio::test]
async fn who_signed_in_anew_meanwhile_keeps_the_new_session() {
    let (set, client, away) = unsaved().await;
    away.give_back();
    set.pass(60);
    let other = set.client().await;
    let signed_in_at = set.sign_in(&other).await.signed_in_at;
    assert_eq!(client.save_unsaved().await, Ok(()));
    assert!(client.unsaved().is_empty());
    assert_eq!(client.accounts()[0].signed_in_at, signed_in_at);
    set.pass(60);
    assert_eq!(renew(&client).await, Ok(()));
}

#[tokio::test]
async fn signing_out_here_revokes_the_token_that_could_not_be_written_and_not_the_one_on_disk() {
    let (set, client, away) = unsaved().await;
    let late = set.op.secrets().refresh_tokens.back().cloned().unwrap();
    away.give_back();
    let report = client
        .sign_out(&client.accounts()[0].id, Acts::default())
        .await
        .unwrap();
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    assert!(client.unsaved().is_empty() && client.accounts().is_empty());
    let requests = set.op.requests();
    let revoked = requests
        .iter()
        .rev()
        .filter(|request| request.endpoint == Endpoint::Revocation)
        .find(|request| request.param("token_type_hint") == Some("refresh_token"));
    assert_eq!(revoked.and_then(|request| request.param("token")), Some(late.as_str()));
}

/// Somebody whose data folder went away while a refresh was under way: it is in the second place now.
async fn folder_gone() -> (Set, Client, PathBuf) {
    let op = MockOp::builder().show_secrets().start().await.unwrap();
    let (set, client) = signed_in(Set::with(op)).await;
    let mut hold = set.op.hold(Endpoint::Token);
    let refresh = tokio::spawn({
        let client = client.clone();
        async move { renew(&client).await }
    });
    hold.arrived(1).await;
    let elsewhere = set.home.path().join("elsewhere");
    std::fs::rename(set.folder(), &elsewhere).unwrap();
    drop(hold);
    assert_eq!(refresh.await.unwrap(), Ok(()), "the tokens are here, and good");
    (set, client, elsewhere)
}

#[tokio::test]
async fn a_data_folder_that_is_gone_when_tokens_come_is_no_sign_out_and_the_tokens_wait_for_it_to_come_back() {
    let (set, client, elsewhere) = folder_gone().await;
    let id = client.accounts()[0].id.clone();
    assert_eq!(client.unsaved(), std::slice::from_ref(&id));
    assert_eq!(fetch(&set, &client).await, Ok(200));
    let failed = Err(Error::StorageFull(StorageFault::StorageFailed));
    assert_eq!(client.save_unsaved().await, failed);
    assert_eq!(client.unsaved(), [id]);
    std::fs::rename(elsewhere, set.folder()).unwrap();
    assert_eq!(client.save_unsaved().await, Ok(()));
    assert!(client.unsaved().is_empty());
    set.pass(60);
    let next_start = set.client().await;
    assert_eq!(renew(&next_start).await, Ok(()), "with the token that was written late");
    assert_eq!(set.seen("revocation"), 0, "nobody signed out");
}

#[tokio::test]
async fn a_data_folder_that_never_comes_back_ends_no_session_of_a_program_that_runs() {
    let (set, client, _) = folder_gone().await;
    for turn in 2..=4 {
        set.pass(3600);
        assert_eq!(fetch(&set, &client).await, Ok(200));
        assert_eq!(set.refreshes(), turn);
    }
    assert_eq!(client.accounts().len(), 1);
    assert_eq!(set.seen("revocation"), 0);
}
