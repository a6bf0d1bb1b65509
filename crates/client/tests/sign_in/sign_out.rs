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
pub const BOTH: usize = 2;
/// For how long nobody else sends what somebody is sending, in seconds.
const LEASE: i64 = 30;
pub const DAY: i64 = 86_400;

pub async fn signed_in() -> (Set, Client) {
    let set = Set::with(MockOp::builder().show_secrets().start().await.unwrap());
    let client = set.client().await;
    set.sign_in(&client).await;
    pictured(&client).await;
    (set, client)
}

pub async fn sign_out(client: &Client) -> SignOutReport {
    client
        .sign_out(&client.accounts()[0].id, Acts::default())
        .await
        .unwrap()
}

pub fn revocations(set: &Set) -> Vec<Recorded> {
    let all = set.op.requests();
    all.into_iter().filter(|request| request.path == "/revoke").collect()
}

/// Waits for a condition that no event of this client tells of.
pub async fn eventually(what: &str, mut look: impl AsyncFnMut() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(20);
    while !look().await {
        assert!(Instant::now() < give_up, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Sends what is due until nothing waits: a client that has just started may be sending it by itself.
pub async fn delivered(client: &Client) {
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
pub async fn change_record(set: &Set, client: &Client, change: impl FnOnce(&mut Value)) {
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
async fn a_program_that_is_killed_after_it_queued_the_revocation_is_signed_out_at_its_next_start() {
    let (set, client) = signed_in().await;
    let name = RecordName::new(RecordKind::Account, client.accounts()[0].id.as_str()).unwrap();
    let record = vault(&set).get(&name).await.unwrap().unwrap();
    set.op.next(Fault::RevocationOffline);
    sign_out(&client).await;
    drop(client);
    // As the disk was a moment before: the revocation is queued, and the account is still there.
    vault(&set).put(&name, &record).await.unwrap();

    let again = set.client().await;
    assert!(again.accounts().is_empty());
    eventually("its record goes", async || sealed(&set.folder(), "account") == 0).await;
    assert_eq!(again.pending_revocations().await, 1, "that is for later");

    // A process that was running all along finds it too, when it sends what is due.
    vault(&set).put(&name, &record).await.unwrap();
    again.follow_other_processes().await.unwrap();
    assert_eq!(again.accounts().len(), 1);
    set.clock.advance(60);
    delivered(&again).await;
    assert!(again.accounts().is_empty());
    eventually("its record goes again", async || sealed(&set.folder(), "account") == 0).await;
    // Each token once, after the try that came to nothing.
    assert_eq!(revocations(&set).len(), 1 + BOTH);
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
    for left in ["account-y.aside-1-00000000", "parked-z.claimed-00000000", ".writing-x"] {
        std::fs::write(set.folder().join(left), b"left").unwrap();
    }
    let stranger = set.folder().join("notes.txt");
    std::fs::write(&stranger, b"not ours").unwrap();
    set.op.always(Fault::Revocation503);

    let report = client.forget_everything().await;
    assert_eq!((report.accounts, report.undelivered), (2, 2));
    assert!(
        report.key_deleted && report.left == 0 && report.problem.is_none(),
        "{report:?}"
    );
    assert!(client.accounts().is_empty() && client.flow().is_none());
    assert_eq!(set.keychain.entries(), 0);
    std::fs::remove_file(&stranger).expect("what is not ours is still there");
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
