//! A GNOME Keyring on a bus of its own, so that nothing sees the keychain of the person at this machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::OwnedObjectPath;

use crate::error::{BenchError, Result, broken};

const NAME: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
/// How long the keyring may take to open, how often it is looked, and how long it may take for one answer.
const READY_WITHIN: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(10);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A bus that starts no service by itself.
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
    // Dropped in this order: the keyring before its bus.
    _daemon: Ended,
    _bus: Ended,
    _home: tempfile::TempDir,
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
    /// Starts both, and returns when the keyring is open.
    ///
    /// # Errors
    /// `Impossible` where one of the programs is not installed, `Broken` when one does not come up.
    pub(crate) fn start() -> Result<Self> {
        let failed = "the private bus";
        let home = tempfile::tempdir().map_err(broken(failed))?;
        let config = home.path().join("bus.conf");
        std::fs::write(&config, BUS).map_err(broken(failed))?;
        let mut bus = Command::new("dbus-daemon");
        bus.arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped());
        let mut bus = start(&mut bus, home.path())?;
        let mut address = String::new();
        if let Some(out) = bus.0.stdout.take() {
            BufReader::new(out).read_line(&mut address).map_err(broken(failed))?;
        }
        let address = address.trim().to_owned();
        let connection = Builder::address(address.as_str())
            .map(|builder| builder.method_timeout(ANSWER_WITHIN))
            .and_then(Builder::build)
            .map_err(broken(failed))?;
        let watch = DBusProxy::new(&connection).map_err(broken(failed))?;
        let mut owners = watch.receive_name_owner_changed().map_err(broken(failed))?;
        let mut daemon = Command::new("gnome-keyring-daemon");
        daemon
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut daemon = start(&mut daemon, home.path())?;
        if let Some(mut password) = daemon.0.stdin.take() {
            password.write_all(b"pw").map_err(broken("the keyring's password"))?;
        }
        // The bus says when the name is taken.
        let taken = owners.any(|change| {
            let args = change.args();
            args.is_ok_and(|args| args.name == NAME && args.new_owner.is_some())
        });
        if !taken {
            return Err(broken(failed)("it ended"));
        }
        // It has its name before its collection is open, and tells nobody when that is.
        let give_up = Instant::now() + READY_WITHIN;
        while !is_open(&connection) {
            if Instant::now() > give_up {
                return Err(broken("the keyring")("it does not open"));
            }
            std::thread::sleep(LOOK);
        }
        Ok(Self {
            address,
            _daemon: daemon,
            _bus: bus,
            _home: home,
        })
    }

    /// What a process needs in its environment to find it.
    pub(crate) fn variable(&self) -> (&'static str, &str) {
        ("DBUS_SESSION_BUS_ADDRESS", &self.address)
    }
}

/// Starts a program with everything of its own below `home`.
fn start(command: &mut Command, home: &Path) -> Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    for variable in [
        "HOME",
        "XDG_RUNTIME_DIR",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
    ] {
        command.env(variable, home);
    }
    let child = command.stderr(Stdio::null()).spawn();
    child
        .map(Ended)
        .map_err(|error| BenchError::Impossible(format!("{name}: {error}")))
}

/// Whether the default collection is there and open.
///
/// Spec: Secret Service API, `Service.ReadAlias` and `Collection.Locked`
fn is_open(bus: &Connection) -> bool {
    let service = Proxy::new(bus, NAME, ROOT, "org.freedesktop.Secret.Service");
    let Ok(collection) = service.and_then(|service| service.call::<_, _, OwnedObjectPath>("ReadAlias", &("default",)))
    else {
        return false;
    };
    let collection = Proxy::new(bus, NAME, collection, "org.freedesktop.Secret.Collection");
    collection.and_then(|collection| collection.get_property::<bool>("Locked")) == Ok(false)
}
