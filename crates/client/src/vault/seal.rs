//! The key, and what it does to a record: XChaCha20-Poly1305, one file a record.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::name::RecordName;

/// A version of a record's file, which is its first byte.
///
/// The rule: a program opens its own version and all before it, and writes an older one anew in its own; a newer one it leaves
/// as it is. The byte is part of what is authenticated, so no file can pass for one of another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Format(u8);

impl Format {
    /// What this program writes.
    pub(super) const CURRENT: Self = Self(1);

    /// What the next program may write.
    #[cfg(test)]
    pub(super) const NEXT: Self = Self(2);

    /// Whether a file with this first byte is for newer programs only.
    pub(super) fn is_before(self, first: u8) -> bool {
        (self.0 + 1..=LAST_VERSION).contains(&first)
    }
}

/// Versions that newer programs may come to write. A first byte beyond is no version but damage.
const LAST_VERSION: u8 = 15;

/// XChaCha20-Poly1305: 192 bits, so that a random nonce never repeats.
const NONCE: usize = 24;

/// What sealing adds: version, nonce, tag.
pub(super) const OVERHEAD: usize = 1 + NONCE + 16;

/// A record that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Wrong key, wrong name, changed or cut.
    DoesNotOpen,
    /// A version that this program does not know.
    TooNew,
}

/// A record that was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) record: Zeroizing<Vec<u8>>,
    /// Its file is of an older version than the program's own.
    pub(super) older_format: bool,
}

/// The vault's key.
#[derive(Clone)]
pub(super) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(super) fn random() -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::rng().fill_bytes(bytes.as_mut());
        Self(bytes)
    }

    /// For a test that searches for it.
    #[cfg(feature = "points")]
    pub(super) fn bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// 43 characters, because KWallet replaces bytes above 127.
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_ref()))
    }

    /// `None` unless `text` is exactly what [`Self::to_text`] gives for some key.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let mut decoded = URL_SAFE_NO_PAD.decode(text).ok()?;
        let bytes = <[u8; 32]>::try_from(decoded.as_slice()).ok().map(Zeroizing::new);
        decoded.zeroize();
        bytes.map(Self)
    }

    /// Tells one key from another and says nothing of either: a hash of 256 random bits.
    pub(super) fn mark(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"doorkey vault key mark\0");
        hash.update(self.0.as_ref());
        URL_SAFE_NO_PAD.encode(&hash.finalize()[..16])
    }

    /// Version, nonce, ciphertext with tag.
    pub(super) fn seal(&self, format: Format, name: &RecordName, record: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let bound = associated_data(format, name);
        let sealed = self.cipher().encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: record,
                aad: &bound,
            },
        );
        let sealed = sealed.expect("records are far below the cipher's limit of 256 GiB");
        let mut file = Vec::with_capacity(record.len() + OVERHEAD);
        file.push(format.0);
        file.extend_from_slice(&nonce);
        file.extend_from_slice(&sealed);
        file
    }

    /// What was sealed under this key and this name, or nothing of it.
    pub(super) fn open(&self, format: Format, name: &RecordName, file: &[u8]) -> Result<Opened, Unreadable> {
        let (&version, rest) = file.split_first().ok_or(Unreadable::DoesNotOpen)?;
        if format.is_before(version) {
            return Err(Unreadable::TooNew);
        }
        if !(1..=format.0).contains(&version) {
            return Err(Unreadable::DoesNotOpen);
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(Unreadable::DoesNotOpen)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| Unreadable::DoesNotOpen)?;
        let bound = associated_data(Format(version), name);
        let opened = self.cipher().decrypt(
            &XNonce::from(nonce),
            Payload {
                msg: sealed,
                aad: &bound,
            },
        );
        let record = opened.map(Zeroizing::new).map_err(|_| Unreadable::DoesNotOpen)?;
        Ok(Opened {
            record,
            older_format: version < format.0,
        })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new_from_slice(self.0.as_ref()).expect("the key is 32 bytes")
    }
}

/// Whether a file opens under a key that nobody has: for the fuzz targets.
#[cfg(fuzzing)]
pub(crate) fn opens_as_a_record(file: &[u8]) -> bool {
    static KEY: std::sync::LazyLock<Key> = std::sync::LazyLock::new(Key::random);
    let name = RecordName::new(super::RecordKind::Account, "fuzzed").expect("this name is right");
    KEY.open(Format::CURRENT, &name, file).is_ok()
}

