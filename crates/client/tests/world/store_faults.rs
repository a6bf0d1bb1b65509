//! The thirteen faults of a keychain, met by the real store of this system: each is told for what it is, in time, with
//! no prompt that nobody asked for; nothing that was kept is lost; and when it is over, all works again without a restart.

mod client;
mod files;
mod stage;
mod told;

use std::fs;
use std::time::Duration;

use doorkey::vault::{KeychainFault, VaultError};

use self::stage::{ANSWER_WITHIN, NEWCOMER, OF_ALICE, SERVICE, Stage, account, no_question_is_left, vault};
use self::told::*;
use crate::mock_secret_service::{Contents, Fault, MockSecretService, Person};
use crate::private_bus::on_a_private_bus;

#[test]
fn absent_no_service_and_no_bus() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.service.stop().await;
        stage.meets(ABSENT).await;
        stage.service.restart().await;
        stage.works_again(None).await;

        stage.recovers().await;
        stage.bus.stop();
        stage.meets(ABSENT).await;
        stage.bus.restart();
        stage.service.restart().await;
        stage.works_again(None).await;
    });
}

#[test]
fn locked_until_the_person_unlocks_it() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.contents.lock(true);
        stage.meets(LOCKED).await;
        assert_eq!(stage.unlock(Duration::from_secs(5)).await, Ok(()));
        stage.works_again(None).await;
    });
}

#[test]
fn locked_where_the_key_is_and_not_where_new_entries_go() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.contents.add_default("newer");
        stage.contents.lock_one("login");
        let row = Row {
            newcomer: Ok(()),
            new_client: GNOME,
            ..LOCKED
        };
        stage.meets(row).await;
        assert_eq!(stage.unlock(Duration::from_secs(5)).await, Ok(()));
        stage.works_again(None).await;
    });
}

#[test]
fn denied_everything_and_denied_the_value_alone() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        for fault in [Fault::Denies, Fault::DeniesValues] {
            stage.service.misbehave(fault);
            stage.meets(DENIED).await;
            stage.recovers().await;
            stage.works_again(None).await;
            stage.recovers().await;
        }
    });
}

#[test]
fn empty_of_collections() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.contents.remove_collections();
        stage.meets(EMPTY).await;
        stage.recovers().await;
        stage.works_again(None).await;
    });
}

#[test]
fn slow_beyond_every_deadline() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.service.misbehave(Fault::Silent);
        stage.meets(SLOW).await;
        stage.recovers().await;
        stage.works_again(None).await;
    });
}

#[test]
fn slow_to_keep_a_key_that_then_comes_late_and_is_the_only_one() {
    on_a_private_bus(&[], async |bus| {
        let stage = Stage::new(bus).await;
        stage.service.misbehave(Fault::SilentOnValues);
        let folder = stage.bus.home().join("late");
        let late = vault(&folder, NEWCOMER);
        let told = tokio::time::timeout(ANSWER_WITHIN, late.put(&account("bob"), b"first")).await;
        assert_eq!(told, Ok(SLOW.put));
        stage.service.until_waiting(1).await;
        assert_eq!(stage.contents.items_of(NEWCOMER), 0);
        stage.service.misbehave(Fault::None);
        let comes = async {
            while stage.contents.items_of(NEWCOMER) == 0 {
                tokio::task::yield_now().await;
            }
        };
        let came = tokio::time::timeout(Duration::from_secs(10), comes).await;
        assert!(came.is_ok(), "it is answered late");
        late.put(&account("bob"), b"second").await.expect("stored");
        assert_eq!(stage.contents.items_of(NEWCOMER), 1);
        let next = vault(&folder, NEWCOMER).get(&account("bob")).await;
        assert_eq!(next.expect("read").expect("there").as_slice(), b"second");
    });
}

#[test]
fn wiped() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.contents.wipe();
        stage.meets(WIPED).await;
        stage.recovers().await;
        stage.works_again(None).await;
    });
}

#[test]
fn another_back_end_owns_the_name_and_the_old_one_still_has_the_key() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.service.stop().await;
        let mut other = MockSecretService::start(stage.bus.address(), "kwalletd6", Contents::new()).await;
        stage.meets(OTHER_BACK_END).await;
        assert_eq!(other.prompts(), 0);
        other.stop().await;
        assert_eq!(stage.contents.items_of(SERVICE), 1, "the old entry is not destroyed");
        stage.service.restart().await;
        stage.works_again(None).await;
    });
}

#[test]
fn refused_write() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.service.misbehave(Fault::RefusesWrites);
        stage.meets(REFUSED_WRITE).await;
        stage.recovers().await;
        stage.works_again(None).await;
    });
}

