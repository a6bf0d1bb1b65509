//! What stays when the window closes, and what is gone after signing out.

use crate::stage::{field, keys, records, screen, stage, token_requests, window};

#[tokio::test]
async fn whoever_signed_in_is_still_signed_in_when_the_program_starts_again() {
    let demo = stage("restart").await;
    let first = window(&demo).await;
    demo.sign_in(&first).await.unwrap();
    let name = field(&first, "name").await;
    first.close().await.unwrap();

    let second = window(&demo).await;
    screen(&second, "account").await;
    assert_eq!(field(&second, "name").await, name);
    assert_eq!(token_requests(&demo).await, 1, "nothing new was asked of the provider");
}

#[tokio::test]
async fn signing_out_revokes_at_the_provider_and_leaves_neither_record_nor_key() {
    let demo = stage("sign-out").await;
    let window = window(&demo).await;
    demo.sign_in(&window).await.unwrap();
    // What is to be gone is there before, so that its absence means something.
    assert_eq!(keys(&demo).await, 1);
    assert!(!records(&demo).is_empty());
    let held = demo.provider.secrets().await.unwrap();
    assert!(
        held.iter().any(|(_, secret)| secret.len() > 20),
        "the provider tells its tokens"
    );
    assert!(demo.provider.requests_to("revocation").await.unwrap().is_empty());

    window.click("[data-action='sign-out']").await.unwrap();
    window.click("[data-action='confirm-sign-out']").await.unwrap();
    screen(&window, "signed-out").await;
    let report = field(&window, "report").await;
    let revocations = demo.provider.requests_to("revocation").await.unwrap();
    assert!(
        !revocations.is_empty() && revocations.iter().all(|request| request.status == 200),
        "{revocations:?}"
    );
    assert_eq!(
        records(&demo),
        Vec::<std::path::PathBuf>::new(),
        "no record is left; the window said: {report}"
    );
    assert_eq!(keys(&demo).await, 0, "no key is left; the window said: {report}");
    window.click("[data-action='done']").await.unwrap();
    screen(&window, "sign-in").await;
}
