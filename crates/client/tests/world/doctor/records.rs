//! The keychain and the vault.

use std::fs;
use std::path::Path;
use std::process::Command;

use doorkey::doctor::{CheckId, Detail, KeychainDetail, Repair, State, VaultDetail};
use doorkey::user_agent::UserAgent;
use doorkey::vault::{KeyStore, RecordKind, RecordName, Vault, VaultConfig};

use super::{Desk, all, by, detail, here, open};

const INSIDE: &str = "DOORKEY_TEST_WITHOUT_A_BUS";

/// The vault of this computer, as another part of the program has it.
fn vault(desk: &Desk) -> Vault {
    Vault::open(VaultConfig {
        folder: desk.folder(),
        service: "test".to_owned(),
        key_store: KeyStore::Memory(desk.keychain.clone()),
    })
    .expect("opened")
}

async fn put(vault: &Vault, kind: RecordKind, id: &str) {
    let name = RecordName::new(kind, id).expect("valid");
    vault.put(&name, b"{}").await.expect("stored");
}

/// Every file of the folder with its bytes; locks are no records.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file() && path.extension().is_none_or(|extension| extension != "lock"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(path).expect("read"))
        })
        .collect();
    all.sort();
    all
}

fn change(folder: &Path, file: &str, at: usize, to: u8) {
    let path = folder.join(file);
    let mut bytes = fs::read(&path).expect("it is there");
    bytes[at] = to;
    fs::write(path, bytes).expect("written");
}

#[tokio::test]
async fn a_keychain_that_keeps_is_good_and_nothing_is_left_in_it() {
    let desk = Desk::new();
    let found = all(&desk.client()).await;
    assert!(
        matches!(detail(by(&found, CheckId::Keychain)), Detail::Keychain(KeychainDetail::Keeps { keychain }) if keychain.as_str() == "memory"),
        "{found:?}"
    );
    assert_eq!(desk.keychain.entries(), 0);
}

#[test]
fn a_computer_without_a_keychain_is_told_so() {
    let home = tempfile::tempdir().expect("a folder");
    let status = Command::new(std::env::current_exe().expect("we run"))
        .args([
            "--exact",
            "doctor::records::inside_a_session_without_a_bus",
            "--ignored",
        ])
        .env(INSIDE, home.path())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .status()
        .expect("it runs");
    assert!(status.success(), "what went wrong stands above");
}

#[tokio::test]
#[ignore = "run by the test above, in an environment of its own"]
async fn inside_a_session_without_a_bus() {
    let home = std::env::var_os(INSIDE).expect("the test above sets it");
    let folder = Path::new(&home).join("vault");
    let client = open(folder, KeyStore::System, None, UserAgent::default(), None);
    let finding = here(&client, CheckId::Keychain).await;
    assert_eq!(detail(&finding), &Detail::Keychain(KeychainDetail::NoService));
    assert_eq!(finding.repair(), None);
}

#[tokio::test]
async fn records_that_open_are_counted_and_an_empty_vault_is_whole_without_a_key() {
    let desk = Desk::new();
    let client = desk.client();
    let whole = |records| Detail::Vault(VaultDetail::Whole { records });
    assert_eq!(detail(by(&all(&client).await, CheckId::Vault)), &whole(0));
    assert_eq!(desk.keychain.entries(), 0, "looking makes no key");
    let vault = vault(&desk);
    put(&vault, RecordKind::Account, "alice").await;
    put(&vault, RecordKind::Tombstone, "t").await;
    let finding = here(&client, CheckId::Vault).await;
    assert_eq!((detail(&finding), finding.state()), (&whole(2), State::Good));
}

#[tokio::test]
async fn damage_is_counted_and_nothing_is_touched_until_the_repair_sets_it_aside() {
    let desk = Desk::new();
    let vault = vault(&desk);
    put(&vault, RecordKind::Account, "alice").await;
    for id in ["t", "u", "v"] {
        put(&vault, RecordKind::Tombstone, id).await;
    }
    change(&desk.folder(), "account-alice.sealed", 30, 0xff);
    change(&desk.folder(), "tombstone-t.sealed", 0, 0xff);
    let before = files(&desk.folder());
    let client = desk.client();
    let finding = here(&client, CheckId::Vault).await;
    let expected = VaultDetail::Damaged {
        records: 4,
        accounts: 1,
        others: 1,
    };
    assert_eq!(detail(&finding), &Detail::Vault(expected));
    assert_eq!(
        (finding.state(), finding.repair()),
        (State::Broken, Some(Repair::SetDamagedAside))
    );
    assert_eq!(files(&desk.folder()), before, "not a byte, not a name");

    client.repair(Repair::SetDamagedAside).await.expect("repaired");
    let finding = here(&client, CheckId::Vault).await;
    let expected = VaultDetail::SetAsideBefore {
        records: 2,
        set_aside: 2,
    };
    assert_eq!(
        (detail(&finding), finding.state()),
        (&Detail::Vault(expected), State::Advice)
    );
    assert_eq!(files(&desk.folder()).len(), before.len(), "nothing was deleted");
}

