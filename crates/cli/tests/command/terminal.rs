//! The command at a terminal: what is typed there, and Ctrl+C.

use std::process::Stdio;

use mock_op::Endpoint;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::stage::{DEADLINE, PASSPHRASE, Set};

/// A terminal of its own in which a shell's script runs, with this vault's command as `$DOORKEY` and its folder as `$VAULT`.
struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: ChildStdout,
    shown: String,
}

impl Terminal {
    fn start(set: &Set, script: &str) -> Self {
        let mut command = Command::new("script");
        command.args([
            "--quiet",
            "--return",
            "--echo",
            "always",
            "--command",
            script,
            "/dev/null",
        ]);
        command
            .env("DOORKEY", env!("CARGO_BIN_EXE_doorkey"))
            .env("VAULT", set.vault())
            .env("SHELL", "/bin/sh")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("DOORKEY_LOG");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let (keyboard, screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self {
            child,
            keyboard,
            screen,
            shown: String::new(),
        }
    }

    async fn until(&mut self, text: &str) {
        let mut seen = [0; 1024];
        while !self.shown.contains(text) {
            let read = tokio::time::timeout(DEADLINE, self.screen.read(&mut seen)).await;
            let read = read.unwrap_or_else(|_| panic!("{text:?} does not come: {:?}", self.shown));
            let read = read.unwrap();
            assert!(read > 0, "{text:?} does not come: {:?}", self.shown);
            self.shown.push_str(&String::from_utf8_lossy(&seen[..read]));
        }
    }

    async fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).await.unwrap();
        self.keyboard.flush().await.unwrap();
    }

    async fn end(mut self) -> String {
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).await.unwrap();
        self.child.wait().await.unwrap();
        self.shown + &String::from_utf8_lossy(&rest)
    }
}

#[tokio::test]
async fn a_passphrase_that_is_typed_is_not_shown_and_opens_the_vault() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let mut terminal = Terminal::start(&set, "\"$DOORKEY\" --vault \"$VAULT\" accounts");
    terminal.until("Passphrase: ").await;
    terminal.press(&format!("{PASSPHRASE}\n")).await;
    let shown = terminal.end().await;
    assert!(shown.contains("Ada Lovelace"), "{shown}");
    assert!(!shown.contains(PASSPHRASE), "{shown}");
}

#[tokio::test]
async fn ctrl_c_at_the_question_for_the_passphrase_leaves_a_terminal_that_shows_what_is_typed() {
    let set = Set::new().await;
    // The shell goes on after the command's end, and says how the terminal is.
    let script = "trap : INT; \"$DOORKEY\" --vault \"$VAULT\" accounts; echo code=$?; stty -a; echo done";
    let mut terminal = Terminal::start(&set, script);
    terminal.until("Passphrase: ").await;
    terminal.press("\u{3}").await;
    terminal.until("code=").await;
    let shown = terminal.end().await;
    assert!(shown.contains("code=22"), "{shown}");
    assert!(shown.contains(" echo ") && !shown.contains("-echo "), "{shown}");
    assert_eq!(set.sealed("account"), 0);
}

#[tokio::test]
async fn ctrl_c_after_the_question_still_ends_the_command() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let (origin, mut hold) = (set.op.issuer(), set.op.hold(Endpoint::Userinfo));
    let script = format!(
        "trap : INT; \"$DOORKEY\" --dev --vault \"$VAULT\" fetch {origin}/userinfo --to {origin}; echo code=$?"
    );
    let mut terminal = Terminal::start(&set, &script);
    terminal.until("Passphrase: ").await;
    terminal.press(&format!("{PASSPHRASE}\n")).await;
    // The request is under way and is not answered.
    hold.arrived(1).await;
    terminal.press("\u{3}").await;
    terminal.until("code=").await;
    assert!(terminal.end().await.contains("code=22"));
    drop(hold);
}

#[tokio::test]
async fn ctrl_c_in_a_sign_in_that_began_with_the_question_leaves_nothing_parked() {
    let set = Set::new().await;
    let script = format!(
        "trap : INT; \"$DOORKEY\" --dev --vault \"$VAULT\" sign-in --issuer {} --client-id demo --browser none; echo code=$?",
        set.op.issuer()
    );
    let mut terminal = Terminal::start(&set, &script);
    terminal.until("Passphrase: ").await;
    terminal.press(&format!("{PASSPHRASE}\n")).await;
    terminal.until("Ctrl+C cancels").await;
    assert_eq!(set.sealed("parked"), 1);
    terminal.press("\u{3}").await;
    terminal.until("code=").await;
    let shown = terminal.end().await;
    assert!(shown.contains("code=22"), "{shown}");
    assert_eq!(
        (set.sealed("parked"), set.sealed("tombstone")),
        (0, 1),
        "its link is good for nothing"
    );
}

#[tokio::test]
async fn a_passphrase_is_not_read_from_a_descriptor_that_is_a_terminal_for_it_would_be_shown() {
    let set = Set::new().await;
    let script = "\"$DOORKEY\" --vault \"$VAULT\" --passphrase-fd 0 accounts; echo code=$?";
    let mut terminal = Terminal::start(&set, script);
    // Read only if it waits for it.
    terminal.press("another horse\n").await;
    let shown = terminal.end().await;
    assert!(shown.contains("code=2") && shown.contains("would show it"), "{shown}");
}

#[tokio::test]
async fn what_cannot_be_undone_is_asked_about_and_only_a_yes_does_it() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let script = |command: &str| format!("\"$DOORKEY\" --vault \"$VAULT\" vault {command}; echo code=$?");
    let answer = |command: &'static str, answer: &'static str| {
        let set = &set;
        async move {
            let mut terminal = Terminal::start(set, &script(command));
            terminal.until("Type “yes”: ").await;
            terminal.press(answer).await;
            terminal.end().await
        }
    };
    let records = set.sealed("");
    for no in ["no\n", "y\n", "\n", "yes please\n"] {
        let shown = answer("aside", no).await;
        assert!(shown.contains("code=2"), "{shown}");
        assert_eq!(set.sealed(""), records, "{no:?}");
    }
    let shown = answer("aside", "yes\n").await;
    assert!(shown.contains("code=0"), "{shown}");
    assert_eq!(set.sealed(""), 0);
}
