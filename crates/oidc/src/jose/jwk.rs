//! A provider's keys.

use std::sync::OnceLock;

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
};
use serde_json::{Map, Value};

use super::{Algorithm, base64url};
use crate::error::{Error, Misbehaviour};
use crate::json;

/// The most keys that a set may have; what stands behind is not looked at.
const KEYS_LIMIT: usize = 100;

/// A provider's key set (`jwks_uri`).
///
/// Spec: RFC 7517 section 5
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
    /// A key was left out because it was too weak, or because its private half was published.
    left_out: Option<Misbehaviour>,
}

/// One key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    kid: Option<String>,
    /// The only algorithm that the set allows this key for, if it says so.
    alg: Option<Algorithm>,
    material: Material,
    /// The material once it was used: to read it costs as much as a tenth of a check.
    ready: OnceLock<Ready>,
}

/// A key that was read for an algorithm.
#[derive(Clone, Debug)]
struct Ready {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

#[derive(Clone, Debug)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    P521(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl KeySet {
    /// Reads a key set. Keys that are unknown, broken, or for encryption are passed over (RFC 7517 section 5).
    ///
    /// Errors: `Misbehaved(KeySetMalformed)` if it is not an object with a list `keys`.
    pub fn read(body: &[u8]) -> Result<Self, Error> {
        let map = json::object(body).ok_or(Misbehaviour::KeySetMalformed)?;
        let list = map
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(Misbehaviour::KeySetMalformed)?;
        let mut set = Self::default();
        for member in list.iter().take(KEYS_LIMIT).filter_map(Value::as_object) {
            match read_key(member) {
                Ok(Some(key)) => set.keys.push(key),
                Ok(None) => {}
                Err(reason) => set.left_out = Some(reason),
            }
        }
        Ok(set)
    }

    /// Whether a key of this id is in the set or, without an id, any key for this algorithm.
    pub(crate) fn has(&self, algorithm: Algorithm, kid: Option<&str>) -> bool {
        self.keys.iter().any(|key| match kid {
            Some(kid) => key.kid.as_deref() == Some(kid),
            None => key.fits(algorithm),
        })
    }

    /// The one key that a signature can be from.
    ///
    /// Errors: `Misbehaved` with `NoUsableKey`, `WeakKey`, `PrivateKeyPublished`, `IdTokenUnknownKey`,
    /// `IdTokenAmbiguousKey` or `IdTokenAlgNotAllowed`.
    ///
    /// Spec: OIDC Core section 10.1, RFC 8725 section 3.1
    pub(super) fn find(&self, algorithm: Algorithm, kid: Option<&str>) -> Result<&Key, Misbehaviour> {
        if self.keys.is_empty() {
            return Err(self.left_out.unwrap_or(Misbehaviour::NoUsableKey));
        }
        match kid {
            // The id is compared and nothing else: it is no path, no URL and no query.
            Some(kid) => {
                let mut named = self
                    .keys
                    .iter()
                    .filter(|key| key.kid.as_deref() == Some(kid))
                    .peekable();
                if named.peek().is_none() {
                    return Err(self.left_out.unwrap_or(Misbehaviour::IdTokenUnknownKey));
                }
                let mut fitting = named.filter(|key| key.fits(algorithm));
                // RFC 8725 3.1: the key belongs to one algorithm, and the header does not choose another.
                let first = fitting.next().ok_or(Misbehaviour::IdTokenAlgNotAllowed)?;
                match fitting.next() {
                    None => Ok(first),
                    Some(_) => Err(Misbehaviour::IdTokenAmbiguousKey),
                }
            }
            None => {
                let mut fitting = self.keys.iter().filter(|key| key.fits(algorithm));
                let first = fitting.next().ok_or(Misbehaviour::IdTokenUnknownKey)?;
                match fitting.next() {
                    None => Ok(first),
                    Some(_) => Err(Misbehaviour::IdTokenAmbiguousKey),
                }
            }
        }
    }
}

impl Key {
    fn fits(&self, algorithm: Algorithm) -> bool {
        let kind = matches!(
            (&self.material, algorithm),
            (
                Material::Rsa { .. },
                Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512
            ) | (
                Material::Rsa { .. },
                Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512
            ) | (Material::P256(_), Algorithm::Es256)
                | (Material::P384(_), Algorithm::Es384)
                | (Material::P521(_), Algorithm::Es512)
                | (Material::Ed25519(_), Algorithm::EdDsa)
        );
        kind && self.alg.is_none_or(|only| only == algorithm)
    }

