//! The vault's key, sealed with a passphrase: Argon2id makes a key of the passphrase, XChaCha20-Poly1305 seals with that.
//!
//! Spec: RFC 9106 section 3.1 (inputs), section 4 (parameter choice)

mod input;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::Rng as _;
use zeroize::Zeroizing;

pub use self::input::{PassphraseInputError, from_fd, from_hidden, prompt};
use crate::Secret;

/// The first byte of the file.
const VERSION: u8 = 1;

/// Versions that newer programs may come to write.
const LAST_VERSION: u8 = 15;

/// 128 bits, as RFC 9106 section 3.1 recommends for passwords.
const SALT: usize = 16;
const NONCE: usize = 24;
const TAG: usize = 16;

/// Version, three numbers of four bytes, salt.
const HEADER: usize = 1 + 3 * 4 + SALT;

/// What a file may ask of this computer: more would let a changed file take its memory or its time.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// Says what the sealed text is for, so that it opens as nothing else.
const PURPOSE: &[u8] = b"doorkey vault key under a passphrase\0";

/// What one attempt at a passphrase costs, whoever makes it.
///
/// Spec: RFC 9106 section 3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 64 MiB, 3 passes, 4 lanes.
    ///
    /// Spec: RFC 9106 section 4, the second recommended option
    pub const RECOMMENDED: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    /// Next to nothing: a passphrase under it can be guessed quickly. For tests.
    pub const INSECURE_FOR_TESTS: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    fn bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        for (four, number) in bytes
            .chunks_exact_mut(4)
            .zip([self.memory_kib, self.passes, self.lanes])
        {
            four.copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: [u8; 12]) -> Option<Self> {
        let number = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let cost = Self {
            memory_kib: number(0),
            passes: number(4),
            lanes: number(8),
        };
        let bounded = cost.memory_kib <= MOST_MEMORY_KIB && cost.passes <= MOST_PASSES && cost.lanes <= MOST_LANES;
        (bounded && cost.params().is_some()).then_some(cost)
    }

    /// `None` below what RFC 9106 section 3.1 allows: one pass, one lane, eight KiB a lane.
    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()
    }
}

impl Default for Cost {
    fn default() -> Self {
        Self::RECOMMENDED
    }
}

/// A file that is none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Cut, changed, or asking for more than is given.
    Malformed,
    /// A version that this program does not know.
    TooNew,
}

/// What stands in the clear before the sealed key: how the passphrase becomes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) cost: Cost,
    salt: [u8; SALT],
}

impl Header {
    /// One for a passphrase that was just chosen.
    pub(super) fn fresh(cost: Cost) -> Self {
        let mut salt = [0; SALT];
        rand::rng().fill_bytes(&mut salt);
        Self { cost, salt }
    }

    pub(super) fn of(file: &[u8]) -> Result<Self, Unusable> {
        match file.first() {
            Some(&VERSION) => {}
            Some(&version) if (VERSION..=LAST_VERSION).contains(&version) => return Err(Unusable::TooNew),
            _ => return Err(Unusable::Malformed),
        }
        let numbers = file.get(1..13).and_then(|bytes| <[u8; 12]>::try_from(bytes).ok());
        let salt = file
            .get(13..HEADER)
            .and_then(|bytes| <[u8; SALT]>::try_from(bytes).ok());
        match (numbers.and_then(Cost::from_bytes), salt) {
            (Some(cost), Some(salt)) if file.len() > HEADER + NONCE + TAG => Ok(Self { cost, salt }),
            _ => Err(Unusable::Malformed),
        }
    }

    fn bytes(&self) -> [u8; HEADER] {
        let mut bytes = [VERSION; HEADER];
        bytes[1..13].copy_from_slice(&self.cost.bytes());
        bytes[13..].copy_from_slice(&self.salt);
        bytes
    }

    fn associated_data(&self) -> Vec<u8> {
        [PURPOSE, &self.bytes()].concat()
    }
}

/// The key that was made of a passphrase, and of what else.
#[derive(Clone)]
pub(super) struct Wrapping {
    header: Header,
    key: Zeroizing<[u8; 32]>,
}

impl Wrapping {
    /// Takes as long and as much memory as the header's cost says. `None` when there is no such memory.
    pub(super) fn derive(passphrase: &Secret, header: Header) -> Option<Self> {
        let params = header.cost.params()?;
        let mut memory = Zeroizing::new(Vec::new());
        memory.try_reserve_exact(params.block_count()).ok()?;
        memory.resize(params.block_count(), Block::default());
        let mut key = Zeroizing::new([0; 32]);
        // Exposed: Argon2 takes bytes.
        let text = passphrase.expose().as_bytes();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(text, &header.salt, key.as_mut(), memory.as_mut_slice())
            .ok()?;
        Some(Self { header, key })
    }

