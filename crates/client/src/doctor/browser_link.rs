//! The browser's own leg: whether a link that the browser follows comes back here. It takes a click of the person's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::detail::{BrowserLinkDetail, CheckId};
use super::finding::{Finding, Reason};
use super::link_owner::Ours;
use super::page::Page;
use super::trial::Trial;
use crate::doors::loopback::page::document;
use crate::inner::Inner;
use crate::locales;

/// How long the person has for the click, and for the browser's question.
const CLICKED_WITHIN: Duration = Duration::from_secs(60);

pub(crate) async fn examine(inner: &Arc<Inner>) -> Finding {
    let not_checked = |reason| Finding::not_checked(CheckId::BrowserLink, reason);
    let ours = match Ours::prove(inner).await {
        Ok(ours) => ours,
        Err(reason) => return not_checked(reason),
    };
    let Ok(trial) = Trial::begin(&inner.trials, &ours).await else {
        return not_checked(Reason::Failed);
    };
    let app = [("app", inner.app_name.as_str())];
    let say = |key| locales::format(key, &app);
    let html = document(
        &say("doctor-page-title"),
        &[&say("doctor-page-text"), &say("doctor-page-then")],
        Some((trial.link().as_str(), &say("doctor-page-button"))),
    );
    let Ok(page) = Page::open(html).await else {
        return BrowserLinkDetail::NoListener.into();
    };
    let began = Instant::now();
    let deadline = tokio::time::Instant::now() + CLICKED_WITHIN;
    // The one http address that a released program opens: its own page, on an IP literal of the loopback interface.
    if inner.user_agent.open(page.url(), true).await.is_err() {
        return BrowserLinkDetail::NoBrowser.into();
    }
    match tokio::time::timeout_at(deadline, trial.arrival()).await {
        Ok(()) => BrowserLinkDetail::Delivered {
            milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
        .into(),
        Err(_) if page.was_shown() => BrowserLinkDetail::NothingCame.into(),
        Err(_) => BrowserLinkDetail::PageNotShown.into(),
    }
}
