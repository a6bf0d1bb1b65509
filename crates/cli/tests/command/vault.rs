//! A passphrase in the keychain's place, and back.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use crate::stage::{Ended, Set};

/// A file with a passphrase.
fn file(set: &Set, name: &str, passphrase: &str) -> PathBuf {
    let path = set.home.path().join(name);
    std::fs::write(&path, format!("{passphrase}\n")).unwrap();
    path
}

/// The command with a vault in this folder, with these files in the descriptors 3 and 4.
async fn run(set: &Set, vault: &str, files: [&str; 2], arguments: &[&str]) -> Ended {
    let home = set.home.path();
    let mut command = Command::new("sh");
    let script = "exec \"$0\" \"$@\" 3<\"$THREE\" 4<\"$FOUR\"";
    command.args(["-c", script, env!("CARGO_BIN_EXE_doorkey"), "--json", "--vault"]);
    command.arg(home.join(vault)).args(arguments);
    command
        .env("THREE", home.join(files[0]))
        .env("FOUR", home.join(files[1]));
    command.env("HOME", home).env_remove("DBUS_SESSION_BUS_ADDRESS");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    set.run_with_secrets(command, b"").await
}

#[tokio::test]
async fn where_there_is_no_keychain_a_passphrase_that_is_set_makes_a_vault_that_opens_with_it_alone() {
    let set = Set::new().await;
    file(&set, "one", "a first horse");
    file(&set, "two", "a second horse");
    let files = ["one", "two"];
    let without = run(&set, "new", files, &["vault", "status"]).await;
    assert_eq!(
        (without.code(), &without.json()["kind"]),
        (31, &"keychain-unavailable".into())
    );

    let set_to = ["vault", "passphrase", "set", "--new-passphrase-fd", "3"];
    let done = run(&set, "new", files, &set_to).await.done();
    assert_eq!(done.json()["event"], "passphrase-changed");
    let status = |descriptor: &'static str| {
        let set = &set;
        async move { run(set, "new", files, &["--passphrase-fd", descriptor, "vault", "status"]).await }
    };
    assert_eq!(status("3").await.done().json()["kept"], "passphrase");
    let wrong = status("4").await;
    assert_eq!(
        (wrong.code(), &wrong.json()["detail"]),
        (32, &"PassphraseWrong".into()),
        "{}",
        wrong.err
    );
    // A second `set` without the passphrase does not put another in its place.
    let again = run(
        &set,
        "new",
        files,
        &["vault", "passphrase", "set", "--new-passphrase-fd", "4"],
    )
    .await;
    assert_eq!(
        (again.code(), &again.json()["detail"]),
        (32, &"PassphraseNeeded".into())
    );
    status("3").await.done();
}

#[tokio::test]
async fn a_new_passphrase_is_not_read_from_where_the_old_one_is() {
    let set = Set::new().await;
    file(&set, "passphrase-file", "correct horse");
    let files = ["passphrase-file", "passphrase-file"];
    let same = [
        "--passphrase-fd",
        "3",
        "vault",
        "passphrase",
        "change",
        "--new-passphrase-fd",
        "3",
    ];
    let refused = run(&set, "own", files, &same).await;
    assert_eq!(refused.code(), 2, "{}{}", refused.out, refused.err);
    assert!(
        refused.json()["message"]
            .as_str()
            .is_some_and(|text| text.contains("same descriptor")),
        "{}",
        refused.out
    );
    set.run(&["vault", "status"]).await.done();
}

#[tokio::test]
async fn a_passphrase_that_cannot_be_removed_for_want_of_a_keychain_stays() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let refused = set.run(&["--json", "vault", "passphrase", "remove"]).await;
    assert_eq!(
        (refused.code(), &refused.json()["kind"]),
        (31, &"keychain-unavailable".into()),
        "{}",
        refused.out
    );
    assert_eq!(
        set.run(&["--json", "vault", "status"]).await.done().json()["kept"],
        "passphrase"
    );
    assert!(set.run(&["accounts"]).await.done().out.contains("Ada Lovelace"));
}

#[tokio::test]
async fn with_a_keychain_the_passphrase_is_removed_and_set_again_and_the_accounts_stay() {
    for program in ["gnome-keyring-daemon", "dbus-run-session", "gdbus"] {
        let mut asked = Command::new(program);
        asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        if asked.status().await.is_err() {
            eprintln!("skipped: there is no {program} here");
            return;
        }
    }
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let home = set.home.path();
    let runtime = home.join("run");
    std::fs::create_dir(&runtime).unwrap();
    std::fs::set_permissions(&runtime, std::fs::Permissions::from_mode(0o700)).unwrap();
    let doorkey = "\"$DOORKEY\" --json --vault \"$VAULT\"";
    let script = format!(
        "gnome-keyring-daemon --foreground --unlock --components=secrets <\"$PASSPHRASE_FILE\" >/dev/null 2>&1 &
         keyring=$!
         trap 'kill $keyring' EXIT
         gdbus wait --session --timeout 30 org.freedesktop.secrets || exit 9
         {doorkey} --passphrase-fd 3 vault passphrase remove 3<\"$PASSPHRASE_FILE\" || exit
         {doorkey} vault status && {doorkey} accounts || exit
         {doorkey} vault passphrase set --new-passphrase-fd 3 3<\"$PASSPHRASE_FILE\" || exit
         {doorkey} vault status
         {doorkey} --passphrase-fd 3 vault status 3<\"$PASSPHRASE_FILE\" || exit
         {doorkey} --passphrase-fd 3 accounts 3<\"$PASSPHRASE_FILE\""
    );
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", &script]);
    command
        .env("DOORKEY", env!("CARGO_BIN_EXE_doorkey"))
        .env("VAULT", set.vault())
        .env("PASSPHRASE_FILE", home.join("passphrase"))
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("XDG_DATA_HOME", home.join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ended = set.run_with_secrets(command, b"").await.done();
    let told: Vec<serde_json::Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [removed, status, account, put_back, locked, refused, opened, again] = told.as_slice() else {
        panic!("{told:?}{}", ended.err);
    };
    assert_eq!(
        (&removed["event"], &status["kept"]),
        (&"passphrase-changed".into(), &"keychain".into())
    );
    assert_eq!(account["display_name"], "Ada Lovelace");
    assert_eq!(put_back["event"], "passphrase-changed");
    assert_eq!(
        (&locked["kept"], &refused["detail"]),
        (&"memory".into(), &"PassphraseNeeded".into())
    );
    assert_eq!((&opened["kept"], &again["id"]), (&"passphrase".into(), &account["id"]));
}
