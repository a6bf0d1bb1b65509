//! Links that are not the one that is waited for. Any web page can open the app's scheme.

use desktop_rig::ArgumentWatch;
use desktop_rig::demo::{PATIENCE, SCHEME};

use crate::stage::{deliver, field, records, screen, stage, token_requests, window};

#[tokio::test]
async fn a_foreign_link_changes_nothing_and_the_true_one_still_signs_in() {
    let demo = stage("foreign").await;
    let window = window(&demo).await;
    demo.press_sign_in(&window).await.unwrap();
    let browser = demo.browser().await.unwrap();
    let page = demo.consent(&browser).await.unwrap();
    let before = (records(&demo), window.text("main").await.unwrap());
    let issuer = demo.provider.issuer();
    for link in [
        // A whole answer, for a sign-in that nobody here began.
        format!("{SCHEME}:/callback/demo?code=foreign&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&iss={issuer}"),
        format!("{SCHEME}:/callback/demo?error=access_denied&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        format!("{SCHEME}:/callback/demo?error=access_denied"),
        format!("{SCHEME}:/callback/other?code=foreign"),
        format!("{SCHEME}:/"),
    ] {
        deliver(&demo, &link).await;
        assert!(window.has("main[data-screen='waiting']").await, "after {link}");
    }
    assert_eq!(
        (records(&demo), window.text("main").await.unwrap()),
        before,
        "nothing changed at all"
    );
    assert!(!window.has("[data-field='notice']").await, "and nothing was said");
    assert_eq!(token_requests(&demo).await, 0);

    page.click("button#allow").await.unwrap();
    screen(&window, "account").await;
    assert_eq!(field(&window, "name").await, "Ada Lovelace");
    assert_eq!(token_requests(&demo).await, 1);
}

#[tokio::test]
async fn the_same_link_twice_is_used_once() {
    let demo = stage("twice").await;
    let window = window(&demo).await;
    let watch = ArgumentWatch::for_argument(format!("{SCHEME}:/callback"));
    demo.sign_in(&window).await.unwrap();
    let port = demo.provider.issuer().rsplit(':').next().unwrap().to_owned();
    let ours = |argument: &String| argument.starts_with(SCHEME) && argument.contains(&port);
    let link = watch
        .stop()
        .into_iter()
        .flatten()
        .find(ours)
        .expect("the link was seen on its way");
    assert_eq!(token_requests(&demo).await, 1);

    deliver(&demo, &link).await;
    let told = window.wait_until("[data-field='notice']", PATIENCE, |text| text.contains("already used"));
    told.await.unwrap();
    assert!(window.has("main[data-screen='account']").await);
    assert_eq!(field(&window, "name").await, "Ada Lovelace");
    assert_eq!(token_requests(&demo).await, 1, "the code was sent once");
}
