//! An access token that is good now: the one that is held, or a new one, asked for once however many want it.

mod answer;
mod flights;
mod mark;
mod rests;
mod unsaved;

use std::sync::Arc;

use doorkey_oidc::jose::KeySet;
use doorkey_oidc::provider::ProviderMetadata;
use doorkey_oidc::token::{self, ExpectTokens, SignedIn, TOKEN_RESPONSE_LIMIT, Tokens};
use doorkey_oidc::{Now, Secret};
use http::Response;
use tokio::time::Duration;

use self::answer::Answer;
use self::flights::Flights;
use self::rests::{Moment, Rests};
use self::unsaved::{Unsaved, keep, save_locked};
pub(crate) use self::unsaved::{current, save, save_soon};
use super::life::Life;
use super::{AccountId, Record, RefreshReuse, lock_name, read, sign_out, write};
use crate::Error;
use crate::complete::own_scope_names;
use crate::error::ReauthRequired;
use crate::inner::Inner;
use crate::points::{Point, reach};
use crate::transport::{Limits, TransportError};

/// What a refresh may cost.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(20),
    max_bytes: TOKEN_RESPONSE_LIMIT,
};

/// What this process remembers of refreshes.
#[derive(Default)]
pub(crate) struct Refreshing {
    /// Records that are being read.
    looks: Flights<Result<Held, Error>>,
    /// Refreshes that are under way.
    sends: Flights<Result<Held, Error>>,
    rests: Rests,
    pub(crate) unsaved: Unsaved,
}

impl Refreshing {
    /// The session is another one, or none: nothing that was remembered of it counts.
    pub(crate) fn forget(&self, id: &AccountId) {
        self.rests.end(id);
        self.unsaved.forget(id);
    }
}

/// What an access token is needed for.
#[derive(Debug)]
pub(crate) enum Need {
    /// It must be good for so many seconds more.
    ValidFor(i64),
    /// It must be another than this one, which an API refused.
    InsteadOf(Secret),
    /// It must be a new one: a person asked for it.
    Anew,
}

impl Need {
    fn is_met_by(&self, held: &Held, now: Now) -> bool {
        let newest = held.life.has_just_come(now);
        match self {
            Self::ValidFor(seconds) => newest || held.life.is_good_for(*seconds, now),
            // Exposed to be compared.
            Self::InsteadOf(refused) => !refused.matches(held.token.expose()),
            Self::Anew => newest,
        }
    }

    fn share(&self) -> Self {
        match self {
            Self::ValidFor(seconds) => Self::ValidFor(*seconds),
            Self::InsteadOf(refused) => Self::InsteadOf(refused.share()),
            Self::Anew => Self::Anew,
        }
    }
}

/// The access token of a session that lives.
#[derive(Clone)]
struct Held {
    token: Arc<Secret>,
    life: Life,
}

impl Held {
    fn of(record: &Record) -> Self {
        Self {
            // Copied out of the record into a type that is wiped too.
            token: Arc::new(Secret::new(record.access_token.clone())),
            life: record.into(),
        }
    }
}

fn ended() -> Error {
    Error::ReauthRequired(ReauthRequired::Ended)
}

/// An access token for an account: one that meets the need or, while none is to be had, one that is still good at all.
///
/// Errors: `ReauthRequired` when the session is over, the state of the world (`Offline`, `TimedOut`, ...) when it is not.
pub(crate) async fn access_token(inner: &Arc<Inner>, id: &AccountId, need: Need) -> Result<Secret, Error> {
    let error = match renewed(inner, id, &need).await {
        Err(error) if !matches!(error, Error::ReauthRequired(_)) => error,
        done => return done,
    };
    let now = inner.clock.now();
    match (need, look(inner, id).await) {
        (Need::ValidFor(_), Ok(held)) if held.life.is_good_for(1, now) => Ok(held.token.share()),
        _ => Err(error),
    }
}

/// An access token that meets the need.
///
/// Errors: as [`access_token`]; while the account rests, what the last refresh failed with.
pub(crate) async fn renewed(inner: &Arc<Inner>, id: &AccountId, need: &Need) -> Result<Secret, Error> {
    let insists = matches!(need, Need::Anew);
    loop {
        let held = look(inner, id).await?;
        if need.is_met_by(&held, inner.clock.now()) {
            return Ok(held.token.share());
        }
        if let Some(error) = inner.refreshing.rests.error(id, moment(inner), insists) {
            return Err(error);
        }
        let send = || refresh(inner.clone(), id.clone(), need.share());
        let landed = inner.refreshing.sends.join(id, send).await;
        match landed.outcome.unwrap_or(Err(Error::Cancelled)) {
            Ok(held) if landed.began || need.is_met_by(&held, inner.clock.now()) => return Ok(held.token.share()),
            Err(error) if landed.began || !insists => return Err(error),
            // It was made for another need than ours, by somebody who came before.
            _ => {}
        }
    }
}

fn moment(inner: &Inner) -> Moment {
    Moment {
        now: inner.clock.now(),
        sleeps: inner.transport.sleeps(),
    }
}

/// The access token as the record has it: read once for all who ask at the same time. Another process may have renewed it, or
/// signed it out.
async fn look(inner: &Arc<Inner>, id: &AccountId) -> Result<Held, Error> {
    let read = || {
        let (inner, id) = (inner.clone(), id.clone());
        async move {
            if inner.refreshing.unsaved.has(&id) {
                save_soon(&inner, &id);
            }
            let Some(record) = current(&inner, &id).await? else {
                inner.index.remove(&id);
                inner.tell_accounts();
                return Err(ended());
            };
            inner.index.set(record.account());
            if record.ended {
                return Err(ended());
            }
            Ok(Held::of(&record))
        }
    };
    let landed = inner.refreshing.looks.join(id, read).await;
    landed.outcome.unwrap_or(Err(Error::Cancelled))
}

