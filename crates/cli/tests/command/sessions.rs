//! What the sign-in gave, used by scripts: tokens, requests, renewals, the end.

use std::process::Stdio;

use doorkey::Clock;
use mock_op::{Endpoint, Fault, When};
use tokio::process::Command;

use crate::stage::Set;

#[tokio::test]
async fn a_token_is_printed_as_itself_as_a_header_and_as_json() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let token = set
        .secrets()
        .into_iter()
        .find(|text| set.op.secrets().access_tokens.contains(text))
        .unwrap();
    let printed = set.run_with_secrets(set.command(&["token"]), b"").await.done();
    assert_eq!(printed.out, format!("{token}\n"));
    let header = set
        .run_with_secrets(set.command(&["token", "--header"]), b"")
        .await
        .done();
    assert_eq!(header.out, format!("Authorization: Bearer {token}\n"));
    let object = set
        .run_with_secrets(set.command(&["--json", "token"]), b"")
        .await
        .done()
        .json();
    assert_eq!(object["access_token"], token);
    assert_eq!(set.refreshes(), 0, "a token that is good is not renewed");
}

#[tokio::test]
async fn the_header_goes_to_curl_by_a_pipe() {
    if Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .await
        .is_err()
    {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let header = set
        .run_with_secrets(set.command(&["token", "--header"]), b"")
        .await
        .done();
    let mut curl = Command::new("curl");
    curl.args(["-sS", "-H", "@-"])
        .arg(format!("{}/userinfo", set.op.issuer()));
    curl.stdout(Stdio::piped()).stderr(Stdio::piped());
    let answer = set.run_with_secrets(curl, header.out.as_bytes()).await.done();
    assert_eq!(answer.json()["sub"], "sub-ada");
}

#[tokio::test]
async fn a_token_that_is_too_old_is_renewed_first() {
    let set = Set::new().await;
    // Of its hour, twenty minutes are left.
    set.signed_in_ago(2400).await;
    let token = |minutes: &'static str| {
        let set = &set;
        async move {
            let command = set.command(&["token", "--min-minutes", minutes]);
            set.run_with_secrets(command, b"").await.done().out.trim().to_owned()
        }
    };
    let old = set.op.secrets().access_tokens.back().unwrap().clone();
    assert_eq!((token("15").await, set.refreshes()), (old.clone(), 0));
    let new = token("30").await;
    assert_eq!((new != old, set.refreshes()), (true, 1));
    assert_eq!(Some(&new), set.op.secrets().access_tokens.back());
}

#[tokio::test]
async fn what_is_sent_comes_from_standard_input_with_the_method_and_the_fields_that_were_named() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let url = format!("{}/userinfo", set.op.issuer());
    let field = "Content-Type: application/x-www-form-urlencoded";
    let command = set.command(&["fetch", &url, "--to", set.op.issuer(), "-H", field, "--data", "-"]);
    set.run_with_secrets(command, b"note=hello").await.done();
    let requests = set.op.requests();
    let last = requests.last().unwrap();
    assert_eq!((last.method.as_str(), last.param("note")), ("POST", Some("hello")));
    for field in ["no colon and a s3cret", "no name: s3cret", "x-field: s3\u{1}cret"] {
        let wrong = set.run(&["fetch", &url, "--to", set.op.issuer(), "-H", field]).await;
        assert_eq!(wrong.code(), 2, "{field:?}");
        assert!(!wrong.err.contains("cret"), "{}", wrong.err);
    }
}

#[tokio::test]
async fn a_request_goes_only_to_origins_that_were_named() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let (url, before) = (format!("{}/userinfo", set.op.issuer()), set.seen("userinfo"));
    let refused = set.run(&["--json", "fetch", &url]).await;
    assert_eq!(
        (refused.code(), refused.json()["kind"].as_str()),
        (13, Some("misconfigured"))
    );
    let elsewhere = set.run(&["fetch", &url, "--to", "http://127.0.0.1:1"]).await;
    assert_eq!(
        (elsewhere.code(), set.seen("userinfo")),
        (13, before),
        "nothing was sent"
    );
    let answer = set.run(&["fetch", &url, "--to", set.op.issuer()]).await.done();
    assert_eq!(answer.json()["sub"], "sub-ada");
    let own = set
        .run(&["fetch", &url, "--to", set.op.issuer(), "-H", "Authorization: Bearer x"])
        .await;
    assert_eq!(own.code(), 13, "the header is ours to set");
    let missing = set
        .run(&[
            "fetch",
            &format!("{}/no-such", set.op.issuer()),
            "--to",
            set.op.issuer(),
        ])
        .await;
    assert_eq!(missing.code(), 1, "an API's error is one: {}", missing.err);
}

