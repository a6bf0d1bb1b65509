//! Taking an account back: here, at the provider, and in the browser, each for itself.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio::time::Duration;

use super::browser_session::{self, Leaving};
use super::revocations::{self, Revocation};
use super::{Account, AccountId, BrowserSession, Record, current, delete, lock_name};
use crate::Error;
use crate::inner::Inner;
use crate::journal::{FlowKind, Head, StepKind};
use crate::points::{Point, reach};
use crate::records::Held;

/// How long an account's lock is waited for. Whoever holds it for longer waits for a provider, and the person does not.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a sign-out does beside forgetting the account here, which it always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acts {
    /// Ask the provider to revoke the tokens.
    pub revoke: bool,
    /// Ask the provider, in the browser, to end the browser's session too.
    pub end_browser_session: bool,
}

impl Default for Acts {
    /// Forget and revoke; the browser stays as it is.
    fn default() -> Self {
        Self {
            revoke: true,
            end_browser_session: false,
        }
    }
}

/// What a sign-out did, act by act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOutReport {
    /// Whose account it was.
    pub display_name: String,
    /// The provider's name.
    pub provider_name: String,
    /// No record of the account is left here.
    pub forgotten: bool,
    /// Why something is left. This process does not use it any more, and goes on trying to remove it.
    pub not_forgotten: Option<Error>,
    /// It was the last account, nothing waits to be revoked, and the key is gone from the keychain too.
    pub key_deleted: bool,
    /// What became of the tokens at the provider, if that was asked for.
    pub revocation: Option<Revocation>,
    /// What became of the browser's session at the provider, if that was asked for.
    pub browser_session: Option<BrowserSession>,
}

/// What was done about the tokens of an account of which something is left here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// The person did not want them revoked.
    LeftAlone,
    /// Those of this hash were queued.
    Queued([u8; 32]),
}

/// An account of which something may be left here.
pub(crate) struct Leftover {
    done: Done,
    /// When the person had signed in, in seconds since 1970: a record with another time is another session.
    signed_in_at: Option<i64>,
}

impl Done {
    fn of(record: Option<&Record>, acts: Acts) -> Self {
        if acts.revoke {
            Self::Queued(record.map_or([0; 32], fingerprint))
        } else {
            Self::LeftAlone
        }
    }
}

/// Names the tokens of a record without being them.
fn fingerprint(record: &Record) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(record.refresh_token.as_deref().unwrap_or_default());
    hash.update([0]);
    hash.update(&record.access_token);
    hash.finalize().into()
}

/// Signs an account out, to the end, also if nobody waits for it any more.
///
/// Errors: those of the keychain, if the tokens that are to be revoked cannot be read for its sake; the account stays then.
/// That it could not be forgotten is in the report.
///
/// Spec: RFC 7009, RP-Initiated Logout
pub(crate) async fn sign_out(inner: &Arc<Inner>, id: &AccountId, acts: Acts) -> Result<SignOutReport, Error> {
    let (inner, id) = (inner.clone(), id.clone());
    let task = tokio::spawn(async move { run(&inner, &id, acts).await });
    // It ends early only with the program.
    task.await.unwrap_or(Err(Error::Cancelled))
}

