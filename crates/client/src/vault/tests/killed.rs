//! Processes that are killed in the middle of a change of the key: at each named point, once.

use super::processes::{Other, Place, all_there, filled};
use super::*;
use crate::Secret;
use crate::vault::passphrase::Cost;

const ROTATION: [&str; 13] = [
    "rotation.begun",
    "rotation.both-kept",
    "rotation.marked",
    "rotation.resealed",
    "rotation.resealed#4",
    "rotation.all-resealed",
    "rotation.done",
    "file.begun",
    "file.written#2",
    "file.flushed#2",
    "file.flushed#5",
    "file.renamed",
    "file.renamed#3",
];

#[tokio::test]
async fn a_rotation_that_is_killed_anywhere_loses_nothing_and_is_completed_by_the_next_start() {
    for point in ROTATION {
        let place = Place::new();
        let warm = filled(&place).await;
        let old = entry(&place.keychain()).expect("a key");
        let mut other = Other::start(&place, "rotate", point);
        assert!(other.says("stopped at"), "{point}");
        // Whoever reads is not kept waiting, whichever key it has.
        all_there(&warm, point).await;
        all_there(&place.vault(), point).await;
        other.kill();

        all_there(&place.vault(), point).await;
        warm.put(&account("g"), b"g").await.expect("stored");
        warm.delete(&account("a")).await.expect("deleted");
        warm.claim(&account("b")).await.expect("claimed").expect("there");
        let next = place.vault();
        next.keeping().await.expect("it keeps");
        let now = entry(&place.keychain()).expect("a key");
        assert_eq!(now.len(), 43, "{point}");
        assert_eq!(now == old, point == "rotation.begun", "{point}");
        let last = place.vault();
        for id in ["a", "b"] {
            assert_eq!(read(&last, id).await, None, "{point}");
        }
        for id in ["c", "d", "e", "f", "g"] {
            assert_eq!(read(&last, id).await.as_deref(), Some(id.as_bytes()), "{id} {point}");
        }
        let names = files(&place.records());
        assert!(!names.iter().any(|name| name.contains("aside")), "{point}: {names:?}");
    }
}

#[tokio::test]
async fn a_move_under_a_passphrase_that_is_killed_anywhere_leaves_one_in_force_and_one_copy_in_the_end() {
    for (point, under_passphrase) in [
        ("file.begun", false),
        ("file.written", false),
        ("file.flushed", false),
        ("file.renamed", true),
        ("passphrase.written", true),
        ("passphrase.alone", true),
        ("file.flushed#2", true),
        ("file.renamed#2", true),
    ] {
        let place = Place::new();
        let warm = filled(&place).await;
        let mut other = Other::start(&place, "seal", point);
        assert!(other.says("stopped at"), "{point}");
        all_there(&warm, point).await;
        other.kill();
        let next = place.vault();
        if under_passphrase {
            assert_eq!(
                next.kept_with().await,
                Ok(KeptWith::Passphrase { unlocked: false }),
                "{point}"
            );
            assert_eq!(next.keeping().await.map(drop), Err(VaultError::PassphraseNeeded));
            next.unlock_with(Secret::new("p".to_owned())).await.expect("it opens");
            assert_eq!(place.keychain().entries(), [], "no copy stays: {point}");
        } else {
            assert_eq!(next.kept_with().await, Ok(KeptWith::Keychain), "{point}");
        }
        next.keeping().await.expect("it keeps");
        all_there(&next, point).await;
        warm.put(&account("g"), b"g").await.expect("stored");
        assert_eq!(read(&next, "g").await.as_deref(), Some(b"g".as_slice()));
    }
}

#[tokio::test]
async fn a_move_into_the_keychain_that_is_killed_anywhere_leaves_one_in_force_and_one_copy_in_the_end() {
    for (point, in_keychain) in [
        ("file.begun", false),
        ("file.renamed", false),
        ("keychain.announced", false),
        ("keychain.written", false),
        ("keychain.alone", true),
    ] {
        let place = Place::new();
        let warm = filled(&place).await;
        let passphrase = || Secret::new("p".to_owned());
        warm.seal_with_passphrase_at(passphrase(), Cost::INSECURE_FOR_TESTS)
            .await
            .expect("sealed");
        let mut other = Other::start(&place, "keep", point);
        assert!(other.says("stopped at"), "{point}");
        other.kill();
        let next = place.vault();
        if in_keychain {
            assert_eq!(next.kept_with().await, Ok(KeptWith::Keychain), "{point}");
        } else {
            assert_eq!(
                next.kept_with().await,
                Ok(KeptWith::Passphrase { unlocked: false }),
                "{point}"
            );
            next.unlock_with(passphrase()).await.expect("it opens");
            assert_eq!(place.keychain().entries(), [], "no copy stays: {point}");
        }
        next.keeping().await.expect("it keeps");
        all_there(&next, point).await;
    }
}

#[tokio::test]
async fn a_change_of_passphrase_that_is_killed_anywhere_leaves_the_one_or_the_other() {
    for (point, changed) in [("file.begun", false), ("file.flushed", false), ("file.renamed", true)] {
        let place = Place::new();
        let warm = filled(&place).await;
        warm.seal_with_passphrase_at(Secret::new("p".to_owned()), Cost::INSECURE_FOR_TESTS)
            .await
            .expect("sealed");
        let mut other = Other::start(&place, "change", point);
        assert!(other.says("stopped at"), "{point}");
        other.kill();
        let (one, none) = if changed { ("q", "p") } else { ("p", "q") };
        let next = place.vault();
        let wrong = next.unlock_with(Secret::new(none.to_owned())).await;
        assert_eq!(wrong, Err(VaultError::PassphraseWrong), "{point}");
        next.unlock_with(Secret::new(one.to_owned())).await.expect("it opens");
        all_there(&next, point).await;
    }
}
