//! Records whose key is gone: set aside until it comes back, and brought back then.

use super::failure::VaultError;
use super::seal::OVERHEAD;
use super::{Inner, MAX_RECORD, Vault};

impl Vault {
    /// Sets all records aside, and a passphrase with them: the person's choice when the key is out of reach, which is never made
    /// for them. The next [`put`](Self::put) uses the key that the keychain has, or makes one. Nothing is deleted, in the keychain or here,
    /// and what a key opens that comes back later comes back too ([`Self::bring_back`]). Returns how many records were set aside.
    ///
    /// A forgotten passphrase is left behind so: its file becomes `passphrase.key.aside-...`.
    ///
    /// # Errors
    /// `Busy`; the storage errors, after which a part may be set aside and the rest is where it was.
    pub async fn start_afresh(&self) -> Result<usize, VaultError> {
        let inner = &self.inner;
        let _guard = inner.guard().await?;
        inner.remember(None);
        inner.set_unlocked(None);
        let set_aside = inner.set_all_aside().await?;
        inner.on_disk(|folder| folder.set_passphrase_file_aside()).await?;
        Ok(set_aside)
    }

    /// Brings back the records that were set aside because their key was gone, and that the key which is kept now opens.
    /// One stays aside when a newer one of its name is there, or was since, or was deleted since. Returns how many came
    /// back.
    ///
    /// # Errors
    /// As [`put`](Self::put); what was brought back until then is back.
    pub async fn bring_back(&self) -> Result<usize, VaultError> {
        let inner = &self.inner;
        if inner.on_disk(|folder| folder.keyless()).await?.is_empty() {
            return Ok(0);
        }
        let _guard = inner.guard().await?;
        let mark = inner.mark().await?;
        let Some(keys) = inner.keys_kept(mark.as_ref()).await? else {
            return Ok(0);
        };
        if mark.is_none_or(|mark| mark.key != keys.mark()) {
            inner.adopt(&keys).await?;
        }
        let format = inner.format;
        inner
            .on_disk(move |folder| {
                let mut brought_back = 0;
                for waiting in folder.keyless()? {
                    if folder.has(&waiting.name)? {
                        continue;
                    }
                    let file = waiting.read(MAX_RECORD + OVERHEAD)?.unwrap_or_default();
                    if let Ok(opened) = keys.open(format, &waiting.name, &file) {
                        // Sealed anew: the key that opened it may be the one that is about to go.
                        folder.write(&waiting.name, &keys.first.seal(format, &waiting.name, &opened.record))?;
                        waiting.remove()?;
                        brought_back += 1;
                    }
                }
                Ok(brought_back)
            })
            .await
    }
}

impl Inner {
    /// With the vault's lock held: puts all records where they wait for their key.
    pub(super) async fn set_all_aside(&self) -> Result<usize, VaultError> {
        self.on_disk(|folder| {
            let mut moved = 0;
            for name in folder.records()? {
                moved += usize::from(folder.set_keyless(&name)?);
            }
            folder.remove_mark()?;
            Ok(moved)
        })
        .await
    }
}
