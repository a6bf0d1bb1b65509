//! What stays when the window closes, and what is gone after signing out.

use desktop_rig::demo::PATIENCE;
use desktop_rig::until;

use crate::stage::{data, field, keys, records, screen, stage, token_requests, window};

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

#[tokio::test]
async fn each_act_of_a_sign_out_is_done_only_if_it_is_wanted() {
    let demo = stage("acts").await;
    let window = window(&demo).await;
    demo.sign_in(&window).await.unwrap();
    window.click("[data-action='sign-out']").await.unwrap();
    window.click("[data-action='act-revoke']").await.unwrap();
    window.click("[data-action='act-browser']").await.unwrap();
    window.click("[data-action='confirm-sign-out']").await.unwrap();
    screen(&window, "signed-out").await;
    let report = field(&window, "report").await;
    assert!(report.contains("was not asked to take it back"), "{report}");
    assert!(report.contains("was sent to"), "{report}");
    // The browser really goes there, and the provider hears it; nothing was revoked, and nothing is left here.
    until("the end of the browser's session", PATIENCE, || async {
        let asked = demo.provider.requests_to("end-session").await.unwrap();
        if asked.is_empty() {
            Err("nobody asked for it".to_owned())
        } else {
            Ok(())
        }
    })
    .await
    .unwrap();
    assert!(demo.provider.requests_to("revocation").await.unwrap().is_empty());
    assert_eq!(records(&demo), Vec::<std::path::PathBuf>::new());
    assert_eq!(keys(&demo).await, 0);
}

#[tokio::test]
async fn removing_all_data_leaves_nothing_on_the_computer_and_revokes_what_was_given() {
    let demo = stage("remove-all").await;
    let window = window(&demo).await;
    demo.sign_in(&window).await.unwrap();
    assert!(keys(&demo).await == 1 && !records(&demo).is_empty());
    window.click("[data-action='settings']").await.unwrap();
    screen(&window, "settings").await;
    window.click("[data-action='theme:dark']").await.unwrap();
    window.wait_for("html[data-theme='dark']", PATIENCE).await.unwrap();
    let preferences = data(&demo).join("preferences.json");
    assert!(preferences.exists());
    window.click("[data-action='remove-all']").await.unwrap();
    window.click("[data-action='confirm-remove-all']").await.unwrap();
    let report = field(&window, "removed").await;
    assert!(report.contains("One account was signed out"), "{report}");
    assert!(report.contains("Nothing is left in files"), "{report}");
    assert!(!preferences.exists());
    window.wait_for("html:not([data-theme])", PATIENCE).await.unwrap();
    assert_eq!(records(&demo), Vec::<std::path::PathBuf>::new());
    assert_eq!(keys(&demo).await, 0);
    let revocations = demo.provider.requests_to("revocation").await.unwrap();
    assert!(!revocations.is_empty() && revocations.iter().all(|request| request.status == 200));
    window.click("[data-action='back']").await.unwrap();
    screen(&window, "sign-in").await;
}

#[tokio::test]
async fn language_colours_and_way_back_are_as_they_were_chosen_also_after_a_restart() {
    let demo = stage("way").await;
    let first = window(&demo).await;
    screen(&first, "sign-in").await;
    first.click("[data-action='settings']").await.unwrap();
    first.click("[data-action='way:loopback']").await.unwrap();
    first.click("[data-action='theme:dark']").await.unwrap();
    let choose = "const choice = document.querySelector(\"[data-action='language']\"); choice.value = 'de'; \
                  choice.dispatchEvent(new Event('change', { bubbles: true })); return true";
    first.evaluate(choose).await.unwrap();
    first.wait_for("html[lang='de']", PATIENCE).await.unwrap();
    let heading = first.wait_until("h1", PATIENCE, |text| text == "Einstellungen");
    heading.await.unwrap();
    // It is worn once it is kept.
    first.wait_for("html[data-theme='dark']", PATIENCE).await.unwrap();
    first.close().await.unwrap();

    let second = window(&demo).await;
    demo.sign_in(&second).await.unwrap();
    assert!(second.has("html[lang='de'][data-theme='dark']").await);
    // What Rust says is in that language too: what a step is called, and what the doctor found.
    second.click("[data-action='how']").await.unwrap();
    let step = second.wait_until("[data-step='code-exchange']", PATIENCE, |text| {
        text.contains("eingetauscht")
    });
    step.await.unwrap();
    let tokens = demo.provider.requests_to("token").await.unwrap();
    let way_back = tokens[0].params["redirect_uri"].to_string();
    assert!(way_back.contains("127.0.0.1"), "{way_back}");
}
