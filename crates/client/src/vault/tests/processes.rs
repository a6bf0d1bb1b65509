//! Several processes with one vault.
//!
//! The others are this program again, with the test at the end of this file.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::super::passphrase::Cost;
use super::*;
use crate::Secret;

const TASK: &str = "DOORKEY_TEST_VAULT_TASK";
const FOLDER: &str = "DOORKEY_TEST_VAULT_FOLDER";

/// Longer than anything here takes, however busy the machine is; only a failure waits for it.
const LONG: Duration = Duration::from_secs(60);

/// Long enough for what is not waiting to be done.
const A_WHILE: Duration = Duration::from_millis(300);

/// A folder for the records and one for the keychain's entries.
pub(super) struct Place(tempfile::TempDir);

impl Place {
    pub(super) fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        std::fs::create_dir(place.records()).expect("made");
        std::fs::create_dir(place.0.path().join("keychain")).expect("made");
        place
    }

    pub(super) fn records(&self) -> std::path::PathBuf {
        self.0.path().join("records")
    }

    pub(super) fn keychain(&self) -> FaultyKeychain {
        FaultyKeychain::at(&self.0.path().join("keychain"))
    }

    /// A vault as a process of its own has it.
    pub(super) fn vault(&self) -> Vault {
        vault(&self.records(), &self.keychain())
    }
}

/// Another process.
pub(super) struct Other {
    child: Child,
    say: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Other {
    /// Does a task, and stops at a point on its way.
    pub(super) fn start(place: &Place, task: &str, stop_at: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("we run"))
            .args([
                "--exact",
                "vault::tests::processes::another_process",
                "--ignored",
                "--nocapture",
            ])
            .env(TASK, task)
            .env(FOLDER, place.0.path())
            .env("DOORKEY_STOP_AT", stop_at)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let say = child.stdin.take().expect("piped");
        let hear = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, say, hear }
    }

    /// Waits until it says a line that begins so. False when it ended without.
    pub(super) fn says(&mut self, beginning: &str) -> bool {
        let mut line = String::new();
        while self.hear.read_line(&mut line).expect("it is heard") > 0 {
            // The test harness leaves its own line unfinished before ours.
            if line.contains(beginning) {
                return true;
            }
            line.clear();
        }
        false
    }

    pub(super) fn go_on(&mut self) {
        self.say.write_all(b"\n").expect("it listens");
    }

    pub(super) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    pub(super) fn ends_well(mut self) {
        drop(self.say);
        assert!(self.child.wait().expect("it ends").success());
    }
}

const IDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Six records, of which no two are the same.
pub(super) async fn filled(place: &Place) -> Vault {
    let vault = place.vault();
    for id in IDS {
        vault.put(&account(id), id.as_bytes()).await.expect("stored");
    }
    vault
}

pub(super) async fn all_there(vault: &Vault, when: &str) {
    for id in IDS {
        assert_eq!(read(vault, id).await.as_deref(), Some(id.as_bytes()), "{id} {when}");
    }
}

