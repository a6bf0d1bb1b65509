//! Who signed in at a provider that gives no ID Token: read from what an API answers to the access token.
//!
//! Nothing of it is signed. That it is about the person rests on TLS and on the token alone, so nothing calls such an account
//! verified.

use std::collections::BTreeMap;

use doorkey_oidc::error::{ErrorCode, Misbehaviour};
use doorkey_oidc::json;
use doorkey_oidc::provider::{Endpoint, Transport};
use doorkey_oidc::text::ProviderText;
use doorkey_oidc::userinfo::{self, Profile};
use doorkey_oidc::{Misconfiguration, Refusal, Secret};
use http::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Error;

/// Where the profile is asked for, and where in the answer what stands: JSON pointers (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserInfoMapping {
    /// The address.
    pub url: String,
    /// How it is asked.
    #[serde(default)]
    pub method: ProfileMethod,
    /// Headers beside `Authorization`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What must be `true` for the answer to be one: some providers refuse with status 200.
    pub ok: Option<String>,
    /// What never changes about the person and belongs to nobody else: a string, or a whole number.
    pub subject: String,
    /// Their name; the first that is there.
    #[serde(default)]
    pub name: Vec<String>,
    /// The name by which they are known at the provider.
    pub username: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether the provider has verified the address. Without it no address counts as verified.
    pub email_verified: Option<String>,
    /// Their picture: a pointer to its address, or an https address with pointers in braces.
    pub picture: Option<String>,
    /// Where else addresses are asked for.
    pub emails: Option<EmailsMapping>,
}

/// A list of e-mail addresses at an address of its own: an array of objects.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailsMapping {
    /// The address that is asked, with the headers of the profile's.
    pub url: String,
    /// The e-mail address, within each.
    pub address: String,
    /// What is `true` for the one to use.
    pub primary: String,
    /// What is `true` for one that the provider has verified.
    pub verified: String,
}

/// How a profile is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileMethod {
    /// GET.
    #[default]
    Get,
    /// POST with an empty body.
    Post,
}

/// On whose word a profile stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileSource {
    /// An ID Token, whose signature was verified.
    IdToken,
    /// UserInfo with the same `sub` as a verified ID Token.
    UserInfo,
    /// An API's answer that nothing signed. Never called verified.
    Unverified,
}

/// Somebody of whom an API said who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedPerson {
    /// The issuer of the preset: subjects of different providers are never the same person.
    pub issuer: String,
    /// What never changes about them, as text.
    pub subject: String,
    /// What is shown of them.
    pub profile: Profile,
    /// Always [`ProfileSource::Unverified`].
    pub source: ProfileSource,
}

impl UserInfoMapping {
    /// The request for the profile.
    ///
    /// Errors: `Misconfigured(Provider)` for an address or a header that cannot be asked with.
    ///
    /// Spec: RFC 6750 section 2.1
    pub fn request(&self, token: &Secret, transport: Transport) -> Result<http::Request<Vec<u8>>, Error> {
        self.ask(&self.url, self.method, token, transport)
    }

    /// The request for the e-mail addresses, where they are asked for apart.
    ///
    /// Errors: those of [`UserInfoMapping::request`].
    pub fn emails_request(
        &self,
        token: &Secret,
        transport: Transport,
    ) -> Option<Result<http::Request<Vec<u8>>, Error>> {
        let emails = self.emails.as_ref()?;
        Some(self.ask(&emails.url, ProfileMethod::Get, token, transport))
    }

