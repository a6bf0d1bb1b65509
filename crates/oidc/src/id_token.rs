//! ID Token validation, every step of it.
//!
//! Spec: OIDC Core sections 2, 3.1.3.6, 3.1.3.7, 3.1.3.8, 12.2

use serde_json::{Map, Value};

use crate::error::{Error, Misbehaviour};
use crate::jose::{Algorithm, Jws, KeySet};
use crate::json::{self, Member};
use crate::provider::Issuer;
use crate::tenants::IssuerTemplate;
use crate::trail::{CheckName, Skipped, Trail};
use crate::userinfo::Profile;
use crate::{Now, Secret};

/// How far two good clocks may differ, in seconds.
pub const LEEWAY: i64 = 60;
/// How old an ID Token may be when it comes fresh from the token endpoint, in seconds.
pub const OLDEST: i64 = 3600;
/// The most audiences that are worth looking at.
const AUDIENCE_LIMIT: usize = 16;

/// What a verified ID Token says. Only [`crate::token::Tokens::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdTokenClaims {
    /// `iss`
    pub issuer: Issuer,
    /// `sub`: with the issuer, the person. Never the e-mail address.
    pub subject: String,
    /// `exp`
    pub expires_at: Now,
    /// `iat`
    pub issued_at: Now,
    /// `auth_time`
    pub auth_time: Option<Now>,
    /// `acr`
    pub acr: Option<String>,
    /// `sid`, for logout.
    pub session_id: Option<String>,
    /// The standard claims about the person.
    pub profile: Profile,
}

/// What the first ID Token of a session said: a later one must not be about somebody else.
///
/// Spec: OIDC Core section 12.2
#[derive(Debug)]
pub struct Previous {
    /// `sub`
    pub subject: String,
    /// `auth_time`
    pub auth_time: Option<Now>,
    /// `nonce`: a later ID Token that has one must have this one.
    pub nonce: Option<Secret>,
}

/// What an ID Token is held against.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a Issuer,
    /// Where the issuer speaks for many tenants: theirs.
    pub(crate) tenants: Option<&'a IssuerTemplate>,
    pub(crate) client_id: &'a str,
    pub(crate) algorithms: &'a [Algorithm],
    pub(crate) keys: &'a KeySet,
    pub(crate) nonce: Option<&'a Secret>,
    pub(crate) max_age: Option<u64>,
    pub(crate) acr_values: &'a [String],
    /// `auth_time` was asked for as an essential claim.
    pub(crate) auth_time_due: bool,
    pub(crate) previous: Option<&'a Previous>,
    pub(crate) access_token: &'a Secret,
    pub(crate) code: Option<&'a Secret>,
    pub(crate) now: Now,
    pub(crate) provider_time: Option<i64>,
}

