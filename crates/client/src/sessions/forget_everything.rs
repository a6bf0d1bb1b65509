//! Removing all data: every account, what waits to be revoked, what was set aside, the key.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::Duration;

use super::{AccountId, Acts, revocations, sign_out};
use crate::Error;
use crate::client::Event;
use crate::flow::Stage;
use crate::inner::Inner;
use crate::installation;
use crate::vault::RecordKind;

/// How many accounts are signed out at a time.
const AT_ONCE: usize = 8;

/// What was removed, and what was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgetReport {
    /// How many accounts were signed out.
    pub accounts: usize,
    /// Revocations that could not be delivered and are not tried again: those tokens may work until they end by themselves.
    pub undelivered: usize,
    /// Whether the key is gone from the keychain.
    pub key_deleted: bool,
    /// Files that could not be removed. The empty files that processes lock are not counted: another one may hold them.
    pub left: usize,
    /// Why something is left, if anything is.
    pub problem: Option<Error>,
}

/// How long a sign-in that is being completed is waited for: an exchange, and asking about the person.
const COMPLETING_WITHIN: Duration = Duration::from_secs(45);

/// Signs everybody out, tries once to deliver what waits, and removes everything that is kept, in any case.
pub(crate) async fn forget_everything(inner: &Arc<Inner>) -> ForgetReport {
    // A sign-in that waits would bring an account back.
    let flows: Vec<_> = inner.flows().keys().cloned().collect();
    for flow in flows {
        if inner.give_up(&flow).await {
            inner.put_away(&flow);
        }
    }
    // One whose redirect has come goes on to its end, which is waited for.
    let completing = || {
        inner
            .flows()
            .values()
            .any(|flow| matches!(flow.status.stage, Stage::Completing))
    };
    let mut events = inner.events();
    let ended = async {
        while completing() {
            let _ = events.recv().await;
        }
    };
    if tokio::time::timeout(COMPLETING_WITHIN, ended).await.is_err() {
        tracing::warn!("a sign-in goes on while everything is removed");
    }
    let records = inner.records().await;
    // The damaged ones too, which are not in the index.
    let mut ids: BTreeSet<AccountId> = inner.index.all().into_iter().map(|account| account.id).collect();
    if let Ok(all) = records.list(RecordKind::Account).await {
        ids.extend(all.iter().filter_map(|record| AccountId::from_text(record.id())));
    }
    let accounts = ids.len();
    let mut leaving = JoinSet::new();
    for id in ids {
        if leaving.len() >= AT_ONCE {
            let _ = leaving.join_next().await;
        }
        let inner = inner.clone();
        leaving.spawn(async move {
            if let Err(error) = sign_out(&inner, &id, Acts::default()).await {
                tracing::warn!(%error, "an account is removed without being revoked");
            }
        });
    }
    while leaving.join_next().await.is_some() {}
    let undelivered = revocations::deliver_due(inner, true).await;
    inner.revocations.clear();
    installation::deregister_all(inner).await;
    let (left, problem) = match records.remove_everything().await {
        Ok(0) => (0, None),
        Ok(left) => (
            left,
            Some(Error::StorageFull(crate::error::StorageFault::StorageRefused)),
        ),
        Err(error) => (0, Some(error)),
    };
    // Whatever failed came before the key, except files that stayed.
    let key_deleted = problem.is_none() || left > 0;
    inner.read_all().await;
    inner.tell(Event::Revocations);
    ForgetReport {
        accounts,
        undelivered,
        key_deleted,
        left,
        problem,
    }
}
