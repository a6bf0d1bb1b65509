//! Which key is in force, and what it means when it is gone or is another one than it was.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::failure::{KeychainFault, VaultError};
use super::keys::{Keys, Mark, PASSPHRASE};
use super::name::RecordName;
use super::place::Place;
use super::seal::{OVERHEAD, Opened, Unreadable};
use super::{Inner, MAX_RECORD};

impl Inner {
    pub(super) fn remember(&self, keys: Option<Keys>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    pub(super) fn known(&self) -> Option<Keys> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) async fn mark(&self) -> Result<Option<Mark>, VaultError> {
        self.on_disk(|folder| folder.mark()).await
    }

    /// Marks the folder as sealed with the first of these keys, kept where keys are kept now.
    pub(super) async fn set_mark(&self, keys: &Keys) -> Result<(), VaultError> {
        let before = self.mark().await?;
        let place = match self.place_name().await {
            // A keychain that may still have a copy of the key is named until that is gone; a mark of the first form names
            // none, and may be of any.
            Ok(name) if name.as_str() == PASSPHRASE => before.map_or(Some(PASSPHRASE.to_owned()), |mark| mark.place),
            Ok(name) => Some(name.as_str().to_owned()),
            // The place helps to tell a keychain that was changed from one that was wiped; it is not worth a failure, and
            // what was known of it stays.
            Err(_) => before.and_then(|mark| mark.place),
        };
        let mark = Mark {
            key: keys.mark(),
            place,
        };
        self.on_disk(move |folder| folder.set_mark(&mark)).await
    }

    /// With the vault's lock held: the keys that are kept, made if there are none and nothing was sealed.
    pub(super) async fn keys_to_seal_with(&self) -> Result<Keys, VaultError> {
        let mark = self.mark().await?;
        let marked = |keys: &Keys| mark.as_ref().is_some_and(|mark| mark.key == keys.mark());
        // The mark is removed before the key is: while it names the key we know, the key is still the one.
        if let Some(keys) = self.known()
            && marked(&keys)
        {
            return Ok(keys);
        }
        if let Some(keys) = self.keys_kept(mark.as_ref()).await? {
            if !marked(&keys) {
                self.adopt(&keys).await?;
            }
            return Ok(keys);
        }
        let keys = Keys::random();
        if let Err(error) = self.keep(&keys).await {
            self.remember(None);
            return Err(error);
        }
        self.set_mark(&keys).await?;
        Ok(keys)
    }

    /// With the vault's lock held: marks the folder with keys that are kept, unless the keychain is still at work on a change that
    /// was begun before, and could take them away from what is sealed with them.
    pub(super) async fn adopt(&self, keys: &Keys) -> Result<(), VaultError> {
        let _turn = match self.place().await? {
            Place::Keychain => Some(self.turn_to_change_the_key().await?),
            Place::File(_) | Place::NoFileYet => None,
        };
        // They were read before it was our turn.
        if self.read_keys().await?.is_none_or(|now| now.mark() != keys.mark()) {
            return Err(VaultError::Busy);
        }
        self.set_mark(keys).await
    }

    /// With the vault's lock held: the keys that are kept, as long as they are the ones of what is sealed here. `None`
    /// when there are none and nothing is sealed here.
    ///
    /// Gone keys and strange keys are told apart by the mark, and by whether anything depends on them:
    ///
    /// | kept now | the mark | records | what happens |
    /// |---|---|---|---|
    /// | no key | of this place, and of the key that is known here | any | the keychain was wiped: it is given the key again |
    /// | no key | none | set aside, and the key that is known here opens one | the keychain was wiped: it is given the key again |
    /// | no key | of this place, or none | some | set aside until their key comes back: `KeyGone` |
    /// | no key | of another place | some | nothing: `Changed` |
    /// | no key, but something else | any | some | nothing: `OtherKey` |
    /// | another key | of another place | some, and not all open | nothing: `Changed` |
    /// | another key | of this place | some, and not all open | nothing: `OtherKey` |
    /// | another key | any | none, or all open with it | it is the one from now on: the mark was wrong |
    /// | a key | none | some, and none opens | nothing: `OtherKey` |
    /// | a key | none | none, or some that open | it is the one from now on |
    pub(super) async fn keys_kept(&self, mark: Option<&Mark>) -> Result<Option<Keys>, VaultError> {
        let known = self.known();
        let Some(keys) = self.read_keys().await? else {
            if mark.is_none()
                && let Some(keys) = &known
                && self.waited_for(keys).await?
            {
                // Another process, which did not know the key, has given up what is sealed with it.
                self.keep(keys).await?;
                tracing::warn!("the keychain had lost the vault's key, which was still known");
                return Ok(known);
            }
            if let Some(mark) = mark
                && let Some(keys) = known.filter(|keys| keys.has(&mark.key))
                && self.restore(&keys, mark).await?
            {
                return Ok(Some(keys));
            }
            self.key_is_gone(mark).await?;
            return Ok(None);
        };
        match mark {
            Some(mark) if keys.has(&mark.key) => {}
            Some(mark) => {
                if self.count_open_with(&keys).await?.1 > 0 {
                    // What was known may be all that is left of the key of what is sealed here.
                    self.remember(known);
                    return Err(self.another_key(mark).await);
                }
            }
            // Records that do not open with this key would count as damaged once it is marked as theirs.
            None => {
                if matches!(self.count_open_with(&keys).await?, (0, 1..)) {
                    self.remember(known);
                    return Err(VaultError::KeychainUnavailable(KeychainFault::OtherKey));
                }
            }
        }
        Ok(Some(keys))
    }

