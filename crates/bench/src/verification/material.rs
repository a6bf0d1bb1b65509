//! A key, its JWK, and an ID Token that it signed.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::error::{BenchError, Result, broken};

/// The key's id.
const KID: &str = "2026-11";

/// A key pair for one algorithm.
pub(super) enum Signer {
    /// RS256, 2048 bits.
    Rs256(RsaKeyPair),
    /// ES256.
    Es256(EcdsaKeyPair),
    /// EdDSA on Ed25519.
    EdDsa(Ed25519KeyPair),
}

impl Signer {
    /// Makes a key for each of the three.
    ///
    /// # Errors
    /// `Broken` if the library makes none.
    pub(super) fn all() -> Result<Vec<Self>> {
        let failed = broken("making a key");
        Ok(vec![
            Self::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).map_err(&failed)?),
            Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(&failed)?),
            Self::EdDsa(Ed25519KeyPair::generate().map_err(&failed)?),
        ])
    }

    /// `alg`
    pub(super) fn alg(&self) -> &'static str {
        match self {
            Self::Rs256(_) => "RS256",
            Self::Es256(_) => "ES256",
            Self::EdDsa(_) => "EdDSA",
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let failed = broken("signing");
        match self {
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(failed)?;
                Ok(signature)
            }
            Self::Es256(key) => {
                let signature = key.sign(&SystemRandom::new(), message).map_err(failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Self::EdDsa(key) => Ok(key.sign(message).as_ref().to_vec()),
        }
    }

    /// The public key as a key set has it.
    ///
    /// Spec: RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2
    pub(super) fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match self {
            Self::Rs256(key) => {
                let public = key.public_key();
                let n = public.modulus().big_endian_without_leading_zero();
                let e = public.exponent().big_endian_without_leading_zero();
                json!({"kty": "RSA", "n": text(n), "e": text(e)})
            }
            Self::Es256(key) => {
                // 04, x, y
                let point = key.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])})
            }
            Self::EdDsa(key) => json!({"kty": "OKP", "crv": "Ed25519", "x": text(key.public_key().as_ref())}),
        };
        jwk["kid"] = KID.into();
        jwk["alg"] = self.alg().into();
        jwk["use"] = "sig".into();
        jwk
    }

    /// A token of these claims.
    ///
    /// # Errors
    /// `Broken` if it cannot be signed.
    ///
    /// Spec: RFC 7515 section 7.1
    pub(super) fn token(&self, claims: &Value) -> Result<String> {
        let header = json!({"alg": self.alg(), "typ": "JWT", "kid": KID});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes())?);
        Ok(format!("{signed}.{signature}"))
    }

    /// The bare check: message and signature at hand, the key in the form in which it came in the key set.
    pub(super) fn bare(&self) -> Bare {
        match self {
            Self::Rs256(key) => {
                let public = key.public_key();
                Bare::Rsa {
                    n: public.modulus().big_endian_without_leading_zero().to_vec(),
                    e: public.exponent().big_endian_without_leading_zero().to_vec(),
                }
            }
            Self::Es256(key) => Bare::Ec(key.public_key().as_ref().to_vec()),
            Self::EdDsa(key) => Bare::Ed(key.public_key().as_ref().to_vec()),
        }
    }
}

/// A public key, for nothing but the check of a signature.
pub(super) enum Bare {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ec(Vec<u8>),
    Ed(Vec<u8>),
}

impl Bare {
    /// Checks one signature.
    ///
    /// # Errors
    /// `Broken` if it is none.
    pub(super) fn check(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        let good = match self {
            Self::Rsa { n, e } => PublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            Self::Ec(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
            Self::Ed(point) => UnparsedPublicKey::new(&ED25519, point).verify(message, signature),
        };
        good.map_err(broken("the bare check"))
    }
}

/// A token taken apart for the bare check: what was signed, and the signature.
///
/// # Errors
/// `Broken` if it has no signature.
pub(super) fn apart(token: &str) -> Result<(&[u8], Vec<u8>)> {
    let none = || BenchError::Broken {
        what: "taking a token apart",
        why: "it has no signature".into(),
    };
    let (signed, signature) = token.rsplit_once('.').ok_or_else(none)?;
    Ok((
        signed.as_bytes(),
        URL_SAFE_NO_PAD.decode(signature).map_err(|_| none())?,
    ))
}
