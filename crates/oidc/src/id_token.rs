//! ID Token validation, every step of it.
//!
//! Spec: OIDC Core sections 2, 3.1.3.6, 3.1.3.7, 3.1.3.8, 12.2

use serde_json::{Map, Value};

use crate::error::{Error, Misbehaviour};
use crate::jose::{Algorithm, Jws, KeySet};
use crate::json::{self, Member};
use crate::provider::Issuer;
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
    pub(crate) client_id: &'a str,
    pub(crate) algorithms: &'a [Algorithm],
    pub(crate) keys: &'a KeySet,
    pub(crate) nonce: Option<&'a Secret>,
    pub(crate) max_age: Option<u64>,
    pub(crate) acr_values: &'a [String],
    pub(crate) previous: Option<&'a Previous>,
    pub(crate) access_token: &'a Secret,
    pub(crate) code: Option<&'a Secret>,
    pub(crate) now: Now,
    pub(crate) provider_time: Option<i64>,
}

/// Verifies an ID Token by OIDC Core section 3.1.3.7. Steps 6 to 8 (the signature) come first, because nothing of the
/// payload can be read before; the others follow in the standard's order.
pub(crate) fn verify(token: &str, expected: &Expected<'_>) -> Result<IdTokenClaims, Error> {
    // Step 1 (decryption) is left out: encryption is never asked for; an encrypted token is refused by name.
    // Steps 6, 7, 8: the signature, by an allowed algorithm, with the provider's key. Step 6 would let the code flow skip it for
    // TLS; it is not skipped. There is no MAC, so step 8 does not arise.
    let jws = Jws::parse(token, expected.algorithms)?;
    let algorithm = jws.algorithm();
    let payload = jws.verify(expected.keys)?;
    let map = json::object(payload.bytes()).ok_or(Misbehaviour::IdTokenMalformed)?;

    // Step 2: iss MUST exactly be the issuer.
    if !matches!(json::text(&map, "iss"), Member::Is(iss) if iss == expected.issuer.as_str()) {
        return Err(Misbehaviour::IdTokenIssMismatch.into());
    }
    // Steps 3, 4, 5.
    audience(&map, expected.client_id)?;
    // Step 9: the current time MUST be before exp.
    let expires_at = required_date(&map, "exp")?;
    if expected.now.0 - LEEWAY >= expires_at {
        return Err(expected.clock_or(Misbehaviour::IdTokenExpired));
    }
    // Step 10: iat, within a window.
    let issued_at = required_date(&map, "iat").map_err(|error| match map.get("iat") {
        None => Misbehaviour::IdTokenIatOutOfRange.into(),
        Some(_) => error,
    })?;
    if issued_at - LEEWAY > expected.now.0 || issued_at < expected.now.0 - OLDEST {
        return Err(expected.clock_or(Misbehaviour::IdTokenIatOutOfRange));
    }
    // RFC 7519 4.1.5: not before nbf.
    if let Some(not_before) = optional_date(&map, "nbf")?
        && expected.now.0 + LEEWAY < not_before
    {
        return Err(expected.clock_or(Misbehaviour::IdTokenNotYetValid));
    }
    // Step 11: nonce MUST be there and the one that was sent.
    nonce(&map, expected)?;
    // Step 12: acr, where it was asked for.
    let acr = optional_text(&map, "acr")?;
    if !expected.acr_values.is_empty() && !acr.is_some_and(|acr| expected.acr_values.iter().any(|asked| asked == acr)) {
        return Err(Misbehaviour::IdTokenAcrNotMet.into());
    }
    // Step 13: auth_time, where max_age was asked for.
    let auth_time = optional_date(&map, "auth_time")?;
    if let Some(max_age) = expected.max_age {
        let oldest = expected.now.0.saturating_sub_unsigned(max_age).saturating_sub(LEEWAY);
        if auth_time.is_none_or(|time| time < oldest) {
            return Err(Misbehaviour::IdTokenAuthTimeTooOld.into());
        }
    }
    // Section 3.1.3.8: at_hash, whenever it is there. Exposed to be hashed.
    if map.contains_key("at_hash") {
        let right = algorithm.left_half_hash(expected.access_token.expose());
        if !matches!(json::text(&map, "at_hash"), Member::Is(hash) if hash == right) {
            return Err(Misbehaviour::IdTokenAtHashMismatch.into());
        }
    }
    // Section 3.3.2.11: c_hash, whenever it is there and a code was spent. Exposed to be hashed.
    if let Some(code) = expected.code
        && map.contains_key("c_hash")
        && !matches!(json::text(&map, "c_hash"), Member::Is(hash) if hash == algorithm.left_half_hash(code.expose()))
    {
        return Err(Misbehaviour::IdTokenCHashMismatch.into());
    }
    // Section 2: sub, at most 255 ASCII characters.
    let subject = match json::text(&map, "sub") {
        Member::Is(sub) if !sub.is_empty() && sub.len() <= 255 && sub.bytes().all(|b| (0x20..0x7F).contains(&b)) => {
            sub.to_owned()
        }
        _ => return Err(Misbehaviour::IdTokenSubMissing.into()),
    };
    let auth_time = auth_time.map(Now);
    if let Some(previous) = expected.previous {
        // Section 12.2: sub MUST be the same; auth_time, if there, MUST be that of the original authentication.
        let changed = |first: Option<Now>| first.is_some() && auth_time.is_some() && first != auth_time;
        if previous.subject != subject || changed(previous.auth_time) {
            return Err(Misbehaviour::IdTokenSubjectChanged.into());
        }
    }
    Ok(IdTokenClaims {
        issuer: expected.issuer.clone(),
        subject,
        expires_at: Now(expires_at),
        issued_at: Now(issued_at),
        auth_time,
        acr: acr.map(str::to_owned),
        session_id: optional_text(&map, "sid")?.map(str::to_owned),
        profile: Profile::read(&map),
    })
}

