//! How a value crosses the bus: sealed with a key that is agreed on when a session is opened.
//!
//! Spec: freedesktop.org Secret Service API, "Transfer of Secrets", `dh-ietf1024-sha256-aes128-cbc-pkcs7`

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hkdf::Hkdf;
use num_bigint::BigUint;
use rand::Rng as _;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The only algorithm that is offered; our client knows no other.
pub(super) const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

/// The Second Oakley Group; its generator is 2.
///
/// Spec: RFC 2409 section 6.2
const PRIME: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";

/// The prime's length in bytes.
const LENGTH: usize = 128;

#[derive(Clone)]
pub(super) struct SessionKey(Zeroizing<[u8; 16]>);

impl SessionKey {
    /// The key that is shared with whoever has this public key, and our own public key.
    pub(super) fn agree(theirs: &[u8]) -> (Self, Vec<u8>) {
        let prime = BigUint::parse_bytes(PRIME.as_bytes(), 16).expect("hexadecimal");
        let mut private = Zeroizing::new([0; LENGTH]);
        rand::rng().fill_bytes(&mut *private);
        let private = BigUint::from_bytes_be(&*private);
        let ours = BigUint::from(2_u8).modpow(&private, &prime).to_bytes_be();
        let common = Zeroizing::new(BigUint::from_bytes_be(theirs).modpow(&private, &prime).to_bytes_be());
        // The common number is as long as the prime, whatever it begins with.
        let mut padded = Zeroizing::new([0; LENGTH]);
        padded[LENGTH - common.len()..].copy_from_slice(&common);
        let mut key = Zeroizing::new([0; 16]);
        Hkdf::<Sha256>::new(None, &*padded)
            .expand(&[], &mut *key)
            .expect("16 bytes are not too many");
        (Self(key), ours)
    }

    /// The initialisation vector and what was sealed with it.
    pub(super) fn seal(&self, value: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let mut iv = [0; 16];
        rand::rng().fill_bytes(&mut iv);
        let cipher = cbc::Encryptor::<aes::Aes128>::new((&*self.0).into(), &iv.into());
        (iv.to_vec(), cipher.encrypt_padded_vec::<Pkcs7>(value))
    }

    pub(super) fn open(&self, iv: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let iv: [u8; 16] = iv.try_into().ok()?;
        let cipher = cbc::Decryptor::<aes::Aes128>::new((&*self.0).into(), &iv.into());
        cipher.decrypt_padded_vec::<Pkcs7>(sealed).ok().map(Zeroizing::new)
    }
}
