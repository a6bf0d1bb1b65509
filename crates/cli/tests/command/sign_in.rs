//! Signing in, and who is signed in then.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::stage::{Set, visit};

#[tokio::test]
async fn a_program_that_follows_the_events_signs_a_person_in_and_finds_the_account() {
    let set = Set::new().await;
    let (last, code) = set.sign_in(&[]).await;
    assert_eq!((last["event"].as_str(), code), (Some("signed-in"), 0), "{last}");
    assert_eq!(last["account"]["display_name"], "Ada Lovelace");
    assert_eq!(
        set.run(&["--json", "accounts"]).await.done().json()["id"],
        last["account"]["id"]
    );
    let accounts = set.run(&["accounts"]).await.done().out;
    assert!(
        accounts.contains("Ada Lovelace") && accounts.contains("127.0.0.1"),
        "{accounts}"
    );
    let profile = set
        .run(&["profile", last["account"]["id"].as_str().unwrap()])
        .await
        .done();
    assert!(profile.out.contains("sub: sub-ada\n"), "{}", profile.out);
    let object = set.run(&["--json", "profile"]).await.done().json();
    assert_eq!(
        (&object["sub"], &object["iss"]),
        (&"sub-ada".into(), &set.op.issuer().into())
    );
    assert_eq!(set.sealed("parked"), 0);
}

#[tokio::test]
async fn the_browsers_program_gets_the_link_as_its_one_argument() {
    let set = Set::new().await;
    let (program, told) = (set.home.path().join("my browser"), set.home.path().join("told"));
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&told)
            .status()
            .unwrap()
            .success()
    );
    std::fs::write(
        &program,
        format!("#!/bin/sh\nprintf '%s|%s' $# \"$1\" > '{}'\n", told.display()),
    )
    .unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut begun = set.begin(&["--browser", program.to_str().unwrap()]);
    let arguments = tokio::fs::read_to_string(&told).await.unwrap();
    let url = begun.event().await["url"].as_str().unwrap().to_owned();
    assert_eq!(arguments, format!("1|{url}"));
    let page = visit(&set.op.robot().sign_in(&url).await.unwrap()).await;
    assert!(page.starts_with("HTTP/1.1 200"), "the person sees how it went: {page}");
    assert_eq!(begun.event().await["event"], "signed-in");
    assert!(set.end(begun).await.success());
}

#[tokio::test]
async fn scopes_and_the_hint_are_those_that_were_named() {
    let set = Set::new().await;
    let (last, code) = set.sign_in(&["--scope", "email", "--login-hint", "ada"]).await;
    assert_eq!(code, 0, "{last}");
    let requests = set.op.requests();
    let asked = requests
        .iter()
        .find(|request| request.param("scope").is_some())
        .unwrap();
    assert_eq!(
        (asked.param("scope"), asked.param("login_hint")),
        (Some("openid email"), Some("ada"))
    );
}

#[tokio::test]
async fn an_account_is_signed_in_to_again_under_its_own_name() {
    let set = Set::new().await;
    let (first, _) = set.sign_in(&[]).await;
    let email = first["account"]["email"].as_str().unwrap();
    let (last, code) = set.sign_in(&["--account", email]).await;
    assert_eq!((code, &last["account"]["id"]), (0, &first["account"]["id"]), "{last}");
    let requests = set.op.requests();
    let hints: Vec<_> = requests
        .iter()
        .filter_map(|request| request.param("login_hint"))
        .collect();
    assert_eq!((hints, set.sealed("account")), (vec![email], 1));
}

#[tokio::test]
async fn a_provider_over_http_is_refused_without_dev() {
    let set = Set::new().await;
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_doorkey"));
    command.args(["--json", "--vault"]).arg(set.home.path().join("other"));
    command.args(["sign-in", "--issuer", set.op.issuer(), "--client-id", "demo"]);
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let ended = set.run_with_secrets(command, b"").await;
    assert_eq!(ended.code(), 13, "{}", ended.err);
    assert_eq!(ended.json()["detail"], "Issuer");
    assert!(set.op.requests().is_empty());
}

