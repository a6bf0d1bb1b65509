//! The token endpoint: a code or a refresh token becomes tokens that are not readable yet.
//!
//! Spec: RFC 6749 sections 4.1.3, 5, 6; OIDC Core sections 3.1.3, 12

use serde_json::{Map, Value};

use crate::authorization::ExpectRedirect;
use crate::client::Client;
use crate::error::{Error, Misbehaviour};
use crate::id_token::{self, Expected, IdTokenClaims, Previous};
use crate::jose::{Algorithm, Jws, KeySet};
use crate::json::{self, Member};
use crate::provider::{Issuer, ProviderMetadata};
use crate::trail::{CheckName, Skipped, Trail};
use crate::{Now, Secret, response};

/// The most bytes of a token response that are worth reading.
pub const TOKEN_RESPONSE_LIMIT: usize = 256 * 1024;
/// The longest life of an access token that is believed, in seconds: ten years.
const LIFETIME_LIMIT: u64 = 315_360_000;

/// A code that may be exchanged, once.
///
/// ```compile_fail
/// fn twice(grant: doorkey_oidc::token::CodeGrant) {
///     let _ = grant.token_request();
///     let _ = grant.token_request(); // a code cannot be spent twice
/// }
/// ```
#[derive(Debug)]
pub struct CodeGrant {
    stage: ExpectRedirect,
    code: Secret,
}

impl CodeGrant {
    /// Only [`ExpectRedirect::receive`] makes one.
    pub(crate) fn new(stage: ExpectRedirect, code: Secret) -> Self {
        Self { stage, code }
    }

    /// The provider that the code is for.
    pub fn metadata(&self) -> &ProviderMetadata {
        &self.stage.metadata
    }

    /// The client that the code was issued to.
    pub fn client(&self) -> &Client {
        &self.stage.client
    }

    /// `nonce`: kept with the session, because a later ID Token that has one must have this one.
    ///
    /// Spec: OIDC Core section 12.2
    pub fn nonce(&self) -> &Secret {
        &self.stage.nonce
    }

    /// The token request, and the stage that waits for its answer.
    ///
    /// Spec: RFC 6749 section 4.1.3, RFC 7636 section 4.5
    pub fn token_request(self) -> (http::Request<Vec<u8>>, ExpectTokens) {
        let stage = self.stage;
        // Code and verifier are exposed to the body of the request to the token endpoint, over TLS.
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", self.code.expose()),
            ("redirect_uri", stage.redirect_uri.as_str()),
            ("code_verifier", stage.verifier.secret().expose()),
        ];
        let request = stage.client.post(&stage.metadata.token_endpoint, &fields);
        let expectation = Expectation {
            issuer: stage.metadata.issuer,
            client_id: stage.client.id().to_owned(),
            algorithms: stage.metadata.id_token_signing_algorithms,
            id_token_due: stage.scopes.iter().any(|scope| scope == "openid"),
            scopes: stage.scopes,
            kind: Kind::SignIn {
                code: self.code,
                nonce: stage.nonce,
                max_age: stage.max_age,
                acr_values: stage.acr_values,
            },
        };
        (request, ExpectTokens(expectation))
    }
}

/// The request for new tokens by a refresh token, and the stage that waits for its answer.
///
/// Spec: RFC 6749 section 6, OIDC Core section 12
pub fn refresh_request(
    metadata: &ProviderMetadata,
    client: &Client,
    refresh_token: &Secret,
    scopes: Vec<String>,
    previous: Previous,
) -> (http::Request<Vec<u8>>, ExpectTokens) {
    // Exposed to the body of the request to the token endpoint, over TLS.
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.expose()),
    ];
    let request = client.post(&metadata.token_endpoint, &fields);
    let expectation = Expectation {
        issuer: metadata.issuer.clone(),
        client_id: client.id().to_owned(),
        algorithms: metadata.id_token_signing_algorithms.clone(),
        id_token_due: false,
        scopes,
        kind: Kind::Refresh(previous),
    };
    (request, ExpectTokens(expectation))
}

#[derive(Debug)]
struct Expectation {
    issuer: Issuer,
    client_id: String,
    algorithms: Vec<Algorithm>,
    id_token_due: bool,
    scopes: Vec<String>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    SignIn {
        /// Kept for `c_hash`; it is spent.
        code: Secret,
        nonce: Secret,
        max_age: Option<u64>,
        acr_values: Vec<String>,
    },
    Refresh(Previous),
}

