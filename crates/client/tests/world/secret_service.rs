//! The vault with the real GNOME Keyring, on a bus of its own.

#![cfg(all(unix, not(target_os = "macos")))]

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use doorkey::doctor::{CheckId, Detail, KeychainDetail, Repair};
use doorkey::user_agent::UserAgent;
use doorkey::vault::{KeyStore, KeychainFault, RecordKind, RecordName, Vault, VaultConfig, VaultError};
use doorkey::{Client, ClientConfig, Clock};
use futures_util::StreamExt as _;
use zbus::fdo::DBusProxy;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy};

use crate::private_bus::on_a_private_bus;

const NAME: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";
const OURS: &str = "dev.doorkey.test";
const PASSWORD: &[u8] = b"pw";
const ABSENT: VaultError = VaultError::KeychainUnavailable(KeychainFault::NoService);

/// How a daemon finds its login keyring.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Starts {
    Unlocked,
    /// As after a login without a password.
    Locked,
}

/// A keyring daemon in the foreground; killed when dropped.
struct Keyring(Child);

impl Keyring {
    async fn start(how: Starts) -> Self {
        let bus = Connection::session().await.expect("a bus");
        let dbus = DBusProxy::new(&bus).await.expect("the bus");
        let mut owners = dbus.receive_name_owner_changed().await.expect("subscribed");
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if how == Starts::Unlocked {
            command.arg("--unlock");
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("piped");
        if how == Starts::Unlocked {
            stdin.write_all(PASSWORD).expect("it reads its password");
        }
        drop(stdin);
        // The bus says when the name is taken.
        let taken = async {
            while let Some(change) = owners.next().await {
                let args = change.args().expect("a signal of the bus");
                if args.name == NAME && args.new_owner.is_some() {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), taken)
            .await
            .expect("in time");
        Self(child)
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn secrets(bus: &Connection) -> Proxy<'static> {
    let service = Proxy::new(bus, NAME, PATH, "org.freedesktop.Secret.Service").await;
    service.expect("the service")
}

async fn default_collection(bus: &Connection) -> OwnedObjectPath {
    let collection = secrets(bus).await.call("ReadAlias", &("default",)).await;
    collection.expect("a default collection")
}

/// How many entries the vault has in the keyring.
async fn entries(bus: &Connection) -> usize {
    let wanted = HashMap::from([("service", OURS)]);
    let (open, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        secrets(bus).await.call("SearchItems", &wanted).await.expect("searched");
    open.len() + locked.len()
}

async fn lock(bus: &Connection) {
    let collection = default_collection(bus).await;
    let (locked, _): (Vec<OwnedObjectPath>, OwnedObjectPath) = secrets(bus)
        .await
        .call("Lock", &(vec![&collection],))
        .await
        .expect("locked");
    assert_eq!(locked, [collection]);
}

/// As the person does it who types the password into the keyring's own prompt, of which there is none here.
async fn unlock(bus: &Connection) {
    let (_, session): (OwnedValue, OwnedObjectPath) = secrets(bus)
        .await
        .call("OpenSession", &("plain", Value::from("")))
        .await
        .expect("a session");
    let collection = default_collection(bus).await;
    let interface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";
    let unlocker = Proxy::new(bus, NAME, PATH, interface).await.expect("the service");
    let password = (session, Vec::<u8>::new(), PASSWORD, "text/plain");
    let (): () = unlocker
        .call("UnlockWithMasterPassword", &(collection, password))
        .await
        .expect("unlocked");
}

fn vault(folder: &Path) -> Vault {
    vault_of(folder, OURS)
}

fn vault_of(folder: &Path, service: &str) -> Vault {
    let config = VaultConfig {
        folder: folder.to_owned(),
        service: service.to_owned(),
        key_store: KeyStore::System,
    };
    Vault::open(config).expect("the vault opens")
}

fn alice() -> RecordName {
    RecordName::new(RecordKind::Account, "alice").expect("valid")
}

async fn read(vault: &Vault) -> Result<Vec<u8>, VaultError> {
    let found = vault.get(&alice()).await?;
    Ok(found.expect("there").to_vec())
}

#[test]
fn the_real_keyring_keeps_the_key_and_its_absence_and_its_lock_are_told() {
    on_a_private_bus(&["gnome-keyring-daemon"], async |bus| {
        let folder = bus.home().join("vault");
        let first = vault(&folder);

        // Nobody is there. A front that caches its failed start would stay broken from here on.
        assert_eq!(first.keeping().await, Err(ABSENT));
        assert_eq!(first.put(&alice(), b"x").await, Err(ABSENT));

        let keyring = Keyring::start(Starts::Unlocked).await;
        let bus = Connection::session().await.expect("a bus");
        assert_eq!(
            first.keeping().await.map(|name| name.to_string()),
            Ok("GNOME Keyring".to_owned())
        );
        assert_eq!(entries(&bus).await, 0, "the round trip leaves nothing behind");
        first.put(&alice(), b"a token").await.expect("stored");
        assert_eq!(entries(&bus).await, 1);

        // As a new process, whose key comes from the keyring.
        assert_eq!(read(&vault(&folder)).await, Ok(b"a token".to_vec()));
        // One that finds it there at once says its name too, which it asks while it connects.
        assert_eq!(
            vault(&folder).keeping().await.map(|name| name.to_string()),
            Ok("GNOME Keyring".to_owned())
        );

        // Locked: told before a prompt comes up, at once.
        lock(&bus).await;
        let third = vault(&folder);
        let asked = Instant::now();
        assert_eq!(read(&third).await, Err(VaultError::KeychainLocked));
        assert_eq!(third.keeping().await, Err(VaultError::KeychainLocked));
        // Nor is a key made by way of a prompt, for a program that has none yet.
        let newcomer = vault_of(&folder.join("newcomer"), "dev.doorkey.newcomer");
        assert_eq!(newcomer.put(&alice(), b"x").await, Err(VaultError::KeychainLocked));
        assert_eq!(newcomer.keeping().await, Err(VaultError::KeychainLocked));
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        // There is nobody here to answer a prompt.
        let unlocked = third.unlock(Duration::from_secs(2)).await;
        assert!(
            matches!(unlocked, Err(VaultError::KeychainUnavailable(_))),
            "{unlocked:?}"
        );

        // It dies and comes back, with the collection unlocked again.
        drop(keyring);
        assert_eq!(read(&third).await, Err(ABSENT));
        let _keyring = Keyring::start(Starts::Unlocked).await;
        assert_eq!(read(&third).await, Ok(b"a token".to_vec()));

        // A new key in its place; who has the old one finds it.
        assert_eq!(vault(&folder).rotate_key().await, Ok(1));
        assert_eq!(entries(&bus).await, 1);
        for reader in [&third, &vault(&folder)] {
            assert_eq!(read(reader).await, Ok(b"a token".to_vec()));
        }

        assert!(third.delete(&alice()).await.expect("deleted"));
        assert_eq!(third.delete_key_if_empty().await, Ok(true));
        assert_eq!(entries(&bus).await, 0, "no key is left");
    });
}

#[test]
fn the_doctor_s_round_trip_in_the_real_keyring_leaves_no_entry_and_a_locked_one_is_told_as_locked() {
    on_a_private_bus(&["gnome-keyring-daemon"], async |bus| {
        let folder = bus.home().join("vault");
        let open = || {
            Client::open(ClientConfig {
                app_name: "Test".to_owned(),
                scheme: "dev.doorkey.test".to_owned(),
                folder: folder.clone(),
                keychain_service: OURS.to_owned(),
                key_store: KeyStore::System,
                clock: Clock::system(),
                providers: Vec::new(),
                dangerous_loopback_http: false,
                allow_device: true,
                client_id_document: None,
                fetch_origins: Vec::new(),
                link_handler: None,
                user_agent: UserAgent::default(),
            })
        };
        let keychain = async |client: &Client| {
            let mut examination = client.examine(None).expect("it begins");
            while let Some(finding) = examination.next().await {
                if finding.check() == CheckId::Keychain {
                    return finding;
                }
            }
            unreachable!("each check gives a finding")
        };
        let client = open().expect("opened");
        let nobody = keychain(&client).await;
        assert_eq!(nobody.detail(), Some(&Detail::Keychain(KeychainDetail::NoService)));
        let _keyring = Keyring::start(Starts::Unlocked).await;
        let bus = Connection::session().await.expect("a bus");
        vault(&folder).put(&alice(), b"a token").await.expect("stored");
        assert_eq!(entries(&bus).await, 1, "the key");

        // The same client, which had met nobody before.
        let keeps = keychain(&client).await;
        assert!(
            matches!(keeps.detail(), Some(Detail::Keychain(KeychainDetail::Keeps { keychain })) if keychain.as_str() == "GNOME Keyring"),
            "{keeps:?}"
        );
        assert_eq!(entries(&bus).await, 1, "the round trip left no entry behind");

        lock(&bus).await;
        let asked = Instant::now();
        let locked = keychain(&client).await;
        assert_eq!(locked.detail(), Some(&Detail::Keychain(KeychainDetail::Locked)));
        assert_eq!(locked.repair(), Some(Repair::UnlockKeychain));
        assert!(
            asked.elapsed() < Duration::from_secs(5),
            "at once: {:?}",
            asked.elapsed()
        );
        assert_eq!(entries(&bus).await, 1, "nor did one that was locked");
        unlock(&bus).await;
        assert_eq!(keychain(&client).await, keeps);
        assert_eq!(entries(&bus).await, 1);
    });
}

#[test]
fn the_real_keyring_that_starts_locked_is_told_and_read_once_it_is_unlocked() {
    on_a_private_bus(&["gnome-keyring-daemon"], async |bus| {
        let folder = bus.home().join("vault");
        let keyring = Keyring::start(Starts::Unlocked).await;
        vault(&folder).put(&alice(), b"a token").await.expect("stored");
        drop(keyring);

        let _keyring = Keyring::start(Starts::Locked).await;
        let waiting = vault(&folder);
        assert_eq!(read(&waiting).await, Err(VaultError::KeychainLocked));
        assert_eq!(waiting.keeping().await, Err(VaultError::KeychainLocked));
        assert_eq!(waiting.put(&alice(), b"x").await, Err(VaultError::KeychainLocked));
        unlock(&Connection::session().await.expect("a bus")).await;
        assert_eq!(read(&waiting).await, Ok(b"a token".to_vec()));
        assert_eq!(
            waiting.unlock(Duration::from_secs(5)).await,
            Ok(()),
            "nothing to ask for"
        );
    });
}

#[test]
fn the_real_keyring_that_starts_anew_is_asked_anew_in_the_same_call() {
    on_a_private_bus(&["gnome-keyring-daemon"], async |bus| {
        let folder = bus.home().join("vault");
        let keyring = Keyring::start(Starts::Unlocked).await;
        let long_lived = vault(&folder);
        long_lived.put(&alice(), b"a token").await.expect("stored");
        long_lived.keeping().await.expect("kept");
        drop(keyring);
        let _keyring = Keyring::start(Starts::Unlocked).await;
        assert_eq!(long_lived.keeping().await.map(drop), Ok(()));
        assert_eq!(read(&vault(&folder)).await, Ok(b"a token".to_vec()));
    });
}

#[test]
fn the_real_keyring_that_was_wiped_is_told_once_and_what_was_sealed_is_still_there() {
    on_a_private_bus(&["gnome-keyring-daemon"], async |bus| {
        let folder = bus.home().join("vault");
        let keyring = Keyring::start(Starts::Unlocked).await;
        let long_lived = vault(&folder);
        long_lived.put(&alice(), b"a token").await.expect("stored");
        let sealed = std::fs::read(folder.join("account-alice.sealed")).expect("read");
        drop(keyring);
        std::fs::remove_dir_all(bus.home().join(".local/share/keyrings")).expect("wiped");

        let _keyring = Keyring::start(Starts::Unlocked).await;
        let next = vault(&folder);
        let gone = Err(VaultError::KeyGone { set_aside: 1 });
        assert_eq!(next.keeping().await.map(drop), gone);
        let files = std::fs::read_dir(&folder).expect("there");
        let mut files = files.map(|file| std::fs::read(file.expect("an entry").path()).expect("read"));
        assert!(files.any(|bytes| bytes == sealed), "under another name");
        assert_eq!(next.keeping().await.map(drop), Ok(()), "told once");
        next.put(&alice(), b"a new token").await.expect("stored");
        assert_eq!(read(&vault(&folder)).await, Ok(b"a new token".to_vec()));
    });
}