/// Verifies an ID Token by OIDC Core section 3.1.3.7. Steps 6 to 8 (the signature) come first, because nothing of the
/// payload can be read before; the others follow in the standard's order. Each leaves a line in `trail`.
pub(crate) fn verify(token: &str, expected: &Expected<'_>, trail: &mut Trail) -> Result<IdTokenClaims, Error> {
    // Step 1 (decryption) is left out: encryption is never asked for; an encrypted token is refused by name.
    // Steps 6, 7, 8: the signature, by an allowed algorithm, with the provider's key. Step 6 would let the code flow skip it for
    // TLS; it is not skipped. There is no MAC, so step 8 does not arise.
    let jws = Jws::parse(token, expected.algorithms, trail)?;
    let algorithm = jws.algorithm();
    let payload = jws.verify(expected.keys, trail)?;
    let map = json::object(payload.bytes()).ok_or(Misbehaviour::IdTokenMalformed);
    let map = trail.check(CheckName::IdTokenClaims, map)?;

    // Step 2: iss MUST exactly be the issuer; of a provider for many tenants, that of the tenant which the token names.
    let issuer = match (expected.tenants, json::text(&map, "tid")) {
        (None, _) => Some(expected.issuer.clone()),
        (Some(tenants), Member::Is(tid)) => tenants.issuer_of(tid),
        (Some(_), Member::Absent | Member::Wrong) => None,
    };
    let issuer = issuer.filter(|issuer| matches!(json::text(&map, "iss"), Member::Is(iss) if iss == issuer.as_str()));
    let issuer = trail.check(CheckName::IdTokenIss, issuer.ok_or(Misbehaviour::IdTokenIssMismatch))?;
    // Steps 3, 4, 5.
    audience(&map, expected.client_id, trail)?;
    // Step 9: the current time MUST be before exp.
    let expires_at = trail.check(CheckName::IdTokenExp, not_expired(&map, expected))?;
    // Step 10: iat, within a window.
    let issued_at = trail.check(CheckName::IdTokenIat, issued_in_window(&map, expected))?;
    // RFC 7519 4.1.5: not before nbf.
    if map.contains_key("nbf") {
        trail.check(CheckName::IdTokenNbf, not_before(&map, expected))?;
    } else {
        trail.skip(CheckName::IdTokenNbf, Skipped::NotStated);
    }
    // Step 11: nonce MUST be there and the one that was sent.
    nonce(&map, expected, trail)?;
    // Step 12: acr, where it was asked for.
    let acr = authentication_class(&map, expected, trail)?;
    // Step 13: auth_time, where max_age was asked for.
    let auth_time = authentication_time(&map, expected, trail)?;
    // Section 3.1.3.8: at_hash, whenever it is there. Exposed to be hashed.
    let access_token = Some(expected.access_token.expose());
    let at_hash = (CheckName::IdTokenAtHash, Misbehaviour::IdTokenAtHashMismatch);
    half_hash(&map, "at_hash", algorithm, access_token, at_hash, trail)?;
    // Section 3.3.2.11: c_hash, whenever it is there and a code was spent. Exposed to be hashed.
    let code = expected.code.map(Secret::expose);
    let c_hash = (CheckName::IdTokenCHash, Misbehaviour::IdTokenCHashMismatch);
    half_hash(&map, "c_hash", algorithm, code, c_hash, trail)?;
    // Section 2: sub, at most 255 ASCII characters.
    let subject = match json::text(&map, "sub") {
        Member::Is(sub) if !sub.is_empty() && sub.len() <= 255 && sub.bytes().all(|b| (0x20..0x7F).contains(&b)) => {
            Ok(sub.to_owned())
        }
        _ => Err(Misbehaviour::IdTokenSubMissing),
    };
    let subject = trail.check(CheckName::IdTokenSub, subject)?;
    let auth_time = auth_time.map(Now);
    match expected.previous {
        Some(previous) => {
            // Section 12.2: sub MUST be the same; auth_time, if there, MUST be that of the original authentication.
            let changed = |first: Option<Now>| first.is_some() && auth_time.is_some() && first != auth_time;
            let same = previous.subject == subject && !changed(previous.auth_time);
            trail.require(CheckName::SamePerson, same, Misbehaviour::IdTokenSubjectChanged)?;
        }
        None => trail.skip(CheckName::SamePerson, Skipped::NotHere),
    }
    let session_id = match optional_text(&map, "sid") {
        Ok(None) => {
            trail.skip(CheckName::IdTokenSid, Skipped::NotStated);
            None
        }
        stated => trail.check(CheckName::IdTokenSid, stated)?,
    };
    let (acr, session_id) = (acr.map(str::to_owned), session_id.map(str::to_owned));
    Ok(IdTokenClaims {
        issuer,
        subject,
        expires_at: Now(expires_at),
        issued_at: Now(issued_at),
        auth_time,
        acr,
        session_id,
        profile: Profile::of(map),
    })
}

