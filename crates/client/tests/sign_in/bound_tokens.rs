//! Tokens that are bound to a key of this client. The provider wants its own nonce in every proof.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use doorkey::flow::Stage;
use doorkey::providers::Registration;
use doorkey::providers::preset::DpopBinding;
use doorkey::sessions::{AccountId, Acts, Revocation, TokenType};
use doorkey::{Client, Error, Secret};
use doorkey_oidc::Misbehaviour;
use mock_op::{Fault, MockOp, Profile};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::stage::Set;

async fn set() -> Set {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    set
}

async fn client(set: &Set, binds: DpopBinding) -> Client {
    set.client_where(|provider| provider.preset.dpop = binds).await
}

async fn call(set: &Set, client: &Client, id: &AccountId) -> Result<u16, Error> {
    let url = format!("{}/api/me", set.op.issuer());
    let answer = client.fetch(id, http::Request::get(url).body(vec![]).unwrap()).await?;
    assert!(!answer.headers().contains_key("dpop-nonce"));
    Ok(answer.status().as_u16())
}

/// How the requests to an endpoint were answered: the status, and the error where there was one.
fn answers(set: &Set, path: &str) -> Vec<(u16, Option<String>)> {
    let requests = set.requests(path).into_iter();
    requests.map(|request| (request.status, request.error)).collect()
}

fn wants_nonce(status: u16) -> (u16, Option<String>) {
    (status, Some("use_dpop_nonce".to_owned()))
}

#[tokio::test]
async fn rfc_9449_a_key_is_proved_at_the_exchange_at_every_api_and_at_each_refresh_with_the_nonce_of_the_server() {
    let set = set().await;
    let client = client(&set, DpopBinding::Both).await;
    let id = set.sign_in(&client).await.id;
    assert_eq!(
        answers(&set, "/token"),
        [wants_nonce(400), (200, None)],
        "the code is sent once more"
    );
    assert_eq!(client.access_token(&id, 0).await.unwrap().token_type, TokenType::Dpop);
    for _ in 0..2 {
        assert_eq!(call(&set, &client, &id).await, Ok(200));
    }
    // UserInfo is the first that is asked with the token, and its server's nonce is remembered for the API beside it.
    assert_eq!(answers(&set, "/userinfo"), [wants_nonce(401), (200, None)]);
    assert_eq!(answers(&set, "/api/me"), [(200, None), (200, None)]);
    set.pass(60);
    client.refresh_now(&id).await.unwrap();
    assert_eq!(
        answers(&set, "/token")[2..],
        [(200, None)],
        "the provider's nonce is remembered too"
    );
    assert_eq!(call(&set, &client, &id).await, Ok(200));
    for request in set.requests("/api/me") {
        assert!(request.authorization.unwrap_or_default().starts_with("DPoP "));
    }
    let report = client.sign_out(&id, Acts::default()).await.unwrap();
    assert_eq!(report.revocation, Some(Revocation::Revoked));
}

#[tokio::test]
async fn the_key_stays_with_the_session_in_another_process_and_the_answer_that_asks_for_a_nonce_costs_one_request_more()
{
    let set = set().await;
    let id = set.sign_in(&client(&set, DpopBinding::Both).await).await.id;
    let before = set.refreshes();
    // What its build says of the provider is not asked: the session says what it is bound to.
    let other = client(&set, DpopBinding::None).await;
    set.pass(60);
    let all = (0..20).map(|_| {
        let (other, id) = (other.clone(), id.clone());
        tokio::spawn(async move { other.refresh_now(&id).await })
    });
    for one in all.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
    assert_eq!(
        set.refreshes() - before,
        2,
        "the one that was refused for its nonce, and the one that was taken"
    );
    assert_eq!(answers(&set, "/token")[2..], [wants_nonce(400), (200, None)]);
    // This process knows no nonce of the API yet.
    for _ in 0..2 {
        assert_eq!(call(&set, &other, &id).await, Ok(200));
    }
    assert_eq!(answers(&set, "/api/me"), [wants_nonce(401), (200, None), (200, None)]);
}