#[tokio::test]
async fn a_process_that_fetches_has_no_secret_among_its_arguments_or_in_its_environment() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let url = format!("{}/userinfo", set.op.issuer());
    let mut hold = set.op.hold(Endpoint::Userinfo);
    let child = set.command(&["fetch", &url, "--to", set.op.issuer()]).spawn().unwrap();
    hold.arrived(1).await;
    let read = |file: &str| std::fs::read(format!("/proc/{}/{file}", child.id().unwrap())).unwrap();
    let seen = String::from_utf8_lossy(&[read("cmdline"), read("environ")].concat()).into_owned();
    assert!(seen.contains("/userinfo"), "it looks at the right process: {seen}");
    assert!(set.secrets().iter().all(|secret| !seen.contains(secret)));
    drop(hold);
    assert!(child.wait_with_output().await.unwrap().status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_commands_and_the_app_that_need_a_new_token_at_once_make_one_request() {
    let set = Set::new().await;
    set.signed_in_long_ago().await;
    let app = set.client(Clock::system()).await;
    let id = app.accounts()[0].id.clone();
    // The first refresh is answered only when the others have had their chance to send one too.
    let mut hold = set.op.hold(Endpoint::Token);
    let command = || set.run_with_secrets(set.command(&["token"]), b"");
    let apps = async {
        hold.arrived(1).await;
        let renewed = tokio::spawn(async move { app.refresh_if_due(&id, 60).await });
        // The other command waits for the account's lock, as the app does: each has read the account by then.
        tokio::task::yield_now().await;
        drop(hold);
        renewed.await.unwrap()
    };
    let (one, other, app) = tokio::join!(command(), command(), apps);
    app.unwrap();
    assert_eq!(one.done().out, other.done().out, "both have the same token");
    assert_eq!(set.refreshes(), 1);
}

#[tokio::test]
async fn refresh_renews_a_session_and_says_when_it_is_over() {
    let set = Set::new().await;
    set.signed_in_long_ago().await;
    let renewed = set.run(&["--json", "refresh"]).await.done().json();
    assert_eq!((renewed["event"].as_str(), set.refreshes()), (Some("refreshed"), 1));
    let set = Set::new().await;
    set.signed_in_long_ago().await;
    set.op.when(Fault::RefreshInvalidGrant, When::Always);
    let over = set.run(&["--json", "refresh"]).await;
    assert_eq!(
        (over.code(), over.json()["kind"].as_str()),
        (40, Some("reauth-required"))
    );
    assert!(set.run(&["accounts"]).await.done().out.contains("session ended"));
}

#[tokio::test]
async fn sign_out_revokes_and_leaves_nobody_behind() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let report = set.run(&["--json", "sign-out"]).await.done().json();
    assert_eq!(
        (&report["forgotten"], &report["revocation"]),
        (&true.into(), &"revoked".into())
    );
    assert_eq!((set.sealed("account"), set.seen("revocation") > 0), (0, true));
    let nobody = set.run(&["token"]).await;
    assert_eq!((nobody.code(), nobody.out.as_str()), (40, ""));
    assert!(nobody.err.contains("doorkey sign-in"), "{}", nobody.err);
}

#[tokio::test]
async fn a_revocation_that_could_not_be_sent_is_sent_by_the_next_command_whatever_that_is() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    // It asks to be left alone for two seconds.
    set.op.next(Fault::Revocation503);
    let report = set.run(&["--json", "sign-out"]).await.done().json();
    assert_eq!(report["revocation"], "queued");
    assert!(!set.op.live_tokens("ada").is_empty());
    let patience = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
    while !set.op.live_tokens("ada").is_empty() {
        assert!(tokio::time::Instant::now() < patience, "no command sends it");
        set.run(&["accounts"]).await.done();
    }
}

#[tokio::test]
async fn a_vault_whose_passphrase_is_forgotten_is_set_aside_and_begun_anew() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let records = set.sealed("");
    let aside = |arguments: &'static [&'static str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorkey"));
        command
            .arg("--vault")
            .arg(set.vault())
            .args(["--json", "vault", "aside"])
            .args(arguments);
        command
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let refused = set.run_with_secrets(aside(&[]), b"yes\n").await;
    assert_eq!(
        (refused.code(), set.sealed("")),
        (2, records),
        "a pipe is nobody who confirms"
    );
    let done = set.run_with_secrets(aside(&["--yes"]), b"").await.done().json();
    assert_eq!((done["count"].as_u64(), set.sealed("")), (Some(records as u64), 0));
}

#[tokio::test]
async fn the_passphrase_is_changed_the_key_replaced_and_everything_forgotten_only_when_confirmed() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    assert_eq!(
        set.run(&["--json", "vault", "status"]).await.done().json()["kept"],
        "passphrase"
    );
    assert!(
        set.run(&["--json", "vault", "rotate"]).await.done().json()["count"]
            .as_u64()
            .unwrap()
            >= 1
    );
    let new = set.home.path().join("new");
    std::fs::write(&new, "another horse\n").unwrap();
    let mut change = Command::new("sh");
    change.args([
        "-c",
        "exec \"$0\" \"$@\" 3<\"$OLD\" 4<\"$NEW\"",
        env!("CARGO_BIN_EXE_doorkey"),
        "--vault",
    ]);
    change.arg(set.vault()).args([
        "--passphrase-fd",
        "3",
        "vault",
        "passphrase",
        "change",
        "--new-passphrase-fd",
        "4",
    ]);
    change.env("OLD", set.home.path().join("passphrase")).env("NEW", &new);
    change.stdout(Stdio::piped()).stderr(Stdio::piped());
    set.run_with_secrets(change, b"").await.done();
    let wrong = set.run(&["--json", "accounts"]).await;
    assert_eq!(
        (wrong.code(), wrong.json()["detail"].as_str()),
        (32, Some("PassphraseWrong"))
    );
    std::fs::rename(&new, set.home.path().join("passphrase")).unwrap();
    let refused = set.run(&["vault", "forget-everything"]).await;
    assert_eq!((refused.code(), set.sealed("account")), (2, 1), "{}", refused.err);
    let report = set
        .run(&["--json", "vault", "forget-everything", "--yes"])
        .await
        .done()
        .json();
    assert_eq!((&report["accounts"], set.sealed("account")), (&1.into(), 0));
}
