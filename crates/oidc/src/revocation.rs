//! Taking a token back.
//!
//! Spec: RFC 7009

use http::StatusCode;

use crate::client::{Client, Fresh};
use crate::error::{Error, Misbehaviour, Unsupported};
use crate::provider::ProviderMetadata;
use crate::trail::{CheckName, Trail};
use crate::{Secret, json, response};

/// The most bytes of an answer that are worth reading.
pub const REVOCATION_LIMIT: usize = 64 * 1024;

/// Which token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenTypeHint {
    /// `access_token`
    AccessToken,
    /// `refresh_token`; with it the provider takes back the access tokens too.
    RefreshToken,
}

/// The revocation request.
///
/// Errors: `Unsupported(Revocation)` if the provider has no such endpoint, `Misconfigured(ClientKey)` for a client that signs.
///
/// Spec: RFC 7009 section 2.1
pub fn request(
    metadata: &ProviderMetadata,
    client: &Client,
    token: &Secret,
    hint: TokenTypeHint,
) -> Result<http::Request<Vec<u8>>, Error> {
    make(metadata, client, token, hint, None)
}

/// [`request`], for a client that signs its requests too.
///
/// Errors: those of [`request`], and `Unsupported(ClientSigningAlgorithm)`.
pub fn request_with(
    metadata: &ProviderMetadata,
    client: &Client,
    token: &Secret,
    hint: TokenTypeHint,
    fresh: &Fresh,
) -> Result<http::Request<Vec<u8>>, Error> {
    make(metadata, client, token, hint, Some(fresh))
}

fn make(
    metadata: &ProviderMetadata,
    client: &Client,
    token: &Secret,
    hint: TokenTypeHint,
    fresh: Option<&Fresh>,
) -> Result<http::Request<Vec<u8>>, Error> {
    let endpoint = metadata.revocation_endpoint.as_ref().ok_or(Unsupported::Revocation)?;
    let hint = match hint {
        TokenTypeHint::AccessToken => "access_token",
        TokenTypeHint::RefreshToken => "refresh_token",
    };
    // Exposed to the body of a request to the provider, over TLS.
    let fields = [("token", token.expose()), ("token_type_hint", hint)];
    client.post(metadata, endpoint, &fields, fresh)
}

/// Reads the answer: 200 is success, whatever its body, also for a token that the provider does not know.
///
/// Errors: `Unsupported(Revocation)` for `unsupported_token_type`; `Refused` or `Misconfigured` for what the provider states in the
/// standard's form, which no repetition changes; `Misbehaved` for everything else, after which the token must be taken to be
/// as good as before: a busy server, a page of a proxy, a redirect.
///
/// Spec: RFC 7009 section 2.2
pub fn receive(answer: &http::Response<Vec<u8>>) -> Result<(), Error> {
    receive_with(answer, &mut Trail::unread())
}

/// [`receive`], with a line in `trail` for the check that was made.
///
/// Errors: those of [`receive`].
pub fn receive_with(answer: &http::Response<Vec<u8>>, trail: &mut Trail) -> Result<(), Error> {
    trail.check(CheckName::Revoked, read(answer))
}

fn read(answer: &http::Response<Vec<u8>>) -> Result<(), Error> {
    response::refuse_redirect(answer)?;
    if answer.status() == StatusCode::OK {
        return Ok(());
    }
    // RFC 7009 2.2.1: a server that is busy (503, and RFC 6585's 429) has not judged the request, whatever its body says.
    let busy = answer.status().is_server_error() || answer.status() == StatusCode::TOO_MANY_REQUESTS;
    let stated = (!busy && response::is_json(answer))
        .then(|| json::object(answer.body()))
        .flatten()
        .and_then(|map| response::stated_error(&map));
    match stated {
        // RFC 7009 2.2.1
        Some(Error::Refused(refusal)) if refusal.code == crate::error::ErrorCode::UnsupportedTokenType => {
            Err(Unsupported::Revocation.into())
        }
        // RFC 7009 2.2: a token that is not valid any more is what was wanted, so it is no error; some providers say it as one.
        Some(Error::Refused(refusal)) if refusal.code == crate::error::ErrorCode::InvalidToken => Ok(()),
        // RFC 6749 4.1.2.1: these two are about the moment and not about the request.
        Some(Error::Refused(refusal))
            if matches!(
                refusal.code,
                crate::error::ErrorCode::TemporarilyUnavailable | crate::error::ErrorCode::ServerError
            ) =>
        {
            Err(Misbehaviour::UnexpectedStatus.into())
        }
        Some(error) => Err(error),
        None => Err(Misbehaviour::UnexpectedStatus.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::tests::answer;

    #[test]
    fn two_hundred_is_success_whatever_the_body() {
        assert_eq!(receive(&answer(200, "text/html", "<odd>")), Ok(()));
    }

    #[test]
    fn a_token_that_the_provider_calls_invalid_is_as_good_as_revoked() {
        let gone = answer(400, "application/json", r#"{"error":"invalid_token"}"#);
        assert_eq!(receive(&gone), Ok(()));
    }

    #[test]
    fn a_statement_about_the_client_is_told_apart_from_a_page_that_states_nothing() {
        let stated = answer(401, "application/json", r#"{"error":"invalid_client"}"#);
        assert_eq!(receive(&stated), Err(crate::Misconfiguration::ClientId.into()));
        let page = answer(403, "text/html", "<h1>Sign in to this network</h1>");
        assert_eq!(receive(&page), Err(Misbehaviour::UnexpectedStatus.into()));
    }

    #[test]
    fn what_cannot_be_revoked_is_unsupported_and_a_busy_server_is_not() {
        let unsupported = answer(400, "application/json", r#"{"error":"unsupported_token_type"}"#);
        assert_eq!(receive(&unsupported), Err(Unsupported::Revocation.into()));
        let busy = answer(503, "application/json", r#"{"error":"unsupported_token_type"}"#);
        assert_eq!(receive(&busy), Err(Misbehaviour::UnexpectedStatus.into()));
        let limited = answer(429, "application/json", r#"{"error":"invalid_client"}"#);
        assert_eq!(receive(&limited), Err(Misbehaviour::UnexpectedStatus.into()));
        let momentary = answer(400, "application/json", r#"{"error":"temporarily_unavailable"}"#);
        assert_eq!(receive(&momentary), Err(Misbehaviour::UnexpectedStatus.into()));
        assert_eq!(receive(&answer(307, "", "")), Err(Misbehaviour::RedirectRefused.into()));
    }
}
