//! The key under a passphrase instead of in the keychain, and back.
//!
//! The file `passphrase.key` decides: where it is, it is in force, whatever the keychain says. The mark's second line names
//! the keychain for as long as a copy of the key may be in there; so a move that was interrupted is known by a file beside
//! a mark that names a keychain, and is completed when the passphrase is given next. A key that is on its way into the
//! keychain is taken out again then. At no moment is there no copy.

use super::failure::{KeychainFault, VaultError};
use super::keychain::{KeyStore, KeychainName};
use super::keys::{Keys, Mark, PASSPHRASE};
use super::passphrase::{Cost, Header, Wrapping};
use super::place::Place;
use super::{Inner, KEY_USER, Vault};
use crate::Secret;
use crate::points::{Point, reach};

/// What the key of a vault is kept with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptWith {
    /// In the keychain.
    Keychain,
    /// In a file that a passphrase opens.
    Passphrase {
        /// It was given to this process, and is still the one.
        unlocked: bool,
    },
}

impl Vault {
    /// What the key is kept with, as the folder says. The keychain is not asked.
    ///
    /// # Errors
    /// The storage errors.
    pub async fn kept_with(&self) -> Result<KeptWith, VaultError> {
        let inner = &self.inner;
        Ok(match inner.place().await? {
            Place::Keychain => KeptWith::Keychain,
            Place::NoFileYet => KeptWith::Passphrase { unlocked: false },
            Place::File(file) => KeptWith::Passphrase {
                unlocked: inner
                    .unlocked()
                    .is_some_and(|wrapping| wrapping.unwrap(&file).is_some()),
            },
        })
    }

    /// Opens a vault that is sealed with a passphrase, for this process. Where the configuration says
    /// [`KeyStore::Passphrase`] and there is no such vault yet, this makes it: whoever offers that asks twice first. A vault
    /// that keeps its key in the keychain needs none, and nothing happens.
    ///
    /// Takes the time and memory that the file says ([`Cost`]), on a thread of its own.
    ///
    /// # Errors
    /// `PassphraseWrong`, and nothing changed; `PassphraseNeeded` when it is empty; `TooNew`; `KeyGone` when the file is
    /// damaged or gone; `KeychainUnavailable(Changed)` when it is gone and the key is in a keychain; `Busy`; the storage errors.
    pub async fn unlock_with(&self, passphrase: Secret) -> Result<(), VaultError> {
        let inner = &self.inner;
        let made = match inner.place().await? {
            Place::Keychain => return Ok(()),
            Place::NoFileYet => inner.make_under(&passphrase).await?,
            Place::File(_) => false,
        };
        if !made {
            inner.unlock_file(&passphrase).await?;
        }
        // A copy that stayed in the keychain harms no one who has the passphrase: it is tried again the next time.
        if let Err(error) = inner.complete_move().await {
            tracing::warn!(%error, "the keychain may still have a copy of the vault's key");
        }
        Ok(())
    }

    /// Replaces the passphrase. The key stays the same: [`rotate_key`](Self::rotate_key) makes worthless what somebody could do
    /// with an earlier copy of the file and the earlier passphrase.
    ///
    /// # Errors
    /// `PassphraseWrong` when `old` is not the one or no passphrase is in force, `PassphraseNeeded` when `new` is empty, and
    /// nothing changed; `TooNew`, `KeyGone`, `Busy`; the storage errors, after which the old one is still the one.
    pub async fn change_passphrase(&self, old: Secret, new: Secret) -> Result<(), VaultError> {
        let inner = &self.inner;
        let Place::File(file) = inner.place().await? else {
            return Err(VaultError::PassphraseWrong);
        };
        // Both take their time, so not under the lock that everybody waits for.
        let header = Header::of(&file)?;
        let before = derive(&old, header).await?;
        before.unwrap(&file).ok_or(VaultError::PassphraseWrong)?;
        let wrapping = derive(&new, Header::fresh(header.cost)).await?;
        let _guard = inner.guard().await?;
        // Whatever it holds by now: the key may have been replaced meanwhile, or the passphrase.
        let Place::File(file) = inner.place().await? else {
            return Err(VaultError::PassphraseWrong);
        };
        let text = before.unwrap(&file).ok_or(VaultError::PassphraseWrong)?;
        inner.keep_in_file(&wrapping, &text).await?;
        inner.set_unlocked(Some(wrapping));
        inner.remember(Keys::from_text(&text));
        Ok(())
    }

    /// Takes the key out of the keychain and seals it with a passphrase, at [`Cost::RECOMMENDED`] or what
    /// [`KeyStore::Passphrase`] says. Where there is no keychain and nothing was sealed yet, a key is made.
    ///
    /// # Errors
    /// As [`seal_with_passphrase_at`](Self::seal_with_passphrase_at).
    pub async fn seal_with_passphrase(&self, passphrase: Secret) -> Result<(), VaultError> {
        let cost = match self.inner.key_store() {
            KeyStore::Passphrase(cost) => *cost,
            _ => Cost::RECOMMENDED,
        };
        self.seal_with_passphrase_at(passphrase, cost).await
    }

