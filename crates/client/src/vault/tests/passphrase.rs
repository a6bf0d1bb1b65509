//! A vault that a passphrase opens.

use super::super::passphrase::Cost;
use super::*;
use crate::Secret;

fn words(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn headless(folder: &Path) -> Vault {
    Vault::open(VaultConfig {
        folder: folder.to_owned(),
        service: "test".to_owned(),
        key_store: KeyStore::Passphrase(Cost::INSECURE_FOR_TESTS),
    })
    .expect("it opens")
}

async fn seal(vault: &Vault, text: &str) -> Result<(), VaultError> {
    vault
        .seal_with_passphrase_at(words(text), Cost::INSECURE_FOR_TESTS)
        .await
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = files(folder).into_iter();
    names
        .map(|name| (name.clone(), std::fs::read(folder.join(&name)).expect("read")))
        .collect()
}

#[tokio::test]
async fn without_its_passphrase_a_vault_says_so_and_with_it_it_opens_for_the_next_process_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = headless(folder.path());
    assert_eq!(first.keeping().await.map(drop), Err(VaultError::PassphraseNeeded));
    assert_eq!(first.put(&account("a"), b"x").await, Err(VaultError::PassphraseNeeded));
    assert_eq!(
        first.unlock(Duration::from_secs(1)).await,
        Err(VaultError::PassphraseNeeded)
    );
    assert_eq!(files(folder.path()), [""; 0]);
    first.unlock_with(words("correct horse")).await.expect("it is made");
    assert_eq!(first.keeping().await.expect("it keeps").as_str(), "passphrase");
    assert_eq!(first.kept_with().await, Ok(KeptWith::Passphrase { unlocked: true }));
    first.put(&account("a"), b"a token").await.expect("stored");

    // The next process knows of it from the folder alone.
    let keychain = FaultyKeychain::default();
    let second = vault(folder.path(), &keychain);
    assert_eq!(second.kept_with().await, Ok(KeptWith::Passphrase { unlocked: false }));
    for error in [
        second.keeping().await.map(drop),
        second.get(&account("a")).await.map(drop),
        second.claim(&account("a")).await.map(drop),
        second.put(&account("b"), b"y").await,
        second.rotate_key().await.map(drop),
        second.keep_in_keychain().await,
    ] {
        assert_eq!(error, Err(VaultError::PassphraseNeeded));
    }
    second.unlock_with(words("correct horse")).await.expect("it opens");
    assert_eq!(read(&second, "a").await.as_deref(), Some(b"a token".as_slice()));
    assert_eq!(second.unlock(Duration::from_secs(1)).await, Ok(()));
    assert_eq!(keychain.calls(), 0, "no keychain is asked for anything");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(folder.path().join("passphrase.key")).expect("it is there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_wrong_passphrase_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = headless(folder.path());
    first.unlock_with(words("right")).await.expect("it is made");
    first.put(&account("a"), b"x").await.expect("stored");
    let before = contents(folder.path());
    let second = headless(folder.path());
    assert_eq!(
        second.unlock_with(words("wrong")).await,
        Err(VaultError::PassphraseWrong)
    );
    assert_eq!(second.unlock_with(words("")).await, Err(VaultError::PassphraseNeeded));
    assert_eq!(seal(&second, "wrong").await, Err(VaultError::PassphraseWrong));
    assert_eq!(
        second.get(&account("a")).await.map(drop),
        Err(VaultError::PassphraseNeeded)
    );
    for vault in [&first, &second] {
        assert_eq!(
            vault.change_passphrase(words("wrong"), words("new")).await,
            Err(VaultError::PassphraseWrong)
        );
    }
    assert_eq!(
        first.change_passphrase(words("right"), words("")).await,
        Err(VaultError::PassphraseNeeded)
    );
    assert_eq!(contents(folder.path()), before);
    // Who was in stays in.
    assert_eq!(
        first.unlock_with(words("wrong")).await,
        Err(VaultError::PassphraseWrong)
    );
    assert_eq!(first.kept_with().await, Ok(KeptWith::Passphrase { unlocked: true }));
    assert_eq!(read(&first, "a").await.as_deref(), Some(b"x".as_slice()));
    assert_eq!(first.rotate_key().await, Ok(1));
}

#[tokio::test]
async fn a_changed_passphrase_is_the_only_one_and_who_was_in_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = headless(folder.path());
    first.unlock_with(words("old")).await.expect("it is made");
    first.put(&account("a"), b"x").await.expect("stored");
    let second = headless(folder.path());
    second.unlock_with(words("old")).await.expect("it opens");
    second
        .change_passphrase(words("old"), words("new"))
        .await
        .expect("changed");
    // It has the key, which is the same.
    first.put(&account("b"), b"y").await.expect("stored");
    assert_eq!(first.kept_with().await, Ok(KeptWith::Passphrase { unlocked: false }));
    assert_eq!(
        first.rotate_key().await.map(drop),
        Err(VaultError::PassphraseNeeded),
        "that would bring the old one back"
    );
    let third = headless(folder.path());
    assert_eq!(third.unlock_with(words("old")).await, Err(VaultError::PassphraseWrong));
    third.unlock_with(words("new")).await.expect("it opens");
    assert_eq!(read(&third, "b").await.as_deref(), Some(b"y".as_slice()));
}

