//! The plan "Dynamic": a client that registers itself when it runs.

use doorkey::Schemes;
use doorkey::providers::{Authentication, Provider, Registration};
use doorkey_oidc::Now;
use doorkey_oidc::discovery;
use doorkey_oidc::provider::Issuer;
use doorkey_oidc::registration::{ClientMetadata, Method, Registered, RegisteredRedirectUri, register};
use doorkey_oidc::trail::Trail;
use mock_op::{Endpoint, MockOp};

use crate::stage::Set;
use crate::tried::count;

/// Sends what the protocol crate made, as it is.
async fn send(request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let sender = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = reqwest::Request::try_from(request).unwrap();
    let answer = sender.execute(request).await.unwrap();
    let mut response = http::Response::builder().status(answer.status());
    *response.headers_mut().unwrap() = answer.headers().clone();
    response.body(answer.bytes().await.unwrap().to_vec()).unwrap()
}

/// Registers an installation at the provider that it found by its issuer.
async fn registered(op: &MockOp, method: Method) -> Registered {
    let schemes = Schemes::DangerousLoopbackHttp;
    let issuer = Issuer::new(op.issuer().to_owned(), schemes).unwrap();
    let answer = send(discovery::metadata_request(&issuer, schemes).unwrap()).await;
    let metadata = discovery::receive_metadata(&issuer, schemes, &answer).unwrap();
    let client = ClientMetadata {
        name: "Test".into(),
        home_page: None,
        redirect_uris: vec![RegisteredRedirectUri::new("com.example.app:/callback/op").unwrap()],
        refreshes: true,
        uses_devices: false,
        scopes: vec!["openid".into(), "profile".into(), "email".into()],
        method,
        binds_access_tokens: false,
        software_id: None,
        software_version: None,
    };
    let (request, expect) = register(&metadata, client, None).unwrap();
    let answer = send(request).await;
    let now = Now(op.clock().now());
    expect.receive(&answer, now, &mut Trail::unread()).unwrap()
}

#[tokio::test]
async fn oidcc_client_test_dynamic_registration() {
    // OIDC Dynamic Client Registration section 3, RFC 7591 section 3: what comes of it signs in, with and without a secret of its own.
    for method in [Method::None, Method::SecretBasic, Method::SecretPost] {
        let name = method.name();
        let set = Set::new().await;
        let registered = registered(&set.op, method).await.client;
        assert_eq!(registered.authentication().method(), name);
        assert_eq!(count(&set, Endpoint::Registration), 1);
        let registration = Registration::authenticated(registered.id(), registered.authentication().share());
        let schemes = Schemes::DangerousLoopbackHttp;
        let provider = Provider::openid("op", "The provider", set.op.issuer(), registration, schemes).unwrap();
        let client = set.client_with(provider);
        client.ready().await;
        assert_eq!(set.sign_in(&client).await.subject, "sub-ada");
        let asked = set.requests("/authorize");
        assert_eq!(asked[0].param("client_id"), Some(registered.id()));
        let exchange = &set.requests("/token")[0];
        assert_eq!(exchange.status, 200, "{name}");
        let in_header = exchange.authorization.is_some();
        let in_form = exchange.param("client_secret").is_some();
        let expected = match registered.authentication() {
            Authentication::SecretBasic(_) => (true, false),
            Authentication::SecretPost(_) => (false, true),
            _ => (false, false),
        };
        assert_eq!((in_header, in_form), expected, "{name}");
    }
}