/// Steps 3 to 5 of OIDC Core section 3.1.3.7: the audience is this client and nobody else.
fn audience(map: &Map<String, Value>, client_id: &str, trail: &mut Trail) -> Result<(), Error> {
    // Step 3: aud MUST contain the client id; it is refused if it has audiences that are not trusted, and none is.
    let audiences: Option<Vec<&str>> = match map.get("aud") {
        Some(Value::String(one)) => Some(vec![one]),
        Some(Value::Array(many)) if many.len() <= AUDIENCE_LIMIT => many.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let audiences = audiences
        .filter(|audiences| audiences.contains(&client_id))
        .ok_or(Misbehaviour::IdTokenAudMismatch);
    let audiences = trail.check(CheckName::IdTokenAud, audiences)?;
    // Steps 4 and 5: azp, if there, MUST be this client; beside several audiences it must be there.
    match json::text(map, "azp") {
        Member::Absent if audiences.len() == 1 => trail.skip(CheckName::IdTokenAzp, Skipped::NotStated),
        stated => {
            let ours = matches!(stated, Member::Is(azp) if azp == client_id);
            trail.require(CheckName::IdTokenAzp, ours, Misbehaviour::IdTokenAzpMismatch)?;
        }
    }
    let only_us = audiences.iter().all(|audience| *audience == client_id);
    trail.require(
        CheckName::IdTokenOtherAudiences,
        only_us,
        Misbehaviour::IdTokenUntrustedAudience,
    )
}

/// Step 9 of OIDC Core section 3.1.3.7: `exp`, in seconds since 1970.
fn not_expired(map: &Map<String, Value>, expected: &Expected<'_>) -> Result<i64, Error> {
    let expires_at = required_date(map, "exp")?;
    if expected.now.0 - LEEWAY >= expires_at {
        return Err(expected.clock_or(Misbehaviour::IdTokenExpired));
    }
    Ok(expires_at)
}

/// Step 10 of OIDC Core section 3.1.3.7: `iat`, in seconds since 1970.
fn issued_in_window(map: &Map<String, Value>, expected: &Expected<'_>) -> Result<i64, Error> {
    let issued_at = required_date(map, "iat").map_err(|error| match map.get("iat") {
        None => Misbehaviour::IdTokenIatOutOfRange.into(),
        Some(_) => error,
    })?;
    if issued_at - LEEWAY > expected.now.0 || issued_at < expected.now.0 - OLDEST {
        return Err(expected.clock_or(Misbehaviour::IdTokenIatOutOfRange));
    }
    Ok(issued_at)
}

/// RFC 7519 section 4.1.5: `nbf` is past.
fn not_before(map: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Error> {
    match optional_date(map, "nbf")? {
        Some(not_before) if expected.now.0 + LEEWAY < not_before => {
            Err(expected.clock_or(Misbehaviour::IdTokenNotYetValid))
        }
        _ => Ok(()),
    }
}

/// Step 11 of OIDC Core section 3.1.3.7, and its form in section 12.2.
fn nonce(map: &Map<String, Value>, expected: &Expected<'_>, trail: &mut Trail) -> Result<(), Error> {
    let stated = json::text(map, "nonce");
    let first = expected.previous.and_then(|previous| previous.nonce.as_ref());
    let good = match (expected.nonce, first, stated) {
        (Some(sent), _, stated) => matches!(stated, Member::Is(nonce) if sent.matches(nonce)),
        // Section 12.2: after a refresh it should not be there; if it is, it is the first one.
        (None, _, Member::Absent) => {
            trail.skip(CheckName::IdTokenNonce, Skipped::NotStated);
            return Ok(());
        }
        (None, Some(first), Member::Is(nonce)) => first.matches(nonce),
        (None, None, Member::Is(_)) => {
            trail.skip(CheckName::IdTokenNonce, Skipped::NotAsked);
            return Ok(());
        }
        (None, _, Member::Wrong) => false,
    };
    trail.require(CheckName::IdTokenNonce, good, Misbehaviour::IdTokenNonceMismatch)
}

/// Step 12 of OIDC Core section 3.1.3.7: `acr` is one of those that were asked for.
fn authentication_class<'a>(
    map: &'a Map<String, Value>,
    expected: &Expected<'_>,
    trail: &mut Trail,
) -> Result<Option<&'a str>, Error> {
    let acr = match optional_text(map, "acr") {
        Ok(acr) if expected.acr_values.is_empty() => {
            trail.skip(CheckName::IdTokenAcr, Skipped::NotAsked);
            return Ok(acr);
        }
        Ok(acr) if acr.is_some_and(|acr| expected.acr_values.iter().any(|asked| asked == acr)) => Ok(acr),
        Ok(_) => Err(Misbehaviour::IdTokenAcrNotMet.into()),
        Err(error) => Err(error),
    };
    trail.check(CheckName::IdTokenAcr, acr)
}

