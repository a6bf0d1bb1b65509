//! The UserInfo endpoint, and the person's profile.
//!
//! Spec: OIDC Core sections 5.1, 5.3

use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::challenge::Challenge;
use crate::error::{Error, Misbehaviour, Refusal, Unsupported};
use crate::json::{self, Member};
use crate::provider::Endpoint;
use crate::text::ProviderText;
use crate::trail::{CheckName, Trail};
use crate::{Secret, response};

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
    /// Reads the standard claims. What is of the wrong type is left out: a profile is for showing, not for deciding.
    ///
    /// Spec: OIDC Core section 5.1
    pub(crate) fn read(map: &Map<String, Value>) -> Self {
        let text = |name: &str, max: usize| match json::text(map, name) {
            Member::Is(text) => ProviderText::clean(text, max).map(|text| text.as_str().to_owned()),
            Member::Absent | Member::Wrong => None,
        };
        Self {
            name: text("name", 200),
            given_name: text("given_name", 100),
            family_name: text("family_name", 100),
            nickname: text("nickname", 100),
            preferred_username: text("preferred_username", 200),
            email: text("email", 320),
            email_verified: map.get("email_verified") == Some(&Value::Bool(true)),
            picture: match json::text(map, "picture") {
                Member::Is(url) if url.len() <= 4096 => Some(url.to_owned()),
                _ => None,
            },
            locale: text("locale", 35),
        }
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
    trail.check(CheckName::NotRedirected, response::refuse_redirect(answer))?;
    let refused = matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let refusal = refused.then(|| Error::Refused(Refusal::new(&challenge_error(answer), None)));
    trail.check(CheckName::UserInfoAllowed, refusal.map_or(Ok(()), Err))?;
    let kind = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let signed = kind.starts_with("application/jwt");
    trail.require(CheckName::UserInfoPlain, !signed, Unsupported::SignedUserInfo)?;
    response::ok_json(answer, trail)?;
    let map = json::object(answer.body()).ok_or(Misbehaviour::UserInfoMalformed);
    let map = trail.check(CheckName::JsonObject, map)?;
    // OIDC Core 5.3.2: sub MUST be there and MUST be that of the ID Token; if not, nothing of the answer may be used.
    let same = matches!(json::text(&map, "sub"), Member::Is(sub) if sub == subject);
    trail.require(CheckName::UserInfoSub, same, Misbehaviour::UserInfoSubMismatch)?;
    Ok(Profile::read(&map))
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
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::response::tests::answer;

    fn of(body: &str) -> Result<Profile, Error> {
        receive(&answer(200, "application/json", body), "ada")
    }

    #[test]
    fn another_or_a_missing_sub_is_refused_and_nothing_of_it_is_used() {
        for body in [
            r#"{"sub":"eve","name":"Ada"}"#,
            r#"{"name":"Ada"}"#,
            r#"{"sub":7}"#,
            r#"{"sub":""}"#,
        ] {
            assert_eq!(of(body), Err(Misbehaviour::UserInfoSubMismatch.into()), "{body}");
        }
        assert_eq!(
            of(r#"{"sub":"ada","sub":"ada"}"#),
            Err(Misbehaviour::UserInfoMalformed.into())
        );
    }

    #[test]
    fn claims_of_the_wrong_type_are_left_out_and_hostile_ones_are_cleaned() {
        let profile = of(r#"{"sub":"ada","email":7,"email_verified":"true","name":"<b>\u202eA\u0007da</b>"}"#).unwrap();
        assert_eq!(profile.email, None);
        assert!(!profile.email_verified, "only the JSON value true says so");
        assert_eq!(profile.name.as_deref(), Some("<b>Ada</b>"));
    }

    #[test]
    fn a_refusal_is_read_from_the_challenge() {
        let with = |status: u16, header: &str| {
            let answer = http::Response::builder()
                .status(status)
                .header(http::header::WWW_AUTHENTICATE, header)
                .body(vec![])
                .unwrap();
            let Err(Error::Refused(refusal)) = receive(&answer, "ada") else {
                panic!()
            };
            refusal.code
        };
        assert_eq!(with(401, r#"Bearer error="invalid_token""#), ErrorCode::InvalidToken);
        assert_eq!(with(401, "Bearer"), ErrorCode::InvalidToken);
        assert_eq!(
            with(403, r#"Bearer realm="x", error="insufficient_scope""#),
            ErrorCode::InsufficientScope
        );
    }

    #[test]
    fn an_unverified_address_does_not_become_verified_by_merging() {
        let id_token = Profile {
            email: Some("new@x".into()),
            ..Profile::default()
        };
        let info = Profile {
            email: Some("old@x".into()),
            email_verified: true,
            name: Some("A".into()),
            ..Profile::default()
        };
        let both = id_token.or(&info);
        assert_eq!(
            (both.email.as_deref(), both.email_verified, both.name.as_deref()),
            (Some("new@x"), false, Some("A"))
        );
    }

    #[test]
    fn a_signed_answer_is_never_read_unverified() {
        assert_eq!(
            receive(&answer(200, "application/jwt", "x.y.z"), "ada"),
            Err(Unsupported::SignedUserInfo.into())
        );
    }
}
