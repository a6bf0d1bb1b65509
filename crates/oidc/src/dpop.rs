//! Demonstrating Proof of Possession: tokens that are worthless without a key which never leaves this client.
//!
//! The key is one in software: it protects against tokens that leak on the way or at the provider, not against somebody who
//! can read this client's vault.
//!
//! Spec: RFC 9449

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use zeroize::Zeroizing;

use crate::{Now, Secret};

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
        thumbprint(&self.x, &self.y)
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

/// Spec: RFC 7638 section 3.2: the required members in the order of their names, without a space.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::{Algorithm, Jws, KeySet};
    use crate::json;

    const NOW: Now = Now(1_562_262_616);

    fn nonce(values: &[&str]) -> Option<Nonce> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(DPOP_NONCE, HeaderValue::from_str(value).unwrap());
        }
        Nonce::of_answer(&headers)
    }

    /// Header and claims of a proof, whose signature is good by the key that stands in it.
    fn read(proof: &HeaderValue) -> (Value, Value) {
        let text = proof.to_str().unwrap();
        let header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap()).unwrap()).unwrap();
        let mut key = header["jwk"].clone();
        key["use"] = "sig".into();
        let keys = KeySet::read(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
        let payload = Jws::parse(text, &[Algorithm::Es256]).unwrap().verify(&keys).unwrap();
        (header, Value::Object(json::object(payload.bytes()).unwrap()))
    }

    #[test]
    fn the_thumbprint_is_that_of_rfc_9449_for_its_example_key() {
        let (x, y) = (
            "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        );
        assert_eq!(thumbprint(x, y), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn a_proof_names_the_request_without_its_query_and_verifies_by_the_key_it_carries() {
        let key = ProofKey::generate().unwrap();
        let url = Url::parse("https://server.example.com/token?x=1#y").unwrap();
        let of = ProofOf {
            method: &Method::POST,
            url: &url,
            nonce: None,
            access_token: None,
        };
        let (header, claims) = read(&key.proof(of, [7; 16], NOW).unwrap());
        assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
        assert!(header["jwk"].get("d").is_none(), "the private key stays here");
        let jti = URL_SAFE_NO_PAD.encode([7; 16]);
        assert_eq!(
            claims,
            json!({ "jti": jti, "htm": "POST", "htu": "https://server.example.com/token", "iat": NOW.0 })
        );
    }

    #[test]
    fn a_proof_for_a_resource_is_bound_to_its_access_token_and_to_the_servers_nonce() {
        let key = ProofKey::generate().unwrap();
        let url = Url::parse("https://resource.example.org/protectedresource").unwrap();
        let token = Secret::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU".to_owned());
        let nonce = nonce(&["eyJ7S_zG.eyJH0-Z.HX4w-7v"]).unwrap();
        let of = ProofOf {
            method: &Method::GET,
            url: &url,
            nonce: Some(&nonce),
            access_token: Some(&token),
        };
        let (_, claims) = read(&key.proof(of, [1; 16], NOW).unwrap());
        // RFC 9449 section 7.1 has this token and this hash.
        assert_eq!(claims["ath"], "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
        assert_eq!(claims["nonce"], "eyJ7S_zG.eyJH0-Z.HX4w-7v");
    }

    #[test]
    fn a_sealed_key_is_the_same_key_and_other_bytes_are_none() {
        let key = ProofKey::generate().unwrap();
        let sealed = key.to_bytes_for_sealing();
        assert_eq!(
            ProofKey::from_sealed_bytes(&sealed).unwrap().thumbprint(),
            key.thumbprint()
        );
        assert_ne!(ProofKey::generate().unwrap().thumbprint(), key.thumbprint());
        for bad in [&b""[..], b"x", &sealed[1..], &sealed[..sealed.len() - 1]] {
            assert!(ProofKey::from_sealed_bytes(bad).is_none());
        }
        assert!(!format!("{key:?}").contains(&key.x));
    }

    #[test]
    fn a_nonce_of_other_characters_or_given_twice_is_none() {
        assert!(nonce(&["a!#[]~"]).is_some());
        let long = "n".repeat(NONCE_LIMIT + 1);
        for bad in [&[][..], &[""], &["a b"], &["a\"b"], &["a\\b"], &["a", "b"], &[&long]] {
            assert_eq!(nonce(bad), None);
        }
    }
}
