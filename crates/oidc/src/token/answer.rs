//! What the token endpoint answered, from bytes to tokens.
//!
//! Spec: RFC 6749 sections 5.1, 5.2; OIDC Core sections 3.1.3.3, 3.1.3.7; RFC 9449 section 5

use serde_json::{Map, Value};

use super::{ExpectTokens, Expectation, Kind};
use crate::dpop::{Binding, Binds, TokenType};
use crate::error::{Error, Misbehaviour};
use crate::id_token::{self, Expected, IdTokenClaims};
use crate::jose::{Jws, KeySet};
use crate::json::{self, Member};
use crate::trail::{CheckName, Skipped, Trail};
use crate::{Now, Secret, response};

/// The longest life of an access token that is believed, in seconds: ten years.
const LIFETIME_LIMIT: u64 = 315_360_000;

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
        let map = self.expectation.read(answer, trail)?;
        self.expectation.tokens(map, answer, trail)
    }
}

impl Expectation {
    /// The object that was answered, or the error that it states.
    pub(crate) fn read(
        &self,
        answer: &http::Response<Vec<u8>>,
        trail: &mut Trail,
    ) -> Result<Map<String, Value>, Error> {
        // What was sent was no request at all, whatever was answered.
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        response::token_endpoint_json(answer, &self.dialect, trail)
    }

    /// The tokens of an answer that states no error.
    pub(crate) fn tokens(
        self,
        mut map: Map<String, Value>,
        answer: &http::Response<Vec<u8>>,
        trail: &mut Trail,
    ) -> Result<Tokens, Error> {
        let token_type = trail.check(CheckName::TokenType, self.token_type(&map))?;
        let access_token = match take(&mut map, "access_token") {
            // RFC 6750 2.1: b64token. Anything else could not go into a header.
            Some(token) if is_b64token(token.expose()) => Ok(token),
            Some(token) if !token.expose().is_empty() => Err(Misbehaviour::ResponseMalformed),
            _ => Err(Misbehaviour::MissingAccessToken),
        };
        let access_token = trail.check(CheckName::AccessToken, access_token)?;
        // OIDC Core 3.1.3.3: id_token is required when openid was asked for. Of a server that is no OpenID Provider none is taken: it
        // could not be verified.
        let id_token = take(&mut map, "id_token").filter(|_| self.openid);
        match &id_token {
            None if !self.id_token_due => trail.skip(CheckName::IdToken, Skipped::NotHere),
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
            scopes: self.dialect.granted(&map).unwrap_or_else(|| self.scopes.clone()),
            provider_time: response::date(answer),
            token_type,
            access_token,
            id_token,
            refresh_token,
            expectation: self,
        })
    }

    /// RFC 6749 7.1: a type that is not understood must not be used; its name is case-insensitive. RFC 9449 5: a token that is bound to
    /// the key comes as `DPoP`; where it was to be bound, a Bearer token is a step down that somebody on the way could have made.
    fn token_type(&self, map: &Map<String, Value>) -> Result<TokenType, Misbehaviour> {
        let stated = match json::text(map, "token_type") {
            Member::Is(kind) if kind.eq_ignore_ascii_case("bearer") => TokenType::Bearer,
            Member::Is(kind) if kind.eq_ignore_ascii_case("dpop") => TokenType::Dpop,
            _ => return Err(Misbehaviour::UnsupportedTokenType),
        };
        match (stated, self.bound.as_ref().map(|bound| bound.binds)) {
            (TokenType::Bearer, None | Some(Binds::Refresh)) | (TokenType::Dpop, Some(_)) => Ok(stated),
            (TokenType::Bearer, Some(Binds::Both)) => Err(Misbehaviour::TokenNotBound),
            // There is no key to prove anything with.
            (TokenType::Dpop, None) => Err(Misbehaviour::UnsupportedTokenType),
        }
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
    token_type: TokenType,
    access_token: Secret,
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
    expires_in: Option<u64>,
    pub(super) scopes: Vec<String>,
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
    /// Errors: `Misbehaved` with the step that failed, `MissingIdToken` for the tokens of a server that is no OpenID Provider
    /// ([`Tokens::unverified`]), or `ClockWrong` where only the clock explains it.
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
        // Where nothing can be verified, nothing is called so.
        if !expectation.openid {
            return trail.check(CheckName::IdToken, Err(Misbehaviour::MissingIdToken));
        }
        let (code, nonce, max_age, acr_values, auth_time_due, previous) = match expectation.kind {
            Kind::SignIn {
                code,
                nonce,
                max_age,
                acr_values,
                auth_time_due,
            } => (code, nonce, max_age, acr_values, auth_time_due, None),
            Kind::Refresh(previous) => (None, None, None, Vec::new(), false, previous),
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
                    tenants: expectation.tenants.as_ref(),
                    client_id: &expectation.client_id,
                    algorithms: &expectation.algorithms,
                    keys,
                    nonce: nonce.as_ref(),
                    max_age,
                    acr_values: &acr_values,
                    auth_time_due,
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
            token_type: self.token_type,
            binding: expectation.bound,
            access_token: self.access_token,
            refresh_token: self.refresh_token,
            id_token: self.id_token,
            expires_at: self.expires_in.map(|seconds| Now(now.0 + seconds as i64)),
            scopes: self.scopes,
            asked: expectation.scopes,
        })
    }

    /// Gives out the tokens of a server that is no OpenID Provider. Nothing is known of the person: what such a server's own API says of
    /// them is its word over TLS, and no more.
    ///
    /// Errors: `Misbehaved(MissingIdToken)` for the tokens of an OpenID Provider, which are for [`Tokens::verify`]: nothing steps down from
    /// verified to unverified.
    ///
    /// Spec: RFC 6749 section 5.1
    pub fn unverified(self, now: Now) -> Result<Granted, Error> {
        if self.expectation.openid {
            return Err(Misbehaviour::MissingIdToken.into());
        }
        Ok(Granted {
            token_type: self.token_type,
            binding: self.expectation.bound,
            access_token: self.access_token,
            refresh_token: self.refresh_token,
            expires_at: self.expires_in.map(|seconds| Now(now.0 + seconds as i64)),
            scopes: self.scopes,
            asked: self.expectation.scopes,
        })
    }
}

/// Tokens whose ID Token, where there is one, was verified.
#[derive(Debug)]
pub struct SignedIn {
    /// What the ID Token says. `None` only after a refresh without one, or where `openid` was not asked for.
    pub claims: Option<IdTokenClaims>,
    /// How the access token is used.
    pub token_type: TokenType,
    /// The key that the tokens are bound to, and which of them are.
    pub binding: Option<Binding>,
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

/// Tokens of a server that is no OpenID Provider: they open its API, and say nothing of the person that could be verified. Made by
/// [`Tokens::unverified`] only, and it has no claims:
///
/// ```compile_fail
/// fn who(granted: doorkey_oidc::token::Granted) {
///     let _ = granted.claims; // nothing was verified, so there are none
/// }
/// ```
/// ```compile_fail
/// # use doorkey_oidc::token::{Granted, SignedIn};
/// fn promote(granted: Granted) -> SignedIn {
///     granted.into() // what is not verified does not become so
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Granted {
    /// How the access token is used.
    pub token_type: TokenType,
    /// The key that the tokens are bound to, and which of them are.
    pub binding: Option<Binding>,
    /// `access_token`.
    pub access_token: Secret,
    /// `refresh_token`. After a refresh `None` means that the old one goes on (RFC 6749 section 6).
    pub refresh_token: Option<Secret>,
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
pub(super) fn lifetime(value: Option<&Value>) -> Option<u64> {
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