    /// Checks a signature with this key.
    ///
    /// Errors: `IdTokenSignatureInvalid`, or `IdTokenAlgNotAllowed` for an algorithm that is not this key's.
    pub(super) fn check(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), Misbehaviour> {
        // Read for the first algorithm that it is used with, which is the only one of nearly every key.
        let ready = match self.ready.get() {
            Some(ready) => ready,
            None => {
                let ready = self.material.read(algorithm)?;
                self.ready.get_or_init(|| Ready { algorithm, key: ready })
            }
        };
        let result = if ready.algorithm == algorithm {
            ready.key.verify_sig(message, signature)
        } else {
            self.material.read(algorithm)?.verify_sig(message, signature)
        };
        result.map_err(|_| Misbehaviour::IdTokenSignatureInvalid)
    }
}

impl Material {
    /// The key as the library wants it for an algorithm.
    ///
    /// Errors: `IdTokenAlgNotAllowed` for an algorithm that is not this key's, `IdTokenSignatureInvalid` for material that is no key:
    /// nothing can be signed with it.
    fn read(&self, algorithm: Algorithm) -> Result<ParsedPublicKey, Misbehaviour> {
        let key = match (self, algorithm) {
            (Self::Rsa { n, e }, _) => {
                let components = PublicKeyComponents { n, e };
                components.to_parsed_public_key(match algorithm {
                    Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
                    Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    Algorithm::Ps384 => &RSA_PSS_2048_8192_SHA384,
                    Algorithm::Ps512 => &RSA_PSS_2048_8192_SHA512,
                    _ => return Err(Misbehaviour::IdTokenAlgNotAllowed),
                })
            }
            (Self::P256(point), Algorithm::Es256) => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point),
            (Self::P384(point), Algorithm::Es384) => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point),
            (Self::P521(point), Algorithm::Es512) => ParsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point),
            (Self::Ed25519(point), Algorithm::EdDsa) => ParsedPublicKey::new(&ED25519, point),
            _ => return Err(Misbehaviour::IdTokenAlgNotAllowed),
        };
        key.map_err(|_| Misbehaviour::IdTokenSignatureInvalid)
    }
}

/// Reads one key. `Ok(None)`: not for us. `Err`: would be for us, and must not be used.
fn read_key(map: &Map<String, Value>) -> Result<Option<Key>, Misbehaviour> {
    let text = |name: &str| map.get(name).and_then(Value::as_str);
    let bytes = |name: &str| text(name).and_then(base64url);
    // RFC 7517 4.2, 4.3: a key that says what it is for is used for nothing else.
    if text("use").is_some_and(|purpose| purpose != "sig") {
        return Ok(None);
    }
    if let Some(operations) = map.get("key_ops").and_then(Value::as_array)
        && !operations.iter().any(|operation| operation == "verify")
    {
        return Ok(None);
    }
    let alg = match text("alg") {
        None => None,
        Some(name) => match Algorithm::of_name(name) {
            Some(algorithm) => Some(algorithm),
            None => return Ok(None),
        },
    };
    let material = match text("kty") {
        Some("RSA") => match (bytes("n"), bytes("e")) {
            (Some(n), Some(e)) => {
                // RFC 7518 3.3: 2048 bits or more. An exponent below 65537 or even is no serious key.
                let odd = e.last().is_some_and(|last| last & 1 == 1);
                let exponent = e.iter().fold(0u64, |sum, byte| {
                    sum.saturating_mul(256).saturating_add(u64::from(*byte))
                });
                if bits(&n) < 2048 || !odd || exponent < 65_537 {
                    return Err(Misbehaviour::WeakKey);
                }
                Material::Rsa { n, e }
            }
            _ => return Ok(None),
        },
        Some("EC") => {
            let size = match text("crv") {
                Some("P-256") => 32,
                Some("P-384") => 48,
                Some("P-521") => 66,
                _ => return Ok(None),
            };
            // RFC 7518 6.2.1.2: each coordinate has the full length of the curve.
            match (bytes("x"), bytes("y")) {
                (Some(x), Some(y)) if x.len() == size && y.len() == size => {
                    let point = [&[4u8][..], &x, &y].concat();
                    match size {
                        32 => Material::P256(point),
                        48 => Material::P384(point),
                        _ => Material::P521(point),
                    }
                }
                _ => return Ok(None),
            }
        }
        Some("OKP") if text("crv") == Some("Ed25519") => match bytes("x") {
            Some(x) if x.len() == 32 => Material::Ed25519(x),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    // RFC 7517 9.2: a private key that stands in public has been everybody's.
    if map.contains_key("d") {
        return Err(Misbehaviour::PrivateKeyPublished);
    }
    Ok(Some(Key {
        kid: text("kid").map(str::to_owned),
        alg,
        material,
        ready: OnceLock::new(),
    }))
}

/// The number of bits of a big-endian number.
fn bits(number: &[u8]) -> usize {
    let significant = number.iter().skip_while(|byte| **byte == 0);
    let count = significant.clone().count();
    significant
        .clone()
        .next()
        .map_or(0, |first| count * 8 - first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests;
