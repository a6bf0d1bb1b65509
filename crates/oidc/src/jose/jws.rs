//! A JWT in the JWS compact serialisation, unread until its signature is good.

use serde_json::Value;

use super::{Algorithm, KeySet, base64url};
use crate::error::{Error, Misbehaviour, Unsupported};
use crate::json;
use crate::trail::{CheckName, Trail};

/// The most bytes that a token may have: looked at before anything is split or decoded.
const TOKEN_LIMIT: usize = 64 * 1024;

/// A token that was taken apart. Its payload cannot be read: only [`Jws::verify`] gives it out.
pub(crate) struct Jws<'a> {
    algorithm: Algorithm,
    kid: Option<String>,
    /// What was signed: header and payload with the dot between, as they came.
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

/// The bytes of a payload whose signature is good. Made by [`Jws::verify`] only.
pub(crate) struct VerifiedPayload(Vec<u8>);

impl VerifiedPayload {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<'a> Jws<'a> {
    /// Takes a compact serialisation apart and reads its header.
    ///
    /// Errors: `Misbehaved` with `IdTokenTooLarge`, `IdTokenMalformed`, `IdTokenAlgNotAllowed` or
    /// `IdTokenCriticalHeader`; `Unsupported(EncryptedIdToken)` for five parts.
    ///
    /// Spec: RFC 7515 section 5.2, RFC 7519 section 7.2
    pub(crate) fn parse(token: &'a str, allowed: &[Algorithm], trail: &mut Trail) -> Result<Self, Error> {
        // RFC 8725 3.4: the size is limited before anything is split.
        if token.len() > TOKEN_LIMIT {
            return trail.check(CheckName::IdTokenForm, Err(Misbehaviour::IdTokenTooLarge));
        }
        // RFC 7516 3.1: five parts are an encrypted token.
        let encrypted = token.splitn(6, '.').count() == 5;
        trail.require(
            CheckName::IdTokenNotEncrypted,
            !encrypted,
            Unsupported::EncryptedIdToken,
        )?;
        let parts = three_parts(token).ok_or(Misbehaviour::IdTokenMalformed);
        let Parts {
            header,
            header_map,
            payload,
            signature,
        } = trail.check(CheckName::IdTokenForm, parts)?;
        // RFC 7515 4.1.11: what is critical must be understood, and none of the extensions is. `b64` (RFC 7797) may not
        // stand without `crit`.
        let critical = header_map.contains_key("crit") || header_map.contains_key("b64");
        trail.require(
            CheckName::IdTokenCritical,
            !critical,
            Misbehaviour::IdTokenCriticalHeader,
        )?;
        // OIDC Core 3.1.3.7 step 7, RFC 8725 3.1: only algorithms that were allowed beforehand; `none` and MACs have no value.
        let algorithm = header_map
            .get("alg")
            .and_then(Value::as_str)
            .and_then(Algorithm::of_name)
            .filter(|algorithm| allowed.contains(algorithm))
            .ok_or(Misbehaviour::IdTokenAlgNotAllowed);
        let algorithm = trail.check(CheckName::IdTokenAlg, algorithm)?;
        // RFC 8725 3.10: `jwk`, `jku`, `x5u`, `x5c` are not looked at: a token does not bring its own key.
        let kid = match header_map.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.clone()),
            Some(_) => return trail.check(CheckName::IdTokenKey, Err(Misbehaviour::IdTokenMalformed)),
        };
        let signature = match base64url(signature) {
            Some(signature) => signature,
            None => return trail.check(CheckName::IdTokenSignature, Err(Misbehaviour::IdTokenMalformed)),
        };
        let signed = &token[..header.len() + 1 + payload.len()];
        Ok(Self {
            algorithm,
            kid,
            signed,
            payload,
            signature,
        })
    }

    /// The algorithm of the header, which is one of those allowed.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether the key that it names is in the set or, for a token that names none, any that could have signed it.
    pub(crate) fn key_is_in(&self, keys: &KeySet) -> bool {
        keys.has(self.algorithm, self.kid.as_deref())
    }

    /// Checks the signature and gives the payload out.
    ///
    /// Spec: OIDC Core section 3.1.3.7 step 6
    pub(crate) fn verify(self, keys: &KeySet, trail: &mut Trail) -> Result<VerifiedPayload, Error> {
        let key = keys.find(self.algorithm, self.kid.as_deref());
        let key = trail.check(CheckName::IdTokenKey, key)?;
        let checked = key.check(self.algorithm, self.signed.as_bytes(), &self.signature);
        trail.check(CheckName::IdTokenSignature, checked)?;
        match base64url(self.payload) {
            Some(bytes) => Ok(VerifiedPayload(bytes)),
            None => trail.check(CheckName::IdTokenClaims, Err(Misbehaviour::IdTokenMalformed)),
        }
    }
}

