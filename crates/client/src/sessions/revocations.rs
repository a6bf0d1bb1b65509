//! Revocations that are still to be delivered: sealed like everything else, sent when they can be, given up after a week.
//!
//! Whoever sends one first writes down, in the short time that it holds the queue's lock, that nobody else shall for a while. So no
//! lock is held while the provider is asked, two processes do not both send, and what a killed process was about to send is sent
//! by the next one. Sent twice does no harm: a token that is revoked already is answered with 200 (RFC 7009 section 2.2).

mod queued;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use doorkey_oidc::client::Client;
use doorkey_oidc::provider::ProviderMetadata;
use doorkey_oidc::revocation::{self, REVOCATION_LIMIT, TokenTypeHint};
use doorkey_oidc::{Secret, Unsupported};
use rand::RngExt as _;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant};
use zeroize::Zeroizing;

use self::queued::{Hint, LEASE, Queued, Token};
use super::Record;
use crate::Error;
use crate::client::Event;
use crate::error::Damage;
use crate::fresh::fresh;
use crate::inner::Inner;
use crate::journal::{FlowKind, Head, Notes, OpenStep, StepKind};
use crate::points::{Point, reach};
use crate::records::{Held, name};
use crate::retry_after::retry_after;
use crate::transport::Limits;
use crate::vault::RecordKind;

/// How long the provider may take for all tokens of one revocation.
const DEADLINE: Duration = Duration::from_secs(8);
/// How many are sent at a time.
const AT_ONCE: usize = 8;
/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(15);
/// The lock that is held while one is claimed or put back.
const LOCK: &str = "revocations";

/// What became of the tokens at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// The provider says that they are revoked.
    Revoked,
    /// The provider could not be reached or was busy. It is asked again, also after a restart.
    Queued {
        /// When, in seconds since 1970.
        next_try_at: i64,
    },
    /// The provider has no way to revoke them.
    Unsupported,
    /// There was nothing to revoke, or nothing that could be read.
    NothingToRevoke,
    /// The provider refused for good: it does not know the client, say. It is not asked again.
    Refused,
}

/// What is kept of the queue beside its records.
#[derive(Default)]
pub(crate) struct RevocationQueue {
    turn: tokio::sync::Mutex<()>,
    /// Those that could not be sealed, on a full disk say: they are tried until the program ends.
    unsealed: Mutex<HashMap<String, Zeroizing<Vec<u8>>>>,
    /// The delivery that begins with the client.
    first: Mutex<Option<tokio::task::JoinHandle<usize>>>,
}

