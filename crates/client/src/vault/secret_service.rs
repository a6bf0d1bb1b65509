//! What the Secret Service can be asked before any question that might bring up a prompt: is it there, is it locked.
//!
//! Spec: freedesktop.org Secret Service API, "Service", "Locking and Unlocking", "Prompts and Prompting"

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use zbus::blocking::{Connection, Proxy, connection, fdo::DBusProxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{DBusError as _, fdo};

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
pub(super) fn ready(bus: &Connection, service: &str, user: &str) -> Result<(), KeychainError> {
    let secrets = secrets(bus)?;
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
    if is_locked(bus, &collection)? {
        Err(KeychainError::Locked)
    } else {
        Ok(())
    }
}

/// Asks the person to unlock what a program's entries are kept in, and the default collection, where the next one will
/// be; waits for the answer, for as long as somebody waits for it here.
pub(super) fn unlock(service: &str, within: Duration, awaited: &AtomicBool) -> Result<(), KeychainError> {
    let until = Instant::now() + within;
    let bus = connect()?;
    let secrets = secrets(&bus)?;
    let wanted = HashMap::from([("service", service)]);
    // The default collection may be another by now than the one in which an entry was made.
    let (open, mut locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        secrets.call("SearchItems", &wanted).map_err(told)?;
    match default_collection(&secrets) {
        Ok(collection) if is_locked(&bus, &collection)? => locked.push(collection),
        Ok(_) => {}
        Err(error) if open.is_empty() && locked.is_empty() => return Err(error),
        Err(_) => {}
    }
    if locked.is_empty() {
        return Ok(());
    }
    let (opened, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
        secrets.call("Unlock", &(&locked,)).map_err(told)?;
    if prompt.as_str() == "/" {
        // Nobody is asked: it was opened now, or it will not be.
        return if opened.is_empty() {
            Err(KeychainFault::Denied.into())
        } else {
            Ok(())
        };
    }
    let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let waiting = waiting.map_err(|_| KeychainFault::Failed)?;
    waiting.block_on(prompted(bus.inner(), prompt, until, awaited))
}

/// Shows a prompt and waits for the person, for as long as the service that shows it is there.
async fn prompted(
    bus: &zbus::Connection,
    prompt: OwnedObjectPath,
    until: Instant,
    awaited: &AtomicBool,
) -> Result<(), KeychainError> {
    let prompter: zbus::Proxy<'static> = zbus::Proxy::new(bus, SERVICE, prompt, PROMPT_INTERFACE)
        .await
        .map_err(told)?;
    let mut completed = prompter.receive_signal("Completed").await.map_err(told)?;
    let mut owners = prompter.receive_owner_changed().await.map_err(told)?;
    // A prompt that comes late would come out of nowhere.
    if !awaited.load(Ordering::Acquire) || Instant::now() >= until {
        return Err(KeychainFault::Hung.into());
    }
    let (): () = prompter.call("Prompt", &("",)).await.map_err(told)?;
    let answer = async {
        tokio::select! {
            signal = completed.next() => signal,
            _ = owners.next() => None,
        }
    };
    let Ok(answer) = tokio::time::timeout_at(until.into(), answer).await else {
        // A prompt that nobody waits for is put away.
        let _: Result<(), _> = prompter.call("Dismiss", &()).await;
        return Err(KeychainFault::Hung.into());
    };
    let signal = answer.ok_or(KeychainFault::NoService)?;
    let (dismissed, _unlocked): (bool, OwnedValue) = signal.body().deserialize().map_err(|_| KeychainFault::Failed)?;
    if dismissed {
        Err(KeychainFault::Denied.into())
    } else {
        Ok(())
    }
}

/// The name that people know the program by that offers the service.
pub(super) fn owner_name(bus: &Connection) -> Result<KeychainName, KeychainError> {
    let dbus = DBusProxy::new(bus).map_err(told)?;
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

/// Connects to the session's bus.
pub(super) fn connect() -> Result<Connection, KeychainError> {
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

/// What is behind an error of the store, which knows no more of it than that the service failed.
pub(super) fn cause(error: &(dyn Error + 'static)) -> KeychainError {
    use ::secret_service::Error as Failed;
    match error.downcast_ref() {
        Some(Failed::Locked) => KeychainError::Locked,
        Some(Failed::Prompt) => KeychainFault::Denied.into(),
        Some(Failed::NoResult) => KeychainFault::NoCollection.into(),
        Some(Failed::Unavailable | Failed::PromptDisconnected) => KeychainFault::NoService.into(),
        Some(Failed::Zbus(error)) => told_of(error),
        Some(Failed::ZbusFdo(error)) => named_by(error),
        _ => KeychainFault::Failed.into(),
    }
}

fn told(error: zbus::Error) -> KeychainError {
    told_of(&error)
}

fn told_of(error: &zbus::Error) -> KeychainError {
    let fault = match error {
        zbus::Error::InputOutput(io) if io.kind() == std::io::ErrorKind::TimedOut => KeychainFault::Hung,
        zbus::Error::Connection(..)
        | zbus::Error::InputOutput(_)
        | zbus::Error::Address(_)
        | zbus::Error::Handshake(_) => KeychainFault::NoService,
        zbus::Error::FDO(error) => return named_by(error),
        zbus::Error::MethodError(name, ..) => return named(name.as_str()),
        _ => KeychainFault::Failed,
    };
    fault.into()
}

/// What one of the bus's own errors says.
fn named_by(error: &fdo::Error) -> KeychainError {
    match error {
        fdo::Error::ZBus(error) => told_of(error),
        error => named(error.name().as_str()),
    }
}

/// What an error's name on the bus says.
fn named(name: &str) -> KeychainError {
    let fault = match name {
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.Spawn.ServiceNotFound"
        | "org.freedesktop.DBus.Error.Spawn.ExecFailed"
        | "org.freedesktop.DBus.Error.Spawn.ChildExited" => KeychainFault::NoService,
        "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.TimedOut" => KeychainFault::Hung,
        "org.freedesktop.DBus.Error.AccessDenied" => KeychainFault::Denied,
        "org.freedesktop.Secret.Error.IsLocked" => return KeychainError::Locked,
        _ => {
            // A name, and never the words with it.
            tracing::debug!(name, "the keychain failed");
            KeychainFault::Failed
        }
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