    /// [`seal_with_passphrase`](Self::seal_with_passphrase) at a cost of the caller's choice.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, `KeyGone`, `PassphraseNeeded` when it is empty, `Busy`, the storage errors.
    /// If the passphrase is in force after an error ([`kept_with`](Self::kept_with)), a copy of the key may have stayed in the
    /// keychain, and this call with the same passphrase, or the next [`unlock_with`](Self::unlock_with), takes it out.
    /// `PassphraseWrong` when another one is in force already.
    pub async fn seal_with_passphrase_at(&self, passphrase: Secret, cost: Cost) -> Result<(), VaultError> {
        let inner = &self.inner;
        if let Place::File(_) = inner.place().await? {
            inner.unlock_file(&passphrase).await?;
            return inner.complete_move().await;
        }
        {
            // Takes its time, so not under the lock that everybody waits for.
            let wrapping = derive(&passphrase, Header::fresh(cost)).await?;
            let _guard = inner.guard().await?;
            if let Place::File(_) = inner.place().await? {
                // Another process was faster, with a passphrase that is not known to be this one.
                return Err(VaultError::Busy);
            }
            let (keys, kept) = inner.keys_to_move().await?;
            if !kept {
                inner.mark_as_under_passphrase(&keys).await?;
            }
            inner.keep_in_file(&wrapping, &keys.to_text()).await?;
            reach(Point::PassphraseWritten);
            inner.set_unlocked(Some(wrapping));
            inner.remember(Some(keys));
        }
        inner.complete_move().await
    }

    /// Puts the key of an unlocked vault back into the keychain, and removes the file that the passphrase opens.
    ///
    /// # Errors
    /// `PassphraseNeeded`; `KeychainUnavailable`, `KeychainLocked`; `KeychainUnavailable(OtherKey)` when the keychain has a key that
    /// is not this vault's, which is not overwritten, and `KeychainUnavailable(Changed)` when another one than this may still have
    /// a copy of the key; `KeychainUnavailable(NoService)` where the configuration says [`KeyStore::Passphrase`]; `Busy`; the
    /// storage errors. The passphrase is in force after each.
    pub async fn keep_in_keychain(&self) -> Result<(), VaultError> {
        let inner = &self.inner;
        if let KeyStore::Passphrase(_) = inner.key_store() {
            return Err(VaultError::KeychainUnavailable(KeychainFault::NoService));
        }
        let _guard = inner.guard().await?;
        match inner.place().await? {
            Place::Keychain => return Ok(()),
            Place::NoFileYet => return Err(VaultError::PassphraseNeeded),
            Place::File(_) => {}
        }
        let keys = inner.read_keys().await?.ok_or(VaultError::KeyGone { set_aside: 0 })?;
        let there = inner.keychain.read(KEY_USER).await?;
        let is_a_stranger_s = |text: &str| Keys::from_text(text).is_none_or(|other| !other.share_one_with(&keys));
        if there.is_some_and(|text| is_a_stranger_s(&text)) {
            return Err(VaultError::KeychainUnavailable(KeychainFault::OtherKey));
        }
        let name = inner.keychain.name().await?;
        // The mark has room for one: the copy in the other would be forgotten.
        if inner.mark().await?.is_some_and(|mark| may_be_in_another(&mark, &name)) {
            return Err(VaultError::KeychainUnavailable(KeychainFault::Changed));
        }
        let mark = Mark {
            key: keys.mark(),
            place: Some(name.as_str().to_owned()),
        };
        // Before the key: a copy in the keychain that nobody knows of would stay there.
        inner.on_disk(move |folder| folder.set_mark(&mark)).await?;
        reach(Point::KeychainAnnounced);
        inner.keep_in_keychain_entry(&keys.to_text()).await?;
        reach(Point::KeychainWritten);
        inner.on_disk(|folder| folder.remove_passphrase_file()).await?;
        reach(Point::KeychainAlone);
        inner.set_unlocked(None);
        Ok(())
    }
}

impl Inner {
    /// Gives the passphrase to the file.
    async fn unlock_file(&self, passphrase: &Secret) -> Result<(), VaultError> {
        loop {
            let Place::File(file) = self.place().await? else {
                return Err(VaultError::Busy);
            };
            // Takes its time, so not under the lock that everybody waits for.
            let wrapping = derive(passphrase, Header::of(&file)?).await?;
            let _guard = self.guard().await?;
            let Place::File(now) = self.place().await? else {
                return Err(VaultError::Busy);
            };
            // Whatever it holds by now: the key may have been replaced meanwhile.
            if let Some(text) = wrapping.unwrap(&now) {
                let keys = Keys::from_text(&text).ok_or(VaultError::KeyGone { set_aside: 0 })?;
                self.remember(Some(keys));
                self.set_unlocked(Some(wrapping));
                return Ok(());
            }
            if now == file {
                return Err(VaultError::PassphraseWrong);
            }
            // The passphrase was changed meanwhile, perhaps to this one.
        }
    }