    /// Whether a record that was set aside for want of a key opens with these.
    async fn waited_for(&self, keys: &Keys) -> Result<bool, VaultError> {
        let (keys, format) = (keys.clone(), self.format);
        self.on_disk(move |folder| {
            for waiting in folder.keyless()? {
                let file = waiting.read(MAX_RECORD + OVERHEAD)?.unwrap_or_default();
                if keys.open(format, &waiting.name, &file).is_ok() {
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
    }

    /// With the vault's lock held: gives a keychain that was wiped the key again which is still in memory here. The mark is
    /// removed before a key is, so one that it names was not deleted by any of us. False when it is another keychain.
    ///
    /// An error leaves all as it is: the key is not lost for as long as it is known here.
    async fn restore(&self, keys: &Keys, mark: &Mark) -> Result<bool, VaultError> {
        if mark.is_of_another_place(self.place_name().await?.as_str()) {
            return Ok(false);
        }
        let kept = self.keep(keys).await;
        tracing::warn!(
            restored = kept.is_ok(),
            "the keychain had lost the vault's key, which was still known"
        );
        kept?;
        self.restored.store(true, Ordering::Release);
        Ok(true)
    }

    /// With the vault's lock held and no key kept: is it gone, or in another keychain?
    pub(super) async fn key_is_gone(&self, mark: Option<&Mark>) -> Result<(), VaultError> {
        if let Some(mark) = mark
            && !self.on_disk(|folder| folder.records()).await?.is_empty()
            && mark.is_of_another_place(self.place_name().await?.as_str())
        {
            return Err(VaultError::KeychainUnavailable(KeychainFault::Changed));
        }
        match self.set_all_aside().await? {
            0 => Ok(()),
            set_aside => Err(VaultError::KeyGone { set_aside }),
        }
    }

    pub(super) async fn another_key(&self, mark: &Mark) -> VaultError {
        match self.place_name().await {
            Ok(place) if mark.is_of_another_place(place.as_str()) => {
                VaultError::KeychainUnavailable(KeychainFault::Changed)
            }
            Ok(_) => VaultError::KeychainUnavailable(KeychainFault::OtherKey),
            Err(error) => error,
        }
    }

    /// How many records open with these keys, and how many do not.
    async fn count_open_with(&self, keys: &Keys) -> Result<(usize, usize), VaultError> {
        let (keys, format) = (keys.clone(), self.format);
        self.on_disk(move |folder| {
            let (mut open, mut do_not) = (0, 0);
            for name in folder.records()? {
                let file = folder.read(&name, MAX_RECORD + OVERHEAD)?;
                match file.map(|file| keys.open(format, &name, &file)) {
                    None => {}
                    Some(Ok(_)) => open += 1,
                    // Also what only a newer program can open: it says nothing for this key.
                    Some(Err(_)) => do_not += 1,
                }
            }
            Ok((open, do_not))
        })
        .await
    }

    /// Opens with the keys that are known, else, should they be others by now, with the ones that are kept.
    pub(super) async fn open_record(
        &self,
        name: &RecordName,
        file: &[u8],
    ) -> Result<Result<Opened, Unreadable>, VaultError> {
        if let Some(keys) = self.known() {
            let opened = keys.open(self.format, name, file);
            if !matches!(opened, Err(Unreadable::DoesNotOpen)) {
                return Ok(opened);
            }
        }
        let Some(keys) = self.keys_as_kept().await? else {
            return Ok(Err(Unreadable::DoesNotOpen));
        };
        let opened = keys.open(self.format, name, file);
        if opened.is_ok() {
            self.remember(Some(keys));
        }
        Ok(opened)
    }

    /// With the vault's lock held: reads a record and opens it, or says why that cannot be, for good.
    pub(super) async fn open_held(&self, name: &RecordName) -> Result<Option<Opened>, VaultError> {
        let wanted = name.clone();
        let file = self
            .on_disk(move |folder| folder.read(&wanted, MAX_RECORD + OVERHEAD))
            .await?;
        let Some(file) = file else { return Ok(None) };
        match self.open_record(name, &file).await? {
            Ok(opened) => Ok(Some(opened)),
            Err(Unreadable::TooNew) => Err(VaultError::TooNew),
            Err(Unreadable::DoesNotOpen) => {
                // The key, or the record?
                let mark = self.mark().await?;
                self.keys_kept(mark.as_ref()).await?;
                let name = name.clone();
                let moved = self
                    .on_disk(move |folder| match mark {
                        Some(_) => folder.set_aside(&name),
                        // Nothing says that this key is its own.
                        None => folder.set_keyless(&name),
                    })
                    .await?;
                tracing::warn!(moved, "a sealed record does not open");
                Err(VaultError::Damaged {
                    set_aside: usize::from(moved),
                })
            }
        }
    }

    /// Seals a record of an older version anew in the program's own, once.
    pub(super) async fn migrate(&self, name: &RecordName) -> Result<(), VaultError> {
        let _guard = self.guard().await?;
        let Some(opened) = self.open_held(name).await?.filter(|opened| opened.older_format) else {
            return Ok(());
        };
        let keys = self.keys_to_seal_with().await?;
        let sealed = keys.first.seal(self.format, name, &opened.record);
        let name = name.clone();
        self.on_disk(move |folder| folder.write(&name, &sealed)).await
    }
}