#[tokio::test]
async fn a_key_under_a_passphrase_is_rotated_and_others_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = headless(folder.path());
    first.unlock_with(words("p")).await.expect("it is made");
    first.put(&account("a"), b"x").await.expect("stored");
    let second = headless(folder.path());
    second.unlock_with(words("p")).await.expect("it opens");
    let before = std::fs::read(folder.path().join("account-a.sealed")).expect("read");
    assert_eq!(second.rotate_key().await, Ok(1));
    assert_ne!(
        std::fs::read(folder.path().join("account-a.sealed")).expect("read"),
        before
    );
    assert_eq!(read(&first, "a").await.as_deref(), Some(b"x".as_slice()));
    first.put(&account("a"), b"y").await.expect("stored");
    let third = headless(folder.path());
    third.unlock_with(words("p")).await.expect("it opens");
    assert_eq!(read(&third, "a").await.as_deref(), Some(b"y".as_slice()));
    // The earlier file opened with the earlier key.
    std::fs::write(folder.path().join("account-a.sealed"), before).expect("written");
    assert_eq!(
        third.get(&account("a")).await.map(drop),
        Err(VaultError::Damaged { set_aside: 1 })
    );
}

#[tokio::test]
async fn the_key_moves_from_the_keychain_under_a_passphrase_and_back_and_is_in_one_place_each_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    let warm = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    assert_eq!(read(&warm, "a").await.as_deref(), Some(b"x".as_slice()));
    let key = entry(&keychain).expect("a key");
    seal(&first, "p").await.expect("sealed");
    assert_eq!(keychain.entries(), []);
    assert!(files(folder.path()).contains(&"passphrase.key".to_owned()));
    for (name, bytes) in contents(folder.path()) {
        assert!(!bytes.windows(43).any(|window| window == key.as_bytes()), "{name}");
    }
    // Who knew the key goes on with it.
    warm.put(&account("a"), b"y").await.expect("stored");
    let second = vault(folder.path(), &keychain);
    second.unlock_with(words("p")).await.expect("it opens");
    assert_eq!(read(&second, "a").await.as_deref(), Some(b"y".as_slice()));
    second.keep_in_keychain().await.expect("moved");
    assert_eq!(entry(&keychain).as_deref(), Some(key.as_str()));
    assert!(!files(folder.path()).contains(&"passphrase.key".to_owned()));
    assert_eq!(second.kept_with().await, Ok(KeptWith::Keychain));
    let third = vault(folder.path(), &keychain);
    assert_eq!(third.unlock_with(words("anything")).await, Ok(()), "none is needed");
    assert_eq!(read(&third, "a").await.as_deref(), Some(b"y".as_slice()));
    assert_eq!(third.keep_in_keychain().await, Ok(()), "nor does doing it twice harm");
    assert_eq!(
        third.change_passphrase(words("p"), words("q")).await,
        Err(VaultError::PassphraseWrong)
    );
}

#[tokio::test]
async fn a_copy_in_the_keychain_is_found_without_a_mark_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    std::fs::remove_file(folder.path().join("key.mark")).expect("removed");
    seal(&first, "p").await.expect("sealed");
    assert_eq!(keychain.entries(), []);
    let second = vault(folder.path(), &keychain);
    second.unlock_with(words("p")).await.expect("it opens");
    assert_eq!(read(&second, "a").await.as_deref(), Some(b"x".as_slice()));
}

#[tokio::test]
async fn a_keychain_that_fails_at_any_step_of_a_move_leaves_one_key_in_force_and_no_second_copy_later() {
    for steps in 0..8 {
        let folder = tempfile::tempdir().expect("a folder");
        let keychain = FaultyKeychain::default();
        let first = vault(folder.path(), &keychain);
        first.put(&account("a"), b"x").await.expect("stored");
        keychain.set(Fault::After(steps));
        let there = seal(&first, "p").await;
        keychain.set(Fault::None);
        if first.kept_with().await == Ok(KeptWith::Keychain) {
            assert!(there.is_err(), "{steps}");
            assert_eq!(
                read(&vault(folder.path(), &keychain), "a").await.as_deref(),
                Some(b"x".as_slice())
            );
            seal(&first, "p").await.expect("sealed");
        }
        let second = vault(folder.path(), &keychain);
        second.unlock_with(words("p")).await.expect("it opens");
        assert_eq!(read(&second, "a").await.as_deref(), Some(b"x".as_slice()), "{steps}");
        assert_eq!(keychain.entries(), [], "{steps}");

        keychain.set(Fault::After(steps));
        let back = second.keep_in_keychain().await;
        keychain.set(Fault::None);
        let third = vault(folder.path(), &keychain);
        if third.kept_with().await == Ok(KeptWith::Keychain) {
            assert_eq!(back, Ok(()), "{steps}");
        } else {
            assert!(back.is_err(), "{steps}");
            third.unlock_with(words("p")).await.expect("it opens");
            assert_eq!(keychain.entries(), [], "a half-done copy is taken out: {steps}");
        }
        assert_eq!(read(&third, "a").await.as_deref(), Some(b"x".as_slice()), "{steps}");
    }
}

