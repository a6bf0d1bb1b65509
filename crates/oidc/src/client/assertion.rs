//! Client authentication by a signature: a short-lived JWT that the client makes for each request.
//!
//! Spec: OIDC Core section 9 (`private_key_jwt`), RFC 7521, RFC 7523, and its newer advice on `aud` and `typ`
//! (draft-ietf-oauth-rfc7523bis)

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::jose::Algorithm;
use crate::provider::ProviderMetadata;
use crate::{Error, Misconfiguration, Now, Secret, Unsupported};

/// `client_assertion_type`.
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good, in seconds: longer than two good clocks differ, and no longer than a request takes.
const LIFETIME: i64 = 60;

/// Whom an assertion is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssertionAudience {
    /// The issuer, alone: an assertion for one server is worth nothing at another (RFC 7523bis, FAPI 2).
    #[default]
    Issuer,
    /// The URL of the token endpoint, as older servers want it (OIDC Core section 9).
    TokenEndpoint,
}

/// The key that a client authenticates with.
#[derive(Clone)]
pub struct AssertionKey {
    pair: Arc<Pair>,
    pkcs8: Arc<Zeroizing<Vec<u8>>>,
    kid: Option<String>,
    audience: AssertionAudience,
}

enum Pair {
    Ec(EcdsaKeyPair, Algorithm),
    Ed(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AssertionKey([redacted])")
    }
}

impl AssertionKey {
    /// A private key in PKCS #8 (DER): ECDSA on P-256, P-384 or P-521, Ed25519, or RSA of 2048 bits or more. `kid` names it in the key
    /// set that the client registered.
    ///
    /// Errors: `Misconfigured(ClientKey)` for anything else.
    ///
    /// Spec: RFC 5208, RFC 7518 section 3.1
    pub fn from_pkcs8(bytes: &[u8], kid: Option<String>, audience: AssertionAudience) -> Result<Self, Error> {
        let ec = |kind, algorithm| {
            let pair = EcdsaKeyPair::from_pkcs8(kind, bytes).ok()?;
            Some(Pair::Ec(pair, algorithm))
        };
        let pair = ec(&ECDSA_P256_SHA256_FIXED_SIGNING, Algorithm::Es256)
            .or_else(|| ec(&ECDSA_P384_SHA384_FIXED_SIGNING, Algorithm::Es384))
            .or_else(|| ec(&ECDSA_P521_SHA512_FIXED_SIGNING, Algorithm::Es512))
            .or_else(|| Ed25519KeyPair::from_pkcs8(bytes).ok().map(Pair::Ed))
            // RFC 7518 3.3: RSA keys have 2048 bits or more; smaller ones are refused here.
            .or_else(|| RsaKeyPair::from_pkcs8(bytes).ok().map(Pair::Rsa))
            .ok_or(Misconfiguration::ClientKey)?;
        Ok(Self {
            pair: Arc::new(pair),
            pkcs8: Arc::new(Zeroizing::new(bytes.to_vec())),
            kid,
            audience,
        })
    }

    /// The key as bytes, for sealing and nothing else.
    pub fn to_bytes_for_sealing(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.pkcs8.to_vec())
    }

    /// `kid`, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Whom its assertions are made for.
    pub fn audience(&self) -> AssertionAudience {
        self.audience
    }

    /// The public half as a JWK: what a client registers or publishes.
    ///
    /// Spec: RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2
    pub fn public_jwk(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match &*self.pair {
            Pair::Ec(pair, algorithm) => {
                let (curve, size) = match algorithm {
                    Algorithm::Es384 => ("P-384", 48),
                    Algorithm::Es512 => ("P-521", 66),
                    _ => ("P-256", 32),
                };
                // SEC 1 section 2.3.3: 0x04, x, y.
                let point = pair.public_key().as_ref();
                let (x, y) = point
                    .get(1..)
                    .unwrap_or_default()
                    .split_at_checked(size)
                    .unwrap_or_default();
                json!({ "kty": "EC", "crv": curve, "x": encode(x), "y": encode(y) })
            }
            Pair::Ed(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) }),
            Pair::Rsa(pair) => {
                let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
                json!({ "kty": "RSA", "n": encode(n.big_endian_without_leading_zero()),
                    "e": encode(e.big_endian_without_leading_zero()) })
            }
        };
        jwk["use"] = "sig".into();
        if let Some(kid) = &self.kid {
            jwk["kid"] = Value::from(kid.as_str());
        }
        jwk
    }

    /// The algorithm that is used at a provider: the key's own. An RSA key has two, of which the provider says what it takes.
    ///
    /// Errors: `Unsupported(ClientSigningAlgorithm)` if the provider lists its algorithms and none of them is the key's.
    ///
    /// Spec: OIDC Discovery section 3 (`token_endpoint_auth_signing_alg_values_supported`), RFC 8725 section 3.1
    pub fn algorithm(&self, metadata: &ProviderMetadata) -> Result<Algorithm, Error> {
        let own: &[Algorithm] = match &*self.pair {
            Pair::Ec(_, algorithm) => std::slice::from_ref(algorithm),
            Pair::Ed(_) => &[Algorithm::EdDsa],
            Pair::Rsa(_) => &[Algorithm::Ps256, Algorithm::Rs256],
        };
        match &metadata.client_signing_algorithms {
            Some(taken) => own.iter().find(|algorithm| taken.contains(algorithm)),
            // OIDC Discovery 3: without a list RS256 is what servers should have.
            None => own.last(),
        }
        .copied()
        .ok_or(Unsupported::ClientSigningAlgorithm.into())
    }

    /// An assertion for one request.
    ///
    /// Errors: those of [`AssertionKey::algorithm`], and `Misconfigured(ClientKey)` if no signature could be made.
    ///
    /// Spec: OIDC Core section 9, RFC 7523 section 3
    pub(super) fn assertion(
        &self,
        client_id: &str,
        metadata: &ProviderMetadata,
        jti: [u8; 16],
        now: Now,
    ) -> Result<Secret, Error> {
        let algorithm = self.algorithm(metadata)?;
        // RFC 7523bis: the type keeps it apart from every other JWT that is signed by this key; older servers know `JWT`.
        let (kind, audience) = match self.audience {
            AssertionAudience::Issuer => ("client-authentication+jwt", metadata.issuer.as_str()),
            AssertionAudience::TokenEndpoint => ("JWT", metadata.token_endpoint.url().as_str()),
        };
        let mut header = json!({ "alg": algorithm.name(), "typ": kind });
        if let Some(kid) = &self.kid {
            header["kid"] = Value::from(kid.as_str());
        }
        // OIDC Core 9: iss and sub are the client id; jti is never used again; exp is soon.
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": URL_SAFE_NO_PAD.encode(jti),
            "iat": now.0,
            "exp": now.0.saturating_add(LIFETIME),
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = self
            .sign(algorithm, signed.as_bytes())
            .ok_or(Misconfiguration::ClientKey)?;
        Ok(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Ec(pair, _) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
            Pair::Ed(pair) => Some(pair.sign(message).as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let padding: &dyn RsaEncoding = match algorithm {
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
