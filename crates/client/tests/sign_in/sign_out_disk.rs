//! Signing out where nothing can be removed from the disk. Root may remove anything, so these run as nobody when root runs them.

#![cfg(target_os = "linux")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::Command;

use doorkey::error::{ReauthRequired, StorageFault};
use doorkey::sessions::{Acts, Revocation};
use doorkey::{Client, Error};

use crate::stage::{Set, pictured, sealed};

/// Runs one test of this program as nobody, if root runs it. True when that was done.
fn done_as_nobody(test: &str) -> bool {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return false;
    }
    // Where this program was built may be a place that nobody may not enter.
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let program = place.path().join("tests");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let ran = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(&program)
        .args(["--exact", test])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
    true
}

async fn signed_in() -> (Set, Client, PathBuf) {
    let set = Set::new().await;
    let client = set.client().await;
    set.sign_in(&client).await;
    pictured(&client).await;
    let files = fs::read_dir(set.folder()).unwrap().map(|file| file.unwrap().path());
    let is_account = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with("account-") && name.ends_with(".sealed")
    };
    let record = files.into_iter().find(is_account).unwrap();
    (set, client, record)
}

fn mode(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_record_that_cannot_be_removed_is_emptied_and_removed_later() {
    if done_as_nobody("sign_out_disk::a_record_that_cannot_be_removed_is_emptied_and_removed_later") {
        return;
    }
    let (set, client, record) = signed_in().await;
    let id = client.accounts()[0].id.clone();
    mode(&set.folder(), 0o500);
    let report = client.sign_out(&id, Acts::default()).await.unwrap();
    assert_eq!((report.forgotten, report.key_deleted), (false, false));
    assert_eq!(
        report.not_forgotten,
        Some(Error::StorageFull(StorageFault::StorageRefused))
    );
    assert_eq!(
        report.revocation,
        Some(Revocation::Revoked),
        "from memory, for it could not be sealed"
    );
    assert_eq!(fs::metadata(&record).unwrap().len(), 0, "its tokens are gone");
    assert!(client.accounts().is_empty());

    let again = set.client().await;
    assert!(again.accounts().is_empty(), "also after a restart");
    again.follow_other_processes().await.unwrap();
    assert!(again.accounts().is_empty());

    mode(&set.folder(), 0o700);
    set.client().await;
    assert_eq!(
        (sealed(&set.folder(), ""), set.keychain.entries()),
        (0, 0),
        "the next start removes it"
    );
    assert_eq!(set.seen("revocation"), 2, "each token once");
}

#[tokio::test]
async fn a_record_that_cannot_even_be_emptied_is_not_used_any_more() {
    if done_as_nobody("sign_out_disk::a_record_that_cannot_even_be_emptied_is_not_used_any_more") {
        return;
    }
    let (set, client, record) = signed_in().await;
    let id = client.accounts()[0].id.clone();
    mode(&record, 0o400);
    mode(&set.folder(), 0o500);
    let report = client.sign_out(&id, Acts::default()).await.unwrap();
    assert!(!report.forgotten && report.not_forgotten.is_some());
    assert!(fs::metadata(&record).unwrap().len() > 0, "it is all there");
    // Whatever is looked at again, it does not come back.
    client.follow_other_processes().await.unwrap();
    client.ready().await;
    assert!(client.accounts().is_empty());
    let asked = client.refresh_if_due(&id, 0).await;
    assert_eq!(asked, Err(Error::ReauthRequired(ReauthRequired::Ended)));

    mode(&set.folder(), 0o700);
    assert_eq!(client.deliver_revocations().await, 0);
    assert_eq!((sealed(&set.folder(), ""), set.keychain.entries()), (0, 0));
}

#[tokio::test]
async fn who_signs_in_again_after_a_sign_out_that_could_not_be_finished_stays_signed_in() {
    if done_as_nobody("sign_out_disk::who_signs_in_again_after_a_sign_out_that_could_not_be_finished_stays_signed_in") {
        return;
    }
    let (set, client, record) = signed_in().await;
    mode(&record, 0o400);
    mode(&set.folder(), 0o500);
    let id = client.accounts()[0].id.clone();
    assert!(!client.sign_out(&id, Acts::default()).await.unwrap().forgotten);

    mode(&set.folder(), 0o700);
    assert_eq!(set.sign_in(&client).await.id, id);
    client.deliver_revocations().await;
    assert_eq!(client.refresh_if_due(&id, 60).await, Ok(()));
    assert_eq!((client.accounts().len(), sealed(&set.folder(), "account")), (1, 1));
}
