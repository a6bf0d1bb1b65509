//! Several accounts of one person: found again, in the order of their use, one of them the default, and each on its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorkey::error::Damage;
use doorkey::flow::DoorKind;
use doorkey::sessions::{Account, AccountId, Acts};
use doorkey::vault::{KeyStore, RecordKind, RecordName, Vault, VaultConfig};
use doorkey::{Client, Error, Event};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;

use crate::stage::{Set, begin, sealed, until};

/// Signs a person in, a minute after the last one.
async fn sign_in(set: &Set, client: &Client, person: &str) -> Account {
    set.clock.advance(60);
    let (_, url) = begin(client, DoorKind::Scheme).await;
    let link = set.op.robot().person(person).sign_in(&url).await.unwrap();
    client.receive(&link).await;
    let subject = format!("sub-{person}");
    // Its picture comes a moment later, and writes the record once more.
    until(client, || {
        let account = client
            .accounts()
            .into_iter()
            .find(|account| account.subject == subject)?;
        (account.has_picture || account.profile.picture.is_none()).then_some(account)
    })
    .await
}

fn subjects(client: &Client) -> Vec<String> {
    client.accounts().into_iter().map(|account| account.subject).collect()
}

/// The vault of a set, beside its clients.
fn vault(set: &Set) -> Vault {
    Vault::open(VaultConfig {
        folder: set.folder(),
        service: "test".to_owned(),
        key_store: KeyStore::Memory(set.keychain.clone()),
    })
    .unwrap()
}

fn record_of(id: &AccountId) -> RecordName {
    RecordName::new(RecordKind::Account, id.as_str()).unwrap()
}

async fn content(vault: &Vault, record: &RecordName) -> Value {
    serde_json::from_slice(&vault.get(record).await.unwrap().unwrap()).unwrap()
}

/// What the person was told so far.
fn notices(events: &mut Receiver<Event>) -> Vec<Error> {
    let told = std::iter::from_fn(|| events.try_recv().ok());
    told.filter_map(|event| match event {
        Event::Notice(error) => Some(error),
        _ => None,
    })
    .collect()
}

#[tokio::test]
async fn several_people_at_one_provider_are_several_accounts_and_the_same_one_again_is_the_same() {
    let set = Set::new().await;
    let client = set.client().await;
    for person in ["ada", "grace", "alan", "ada"] {
        sign_in(&set, &client, person).await;
    }
    assert_eq!(subjects(&client), ["sub-ada", "sub-alan", "sub-grace"]);
    drop(client);
    assert_eq!(subjects(&set.client().await), ["sub-ada", "sub-alan", "sub-grace"]);
}

#[tokio::test]
async fn the_account_that_was_used_last_comes_first_here_and_after_the_next_start() {
    let set = Set::new().await;
    let client = set.client().await;
    let ada = sign_in(&set, &client, "ada").await;
    sign_in(&set, &client, "grace").await;
    set.clock.advance(60);
    client.note_used(&ada.id).await.unwrap();
    assert_eq!(subjects(&client), ["sub-ada", "sub-grace"]);
    assert_eq!(
        client.default_account().unwrap().id,
        ada.id,
        "without a choice it is the last used"
    );
    assert_eq!(subjects(&set.client().await), ["sub-ada", "sub-grace"]);
}

#[tokio::test]
async fn the_account_that_the_person_chose_stays_the_default_until_it_is_signed_out() {
    let set = Set::new().await;
    let client = set.client().await;
    let ada = sign_in(&set, &client, "ada").await;
    let grace = sign_in(&set, &client, "grace").await;
    client.set_default_account(Some(ada.id.clone())).await.unwrap();
    let again = set.client().await;
    assert_eq!(again.default_account().unwrap().id, ada.id);
    assert_eq!(subjects(&again), ["sub-grace", "sub-ada"], "the order is another thing");
    again.sign_out(&ada.id, Acts::default()).await.unwrap();
    assert_eq!(again.default_account().unwrap().id, grace.id);
    let index = RecordName::new(RecordKind::Index, "accounts").unwrap();
    let left = vault(&set).get(&index).await.unwrap();
    assert!(left.is_none_or(|bytes| !String::from_utf8_lossy(&bytes).contains(ada.id.as_str())));
    let stranger = AccountId::from_text(&"x".repeat(43));
    assert!(matches!(
        again.set_default_account(stranger).await,
        Err(Error::ReauthRequired(_))
    ));
    again.sign_out(&grace.id, Acts::default()).await.unwrap();
    assert!(again.default_account().is_none());
    assert_eq!(sealed(&set.folder(), ""), 0, "and nothing of it keeps the key alive");
    assert_eq!(set.keychain.entries(), 0);
}

