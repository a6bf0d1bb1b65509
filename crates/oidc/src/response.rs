//! What every answer of an endpoint must be before its content counts.

use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorCode, Misbehaviour, Misconfiguration, Refusal};
use crate::json::{self, Member};
use crate::trail::{CheckName, Trail};

/// Requires status 200 and JSON.
pub(crate) fn successful_json(answer: &Response<Vec<u8>>, trail: &mut Trail) -> Result<(), Error> {
    trail.check(CheckName::NotRedirected, refuse_redirect(answer))?;
    ok_json(answer, trail)
}

/// What [`successful_json`] requires of an answer that is known to be no redirect.
pub(crate) fn ok_json(answer: &Response<Vec<u8>>, trail: &mut Trail) -> Result<(), Error> {
    trail.require(
        CheckName::ContentType,
        is_json(answer),
        Misbehaviour::UnexpectedContentType,
    )?;
    let good = answer.status() == StatusCode::OK;
    trail.require(CheckName::Status, good, Misbehaviour::UnexpectedStatus)
}

/// An answer of the token endpoint, or of another that speaks its language: the object, or the error it states.
///
/// Spec: RFC 6749 sections 5.1, 5.2
pub(crate) fn token_endpoint_json(answer: &Response<Vec<u8>>, trail: &mut Trail) -> Result<Map<String, Value>, Error> {
    trail.check(CheckName::NotRedirected, refuse_redirect(answer))?;
    // A busy or broken server is no statement about the request, whatever its page says.
    if answer.status().is_server_error() {
        trail.require(CheckName::Status, false, Misbehaviour::UnexpectedStatus)?;
    }
    trail.require(
        CheckName::ContentType,
        is_json(answer),
        Misbehaviour::UnexpectedContentType,
    )?;
    let map = json::object(answer.body()).ok_or(Misbehaviour::ResponseMalformed);
    let map = trail.check(CheckName::JsonObject, map)?;
    // RFC 6749 5.2: an error is status 400 or 401 with `error`; some providers send it with 200.
    trail.check(CheckName::NoErrorStated, stated_error(&map).map_or(Ok(()), Err))?;
    let good = answer.status() == StatusCode::OK;
    trail.require(CheckName::Status, good, Misbehaviour::UnexpectedStatus)?;
    Ok(map)
}

/// The error that a JSON body states, if it does.
pub(crate) fn stated_error(map: &Map<String, Value>) -> Option<Error> {
    let Member::Is(code) = json::text(map, "error") else {
        return None;
    };
    let description = map.get("error_description").and_then(Value::as_str);
    let refusal = Refusal::new(code, description);
    // RFC 6749 5.2: these two are about the client's registration: the developer can mend them, the person cannot.
    Some(match refusal.code {
        ErrorCode::InvalidClient | ErrorCode::InvalidRequest
            if description.is_some_and(|text| text.contains("client_secret")) =>
        {
            Misconfiguration::ClientSecret.into()
        }
        ErrorCode::InvalidClient | ErrorCode::UnauthorizedClient => Misconfiguration::ClientId.into(),
        _ => Error::Refused(refusal),
    })
}

/// A redirect is not followed: what was sent would be seen by somebody else.
///
/// Spec: RFC 9700 section 4.12
pub(crate) fn refuse_redirect(answer: &Response<Vec<u8>>) -> Result<(), Error> {
    if answer.status().is_redirection() {
        return Err(Misbehaviour::RedirectRefused.into());
    }
    Ok(())
}

/// Whether the answer says that it is JSON: `application/json`, or a type with the suffix `+json`.
pub(crate) fn is_json(answer: &Response<Vec<u8>>) -> bool {
    let value = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The time by the provider's clock, from the `Date` header, in seconds since 1970. `None` when there is none to read.
///
/// Spec: RFC 9110 section 6.6.1
pub fn date(answer: &Response<Vec<u8>>) -> Option<i64> {
    let text = answer.headers().get(http::header::DATE)?.to_str().ok()?;
    let time = httpdate::parse_http_date(text).ok()?;
    let seconds = time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    i64::try_from(seconds).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn answer(status: u16, content_type: &str, body: &str) -> Response<Vec<u8>> {
        Response::builder()
            .status(status)
            .header(CONTENT_TYPE, content_type)
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    fn of(status: u16, content_type: &str, body: &str) -> Error {
        token_endpoint_json(&answer(status, content_type, body), &mut Trail::unread()).unwrap_err()
    }

    #[test]
    fn an_error_is_typed_also_when_it_comes_with_200() {
        for status in [200, 400, 401] {
            let error = of(
                status,
                "application/json",
                r#"{"error":"invalid_grant","error_description":"a\u001b[1mb"}"#,
            );
            let Error::Refused(refusal) = error else {
                panic!("{error:?}")
            };
            assert_eq!(refusal.code, ErrorCode::InvalidGrant);
            assert_eq!(refusal.description.unwrap().as_str(), "a[1mb");
        }
    }

    #[test]
    fn a_page_in_place_of_json_is_never_read() {
        assert_eq!(of(200, "text/html", "{}"), Misbehaviour::UnexpectedContentType.into());
        assert_eq!(of(200, "text/plain", "{}"), Misbehaviour::UnexpectedContentType.into());
        assert_eq!(
            of(502, "application/json", r#"{"error":"invalid_grant"}"#),
            Misbehaviour::UnexpectedStatus.into()
        );
    }

    #[test]
    fn a_redirect_is_refused_whatever_else_it_says() {
        for status in [301, 302, 303, 307, 308] {
            assert_eq!(
                of(status, "application/json", "{}"),
                Misbehaviour::RedirectRefused.into()
            );
        }
    }

    #[test]
    fn a_client_that_the_provider_does_not_know_is_the_developers_to_mend() {
        let wrong = |body: &str| of(400, "application/json", body);
        assert_eq!(
            wrong(r#"{"error":"invalid_client"}"#),
            Misconfiguration::ClientId.into()
        );
        let missing = r#"{"error":"invalid_request","error_description":"client_secret is missing."}"#;
        assert_eq!(wrong(missing), Misconfiguration::ClientSecret.into());
    }

    #[test]
    fn json_is_known_by_its_type_with_parameters() {
        assert!(is_json(&answer(200, "Application/JSON; charset=utf-8", "")));
        assert!(is_json(&answer(200, "application/jwk-set+json", "")));
        assert!(!is_json(&answer(200, "text/json", "")));
    }
}
