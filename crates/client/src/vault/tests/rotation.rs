//! A new key in place of the old one, by one process that is not stopped; for the others see `processes`.

use super::*;
use crate::vault::rotation::Resealed;

async fn filled(folder: &Path, keychain: &FaultyKeychain) -> Vault {
    let vault = vault(folder, keychain);
    for id in ["a", "b", "c"] {
        vault.put(&account(id), id.as_bytes()).await.expect("stored");
    }
    vault
}

async fn all_there(vault: &Vault) {
    for id in ["a", "b", "c"] {
        assert_eq!(read(vault, id).await.as_deref(), Some(id.as_bytes()), "{id}");
    }
}

#[tokio::test]
async fn every_record_is_sealed_anew_and_the_old_key_opens_nothing_any_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = filled(folder.path(), &keychain).await;
    let parked = RecordName::new(RecordKind::Parked, "p").expect("valid");
    first.put(&parked, b"verifier").await.expect("stored");
    let old = Keys::from_text(&entry(&keychain).expect("a key")).expect("one key");
    assert_eq!(first.rotate_key().await, Ok(4));
    let new = Keys::from_text(&entry(&keychain).expect("a key")).expect("one key");
    assert!(new.older.is_none() && !new.share_one_with(&old));
    for id in ["a", "b", "c"] {
        let file = std::fs::read(folder.path().join(format!("account-{id}.sealed"))).expect("read");
        assert!(old.open(Format::CURRENT, &account(id), &file).is_err());
        assert!(new.open(Format::CURRENT, &account(id), &file).is_ok());
    }
    all_there(&first).await;
    all_there(&vault(folder.path(), &keychain)).await;
    assert_eq!(
        first.claim(&parked).await.expect("claimed").expect("there").as_slice(),
        b"verifier"
    );
}

#[tokio::test]
async fn who_has_only_the_old_key_goes_on_working() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = filled(folder.path(), &keychain).await;
    let warm = vault(folder.path(), &keychain);
    all_there(&warm).await;
    first.rotate_key().await.expect("rotated");
    all_there(&warm).await;
    let stale = vault(folder.path(), &keychain);
    all_there(&stale).await;
    first.rotate_key().await.expect("rotated");
    // It seals, and with the new one.
    stale.put(&account("d"), b"d").await.expect("stored");
    assert_eq!(
        read(&vault(folder.path(), &keychain), "d").await.as_deref(),
        Some(b"d".as_slice())
    );
    assert_eq!(
        stale
            .claim(&account("a"))
            .await
            .expect("claimed")
            .expect("there")
            .as_slice(),
        b"a"
    );
}

#[tokio::test]
async fn where_there_is_no_key_there_is_nothing_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    assert_eq!(vault(folder.path(), &keychain).rotate_key().await, Ok(0));
    assert_eq!(files(folder.path()), [""; 0]);
    assert!(keychain.entries().is_empty());
}

#[tokio::test]
async fn a_keychain_that_fails_at_any_step_leaves_all_records_readable_and_the_next_start_ends_it() {
    let mut ended = 0;
    for steps in 0..12 {
        let folder = tempfile::tempdir().expect("a folder");
        let keychain = FaultyKeychain::default();
        let first = filled(folder.path(), &keychain).await;
        let old = entry(&keychain).expect("a key");
        keychain.set(Fault::After(steps));
        let rotated = first.rotate_key().await;
        keychain.set(Fault::None);
        ended += usize::from(rotated.is_ok());
        all_there(&vault(folder.path(), &keychain)).await;
        first.put(&account("d"), b"d").await.expect("stored");
        let begun = entry(&keychain).expect("a key") != old;
        vault(folder.path(), &keychain).keeping().await.expect("it keeps");
        let now = entry(&keychain).expect("a key");
        assert_eq!(now.len(), 43, "one key is left: {steps}");
        assert_eq!(now != old, begun, "{steps}");
        let last = vault(folder.path(), &keychain);
        all_there(&last).await;
        assert_eq!(read(&last, "d").await.as_deref(), Some(b"d".as_slice()), "{steps}");
    }
    assert!(
        (1..12).contains(&ended),
        "some were interrupted and some were not: {ended}"
    );
}

#[tokio::test]
async fn a_keychain_that_does_not_keep_the_two_keys_is_given_the_old_one_again() {
    for fault in [Fault::Garbles, Fault::Forgets, Fault::RefusesWrites] {
        let folder = tempfile::tempdir().expect("a folder");
        let keychain = FaultyKeychain::default();
        let first = filled(folder.path(), &keychain).await;
        let old = entry(&keychain).expect("a key");
        keychain.set(fault);
        assert!(first.rotate_key().await.is_err(), "{fault:?}");
        // Nobody can help what a keychain makes of a key that it garbles; this process still has it.
        keychain.set(Fault::None);
        all_there(&first).await;
        if fault != Fault::Garbles {
            assert_eq!(entry(&keychain).as_deref(), Some(old.as_str()), "{fault:?}");
            all_there(&vault(folder.path(), &keychain)).await;
        }
    }
    // One that spoils long texts only keeps the old key.
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = filled(folder.path(), &keychain).await;
    let old = entry(&keychain);
    keychain.set(Fault::Cuts(60));
    assert_eq!(first.rotate_key().await.map(drop), unavailable(KeychainFault::NotKept));
    assert_eq!(entry(&keychain), old);
    all_there(&vault(folder.path(), &keychain)).await;
}

