//! The paste door, at a terminal.

use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use crate::stage::Set;

#[tokio::test]
async fn an_address_that_is_pasted_signs_in_and_is_not_shown() {
    let set = Set::new().await;
    let mut inside = set.command(&[
        "sign-in",
        "--issuer",
        set.op.issuer(),
        "--client-id",
        "demo",
        "--browser",
        "none",
        "--door",
        "paste",
    ]);
    let words: Vec<_> = inside
        .as_std_mut()
        .get_args()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let quoted: Vec<_> = words[1..]
        .iter()
        .map(|word| format!("'{}'", word.replace('\'', "'\\''")))
        .collect();
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--return", "--echo", "always", "--command"]);
    terminal.arg(format!("sh -c {}", quoted.join(" "))).arg("/dev/null");
    terminal
        .env("PASSPHRASE_FILE", set.home.path().join("passphrase"))
        .env_remove("DOORKEY_LOG");
    terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = terminal.spawn().unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = String::new();
    let mut seen = [0; 1024];
    while !shown.contains("not shown") {
        let read = screen.read(&mut seen).await.unwrap();
        assert!(read > 0, "{shown}");
        shown.push_str(&String::from_utf8_lossy(&seen[..read]));
    }
    let url = shown
        .lines()
        .find(|line| line.starts_with("http://127.0.0.1"))
        .unwrap()
        .trim()
        .to_owned();
    let redirect = set.op.robot().sign_in(&url).await.unwrap();
    keyboard
        .write_all(b"http://127.0.0.1:1/callback/openid?code=x&state=y\n")
        .await
        .unwrap();
    keyboard.write_all(format!("{redirect}\n").as_bytes()).await.unwrap();
    keyboard.flush().await.unwrap();
    screen.read_to_string(&mut shown).await.unwrap();
    assert!(child.wait().await.unwrap().success(), "{shown}");
    assert!(
        shown.contains("belongs to no sign-in") && shown.contains("Signed in to"),
        "{shown}"
    );
    let code = set.op.secrets().codes.back().unwrap().clone();
    assert!(!shown.contains(&code), "the code is not echoed");
    assert_eq!(set.sealed("account"), 1);
}

#[tokio::test]
async fn without_a_terminal_there_is_no_paste_door() {
    let set = Set::new().await;
    // `setsid` leaves the terminal behind, where the test has one.
    let mut inside = set.command(&[
        "--json",
        "sign-in",
        "--issuer",
        set.op.issuer(),
        "--client-id",
        "demo",
        "--door",
        "paste",
    ]);
    let words: Vec<_> = inside.as_std_mut().get_args().map(ToOwned::to_owned).collect();
    let mut apart = Command::new("setsid");
    apart.args(["--wait", "sh"]).args(words);
    apart.env("PASSPHRASE_FILE", set.home.path().join("passphrase"));
    apart.stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = set.run_with_secrets(apart, b"").await;
    assert_eq!(
        (ended.code(), ended.json()["kind"].as_str()),
        (12, Some("unsupported")),
        "{}",
        ended.err
    );
    assert!(set.op.requests().is_empty());
}
