//! The key, and what it does to a record: XChaCha20-Poly1305, one file a record.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::name::RecordName;

/// The first byte of every record.
const VERSION: u8 = 1;

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

/// The vault's key.
#[derive(Clone)]
pub(super) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(super) fn random() -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::rng().fill_bytes(bytes.as_mut());
        Self(bytes)
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
    pub(super) fn seal(&self, name: &RecordName, record: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let bound = associated_data(name);
        let sealed = self.cipher().encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: record,
                aad: &bound,
            },
        );
        let sealed = sealed.expect("records are far below the cipher's limit of 256 GiB");
        let mut file = Vec::with_capacity(record.len() + OVERHEAD);
        file.push(VERSION);
        file.extend_from_slice(&nonce);
        file.extend_from_slice(&sealed);
        file
    }

    /// What was sealed under this key and this name, or nothing of it.
    pub(super) fn open(&self, name: &RecordName, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let (&version, rest) = file.split_first().ok_or(Unreadable::DoesNotOpen)?;
        match version {
            VERSION => {}
            2..=LAST_VERSION => return Err(Unreadable::TooNew),
            _ => return Err(Unreadable::DoesNotOpen),
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(Unreadable::DoesNotOpen)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| Unreadable::DoesNotOpen)?;
        let bound = associated_data(name);
        let opened = self.cipher().decrypt(
            &XNonce::from(nonce),
            Payload {
                msg: sealed,
                aad: &bound,
            },
        );
        opened.map(Zeroizing::new).map_err(|_| Unreadable::DoesNotOpen)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new_from_slice(self.0.as_ref()).expect("the key is 32 bytes")
    }
}

/// Without the name in it, one account's file would open in another's place; without the version, an old file could be
/// passed off as a new one.
fn associated_data(name: &RecordName) -> Vec<u8> {
    let mut bound = vec![VERSION];
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

    #[test]
    fn a_record_opens_under_its_own_name_and_key_only() {
        let key = Key::random();
        let file = key.seal(&name("alice"), b"refresh token");
        assert_eq!(file.len(), b"refresh token".len() + OVERHEAD);
        assert_eq!(
            key.open(&name("alice"), &file).expect("it opens").as_slice(),
            b"refresh token"
        );
        assert_eq!(key.open(&name("bob"), &file), Err(Unreadable::DoesNotOpen));
        let parked = RecordName::new(RecordKind::Parked, "alice").expect("valid");
        assert_eq!(key.open(&parked, &file), Err(Unreadable::DoesNotOpen));
        assert_eq!(Key::random().open(&name("alice"), &file), Err(Unreadable::DoesNotOpen));
    }

    #[test]
    fn no_flipped_bit_and_no_cut_goes_unnoticed() {
        let key = Key::random();
        let file = key.seal(&name("alice"), b"refresh token");
        for bit in 0..file.len() * 8 {
            let mut changed = file.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open(&name("alice"), &changed).is_err(), "bit {bit}");
        }
        for length in 0..file.len() {
            assert!(key.open(&name("alice"), &file[..length]).is_err(), "length {length}");
        }
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let key = Key::random();
        let mut file = key.seal(&name("alice"), b"x");
        file[0] = VERSION + 1;
        assert_eq!(key.open(&name("alice"), &file), Err(Unreadable::TooNew));
        for damage in [0, LAST_VERSION + 1, b'{'] {
            file[0] = damage;
            assert_eq!(key.open(&name("alice"), &file), Err(Unreadable::DoesNotOpen));
        }
    }

    #[test]
    fn two_seals_of_one_record_share_no_nonce() {
        let key = Key::random();
        let (one, two) = (key.seal(&name("a"), b"same"), key.seal(&name("a"), b"same"));
        assert_ne!(one[1..=NONCE], two[1..=NONCE]);
    }
}
