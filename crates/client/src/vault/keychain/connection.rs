//! The open connection to the system's keychain, and where it may be closed.

use std::mem::ManuallyDrop;
#[cfg(all(unix, not(target_os = "macos")))]
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
#[cfg(all(unix, not(target_os = "macos")))]
use std::thread::JoinHandle;
#[cfg(all(unix, not(target_os = "macos")))]
use std::time::{Duration, Instant};

use keyring_core::Error as StoreError;
use keyring_core::api::CredentialStore;

#[cfg(all(unix, not(target_os = "macos")))]
use super::super::failure::{KeychainError, KeychainFault};
#[cfg(all(unix, not(target_os = "macos")))]
use super::super::secret_service;
#[cfg(all(unix, not(target_os = "macos")))]
use super::KeychainName;

/// For so long the service is taken to be the one that it was.
#[cfg(all(unix, not(target_os = "macos")))]
const JUST_NOW: Duration = Duration::from_secs(1);

/// A store that is being opened on a thread of its own.
#[cfg(all(unix, not(target_os = "macos")))]
type Opening = JoinHandle<Result<Arc<CredentialStore>, StoreError>>;

/// The connection that questions share. Closed after each failure: a store keeps one lock across calls, so one prompt
/// without an answer would block every later call.
#[derive(Default)]
pub(super) struct Connection {
    store: Mutex<Option<Arc<CredentialStore>>>,
    /// Whether a store was opened beside the first question to the bus. Once only: one that never comes back keeps its thread.
    #[cfg(all(unix, not(target_os = "macos")))]
    hastened: AtomicBool,
    /// The store that is being opened beside it, until the question is answered.
    #[cfg(all(unix, not(target_os = "macos")))]
    opening: Mutex<Option<Opening>>,
    /// What is asked beside the store, which does not give its own away: to connect costs as much as to ask.
    #[cfg(all(unix, not(target_os = "macos")))]
    bus: Mutex<Option<zbus::blocking::Connection>>,
    /// Who offered the service when it was first asked, and when that was.
    #[cfg(all(unix, not(target_os = "macos")))]
    first: Mutex<Option<(KeychainName, Instant)>>,
}

impl Connection {
    pub(super) fn known(&self) -> Option<Arc<CredentialStore>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A fresh store each time: the front crate would keep a failed start for the life of the process.
    pub(super) fn open(&self) -> Result<Arc<CredentialStore>, StoreError> {
        // Connecting may hang, so nobody is kept from the connection meanwhile.
        let fresh = system_store()?;
        let before = self.replace(Some(fresh.clone()));
        close(before);
        Ok(fresh)
    }

    /// Begins to open the store, on a thread of its own: whoever asks next finds it open, or nearly so. Opening shows no prompt.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(super) fn hasten(&self) {
        if self.known().is_some() || self.hastened.swap(true, Ordering::AcqRel) {
            return;
        }
        let thread = std::thread::Builder::new().name("keychain".to_owned());
        *self.opening.lock().unwrap_or_else(PoisonError::into_inner) = thread.spawn(system_store).ok();
    }

    /// Has the store opened while `question` is asked: two connections take as long as one. An answer of no prevents nothing; the store that
    /// came of it is then closed.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(super) fn open_during(
        &self,
        question: impl FnOnce() -> Result<(), KeychainError>,
    ) -> Result<(), KeychainError> {
        self.hasten();
        let opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner).take();
        question()?;
        let Some(opening) = opening else { return Ok(()) };
        // The store is still being opened, so this costs nothing; who does not answer it is asked again.
        let name = self.over_bus(secret_service::owner_name).ok();
        let name = name.map(|name| (name, Instant::now()));
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) = name;
        // One that did not open is opened once more when it is asked, which then says why not.
        if let Ok(Ok(fresh)) = opening.join() {
            close(self.replace(Some(fresh)));
        }
        Ok(())
    }

    /// Who offered the service when it was first asked, once and if that was just now: later it may be another.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(super) fn name_of_the_first(&self) -> Option<KeychainName> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.filter(|(_, at)| at.elapsed() < JUST_NOW).map(|(name, _)| name)
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    pub(super) fn close(&self) {
        drop(self.name_of_the_first());
        let open = (self.replace(None), self.replace_bus(None));
        close((open.0.is_some() || open.1.is_some()).then_some(open));
    }

    #[cfg(any(windows, target_os = "macos"))]
    pub(super) fn close(&self) {
        close(self.replace(None));
    }

    /// Asks over the bus that is open, or over one that is opened now. If the open one led nowhere, then once more: it may have been
    /// started anew since.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(super) fn over_bus<T>(
        &self,
        question: impl Fn(&zbus::blocking::Connection) -> Result<T, KeychainError>,
    ) -> Result<T, KeychainError> {
        let known = self.bus.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            match question(&known) {
                Err(KeychainError::Fault(KeychainFault::NoService | KeychainFault::Failed)) => {}
                said => return said,
            }
        }
        let fresh = secret_service::connect()?;
        let said = question(&fresh);
        if said.is_ok() {
            close(self.replace_bus(Some(fresh)));
        }
        said
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn replace_bus(&self, bus: Option<zbus::blocking::Connection>) -> Option<zbus::blocking::Connection> {
        std::mem::replace(&mut *self.bus.lock().unwrap_or_else(PoisonError::into_inner), bus)
    }

    fn replace(&self, store: Option<Arc<CredentialStore>>) -> Option<Arc<CredentialStore>> {
        std::mem::replace(&mut *self.store.lock().unwrap_or_else(PoisonError::into_inner), store)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// Closes a connection on a thread of its own: it waits for the bus, and a thread that drives tasks must not wait. The
/// Linux store panics there.
fn close<T: Send + 'static>(open: Option<T>) {
    let Some(open) = open else { return };
    // If there is no thread to be had, it stays open.
    let open = ManuallyDrop::new(open);
    let closing = std::thread::Builder::new().name("keychain".to_owned());
    let _ = closing.spawn(move || drop(ManuallyDrop::into_inner(open)));
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_store() -> Result<Arc<CredentialStore>, StoreError> {
    let store = zbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(windows)]
fn system_store() -> Result<Arc<CredentialStore>, StoreError> {
    let store = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

/// Never run: there was no macOS to run it on.
#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, StoreError> {
    let store = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store)
}
