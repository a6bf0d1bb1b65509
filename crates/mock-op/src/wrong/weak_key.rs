//! RSA keys that nobody should take, and that do sign: a client that takes such a key finds the token good.

use crate::keys::signing_input;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use num_bigint::BigUint;
use serde_json::{Map, Value, json};

/// Names each of them in the key set and in the tokens.
const KID: &str = "weak";

/// A key of 1,024 bits, modulus and private exponent in hexadecimal. It is no secret, and worth nothing.
const MODULUS: &str = "\
     aa508cd802186495734bc4cd51cb62636371fe5a4f80215ccdba883d98c9b6a58dce5bbac76655fb798a2937e2efaca7951e\
     19d05f337928dd5982297399e67cabbfce02c3f8455edde51c5ccd70f9c406d53eab66343746ad27cd16bcbbbdfaa00966ea\
     ee94e04d3534c0d0cf57d490a98aceed06b27897eddc0762ef2b7efd";
const PRIVATE_EXPONENT: &str = "\
     1687532a1b94d87140700c57507383cf3bcf4f62e8d33d16868c1f0b6ed377da8c58789fcb52891b1ba79fee2991a498024c\
     9a038b2446e995e60a26ab88f708dd795761827b39d408a1431fdebb2e389e01710081c761ddf1843536d75f87d3ff6d17c4\
     d375cf71c96ec97855041a12811719c98ffec61c813fe369c7e34d4d";

/// The public key of this variant of the fault.
pub(crate) fn jwk(variant: &str) -> Value {
    let (modulus, exponent) = match variant {
        "exponent-1" => (strong_modulus(), "AQ"),
        _ => (number(MODULUS), "AQAB"),
    };
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KID, "e": exponent,
           "n": URL_SAFE_NO_PAD.encode(modulus.to_bytes_be())})
}

/// A token that it signs.
///
/// Spec: RFC 7518 section 3.3
pub(crate) fn jws(variant: &str, header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
    let mut header = header.clone();
    header.insert("alg".into(), "RS256".into());
    header.insert("kid".into(), KID.into());
    let input = signing_input(&header, claims);
    let hash = digest(&SHA256, input.as_bytes());
    let signature = match variant {
        // To the power of 1 everything is itself: whoever can pad can sign.
        "exponent-1" => padded(hash.as_ref(), 256),
        _ => {
            let message = BigUint::from_bytes_be(&padded(hash.as_ref(), 128));
            let power = message
                .modpow(&number(PRIVATE_EXPONENT), &number(MODULUS))
                .to_bytes_be();
            [vec![0; 128 - power.len()], power].concat()
        }
    };
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A modulus of 2,048 bits, as long as a good one's.
fn strong_modulus() -> BigUint {
    (number(MODULUS) << 1_024_u32) | number(MODULUS)
}

fn number(hexadecimal: &str) -> BigUint {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16).unwrap_or_default()
}

/// EMSA-PKCS1-v1_5 over a SHA-256 hash.
///
/// Spec: RFC 8017 section 9.2
fn padded(hash: &[u8], length: usize) -> Vec<u8> {
    // Section 9.2, note 1: the DER of the DigestInfo before the hash.
    const SHA256_INFO: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
        0x20,
    ];
    let filling = length - 3 - SHA256_INFO.len() - hash.len();
    [&[0, 1][..], &vec![0xff; filling], &[0], &SHA256_INFO, hash].concat()
}
