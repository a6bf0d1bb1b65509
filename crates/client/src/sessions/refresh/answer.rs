//! What the answer to a refresh says of the refresh token that was sent, whatever else it says.

use doorkey_oidc::token::{ExpectTokens, Tokens};
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

/// Reads what came.
pub(super) fn read(came: &Result<Response<Vec<u8>>, TransportError>, expect: ExpectTokens, now: Now) -> Answer {
    let answer = match came {
        Ok(answer) => answer,
        // Not followed. Whoever redirects has not acted: RFC 6749 knows no redirect from a token endpoint.
        Err(error @ TransportError::RedirectRefused { .. }) => {
            return Answer::NoTokens {
                error: (*error).into(),
                retry_after: None,
            };
        }
        Err(error) if error.known_unsent() => return Answer::NotSent((*error).into()),
        Err(error) => return Answer::Unknown((*error).into()),
    };
    match expect.receive(answer) {
        Ok(tokens) => Answer::Tokens(Box::new(tokens)),
        Err(error) if gave_none(answer, &error) => Answer::NoTokens {
            error: error.into(),
            retry_after: retry_after(answer, now),
        },
        Err(error) => Answer::Unknown(error.into()),
    }
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
