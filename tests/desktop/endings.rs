//! Sign-ins that end without an account: refused, cancelled, or with no browser to go to.

use std::time::{Duration, Instant};

use desktop_rig::demo::PATIENCE;
use desktop_rig::{ArgumentWatch, until};

use crate::stage::{field, screen, stage, stage_with, token_requests, window};

#[tokio::test]
async fn whoever_denies_is_told_so_and_can_try_again() {
    let demo = stage("deny").await;
    let window = window(&demo).await;
    demo.press_sign_in(&window).await.unwrap();
    let browser = demo.browser().await.unwrap();
    let first = demo.consent(&browser).await.unwrap();
    first.click("button#deny").await.unwrap();
    screen(&window, "failed").await;
    let words = window.text("main").await.unwrap();
    assert!(words.contains("You cancelled at"), "{words}");
    assert_eq!(token_requests(&demo).await, 0);

    window.click("[data-action='try-again']").await.unwrap();
    screen(&window, "waiting").await;
    let second = demo.consent_besides(&browser, &[&first]).await.unwrap();
    second.click("button#allow").await.unwrap();
    screen(&window, "account").await;
    assert_eq!(field(&window, "name").await, "Ada Lovelace");
    assert_eq!(token_requests(&demo).await, 1);
}

#[tokio::test]
async fn a_sign_in_that_was_cancelled_takes_nothing_from_a_late_answer() {
    let demo = stage("cancel").await;
    let window = window(&demo).await;
    demo.press_sign_in(&window).await.unwrap();
    let browser = demo.browser().await.unwrap();
    let page = demo.consent(&browser).await.unwrap();
    window.click("[data-action='cancel']").await.unwrap();
    screen(&window, "sign-in").await;

    page.click("button#allow").await.unwrap();
    let told = window
        .wait_until("[data-field='notice']", PATIENCE, |text| text.contains("cancelled"))
        .await;
    told.unwrap();
    assert!(window.has("main[data-screen='sign-in']").await);
    assert_eq!(token_requests(&demo).await, 0);
}

#[tokio::test]
async fn a_browser_that_cannot_be_opened_is_told_within_four_seconds_with_the_link() {
    let demo = stage_with("no-browser", |options| options.browser = false).await;
    let window = window(&demo).await;
    window.wait_for("[data-action='sign-in:demo']", PATIENCE).await.unwrap();
    let from = Instant::now();
    window.click("[data-action='sign-in:demo']").await.unwrap();
    let link = field(&window, "link").await;
    let took = from.elapsed();
    assert!(took <= Duration::from_secs(4), "it took {took:?}");
    assert!(link.starts_with(demo.provider.issuer()), "{link}");
    assert!(link.contains("code_challenge_method=S256"), "{link}");
    assert!(window.has("[data-action='copy-link']").await);
    assert!(window.has("[data-action='cancel']").await);
}

#[tokio::test]
async fn open_again_opens_the_same_sign_in_and_no_other() {
    let demo = stage("open-again").await;
    let window = window(&demo).await;
    let watch = ArgumentWatch::for_argument("code_challenge=");
    demo.press_sign_in(&window).await.unwrap();
    let browser = demo.browser().await.unwrap();
    let first = demo.consent(&browser).await.unwrap();
    window.click("[data-action='open-again']").await.unwrap();
    let second = demo.consent_besides(&browser, &[&first]).await.unwrap();
    let issuer = demo.provider.issuer().to_owned();
    let seen = watch
        .stop()
        .into_iter()
        .flatten()
        .filter(|argument| argument.starts_with(&issuer));
    let links: std::collections::BTreeSet<String> = seen.collect();
    assert_eq!(links.len(), 1, "the same address, state and challenge both times");
    second.click("button#allow").await.unwrap();
    screen(&window, "account").await;
    // The first page still asks. Its answer comes with a state that is used up by now.
    first.click("button#allow").await.unwrap();
    let told = window.wait_until("[data-field='notice']", PATIENCE, |text| text.contains("already used"));
    told.await.unwrap();
    until("one token request", PATIENCE, || async {
        let requests = token_requests(&demo).await;
        if requests == 1 {
            Ok(())
        } else {
            Err(requests.to_string())
        }
    })
    .await
    .unwrap();
}
