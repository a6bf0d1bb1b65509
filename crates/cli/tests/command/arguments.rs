//! What the command is called with, and what becomes of a call that it cannot use.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::process::Stdio;

use tokio::process::Command;

use crate::stage::Set;

#[tokio::test]
async fn a_program_that_asked_for_json_reads_of_a_wrong_argument_as_json() {
    let set = Set::new().await;
    for arguments in [
        &["--json", "sign-in"][..],
        &["sign-in", "google", "--json", "--timeout", "never"],
        &["--json", "doctor", "--repair", "everything"],
    ] {
        let ended = set.run(arguments).await;
        let event = ended.json();
        assert_eq!(
            (ended.code(), &event["event"], &event["exit"]),
            (2, &"failed".into(), &2.into()),
            "{arguments:?}"
        );
        assert!(
            event["message"].as_str().is_some_and(|text| text.contains("error: ")),
            "{event}"
        );
    }
    let told = set.run(&["doctor", "--repair", "everything"]).await;
    assert_eq!((told.code(), told.out.as_str()), (2, ""), "a person reads it as text");
    for repair in doorkey::doctor::Repair::ALL {
        assert!(told.err.contains(repair.word()), "{}", told.err);
    }
    let help = set.run(&["--json", "--help"]).await.done();
    assert!(help.out.contains("Usage:"), "help is no failure: {}", help.out);
}

#[tokio::test]
async fn arguments_that_are_not_text_are_refused_and_a_folder_may_be_named_so() {
    let set = Set::new().await;
    let odd = || OsString::from_vec(b"od\xff\xfed".to_vec());
    for before in [
        &["sign-in"][..],
        &["sign-in", "--client-id", "x", "--issuer"],
        &["token"],
        &["fetch"],
        &["credential", "git", "get", "--host"],
        &["doctor", "--repair"],
    ] {
        let mut command = set.command(before);
        command.arg(odd());
        let ended = set.run_with_secrets(command, b"").await;
        assert_eq!(ended.code(), 2, "{before:?}: {}", ended.err);
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
    }
    let folder = set.home.path().join(odd());
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorkey"));
    command.arg("--vault").arg(&folder).arg("providers");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    set.run_with_secrets(command, b"").await.done();
    assert!(folder.join("keychain-service").is_file());
}

#[tokio::test]
async fn a_reader_that_has_enough_of_completions_or_help_meets_no_panic() {
    let set = Set::new().await;
    for (arguments, code) in [
        (&["completions", "bash"][..], 1),
        (&["completions", "zsh"], 1),
        (&["completions", "fish"], 1),
        (&["providers"], 1),
        (&["--help"], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = set.command(arguments);
        command.stdout(writer);
        let child = command.spawn().unwrap();
        drop(command);
        let output = child.wait_with_output().await.unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
        assert!(!err.contains("panicked"), "{arguments:?}: {err}");
    }
}

#[tokio::test]
async fn closed_descriptors_make_no_difference_to_what_is_done() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let shell = |closed: &str, arguments: &[&str]| {
        let mut command = Command::new("sh");
        let script = format!("exec \"$0\" \"$@\" 3<\"$PASSPHRASE_FILE\" {closed}");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_doorkey")]);
        command
            .args(["--dev", "--passphrase-fd", "3", "--vault"])
            .arg(set.vault())
            .args(arguments);
        command.env("PASSPHRASE_FILE", set.home.path().join("passphrase"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let run = |closed: &'static str, arguments: &'static [&'static str]| {
        let set = &set;
        async move { set.run_with_secrets(shell(closed, arguments), b"").await }
    };
    assert!(run("<&-", &["accounts"]).await.done().out.contains("Ada Lovelace"));
    assert!(run("2>&-", &["accounts"]).await.done().out.contains("Ada Lovelace"));
    let refused = run("<&-", &["vault", "forget-everything"]).await;
    assert_eq!(
        (refused.code(), set.sealed("account")),
        (2, 1),
        "nobody is there who confirms"
    );
    let no_request = run("<&-", &["credential", "git", "--host", "git.example", "get"]).await;
    assert_eq!((no_request.code(), no_request.out.as_str()), (0, ""));
    run("2>&-", &["sign-out"]).await.done();
    assert_eq!(set.sealed("account"), 0);
}
