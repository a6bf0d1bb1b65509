//! A code becomes tokens: one request, and once more where the server wants its nonce in the proof.

use doorkey_oidc::provider::ProviderMetadata;
use doorkey_oidc::token::{ExpectTokens, Received, TOKEN_RESPONSE_LIMIT, Tokens};
use http::Request;
use tokio::time::Duration;

use crate::Error;
use crate::error::FlowLost;
use crate::fresh::fresh;
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::nonces::{self, Server};
use crate::transport::{Limits, TransportError};

/// What the exchange of a code may cost.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(30),
    max_bytes: TOKEN_RESPONSE_LIMIT,
};

/// Sends the token request of a code. A server that wants its nonce in the proof has not looked at the code, so it is sent once more;
/// the answer to that leads to tokens or to an error, and never to a third request.
///
/// Spec: RFC 6749 section 4.1.3, RFC 9449 section 8
pub(crate) async fn exchange(
    inner: &Inner,
    metadata: &ProviderMetadata,
    first: (Request<Vec<u8>>, ExpectTokens),
    notes: &Notes,
) -> Result<Tokens, Error> {
    let (mut request, mut expect) = first;
    loop {
        let mut step = notes.open(StepKind::CodeExchange);
        step.sends(&request);
        let answer = inner
            .transport
            .send(request, LIMITS)
            .await
            .map_err(|error| match error {
                // The code may have been used up: it is not sent again, and the person starts anew.
                TransportError::OutcomeUnknown => Error::FlowLost(FlowLost::ExchangeOutcomeUnknown),
                other => other.into(),
            });
        step.answered(answer.as_ref());
        let answer = step.heed(answer)?;
        inner.nonces.note(Server::provider(metadata), answer.headers());
        let received = expect.receive_or_retry(&answer, step.trail());
        match step.heed(received)? {
            Received::Tokens(tokens) => {
                step.done();
                return Ok(tokens);
            }
            Received::NonceWanted(retry) => {
                step.put_off(&nonces::wanted());
                (request, expect) = retry.token_request(&fresh(inner)?)?;
            }
        }
    }
}
