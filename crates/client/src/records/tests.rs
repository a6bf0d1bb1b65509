//! Records while the vault can be used, cannot, and can again.

use std::sync::Arc;

use serde::Deserialize;

use super::*;
use crate::error::Locked;
use crate::vault::{Fault, FaultyKeychain, KeyStore, VaultConfig};

struct Desk {
    folder: tempfile::TempDir,
    keychain: FaultyKeychain,
}

impl Desk {
    fn new(fault: Fault) -> Self {
        let keychain = FaultyKeychain::default();
        keychain.set(fault);
        Self {
            folder: tempfile::tempdir().unwrap(),
            keychain,
        }
    }

    async fn records(&self) -> Records {
        let vault = Vault::open(VaultConfig {
            folder: self.folder.path().to_owned(),
            service: "test".to_owned(),
            key_store: KeyStore::Faulty(self.keychain.clone()),
        });
        Records::open(vault.unwrap()).await.0
    }

    fn files(&self) -> usize {
        let all = std::fs::read_dir(self.folder.path()).unwrap();
        all.filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|e| e == "sealed")
        })
        .count()
    }
}

fn account(id: &str) -> RecordName {
    name(RecordKind::Account, id).unwrap()
}

const LOCKED: Keeping = Keeping::Memory(Error::KeychainLocked(Locked::Keychain));

#[tokio::test]
async fn what_came_while_the_keychain_was_locked_moves_into_the_vault_when_it_is_unlocked() {
    let desk = Desk::new(Fault::None);
    desk.records()
        .await
        .put(&account("old"), b"there before")
        .await
        .unwrap();
    desk.keychain.set(Fault::Locked);
    let records = desk.records().await;
    assert_eq!(records.keeping(), LOCKED);
    records.put(&account("new"), b"signed in meanwhile").await.unwrap();
    assert_eq!(records.list(RecordKind::Account).await.unwrap(), [account("new")]);
    assert_eq!(desk.files(), 1, "nothing is written without the key");
    assert_eq!(records.look_again().await, (false, None));

    desk.keychain.set(Fault::None);
    assert_eq!(records.look_again().await, (true, None));
    assert_eq!(records.keeping(), Keeping::Keychain("faulty".to_owned()));
    assert!(records.memory.all().is_empty(), "nothing lies about in memory any more");
    for (id, content) in [("old", &b"there before"[..]), ("new", b"signed in meanwhile")] {
        assert_eq!(records.get(&account(id)).await.unwrap().unwrap().as_slice(), content);
        let another_process = desk.records().await;
        assert_eq!(
            another_process.get(&account(id)).await.unwrap().unwrap().as_slice(),
            content
        );
    }
}

#[tokio::test]
async fn what_cannot_move_stays_in_memory_and_goes_on() {
    let desk = Desk::new(Fault::Locked);
    let records = desk.records().await;
    records.put(&account("a"), b"x").await.unwrap();
    // It can be read, and refuses the key that is to be made.
    desk.keychain.set(Fault::RefusesWrites);
    assert!(records.look_again().await.0, "the reason is another one");
    assert!(matches!(
        records.keeping(),
        Keeping::Memory(Error::KeychainUnavailable(_))
    ));
    assert_eq!(records.get(&account("a")).await.unwrap().unwrap().as_slice(), b"x");
}

#[tokio::test]
async fn a_record_that_the_vault_does_not_take_keeps_everything_in_memory() {
    let desk = Desk::new(Fault::Locked);
    let records = desk.records().await;
    records.put(&account("a"), b"x").await.unwrap();
    let too_large = vec![0; crate::vault::MAX_RECORD + 1];
    records.put(&account("b"), &too_large).await.unwrap();
    desk.keychain.set(Fault::None);
    assert_eq!(records.look_again().await, (true, None));
    assert_eq!(
        records.keeping(),
        Keeping::Memory(Error::VaultDamaged(Damage::RecordTooLarge))
    );
    assert_eq!(records.get(&account("a")).await.unwrap().unwrap().as_slice(), b"x");
    assert_eq!(
        records.get(&account("b")).await.unwrap().unwrap().len(),
        too_large.len()
    );
}

#[tokio::test]
async fn a_change_under_way_ends_before_anything_moves() {
    let desk = Desk::new(Fault::Locked);
    let records = Arc::new(desk.records().await);
    let held = records.lock("account-a").await.unwrap();
    records.put(&account("a"), b"before").await.unwrap();
    desk.keychain.set(Fault::None);
    let moving = tokio::spawn({
        let records = records.clone();
        async move { records.look_again().await }
    });
    // However long it is waited for, it does not end before the one who holds the lock is done.
    let mut moving = moving;
    let early = tokio::time::timeout(Duration::from_millis(300), &mut moving).await;
    assert!(early.is_err());
    assert!(!records.survive().await);
    records.put(&account("a"), b"after").await.unwrap();
    drop(held);
    assert_eq!(moving.await.unwrap(), (true, None));
    assert_eq!(records.get(&account("a")).await.unwrap().unwrap().as_slice(), b"after");
}

