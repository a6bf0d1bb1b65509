//! Each fault is seen to be there: what a client would meet is wrong in the way that its name says.

use crate::app::{self, claims_of, exchange, get, header_of, params_of, request, text, token, url_of, verifies};
use mock_op::{Endpoint, Fault, MockOp, When};
use serde_json::{Value, json};

async fn metadata(op: &MockOp) -> Value {
    get(&format!("{}/.well-known/openid-configuration", op.issuer())).await
}

async fn redirect(op: &MockOp) -> String {
    op.robot()
        .sign_in(&url_of(op, &request()))
        .await
        .expect("the robot comes back")
}

async fn raw_tokens(op: &MockOp) -> Result<reqwest::Response, reqwest::Error> {
    let code = app::code(op).await;
    app::http()
        .post(format!("{}/token", op.issuer()))
        .form(&exchange(&code))
        .send()
        .await
}

async fn claims(op: &MockOp, fault: Fault, variant: &str) -> Value {
    assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
    claims_of(text(&app::tokens(op).await, "id_token"))
}

#[tokio::test]
async fn metadata_is_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    op.next(Fault::DiscoveryIssuerMismatch);
    assert_eq!(metadata(&op).await["issuer"], "https://another.example");
    for variant in Fault::DiscoveryIssuerAlmost.variants() {
        assert!(op.next_variant(Fault::DiscoveryIssuerAlmost, variant));
        let issuer = metadata(&op).await["issuer"].as_str().unwrap().to_owned();
        assert_ne!(issuer, op.issuer(), "{variant}");
    }
    for (variant, member) in [
        ("token", "token_endpoint"),
        ("authorization", "authorization_endpoint"),
        ("jwks", "jwks_uri"),
        ("userinfo", "userinfo_endpoint"),
        ("revocation", "revocation_endpoint"),
    ] {
        assert!(op.next_variant(Fault::DiscoveryHttpEndpoint, variant));
        assert!(
            text(&metadata(&op).await, member).starts_with("http://op.invalid/"),
            "{member}"
        );
    }
    for variant in ["token_endpoint", "issuer", "authorization_endpoint", "jwks_uri"] {
        assert!(op.next_variant(Fault::DiscoveryMissingRequired, variant));
        assert!(metadata(&op).await.get(variant).is_none(), "{variant}");
    }
    for (variant, expected) in [("null", Value::Null), ("number", json!(7))] {
        assert!(op.next_variant(Fault::DiscoveryMissingRequired, variant));
        assert_eq!(metadata(&op).await["token_endpoint"], expected);
    }
    for (variant, expected) in [
        ("plain", Some(json!(["plain"]))),
        ("empty", Some(json!([]))),
        ("absent", None),
    ] {
        assert!(op.next_variant(Fault::DiscoveryPkcePlainOnly, variant));
        assert_eq!(
            metadata(&op).await.get("code_challenge_methods_supported"),
            expected.as_ref()
        );
    }
    for (variant, start) in [
        ("javascript", "javascript:"),
        ("file", "file:"),
        ("smb", "smb:"),
        ("dash", "--"),
        ("shell", "https://op.invalid/$("),
    ] {
        assert!(op.next_variant(Fault::DiscoveryAuthorizeUrlHostile, variant));
        assert!(text(&metadata(&op).await, "authorization_endpoint").starts_with(start));
    }
    op.next(Fault::DiscoveryAlgUnusable);
    assert_eq!(
        metadata(&op).await["id_token_signing_alg_values_supported"],
        json!(["none", "HS256"])
    );
    op.next(Fault::DiscoveryUnknownMembers);
    assert!(metadata(&op).await["x_unknown_199"].is_object());
    op.next(Fault::RevocationNoEndpoint);
    let document = metadata(&op).await;
    assert!(document.get("revocation_endpoint").is_none() && document.get("end_session_endpoint").is_none());
    assert_eq!(metadata(&op).await["issuer"], op.issuer(), "and then all is well again");
}

