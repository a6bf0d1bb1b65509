//! Sign-ins at providers that depart from OpenID Connect, with the presets of two that people know: one has OAuth 2 only, one many
//! tenants behind one issuer.

use std::collections::BTreeMap;

use doorkey::error::Error;
use doorkey::flow::{DoorKind, SignIn, Stage};
use doorkey::providers::{Preset, Provider, Registration, SchemeRule, SecretRule, preset};
use doorkey::{Client, Misconfiguration};
use doorkey_oidc::error::Misbehaviour;
use mock_op::Fault;

use crate::stage::{Set, begin, status};

/// The preset of GitHub, led to the mock that is like it. What else differs is said where it differs.
pub fn github(set: &Set) -> Preset {
    let issuer = set.op.issuer_named("github");
    let mut preset = preset("github").unwrap().clone();
    preset.id = "op".into();
    preset.endpoints.authorization = Some(format!("{issuer}/authorize"));
    preset.endpoints.token = Some(format!("{issuer}/token"));
    preset.endpoints.device = None;
    preset.device = false;
    let userinfo = preset.userinfo.as_mut().unwrap();
    userinfo.url = format!("{issuer}/userinfo");
    // The mock has no list of addresses; there is nobody to ask.
    userinfo.emails = None;
    preset.issuer = issuer;
    preset.scopes = ["profile", "email", "offline_access"].map(str::to_owned).to_vec();
    // The mock's client is a public one.
    preset.registration.secret = SecretRule::Optional;
    preset
}

fn provider(preset: Preset) -> Provider {
    Provider {
        preset,
        client: Some(Registration::public("demo")),
        link_client: None,
        link_with_client: true,
    }
}

async fn client(set: &Set) -> Client {
    let client = set.client_with(provider(github(set)));
    client.ready().await;
    client
}

#[tokio::test]
async fn somebody_signs_in_without_an_id_token_and_nothing_calls_the_account_verified() {
    let set = Set::new().await;
    let account = set.sign_in(&client(&set).await).await;
    assert!(account.unverified);
    assert_eq!(account.issuer, set.op.issuer_named("github"));
    assert!(
        account.subject.parse::<u32>().is_ok(),
        "a number, as text: {}",
        account.subject
    );
    assert!(account.profile.name.is_some() && account.profile.preferred_username.is_some());
    assert!(account.profile.email.is_some() && !account.profile.email_verified);
    assert_eq!(
        (set.seen("discovery"), set.seen("jwks"), set.seen("userinfo")),
        (0, 0, 1)
    );
    // Another process reads it from the record.
    let later = client(&set).await;
    assert!(later.accounts()[0].unverified);
    assert_eq!(later.accounts()[0].subject, account.subject);
}

#[tokio::test]
async fn an_account_with_an_id_token_is_proved() {
    let set = Set::new().await;
    let account = set.sign_in(&set.client().await).await;
    assert!(!account.unverified);
}

#[tokio::test]
async fn such_a_session_is_renewed_like_any_other_and_stays_unverified() {
    let set = Set::new().await;
    let client = client(&set).await;
    let before = set.sign_in(&client).await;
    set.pass(3_700);
    client.refresh_now(&before.id).await.unwrap();
    let after = client.accounts().remove(0);
    assert!(after.access_expires_at > before.access_expires_at && after.unverified && !after.ended);
    assert_eq!((set.refreshes(), set.seen("discovery"), set.seen("jwks")), (1, 0, 0));
}

