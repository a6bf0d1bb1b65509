//! Signing out: at once here, at the provider as soon as it can be reached, and never undone by what comes late.

use std::time::{Duration, Instant};

use doorkey::error::ReauthRequired;
use doorkey::flow::DoorKind;
use doorkey::sessions::{Acts, Revocation, SignOutReport};
use doorkey::vault::{KeyStore, LockName, RecordKind, RecordName, Vault, VaultConfig};
use doorkey::{Client, Error};
use mock_op::{Fault, MockOp, Recorded};
use serde_json::Value;

use crate::stage::{Set, begin, pictured, sealed};

/// The access token goes with the refresh token: two requests.
const BOTH: usize = 2;
/// For how long nobody else sends what somebody is sending, in seconds.
const LEASE: i64 = 30;
const DAY: i64 = 86_400;

async fn signed_in() -> (Set, Client) {
    let set = Set::with(MockOp::builder().show_secrets().start().await.unwrap());
    let client = set.client().await;
    set.sign_in(&client).await;
    pictured(&client).await;
    (set, client)
}

async fn sign_out(client: &Client) -> SignOutReport {
    client
        .sign_out(&client.accounts()[0].id, Acts::default())
        .await
        .unwrap()
}

/// The time, in seconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_secs()).unwrap()
}

fn revocations(set: &Set) -> Vec<Recorded> {
    let all = set.op.requests();
    all.into_iter().filter(|request| request.path == "/revoke").collect()
}

