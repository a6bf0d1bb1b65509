//! Links that are not the one that is waited for. Any web page can open the app's scheme.

use desktop_rig::ArgumentWatch;
use desktop_rig::demo::{PATIENCE, SCHEME};

use crate::instance::{CHANNEL, hand_over, held_by_a_stranger};
use crate::stage::{app, deliver, field, records, screen, stage, token_requests, window};

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

#[tokio::test]
async fn a_forged_message_of_a_second_start_is_a_foreign_link_and_no_more() {
    let demo = stage("forged").await;
    let window = window(&demo).await;
    demo.press_sign_in(&window).await.unwrap();
    let browser = demo.browser().await.unwrap();
    let page = demo.consent(&browser).await.unwrap();
    let before = (records(&demo), window.text("main").await.unwrap());
    let foreign = format!("{SCHEME}:/callback/demo?code=foreign&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    for arguments in [
        &[][..],
        &["doorkey-desktop", &foreign],
        &["doorkey-desktop", "--flag", &foreign],
        &["doorkey-desktop", "--remote-debugging-port=1"],
        &["doorkey-desktop", "https://evil.example/"],
        &[&foreign],
    ] {
        hand_over(&demo, arguments).await;
        assert!(window.has("main[data-screen='waiting']").await, "after {arguments:?}");
    }
    assert_eq!((records(&demo), window.text("main").await.unwrap()), before);
    assert_eq!(token_requests(&demo).await, 0);

    page.click("button#allow").await.unwrap();
    screen(&window, "account").await;
    assert_eq!(token_requests(&demo).await, 1);
}

#[tokio::test]
async fn a_link_whose_way_to_the_app_is_held_by_a_stranger_ends_in_seconds_and_says_so() {
    let demo = stage("squatted").await;
    let _stranger = held_by_a_stranger(&demo).await;
    let mut second = tokio::process::Command::new(app());
    second
        .arg(format!("{SCHEME}:/callback/demo?code=c&state=s"))
        .envs(demo.desktop.environment().iter().cloned())
        .kill_on_drop(true);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(20), second.output());
    let ended = ended.await.expect("it does not wait without end").unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success(), "{CHANNEL} was not the app's: {said}");
    assert!(said.contains("does not answer"), "{said}");
}