async fn run(inner: &Arc<Inner>, id: &AccountId, acts: Acts) -> Result<SignOutReport, Error> {
    let known = inner.index.all().into_iter().find(|account| account.id == *id);
    // From here on nobody in this process uses it, whatever becomes of its record.
    inner.signed_out().insert(id.clone());
    inner.index.remove(id);
    inner.tell_accounts();
    let records = inner.records().await;
    let held = patiently(inner, id).await;
    reach(Point::SignOutLocked);
    let record = match current(inner, id).await {
        Ok(record) => record,
        // What does not open cannot be revoked, and is forgotten all the same.
        Err(Error::VaultDamaged(_)) => None,
        // Once it can be read they can be revoked; forgotten now, they never could.
        Err(error) if acts.revoke || acts.end_browser_session => return Err(stays(inner, id, known, error)),
        Err(_) => None,
    };
    let account = record.as_ref().map(Record::account).or(known);
    let of = |text: fn(&Account) -> &str| account.as_ref().map_or("", text);
    let head = Head::of_account(FlowKind::SignOut, id, of(|a| &a.provider), of(|a| &a.provider_name));
    let notes = inner.journal.begin(head);
    notes.open(StepKind::Asked).done();
    let leaving = record
        .as_ref()
        .filter(|_| acts.end_browser_session)
        .map(|record| Leaving::of(record, account.as_ref()));
    // First the revocation, sealed: a program that is killed after this still revokes.
    let ticket = match &record {
        Some(record) if acts.revoke => revocations::enqueue(inner, record).await,
        _ => None,
    };
    let signed_in_at = account.as_ref().map(|account| account.signed_in_at);
    inner.leave(id, Done::of(record.as_ref(), acts), signed_in_at);
    drop(record);
    reach(Point::SignOutQueued);
    let forgotten = notes.open(StepKind::Forgotten).close(delete(records, id).await);
    inner.refreshing.forget(id);
    reach(Point::SignOutForgotten);
    if held.is_none() {
        // Somebody is in the middle of a refresh, and may write the account once more.
        tokio::spawn(finish_later(Arc::downgrade(inner), id.clone()));
    } else if forgotten.is_ok() {
        inner.left(id);
    }
    drop(held);
    settle(inner, id).await;
    let (revocation, browser_session) = tokio::join!(
        async {
            match &ticket {
                Some(ticket) => revocations::deliver(inner, ticket, &notes).await,
                None => {
                    if acts.revoke {
                        notes.open(StepKind::Revocation).needless();
                    }
                    Revocation::NothingToRevoke
                }
            }
        },
        async {
            match leaving {
                Some(leaving) => Some(browser_session::end(inner, leaving, &notes).await),
                None => acts.end_browser_session.then_some(BrowserSession::ProviderUnavailable),
            }
        }
    );
    notes.end(forgotten.as_ref().map(|()| Some(id)));
    let key_deleted = forgotten.is_ok() && forget_key(inner).await;
    Ok(SignOutReport {
        display_name: account
            .as_ref()
            .map_or_else(String::new, |account| account.display_name().to_owned()),
        provider_name: account.map_or_else(String::new, |account| account.provider_name),
        forgotten: forgotten.is_ok(),
        not_forgotten: forgotten.err(),
        key_deleted,
        revocation: acts.revoke.then_some(revocation),
        browser_session,
    })
}

/// The account stays, for this reason: it was not signed out.
fn stays(inner: &Inner, id: &AccountId, known: Option<Account>, error: Error) -> Error {
    inner.signed_out().remove(id);
    if let Some(account) = known {
        inner.index.set(account);
    }
    inner.tell_accounts();
    error
}

/// The account's lock, if nobody keeps it for long.
async fn patiently(inner: &Inner, id: &AccountId) -> Option<Held> {
    let records = inner.records().await;
    match tokio::time::timeout(PATIENCE, records.lock(&lock_name(id))).await {
        Ok(Ok(held)) => Some(held),
        Ok(Err(error)) => {
            tracing::warn!(%error, "an account is signed out without its lock");
            None
        }
        Err(_) => None,
    }
}

/// After the account's record: what the person's habits say of it, and everyone who looks.
async fn settle(inner: &Inner, id: &AccountId) {
    // A refresh that ended meanwhile may have put it back.
    inner.index.remove(id);
    inner.tell_accounts();
    let records = inner.records().await;
    match tokio::time::timeout(PATIENCE, inner.index.forget(records, id)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the habits of an account could not be forgotten"),
        Err(_) => tracing::warn!("the habits of an account are forgotten with the next change"),
    }
}

/// Without any account left, and nothing that waits to be revoked, the key goes too.
async fn forget_key(inner: &Inner) -> bool {
    inner.index.is_empty() && inner.signed_out().is_empty() && inner.forget_flows_and_key().await.unwrap_or(false)
}

