//! The FAPI 2 Security Profile, as far as its behaviours are a native client's: here with all that the profile wants of a client. The
//! request is pushed, the client signs an assertion with a key of its own, and the tokens are bound to a key by DPoP.

use doorkey::flow::{DoorKind, Receipt, Stage};
use doorkey::providers::preset::DpopBinding;
use doorkey::providers::{AssertionAudience, AssertionKey, Authentication, Registration};
use doorkey::sessions::{AccountId, TokenType};
use doorkey::{Client, Error};
use doorkey_oidc::Misbehaviour;
use doorkey_oidc::dpop::ProofKey;
use mock_op::{Alg, Builder, Client as Registered, Endpoint, Fault, MockOp};

use crate::stage::{Set, begin, pictured, status};
use crate::tried::{Tried, count, with_fault};

const REDIRECT: &[&str] = &["com.example.app:/callback/op"];

/// A provider and a client of the profile.
async fn fapi() -> (Set, Client) {
    at(MockOp::builder()).await
}

async fn at(op: Builder) -> (Set, Client) {
    let (set, key) = provider(op).await;
    let client = client(&set, key).await;
    (set, client)
}

async fn provider(op: Builder) -> (Set, AssertionKey) {
    // Drawn by the same means as the other key.
    let key = ProofKey::generate().unwrap().to_bytes_for_sealing();
    let key = AssertionKey::from_pkcs8(&key, Some("k".into()), AssertionAudience::Issuer).unwrap();
    let registered = Registered::signing("app", key.public_jwk(), REDIRECT);
    let op = op.show_secrets().pushed_requests_only().client(registered);
    let mut set = Set::with(op.start().await.unwrap());
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    (set, key)
}

/// One process of the client.
async fn client(set: &Set, key: AssertionKey) -> Client {
    set.client_where(|provider| {
        provider.client = Some(Registration::authenticated("app", Authentication::PrivateKeyJwt(key)));
        provider.preset.dpop = DpopBinding::Both;
    })
    .await
}

/// How the requests to a path were answered: the status, and the error where there was one.
fn answers(set: &Set, path: &str) -> Vec<(u16, Option<String>)> {
    let requests = set.requests(path).into_iter();
    requests.map(|request| (request.status, request.error)).collect()
}

fn wants_nonce(status: u16) -> (u16, Option<String>) {
    (status, Some("use_dpop_nonce".to_owned()))
}

async fn get(set: &Set, client: &Client, id: &AccountId, path: &str) -> u16 {
    let request = http::Request::get(format!("{}{path}", set.op.issuer()));
    let answer = client.fetch(id, request.body(vec![]).unwrap()).await;
    answer.unwrap().status().as_u16()
}