    /// Header, nonce, ciphertext with tag.
    pub(super) fn wrap(&self, text: &str) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let bound = self.header.associated_data();
        let sealed = self.cipher().encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: text.as_bytes(),
                aad: &bound,
            },
        );
        let sealed = sealed.expect("two keys are far below the cipher's limit of 256 GiB");
        let mut file = self.header.bytes().to_vec();
        file.extend_from_slice(&nonce);
        file.extend_from_slice(&sealed);
        file
    }

    /// `None` when it was sealed with another passphrase, or changed.
    pub(super) fn unwrap(&self, file: &[u8]) -> Option<Zeroizing<String>> {
        let rest = file.strip_prefix(self.header.bytes().as_slice())?;
        let (nonce, sealed) = rest.split_at_checked(NONCE)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).ok()?;
        let bound = self.header.associated_data();
        let opened = self.cipher().decrypt(
            &XNonce::from(nonce),
            Payload {
                msg: sealed,
                aad: &bound,
            },
        );
        let opened = Zeroizing::new(opened.ok()?);
        std::str::from_utf8(&opened)
            .ok()
            .map(|text| Zeroizing::new(text.to_owned()))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new_from_slice(self.key.as_ref()).expect("the key is 32 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapping(passphrase: &str) -> Wrapping {
        let header = Header::fresh(Cost::INSECURE_FOR_TESTS);
        Wrapping::derive(&Secret::new(passphrase.to_owned()), header).expect("there is memory")
    }

    fn again(passphrase: &str, file: &[u8]) -> Option<Zeroizing<String>> {
        let header = Header::of(file).expect("a header");
        Wrapping::derive(&Secret::new(passphrase.to_owned()), header)
            .expect("there is memory")
            .unwrap(file)
    }

    #[test]
    fn the_same_passphrase_opens_and_no_other_does() {
        let file = wrapping("correct horse").wrap("a key");
        assert_eq!(again("correct horse", &file).expect("it opens").as_str(), "a key");
        for other in ["", "correct hors", "Correct horse", "correct horse "] {
            assert!(again(other, &file).is_none());
        }
    }

    #[test]
    fn no_flipped_bit_and_no_cut_goes_unnoticed() {
        let file = wrapping("p").wrap("a key");
        for bit in 0..file.len() * 8 {
            let mut changed = file.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            // A flip in the cost may ask for much: that it is bounded is another test's matter.
            let cheap = Header::of(&changed)
                .is_ok_and(|Header { cost, .. }| cost.memory_kib < 4096 && cost.passes < 16 && cost.lanes < 16);
            assert!(!cheap || again("p", &changed).is_none(), "bit {bit}");
        }
        for length in 0..file.len() {
            let cut = &file[..length];
            assert!(Header::of(cut).is_err() || again("p", cut).is_none(), "length {length}");
        }
    }

    #[test]
    fn a_file_cannot_ask_for_more_than_is_given_or_less_than_is_allowed() {
        let file = wrapping("p").wrap("a key");
        let asking = |memory: u32, passes: u32, lanes: u32| {
            let mut changed = file.clone();
            for (at, number) in [(1, memory), (5, passes), (9, lanes)] {
                changed[at..at + 4].copy_from_slice(&number.to_be_bytes());
            }
            Header::of(&changed).map(|header| header.cost.memory_kib)
        };
        assert_eq!(asking(MOST_MEMORY_KIB, MOST_PASSES, MOST_LANES), Ok(MOST_MEMORY_KIB));
        for (memory, passes, lanes) in [
            (MOST_MEMORY_KIB + 1, 1, 1),
            (u32::MAX, 1, 1),
            (8, MOST_PASSES + 1, 1),
            (8, u32::MAX, 1),
            (MOST_MEMORY_KIB, 1, MOST_LANES + 1),
            (7, 1, 1),
            (8, 0, 1),
            (8, 1, 0),
            (0, 0, 0),
        ] {
            assert_eq!(
                asking(memory, passes, lanes),
                Err(Unusable::Malformed),
                "{memory} {passes} {lanes}"
            );
        }
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let mut file = wrapping("p").wrap("a key");
        for newer in VERSION + 1..=LAST_VERSION {
            file[0] = newer;
            assert_eq!(Header::of(&file), Err(Unusable::TooNew));
        }
        for damage in [0, LAST_VERSION + 1, 255] {
            file[0] = damage;
            assert_eq!(Header::of(&file), Err(Unusable::Malformed));
        }
        assert_eq!(Header::of(&[]), Err(Unusable::Malformed));
    }

    #[test]
    fn a_passphrase_becomes_the_key_that_the_reference_program_makes_of_it() {
        // The reference implementation: `echo -n password | argon2 somesaltsomesalt -id -t 2 -k 64 -p 1 -l 32`.
        let header = Header {
            cost: Cost {
                memory_kib: 64,
                passes: 2,
                lanes: 1,
            },
            salt: *b"somesaltsomesalt",
        };
        let made = Wrapping::derive(&Secret::new("password".to_owned()), header).expect("there is memory");
        let hex: String = made.key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "1a98fba8e6394425c9bdc333a9c750aaf811df070f5fb4a5788e1cf4db5793a1");
    }

    #[test]
    fn what_people_get_is_the_second_recommended_option() {
        let cost = Cost::default();
        assert_eq!((cost.memory_kib, cost.passes, cost.lanes), (65_536, 3, 4));
        assert_eq!(Cost::from_bytes(cost.bytes()), Some(cost));
    }
}
