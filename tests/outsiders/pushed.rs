//! A client whose authorization requests are pushed (RFC 9126).

use doorkey::flow::{SignIn, Stage as At};
use doorkey::providers::preset::PushedRequests;

use crate::person::Person;
use crate::process::OidcProvider;
use crate::stage::{Stage, begin, end, knock};

#[tokio::test]
async fn a_provider_that_takes_nothing_else_gets_its_requests_pushed() {
    let stage = Stage::with(OidcProvider::start_with(&serde_json::json!({ "pushedOnly": true })));
    let client = stage.client().await;
    let (flow, url) = begin(&client).await;
    let url = url::Url::parse(&url).unwrap();
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(
        names,
        ["client_id", "request_uri"],
        "nothing of the request is in the browser"
    );
    knock(&Person::ada().visit(url.as_str()).await.left()).await;
    assert!(matches!(end(&client, &flow).await, At::SignedIn(_)));
    let pushed = stage.op.seen_at("pushed_authorization_request").await;
    assert_eq!((pushed.len(), pushed[0].status), (1, 201));
    assert!(pushed[0].unknown.is_empty(), "{pushed:?}");
    assert!(client.accounts()[0].renews_itself);
}

#[tokio::test]
async fn what_the_provider_would_refuse_in_the_browser_is_told_before_one_opens() {
    let stage = Stage::new();
    let mut provider = stage.provider("elsewhere");
    provider.preset.par = PushedRequests::Always;
    let client = stage.client_of(provider).await;
    let flow = client
        .begin(SignIn {
            provider: "op".into(),
            door: Some(doorkey::flow::DoorKind::Loopback),
            ..SignIn::default()
        })
        .unwrap();
    let ended = end(&client, &flow).await;
    assert!(
        matches!(
            ended,
            At::Failed(doorkey::Error::Misconfigured(_) | doorkey::Error::Refused(_))
        ),
        "{ended:?}"
    );
    assert_eq!(stage.op.seen_at("authorization").await.len(), 0);
}
