//! A client of a provider, and a person who signs in with it.

use std::path::Path;
use std::time::Duration;

use doorkey::flow::{DoorKind, SignIn, Stage};
use doorkey::providers::{Provider, Registration};
use doorkey::user_agent::UserAgent;
use doorkey::vault::KeyStore;
use doorkey::{Client, ClientConfig, Schemes, Secret};
use mock_op::MockOp;

/// A client that the person registered and typed in.
pub(super) const CLIENT_ID: &str = "the-client-of-the-person";
pub(super) const CLIENT_SECRET: &str = "a-client-secret-of-the-person";

/// A vault that does not answer is asked more than once on the way.
const SIGNED_IN_WITHIN: Duration = Duration::from_secs(60);

pub(super) fn registration() -> Registration {
    Registration::new(CLIENT_ID, Some(Secret::new(CLIENT_SECRET.to_owned())))
}

pub(super) fn client(op: &MockOp, folder: &Path, service: &str) -> Client {
    let built_in = Registration::public("demo");
    let schemes = Schemes::DangerousLoopbackHttp;
    let provider = Provider::openid("op", "The provider", op.issuer(), built_in, schemes);
    Client::open(ClientConfig {
        app_name: "Test".to_owned(),
        scheme: "com.example.app".to_owned(),
        folder: folder.to_owned(),
        keychain_service: service.to_owned(),
        clock: doorkey::Clock::system(),
        key_store: KeyStore::System,
        providers: vec![provider.expect("a provider")],
        dangerous_loopback_http: true,
        allow_device: true,
        client_id_document: None,
        fetch_origins: vec![],
        link_handler: None,
        // There are no programs in there: no browser opens, and the robot takes its place.
        user_agent: UserAgent {
            search_path: Some(folder.into()),
            variables: vec![],
        },
    })
    .expect("the client opens")
}

/// Signs in, to the end.
pub(super) async fn sign_in(op: &MockOp, client: &Client) {
    let mut events = client.events();
    let flow = client.begin(SignIn {
        provider: "op".to_owned(),
        door: Some(DoorKind::Loopback),
        ..SignIn::default()
    });
    let flow = flow.expect("it begins");
    let signing_in = async {
        let url = loop {
            if let Some(url) = client.flow_url(&flow) {
                break url.url().to_string();
            }
            let _ = events.recv().await;
        };
        let redirect = op.robot().sign_in(&url).await.expect("the provider lets it in");
        reqwest::get(redirect).await.expect("the door is open");
        loop {
            let stage = client.flow().map(|status| status.stage);
            if matches!(stage, Some(Stage::SignedIn(_))) {
                break;
            }
            assert!(!stage.as_ref().is_some_and(Stage::is_over), "{stage:?}");
            let _ = events.recv().await;
        }
    };
    let signed_in = tokio::time::timeout(SIGNED_IN_WITHIN, signing_in).await;
    signed_in.expect("in time");
    assert_eq!(client.accounts().len(), 1);
}
