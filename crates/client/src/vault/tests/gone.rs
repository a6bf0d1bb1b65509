//! A key that is gone, in another keychain, or another one.

use super::*;

fn mark_file(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("key.mark")).expect("there is a mark")
}

fn aside(folder: &Path) -> Vec<String> {
    let mut names = files(folder);
    names.retain(|name| name.contains(".aside-"));
    names
}

#[tokio::test]
async fn the_mark_names_the_keychain_and_one_without_a_name_goes_on_working() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    keychain.rename("KWallet");
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let mark = mark_file(folder.path());
    assert_eq!(mark.lines().nth(1), Some("KWallet"));
    // As an earlier version of this program wrote it.
    let key = mark.lines().next().expect("a line").to_owned();
    std::fs::write(folder.path().join("key.mark"), &key).expect("written");
    first.put(&account("a"), b"y").await.expect("stored");
    let second = vault(folder.path(), &keychain);
    assert_eq!(read(&second, "a").await.as_deref(), Some(b"y".as_slice()));
    assert_eq!(mark_file(folder.path()), key, "reading and writing need no name");
    second.keeping().await.expect("it keeps");
    assert_eq!(mark_file(folder.path()), mark);
    // The entry was moved over to another keychain, by a program of the person's.
    keychain.rename("GNOME Keyring");
    assert_eq!(second.keeping().await.expect("it keeps").as_str(), "GNOME Keyring");
    assert_eq!(mark_file(folder.path()).lines().nth(1), Some("GNOME Keyring"));
}

#[tokio::test]
async fn another_keychain_without_the_key_changes_nothing_until_the_person_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = FaultyKeychain::default();
    old.rename("KWallet");
    vault(folder.path(), &old)
        .put(&account("a"), b"x")
        .await
        .expect("stored");
    let new = FaultyKeychain::default();
    new.rename("GNOME Keyring");
    let before = files(folder.path());
    let changed = vault(folder.path(), &new);
    assert_eq!(changed.keeping().await.map(drop), unavailable(KeychainFault::Changed));
    assert_eq!(
        changed.put(&account("b"), b"y").await,
        unavailable(KeychainFault::Changed)
    );
    assert_eq!(
        changed.get(&account("a")).await.map(drop),
        unavailable(KeychainFault::Changed)
    );
    assert_eq!(
        changed.claim(&account("a")).await.map(drop),
        unavailable(KeychainFault::Changed)
    );
    assert_eq!(
        changed.rotate_key().await.map(drop),
        unavailable(KeychainFault::Changed)
    );
    assert_eq!(files(folder.path()), before);
    assert!(new.entries().is_empty());
    // The earlier one is back.
    let back = vault(folder.path(), &old);
    assert_eq!(read(&back, "a").await.as_deref(), Some(b"x".as_slice()));
    // The person decides for the new one.
    assert_eq!(changed.start_afresh().await, Ok(1));
    changed.put(&account("b"), b"y").await.expect("stored");
    assert_eq!(read(&changed, "a").await, None);
    assert_eq!(old.entries().len(), 1, "the old entry is not destroyed");
    // And for the old one again.
    assert_eq!(
        vault(folder.path(), &old).keeping().await.map(drop),
        unavailable(KeychainFault::Changed)
    );
    assert_eq!(changed.start_afresh().await, Ok(1));
    let back = vault(folder.path(), &old);
    back.keeping().await.expect("it keeps");
    assert_eq!(read(&back, "a").await.as_deref(), Some(b"x".as_slice()));
    assert_eq!(read(&back, "b").await, None);
    assert_eq!(aside(folder.path()).len(), 1, "b waits for its own");
}

#[tokio::test]
async fn a_key_that_was_wiped_and_returns_brings_its_records_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    for id in ["a", "b", "c", "d"] {
        first
            .put(&account(id), format!("old {id}").as_bytes())
            .await
            .expect("stored");
    }
    let key = entry(&keychain).expect("a key");
    keychain.wipe();
    let wiped = vault(folder.path(), &keychain);
    assert_eq!(
        wiped.get(&account("a")).await.map(drop),
        Err(VaultError::KeyGone { set_aside: 4 })
    );
    // Told once; then life goes on, with a key that knows nothing of theirs.
    wiped.keeping().await.expect("it keeps");
    wiped.put(&account("a"), b"new a").await.expect("stored");
    wiped.put(&account("b"), b"new b").await.expect("stored");
    wiped.delete(&account("b")).await.expect("deleted");
    assert_eq!(wiped.bring_back().await, Ok(0));
    wiped.delete(&account("c")).await.expect("deleted");
    wiped.claim(&account("a")).await.expect("claimed").expect("there");
    wiped.put(&account("a"), b"newer a").await.expect("stored");
    // The backup of the keychain is played back. What was stored meanwhile needs the key that is gone now.
    keychain.replace(&key);
    let back = vault(folder.path(), &keychain);
    assert_eq!(back.keeping().await.map(drop), unavailable(KeychainFault::OtherKey));
    assert_eq!(back.start_afresh().await, Ok(1));
    back.keeping().await.expect("it keeps");
    assert_eq!(read(&back, "d").await.as_deref(), Some(b"old d".as_slice()));
    for id in ["b", "c"] {
        assert_eq!(read(&back, id).await, None, "{id} was deleted since");
    }
    assert_eq!(read(&back, "a").await, None, "of a there is a newer one, which waits");
    assert_eq!(entry(&keychain).as_deref(), Some(key.as_str()), "no key was made");
}

