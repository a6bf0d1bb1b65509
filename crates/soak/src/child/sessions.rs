//! What a child does with accounts that are there.

use doorkey::sessions::AccountId;
use tokio::task::JoinSet;

use super::{Child, DEADLINE, NEEDED, until};
use crate::error::{Result, broken};
use crate::telling::refreshed;
use crate::wire::Said;

impl Child {
    pub(super) async fn refresh(&self, subject: &str, tasks: usize) -> Result<Said> {
        let (client, id) = (self.client()?, self.id(subject)?);
        let mut set = JoinSet::new();
        for _ in 0..tasks {
            let (client, id) = (client.clone(), id.clone());
            set.spawn(async move { client.refresh_if_due(&id, NEEDED).await });
        }
        let all = tokio::time::timeout(DEADLINE, set.join_all()).await;
        Ok(refreshed(&all.map_err(|_| broken("a refresh hangs"))?))
    }

    /// Lets the client renew by itself, as a program does that is simply left open.
    pub(super) async fn refresh_all(&self) -> Result<Said> {
        let client = self.client()?;
        let before: Vec<_> = client
            .accounts()
            .iter()
            .map(|account| (account.id.clone(), account.refreshed_at))
            .collect();
        let renewed = until(client, || {
            let now = client.accounts();
            let is_new = |(id, at): &(AccountId, i64)| {
                let account = now.iter().find(|account| account.id == *id);
                account.is_some_and(|account| account.refreshed_at != *at && !account.ended)
            };
            before.iter().all(is_new).then_some(())
        });
        tokio::select! {
            () = client.keep_fresh() => Err(broken("renewing ended by itself")),
            renewed = renewed => renewed.map(|()| refreshed(&[])),
        }
    }

    /// Until none waits: another task of this client may be sending one already.
    pub(super) async fn deliver(&self) -> Result<Said> {
        let client = self.client()?;
        let mut events = client.events();
        let delivered = async {
            while client.deliver_revocations().await > 0 {
                let _ = events.recv().await;
            }
        };
        let done = tokio::time::timeout(DEADLINE, delivered).await;
        done.map(|()| Said::Done)
            .map_err(|_| broken("a revocation is not delivered"))
    }
}
