//! What programs that open browsers are given, and what not.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use doorkey::Clock;
use doorkey::flow::Receipt;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::unix::pipe;

use crate::doctor::{at_home, installed};
use crate::stage::{Begun, PASSPHRASE, Set, visit};

/// A program of this name, as a shell script.
fn program(set: &Set, name: &str, script: &str) -> PathBuf {
    let folder = set.home.path().join("bin");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A pipe with a name: whoever reads it waits for whoever writes it.
fn fifo(set: &Set) -> PathBuf {
    let path = set.home.path().join("told");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    path
}

#[tokio::test]
async fn the_browsers_program_does_not_inherit_the_passphrase() {
    let set = Set::new().await;
    let told = set.home.path().join("told");
    // The second is the proof that a descriptor that is open would be read.
    let script = format!(
        "{{ cat <&3; }} > '{0}' 2>&1; {{ cat <&4; }} >> '{0}' 2>&1 4< '{1}'; exit 1",
        told.display(),
        set.home.path().join("open").display()
    );
    std::fs::write(set.home.path().join("open"), "an open one\n").unwrap();
    let browser = program(&set, "browser", &script);
    let mut begun = set.begin(&["--browser", browser.to_str().unwrap()]);
    assert_eq!(begun.event().await["event"], "browser");
    assert_eq!(begun.event().await["kind"], "browser-unavailable");
    set.end(begun).await;
    let told = std::fs::read_to_string(told).unwrap();
    assert!(told.contains("an open one"), "{told}");
    assert!(!told.contains(PASSPHRASE), "{told}");
}

#[tokio::test]
async fn sign_out_of_the_browser_leads_it_to_the_provider_with_no_token_in_an_argv() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let id_token = set.op.secrets().id_tokens.back().unwrap().clone();
    let told = fifo(&set);
    let opener = program(
        &set,
        "xdg-open",
        &format!("printf '%s|%s\\n' $# \"$1\" > '{}'", told.display()),
    );
    let mut command = set.command(&["--json", "sign-out", "--browser"]);
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", opener.parent().unwrap().display()));
    let mut run = std::pin::pin!(set.run_with_secrets(command, b""));
    // Held open for writing too, so that it has no end before the opener writes.
    let told = pipe::OpenOptions::new().read_write(true).open_receiver(&told).unwrap();
    let (mut told, mut given) = (BufReader::new(told), String::new());
    tokio::select! {
        read = told.read_line(&mut given) => assert!(read.unwrap() > 0),
        ended = &mut run => panic!("no browser was opened: {}{}", ended.out, ended.err),
    }
    let (count, address) = given.trim().split_once('|').unwrap();
    assert_eq!(count, "1");
    assert!(!address.contains(&id_token) && address.starts_with("http://127.0.0.1:"));
    let page = visit(address).await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let report = run.await.done().json();
    assert_eq!(
        (&report["browser_session"], &report["forgotten"], &report["revocation"]),
        (&"asked".into(), &true.into(), &"revoked".into())
    );
    let requests = set.op.requests();
    let logout = requests.iter().find(|request| request.path == "/logout").unwrap();
    assert_eq!(logout.param("id_token_hint"), Some(id_token.as_str()));
    assert_eq!(set.sealed("account"), 0);
}

#[tokio::test]
async fn without_a_browser_the_account_is_forgotten_and_the_person_is_told_of_the_session_there() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let nothing = set.home.path().join("nothing");
    std::fs::create_dir(&nothing).unwrap();
    let (shell, doorkey) = ("/bin/sh", env!("CARGO_BIN_EXE_doorkey"));
    let mut command = tokio::process::Command::new(shell);
    command.args(["-c", "exec \"$0\" \"$@\" 3<\"$PASSPHRASE_FILE\"", doorkey]);
    command
        .args(["--dev", "--passphrase-fd", "3", "--vault"])
        .arg(set.vault())
        .args(["sign-out", "--browser"]);
    command
        .env("PASSPHRASE_FILE", set.home.path().join("passphrase"))
        .env("PATH", &nothing)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let ended = set.run_with_secrets(command, b"").await.done();
    assert!(
        ended.err.contains("is signed out here") && ended.err.contains("goes on: sign out at"),
        "{}",
        ended.err
    );
    assert_eq!((set.sealed("account"), set.seen("revocation") > 0), (0, true));
}

#[tokio::test]
async fn by_the_scheme_door_the_answer_comes_as_a_link_that_the_app_takes() {
    let scheme = "dev.doorkey.desktop.dev";
    let set = Set::new().await;
    let command = installed(&set);
    // The app has made the vault; its links are registered.
    let vault = set.home.path().join(format!(".local/share/{scheme}/vault"));
    let app = set.client_in(vault, scheme, Clock::system()).await;
    let repair = at_home(&set, &command, &["doctor", "--repair", "register-links"]);
    set.run_with_secrets(repair, b"").await.done();
    let sign_in = [
        "--dev",
        "--json",
        "--passphrase-fd",
        "3",
        "sign-in",
        "--issuer",
        set.op.issuer(),
    ];
    let more = ["--client-id", "demo", "--browser", "none", "--door", "scheme"];
    let mut begun = Begun::of(at_home(&set, &command, &[&sign_in[..], &more].concat()));
    let first = begun.event().await;
    let url = first["url"].as_str().unwrap_or_else(|| panic!("{first}"));
    let link = set.op.robot().sign_in(url).await.unwrap();
    assert!(link.starts_with(&format!("{scheme}:/callback/openid?")), "{link}");
    // The system hands the link to the app, which is another process.
    let receipt = app.receive(&link).await;
    assert!(matches!(receipt, Receipt::SignedIn(_)), "{receipt:?}");
    let last = begun.event().await;
    assert_eq!(last["event"], "signed-in", "{last}");
    assert_eq!(last["account"]["id"], app.accounts()[0].id.as_str());
    assert!(set.end(begun).await.success());
    assert!(
        matches!(app.receive(&link).await, Receipt::Spent(_)),
        "a link is good for one use"
    );
}

#[tokio::test]
async fn the_scheme_door_is_refused_where_no_link_would_arrive() {
    let set = Set::new().await;
    let (last, code) = set.sign_in(&["--door", "scheme"]).await;
    assert_eq!(
        (last["kind"].as_str(), code),
        (Some("link-handler-broken"), 33),
        "{last}"
    );
    assert_eq!((set.sealed("parked"), set.seen("token")), (0, 0));
}
