//! What every answer of an endpoint must be before its content counts.

use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use crate::dialect::{self, Dialect};
use crate::error::{Error, ErrorCode, Misbehaviour, Misconfiguration, Refusal};
use crate::json;
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
pub(crate) fn token_endpoint_json(
    answer: &Response<Vec<u8>>,
    dialect: &Dialect,
    trail: &mut Trail,
) -> Result<Map<String, Value>, Error> {
    stated_json(answer, &[StatusCode::OK], dialect, trail)
}

/// [`token_endpoint_json`], for endpoints that say success by other statuses.
pub(crate) fn stated_json(
    answer: &Response<Vec<u8>>,
    successes: &[StatusCode],
    dialect: &Dialect,
    trail: &mut Trail,
) -> Result<Map<String, Value>, Error> {
    trail.check(CheckName::NotRedirected, refuse_redirect(answer))?;
    // A busy or broken server is no statement about the request, whatever its page says.
    if answer.status().is_server_error() {
        trail.require(CheckName::Status, false, Misbehaviour::UnexpectedStatus)?;
    }
    let form = dialect.form_answers && essence(answer) == "application/x-www-form-urlencoded";
    trail.require(
        CheckName::ContentType,
        form || is_json(answer),
        Misbehaviour::UnexpectedContentType,
    )?;
    let map = if form {
        dialect::form(answer.body())
    } else {
        json::object(answer.body())
    };
    let map = trail.check(CheckName::JsonObject, map.ok_or(Misbehaviour::ResponseMalformed))?;
    // RFC 6749 5.2: an error is status 400 or 401 with `error`; some providers send it with 200.
    let stated = stated_error_in(&map, dialect);
    trail.check(CheckName::NoErrorStated, stated.map_or(Ok(()), Err))?;
    let good = successes.contains(&answer.status());
    trail.require(CheckName::Status, good, Misbehaviour::UnexpectedStatus)?;
    Ok(map)
}

/// The error that a JSON body states, if it does.
pub(crate) fn stated_error(map: &Map<String, Value>) -> Option<Error> {
    stated_error_in(map, &Dialect::default())
}

fn stated_error_in(map: &Map<String, Value>, dialect: &Dialect) -> Option<Error> {
    let (code, _) = dialect.error(map)?;
    let description = map.get("error_description").and_then(Value::as_str);
    let refusal = Refusal::of_code(code, description);
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
    let essence = essence(answer);
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The content type without its parameters, in small letters.
pub(crate) fn essence(answer: &Response<Vec<u8>>) -> String {
    let value = answer.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
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
        let answer = answer(status, content_type, body);
        token_endpoint_json(&answer, &Dialect::default(), &mut Trail::unread()).unwrap_err()
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

    #[test]
    fn a_form_is_read_only_where_the_dialect_has_forms_and_its_error_counts_as_any_other() {
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let body = "error=bad_verification_code&error_description=The+code+passed+is+incorrect";
        assert_eq!(of(200, kind, body), Misbehaviour::UnexpectedContentType.into());
        let dialect = Dialect {
            form_answers: true,
            errors: vec![("bad_verification_code".into(), ErrorCode::InvalidGrant)],
            ..Dialect::default()
        };
        let read = |body: &str| token_endpoint_json(&answer(200, kind, body), &dialect, &mut Trail::unread());
        let Err(Error::Refused(refusal)) = read(body) else {
            panic!()
        };
        assert_eq!(refusal.code, ErrorCode::InvalidGrant);
        assert_eq!(read("access_token=a&token_type=bearer").unwrap()["access_token"], "a");
    }
}
