//! What the answer to a refresh says of the refresh token that was sent, whatever else it says.

use doorkey_oidc::token::{ExpectTokens, NonceRetry, Received, Tokens};
use doorkey_oidc::trail::Trail;
use doorkey_oidc::{Error as Protocol, Now};
use http::Response;
use http::header::CONTENT_TYPE;

use crate::Error;
use crate::retry_after::retry_after;
use crate::transport::TransportError;

/// What came of a refresh request.
pub(super) enum Answer {
    /// Tokens came; who they are about is not verified.
    Tokens(Box<Tokens>),
    /// No tokens were given out: the one that was sent is as good as before, unless the error says otherwise.
    NoTokens {
        error: Error,
        /// For how many seconds the provider wants to be left alone.
        retry_after: Option<i64>,
    },
    /// The request has certainly not arrived.
    NotSent(Error),
    /// Tokens may have been given out, and did not come or cannot be used. The one that was sent may be spent.
    Unknown(Error),
}

impl Answer {
    /// Whether it brought tokens or, if not, why.
    pub(super) fn outcome(&self) -> Result<(), Error> {
        match self {
            Self::Tokens(_) => Ok(()),
            Self::NoTokens { error, .. } | Self::NotSent(error) | Self::Unknown(error) => Err(error.clone()),
        }
    }
}

/// Reads what came. It is no answer yet where the server wants its nonce in the proof: what was sent was not looked at then, and is
/// sent once more.
///
/// Spec: RFC 9449 section 8
pub(super) fn read(
    came: &Result<Response<Vec<u8>>, TransportError>,
    expect: ExpectTokens,
    now: Now,
    trail: &mut Trail,
) -> Result<Answer, Box<NonceRetry>> {
    let answer = match came {
        Ok(answer) => answer,
        // Not followed. Whoever redirects has not acted: RFC 6749 knows no redirect from a token endpoint.
        Err(error @ TransportError::RedirectRefused { .. }) => {
            return Ok(Answer::NoTokens {
                error: (*error).into(),
                retry_after: None,
            });
        }
        // RFC 6749 5.1: tokens come with 200 and with nothing else, however much comes with it.
        Err(error @ TransportError::TooLarge { status }) if !status.is_success() => {
            return Ok(Answer::NoTokens {
                error: (*error).into(),
                retry_after: None,
            });
        }
        Err(error) if error.known_unsent() => return Ok(Answer::NotSent((*error).into())),
        Err(error) => return Ok(Answer::Unknown((*error).into())),
    };
    Ok(match expect.receive_or_retry(answer, trail) {
        Ok(Received::Tokens(tokens)) => Answer::Tokens(Box::new(tokens)),
        // RFC 9449 8: an error, whatever its status is, that is about the proof alone.
        Ok(Received::NonceWanted(retry)) => return Err(Box::new(retry)),
        Err(error) if gave_none(answer, &error) => Answer::NoTokens {
            error: error.into(),
            retry_after: retry_after(answer, now),
        },
        Err(error) => Answer::Unknown(error.into()),
    })
}

/// Whether an answer with this error gave out no tokens.
fn gave_none(answer: &Response<Vec<u8>>, error: &Protocol) -> bool {
    // RFC 6749 5.1: tokens come with 200 and with nothing else. A gateway that says 502 or 504 does not know what became of
    // the request, strictly: it is believed all the same, for an outage of a gateway must not sign everybody out, and a
    // provider that did act says `invalid_grant` the next time.
    if !answer.status().is_success() {
        return true;
    }
    // RFC 6749 5.2: a stated error, although with 200.
    if matches!(error, Protocol::Refused(_) | Protocol::Misconfigured(_)) {
        return true;
    }
    // A page for people is no answer of a token endpoint: somebody between us and it has spoken in its place.
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/html"))
}