#[tokio::test]
async fn what_is_aside_stays_aside_and_what_is_damaged_is_left_for_whoever_reads_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = filled(folder.path(), &keychain).await;
    first.set_aside(&account("a")).await.expect("set aside");
    let damaged = folder.path().join("account-b.sealed");
    std::fs::write(&damaged, [1; 60]).expect("damaged");
    assert_eq!(first.rotate_key().await, Ok(1));
    assert_eq!(read(&first, "a").await, None);
    assert_eq!(std::fs::read(&damaged).expect("read"), [1; 60]);
    assert_eq!(
        first.get(&account("b")).await.map(drop),
        Err(VaultError::Damaged { set_aside: 1 })
    );
    assert_eq!(read(&first, "c").await.as_deref(), Some(b"c".as_slice()));
}

#[tokio::test]
async fn nothing_is_sealed_anew_with_a_key_that_another_rotation_has_overtaken() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = filled(folder.path(), &keychain).await;
    let old = first.inner.known().expect("known");
    let overtaken = Keys {
        first: Keys::random().first,
        older: Some(old.first),
    };
    let path = folder.path().join("account-a.sealed");
    let before = std::fs::read(&path).expect("read");
    let reseal =
        |keys: &Keys| crate::vault::rotation::reseal(&first.inner.folder, keys, Format::CURRENT, &account("a"));
    assert!(matches!(reseal(&overtaken), Ok(Resealed::Overtaken)));
    assert_eq!(std::fs::read(&path).expect("read"), before);
    first.inner.set_mark(&overtaken).await.expect("marked");
    assert!(matches!(reseal(&overtaken), Ok(Resealed::Now)));
}

#[tokio::test]
async fn a_change_of_the_key_that_comes_late_is_the_only_one_under_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = filled(folder.path(), &keychain).await;
    let second = vault(folder.path(), &keychain);
    all_there(&second).await;
    keychain.set(Fault::SilentToChanges);
    assert_eq!(first.rotate_key().await, unavailable(KeychainFault::Hung));
    assert_eq!(second.rotate_key().await, unavailable(KeychainFault::Hung));
    assert_eq!(keychain.waiting(), 1, "the second was not even begun");
    // Nobody who only writes records waits for it.
    second.put(&account("d"), b"d").await.expect("stored");
    keychain.set(Fault::None);
    while first.inner.keychain.unanswered() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(second.rotate_key().await.is_ok());
    let keys = Keys::from_text(&entry(&keychain).expect("a key")).expect("keys");
    assert!(keys.older.is_none());
    for vault in [&first, &second, &vault(folder.path(), &keychain)] {
        all_there(vault).await;
        assert_eq!(read(vault, "d").await.as_deref(), Some(b"d".as_slice()));
    }
}

/// Until the keychain is done with everything it was asked.
async fn answered(vault: &Vault) {
    while vault.inner.keychain.unanswered() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn nothing_is_sealed_with_a_key_that_is_about_to_be_deleted() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"a").await.expect("stored");
    first.delete(&account("a")).await.expect("deleted");
    keychain.set(Fault::SilentToChanges);
    assert_eq!(
        first.delete_key_if_empty().await.map(drop),
        unavailable(KeychainFault::Hung)
    );
    // The key is still there, and goes as soon as the keychain gets to it.
    let second = vault(folder.path(), &keychain);
    // As every program begins.
    second.keeping().await.expect("the key is there");
    assert_eq!(second.put(&account("b"), b"b").await, unavailable(KeychainFault::Hung));
    keychain.set(Fault::None);
    answered(&first).await;
    second.put(&account("b"), b"b").await.expect("stored");
    let last = vault(folder.path(), &keychain);
    assert_eq!(read(&last, "b").await.as_deref(), Some(b"b".as_slice()));
}

#[tokio::test]
async fn a_new_key_is_not_marked_while_the_keychain_is_about_to_put_the_old_one_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = filled(folder.path(), &keychain).await;
    let old = first.inner.known().expect("known");
    let both = Keys {
        first: Keys::random().first,
        older: Some(old.first.clone()),
    };
    first.inner.keep(&both).await.expect("kept");
    // As when the keychain seemed not to keep both, and takes its time over the old one.
    keychain.set(Fault::SilentToChanges);
    assert_eq!(first.inner.keep(&old).await, unavailable(KeychainFault::Hung));
    let second = vault(folder.path(), &keychain);
    second.keeping().await.expect("the keys are there");
    assert_eq!(second.rotate_key().await, unavailable(KeychainFault::Hung));
    keychain.set(Fault::None);
    answered(&first).await;
    all_there(&vault(folder.path(), &keychain)).await;
}
