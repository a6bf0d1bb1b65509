//! How a sign-in ends that does not end well: what is said, and with which exit code.

use mock_op::{Fault, When};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::stage::{Set, visit};

fn names(event: &Value) -> (&str, &str) {
    assert_eq!(event["event"], "failed", "{event}");
    (
        event["kind"].as_str().unwrap_or_default(),
        event["detail"].as_str().unwrap_or_default(),
    )
}

#[tokio::test]
async fn each_fault_of_a_provider_is_told_by_its_name_and_its_exit_code() {
    let set = Set::new().await;
    for (fault, variant, expected, code) in [
        (Fault::IdTokenNonce, "wrong", ("misbehaved", "IdTokenNonceMismatch"), 11),
        (
            Fault::AuthorizeIssMismatch,
            "default",
            ("misbehaved", "IssuerMixUp"),
            11,
        ),
        (Fault::AuthorizeAccessDenied, "default", ("refused", "AccessDenied"), 10),
        (Fault::TokenErrorJson, "invalid_grant", ("refused", "InvalidGrant"), 10),
        (
            Fault::TokenResetAfterSend,
            "default",
            ("flow-lost", "ExchangeOutcomeUnknown"),
            24,
        ),
    ] {
        assert!(set.op.next_variant(fault, variant));
        let (last, exit) = set.sign_in(&[]).await;
        assert_eq!(
            (names(&last), exit, &last["exit"]),
            (expected, code, &code.into()),
            "{fault:?}"
        );
        assert_eq!(set.sealed("account"), 0, "{fault:?}");
    }
    let section = |last: Value| last["section"].as_str().map(str::to_owned);
    set.op.when(Fault::IdTokenNonce, When::Once);
    assert_eq!(
        section(set.sign_in(&[]).await.0).as_deref(),
        Some("OIDC Core 3.1.3.7 step 11")
    );
}

#[tokio::test]
async fn an_error_for_a_person_has_words_a_remedy_and_no_place_on_standard_output() {
    let set = Set::new().await;
    // A port that was free a moment ago, and is nobody's.
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let issuer = format!("http://127.0.0.1:{port}");
    let ended = set.run(&["sign-in", "--issuer", &issuer, "--client-id", "demo"]).await;
    assert_eq!((ended.code(), ended.out.as_str()), (20, ""));
    assert!(
        ended.err.contains("You are offline") && ended.err.contains("try again") && ended.err.contains("(Offline)")
    );
}

#[tokio::test]
async fn a_browser_that_does_not_start_and_time_that_passes_leave_nothing_parked() {
    let set = Set::new().await;
    let mut begun = set.begin(&["--browser", "/no/such/browser"]);
    assert_eq!(begun.event().await["event"], "browser");
    assert_eq!(names(&begun.event().await).0, "browser-unavailable");
    assert_eq!((set.end(begun).await.code(), set.sealed("parked")), (Some(30), 0));
    let mut begun = set.begin(&["--browser", "none", "--timeout", "1"]);
    assert_eq!(begun.event().await["event"], "browser");
    assert_eq!(names(&begun.event().await).0, "timed-out");
    assert_eq!((set.end(begun).await.code(), set.sealed("parked")), (Some(21), 0));
}

#[tokio::test]
async fn ctrl_c_cancels_the_sign_in_and_its_link_is_good_for_nothing() {
    for signal in ["-INT", "-TERM"] {
        let set = Set::new().await;
        let mut begun = set.begin(&["--browser", "none"]);
        let url = begun.event().await["url"].as_str().unwrap().to_owned();
        assert_eq!(set.sealed("parked"), 1);
        let pid = begun.pid().to_string();
        assert!(
            std::process::Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(names(&begun.event().await).0, "cancelled");
        assert_eq!((set.end(begun).await.code(), set.sealed("parked")), (Some(22), 0));
        let redirect = set.op.robot().sign_in(&url).await.unwrap();
        let port = url::Url::parse(&redirect).unwrap().port().unwrap();
        TcpListener::bind(("127.0.0.1", port)).await.expect("the port is free");
        // Whoever brings it is told that it was cancelled, and nobody is signed in.
        let client = set.client(doorkey::Clock::system()).await;
        let receipt = client.receive(&redirect).await;
        assert!(
            matches!(
                receipt,
                doorkey::flow::Receipt::Spent(doorkey::error::FlowLost::WasCancelled)
            ),
            "{receipt:?}"
        );
        assert_eq!(set.seen("token"), 0);
    }
}

#[tokio::test]
async fn a_sign_in_whose_events_nobody_reads_leaves_nothing_parked() {
    let set = Set::new().await;
    let arguments = [
        "--json",
        "sign-in",
        "--issuer",
        set.op.issuer(),
        "--client-id",
        "demo",
        "--browser",
        "none",
    ];
    let mut command = set.command(&arguments);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = command
        .stdout(writer)
        .stderr(std::process::Stdio::null())
        .status()
        .await
        .unwrap();
    assert_eq!(
        (status.code(), set.seen("discovery")),
        (Some(1), 1),
        "it came as far as its first event"
    );
    assert_eq!((set.sealed("parked"), set.sealed("tombstone")), (0, 1));
}

#[tokio::test]
async fn a_redirect_of_a_stranger_does_not_end_the_waiting() {
    let set = Set::new().await;
    let mut begun = set.begin(&["--browser", "none"]);
    let url = begun.event().await["url"].as_str().unwrap().to_owned();
    let redirect = set.op.robot().sign_in(&url).await.unwrap();
    let page = visit(&redirect.replace("state=", "state=x")).await;
    assert!(page.starts_with("HTTP/1.1 400"), "{page}");
    visit(&redirect).await;
    assert_eq!(begun.event().await["event"], "signed-in");
    assert!(set.end(begun).await.success());
}

#[tokio::test]
async fn a_vault_under_a_passphrase_is_not_opened_without_it() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_doorkey"));
    command.args(["--json", "--vault"]).arg(set.vault()).arg("token");
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let ended = set.run_with_secrets(command, b"").await;
    assert_eq!((ended.code(), names(&ended.json()).1), (32, "PassphraseNeeded"));
    assert_eq!(set.sealed("account"), 1);
}

#[tokio::test]
async fn wrong_arguments_are_exit_code_2_and_the_help_has_every_code() {
    let set = Set::new().await;
    assert_eq!(set.run(&["sign-in"]).await.code(), 2);
    assert_eq!(set.run(&["token", "nobody@example.com"]).await.code(), 2);
    assert_eq!(set.run(&["sign-in", "--issuer", "https://x.example"]).await.code(), 2);
    let help = set.run(&["--help"]).await.done().out;
    assert!(
        help.contains(" 11  Misbehaved: ") && help.contains(" 40  ReauthRequired: "),
        "{help}"
    );
    let man = set.home.path().join("man");
    set.run(&["man", man.to_str().unwrap()]).await.done();
    assert!(
        std::fs::read_to_string(man.join("doorkey.1"))
            .unwrap()
            .contains("ReauthRequired")
    );
    assert!(
        set.run(&["completions", "bash"])
            .await
            .done()
            .out
            .contains("forget-everything")
    );
}
