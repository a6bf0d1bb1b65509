//! An adopter's own API, called without its caller ever holding a token.

use doorkey::Error;
use mock_op::Fault;

use crate::stage::Set;

fn get(url: &str) -> http::Request<Vec<u8>> {
    http::Request::get(url).body(vec![]).unwrap()
}

#[tokio::test]
async fn a_listed_origin_gets_the_token_and_the_answer_comes_back() {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    let answer = client
        .fetch(&id, get(&format!("{}/userinfo", set.op.issuer())))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let claims: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(claims["sub"], "sub-ada");
}

#[tokio::test]
async fn an_origin_that_is_not_listed_gets_no_request_at_all() {
    let set = Set::new().await;
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    let before = set.op.requests().len();
    let refused = client.fetch(&id, get(&format!("{}/userinfo", set.op.issuer()))).await;
    assert!(matches!(refused, Err(Error::Misconfigured(_))));
    assert_eq!(set.op.requests().len(), before);
}

#[tokio::test]
async fn a_caller_cannot_bring_an_authorization_or_cookie_header_of_its_own() {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    for name in ["authorization", "cookie", "host", "dpop"] {
        let url = format!("{}/userinfo", set.op.issuer());
        let request = http::Request::get(url).header(name, "x").body(vec![]).unwrap();
        assert!(
            matches!(client.fetch(&id, request).await, Err(Error::Misconfigured(_))),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_401_is_followed_by_one_refresh_and_one_more_try_and_then_by_the_401_itself() {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    let before = set.seen("userinfo");
    set.op.always(Fault::UserInfo401);
    let answer = client
        .fetch(&id, get(&format!("{}/userinfo", set.op.issuer())))
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    assert!(!answer.headers().contains_key("www-authenticate"));
    assert_eq!(
        (set.seen("userinfo") - before, set.seen("token")),
        (2, 2),
        "the code, and one refresh"
    );
}

#[tokio::test]
async fn a_401_without_a_refresh_token_ends_no_session() {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    set.op.next(Fault::TokenNoRefreshToken);
    let id = set.sign_in(&client).await.id;
    set.op.next(Fault::UserInfo401);
    let answer = client.fetch(&id, get(&format!("{}/userinfo", set.op.issuer()))).await;
    assert!(matches!(answer, Err(Error::ReauthRequired(_))));
    assert!(!client.accounts()[0].ended);
    let answer = client
        .fetch(&id, get(&format!("{}/userinfo", set.op.issuer())))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "the token was good all along");
}

#[tokio::test]
async fn a_method_that_could_show_the_token_is_refused() {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    for method in ["TRACE", "CONNECT", "TRACK"] {
        let url = format!("{}/userinfo", set.op.issuer());
        let request = http::Request::builder().method(method).uri(url).body(vec![]).unwrap();
        assert!(
            matches!(client.fetch(&id, request).await, Err(Error::Misconfigured(_))),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_token() {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    let id = set.sign_in(&client).await.id;
    set.op.next(Fault::UserInfoRedirect);
    let answer = client.fetch(&id, get(&format!("{}/userinfo", set.op.issuer()))).await;
    assert!(answer.is_err());
    assert_eq!(set.seen("elsewhere"), 0);
}
