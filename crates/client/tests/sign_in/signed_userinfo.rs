//! UserInfo answers that are signed.

use doorkey::journal::{StepKind, StepOutcome};
use mock_op::Fault;

use crate::stage::Set;

#[tokio::test]
async fn oidc_core_section_5_3_2_what_is_signed_for_this_client_is_believed_and_nothing_else_that_is_signed() {
    let set = Set::new().await;
    let client = set.client().await;
    let email = set.sign_in(&client).await.profile.email;
    assert!(email.is_some(), "it comes from UserInfo");
    for (variant, believed) in [
        ("good", true),
        ("bad-signature", false),
        ("alg-none", false),
        ("wrong-aud", false),
    ] {
        assert!(set.op.next_variant(Fault::UserInfoSignedJwt, variant));
        let status = set.attempt(&client).await;
        assert!(status.stage.is_over());
        let found = client.accounts()[0].profile.email.clone();
        assert_eq!(found, email.clone().filter(|_| believed), "{variant}");
        let journal = client.journal_of(&status.id).unwrap();
        let step = journal
            .steps
            .iter()
            .find(|step| step.kind == StepKind::UserInfo)
            .unwrap();
        assert_eq!(step.outcome == StepOutcome::Done, believed, "{variant}");
    }
}

#[tokio::test]
async fn an_answer_that_is_signed_with_a_newer_key_is_verified_with_the_newer_keys() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = crate::stage::begin(&client, doorkey::flow::DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    // The ID Token is signed with the older key, the UserInfo answer with the newer one.
    let mut held = set.op.hold(mock_op::Endpoint::Token);
    set.op.next(Fault::UserInfoSignedJwt);
    let receiving = tokio::spawn({
        let client = client.clone();
        async move { client.receive(&link).await }
    });
    held.arrived(1).await;
    set.op.rotate_keys();
    drop(held);
    receiving.await.unwrap();
    assert!(
        client.accounts()[0].profile.email.is_some(),
        "{:?}",
        client.journal_of(&flow)
    );
}
