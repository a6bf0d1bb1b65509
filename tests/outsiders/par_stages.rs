//! Pushed authorization requests (RFC 9126), at a provider that takes no others.

use doorkey_oidc::authorization::{Further, begin};
use doorkey_oidc::{Error, Unsupported};

use crate::process::OidcProvider;
use crate::wire::{Wire, public, randomness};

#[tokio::test]
async fn a_pushed_request_leaves_nothing_in_the_browser_but_its_name() {
    let wire = Wire::to(OidcProvider::start_with(&serde_json::json!({ "pushedOnly": true }))).await;
    assert!(wire.metadata.requires_pushed_requests);
    let unpushed = begin(wire.request(public("native")), &randomness(), wire.now());
    assert!(matches!(
        unpushed,
        Err(Error::Unsupported(Unsupported::UnpushedRequests))
    ));

    let (url, stage, _) = wire.push(public("native"), Further::default()).await.unwrap();
    let names: Vec<String> = url.url().query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
    let signed_in = wire.exchange(wire.visit(&url, stage).await, None).await.unwrap();
    assert_eq!(signed_in.claims.unwrap().subject, "ada");
    let pushed = wire.op.seen_at("pushed_authorization_request").await;
    assert_eq!((pushed.len(), pushed[0].status), (1, 201));
    assert!(
        pushed[0].unknown.is_empty() && pushed[0].param("code_challenge").is_some(),
        "{pushed:?}"
    );
}

#[tokio::test]
async fn a_pushed_request_that_is_refused_ends_before_a_browser_opens() {
    let wire = Wire::new().await;
    let refused = wire.push(public("elsewhere"), Further::default()).await;
    assert!(
        matches!(refused, Err(Error::Refused(_) | Error::Misconfigured(_))),
        "{refused:?}"
    );
    let asked = wire.op.seen_at("pushed_authorization_request").await;
    assert_eq!((asked.len(), asked[0].status), (1, 400));
}
