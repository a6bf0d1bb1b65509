//! What a provider or a person wrote, on its way to a terminal.

use mock_op::{MockOp, Person};

use crate::stage::{Set, visit};

const ATTACK: &str = "Ada\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}ecila\u{2066}\r\n* Root  root@bank  signed in";

/// Whether a terminal would do something else with it than show it, line by line.
fn commands(text: &str) -> bool {
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().any(acts)
}

#[tokio::test]
async fn claims_that_attack_a_terminal_do_not_reach_it() {
    let person = Person::new("ada", ATTACK)
        .with("nickname", ATTACK)
        .with("preferred_username", ATTACK)
        .with("picture", ATTACK)
        .with("locale", ATTACK);
    assert!(commands(ATTACK));
    let op = MockOp::builder().show_secrets().person(person).start().await.unwrap();
    let set = Set::with(op).await;
    let (last, code) = set.sign_in(&[]).await;
    assert_eq!(code, 0, "{last}");
    for arguments in [
        &["accounts"][..],
        &["profile"],
        &["--json", "accounts"],
        &["--json", "profile"],
    ] {
        let ended = set.run(arguments).await.done();
        assert!(
            !commands(&ended.out) && !commands(&ended.err),
            "{arguments:?}: {:?}",
            ended.out
        );
        if arguments == ["accounts"] {
            assert_eq!(ended.out.lines().count(), 1, "one account is one line: {}", ended.out);
        }
    }
    let profile = set.run(&["profile"]).await.out;
    assert!(
        profile.contains("picture: Ada") && profile.lines().all(|line| line.contains(": ")),
        "{profile}"
    );
    let out = set.run(&["sign-out"]).await.done();
    assert!(!commands(&out.err), "{:?}", out.err);
}

#[tokio::test]
async fn an_error_text_that_attacks_is_quoted_and_harmless() {
    let set = Set::new().await;
    let mut begun = set.begin(&["--browser", "none"]);
    let url = begun.event().await["url"].as_str().unwrap().to_owned();
    let mut redirect = url::Url::parse(&set.op.robot().deny().sign_in(&url).await.unwrap()).unwrap();
    let pairs: Vec<_> = redirect
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| name != "error_description")
        .collect();
    redirect
        .query_pairs_mut()
        .clear()
        .extend_pairs(pairs)
        .append_pair("error_description", ATTACK);
    visit(redirect.as_str()).await;
    let last = begun.event().await;
    assert_eq!(set.end(begun).await.code(), Some(10), "{last}");
    let quoted = last["provider_text"].as_str().unwrap();
    assert!(quoted.starts_with("Ada") && !commands(quoted), "{last}");
    assert!(!commands(last["message"].as_str().unwrap()) && last["message"].as_str().unwrap().contains("says: Ada"));
}

#[tokio::test]
async fn piped_output_has_no_colour_and_neither_has_a_terminal_that_wants_none() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    for arguments in [&["accounts"][..], &["doctor"]] {
        let ended = set.run(arguments).await;
        assert!(!ended.out.contains('\u{1b}'), "{arguments:?}");
    }
    let shown = |variable: &'static str| {
        let set = &set;
        async move {
            let mut inside = set.command(&["accounts"]);
            let words: Vec<_> = inside
                .as_std_mut()
                .get_args()
                .map(|word| word.to_string_lossy().into_owned())
                .collect();
            let mut terminal = tokio::process::Command::new("script");
            terminal.args(["--quiet", "--return", "--command"]);
            // Everything after the shell's own `-c` text, as one more shell reads it.
            let quoted: Vec<_> = words[1..]
                .iter()
                .map(|word| format!("'{}'", word.replace('\'', "'\\''")))
                .collect();
            terminal.arg(format!("sh -c {}", quoted.join(" "))).arg("/dev/null");
            terminal
                .env("PASSPHRASE_FILE", set.home.path().join("passphrase"))
                .env("TERM", "xterm-256color");
            terminal.env(variable, "1").env_remove("DOORKEY_LOG");
            terminal
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped());
            set.run_with_secrets(terminal, b"").await.done().out
        }
    };
    assert!(
        shown("DOORKEY_NOTHING").await.contains("\u{1b}[1m"),
        "the default account is bold on a terminal"
    );
    let plain = shown("NO_COLOR").await;
    assert!(
        plain.contains("Ada Lovelace") && !plain.contains("\u{1b}["),
        "{plain:?}"
    );
}
