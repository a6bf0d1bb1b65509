//! A server that wants its nonce in the proof refuses the first request, which is then made once more.
//!
//! Spec: RFC 9449 section 8

use super::{ExpectTokens, Expectation, Sending, Tokens};
use crate::client::Fresh;
use crate::dpop::Nonce;
use crate::error::{Error, ErrorCode};
use crate::trail::Trail;

/// What a token request came to.
#[derive(Debug)]
pub enum Received {
    /// Tokens.
    Tokens(Tokens),
    /// The server wants its nonce in the proof.
    NonceWanted(NonceRetry),
}

/// The same request once more, with the server's nonce. The server has not looked at the code, so it is not spent.
///
/// It can be made once: the answer to it leads to tokens or to an error, and never here again.
///
/// ```compile_fail
/// # use doorkey_oidc::{client::Fresh, token::NonceRetry};
/// fn twice(retry: NonceRetry, fresh: &Fresh) {
///     let _ = retry.token_request(fresh);
///     let _ = retry.token_request(fresh); // once
/// }
/// ```
#[derive(Debug)]
pub struct NonceRetry {
    sending: Box<Sending>,
    expectation: Expectation,
    nonce: Nonce,
}

impl NonceRetry {
    /// The nonce: also for the next request to this server.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// The request, and the stage that waits for its answer. `fresh` is another one than that of the first request.
    ///
    /// Errors: those of [`super::CodeGrant::token_request_with`].
    ///
    /// Spec: RFC 9449 section 8
    pub fn token_request(self, fresh: &Fresh) -> Result<(http::Request<Vec<u8>>, ExpectTokens), Error> {
        let bound = self.expectation.bound.as_ref();
        let request = self.sending.request(bound, Some(fresh), Some(&self.nonce))?;
        let expect = ExpectTokens {
            expectation: self.expectation,
            again: None,
        };
        Ok((request, expect))
    }
}

impl ExpectTokens {
    /// Reads the answer, which may be that the server wants its nonce.
    ///
    /// Errors: those of [`ExpectTokens::receive`].
    ///
    /// Spec: RFC 6749 sections 5.1, 5.2; RFC 9449 section 8
    pub fn receive_or_retry(self, answer: &http::Response<Vec<u8>>, trail: &mut Trail) -> Result<Received, Error> {
        let Self { expectation, again } = self;
        let map = match expectation.read(answer, trail) {
            Ok(map) => map,
            Err(error) => {
                return match (again, nonce_wanted(&error, answer)) {
                    (Some(sending), Some(nonce)) => Ok(Received::NonceWanted(NonceRetry {
                        sending,
                        expectation,
                        nonce,
                    })),
                    _ => Err(error),
                };
            }
        };
        expectation.tokens(map, answer, trail).map(Received::Tokens)
    }
}

/// RFC 9449 8: the error `use_dpop_nonce` with the nonce beside it. Without a usable one it is an error like any other.
pub(crate) fn nonce_wanted(error: &Error, answer: &http::Response<Vec<u8>>) -> Option<Nonce> {
    let wanted = matches!(error, Error::Refused(refusal) if refusal.code == ErrorCode::UseDpopNonce);
    wanted.then(|| Nonce::of_answer(answer.headers())).flatten()
}
