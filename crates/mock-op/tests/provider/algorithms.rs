//! Each algorithm of an ID Token, as a JOSE library that is not ours sees it.

use crate::app::{self, claims_of, get, header_of, text};
use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use mock_op::{Alg, MockOp};
use serde_json::Value;

/// The claims, if `jsonwebtoken` accepts the token under the published key of its `kid`.
fn accepted(token: &str, jwks: &Value, issuer: &str) -> Result<Value, jsonwebtoken::errors::Error> {
    // It reads whole key sets only, and knows no P-521.
    let known = |key: &&Value| key["crv"] != "P-521";
    let keys: Vec<&Value> = jwks["keys"].as_array().unwrap().iter().filter(known).collect();
    let set: JwkSet = serde_json::from_value(serde_json::json!({ "keys": keys })).unwrap();
    let header = header_of(token);
    let alg: Algorithm = text(&header, "alg").parse().unwrap();
    let mut validation = Validation::new(alg);
    validation.set_audience(&["demo"]);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let key = DecodingKey::from_jwk(set.find(text(&header, "kid")).unwrap())?;
    decode::<Value>(token, &key, &validation).map(|data| data.claims)
}

#[tokio::test]
async fn a_library_that_is_not_ours_verifies_each_algorithm_that_it_knows() {
    for alg in Alg::ALL.into_iter().filter(|alg| *alg != Alg::Es512) {
        let op = MockOp::builder().alg(alg).start().await.unwrap();
        let body = app::tokens(&op).await;
        let id_token = text(&body, "id_token");
        assert_eq!(header_of(id_token)["alg"], alg.name());
        let jwks = get(&format!("{}/jwks", op.issuer())).await;
        let claims = accepted(id_token, &jwks, op.issuer()).unwrap();
        assert_eq!(claims["sub"], "sub-ada", "{alg:?}");
        assert!(accepted(id_token, &jwks, "https://another.example").is_err());
        // One bit of the signature.
        let (signed, signature) = id_token.rsplit_once('.').unwrap();
        let mut signature = B64.decode(signature).unwrap();
        signature[7] ^= 1;
        let changed = format!("{signed}.{}", B64.encode(signature));
        assert!(accepted(&changed, &jwks, op.issuer()).is_err(), "{alg:?}");
    }
}

#[tokio::test]
async fn at_hash_is_half_of_the_hash_that_the_algorithm_is_named_for() {
    for (alg, hash) in [
        (Alg::Es256, &SHA256),
        (Alg::Es384, &SHA384),
        (Alg::Es512, &SHA512),
        (Alg::EdDsa, &SHA512),
    ] {
        let op = MockOp::builder().alg(alg).start().await.unwrap();
        let body = app::tokens(&op).await;
        let whole = digest(hash, text(&body, "access_token").as_bytes());
        let half = &whole.as_ref()[..whole.as_ref().len() / 2];
        assert_eq!(
            claims_of(text(&body, "id_token"))["at_hash"],
            B64.encode(half),
            "{alg:?}"
        );
    }
}

#[tokio::test]
async fn keys_on_each_curve_are_as_long_as_the_standard_says() {
    // RFC 7518 section 6.2.1.2: the full size of a coordinate, leading zeros and all.
    for (alg, crv, size) in [
        (Alg::Es256, "P-256", 32),
        (Alg::Es384, "P-384", 48),
        (Alg::Es512, "P-521", 66),
    ] {
        // With the keys of golden tests too, which are made in a way of their own.
        for deterministic in [false, true] {
            let builder = MockOp::builder().alg(alg);
            let builder = if deterministic {
                builder.deterministic()
            } else {
                builder
            };
            let op = builder.start().await.unwrap();
            let jwks = get(&format!("{}/jwks", op.issuer())).await;
            let key = jwks["keys"]
                .as_array()
                .unwrap()
                .iter()
                .find(|key| key["alg"] == alg.name())
                .unwrap();
            assert_eq!(key["crv"], crv);
            for member in ["x", "y"] {
                assert_eq!(B64.decode(text(key, member)).unwrap().len(), size, "{alg:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_set_has_no_rsa_key_until_a_token_is_signed_with_one() {
    let op = MockOp::start().await.unwrap();
    app::tokens(&op).await;
    let jwks = get(&format!("{}/jwks", op.issuer())).await;
    let algs: Vec<&str> = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| text(key, "alg"))
        .collect();
    assert_eq!(algs, ["ES256", "EdDSA"]);
    let metadata = get(&format!("{}/.well-known/openid-configuration", op.issuer())).await;
    assert_eq!(
        metadata["id_token_signing_alg_values_supported"]
            .as_array()
            .unwrap()
            .len(),
        Alg::ALL.len()
    );
}
