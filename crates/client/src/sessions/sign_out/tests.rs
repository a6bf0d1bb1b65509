//! Signing out with a keychain that is not there, or not now.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use mock_op::{Endpoint, Fault as Wrong, MockOp};

use super::*;
use crate::flow::{DoorKind, Receipt, SignIn};
use crate::providers::{Provider, Registration};
use crate::sessions::read;
use crate::user_agent::UserAgent;
use crate::vault::{Fault, FaultyKeychain, KeyStore};
use crate::{Client, ClientConfig, Clock, Schemes};

struct Desk {
    op: MockOp,
    folder: tempfile::TempDir,
    keychain: FaultyKeychain,
    clock: Clock,
}

impl Desk {
    async fn with(fault: Fault) -> (Self, Client, AccountId) {
        let desk = Self {
            op: MockOp::start().await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            keychain: FaultyKeychain::default(),
            clock: Clock::adjustable(),
        };
        desk.keychain.set(fault);
        let client = desk.client();
        client.ready().await;
        let request = SignIn {
            provider: "op".into(),
            door: Some(DoorKind::Loopback),
            ..SignIn::default()
        };
        let flow = client.begin(request).unwrap();
        let give_up = Instant::now() + Duration::from_secs(20);
        let url = loop {
            match client.flow_url(&flow) {
                Some(url) => break url,
                None => assert!(Instant::now() < give_up, "{:?}", client.flow()),
            }
            tokio::task::yield_now().await;
        };
        let back = desk.op.robot().sign_in(url.url().as_str()).await.unwrap();
        let Receipt::SignedIn(id) = client.receive(&back).await else {
            panic!("{:?}", client.flow())
        };
        while !client.accounts().iter().any(|account| account.has_picture) {
            assert!(Instant::now() < give_up, "its picture comes a moment later");
            tokio::task::yield_now().await;
        }
        (desk, client, id)
    }

    fn client(&self) -> Client {
        let registration = Registration::public("demo");
        let transport = Schemes::DangerousLoopbackHttp;
        Client::open(ClientConfig {
            app_name: "Test".into(),
            scheme: "com.example.app".into(),
            folder: self.folder.path().to_owned(),
            keychain_service: "test".into(),
            key_store: KeyStore::Faulty(self.keychain.clone()),
            providers: vec![Provider::openid("op", "The provider", self.op.issuer(), registration, transport).unwrap()],
            dangerous_loopback_http: true,
            allow_device: true,
            client_id_document: None,
            fetch_origins: vec![],
            link_handler: None,
            user_agent: UserAgent {
                search_path: Some(self.folder.path().into()),
                variables: vec![],
            },
            clock: self.clock.clone(),
        })
        .unwrap()
    }

    fn sealed(&self) -> Vec<PathBuf> {
        let all = std::fs::read_dir(self.folder.path()).unwrap();
        all.map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "sealed"))
            .collect()
    }

    fn asked_to_revoke(&self) -> usize {
        self.op.requests().iter().filter(|r| r.path == "/revoke").count()
    }
}

#[tokio::test]
async fn without_a_keychain_a_revocation_waits_in_memory_and_nothing_is_written() {
    let (desk, client, id) = Desk::with(Fault::Locked).await;
    desk.op.next(Wrong::Revocation503);
    let report = client.sign_out(&id, Acts::default()).await.unwrap();
    assert!(report.forgotten && !report.key_deleted);
    assert!(matches!(report.revocation, Some(Revocation::Queued { .. })));
    assert_eq!((client.pending_revocations().await, desk.sealed().len()), (1, 0));
    desk.clock.advance(60);
    assert_eq!(client.deliver_revocations().await, 0);
    assert_eq!(desk.asked_to_revoke(), 3, "the one in vain, and both tokens");
}

#[tokio::test]
async fn whoever_delivers_waits_for_what_the_start_of_the_client_has_taken_to_send() {
    let (desk, client, id) = Desk::with(Fault::None).await;
    desk.op.next(Wrong::Revocation503);
    let report = client.sign_out(&id, Acts::default()).await.unwrap();
    assert!(matches!(report.revocation, Some(Revocation::Queued { .. })));
    drop(client);
    desk.clock.advance(60);
    let again = desk.client();
    let hold = desk.op.hold(Endpoint::Revocation);
    desk.op.take_most_at_once();
    again.ready().await;
    let give_up = Instant::now() + Duration::from_secs(20);
    while desk.op.take_most_at_once() == 0 {
        assert!(Instant::now() < give_up, "it begins to send by itself");
        tokio::task::yield_now().await;
    }
    let mut delivered = std::pin::pin!(again.deliver_revocations());
    let early = tokio::time::timeout(Duration::from_millis(300), &mut delivered).await;
    assert!(early.is_err(), "the provider has not answered: {early:?}");
    drop(hold);
    assert_eq!(delivered.await, 0);
    assert!(desk.op.live_tokens("ada").is_empty());
}

