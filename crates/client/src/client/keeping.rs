//! Where secrets are kept, with which key, and what could not be written.

use std::time::Duration;

use doorkey_oidc::Secret;

use super::Event;
use crate::records::Keeping;
use crate::sessions::{self, AccountId};
use crate::{Client, Error};

impl Client {
    /// Where secrets are kept.
    pub fn keeping(&self) -> Keeping {
        self.inner.keeping()
    }

    /// Looks once more for a keychain, if secrets are only in memory; then they move into the vault, and accounts that were
    /// there all along can be used. Asks the person nothing. Where secrets are kept now is returned.
    pub async fn look_again(&self) -> Keeping {
        self.inner.look_again().await
    }

    /// Asks the person to unlock the keychain, where the system has a way to ask, and looks once more.
    ///
    /// Errors: `KeychainUnavailable`, with `KeychainDenied` when the person dismissed the question and `KeychainHung` when it was
    /// not answered within the time.
    pub async fn unlock(&self, within: Duration) -> Result<Keeping, Error> {
        self.inner.records().await.vault().unlock(within).await?;
        Ok(self.inner.look_again().await)
    }

    /// Opens a vault that is sealed with a passphrase, and looks once more.
    ///
    /// Errors: `KeychainLocked(PassphraseWrong)`, and nothing changed; those of the disk.
    pub async fn unlock_with(&self, passphrase: Secret) -> Result<Keeping, Error> {
        self.inner.records().await.vault().unlock_with(passphrase).await?;
        Ok(self.inner.look_again().await)
    }

    /// Seals what is kept with a passphrase in place of the keychain's key, from now on and for every process. It is the person's
    /// choice, and what a machine without a keychain uses.
    ///
    /// Errors: those of the vault. What was in force stays in force then.
    pub async fn seal_with_passphrase(&self, passphrase: Secret) -> Result<Keeping, Error> {
        let records = self.inner.records().await;
        records.vault().seal_with_passphrase(passphrase).await?;
        self.key_was_moved().await
    }

    /// Changes the passphrase.
    ///
    /// Errors: `KeychainLocked(PassphraseWrong)` for another old one, and nothing changed; those of the disk.
    pub async fn change_passphrase(&self, old: Secret, new: Secret) -> Result<(), Error> {
        Ok(self.inner.records().await.vault().change_passphrase(old, new).await?)
    }

    /// Keeps the key in the keychain again, in place of the passphrase.
    ///
    /// Errors: those of the vault and the keychain. The passphrase stays in force then.
    pub async fn keep_in_keychain(&self) -> Result<Keeping, Error> {
        self.inner.records().await.vault().keep_in_keychain().await?;
        self.key_was_moved().await
    }

    /// Seals everything with a new key. It can be broken off at any point, and goes on with the next call or start. How many
    /// records were sealed anew is returned.
    ///
    /// Errors: those of the vault and the keychain. Everything that is kept opens at any time.
    pub async fn rotate_key(&self) -> Result<usize, Error> {
        Ok(self.inner.records().await.vault().rotate_key().await?)
    }

    /// Begins anew where what is kept cannot be opened, for its key is with another keychain or its passphrase is forgotten: it is set
    /// aside, and not deleted. How many records that were is returned.
    ///
    /// Errors: those of the vault.
    pub async fn start_afresh(&self) -> Result<usize, Error> {
        let set_aside = self.inner.records().await.vault().start_afresh().await?;
        self.inner.look_again().await;
        Ok(set_aside)
    }

    async fn key_was_moved(&self) -> Result<Keeping, Error> {
        // What was in memory moves into the vault, if it could not be used before.
        self.inner.look_again().await;
        self.inner.records().await.key_was_moved().await;
        self.inner.tell(Event::Keeping);
        Ok(self.inner.keeping())
    }

    /// The accounts whose last change, most often new tokens, could not be written, because the disk is full or the keychain
    /// gone. They go on in this process, and the change is lost with it: a program says so before it ends.
    pub fn unsaved(&self) -> Vec<AccountId> {
        self.inner.refreshing.unsaved.all()
    }

    /// Tries at once to write what could not be written. It is tried again and again without this too.
    ///
    /// Errors: those of the vault, for the first account that still cannot be written.
    pub async fn save_unsaved(&self) -> Result<(), Error> {
        let mut result = Ok(());
        for account in self.unsaved() {
            result = result.and(sessions::save(&self.inner, &account).await);
        }
        result
    }
}
