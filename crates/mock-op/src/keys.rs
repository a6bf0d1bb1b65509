//! Signing keys, the key set that is published, and JWS signing.

use crate::alg::Curve;
pub(crate) use crate::alg::{Alg, verifies};
use aws_lc_rs::digest::{self, SHA256};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use std::sync::{Arc, RwLock};

enum Pair {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// One signing key with its public JWK.
pub(crate) struct SigningKey {
    pub(crate) alg: Alg,
    pub(crate) kid: String,
    pub(crate) jwk: Value,
    pair: Pair,
}

impl SigningKey {
    /// Makes a key. `seed` makes the same key each time, for elliptic curves; an RSA key is always a new one.
    pub(crate) fn generate(alg: Alg, seed: Option<[u8; 32]>) -> Self {
        let (pair, mut jwk) = if let Some(curve) = alg.curve() {
            let pair = match seed {
                Some(seed) => ec_from_seed(curve, &seed),
                None => EcdsaKeyPair::generate(curve.signing).expect("keys can be made from the system's randomness"),
            };
            // SEC 1 section 2.3.3: the byte 4, then both coordinates.
            let (x, y) = pair.public_key().as_ref()[1..].split_at(curve.size);
            let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
            let jwk = json!({"crv": curve.name, "kty": "EC", "x": x, "y": y});
            (Pair::Ec(pair), jwk)
        } else if alg == Alg::EdDsa {
            let pair = match seed {
                Some(seed) => Ed25519KeyPair::from_seed_unchecked(&seed).ok(),
                None => Ed25519KeyPair::generate().ok(),
            }
            .expect("any 32 bytes are an Ed25519 seed");
            let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
            (Pair::Ed(pair), json!({"crv": "Ed25519", "kty": "OKP", "x": x}))
        } else {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("RSA keys can be made");
            let public = pair.public_key();
            let n = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
            let e = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
            (Pair::Rsa(pair), json!({"e": e, "kty": "RSA", "n": n}))
        };
        let kid = thumbprint(&jwk).expect("the key was made with all its members");
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(alg.name());
        jwk["kid"] = json!(kid);
        Self { alg, kid, jwk, pair }
    }

