//! The plan "Config": what a provider publishes of itself, and keys that change.

use doorkey_oidc::Misbehaviour;
use mock_op::{Endpoint, Fault, Recorded};

use crate::tried::{Tried, count, plain, with_fault};

#[tokio::test]
async fn oidcc_client_test_discovery_openid_config() {
    // OIDC Discovery section 4: the metadata is fetched from below the issuer, and its endpoints are the ones that are used.
    let (set, client) = plain().await;
    let stage = set.attempt(&client).await.stage;
    let tried = Tried { set, client, stage };
    tried.accepted();
    let all = tried.set.op.requests();
    assert_eq!(all[0].path, "/.well-known/openid-configuration", "before anything else");
    assert_eq!(count(&tried.set, Endpoint::Discovery), 1);
    for path in ["/authorize", "/token", "/userinfo"] {
        assert!(!tried.set.requests(path).is_empty(), "{path}");
    }
}

#[tokio::test]
async fn oidcc_client_test_discovery_jwks_uri_keys() {
    // OIDC Discovery section 3 (jwks_uri), OIDC Core section 3.1.3.7 step 6.
    let (set, client) = plain().await;
    let stage = set.attempt(&client).await.stage;
    let tried = Tried { set, client, stage };
    tried.accepted();
    assert_eq!(count(&tried.set, Endpoint::Jwks), 1);
    // Where it names no keys, a token of the same provider is refused.
    let (set, client) = plain().await;
    set.op.always(Fault::JwksEmpty);
    let stage = set.attempt(&client).await.stage;
    let tried = Tried { set, client, stage };
    tried.refused(Misbehaviour::NoUsableKey, Endpoint::Token);
}

#[tokio::test]
async fn oidcc_client_test_discovery_issuer_mismatch() {
    // OIDC Discovery section 4.3: the issuer in the metadata is exactly the one that was configured.
    let tried = with_fault(plain().await, Fault::DiscoveryIssuerMismatch, "default").await;
    tried.refused(Misbehaviour::DiscoveryIssuerMismatch, Endpoint::Discovery);
    assert_eq!(count(&tried.set, Endpoint::Authorize), 0);
    assert_eq!(count(&tried.set, Endpoint::Jwks), 0);
}

#[tokio::test]
async fn oidcc_client_test_signing_key_rotation_just_before_signing() {
    // OIDC Core section 10.1.1: a kid that is not known is looked for once in a key set that is fetched anew.
    let (set, client) = plain().await;
    set.sign_in(&client).await;
    assert_eq!(count(&set, Endpoint::Jwks), 1);
    let tried = with_fault((set, client), Fault::JwksRotation, "default").await;
    tried.accepted();
    let seen: Vec<Recorded> = tried.set.op.requests();
    let last = |endpoint| seen.iter().rposition(|request| request.endpoint == endpoint);
    assert!(last(Endpoint::Jwks) > last(Endpoint::Token), "after the token came");
    assert_eq!(count(&tried.set, Endpoint::Jwks), 2);
}

#[tokio::test]
async fn oidcc_client_test_signing_key_rotation() {
    // OIDC Core section 10.1.1: the second sign-in meets a new key.
    let (set, client) = plain().await;
    set.sign_in(&client).await;
    set.op.rotate_keys();
    set.sign_in(&client).await;
    assert_eq!(count(&set, Endpoint::Jwks), 2);
    // And the third one needs no fetch.
    set.sign_in(&client).await;
    assert_eq!(count(&set, Endpoint::Jwks), 2);
}