#[tokio::test]
async fn a_refresh_that_hangs_does_not_hold_up_a_sign_out_in_memory_either() {
    let (desk, client, id) = Desk::with(Fault::Locked).await;
    desk.clock.advance(60);
    assert!(desk.op.next_variant(Wrong::TokenSlow, "body"));
    let refresh = tokio::spawn({
        let (client, id) = (client.clone(), id.clone());
        async move { client.refresh_if_due(&id, 4000).await }
    });
    let under_way = || desk.op.requests().iter().filter(|r| r.path == "/token").count() == 2;
    let give_up = Instant::now() + Duration::from_secs(20);
    while !under_way() {
        assert!(Instant::now() < give_up);
        tokio::task::yield_now().await;
    }
    let began = Instant::now();
    let report = client.sign_out(&id, Acts::default()).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    assert!(report.forgotten && !refresh.is_finished());
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    assert!(client.accounts().is_empty());
    refresh.abort();
}

#[tokio::test]
async fn tokens_that_a_locked_keychain_hides_are_not_forgotten_before_they_can_be_revoked() {
    let (desk, client, id) = Desk::with(Fault::None).await;
    // A process that starts while the keychain is open and finds it locked when it needs the key anew.
    let account = desk
        .sealed()
        .into_iter()
        .find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("account-"));
    let mut bytes = std::fs::read(account.as_ref().unwrap()).unwrap();
    let whole = bytes.clone();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(account.as_ref().unwrap(), &bytes).unwrap();
    desk.keychain.set(Fault::Locked);
    let refused = client.sign_out(&id, Acts::default()).await;
    assert!(matches!(refused, Err(Error::KeychainLocked(_))), "{refused:?}");
    assert_eq!(client.accounts().len(), 1, "nothing has changed");
    assert_eq!(desk.asked_to_revoke(), 0);

    desk.keychain.set(Fault::None);
    std::fs::write(account.as_ref().unwrap(), &whole).unwrap();
    let report = client.sign_out(&id, Acts::default()).await.unwrap();
    assert!(report.forgotten);
    assert_eq!(report.revocation, Some(Revocation::Revoked));
}

#[tokio::test]
async fn an_account_can_be_forgotten_without_being_read_if_nothing_is_to_be_revoked() {
    let (desk, client, id) = Desk::with(Fault::None).await;
    let account = desk
        .sealed()
        .into_iter()
        .find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("account-"));
    std::fs::write(account.as_ref().unwrap(), b"\x01damaged beyond anything that opens").unwrap();
    desk.keychain.set(Fault::Locked);
    let acts = Acts {
        revoke: false,
        end_browser_session: false,
    };
    let report = client.sign_out(&id, acts).await.unwrap();
    assert!(report.forgotten && report.revocation.is_none());
    assert!(!account.unwrap().exists() && client.accounts().is_empty());
}

#[tokio::test]
async fn what_is_left_of_a_sign_out_does_not_take_back_a_sign_in_that_another_process_completed_since() {
    let (desk, client, id) = Desk::with(Fault::None).await;
    let inner = &client.inner;
    let before = read(inner.records().await, &id).await.unwrap().unwrap();
    // Signed out here, and something of it was left; meanwhile the person signed in again elsewhere.
    inner.leave(&id, Done::Queued([0; 32]), Some(before.signed_in_at - 60));
    inner.signed_out().insert(id.clone());
    inner.index.remove(&id);
    finish_all(inner).await;
    assert!(read(inner.records().await, &id).await.unwrap().is_some());
    assert_eq!(client.accounts().len(), 1);
    assert_eq!(desk.asked_to_revoke(), 0);
    // The same record as the one that was signed out goes.
    inner.leave(&id, Done::Queued([0; 32]), Some(before.signed_in_at));
    inner.signed_out().insert(id.clone());
    finish_all(inner).await;
    assert!(read(inner.records().await, &id).await.unwrap().is_none());
}

#[tokio::test]
async fn an_account_that_cannot_be_read_just_now_stays_and_so_does_its_picture() {
    let (desk, client, id) = Desk::with(Fault::None).await;
    let file = |kind: &str| {
        let of_kind = |path: &&PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(kind);
        desk.sealed().iter().find(of_kind).cloned().unwrap()
    };
    // Reading it fails, as it does on a disk that fails or without file handles.
    let (account, away) = (file("account-"), desk.folder.path().join("away"));
    std::fs::rename(&account, &away).unwrap();
    std::fs::create_dir(&account).unwrap();
    client.ready().await;
    assert!(client.accounts().is_empty());
    let told = client.sign_out(&id, Acts::default()).await;
    assert!(matches!(told, Err(Error::StorageFull(_))), "{told:?}");
    let kinds = |kind: &str| {
        desk.sealed()
            .iter()
            .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(kind))
            .count()
    };
    assert_eq!((kinds("account-"), kinds("picture-")), (1, 1));
    assert!(!client.inner.forget_flows_and_key().await.unwrap_or(true));
    assert_eq!(kinds("picture-"), 1);
    std::fs::remove_dir(&account).unwrap();
    std::fs::rename(&away, &account).unwrap();
    client.ready().await;
    assert_eq!(client.accounts().len(), 1);
}
