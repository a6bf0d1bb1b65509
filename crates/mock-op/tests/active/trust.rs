//! Signatures as a client sees them that does what the token's own header tells it to.

use crate::run::{Run, Trust};
use crate::wire::{Ask, Wire, der};
use aws_lc_rs::{hmac, signature};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A part of a JWS as JSON; nothing if it is none.
pub(crate) fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Why this token is believed, which it always is.
pub(crate) async fn believe(wire: &mut Wire, run: &Run, token: &str) -> Trust {
    let header = part(token, 0);
    let text = |name: &str| header[name].as_str().unwrap_or_default();
    let Some((input, made)) = token.rsplit_once('.') else {
        return Trust::Unchecked;
    };
    let made = URL_SAFE_NO_PAD.decode(made).unwrap_or_default();
    match text("alg").to_ascii_lowercase().as_str() {
        "" | "none" => return Trust::Unsigned,
        "hs256" if is_public_mac(&run.keys, input, &made) => return Trust::PublicMac,
        _ => {}
    }
    // Wherever the header says that a key is, it is fetched from.
    for place in [text("jku"), text("x5u"), text("kid")] {
        if place.starts_with("http") {
            let _ = wire.ask(place, Ask::default()).await;
        }
    }
    let x5c = header["x5c"][0].as_str().map(der).unwrap_or_default();
    if by_jwk(&header["jwk"], input, &made) || point_in(&x5c).is_some_and(|point| by_point(point, input, &made)) {
        return Trust::OwnKey;
    }
    let kid = text("kid");
    let named = |keys: &Value| {
        keys["keys"]
            .as_array()
            .and_then(|keys| keys.iter().find(|key| key["kid"] == kid).cloned())
    };
    let mut key = named(&run.keys);
    if key.is_none()
        && let Some(place) = run.metadata["jwks_uri"].as_str()
        && let Ok(answer) = wire.ask(place, Ask::default()).await
    {
        key = named(&serde_json::from_slice(&answer.bytes).unwrap_or_default());
    }
    match key {
        Some(key) if by_jwk(&key, input, &made) => Trust::Verified,
        _ => Trust::Unchecked,
    }
}

fn is_public_mac(keys: &Value, input: &str, made: &[u8]) -> bool {
    let secrets = |key: &Value| {
        let x = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap_or_default());
        [key.to_string().into_bytes(), x.unwrap_or_default()]
    };
    let mut secrets = keys["keys"].as_array().into_iter().flatten().flat_map(secrets);
    secrets.any(|secret| hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &secret), input.as_bytes(), made).is_ok())
}

/// Whether this P-256 or small RSA key made the signature, without a look at how good the key is.
fn by_jwk(key: &Value, input: &str, made: &[u8]) -> bool {
    let member = |name: &str| {
        URL_SAFE_NO_PAD
            .decode(key[name].as_str().unwrap_or_default())
            .unwrap_or_default()
    };
    match key["kty"].as_str() {
        // With the exponent 1 the signature is the padded hash itself.
        Some("RSA") if key["e"] == "AQ" => is_padded_hash(input, made, member("n").len()),
        Some("RSA") => {
            let (n, e) = (member("n"), member("e"));
            let algorithm = &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;
            let key = signature::RsaPublicKeyComponents { n, e };
            key.verify(algorithm, input.as_bytes(), made).is_ok()
        }
        Some("EC") => by_point(&[&[4][..], &member("x"), &member("y")].concat(), input, made),
        _ => false,
    }
}

fn by_point(point: &[u8], input: &str, made: &[u8]) -> bool {
    let key = signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point);
    key.verify(input.as_bytes(), made).is_ok()
}

/// The P-256 point in a certificate, found by the bytes that stand before each.
fn point_in(der: &[u8]) -> Option<&[u8]> {
    // RFC 5480 section 2: the curve's object identifier, a bit string of 66 bytes, an uncompressed point.
    const BEFORE: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00];
    let at = der.windows(BEFORE.len()).position(|bytes| bytes == BEFORE)? + BEFORE.len();
    der.get(at..at + 65)
}

/// RFC 8017 section 9.2.
fn is_padded_hash(input: &str, made: &[u8], length: usize) -> bool {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, input.as_bytes());
    made.len() == length && made.starts_with(&[0, 1, 0xff]) && made.ends_with(hash.as_ref())
}
