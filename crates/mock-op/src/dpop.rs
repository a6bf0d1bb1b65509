//! Demonstrating proof of possession: the check of a proof, and nonces.

use crate::call::Call;
use crate::keys::{Alg, thumbprint, verifies};
use crate::provider::Provider;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;

/// How far the clock of a client may be off, and how long a proof is remembered.
const WINDOW_SECONDS: i64 = 300;

/// Why a proof was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProofRefused {
    #[error("the DPoP header is there more than once")]
    Repeated,
    #[error("the DPoP proof is no JWS of the type dpop+jwt with a supported algorithm and a public key")]
    Malformed,
    #[error("the signature of the DPoP proof does not verify")]
    Signature,
    #[error("htm or htu of the DPoP proof are not those of this request")]
    AnotherRequest,
    #[error("iat of the DPoP proof is too far from now")]
    Time,
    #[error("ath of the DPoP proof is not the hash of this access token")]
    AnotherToken,
    #[error("the DPoP proof was used before")]
    Replayed,
    #[error("the DPoP proof needs the nonce of the DPoP-Nonce header")]
    Nonce,
}

impl ProofRefused {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Nonce => "use_dpop_nonce",
            _ => "invalid_dpop_proof",
        }
    }
}

impl Provider {
    /// The nonce of this time, and the one before it, which is still good.
    ///
    /// Spec: RFC 9449 section 8
    fn nonce_at(&self, window: i64) -> String {
        let hash = digest(&SHA256, format!("{} {window}", self.dpop_secret).as_bytes());
        URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
    }

    /// What to send in `DPoP-Nonce`.
    pub(crate) fn dpop_nonce(&self) -> String {
        self.nonce_at(self.clock.now().div_euclid(WINDOW_SECONDS))
    }
}

/// Checks the proof of this request and gives the thumbprint of its key; `None` if there is no proof.
///
/// Spec: RFC 9449 section 4.3, in its order
pub(crate) fn check(op: &Provider, call: &Call, access_token: Option<&str>) -> Result<Option<String>, ProofRefused> {
    let mut headers = call.headers.get_all("dpop").iter();
    // Step 1: not more than one.
    let Some(header) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(ProofRefused::Repeated);
    }
    // Steps 2 to 5 and 7: a well-formed JWT with all it needs, explicitly typed, asymmetric, no private key.
    let text = header.to_str().map_err(|_| ProofRefused::Malformed)?;
    let proof = parse(text).ok_or(ProofRefused::Malformed)?;
    // Step 6.
    if !verifies(&proof.jwk, proof.alg, proof.input.as_bytes(), &proof.signature) {
        return Err(ProofRefused::Signature);
    }
    // Steps 8 and 9: htu without query and fragment, after normalisation.
    let here = format!("{}{}", op.origin, call.path);
    let same = |a: &str, b: &str| match (Url::parse(a), Url::parse(b)) {
        (Ok(a), Ok(b)) => a.origin() == b.origin() && a.path() == b.path(),
        _ => false,
    };
    if proof.text("htm") != Some(call.method.as_str()) || !proof.text("htu").is_some_and(|htu| same(htu, &here)) {
        return Err(ProofRefused::AnotherRequest);
    }
    // Step 10.
    let now = op.clock.now();
    if op.dpop_nonces {
        let window = now.div_euclid(WINDOW_SECONDS);
        let good = [op.nonce_at(window), op.nonce_at(window - 1)];
        if !proof.text("nonce").is_some_and(|nonce| good.iter().any(|g| g == nonce)) {
            return Err(ProofRefused::Nonce);
        }
    }
    // Step 11.
    let age = proof.claims["iat"].as_i64().map(|iat| now.abs_diff(iat));
    if age.is_none_or(|age| age > WINDOW_SECONDS.unsigned_abs()) {
        return Err(ProofRefused::Time);
    }
    // Step 12: bound to the access token, where there is one.
    if let Some(token) = access_token {
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()).as_ref());
        if proof.text("ath") != Some(hash.as_str()) {
            return Err(ProofRefused::AnotherToken);
        }
    }
    // Section 11.1: once.
    let jkt = thumbprint(&proof.jwk).ok_or(ProofRefused::Malformed)?;
    let seen = format!("{jkt} {}", proof.text("jti").unwrap_or_default());
    let mut grants = op.grants();
    if grants.proofs.get(&seen, now).is_some() {
        return Err(ProofRefused::Replayed);
    }
    grants.proofs.insert(seen, (), now, 2 * WINDOW_SECONDS);
    Ok(Some(jkt))
}

struct Proof {
    alg: Alg,
    jwk: Value,
    claims: Value,
    input: String,
    signature: Vec<u8>,
}

impl Proof {
    fn text(&self, claim: &str) -> Option<&str> {
        self.claims[claim].as_str()
    }
}

fn parse(text: &str) -> Option<Proof> {
    let (input, signature) = text.rsplit_once('.')?;
    let (header, claims) = input.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header: Value = serde_json::from_slice(&decode(header)?).ok()?;
    let claims: Value = serde_json::from_slice(&decode(claims)?).ok()?;
    if header["typ"] != "dpop+jwt" {
        return None;
    }
    let alg = Alg::named(&header["alg"])?;
    let jwk = header["jwk"].clone();
    if !jwk.is_object() || ["d", "k", "p", "q"].iter().any(|private| jwk.get(private).is_some()) {
        return None;
    }
    // Section 4.2: an identifier that nobody could use twice by chance.
    if claims["jti"].as_str().is_none_or(str::is_empty) {
        return None;
    }
    Some(Proof {
        alg,
        jwk,
        claims,
        input: input.to_owned(),
        signature: decode(signature)?,
    })
}