#[tokio::test]
async fn a_record_that_is_there_is_not_replaced_by_the_one_that_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"old").await.expect("stored");
    assert_eq!(first.start_afresh().await, Ok(1));
    first.put(&account("a"), b"new").await.expect("stored");
    assert_eq!(first.bring_back().await, Ok(0));
    assert_eq!(read(&first, "a").await.as_deref(), Some(b"new".as_slice()));
    assert_eq!(aside(folder.path()).len(), 1);
}

#[tokio::test]
async fn what_came_back_is_sealed_with_the_key_of_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    first.start_afresh().await.expect("set aside");
    // A rotation is under way: it does not see what is aside, and the old key goes when it ends.
    let old = Keys::from_text(&entry(&keychain).expect("a key")).expect("one key");
    let both = Keys {
        first: Keys::random().first,
        older: Some(old.first),
    };
    keychain.replace(&both.to_text());
    let second = vault(folder.path(), &keychain);
    assert_eq!(second.bring_back().await, Ok(1));
    keychain.replace(&both.first.to_text());
    let third = vault(folder.path(), &keychain);
    assert_eq!(read(&third, "a").await.as_deref(), Some(b"x".as_slice()));
}

#[tokio::test]
async fn a_swapped_entry_is_told_and_nothing_is_set_aside_or_sealed_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    first.put(&account("b"), b"x").await.expect("stored");
    let own = entry(&keychain).expect("a key");
    let before = files(folder.path());
    keychain.replace(&Keys::random().to_text());
    let other = vault(folder.path(), &keychain);
    assert_eq!(other.keeping().await.map(drop), unavailable(KeychainFault::OtherKey));
    assert_eq!(
        other.get(&account("a")).await.map(drop),
        unavailable(KeychainFault::OtherKey)
    );
    assert_eq!(
        other.claim(&account("a")).await.map(drop),
        unavailable(KeychainFault::OtherKey)
    );
    assert_eq!(
        other.put(&account("c"), b"y").await,
        unavailable(KeychainFault::OtherKey)
    );
    assert_eq!(other.rotate_key().await.map(drop), unavailable(KeychainFault::OtherKey));
    assert_eq!(other.bring_back().await, Ok(0));
    assert_eq!(files(folder.path()), before);
    // Who has the right one goes on with it.
    first.put(&account("a"), b"z").await.expect("stored");
    keychain.replace(&own);
    assert_eq!(read(&other, "a").await.as_deref(), Some(b"z".as_slice()));
}

#[tokio::test]
async fn a_mark_that_was_damaged_locks_nobody_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let mark = mark_file(folder.path());
    for damage in [
        b"".as_slice(),
        b"\xff\xfe",
        b"AAAAAAAAAAAAAAAAAAAAAA\nfaulty\n",
        &[b'x'; 5000],
    ] {
        std::fs::write(folder.path().join("key.mark"), damage).expect("damaged");
        let second = vault(folder.path(), &keychain);
        second.keeping().await.expect("it keeps");
        assert_eq!(read(&second, "a").await.as_deref(), Some(b"x".as_slice()));
        second.put(&account("b"), b"y").await.expect("stored");
        assert_eq!(mark_file(folder.path()), mark, "it is right again");
    }
}

