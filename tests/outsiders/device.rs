//! A client that signs in by a code, which the person enters on another screen (RFC 8628).

use std::time::Duration;

use doorkey::flow::{DeviceCode, DoorKind, FlowId, SignIn, Stage as At};
use doorkey::{Client, Error};

use crate::person::{End, Person};
use crate::stage::{Stage, status, until};

/// Between two seconds of the client's clock.
const TICK: Duration = Duration::from_millis(20);
/// How many seconds of the client's clock a person may take: as long as the provider's codes last.
const SECONDS: usize = 600;

async fn begin(client: &Client) -> (FlowId, DeviceCode) {
    let request = SignIn {
        provider: "op".into(),
        door: Some(DoorKind::Device),
        ..SignIn::default()
    };
    let flow = client.begin(request).unwrap();
    let code = until(client, || {
        let status = status(client, &flow)?;
        assert!(!status.stage.is_over(), "{:?}", status.stage);
        status.device
    })
    .await;
    (flow, code)
}

/// Lets the client's time pass until the sign-in is over.
async fn end(stage: &Stage, client: &Client, flow: &FlowId) -> At {
    for _ in 0..SECONDS {
        if let Some(over) = status(client, flow).map(|status| status.stage).filter(At::is_over) {
            return over;
        }
        stage.clock.advance(1);
        tokio::time::sleep(TICK).await;
    }
    panic!("it never ended");
}

#[tokio::test]
async fn a_code_that_was_entered_signs_in_and_the_session_renews_itself() {
    let stage = Stage::new();
    let client = stage.client().await;
    let (flow, code) = begin(&client).await;
    let mut person = Person::ada().who_enters(code.user_code.as_str());
    let page = person.visit(code.verification_uri.url().as_str()).await;
    assert!(matches!(page, End::Page { status: 200, .. }), "{page:?}");
    let At::SignedIn(id) = end(&stage, &client, &flow).await else {
        panic!("not signed in");
    };
    let account = client.accounts().into_iter().find(|account| account.id == id).unwrap();
    assert_eq!(account.display_name(), "Ada Lovelace");
    assert!(account.renews_itself && !account.unverified);
    stage.clock.advance(60);
    client.refresh_now(&id).await.unwrap();
    let polls = stage.op.seen_at("token").await;
    assert!(
        polls
            .iter()
            .all(|poll| matches!(poll.error.as_deref(), None | Some("authorization_pending")))
    );
}

#[tokio::test]
async fn a_code_that_was_denied_ends_the_sign_in() {
    let stage = Stage::new();
    let client = stage.client().await;
    let (flow, code) = begin(&client).await;
    let link = code.verification_uri_complete.expect("an address with the code in it");
    Person::who_denies().visit(link.url().as_str()).await;
    match end(&stage, &client, &flow).await {
        At::Failed(Error::Refused(refusal)) => {
            assert_eq!(refusal.code, doorkey_oidc::error::ErrorCode::AccessDenied);
        }
        other => panic!("{other:?}"),
    }
}
