use crate::app::{self, claims_of, get, header_of, text, verifies};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_op::{Fault, MockOp};
use serde_json::{Value, json};

async fn claims(op: &MockOp, fault: Fault, variant: &str) -> Value {
    assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
    claims_of(text(&app::tokens(op).await, "id_token"))
}

#[tokio::test]
async fn id_token_claims_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let now = op.clock().now();
    let another = json!("https://another.example");
    for (fault, variant, claim, expected) in [
        (Fault::IdTokenIss, "wrong", "iss", Some(another.clone())),
        (Fault::IdTokenIss, "missing", "iss", None),
        (
            Fault::IdTokenIss,
            "near-equal",
            "iss",
            Some(json!(format!("{}/", op.issuer()))),
        ),
        (Fault::IdTokenIss, "array", "iss", Some(json!([op.issuer()]))),
        (Fault::IdTokenAud, "wrong", "aud", Some(json!("another-client"))),
        (Fault::IdTokenAud, "missing", "aud", None),
        (Fault::IdTokenAud, "empty-array", "aud", Some(json!([]))),
        (Fault::IdTokenAud, "null", "aud", Some(Value::Null)),
        (
            Fault::IdTokenAud,
            "ours-and-other",
            "aud",
            Some(json!(["demo", "another-client"])),
        ),
        (Fault::IdTokenAud, "ours-as-array", "aud", Some(json!(["demo"]))),
        (Fault::IdTokenAzp, "wrong", "azp", Some(json!("another-client"))),
        (
            Fault::IdTokenAzp,
            "missing",
            "aud",
            Some(json!(["demo", "another-client"])),
        ),
        (Fault::IdTokenNonce, "missing", "nonce", None),
        (Fault::IdTokenNonce, "empty", "nonce", Some(json!(""))),
        (Fault::IdTokenExp, "missing", "exp", None),
        (Fault::IdTokenExp, "negative", "exp", Some(json!(-1))),
        (Fault::IdTokenIat, "missing", "iat", None),
        (Fault::IdTokenAtHash, "absent", "at_hash", None),
        (Fault::IdTokenAtHash, "length", "at_hash", Some(json!("AAAA"))),
        (
            Fault::IdTokenCHash,
            "wrong",
            "c_hash",
            Some(json!("BwcHBwcHBwcHBwcHBwcHBw")),
        ),
        (Fault::IdTokenSub, "missing", "sub", None),
        (Fault::IdTokenSub, "empty", "sub", Some(json!(""))),
        (Fault::IdTokenAuthTimeAcr, "auth-time-missing", "auth_time", None),
        (
            Fault::IdTokenAuthTimeAcr,
            "acr",
            "acr",
            Some(json!("urn:example:another")),
        ),
        (
            Fault::IdTokenAccountKey,
            "default",
            "sub",
            Some(json!("sub-with-the-same-address")),
        ),
    ] {
        let claims = claims(&op, fault, variant).await;
        assert_eq!(claims.get(claim), expected.as_ref(), "{fault:?} {variant}");
    }
    assert_ne!(claims(&op, Fault::IdTokenNonce, "wrong").await["nonce"], "the-nonce");
    assert!(claims(&op, Fault::IdTokenExp, "past").await["exp"].as_i64().unwrap() < now);
    assert!(claims(&op, Fault::IdTokenExp, "string").await["exp"].is_string());
    assert!(claims(&op, Fault::IdTokenExp, "object").await["exp"].is_object());
    assert!(claims(&op, Fault::IdTokenIat, "string").await["iat"].is_string());
    assert!(claims(&op, Fault::IdTokenIat, "future").await["iat"].as_i64().unwrap() > now + 80_000);
    assert!(claims(&op, Fault::IdTokenIat, "old").await["iat"].as_i64().unwrap() < now - 300_000_000);
    assert!(claims(&op, Fault::IdTokenNbf, "future").await["nbf"].as_i64().unwrap() > now + 3000);
    assert!(claims(&op, Fault::IdTokenNbf, "string").await["nbf"].is_string());
    assert!(
        claims(&op, Fault::IdTokenAuthTimeAcr, "auth-time-old").await["auth_time"]
            .as_i64()
            .unwrap()
            < now
    );
    for (variant, seconds) in [
        ("+30", 30),
        ("-30", -30),
        ("+299", 299),
        ("-299", -299),
        ("+301", 301),
        ("-301", -301),
    ] {
        let claims = claims(&op, Fault::IdTokenClockSkew, variant).await;
        let off = if seconds < 0 {
            claims["exp"].as_i64().unwrap()
        } else {
            claims["iat"].as_i64().unwrap()
        } - now;
        assert!((seconds..=seconds + 30).contains(&off), "{variant}: {off}");
    }
    // Wrong claims are well signed: a client that looks at the signature alone falls for them.
    op.next(Fault::IdTokenAud);
    let body = app::tokens(&op).await;
    assert!(verifies(
        text(&body, "id_token"),
        &get(&format!("{}/jwks", op.issuer())).await
    ));
}

