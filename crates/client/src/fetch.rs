//! A request to an adopter's own API with an account's access token, which the caller never sees.

use std::sync::Arc;

use doorkey_oidc::Misconfiguration;
use doorkey_oidc::challenge::Challenge;
use doorkey_oidc::dpop::{DPOP, DPOP_NONCE};
use doorkey_oidc::resource::StepUp;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, HeaderName, PROXY_AUTHORIZATION, SET_COOKIE, TE,
    TRANSFER_ENCODING, UPGRADE, WWW_AUTHENTICATE,
};
use http::{Method, Request, Response, StatusCode};
use tokio::time::Duration;
use url::Url;

use crate::Error;
use crate::inner::Inner;
use crate::sessions::{Access, AccountId, Need, access_token};
use crate::transport::Limits;

/// How large an answer may be, and how long it may take.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(30),
    max_bytes: 4 << 20,
};
/// How long the token must be good for when the request is sent, in seconds.
const MARGIN: i64 = 30;
/// What a caller may not set.
static OURS: [HeaderName; 10] = [
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    DPOP,
    HOST,
    PROXY_AUTHORIZATION,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];
/// What a caller may do. Not TRACE, whose answer may be the request with its token; not CONNECT.
const METHODS: &[Method] = &[
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];
/// What a caller does not get.
static KEPT: [HeaderName; 3] = [DPOP_NONCE, SET_COOKIE, WWW_AUTHENTICATE];

/// Sends it, once more with a new token after a 401, and follows no redirect.
///
/// Spec: RFC 6750 sections 2.1, 3.1; RFC 9449 section 7
pub(crate) async fn fetch(
    inner: &Arc<Inner>,
    account: &AccountId,
    request: Request<Vec<u8>>,
) -> Result<Response<Vec<u8>>, Error> {
    let refused = || Error::Misconfigured(Misconfiguration::Provider);
    if !METHODS.contains(request.method()) {
        return Err(refused());
    }
    if !allowed(&inner.fetch_origins, &request.uri().to_string())
        || OURS.iter().any(|name| request.headers().contains_key(name))
    {
        return Err(refused());
    }
    let access = access_token(inner, account, Need::ValidFor(MARGIN)).await?;
    let answer = send(inner, &request, &access).await?;
    // RFC 9470 5: a token that a refresh brings was given for the same authentication, so it would be refused like this one.
    let renews = wanted(&answer).is_none() && !inner.refuses_new_tokens(account);
    let mut answer = if answer.status() == StatusCode::UNAUTHORIZED && renews {
        // RFC 6750 3.1: the token is not good any more. One new one, one more try, no loop.
        let access = access_token(inner, account, Need::InsteadOf(access.token().share())).await?;
        let again = send(inner, &request, &access).await?;
        if again.status() == StatusCode::UNAUTHORIZED {
            // It is not the token that the API dislikes: for a while no refresh follows from its 401.
            inner.note_refused_new_token(account);
        }
        again
    } else {
        answer
    };
    if let Some(step_up) = wanted(&answer) {
        answer.extensions_mut().insert(step_up);
    }
    for name in &KEPT {
        answer.headers_mut().remove(name);
    }
    Ok(answer)
}

/// Sends a request with an access token, and once more where the API wants its nonce in the proof: it has not looked at the request
/// then.
///
/// Spec: RFC 6750 section 2.1, RFC 9449 sections 7.1, 9
async fn send(inner: &Inner, request: &Request<Vec<u8>>, access: &Access) -> Result<Response<Vec<u8>>, Error> {
    let mut tried = false;
    loop {
        let mut request = request.clone();
        access.authorize(inner, &mut request)?;
        let uri = request.uri().clone();
        let answer = inner.transport.send(request, LIMITS).await?;
        if !access.wants_nonce(inner, &uri, &answer) || tried {
            return Ok(answer);
        }
        tried = true;
    }
}

/// What an API wants to have seen of the person's authentication, if it refuses the request for that.
///
/// Spec: RFC 9470 section 3
fn wanted(answer: &Response<Vec<u8>>) -> Option<StepUp> {
    if answer.status() != StatusCode::UNAUTHORIZED {
        return None;
    }
    // RFC 9110 11.1: the names of schemes are case-insensitive; they come in small letters.
    let of_token = |challenge: &&Challenge| ["bearer", "dpop"].contains(&challenge.scheme());
    Challenge::all(answer.headers())
        .iter()
        .filter(of_token)
        .find_map(StepUp::of)
}

/// Whether the URL's origin is on the list: scheme, host and port, compared after one parse.
fn allowed(origins: &[String], url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let plain = url.username().is_empty() && url.password().is_none() && url.host().is_some();
    plain
        && origins
            .iter()
            .any(|origin| Url::parse(origin).is_ok_and(|origin| origin.origin() == url.origin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_origins_get_the_token() {
        let list = ["https://api.example.com".to_owned()];
        for good in ["https://api.example.com/x", "https://API.example.com:443/x?y"] {
            assert!(allowed(&list, good), "{good}");
        }
        let bad = [
            "http://api.example.com/x",
            "https://api.example.com:8443/",
            "https://api.example.com.evil.example/",
            "https://evil.example/?https://api.example.com",
            "https://api.example.com@evil.example/",
            "https://u:p@api.example.com/",
            "/x",
            "",
            "file:///x",
            "data:text/plain,x",
        ];
        for bad in bad {
            assert!(!allowed(&list, bad), "{bad}");
        }
        assert!(!allowed(&[], "https://api.example.com/"));
        assert!(
            !allowed(&["file:///".to_owned()], "file:///etc/passwd"),
            "an origin without a host equals nothing"
        );
    }
}
