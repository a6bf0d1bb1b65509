//! One refresh, from the account's lock to the new record on disk.

use std::sync::Arc;

use doorkey_oidc::dpop::Nonce;
use doorkey_oidc::jose::KeySet;
use doorkey_oidc::provider::{Kind, ProviderMetadata};
use doorkey_oidc::token::{self, ExpectTokens, Renewal, TOKEN_RESPONSE_LIMIT, Tokens};
use doorkey_oidc::{Now, Secret};
use http::{Request, Response};
use tokio::time::Duration;

use super::answer::{self, Answer};
use super::unsaved::{current, keep, keep_mark, save_locked};
use super::{Held, Need, ended, moment};
use crate::Error;
use crate::complete::own_scope_names;
use crate::error::ReauthRequired;
use crate::fresh::fresh;
use crate::inner::Inner;
use crate::journal::{FlowKind, Head, Notes, StepKind};
use crate::nonces::{self, Server};
use crate::person::Proof;
use crate::points::{Point, reach};
use crate::sessions::{AccountId, AskedRest, Record, RefreshReuse, lock_name, revocations};
use crate::transport::{Limits, TransportError};

/// What a refresh may cost.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(20),
    max_bytes: TOKEN_RESPONSE_LIMIT,
};

/// Renews the tokens of an account, if nobody else has.
///
/// Inside the account's lock, across processes: the record is read again, a mark is written, the request is sent, the new
/// tokens are written, and only then is anyone answered. A mark that is found later means that an answer was lost.
///
/// Spec: RFC 6749 section 6, RFC 9700 section 4.14
pub(super) async fn refresh(inner: Arc<Inner>, id: AccountId, need: Need) -> Result<Held, Error> {
    let inner = &inner;
    // Somebody may have failed since the one who began this looked.
    if let Some(error) = inner
        .refreshing
        .rests
        .error(&id, moment(inner), matches!(need, Need::Anew))
    {
        return Err(error);
    }
    let record = current(inner, &id).await?.ok_or_else(ended)?;
    let head = Head::of_account(FlowKind::Refresh, &id, &record.provider, &record.provider_name);
    let notes = inner.journal.lazily(head);
    let renewed = renew(inner, &id, need, record, &notes).await;
    notes.end(renewed.as_ref().map(|_| Some(&id)));
    renewed
}

/// Asks for a new access token, unless there is one meanwhile.
async fn renew(inner: &Arc<Inner>, id: &AccountId, need: Need, record: Record, notes: &Notes) -> Result<Held, Error> {
    // Fetched before the lock is taken, for they may take long and do not depend on it.
    let (metadata, keys) = match known(inner, &record, notes).await {
        Ok(known) => known,
        Err(error) => {
            inner.refreshing.rests.begin(id, moment(inner), &error, None);
            return Err(error);
        }
    };
    drop(record);

    let records = inner.records().await;
    let locked = match records.lock(&lock_name(id)).await {
        Ok(held) => Some(held),
        // Nobody else has this session's refresh token, for it could not be written: there is nobody to lock out.
        Err(Error::StorageFull(_)) if inner.refreshing.unsaved.has(id) => None,
        Err(error) => return Err(error),
    };
    if locked.is_some()
        && let Err(error) = save_locked(inner, id).await
    {
        tracing::debug!(%error, "an account's record still cannot be written");
    }
    // Somebody else may have renewed it, or signed it out, while we waited for the lock.
    let record = current(inner, id).await?.ok_or_else(ended)?;
    if inner.signed_out().contains(id) {
        return Err(ended());
    }
    reach(Point::RefreshLocked);
    let now = inner.clock.now();
    if record.ended {
        inner.index.set(record.account());
        return Err(ended());
    }
    let held = Held::of(&record)?;
    if need.is_met_by(&held, now) {
        inner.index.set(record.account());
        return Ok(held);
    }
    // Another process may have been told to wait, or this one before it was started anew.
    if let Some((error, seconds)) = record.rest.as_ref().and_then(|rest| rest.lasts(now)) {
        inner.refreshing.rests.begin(id, moment(inner), &error, Some(seconds));
        return Err(error);
    }
    let Some(refresh_token) = record.refresh_token.clone().map(Secret::new) else {
        return match need {
            // An API may have reasons of its own to refuse a token that has not expired: that ends no session.
            Need::InsteadOf(_) if held.life.is_good_for(1, now) => {
                Err(Error::ReauthRequired(ReauthRequired::NotRenewable))
            }
            _ if held.life.is_good_for(1, now) => Ok(held),
            _ => Err(end(inner, record, ReauthRequired::NotRenewable).await),
        };
    };
    if !record.may_be_sent(now) {
        return Err(end(inner, record, ReauthRequired::OutcomeUnknown).await);
    }
    exchange(inner, record, &refresh_token, &metadata, keys, notes).await
}

