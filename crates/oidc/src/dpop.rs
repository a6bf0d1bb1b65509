//! Demonstrating Proof of Possession: tokens that are worthless without a key which never leaves this client.
//!
//! The key is one in software: it protects against tokens that leak on the way or at the provider, not against somebody who
//! can read this client's vault.
//!
//! Spec: RFC 9449

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use zeroize::Zeroizing;

use crate::challenge::Challenge;
use crate::client::Fresh;
use crate::jose::thumbprint;
use crate::{Error, Misconfiguration, Now, Secret};

/// `DPoP`: the header that carries a proof.
pub const DPOP: HeaderName = HeaderName::from_static("dpop");
/// `DPoP-Nonce`: the header by which a server gives the nonce of the next proof.
pub const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The most characters of a nonce that are believed.
const NONCE_LIMIT: usize = 1024;

/// The key that tokens are bound to: ECDSA on P-256, which every server that has DPoP is likely to have.
pub struct ProofKey {
    pair: EcdsaKeyPair,
    /// PKCS #8, for sealing.
    pkcs8: Zeroizing<Vec<u8>>,
    x: String,
    y: String,
}

/// Which tokens are bound to the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binds {
    /// The refresh token alone: access tokens may be Bearer tokens.
    Refresh,
    /// Both: a Bearer token is refused.
    Both,
}

/// A key, and which tokens of a sign-in are bound to it.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The key. One owner more, for the request that is in the air and the session that comes of it.
    pub key: Arc<ProofKey>,
    /// What a preset says of the provider.
    pub binds: Binds,
}

/// How an access token is used, and so how a request with it is made.
///
/// Spec: RFC 6749 section 7.1, RFC 9449 section 5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenType {
    /// `Bearer`
    Bearer,
    /// `DPoP`: each request with it carries a proof by the key.
    Dpop,
}

/// What a request for a resource needs besides the token.
#[derive(Debug)]
pub struct ForResource<'a> {
    /// The key that the token is bound to.
    pub key: &'a ProofKey,
    /// The access token.
    pub access_token: &'a Secret,
    /// The last nonce that this resource server gave. One of another server is worth nothing here.
    pub nonce: Option<&'a Nonce>,
}

impl ForResource<'_> {
    /// Puts token and proof into the headers of a request. Both take the place of what stood there.
    ///
    /// Errors: `Misconfigured(Resource)` for a request without an absolute URL, `Misconfigured(ProofKey)` if no signature could be made.
    ///
    /// Spec: RFC 9449 section 7.1
    pub fn authorize<B>(&self, request: &mut http::Request<B>, fresh: &Fresh) -> Result<(), Error> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| Misconfiguration::Resource)?;
        let of = ProofOf {
            method: request.method(),
            url: &url,
            nonce: self.nonce,
            access_token: Some(self.access_token),
        };
        let proof = self
            .key
            .proof(of, fresh.proof_jti(), fresh.now)
            .ok_or(Misconfiguration::ProofKey)?;
        // Exposed to the header of a request to the provider or to an allow-listed API, over TLS.
        let mut token = HeaderValue::from_str(&format!("DPoP {}", self.access_token.expose()))
            .map_err(|_| Misconfiguration::ProofKey)?;
        token.set_sensitive(true);
        request.headers_mut().insert(http::header::AUTHORIZATION, token);
        request.headers_mut().insert(DPOP, proof);
        Ok(())
    }
}

/// The nonce that a resource server asks for in place of an answer: the request is then made again, once, with it.
///
/// Spec: RFC 9449 section 9
pub fn nonce_wanted<B>(answer: &http::Response<B>) -> Option<Nonce> {
    let challenge = Challenge::of_token(answer.headers())?;
    let wanted = answer.status() == http::StatusCode::UNAUTHORIZED
        && challenge.scheme() == "dpop"
        && challenge.parameter("error") == Some("use_dpop_nonce");
    wanted.then(|| Nonce::of_answer(answer.headers())).flatten()
}