/// Finishes a sign-out whose account was in use, as soon as it is not.
async fn finish_later(inner: std::sync::Weak<Inner>, id: AccountId) {
    loop {
        let Some(inner) = inner.upgrade() else { return };
        match finish(&inner, &id).await {
            // Each try waits for the lock as long as anybody does.
            Err(Error::AlreadyInProgress) => {}
            Err(error) => {
                tracing::warn!(%error, "something of a signed-out account is left");
                return;
            }
            Ok(()) => return,
        }
    }
}

/// Goes on with a sign-out whose process ended after its revocation was queued. When this returns nobody uses the account any more;
/// its record goes as soon as nobody holds its lock.
pub(crate) fn resume(inner: &Arc<Inner>, record: &Record) {
    let id = record.id();
    inner.leave(&id, Done::Queued(fingerprint(record)), Some(record.signed_in_at));
    inner.signed_out().insert(id.clone());
    inner.index.remove(&id);
    inner.tell_accounts();
    tokio::spawn(finish_later(Arc::downgrade(inner), id));
}

/// Tries once more to remove what is left of accounts that were signed out.
pub(crate) async fn finish_all(inner: &Arc<Inner>) {
    let left: Vec<AccountId> = inner.signed_out().iter().cloned().collect();
    for id in left {
        if let Err(error) = finish(inner, &id).await {
            tracing::info!(%error, "something of a signed-out account is left");
        }
    }
}

/// Removes what is left of an account that was signed out, and revokes what came late.
async fn finish(inner: &Arc<Inner>, id: &AccountId) -> Result<(), Error> {
    let records = inner.records().await;
    let held = records.lock(&lock_name(id)).await?;
    if !inner.signed_out().contains(id) {
        // The person has signed in again.
        return Ok(());
    }
    let found = current(inner, id).await;
    if let Ok(Some(record)) = &found
        && inner.is_another_session(id, record)
    {
        // The person has signed in again, in another process: that is none of ours to take back.
        inner.left(id);
        inner.index.set(record.account());
        inner.tell_accounts();
        return Ok(());
    }
    let (ticket, head) = match found {
        Ok(Some(late)) if inner.is_news(id, Done::Queued(fingerprint(&late))) => {
            let head = Head::of_account(FlowKind::SignOut, id, &late.provider, &late.provider_name);
            (revocations::enqueue(inner, &late).await, Some(head))
        }
        _ => (None, None),
    };
    if ticket.is_some() {
        inner.queued_too(id);
    }
    let forgotten = delete(records, id).await;
    inner.refreshing.forget(id);
    if forgotten.is_ok() {
        inner.left(id);
    }
    drop(held);
    settle(inner, id).await;
    if let (Some(ticket), Some(head)) = (ticket, head) {
        let notes = inner.journal.lazily(head);
        revocations::deliver(inner, &ticket, &notes).await;
        notes.end(Ok(None));
    }
    forget_key(inner).await;
    forgotten
}

impl Inner {
    /// Something of a signed-out account may be left; this was done about its tokens.
    fn leave(&self, id: &AccountId, done: Done, signed_in_at: Option<i64>) {
        self.leftovers().insert(id.clone(), Leftover { done, signed_in_at });
    }

    /// What came late is queued as well.
    fn queued_too(&self, id: &AccountId) {
        if let Some(leftover) = self.leftovers().get_mut(id) {
            leftover.done = Done::Queued([0; 32]);
        }
    }

    /// Whether a record is of a later sign-in than the one that was signed out.
    fn is_another_session(&self, id: &AccountId, record: &Record) -> bool {
        let leftovers = self.leftovers();
        let signed_out = leftovers.get(id).and_then(|leftover| leftover.signed_in_at);
        signed_out.is_some_and(|at| at != record.signed_in_at)
    }

    /// Nothing of it is left, or it is signed in again.
    pub(crate) fn left(&self, id: &AccountId) {
        self.leftovers().remove(id);
        self.signed_out().remove(id);
    }

    /// Whether these tokens came after the sign-out, and are to be revoked too.
    fn is_news(&self, id: &AccountId, late: Done) -> bool {
        match self.leftovers().get(id).map(|leftover| leftover.done) {
            Some(Done::LeftAlone) => false,
            known => known != Some(late),
        }
    }
}

#[cfg(test)]
mod tests;
