//! An access token that is good now: the one that is held, or a new one, asked for once however many want it.

use doorkey_oidc::token::{self, TOKEN_RESPONSE_LIMIT};
use doorkey_oidc::{Now, Secret};
use tokio::time::Duration;

use super::{AccountId, Record, lock_name, read, write};
use crate::Error;
use crate::complete::own_scope_names;
use crate::error::ReauthRequired;
use crate::inner::Inner;
use crate::points::{Point, reach};
use crate::transport::{Limits, TransportError};

/// How long a refresh may take.
const DEADLINE: Duration = Duration::from_secs(20);
/// What an access token is needed for.
pub(crate) enum Need<'a> {
    /// It must be good for so many seconds more.
    ValidFor(i64),
    /// It must be another than this one, which an API refused.
    InsteadOf(&'a Secret),
}

impl Need<'_> {
    fn is_met_by(&self, record: &Record, now: Now) -> bool {
        match self {
            Self::ValidFor(seconds) => record.access_expires_at.is_none_or(|at| at - now.0 >= *seconds),
            Self::InsteadOf(refused) => !refused.matches(&record.access_token),
        }
    }
}

/// An access token for an account.
///
/// Inside the account's lock, across processes: the record is read again, a mark is written, the request is sent, the new
/// tokens are written, and only then is anyone answered. A mark that is found later means that an answer was lost.
///
/// Errors: `ReauthRequired` when the session is over, the state of the world (`Offline`, `TimedOut`, ...) when it is not.
///
/// Spec: RFC 6749 section 6, RFC 9700 section 4.14
pub(crate) async fn access_token(inner: &Inner, id: &AccountId, need: Need<'_>) -> Result<Secret, Error> {
    let records = inner.records().await;
    let missing = || Error::ReauthRequired(ReauthRequired::Ended);
    let Some(record) = read(records, id).await? else {
        // Another process has signed it out.
        inner.index.remove(id);
        inner.tell_accounts();
        return Err(missing());
    };
    if !record.ended && need.is_met_by(&record, inner.clock.now()) {
        return Ok(hand_out(inner, &record));
    }
    // Fetched before the lock is taken, for they may take long and do not depend on it.
    let metadata = inner.known.metadata(&record.issuer()?).await?;
    let keys = inner.known.keys(&metadata).await?;
    drop(record);

    let _held = records.lock(&lock_name(id)).await?;
    // Somebody else may have renewed it, or signed it out, while we waited for the lock.
    let mut record = read(records, id).await?.ok_or_else(missing)?;
    reach(Point::RefreshLocked);
    let now = inner.clock.now();
    if record.ended {
        inner.index.set(record.account());
        return Err(missing());
    }
    if need.is_met_by(&record, now) || record.was_just_renewed(now) && matches!(need, Need::ValidFor(_)) {
        return Ok(hand_out(inner, &record));
    }
    let Some(refresh_token) = record.refresh_token.clone().map(Secret::new) else {
        return match need {
            Need::ValidFor(_) if record.is_good(now) => Ok(hand_out(inner, &record)),
            // An API may have reasons of its own to refuse a token that has not expired: that ends no session.
            Need::InsteadOf(_) if record.is_good(now) => Err(Error::ReauthRequired(ReauthRequired::NotRenewable)),
            _ => Err(end(inner, record, ReauthRequired::NotRenewable).await?),
        };
    };
    if let Some(since) = record.refreshing_since
        && !record.reuse.allows(since, now.0)
    {
        return Err(end(inner, record, ReauthRequired::OutcomeUnknown).await?);
    }
    let client = record.client()?;
    let allowed = record.allowed.clone();
    let (request, expect) = token::refresh_request(&metadata, &client, &refresh_token, allowed, record.previous());

    record.refreshing_since = Some(record.refreshing_since.unwrap_or(now.0));
    write(records, &record).await?;
    reach(Point::RefreshMarked);
    let limits = Limits {
        deadline: DEADLINE,
        max_bytes: TOKEN_RESPONSE_LIMIT,
    };
    let answered = inner.transport.send(request, limits).await;
    reach(Point::RefreshAnswered);
    let answered = match answered {
        Ok(answer) => expect.receive(&answer).map_err(Error::from),
        // Known not to have been sent, or answered by a redirect.
        Err(error) if error.known_unsent() || matches!(error, TransportError::RedirectRefused { .. }) => {
            Err(error.into())
        }
        // The answer was lost. The mark stays, and the next one who comes sees it.
        Err(error) => return Err(error.into()),
    };
    let tokens = match answered {
        Ok(tokens) => tokens,
        // RFC 6749 5.2: invalid_grant alone says that the grant is over.
        Err(error) if error.is_invalid_grant() => return Err(end(inner, record, ReauthRequired::Ended).await?),
        Err(error) => {
            // No tokens were given out, so the one that was sent is as good as before.
            record.refreshing_since = None;
            write(records, &record).await?;
            return Err(error);
        }
    };
    // From here on the provider has given out new tokens. If they cannot be verified, the mark stays: the old refresh token
    // may be spent, and sending it again would look like theft.
    let keys = if tokens.key_is_in(&keys) {
        keys
    } else {
        inner.known.newer_keys(&metadata).await?
    };
    let tokens = tokens.verify(&keys, inner.clock.now())?;
    reach(Point::RefreshVerified);
    record.renew(&tokens, inner.clock.now());
    record.allowed = own_scope_names(inner, &record.provider, &tokens.scopes);
    write(records, &record).await?;
    reach(Point::RefreshWritten);
    inner.index.set(record.account());
    inner.tell_accounts();
    Ok(tokens.access_token)
}

/// The access token of a record, and the index as the record says: another process may have renewed it.
fn hand_out(inner: &Inner, record: &Record) -> Secret {
    inner.index.set(record.account());
    Secret::new(record.access_token.clone())
}

/// Ends the session and says why.
async fn end(inner: &Inner, mut record: Record, reason: ReauthRequired) -> Result<Error, Error> {
    record.end();
    write(inner.records().await, &record).await?;
    inner.index.set(record.account());
    inner.tell_accounts();
    Ok(Error::ReauthRequired(reason))
}