#[tokio::test]
async fn where_no_keychain_is_a_first_passphrase_makes_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    keychain.set(Fault::Says(KeychainFault::NoService));
    let first = vault(folder.path(), &keychain);
    seal(&first, "p").await.expect("sealed");
    first.put(&account("a"), b"x").await.expect("stored");
    let second = vault(folder.path(), &keychain);
    second.unlock_with(words("p")).await.expect("it opens");
    assert_eq!(read(&second, "a").await.as_deref(), Some(b"x".as_slice()));
    // But not over records whose key is in the keychain that cannot be reached.
    let folder = tempfile::tempdir().expect("a folder");
    keychain.set(Fault::None);
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    keychain.set(Fault::Says(KeychainFault::NoService));
    let second = vault(folder.path(), &keychain);
    assert_eq!(seal(&second, "p").await, unavailable(KeychainFault::NoService));
    let before = files(folder.path());
    assert_eq!(
        headless(folder.path()).unlock_with(words("p")).await,
        unavailable(KeychainFault::Changed)
    );
    assert_eq!(files(folder.path()), before);
}

#[tokio::test]
async fn a_stranger_s_key_in_the_keychain_is_neither_overwritten_nor_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let other = tempfile::tempdir().expect("a folder");
    vault(other.path(), &keychain)
        .put(&account("a"), b"x")
        .await
        .expect("stored");
    let theirs = entry(&keychain);
    let first = headless(folder.path());
    first.unlock_with(words("p")).await.expect("it is made");
    first.put(&account("a"), b"x").await.expect("stored");
    let second = vault(folder.path(), &keychain);
    second.unlock_with(words("p")).await.expect("it opens");
    assert_eq!(second.keep_in_keychain().await, unavailable(KeychainFault::OtherKey));
    assert_eq!(entry(&keychain), theirs);
    assert_eq!(second.kept_with().await, Ok(KeptWith::Passphrase { unlocked: true }));
}

#[tokio::test]
async fn a_damaged_file_is_told_and_moves_no_record_and_a_newer_one_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = headless(folder.path());
    first.unlock_with(words("p")).await.expect("it is made");
    first.put(&account("a"), b"x").await.expect("stored");
    let path = folder.path().join("passphrase.key");
    let whole = std::fs::read(&path).expect("read");
    let mut greedy = whole.clone();
    greedy[1..5].copy_from_slice(&u32::MAX.to_be_bytes());
    let mut newer = whole.clone();
    newer[0] = 2;
    for (damage, error) in [
        (Vec::new(), VaultError::KeyGone { set_aside: 0 }),
        (whole[..40].to_vec(), VaultError::KeyGone { set_aside: 0 }),
        (greedy, VaultError::KeyGone { set_aside: 0 }),
        (newer, VaultError::TooNew),
        ([whole.as_slice(), b"x"].concat(), VaultError::PassphraseWrong),
    ] {
        std::fs::write(&path, &damage).expect("damaged");
        let before = contents(folder.path());
        let second = headless(folder.path());
        assert_eq!(second.unlock_with(words("p")).await, Err(error));
        assert!(second.get(&account("a")).await.is_err());
        assert_eq!(contents(folder.path()), before);
    }
    // Taken away altogether, and put back.
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(
        vault(folder.path(), &FaultyKeychain::default())
            .keeping()
            .await
            .map(drop),
        unavailable(KeychainFault::Changed)
    );
    std::fs::write(&path, &whole).expect("restored");
    let third = headless(folder.path());
    third.unlock_with(words("p")).await.expect("it opens");
    assert_eq!(read(&third, "a").await.as_deref(), Some(b"x".as_slice()));
}