impl RevocationQueue {
    fn first(&self) -> std::sync::MutexGuard<'_, Option<tokio::task::JoinHandle<usize>>> {
        self.first.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Begins to send what is due. Nobody waits for a provider before the window is there.
pub(crate) fn begin(inner: &Arc<Inner>) {
    let sending = inner.clone();
    let task = tokio::spawn(async move { deliver_due(&sending, false).await });
    *inner.revocations.first() = Some(task);
}

/// Sends what is due, after what [`begin`] has taken to send. How many are still to be delivered then.
pub(crate) async fn deliver_now(inner: &Arc<Inner>) -> usize {
    let first = inner.revocations.first().take();
    if let Some(first) = first {
        let _ = first.await;
    }
    deliver_due(inner, false).await
}

/// A revocation that was queued by this process, which is the one to send it now.
pub(crate) struct Ticket {
    id: String,
}

/// Queues what an account still holds. `None` if that is nothing.
///
/// When this returns it is sealed; where that failed it is in memory, and a warning says so: a sign-out never waits for it.
pub(crate) async fn enqueue(inner: &Inner, record: &Record) -> Option<Ticket> {
    let queued = Queued::of(record, inner.clock.now())?;
    let id = format!("{:032x}", rand::rng().random::<u128>());
    put(inner, &id, &queued).await;
    inner.tell(Event::Revocations);
    Some(Ticket { id })
}

/// Sends what was just queued.
pub(crate) async fn deliver(inner: &Inner, ticket: &Ticket, notes: &Notes) -> Revocation {
    let now = inner.clock.now().0;
    match get(inner, &ticket.id).await {
        Some(queued) => send(inner, &ticket.id, queued, notes).await,
        // It cannot be read back yet: whoever can will send it.
        None => {
            notes
                .open(StepKind::Revocation)
                .put_off(&Error::VaultDamaged(Damage::RecordUnreadable));
            Revocation::Queued {
                next_try_at: now + LEASE,
            }
        }
    }
}

/// Revokes tokens that came for an account after it was signed out, or queues that.
pub(crate) async fn revoke_late(inner: &Inner, record: &Record) {
    if let Some(ticket) = enqueue(inner, record).await {
        let head = Head::of_account(FlowKind::SignOut, &record.id(), &record.provider, &record.provider_name);
        let notes = inner.journal.lazily(head);
        let revocation = deliver(inner, &ticket, &notes).await;
        notes.end(Ok(None));
        tracing::info!(?revocation, "tokens came for an account that was signed out");
    }
}

/// How many are still to be delivered.
pub(crate) async fn pending(inner: &Inner) -> usize {
    ids(inner).await.len()
}

/// Finishes the sign-outs of a process that ended between queueing the revocation and removing the account.
pub(crate) async fn finish_interrupted_sign_outs(inner: &Arc<Inner>) {
    for id in ids(inner).await {
        if let Some(queued) = get(inner, &id).await {
            finish_sign_out(inner, &queued).await;
        }
    }
}

async fn finish_sign_out(inner: &Arc<Inner>, queued: &Queued) {
    let known = super::read(inner.records().await, &queued.account).await;
    if let Ok(Some(record)) = known
        && queued.is_of(&record)
    {
        super::sign_out::resume(inner, &record);
    }
}

/// Sends those whose time has come; with `at_once` all. How many are still to be delivered then.
pub(crate) async fn deliver_due(inner: &Arc<Inner>, at_once: bool) -> usize {
    let ids = ids(inner).await;
    if ids.is_empty() {
        return 0;
    }
    let mut sending = JoinSet::new();
    for id in ids {
        if sending.len() >= AT_ONCE {
            let _ = sending.join_next().await;
        }
        let inner = inner.clone();
        sending.spawn(async move {
            if let Some(queued) = claim(&inner, &id, at_once).await {
                finish_sign_out(&inner, &queued).await;
                let head = Head::of_account(FlowKind::SignOut, &queued.account, "", queued.issuer_text());
                let notes = inner.journal.lazily(head);
                send(&inner, &id, queued, &notes).await;
                notes.end(Ok(None));
            }
        });
    }
    while sending.join_next().await.is_some() {}
    let left = pending(inner).await;
    // The key was kept for them.
    if left == 0
        && inner.index.is_empty()
        && let Err(error) = inner.forget_flows_and_key().await
    {
        tracing::warn!(%error, "a key that nothing needs could not be deleted");
    }
    left
}

/// Sends what is due and finishes sign-outs that could not be finished, until the client is dropped.
pub(crate) async fn keep_delivering(inner: &std::sync::Weak<Inner>) {
    loop {
        let jitter = rand::rng().random_range(0.8..1.2);
        tokio::time::sleep(LOOK.mul_f64(jitter)).await;
        let Some(inner) = inner.upgrade() else { return };
        super::sign_out::finish_all(&inner).await;
        deliver_due(&inner, false).await;
    }
}

/// Takes one to send it: of all the processes and tasks that look, one gets it.
async fn claim(inner: &Inner, id: &str, at_once: bool) -> Option<Queued> {
    let _turn = turn(inner).await?;
    let mut queued = get(inner, id).await?;
    let now = inner.clock.now();
    if queued.is_past(now) {
        tracing::warn!(tries = queued.tries, "a revocation was given up");
        delete(inner, id).await;
        return None;
    }
    if !at_once && !queued.is_due(now) {
        return None;
    }
    queued.next_try_at = now.0 + LEASE;
    put(inner, id, &queued).await;
    Some(queued)
}

/// What the provider says to one token.
enum Answer {
    Revoked,
    Unsupported,
    Refused,
    /// Nothing that settles it. How long it asks to be left alone, in seconds.
    Later(Option<i64>),
}

/// Sends one that is ours to send, and keeps what is left of it.
async fn send(inner: &Inner, id: &str, mut queued: Queued, notes: &Notes) -> Revocation {
    let (outcome, left) = ask(inner, &mut queued, notes).await;
    reach(Point::SignOutRevoked);
    let now = inner.clock.now();
    let _turn = turn(inner).await;
    let told = match outcome {
        Answer::Later(asked_for) => {
            queued.rest(asked_for, now);
            let next_try_at = queued.next_try_at;
            // Somebody else may have delivered it, if this took longer than anything should.
            if get(inner, id).await.is_some() {
                put(inner, id, &queued).await;
            }
            tracing::info!(left, next_try_at, "a revocation is tried again later");
            Revocation::Queued { next_try_at }
        }
        Answer::Revoked => Revocation::Revoked,
        Answer::Unsupported => Revocation::Unsupported,
        Answer::Refused => {
            tracing::warn!("a revocation was refused for good");
            Revocation::Refused
        }
    };
    if !matches!(told, Revocation::Queued { .. }) {
        delete(inner, id).await;
        reach(Point::SignOutDelivered);
    }
    inner.tell(Event::Revocations);
    told
}

/// Asks the provider about each token in turn. What is settled is taken out of `queued`; how many are left.
async fn ask(inner: &Inner, queued: &mut Queued, notes: &Notes) -> (Answer, usize) {
    let give_up = Instant::now() + DEADLINE;
    let prepared = async {
        let metadata = inner.known.metadata(&queued.issuer()?, Some(notes)).await?;
        Ok((metadata, queued.client()?))
    };
    let (metadata, client) = match tokio::time::timeout_at(give_up, prepared).await {
        Ok(Ok(prepared)) => prepared,
        Ok(Err(error)) => return (settle(notes.open(StepKind::Revocation), &error), queued.tokens.len()),
        Err(_) => {
            return (
                settle(notes.open(StepKind::Revocation), &Error::TimedOut),
                queued.tokens.len(),
            );
        }
    };
    let mut first = None;
    while let Some(token) = queued.tokens.first() {
        match ask_about(inner, &metadata, &client, token, give_up, notes).await {
            settled @ (Answer::Revoked | Answer::Unsupported) => {
                queued.tokens.remove(0);
                // The refresh token's is the answer that counts: without it no access token lives for long.
                first.get_or_insert(settled);
            }
            // It is about the client, so the other token would be refused too.
            unsettled => return (unsettled, queued.tokens.len()),
        }
    }
    (first.unwrap_or(Answer::Revoked), 0)
}

async fn ask_about(
    inner: &Inner,
    metadata: &ProviderMetadata,
    client: &Client,
    token: &Token,
    give_up: Instant,
    notes: &Notes,
) -> Answer {
    let hint = match token.hint {
        Hint::AccessToken => TokenTypeHint::AccessToken,
        Hint::RefreshToken => TokenTypeHint::RefreshToken,
    };
    let token = Secret::new(token.token.clone());
    let mut step = notes.open(StepKind::Revocation);
    let request = fresh(inner).and_then(|fresh| {
        let request = revocation::request_with(metadata, client, &token, hint, &fresh);
        Ok(request?)
    });
    let request = match request {
        Ok(request) => request,
        Err(error) => return settle(step, &error),
    };
    step.sends(&request);
    let limits = Limits {
        deadline: DEADLINE,
        max_bytes: REVOCATION_LIMIT,
    };
    let answer = match tokio::time::timeout_at(give_up, inner.transport.send(request, limits)).await {
        Ok(answer) => answer.map_err(Error::from),
        Err(_) => Err(Error::TimedOut),
    };
    step.answered(answer.as_ref());
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return settle(step, &error),
    };
    match revocation::receive_with(&answer, step.trail()) {
        Ok(()) => {
            step.done();
            Answer::Revoked
        }
        Err(error) => match settle(step, &error.into()) {
            Answer::Later(_) => Answer::Later(retry_after(&answer, inner.clock.now())),
            settled => settled,
        },
    }
}