#[tokio::test]
async fn an_answer_in_which_nobody_is_named_ends_the_sign_in() {
    for variant in ["truncated", "html"] {
        let set = Set::new().await;
        let client = client(&set).await;
        assert!(set.op.next_variant(Fault::UserInfoNotJson, variant), "{variant}");
        let status = set.attempt(&client).await;
        let malformed = Error::Misbehaved(Misbehaviour::UserInfoMalformed);
        assert!(
            matches!(&status.stage, Stage::Failed(error) if *error == malformed),
            "{variant}: {status:?}"
        );
        assert!(client.accounts().is_empty());
    }
    let set = Set::new().await;
    let mut elsewhere = github(&set);
    elsewhere.userinfo.as_mut().unwrap().subject = "/account_id".into();
    let client = set.client_with(provider(elsewhere));
    client.ready().await;
    let status = set.attempt(&client).await;
    assert!(
        matches!(status.stage, Stage::Failed(Error::Misbehaved(_))),
        "{status:?}"
    );
    assert!(client.accounts().is_empty());
}

#[tokio::test]
async fn nobody_is_sent_to_the_browser_where_the_code_could_not_be_exchanged() {
    let set = Set::new().await;
    let begin_at = |preset: Preset| {
        let client = set.client_with(provider(preset));
        let sign_in = SignIn {
            provider: "op".into(),
            door: Some(DoorKind::Scheme),
            ..SignIn::default()
        };
        client.begin(sign_in).map(|_| ())
    };
    let mut wants_secret = github(&set);
    wants_secret.registration.secret = SecretRule::Required;
    let secret = Err(Error::Misconfigured(Misconfiguration::ClientSecret));
    assert_eq!(begin_at(wants_secret), secret);

    assert_eq!(set.op.requests().len(), 0);
}

/// The preset of Microsoft for many tenants, led to the mock that is like it.
fn microsoft(set: &Set) -> Preset {
    let tenant = BTreeMap::from([("tenant".to_owned(), "common".to_owned())]);
    let mut preset = preset("microsoft").unwrap().filled(&tenant).unwrap();
    let issuer = set.op.issuer_named("microsoft");
    preset.id = "op".into();
    preset.tenant_issuer.as_mut().unwrap().template = format!("{issuer}/{{tenantid}}/v2.0");
    preset.issuer = issuer;
    preset.registration.scheme = SchemeRule::Own;
    preset
}

#[tokio::test]
async fn where_metadata_speak_for_many_tenants_the_account_is_of_the_tenant_that_the_id_token_names() {
    let set = Set::new().await;
    let client = set.client_with(provider(microsoft(&set)));
    client.ready().await;
    let account = set.sign_in(&client).await;
    let tenant = format!(
        "{}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
        set.op.issuer_named("microsoft")
    );
    assert_eq!((account.issuer, account.unverified), (tenant, false));
}

#[tokio::test]
async fn a_template_in_the_place_of_an_issuer_is_refused_where_no_preset_states_it() {
    for other in [None, Some("/{tenantid}/v1.0")] {
        let set = Set::new().await;
        let mut preset = microsoft(&set);
        let issuer = preset.issuer.clone();
        match other {
            Some(other) => preset.tenant_issuer.as_mut().unwrap().template = format!("{issuer}{other}"),
            None => preset.tenant_issuer = None,
        }
        let client = set.client_with(provider(preset));
        client.ready().await;
        let status = set.attempt(&client).await;
        let mismatch = Error::Misbehaved(Misbehaviour::DiscoveryIssuerMismatch);
        assert!(
            matches!(&status.stage, Stage::Failed(error) if *error == mismatch),
            "{status:?}"
        );
        assert_eq!(set.seen("token"), 0);
    }
}

#[tokio::test]
async fn a_provider_that_takes_no_address_is_given_localhost() {
    let set = Set::new().await;
    let mut localhost = github(&set);
    localhost.registration.loopback = preset("microsoft").unwrap().registration.loopback.clone();
    let client = set.client_with(provider(localhost));
    client.ready().await;
    let (flow, url) = begin(&client, DoorKind::Loopback).await;
    assert!(url.contains("redirect_uri=http%3A%2F%2Flocalhost%3A"), "{url}");
    assert_eq!(status(&client, &flow).unwrap().door, Some(DoorKind::Loopback));
    client.cancel(&flow).await;
}