    fn ask(
        &self,
        url: &str,
        method: ProfileMethod,
        token: &Secret,
        transport: Transport,
    ) -> Result<http::Request<Vec<u8>>, Error> {
        let wrong = || Error::Misconfigured(Misconfiguration::Provider);
        let endpoint = Endpoint::parse(url, transport).ok_or_else(wrong)?;
        let mut request = http::Request::new(Vec::new());
        *request.uri_mut() = endpoint.url().as_str().parse().map_err(|_| wrong())?;
        *request.method_mut() = match method {
            ProfileMethod::Get => Method::GET,
            ProfileMethod::Post => Method::POST,
        };
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name).map_err(|_| wrong())?;
            headers.insert(name, HeaderValue::from_str(value).map_err(|_| wrong())?);
        }
        // Last, so that no preset can put another in its place.
        headers.insert(AUTHORIZATION, userinfo::bearer(token));
        Ok(request)
    }

    /// Reads the answer to [`UserInfoMapping::request`]. `issuer` is the preset's.
    ///
    /// Errors: `Refused` where the provider says no, `Misbehaved(UserInfoMalformed)` for anything in which there is no subject.
    pub fn receive(&self, issuer: &str, answer: &http::Response<Vec<u8>>) -> Result<MappedPerson, Error> {
        let map = self.accepted(answer)?;
        let subject = map.pointer(&self.subject).and_then(subject).ok_or_else(malformed)?;
        let email = self.email.as_ref().and_then(|at| text(&map, at, 320));
        let verified = self.email_verified.as_ref().is_some_and(|at| is_true(&map, at));
        let profile = Profile {
            name: self.name.iter().find_map(|at| text(&map, at, 200)),
            preferred_username: self.username.as_ref().and_then(|at| text(&map, at, 200)),
            // Verified is the address that stands there, and no other.
            email_verified: verified && email.is_some(),
            email,
            picture: self.picture.as_ref().and_then(|picture| picture_of(&map, picture)),
            ..Profile::default()
        };
        Ok(MappedPerson {
            issuer: issuer.to_owned(),
            subject,
            profile,
            source: ProfileSource::Unverified,
        })
    }

    /// Reads the answer to [`UserInfoMapping::emails_request`] into a person's profile: the address to use, and whether the
    /// provider has verified it. What cannot be read changes nothing: the person is known without it.
    pub fn receive_emails(&self, answer: &http::Response<Vec<u8>>, person: &mut MappedPerson) {
        let Some(emails) = self.emails.as_ref().filter(|_| answer.status() == StatusCode::OK) else {
            return;
        };
        // An array is no object, so it is read as the member of one: as strictly.
        let wrapped = [b"{\"list\":", answer.body().as_slice(), b"}"].concat();
        let Some(Value::Array(list)) = json::object(&wrapped).and_then(|mut map| map.remove("list")) else {
            return;
        };
        let Some(primary) = list.iter().find(|one| is_true(one, &emails.primary)) else {
            return;
        };
        if let Some(address) = text(primary, &emails.address, 320) {
            person.profile.email = Some(address);
            person.profile.email_verified = is_true(primary, &emails.verified);
        }
    }

    fn accepted(&self, answer: &http::Response<Vec<u8>>) -> Result<Value, Error> {
        let refused = |code| {
            Error::Refused(Refusal {
                code,
                description: None,
            })
        };
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(refused(ErrorCode::InvalidToken)),
            StatusCode::FORBIDDEN => return Err(refused(ErrorCode::InsufficientScope)),
            _ => return Err(malformed()),
        }
        let map: Map<String, Value> = json::object(answer.body()).ok_or_else(malformed)?;
        let map = Value::Object(map);
        match &self.ok {
            Some(at) if !is_true(&map, at) => Err(refused(ErrorCode::InvalidToken)),
            _ => Ok(map),
        }
    }
}

fn malformed() -> Error {
    doorkey_oidc::Error::from(Misbehaviour::UserInfoMalformed).into()
}

/// A subject: text that is already harmless, or a whole number.
fn subject(value: &Value) -> Option<String> {
    match value {
        // OIDC Core 2 gives `sub` 255 characters. What would have to be cleaned is refused: two would become one.
        Value::String(text) => {
            let clean = ProviderText::clean(text, 255)?;
            (clean.as_str() == text && text.chars().count() <= 255).then(|| text.clone())
        }
        // Read as an integer, so also above 2^53, where a float has two neighbours in one.
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        _ => None,
    }
}

fn text(map: &Value, at: &str, max: usize) -> Option<String> {
    let text = map.pointer(at)?.as_str()?;
    ProviderText::clean(text, max).map(|text| text.as_str().to_owned())
}

fn is_true(map: &Value, at: &str) -> bool {
    map.pointer(at) == Some(&Value::Bool(true))
}

/// The picture's address. `None` if a value that belongs in it is missing or could lead elsewhere.
fn picture_of(map: &Value, picture: &str) -> Option<String> {
    let address = if is_pointer(picture) {
        map.pointer(picture)?.as_str()?.to_owned()
    } else {
        let mut address = picture.to_owned();
        for pointer in pointers_in(picture)? {
            let value = map.pointer(pointer).and_then(subject)?;
            let plain = value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            address = plain.then(|| address.replace(&format!("{{{pointer}}}"), &value))?;
        }
        address
    };
    let fits = address.len() <= 4096 && address.bytes().all(|b| b.is_ascii_graphic());
    fits.then_some(address)
}

/// Whether it is a pointer to something within.
///
/// Spec: RFC 6901 section 3
pub(crate) fn is_pointer(text: &str) -> bool {
    // `~` stands only before 0 or 1.
    let escapes = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    text.len() > 1 && text.starts_with('/') && escapes
}

/// The pointers in braces of a template. `None` for braces that do not pair, or hold something else.
pub(crate) fn pointers_in(template: &str) -> Option<Vec<&str>> {
    let mut pointers = Vec::new();
    for part in template.split('{').skip(1) {
        let (pointer, rest) = part.split_once('}')?;
        if !is_pointer(pointer) || rest.contains('}') {
            return None;
        }
        pointers.push(pointer);
    }
    (!template.split('{').next()?.contains('}')).then_some(pointers)
}

#[cfg(test)]
mod tests;