/// A token request was made; its answer is waited for.
#[derive(Debug)]
pub struct ExpectTokens(Expectation);

impl ExpectTokens {
    /// Reads the answer.
    ///
    /// Errors: `Refused` with the provider's code, `Misconfigured` for a client that it does not know, or `Misbehaved`.
    ///
    /// Spec: RFC 6749 sections 5.1, 5.2; OIDC Core section 3.1.3.3
    pub fn receive(self, answer: &http::Response<Vec<u8>>) -> Result<Tokens, Error> {
        self.receive_with(answer, &mut Trail::unread())
    }

    /// [`ExpectTokens::receive`], with a line in `trail` for each check that was made.
    ///
    /// Errors: those of [`ExpectTokens::receive`].
    pub fn receive_with(self, answer: &http::Response<Vec<u8>>, trail: &mut Trail) -> Result<Tokens, Error> {
        let mut map = response::token_endpoint_json(answer, trail)?;
        // RFC 6749 7.1: a type that is not understood must not be used; its name is case-insensitive.
        let bearer = matches!(json::text(&map, "token_type"), Member::Is(kind) if kind.eq_ignore_ascii_case("bearer"));
        trail.require(CheckName::TokenType, bearer, Misbehaviour::UnsupportedTokenType)?;
        let access_token = match take(&mut map, "access_token") {
            // RFC 6750 2.1: b64token. Anything else could not go into a header.
            Some(token) if is_b64token(token.expose()) => Ok(token),
            Some(token) if !token.expose().is_empty() => Err(Misbehaviour::ResponseMalformed),
            _ => Err(Misbehaviour::MissingAccessToken),
        };
        let access_token = trail.check(CheckName::AccessToken, access_token)?;
        // OIDC Core 3.1.3.3: id_token is required when openid was asked for.
        let id_token = take(&mut map, "id_token");
        match &id_token {
            None if !self.0.id_token_due => trail.skip(CheckName::IdToken, Skipped::NotHere),
            found => trail.require(CheckName::IdToken, found.is_some(), Misbehaviour::MissingIdToken)?,
        }
        let refresh_token = match take(&mut map, "refresh_token") {
            Some(token) => {
                // Exposed to look at its characters, and to see whether there is anything.
                let usable = token.expose().bytes().all(|b| (0x20..=0x7E).contains(&b));
                trail.require(CheckName::RefreshToken, usable, Misbehaviour::ResponseMalformed)?;
                (!token.expose().is_empty()).then_some(token)
            }
            None => {
                trail.skip(CheckName::RefreshToken, Skipped::NotStated);
                None
            }
        };
        let expires_in = lifetime(map.get("expires_in"));
        match (map.get("expires_in"), expires_in) {
            (_, Some(_)) => trail.require(CheckName::ExpiresIn, true, Misbehaviour::ResponseMalformed)?,
            (None, None) => trail.skip(CheckName::ExpiresIn, Skipped::NotStated),
            (Some(_), None) => trail.skip(CheckName::ExpiresIn, Skipped::NotBelieved),
        }
        Ok(Tokens {
            expires_in,
            // RFC 6749 5.1: without `scope` it is what was asked for.
            scopes: match json::text(&map, "scope") {
                Member::Is(text) if !text.trim().is_empty() => {
                    text.split_ascii_whitespace().map(str::to_owned).collect()
                }
                _ => self.0.scopes.clone(),
            },
            provider_time: response::date(answer),
            access_token,
            id_token,
            refresh_token,
            expectation: self.0,
        })
    }
}

/// Tokens that arrived. Who they are about cannot be read before [`Tokens::verify`].
///
/// ```compile_fail
/// fn peek(tokens: doorkey_oidc::token::Tokens) {
///     tokens.claims(); // nothing is known before verify()
/// }
/// ```
#[derive(Debug)]
pub struct Tokens {
    access_token: Secret,
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
    expires_in: Option<u64>,
    scopes: Vec<String>,
    provider_time: Option<i64>,
    expectation: Expectation,
}

