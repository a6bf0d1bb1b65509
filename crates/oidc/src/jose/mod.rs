//! Signed tokens: algorithms, keys, and the one check that makes a token's content count.
//!
//! Spec: RFC 7515, RFC 7517, RFC 7518, RFC 8037, RFC 8725

mod jwk;
mod jws;
mod thumbprint;
#[cfg(test)]
mod vectors;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use jwk::KeySet;
pub(crate) use jws::Jws;
pub(crate) use thumbprint::thumbprint;

/// A signature algorithm. Only asymmetric ones exist here: there is no value for `none` or for a MAC.
///
/// Spec: RFC 7518 section 3.1, RFC 8037 section 3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// `RS256`: RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// `RS384`.
    Rs384,
    /// `RS512`.
    Rs512,
    /// `PS256`: RSASSA-PSS with SHA-256.
    Ps256,
    /// `PS384`.
    Ps384,
    /// `PS512`.
    Ps512,
    /// `ES256`: ECDSA on P-256 with SHA-256.
    Es256,
    /// `ES384`: ECDSA on P-384 with SHA-384.
    Es384,
    /// `ES512`: ECDSA on P-521 with SHA-512.
    Es512,
    /// `EdDSA` on Ed25519.
    EdDsa,
}

impl Algorithm {
    const NAMES: &[(&str, Self)] = &[
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("ES512", Self::Es512),
        ("EdDSA", Self::EdDsa),
    ];

    /// The algorithm of this exact name (`alg`); names are case-sensitive.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(text, _)| *text == name)
            .map(|(_, algorithm)| *algorithm)
    }

    /// The name (`alg`).
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(_, algorithm)| *algorithm == self)
            .map_or("", |(text, _)| text)
    }

    /// The left half of the hash of `text`, as `at_hash` and `c_hash` hold it.
    ///
    /// Spec: OIDC Core section 3.1.3.6
    pub fn left_half_hash(self, text: &str) -> String {
        use sha2::{Digest as _, Sha256, Sha384, Sha512};
        let half = |hash: &[u8]| URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => half(&Sha256::digest(text)),
            Self::Rs384 | Self::Ps384 | Self::Es384 => half(&Sha384::digest(text)),
            // Ed25519 hashes with SHA-512 inside, and that is what providers use for it.
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => half(&Sha512::digest(text)),
        }
    }
}

/// Base64url without padding and with no bit to spare, as JOSE demands.
///
/// Spec: RFC 7515 section 2
pub(crate) fn base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_is_that_of_oidc_core_appendix_a_3() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(Algorithm::Rs256.left_half_hash(token), "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn none_and_macs_are_no_algorithms_in_any_spelling() {
        for name in [
            "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "rs256", "ES256K", "RSA-OAEP",
        ] {
            assert_eq!(Algorithm::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn base64url_with_padding_other_alphabet_or_spare_bits_is_refused() {
        assert_eq!(base64url("YWI").unwrap(), b"ab");
        for bad in ["YWI=", "YWJ", "YW I", "a+/b", "Y"] {
            assert_eq!(base64url(bad), None, "{bad}");
        }
    }
}
