//! The vault on a disk that is full, that cannot be written, and in a process that has no file handles left.
//!
//! Each outer test starts this program again in such a place, with the inner test of the same case.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};

use doorkey::vault::{KeyStore, LockName, RecordKind, RecordName, Vault, VaultConfig, VaultError};

const PLACE: &str = "DOORKEY_TEST_DISK";

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("it is Linux").uid() == 0
}

/// Runs an inner test of this file after a line of shell, which may use `$PLACE`. False when there is no such thing here.
fn inside(shell: &str, before: &[&str], inner: &str) {
    let place = tempfile::tempdir().expect("a folder");
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o777)).expect("for every user");
    let mut command = vec![];
    command.extend_from_slice(before);
    let script = format!("{shell} && exec /proc/self/fd/0 --exact vault_disk::{inner} --ignored --nocapture");
    command.extend_from_slice(&["sh", "-c", &script]);
    let status = Command::new(command[0])
        .args(&command[1..])
        .env(PLACE, place.path())
        // This program itself, wherever it lies and whoever may look there.
        .stdin(File::open(std::env::current_exe().expect("we run")).expect("it can be read"))
        .stdout(Stdio::inherit())
        .status()
        .expect("it starts");
    assert!(status.success(), "what went wrong stands above");
}

/// A namespace in which a disk can be mounted; `None` where the system allows nobody that but root.
fn namespace() -> Option<Vec<&'static str>> {
    let words = if is_root() {
        vec!["unshare", "-m"]
    } else {
        vec!["unshare", "-rm"]
    };
    let probe = Command::new(words[0])
        .args(&words[1..])
        .args(["mount", "-t", "tmpfs", "none", "/mnt"])
        .output();
    let possible = probe.is_ok_and(|output| output.status.success());
    if !possible {
        assert!(std::env::var_os("CI").is_none(), "a disk can be mounted in CI");
        eprintln!("skipped: no disk can be mounted here");
    }
    possible.then_some(words)
}

fn place() -> std::path::PathBuf {
    std::env::var_os(PLACE).expect("only in a place of its own").into()
}

fn vault(folder: &Path, key_store: &KeyStore) -> Vault {
    Vault::open(VaultConfig {
        folder: folder.to_owned(),
        service: "dev.doorkey.test".to_owned(),
        key_store: key_store.clone(),
    })
    .expect("it opens")
}

fn account(id: &str) -> RecordName {
    RecordName::new(RecordKind::Account, id).expect("valid")
}

async fn says(vault: &Vault, id: &str, bytes: &[u8]) {
    let record = vault.get(&account(id)).await.expect("it is read").expect("it is there");
    assert_eq!(record.as_slice(), bytes);
}

fn no_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).expect("it is there") {
        let name = entry.expect("read").file_name();
        assert!(!name.to_string_lossy().starts_with(".writing"), "{name:?}");
    }
}

/// Takes what room is left on the disk; gives it back when removed.
fn fill(folder: &Path) {
    let mut filler = File::create(folder.join("filler")).expect("made");
    while filler.write_all(&[0; 512]).is_ok() {}
}

#[test]
fn on_a_full_disk_the_old_record_opens_and_nothing_is_half_done() {
    let Some(namespace) = namespace() else { return };
    inside(
        "mount -t tmpfs -o size=128k none $DOORKEY_TEST_DISK",
        &namespace,
        "full",
    );
}

#[tokio::test]
#[ignore = "started by the test above, with a disk of its own"]
async fn full() {
    let folder = place();
    let store = KeyStore::memory();
    // Full from the start: not even the first key is marked.
    let first = vault(&folder, &store);
    first
        .lock(&LockName::new("x").expect("valid"), std::time::Duration::ZERO)
        .await
        .map(drop)
        .expect("free");
    fill(&folder);
    assert_eq!(first.put(&account("a"), b"one").await, Err(VaultError::StorageFull));
    no_leftovers(&folder);
    fs::remove_file(folder.join("filler")).expect("removed");
    first.put(&account("a"), b"one").await.expect("there is room again");
    first.put(&account("b"), b"two").await.expect("stored");

    fill(&folder);
    assert_eq!(first.put(&account("a"), b"three").await, Err(VaultError::StorageFull));
    assert_eq!(
        first.put(&account("c"), &[7; 100_000]).await,
        Err(VaultError::StorageFull)
    );
    no_leftovers(&folder);
    says(&vault(&folder, &store), "a", b"one").await;
    // A new key, with no room to seal anything with it.
    assert_eq!(first.rotate_key().await, Err(VaultError::StorageFull));
    no_leftovers(&folder);
    for vault in [&first, &vault(&folder, &store)] {
        says(vault, "a", b"one").await;
        says(vault, "b", b"two").await;
        vault.keeping().await.expect("the keychain is in order");
    }
    // What takes no room goes on, and gives some.
    assert_eq!(
        first
            .claim(&account("b"))
            .await
            .expect("claimed")
            .expect("there")
            .as_slice(),
        b"two"
    );
    fs::remove_file(folder.join("filler")).expect("removed");
    first.put(&account("a"), b"four").await.expect("there is room again");
    first.rotate_key().await.expect("and for this");
    says(&vault(&folder, &store), "a", b"four").await;
    assert_eq!(first.delete(&account("a")).await, Ok(true));
}

#[test]
fn on_a_disk_without_room_for_one_more_name_the_old_record_opens() {
    let Some(namespace) = namespace() else { return };
    // The folder itself, the lock, the mark and one record, and what writing needs for a moment.
    inside(
        "mount -t tmpfs -o nr_inodes=6 none $DOORKEY_TEST_DISK",
        &namespace,
        "no_names",
    );
}

