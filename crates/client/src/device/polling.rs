//! Asking until the person has entered the code, no faster than the provider wants, and what the last answer brings.
//!
//! Spec: RFC 8628 sections 3.4, 3.5

use std::sync::Arc;

use doorkey_oidc::device::{ExpectDevice, ExpectPoll, NextPoll, Polled};
use doorkey_oidc::token::TOKEN_RESPONSE_LIMIT;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Duration, sleep};

use super::Attempt;
use super::lapse::Lapse;
use crate::Error;
use crate::arrived::{Came, store};
use crate::client::Event;
use crate::flow::Stage;
use crate::fresh::fresh_at;
use crate::inner::Inner;
use crate::journal::{Notes, OpenStep, StepKind};
use crate::sessions::AccountId;
use crate::transport::{Limits, TransportError};

/// What one answer may take and be: that of a token request, for it may be the one with the tokens.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(30),
    max_bytes: TOKEN_RESPONSE_LIMIT,
};
/// How often it is looked whether it is time, for a computer that slept wakes up in the middle of a pause.
const LOOK: Duration = Duration::from_millis(400);

/// Asks until it is over.
///
/// Errors: `Refused(ExpiredToken)` once the code has ended here. What the provider says is told by the flow.
pub(super) async fn poll(
    inner: &Arc<Inner>,
    attempt: Attempt,
    expect: ExpectDevice,
    lapse: Lapse,
    stop: &Notify,
    notes: &Notes,
) -> Result<(), Error> {
    let attempt = Arc::new(attempt);
    let mut waiting = Waiting {
        expect,
        lapse,
        // One step for all of them: somebody who takes their time is no list of a hundred requests.
        step: notes.open(StepKind::DevicePolling),
    };
    loop {
        let next = waiting.expect.next_poll_at().min(waiting.expect.expires_at());
        tokio::select! {
            () = reached(&mut waiting.lapse, next) => {}
            () = stop.notified() => return Ok(()),
        }
        let Waiting {
            expect,
            mut lapse,
            mut step,
        } = waiting;
        let fresh = step.heed(fresh_at(lapse.now()))?;
        let (request, expect) = match step.heed(expect.poll(&fresh))? {
            NextPoll::Ask(request, expect) => (request, expect),
            NextPoll::Wait(expect) => {
                waiting = Waiting { expect, lapse, step };
                continue;
            }
        };
        step.asks_again();
        step.sends(&request);
        let (answered, mut answer) = oneshot::channel();
        // On its own, to its end: an answer that brings tokens comes once, and a cancel must not lose them.
        let asking = tokio::spawn({
            let (inner, attempt, notes) = (inner.clone(), attempt.clone(), notes.clone());
            async move {
                let waiting = ask(&inner, &attempt, request, expect, (lapse, step), &notes).await;
                // Nobody waits any more, if it was cancelled meanwhile.
                let _ = answered.send(waiting);
            }
        });
        let pending = tokio::select! {
            pending = &mut answer => pending,
            () = stop.notified() => {
                // Nothing more is asked. A program that ends now may still wait for what is on its way.
                inner.note_closing(asking);
                return Ok(());
            }
        };
        match pending {
            Ok(Some(pending)) => waiting = pending,
            // It is over, and the flow says how.
            Ok(None) | Err(_) => return Ok(()),
        }
    }
}

/// A person who has not answered yet.
struct Waiting {
    expect: ExpectDevice,
    lapse: Lapse,
    step: OpenStep,
}

/// Returns once this time has come.
async fn reached(lapse: &mut Lapse, time: doorkey_oidc::Now) {
    while lapse.now() < time {
        sleep(LOOK).await;
    }
}

/// What one request came to.
#[expect(
    clippy::large_enum_variant,
    reason = "one of them exists at a time, and it is taken apart at once"
)]
enum Asked {
    Pending(Waiting),
    SignedIn(AccountId),
}

/// One request and its answer. `None` when it is over: then everyone was told how.
async fn ask(
    inner: &Arc<Inner>,
    attempt: &Attempt,
    request: http::Request<Vec<u8>>,
    expect: ExpectPoll,
    waiting: (Lapse, OpenStep),
    notes: &Notes,
) -> Option<Waiting> {
    let result = match exchange(inner, attempt, request, expect, waiting, notes).await {
        Ok(Asked::Pending(waiting)) => return Some(waiting),
        Ok(Asked::SignedIn(account)) => Ok(account),
        Err(error) => Err(error),
    };
    finish(inner, attempt, result);
    None
}

/// Sends one request, and takes its answer as far as that goes: to the account on disk, if it brings tokens.
async fn exchange(
    inner: &Arc<Inner>,
    attempt: &Attempt,
    request: http::Request<Vec<u8>>,
    expect: ExpectPoll,
    (mut lapse, mut step): (Lapse, OpenStep),
    notes: &Notes,
) -> Result<Asked, Error> {
    let answer = match inner.transport.send(request, LIMITS).await {
        Err(error) if passes(error) => {
            // RFC 8628 3.5: after a failure of the connection the client asks less often by itself.
            let expect = expect.connection_failed(lapse.now());
            return Ok(Asked::Pending(Waiting { expect, lapse, step }));
        }
        answer => answer.map_err(Error::from),
    };
    step.answered(answer.as_ref());
    let now = lapse.now();
    let polled = answer.and_then(|answer| Ok(expect.receive(&answer, now, step.trail())?));
    let tokens = match step.heed(polled)? {
        Polled::Pending(expect) => return Ok(Asked::Pending(Waiting { expect, lapse, step })),
        Polled::Tokens(tokens) => tokens,
    };
    step.done();
    inner.set_stage(&attempt.shown.flow, Stage::Completing);
    let came = Came {
        shown: attempt.shown.clone(),
        metadata: attempt.metadata.clone(),
        client: attempt.registration.client()?,
        resources: attempt.resources.clone(),
        // There was no authorization request that could have carried one.
        nonce: None,
        tokens,
        keys: inner.known.keys(&attempt.metadata, Some(notes)).await,
    };
    store(inner, came, notes).await.map(Asked::SignedIn)
}

/// Whether it may be over by itself: the network is away for a moment, or the provider is slow.
fn passes(error: TransportError) -> bool {
    match error {
        TransportError::Offline
        | TransportError::TimedOut { .. }
        | TransportError::TurnedAway
        | TransportError::OutcomeUnknown => true,
        TransportError::Unusable
        | TransportError::InsecureUrl
        | TransportError::TlsFailed(_)
        | TransportError::RedirectRefused { .. }
        | TransportError::TooLarge { .. }
        | TransportError::ProxyAuthRequired
        | TransportError::Malformed => false,
    }
}

/// Tells everyone what became of it. A sign-in that was cancelled meanwhile is not shown any more; an account that it brought is.
fn finish(inner: &Inner, attempt: &Attempt, result: Result<AccountId, Error>) {
    let stage = match result {
        Ok(account) => Stage::SignedIn(account),
        Err(error) => {
            tracing::info!(%error, "a sign-in by code failed");
            Stage::Failed(error)
        }
    };
    let came = matches!(stage, Stage::SignedIn(_));
    let shown = inner.set_stage(&attempt.shown.flow, stage);
    if came {
        inner.tell_accounts();
    }
    if shown {
        inner.tell(Event::Returned);
    }
}
