//! The vault with the real GNOME Keyring, on a bus of its own.
//!
//! The outer test starts a private bus and, on it, this program again with the inner test.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use doorkey::vault::{KeyStore, KeychainFault, RecordKind, RecordName, Vault, VaultConfig, VaultError};
use zbus::blocking::{Connection, Proxy, fdo::DBusProxy};
use zbus::zvariant::OwnedObjectPath;

const INSIDE: &str = "DOORKEY_TEST_INSIDE_BUS";
const SERVICE: &str = "org.freedesktop.secrets";

/// A bus that starts no service by itself, so that an absent keychain is absent.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

#[test]
fn the_real_keyring_keeps_the_key_and_its_absence_and_its_lock_are_told() {
    if !["dbus-run-session", "gnome-keyring-daemon"].into_iter().all(installed) {
        assert!(std::env::var_os("CI").is_none(), "these programs are there in CI");
        eprintln!("skipped: dbus-run-session or gnome-keyring-daemon is not installed");
        return;
    }
    let home = tempfile::tempdir().expect("a folder");
    let runtime = home.path().join("run");
    std::fs::create_dir(&runtime).expect("made");
    std::fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("private");
    let bus = home.path().join("bus.conf");
    std::fs::write(&bus, BUS).expect("written");
    let status = Command::new("dbus-run-session")
        .arg(format!("--config-file={}", bus.display()))
        .arg("--")
        .arg(std::env::current_exe().expect("we run"))
        .args(["--exact", "secret_service::inside_the_bus", "--ignored", "--nocapture"])
        .env(INSIDE, "1")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &runtime)
        .env_remove("XDG_DATA_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .status()
        .expect("the bus starts");
    assert!(status.success(), "what went wrong stands above");
}

/// A keyring daemon, unlocked, in the foreground; killed when dropped.
struct Keyring(Child);

impl Keyring {
    fn start() -> Self {
        let bus = Connection::session().expect("a bus");
        let mut owners = DBusProxy::new(&bus)
            .expect("the bus")
            .receive_name_owner_changed()
            .expect("subscribed");
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        child
            .stdin
            .take()
            .expect("piped")
            .write_all(b"pw")
            .expect("it reads its password");
        // The bus says when the name is taken.
        let taken = owners.find(|change| {
            change
                .args()
                .is_ok_and(|args| args.name == SERVICE && args.new_owner.is_some())
        });
        assert!(taken.is_some());
        Self(child)
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn secrets(bus: &Connection) -> Proxy<'static> {
    Proxy::new(
        bus,
        SERVICE,
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service",
    )
    .expect("the service")
}

/// How many entries the vault has in the keyring.
fn entries(bus: &Connection) -> usize {
    let wanted = HashMap::from([("service", "dev.doorkey.test")]);
    let (open, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        secrets(bus).call("SearchItems", &wanted).expect("searched");
    open.len() + locked.len()
}

fn lock(bus: &Connection) {
    let collection: OwnedObjectPath = secrets(bus)
        .call("ReadAlias", &("default",))
        .expect("a default collection");
    let (locked, _): (Vec<OwnedObjectPath>, OwnedObjectPath) =
        secrets(bus).call("Lock", &(vec![&collection],)).expect("locked");
    assert_eq!(locked, [collection]);
}

fn vault(folder: &Path) -> Vault {
    let config = VaultConfig {
        folder: folder.to_owned(),
        service: "dev.doorkey.test".to_owned(),
        key_store: KeyStore::System,
    };
    Vault::open(config).expect("the vault opens")
}

#[test]
#[ignore = "started by the test above, on a bus of its own"]
fn inside_the_bus() {
    assert!(
        std::env::var_os(INSIDE).is_some(),
        "only on a bus of its own: this locks and kills a keyring"
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let alice = RecordName::new(RecordKind::Account, "alice").expect("valid");
    let first = vault(folder.path());

    // Nobody is there. A front that caches its failed start would stay broken from here on.
    let absent = VaultError::KeychainUnavailable(KeychainFault::NoService);
    assert_eq!(runtime.block_on(first.keeping()), Err(absent));
    assert_eq!(runtime.block_on(first.put(&alice, b"x")), Err(absent));

    let keyring = Keyring::start();
    let bus = Connection::session().expect("a bus");
    assert_eq!(
        runtime.block_on(first.keeping()).map(|name| name.to_string()),
        Ok("GNOME Keyring".to_owned())
    );
    assert_eq!(entries(&bus), 0, "the round trip leaves nothing behind");
    runtime.block_on(first.put(&alice, b"a token")).expect("stored");
    assert_eq!(entries(&bus), 1);

    // As a new process, whose key comes from the keyring.
    let second = vault(folder.path());
    let asked = Instant::now();
    assert_eq!(
        runtime
            .block_on(second.get(&alice))
            .expect("read")
            .expect("there")
            .as_slice(),
        b"a token"
    );
    eprintln!("first read, with the key from the keyring: {:?}", asked.elapsed());

    // Locked: told before a prompt comes up, at once.
    lock(&bus);
    let third = vault(folder.path());
    let asked = Instant::now();
    assert_eq!(
        runtime.block_on(third.get(&alice)).map(drop),
        Err(VaultError::KeychainLocked)
    );
    assert_eq!(runtime.block_on(third.keeping()), Err(VaultError::KeychainLocked));
    // Nor is a key made by way of a prompt, for a program that has none yet.
    let newcomer = VaultConfig {
        folder: folder.path().join("newcomer"),
        service: "dev.doorkey.newcomer".to_owned(),
        key_store: KeyStore::System,
    };
    let newcomer = Vault::open(newcomer).expect("the vault opens");
    assert_eq!(
        runtime.block_on(newcomer.put(&alice, b"x")),
        Err(VaultError::KeychainLocked)
    );
    assert_eq!(runtime.block_on(newcomer.keeping()), Err(VaultError::KeychainLocked));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    // There is nobody here to answer a prompt.
    let unlocked = runtime.block_on(third.unlock(Duration::from_secs(2)));
    eprintln!("unlock without a prompter: {unlocked:?}");
    assert!(
        matches!(unlocked, Err(VaultError::KeychainUnavailable(_))),
        "{unlocked:?}"
    );

    // It dies and comes back, with the collection unlocked again.
    drop(keyring);
    assert_eq!(runtime.block_on(third.get(&alice)).map(drop), Err(absent));
    // One who had a connection lets go of it among tasks, where nothing may block.
    assert_eq!(runtime.block_on(first.examine_keychain()), Err(absent));
    let _keyring = Keyring::start();
    assert_eq!(
        runtime.block_on(first.examine_keychain()).map(|name| name.to_string()),
        Ok("GNOME Keyring".to_owned())
    );
    assert_eq!(entries(&bus), 1, "the examination left nothing behind");
    runtime.block_on(async { drop(first) });
    assert_eq!(
        runtime
            .block_on(third.get(&alice))
            .expect("read")
            .expect("there")
            .as_slice(),
        b"a token"
    );

    assert!(runtime.block_on(third.delete(&alice)).expect("deleted"));
    assert_eq!(runtime.block_on(third.delete_key_if_empty()), Ok(true));
    assert_eq!(entries(&bus), 0, "no key is left");
}