#[tokio::test]
async fn a_record_of_a_newer_version_is_told_from_damage() {
    let desk = Desk::new();
    let vault = vault(&desk);
    put(&vault, RecordKind::Account, "alice").await;
    put(&vault, RecordKind::Account, "bob").await;
    change(&desk.folder(), "account-alice.sealed", 0, 2);
    let finding = here(&desk.client(), CheckId::Vault).await;
    let expected = VaultDetail::TooNew { records: 2, too_new: 1 };
    assert_eq!(detail(&finding), &Detail::Vault(expected));
    assert_eq!((finding.state(), finding.repair()), (State::Advice, None));
}

#[tokio::test]
async fn a_key_that_the_keychain_lost_is_put_back_by_whoever_still_knows_it() {
    let desk = Desk::new();
    let client = desk.client();
    client.ready().await;
    // The client's own vault seals something, so that it knows the key.
    let registration = doorkey::providers::Registration::public("another");
    let with_provider = desk.client_with(None, desk.user_agent(), Some("http://127.0.0.1:9"));
    with_provider.ready().await;
    with_provider.configure("op", registration).await.expect("stored");
    desk.keychain.wipe();
    let before = files(&desk.folder());
    let found = all(&with_provider).await;
    let gone = VaultDetail::KeyGone { records: 1 };
    assert_eq!(detail(by(&found, CheckId::Vault)), &Detail::Vault(gone));
    assert_eq!(files(&desk.folder()), before, "nothing was set aside");
    assert_eq!(desk.keychain.entries(), 0, "no new key was made");

    with_provider.repair(Repair::SetDamagedAside).await.expect("repaired");
    let finding = here(&with_provider, CheckId::Vault).await;
    assert_eq!(detail(&finding), &Detail::Vault(VaultDetail::Whole { records: 1 }));
    assert_eq!(files(&desk.folder()), before, "the record was there all along");
}

#[tokio::test]
async fn a_key_that_nobody_knows_any_more_costs_the_records_and_they_are_set_aside() {
    let desk = Desk::new();
    put(&vault(&desk), RecordKind::Tombstone, "t").await;
    desk.keychain.wipe();
    let client = desk.client();
    let finding = here(&client, CheckId::Vault).await;
    assert_eq!(detail(&finding), &Detail::Vault(VaultDetail::KeyGone { records: 1 }));
    client.repair(Repair::SetDamagedAside).await.expect("repaired");
    let finding = here(&client, CheckId::Vault).await;
    let expected = VaultDetail::SetAsideBefore {
        records: 0,
        set_aside: 1,
    };
    assert_eq!(detail(&finding), &Detail::Vault(expected));
}

#[tokio::test]
async fn a_key_that_was_replaced_can_be_given_up_by_the_person_s_choice_and_by_nothing_else() {
    let desk = Desk::new();
    put(&vault(&desk), RecordKind::Account, "alice").await;
    let client = desk.client();
    let whole = files(&desk.folder());
    client
        .repair(Repair::StartAfresh)
        .await
        .expect("there is nothing to give up");
    assert_eq!(files(&desk.folder()), whole, "what opens is not touched");
    let finding = here(&client, CheckId::Vault).await;
    assert_eq!(detail(&finding), &Detail::Vault(VaultDetail::Whole { records: 1 }));

    // The keychain is reset, and another folder's vault makes a key of the same name in it.
    desk.keychain.wipe();
    let other = tempfile::tempdir().expect("a folder");
    let elsewhere = Vault::open(VaultConfig {
        folder: other.path().to_owned(),
        service: "test".to_owned(),
        key_store: KeyStore::Memory(desk.keychain.clone()),
    });
    put(&elsewhere.expect("opened"), RecordKind::Account, "bob").await;
    let before = files(&desk.folder());
    let client = desk.client();
    client.ready().await;
    let finding = here(&client, CheckId::Vault).await;
    assert_eq!(detail(&finding), &Detail::Vault(VaultDetail::KeyReplaced));
    assert_eq!(
        (finding.state(), finding.repair()),
        (State::Broken, Some(Repair::StartAfresh))
    );
    // Another button does not do it by the way.
    let _ = client.repair(Repair::SetDamagedAside).await;
    let now = files(&desk.folder());
    assert!(
        now.iter()
            .any(|file| before.contains(file) && file.0.starts_with("account-"))
    );

    let sealed = before
        .into_iter()
        .find(|(name, _)| name.starts_with("account-"))
        .expect("there");
    client.repair(Repair::StartAfresh).await.expect("repaired");
    let finding = here(&client, CheckId::Vault).await;
    assert_ne!(finding.state(), State::Broken, "{finding:?}");
    let left = files(&desk.folder());
    assert!(
        left.iter().any(|(_, bytes)| *bytes == sealed.1),
        "it is kept under another name"
    );
    assert!(left.iter().all(|(name, _)| *name != sealed.0), "and not under its own");
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_is_told() {
    let desk = Desk::new();
    let client = desk.client();
    fs::remove_dir_all(desk.folder()).expect("removed");
    desk.home.write("vault", "a file where the folder was");
    let finding = here(&client, CheckId::Vault).await;
    assert_eq!(detail(&finding), &Detail::Vault(VaultDetail::DiskFailed));
}