#[tokio::test]
async fn redirects_lead_to_the_second_host_where_they_are_counted() {
    let op = MockOp::start().await.unwrap();
    op.next(Fault::DiscoveryRedirect);
    let url = format!("{}/.well-known/openid-configuration", op.issuer());
    // A client that follows redirects.
    let naive = app::client().build().unwrap();
    naive.get(url).send().await.unwrap();
    op.next(Fault::TokenRedirect307);
    naive
        .post(format!("{}/token", op.issuer()))
        .form(&exchange("secret-code"))
        .send()
        .await
        .unwrap();
    let elsewhere: Vec<_> = op
        .requests()
        .into_iter()
        .filter(|r| r.endpoint == Endpoint::Elsewhere)
        .collect();
    assert_eq!(elsewhere.len(), 2);
    assert!(
        elsewhere[1].param("code").unwrap().starts_with("sha256:"),
        "the code was leaked"
    );
}

#[tokio::test]
async fn key_sets_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/jwks", op.issuer());
    op.next(Fault::Jwks500ThenOk);
    for expected in [500, 500, 200] {
        assert_eq!(app::http().get(&url).send().await.unwrap().status(), expected);
    }
    for (variant, expected) in [
        ("empty", json!({"keys": []})),
        ("object", json!({})),
        ("not-an-array", json!({"keys": "none today"})),
    ] {
        assert!(op.next_variant(Fault::JwksEmpty, variant));
        assert_eq!(get(&url).await, expected);
    }
    op.next(Fault::JwksUnknownKtyMixed);
    let mixed = get(&url).await;
    assert!(mixed["keys"].as_array().unwrap().len() > 6);
    let body = app::tokens(&op).await;
    assert_eq!(mixed["keys"][0]["kty"], "LWE");
    assert!(
        mixed["keys"]
            .as_array()
            .unwrap()
            .iter()
            .any(|k| k["kid"] == header_of(text(&body, "id_token"))["kid"])
    );
    op.next(Fault::JwksPrivateMembers);
    assert!(get(&url).await["keys"][0]["d"].is_string());
    op.next(Fault::JwksWeakRsa);
    let weak = get(&url).await;
    assert_eq!(text(&weak["keys"][0], "n").len(), 171, "128 bytes");
    assert!(op.next_variant(Fault::JwksEndless, "many-keys"));
    assert_eq!(get(&url).await["keys"].as_array().unwrap().len(), 50_001);
    op.next(Fault::JwksEndless);
    let mut endless = app::http().get(&url).send().await.unwrap();
    let mut seen = 0;
    while seen < 8 << 20 {
        seen += endless.chunk().await.unwrap().expect("it does not end").len();
    }
}

#[tokio::test]
async fn a_rotation_at_the_last_moment_needs_a_second_look_at_the_key_set() {
    let op = MockOp::start().await.unwrap();
    let before = get(&format!("{}/jwks", op.issuer())).await;
    op.next(Fault::JwksRotation);
    let body = app::tokens(&op).await;
    assert!(!verifies(text(&body, "id_token"), &before));
    assert!(verifies(
        text(&body, "id_token"),
        &get(&format!("{}/jwks", op.issuer())).await
    ));
}