async fn refused(fault: Fault, variant: &str, expected: Misbehaviour) {
    with_fault(fapi().await, fault, variant)
        .await
        .refused(expected, Endpoint::Token);
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_happy_path() {
    // FAPI 2.0 Security Profile section 5.3.3: pushed, signed for, bound.
    let (set, client) = fapi().await;
    let id = set.sign_in(&client).await.id;
    assert_eq!(answers(&set, "/par"), [wants_nonce(400), (201, None)]);
    assert_eq!(answers(&set, "/token"), [(200, None)]);
    let mut signed = set.requests("/par");
    signed.extend(set.requests("/token"));
    for request in &signed {
        assert!(request.param("client_assertion").is_some(), "{request:?}");
        assert_eq!((request.param("client_secret"), &request.authorization), (None, &None));
    }
    let browser: Vec<_> = set.requests("/authorize")[0].params.keys().cloned().collect();
    assert_eq!(browser, ["client_id", "request_uri"], "nothing of the request itself");
    assert_eq!(client.access_token(&id, 0).await.unwrap().token_type, TokenType::Dpop);
    assert_eq!(get(&set, &client, &id, "/api/me").await, 200);
    let api = set.requests("/api/me").pop().unwrap();
    assert!(api.authorization.unwrap().starts_with("DPoP "));
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_discovery_issuer_mismatch() {
    // RFC 8414 section 3.3.
    let tried = with_fault(fapi().await, Fault::DiscoveryIssuerMismatch, "default").await;
    tried.refused(Misbehaviour::DiscoveryIssuerMismatch, Endpoint::Discovery);
    assert_eq!(count(&tried.set, Endpoint::PushedAuthorization), 0);
    assert_eq!(count(&tried.set, Endpoint::Authorize), 0);
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_iss() {
    // OIDC Core section 3.1.3.7 step 2.
    refused(Fault::IdTokenIss, "wrong", Misbehaviour::IdTokenIssMismatch).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_missing_iss() {
    // OIDC Core sections 2 and 3.1.3.7 step 2.
    refused(Fault::IdTokenIss, "missing", Misbehaviour::IdTokenIssMismatch).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_aud() {
    // OIDC Core section 3.1.3.7 step 3.
    refused(Fault::IdTokenAud, "wrong", Misbehaviour::IdTokenAudMismatch).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_missing_aud() {
    // OIDC Core sections 2 and 3.1.3.7 step 3.
    refused(Fault::IdTokenAud, "missing", Misbehaviour::IdTokenAudMismatch).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_secondary_aud() {
    // OIDC Core section 3.1.3.7 steps 3 to 5: an audience beside us that nobody trusts, and no azp.
    refused(Fault::IdTokenAud, "ours-and-other", Misbehaviour::IdTokenAzpMismatch).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_valid_aud_as_array() {
    // OIDC Core section 2: aud may be an array with one element.
    let tried = with_fault(fapi().await, Fault::IdTokenAud, "ours-as-array").await;
    tried.accepted();
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_null_alg() {
    // FAPI 2.0 Security Profile section 5.4.1, RFC 8725 section 3.2.
    refused(Fault::IdTokenAlgNone, "none", Misbehaviour::IdTokenAlgNotAllowed).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_alternate_alg() {
    // RFC 8725 section 3.1, RFC 7517 section 4.4: the header says RS256, the key is published for PS256.
    let op = at(MockOp::builder().alg(Alg::Ps256)).await;
    let tried = with_fault(op, Fault::IdTokenAlgKeyMismatch, "default").await;
    tried.refused(Misbehaviour::IdTokenAlgNotAllowed, Endpoint::Token);
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_expired_exp() {
    // OIDC Core section 3.1.3.7 step 9.
    refused(Fault::IdTokenExp, "past", Misbehaviour::IdTokenExpired).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_missing_exp() {
    // OIDC Core sections 2 and 3.1.3.7 step 9.
    refused(Fault::IdTokenExp, "missing", Misbehaviour::IdTokenClaimMalformed).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_nonce() {
    // OIDC Core section 3.1.3.7 step 11.
    refused(Fault::IdTokenNonce, "wrong", Misbehaviour::IdTokenNonceMismatch).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_missing_nonce() {
    // OIDC Core section 3.1.3.7 step 11: a nonce that was sent must come back.
    refused(Fault::IdTokenNonce, "missing", Misbehaviour::IdTokenNonceMismatch).await;
}

/// A response of the authorization endpoint that is refused: the code goes nowhere.
async fn response_refused(fault: Fault, expected: Misbehaviour) {
    let tried = with_fault(fapi().await, fault, "default").await;
    let Stage::Failed(error) = &tried.stage else {
        panic!("not refused: {:?}", tried.stage)
    };
    assert_eq!(*error, Error::Misbehaved(expected));
    assert!(tried.client.accounts().is_empty());
    tried.asked_last(Endpoint::Discovery);
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_invalid_authorization_response_iss() {
    // RFC 9207 section 2.4: compared before anything is sent anywhere.
    response_refused(Fault::AuthorizeIssMismatch, Misbehaviour::IssuerMixUp).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_remove_authorization_response_iss() {
    // RFC 9207 section 2.4: a provider that promises iss must send it.
    response_refused(Fault::AuthorizeIssMissing, Misbehaviour::IssMissing).await;
}

/// A response that names no sign-in of ours: it is nothing, and the sign-in that waits goes on waiting for its own.
async fn stranger(fault: Fault) {
    let (set, client) = fapi().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    set.op.next(fault);
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(link.contains("code="), "a code came with it");
    assert!(matches!(client.receive(&link).await, Receipt::Unknown));
    let stage = status(&client, &flow).unwrap().stage;
    assert!(matches!(stage, Stage::Waiting(_)), "{stage:?}");
    Tried { set, client, stage }.asked_last(Endpoint::Discovery);
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_ensure_authorization_response_with_invalid_state_fails() {
    // RFC 6749 section 10.12: state is what ties a response to a request of ours.
    stranger(Fault::AuthorizeStateMismatch).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_ensure_authorization_response_with_invalid_missing_state_fails() {
    // RFC 6749 sections 4.1.2 and 10.12: state is required where it was sent.
    stranger(Fault::AuthorizeStateMissing).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_token_endpoint_response_without_expires_in() {
    // RFC 6749 section 5.1: expires_in is recommended only.
    let tried = with_fault(fapi().await, Fault::TokenExpiresIn, "missing").await;
    tried.accepted();
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_token_type_case_insensitivity() {
    // RFC 6749 section 5.1: token_type is case-insensitive.
    let tried = with_fault(fapi().await, Fault::TokenTokenType, "bEaReR").await;
    let id = tried.accepted().id;
    let token = tried.client.access_token(&id, 0).await.unwrap();
    assert_eq!(token.token_type, TokenType::Dpop, "it came as dPoP");
    assert_eq!(get(&tried.set, &tried.client, &id, "/api/me").await, 200);
}

#[tokio::test]
async fn fapi2_security_profile_final_client_refresh_token_test() {
    // RFC 6750 section 3.1, RFC 6749 section 6, RFC 9449 section 5: a 401, a refresh, the call once more; and all of it again with the
    // refresh token that the first refresh brought.
    let (set, client) = fapi().await;
    let id = set.sign_in(&client).await.id;
    pictured(&client).await;
    for round in 1..=2 {
        set.pass(60);
        set.op.next(Fault::UserInfo401);
        assert_eq!(get(&set, &client, &id, "/userinfo").await, 200, "round {round}");
        assert_eq!(set.refreshes(), round);
    }
    let issued = set.op.secrets().refresh_tokens;
    let sent = set.requests("/token");
    let sent: Vec<_> = sent
        .iter()
        .filter_map(|request| request.param("refresh_token"))
        .collect();
    assert_eq!(sent, [issued[0].as_str(), issued[1].as_str()], "each is used once");
    assert_eq!(issued.len(), 3);
    let token = set.op.secrets().access_tokens.back().unwrap().clone();
    let last = set.requests("/userinfo").pop().unwrap();
    assert_eq!(last.authorization, Some(format!("DPoP {token}")));
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_rs_dpop_auth_scheme_case_insensitivity() {
    // RFC 9110 section 11.1: the name of a scheme is case-insensitive, so this is the challenge that asks for a nonce.
    let (set, key) = provider(MockOp::builder()).await;
    let id = set.sign_in(&client(&set, key.clone()).await).await.id;
    // Another process, which knows no nonce of the API yet.
    let other = client(&set, key).await;
    set.op.next(Fault::ResourceSchemeCase);
    assert_eq!(get(&set, &other, &id, "/api/me").await, 200);
    assert_eq!(answers(&set, "/api/me"), [wants_nonce(401), (200, None)]);
    assert_eq!(set.refreshes(), 0, "its token was never at fault");
}

#[tokio::test]
async fn fapi2_security_profile_final_client_test_happy_path_no_dpop_nonce() {
    // RFC 9449 sections 8 and 9: a nonce is sent where a server gave one, and not otherwise.
    let (set, client) = at(MockOp::builder().without_dpop_nonces()).await;
    let id = set.sign_in(&client).await.id;
    assert_eq!(answers(&set, "/par"), [(201, None)]);
    assert_eq!(answers(&set, "/token"), [(200, None)]);
    assert_eq!(answers(&set, "/userinfo"), [(200, None)]);
    assert_eq!(get(&set, &client, &id, "/api/me").await, 200);
    assert_eq!(answers(&set, "/api/me"), [(200, None)]);
}
