//! The UserInfo endpoint, and the person's profile.
//!
//! Spec: OIDC Core sections 5.1, 5.3

use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::challenge::Challenge;
use crate::error::{Error, Misbehaviour, Refusal, Unsupported};
use crate::id_token::LEEWAY;
use crate::jose::{Algorithm, Jws, KeySet};
use crate::json::{self, Member};
use crate::provider::{Endpoint, ProviderMetadata};
use crate::text::ProviderText;
use crate::trail::{CheckName, Trail};
use crate::{Now, Secret, response};

/// The most bytes of a UserInfo answer that are worth reading.
pub const USERINFO_LIMIT: usize = 256 * 1024;

/// What a provider says about a person: texts that are harmless to show, and no more than that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// `name`
    pub name: Option<String>,
    /// `given_name`
    pub given_name: Option<String>,
    /// `family_name`
    pub family_name: Option<String>,
    /// `nickname`
    pub nickname: Option<String>,
    /// `preferred_username`
    pub preferred_username: Option<String>,
    /// `email`
    pub email: Option<String>,
    /// `email_verified`; true only for the JSON value `true`.
    pub email_verified: bool,
    /// `picture`, as the provider wrote it: not checked, not to be loaded by a web view.
    pub picture: Option<String>,
    /// `locale`
    pub locale: Option<String>,
}

impl Profile {
    /// Takes the standard claims. What is of the wrong type is left out: a profile is for showing, not for deciding.
    ///
    /// Spec: OIDC Core section 5.1
    pub(crate) fn of(claims: Map<String, Value>) -> Self {
        let clean = |text, max| ProviderText::of(text, max).map(ProviderText::into_string);
        let mut profile = Self::default();
        for (name, value) in claims {
            match (name.as_str(), value) {
                ("name", Value::String(text)) => profile.name = clean(text, 200),
                ("given_name", Value::String(text)) => profile.given_name = clean(text, 100),
                ("family_name", Value::String(text)) => profile.family_name = clean(text, 100),
                ("nickname", Value::String(text)) => profile.nickname = clean(text, 100),
                ("preferred_username", Value::String(text)) => profile.preferred_username = clean(text, 200),
                ("email", Value::String(text)) => profile.email = clean(text, 320),
                ("email_verified", Value::Bool(verified)) => profile.email_verified = verified,
                ("picture", Value::String(url)) if url.len() <= 4096 => profile.picture = Some(url),
                ("locale", Value::String(text)) => profile.locale = clean(text, 35),
                _ => {}
            }
        }
        profile
    }

    /// This profile, with what it lacks taken from another. The e-mail address and its verification stay together.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        if self.email.is_none() {
            self.email.clone_from(&other.email);
            self.email_verified = other.email_verified;
        }
        let fill = |mine: &mut Option<String>, theirs: &Option<String>| {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        };
        fill(&mut self.name, &other.name);
        fill(&mut self.given_name, &other.given_name);
        fill(&mut self.family_name, &other.family_name);
        fill(&mut self.nickname, &other.nickname);
        fill(&mut self.preferred_username, &other.preferred_username);
        fill(&mut self.picture, &other.picture);
        fill(&mut self.locale, &other.locale);
        self
    }
}

/// The UserInfo request.
///
/// Spec: OIDC Core section 5.3.1, RFC 6750 section 2.1
pub fn request(endpoint: &Endpoint, access_token: &Secret) -> http::Request<Vec<u8>> {
    let mut request = http::Request::new(Vec::new());
    *request.uri_mut() = endpoint.uri();
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    request.headers_mut().insert(AUTHORIZATION, bearer(access_token));
    request
}

/// `Authorization: Bearer ...`, marked as sensitive so that it is not printed.
///
/// Spec: RFC 6750 section 2.1
pub fn bearer(access_token: &Secret) -> HeaderValue {
    // Exposed to the header of a request to the provider or to an allow-listed API, over TLS.
    let mut value = HeaderValue::from_str(&format!("Bearer {}", access_token.expose()))
        .expect("an access token was checked to fit a header when it arrived");
    value.set_sensitive(true);
    value
}

/// Reads the answer to [`request`] for the person of `subject`.
///
/// Errors: `Misbehaved(UserInfoSubMismatch)` or `Misbehaved(UserInfoMalformed)`, `Refused` with the error of
/// `WWW-Authenticate`, `Unsupported(SignedUserInfo)`.
///
/// Spec: OIDC Core section 5.3.2, RFC 6750 section 3
pub fn receive(answer: &http::Response<Vec<u8>>, subject: &str) -> Result<Profile, Error> {
    receive_with(answer, subject, &mut Trail::unread())
}

/// [`receive`], with a line in `trail` for each check that was made.
///
/// Errors: those of [`receive`].
pub fn receive_with(answer: &http::Response<Vec<u8>>, subject: &str, trail: &mut Trail) -> Result<Profile, Error> {
    allowed(answer, trail)?;
    let signed = response::essence(answer) == "application/jwt";
    trail.require(CheckName::UserInfoPlain, !signed, Unsupported::SignedUserInfo)?;
    plain(answer, subject, trail)
}

