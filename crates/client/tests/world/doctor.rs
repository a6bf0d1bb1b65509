//! The doctor, with each thing that it looks at in each state.

#![cfg(target_os = "linux")]

mod browser;
mod clock;
mod delivery;
mod links;
mod network;
mod proxy;
mod records;

use doorkey::doctor::{CheckId, Detail, Examination, Finding, Reason, Repair, State, examine_provider};
use doorkey::link_handler::LinkHandler;
use doorkey::providers::{Provider, Registration};
use doorkey::transport::{Transport, TransportConfig};
use doorkey::user_agent::UserAgent;
use doorkey::vault::{KeyStore, MemoryKeychain};
use doorkey::{Client, ClientConfig, Clock, Schemes};

use crate::link_handler::{Home, SCHEME};
use crate::wire::SOON;

/// A computer with a client on it.
pub(crate) struct Desk {
    pub(crate) home: Home,
    pub(crate) keychain: MemoryKeychain,
}

impl Desk {
    fn new() -> Self {
        Self {
            home: Home::new(),
            keychain: MemoryKeychain::default(),
        }
    }

    fn folder(&self) -> std::path::PathBuf {
        self.home.path("vault")
    }

    /// An opener that is looked for in this home only, where there is a screen.
    fn user_agent(&self) -> UserAgent {
        UserAgent {
            search_path: Some(self.home.path("openers").into()),
            variables: vec![("DISPLAY".into(), ":none".into())],
        }
    }

    fn client(&self) -> Client {
        self.client_with(Some(self.home.ours()), self.user_agent(), None)
    }

    fn client_with(&self, handler: Option<LinkHandler>, user_agent: UserAgent, issuer: Option<&str>) -> Client {
        let store = KeyStore::Memory(self.keychain.clone());
        open(self.folder(), store, handler, user_agent, issuer)
    }
}

fn open(
    folder: std::path::PathBuf,
    key_store: KeyStore,
    link_handler: Option<LinkHandler>,
    user_agent: UserAgent,
    issuer: Option<&str>,
) -> Client {
    let registration = || Registration::public("demo");
    let provider = |issuer| {
        let schemes = Schemes::DangerousLoopbackHttp;
        Provider::openid("op", "The provider", issuer, registration(), schemes).expect("a provider")
    };
    Client::open(ClientConfig {
        app_name: "Test".to_owned(),
        scheme: SCHEME.to_owned(),
        folder,
        keychain_service: "test".to_owned(),
        key_store,
        clock: Clock::system(),
        providers: issuer.map(provider).into_iter().collect(),
        dangerous_loopback_http: true,
        allow_device: true,
        client_id_document: None,
        fetch_origins: Vec::new(),
        link_handler,
        user_agent,
    })
    .expect("opened")
}

/// The finding of one check; the others are ended.
async fn one(mut examination: Examination, check: CheckId) -> Finding {
    let looking = async {
        while let Some(finding) = examination.next().await {
            if finding.check() == check {
                return finding;
            }
        }
        unreachable!("each check gives a finding")
    };
    tokio::time::timeout(SOON, looking).await.expect("it ends")
}

/// All findings of a client without a provider.
async fn all(client: &Client) -> Vec<Finding> {
    let found = client.examine(None).expect("it begins").finish();
    tokio::time::timeout(SOON, found).await.expect("it ends")
}

fn by(found: &[Finding], check: CheckId) -> &Finding {
    let finding = found.iter().find(|finding| finding.check() == check);
    finding.expect("each check gives one")
}

/// The finding of one check of a client, without a provider.
async fn here(client: &Client, check: CheckId) -> Finding {
    one(client.examine(None).expect("it begins"), check).await
}

fn loopback() -> Transport {
    let config = TransportConfig {
        loopback_http: true,
        ..TransportConfig::default()
    };
    Transport::new(config).expect("built")
}

/// The finding of one check of a provider over http on this computer.
async fn near(issuer: &str, check: CheckId) -> Finding {
    let schemes = Schemes::DangerousLoopbackHttp;
    let examination = examine_provider(loopback(), issuer, schemes, Clock::system());
    one(examination.expect("it begins"), check).await
}

/// What was seen, which must be something.
fn detail(finding: &Finding) -> &Detail {
    finding.detail().unwrap_or_else(|| unreachable!("{finding:?}"))
}

fn not_checked(finding: &Finding, reason: Reason) {
    assert_eq!(finding.state(), State::NotChecked(reason), "{finding:?}");
    assert_eq!(finding.repair(), None);
}

#[tokio::test]
async fn every_check_gives_one_finding_and_all_are_told_by_name_from_the_start() {
    let desk = Desk::new();
    let op = mock_op::MockOp::builder().start().await.expect("a provider");
    let client = desk.client_with(Some(desk.home.ours()), desk.user_agent(), Some(op.issuer()));
    for provider in [None, Some("op")] {
        let examination = client.examine(provider).expect("it begins");
        assert_eq!(examination.checks(), CheckId::ALL);
        let found = tokio::time::timeout(SOON, examination.finish()).await.expect("it ends");
        let order: Vec<_> = found.iter().map(Finding::check).collect();
        assert_eq!(order, CheckId::ALL);
        for finding in &found {
            let words = finding.words("Test", "The provider");
            assert!(
                !words.title.contains("doctor-") && !words.text.contains("doctor-"),
                "{words:?}"
            );
            let troubled = matches!(finding.state(), State::Advice | State::Broken);
            assert_eq!(words.remedy.is_some(), troubled, "{words:?}");
            assert_eq!(words.button.is_some(), finding.repair().is_some(), "{words:?}");
        }
    }
    assert!(client.examine(Some("stranger")).is_err(), "no such provider");
    assert!(
        examine_provider(loopback(), "http://op.example", Schemes::HttpsOnly, Clock::system()).is_err(),
        "nobody may be asked there"
    );
}

#[tokio::test]
async fn without_a_provider_the_checks_of_one_say_so() {
    let client = Desk::new().client();
    for check in [
        CheckId::Proxy,
        CheckId::Reachability,
        CheckId::Interception,
        CheckId::Clock,
    ] {
        not_checked(&here(&client, check).await, Reason::NoProvider);
    }
}

#[tokio::test]
async fn a_provider_that_hangs_keeps_no_check_of_this_computer_waiting() {
    let silent = crate::wire::Server::start(|mut stream, _| async move {
        crate::wire::read_head(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let desk = Desk::new();
    let client = desk.client_with(Some(desk.home.ours()), desk.user_agent(), Some(&silent.url("")));
    let mut examination = client.examine(Some("op")).expect("it begins");
    let mut early = Vec::new();
    let looking = async {
        while early.len() < 8 {
            early.push(examination.next().await.expect("a finding").check());
        }
    };
    // The provider's own deadline is ten seconds.
    tokio::time::timeout(std::time::Duration::from_secs(8), looking)
        .await
        .expect("the others are told meanwhile");
    assert!(!early.contains(&CheckId::Reachability) && !early.contains(&CheckId::Clock));
}

#[tokio::test]
async fn a_repair_that_cannot_be_made_is_an_error() {
    let desk = Desk::new();
    let client = desk.client_with(None, desk.user_agent(), None);
    assert!(client.repair(Repair::RegisterLinks).await.is_err());
    assert!(
        client.repair(Repair::SetDamagedAside).await.is_ok(),
        "there is nothing to mend"
    );
}