    /// Signs the JWS signing input.
    ///
    /// Spec: RFC 7515 section 5.1
    pub(crate) fn sign(&self, input: &[u8]) -> Vec<u8> {
        #[cfg(test)]
        before_signing::look();
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ec(pair) => pair
                .sign(&random, input)
                .expect("an ECDSA key signs any message")
                .as_ref()
                .to_vec(),
            Pair::Ed(pair) => pair.sign(input).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let encoding = self.alg.encoding().expect("an RSA key is of an RSA algorithm");
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, input, &mut signature)
                    .expect("the buffer is as long as the modulus");
                signature
            }
        }
    }

    /// A certificate for this key, by this key (DER), as `x5c` brings it. Empty if none can be made.
    pub(crate) fn certificate(&self) -> Vec<u8> {
        let pkcs8 = match &self.pair {
            Pair::Ec(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Pair::Ed(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Pair::Rsa(pair) => AsDer::<Pkcs8V1Der<'_>>::as_der(pair).map(|der| der.as_ref().to_vec()),
        };
        let made = pkcs8.ok().and_then(|der| rcgen::KeyPair::try_from(der).ok());
        let signed = made.and_then(|key| rcgen::CertificateParams::default().self_signed(&key).ok());
        signed.map(|certificate| certificate.der().to_vec()).unwrap_or_default()
    }

    /// A compact JWS over `claims`. `header` gets no member that is not in it.
    pub(crate) fn jws(&self, header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
        let mut token = signing_input(header, claims);
        let signature = self.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }

    /// The header of a token that this key signs.
    pub(crate) fn header(&self, typ: &str) -> Map<String, Value> {
        let mut header = Map::new();
        header.insert("alg".into(), self.alg.name().into());
        header.insert("kid".into(), self.kid.clone().into());
        header.insert("typ".into(), typ.into());
        header
    }
}

/// `BASE64URL(header) || '.' || BASE64URL(payload)`.
pub(crate) fn signing_input(header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
    let mut input = String::with_capacity(1024);
    URL_SAFE_NO_PAD.encode_string(Value::Object(header.clone()).to_string(), &mut input);
    input.push('.');
    URL_SAFE_NO_PAD.encode_string(Value::Object(claims.clone()).to_string(), &mut input);
    input
}

/// A key whose private scalar is this seed, with zeros before it: in the DER of an `ECPrivateKey` (RFC 5915 section 3).
fn ec_from_seed(curve: &Curve, seed: &[u8; 32]) -> EcdsaKeyPair {
    let der = |tag: u8, value: &[u8]| {
        let length = u8::try_from(value.len()).expect("no part of such a key has more than 127 bytes");
        [&[tag, length], value].concat()
    };
    let mut scalar = vec![0; curve.size - seed.len()];
    scalar.extend_from_slice(seed);
    let parts = [vec![0x02, 0x01, 0x01], der(0x04, &scalar), der(0xa0, curve.oid)].concat();
    EcdsaKeyPair::from_private_key_der(curve.signing, &der(0x30, &parts))
        .expect("the scalar is below the order of the curve for the seeds that are used")
}

/// The keys of a provider. The first of an algorithm signs; the others stay published for what they signed.
pub(crate) struct KeyRing {
    keys: RwLock<Vec<Arc<SigningKey>>>,
    deterministic: bool,
    /// The issuer's path and the variant of the weak key set that was published last in place of these, if one was.
    weak: RwLock<Option<(String, &'static str)>>,
}

/// How many keys stay published, so that rotating for ever does not grow the key set for ever.
const PUBLISHED: usize = 32;

impl KeyRing {
    /// Makes the elliptic-curve keys, which takes well under a millisecond, and `first` if it is another.
    pub(crate) fn new(first: Alg, deterministic: bool) -> Self {
        let ring = Self {
            keys: RwLock::new(Vec::new()),
            deterministic,
            weak: RwLock::new(None),
        };
        for alg in [first, Alg::Es256, Alg::EdDsa] {
            ring.signing(alg);
        }
        ring
    }

    /// The key that signs with this algorithm now; made here if there is none.
    pub(crate) fn signing(&self, alg: Alg) -> Arc<SigningKey> {
        let found = |keys: &[Arc<SigningKey>]| keys.iter().find(|k| k.alg == alg).cloned();
        if let Some(key) = found(&self.keys.read().expect("no holder of this lock panics")) {
            return key;
        }
        let fresh = Arc::new(SigningKey::generate(alg, self.deterministic.then(|| seed_of(alg))));
        let mut keys = self.keys.write().expect("no holder of this lock panics");
        // Someone may have made one meanwhile; theirs is then the one.
        if let Some(key) = found(&keys) {
            return key;
        }
        keys.push(Arc::clone(&fresh));
        fresh
    }

    /// The tokens of this issuer are signed by the weak key of this variant, or by the keys of this ring again.
    pub(crate) fn sign_weakly(&self, issuer: &str, variant: Option<&'static str>) {
        let mut weak = self.weak.write().expect("no holder of this lock panics");
        match variant {
            Some(variant) => *weak = Some((issuer.to_owned(), variant)),
            None if weak.as_ref().is_some_and(|(path, _)| path == issuer) => *weak = None,
            None => {}
        }
    }

    /// Which weak key signs for this issuer, if one does.
    pub(crate) fn signs_weakly(&self, issuer: &str) -> Option<&'static str> {
        let weak = self.weak.read().expect("no holder of this lock panics");
        weak.as_ref()
            .filter(|(path, _)| path == issuer)
            .map(|(_, variant)| *variant)
    }

    /// Whether nobody is at the keys.
    #[cfg(test)]
    pub(crate) fn is_free(&self) -> bool {
        self.keys.try_write().is_ok() && self.weak.try_write().is_ok()
    }

    /// No issuer's tokens are signed by a weak key any more.
    pub(crate) fn forget_weak(&self) {
        *self.weak.write().expect("no holder of this lock panics") = None;
    }

    /// Makes a new signing key for each algorithm in use. The old ones stay published.
    pub(crate) fn rotate(&self) {
        let algs: Vec<Alg> = {
            let keys = self.keys.read().expect("no holder of this lock panics");
            Alg::ALL
                .into_iter()
                .filter(|alg| keys.iter().any(|k| k.alg == *alg))
                .collect()
        };
        let fresh: Vec<_> = algs
            .into_iter()
            .map(|alg| Arc::new(SigningKey::generate(alg, None)))
            .collect();
        let mut keys = self.keys.write().expect("no holder of this lock panics");
        keys.splice(0..0, fresh);
        keys.truncate(PUBLISHED);
    }

    /// Whether the key of this `kid` made this signature.
    pub(crate) fn verifies(&self, kid: &str, message: &[u8], signature: &[u8]) -> bool {
        // Let go of before the arithmetic begins: a rotation is not to wait for it, nor others for the rotation.
        let found = {
            let keys = self.keys.read().expect("no holder of this lock panics");
            keys.iter().find(|key| key.kid == kid).cloned()
        };
        found.is_some_and(|key| verifies(&key.jwk, key.alg, message, signature))
    }

    /// The published JWKs, the newest first.
    pub(crate) fn published(&self) -> Vec<Value> {
        self.keys
            .read()
            .expect("no holder of this lock panics")
            .iter()
            .map(|k| k.jwk.clone())
            .collect()
    }
}

fn seed_of(alg: Alg) -> [u8; 32] {
    let mut seed = [0; 32];
    seed.copy_from_slice(digest::digest(&SHA256, format!("mock-op key {}", alg.name()).as_bytes()).as_ref());
    seed
}

/// The thumbprint of a public key, if its type is one of ours.
///
/// Spec: RFC 7638 section 3, RFC 8037 section 2
pub(crate) fn thumbprint(jwk: &Value) -> Option<String> {
    // Section 3.2: the required members, in lexicographic order.
    let members: &[&str] = match jwk["kty"].as_str()? {
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        "RSA" => &["e", "kty", "n"],
        _ => return None,
    };
    let mut text = String::new();
    for name in members {
        let opening = if text.is_empty() { '{' } else { ',' };
        text.push_str(&format!("{opening}\"{name}\":{}", Value::from(jwk[*name].as_str()?)));
    }
    text.push('}');
    Some(URL_SAFE_NO_PAD.encode(digest::digest(&SHA256, text.as_bytes()).as_ref()))
}

/// The S256 code challenge of a verifier.
///
/// Spec: RFC 7636 section 4.2
pub(crate) fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&SHA256, verifier.as_bytes()).as_ref())
}

