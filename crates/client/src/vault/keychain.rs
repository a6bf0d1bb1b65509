//! The key's place in the operating system's keychain, asked on threads of its own and never for longer than a deadline.

mod connection;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error as StoreError};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use self::connection::Connection;
use super::failure::{KeychainError, KeychainFault};
use super::lock::Lock;
use super::passphrase::Cost;
#[cfg(all(unix, not(target_os = "macos")))]
use super::secret_service;

/// How long the keychain may take for one question.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Questions that were never answered keep their threads; so many, and no more are asked until one comes back.
const MOST_UNANSWERED: usize = 4;

/// Where the vault's key is kept.
#[derive(Clone, Debug)]
pub enum KeyStore {
    /// The operating system's keychain: Credential Manager, Keychain, or the Secret Service.
    System,
    /// This process's memory, for tests: what is sealed cannot be opened by the next process.
    Memory(MemoryKeychain),
    /// In no keychain: in a file of the vault's folder, sealed with a passphrase at this cost. For machines without a keychain; where
    /// there is one, [`Vault::seal_with_passphrase`](super::Vault::seal_with_passphrase) changes over, and the folder remembers it.
    Passphrase(Cost),
    /// Fails as a test tells it to.
    #[cfg(test)]
    Faulty(super::faulty::FaultyKeychain),
}

impl KeyStore {
    /// A memory keychain of its own.
    #[must_use]
    pub fn memory() -> Self {
        Self::Memory(MemoryKeychain::default())
    }
}

/// A keychain in memory. Clones share what is in it.
#[derive(Clone, Default)]
pub struct MemoryKeychain(Arc<Mutex<Entries>>);

/// Values by service and user.
type Entries = HashMap<(String, String), Zeroizing<String>>;

impl MemoryKeychain {
    /// Forgets everything, as a keychain does that was reset.
    pub fn wipe(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// How many entries there are.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl fmt::Debug for MemoryKeychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryKeychain(..)")
    }
}

/// The name of a keychain, as people know it: `GNOME Keyring`, `Windows Credential Manager`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeychainName(pub(super) String);

impl KeychainName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeychainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One service's entries in a keychain.
pub(super) struct Keychain {
    service: String,
    store: KeyStore,
    connection: Arc<Connection>,
    unanswered: Arc<AtomicUsize>,
}

impl Keychain {
    pub(super) fn new(store: KeyStore, service: String) -> Self {
        Self {
            service,
            store,
            connection: Arc::default(),
            unanswered: Arc::default(),
        }
    }

    /// Has the system's keychain opened by the time that it is asked, where that takes long enough to matter.
    pub(super) fn hasten(&self) {
        #[cfg(all(unix, not(target_os = "macos")))]
        if matches!(self.store, KeyStore::System) {
            self.connection.hasten();
        }
    }

    pub(super) fn store(&self) -> &KeyStore {
        &self.store
    }

    pub(super) async fn read(&self, user: &'static str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        self.ask(ANSWER_WITHIN, move |line| line.read(user)).await
    }

    /// `turn` is given back when the keychain is done, which may be later than this returns.
    pub(super) async fn write(
        &self,
        user: &'static str,
        value: Zeroizing<String>,
        turn: Option<Lock>,
    ) -> Result<(), KeychainError> {
        self.ask(ANSWER_WITHIN, move |line| {
            let said = line.write(user, &value);
            drop(turn);
            said
        })
        .await
    }

    /// True when there was an entry. `turn` as in [`Self::write`].
    pub(super) async fn delete(&self, user: &'static str, turn: Option<Lock>) -> Result<bool, KeychainError> {
        self.ask(ANSWER_WITHIN, move |line| {
            let said = line.delete(user);
            drop(turn);
            said
        })
        .await
    }

    pub(super) async fn name(&self) -> Result<KeychainName, KeychainError> {
        #[cfg(all(unix, not(target_os = "macos")))]
        if let Some(name) = self.connection.name_of_the_first() {
            return Ok(name);
        }
        self.ask(ANSWER_WITHIN, |line| line.name()).await
    }

    /// Asks the person to unlock it, where the system has a way to.
    pub(super) async fn unlock(&self, within: Duration) -> Result<(), KeychainError> {
        self.ask(within, move |line| line.unlock(within)).await
    }