impl Tokens {
    /// Whether the key that the ID Token names is in this set. If not, the set is to be fetched again, once.
    ///
    /// Spec: OIDC Core section 10.1.1
    pub fn key_is_in(&self, keys: &KeySet) -> bool {
        let Some(token) = &self.id_token else { return true };
        // Exposed to read its header. What is wrong with it is for verify() to say.
        Jws::parse(token.expose(), &self.expectation.algorithms, &mut Trail::unread())
            .map_or(true, |jws| jws.key_is_in(keys))
    }

    /// Verifies the ID Token and gives out what is now known to be true.
    ///
    /// Errors: `Misbehaved` with the step that failed, or `ClockWrong` where only the clock explains it.
    ///
    /// Spec: OIDC Core sections 3.1.3.7, 3.1.3.8, 12.2
    pub fn verify(self, keys: &KeySet, now: Now) -> Result<SignedIn, Error> {
        self.verify_with(keys, now, &mut Trail::unread())
    }

    /// [`Tokens::verify`], with a line in `trail` for each check that was made.
    ///
    /// Errors: those of [`Tokens::verify`].
    pub fn verify_with(self, keys: &KeySet, now: Now, trail: &mut Trail) -> Result<SignedIn, Error> {
        let expectation = self.expectation;
        let (code, nonce, max_age, acr_values, previous) = match expectation.kind {
            Kind::SignIn {
                code,
                nonce,
                max_age,
                acr_values,
            } => (Some(code), Some(nonce), max_age, acr_values, None),
            Kind::Refresh(previous) => (None, None, None, Vec::new(), Some(previous)),
        };
        let claims = match &self.id_token {
            // OIDC Core 12.2: a refresh may come without one.
            None => {
                trail.skip(CheckName::IdToken, Skipped::NotStated);
                None
            }
            // Exposed to be verified.
            Some(token) => Some(id_token::verify(
                token.expose(),
                &Expected {
                    issuer: &expectation.issuer,
                    client_id: &expectation.client_id,
                    algorithms: &expectation.algorithms,
                    keys,
                    nonce: nonce.as_ref(),
                    max_age,
                    acr_values: &acr_values,
                    previous: previous.as_ref(),
                    access_token: &self.access_token,
                    code: code.as_ref(),
                    now,
                    provider_time: self.provider_time,
                },
                trail,
            )?),
        };
        Ok(SignedIn {
            claims,
            access_token: self.access_token,
            refresh_token: self.refresh_token,
            id_token: self.id_token,
            expires_at: self.expires_in.map(|seconds| Now(now.0 + seconds as i64)),
            scopes: self.scopes,
            asked: expectation.scopes,
        })
    }
}

/// Tokens whose ID Token, where there is one, was verified.
#[derive(Debug)]
pub struct SignedIn {
    /// What the ID Token says. `None` only after a refresh without one, or where `openid` was not asked for.
    pub claims: Option<IdTokenClaims>,
    /// `access_token`.
    pub access_token: Secret,
    /// `refresh_token`. After a refresh `None` means that the old one goes on (RFC 6749 section 6).
    pub refresh_token: Option<Secret>,
    /// `id_token`, as it came: for `id_token_hint`.
    pub id_token: Option<Secret>,
    /// When the access token expires, if the provider said so.
    pub expires_at: Option<Now>,
    /// The scopes that were granted, as the provider names them.
    pub scopes: Vec<String>,
    /// The scopes that were asked for.
    pub asked: Vec<String>,
}

/// Takes a string member out of the response, so that no second copy of a secret stays behind.
fn take(map: &mut Map<String, Value>, name: &str) -> Option<Secret> {
    match map.remove(name) {
        Some(Value::String(text)) => Some(Secret::new(text)),
        _ => None,
    }
}

/// RFC 6750 section 2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=". Providers also use
/// `!`, `*`, `|`, `:` and the like, which a header can carry; what it cannot carry is white space and control characters.
fn is_b64token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"\",\\".contains(&b))
}