#[tokio::test]
async fn a_forgotten_passphrase_can_be_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = headless(folder.path());
    first.unlock_with(words("forgotten")).await.expect("it is made");
    first.put(&account("a"), b"x").await.expect("stored");
    let keychain = FaultyKeychain::default();
    let second = vault(folder.path(), &keychain);
    assert_eq!(second.start_afresh().await, Ok(1));
    assert_eq!(second.kept_with().await, Ok(KeptWith::Keychain));
    second.put(&account("b"), b"y").await.expect("stored");
    let names = files(folder.path());
    assert!(
        names.iter().any(|name| name.starts_with("passphrase.key.aside-")),
        "{names:?}"
    );
    assert!(
        names.iter().any(|name| name.starts_with("account-a.aside-")),
        "{names:?}"
    );
}

#[tokio::test]
async fn the_passphrase_outlives_the_last_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = headless(folder.path());
    first.unlock_with(words("p")).await.expect("it is made");
    first.put(&account("a"), b"x").await.expect("stored");
    first.delete(&account("a")).await.expect("deleted");
    assert_eq!(first.delete_key_if_empty().await, Ok(false));
    let second = headless(folder.path());
    assert_eq!(
        second.unlock_with(words("other")).await,
        Err(VaultError::PassphraseWrong)
    );
    second.unlock_with(words("p")).await.expect("it opens");
}

#[tokio::test]
async fn a_copy_in_a_keychain_that_does_not_run_now_is_remembered_until_it_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    keychain.rename("KWallet");
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let mark = std::fs::read(folder.path().join("key.mark")).expect("marked");
    // The move is cut short before the copy is taken out.
    keychain.set(Fault::SilentToChanges);
    assert!(seal(&first, "p").await.is_err());
    keychain.set(Fault::None);
    while first.inner.keychain.unanswered() > 0 {
        tokio::task::yield_now().await;
    }
    std::fs::write(folder.path().join("key.mark"), &mark).expect("as if the process had ended there");
    let other = FaultyKeychain::default();
    other.rename("GNOME Keyring");
    let second = vault(folder.path(), &other);
    second.unlock_with(words("p")).await.expect("it opens");
    assert_eq!(second.keep_in_keychain().await, unavailable(KeychainFault::Changed));
    assert_eq!(second.rotate_key().await, unavailable(KeychainFault::Changed));
    second.put(&account("b"), b"y").await.expect("stored");
    assert_eq!(std::fs::read(folder.path().join("key.mark")).expect("marked"), mark);
    assert_eq!(other.entries(), []);
    // A copy that is in this keychain goes all the same.
    let key = second.inner.known().expect("known").to_text();
    other.write(KEY_USER, &key).expect("written");
    assert_eq!(second.inner.complete_move().await, unavailable(KeychainFault::Changed));
    assert_eq!(other.entries(), []);
    assert_eq!(std::fs::read(folder.path().join("key.mark")).expect("marked"), mark);
    // A mark of the first form names no keychain, and is not taken for one that says there is no copy.
    let key = String::from_utf8(mark)
        .expect("text")
        .lines()
        .next()
        .expect("a line")
        .to_owned();
    std::fs::write(folder.path().join("key.mark"), &key).expect("written");
    second.inner.set_mark(&Keys::random()).await.expect("marked");
    let marked = second.inner.mark().await.expect("read").expect("marked");
    assert_eq!(marked.place, None);
}

#[tokio::test]
async fn removing_everything_takes_the_copy_in_the_keychain_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = FaultyKeychain::default();
    let first = vault(folder.path(), &keychain);
    first.put(&account("a"), b"x").await.expect("stored");
    let mark = std::fs::read(folder.path().join("key.mark")).expect("marked");
    let key = entry(&keychain).expect("a key");
    seal(&first, "p").await.expect("sealed");
    // As a move leaves it that was stopped before its end.
    std::fs::write(folder.path().join("key.mark"), &mark).expect("written");
    keychain.write(KEY_USER, &key).expect("written");
    assert_eq!(first.remove_everything().await, Ok(0));
    assert_eq!(keychain.entries(), []);
    // A stranger's stays.
    let second = vault(folder.path(), &keychain);
    seal(&second, "p").await.expect("sealed");
    second.put(&account("a"), b"x").await.expect("stored");
    let marked = std::fs::read_to_string(folder.path().join("key.mark")).expect("marked");
    std::fs::write(folder.path().join("key.mark"), marked.replace("passphrase", "faulty")).expect("written");
    keychain.write(KEY_USER, &Keys::random().to_text()).expect("written");
    assert_eq!(second.remove_everything().await, Ok(0));
    assert_eq!(keychain.entries().len(), 1);
}

#[tokio::test]
async fn a_vault_that_is_said_to_be_under_a_passphrase_does_not_move_into_a_keychain() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = headless(folder.path());
    assert_eq!(first.keep_in_keychain().await, unavailable(KeychainFault::NoService));
    first.unlock_with(words("p")).await.expect("it is made");
    let before = contents(folder.path());
    assert_eq!(first.keep_in_keychain().await, unavailable(KeychainFault::NoService));
    assert_eq!(contents(folder.path()), before);
}
