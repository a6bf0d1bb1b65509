//! Whether a link that this system opens comes back here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::detail::{CheckId, DeliveryDetail};
use super::finding::{Finding, Reason};
use super::link_owner::Ours;
use super::trial::Trial;
use crate::inner::Inner;
use crate::user_agent::UserAgentError;

/// How long a link may take from the opener to us: a program of ours may have to start first.
const ARRIVES_WITHIN: Duration = Duration::from_secs(10);

/// How long a link is waited for although its opener said that it failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

pub(super) async fn examine(inner: &Arc<Inner>) -> Finding {
    let not_checked = |reason| Finding::not_checked(CheckId::LinkDelivery, reason);
    if inner.link_handler.is_none() {
        return not_checked(Reason::NoLinkHandler);
    }
    if !inner.user_agent.has_display() {
        return not_checked(Reason::NoDisplay);
    }
    let ours = match Ours::prove(inner).await {
        Ok(ours) => ours,
        Err(reason) => return not_checked(reason),
    };
    let Ok(trial) = Trial::begin(&inner.trials, &ours).await else {
        return not_checked(Reason::Failed);
    };
    let began = Instant::now();
    let deadline = tokio::time::Instant::now() + ARRIVES_WITHIN;
    let delivered = || DeliveryDetail::Delivered {
        milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    // The link may be here before the opener says that it has opened it, and an opener that stays says nothing at all.
    let opening = inner.user_agent.open_trial_link(trial.link());
    let opened = tokio::select! {
        () = trial.arrival() => return delivered().into(),
        opened = opening => opened,
    };
    match opened {
        Err(UserAgentError::NoOpener | UserAgentError::RefusedUrl) => DeliveryDetail::NoOpener.into(),
        // It may have handed the link on and failed afterwards; then the link is on its way.
        Err(UserAgentError::OpenerFailed) => match tokio::time::timeout(AFTER_FAILURE, trial.arrival()).await {
            Ok(()) => delivered().into(),
            Err(_) => DeliveryDetail::OpenerFailed.into(),
        },
        Ok(_) => match tokio::time::timeout_at(deadline, trial.arrival()).await {
            Ok(()) => delivered().into(),
            Err(_) => DeliveryDetail::Lost.into(),
        },
    }
}
