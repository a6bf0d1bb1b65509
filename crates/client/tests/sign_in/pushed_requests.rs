//! Authorization requests that are handed to the provider first.

use doorkey::error::FlowLost;
use doorkey::flow::{DoorKind, Receipt, Stage};
use doorkey::journal::{StepKind, StepOutcome};
use doorkey::providers::preset::{DpopBinding, PushedRequests};
use doorkey::providers::{Authentication, Registration};
use doorkey::{Client, Error, Misconfiguration, Secret};
use mock_op::{Client as Registered, MockOp};

use crate::stage::{Set, begin, sealed};

async fn pushing(set: &Set) -> Client {
    set.client_where(|provider| provider.preset.par = PushedRequests::Always)
        .await
}

async fn pushed_only() -> Set {
    let op = MockOp::builder().show_secrets().pushed_requests_only();
    Set::with(op.start().await.unwrap())
}

#[tokio::test]
async fn rfc_9126_section_5_a_provider_that_takes_nothing_else_gets_the_request_first_and_the_browser_carries_its_name()
{
    let set = pushed_only().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    let url = url::Url::parse(&url).unwrap();
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"], "nothing of the request itself");
    let link = set.op.robot().sign_in(url.as_str()).await.unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
    let pushed = set.requests("/par");
    assert_eq!(pushed.len(), 1);
    assert_eq!(pushed[0].param("code_challenge_method"), Some("S256"));
    let journal = client.journal_of(&flow).unwrap();
    let at = |kind| journal.steps.iter().position(|step| step.kind == kind).unwrap();
    assert!(at(StepKind::PushedRequest) < at(StepKind::AuthorizationRequest));
    assert_eq!(journal.steps[at(StepKind::PushedRequest)].status, Some(201));
}

#[tokio::test]
async fn where_the_preset_says_so_a_request_is_pushed_although_it_need_not_be() {
    let set = Set::new().await;
    set.sign_in(&pushing(&set).await).await;
    assert_eq!(set.requests("/par").len(), 1);
    let set = Set::new().await;
    set.sign_in(&set.client().await).await;
    assert_eq!(set.requests("/par").len(), 0);
}

#[tokio::test]
async fn rfc_9449_section_10_1_a_pushed_request_proves_the_key_and_is_pushed_once_more_with_the_nonce_of_the_server() {
    let set = pushed_only().await;
    let client = set
        .client_where(|provider| provider.preset.dpop = DpopBinding::Both)
        .await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
    let answers = |path| {
        let requests = set.requests(path).into_iter();
        requests.map(|request| request.status).collect::<Vec<_>>()
    };
    assert_eq!(answers("/par"), [400, 201]);
    assert_eq!(answers("/token"), [200], "its nonce is good for the exchange too");
    let journal = client.journal_of(&flow).unwrap();
    let steps = journal.steps.iter().filter(|step| step.kind == StepKind::PushedRequest);
    // The next sign-in of this process knows the nonce.
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    assert!(url.contains("request_uri"));
    assert_eq!(answers("/par"), [400, 201, 201]);
    let outcomes: Vec<_> = steps.map(|step| step.outcome).collect();
    assert!(
        matches!(outcomes[..], [StepOutcome::PutOff(_), StepOutcome::Done]),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn rfc_9126_section_2_1_the_client_authenticates_as_at_the_token_endpoint() {
    let registered = Registered::confidential("app", "s", &["com.example.app:/callback/op"]);
    let op = MockOp::builder()
        .show_secrets()
        .pushed_requests_only()
        .client(registered);
    let set = Set::with(op.start().await.unwrap());
    let client = set
        .client_where(|provider| {
            let secret = Authentication::SecretBasic(Secret::new("s".into()));
            provider.client = Some(Registration::authenticated("app", secret));
        })
        .await;
    set.sign_in(&client).await;
    for path in ["/par", "/token"] {
        let requests = set.requests(path);
        let header = requests[0].authorization.as_deref().unwrap_or_default();
        assert!(header.starts_with("Basic "), "{path}");
    }
}

#[tokio::test]
async fn a_request_that_the_provider_does_not_take_ends_the_sign_in_before_a_browser_is_opened() {
    let set = pushed_only().await;
    let client = set
        .client_where(|provider| provider.client = Some(Registration::public("nobody")))
        .await;
    let status = set.attempt(&client).await;
    let Stage::Failed(Error::Misconfigured(Misconfiguration::ClientId)) = status.stage else {
        panic!("{status:?}");
    };
    assert_eq!(set.requests("/authorize").len(), 0);
    assert_eq!(sealed(&set.folder(), "parked"), 0);
}

#[tokio::test]
async fn rfc_9126_section_2_2_a_link_is_given_out_only_while_the_provider_remembers_it_and_who_came_in_time_goes_on() {
    let set = pushed_only().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    // Well within, for the clock goes on by itself too.
    set.pass(60);
    assert!(client.flow_url(&flow).is_some());
    set.pass(30);
    assert!(client.flow_url(&flow).is_none());
    let again = client.open_again(&flow).await.unwrap_err();
    assert_eq!(again, Error::FlowLost(FlowLost::FlowExpired));
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
}