#[tokio::test]
async fn authorization_responses_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        redirect(&op).await
    };
    assert_eq!(
        params_of(&with(Fault::AuthorizeAccessDenied, "default").await)["error"],
        "access_denied"
    );
    for code in Fault::AuthorizeErrorCodes.variants() {
        let params = params_of(&with(Fault::AuthorizeErrorCodes, code).await);
        assert_eq!(
            (params["error"].as_str(), params["state"].as_str()),
            (*code, "the-state")
        );
        assert!(!params.contains_key("code"));
    }
    let params = params_of(&with(Fault::AuthorizeErrorWrongState, "default").await);
    assert_eq!(params["error"], "access_denied");
    assert_ne!(params["state"], "the-state");
    assert!(!params_of(&with(Fault::AuthorizeStateMissing, "default").await).contains_key("state"));
    let params = params_of(&with(Fault::AuthorizeStateMismatch, "default").await);
    assert!(params.contains_key("code") && params["state"] != "the-state");
    assert_eq!(
        params_of(&with(Fault::AuthorizeIssMismatch, "default").await)["iss"],
        "https://another.example"
    );
    assert!(!params_of(&with(Fault::AuthorizeIssMissing, "default").await).contains_key("iss"));
    for (variant, name) in [
        ("code", "code"),
        ("state", "state"),
        ("iss", "iss"),
        ("error", "error"),
        ("equal", "code"),
    ] {
        let redirect = with(Fault::AuthorizeDuplicateParams, variant).await;
        assert_eq!(redirect.matches(&format!("{name}=")).count(), 2, "{redirect}");
    }
    assert!(with(Fault::AuthorizeHuge, "code").await.len() > 1 << 20);
    assert!(with(Fault::AuthorizeHuge, "name").await.len() > 1 << 20);
    assert!(params_of(&with(Fault::AuthorizeHuge, "many").await).len() > 10_000);
    assert!(
        with(Fault::AuthorizeFragment, "default")
            .await
            .contains("callback#code=")
    );
    assert!(!params_of(&with(Fault::AuthorizeCodeMissing, "missing").await).contains_key("code"));
    assert_eq!(params_of(&with(Fault::AuthorizeCodeMissing, "empty").await)["code"], "");
    let params = params_of(&with(Fault::AuthorizeUnknownParams, "default").await);
    assert!(params.contains_key("code") && params.contains_key("session_state"));
    let params = params_of(&with(Fault::AuthorizeErrorTextHostile, "default").await);
    assert!(params["error_description"].contains("<script>") && params["error_description"].len() > 64 * 1024);
    assert_eq!(params_of(&redirect(&op).await).len(), 3, "and then all is well again");
}

#[tokio::test]
async fn an_injected_code_fails_at_an_honest_token_endpoint_and_only_the_nonce_shows_it_at_a_dishonest_one() {
    let op = MockOp::start().await.unwrap();
    op.next(Fault::AuthorizeCodeInjection);
    let (status, body) = token(&op, &exchange(&app::code(&op).await)).await;
    assert_eq!((status.as_u16(), text(&body, "error")), (400, "invalid_grant"));
    assert!(op.next_variant(Fault::AuthorizeCodeInjection, "dishonest"));
    let claims = claims_of(text(&app::tokens(&op).await, "id_token"));
    assert_ne!(claims["nonce"], "the-nonce");
    assert_ne!(claims["sub"], "sub-ada");
}

