//! The other way round: a certified client, as a real process, signs in to our mock provider.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_op::{Client, MockOp};
use serde_json::json;

use crate::client_process::{REDIRECT_URI, run};

const PROGRAM: &str = "openid-client";
const SECRET: &str = "a secret, + with / odd = signs";

async fn mock() -> MockOp {
    MockOp::start().await.unwrap()
}

#[tokio::test]
async fn it_signs_in_refreshes_and_revokes() {
    let op = mock().await;
    let done = run(PROGRAM, &op, "code", json!({})).await;
    assert_eq!(
        (&done["sub"], &done["email"]),
        (&"sub-ada".into(), &"ada@example.com".into())
    );
    assert_eq!(done["rotated"], true);
    assert_eq!(done["revoked"], "invalid_grant");
    let logout = done["logout"].as_str().unwrap();
    let answer = reqwest::get(logout).await.unwrap();
    assert_eq!(answer.status(), 200, "{logout}");
}

#[tokio::test]
async fn a_refresh_token_that_it_uses_twice_ends_the_family() {
    let done = run(PROGRAM, &mock().await, "reuse", json!({})).await;
    assert_eq!(
        (&done["old"], &done["family"]),
        (&"invalid_grant".into(), &"invalid_grant".into())
    );
}

#[tokio::test]
async fn it_binds_its_tokens_and_pushes_its_requests() {
    let op = MockOp::builder().pushed_requests_only().start().await.unwrap();
    let done = run(PROGRAM, &op, "bound", json!({})).await;
    assert_eq!(done["sub"], "sub-ada");
    assert_ne!(done["without"], "nothing", "a bound token without a proof is refused");
    assert_eq!(done["types"], json!(["dpop", "dpop"]));
}

#[tokio::test]
async fn it_polls_for_a_device_until_the_person_has_answered() {
    let done = run(PROGRAM, &mock().await, "device", json!({})).await;
    assert_eq!(done["sub"], "sub-ada");
}

#[tokio::test]
async fn it_registers_itself() {
    let done = run(PROGRAM, &mock().await, "registered", json!({})).await;
    assert_eq!(done["sub"], "sub-ada");
    assert_ne!(done["client"], "demo");
}

#[tokio::test]
async fn it_authenticates_by_secret_and_by_key() {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
    // SEC 1 section 2.3.3: 0x04, x, y.
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = json!({ "kty": "EC", "crv": "P-256", "kid": "theirs", "x": encode(x), "y": encode(y) });
    let op = MockOp::builder()
        .client(Client::confidential("with-secret", SECRET, &[REDIRECT_URI]))
        .client(Client::signing("with-key", public, &[REDIRECT_URI]))
        .start()
        .await
        .unwrap();
    let done = run(
        PROGRAM,
        &op,
        "authenticated",
        json!({ "secret": SECRET, "key": encode(pkcs8.as_ref()), "kid": "theirs" }),
    )
    .await;
    assert_eq!(done["subjects"], json!(["sub-ada", "sub-ada", "sub-ada"]));
}
