//! Clients that authenticate: by a secret, or by a key.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use doorkey::Secret;
use doorkey::providers::Registration;
use doorkey::sessions::{Acts, Revocation};
use doorkey_oidc::client::{AssertionAudience, AssertionKey, Authentication};

use crate::process::{OidcProvider, Seen};
use crate::stage::Stage;

/// Signs in, refreshes and signs out, and gives the requests in which the client had to say who it is.
async fn whole_life(stage: &Stage, registration: Registration) -> Vec<Seen> {
    let client = stage.client_of(stage.provider_for(registration)).await;
    let id = stage.sign_in(&client).await.id;
    // Longer than new tokens count as new, and within what the provider tolerates of a clock: an assertion has a time.
    stage.clock.advance(11);
    client.refresh_now(&id).await.unwrap();
    let report = client.sign_out(&id, Acts::default()).await.unwrap();
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    let mut seen = stage.op.seen_at("token").await;
    assert_eq!(seen.len(), 2, "the code, and one refresh");
    seen.extend(stage.op.seen_at("revocation").await);
    assert!(seen.len() > 2, "of the revocations there may be more than one");
    for request in &seen {
        assert!(request.error.is_none(), "{request:?}");
    }
    seen
}

#[tokio::test]
async fn a_secret_in_the_authorization_header_serves_exchange_refresh_and_revocation() {
    let stage = Stage::new();
    let secret = Authentication::SecretBasic(Secret::new("a secret, + with / odd = signs".to_owned()));
    for request in whole_life(&stage, Registration::authenticated("secret-basic", secret)).await {
        assert_eq!(request.authorization.as_deref(), Some("Basic"));
        assert_eq!(request.param("client_secret"), None);
    }
}

#[tokio::test]
async fn a_key_serves_exchange_refresh_and_revocation_with_an_assertion_each() {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let key = AssertionKey::from_pkcs8(pkcs8.as_ref(), Some("ours".into()), AssertionAudience::Issuer).unwrap();
    let client = serde_json::json!({
        "client_id": "signs",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": { "keys": [key.public_jwk()] },
    });
    let stage = Stage::with(OidcProvider::start_with(&serde_json::json!({ "clients": [client] })));
    let key = Authentication::PrivateKeyJwt(key);
    let seen = whole_life(&stage, Registration::authenticated("signs", key)).await;
    let mut assertions: Vec<&str> = seen
        .iter()
        .filter_map(|request| request.param("client_assertion"))
        .collect();
    assertions.sort_unstable();
    assertions.dedup();
    assert_eq!(assertions.len(), seen.len(), "none was used twice");
}