/// Closes a step by what its error means for the token: it is put off, or it failed.
fn settle(mut step: OpenStep, error: &Error) -> Answer {
    let answer = judge(error);
    if matches!(answer, Answer::Later(_)) {
        step.put_off(error);
    } else {
        let _ = step.heed(Err::<(), _>(error.clone()));
    }
    answer
}

/// What follows from an error. Only what the provider states in the standard's form settles anything. A redirect settles
/// nothing and is not followed: RFC 7009 knows none, the token would be shown to somebody else, and it may come from a network that
/// wants to be signed in to first. The endpoint that a moved provider names in its metadata is asked next time.
fn judge(error: &Error) -> Answer {
    match error {
        Error::Unsupported(Unsupported::Revocation) => Answer::Unsupported,
        Error::Refused(_) | Error::Misconfigured(_) => Answer::Refused,
        _ => Answer::Later(None),
    }
}

/// Waits for the queue's lock; `None` when another process has held it for longer than anybody should.
async fn turn(inner: &Inner) -> Option<(tokio::sync::MutexGuard<'_, ()>, Option<Held>)> {
    let turn = inner.revocations.turn.lock().await;
    let records = inner.records().await;
    if !records.survive().await {
        // No other process sees these.
        return Some((turn, None));
    }
    match records.lock(LOCK).await {
        Ok(held) => Some((turn, Some(held))),
        Err(Error::AlreadyInProgress) => None,
        // A folder that cannot be written has no lock to offer. Sent twice is better than not sent.
        Err(_) => Some((turn, None)),
    }
}

