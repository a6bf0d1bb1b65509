//! A new key in place of the old one, while everybody goes on working.
//!
//! First both keys are kept, the new one in front; then the folder's mark names the new one, so that nothing is sealed with the old
//! one any more; then each record is sealed anew; then the new key is kept alone. Whoever is stopped in between leaves two
//! keys, both of which open, and the next one goes on from there.

use std::io;

use super::failure::{KeychainFault, VaultError};
use super::files::Folder;
use super::keys::Keys;
use super::name::RecordName;
use super::seal::{Format, OVERHEAD};
use super::{Inner, MAX_RECORD, Vault};
use crate::points::{Point, reach};

/// What was done with one record.
pub(super) enum Resealed {
    /// It is sealed with the new key since now.
    Now,
    /// Nothing had to be done, or nothing could: a record that opens with neither key does not need the old one.
    Not,
    /// Only a newer program can open it, perhaps with the old key.
    TooNew,
    /// The new key is not the one in force any more.
    Overtaken,
}

impl Vault {
    /// Replaces the key, or completes a replacement that was interrupted. Returns how many records were sealed anew.
    /// 0 when there is no key yet.
    ///
    /// Wherever it is stopped, every record opens with a key that is kept: the old key goes last, and not before the keychain has
    /// given the new one back. That is as good as the keychain: one that spoils the entry when it is replaced, and then does
    /// not take the old keys again either, has lost them, and they are known to this process alone.
    ///
    /// # Errors
    /// `KeychainUnavailable`, `KeychainLocked`, `PassphraseNeeded`, `KeyGone`, `Busy`, the storage errors; `TooNew` when a newer
    /// program sealed a record, which this one could not seal anew. After each of them another call goes on from there, and
    /// so does [`keeping`](Self::keeping).
    pub async fn rotate_key(&self) -> Result<usize, VaultError> {
        let inner = &self.inner;
        // A copy of the old key that stayed in the keychain could not be told from a stranger's afterwards.
        inner.complete_move().await?;
        {
            let _guard = inner.guard().await?;
            let mark = inner.mark().await?;
            let Some(keys) = inner.keys_kept(mark.as_ref()).await? else {
                return Ok(0);
            };
            if keys.older.is_none() {
                inner.begin_rotation(keys).await?;
            }
        }
        inner.finish_rotation().await
    }
}

impl Inner {
    /// With the vault's lock held: makes the new key and keeps it beside the old one.
    async fn begin_rotation(&self, old: Keys) -> Result<(), VaultError> {
        let format = self.format;
        let too_new = self.on_disk(move |folder| any_too_new(folder, format)).await?;
        if too_new {
            return Err(VaultError::TooNew);
        }
        let both = Keys {
            first: Keys::random().first,
            older: Some(old.first.clone()),
        };
        reach(Point::RotationBegun);
        self.keep_or_restore(&both, &old).await?;
        reach(Point::RotationBothKept);
        Ok(())
    }

    /// Goes on from wherever a rotation is. 0 when there is none under way.
    pub(super) async fn finish_rotation(&self) -> Result<usize, VaultError> {
        let both = {
            let _guard = self.guard().await?;
            let mark = self.mark().await?;
            let Some(keys) = self.keys_kept(mark.as_ref()).await? else {
                return Ok(0);
            };
            if keys.older.is_none() {
                return Ok(0);
            }
            // From here on nothing is sealed with the old key: who seals looks at the mark first.
            if mark.is_none_or(|mark| mark.key != keys.mark()) {
                self.adopt(&keys).await?;
            }
            reach(Point::RotationMarked);
            keys
        };
        let (mut anew, mut too_new) = (0, false);
        for name in self.on_disk(|folder| folder.records()).await? {
            // For each record by itself, so that nobody waits for all of them. Without it, one that is deleted or replaced
            // meanwhile would come back.
            let guard = self.guard().await?;
            let (keys, format) = (both.clone(), self.format);
            let done = self.on_disk(move |folder| reseal(folder, &keys, format, &name)).await?;
            drop(guard);
            match done {
                Resealed::Now => {
                    anew += 1;
                    reach(Point::RotationResealed);
                }
                Resealed::Not => {}
                Resealed::TooNew => too_new = true,
                Resealed::Overtaken => return Ok(anew),
            }
        }
        if too_new {
            return Err(VaultError::TooNew);
        }
        let _guard = self.guard().await?;
        // Another process may have been at it too, and be done.
        match self.read_keys().await? {
            Some(now) if now.older.is_some() && now.mark() == both.mark() => {}
            _ => return Ok(anew),
        }
        reach(Point::RotationAllResealed);
        self.keep_or_restore(&Keys::one(both.first.clone()), &both).await?;
        reach(Point::RotationDone);
        Ok(anew)
    }

    /// A keychain that garbles what it is given has lost what it had: that is given to it once more.
    async fn keep_or_restore(&self, keys: &Keys, before: &Keys) -> Result<(), VaultError> {
        let kept = self.keep(keys).await;
        if kept == Err(VaultError::KeychainUnavailable(KeychainFault::NotKept)) && self.keep(before).await.is_err() {
            tracing::warn!("the keychain lost the vault's key");
        }
        kept
    }
}

fn any_too_new(folder: &Folder, format: Format) -> io::Result<bool> {
    for name in folder.records()? {
        let first = folder.read(&name, 0)?.and_then(|bytes| bytes.first().copied());
        if first.is_some_and(|first| format.is_before(first)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// With the vault's lock held.
///
/// Looks at the mark each time: if the person began afresh meanwhile and the old key is in force again, what is here was brought
/// back with that, and sealed with our new key it would be lost.
pub(super) fn reseal(folder: &Folder, keys: &Keys, format: Format, name: &RecordName) -> io::Result<Resealed> {
    if folder.mark()?.is_none_or(|mark| mark.key != keys.mark()) {
        return Ok(Resealed::Overtaken);
    }
    let Some(file) = folder.read(name, MAX_RECORD + OVERHEAD)? else {
        return Ok(Resealed::Not);
    };
    if file.first().is_some_and(|&first| format.is_before(first)) {
        return Ok(Resealed::TooNew);
    }
    if keys
        .first
        .open(format, name, &file)
        .is_ok_and(|opened| !opened.older_format)
    {
        return Ok(Resealed::Not);
    }
    let Ok(opened) = keys.open(format, name, &file) else {
        return Ok(Resealed::Not);
    };
    folder.write(name, &keys.first.seal(format, name, &opened.record))?;
    Ok(Resealed::Now)
}