/// What a proof is for.
///
/// Spec: RFC 9449 section 4.2
#[derive(Clone, Copy, Debug)]
pub struct ProofOf<'a> {
    /// `htm`
    pub method: &'a Method,
    /// `htu`: its query and fragment are left out.
    pub url: &'a Url,
    /// `nonce`: the last one that this server gave.
    pub nonce: Option<&'a Nonce>,
    /// The access token that goes with the proof to a resource server: `ath` is its hash.
    pub access_token: Option<&'a Secret>,
}

/// A nonce that a server gave for the next proof. Good for that server only.
///
/// Spec: RFC 9449 section 8
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// The nonce that an answer brings. `None` if it brings none, or one with other characters than the standard's.
    ///
    /// Spec: RFC 9449 section 8.1
    pub fn of_answer(headers: &HeaderMap) -> Option<Self> {
        let mut all = headers.get_all(&DPOP_NONCE).iter();
        let text = all.next()?.to_str().ok()?;
        // nonce = 1*NQCHAR; NQCHAR = %x21 / %x23-5B / %x5D-7E. Two headers say two things, so neither is believed.
        let allowed = |byte: u8| byte == 0x21 || (0x23..=0x5B).contains(&byte) || (0x5D..=0x7E).contains(&byte);
        let fits = (1..=NONCE_LIMIT).contains(&text.len()) && text.bytes().all(allowed);
        (fits && all.next().is_none()).then(|| Self(text.to_owned()))
    }
}

impl ProofKey {
    /// A new key. `None` if the system has no random numbers to give.
    pub fn generate() -> Option<Self> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).ok()?;
        Self::from_sealed_bytes(document.as_ref())
    }

    /// The key as bytes, for sealing and nothing else.
    pub fn to_bytes_for_sealing(&self) -> Zeroizing<Vec<u8>> {
        self.pkcs8.clone()
    }

    /// The key that was sealed. `None` for bytes that are none.
    pub fn from_sealed_bytes(bytes: &[u8]) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes).ok()?;
        // SEC 1 section 2.3.3: 0x04, x, y.
        let point = pair.public_key().as_ref();
        let (x, y) = point.strip_prefix(&[4])?.split_at_checked(32)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        Some(Self {
            pair,
            pkcs8: Zeroizing::new(bytes.to_vec()),
            x,
            y,
        })
    }

    /// `jkt`: the hash by which a server names the key that a token is bound to, and `dpop_jkt` of an authorization request.
    ///
    /// Spec: RFC 7638 section 3, RFC 9449 sections 6.1, 10
    pub fn thumbprint(&self) -> String {
        thumbprint([("crv", "P-256"), ("kty", "EC"), ("x", &self.x), ("y", &self.y)])
    }

    /// A proof for one request. `jti` is its name: 16 random bytes, never used again.
    ///
    /// `None` if the system has no random numbers to give to the signature.
    ///
    /// Spec: RFC 9449 section 4.2
    pub fn proof(&self, of: ProofOf<'_>, jti: [u8; 16], now: Now) -> Option<HeaderValue> {
        let header = json!({
            "typ": "dpop+jwt",
            "alg": "ES256",
            "jwk": { "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y },
        });
        let mut url = of.url.clone();
        url.set_query(None);
        url.set_fragment(None);
        let mut claims = json!({
            "jti": URL_SAFE_NO_PAD.encode(jti),
            "htm": of.method.as_str(),
            "htu": url.as_str(),
            "iat": now.0,
        });
        if let Some(Nonce(nonce)) = of.nonce {
            claims["nonce"] = Value::from(nonce.as_str());
        }
        if let Some(token) = of.access_token {
            // Exposed to be hashed: the proof binds itself to this token.
            claims["ath"] = Value::from(URL_SAFE_NO_PAD.encode(Sha256::digest(token.expose())));
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        let proof = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
        let mut value = HeaderValue::from_str(&proof).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl std::fmt::Debug for ProofKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProofKey([redacted])")
    }
}

#[cfg(test)]
mod tests;