    /// Makes the first key under a passphrase. False when another process did so meanwhile.
    async fn make_under(&self, passphrase: &Secret) -> Result<bool, VaultError> {
        let cost = match self.key_store() {
            KeyStore::Passphrase(cost) => *cost,
            _ => Cost::RECOMMENDED,
        };
        let wrapping = derive(passphrase, Header::fresh(cost)).await?;
        let _guard = self.guard().await?;
        if let Place::File(_) = self.place().await? {
            return Ok(false);
        }
        self.key_is_gone(self.mark().await?.as_ref()).await?;
        let keys = Keys::random();
        self.mark_as_under_passphrase(&keys).await?;
        self.keep_in_file(&wrapping, &keys.to_text()).await?;
        self.set_unlocked(Some(wrapping));
        self.remember(Some(keys));
        Ok(true)
    }

    /// The keys that are to be sealed with a passphrase, and whether they are kept anywhere yet.
    async fn keys_to_move(&self) -> Result<(Keys, bool), VaultError> {
        let mark = self.mark().await?;
        if let Place::NoFileYet = self.place().await? {
            self.key_is_gone(mark.as_ref()).await?;
            return Ok((Keys::random(), false));
        }
        match self.keys_kept(mark.as_ref()).await {
            Ok(Some(keys)) => {
                // It is the mark that remembers the copy in the keychain until that is gone.
                let in_keychain = |place: String| place != PASSPHRASE;
                let named = |mark: Mark| mark.key == keys.mark() && mark.place.is_some_and(in_keychain);
                if !mark.is_some_and(named) {
                    self.adopt(&keys).await?;
                }
                Ok((keys, true))
            }
            Ok(None) => Ok((Keys::random(), false)),
            // No keychain, and nothing that was ever sealed with a key from one.
            Err(VaultError::KeychainUnavailable(_) | VaultError::KeychainLocked)
                if mark.is_none() && self.on_disk(|folder| folder.records()).await?.is_empty() =>
            {
                Ok((Keys::random(), false))
            }
            Err(error) => Err(error),
        }
    }

    async fn mark_as_under_passphrase(&self, keys: &Keys) -> Result<(), VaultError> {
        let mark = Mark {
            key: keys.mark(),
            place: Some(PASSPHRASE.to_owned()),
        };
        self.on_disk(move |folder| folder.set_mark(&mark)).await
    }

    /// With the file unlocked: takes a copy of its key out of the keychain, where the mark says that there may be one. `Ok` when
    /// none is left, or when no passphrase is in force.
    ///
    /// Errors: `KeychainUnavailable(Changed)` when another keychain than this may still have one; those of the keychain.
    pub(super) async fn complete_move(&self) -> Result<(), VaultError> {
        let in_keychain = |mark: &Mark| mark.place.as_deref() != Some(PASSPHRASE);
        if !self.mark().await?.as_ref().is_some_and(in_keychain) {
            return Ok(());
        }
        let _guard = self.guard().await?;
        let Some(mark) = self.mark().await?.filter(in_keychain) else {
            return Ok(());
        };
        if !matches!(self.place().await?, Place::File(_)) {
            return Ok(());
        }
        let keys = self.read_keys().await?.ok_or(VaultError::KeyGone { set_aside: 0 })?;
        if !keys.has(&mark.key) {
            return Err(VaultError::KeychainUnavailable(KeychainFault::OtherKey));
        }
        // One that is still on its way in would come after we looked.
        drop(self.turn_to_change_the_key().await?);
        let copy = self.keychain.read(KEY_USER).await?;
        if copy
            .and_then(|text| Keys::from_text(&text))
            .is_some_and(|copy| copy.share_one_with(&keys))
        {
            self.remove_from_keychain().await?;
            reach(Point::PassphraseAlone);
        }
        // One that was not in this keychain may be in the one that is named: that is remembered until it runs again.
        if may_be_in_another(&mark, &self.keychain.name().await?) {
            return Err(VaultError::KeychainUnavailable(KeychainFault::Changed));
        }
        let place = Some(PASSPHRASE.to_owned());
        self.on_disk(move |folder| folder.set_mark(&Mark { key: mark.key, place }))
            .await
    }
}

/// Whether a copy of the key may be in another keychain than this one.
fn may_be_in_another(mark: &Mark, keychain: &KeychainName) -> bool {
    mark.place.as_deref() != Some(PASSPHRASE) && mark.is_of_another_place(keychain.as_str())
}

/// On a thread where it may take its time.
async fn derive(passphrase: &Secret, header: Header) -> Result<Wrapping, VaultError> {
    // Exposed: to see that there is one.
    if passphrase.expose().is_empty() {
        return Err(VaultError::PassphraseNeeded);
    }
    // The thread needs its own, which is wiped when it is done.
    let passphrase = passphrase.share();
    let derived = tokio::task::spawn_blocking(move || Wrapping::derive(&passphrase, header)).await;
    reach(Point::PassphraseDerived);
    derived.ok().flatten().ok_or(VaultError::StorageFailed)
}
