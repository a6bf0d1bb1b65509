//! The doctor and its repairs.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::stage::{Ended, Set};

fn findings(ended: &Ended) -> Vec<Value> {
    ended
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of<'a>(findings: &'a [Value], check: &str) -> &'a Value {
    let found = findings.iter().find(|finding| finding["check"] == check);
    found.unwrap_or_else(|| panic!("no {check}: {findings:?}"))
}

#[tokio::test]
async fn a_record_that_does_not_open_is_found_and_set_aside_by_the_repair_that_was_named() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    // An account that does not open is found as soon as accounts are read; this waits until it is looked for.
    let record = std::fs::read_dir(set.vault().join("vault"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("outcome"))
        .unwrap();
    let mut bytes = std::fs::read(&record).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&record, &bytes).unwrap();

    let sick = set.run(&["--json", "doctor"]).await;
    let found = findings(&sick);
    let vault = of(&found, "vault");
    assert_eq!(
        (sick.code(), &vault["state"], &vault["repair"]),
        (1, &"broken".into(), &"set-damaged-aside".into()),
        "{vault}"
    );
    let told = set.run(&["doctor"]).await;
    assert!(
        told.out.contains("doorkey doctor --repair set-damaged-aside"),
        "a person is told what to type: {}",
        told.out
    );
    let repaired = set
        .run(&["--json", "doctor", "--repair", "set-damaged-aside"])
        .await
        .done();
    assert_eq!(
        (&repaired.json()["event"], &repaired.json()["repair"]),
        (&"repaired".into(), &"set-damaged-aside".into())
    );
    let well = set.run(&["--json", "doctor"]).await;
    let well = findings(&well);
    let vault = of(&well, "vault");
    assert_eq!(
        (&vault["state"], &vault["repair"]),
        (&"advice".into(), &Value::Null),
        "{vault}"
    );
    let kept = std::fs::read_dir(set.vault().join("vault")).unwrap();
    let aside = kept.filter(|entry| std::fs::read(entry.as_ref().unwrap().path()).is_ok_and(|kept| kept == bytes));
    assert_eq!(
        (aside.count(), set.sealed("outcome"), set.sealed("account")),
        (1, 0, 1),
        "it is aside and not deleted, and what opens stays"
    );
}

/// The command and the app beside each other, as they are installed.
pub fn installed(set: &Set) -> PathBuf {
    let folder = set.home.path().join("bin");
    std::fs::create_dir_all(&folder).unwrap();
    let command = folder.join("doorkey");
    std::fs::hard_link(env!("CARGO_BIN_EXE_doorkey"), &command)
        .or_else(|_| std::fs::copy(env!("CARGO_BIN_EXE_doorkey"), &command).map(drop))
        .unwrap();
    script(&folder.join("doorkey-desktop"), "exit 9");
    command
}

fn script(path: &Path, text: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// The installed command, in a home of its own where no tools of a desktop are, with the passphrase in descriptor 3.
pub fn at_home(set: &Set, command: &Path, arguments: &[&str]) -> Command {
    let (home, passphrase) = (set.home.path(), set.home.path().join("passphrase"));
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "exec \"$0\" \"$@\" 3<\"$PASSPHRASE_FILE\""]);
    shell.arg(command).args(arguments).env_clear();
    shell
        .env("HOME", home)
        .env("PATH", home.join("bin"))
        .env("PASSPHRASE_FILE", passphrase);
    shell
        .env("XDG_DATA_DIRS", home.join("none"))
        .env("XDG_CONFIG_DIRS", home.join("none"));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    shell
}

async fn run(set: &Set, command: &Path, arguments: &[&str]) -> Ended {
    set.run_with_secrets(at_home(set, command, arguments), b"").await
}

#[tokio::test]
async fn a_strangers_hold_on_our_links_is_found_without_starting_it_and_taken_back_by_the_repair() {
    let set = Set::new().await;
    let command = installed(&set);
    let (applications, started) = (
        set.home.path().join(".local/share/applications"),
        set.home.path().join("started"),
    );
    std::fs::create_dir_all(&applications).unwrap();
    let stranger = set.home.path().join("bin/stranger");
    script(&stranger, &format!("echo started > '{}'", started.display()));
    let scheme = "dev.doorkey.desktop.dev";
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=\u{1b}[31mStranger\nExec={} %u\nMimeType=x-scheme-handler/{scheme};\n",
        stranger.display()
    );
    std::fs::write(applications.join("stranger.desktop"), entry).unwrap();
    let list = format!("[Default Applications]\nx-scheme-handler/{scheme}=stranger.desktop\n");
    std::fs::write(applications.join("mimeapps.list"), list).unwrap();

    let found = run(&set, &command, &["--json", "doctor"]).await;
    let links = findings(&found);
    let owner = of(&links, "link-owner");
    assert_eq!(
        (found.code(), &owner["state"], &owner["repair"]),
        (1, &"broken".into(), &"register-links".into()),
        "{owner}"
    );
    assert!(owner["text"].as_str().unwrap().contains("stranger"), "{owner}");
    let delivery = of(&links, "link-delivery");
    assert_eq!(
        delivery["state"], "not-checked",
        "no link is sent to a stranger: {delivery}"
    );
    let told = run(&set, &command, &["doctor"]).await;
    assert!(!told.out.contains('\u{1b}'), "{:?}", told.out);

    run(&set, &command, &["doctor", "--repair", "register-links"])
        .await
        .done();
    let ours = std::fs::read_to_string(applications.join(format!("{scheme}.desktop"))).unwrap();
    assert!(
        ours.contains("bin/doorkey-desktop") && ours.contains("%u"),
        "the app takes the links: {ours}"
    );
    let mended = run(&set, &command, &["--json", "doctor"]).await;
    let mended = findings(&mended);
    assert_ne!(of(&mended, "link-owner")["state"], "broken", "{mended:?}");
    assert!(!started.exists(), "the stranger was never started");
}

#[tokio::test]
async fn a_repair_that_cannot_be_made_ends_with_the_code_of_its_reason() {
    let set = Set::new().await;
    let ended = set.run(&["--json", "doctor", "--repair", "register-links"]).await;
    assert_eq!(
        (ended.code(), &ended.json()["kind"]),
        (33, &"link-handler-broken".into()),
        "a vault of its own has no app beside it"
    );
    let unknown = set.run(&["doctor", "nobody"]).await;
    assert_ne!(unknown.code(), 0, "{}{}", unknown.out, unknown.err);
}
