//! Where the key is: in the keychain, or in a file that a passphrase opens. The folder itself says which.

use std::sync::PoisonError;
use std::time::Duration;

use zeroize::Zeroizing;

use super::failure::{KeychainError, KeychainFault, VaultError};
use super::keychain::{KeyStore, KeychainName};
use super::keys::{Keys, PASSPHRASE};
use super::lock::Lock;
use super::name::LockName;
use super::passphrase::{Header, Unusable, Wrapping};
use super::{Inner, KEY_USER, TRIAL_USER};

/// How long a change of the key's entry waits for the one before it.
const KEY_ENTRY_WITHIN: Duration = Duration::from_secs(1);

/// Where the key is.
pub(super) enum Place {
    /// In the keychain.
    Keychain,
    /// In this file, sealed with a passphrase.
    File(Vec<u8>),
    /// In a file as well, which was not made yet.
    NoFileYet,
}

impl Inner {
    /// Asked anew each time: another process may have moved the key.
    pub(super) async fn place(&self) -> Result<Place, VaultError> {
        Ok(match self.on_disk(|folder| folder.passphrase_file()).await? {
            Some(file) => Place::File(file),
            None if matches!(self.key_store(), KeyStore::Passphrase(_)) => Place::NoFileYet,
            None => Place::Keychain,
        })
    }

    /// As the second line of the mark says it.
    pub(super) async fn place_name(&self) -> Result<KeychainName, VaultError> {
        match self.place().await? {
            Place::Keychain => Ok(self.keychain.name().await?),
            Place::File(_) | Place::NoFileYet => Ok(KeychainName(PASSPHRASE.to_owned())),
        }
    }

    /// The keys as they are kept; `None` when there are none. What is no key is nothing while nothing depends on it, and
    /// else a stranger's: `OtherKey`, or `KeyGone` in the file of a passphrase.
    pub(super) async fn keys_as_kept(&self) -> Result<Option<Keys>, VaultError> {
        let place = self.place().await?;
        let text = match &place {
            Place::Keychain => self.keychain.read(KEY_USER).await?,
            Place::File(file) => Some(self.unwrapped(file)?),
            Place::NoFileYet => return Err(VaultError::PassphraseNeeded),
        };
        let Some(text) = text else { return Ok(None) };
        if let Some(keys) = Keys::from_text(&text) {
            return Ok(Some(keys));
        }
        match place {
            Place::Keychain if self.on_disk(|folder| folder.records()).await?.is_empty() => {
                tracing::warn!("the keychain's entry for the vault's key is no key; nothing depends on it");
                Ok(None)
            }
            Place::Keychain => Err(VaultError::KeychainUnavailable(KeychainFault::OtherKey)),
            Place::File(_) | Place::NoFileYet => Err(VaultError::KeyGone { set_aside: 0 }),
        }
    }

    /// [`Self::keys_as_kept`], to be known from now on. What is known is not forgotten with what is kept: it may be all that is
    /// left of the key.
    pub(super) async fn read_keys(&self) -> Result<Option<Keys>, VaultError> {
        let keys = self.keys_as_kept().await?;
        if keys.is_some() {
            self.remember(keys.clone());
        }
        Ok(keys)
    }

    /// Keeps these keys in place of the ones that are kept, and reads them back.
    ///
    /// With the vault's lock held, and after [`Self::read_keys`] under the same lock: else what a passphrase was changed
    /// to meanwhile would be changed back.
    pub(super) async fn keep(&self, keys: &Keys) -> Result<(), VaultError> {
        let text = keys.to_text();
        match self.place().await? {
            Place::Keychain => self.keep_in_keychain_entry(&text).await?,
            Place::File(_) => {
                let wrapping = self.unlocked().ok_or(VaultError::PassphraseNeeded)?;
                self.keep_in_file(&wrapping, &text).await?;
            }
            Place::NoFileYet => return Err(VaultError::PassphraseNeeded),
        }
        self.remember(Some(keys.clone()));
        Ok(())
    }

    pub(super) async fn keep_in_keychain_entry(&self, text: &Zeroizing<String>) -> Result<(), VaultError> {
        let turn = self.turn_to_change_the_key().await?;
        self.keychain.write(KEY_USER, text.clone(), Some(turn)).await?;
        // Nothing is sealed with a key that the keychain might not give back.
        let kept = self.keychain.read(KEY_USER).await?;
        if kept.as_deref() == Some(&**text) {
            Ok(())
        } else {
            Err(KeychainError::from(KeychainFault::NotKept).into())
        }
    }

    /// Takes the key out of the keychain. True when there was one.
    pub(super) async fn remove_from_keychain(&self) -> Result<bool, VaultError> {
        let turn = self.turn_to_change_the_key().await?;
        Ok(self.keychain.delete(KEY_USER, Some(turn)).await?)
    }

    /// Goes with a question that changes the key's entry until the keychain is done with it, though nobody may be waiting for
    /// the answer any more: a change that came late could undo the next one, and with it the only copy of a key.
    pub(super) async fn turn_to_change_the_key(&self) -> Result<Lock, VaultError> {
        let name = LockName::key_entry();
        match self.turns.lock(&self.folder, &name, KEY_ENTRY_WITHIN).await {
            // One that is still with the keychain.
            Err(VaultError::Busy) => Err(VaultError::KeychainUnavailable(KeychainFault::Hung)),
            turn => turn,
        }
    }

    pub(super) async fn keep_in_file(&self, wrapping: &Wrapping, text: &str) -> Result<(), VaultError> {
        let file = wrapping.wrap(text);
        let kept = self
            .on_disk(move |folder| {
                folder.set_passphrase_file(&file)?;
                folder.passphrase_file()
            })
            .await?;
        if kept
            .and_then(|kept| wrapping.unwrap(&kept))
            .as_deref()
            .map(String::as_str)
            == Some(text)
        {
            Ok(())
        } else {
            Err(VaultError::StorageFailed)
        }
    }

    /// What the file says, to whoever gave the passphrase before.
    pub(super) fn unwrapped(&self, file: &[u8]) -> Result<Zeroizing<String>, VaultError> {
        Header::of(file)?;
        // A passphrase that was changed elsewhere is needed anew.
        self.unlocked()
            .and_then(|wrapping| wrapping.unwrap(file))
            .ok_or(VaultError::PassphraseNeeded)
    }

    /// With the vault's lock held, for two round trips at once would read each other's entry: whether the keychain gives back
    /// what it is given, and lets go of it.
    pub(super) async fn round_trip(&self) -> Result<(), VaultError> {
        let trial = Keys::random().to_text();
        self.keychain.write(TRIAL_USER, trial.clone(), None).await?;
        let kept = self.keychain.read(TRIAL_USER).await;
        // Whatever reading said, nothing is left behind.
        let deleted = self.keychain.delete(TRIAL_USER, None).await;
        let same = kept?.as_deref() == Some(&*trial);
        if same && deleted? && self.keychain.read(TRIAL_USER).await?.is_none() {
            Ok(())
        } else {
            Err(KeychainError::from(KeychainFault::NotKept).into())
        }
    }

    pub(super) fn unlocked(&self) -> Option<Wrapping> {
        self.unlocked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_unlocked(&self, wrapping: Option<Wrapping>) {
        *self.unlocked.lock().unwrap_or_else(PoisonError::into_inner) = wrapping;
    }
}

impl From<Unusable> for VaultError {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            // What the file held is lost; the records stay where they are until the person decides.
            Unusable::Malformed => Self::KeyGone { set_aside: 0 },
            Unusable::TooNew => Self::TooNew,
        }
    }
}
