//! What the Secret Service can be asked before any question that might bring up a prompt: is it there, is it locked.
//!
//! Spec: freedesktop.org Secret Service API, "Service", "Locking and Unlocking", "Prompts and Prompting"

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, connection, fdo::DBusProxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::failure::{KeychainError, KeychainFault};
use super::keychain::KeychainName;

const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
const PROMPT_INTERFACE: &str = "org.freedesktop.Secret.Prompt";

/// How long the service may take for one call that asks nobody anything.
const CALL_WITHIN: Duration = Duration::from_secs(3);

/// `Ok` when the entry can be read, written and made without a prompt.
pub(super) fn ready(service: &str, user: &str) -> Result<(), KeychainError> {
    let bus = connect()?;
    let secrets = secrets(&bus)?;
    let wanted = HashMap::from([("service", service), ("username", user)]);
    let found: (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = secrets.call("SearchItems", &wanted).map_err(told)?;
    match (found.0.len(), found.1.len()) {
        (1, 0) => return Ok(()),
        (0, 0) => {}
        (_, 0) => return Err(KeychainFault::Ambiguous.into()),
        _ => return Err(KeychainError::Locked),
    }
    // It is not there, so what comes next may be to make it, in the default collection.
    let collection = default_collection(&secrets)?;
    if is_locked(&bus, &collection)? {
        Err(KeychainError::Locked)
    } else {
        Ok(())
    }
}

/// Asks the person to unlock the default collection, and waits for the answer.
pub(super) fn unlock(within: Duration) -> Result<(), KeychainError> {
    let bus = connect()?;
    let secrets = secrets(&bus)?;
    let collection = default_collection(&secrets)?;
    if !is_locked(&bus, &collection)? {
        return Ok(());
    }
    let (unlocked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
        secrets.call("Unlock", &(vec![&collection],)).map_err(told)?;
    if !unlocked.is_empty() {
        return Ok(());
    }
    if prompt.as_str() == "/" {
        return Err(KeychainFault::Denied.into());
    }
    let prompter: Proxy<'static> = Proxy::new(&bus, SERVICE, prompt, PROMPT_INTERFACE).map_err(told)?;
    let mut completed = prompter.receive_signal("Completed").map_err(told)?;
    let dismisser = prompter.clone();
    let (_answered, answer) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        // A prompt without an answer is put away, which ends the wait below.
        if answer.recv_timeout(within) == Err(RecvTimeoutError::Timeout) {
            let _: Result<(), _> = dismisser.call("Dismiss", &());
        }
    });
    let (): () = prompter.call("Prompt", &("",)).map_err(told)?;
    let signal = completed.next().ok_or(KeychainFault::NoService)?;
    let (dismissed, _unlocked): (bool, OwnedValue) = signal.body().deserialize().map_err(|_| KeychainFault::Failed)?;
    if dismissed {
        Err(KeychainFault::Denied.into())
    } else {
        Ok(())
    }
}

/// The name that people know the program by that offers the service.
pub(super) fn owner_name() -> Result<KeychainName, KeychainError> {
    let bus = connect()?;
    let dbus = DBusProxy::new(&bus).map_err(told)?;
    let name = SERVICE.try_into().map_err(|_| KeychainFault::Failed)?;
    let process = dbus.get_connection_unix_process_id(name).ok();
    let program =
        process.and_then(|id| std::fs::read_to_string(Path::new("/proc").join(id.to_string()).join("comm")).ok());
    Ok(KeychainName(
        known_as(program.as_deref().map_or("", str::trim_end)).to_owned(),
    ))
}

/// `/proc/<pid>/comm` has 15 characters at most.
fn known_as(program: &str) -> &'static str {
    match program {
        _ if program.starts_with("gnome-keyring") => "GNOME Keyring",
        _ if program.starts_with("kwalletd") || program.starts_with("ksecretd") => "KWallet",
        _ if program.starts_with("keepassxc") => "KeePassXC",
        _ if program.starts_with("oo7-daemon") => "oo7",
        _ => "Secret Service",
    }
}

fn connect() -> Result<Connection, KeychainError> {
    let bus = connection::Builder::session()
        .map_err(told)?
        .method_timeout(CALL_WITHIN)
        .build()
        .map_err(told)?;
    Ok(bus)
}

fn secrets(bus: &Connection) -> Result<Proxy<'static>, KeychainError> {
    Proxy::new(bus, SERVICE, SERVICE_PATH, SERVICE_INTERFACE).map_err(told)
}

fn default_collection(secrets: &Proxy<'_>) -> Result<OwnedObjectPath, KeychainError> {
    let collection: OwnedObjectPath = secrets.call("ReadAlias", &("default",)).map_err(told)?;
    if collection.as_str() == "/" {
        Err(KeychainFault::NoCollection.into())
    } else {
        Ok(collection)
    }
}

fn is_locked(bus: &Connection, collection: &OwnedObjectPath) -> Result<bool, KeychainError> {
    let collection = Proxy::new(bus, SERVICE, collection, COLLECTION_INTERFACE).map_err(told)?;
    collection.get_property("Locked").map_err(told)
}

fn told(error: zbus::Error) -> KeychainError {
    let fault = match error {
        zbus::Error::InputOutput(io) if io.kind() == std::io::ErrorKind::TimedOut => KeychainFault::Hung,
        zbus::Error::InputOutput(_)
        | zbus::Error::Connection(..)
        | zbus::Error::Address(_)
        | zbus::Error::Handshake(_) => KeychainFault::NoService,
        zbus::Error::MethodError(name, ..) => match name.as_str() {
            "org.freedesktop.DBus.Error.ServiceUnknown"
            | "org.freedesktop.DBus.Error.NameHasNoOwner"
            | "org.freedesktop.DBus.Error.Spawn.ServiceNotFound"
            | "org.freedesktop.DBus.Error.Spawn.ExecFailed"
            | "org.freedesktop.DBus.Error.Spawn.ChildExited" => KeychainFault::NoService,
            "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.TimedOut" => KeychainFault::Hung,
            "org.freedesktop.DBus.Error.AccessDenied" => KeychainFault::Denied,
            "org.freedesktop.Secret.Error.IsLocked" => return KeychainError::Locked,
            _ => KeychainFault::Failed,
        },
        _ => KeychainFault::Failed,
    };
    fault.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_named_as_people_know_them() {
        assert_eq!(known_as("gnome-keyring-d"), "GNOME Keyring");
        assert_eq!(known_as("kwalletd6"), "KWallet");
        assert_eq!(known_as("keepassxc"), "KeePassXC");
        assert_eq!(known_as("something"), "Secret Service");
        assert_eq!(known_as(""), "Secret Service");
    }
}
