//! Where codes, verifiers and tokens must not be: the web view's memory, the app's files, its logs at TRACE, and the
//! arguments of the programs that it starts.
//!
//! One argument has the code in it by nature, and is not searched: the link that the browser hands to the program which the
//! system starts for it. That program is the browser's child, not ours; the code is of no use without the verifier, and
//! is spent a moment later.

use desktop_rig::demo::PATIENCE;
use desktop_rig::{App, ArgumentWatch, Window, in_files, in_memory, listed, until};

use crate::stage::{app, data, screen, stage, token_requests};

/// Put together while running, so that it lies nowhere in one piece before it is planted.
fn plant() -> String {
    ["planted", "canary", &std::process::id().to_string()].join("-")
}

/// The processes that draw and load for the app's web view.
fn web_processes(app: u32) -> Vec<u32> {
    let web = |program: &str| program.contains("WebKitWebProcess") || program.contains("WebKitNetworkProcess");
    listed()
        .into_iter()
        .filter(|one| one.parent == app && web(&one.arguments[0]))
        .map(|one| one.id)
        .collect()
}

#[tokio::test]
async fn no_secret_is_in_the_web_view_in_files_in_logs_or_in_arguments() {
    let demo = stage("canary").await;
    // The token is due for renewal soon, so that a renewal is searched too.
    demo.provider.arm_variant("tok-expires-in", "brief").await.unwrap();
    let traced: App = demo.app(app()).with("RUST_LOG", "trace");
    let window = Window::open(&demo.desktop, &traced).await.unwrap();
    let process = window.app().expect("the app's process is seen");
    // The browser's wrapper and what comes of it is not ours.
    let browser = demo
        .desktop
        .home()
        .parent()
        .unwrap()
        .join("browser")
        .display()
        .to_string();
    let beyond = move |one: &desktop_rig::Listed| {
        one.arguments
            .iter()
            .any(|argument| *argument == browser || argument.contains("chromium"))
    };
    let watch = ArgumentWatch::start(process, beyond);
    demo.sign_in(&window).await.unwrap();
    until("renewal", PATIENCE, || async {
        let requests = token_requests(&demo).await;
        if requests >= 2 {
            Ok(())
        } else {
            Err(format!("{requests} token requests"))
        }
    })
    .await
    .unwrap();
    screen(&window, "account").await;
    // The screens that say most of what happened have been on the screen too.
    for (action, place) in [("how", "story"), ("examine", "doctor"), ("settings", "settings")] {
        window.click(&format!("[data-action='{action}']")).await.unwrap();
        screen(&window, place).await;
        if place == "story" {
            window.click("[data-action='for-developers']").await.unwrap();
            window
                .wait_for("details[data-step='code-exchange']", PATIENCE)
                .await
                .unwrap();
        }
        window.click("[data-action='back']").await.unwrap();
        screen(&window, "account").await;
    }
    let arguments = watch.stop();
    let (logs, files) = (demo.desktop.logs(), data(&demo));

    // First that the search finds what is there: in each of the four places.
    let planted = plant();
    let halves = planted.split_at(7);
    // As an attribute, which is one piece of memory: a sum of strings stays in its parts until someone looks.
    let script = format!(
        "document.body.dataset.planted = {:?} + {:?}; return true",
        halves.0, halves.1
    );
    window.evaluate(&script).await.unwrap();
    let web = web_processes(process);
    assert!(web.len() >= 2, "the web view's processes are seen");
    let in_web =
        |needles: &[&str]| -> Vec<String> { web.iter().flat_map(|id| in_memory(*id, needles).unwrap()).collect() };
    assert_eq!(
        in_web(&[&planted]),
        std::slice::from_ref(&planted),
        "a canary in the page is found"
    );
    let file = files.join("planted");
    std::fs::write(&file, &planted).unwrap();
    assert_eq!(
        in_files(&files, &[&planted]).unwrap().len(),
        1,
        "a canary in the app's files is found"
    );
    std::fs::remove_file(&file).unwrap();
    let logged = in_files(&logs, &["TRACE"]).unwrap();
    assert!(
        logged.keys().any(|log| log.ends_with("WebKitWebDriver.log")),
        "the app logs at TRACE: {logged:?}"
    );
    let opened =
        |argument: &String| argument.starts_with(demo.provider.issuer()) && argument.contains("code_challenge=");
    assert!(
        arguments.iter().flatten().any(opened),
        "the program that opens the browser was seen: {arguments:?}"
    );

    // Then that nothing of what is secret is.
    let secrets = demo.provider.secrets().await.unwrap();
    let secrets: Vec<&(String, String)> = secrets.iter().filter(|(_, secret)| secret.len() >= 16).collect();
    let needles: Vec<&str> = secrets.iter().map(|(_, secret)| secret.as_str()).collect();
    let told: Vec<&str> = secrets.iter().map(|(name, _)| name.as_str()).collect();
    for (kind, least) in [
        ("codes", 1),
        ("verifiers", 1),
        ("access_tokens", 2),
        ("refresh_tokens", 2),
        ("id_tokens", 1),
    ] {
        let known = told.iter().filter(|name| **name == kind).count();
        assert!(known >= least, "the provider tells its secrets: {told:?}");
    }
    let named = |found: Vec<String>| -> Vec<String> {
        let name = |one: &String| {
            secrets
                .iter()
                .find(|(_, secret)| secret == one)
                .map(|(name, _)| name.clone())
        };
        found.iter().filter_map(name).collect()
    };
    assert_eq!(
        named(in_web(&needles)),
        Vec::<String>::new(),
        "in the memory of the web view"
    );
    for (place, folder) in [("files", &files), ("logs", &logs)] {
        let found = in_files(folder, &needles).unwrap();
        let told: Vec<_> = found
            .into_iter()
            .map(|(path, found)| (path, named(found.into_iter().collect())))
            .collect();
        assert!(told.is_empty(), "in the app's {place}: {told:?}");
    }
    let started = arguments
        .iter()
        .flatten()
        .filter(|argument| needles.iter().any(|needle| argument.contains(needle)));
    assert_eq!(started.count(), 0, "in the arguments of a program that the app started");
}
