//! Assertions, read as a server reads them: by the public half of the key that made them.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::KeySize;

use super::*;
use crate::client::{Authentication, Client, Fresh};
use crate::jose::{Jws, KeySet};
use crate::provider::tests::metadata;
use crate::trail::Trail;

const NOW: Now = Now(1_800_000_000);

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A key of each kind in PKCS #8, and its algorithm where the provider states none.
fn keys() -> Vec<(Vec<u8>, Algorithm)> {
    let random = SystemRandom::new();
    let ec = |kind| EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap().as_ref().to_vec();
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    vec![
        (ec(&ECDSA_P256_SHA256_FIXED_SIGNING), Algorithm::Es256),
        (ec(&ECDSA_P384_SHA384_FIXED_SIGNING), Algorithm::Es384),
        (ec(&ECDSA_P521_SHA512_FIXED_SIGNING), Algorithm::Es512),
        (
            Ed25519KeyPair::generate_pkcs8(&random).unwrap().as_ref().to_vec(),
            Algorithm::EdDsa,
        ),
        (rsa.as_der().unwrap().as_ref().to_vec(), Algorithm::Rs256),
    ]
}

pub(crate) fn es256(audience: AssertionAudience) -> AssertionKey {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    AssertionKey::from_pkcs8(pkcs8.as_ref(), Some("k".into()), audience).unwrap()
}

/// Header and claims, after the signature was found good.
fn read(assertion: &Secret, key: &AssertionKey, algorithm: Algorithm) -> (Value, Value) {
    let text = assertion.expose();
    let header = URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap()).unwrap();
    let keys = KeySet::read(json!({ "keys": [key.public_jwk()] }).to_string().as_bytes()).unwrap();
    let payload = Jws::parse(text, &[algorithm], &mut Trail::unread())
        .and_then(|jws| jws.verify(&keys, &mut Trail::unread()))
        .unwrap();
    (
        serde_json::from_slice(&header).unwrap(),
        serde_json::from_slice(payload.bytes()).unwrap(),
    )
}

#[test]
fn oidc_core_section_9_an_assertion_by_any_kind_of_key_has_every_claim_and_a_good_signature() {
    for (pkcs8, algorithm) in keys() {
        let key = AssertionKey::from_pkcs8(&pkcs8, Some("k".into()), AssertionAudience::Issuer).unwrap();
        let assertion = key.assertion("client", &metadata(), [5; 16], NOW).unwrap();
        let (header, claims) = read(&assertion, &key, algorithm);
        let kind = "client-authentication+jwt";
        assert_eq!(header, json!({ "alg": algorithm.name(), "typ": kind, "kid": "k" }));
        assert_eq!(
            claims,
            json!({ "iss": "client", "sub": "client", "aud": "https://op.example", "jti": encode(&[5; 16]),
                "iat": NOW.0, "exp": NOW.0 + 60 })
        );
        let again = AssertionKey::from_pkcs8(&key.to_bytes_for_sealing(), None, AssertionAudience::Issuer).unwrap();
        let assertion = again.assertion("client", &metadata(), [6; 16], NOW).unwrap();
        assert!(read(&assertion, &again, algorithm).0.get("kid").is_none());
    }
}

#[test]
fn oidc_core_section_9_an_older_server_is_named_by_its_token_endpoint() {
    let (pkcs8, algorithm) = keys().remove(0);
    let key = AssertionKey::from_pkcs8(&pkcs8, None, AssertionAudience::TokenEndpoint).unwrap();
    let assertion = key.assertion("client", &metadata(), [5; 16], NOW).unwrap();
    let (header, claims) = read(&assertion, &key, algorithm);
    assert_eq!(
        (&header["typ"], &claims["aud"]),
        (&json!("JWT"), &json!("https://op.example/token"))
    );
}

#[test]
fn oidc_discovery_section_3_an_algorithm_that_the_provider_does_not_take_is_not_used() {
    for (pkcs8, algorithm) in keys() {
        let key = AssertionKey::from_pkcs8(&pkcs8, None, AssertionAudience::Issuer).unwrap();
        let with = |taken: &[Algorithm]| {
            let mut metadata = metadata();
            metadata.client_signing_algorithms = Some(taken.to_vec());
            key.algorithm(&metadata)
        };
        assert_eq!(with(&[algorithm]), Ok(algorithm));
        let refused = Err(Unsupported::ClientSigningAlgorithm.into());
        assert_eq!(with(&[Algorithm::Ps512]), refused);
        assert_eq!(with(&[]), refused);
        if algorithm == Algorithm::Rs256 {
            assert_eq!(with(&[Algorithm::Rs256, Algorithm::Ps256]), Ok(Algorithm::Ps256));
        }
    }
}

#[test]
fn a_client_that_signs_sends_no_secret_and_nothing_at_all_without_a_fresh_name_for_its_assertion() {
    let client = Client::new(
        "client",
        Authentication::PrivateKeyJwt(es256(AssertionAudience::Issuer)),
    )
    .unwrap();
    let metadata = metadata();
    let post = |fresh: Option<&Fresh>| client.post(&metadata, &metadata.token_endpoint, &[("code", "c")], fresh);
    assert_eq!(post(None).unwrap_err(), Misconfiguration::ClientKey.into());
    let body = String::from_utf8(post(Some(&Fresh::new(NOW, [1; 32]))).unwrap().into_body()).unwrap();
    let kind = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    assert!(
        body.starts_with(&format!("code=c&client_id=client&{kind}&client_assertion=ey")),
        "{body}"
    );
    assert!(!body.contains("client_secret"));
}

#[test]
fn what_is_no_private_key_is_the_developers_mistake_and_nothing_of_a_key_is_printed() {
    for bad in [&b""[..], b"x", &[0x30; 40]] {
        let error = AssertionKey::from_pkcs8(bad, None, AssertionAudience::Issuer).unwrap_err();
        assert_eq!(error, Misconfiguration::ClientKey.into());
    }
    assert_eq!(
        format!("{:?}", es256(AssertionAudience::Issuer)),
        "AssertionKey([redacted])"
    );
}