#[tokio::test]
async fn what_is_deleted_or_claimed_while_it_is_sealed_anew_does_not_come_back() {
    let place = Place::new();
    let here = filled(&place).await;
    // The other has read a record and is about to put it back, sealed anew.
    let mut other = Other::start(&place, "rotate", "file.flushed#3");
    assert!(other.says("stopped at"));
    let mut going = Vec::new();
    for (number, id) in IDS.into_iter().enumerate() {
        // As processes do: each with turns of its own.
        let vault = place.vault();
        going.push(tokio::spawn(async move {
            if number % 2 == 0 {
                vault.delete(&account(id)).await
            } else {
                vault.claim(&account(id)).await.map(|record| record.is_some())
            }
        }));
    }
    for one in &mut going {
        let waits = tokio::time::timeout(A_WHILE, one).await.is_err();
        assert!(waits, "it waits until the other is done with its record");
    }
    other.go_on();
    for one in going {
        let gone = tokio::time::timeout(LONG, one).await.expect("in time").expect("it ran");
        assert_eq!(gone, Ok(true));
    }
    other.ends_well();
    assert_eq!(here.list(RecordKind::Account).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_write_whose_caller_went_away_ends_before_anybody_else_has_the_lock() {
    let place = Place::new();
    let here = filled(&place).await;
    let mut other = Other::start(&place, "give up writing", "file.flushed");
    assert!(other.says("gave up"));
    let mut deleting = tokio::spawn(async move { here.delete(&account("a")).await });
    let waits = tokio::time::timeout(A_WHILE, &mut deleting).await.is_err();
    assert!(waits, "the write is under way");
    other.go_on();
    let deleted = tokio::time::timeout(LONG, deleting).await.expect("in time");
    assert_eq!(deleted.expect("it ran"), Ok(true));
    other.ends_well();
    assert_eq!(read(&place.vault(), "a").await, None);
}

#[tokio::test]
async fn nobody_waits_while_a_passphrase_becomes_a_key() {
    for task in ["seal", "keep", "change"] {
        let place = Place::new();
        let here = filled(&place).await;
        if task != "seal" {
            here.seal_with_passphrase_at(Secret::new("p".to_owned()), Cost::INSECURE_FOR_TESTS)
                .await
                .expect("sealed");
        }
        let mut other = Other::start(&place, task, "passphrase.derived");
        assert!(other.says("stopped at"), "{task}");
        assert_eq!(here.put(&account("g"), b"g").await, Ok(()), "{task}");
        other.go_on();
        other.ends_well();
    }
}

#[tokio::test]
async fn a_passphrase_that_is_changed_while_it_is_given_is_not_taken_for_the_one() {
    let place = Place::new();
    let here = filled(&place).await;
    let passphrase = |text: &str| Secret::new(text.to_owned());
    here.seal_with_passphrase_at(passphrase("p"), Cost::INSECURE_FOR_TESTS)
        .await
        .expect("sealed");
    let mut other = Other::start(&place, "unlock", "passphrase.derived");
    assert!(other.says("stopped at"));
    here.change_passphrase(passphrase("p"), passphrase("q"))
        .await
        .expect("changed");
    other.go_on();
    assert!(other.says("unlocked: Err(PassphraseWrong)"));
    other.ends_well();
}

#[tokio::test]
async fn a_rotation_that_the_person_began_afresh_from_leaves_alone_what_the_old_key_brought_back() {
    let place = Place::new();
    let here = filled(&place).await;
    let old = entry(&place.keychain()).expect("a key");
    let mut other = Other::start(&place, "rotate", "rotation.resealed");
    assert!(other.says("stopped at"));
    assert_eq!(here.start_afresh().await, Ok(IDS.len()));
    place.keychain().write(KEY_USER, &old).expect("written");
    // All but the one that is sealed with the new key already.
    assert_eq!(here.bring_back().await, Ok(IDS.len() - 1));
    other.go_on();
    other.ends_well();
    let last = place.vault();
    let back = last.list(RecordKind::Account).await.expect("listed");
    assert_eq!(back.len(), IDS.len() - 1);
    for name in back {
        assert!(last.get(&name).await.expect("it opens").is_some());
    }
}

#[tokio::test]
async fn eight_processes_that_write_and_rotate_at_once_lose_nothing() {
    let place = Place::new();
    let here = filled(&place).await;
    let tasks = [
        "rotate", "put 1", "put 2", "rotate", "put 3", "put 4", "rotate", "rotate",
    ];
    let others = tasks.map(|task| Other::start(&place, &format!("start {task}"), ""));
    let others = others.map(|mut other| {
        assert!(other.says("ready"));
        other
    });
    for mut other in others.into_iter().map(|mut other| {
        other.go_on();
        other
    }) {
        assert!(other.says("done"));
        other.ends_well();
    }
    assert_eq!(entry(&place.keychain()).expect("a key").len(), 43);
    all_there(&here, "after all").await;
    let last = place.vault();
    all_there(&last, "after all").await;
    for number in 1..=4 {
        for round in 0..ROUNDS {
            let id = format!("{number}-{round}");
            assert_eq!(read(&last, &id).await.as_deref(), Some(id.as_bytes()));
        }
    }
    assert!(!files(&place.records()).iter().any(|name| name.contains("aside")));
}

#[tokio::test]
async fn of_eight_processes_that_claim_one_record_exactly_one_gets_it() {
    let place = Place::new();
    let here = place.vault();
    for round in 0..3 {
        here.put(&account("a"), b"one").await.expect("stored");
        let others = [(); 8].map(|()| Other::start(&place, "start claim", ""));
        let others = others.map(|mut other| {
            assert!(other.says("ready"));
            other
        });
        let others = others.map(|mut other| {
            other.go_on();
            other
        });
        let mut winners = 0;
        for mut other in others {
            let mut line = String::new();
            while !line.contains("done") {
                line.clear();
                assert!(
                    other.hear.read_line(&mut line).expect("heard") > 0,
                    "it says how it ended"
                );
            }
            winners += usize::from(line.contains("done: got it"));
            other.ends_well();
        }
        assert_eq!(winners, 1, "round {round}");
    }
}

#[tokio::test]
async fn a_lock_holds_against_another_process_for_as_long_as_that_lives() {
    let place = Place::new();
    let here = place.vault();
    let lock = LockName::new("shared").expect("valid");
    let mut other = Other::start(&place, "lock", "");
    assert!(other.says("ready"));
    assert_eq!(here.lock(&lock, A_WHILE).await.map(drop), Err(VaultError::Busy));
    other.kill();
    drop(here.lock(&lock, LONG).await.expect("it went with its holder"));
    let mut other = Other::start(&place, "lock", "");
    assert!(other.says("ready"));
    other.go_on();
    drop(here.lock(&lock, LONG).await.expect("it was given back"));
    other.ends_well();
}

/// How many records each process writes.
const ROUNDS: usize = 10;

#[tokio::test]
#[ignore = "started by the tests above, as another process"]
async fn another_process() {
    let task = std::env::var(TASK).expect("only as another process");
    let folder = std::env::var_os(FOLDER).expect("only as another process");
    let folder = Path::new(&folder);
    let vault = vault(&folder.join("records"), &FaultyKeychain::at(&folder.join("keychain")));
    let mut words = task.split(' ').peekable();
    let wait = || {
        println!("ready");
        std::io::stdin().read_line(&mut String::new()).expect("told");
    };
    let started = words.next_if_eq(&"start").is_some();
    if started {
        wait();
    }
    match (words.next().expect("a task"), words.next()) {
        ("rotate", None) => {
            vault.rotate_key().await.expect("rotated");
        }
        ("put", Some(number)) => {
            for round in 0..ROUNDS {
                let id = format!("{number}-{round}");
                vault.put(&account(&id), id.as_bytes()).await.expect("stored");
                assert_eq!(read(&vault, &id).await.as_deref(), Some(id.as_bytes()));
            }
        }
        ("claim", None) => {
            let got = vault.claim(&account("a")).await.expect("tried").is_some();
            println!("done: {}", if got { "got it" } else { "did not" });
        }
        ("give", Some(_)) => {
            let writing = tokio::spawn({
                let vault = vault.clone();
                async move { vault.put(&account("a"), b"late").await }
            });
            let begun = || {
                files(&folder.join("records"))
                    .iter()
                    .any(|name| name.starts_with(".writing"))
            };
            while !begun() {
                tokio::task::yield_now().await;
            }
            writing.abort();
            assert!(writing.await.is_err_and(|error| error.is_cancelled()));
            println!("gave up");
        }
        ("lock", None) => {
            let lock = LockName::new("shared").expect("valid");
            let _held = vault.lock(&lock, LONG).await.expect("free");
            wait();
        }
        ("seal", None) => {
            let passphrase = Secret::new("p".to_owned());
            vault
                .seal_with_passphrase_at(passphrase, Cost::INSECURE_FOR_TESTS)
                .await
                .expect("sealed");
        }
        ("keep", None) => {
            vault.unlock_with(Secret::new("p".to_owned())).await.expect("it opens");
            vault.keep_in_keychain().await.expect("kept");
        }
        ("unlock", None) => {
            let unlocked = vault.unlock_with(Secret::new("p".to_owned())).await;
            println!("unlocked: {unlocked:?}");
        }
        ("change", None) => {
            let words = ["p", "q"].map(|word| Secret::new(word.to_owned()));
            let [old, new] = words;
            vault.change_passphrase(old, new).await.expect("changed");
        }
        (other, _) => unreachable!("no such task: {other}"),
    }
    if started {
        println!("done");
    }
}
