//! A plain OAuth 2 server whose preset states no endpoints: its metadata says them.
//!
//! Spec: RFC 8414 sections 3, 3.3

use doorkey::error::Error;
use doorkey::flow::Stage;
use doorkey::providers::{Preset, PresetProblem, Provider, ProviderConfig, Registration, preset};
use doorkey_oidc::error::Misbehaviour;
use mock_op::Fault;

use crate::plain_oauth::github;
use crate::stage::Set;

const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server/github";

/// A server with metadata, asked for no ID Token.
fn plain(set: &Set) -> Preset {
    let mut preset = github(set);
    preset.endpoints = Default::default();
    preset.device = false;
    preset.registration.secret = doorkey::providers::SecretRule::Optional;
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

#[tokio::test]
async fn endpoints_that_no_preset_states_are_read_from_the_server_s_metadata_and_kept_for_a_while() {
    let set = Set::new().await;
    let client = set.client_with(provider(plain(&set)));
    client.ready().await;
    let account = set.sign_in(&client).await;
    assert!(account.unverified, "nothing was signed for us");
    assert_eq!(account.issuer, set.op.issuer_named("github"));
    // RFC 8414 3.1: the well-known path comes before the issuer's own.
    assert_eq!(set.requests(WELL_KNOWN).len(), 1);
    assert_eq!(set.requests("/github/.well-known/openid-configuration").len(), 0);
    set.sign_in(&client).await;
    assert_eq!((set.requests(WELL_KNOWN).len(), set.seen("jwks")), (1, 0));
    set.pass(3_601);
    set.sign_in(&client).await;
    assert_eq!(set.requests(WELL_KNOWN).len(), 2, "an hour is over");
}

#[tokio::test]
async fn metadata_of_another_issuer_are_refused() {
    let set = Set::new().await;
    let client = set.client_with(provider(plain(&set)));
    client.ready().await;
    set.op.next(Fault::DiscoveryIssuerMismatch);
    let status = set.attempt(&client).await;
    let mismatch = Error::Misbehaved(Misbehaviour::DiscoveryIssuerMismatch);
    assert!(
        matches!(&status.stage, Stage::Failed(error) if *error == mismatch),
        "{status:?}"
    );
    assert_eq!(set.seen("authorize"), 0);
}

#[tokio::test]
async fn endpoints_are_stated_all_or_not_at_all() {
    let set = Set::new().await;
    let mut half = preset("github").unwrap().clone();
    half.endpoints.token = None;
    let problem = Provider::of(&half, ProviderConfig::default()).unwrap_err().problem;
    assert_eq!(problem, PresetProblem::Missing);
    let mut none = preset("github").unwrap().clone();
    none.endpoints = Default::default();
    assert!(Provider::of(&none, ProviderConfig::default()).is_ok());
    drop(set);
}
