//! All checks side by side: each with a deadline of its own, so that none waits for another.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use doorkey_oidc::provider::Transport as Schemes;
use tokio::task::{Id, JoinSet};

use super::detail::CheckId;
use super::finding::{Finding, Reason};
use super::target::Target;
use super::{browser, clock, delivery, interception, keychain, link_owner, proxy, reachability, vault};
use crate::Error;
use crate::clock::Clock;
use crate::inner::Inner;
use crate::transport::Transport;

/// What one check may take, all in all: a little more than its own deadlines together.
const EACH_WITHIN: Duration = Duration::from_secs(30);

/// Checks that run. Dropping it ends them.
pub struct Examination {
    checks: Vec<CheckId>,
    running: JoinSet<Finding>,
    /// Which check a task is: what is told when it breaks down.
    tasks: HashMap<Id, CheckId>,
}

impl Examination {
    fn new() -> Self {
        Self {
            checks: Vec::new(),
            running: JoinSet::new(),
            tasks: HashMap::new(),
        }
    }

    fn add(&mut self, check: CheckId, work: impl Future<Output = Finding> + Send + 'static) {
        let task = self.running.spawn(async move {
            match tokio::time::timeout(EACH_WITHIN, work).await {
                Ok(finding) => finding,
                Err(_) => Finding::not_checked(check, Reason::TookTooLong),
            }
        });
        self.checks.push(check);
        self.tasks.insert(task.id(), check);
    }

    /// The checks that are made, in the order to show. Each gives one finding.
    #[must_use]
    pub fn checks(&self) -> &[CheckId] {
        &self.checks
    }

    /// The next finding, whichever check is first done. `None` when all are.
    pub async fn next(&mut self) -> Option<Finding> {
        let done = self.running.join_next_with_id().await?;
        Some(match done {
            Ok((_, finding)) => finding,
            Err(broken) => {
                tracing::error!("a check of the doctor broke down");
                let check = self.tasks.get(&broken.id()).copied();
                Finding::not_checked(check.unwrap_or(CheckId::ALL[0]), Reason::Failed)
            }
        })
    }

    /// All findings, in the order to show.
    pub async fn finish(mut self) -> Vec<Finding> {
        let mut findings = Vec::new();
        while let Some(finding) = self.next().await {
            findings.push(finding);
        }
        findings.sort_by_key(|finding| self.checks.iter().position(|check| *check == finding.check()));
        findings
    }

    fn about_provider(&mut self, target: Option<Target>) {
        self.ask(CheckId::Proxy, &target, async |target| proxy::examine(&target).await);
        self.ask(CheckId::Reachability, &target, async |target| {
            reachability::examine(&target).await
        });
        self.ask(CheckId::Interception, &target, async |target| {
            interception::examine(&target).await
        });
        self.ask(CheckId::Clock, &target, async |target| clock::examine(&target).await);
    }

    fn ask<F>(&mut self, check: CheckId, target: &Option<Target>, question: impl FnOnce(Target) -> F)
    where
        F: Future<Output = Finding> + Send + 'static,
    {
        match target {
            Some(target) => self.add(check, question(target.clone())),
            None => self.add(check, async move { Finding::not_checked(check, Reason::NoProvider) }),
        }
    }
}

/// The checks of one provider, with a transport of the caller's own: the way there, the provider, who vouches for it, the
/// time. Must be called within a Tokio runtime.
///
/// # Errors
/// `Misconfigured(Issuer)` for an issuer that requests cannot go to.
pub fn examine_provider(
    transport: Transport,
    issuer: &str,
    schemes: Schemes,
    clock: Clock,
) -> Result<Examination, Error> {
    let target = Target::new(transport, issuer, schemes, clock)?;
    let mut examination = Examination::new();
    examination.about_provider(Some(target));
    Ok(examination)
}

/// All checks but the one that takes a click.
pub(crate) fn examine(inner: &Arc<Inner>, issuer: Option<&str>) -> Result<Examination, Error> {
    let target = issuer.map(|issuer| Target::new(inner.transport.clone(), issuer, inner.schemes, inner.clock.clone()));
    let target = target.transpose()?;
    let mut examination = Examination::new();
    let vault = inner.vault().clone();
    examination.add(CheckId::Keychain, async move { keychain::examine(&vault).await });
    let vault = inner.vault().clone();
    examination.add(CheckId::Vault, async move { vault::examine(&vault).await });
    let shared = inner.clone();
    examination.add(CheckId::LinkOwner, async move { link_owner::examine(&shared).await });
    let shared = inner.clone();
    examination.add(CheckId::LinkDelivery, async move { delivery::examine(&shared).await });
    examination.add(CheckId::BrowserLink, async {
        Finding::not_checked(CheckId::BrowserLink, Reason::AwaitsPerson)
    });
    let folders = inner.link_handler.as_ref().map(|handler| handler.folders.clone());
    examination.add(CheckId::Browser, browser::examine(folders));
    examination.about_provider(target);
    Ok(examination)
}

#[cfg(test)]
mod tests {
    use super::super::detail::LinkOwnerDetail;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_check_that_hangs_or_breaks_down_is_told_and_keeps_no_other_waiting() {
        let mut examination = Examination::new();
        examination.add(CheckId::Keychain, std::future::pending());
        examination.add(CheckId::LinkOwner, async { LinkOwnerDetail::Ours.into() });
        assert_eq!(examination.checks(), [CheckId::Keychain, CheckId::LinkOwner]);
        let first = examination.next().await.expect("a finding");
        assert_eq!(first, LinkOwnerDetail::Ours.into());
        let began = tokio::time::Instant::now();
        let second = examination.next().await.expect("a finding");
        assert!(began.elapsed() <= Duration::from_secs(31), "{:?}", began.elapsed());
        assert_eq!(second, Finding::not_checked(CheckId::Keychain, Reason::TookTooLong));
        assert_eq!(examination.next().await, None);

        let mut examination = Examination::new();
        examination.add(CheckId::Vault, async { unreachable!("this check breaks down") });
        let told = examination.finish().await;
        assert_eq!(told, [Finding::not_checked(CheckId::Vault, Reason::Failed)]);
    }
}