    /// How many questions are still with the keychain.
    #[cfg(test)]
    pub(super) fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Acquire)
    }

    async fn ask<T: Send + 'static>(
        &self,
        within: Duration,
        question: impl FnOnce(&Line) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        if self.unanswered.fetch_add(1, Ordering::AcqRel) >= MOST_UNANSWERED {
            self.unanswered.fetch_sub(1, Ordering::AcqRel);
            return Err(KeychainFault::Hung.into());
        }
        let unanswered = Unanswered(self.unanswered.clone());
        let asker = Asker(Arc::new(AtomicBool::new(true)));
        let line = Line {
            service: self.service.clone(),
            store: self.store.clone(),
            connection: self.connection.clone(),
            awaited: asker.0.clone(),
        };
        let (answer, answered) = oneshot::channel();
        let thread = std::thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            let said = question(&line);
            drop(unanswered);
            // Nobody may be waiting any more.
            let _ = answer.send(said);
        });
        if thread.is_err() {
            return Err(KeychainFault::Failed.into());
        }
        let said = match tokio::time::timeout(within, answered).await {
            Ok(Ok(said)) => said,
            // The thread ended without an answer: the store panicked.
            Ok(Err(_)) => Err(KeychainFault::Failed.into()),
            Err(_) => Err(KeychainFault::Hung.into()),
        };
        drop(asker);
        if said.is_err() {
            self.connection.close();
        }
        said
    }
}

/// Whoever waits for the answer to a question; gone when the deadline passes or the caller is dropped.
struct Asker(Arc<AtomicBool>);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Counts a question until its thread is done with it, however it ends.
struct Unanswered(Arc<AtomicUsize>);

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What a question has in hand on its thread.
struct Line {
    service: String,
    store: KeyStore,
    connection: Arc<Connection>,
    awaited: Arc<AtomicBool>,
}

impl Line {
    fn read(&self, user: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        match &self.store {
            KeyStore::System => self.ask_entry(user, |entry| match entry.get_password() {
                Ok(value) => Ok(Some(Zeroizing::new(value))),
                Err(StoreError::NoEntry) => Ok(None),
                // Bytes that are no text are no key: as if it said something else.
                Err(StoreError::BadEncoding(bytes)) => {
                    drop(Zeroizing::new(bytes));
                    Ok(Some(Zeroizing::new(String::new())))
                }
                Err(error) => Err(told(&error)),
            }),
            KeyStore::Memory(memory) => {
                let entries = memory.0.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(entries.get(&(self.service.clone(), user.to_owned())).cloned())
            }
            KeyStore::Passphrase(_) => Err(KeychainFault::NoService.into()),
            #[cfg(test)]
            KeyStore::Faulty(faulty) => faulty.read(user),
        }
    }

    fn write(&self, user: &str, value: &str) -> Result<(), KeychainError> {
        match &self.store {
            KeyStore::System => self.ask_entry(user, |entry| {
                // A key that arrives late could replace one that was made meanwhile and is in use.
                if !self.awaited.load(Ordering::Acquire) {
                    return Err(KeychainFault::Hung.into());
                }
                entry.set_password(value).map_err(|error| told(&error))
            }),
            KeyStore::Memory(memory) => {
                let mut entries = memory.0.lock().unwrap_or_else(PoisonError::into_inner);
                entries.insert(
                    (self.service.clone(), user.to_owned()),
                    Zeroizing::new(value.to_owned()),
                );
                Ok(())
            }
            KeyStore::Passphrase(_) => Err(KeychainFault::NoService.into()),
            #[cfg(test)]
            KeyStore::Faulty(faulty) => faulty.write(user, value),
        }
    }

    fn delete(&self, user: &str) -> Result<bool, KeychainError> {
        match &self.store {
            KeyStore::System => self.ask_entry(user, |entry| match entry.delete_credential() {
                Ok(()) => Ok(true),
                Err(StoreError::NoEntry) => Ok(false),
                Err(error) => Err(told(&error)),
            }),
            KeyStore::Memory(memory) => {
                let mut entries = memory.0.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(entries.remove(&(self.service.clone(), user.to_owned())).is_some())
            }
            KeyStore::Passphrase(_) => Err(KeychainFault::NoService.into()),
            #[cfg(test)]
            KeyStore::Faulty(faulty) => faulty.delete(user),
        }
    }

