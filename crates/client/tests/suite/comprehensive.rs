//! The plan "Comprehensive": what of it is left for the code flow.

use doorkey_oidc::Misbehaviour;
use mock_op::{Alg, Endpoint, Fault, MockOp};

use crate::tried::{at, plain, with_fault};

#[tokio::test]
async fn oidcc_client_test_missing_aud() {
    // OIDC Core sections 2 and 3.1.3.7 step 3: aud is required.
    for variant in ["missing", "empty-array", "null"] {
        let tried = with_fault(plain().await, Fault::IdTokenAud, variant).await;
        tried.refused(Misbehaviour::IdTokenAudMismatch, Endpoint::Token);
    }
}

#[tokio::test]
async fn oidcc_client_test_userinfo_bearer_header() {
    // OIDC Core section 5.3.1, RFC 6750 section 2.1: the token goes in the header and nowhere else.
    let (set, client) = plain().await;
    set.sign_in(&client).await;
    let asked = set.requests("/userinfo");
    assert_eq!(asked.len(), 1);
    let token = set.op.secrets().access_tokens.back().unwrap().clone();
    assert_eq!(asked[0].authorization, Some(format!("Bearer {token}")));
    assert!(asked[0].params.is_empty(), "{:?}", asked[0].params);
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_es256() {
    // OIDC Core section 3.1.3.7 step 6, RFC 7518 section 3.4.
    for variant in ["signature", "payload", "other-key"] {
        let op = at(MockOp::builder().alg(Alg::Es256)).await;
        let tried = with_fault(op, Fault::IdTokenBadSignature, variant).await;
        tried.refused(Misbehaviour::IdTokenSignatureInvalid, Endpoint::Token);
    }
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_hs256() {
    // OIDC Core section 3.1.3.7 steps 7 and 8, RFC 8725 section 3.1: a public client has no MAC key, so no MAC is accepted at all.
    for variant in Fault::IdTokenHs256WithPublicKey.variants() {
        let tried = with_fault(plain().await, Fault::IdTokenHs256WithPublicKey, variant).await;
        tried.refused(Misbehaviour::IdTokenAlgNotAllowed, Endpoint::Token);
    }
}

#[tokio::test]
async fn oidcc_client_test_userinfo_signed() {
    // OIDC Core section 5.3.2: a signed answer is verified; of one that does not verify nothing is used.
    let tried = with_fault(plain().await, Fault::UserInfoSignedJwt, "good").await;
    assert_eq!(tried.accepted().profile.email.as_deref(), Some("ada@example.com"));
    for variant in ["bad-signature", "alg-none", "wrong-aud"] {
        let tried = with_fault(plain().await, Fault::UserInfoSignedJwt, variant).await;
        let profile = tried.accepted().profile;
        assert_eq!((profile.name, profile.email), (None, None), "{variant}");
    }
}

#[tokio::test]
async fn oidcc_client_test_invalid_athash() {
    // OIDC Core section 3.1.3.8: at_hash is optional in the code flow, and checked when it is there.
    for variant in ["wrong", "length"] {
        let tried = with_fault(plain().await, Fault::IdTokenAtHash, variant).await;
        tried.refused(Misbehaviour::IdTokenAtHashMismatch, Endpoint::Token);
    }
}

#[tokio::test]
async fn oidcc_client_test_missing_athash() {
    // OIDC Core section 3.1.3.6: at_hash is optional in the code flow.
    with_fault(plain().await, Fault::IdTokenAtHash, "absent")
        .await
        .accepted();
}

#[tokio::test]
async fn oidcc_client_test_invalid_chash() {
    // OIDC Core section 3.3.2.11: c_hash is of the hybrid flow, and checked wherever it is.
    let tried = with_fault(plain().await, Fault::IdTokenCHash, "wrong").await;
    tried.refused(Misbehaviour::IdTokenCHashMismatch, Endpoint::Token);
    with_fault(plain().await, Fault::IdTokenCHash, "right").await.accepted();
}

#[tokio::test]
async fn oidcc_client_test_missing_chash() {
    // OIDC Core section 3.3.2.11: c_hash is required in the hybrid flow only. The provider sends none unless it is told to.
    let (set, client) = plain().await;
    set.sign_in(&client).await;
    let token = set.op.secrets().id_tokens.back().unwrap().clone();
    let payload = token.split('.').nth(1).unwrap();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims.get("c_hash"), None);
}
