//! What a child does with the vault alone: every record is read, the key is replaced or moved.

use std::path::Path;

use doorkey::vault::passphrase::Cost;
use doorkey::vault::{KeptWith, KeychainFault, RecordKind, Vault, VaultConfig, VaultError};

use super::Child;
use crate::error::{Result, SoakError, broken};
use crate::keys;
use crate::wire::{Checked, Said};

const KINDS: [RecordKind; 7] = [
    RecordKind::Account,
    RecordKind::Parked,
    RecordKind::Outcome,
    RecordKind::Tombstone,
    RecordKind::Client,
    RecordKind::Index,
    RecordKind::Revocation,
];

/// What a busy machine makes of a keychain that is in order is told apart from all else that a vault may say.
fn failed(what: &'static str) -> impl Fn(VaultError) -> SoakError {
    move |error| match error {
        VaultError::KeychainUnavailable(
            fault @ (KeychainFault::Hung | KeychainFault::NoService | KeychainFault::Failed),
        ) => SoakError::KeychainSilent(fault.name().to_owned()),
        error => broken(format!("{what}: {error}")),
    }
}

impl Child {
    fn vault(&self) -> Result<Vault> {
        let vault = Vault::open(VaultConfig {
            folder: self.setup.folder.clone(),
            service: self.setup.service.clone(),
            key_store: keys::store(),
        });
        vault.map_err(failed("the vault does not open"))
    }

    /// The vault, unlocked if it is under the passphrase.
    async fn unlocked(&self) -> Result<Vault> {
        let vault = self.vault()?;
        let failed = failed("the vault does not open");
        if matches!(vault.kept_with().await.map_err(&failed)?, KeptWith::Passphrase { .. }) {
            vault.unlock_with(keys::passphrase()).await.map_err(&failed)?;
        }
        Ok(vault)
    }

    /// Opens every record under the key, as nobody but the vault can.
    pub(super) async fn check(&self) -> Result<Checked> {
        let vault = self.unlocked().await?;
        let (mut opened, mut bad) = (0, Vec::new());
        for kind in KINDS {
            let names = vault.list(kind).await;
            for name in names.map_err(failed("the vault cannot be listed"))? {
                match vault.get(&name).await {
                    Ok(Some(_)) => opened += 1,
                    // Somebody else has taken it away between the two calls.
                    Ok(None) => {}
                    Err(error) => match failed("a record")(error) {
                        silent @ SoakError::KeychainSilent(_) => return Err(silent),
                        _ => bad.push(format!("{kind:?}: {error}")),
                    },
                }
            }
        }
        Ok(Checked {
            opened,
            broken: bad,
            aside: aside(&self.setup.folder),
        })
    }

    /// Replaces the key.
    pub(super) async fn rotate(&self) -> Result<Said> {
        let rotated = self.vault()?.rotate_key().await;
        rotated.map(|_| Said::Done).map_err(failed("no rotation"))
    }

    /// Moves the key under a passphrase and back.
    pub(super) async fn move_key(&self) -> Result<Said> {
        let vault = self.vault()?;
        let sealed = vault
            .seal_with_passphrase_at(keys::passphrase(), Cost::INSECURE_FOR_TESTS)
            .await;
        sealed.map_err(failed("not under a passphrase"))?;
        move_back(&vault).await
    }

    /// Moves it back, wherever it was left.
    pub(super) async fn move_key_back(&self) -> Result<Said> {
        move_back(&self.unlocked().await?).await
    }
}

async fn move_back(vault: &Vault) -> Result<Said> {
    let failed = failed("not in the keychain");
    if vault.kept_with().await.map_err(&failed)? != KeptWith::Keychain {
        vault.keep_in_keychain().await.map_err(&failed)?;
    }
    Ok(Said::Done)
}

/// Records that were set aside because they did not open.
fn aside(folder: &Path) -> usize {
    let name = |file: std::io::Result<std::fs::DirEntry>| file.ok()?.file_name().into_string().ok();
    std::fs::read_dir(folder).map_or(0, |files| {
        files.filter_map(name).filter(|name| name.contains(".aside-")).count()
    })
}