#[tokio::test]
async fn a_right_c_hash_is_the_left_half_of_the_hash_of_the_code() {
    let op = MockOp::builder().show_secrets().start().await.unwrap();
    let claims = claims(&op, Fault::IdTokenCHash, "right").await;
    let code = op.secrets().codes.back().unwrap().clone();
    // ES256 hashes with SHA-256.
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, code.as_bytes());
    assert_eq!(claims["c_hash"], URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
}

#[tokio::test]
async fn id_token_signatures_and_headers_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let jwks = get(&format!("{}/jwks", op.issuer())).await;
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        text(&app::tokens(&op).await, "id_token").to_owned()
    };
    for variant in Fault::IdTokenBadSignature.variants() {
        let token = with(Fault::IdTokenBadSignature, variant).await;
        assert!(!verifies(&token, &jwks), "{variant}");
        assert_eq!(claims_of(&token)["nonce"], "the-nonce", "all else is right: {variant}");
    }
    for variant in Fault::IdTokenAlgNone.variants() {
        let token = with(Fault::IdTokenAlgNone, variant).await;
        assert!(
            !["ES256", "EdDSA"].contains(&text(&header_of(&token), "alg")),
            "{variant}"
        );
        assert_eq!(token.ends_with('.'), *variant != "with-signature");
    }
    let token = with(Fault::IdTokenHs256WithPublicKey, "jwk").await;
    assert_eq!(header_of(&token)["alg"], "HS256");
    for variant in Fault::IdTokenEmbeddedKey.variants() {
        let token = with(Fault::IdTokenEmbeddedKey, variant).await;
        assert!(header_of(&token).get(*variant).is_some());
        assert!(!verifies(&token, &jwks));
        if *variant == "jwk" {
            assert!(
                verifies(&token, &json!({"keys": [header_of(&token)["jwk"]]})),
                "whoever takes the key falls for it"
            );
        }
    }
    let token = with(Fault::IdTokenKidMissing, "default").await;
    assert!(header_of(&token).get("kid").is_none());
    for (fault, variant) in [(Fault::JwksKidFlood, "default"), (Fault::IdTokenKidUnknown, "path")] {
        let kid = header_of(&with(fault, variant).await)["kid"].clone();
        assert!(jwks["keys"].as_array().unwrap().iter().all(|k| k["kid"] != kid));
    }
    assert!(text(&header_of(&with(Fault::IdTokenKidUnknown, "huge").await), "kid").len() == 1 << 20);
    assert_eq!(
        header_of(&with(Fault::IdTokenAlgKeyMismatch, "default").await)["alg"],
        "ES384"
    );
    for variant in Fault::IdTokenCritB64.variants() {
        let token = with(Fault::IdTokenCritB64, variant).await;
        assert!(header_of(&token)["crit"].is_array());
        assert!(verifies(&token, &jwks), "the signature is right: {variant}");
    }
    assert_eq!(with(Fault::IdTokenJwe, "default").await.split('.').count(), 5);
    assert!(with(Fault::IdTokenOversize, "10-mb").await.len() > 10 << 20);
    assert_eq!(with(Fault::IdTokenOversize, "dots").await.len(), 1_000_000);
    let audiences = with(Fault::IdTokenOversize, "audiences").await;
    assert_eq!(claims_of(&audiences)["aud"].as_array().unwrap().len(), 10_001);
    let odd = with(Fault::IdTokenExp, "1e400").await;
    let payload = base64::Engine::decode(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
        odd.split('.').nth(1).unwrap(),
    );
    assert!(String::from_utf8(payload.unwrap()).unwrap().contains("\"exp\":1e400"));
}
