//! What the program can mend by itself, each when the person asks for it.

use std::sync::Arc;
use std::time::Duration;

use super::finding::Repair;
use super::link_owner::{Owner, look};
use crate::error::StorageFault;
use crate::inner::Inner;
use crate::link_handler::LinkHandlerError;
use crate::vault::{KeychainFault, VaultError};
use crate::{Error, Misconfiguration};

/// How long the person has for the keychain's question.
const UNLOCKED_WITHIN: Duration = Duration::from_secs(60);

pub(crate) async fn repair(inner: &Arc<Inner>, repair: Repair) -> Result<(), Error> {
    match repair {
        Repair::UnlockKeychain => {
            inner.vault().unlock(UNLOCKED_WITHIN).await?;
            // What was kept in memory meanwhile moves into the vault.
            inner.look_again().await;
            Ok(())
        }
        Repair::StartAfresh => start_afresh(inner).await,
        Repair::SetDamagedAside => set_damaged_aside(inner).await,
        Repair::RegisterLinks => register_links(inner).await,
    }
}

async fn start_afresh(inner: &Arc<Inner>) -> Result<(), Error> {
    match inner.vault().examine().await {
        Err(
            VaultError::KeychainUnavailable(KeychainFault::Changed | KeychainFault::OtherKey)
            | VaultError::KeyGone { .. },
        ) => {
            let set_aside = inner.vault().start_afresh().await?;
            tracing::warn!(set_aside, "what is kept was set aside, by the person's choice");
        }
        // The key is back since the person looked: what opens again is not given up.
        Ok(_) => {}
        Err(error) => return Err(error.into()),
    }
    inner.look_again().await;
    inner.read_all().await;
    Ok(())
}

async fn set_damaged_aside(inner: &Arc<Inner>) -> Result<(), Error> {
    let vault = inner.vault();
    let mut found = vault.examine().await?;
    if found.key_gone && vault.give_key_back().await? {
        tracing::info!("the keychain had lost the key, and has it again");
        found = vault.examine().await?;
    }
    for name in found.do_not_open {
        match vault.get(&name).await {
            // The first that is asked for when the key is gone takes all others with it.
            Err(VaultError::Damaged { .. } | VaultError::KeyGone { .. }) => {
                tracing::warn!("a record that does not open was set aside")
            }
            // Another process has mended, replaced or removed it meanwhile.
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Accounts that are gone go from the list, and those that can be read again come back.
    inner.read_all().await;
    Ok(())
}

async fn register_links(inner: &Arc<Inner>) -> Result<(), Error> {
    let handler = inner.link_handler.clone().ok_or(Error::LinkHandlerBroken)?;
    let registering = handler.clone();
    // Also where the links are ours already: a delivery that fails may do so by how that is written.
    match tokio::task::spawn_blocking(move || registering.register()).await {
        Ok(Ok(())) => {}
        Ok(Err(LinkHandlerError::StorageFull)) => return Err(Error::StorageFull(StorageFault::Full)),
        Ok(Err(LinkHandlerError::NotPrivateUse | LinkHandlerError::UnusablePath)) => {
            return Err(Error::Misconfigured(Misconfiguration::RedirectUri));
        }
        Ok(Err(_)) | Err(_) => return Err(Error::LinkHandlerBroken),
    }
    match look(&inner.user_agent, handler).await {
        // Where nobody says what this system makes of it, what is written is all that can be mended.
        Ok(Owner::Ours | Owner::Unconfirmed) => Ok(()),
        Ok(Owner::Disputed { .. } | Owner::Other { .. } | Owner::Stale { .. } | Owner::Nobody) | Err(_) => {
            Err(Error::LinkHandlerBroken)
        }
    }
}
