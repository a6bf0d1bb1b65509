//! The device flow (RFC 8628).

use doorkey_oidc::Error;
use doorkey_oidc::device::{self, DeviceCode, ExpectDevice, NextPoll, Polled};
use doorkey_oidc::error::ErrorCode;
use doorkey_oidc::token::SignedIn;
use doorkey_oidc::trail::Trail;

use crate::person::{End, Person};
use crate::wire::{Wire, public};

async fn asked(wire: &Wire) -> (DeviceCode, ExpectDevice) {
    let request = device::Request {
        metadata: wire.metadata.clone(),
        client: public("native"),
        scopes: ["openid", "profile", "email", "offline_access"]
            .map(str::to_owned)
            .to_vec(),
        resources: vec![],
        binding: None,
    };
    let (request, expect) = device::begin(request, &wire.fresh()).unwrap();
    expect.receive(&wire.send(request).await, wire.now()).unwrap()
}

/// Polls when the time for it has come.
async fn poll(wire: &Wire, stage: ExpectDevice) -> Result<Polled, Error> {
    wire.pass(stage.interval());
    match stage.poll(&wire.fresh()).unwrap() {
        NextPoll::Ask(request, expect) => expect.receive(&wire.send(request).await, wire.now(), &mut Trail::unread()),
        NextPoll::Wait(stage) => panic!("too early, although {} seconds went by", stage.interval()),
    }
}

fn verified(wire: &Wire, polled: Polled) -> SignedIn {
    match polled {
        Polled::Tokens(tokens) => tokens.verify(&wire.keys, wire.now()).unwrap(),
        Polled::Pending(_) => panic!("the person has answered"),
    }
}

#[tokio::test]
async fn a_person_answers_elsewhere_and_the_next_poll_brings_the_tokens() {
    let wire = Wire::new().await;
    let (code, stage) = asked(&wire).await;
    let Polled::Pending(stage) = poll(&wire, stage).await.unwrap() else {
        panic!("nobody has answered");
    };
    let link = code.verification_uri_complete.expect("an address with the code in it");
    let page = Person::ada().visit(link.url().as_str()).await;
    assert!(matches!(page, End::Page { status: 200, .. }), "{page:?}");
    let signed_in = verified(&wire, poll(&wire, stage).await.unwrap());
    assert_eq!(signed_in.claims.unwrap().subject, "ada");
    // OIDC Core 11 wants a consent for it, which this flow always asks for.
    assert!(signed_in.refresh_token.is_some());
    let polls = wire.op.seen_at("token").await;
    let errors: Vec<_> = polls.iter().map(|seen| seen.error.as_deref()).collect();
    assert_eq!(errors, [Some("authorization_pending"), None]);
}

#[tokio::test]
async fn the_code_can_be_entered_by_hand_as_it_is_shown() {
    let wire = Wire::new().await;
    let (code, stage) = asked(&wire).await;
    let mut person = Person::ada().who_enters(code.user_code.as_str());
    let page = person.visit(code.verification_uri.url().as_str()).await;
    assert!(matches!(page, End::Page { status: 200, .. }), "{page:?}");
    verified(&wire, poll(&wire, stage).await.unwrap());
}

#[tokio::test]
async fn a_person_who_says_no_ends_the_polling() {
    let wire = Wire::new().await;
    let (code, stage) = asked(&wire).await;
    let link = code.verification_uri_complete.unwrap();
    Person::who_denies().visit(link.url().as_str()).await;
    match poll(&wire, stage).await {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.code, ErrorCode::AccessDenied),
        other => panic!("{other:?}"),
    }
}
