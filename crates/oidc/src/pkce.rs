//! Proof Key for Code Exchange: what makes a stolen code worthless. Only S256 exists here.
//!
//! Spec: RFC 7636

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::Secret;

/// The code verifier (`code_verifier`): 43 characters of base64url that only this client knows until the exchange.
///
/// Spec: RFC 7636 section 4.1
#[derive(Debug)]
pub struct Verifier(Secret);

impl Verifier {
    /// Makes a verifier of 32 random bytes.
    pub fn from_random(bytes: &[u8; 32]) -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub(crate) fn restore(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// The code challenge (`code_challenge`) for `code_challenge_method=S256`.
    ///
    /// Spec: RFC 7636 section 4.2
    pub fn challenge(&self) -> String {
        // Exposed to be hashed; the hash is made to be public.
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.expose().as_bytes()))
    }

    /// The verifier as a secret: for the token request and for sealing.
    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let verifier = Verifier::restore("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_has_43_characters_of_256_bits() {
        assert_eq!(Verifier::from_random(&[7; 32]).secret().expose().len(), 43);
    }
}