#[tokio::test]
async fn token_responses_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        raw_tokens(&op).await
    };
    for variant in ["length", "chunk"] {
        let response = with(Fault::TokenTruncatedJson, variant).await.unwrap();
        assert!(response.bytes().await.is_err(), "{variant}: the body is cut");
    }
    for (fault, variant) in [
        (Fault::TokenTruncatedJson, "string"),
        (Fault::TokenHtmlPage, "200"),
        (Fault::TokenDeepJson, "default"),
        (Fault::TokenOddEncodings, "bom"),
        (Fault::TokenOddEncodings, "utf-16"),
        (Fault::TokenOddEncodings, "invalid"),
        (Fault::TokenExpiresIn, "1e400"),
    ] {
        let bytes = with(fault, variant).await.unwrap().bytes().await.unwrap();
        assert!(serde_json::from_slice::<Value>(&bytes).is_err(), "{fault:?} {variant}");
    }
    assert!(
        with(Fault::TokenResetAfterSend, "default").await.is_err(),
        "no answer comes"
    );
    for (fault, variant, status) in [
        (Fault::Token5xx, "500", 500),
        (Fault::Token5xx, "502", 502),
        (Fault::Token5xx, "503", 503),
        (Fault::TokenErrorJson, "invalid_grant", 400),
        (Fault::TokenErrorJson, "invalid_client", 401),
        (Fault::TokenErrorJson, "with-200", 200),
        (Fault::TokenRedirect307, "308", 308),
        (Fault::TokenRedirect302, "302", 302),
        (Fault::TokenHtmlPage, "502", 502),
        (Fault::TokenErrorTextHostile, "default", 400),
    ] {
        assert_eq!(
            with(fault, variant).await.unwrap().status(),
            status,
            "{fault:?} {variant}"
        );
    }
    for (fault, variant, member, expected) in [
        (Fault::TokenTokenType, "missing", "token_type", None),
        (Fault::TokenTokenType, "MAC", "token_type", Some(json!("MAC"))),
        (Fault::TokenTokenType, "bEaReR", "token_type", Some(json!("bEaReR"))),
        (Fault::TokenExpiresIn, "missing", "expires_in", None),
        (Fault::TokenExpiresIn, "string", "expires_in", Some(json!("3600"))),
        (Fault::TokenExpiresIn, "zero", "expires_in", Some(json!(0))),
        (Fault::TokenExpiresIn, "negative", "expires_in", Some(json!(-1))),
        (Fault::TokenExpiresIn, "fraction", "expires_in", Some(json!(1.5))),
        (
            Fault::TokenExpiresIn,
            "2^63",
            "expires_in",
            Some(json!(9_223_372_036_854_775_808_u64)),
        ),
        (Fault::TokenMissingIdToken, "default", "id_token", None),
        (Fault::TokenMissingAccessToken, "missing", "access_token", None),
        (
            Fault::TokenMissingAccessToken,
            "null",
            "access_token",
            Some(Value::Null),
        ),
        (Fault::TokenMissingAccessToken, "number", "access_token", Some(json!(7))),
        (Fault::TokenMissingAccessToken, "empty", "access_token", Some(json!(""))),
        (
            Fault::TokenHeaderInjection,
            "crlf",
            "access_token",
            Some(json!("token\r\nX-Injected: yes")),
        ),
        (Fault::TokenScopeChanged, "fewer", "scope", Some(json!("openid"))),
        (Fault::TokenNoRefreshToken, "default", "refresh_token", None),
    ] {
        let body: Value = with(fault, variant).await.unwrap().json().await.unwrap();
        assert_eq!(body.get(member), expected.as_ref(), "{fault:?} {variant}");
    }
    for member in Fault::TokenDuplicateKeys.variants() {
        let text = with(Fault::TokenDuplicateKeys, member)
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert_eq!(text.matches(&format!("\"{member}\":")).count(), 2);
    }
    let cookies = with(Fault::TokenCookiesAndCache, "default").await.unwrap();
    assert!(cookies.headers().contains_key("set-cookie") && !cookies.headers().contains_key("cache-control"));
    for variant in Fault::TokenHugeOrBomb.variants() {
        let mut endless = with(Fault::TokenHugeOrBomb, variant).await.unwrap();
        let mut seen = 0;
        while seen < 4 << 20 {
            seen += endless.chunk().await.unwrap().expect("it does not end").len();
        }
    }
}

