//! The signature algorithms.

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature as sig;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A signature algorithm for ID Tokens.
///
/// Spec: RFC 7518 section 3.1, RFC 8037 section 3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Alg {
    /// ECDSA with P-256 and SHA-256.
    #[value(name = "ES256")]
    Es256,
    /// Ed25519.
    #[value(name = "EdDSA")]
    EdDsa,
    /// RSA 2048, PKCS #1 v1.5, SHA-256. The key is made when first asked for, as that of each algorithm below.
    #[value(name = "RS256")]
    Rs256,
    /// RSA 2048, PSS, SHA-256.
    #[value(name = "PS256")]
    Ps256,
    /// ECDSA with P-384 and SHA-384.
    #[value(name = "ES384")]
    Es384,
    /// ECDSA with P-521 and SHA-512.
    #[value(name = "ES512")]
    Es512,
    /// RSA 2048, PKCS #1 v1.5, SHA-384.
    #[value(name = "RS384")]
    Rs384,
    /// RSA 2048, PKCS #1 v1.5, SHA-512.
    #[value(name = "RS512")]
    Rs512,
    /// RSA 2048, PSS, SHA-384.
    #[value(name = "PS384")]
    Ps384,
    /// RSA 2048, PSS, SHA-512.
    #[value(name = "PS512")]
    Ps512,
}

/// An elliptic curve of RFC 7518 section 6.2.1.1, as keys on it are written.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    /// How many bytes a coordinate, or a private scalar, has.
    pub(crate) size: usize,
    /// The DER of its object identifier.
    pub(crate) oid: &'static [u8],
    pub(crate) signing: &'static sig::EcdsaSigningAlgorithm,
    verification: &'static sig::EcdsaVerificationAlgorithm,
}

static P256: Curve = Curve {
    name: "P-256",
    size: 32,
    oid: &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
    signing: &sig::ECDSA_P256_SHA256_FIXED_SIGNING,
    verification: &sig::ECDSA_P256_SHA256_FIXED,
};
static P384: Curve = Curve {
    name: "P-384",
    size: 48,
    oid: &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
    signing: &sig::ECDSA_P384_SHA384_FIXED_SIGNING,
    verification: &sig::ECDSA_P384_SHA384_FIXED,
};
static P521: Curve = Curve {
    name: "P-521",
    size: 66,
    oid: &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23],
    signing: &sig::ECDSA_P521_SHA512_FIXED_SIGNING,
    verification: &sig::ECDSA_P521_SHA512_FIXED,
};

impl Alg {
    /// All of them, in the order in which they are advertised.
    pub const ALL: [Alg; 10] = [
        Alg::Es256,
        Alg::EdDsa,
        Alg::Rs256,
        Alg::Ps256,
        Alg::Es384,
        Alg::Es512,
        Alg::Rs384,
        Alg::Rs512,
        Alg::Ps384,
        Alg::Ps512,
    ];

    /// The value of `alg`.
    pub fn name(self) -> &'static str {
        match self {
            Alg::Es256 => "ES256",
            Alg::EdDsa => "EdDSA",
            Alg::Rs256 => "RS256",
            Alg::Ps256 => "PS256",
            Alg::Es384 => "ES384",
            Alg::Es512 => "ES512",
            Alg::Rs384 => "RS384",
            Alg::Rs512 => "RS512",
            Alg::Ps384 => "PS384",
            Alg::Ps512 => "PS512",
        }
    }

    /// The algorithm of this name, if it is one of ours; `none` never is.
    pub(crate) fn named(name: &Value) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| name == alg.name())
    }

    /// The curve of an ECDSA key.
    pub(crate) fn curve(self) -> Option<&'static Curve> {
        match self {
            Alg::Es256 => Some(&P256),
            Alg::Es384 => Some(&P384),
            Alg::Es512 => Some(&P521),
            _ => None,
        }
    }

    /// How an RSA key signs.
    pub(crate) fn encoding(self) -> Option<&'static dyn sig::RsaEncoding> {
        Some(match self {
            Alg::Rs256 => &sig::RSA_PKCS1_SHA256,
            Alg::Rs384 => &sig::RSA_PKCS1_SHA384,
            Alg::Rs512 => &sig::RSA_PKCS1_SHA512,
            Alg::Ps256 => &sig::RSA_PSS_SHA256,
            Alg::Ps384 => &sig::RSA_PSS_SHA384,
            Alg::Ps512 => &sig::RSA_PSS_SHA512,
            Alg::Es256 | Alg::Es384 | Alg::Es512 | Alg::EdDsa => return None,
        })
    }

    /// The left half of the hash of a token, as `at_hash` wants it.
    ///
    /// Spec: OIDC Core 1.0 section 3.1.3.6. Ed25519 hashes with SHA-512, and so does its `at_hash`.
    pub(crate) fn half_hash(self, token: &str) -> String {
        let algorithm = match self {
            Alg::Es256 | Alg::Rs256 | Alg::Ps256 => &SHA256,
            Alg::Es384 | Alg::Rs384 | Alg::Ps384 => &SHA384,
            Alg::Es512 | Alg::Rs512 | Alg::Ps512 | Alg::EdDsa => &SHA512,
        };
        let hash = digest::digest(algorithm, token.as_bytes());
        let hash = hash.as_ref();
        URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
    }
}

/// Whether the holder of this public key made this signature.
///
/// Spec: RFC 7515 section 5.2
pub(crate) fn verifies(jwk: &Value, alg: Alg, message: &[u8], signature: &[u8]) -> bool {
    verified(jwk, alg, message, signature).is_some()
}

fn verified(jwk: &Value, alg: Alg, message: &[u8], signature: &[u8]) -> Option<()> {
    let member = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str()?).ok();
    if let Some(curve) = alg.curve() {
        if jwk["kty"] != "EC" || jwk["crv"] != curve.name {
            return None;
        }
        let point = [vec![4], member("x")?, member("y")?].concat();
        let key = sig::UnparsedPublicKey::new(curve.verification, point);
        return key.verify(message, signature).ok();
    }
    if alg == Alg::EdDsa {
        if jwk["kty"] != "OKP" || jwk["crv"] != "Ed25519" {
            return None;
        }
        let key = sig::UnparsedPublicKey::new(&sig::ED25519, member("x")?);
        return key.verify(message, signature).ok();
    }
    let parameters = match alg {
        Alg::Rs256 => &sig::RSA_PKCS1_2048_8192_SHA256,
        Alg::Rs384 => &sig::RSA_PKCS1_2048_8192_SHA384,
        Alg::Rs512 => &sig::RSA_PKCS1_2048_8192_SHA512,
        Alg::Ps256 => &sig::RSA_PSS_2048_8192_SHA256,
        Alg::Ps384 => &sig::RSA_PSS_2048_8192_SHA384,
        _ => &sig::RSA_PSS_2048_8192_SHA512,
    };
    if jwk["kty"] != "RSA" {
        return None;
    }
    let key = PublicKeyComponents {
        n: member("n")?,
        e: member("e")?,
    };
    key.verify(parameters, message, signature).ok()
}
