//! An installation that registers itself, where no client was configured.
//!
//! Spec: RFC 7591 section 3

use doorkey::flow::{DoorKind, Stage};
use doorkey::providers::{Preset, Provider, Registration, RegistrationStyle, SecretRule, SelfRegistration, preset};
use doorkey::{Client, Error, Misconfiguration};
use mock_op::Fault;

use crate::plain_oauth::github;
use crate::stage::{Set, begin, sealed};

/// A provider that everybody registers at; nothing is configured.
fn provider(issuer: &str, secret: SecretRule) -> Provider {
    let mut preset: Preset = preset("openid").unwrap().clone();
    preset.id = "op".into();
    preset.issuer = issuer.to_owned();
    preset.parameters.clear();
    preset.registration.secret = secret;
    preset.registration.itself = Some(SelfRegistration {
        style: RegistrationStyle::Rfc7591,
        endpoint: None,
    });
    Provider {
        preset,
        client: None,
        link_client: None,
        link_with_client: false,
    }
}

async fn process(set: &Set, provider: Provider) -> Client {
    let client = set.client_with(provider);
    client.ready().await;
    client
}

async fn public(set: &Set) -> Client {
    process(set, provider(set.op.issuer(), SecretRule::None)).await
}

/// The client ids that codes were exchanged for.
fn exchanged(set: &Set) -> Vec<String> {
    let all = set.op.requests().into_iter();
    let codes = all.filter(|request| request.param("grant_type") == Some("authorization_code"));
    codes
        .map(|request| request.param("client_id").unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn the_first_sign_in_registers_and_later_ones_in_any_process_and_by_either_door_use_that_client() {
    let set = Set::new().await;
    let first = public(&set).await;
    assert!(first.with_providers(|all| all[0].is_configured()));
    set.sign_in(&first).await;
    drop(first);
    let second = public(&set).await;
    set.sign_in(&second).await;
    // RFC 8252 7.3: registered without a port, and taken with the one that the door has this time.
    let (_, url) = begin(&second, DoorKind::Loopback).await;
    let redirect = set.op.robot().sign_in(&url).await.unwrap();
    assert!(redirect.starts_with("http://127.0.0.1:"));
    let ids = exchanged(&set);
    assert_eq!((set.seen("registration"), ids.len()), (1, 2));
    assert!(
        ids.iter().all(|id| *id == ids[0] && id != "demo" && !id.is_empty()),
        "{ids:?}"
    );
}

#[tokio::test]
async fn two_processes_that_begin_at_once_register_once() {
    let set = Set::new().await;
    let (one, two) = (public(&set).await, public(&set).await);
    tokio::join!(begin(&one, DoorKind::Scheme), begin(&two, DoorKind::Scheme));
    assert_eq!((set.seen("registration"), sealed(&set.folder(), "client")), (1, 1));
}

#[tokio::test]
async fn a_secret_of_this_installation_alone_is_used_where_the_provider_wants_one() {
    let set = Set::new().await;
    let client = process(&set, provider(set.op.issuer(), SecretRule::PerInstallation)).await;
    set.sign_in(&client).await;
    let requests = set.op.requests().into_iter();
    let mut tokens = requests.filter(|request| request.path == "/token");
    let header = tokens.next().unwrap().authorization.unwrap_or_default();
    assert!(header.starts_with("Basic "));
}

#[tokio::test]
async fn what_was_registered_at_one_issuer_is_never_used_at_another() {
    let set = Set::new().await;
    set.sign_in(&public(&set).await).await;
    let elsewhere = process(&set, provider(&set.op.issuer_named("okta"), SecretRule::None)).await;
    set.sign_in(&elsewhere).await;
    let ids = exchanged(&set);
    assert_eq!((set.seen("registration"), ids.len()), (2, 2));
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_client_that_the_provider_does_not_know_any_more_is_registered_anew_at_the_next_sign_in() {
    let set = Set::new().await;
    let client = public(&set).await;
    set.sign_in(&client).await;
    assert!(set.op.next_variant(Fault::TokenErrorJson, "invalid_client"));
    let status = set.attempt(&client).await;
    let unknown = Error::Misconfigured(Misconfiguration::ClientId);
    assert!(
        matches!(&status.stage, Stage::Failed(error) if *error == unknown),
        "{status:?}"
    );
    assert_eq!(set.seen("registration"), 1, "not before somebody asks");
    set.sign_in(&client).await;
    assert_eq!(set.seen("registration"), 2);
}

#[tokio::test]
async fn a_client_that_was_configured_is_used_in_the_place_of_a_registration() {
    let set = Set::new().await;
    let mut configured = provider(set.op.issuer(), SecretRule::None);
    configured.client = Some(Registration::public("demo"));
    configured.link_with_client = true;
    set.sign_in(&process(&set, configured).await).await;
    assert_eq!(
        (set.seen("registration"), exchanged(&set)),
        (0, vec!["demo".to_owned()])
    );
}

#[tokio::test]
async fn rfc_7592_section_2_3_what_is_forgotten_here_is_taken_back_at_the_provider() {
    let set = Set::new().await;
    let client = public(&set).await;
    set.sign_in(&client).await;
    client.forget_everything().await;
    let requests = set.op.requests().into_iter();
    let mut deleted = requests.filter(|request| request.method == "DELETE");
    let request = deleted.next().expect("it was taken back");
    assert!(request.path.starts_with("/register/"), "{request:?}");
    assert_eq!((request.status, deleted.count()), (204, 0));
}

#[tokio::test]
async fn a_program_that_may_use_device_codes_now_registers_anew_for_them_and_its_session_goes_on() {
    let mut set = Set::new().await;
    set.allow_device = false;
    let first = public(&set).await;
    let account = set.sign_in(&first).await;
    drop(first);
    set.allow_device = true;
    let second = public(&set).await;
    begin(&second, DoorKind::Loopback).await;
    assert_eq!(set.seen("registration"), 2);
    begin(&second, DoorKind::Loopback).await;
    assert_eq!(set.seen("registration"), 2, "once");
    second.refresh_now(&account.id).await.unwrap();
}

#[tokio::test]
async fn forgetting_everything_forgets_the_registration() {
    let set = Set::new().await;
    let client = public(&set).await;
    set.sign_in(&client).await;
    client.forget_everything().await;
    assert_eq!(sealed(&set.folder(), "client"), 0);
    set.sign_in(&client).await;
    assert_eq!(set.seen("registration"), 3, "there, away, and there again");
}

#[tokio::test]
async fn an_application_registers_itself_in_mastodons_form_and_uses_its_secret_from_then_on() {
    let set = Set::new().await;
    let provider = || {
        let mut known = github(&set);
        known.registration = preset("mastodon").unwrap().registration.clone();
        known.registration.itself = Some(SelfRegistration {
            style: RegistrationStyle::MastodonApps,
            endpoint: Some(format!("{}/api/v1/apps", set.op.issuer())),
        });
        Provider {
            preset: known,
            client: None,
            link_client: None,
            link_with_client: false,
        }
    };
    let first = process(&set, provider()).await;
    assert!(set.sign_in(&first).await.unverified);
    drop(first);
    let second = process(&set, provider()).await;
    set.sign_in(&second).await;
    let requests = set.op.requests();
    let registered: Vec<_> = requests
        .iter()
        .filter(|request| request.path == "/api/v1/apps")
        .collect();
    assert_eq!(registered.len(), 1);
    assert!(
        registered[0]
            .param("redirect_uris")
            .is_some_and(|uris| uris.contains(":/callback/op\nhttp://127.0.0.1/"))
    );
    let exchanges: Vec<_> = requests
        .iter()
        .filter(|request| request.path.ends_with("/token"))
        .collect();
    assert_eq!(exchanges.len(), 2);
    assert!(exchanges.iter().all(|request| request.param("client_secret").is_some()));
    assert_eq!(exchanges[0].param("client_id"), exchanges[1].param("client_id"));
}
