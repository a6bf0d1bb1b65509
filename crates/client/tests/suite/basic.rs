//! The plan "Basic": the code flow.

use doorkey::providers::{Authentication, Provider, Registration};
use doorkey::{Schemes, Secret};
use doorkey_oidc::Misbehaviour;
use mock_op::{Alg, Client as Registered, Endpoint, Fault, MockOp};

use crate::stage::Set;
use crate::tried::{Tried, at, count, plain, with_fault};

#[tokio::test]
async fn oidcc_client_test() {
    // OIDC Core sections 3.1.2 to 3.1.3 and 5.3: authorization, tokens, UserInfo.
    let (set, client) = plain().await;
    let account = set.sign_in(&client).await;
    assert_eq!(account.subject, "sub-ada");
    assert_eq!(account.profile.name.as_deref(), Some("Ada Lovelace"));
    let asked = set.requests("/authorize");
    assert_eq!(asked[0].param("response_type"), Some("code"));
    assert_eq!(asked[0].param("code_challenge_method"), Some("S256"));
    let exchange = set.requests("/token");
    assert_eq!(
        (exchange.len(), exchange[0].param("grant_type"), exchange[0].status),
        (1, Some("authorization_code"), 200)
    );
    assert_eq!(count(&set, Endpoint::Userinfo), 1);
}

#[tokio::test]
async fn oidcc_client_test_invalid_iss() {
    // OIDC Core section 3.1.3.7 step 2.
    let tried = with_fault(plain().await, Fault::IdTokenIss, "wrong").await;
    tried.refused(Misbehaviour::IdTokenIssMismatch, Endpoint::Token);
}

#[tokio::test]
async fn oidcc_client_test_missing_sub() {
    // OIDC Core section 2: sub is required.
    for variant in Fault::IdTokenSub.variants() {
        let tried = with_fault(plain().await, Fault::IdTokenSub, variant).await;
        tried.refused(Misbehaviour::IdTokenSubMissing, Endpoint::Token);
    }
}

#[tokio::test]
async fn oidcc_client_test_invalid_aud() {
    // OIDC Core section 3.1.3.7 step 3.
    let tried = with_fault(plain().await, Fault::IdTokenAud, "wrong").await;
    tried.refused(Misbehaviour::IdTokenAudMismatch, Endpoint::Token);
}

#[tokio::test]
async fn oidcc_client_test_missing_iat() {
    // OIDC Core sections 2 and 3.1.3.7 step 10: iat is required.
    let tried = with_fault(plain().await, Fault::IdTokenIat, "missing").await;
    tried.refused(Misbehaviour::IdTokenIatOutOfRange, Endpoint::Token);
}

#[tokio::test]
async fn oidcc_client_test_kid_absent_single_jwks() {
    // OIDC Core section 10.1: a kid is needed only where there is more than one key that could have signed.
    let tried = with_fault(plain().await, Fault::IdTokenKidMissing, "default").await;
    tried.accepted();
}

#[tokio::test]
async fn oidcc_client_test_kid_absent_multiple_jwks() {
    // OIDC Core section 10.1: with several keys the kid must be there. Nothing is tried out.
    let (set, client) = plain().await;
    set.op.rotate_keys();
    let tried = with_fault((set, client), Fault::IdTokenKidMissing, "default").await;
    tried.refused(Misbehaviour::IdTokenAmbiguousKey, Endpoint::Token);
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_rs256() {
    // OIDC Core sections 3.1.3.7 steps 6 and 7, and 15.1: RS256 is the one that everyone has.
    let (set, client) = at(MockOp::builder().alg(Alg::Rs256)).await;
    let stage = set.attempt(&client).await.stage;
    Tried { set, client, stage }.accepted();
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_none() {
    // OIDC Core section 3.1.3.7 step 7, RFC 8725 section 3.2: never was "none" asked for, so the token is refused.
    for variant in Fault::IdTokenAlgNone.variants() {
        let tried = with_fault(plain().await, Fault::IdTokenAlgNone, variant).await;
        tried.refused(Misbehaviour::IdTokenAlgNotAllowed, Endpoint::Token);
    }
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_rs256() {
    // OIDC Core section 3.1.3.7 step 6: the signature is checked although TLS could stand in for it.
    let op = at(MockOp::builder().alg(Alg::Rs256)).await;
    let tried = with_fault(op, Fault::IdTokenBadSignature, "signature").await;
    tried.refused(Misbehaviour::IdTokenSignatureInvalid, Endpoint::Token);
}

#[tokio::test]
async fn oidcc_client_test_userinfo_invalid_sub() {
    // OIDC Core section 5.3.2: an answer about somebody else must not be used.
    for variant in Fault::UserInfoSubMismatch.variants() {
        let tried = with_fault(plain().await, Fault::UserInfoSubMismatch, variant).await;
        tried.refused(Misbehaviour::UserInfoSubMismatch, Endpoint::Userinfo);
    }
}

#[tokio::test]
async fn oidcc_client_test_nonce_invalid() {
    // OIDC Core section 3.1.3.7 step 11.
    let tried = with_fault(plain().await, Fault::IdTokenNonce, "wrong").await;
    tried.refused(Misbehaviour::IdTokenNonceMismatch, Endpoint::Token);
}

#[tokio::test]
async fn oidcc_client_test_scope_userinfo_claims() {
    // OIDC Core section 5.4: claims are asked for by scope, and come from UserInfo.
    let (set, client) = plain().await;
    let account = set.sign_in(&client).await;
    let asked = set.requests("/authorize");
    let scopes: Vec<_> = asked[0].param("scope").unwrap().split(' ').collect();
    for scope in ["openid", "profile", "email"] {
        assert!(scopes.contains(&scope), "{scopes:?}");
    }
    assert_eq!(account.profile.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(account.profile.email.as_deref(), Some("ada@example.com"));
}

#[tokio::test]
async fn oidcc_client_test_client_secret_basic() {
    // OIDC Core section 9, RFC 6749 section 2.3.1: the secret goes in the header, form-encoded, and in no form.
    let registered = Registered::confidential("app:1", "50% +", &["com.example.app:/callback/op"]);
    let op = MockOp::builder().show_secrets().client(registered);
    let set = Set::with(op.start().await.unwrap());
    let secret = Authentication::SecretBasic(Secret::new("50% +".into()));
    let registration = Registration::authenticated("app:1", secret);
    let schemes = Schemes::DangerousLoopbackHttp;
    let provider = Provider::openid("op", "The provider", set.op.issuer(), registration, schemes).unwrap();
    let client = set.client_with(provider);
    client.ready().await;
    assert_eq!(set.sign_in(&client).await.subject, "sub-ada");
    let exchange = &set.requests("/token")[0];
    // base64 of app%3A1:50%25+%2B
    assert_eq!(
        exchange.authorization.as_deref(),
        Some("Basic YXBwJTNBMTo1MCUyNSslMkI=")
    );
    assert_eq!(
        (exchange.param("client_secret"), exchange.param("client_id")),
        (None, None)
    );
}