#[tokio::test]
async fn every_preset_is_listed_and_those_that_are_refused_say_why() {
    let set = Set::new().await;
    let listed = set.run(&["--json", "providers"]).await.done();
    let lines: Vec<Value> = listed
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |id: &str| {
        lines
            .iter()
            .find(|line| line["id"] == id)
            .unwrap_or_else(|| panic!("{id} is not listed"))
    };
    assert_eq!(of("github")["configured"], false);
    assert_eq!(of("github")["verified"]["live"], "never");
    assert!(
        of("facebook")["refused"]
            .as_str()
            .is_some_and(|why| why.contains("Facebook"))
    );
    // The same in words.
    let listed = set.run(&["providers"]).await.done();
    assert!(
        listed.out.contains("github") && listed.out.contains("not possible"),
        "{}",
        listed.out
    );
}

#[tokio::test]
async fn a_provider_that_is_refused_unknown_or_not_filled_in_is_told_before_anything_is_opened() {
    let set = Set::new().await;
    let refused = set.run(&["--json", "sign-in", "facebook", "--client-id", "x"]).await;
    assert_eq!(
        (refused.code(), &refused.json()["kind"]),
        (12, &"unsupported".into()),
        "{}",
        refused.out
    );
    for (arguments, named) in [
        (&["sign-in", "nobody", "--client-id", "x"][..], "nobody"),
        (&["sign-in", "auth0", "--client-id", "x"], "domain"),
        (
            &[
                "sign-in",
                "auth0",
                "--client-id",
                "x",
                "--parameter",
                "domain=evil.example/x",
            ],
            "domain",
        ),
        (
            &["sign-in", "auth0", "--client-id", "x", "--parameter", "domain"],
            "NAME=VALUE",
        ),
    ] {
        let ended = set.run(arguments).await;
        assert_eq!(ended.code(), 2, "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(named), "{arguments:?}: {}", ended.err);
    }
}

#[tokio::test]
async fn a_preset_that_is_filled_in_begins_and_says_that_nobody_has_tried_it() {
    let set = Set::new().await;
    let arguments = [
        "sign-in",
        "auth0",
        "--client-id",
        "x",
        "--parameter",
        "domain=nobody.invalid",
        "--browser",
        "none",
    ];
    let ended = set.run(&arguments).await;
    assert!(ended.err.contains("Auth0"), "{}", ended.err);
    assert_ne!(
        ended.code(),
        2,
        "it is filled in, and nobody answers there: {}",
        ended.err
    );
    assert_ne!(ended.code(), 0);
}

#[tokio::test]
async fn the_address_of_an_api_is_enough_and_the_person_is_told_where_it_sends_them() {
    let set = Set::new().await;
    let api = format!("{}/api", set.op.issuer());
    let mut arguments = vec!["--json", "sign-in", "--resource", &api, "--browser", "none"];
    arguments.extend(["--dpop", "both", "--push"]);
    let mut begun = set.begin_with(&arguments);
    let told = begun.event().await;
    assert_eq!(
        (&told["event"], &told["issuer"], &told["resource_name"]),
        (
            &"provider".into(),
            &set.op.issuer().into(),
            &"Demo resource server".into()
        )
    );
    let url = begun.event().await["url"].as_str().unwrap().to_owned();
    visit(&set.op.robot().sign_in(&url).await.unwrap()).await;
    assert_eq!(begun.event().await["event"], "signed-in");
    assert!(set.end(begun).await.success());
    // RFC 9449 section 8: the first request that is pushed with a proof is told the server's nonce.
    assert_eq!((set.seen("registration"), set.seen("pushed-authorization")), (1, 2));
    let me = set
        .run(&["fetch", &format!("{api}/me"), "--to", set.op.issuer()])
        .await
        .done();
    assert!(me.out.contains("sub-ada"), "{}", me.out);
    // An address that says nothing of itself ends before any browser is opened, and with words.
    let nothing = set
        .run(&["sign-in", "--resource", &format!("{}/jwks", set.op.issuer())])
        .await;
    assert!(
        nothing.code() != 0 && !nothing.err.is_empty() && nothing.out.is_empty(),
        "{}",
        nothing.err
    );
}

#[tokio::test]
async fn a_secret_is_refused_for_whichever_issuer_an_api_names() {
    let set = Set::new().await;
    let all = [
        "sign-in",
        "--resource",
        "https://api.example.com",
        "--client-id",
        "demo",
        "--client-secret-fd",
        "3",
    ];
    assert_eq!(set.run(&all).await.code(), 2);
}
