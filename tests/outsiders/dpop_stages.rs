//! DPoP (RFC 9449) with nonces of the server: pushed request, code, refresh and UserInfo, each with its proof.

use std::sync::Arc;

use doorkey_oidc::authorization::Further;
use doorkey_oidc::dpop::{Binding, Binds, ForResource, Nonce, ProofKey, TokenType, nonce_wanted};
use doorkey_oidc::error::ErrorCode;
use doorkey_oidc::id_token::{IdTokenClaims, Previous};
use doorkey_oidc::token::{Received, Renewal, SignedIn, refresh_request_with};
use doorkey_oidc::trail::Trail;
use doorkey_oidc::{Error, Secret, userinfo};

use crate::process::OidcProvider;
use crate::wire::{Wire, public};

fn binding() -> Binding {
    Binding {
        key: Arc::new(ProofKey::generate().unwrap()),
        binds: Binds::Both,
    }
}

fn bound_to(binding: &Binding) -> Further {
    Further {
        binding: Some(binding.clone()),
        ..Further::default()
    }
}

async fn strict() -> Wire {
    Wire::to(OidcProvider::start_with(&serde_json::json!({ "dpopNonces": true }))).await
}

/// Signs in at a server that asks for its nonce at each endpoint.
async fn signed_in(wire: &Wire, binding: &Binding) -> SignedIn {
    let (url, stage, nonce) = wire.push(public("bound"), bound_to(binding)).await.unwrap();
    let grant = wire.visit(&url, stage).await;
    wire.exchange(grant, nonce.as_ref()).await.unwrap()
}

/// Asks UserInfo with a proof by this key, once more if the server wants its nonce.
async fn userinfo(wire: &Wire, key: &ProofKey, access_token: &Secret) -> http::Response<Vec<u8>> {
    let endpoint = wire.metadata.userinfo_endpoint.as_ref().unwrap();
    let mut nonce: Option<Nonce> = None;
    loop {
        let mut request = userinfo::request(endpoint, access_token);
        let with = ForResource {
            key,
            access_token,
            nonce: nonce.as_ref(),
        };
        with.authorize(&mut request, &wire.fresh()).unwrap();
        let answer = wire.send(request).await;
        match nonce_wanted(&answer).filter(|_| nonce.is_none()) {
            Some(wanted) => nonce = Some(wanted),
            None => return answer,
        }
    }
}

/// Refreshes with proofs by this key.
async fn refresh(wire: &Wire, session: &SignedIn, binding: &Binding, previous: Previous) -> Result<SignedIn, Error> {
    let client = public("bound");
    let renewal = Renewal {
        metadata: &wire.metadata,
        client: &client,
        refresh_token: session.refresh_token.as_ref().unwrap(),
        scopes: session.scopes.clone(),
        previous: Some(previous),
        resources: &[],
        binding: Some(binding.clone()),
    };
    let (request, expect) = refresh_request_with(renewal, &wire.fresh(), None).unwrap();
    match expect.receive_or_retry(&wire.send(request).await, &mut Trail::unread())? {
        Received::Tokens(_) => panic!("this server wants its nonce first"),
        Received::NonceWanted(retry) => {
            let (request, expect) = retry.token_request(&wire.fresh()).unwrap();
            let tokens = expect.receive(&wire.send(request).await)?;
            tokens.verify(&wire.keys, wire.now())
        }
    }
}

#[tokio::test]
async fn a_server_that_wants_its_nonce_gets_it_at_each_endpoint() {
    let wire = strict().await;
    let binding = binding();
    let session = signed_in(&wire, &binding).await;
    assert_eq!(session.token_type, TokenType::Dpop);
    let answer = userinfo(&wire, &binding.key, &session.access_token).await;
    let person = userinfo::receive(&answer, "ada").unwrap();
    assert_eq!(person.name.as_deref(), Some("Ada Lovelace"));

    let pushed = wire.op.seen_at("pushed_authorization_request").await;
    let errors: Vec<_> = pushed.iter().map(|seen| seen.error.as_deref()).collect();
    assert_eq!(errors, [Some("use_dpop_nonce"), None]);
    // RFC 9449 8.2: the nonce of one answer is good for the next request to the same server.
    let tokens = wire.op.seen_at("token").await;
    assert_eq!(
        (tokens.len(), tokens[0].dpop, tokens[0].answered("token_type")),
        (1, true, "DPoP")
    );
    let asked = wire.op.seen_at("userinfo").await;
    assert!(
        asked
            .iter()
            .all(|seen| seen.authorization.as_deref() == Some("DPoP") && seen.dpop)
    );
    assert_eq!(asked.iter().map(|seen| seen.status).collect::<Vec<_>>(), [401, 200]);
}

#[tokio::test]
async fn a_bound_token_is_worth_nothing_without_its_key() {
    let wire = strict().await;
    let binding = binding();
    let session = signed_in(&wire, &binding).await;
    // Exposed to be used by a thief, as a bearer token.
    assert_eq!(wire.op.userinfo_status(session.access_token.expose()).await, 401);
    let thief = ProofKey::generate().unwrap();
    let answer = userinfo(&wire, &thief, &session.access_token).await;
    assert!(
        matches!(userinfo::receive(&answer, "ada"), Err(Error::Refused(_))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_refresh_carries_a_proof_by_the_key_of_the_sign_in_and_no_other() {
    let wire = strict().await;
    let binding = binding();
    let session = signed_in(&wire, &binding).await;
    let previous = || previous(session.claims.as_ref().unwrap());
    let thief = self::binding();
    match refresh(&wire, &session, &thief, previous()).await {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.code, ErrorCode::InvalidGrant),
        other => panic!("{other:?}"),
    }
    let renewed = refresh(&wire, &session, &binding, previous()).await.unwrap();
    assert_eq!(renewed.token_type, TokenType::Dpop);
    let answer = userinfo(&wire, &binding.key, &renewed.access_token).await;
    assert!(userinfo::receive(&answer, "ada").is_ok());
}

#[tokio::test]
async fn without_nonces_each_request_is_made_once() {
    let wire = Wire::new().await;
    let binding = binding();
    let session = wire.sign_in(public("bound"), bound_to(&binding)).await.unwrap();
    assert_eq!(session.token_type, TokenType::Dpop);
    assert_eq!(wire.op.seen_at("token").await.len(), 1);
    let asked = wire.op.seen_at("authorization").await;
    assert_eq!(
        asked[0].param("dpop_jkt"),
        Some(binding.key.thumbprint().as_str()),
        "RFC 9449 section 10"
    );
}

/// What the session keeps of its first ID Token.
fn previous(claims: &IdTokenClaims) -> Previous {
    Previous {
        subject: claims.subject.clone(),
        auth_time: claims.auth_time,
        nonce: None,
    }
}