#[test]
fn too_big_and_told_and_too_big_and_cut_in_silence() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        for (fault, row) in [(Fault::RefusesOver(16), TOO_BIG), (Fault::Cuts(16), CUT)] {
            stage.service.misbehave(fault);
            stage.meets(row).await;
            stage.recovers().await;
            stage.works_again(None).await;
            stage.recovers().await;
        }
    });
}

#[test]
fn prompt_dismissed_left_alone_and_gone_with_its_service() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        let unavailable = |fault| Err(VaultError::KeychainUnavailable(fault));
        stage.contents.lock(true);
        stage.service.person(Person::Dismisses);
        let told = stage.unlock(Duration::from_secs(5)).await;
        assert_eq!(told, unavailable(KeychainFault::Denied));
        stage.meets(PROMPT_DISMISSED).await;

        stage.service.person(Person::Ignores);
        let told = stage.unlock(Duration::from_secs(2)).await;
        assert_eq!(told, unavailable(KeychainFault::Hung));
        stage.service.until_put_away(1).await;

        // One that could only be shown when nobody waits for it any more.
        stage.service.misbehave(Fault::Silent);
        let late = vault(&stage.folder(), SERVICE).unlock(Duration::from_secs(1)).await;
        assert_eq!(late, unavailable(KeychainFault::Hung));
        stage.service.until_waiting(1).await;
        stage.service.misbehave(Fault::None);
        no_question_is_left().await;
        assert_eq!(stage.service.prompts(), 2, "it is not shown");

        // The service ends while it asks: there is nothing to wait for any more.
        let asking = vault(&stage.folder(), SERVICE);
        let asking = tokio::spawn(async move { asking.unlock(Duration::from_secs(60)).await });
        stage.service.until_prompts(3).await;
        stage.service.restart().await;
        let told = tokio::time::timeout(Duration::from_secs(10), asking).await;
        let told = told.expect("at once").expect("it ran");
        // `Hung` if it ended before it had answered that it shows the prompt.
        let ended = [KeychainFault::NoService, KeychainFault::Hung].map(unavailable);
        assert!(ended.contains(&told), "{told:?}");
        no_question_is_left().await;

        stage.service.person(Person::Allows);
        stage.expect_prompts(3);
        assert_eq!(stage.unlock(Duration::from_secs(5)).await, Ok(()));
        stage.works_again(None).await;
    });
}

#[test]
fn prompt_dismissed_that_the_service_shows_before_it_keeps_a_new_entry() {
    on_a_private_bus(&[], async |bus| {
        let stage = Stage::new(bus).await;
        stage.service.misbehave(Fault::AsksToKeep);
        stage.service.person(Person::Dismisses);
        let newcomer = vault(&stage.bus.home().join("asks"), NEWCOMER);
        assert_eq!(newcomer.put(&account("bob"), b"x").await, DENIED.put);
        assert_eq!(stage.service.prompts(), 1, "and it is not shown again by itself");
        stage.service.person(Person::Allows);
        newcomer.put(&account("bob"), b"x").await.expect("stored");
        assert_eq!(stage.service.prompts(), 2);
    });
}

#[test]
fn prompt_of_the_service_left_alone_is_the_only_one_and_holds_up_no_reading() {
    on_a_private_bus(&[], async |bus| {
        let stage = Stage::new(bus).await;
        stage.service.misbehave(Fault::AsksToKeep);
        stage.service.person(Person::Ignores);
        let newcomer = vault(&stage.bus.home().join("asks"), NEWCOMER);
        let told = tokio::time::timeout(ANSWER_WITHIN, newcomer.put(&account("bob"), b"x")).await;
        assert_eq!(told, Ok(SLOW.put));
        assert_eq!(stage.service.prompts(), 1);
        // It is still there, and the store that showed it still waits: an answer could bring in the key that it was asked for, over one
        // that was kept meanwhile.
        stage.service.misbehave(Fault::None);
        let told = tokio::time::timeout(ANSWER_WITHIN, newcomer.put(&account("bob"), b"x")).await;
        assert_eq!(told, Ok(SLOW.put));
        assert_eq!(stage.service.prompts(), 1);
        let told = tokio::time::timeout(ANSWER_WITHIN, newcomer.get(&account("bob"))).await;
        assert!(matches!(told, Ok(Ok(None))));
    });
}