#[tokio::test]
async fn accounts_in_memory_do_not_wait_for_each_other_and_one_waits_for_itself() {
    let desk = Desk::new(Fault::Locked);
    let records = desk.records().await;
    let held = records.lock("account-a").await.unwrap();
    let other = tokio::time::timeout(Duration::from_secs(5), records.lock("account-b")).await;
    assert!(matches!(other, Ok(Ok(Held::Memory(_)))));
    let mut waiting = Box::pin(records.lock("account-a"));
    let early = tokio::time::timeout(Duration::from_millis(50), &mut waiting).await;
    assert!(early.is_err());
    drop((held, other));
    assert!(waiting.await.is_ok());
    drop(records.lock("account-c").await);
    assert_eq!(records.memory.locks().len(), 1, "those that nobody wants are forgotten");
}

#[tokio::test]
async fn who_holds_one_lock_while_everything_is_about_to_move_gets_another_and_both_are_waited_for() {
    let desk = Desk::new(Fault::Locked);
    let records = Arc::new(desk.records().await);
    let first = records.lock("account-a").await.unwrap();
    desk.keychain.set(Fault::None);
    let mut moving = tokio::spawn({
        let records = records.clone();
        async move { records.look_again().await }
    });
    let early = tokio::time::timeout(Duration::from_millis(100), &mut moving).await;
    assert!(early.is_err());
    let second = tokio::time::timeout(Duration::from_secs(5), records.lock("index")).await;
    let second = second.expect("nobody keeps it").unwrap();
    drop(first);
    let early = tokio::time::timeout(Duration::from_millis(100), &mut moving).await;
    assert!(early.is_err(), "somebody is still in the middle of a change");
    drop(second);
    assert_eq!(moving.await.unwrap(), (true, None));
}

#[tokio::test]
async fn who_waited_for_a_lock_while_everything_moved_gets_the_vaults() {
    let desk = Desk::new(Fault::Locked);
    let records = Arc::new(desk.records().await);
    let held = records.lock("account-a").await.unwrap();
    let waiting = tokio::spawn({
        let records = records.clone();
        async move {
            records
                .lock("account-a")
                .await
                .map(|held| matches!(held, Held::Vault(_)))
        }
    });
    tokio::task::yield_now().await;
    *records.place.write().await = Place::Vault;
    drop(held);
    assert_eq!(waiting.await.unwrap(), Ok(true));
}

#[test]
fn content_without_a_version_is_of_the_first_and_a_newer_one_is_not_guessed_at() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Form {
        x: u8,
    }
    assert_eq!(content::<Form>(br#"{"x":1}"#, 1), Ok(Form { x: 1 }));
    assert_eq!(content::<Form>(br#"{"x":1,"version":2}"#, 2), Ok(Form { x: 1 }));
    let damage = |bytes| match content::<Form>(bytes, 2) {
        Err(Error::VaultDamaged(damage)) => damage,
        other => panic!("{other:?}"),
    };
    assert_eq!(damage(br#"{"y":1,"version":3}"#), Damage::RecordTooNew);
    for bytes in [&b"{}"[..], b"", b"7", br#"{"x":1,"version":-1}"#] {
        assert_eq!(damage(bytes), Damage::RecordUnreadable);
    }
}

#[tokio::test]
async fn a_move_that_does_not_get_to_its_end_leaves_no_copies_in_the_vault() {
    let desk = Desk::new(Fault::Locked);
    let records = desk.records().await;
    for id in ["a", "b", "c", "d", "e", "f", "g"] {
        records.put(&account(id), b"signed in meanwhile").await.unwrap();
    }
    // Memory takes what no file may hold.
    let too_large = vec![0; crate::vault::MAX_RECORD + 1];
    records.put(&account("large"), &too_large).await.unwrap();
    desk.keychain.set(Fault::None);
    records.look_again().await;
    assert!(!records.survive().await);
    assert_eq!(desk.files(), 0);
    assert_eq!(records.list(RecordKind::Account).await.unwrap().len(), 8);
    // Without it the rest moves.
    records.delete(&account("large")).await.unwrap();
    records.look_again().await;
    assert!(records.survive().await);
    assert_eq!(records.list(RecordKind::Account).await.unwrap().len(), 7);
}
