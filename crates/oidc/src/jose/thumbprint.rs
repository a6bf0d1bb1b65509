//! The hash by which a key is named.
//!
//! Spec: RFC 7638 section 3

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The SHA-256 thumbprint, in base64url, of a key with these required members, whatever their order. Names and values are those of a
/// JWK: base64url and registered words, in which JSON has nothing to escape.
///
/// Spec: RFC 7638 sections 3.2, 3.3; RFC 8037 section 2 (required members of `OKP`)
pub(crate) fn thumbprint<const N: usize>(mut members: [(&str, &str); N]) -> String {
    // RFC 7638 3.3: in the order of their names, without white space.
    members.sort_unstable_by_key(|(name, _)| *name);
    let members = members.map(|(name, value)| format!(r#""{name}":"{value}""#));
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{{{}}}", members.join(","))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7638_section_3_1_the_thumbprint_of_its_rsa_key() {
        // The key of RFC 7638 section 3.1.
        let n = concat!(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMst",
            "n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajr",
            "n1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        );
        let rsa = thumbprint([("kty", "RSA"), ("n", n), ("e", "AQAB")]);
        assert_eq!(rsa, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn rfc_8037_appendix_a_3_the_thumbprint_of_its_ed25519_key() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let ed25519 = thumbprint([("kty", "OKP"), ("x", x), ("crv", "Ed25519")]);
        assert_eq!(ed25519, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