/// Waits for a condition that no event of this client tells of.
async fn eventually(what: &str, mut look: impl AsyncFnMut() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(20);
    while !look().await {
        assert!(Instant::now() < give_up, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Sends what is due until nothing waits: a client that has just started may be sending it by itself.
async fn delivered(client: &Client) {
    eventually("all is delivered", async || client.deliver_revocations().await == 0).await;
}

/// The vault of a set, as another process has it.
fn vault(set: &Set) -> Vault {
    Vault::open(VaultConfig {
        folder: set.folder(),
        service: "test".to_owned(),
        key_store: KeyStore::Memory(set.keychain.clone()),
    })
    .unwrap()
}

/// Changes the sealed record of the only account.
async fn change_record(set: &Set, client: &Client, change: impl FnOnce(&mut Value)) {
    let vault = vault(set);
    let name = RecordName::new(RecordKind::Account, client.accounts()[0].id.as_str()).unwrap();
    let mut record: Value = serde_json::from_slice(&vault.get(&name).await.unwrap().unwrap()).unwrap();
    change(&mut record);
    vault.put(&name, &serde_json::to_vec(&record).unwrap()).await.unwrap();
}

#[tokio::test]
async fn signing_out_revokes_both_tokens_and_leaves_neither_record_nor_key() {
    let (set, client) = signed_in().await;
    assert_eq!((sealed(&set.folder(), "account"), set.keychain.entries()), (1, 1));
    let report = sign_out(&client).await;
    assert!(report.forgotten && report.key_deleted && report.not_forgotten.is_none());
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    assert_eq!(report.browser_session, None, "nobody asked for that");
    assert_eq!(
        (report.display_name.as_str(), report.provider_name.as_str()),
        ("Ada Lovelace", "The provider")
    );
    let asked = revocations(&set);
    let hints: Vec<_> = asked.iter().map(|r| r.param("token_type_hint").unwrap()).collect();
    assert_eq!(hints, ["refresh_token", "access_token"]);
    let secrets = set.op.secrets();
    assert_eq!(
        asked[0].param("token"),
        secrets.refresh_tokens.back().map(String::as_str)
    );
    assert_eq!(
        asked[1].param("token"),
        secrets.access_tokens.back().map(String::as_str)
    );
    assert_eq!((sealed(&set.folder(), ""), set.keychain.entries()), (0, 0));
    assert!(client.accounts().is_empty());
    assert!(set.client().await.accounts().is_empty());
}

#[tokio::test]
async fn an_access_token_that_has_expired_is_not_sent_to_be_revoked() {
    let (set, client) = signed_in().await;
    set.clock.advance(2 * DAY);
    assert_eq!(sign_out(&client).await.revocation, Some(Revocation::Revoked));
    assert_eq!(revocations(&set).len(), 1);
}

#[tokio::test]
async fn without_the_wish_to_revoke_the_provider_is_not_asked() {
    let (set, client) = signed_in().await;
    let acts = Acts {
        revoke: false,
        end_browser_session: false,
    };
    let report = client.sign_out(&client.accounts()[0].id, acts).await.unwrap();
    assert!(report.forgotten && report.key_deleted);
    assert_eq!((report.revocation, revocations(&set).len()), (None, 0));
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
async fn a_session_that_has_ended_leaves_nothing_to_revoke() {
    let (set, client) = signed_in().await;
    set.op.next(Fault::RefreshInvalidGrant);
    set.clock.advance(60);
    let id = client.accounts()[0].id.clone();
    let ended = client.refresh_if_due(&id, 4000).await;
    assert_eq!(ended, Err(Error::ReauthRequired(ReauthRequired::Ended)));
    let report = sign_out(&client).await;
    assert_eq!(report.revocation, Some(Revocation::NothingToRevoke));
    assert!(report.key_deleted && revocations(&set).is_empty());
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

#[test]
fn a_program_that_is_killed_while_it_revokes_is_signed_out_at_its_next_start_and_revokes_then() {
    let staying = tokio::runtime::Runtime::new().unwrap();
    let killed = tokio::runtime::Runtime::new().unwrap();
    let (set, client) = staying.block_on(signed_in());
    assert!(set.op.next_variant(Fault::RevocationOffline, "slow"));
    killed.spawn(async move {
        sign_out(&client).await;
    });
    staying.block_on(eventually("the provider is asked", async || {
        revocations(&set).len() == 1
    }));
    // Everything of that client stops where it is.
    killed.shutdown_background();
    staying.block_on(async {
        let again = set.client().await;
        assert!(again.accounts().is_empty());
        assert_eq!(again.deliver_revocations().await, 1, "somebody may still be sending it");
        set.clock.advance(LEASE + 1);
        delivered(&again).await;
        assert_eq!(revocations(&set).len(), 1 + BOTH);
        eventually("nothing is left", async || {
            (sealed(&set.folder(), ""), set.keychain.entries()) == (0, 0)
        })
        .await;
    });
}

#[tokio::test]
async fn a_refresh_that_hangs_keeps_nobody_signed_in() {
    let (set, client) = signed_in().await;
    let id = client.accounts()[0].id.clone();
    set.clock.advance(60);
    assert!(set.op.next_variant(Fault::TokenSlow, "body"));
    let refresh = tokio::spawn({
        let (client, id) = (client.clone(), id.clone());
        async move { client.refresh_if_due(&id, 4000).await }
    });
    eventually("the refresh is under way", async || set.seen("token") == 2).await;
    let began = Instant::now();
    let report = sign_out(&client).await;
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    assert!(!refresh.is_finished(), "it still hangs");
    assert!(report.forgotten);
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    assert!(client.accounts().is_empty());
    let asked = client.refresh_if_due(&id, 0).await;
    assert_eq!(asked, Err(Error::ReauthRequired(ReauthRequired::Ended)));
    assert!(set.client().await.accounts().is_empty(), "also for the next start");
    refresh.abort();
}

#[tokio::test]
async fn tokens_that_another_process_gets_after_the_sign_out_are_revoked_and_the_account_stays_gone() {
    let (set, client) = signed_in().await;
    let id = client.accounts()[0].id.clone();
    // Another process is in the middle of a refresh: it holds the account's lock and has sent its request.
    let other = vault(&set);
    let name = RecordName::new(RecordKind::Account, id.as_str()).unwrap();
    let lock = LockName::new(&format!("account-{}", id.as_str())).unwrap();
    let held = other.lock(&lock, Duration::from_secs(5)).await.unwrap();
    let mut record: Value = serde_json::from_slice(&other.get(&name).await.unwrap().unwrap()).unwrap();

    let report = sign_out(&client).await;
    assert!(report.forgotten && sealed(&set.folder(), "account") == 0);
    assert!(!report.key_deleted, "the other process may need it");

    // Its answer comes late, and is written down.
    record["refresh_token"] = "late-refresh-token".into();
    record["access_token"] = "late-access-token".into();
    other.put(&name, &serde_json::to_vec(&record).unwrap()).await.unwrap();
    drop(held);
    let asked_for = |token: &str| revocations(&set).iter().any(|r| r.param("token") == Some(token));
    eventually("the late tokens are revoked", async || {
        asked_for("late-refresh-token") && asked_for("late-access-token")
    })
    .await;
    eventually("nothing is left", async || {
        sealed(&set.folder(), "") == 0 && set.keychain.entries() == 0
    })
    .await;
    assert!(client.accounts().is_empty());
    assert_eq!(revocations(&set).len(), 2 * BOTH, "each token once");
}

#[tokio::test]
async fn who_signs_in_again_at_once_is_signed_in_for_good() {
    let (set, client) = signed_in().await;
    set.op.next(Fault::Revocation503);
    sign_out(&client).await;
    let account = set.sign_in(&client).await;
    assert_eq!(client.refresh_if_due(&account.id, 60).await, Ok(()));
    set.clock.advance(60);
    assert_eq!(client.deliver_revocations().await, 0, "the old tokens are revoked");
    assert_eq!((client.accounts().len(), sealed(&set.folder(), "account")), (1, 1));
    assert_eq!(set.keychain.entries(), 1, "the key is needed again");
}

#[tokio::test]
async fn removing_all_data_leaves_only_the_empty_files_that_processes_lock() {
    let set = Set::new().await;
    let client = set.client().await;
    set.sign_in(&client).await;
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    client
        .receive(&set.op.robot().person("grace").sign_in(&url).await.unwrap())
        .await;
    assert_eq!(client.accounts().len(), 2);
    // One more is waited for, one record was set aside, and one revocation cannot be delivered.
    begin(&client, DoorKind::Scheme).await;
    let damaged = set.folder().join("account-x.sealed");
    std::fs::write(&damaged, b"not sealed").unwrap();
    std::fs::write(set.folder().join("account-y.aside1-00000000"), b"set aside").unwrap();
    set.op.always(Fault::Revocation503);

    let report = client.forget_everything().await;
    assert_eq!((report.accounts, report.undelivered), (2, 2));
    assert!(
        report.key_deleted && report.left == 0 && report.problem.is_none(),
        "{report:?}"
    );
    assert!(client.accounts().is_empty() && client.flow().is_none());
    assert_eq!(set.keychain.entries(), 0);
    for file in std::fs::read_dir(set.folder()).unwrap() {
        let file = file.unwrap();
        assert!(file.file_name().to_str().unwrap().ends_with(".lock"), "{file:?}");
        assert_eq!(file.metadata().unwrap().len(), 0);
    }
    assert_eq!(client.pending_revocations().await, 0);
    // And it can be used again.
    set.op.reset();
    set.sign_in(&client).await;
}
