//! What it costs a child to open one account and to list all.

use std::time::Instant;

use doorkey::Client;

use super::{Child, NEEDED};
use crate::error::{Result, broken};
use crate::measure::{cost, work};
use crate::wire::Said;

impl Child {
    /// An access token that is good already costs one record.
    pub(super) async fn cost(&self, subject: &str, times: usize) -> Result<Said> {
        let (client, id) = (self.client()?, self.id(subject)?);
        // Finding the id lists all accounts, which leaves nothing of this one in the processor's caches: once beforehand.
        let opened = client.refresh_if_due(&id, NEEDED).await;
        opened.map_err(|error| broken(format!("an account does not open: {error}")))?;
        let before = work()?;
        let mut taken = Vec::with_capacity(times);
        for _ in 0..times {
            let from = Instant::now();
            let got = client.refresh_if_due(&id, NEEDED).await;
            taken.push(from.elapsed());
            got.map_err(|error| broken(format!("an account does not open: {error}")))?;
        }
        let done = work()?.since(before);
        Ok(Said::Cost(cost(taken, done, 0)))
    }

    pub(super) async fn list_cost(&self) -> Result<Said> {
        let config = self.config()?;
        let (before, from) = (work()?, Instant::now());
        let client = Client::open(config).map_err(|error| broken(format!("the client: {error}")))?;
        client.ready().await;
        let accounts = client.accounts().len();
        let taken = vec![from.elapsed()];
        let done = work()?.since(before);
        Ok(Said::Cost(cost(taken, done, accounts)))
    }
}