/// A key that is not, and never was, published.
pub(crate) fn stranger(alg: Alg) -> SigningKey {
    SigningKey::generate(alg, None)
}

/// For tests: what is looked at whenever something is signed on this thread.
#[cfg(test)]
pub(crate) mod before_signing {
    use std::cell::RefCell;

    type Look = Box<dyn Fn()>;

    thread_local! {
        static LOOK: RefCell<Option<Look>> = const { RefCell::new(None) };
    }

    pub(crate) fn set(look: impl Fn() + 'static) {
        LOOK.with(|cell| *cell.borrow_mut() = Some(Box::new(look)));
    }

    pub(super) fn look() {
        LOOK.with(|cell| cell.borrow().iter().for_each(|look| look()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_makes_a_signature_that_its_published_key_verifies() {
        for alg in Alg::ALL {
            let key = SigningKey::generate(alg, None);
            let signature = key.sign(b"message");
            assert!(verifies(&key.jwk, alg, b"message", &signature));
            assert!(!verifies(&key.jwk, alg, b"massage", &signature));
        }
    }

    #[test]
    fn the_code_challenge_is_that_of_the_standards_example() {
        // RFC 7636 appendix B.
        assert_eq!(
            s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_deterministic_ring_has_the_same_keys_each_time() {
        let (one, two) = (KeyRing::new(Alg::Es256, true), KeyRing::new(Alg::Es256, true));
        assert_eq!(one.published(), two.published());
        assert_ne!(one.published(), KeyRing::new(Alg::Es256, false).published());
    }

    #[test]
    fn rotation_signs_with_a_new_key_and_keeps_the_old_one_published() {
        let ring = KeyRing::new(Alg::Es256, false);
        let old = ring.signing(Alg::Es256);
        ring.rotate();
        assert_ne!(ring.signing(Alg::Es256).kid, old.kid);
        assert!(ring.published().iter().any(|jwk| jwk["kid"] == old.kid.as_str()));
    }

    #[test]
    fn a_key_is_made_and_parsed_once_however_often_it_signs() {
        let ring = KeyRing::new(Alg::Rs256, false);
        for alg in [Alg::Es256, Alg::EdDsa, Alg::Rs256] {
            assert!(Arc::ptr_eq(&ring.signing(alg), &ring.signing(alg)), "{}", alg.name());
        }
    }

    #[test]
    fn es256_and_eddsa_keys_are_made_at_the_start_and_all_others_when_first_asked_for() {
        let ring = KeyRing::new(Alg::Es256, false);
        let algs = || -> Vec<Value> { ring.published().iter().map(|jwk| jwk["alg"].clone()).collect() };
        assert_eq!(algs(), ["ES256", "EdDSA"]);
        ring.signing(Alg::Rs256);
        assert_eq!(algs(), ["ES256", "EdDSA", "RS256"]);
    }
}