/// Sends the refresh token of a record, with the account's lock held, and writes what comes of it.
async fn exchange(
    inner: &Inner,
    mut record: Record,
    refresh_token: &Secret,
    metadata: &ProviderMetadata,
    keys: KeySet,
    notes: &Notes,
) -> Result<Held, Error> {
    let (id, now) = (record.id(), inner.clock.now());
    let client = record.client()?;
    let (binding, resources) = (record.binding()?, record.resources()?);
    let pair = |nonce: Option<&Nonce>| -> Result<_, Error> {
        let renewal = Renewal {
            metadata,
            client: &client,
            refresh_token,
            scopes: record.allowed.clone(),
            previous: Some(record.previous()),
            resources: &resources,
            binding: binding.clone(),
        };
        Ok(token::refresh_request_with(renewal, &fresh(inner)?, nonce)?)
    };
    let nonce = binding
        .as_ref()
        .and_then(|_| inner.nonces.of(&Server::provider(metadata)));
    let first = pair(nonce.as_ref())?;
    let (_, expect_again) = pair(None)?;

    let before = record.mark(now);
    keep_mark(inner, &record).await?;
    reach(Point::RefreshMarked);
    let (came, read) = send(inner, metadata, first, notes).await;
    let tokens = match read {
        Answer::Tokens(tokens) => *tokens,
        // RFC 6749 5.2: invalid_grant alone says that the grant is over.
        Answer::NoTokens { error, .. } if error.is_invalid_grant() => {
            return Err(end(inner, record, ReauthRequired::Ended).await);
        }
        Answer::NoTokens { error, retry_after } => {
            record.note_no_tokens(before);
            record.rest = retry_after.map(|seconds| AskedRest::new(inner.clock.now(), seconds, &error));
            inner.refreshing.rests.begin(&id, moment(inner), &error, retry_after);
            keep(inner, &record).await;
            return Err(error);
        }
        Answer::NotSent(error) => {
            record.unmark(before);
            inner.refreshing.rests.begin(&id, moment(inner), &error, None);
            keep(inner, &record).await;
            return Err(error);
        }
        Answer::Unknown(error) => return Err(unknown(inner, &record, error)),
    };
    // From here on the provider has given out new tokens. If they cannot be verified, the mark stays: the old refresh token
    // may be spent, and sending it again would look like theft.
    let verified = verify(inner, metadata, keys, tokens, &came, expect_again, notes).await;
    let (tokens, ahead) = match verified {
        Ok(verified) => verified,
        Err(error) => return Err(unknown(inner, &record, error)),
    };
    reach(Point::RefreshVerified);
    tokens.renew(&mut record, inner.clock.now());
    // The lifetime counts from now by this clock, wrong as it may be.
    record.access_expires_at = record.access_expires_at.map(|at| at.saturating_add(ahead));
    record.allowed = own_scope_names(inner, &record.provider, tokens.scopes());
    let step = notes.open(StepKind::AccountStored);
    if !keep(inner, &record).await {
        // The session stays dead, and these tokens die with it.
        revocations::revoke_late(inner, &record).await;
        return step.close(Err(ended()));
    }
    step.done();
    reach(Point::RefreshWritten);
    inner.refreshing.rests.end(&id);
    Held::of(&record)
}