/// `expires_in` in seconds. A number or a numeric string, a fraction cut off. What is negative or longer than ten years
/// counts as not said: the token is then used until it is refused.
fn lifetime(value: Option<&Value>) -> Option<u64> {
    let seconds = match value? {
        Value::Number(number) => number.as_u64().or_else(|| {
            number
                .as_f64()
                .filter(|seconds| (0.0..=LIFETIME_LIMIT as f64).contains(seconds))
                .map(|seconds| seconds as u64)
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }?;
    (seconds <= LIFETIME_LIMIT).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::begin;
    use crate::authorization::tests::{REDIRECT_URI, random, request};
    use crate::redirect::Redirect;
    use crate::response::tests::answer;

    fn expect() -> (http::Request<Vec<u8>>, ExpectTokens) {
        let (url, stage) = begin(request(), &random(), Now(0)).unwrap();
        let state = url
            .url()
            .query_pairs()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
            .into_owned();
        let redirect = Redirect::parse(&format!("{REDIRECT_URI}?code=c%2Fd&state={state}")).unwrap();
        stage.receive(redirect, Now(1)).unwrap().token_request()
    }

    fn refusal(body: &str) -> Error {
        expect()
            .1
            .receive(&answer(200, "application/json", body))
            .map(|_| ())
            .unwrap_err()
    }

    #[test]
    fn the_token_request_carries_code_verifier_and_redirect_uri_in_its_body() {
        let (request, _) = expect();
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri(), "https://op.example/token");
        let body = String::from_utf8(request.into_body()).unwrap();
        assert!(body.starts_with("grant_type=authorization_code&code=c%2Fd&redirect_uri=com.example.app%3A%2Fcallback%2Fop&code_verifier="), "{body}");
        assert!(body.ends_with("&client_id=client"));
    }

    #[test]
    fn a_token_type_other_than_bearer_is_refused_and_its_case_does_not_matter() {
        for kind in [
            r#""token_type":"MAC","#,
            r#""token_type":"N_A","#,
            r#""token_type":7,"#,
            "",
        ] {
            let body = format!(r#"{{{kind}"access_token":"a","id_token":"x"}}"#);
            assert_eq!(refusal(&body), Misbehaviour::UnsupportedTokenType.into());
        }
        let body = r#"{"token_type":"bEaReR","access_token":"a","id_token":"x"}"#;
        assert!(expect().1.receive(&answer(200, "application/json", body)).is_ok());
    }

    #[test]
    fn a_missing_access_token_or_id_token_is_named() {
        for member in [
            "",
            r#","access_token":null"#,
            r#","access_token":7"#,
            r#","access_token":"""#,
        ] {
            let body = format!(r#"{{"token_type":"Bearer","id_token":"x"{member}}}"#);
            assert_eq!(refusal(&body), Misbehaviour::MissingAccessToken.into(), "{member}");
        }
        assert_eq!(
            refusal(r#"{"token_type":"Bearer","access_token":"a"}"#),
            Misbehaviour::MissingIdToken.into()
        );
    }

    #[test]
    fn a_token_that_could_end_a_header_is_refused() {
        for token in ["a\\r\\nX: y", "a b", "a\\u0000", "\\u00e9"] {
            let body = format!(r#"{{"token_type":"Bearer","id_token":"x","access_token":"{token}"}}"#);
            assert_eq!(refusal(&body), Misbehaviour::ResponseMalformed.into(), "{token}");
        }
    }

    #[test]
    fn a_member_that_stands_twice_and_a_deep_nest_are_refused() {
        let twice = r#"{"token_type":"Bearer","access_token":"a","access_token":"b","id_token":"x"}"#;
        assert_eq!(refusal(twice), Misbehaviour::ResponseMalformed.into());
        let deep = format!(r#"{{"x":{}"#, "[".repeat(100_000));
        assert_eq!(refusal(&deep), Misbehaviour::ResponseMalformed.into());
    }

    #[test]
    fn a_lifetime_is_read_tolerantly_and_an_absurd_one_counts_as_not_said() {
        let read = |text: &str| lifetime(Some(&serde_json::from_str(text).unwrap()));
        assert_eq!(read("3600"), Some(3600));
        assert_eq!(read("\"3600\""), Some(3600));
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("1.5"), Some(1));
        for absurd in ["-1", "\"-1\"", "9223372036854775808", "1e300", "null", "{}", "\"x\""] {
            assert_eq!(read(absurd), None, "{absurd}");
        }
        assert_eq!(lifetime(None), None);
    }

    #[test]
    fn without_scope_in_the_answer_it_is_what_was_asked_for() {
        let body = r#"{"token_type":"Bearer","access_token":"a","id_token":"x"}"#;
        let tokens = expect().1.receive(&answer(200, "application/json", body)).unwrap();
        assert_eq!(tokens.scopes, ["openid", "email"]);
    }
}