#[tokio::test]
async fn a_record_that_makes_no_sense_does_not_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"senseless").await.expect("stored");
    first.set_aside(&account("a")).await.expect("set aside");
    first.keeping().await.expect("it keeps");
    assert_eq!(read(&first, "a").await, None);
    assert_eq!(aside(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_damaged_record_says_nothing_of_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    first.put(&account("b"), b"x").await.expect("stored");
    std::fs::write(folder.path().join("account-a.sealed"), [1; 60]).expect("damaged");
    let second = vault(folder.path(), &keychain);
    second.keeping().await.expect("it keeps");
    second.put(&account("c"), b"x").await.expect("stored");
    assert_eq!(
        second.get(&account("a")).await.map(drop),
        Err(VaultError::Damaged { set_aside: 1 })
    );
    assert_eq!(read(&second, "b").await.as_deref(), Some(b"x".as_slice()));
}

#[tokio::test]
async fn a_wiped_keychain_is_given_the_key_again_by_a_process_that_knows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let key = keychain.entries();
    keychain.wipe();
    first.keeping().await.expect("it keeps");
    assert_eq!(keychain.entries(), key);
    assert_eq!(
        read(&vault(folder.path(), &keychain), "a").await.as_deref(),
        Some(b"x".as_slice())
    );
    // But not into another keychain, where the person may not want it.
    keychain.wipe();
    keychain.rename("KWallet");
    assert_eq!(first.keeping().await.map(drop), unavailable(KeychainFault::Changed));
    assert_eq!(keychain.entries(), []);
}

#[tokio::test]
async fn a_key_that_was_deleted_with_the_last_record_is_not_given_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let second = vault(folder.path(), &keychain);
    second.delete(&account("a")).await.expect("deleted");
    assert_eq!(second.delete_key_if_empty().await, Ok(true));
    first.keeping().await.expect("it keeps");
    assert_eq!(keychain.entries(), []);
}

#[tokio::test]
async fn what_is_no_key_is_told_while_records_depend_on_one_and_overwritten_when_none_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    vault(folder.path(), &keychain)
        .put(&account("a"), b"x")
        .await
        .expect("stored");
    keychain.replace("no key any more");
    let before = files(folder.path());
    let second = vault(folder.path(), &keychain);
    for _ in 0..2 {
        assert_eq!(second.keeping().await.map(drop), unavailable(KeychainFault::OtherKey));
        assert_eq!(
            second.put(&account("b"), b"y").await,
            unavailable(KeychainFault::OtherKey)
        );
        assert_eq!(
            second.get(&account("a")).await.map(drop),
            unavailable(KeychainFault::OtherKey)
        );
    }
    assert_eq!(files(folder.path()), before);
    assert_eq!(entry(&keychain).as_deref(), Some("no key any more"));
    assert_eq!(second.start_afresh().await, Ok(1));
    second.put(&account("b"), b"y").await.expect("stored");
    assert!(Keys::from_text(&entry(&keychain).expect("an entry")).is_some());
}

#[tokio::test]
async fn a_strange_key_is_not_taken_over_while_only_a_newer_program_could_say_whether_it_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    vault(folder.path(), &keychain)
        .put(&account("a"), b"x")
        .await
        .expect("stored");
    let path = folder.path().join("account-a.sealed");
    let mut newer = std::fs::read(&path).expect("read");
    newer[0] += 1;
    std::fs::write(&path, newer).expect("written");
    keychain.replace(&Keys::random().to_text());
    let second = vault(folder.path(), &keychain);
    assert_eq!(
        second.put(&account("b"), b"y").await,
        unavailable(KeychainFault::OtherKey)
    );
    assert_eq!(second.keeping().await.map(drop), unavailable(KeychainFault::OtherKey));
}

#[tokio::test]
async fn a_folder_that_is_gone_says_nothing_of_what_is_in_it() {
    let home = tempfile::tempdir().expect("a folder");
    let (folder, elsewhere) = (home.path().join("vault"), home.path().join("unmounted"));
    let keychain = FaultyKeychain::default();
    let vault = vault(&folder, &keychain);
    vault.put(&account("a"), b"x").await.expect("stored");
    std::fs::rename(&folder, &elsewhere).expect("moved");
    let failed = Err(VaultError::StorageFailed);
    assert_eq!(vault.get(&account("a")).await.map(drop), failed);
    assert_eq!(vault.claim(&account("a")).await.map(drop), failed);
    assert_eq!(vault.list(RecordKind::Account).await.map(drop), failed);
    assert_eq!(vault.delete(&account("a")).await.map(drop), failed);
    assert_eq!(vault.kept_with().await.map(drop), failed);
    assert_eq!(vault.keeping().await.map(drop), failed);
    std::fs::rename(&elsewhere, &folder).expect("moved back");
    assert_eq!(read(&vault, "a").await.as_deref(), Some(b"x".as_slice()));
    assert_eq!(read(&vault, "b").await, None);
}

#[tokio::test]
async fn a_keychain_that_cannot_say_its_name_does_not_wipe_the_name_from_the_mark() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    keychain.rename("KWallet");
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    keychain.set(Fault::Says(KeychainFault::NoService));
    first.inner.set_mark(&Keys::random()).await.expect("marked");
    assert_eq!(mark_file(folder.path()).lines().nth(1), Some("KWallet"));
}

