//! Revocations that wait: what each answer of the provider means for them, when they are sent, and by whom.

use doorkey::sessions::Revocation;
use mock_op::Fault;

use crate::sign_out::{BOTH, DAY, change_record, delivered, eventually, revocations, sign_out, signed_in};
use crate::stage::{Set, sealed};

/// The time, in seconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_secs()).unwrap()
}

#[tokio::test]
async fn a_busy_provider_is_asked_again_after_a_restart_and_not_before_the_time_it_named() {
    let (set, client) = signed_in().await;
    set.op.next(Fault::Revocation503);
    let report = sign_out(&client).await;
    assert!(
        report.forgotten && client.accounts().is_empty(),
        "here it is over at once"
    );
    assert!(!report.key_deleted, "what waits is sealed with the key");
    let Some(Revocation::Queued { next_try_at }) = report.revocation else {
        panic!("{report:?}")
    };
    // The mock says `Retry-After: 2`; a pause of ours would be longer.
    assert!((0..=3).contains(&(next_try_at - now())), "{next_try_at}");
    assert_eq!((sealed(&set.folder(), "revocation"), set.keychain.entries()), (1, 1));
    drop(client);

    set.clock.advance(-5);
    let again = set.client().await;
    assert!(again.accounts().is_empty());
    assert_eq!(again.deliver_revocations().await, 1);
    assert_eq!(revocations(&set).len(), 1, "it is not time yet");
    set.clock.advance(10);
    delivered(&again).await;
    assert_eq!(revocations(&set).len(), 1 + BOTH);
    eventually("nothing is left", async || {
        (sealed(&set.folder(), ""), set.keychain.entries()) == (0, 0)
    })
    .await;
}

#[tokio::test]
async fn a_start_delivers_by_itself_what_the_last_run_could_not() {
    let (set, client) = signed_in().await;
    set.op.next(Fault::RevocationOffline);
    assert!(matches!(
        sign_out(&client).await.revocation,
        Some(Revocation::Queued { .. })
    ));
    assert_eq!(client.pending_revocations().await, 1);
    set.clock.advance(60);
    let again = set.client().await;
    eventually("it is delivered", async || again.pending_revocations().await == 0).await;
    eventually("the key is not needed any more", async || set.keychain.entries() == 0).await;
}

#[tokio::test]
async fn a_provider_that_never_ends_its_answer_is_left_after_some_seconds_and_asked_again() {
    let (set, client) = signed_in().await;
    assert!(set.op.next_variant(Fault::RevocationOffline, "slow"));
    let report = sign_out(&client).await;
    assert!(report.forgotten);
    assert!(matches!(report.revocation, Some(Revocation::Queued { .. })));
    set.clock.advance(60);
    assert_eq!(client.deliver_revocations().await, 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_settles_nothing() {
    for variant in Fault::RevocationRedirect.variants() {
        let (set, client) = signed_in().await;
        assert!(set.op.next_variant(Fault::RevocationRedirect, variant));
        let report = sign_out(&client).await;
        assert!(report.forgotten, "{variant}");
        assert!(
            matches!(report.revocation, Some(Revocation::Queued { .. })),
            "{variant}: {report:?}"
        );
        set.clock.advance(60);
        assert_eq!(client.deliver_revocations().await, 0, "{variant}");
        assert_eq!(set.seen("elsewhere"), 0, "{variant}");
    }
}

#[tokio::test]
async fn what_the_provider_cannot_revoke_is_told_and_not_asked_again() {
    let (set, client) = signed_in().await;
    set.op.always(Fault::RevocationUnsupportedType);
    let report = sign_out(&client).await;
    assert!(report.forgotten && report.key_deleted);
    assert_eq!(report.revocation, Some(Revocation::Unsupported));
    assert_eq!(client.pending_revocations().await, 0);
}

#[tokio::test]
async fn a_provider_without_an_endpoint_is_told_as_such() {
    let set = Set::new().await;
    set.op.always(Fault::RevocationNoEndpoint);
    let client = set.client().await;
    set.sign_in(&client).await;
    let report = sign_out(&client).await;
    assert!(report.forgotten && report.key_deleted);
    assert_eq!(report.revocation, Some(Revocation::Unsupported));
    assert_eq!((client.pending_revocations().await, set.seen("revocation")), (0, 0));
}

#[tokio::test]
async fn any_two_hundred_is_success_whatever_its_body() {
    let (set, client) = signed_in().await;
    set.op.always(Fault::RevocationInvalidToken200);
    let report = sign_out(&client).await;
    assert!(report.forgotten && report.key_deleted);
    assert_eq!(report.revocation, Some(Revocation::Revoked));
}

#[tokio::test]
async fn a_client_that_the_provider_does_not_know_is_refused_once_and_the_account_is_gone() {
    let (set, client) = signed_in().await;
    change_record(&set, &client, |record| record["client_id"] = "nobody".into()).await;
    let report = sign_out(&client).await;
    assert!(report.forgotten && report.key_deleted);
    assert_eq!(report.revocation, Some(Revocation::Refused));
    assert_eq!((client.pending_revocations().await, revocations(&set).len()), (0, 1));
}

#[tokio::test]
async fn a_revocation_is_tried_ever_more_rarely_and_given_up_after_a_week() {
    let (set, client) = signed_in().await;
    set.op.always(Fault::Revocation503);
    sign_out(&client).await;
    let mut advanced = 0;
    while advanced < 6 * DAY {
        set.clock.advance(8 * 3600);
        advanced += 8 * 3600;
        assert_eq!(client.deliver_revocations().await, 1, "after {advanced} s");
    }
    let tries = revocations(&set).len();
    assert_eq!(tries, 1 + 18, "one for each time that it was due");
    set.clock.advance(DAY);
    assert_eq!(client.deliver_revocations().await, 0);
    assert_eq!(
        revocations(&set).len(),
        tries,
        "it is past, so it is not sent once more"
    );
    assert_eq!((sealed(&set.folder(), ""), set.keychain.entries()), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_processes_that_look_at_once_send_it_once() {
    let (set, client) = signed_in().await;
    set.op.next(Fault::RevocationOffline);
    sign_out(&client).await;
    let mut clients = vec![client];
    for _ in 0..7 {
        clients.push(set.client().await);
    }
    set.clock.advance(60);
    let before = revocations(&set).len();
    let looking: Vec<_> = clients
        .iter()
        .map(|client| {
            let client = client.clone();
            tokio::spawn(async move { client.deliver_revocations().await })
        })
        .collect();
    for look in looking {
        look.await.unwrap();
    }
    delivered(&clients[0]).await;
    assert_eq!(revocations(&set).len() - before, BOTH);
}
