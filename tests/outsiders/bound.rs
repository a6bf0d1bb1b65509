//! A client whose tokens are bound to a key of its own (RFC 9449).

use doorkey::Client;
use doorkey::providers::preset::{DpopBinding, PushedRequests};
use doorkey::sessions::{AccountId, Acts, Revocation, TokenType};
use http::Request;

use crate::process::{OidcProvider, Seen};
use crate::stage::Stage;

/// A server that asks for its nonce in each proof, and a client that binds its tokens.
async fn strict(par: PushedRequests) -> (Stage, Client) {
    let stage = Stage::with(OidcProvider::start_with(&serde_json::json!({ "dpopNonces": true })));
    let client = bound(&stage, par).await;
    (stage, client)
}

async fn bound(stage: &Stage, par: PushedRequests) -> Client {
    let mut provider = stage.provider("bound");
    provider.preset.dpop = DpopBinding::Both;
    provider.preset.par = par;
    stage.client_of(provider).await
}

/// Calls UserInfo as an API.
async fn call(stage: &Stage, client: &Client, id: &AccountId) -> u16 {
    let request = Request::get(format!("{}/me", stage.op.issuer())).body(vec![]).unwrap();
    client.fetch(id, request).await.unwrap().status().as_u16()
}

fn errors(seen: &[Seen]) -> Vec<Option<&str>> {
    seen.iter().map(|request| request.error.as_deref()).collect()
}

#[tokio::test]
async fn a_bound_session_is_begun_used_renewed_and_ended_with_the_nonces_of_the_server() {
    let (stage, client) = strict(PushedRequests::WhenRequired).await;
    let account = stage.sign_in(&client).await;
    assert_eq!(account.display_name(), "Ada Lovelace");
    let token = client.access_token(&account.id, 0).await.unwrap();
    assert_eq!(token.token_type, TokenType::Dpop);
    // Exposed to be used by a thief, as a bearer token.
    assert_eq!(stage.op.userinfo_status(token.token.expose()).await, 401);
    assert_eq!(call(&stage, &client, &account.id).await, 200);
    stage.clock.advance(60);
    client.refresh_now(&account.id).await.unwrap();
    assert_eq!(call(&stage, &client, &account.id).await, 200);

    let tokens = stage.op.seen_at("token").await;
    assert_eq!(
        errors(&tokens),
        [Some("use_dpop_nonce"), None, None],
        "the nonce was remembered for the refresh"
    );
    assert!(tokens.iter().all(|request| request.dpop));
    let report = client.sign_out(&account.id, Acts::default()).await.unwrap();
    assert_eq!(report.revocation, Some(Revocation::Revoked));
}

#[tokio::test]
async fn a_pushed_request_carries_a_proof_too() {
    let (stage, client) = strict(PushedRequests::Always).await;
    stage.sign_in(&client).await;
    let pushed = stage.op.seen_at("pushed_authorization_request").await;
    assert_eq!(errors(&pushed), [Some("use_dpop_nonce"), None]);
    assert!(pushed.iter().all(|request| request.dpop));
    let tokens = stage.op.seen_at("token").await;
    assert_eq!(
        errors(&tokens),
        [None],
        "the nonce of one endpoint is good at the other"
    );
}

#[tokio::test]
async fn the_next_program_renews_with_the_same_key() {
    let (stage, client) = strict(PushedRequests::WhenRequired).await;
    let id = stage.sign_in(&client).await.id;
    drop(client);
    stage.clock.advance(60);
    let next = bound(&stage, PushedRequests::WhenRequired).await;
    next.refresh_now(&id).await.unwrap();
    let tokens = stage.op.seen_at("token").await;
    assert_eq!(
        errors(&tokens)[2..],
        [Some("use_dpop_nonce"), None],
        "it knows no nonce yet"
    );
    assert_eq!(call(&stage, &next, &id).await, 200);
}

#[tokio::test]
async fn a_clock_that_is_off_is_made_up_for_by_a_nonce() {
    let stage = Stage::new();
    let client = bound(&stage, PushedRequests::WhenRequired).await;
    let id = stage.sign_in(&client).await.id;
    // Ours goes on, the provider's stays: RFC 9449 section 11.1 has a proof without a nonce accepted for a short time only.
    stage.clock.advance(900);
    // This server gives its nonce without being asked, and it was remembered.
    client.refresh_now(&id).await.unwrap();
    stage.clock.advance(60);
    let next = bound(&stage, PushedRequests::WhenRequired).await;
    next.refresh_now(&id).await.unwrap();
    let tokens = stage.op.seen_at("token").await;
    assert_eq!(errors(&tokens), [None, None, Some("use_dpop_nonce"), None]);
}
