//! The open connection to the system's keychain, and where it may be closed.

use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex, PoisonError};

use keyring_core::Error as StoreError;
use keyring_core::api::CredentialStore;

/// The connection that questions share. Closed after each failure: a store keeps one lock across calls, so one prompt
/// without an answer would block every later call.
#[derive(Default)]
pub(super) struct Connection(Mutex<Option<Arc<CredentialStore>>>);

impl Connection {
    pub(super) fn known(&self) -> Option<Arc<CredentialStore>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A fresh store each time: the front crate would keep a failed start for the life of the process.
    pub(super) fn open(&self) -> Result<Arc<CredentialStore>, StoreError> {
        // Connecting may hang, so nobody is kept from the connection meanwhile.
        let fresh = system_store()?;
        let before = self.replace(Some(fresh.clone()));
        close(before);
        Ok(fresh)
    }

    pub(super) fn close(&self) {
        close(self.replace(None));
    }

    fn replace(&self, store: Option<Arc<CredentialStore>>) -> Option<Arc<CredentialStore>> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), store)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// Closes a connection on a thread of its own: it waits for the bus, and a thread that drives tasks must not wait. The
/// Linux store panics there.
fn close(store: Option<Arc<CredentialStore>>) {
    let Some(store) = store else { return };
    // If there is no thread to be had, it stays open.
    let store = ManuallyDrop::new(store);
    let closing = std::thread::Builder::new().name("keychain".to_owned());
    let _ = closing.spawn(move || drop(ManuallyDrop::into_inner(store)));
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
