//! Where the key is: in the keychain, or in a file that a passphrase opens. The folder itself says which.

use std::sync::PoisonError;

use zeroize::Zeroizing;

use super::failure::{KeychainError, KeychainFault, VaultError};
use super::keychain::{KeyStore, KeychainName};
use super::keys::{Keys, PASSPHRASE};
use super::passphrase::{Header, Unusable, Wrapping};
use super::{Inner, KEY_USER, TRIAL_USER};

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

    /// The keys as they are kept; `None` when there are none or what is there is no key.
    pub(super) async fn read_keys(&self) -> Result<Option<Keys>, VaultError> {
        let text = match self.place().await? {
            Place::Keychain => self.keychain.read(KEY_USER).await?,
            Place::File(file) => Some(self.unwrapped(&file)?),
            Place::NoFileYet => return Err(VaultError::PassphraseNeeded),
        };
        let keys = text.and_then(|text| Keys::from_text(&text));
        self.remember(keys.clone());
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
        self.keychain.write(KEY_USER, text.clone()).await?;
        // Nothing is sealed with a key that the keychain might not give back.
        let kept = self.keychain.read(KEY_USER).await?;
        if kept.as_deref() == Some(&**text) {
            Ok(())
        } else {
            Err(KeychainError::from(KeychainFault::NotKept).into())
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

    /// Whether the keychain gives back what it is given.
    pub(super) async fn round_trip(&self) -> Result<(), VaultError> {
        let trial = Keys::random().to_text();
        self.keychain.write(TRIAL_USER, trial.clone()).await?;
        let kept = self.keychain.read(TRIAL_USER).await?;
        self.keychain.delete(TRIAL_USER).await?;
        if kept.as_deref() == Some(&*trial) {
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
