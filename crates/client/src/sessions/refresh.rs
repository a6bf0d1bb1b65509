//! An access token that is good now: the one that is held, or a new one, asked for once however many want it.

use doorkey_oidc::token::{self, TOKEN_RESPONSE_LIMIT};
use doorkey_oidc::{Now, Secret};
use tokio::time::Duration;

use super::{AccountId, Record, lock_name, read, write};
use crate::client::Inner;
use crate::error::ReauthRequired;
use crate::transport::{Limits, TransportError};
use crate::{Error, clock};

/// How long a refresh may take.
const DEADLINE: Duration = Duration::from_secs(20);
/// After a refresh no other follows for this long, even if the provider's tokens expire at birth, in seconds.
const PAUSE: i64 = 10;

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
    let record = read(records, id).await?.ok_or_else(missing)?;
    if !record.ended && need.is_met_by(&record, clock::now()) {
        return Ok(Secret::new(record.access_token.clone()));
    }
    drop(record);

    let _held = records.lock(&lock_name(id)).await?;
    // Somebody else may have renewed it, or signed it out, while we waited for the lock.
    let mut record = read(records, id).await?.ok_or_else(missing)?;
    let now = clock::now();
    if record.ended {
        return Err(missing());
    }
    if need.is_met_by(&record, now) {
        return Ok(Secret::new(record.access_token.clone()));
    }
    // A provider whose tokens expire at birth is not asked in a loop.
    let just_now = (0..PAUSE).contains(&(now.0 - record.refreshed_at));
    if just_now && matches!(need, Need::ValidFor(_)) && record.access_expires_at.is_some_and(|at| at > now.0) {
        return Ok(Secret::new(record.access_token.clone()));
    }
    let Some(refresh_token) = record.refresh_token.clone().map(Secret::new) else {
        let good = record.access_expires_at.is_none_or(|at| at > now.0);
        return match need {
            Need::ValidFor(_) if good => Ok(Secret::new(record.access_token.clone())),
            _ => Err(end(inner, record, ReauthRequired::NotRenewable).await?),
        };
    };
    if let Some(since) = record.refreshing_since
        && !record.reuse.allows(since, now.0)
    {
        return Err(end(inner, record, ReauthRequired::OutcomeUnknown).await?);
    }

    let metadata = inner.known.metadata(&record.issuer()?).await?;
    let keys = inner.known.keys(&metadata).await?;
    let client = record.client()?;
    let (request, expect) = token::refresh_request(
        &metadata,
        &client,
        &refresh_token,
        record.asked.clone(),
        record.previous(),
    );

    record.refreshing_since = Some(record.refreshing_since.unwrap_or(now.0));
    write(records, &record).await?;
    let limits = Limits {
        deadline: DEADLINE,
        max_bytes: TOKEN_RESPONSE_LIMIT,
    };
    let answer = match inner.transport.send(request, limits).await {
        Ok(answer) => answer,
        Err(error) => {
            // Whatever is known not to have been sent, or was answered by a redirect, leaves the refresh token as it was. Otherwise
            // the mark stays: the next one who comes sees that an answer was lost.
            if error.known_unsent() || matches!(error, TransportError::RedirectRefused { .. }) {
                record.refreshing_since = None;
                write(records, &record).await?;
            }
            return Err(error.into());
        }
    };
    let tokens = async {
        let tokens = expect.receive(&answer)?;
        let keys = if tokens.key_is_in(&keys) {
            keys
        } else {
            inner.known.newer_keys(&metadata).await?
        };
        Ok(tokens.verify(&keys, clock::now())?)
    };
    match tokens.await {
        Ok(tokens) => {
            record.renew(&tokens, clock::now());
            write(records, &record).await?;
            inner.index.set(record.account());
            inner.tell_accounts();
            Ok(tokens.access_token)
        }
        // RFC 6749 5.2: invalid_grant alone says that the grant is over.
        Err(error) if Error::is_invalid_grant(&error) => Err(end(inner, record, ReauthRequired::Ended).await?),
        Err(error) => {
            // The provider answered: it is not the answer that was lost.
            record.refreshing_since = None;
            write(records, &record).await?;
            Err(error)
        }
    }
}

/// Ends the session and says why.
async fn end(inner: &Inner, mut record: Record, reason: ReauthRequired) -> Result<Error, Error> {
    record.end();
    write(inner.records().await, &record).await?;
    inner.index.set(record.account());
    inner.tell_accounts();
    Ok(Error::ReauthRequired(reason))
}