/// [`receive_with`], for a provider that may sign its answer: then the signature is verified, and what it says is held against `signer`.
///
/// Errors: those of [`receive`] but `SignedUserInfo`; `Misbehaved` with `UserInfoSignatureInvalid`, `UserInfoIssMismatch` or
/// `UserInfoAudMismatch`; `Unsupported(EncryptedUserInfo)`.
///
/// Spec: OIDC Core section 5.3.2
pub fn receive_signed_with(
    answer: &http::Response<Vec<u8>>,
    subject: &str,
    signer: &Signer<'_>,
    trail: &mut Trail,
) -> Result<Profile, Error> {
    allowed(answer, trail)?;
    if response::essence(answer) != "application/jwt" {
        return plain(answer, subject, trail);
    }
    let good = answer.status() == StatusCode::OK;
    trail.require(CheckName::Status, good, Misbehaviour::UnexpectedStatus)?;
    let map = trail.check(CheckName::UserInfoSignature, signer.verified(answer.body()))?;
    // OIDC Core 5.3.2: iss, if the answer is signed, is the issuer; aud is this client or has it among others.
    let ours = matches!(json::text(&map, "iss"), Member::Is(iss) if iss == signer.metadata.issuer.as_str());
    trail.require(CheckName::UserInfoIss, ours, Misbehaviour::UserInfoIssMismatch)?;
    let ours = match map.get("aud") {
        Some(Value::String(one)) => one == signer.client_id,
        Some(Value::Array(many)) => many.iter().any(|one| one == signer.client_id),
        _ => false,
    };
    trail.require(CheckName::UserInfoAud, ours, Misbehaviour::UserInfoAudMismatch)?;
    about(map, subject, trail)
}

/// Who may have signed a UserInfo answer, and for whom.
#[derive(Debug)]
pub struct Signer<'a> {
    /// The provider: its issuer and the algorithms that it signs with.
    pub metadata: &'a ProviderMetadata,
    /// The provider's keys.
    pub keys: &'a KeySet,
    /// `client_id`
    pub client_id: &'a str,
    /// The time, for an answer that has an end.
    pub now: Now,
}

impl Signer<'_> {
    /// Whether the key that a signed answer names is in this set; true for one that is not signed. If not, the set is to be fetched
    /// again, once.
    ///
    /// Spec: OIDC Core section 10.1.1
    pub fn has_key_of(&self, answer: &http::Response<Vec<u8>>) -> bool {
        if response::essence(answer) != "application/jwt" {
            return true;
        }
        // What is wrong with it is for the verification to say.
        let token = std::str::from_utf8(answer.body()).unwrap_or_default().trim_ascii();
        Jws::parse(token, self.algorithms(), &mut Trail::unread()).map_or(true, |jws| jws.key_is_in(self.keys))
    }

    /// OIDC Discovery 3: `userinfo_signing_alg_values_supported`; without it the algorithms of ID Tokens.
    fn algorithms(&self) -> &[Algorithm] {
        let stated = self.metadata.userinfo_signing_algorithms.as_ref();
        stated.unwrap_or(&self.metadata.id_token_signing_algorithms)
    }

    /// The claims of a JWT, after its signature was found good.
    ///
    /// Spec: OIDC Core section 5.3.2, RFC 7515 section 5.2, RFC 7519 section 7.2
    fn verified(&self, body: &[u8]) -> Result<Map<String, Value>, Error> {
        let wrong = Error::from(Misbehaviour::UserInfoSignatureInvalid);
        let token = std::str::from_utf8(body).map_err(|_| wrong.clone())?.trim_ascii();
        // The steps of a signature have the names of the ID Token in the trail, so they leave no lines there.
        let unread = &mut Trail::unread();
        let named = |error| match error {
            Error::Unsupported(_) => Unsupported::EncryptedUserInfo.into(),
            _ => wrong.clone(),
        };
        let jws = Jws::parse(token, self.algorithms(), unread).map_err(named)?;
        let payload = jws.verify(self.keys, unread).map_err(named)?;
        let map = json::object(payload.bytes()).ok_or(Misbehaviour::UserInfoMalformed)?;
        // RFC 7519 4.1.4: where there is an end, it is not past.
        match json::numeric_date(&map, "exp") {
            Member::Absent => Ok(map),
            Member::Is(end) if self.now.0 - LEEWAY < end => Ok(map),
            _ => Err(Misbehaviour::UserInfoMalformed.into()),
        }
    }
}

/// Whether the access token was taken.
fn allowed(answer: &http::Response<Vec<u8>>, trail: &mut Trail) -> Result<(), Error> {
    trail.check(CheckName::NotRedirected, response::refuse_redirect(answer))?;
    let refused = matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let refusal = refused.then(|| Error::Refused(Refusal::new(&challenge_error(answer), None)));
    trail.check(CheckName::UserInfoAllowed, refusal.map_or(Ok(()), Err))
}

fn plain(answer: &http::Response<Vec<u8>>, subject: &str, trail: &mut Trail) -> Result<Profile, Error> {
    response::ok_json(answer, trail)?;
    let map = json::object(answer.body()).ok_or(Misbehaviour::UserInfoMalformed);
    let map = trail.check(CheckName::JsonObject, map)?;
    about(map, subject, trail)
}

fn about(map: Map<String, Value>, subject: &str, trail: &mut Trail) -> Result<Profile, Error> {
    // OIDC Core 5.3.2: sub MUST be there and MUST be that of the ID Token; if not, nothing of the answer may be used.
    let same = matches!(json::text(&map, "sub"), Member::Is(sub) if sub == subject);
    trail.require(CheckName::UserInfoSub, same, Misbehaviour::UserInfoSubMismatch)?;
    Ok(Profile::of(map))
}

/// `error` of a Bearer challenge; `invalid_token` where a 401 says nothing.
fn challenge_error(answer: &http::Response<Vec<u8>>) -> String {
    let stated = Challenge::of_token(answer.headers());
    let stated = stated.as_ref().and_then(|challenge| challenge.parameter("error"));
    let fallback = if answer.status() == StatusCode::FORBIDDEN {
        "insufficient_scope"
    } else {
        "invalid_token"
    };
    stated.unwrap_or(fallback).to_owned()
}

#[cfg(test)]
mod tests;
