//! The way back from the browser: into the window that waits, and into a program that no longer runs.

use desktop_rig::demo::PATIENCE;
use desktop_rig::{Role, ScreenReader, until};

use crate::stage::{field, keys, records, screen, stage, token_requests, window};

#[tokio::test]
async fn a_sign_in_goes_through_the_browser_and_the_profile_is_in_the_window() {
    let demo = stage("warm").await;
    let window = window(&demo).await;
    demo.press_sign_in(&window).await.unwrap();
    let browser = demo.browser().await.unwrap();
    let page = demo.consent(&browser).await.unwrap();
    assert_eq!(
        token_requests(&demo).await,
        0,
        "nothing is exchanged before the person has allowed it"
    );
    page.click("button#allow").await.unwrap();

    screen(&window, "account").await;
    assert_eq!(field(&window, "name").await, "Ada Lovelace");
    assert!(field(&window, "email").await.contains('@'));
    assert!(
        field(&window, "email-verified")
            .await
            .to_lowercase()
            .contains("verified")
    );
    assert_eq!(field(&window, "issuer").await, demo.provider.issuer());
    assert!(!field(&window, "allowed").await.is_empty());
    assert!(!field(&window, "session").await.is_empty());
    let tokens = demo.provider.requests_to("token").await.unwrap();
    assert_eq!(tokens.iter().map(|request| request.status).collect::<Vec<_>>(), [200]);
    assert_eq!(
        tokens[0].params["redirect_uri"],
        "dev.doorkey.desktop.dev:/callback/demo"
    );
    assert_eq!(keys(&demo).await, 1, "one key in the keychain");
    assert!(!records(&demo).is_empty(), "and sealed records beside it");
    // The browser was in front; the link brings the app there.
    until("Doorkey in front", PATIENCE, || {
        let title = demo.desktop.active_title().unwrap_or_default();
        std::future::ready(if title.contains("Doorkey") { Ok(()) } else { Err(title) })
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_link_starts_the_program_again_when_it_was_killed_behind_the_browser() {
    let demo = stage("cold").await;
    let window = window(&demo).await;
    demo.press_sign_in(&window).await.unwrap();
    let browser = demo.browser().await.unwrap();
    let page = demo.consent(&browser).await.unwrap();
    window.kill().await.unwrap();
    assert_eq!(token_requests(&demo).await, 0);
    page.click("button#allow").await.unwrap();

    // Nobody drives this window: the browser started its program, with nothing of ours in its environment.
    let reader = ScreenReader::on(&demo.desktop).await.unwrap();
    let name = |text: &str| text.contains("Ada Lovelace");
    let heading = reader.find("heading with the name", PATIENCE, |object| {
        object.role == Role::Heading && (name(&object.name) || name(&object.text))
    });
    heading.await.unwrap();
    let out = |text: &str| text.to_lowercase().starts_with("sign out");
    reader
        .find("Sign out", PATIENCE, |object| {
            object.role == Role::Button && out(&object.name)
        })
        .await
        .unwrap();
    assert_eq!(token_requests(&demo).await, 1, "exactly one token request");
}
