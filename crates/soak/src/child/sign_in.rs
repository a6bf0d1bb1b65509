//! What a child does in a sign-in, with true redirects and forged ones.

use std::time::Instant;

use doorkey::Client;
use doorkey::flow::{Browser, DoorKind, FlowId, SignIn, Stage};
use tokio::task::JoinSet;

use super::{Child, say, until};
use crate::error::{Result, broken};
use crate::measure::resident_kib;
use crate::telling::landed;
use crate::wire::{Landed, Named, Said};

/// Forged redirects that are under way at once.
const AT_ONCE: usize = 64;

impl Child {
    pub(super) async fn begin(&self, door: DoorKind) -> Result<Said> {
        let client = self.client()?;
        let flow = client
            .begin(SignIn {
                provider: "op".into(),
                door: Some(door),
                ..SignIn::default()
            })
            .map_err(|error| broken(format!("no sign-in: {error}")))?;
        let url = until(client, || {
            let url = client.flow_url(&flow).map(|url| url.url().to_string());
            (url.is_some() || is_over(client, &flow)).then_some(url)
        });
        if let Some(url) = url.await? {
            say(&Said::Url { url })?;
        }
        let stage = until(client, || {
            let stage = client.flow().filter(|status| status.id == flow)?.stage;
            let tried = !matches!(stage, Stage::Preparing | Stage::Waiting(Browser::Opening));
            tried.then_some(stage)
        });
        Ok(Said::Begun(match stage.await? {
            Stage::Failed(error) => Some(Named::from(&error)),
            _ => None,
        }))
    }

    pub(super) async fn flood(&self, forged: usize, link: String, redirect_uri: &str) -> Result<Said> {
        let client = self.client()?;
        let before = resident_kib(std::process::id());
        let (mut tasks, mut taken, mut untouched) = (JoinSet::new(), 0, 0);
        let mut truth = None;
        for number in 0..forged {
            if number == forged / 2 {
                let (client, link) = (client.clone(), link.clone());
                truth = Some(tokio::spawn(async move {
                    let from = Instant::now();
                    (landed(client.receive(&link).await), from.elapsed())
                }));
            }
            if tasks.len() >= AT_ONCE {
                let was_taken = is_taken(tasks.join_next().await);
                taken += usize::from(was_taken);
                untouched += usize::from(!was_taken);
            }
            // As long and as plausible as a true one, and never issued.
            let link = format!("{redirect_uri}?code=forged-{number:032}&state={number:043}");
            let client = client.clone();
            tasks.spawn(async move { landed(client.receive(&link).await) != Landed::Unknown });
        }
        while !tasks.is_empty() {
            let was_taken = is_taken(tasks.join_next().await);
            taken += usize::from(was_taken);
            untouched += usize::from(!was_taken);
        }
        let truth = truth.ok_or_else(|| broken("too few to have a middle"))?;
        let (landed, took) = truth.await.map_err(|_| broken("the true redirect panicked"))?;
        Ok(Said::Flooded {
            landed,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            taken,
            untouched,
            grown_kib: resident_kib(std::process::id()).saturating_sub(before),
        })
    }
}

fn is_taken(joined: Option<std::result::Result<bool, tokio::task::JoinError>>) -> bool {
    // A redirect that makes the program panic was taken for something too.
    joined.is_none_or(|one| one.unwrap_or(true))
}

fn is_over(client: &Client, flow: &FlowId) -> bool {
    let status = client.flow().filter(|status| status.id == *flow);
    status.is_none_or(|status| status.stage.is_over())
}