#[test]
fn swapped_entry_another_text_another_key_another_file() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        let another_key = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for (value, row) in [
            (
                b"{\"token\":\"of another program\"}".as_slice(),
                SWAPPED_FOR_ANOTHER_TEXT,
            ),
            (another_key.as_slice(), SWAPPED_FOR_ANOTHER_KEY),
        ] {
            assert_eq!(stage.contents.change(SERVICE, |old| *old = value.to_vec()), 1);
            stage.meets(row).await;
            stage.recovers().await;
            stage.works_again(None).await;
            stage.recovers().await;
        }

        // Another account's record under our name; both are sealed with the one key.
        let mallory = vault(&stage.folder(), SERVICE);
        mallory.put(&account("mallory"), b"of mallory").await.expect("stored");
        let alices = stage.folder().join(OF_ALICE);
        let backup = fs::read(&alices).expect("read");
        fs::copy(stage.folder().join("account-mallory.sealed"), &alices).expect("swapped");
        stage.meets(SWAPPED_FILE).await;
        stage.works_again(Some(&backup)).await;
    });
}

#[test]
fn corrupt_value_and_corrupt_file() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        let damages: [fn(&mut Vec<u8>); 3] = [|value| value[0] ^= 0x80, |value| value.truncate(20), Vec::clear];
        for damage in damages {
            assert_eq!(stage.contents.change(SERVICE, damage), 1);
            stage.meets(CORRUPT_VALUE).await;
            stage.recovers().await;
            stage.works_again(None).await;
            stage.recovers().await;
        }
        let alices = stage.folder().join(OF_ALICE);
        let backup = fs::read(&alices).expect("read");
        for at in [1, backup.len() - 1] {
            let mut flipped = backup.clone();
            flipped[at] ^= 0x10;
            fs::write(&alices, flipped).expect("damaged");
            stage.meets(CORRUPT_FILE).await;
            stage.works_again(Some(&backup)).await;
            stage.recovers().await;
        }
    });
}

#[test]
fn bytes_above_127_replaced_harm_no_key() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.service.misbehave(Fault::ReplacesAbove127);
        // What the fault does to a program that keeps bytes, by the same store.
        let kept = tokio::task::spawn_blocking(|| {
            let store = zbus_secret_service_keyring_store::Store::new().expect("a store");
            let entry = keyring_core::api::CredentialStoreApi::build(&*store, "bytes", "key", None).expect("an entry");
            entry.set_secret(&[0x41, 0xff, 0x80, 0x7f]).expect("written");
            entry.get_secret().expect("read")
        });
        assert_eq!(kept.await.expect("it ran"), b"A??\x7f");
        stage.meets(BYTES_ABOVE_127_REPLACED).await;
        stage.recovers().await;
        stage.works_again(None).await;
    });
}

#[test]
fn two_entries_for_one_key_and_neither_is_guessed() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        stage.contents.duplicate(SERVICE);
        assert_eq!(stage.contents.items_of(SERVICE), 2);
        stage.meets(TWO_ENTRIES).await;
        stage.recovers().await;
        stage.works_again(None).await;
    });
}

#[test]
fn a_service_or_a_bus_that_starts_anew_is_asked_anew_in_the_same_call() {
    on_a_private_bus(&[], async |bus| {
        let mut stage = Stage::new(bus).await;
        let long_lived = vault(&stage.folder(), SERVICE);
        long_lived.keeping().await.expect("kept");
        stage.service.restart().await;
        assert_eq!(
            long_lived.keeping().await.map(drop),
            Ok(()),
            "its session is not known any more"
        );
        stage.bus.restart();
        stage.service.restart().await;
        assert_eq!(
            long_lived.keeping().await.map(drop),
            Ok(()),
            "its bus is not there any more"
        );

        // It forgot our session, and was locked, between our look and our question.
        stage.service.misbehave(Fault::SilentOnValues);
        let asking = long_lived.clone();
        let asking = tokio::spawn(async move { asking.keeping().await.map(drop) });
        stage.service.until_waiting(1).await;
        stage.service.forget_sessions();
        stage.contents.lock(true);
        stage.service.misbehave(Fault::None);
        assert_eq!(asking.await.expect("it ran"), LOCKED.keeping);
        assert_eq!(stage.service.prompts(), 0, "the second try looks first as well");
        stage.contents.lock(false);
        assert_eq!(long_lived.keeping().await.map(drop), Ok(()));

        // It ends in the middle of a call.
        stage.service.misbehave(Fault::SilentOnValues);
        let asking = long_lived.clone();
        let asking = tokio::spawn(async move { asking.keeping().await.map(drop) });
        stage.service.until_waiting(1).await;
        stage.service.stop().await;
        stage.service.misbehave(Fault::None);
        stage.service.restart().await;
        let told = asking.await.expect("it ran");
        assert!(
            matches!(
                told,
                Ok(()) | Err(VaultError::KeychainUnavailable(KeychainFault::NoService))
            ),
            "{told:?}"
        );
        assert_eq!(long_lived.keeping().await.map(drop), Ok(()));
    });
}
