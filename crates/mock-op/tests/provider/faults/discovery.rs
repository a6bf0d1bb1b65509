use crate::app::{self, exchange, get, header_of, text, verifies};
use mock_op::{Endpoint, Fault, MockOp};
use serde_json::{Value, json};

async fn metadata(op: &MockOp) -> Value {
    get(&format!("{}/.well-known/openid-configuration", op.issuer())).await
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
