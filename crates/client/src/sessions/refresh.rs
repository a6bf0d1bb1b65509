//! An access token that is good now: the one that is held, or a new one, asked for once however many want it.

mod answer;
mod flights;
mod mark;
mod rests;
mod send;
mod unsaved;

use std::sync::Arc;

use doorkey_oidc::{Now, Secret};

use self::flights::Flights;
use self::rests::{Moment, Rests};
use self::send::refresh;
use self::unsaved::Unsaved;
pub(crate) use self::unsaved::{current, save, save_soon};
use super::life::Life;
use super::{Access, AccountId, Record};
use crate::Error;
use crate::error::ReauthRequired;
use crate::inner::Inner;

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
            Self::InsteadOf(refused) => !refused.matches(held.access.token().expose()),
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
    access: Access,
    life: Life,
}

impl Held {
    fn of(record: &Record) -> Result<Self, Error> {
        Ok(Self {
            access: Access::of(record)?,
            life: record.into(),
        })
    }
}

fn ended() -> Error {
    Error::ReauthRequired(ReauthRequired::Ended)
}

/// An access token for an account: one that meets the need or, while none is to be had, one that is still good at all.
///
/// Errors: `ReauthRequired` when the session is over, the state of the world (`Offline`, `TimedOut`, ...) when it is not.
pub(crate) async fn access_token(inner: &Arc<Inner>, id: &AccountId, need: Need) -> Result<Access, Error> {
    let error = match renewed(inner, id, &need).await {
        Err(error) if !matches!(error, Error::ReauthRequired(_)) => error,
        done => return done,
    };
    let now = inner.clock.now();
    match (need, look(inner, id).await) {
        (Need::ValidFor(_), Ok(held)) if held.life.is_good_for(1, now) => Ok(held.access),
        _ => Err(error),
    }
}

/// An access token that meets the need.
///
/// Errors: as [`access_token`]; while the account rests, what the last refresh failed with.
pub(crate) async fn renewed(inner: &Arc<Inner>, id: &AccountId, need: &Need) -> Result<Access, Error> {
    let insists = matches!(need, Need::Anew);
    let mut tried = false;
    loop {
        let held = look(inner, id).await?;
        if need.is_met_by(&held, inner.clock.now()) {
            return Ok(held.access);
        }
        if let Some(error) = inner.refreshing.rests.error(id, moment(inner), insists) {
            return Err(error);
        }
        let send = || refresh(inner.clone(), id.clone(), need.share());
        let landed = inner.refreshing.sends.join(id, send).await;
        match landed.outcome.unwrap_or(Err(Error::Cancelled)) {
            Ok(held) if landed.began || need.is_met_by(&held, inner.clock.now()) => return Ok(held.access),
            // Who insists tries once for himself, and not once for each who insisted before him.
            Err(error) if landed.began || !insists || tried => return Err(error),
            // It was made for another need than ours, by somebody who came before.
            _ => tried = true,
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
    // Signed out here, whatever of it could not be removed yet.
    if inner.signed_out().contains(id) {
        return Err(ended());
    }
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
            Held::of(&record)
        }
    };
    let landed = inner.refreshing.looks.join(id, read).await;
    landed.outcome.unwrap_or(Err(Error::Cancelled))
}