#[tokio::test]
async fn a_strange_key_without_a_mark_is_not_taken_over_while_no_record_opens_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let own = entry(&keychain).expect("a key");
    std::fs::remove_file(folder.path().join("key.mark")).expect("removed");
    keychain.replace(&Keys::random().to_text());
    let second = vault(folder.path(), &keychain);
    assert_eq!(
        second.put(&account("b"), b"y").await,
        unavailable(KeychainFault::OtherKey)
    );
    assert_eq!(
        second.get(&account("a")).await.map(drop),
        unavailable(KeychainFault::OtherKey)
    );
    keychain.replace(&own);
    assert_eq!(read(&second, "a").await.as_deref(), Some(b"x".as_slice()));
}

#[tokio::test]
async fn a_key_that_cannot_be_given_back_now_costs_no_record_and_is_given_back_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let (key, before) = (keychain.entries(), files(folder.path()));
    assert!(!first.key_was_restored());
    keychain.wipe();
    keychain.set(Fault::RefusesWrites);
    assert_eq!(first.keeping().await.map(drop), unavailable(KeychainFault::Denied));
    assert_eq!(files(folder.path()), before, "nothing is set aside");
    assert!(!first.key_was_restored());
    keychain.set(Fault::None);
    first.keeping().await.expect("it keeps");
    assert_eq!(keychain.entries(), key);
    assert!(first.key_was_restored());
}

#[tokio::test]
async fn a_key_that_is_wiped_before_the_new_one_is_marked_is_given_back_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let old = first.inner.known().expect("known");
    let both = Keys {
        first: Keys::random().first,
        older: Some(old.first),
    };
    // As it is between two lines of a rotation.
    first.inner.keep(&both).await.expect("kept");
    keychain.wipe();
    first.keeping().await.expect("it keeps");
    let last = vault(folder.path(), &keychain);
    assert_eq!(read(&last, "a").await.as_deref(), Some(b"x".as_slice()));
}

#[tokio::test]
async fn a_folder_that_was_made_where_the_real_one_is_not_mounted_costs_no_key() {
    let home = tempfile::tempdir().expect("a folder");
    let (real, there) = (home.path().join("real"), home.path().join("there"));
    let keychain = FaultyKeychain::default();
    vault(&real, &keychain).put(&account("a"), b"x").await.expect("stored");
    let key = keychain.entries();
    let early = vault(&there, &keychain);
    early.keeping().await.expect("it keeps");
    assert_eq!(early.delete_key_if_empty().await, Ok(false));
    assert_eq!(keychain.entries(), key);
    assert_eq!(
        read(&vault(&real, &keychain), "a").await.as_deref(),
        Some(b"x".as_slice())
    );
    // Whoever has sealed something there has used the key.
    let fresh = vault(&home.path().join("fresh"), &FaultyKeychain::default());
    fresh.put(&account("a"), b"x").await.expect("stored");
    fresh.delete(&account("a")).await.expect("deleted");
    assert_eq!(fresh.delete_key_if_empty().await, Ok(true));
}

#[tokio::test]
async fn a_strange_key_does_not_take_the_place_of_the_one_that_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    keychain.replace(&Keys::random().to_text());
    assert_eq!(first.keeping().await.map(drop), unavailable(KeychainFault::OtherKey));
    assert_eq!(read(&first, "a").await.as_deref(), Some(b"x".as_slice()));
    // Nor does a record that opens with neither change that.
    std::fs::write(folder.path().join("account-b.sealed"), [1; 80]).expect("written");
    assert_eq!(
        first.get(&account("b")).await.map(drop),
        unavailable(KeychainFault::OtherKey)
    );
    assert_eq!(read(&first, "a").await.as_deref(), Some(b"x".as_slice()));
}

#[tokio::test]
async fn records_that_another_process_gave_up_come_back_with_the_key_that_this_one_knows() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let app = vault(folder.path(), &keychain);
    app.put(&account("a"), b"x").await.expect("stored");
    let key = keychain.entries();
    keychain.wipe();
    let command = vault(folder.path(), &keychain);
    assert_eq!(
        command.keeping().await.map(drop),
        Err(VaultError::KeyGone { set_aside: 1 })
    );
    app.put(&account("b"), b"y").await.expect("stored");
    assert_eq!(keychain.entries(), key);
    app.keeping().await.expect("it keeps");
    assert_eq!(read(&app, "a").await.as_deref(), Some(b"x".as_slice()));
}
