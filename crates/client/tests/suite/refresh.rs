//! The plan "Refresh".

use doorkey::error::ReauthRequired;
use doorkey::{Client, Error};
use doorkey_oidc::Misbehaviour;
use mock_op::{Endpoint, Fault};

use crate::stage::{Set, pictured};
use crate::tried::{count, plain};

/// Somebody signed in a while ago; their picture came too, so that what is asked for from here on is asked for by the test.
async fn signed_in() -> (Set, Client) {
    let (set, client) = plain().await;
    set.sign_in(&client).await;
    pictured(&client).await;
    set.pass(60);
    (set, client)
}

#[tokio::test]
async fn oidcc_client_test_refresh_token() {
    // OIDC Core section 12, RFC 6749 section 6: the refresh token brings an access token that UserInfo takes.
    let (set, client) = signed_in().await;
    let id = client.accounts()[0].id.clone();
    let before = set.op.secrets();
    client.refresh_now(&id).await.unwrap();
    let refresh = set.requests("/token").pop().unwrap();
    assert_eq!(refresh.param("grant_type"), Some("refresh_token"));
    assert_eq!(
        refresh.param("refresh_token"),
        before.refresh_tokens.back().map(String::as_str)
    );
    let url = format!("{}/userinfo", set.op.issuer());
    let request = http::Request::get(url).body(vec![]).unwrap();
    let answer = client.fetch(&id, request).await.unwrap();
    let claims: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(claims["sub"], "sub-ada");
    let token = set.op.secrets().access_tokens.back().unwrap().clone();
    assert!(!before.access_tokens.contains(&token), "it is a new one");
    let asked = set.requests("/userinfo").pop().unwrap();
    assert_eq!(asked.authorization, Some(format!("Bearer {token}")));
}

/// A refresh whose ID Token is wrong: it is refused for this, the account stays whose it was, nothing is done with the new tokens, and
/// the refresh token that may be spent is not sent again.
async fn refused(variant: &str, expected: Misbehaviour) {
    let (set, client) = signed_in().await;
    let account = client.accounts()[0].clone();
    assert!(set.op.next_variant(Fault::RefreshSubChanged, variant));
    let seen = count(&set, Endpoint::Userinfo);
    assert_eq!(client.refresh_now(&account.id).await, Err(Error::Misbehaved(expected)));
    let now = client.accounts();
    assert_eq!((now.len(), &now[0].id, &*now[0].subject), (1, &account.id, "sub-ada"));
    assert_eq!(count(&set, Endpoint::Userinfo), seen, "no token of it is used");
    let again = client.refresh_now(&account.id).await;
    assert_eq!(again, Err(Error::ReauthRequired(ReauthRequired::OutcomeUnknown)));
    assert_eq!(set.refreshes(), 1);
}

#[tokio::test]
async fn oidcc_client_test_refresh_token_invalid_issuer() {
    // OIDC Core section 12.2: iss of a refreshed ID Token is that of the first.
    refused("iss", Misbehaviour::IdTokenIssMismatch).await;
}

#[tokio::test]
async fn oidcc_client_test_refresh_token_invalid_sub() {
    // OIDC Core section 12.2: sub of a refreshed ID Token is that of the first.
    refused("sub", Misbehaviour::IdTokenSubjectChanged).await;
}
