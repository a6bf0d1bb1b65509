//! A passphrase that comes from another process, and what an attempt at one costs.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use doorkey::vault::passphrase::{Cost, PassphraseInputError, from_fd, prompt};
use doorkey::vault::{KeyStore, RecordKind, RecordName, Vault, VaultConfig, VaultError};

const FOLDER: &str = "DOORKEY_TEST_PASSPHRASE_FOLDER";

fn headless(folder: &Path, cost: Cost) -> Vault {
    Vault::open(VaultConfig {
        folder: folder.to_owned(),
        service: "dev.doorkey.test".to_owned(),
        key_store: KeyStore::Passphrase(cost),
    })
    .expect("it opens")
}

fn account() -> RecordName {
    RecordName::new(RecordKind::Account, "alice").expect("valid")
}

/// Runs the inner test with these bytes in descriptor 3, which is a pipe or a file.
fn another_process(folder: &Path, redirection: &str, bytes: &[u8]) -> bool {
    let mut child = Command::new("sh")
        .args(["-c", &format!("exec \"$0\" \"$@\" {redirection}")])
        .arg(std::env::current_exe().expect("we run"))
        .args([
            "--exact",
            "vault_passphrase::a_process_that_is_given_one",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    child.stdin.take().expect("piped").write_all(bytes).expect("written");
    child.wait().expect("it ends").success()
}

#[tokio::test]
async fn a_passphrase_in_a_file_descriptor_opens_the_vault_in_the_next_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), b"correct horse\n").expect("written");
    // Made through a pipe, opened through a file.
    assert!(another_process(
        folder.path(),
        "3<&0 0</dev/null",
        b"correct horse\nand more\n"
    ));
    assert!(another_process(
        folder.path(),
        &format!("3<'{}'", file.path().display()),
        b""
    ));
    assert!(!another_process(folder.path(), "3<&0 0</dev/null", b"wrong horse\n"));
    assert!(!another_process(folder.path(), "3<&-", b""), "nothing is open there");
    let here = headless(folder.path(), Cost::INSECURE_FOR_TESTS);
    here.unlock_with(doorkey::Secret::new("correct horse".to_owned()))
        .await
        .expect("it opens");
    let record = here.get(&account()).await.expect("read").expect("there");
    assert_eq!(record.as_slice(), b"written twice");
}

#[tokio::test]
#[ignore = "started by the test above, as another process"]
async fn a_process_that_is_given_one() {
    let folder = std::env::var_os(FOLDER).expect("only as another process");
    let vault = headless(Path::new(&folder), Cost::INSECURE_FOR_TESTS);
    let passphrase = from_fd(3).expect("it is there");
    vault.unlock_with(passphrase).await.expect("it opens");
    let record = if vault.get(&account()).await.expect("read").is_some() {
        b"written twice".as_slice()
    } else {
        b"written once".as_slice()
    };
    vault.put(&account(), record).await.expect("stored");
}

#[test]
fn a_closed_pipe_and_a_missing_terminal_are_told() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(writer);
    let descriptor = std::os::fd::AsRawFd::as_raw_fd(&reader);
    let told = from_fd(u32::try_from(descriptor).expect("not negative")).map(drop);
    assert_eq!(told, Err(PassphraseInputError::Empty));
    // Where there is a terminal, a person would be asked.
    if File::open("/dev/tty").is_err() {
        assert_eq!(prompt("passphrase: ").map(drop), Err(PassphraseInputError::Unreadable));
    }
}

#[tokio::test]
async fn what_people_get_takes_its_time_on_a_thread_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = headless(folder.path(), Cost::RECOMMENDED);
    let began = Instant::now();
    let unlocking = tokio::spawn({
        let vault = vault.clone();
        async move { vault.unlock_with(doorkey::Secret::new("p".to_owned())).await }
    });
    // Everything else of this thread goes on meanwhile.
    let mut turns = 0_u64;
    while !unlocking.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    unlocking.await.expect("it ran").expect("it is made");
    eprintln!("made in {:?}", began.elapsed());
    assert!(turns > 100, "{turns}");
    let mut file = Vec::new();
    File::open(folder.path().join("passphrase.key"))
        .expect("it is there")
        .read_to_end(&mut file)
        .expect("read");
    assert_eq!(
        file[1..13],
        [0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4],
        "64 MiB, 3 passes, 4 lanes"
    );
    let next = headless(folder.path(), Cost::RECOMMENDED);
    assert_eq!(
        next.unlock_with(doorkey::Secret::new("q".to_owned())).await,
        Err(VaultError::PassphraseWrong)
    );
}