    fn name(&self) -> Result<KeychainName, KeychainError> {
        match &self.store {
            KeyStore::System => self.system_name(),
            KeyStore::Memory(_) => Ok(KeychainName("memory".to_owned())),
            KeyStore::Passphrase(_) => Err(KeychainFault::NoService.into()),
            #[cfg(test)]
            KeyStore::Faulty(faulty) => faulty.name().map(KeychainName),
        }
    }

    fn unlock(&self, within: Duration) -> Result<(), KeychainError> {
        match &self.store {
            KeyStore::System => system_unlock(&self.service, within, &self.awaited),
            KeyStore::Memory(_) => Ok(()),
            KeyStore::Passphrase(_) => Err(KeychainFault::NoService.into()),
            #[cfg(test)]
            KeyStore::Faulty(_) => Ok(()),
        }
    }

    /// Asks an entry by the connection that is open, or by one that is opened now. If that fails, then once more by a fresh one:
    /// the open one may lead to a service or a bus that was started anew since and knows nothing of it, and a service that
    /// has just begun, or is busy, may fail one question and not the next.
    fn ask_entry<T>(
        &self,
        user: &str,
        question: impl Fn(&Entry) -> Result<T, KeychainError>,
    ) -> Result<T, KeychainError> {
        let ask = |store: &Arc<CredentialStore>| {
            let entry = store.build(&self.service, user, None);
            entry.map_err(|error| told(&error)).and_then(|entry| question(&entry))
        };
        let open = || self.connection.open().map_err(|error| told(&error));
        self.ready(user)?;
        let said = match self.connection.known() {
            Some(known) => match ask(&known) {
                // Nothing else is known of a connection that led nowhere.
                Err(KeychainError::Fault(KeychainFault::NoService | KeychainFault::Hung)) => {
                    Err(KeychainFault::Failed.into())
                }
                said => said,
            },
            None => open().and_then(|fresh| ask(&fresh)),
        };
        if !matches!(said, Err(KeychainError::Fault(KeychainFault::Failed))) {
            return said;
        }
        self.connection.close();
        self.ready(user)?;
        open().and_then(|fresh| ask(&fresh))
    }

    /// `Ok` when the entry can be asked without a prompt coming up, as far as the system can tell.
    #[cfg(all(unix, not(target_os = "macos")))]
    fn ready(&self, user: &str) -> Result<(), KeychainError> {
        let ready = || {
            let question = |bus: &zbus::blocking::Connection| secret_service::ready(bus, &self.service, user);
            self.connection.over_bus(question)
        };
        self.connection.open_during(ready)
    }

    #[cfg(any(windows, target_os = "macos"))]
    fn ready(&self, _user: &str) -> Result<(), KeychainError> {
        Ok(())
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn system_name(&self) -> Result<KeychainName, KeychainError> {
        self.connection.over_bus(secret_service::owner_name)
    }

    #[cfg(windows)]
    fn system_name(&self) -> Result<KeychainName, KeychainError> {
        Ok(KeychainName("Windows Credential Manager".to_owned()))
    }

    #[cfg(target_os = "macos")]
    fn system_name(&self) -> Result<KeychainName, KeychainError> {
        Ok(KeychainName("macOS Keychain".to_owned()))
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_unlock(service: &str, within: Duration, awaited: &AtomicBool) -> Result<(), KeychainError> {
    secret_service::unlock(service, within, awaited)
}

/// These systems unlock their keychain themselves when it is asked.
#[cfg(any(windows, target_os = "macos"))]
fn system_unlock(_service: &str, _within: Duration, _awaited: &AtomicBool) -> Result<(), KeychainError> {
    Ok(())
}

/// The store's error without the words and bytes in it.
fn told(error: &StoreError) -> KeychainError {
    match error {
        #[cfg(all(unix, not(target_os = "macos")))]
        StoreError::NoStorageAccess(cause) | StoreError::PlatformFailure(cause) => {
            secret_service::cause(cause.as_ref())
        }
        #[cfg(any(windows, target_os = "macos"))]
        StoreError::NoStorageAccess(_) => KeychainFault::Denied.into(),
        StoreError::Ambiguous(_) => KeychainFault::Ambiguous.into(),
        _ => KeychainFault::Failed.into(),
    }
}