/// Without the name in it, one account's file would open in another's place; without the version, an old file could be
/// passed off as a new one.
fn associated_data(format: Format, name: &RecordName) -> Vec<u8> {
    let mut bound = vec![format.0];
    bound.extend_from_slice(name.sealed_as().as_bytes());
    bound
}

#[cfg(test)]
mod tests {
    use super::super::name::RecordKind;
    use super::*;

    fn name(id: &str) -> RecordName {
        RecordName::new(RecordKind::Account, id).expect("valid")
    }

    #[test]
    fn a_key_is_43_characters_that_every_keychain_keeps() {
        let key = Key::random();
        let text = key.to_text();
        assert_eq!(text.len(), 43);
        assert!(
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        );
        assert_eq!(Key::from_text(&text).expect("it is a key").0.as_ref(), key.0.as_ref());
        for wrong in [
            "",
            "x",
            &text[1..],
            &format!("{}=", *text),
            &format!("{}A", *text),
            &text.replace(&text[..1], "?"),
        ] {
            assert!(Key::from_text(wrong).is_none());
        }
    }

    fn seal(key: &Key, name: &RecordName, record: &[u8]) -> Vec<u8> {
        key.seal(Format::CURRENT, name, record)
    }

    fn open(key: &Key, name: &RecordName, file: &[u8]) -> Result<Vec<u8>, Unreadable> {
        key.open(Format::CURRENT, name, file)
            .map(|opened| opened.record.to_vec())
    }

    #[test]
    fn a_record_opens_under_its_own_name_and_key_only() {
        let key = Key::random();
        let file = seal(&key, &name("alice"), b"refresh token");
        assert_eq!(file.len(), b"refresh token".len() + OVERHEAD);
        assert_eq!(open(&key, &name("alice"), &file), Ok(b"refresh token".to_vec()));
        assert_eq!(open(&key, &name("bob"), &file), Err(Unreadable::DoesNotOpen));
        let parked = RecordName::new(RecordKind::Parked, "alice").expect("valid");
        assert_eq!(open(&key, &parked, &file), Err(Unreadable::DoesNotOpen));
        assert_eq!(
            open(&Key::random(), &name("alice"), &file),
            Err(Unreadable::DoesNotOpen)
        );
    }

    #[test]
    fn no_flipped_bit_and_no_cut_goes_unnoticed() {
        let key = Key::random();
        let file = seal(&key, &name("alice"), b"refresh token");
        for bit in 0..file.len() * 8 {
            let mut changed = file.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&key, &name("alice"), &changed).is_err(), "bit {bit}");
        }
        for length in 0..file.len() {
            assert!(open(&key, &name("alice"), &file[..length]).is_err(), "length {length}");
        }
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let key = Key::random();
        let mut file = seal(&key, &name("alice"), b"x");
        for newer in 2..=LAST_VERSION {
            file[0] = newer;
            assert_eq!(open(&key, &name("alice"), &file), Err(Unreadable::TooNew));
        }
        for damage in [0, LAST_VERSION + 1, b'{'] {
            file[0] = damage;
            assert_eq!(open(&key, &name("alice"), &file), Err(Unreadable::DoesNotOpen));
        }
    }

    #[test]
    fn the_next_program_opens_what_this_one_sealed_and_knows_that_it_is_older() {
        let key = Key::random();
        let mut file = seal(&key, &name("alice"), b"x");
        let opened = key.open(Format::NEXT, &name("alice"), &file).expect("it opens");
        assert!(opened.older_format);
        let its_own = key.seal(Format::NEXT, &name("alice"), b"x");
        assert!(
            !key.open(Format::NEXT, &name("alice"), &its_own)
                .expect("it opens")
                .older_format
        );
        assert_eq!(open(&key, &name("alice"), &its_own), Err(Unreadable::TooNew));
        // An old file with another first byte is not a new file.
        file[0] = 2;
        assert_eq!(
            key.open(Format::NEXT, &name("alice"), &file).map(drop),
            Err(Unreadable::DoesNotOpen)
        );
    }

    #[test]
    fn two_seals_of_one_record_share_no_nonce() {
        let key = Key::random();
        let (one, two) = (seal(&key, &name("a"), b"same"), seal(&key, &name("a"), b"same"));
        assert_ne!(one[1..=NONCE], two[1..=NONCE]);
    }
}