#[tokio::test]
#[ignore = "started by the test above, with a disk of its own"]
async fn no_names() {
    let folder = place();
    let store = KeyStore::memory();
    let first = vault(&folder, &store);
    first.put(&account("a"), b"one").await.expect("stored");
    let mut stored = 0;
    let refused = loop {
        match first.put(&account(&format!("more-{stored}")), b"x").await {
            Ok(()) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 10, "the disk has six names");
    };
    assert_eq!(refused, VaultError::StorageFull);
    assert_eq!(first.put(&account("a"), b"two").await, Err(VaultError::StorageFull));
    no_leftovers(&folder);
    says(&vault(&folder, &store), "a", b"one").await;
    // Nor is there one for a lock.
    let lock = LockName::new("another").expect("valid");
    let locked = first.lock(&lock, std::time::Duration::ZERO).await.map(drop);
    assert_eq!(locked, Err(VaultError::StorageFull));
}

#[test]
fn beyond_the_largest_file_that_is_allowed_the_old_record_opens() {
    inside("trap '' XFSZ && ulimit -f 8", &["env"], "no_large_file");
}

#[tokio::test]
#[ignore = "started by the test above, with a limit"]
async fn no_large_file() {
    let folder = place();
    let store = KeyStore::memory();
    let first = vault(&folder, &store);
    first.put(&account("a"), b"one").await.expect("stored");
    let refused = first.put(&account("a"), &[7; 100_000]).await;
    assert_eq!(refused, Err(VaultError::StorageFull));
    no_leftovers(&folder);
    says(&vault(&folder, &store), "a", b"one").await;
}

#[test]
fn on_a_disk_that_is_read_only_records_are_read_and_every_write_is_refused() {
    let Some(namespace) = namespace() else { return };
    inside(
        "mount -t tmpfs none $DOORKEY_TEST_DISK && mkdir $DOORKEY_TEST_DISK/vault",
        &namespace,
        "read_only",
    );
}

#[tokio::test]
#[ignore = "started by the test above, with a disk of its own"]
async fn read_only() {
    let folder = place().join("vault");
    let store = KeyStore::memory();
    let first = vault(&folder, &store);
    first.put(&account("a"), b"one").await.expect("stored");
    // Left by a crash long ago, and now not to be removed.
    let leftover = File::create(folder.join(".writing-old")).expect("made");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    leftover.set_modified(long_ago).expect("dated");
    drop(leftover);
    let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(place()).status();
    assert!(remounted.expect("it starts").success());
    refused(&first).await;
    says(&vault(&folder, &store), "a", b"one").await;
}

async fn refused(vault: &Vault) {
    says(vault, "a", b"one").await;
    let refused = || Err(VaultError::StorageRefused);
    assert_eq!(vault.put(&account("a"), b"two").await, refused());
    assert_eq!(vault.put(&account("b"), b"two").await, refused());
    assert_eq!(vault.delete(&account("a")).await.map(drop), refused());
    assert_eq!(vault.claim(&account("a")).await.map(drop), refused());
    assert_eq!(vault.set_aside(&account("a")).await, refused());
    assert_eq!(vault.rotate_key().await.map(drop), refused());
    assert_eq!(vault.start_afresh().await.map(drop), refused());
    says(vault, "a", b"one").await;
}

#[test]
fn in_a_folder_whose_rights_were_taken_away_every_write_is_refused() {
    // Root may write everywhere.
    let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    inside("true", if is_root() { &user } else { &["env"] }, "no_rights");
}

#[tokio::test]
#[ignore = "started by the test above, as a user without rights"]
async fn no_rights() {
    assert!(!is_root());
    let folder = place().join("vault");
    let store = KeyStore::memory();
    let first = vault(&folder, &store);
    first.put(&account("a"), b"one").await.expect("stored");
    let rights = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).expect("it is ours");
    rights(0o500);
    // The lock's file is there and can be taken, the records' folder cannot be written.
    refused(&first).await;
    rights(0o700);
    first.put(&account("a"), b"two").await.expect("it is allowed again");
    says(&first, "a", b"two").await;
    // A record that is not ours to read is not damage.
    let file = folder.join("account-a.sealed");
    fs::set_permissions(&file, fs::Permissions::from_mode(0)).expect("it is ours");
    assert_eq!(
        first.get(&account("a")).await.map(drop),
        Err(VaultError::StorageRefused)
    );
    assert!(file.exists());
}

#[test]
fn without_a_file_handle_left_the_old_record_stays_and_is_read_later() {
    inside("ulimit -n 64", &["env"], "no_handles");
}

#[tokio::test]
#[ignore = "started by the test above, with a limit"]
async fn no_handles() {
    let folder = place();
    let store = KeyStore::memory();
    let first = vault(&folder, &store);
    first.put(&account("a"), b"one").await.expect("stored");
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
        assert!(taken.len() < 100, "the limit is 64");
    }
    assert_eq!(first.put(&account("a"), b"two").await, Err(VaultError::StorageFailed));
    assert_eq!(first.get(&account("a")).await.map(drop), Err(VaultError::StorageFailed));
    // One is enough for the lock and not for the record beside it.
    taken.pop();
    assert_eq!(first.put(&account("a"), b"two").await, Err(VaultError::StorageFailed));
    drop(taken);
    no_leftovers(&folder);
    says(&first, "a", b"one").await;
    first.put(&account("a"), b"two").await.expect("stored");
}