/// Steps 3 to 5 of OIDC Core section 3.1.3.7: the audience is this client and nobody else.
fn audience(map: &Map<String, Value>, client_id: &str) -> Result<(), Error> {
    // Step 3: aud MUST contain the client id; it is refused if it has audiences that are not trusted, and none is.
    let audiences: Vec<&str> = match map.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) if many.len() <= AUDIENCE_LIMIT => {
            let texts: Option<Vec<&str>> = many.iter().map(Value::as_str).collect();
            texts.ok_or(Misbehaviour::IdTokenAudMismatch)?
        }
        _ => return Err(Misbehaviour::IdTokenAudMismatch.into()),
    };
    if !audiences.contains(&client_id) {
        return Err(Misbehaviour::IdTokenAudMismatch.into());
    }
    // Steps 4 and 5: azp, if there, MUST be this client; beside several audiences it must be there.
    match json::text(map, "azp") {
        Member::Is(azp) if azp == client_id => {}
        Member::Absent if audiences.len() == 1 => {}
        _ => return Err(Misbehaviour::IdTokenAzpMismatch.into()),
    }
    if audiences.iter().any(|audience| *audience != client_id) {
        return Err(Misbehaviour::IdTokenUntrustedAudience.into());
    }
    Ok(())
}

/// Step 11 of OIDC Core section 3.1.3.7, and its form in section 12.2.
fn nonce(map: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Error> {
    let stated = json::text(map, "nonce");
    let good = match (
        expected.nonce,
        expected.previous.and_then(|previous| previous.nonce.as_ref()),
    ) {
        (Some(sent), _) => matches!(stated, Member::Is(nonce) if sent.matches(nonce)),
        // Section 12.2: after a refresh it should not be there; if it is, it is the first one.
        (None, Some(first)) => match stated {
            Member::Absent => true,
            Member::Is(nonce) => first.matches(nonce),
            Member::Wrong => false,
        },
        (None, None) => !matches!(stated, Member::Wrong),
    };
    if good {
        Ok(())
    } else {
        Err(Misbehaviour::IdTokenNonceMismatch.into())
    }
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