#[tokio::test]
async fn the_gzip_bomb_is_gzip_and_a_thousand_times_larger_than_it_looks() {
    use std::io::Read;
    let op = MockOp::start().await.unwrap();
    assert!(op.next_variant(Fault::TokenHugeOrBomb, "gzip"));
    let mut response = raw_tokens(&op).await.unwrap();
    let packed = response.chunk().await.unwrap().unwrap();
    let mut unpacked = vec![0; 1 << 20];
    flate2::read::GzDecoder::new(&packed[..])
        .read_exact(&mut unpacked)
        .unwrap();
    assert!(unpacked.iter().all(|b| *b == b' '));
    assert!(packed.len() < 4096, "{}", packed.len());
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

#[tokio::test]
async fn userinfo_is_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let access = text(&body, "access_token");
    let url = format!("{}/userinfo", op.issuer());
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        app::http().get(&url).bearer_auth(access).send().await.unwrap()
    };
    assert_eq!(with(Fault::UserInfo401, "default").await.status(), 401);
    assert_eq!(with(Fault::UserInfo403Scope, "default").await.status(), 403);
    assert_eq!(with(Fault::UserInfoRedirect, "302").await.status(), 302);
    let claims: Value = with(Fault::UserInfoSubMismatch, "other").await.json().await.unwrap();
    assert_eq!(claims["sub"], "sub-of-someone-else");
    let claims: Value = with(Fault::UserInfoSubMismatch, "missing").await.json().await.unwrap();
    assert!(claims.get("sub").is_none());
    let claims: Value = with(Fault::UserInfoHostileFields, "text").await.json().await.unwrap();
    assert!(text(&claims, "name").contains("<script>"));
    for (variant, start) in [
        ("file-picture", "file:"),
        ("javascript-picture", "javascript:"),
        ("data-picture", "data:"),
        ("smb-picture", "smb:"),
        ("http-picture", op.elsewhere()),
    ] {
        let claims: Value = with(Fault::UserInfoHostileFields, variant).await.json().await.unwrap();
        assert!(text(&claims, "picture").starts_with(start), "{variant}");
    }
    for variant in ["html", "truncated"] {
        let bytes = with(Fault::UserInfoNotJson, variant).await.bytes().await.unwrap();
        assert!(serde_json::from_slice::<Value>(&bytes).is_err());
    }
    let claims: Value = with(Fault::UserInfoNotJson, "types").await.json().await.unwrap();
    assert_eq!(claims["email"], 7);
    let jwks = get(&format!("{}/jwks", op.issuer())).await;
    for (variant, good) in [
        ("good", true),
        ("bad-signature", false),
        ("alg-none", false),
        ("wrong-aud", true),
    ] {
        let response = with(Fault::UserInfoSignedJwt, variant).await;
        assert_eq!(response.headers()["content-type"], "application/jwt");
        let jwt = response.text().await.unwrap();
        assert_eq!(verifies(&jwt, &jwks), good, "{variant}");
        assert_eq!(claims_of(&jwt)["aud"] == "demo", variant != "wrong-aud");
    }
}

#[tokio::test]
async fn refreshes_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/token", op.issuer());
    let fresh = async || text(&app::tokens(&op).await, "refresh_token").to_owned();
    let refresh = async |token: &str| app::http().post(&url).form(&app::refresh(token)).send().await;
    let with = async |fault: Fault, variant: &str| {
        let token = fresh().await;
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        (refresh(&token).await, token)
    };
    assert_eq!(
        with(Fault::RefreshInvalidGrant, "default").await.0.unwrap().status(),
        400
    );
    for (variant, status) in [
        ("html-200", 200),
        ("400-no-json", 400),
        ("403", 403),
        ("404", 404),
        ("407", 407),
        ("429", 429),
        ("500", 500),
    ] {
        let (response, token) = with(Fault::RefreshOnlyInvalidGrantWipes, variant).await;
        assert_eq!(response.unwrap().status(), status);
        assert_eq!(refresh(&token).await.unwrap().status(), 200, "the token is still good");
    }
    assert!(with(Fault::RefreshOnlyInvalidGrantWipes, "closed").await.0.is_err());
    let (lost, token) = with(Fault::RefreshResponseLost, "default").await;
    assert!(lost.is_err());
    assert_eq!(
        refresh(&token).await.unwrap().status(),
        400,
        "it was used, though no answer came"
    );
    for (variant, claim) in [
        ("sub", "sub"),
        ("iss", "iss"),
        ("aud", "aud"),
        ("azp", "azp"),
        ("auth_time", "auth_time"),
    ] {
        let before = app::tokens(&op).await;
        assert!(op.next_variant(Fault::RefreshSubChanged, variant));
        let after: Value = refresh(text(&before, "refresh_token"))
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let (before, after) = (
            claims_of(text(&before, "id_token")),
            claims_of(text(&after, "id_token")),
        );
        assert_ne!(before.get(claim), after.get(claim), "{variant}");
    }
    let (response, token) = with(Fault::RefreshNoRotation, "default").await;
    let body: Value = response.unwrap().json().await.unwrap();
    assert!(body.get("refresh_token").is_none() && body["access_token"].is_string());
    assert_eq!(refresh(&token).await.unwrap().status(), 200, "the old one stays good");
    let (response, _) = with(Fault::RefreshExpiredAtBirth, "zero").await;
    assert_eq!(response.unwrap().json::<Value>().await.unwrap()["expires_in"], 0);
    let (response, token) = with(Fault::RefreshReuseDetected, "default").await;
    assert_eq!(response.unwrap().status(), 400);
    assert_eq!(refresh(&token).await.unwrap().status(), 400, "the family is gone");
    for (variant, after) in [
        ("seconds", "2"),
        ("date", "Fri, 31 Dec 2100 23:59:59 GMT"),
        ("negative", "-5"),
    ] {
        let response = with(Fault::Refresh429, variant).await.0.unwrap();
        assert_eq!(
            (
                response.status().as_u16(),
                response.headers()["retry-after"].to_str().unwrap()
            ),
            (429, after)
        );
    }
}