/// The parts of a compact serialisation: the header read, the others as they came.
struct Parts<'a> {
    header: &'a str,
    header_map: serde_json::Map<String, Value>,
    payload: &'a str,
    signature: &'a str,
}

/// Takes a compact serialisation apart. `None` for anything but three parts, the first of them JSON.
///
/// Spec: RFC 7515 section 7.1
fn three_parts(token: &str) -> Option<Parts<'_>> {
    let mut parts = token.splitn(4, '.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let header_map = base64url(header).and_then(|bytes| json::object(&bytes))?;
    parts.next().is_none().then_some(Parts {
        header,
        header_map,
        payload,
        signature,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    const ALL: &[Algorithm] = &[Algorithm::Rs256, Algorithm::Es256, Algorithm::Es512, Algorithm::EdDsa];

    fn token(header: &str) -> String {
        format!("{}.e30.AAAA", URL_SAFE_NO_PAD.encode(header))
    }

    fn refusal(token: &str) -> Error {
        Jws::parse(token, ALL, &mut Trail::unread()).map(|_| ()).unwrap_err()
    }

    #[test]
    fn none_and_macs_are_refused_with_and_without_a_signature() {
        for alg in ["none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS384"] {
            let text = token(&format!(r#"{{"alg":"{alg}"}}"#));
            assert_eq!(refusal(&text), Misbehaviour::IdTokenAlgNotAllowed.into(), "{alg}");
            assert_eq!(
                refusal(text.trim_end_matches('A')),
                Misbehaviour::IdTokenAlgNotAllowed.into(),
                "{alg}"
            );
        }
        assert_eq!(refusal(&token("{}")), Misbehaviour::IdTokenAlgNotAllowed.into());
    }

    #[test]
    fn critical_headers_are_refused_also_when_empty() {
        for header in [
            r#"{"alg":"ES256","crit":["exp"]}"#,
            r#"{"alg":"ES256","crit":[]}"#,
            r#"{"alg":"ES256","b64":false}"#,
        ] {
            assert_eq!(
                refusal(&token(header)),
                Misbehaviour::IdTokenCriticalHeader.into(),
                "{header}"
            );
        }
    }

    #[test]
    fn an_encrypted_token_is_named_as_such() {
        assert_eq!(refusal("a.b.c.d.e"), Unsupported::EncryptedIdToken.into());
    }

    #[test]
    fn size_is_looked_at_before_dots() {
        assert_eq!(refusal(&".".repeat(1_000_000)), Misbehaviour::IdTokenTooLarge.into());
        assert_eq!(refusal(&".".repeat(1000)), Misbehaviour::IdTokenMalformed.into());
        assert_eq!(refusal(""), Misbehaviour::IdTokenMalformed.into());
        assert_eq!(
            refusal(r#"{"payload":"","signatures":[]}"#),
            Misbehaviour::IdTokenMalformed.into()
        );
    }

    #[test]
    fn a_token_of_sixty_four_kibibytes_is_looked_at_and_one_byte_more_is_not() {
        assert_eq!(refusal(&"a".repeat(65_536)), Misbehaviour::IdTokenMalformed.into());
        assert_eq!(refusal(&"a".repeat(65_537)), Misbehaviour::IdTokenTooLarge.into());
    }

    #[test]
    fn the_key_of_a_token_is_looked_for_by_the_id_that_it_names() {
        let keys = KeySet::read(
            br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
        )
        .unwrap();
        let is_in = |header: &str| {
            Jws::parse(&token(header), ALL, &mut Trail::unread())
                .unwrap()
                .key_is_in(&keys)
        };
        assert!(is_in(r#"{"alg":"EdDSA","kid":"k"}"#) && is_in(r#"{"alg":"EdDSA"}"#));
        assert!(!is_in(r#"{"alg":"EdDSA","kid":"l"}"#) && !is_in(r#"{"alg":"ES256"}"#));
    }

    #[test]
    fn rfc_7515_section_4_1_4_a_key_id_that_is_no_text_is_refused() {
        for kid in ["7", "null", "[]", "{}"] {
            let header = format!(r#"{{"alg":"ES256","kid":{kid}}}"#);
            assert_eq!(refusal(&token(&header)), Misbehaviour::IdTokenMalformed.into(), "{kid}");
        }
    }

    #[test]
    fn a_header_with_a_name_twice_is_refused() {
        assert_eq!(
            refusal(&token(r#"{"alg":"none","alg":"ES256"}"#)),
            Misbehaviour::IdTokenMalformed.into()
        );
    }
}