#[tokio::test]
async fn a_refresh_whose_answer_is_lost_after_the_nonce_was_asked_for_is_not_sent_a_third_time() {
    let set = set().await;
    let id = set.sign_in(&client(&set, DpopBinding::Both).await).await.id;
    let other = client(&set, DpopBinding::None).await;
    set.op.next(Fault::RefreshResponseLost);
    set.pass(60);
    assert!(other.refresh_now(&id).await.is_err());
    assert_eq!(set.refreshes(), 2);
    set.pass(3600);
    for process in [&other, &client(&set, DpopBinding::None).await] {
        let error = process.refresh_now(&id).await.unwrap_err();
        assert!(matches!(error, Error::ReauthRequired(_)), "{error:?}");
    }
    assert_eq!(set.refreshes(), 2, "its mark was on disk for both requests");
}

#[tokio::test]
async fn a_bearer_token_is_a_step_down_where_both_are_to_be_bound_and_welcome_where_only_the_refresh_token_is() {
    let op = MockOp::builder().show_secrets().profile(Profile::Google);
    let mut set = Set::with(op.start().await.unwrap());
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = |binds| {
        set.client_where(move |provider| {
            provider.preset.dpop = binds;
            provider.client = Some(Registration::new("demo", Some(Secret::new("demo-secret".into()))));
            let offline = ("access_type".to_owned(), "offline".to_owned());
            provider.preset.authorization.extra.extend([offline]);
        })
    };
    let refused = set.attempt(&client(DpopBinding::Both).await).await.stage;
    let Stage::Failed(Error::Misbehaved(Misbehaviour::TokenNotBound)) = refused else {
        panic!("{refused:?}");
    };
    let client = client(DpopBinding::Refresh).await;
    let id = set.sign_in(&client).await.id;
    assert_eq!(client.access_token(&id, 0).await.unwrap().token_type, TokenType::Bearer);
    assert_eq!(call(&set, &client, &id).await, Ok(200));
    set.pass(60);
    client.refresh_now(&id).await.unwrap();
    assert_eq!(call(&set, &client, &id).await, Ok(200));
    for request in set.requests("/api/me") {
        assert!(request.authorization.unwrap_or_default().starts_with("Bearer "));
    }
}

#[tokio::test]
async fn where_nothing_is_bound_no_key_is_named_and_the_token_is_a_bearer_token() {
    let set = set().await;
    let client = client(&set, DpopBinding::None).await;
    let id = set.sign_in(&client).await.id;
    assert_eq!(client.access_token(&id, 0).await.unwrap().token_type, TokenType::Bearer);
    assert!(
        set.requests("/authorize")
            .iter()
            .all(|request| request.param("dpop_jkt").is_none())
    );
}

#[tokio::test]
async fn each_sign_in_has_a_key_of_its_own() {
    let set = set().await;
    let client = client(&set, DpopBinding::Both).await;
    let mut keys = std::collections::BTreeSet::new();
    for _ in 0..2 {
        set.sign_in(&client).await;
    }
    for request in set.requests("/authorize") {
        keys.extend(request.param("dpop_jkt").map(str::to_owned));
    }
    assert_eq!(keys.len(), 2);
    assert_eq!(
        call(&set, &client, &client.accounts()[0].id).await,
        Ok(200),
        "the newer one is held"
    );
}

/// An API that answers every request by asking for its nonce, whatever it was given, and counts them.
async fn insatiable() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read_exact(&mut byte).await.is_err() {
                    break;
                }
                request.push(byte[0]);
            }
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: dpop error=\"use_dpop_nonce\"\r\nDPoP-Nonce: n\r\n\
                Content-Length: 0\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (origin, count)
}

#[tokio::test]
async fn rfc_9449_section_9_an_api_that_never_has_its_nonce_gets_each_token_twice_and_no_more() {
    for (binds, requests) in [(DpopBinding::Both, 2), (DpopBinding::None, 1)] {
        let mut set = set().await;
        let (api, count) = insatiable().await;
        set.fetch_origins.push(api.clone());
        let client = client(&set, binds).await;
        let id = set.sign_in(&client).await.id;
        set.pass(60);
        let get = || http::Request::get(format!("{api}/x")).body(vec![]).unwrap();
        let answer = client.fetch(&id, get()).await.unwrap();
        assert_eq!(answer.status(), 401);
        assert!(!answer.headers().contains_key("dpop-nonce"), "what is ours stays here");
        assert_eq!(set.refreshes(), 1, "a 401 is followed by one new token");
        assert_eq!(count.swap(0, Ordering::SeqCst), 2 * requests, "{binds:?}");
        assert_eq!(client.fetch(&id, get()).await.unwrap().status(), 401);
        assert_eq!(
            (set.refreshes(), count.load(Ordering::SeqCst)),
            (1, requests),
            "{binds:?}"
        );
    }
}