/// Sends the request, and once more where the server wants its nonce in the proof: it has not looked at the refresh token then. The mark
/// that was written stays for both, for whoever finds it cannot know which of them was the last.
///
/// Spec: RFC 6749 section 6, RFC 9449 section 8
async fn send(
    inner: &Inner,
    metadata: &ProviderMetadata,
    first: (Request<Vec<u8>>, ExpectTokens),
    notes: &Notes,
) -> (Result<Response<Vec<u8>>, TransportError>, Answer) {
    let (mut request, mut expect) = first;
    loop {
        let mut step = notes.open(StepKind::Refresh);
        step.sends(&request);
        // The refresh token is spent by being sent: a connection that died unnoticed would take the session with it.
        let came = inner.transport.send_apart(request, LIMITS).await;
        reach(Point::RefreshAnswered);
        let fault = came.as_ref().err().map(|error| Error::from(*error));
        step.answered(came.as_ref().map_err(|_| fault.as_ref().unwrap_or(&Error::Offline)));
        if let Ok(answer) = &came {
            inner.nonces.note(Server::provider(metadata), answer.headers());
        }
        let retry = match answer::read(&came, expect, inner.clock.now(), step.trail()) {
            Ok(read) => {
                let _ = step.close(read.outcome());
                return (came, read);
            }
            Err(retry) => retry,
        };
        step.put_off(&nonces::wanted());
        // Its own answer leads here no more, so there is no third request.
        match fresh(inner).and_then(|fresh| Ok(retry.token_request(&fresh)?)) {
            Ok(second) => (request, expect) = second,
            Err(error) => return (came, Answer::NotSent(error)),
        }
    }
}

/// What must be known of the provider before anything is sent to it.
async fn known(inner: &Inner, record: &Record, notes: &Notes) -> Result<(ProviderMetadata, KeySet), Error> {
    let metadata = inner.known.metadata(&record.issuer()?, Some(notes)).await?;
    let keys = inner.known.keys(&metadata, Some(notes)).await?;
    Ok((metadata, keys))
}

/// Verifies tokens that came; with them, by how many seconds this computer's clock is ahead, where that had to be known.
async fn verify(
    inner: &Inner,
    metadata: &ProviderMetadata,
    keys: KeySet,
    tokens: Tokens,
    came: &Result<Response<Vec<u8>>, TransportError>,
    again: ExpectTokens,
    notes: &Notes,
) -> Result<(Proof, i64), Error> {
    if metadata.kind == Kind::AuthorizationServer {
        // There is no ID Token, and nothing steps up from unverified to verified.
        return Ok((Proof::Unverified(Box::new(tokens.unverified(inner.clock.now())?)), 0));
    }
    let keys = if tokens.key_is_in(&keys) {
        keys
    } else {
        inner.known.newer_keys(metadata, Some(notes)).await?
    };
    let now = inner.clock.now();
    let mut step = notes.open(StepKind::IdTokenVerified);
    match (tokens.verify_with(&keys, now, step.trail()), came) {
        // Only the time does not fit, and the provider's own clock says that it is ours that is wrong. The old refresh token is
        // spent: to refuse the new ones would sign everybody out whose clock is. OIDC Core 12.2 wants the claims to be about the
        // same person and 3.1.3.7 wants them to be fresh: they are held to it by the clock of the one who issued them.
        (Err(error @ doorkey_oidc::Error::ClockWrong { ahead_seconds }), Ok(answer)) => {
            tracing::warn!(ahead_seconds, "this computer's clock is wrong");
            // A step of its own, for the next one is judged by another clock.
            let _ = step.close(Err::<(), _>(error));
            let theirs = Now(now.0.saturating_sub(ahead_seconds));
            let tokens = again.receive(answer)?;
            let mut step = notes.open(StepKind::IdTokenVerified);
            let verified = tokens.verify_with(&keys, theirs, step.trail());
            Ok((Proof::Verified(Box::new(step.close(verified)?)), ahead_seconds))
        }
        (verified, _) => Ok((Proof::Verified(Box::new(step.close(verified)?)), 0)),
    }
}

/// Nobody knows whether the refresh token is spent. The mark stays on disk, and the next one who comes sees it.
fn unknown(inner: &Inner, record: &Record, error: Error) -> Error {
    // Where it is not sent again there is nothing to rest from.
    if record.reuse != RefreshReuse::Refused {
        inner.refreshing.rests.begin(&record.id(), moment(inner), &error, None);
    }
    error
}

/// Ends the session and says why.
async fn end(inner: &Inner, mut record: Record, reason: ReauthRequired) -> Error {
    record.end();
    keep(inner, &record).await;
    inner.refreshing.rests.end(&record.id());
    Error::ReauthRequired(reason)
}