#[tokio::test]
async fn accounts_that_another_process_signs_in_or_out_come_and_go_here() {
    let set = Set::new().await;
    let (here, there) = (set.client().await, set.client().await);
    sign_in(&set, &there, "ada").await;
    assert!(here.accounts().is_empty());
    here.follow_other_processes().await.unwrap();
    assert_eq!(subjects(&here), ["sub-ada"]);
    there.sign_out(&there.accounts()[0].id, Acts::default()).await.unwrap();
    here.follow_other_processes().await.unwrap();
    assert!(here.accounts().is_empty());
}

#[tokio::test]
async fn one_account_that_does_not_open_is_set_aside_and_told_and_the_others_go_on() {
    let set = Set::new().await;
    let client = set.client().await;
    let ada = sign_in(&set, &client, "ada").await;
    sign_in(&set, &client, "grace").await;
    drop(client);
    let file = std::fs::read_dir(set.folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().replace('+', "");
            name.starts_with("account-") && name.ends_with(&format!("{}.sealed", ada.id.as_str().to_lowercase()))
        });
    let file = file.unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, bytes).unwrap();

    let client = set.client_for(set.op.issuer());
    let mut events = client.events();
    client.ready().await;
    assert_eq!(notices(&mut events), [Error::VaultDamaged(Damage::RecordUnreadable)]);
    assert_eq!(subjects(&client), ["sub-grace"]);
    assert!(!file.exists());
    let aside = std::fs::read_dir(set.folder()).unwrap();
    let aside = aside.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_str()
            .unwrap()
            .contains(".aside-")
    });
    assert_eq!(aside.count(), 1, "set aside, not deleted");
}

#[tokio::test]
async fn a_record_of_the_first_version_is_migrated_once_with_its_picture() {
    let set = Set::new().await;
    let client = set.client().await;
    let ada = sign_in(&set, &client, "ada").await;
    sign_in(&set, &client, "grace").await;
    drop(client);
    let vault = vault(&set);
    let record = record_of(&ada.id);
    let mut form = content(&vault, &record).await;
    let (fields, png) = (form.as_object_mut().unwrap(), b"the bytes of a picture");
    assert_eq!(fields.remove("version"), Some(json!(3)));
    fields.remove("has_picture");
    fields.insert("picture".to_owned(), json!(STANDARD.encode(png)));
    vault.put(&record, &serde_json::to_vec(&form).unwrap()).await.unwrap();

    let client = set.client().await;
    let pictured = |account: &Account| account.id == ada.id && account.has_picture;
    assert!(client.accounts().iter().any(pictured));
    assert_eq!(client.picture(&ada.id).await.unwrap().as_deref(), Some(&png[..]));
    let migrated = content(&vault, &record).await;
    assert_eq!(
        (&migrated["version"], &migrated["has_picture"]),
        (&json!(3), &json!(true))
    );
    assert!(migrated.get("picture").is_none());
    assert_eq!(migrated["refresh_token"], form["refresh_token"]);
    let before = sealed(&set.folder(), "picture");
    client.sign_out(&ada.id, Acts::default()).await.unwrap();
    assert_eq!(sealed(&set.folder(), "picture"), before - 1);
}

#[tokio::test]
async fn a_record_of_a_newer_version_is_told_and_left_as_it_is() {
    let set = Set::new().await;
    let client = set.client().await;
    let ada = sign_in(&set, &client, "ada").await;
    drop(client);
    let (vault, record) = (vault(&set), record_of(&ada.id));
    let mut form = content(&vault, &record).await;
    form["version"] = json!(4);
    form["something"] = json!("new");
    vault.put(&record, &serde_json::to_vec(&form).unwrap()).await.unwrap();

    let client = set.client_for(set.op.issuer());
    let mut events = client.events();
    client.ready().await;
    assert!(client.accounts().is_empty());
    assert_eq!(notices(&mut events), [Error::VaultDamaged(Damage::RecordTooNew)]);
    assert_eq!(content(&vault, &record).await, form);
}

#[tokio::test]
async fn a_profile_that_the_id_token_has_is_shown_and_userinfo_is_not_waited_for() {
    let op = mock_op::MockOp::builder().show_secrets().profile_in_id_token();
    let set = Set::with(op.start().await.unwrap());
    let client = set.client().await;
    let account = set.sign_in(&client).await;
    assert_eq!(account.profile.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(account.profile.email.as_deref(), Some("ada@example.com"));
    assert_eq!(set.seen("userinfo"), 0);
}