impl RevocationQueue {
    fn unsealed(&self) -> MutexGuard<'_, HashMap<String, Zeroizing<Vec<u8>>>> {
        self.unsealed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what is in memory of it.
    pub(crate) fn clear(&self) {
        self.unsealed().clear();
    }
}

async fn ids(inner: &Inner) -> BTreeSet<String> {
    let sealed = inner.records().await.list(RecordKind::Revocation).await;
    let sealed = sealed.unwrap_or_else(|error| {
        tracing::warn!(%error, "the revocations that wait could not be listed");
        Vec::new()
    });
    let mut ids: BTreeSet<String> = sealed.iter().map(|name| name.id().to_owned()).collect();
    ids.extend(inner.revocations.unsealed().keys().cloned());
    ids
}

async fn get(inner: &Inner, id: &str) -> Option<Queued> {
    let unsealed = inner.revocations.unsealed().get(id).cloned();
    let found = match unsealed {
        Some(bytes) => Ok(Some(bytes)),
        None => match name(RecordKind::Revocation, id) {
            Ok(name) => inner.records().await.get(&name).await,
            Err(error) => Err(error),
        },
    };
    match found.and_then(|bytes| bytes.map(|bytes| Queued::from_bytes(&bytes)).transpose()) {
        Ok(queued) => queued,
        Err(error) => {
            tracing::warn!(%error, "a revocation that waits could not be read");
            None
        }
    }
}

async fn put(inner: &Inner, id: &str, queued: &Queued) {
    let bytes = Zeroizing::new(serde_json::to_vec(queued).expect("a struct of strings and numbers is always JSON"));
    let sealed = match name(RecordKind::Revocation, id) {
        Ok(name) => inner.records().await.put(&name, &bytes).await,
        Err(error) => Err(error),
    };
    let mut unsealed = inner.revocations.unsealed();
    match sealed {
        Ok(()) => {
            unsealed.remove(id);
        }
        Err(error) => {
            tracing::warn!(%error, "a revocation could not be sealed; it is tried until the program ends");
            unsealed.insert(id.to_owned(), bytes);
        }
    }
}

async fn delete(inner: &Inner, id: &str) {
    inner.revocations.unsealed().remove(id);
    let Ok(name) = name(RecordKind::Revocation, id) else {
        return;
    };
    if let Err(error) = inner.records().await.delete_or_strike_out(&name).await {
        tracing::warn!(%error, "a revocation that was delivered could not be removed");
    }
}