#[cfg(test)]
mod tests {
    use doorkey_oidc::client::{Authentication, Client};
    use doorkey_oidc::id_token::Previous;
    use doorkey_oidc::provider::{Issuer, Transport};
    use doorkey_oidc::{Secret, discovery, token};

    use super::*;
    use crate::transport::TlsFailure;

    fn expect() -> ExpectTokens {
        let issuer = Issuer::new("https://op.example", Transport::HttpsOnly).unwrap();
        let document = r#"{"issuer":"https://op.example","authorization_endpoint":"https://op.example/authorize",
            "token_endpoint":"https://op.example/token","jwks_uri":"https://op.example/jwks",
            "response_types_supported":["code"],"subject_types_supported":["public"],
            "id_token_signing_alg_values_supported":["RS256"]}"#;
        let metadata = discovery::receive_metadata(&issuer, Transport::HttpsOnly, &json(200, document)).unwrap();
        let client = Client::new("client".to_owned(), Authentication::None).unwrap();
        let previous = Previous {
            subject: "ada".to_owned(),
            auth_time: None,
            nonce: None,
        };
        token::refresh_request(&metadata, &client, &Secret::new("r".to_owned()), vec![], previous).1
    }

    fn json(status: u16, body: &str) -> Response<Vec<u8>> {
        let answer = Response::builder().status(status);
        let answer = answer.header(CONTENT_TYPE, "application/json");
        answer.body(body.as_bytes().to_vec()).unwrap()
    }

    fn said(came: Result<Response<Vec<u8>>, TransportError>) -> &'static str {
        match read(&came, expect(), Now(0), &mut Trail::new()).unwrap() {
            Answer::Tokens(_) => "tokens",
            Answer::NoTokens { .. } => "no tokens",
            Answer::NotSent(_) => "not sent",
            Answer::Unknown(_) => "unknown",
        }
    }

    fn too_large(status: u16) -> TransportError {
        TransportError::TooLarge {
            status: http::StatusCode::from_u16(status).unwrap(),
        }
    }

    #[test]
    fn what_never_left_is_told_from_what_may_have_arrived() {
        let rows = [
            (TransportError::Unusable, "not sent"),
            (TransportError::InsecureUrl, "not sent"),
            (TransportError::Offline, "not sent"),
            (TransportError::TimedOut { unsent: true }, "not sent"),
            (TransportError::TimedOut { unsent: false }, "unknown"),
            (TransportError::TlsFailed(TlsFailure::Expired), "not sent"),
            (TransportError::TlsFailed(TlsFailure::UnknownIssuer), "not sent"),
            (TransportError::RedirectRefused { elsewhere: true }, "no tokens"),
            (TransportError::RedirectRefused { elsewhere: false }, "no tokens"),
            (too_large(200), "unknown"),
            (too_large(400), "no tokens"),
            (too_large(500), "no tokens"),
            (TransportError::TurnedAway, "not sent"),
            (TransportError::ProxyAuthRequired, "not sent"),
            (TransportError::OutcomeUnknown, "unknown"),
            (TransportError::Malformed, "unknown"),
        ];
        for (error, expected) in rows {
            assert_eq!(said(Err(error)), expected, "{error}");
        }
    }

    #[test]
    fn every_status_but_success_and_every_stated_error_is_a_no() {
        let tokens = r#"{"access_token":"a","token_type":"Bearer"}"#;
        assert_eq!(said(Ok(json(200, tokens))), "tokens");
        for status in [400, 401, 403, 404, 407, 408, 429, 500, 501, 502, 503, 504] {
            assert_eq!(said(Ok(json(status, tokens))), "no tokens", "{status}");
        }
        assert_eq!(said(Ok(json(200, r#"{"error":"slow_down"}"#))), "no tokens");
        assert_eq!(said(Ok(json(200, r#"{"error":"invalid_client"}"#))), "no tokens");
        for body in ["", "{", "{}", r#"{"access_token":"a"}"#] {
            assert_eq!(said(Ok(json(200, body))), "unknown", "{body}");
        }
    }
}