#[tokio::test]
async fn revocation_and_logout_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let access = text(&body, "access_token");
    let form = [("client_id", "demo"), ("token", access)];
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        app::http()
            .post(format!("{}/revoke", op.issuer()))
            .form(&form)
            .send()
            .await
    };
    let response = with(Fault::Revocation503, "default").await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers().contains_key("retry-after")
        ),
        (503, true)
    );
    assert!(with(Fault::RevocationOffline, "closed").await.is_err());
    let answer: Value = with(Fault::RevocationUnsupportedType, "default")
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer["error"], "unsupported_token_type");
    assert_eq!(
        with(Fault::RevocationInvalidToken200, "default")
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(with(Fault::RevocationRedirect, "307").await.unwrap().status(), 307);
    assert_eq!(app::userinfo(&op, access).await.0, 200, "nothing was revoked");
    for (variant, expected) in [
        ("missing", "com.example.app:/out"),
        ("other", "com.example.app:/out?state="),
    ] {
        assert!(op.next_variant(Fault::LogoutState, variant));
        let params = [
            ("id_token_hint", text(&body, "id_token")),
            ("post_logout_redirect_uri", "com.example.app:/out"),
            ("state", "mine"),
        ];
        let url = url::Url::parse_with_params(&format!("{}/logout", op.issuer()), params).unwrap();
        let response = app::http().get(url).send().await.unwrap();
        let location = response.headers()["location"].to_str().unwrap();
        assert!(
            location.starts_with(expected) && !location.ends_with("mine"),
            "{location}"
        );
    }
}

#[tokio::test]
async fn the_network_is_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/jwks", op.issuer());
    op.when(Fault::NetFlapping, When::Times(2));
    for _ in 0..2 {
        assert!(app::http().get(&url).send().await.is_err());
    }
    assert_eq!(op.requests()[0].status, 0);
    op.next(Fault::NetCaptivePortal);
    let portal = app::http().get(&url).send().await.unwrap();
    assert!(
        portal.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    op.next(Fault::DiscoveryNotJson);
    let page = app::http()
        .get(format!("{}/.well-known/openid-configuration", op.issuer()))
        .send()
        .await
        .unwrap();
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(app::http().get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_slow_answer_has_sent_next_to_nothing_after_a_while() {
    let op = MockOp::start().await.unwrap();
    let while_waiting = std::time::Duration::from_millis(300);
    let client = app::client().timeout(while_waiting).build().unwrap();
    for (fault, endpoint) in [
        (Fault::DiscoverySlow, ".well-known/openid-configuration"),
        (Fault::TokenSlow, "token"),
    ] {
        for variant in fault.variants() {
            let form = exchange(&app::code(&op).await);
            assert!(op.next_variant(fault, variant));
            let url = format!("{}/{endpoint}", op.issuer());
            let request = if endpoint == "token" {
                client.post(url).form(&form)
            } else {
                client.get(url)
            };
            let outcome = async { request.send().await?.bytes().await }.await;
            assert!(outcome.unwrap_err().is_timeout(), "{fault:?} {variant}");
        }
    }
}
