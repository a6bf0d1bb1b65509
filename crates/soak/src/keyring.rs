//! A GNOME Keyring on a bus of its own, so that no test sees the keychain of the person at this machine.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::error::{Result, SoakError, system};

const NAME: &str = "org.freedesktop.secrets";
/// How long the keyring may take to open, and how often it is looked.
const READY_WITHIN: Duration = Duration::from_secs(20);
/// How long it may take for one answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(10);

/// A bus that starts no service by itself. It takes other users too: what is on it is a key of a test.
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

/// A bus and an unlocked keyring on it. Both end with this.
pub(crate) struct Keyring {
    address: String,
    connection: Connection,
    // Dropped in this order: the keyring before its bus.
    daemon: Ended,
    _bus: Ended,
    _home: tempfile::TempDir,
}

/// A secret as the service gives it: session, parameters, value, content type.
type Content = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// The texts of 43 characters of base64url in an entry: 32 bytes each.
fn keys_in(value: &[u8]) -> Vec<String> {
    let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let words = value.split(|byte| !is_base64url(byte));
    let keys = words.filter(|word| word.len() == 43);
    keys.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// A program of ours that ends with its handle.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Keyring {
    /// Starts both, and returns when the keyring answers.
    ///
    /// # Errors
    /// `Impossible` where one of the programs is not installed; `System` when one does not start.
    pub(crate) fn start() -> Result<Self> {
        let home = tempfile::tempdir().map_err(system("a folder for the keyring"))?;
        let config = home.path().join("bus.conf");
        std::fs::write(&config, BUS).map_err(system("the bus's configuration"))?;
        let mut bus = Command::new("dbus-daemon");
        bus.arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped());
        let mut bus = Ended(start("dbus-daemon", &mut bus, home.path())?);
        let mut address = String::new();
        let out = bus.0.stdout.take();
        if let Some(out) = out {
            BufReader::new(out)
                .read_line(&mut address)
                .map_err(system("the bus's address"))?;
        }
        let address = address.trim().to_owned();
        let failed = |error: zbus::Error| SoakError::Impossible(format!("the private bus: {error}"));
        let connection = Builder::address(address.as_str())
            .map(|builder| builder.method_timeout(ANSWER_WITHIN))
            .and_then(Builder::build)
            .map_err(failed)?;
        let watch = DBusProxy::new(&connection).map_err(failed)?;
        let mut owners = watch.receive_name_owner_changed().map_err(failed)?;
        let mut daemon = Command::new("gnome-keyring-daemon");
        daemon
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut daemon = Ended(start("gnome-keyring-daemon", &mut daemon, home.path())?);
        if let Some(mut password) = daemon.0.stdin.take() {
            password.write_all(b"pw").map_err(system("the keyring's password"))?;
        }
        // The bus says when the name is taken.
        let taken = owners.any(|change| {
            change
                .args()
                .is_ok_and(|args| args.name == NAME && args.new_owner.is_some())
        });
        if !taken {
            return Err(SoakError::Impossible("the private bus ended".into()));
        }
        // It has its name before its collection is open, and tells nobody when that is.
        let give_up = Instant::now() + READY_WITHIN;
        while !is_open(&connection) {
            if Instant::now() > give_up {
                return Err(SoakError::Impossible("the keyring does not open".into()));
            }
            std::thread::sleep(LOOK);
        }
        Ok(Self {
            address,
            connection,
            daemon,
            _bus: bus,
            _home: home,
        })
    }

    /// Whether the keyring's program has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.daemon.0.try_wait(), Ok(None))
    }

    /// The keys of a vault's entry, each of 43 characters; two while one replaces the other.
    ///
    /// # Errors
    /// `KeychainSilent` when it does not answer.
    ///
    /// Spec: Secret Service API, `Service.OpenSession`, `Service.SearchItems` and `Service.GetSecrets`
    pub(crate) fn keys(&self, service: &str) -> Result<Vec<String>> {
        let silent = |error: zbus::Error| SoakError::KeychainSilent(error.to_string());
        let secrets = Proxy::new(
            &self.connection,
            NAME,
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service",
        )
        .map_err(silent)?;
        let attributes = HashMap::from([("service", service)]);
        let (items, _locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            secrets.call("SearchItems", &(attributes,)).map_err(silent)?;
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let (_, session): (OwnedValue, OwnedObjectPath) = secrets
            .call("OpenSession", &("plain", Value::from("")))
            .map_err(silent)?;
        let found: HashMap<OwnedObjectPath, Content> =
            secrets.call("GetSecrets", &(items, &session)).map_err(silent)?;
        Proxy::new(&self.connection, NAME, &session, "org.freedesktop.Secret.Session")
            .and_then(|session| session.call::<_, _, ()>("Close", &()))
            .map_err(silent)?;
        let texts = found.into_values().map(|(_, _, value, _)| value);
        Ok(texts.flat_map(|value| keys_in(&value)).collect())
    }

    /// What a process needs in its environment to find it.
    pub(crate) fn variable(&self) -> (&'static str, &str) {
        ("DBUS_SESSION_BUS_ADDRESS", &self.address)
    }
}

/// Whether the default collection is there and open.
///
/// Spec: Secret Service API, `Service.ReadAlias` and `Collection.Locked`
fn is_open(bus: &Connection) -> bool {
    let service = Proxy::new(bus, NAME, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service");
    let Ok(collection) = service.and_then(|service| service.call::<_, _, OwnedObjectPath>("ReadAlias", &("default",)))
    else {
        return false;
    };
    let collection = Proxy::new(bus, NAME, collection, "org.freedesktop.Secret.Collection");
    collection.and_then(|collection| collection.get_property::<bool>("Locked")) == Ok(false)
}

fn start(name: &str, command: &mut Command, home: &Path) -> Result<Child> {
    let started = command
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("XDG_DATA_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stderr(Stdio::null())
        .spawn();
    started.map_err(|source| SoakError::Impossible(format!("{name}: {source}")))
}
