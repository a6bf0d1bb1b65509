//! The doctor and "How it happened" in the window: why something failed, and what mends it.

use desktop_rig::Window;
use desktop_rig::demo::{Demo, PATIENCE, SCHEME};

use crate::stage::{screen, stage, token_requests, window};

/// Waits for one check of the doctor to stand like this.
async fn stands(window: &Window, check: &str, state: &str) {
    window
        .wait_for(&format!("[data-check='{check}'][data-state='{state}']"), PATIENCE)
        .await
        .unwrap();
}

/// Another program makes itself the one that gets the links of the app. It is never started.
fn take_links_away(demo: &Demo) {
    let (applications, config) = (
        demo.desktop.data().join("applications"),
        demo.desktop.home().join(".config"),
    );
    std::fs::create_dir_all(&applications).unwrap();
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Stranger\nExec=/bin/false %u\nMimeType=x-scheme-handler/{SCHEME};\n"
    );
    std::fs::write(applications.join("stranger.desktop"), entry).unwrap();
    let list = config.join("mimeapps.list");
    let before = std::fs::read_to_string(&list).unwrap();
    let (ours, line) = (
        format!("x-scheme-handler/{SCHEME}="),
        format!("x-scheme-handler/{SCHEME}=stranger.desktop"),
    );
    let others: Vec<_> = before.lines().filter(|line| !line.starts_with(&ours)).collect();
    let after = others
        .join("\n")
        .replacen("[Default Applications]", &format!("[Default Applications]\n{line}"), 1);
    std::fs::write(&list, after + "\n").unwrap();
}

#[tokio::test]
async fn a_broken_link_handler_is_found_and_mended_by_one_button_and_a_sign_in_comes_back_again() {
    let demo = stage("doctor").await;
    let window = window(&demo).await;
    screen(&window, "sign-in").await;
    take_links_away(&demo);
    window.click("[data-action='examine']").await.unwrap();
    screen(&window, "doctor").await;
    stands(&window, "link-owner", "broken").await;
    stands(&window, "link-delivery", "not-checked").await;
    stands(&window, "keychain", "good").await;
    let words = window.text("[data-check='link-owner']").await.unwrap();
    assert!(words.contains("/bin/false"), "{words}");
    let summary = window.wait_until("[data-field='summary']", PATIENCE, |text| text.starts_with("One thing"));
    summary.await.unwrap();

    window.click("[data-action='repair:register-links']").await.unwrap();
    stands(&window, "link-owner", "good").await;
    stands(&window, "link-delivery", "good").await;
    let summary = window.wait_until("[data-field='summary']", PATIENCE, |text| text.starts_with("Nothing"));
    summary.await.unwrap();

    window.click("[data-action='back']").await.unwrap();
    demo.sign_in(&window).await.unwrap();
    assert_eq!(token_requests(&demo).await, 1);
}

#[tokio::test]
async fn a_sign_in_that_failed_shows_the_step_at_which_it_stopped_the_check_and_its_section() {
    let demo = stage("stopped").await;
    let window = window(&demo).await;
    demo.provider.arm("idt-nonce").await.unwrap();
    demo.press_sign_in(&window).await.unwrap();
    let browser = demo.browser().await.unwrap();
    let page = demo.consent(&browser).await.unwrap();
    page.click("button#allow").await.unwrap();
    screen(&window, "failed").await;

    window.click("[data-action='how']").await.unwrap();
    screen(&window, "story").await;
    let stopped = "details[open][data-step='id-token-verified'][data-outcome='failed']";
    window.wait_for(stopped, PATIENCE).await.unwrap();
    // Steps before it went well, and stay closed.
    assert!(
        window
            .has("details:not([open])[data-step='code-exchange'][data-outcome='done']")
            .await
    );
    assert!(
        !window
            .has("details[open]:not([data-step='id-token-verified'])[data-step]")
            .await
    );
    window.click("[data-action='for-developers']").await.unwrap();
    let check = format!("{stopped} li[data-result='failed']");
    let check = window
        .wait_until(&check, PATIENCE, |text| text.contains("nonce"))
        .await
        .unwrap();
    assert!(check.contains("OIDC Core"), "{check}");
    // What was sent is there by name, and nothing secret by value.
    window
        .click("details[data-step='code-exchange'] summary")
        .await
        .unwrap();
    let exchange = window.text("details[data-step='code-exchange']").await.unwrap();
    assert!(
        exchange.contains("code_verifier") && exchange.contains("authorization_code"),
        "{exchange}"
    );
    for (kind, secret) in demo.provider.secrets().await.unwrap() {
        assert!(
            !window.text("body").await.unwrap().contains(&secret),
            "a {kind} is on the screen"
        );
    }

    window.click("[data-action='back']").await.unwrap();
    screen(&window, "failed").await;
}

#[tokio::test]
async fn how_a_sign_in_happened_can_be_watched_while_it_happens_and_read_afterwards() {
    let demo = stage("story").await;
    let window = window(&demo).await;
    demo.press_sign_in(&window).await.unwrap();
    window.click("[data-action='how']").await.unwrap();
    screen(&window, "story").await;
    window.wait_for("[data-step='browser-opened']", PATIENCE).await.unwrap();
    assert!(!window.has("[data-step='redirect-received']").await);
    let browser = demo.browser().await.unwrap();
    let page = demo.consent(&browser).await.unwrap();
    page.click("button#allow").await.unwrap();
    for step in [
        "redirect-received",
        "code-exchange",
        "id-token-verified",
        "account-stored",
    ] {
        let done = format!("[data-step='{step}'][data-outcome='done']");
        window.wait_for(&done, PATIENCE).await.unwrap();
    }
    let end = window.wait_until("[data-field='story-end']", PATIENCE, |text| {
        text.contains("It went well")
    });
    end.await.unwrap();

    window.click("[data-action='back']").await.unwrap();
    screen(&window, "account").await;
    window.click("[data-action='how']").await.unwrap();
    screen(&window, "story").await;
    window.wait_for("[data-step='account-stored']", PATIENCE).await.unwrap();
}