/// Step 13 of OIDC Core section 3.1.3.7: `auth_time`, in seconds since 1970, is within `max_age`.
fn authentication_time(
    map: &Map<String, Value>,
    expected: &Expected<'_>,
    trail: &mut Trail,
) -> Result<Option<i64>, Error> {
    let auth_time = match (optional_date(map, "auth_time"), expected.max_age) {
        (Ok(auth_time), None) if !expected.auth_time_due => {
            trail.skip(CheckName::IdTokenAuthTime, Skipped::NotAsked);
            return Ok(auth_time);
        }
        // Section 2: asked for as an essential claim, it is required.
        (Ok(auth_time), None) if auth_time.is_some() => Ok(auth_time),
        (Ok(_), None) => Err(Misbehaviour::IdTokenAuthTimeTooOld.into()),
        (Ok(auth_time), Some(max_age)) => {
            let oldest = expected.now.0.saturating_sub_unsigned(max_age).saturating_sub(LEEWAY);
            if auth_time.is_some_and(|time| time >= oldest) {
                Ok(auth_time)
            } else {
                Err(Misbehaviour::IdTokenAuthTimeTooOld.into())
            }
        }
        (Err(error), _) => Err(error),
    };
    trail.check(CheckName::IdTokenAuthTime, auth_time)
}

/// `at_hash` and `c_hash`: whenever one is there, it is the left half of the hash of what it is named for.
fn half_hash(
    map: &Map<String, Value>,
    name: &str,
    algorithm: Algorithm,
    hashed: Option<&str>,
    (check, otherwise): (CheckName, Misbehaviour),
    trail: &mut Trail,
) -> Result<(), Error> {
    match hashed {
        None => trail.skip(check, Skipped::NotHere),
        Some(_) if !map.contains_key(name) => trail.skip(check, Skipped::NotStated),
        Some(hashed) => {
            let right = algorithm.left_half_hash(hashed);
            let same = matches!(json::text(map, name), Member::Is(hash) if hash == right);
            trail.require(check, same, otherwise)?;
        }
    }
    Ok(())
}

impl Expected<'_> {
    /// The error of a time claim, or that the clock here is wrong, if the provider's own clock says so.
    fn clock_or(&self, detail: Misbehaviour) -> Error {
        match self.provider_time.map(|time| self.now.0 - time) {
            Some(ahead_seconds) if ahead_seconds.abs() > LEEWAY => Error::ClockWrong { ahead_seconds },
            _ => detail.into(),
        }
    }
}

fn required_date(map: &Map<String, Value>, name: &str) -> Result<i64, Error> {
    optional_date(map, name)?.ok_or(Misbehaviour::IdTokenClaimMalformed.into())
}

fn optional_date(map: &Map<String, Value>, name: &str) -> Result<Option<i64>, Error> {
    match json::numeric_date(map, name) {
        Member::Is(seconds) => Ok(Some(seconds)),
        Member::Absent => Ok(None),
        // RFC 7519 4.1.4: a value of another type is not an absent one.
        Member::Wrong => Err(Misbehaviour::IdTokenClaimMalformed.into()),
    }
}

fn optional_text<'a>(map: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Error> {
    match json::text(map, name) {
        Member::Is(text) => Ok(Some(text)),
        Member::Absent => Ok(None),
        Member::Wrong => Err(Misbehaviour::IdTokenClaimMalformed.into()),
    }
}

#[cfg(test)]
mod tests;
