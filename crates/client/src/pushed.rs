//! An authorization request that is handed to the provider first, so that the browser carries only a name for it.

use doorkey_oidc::authorization::{Further, Randomness, Request};
use doorkey_oidc::par::{self, PUSHED_RESPONSE_LIMIT, Pushed, Received};
use tokio::time::Duration;

use crate::Error;
use crate::fresh::fresh;
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::nonces::{self, Server};
use crate::transport::Limits;

/// What a pushed request may cost.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(20),
    max_bytes: PUSHED_RESPONSE_LIMIT,
};

/// Pushes a request, and once more where the server wants its nonce in the proof; the answer to that leads here no more.
///
/// Errors: those of [`par::push`] and of its answer, and the state of the world.
///
/// Spec: RFC 9126 section 2, RFC 9449 sections 8, 10.1
pub(crate) async fn push(
    inner: &Inner,
    asked: Request,
    further: Further,
    random: &Randomness,
    notes: &Notes,
) -> Result<Pushed, Error> {
    let server = Server::provider(&asked.metadata);
    let mut step = notes.open(StepKind::PushedRequest);
    let nonce = further.binding.as_ref().and_then(|_| inner.nonces.of(&server));
    let made = fresh(inner).and_then(|fresh| Ok(par::push_with(asked, further, random, &fresh, nonce.as_ref())?));
    let (mut request, mut expect) = step.heed(made)?;
    loop {
        step.sends(&request);
        let answer = inner.transport.send(request, LIMITS).await.map_err(Error::from);
        step.answered(answer.as_ref());
        let answer = step.heed(answer)?;
        inner.nonces.note(server.clone(), answer.headers());
        let received = expect.receive(&answer, inner.clock.now(), step.trail());
        match step.heed(received)? {
            Received::Pushed(pushed) => {
                step.done();
                return Ok(pushed);
            }
            Received::NonceWanted(retry) => {
                step.put_off(&nonces::wanted());
                (request, expect) = retry.request(&fresh(inner)?)?;
                step = notes.open(StepKind::PushedRequest);
            }
        }
    }
}