/// Renews the tokens of an account, if nobody else has.
///
/// Inside the account's lock, across processes: the record is read again, a mark is written, the request is sent, the new
/// tokens are written, and only then is anyone answered. A mark that is found later means that an answer was lost.
///
/// Spec: RFC 6749 section 6, RFC 9700 section 4.14
async fn refresh(inner: Arc<Inner>, id: AccountId, need: Need) -> Result<Held, Error> {
    let inner = &inner;
    // Somebody may have failed since the one who began this looked.
    if let Some(error) = inner
        .refreshing
        .rests
        .error(&id, moment(inner), matches!(need, Need::Anew))
    {
        return Err(error);
    }
    // Fetched before the lock is taken, for they may take long and do not depend on it.
    let record = current(inner, &id).await?.ok_or_else(ended)?;
    let (metadata, keys) = match known(inner, &record).await {
        Ok(known) => known,
        Err(error) => {
            inner.refreshing.rests.begin(&id, moment(inner), &error, None);
            return Err(error);
        }
    };
    drop(record);

    let records = inner.records().await;
    let locked = match records.lock(&lock_name(&id)).await {
        Ok(held) => Some(held),
        // Nobody else has this session's refresh token, for it could not be written: there is nobody to lock out.
        Err(_) if inner.refreshing.unsaved.has(&id) => None,
        Err(error) => return Err(error),
    };
    if locked.is_some()
        && let Err(error) = save_locked(inner, &id).await
    {
        tracing::debug!(%error, "an account's record still cannot be written");
    }
    // Somebody else may have renewed it, or signed it out, while we waited for the lock.
    let mut record = current(inner, &id).await?.ok_or_else(ended)?;
    reach(Point::RefreshLocked);
    let now = inner.clock.now();
    if record.ended {
        inner.index.set(record.account());
        return Err(ended());
    }
    let held = Held::of(&record);
    if need.is_met_by(&held, now) {
        inner.index.set(record.account());
        return Ok(held);
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
    let client = record.client()?;
    let exchange = || {
        let (allowed, previous) = (record.allowed.clone(), record.previous());
        token::refresh_request(&metadata, &client, &refresh_token, allowed, previous)
    };
    let (request, expect) = exchange();
    let (_, expect_again) = exchange();

    let before = record.mark(now);
    if let Err(error) = write(records, &record).await {
        // What is on disk has the mark of the refresh that could not be written. Anything else is not sent without one.
        if !inner.refreshing.unsaved.has(&id) {
            return Err(error);
        }
    }
    reach(Point::RefreshMarked);
    let came = inner.transport.send(request, LIMITS).await;
    reach(Point::RefreshAnswered);
    let tokens = match answer::read(&came, expect, inner.clock.now()) {
        Answer::Tokens(tokens) => *tokens,
        // RFC 6749 5.2: invalid_grant alone says that the grant is over.
        Answer::NoTokens { error, .. } if error.is_invalid_grant() => {
            return Err(end(inner, record, ReauthRequired::Ended).await);
        }
        Answer::NoTokens { error, retry_after } => {
            record.note_no_tokens(before);
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
    let verified = verify(inner, &metadata, keys, tokens, &came, expect_again).await;
    let (tokens, ahead) = match verified {
        Ok(verified) => verified,
        Err(error) => return Err(unknown(inner, &record, error)),
    };
    reach(Point::RefreshVerified);
    record.renew(&tokens, inner.clock.now());
    // The lifetime counts from now by this clock, wrong as it may be.
    record.access_expires_at = record.access_expires_at.map(|at| at.saturating_add(ahead));
    record.allowed = own_scope_names(inner, &record.provider, &tokens.scopes);
    // Whoever signed out has waited for us, or has not: then the session stays dead, and these tokens die with it.
    if !inner.refreshing.unsaved.has(&id) && matches!(read(records, &id).await, Ok(None)) {
        inner.index.remove(&id);
        inner.tell_accounts();
        let revocation = sign_out::revoke(inner, &record).await;
        tracing::info!(?revocation, "tokens came for an account that was signed out");
        return Err(ended());
    }
    keep(inner, &record).await;
    reach(Point::RefreshWritten);
    inner.refreshing.rests.end(&id);
    Ok(Held::of(&record))
}

/// What must be known of the provider before anything is sent to it.
async fn known(inner: &Inner, record: &Record) -> Result<(ProviderMetadata, KeySet), Error> {
    let metadata = inner.known.metadata(&record.issuer()?).await?;
    let keys = inner.known.keys(&metadata).await?;
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
) -> Result<(SignedIn, i64), Error> {
    let keys = if tokens.key_is_in(&keys) {
        keys
    } else {
        inner.known.newer_keys(metadata).await?
    };
    let now = inner.clock.now();
    match (tokens.verify(&keys, now), came) {
        (Ok(verified), _) => Ok((verified, 0)),
        // Only the time does not fit, and the provider's own clock says that it is ours that is wrong. The old refresh token is
        // spent: to refuse the new ones would sign everybody out whose clock is. OIDC Core 12.2 wants the claims to be about the
        // same person and 3.1.3.7 wants them to be fresh: they are held to it by the clock of the one who issued them.
        (Err(doorkey_oidc::Error::ClockWrong { ahead_seconds }), Ok(answer)) => {
            tracing::warn!(ahead_seconds, "this computer's clock is wrong");
            let theirs = Now(now.0.saturating_sub(ahead_seconds));
            let verified = again.receive(answer)?.verify(&keys, theirs)?;
            Ok((verified, ahead_seconds))
        }
        (Err(error), _) => Err(error.into()),
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
