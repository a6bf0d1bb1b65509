//! A running provider.

use crate::builder::{Builder, CaFile, StartError};
use crate::call::Endpoint;
use crate::clock::Clock;
use crate::faults::{Armed, Fault, When};
use crate::hold::Hold;
use crate::journal::{Recorded, Secrets};
use crate::people::Person;
use crate::plug::Line;
use crate::provider::Provider;
use crate::robot::Robot;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running provider. It ends when this is dropped, or in good order by [`MockOp::stop`].
pub struct MockOp {
    pub(crate) provider: Arc<Provider>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) tasks: Vec<JoinHandle<()>>,
    pub(crate) line: Line,
    pub(crate) ca: Option<CaFile>,
}

impl std::fmt::Debug for MockOp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockOp")
            .field("issuer", &self.provider.origin)
            .finish_non_exhaustive()
    }
}

impl MockOp {
    /// Starts one with the defaults, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// No port could be listened on.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Options, with the defaults.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The issuer identifier at the root: `http://127.0.0.1:PORT`, without a slash at the end. (That of [`Profile::Auth0`] has one when it is at
    /// the root: `issuer_named("")`.)
    ///
    /// [`Profile::Auth0`]: crate::Profile::Auth0
    pub fn issuer(&self) -> &str {
        &self.provider.origin
    }

    /// Where it listens. Its issuers name another address if it was told to be [`Builder::behind`] one.
    pub fn address(&self) -> SocketAddr {
        self.line.address
    }

    /// The issuer identifier of another issuer at the same place. One that is named for a fault, as `idt-nonce`, always
    /// has that fault.
    pub fn issuer_named(&self, name: &str) -> String {
        self.provider.issuer_named(name).identifier()
    }

    /// The origin of the second host, to which no sound client ever sends a request. Those that come are in
    /// [`MockOp::requests`] with the endpoint `elsewhere`.
    pub fn elsewhere(&self) -> &str {
        &self.provider.elsewhere
    }

    /// The file with the throw-away authority's certificate, if this provider serves TLS.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca.as_ref().map(CaFile::path)
    }

    /// Someone who can sign in.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.provider.person(id)
    }

    /// Arms a fault for the next time it can happen, in its default variant.
    pub fn next(&self, fault: Fault) {
        self.arm(fault, fault.variants()[0], When::Once);
    }

    /// Arms a variant of a fault. False, and nothing is armed, if [`Fault::variants`] does not have it.
    #[must_use = "a variant that the fault does not have arms nothing"]
    pub fn next_variant(&self, fault: Fault, variant: &str) -> bool {
        self.when_variant(fault, variant, When::Once)
    }

    /// Arms a variant of a fault as often as `when` says. False, and nothing is armed, if the fault does not have it.
    #[must_use = "a variant that the fault does not have arms nothing"]
    pub fn when_variant(&self, fault: Fault, variant: &str, when: When) -> bool {
        match fault.variants().iter().find(|v| **v == variant) {
            Some(variant) => {
                self.arm(fault, variant, when);
                true
            }
            None => false,
        }
    }

    /// Arms a fault in its default variant for each time, until [`MockOp::reset`].
    pub fn always(&self, fault: Fault) {
        self.arm(fault, fault.variants()[0], When::Always);
    }

    /// Arms a fault in its default variant as often as `when` says.
    pub fn when(&self, fault: Fault, when: When) {
        self.arm(fault, fault.variants()[0], when);
    }

    /// About one request in `one_in` meets a fault, until [`MockOp::reset`]: see [`Builder::random_faults`].
    pub fn random_faults(&self, seed: u64, one_in: u32) {
        self.provider.chances.begin(seed, one_in);
    }

    fn arm(&self, fault: Fault, variant: &'static str, when: When) {
        self.provider.faults.arm(Armed { fault, variant, when });
        self.provider.news.tell();
    }

    /// Disarms every fault.
    pub fn disarm(&self) {
        self.provider.faults.clear();
        self.provider.news.tell();
    }

    /// Keeps back the answers of an endpoint, after their requests were acted upon, until what is returned is dropped.
    pub fn hold(&self, endpoint: Endpoint) -> Hold {
        self.provider.holds.begin(endpoint)
    }

    /// Every request so far, the oldest first; bounded by [`Builder::limit`].
    pub fn requests(&self) -> Vec<Recorded> {
        self.provider.journal.requests()
    }

    /// How many requests were being answered at the same moment, at the most, since this was asked last.
    pub fn take_most_at_once(&self) -> usize {
        self.provider.under_way.take_most()
    }

    /// Every secret so far. Empty unless [`Builder::show_secrets`].
    pub fn secrets(&self) -> Secrets {
        self.provider.journal.secrets()
    }

    /// The access tokens and refresh tokens of a person that would be taken now: neither expired, nor revoked, nor, if it is
    /// a refresh token, used. In no order.
    pub fn live_tokens(&self, person: &str) -> Vec<String> {
        let now = self.provider.clock.now();
        let grants = self.provider.grants();
        let is_theirs = |grant: &crate::grants::Grant| *grant.person == *person && grant.is_live();
        let access = grants.access.live(now).filter(|(_, access)| is_theirs(&access.grant));
        let unused = |refresh: &crate::grants::Refresh| refresh.used_at.is_none() && is_theirs(&refresh.grant);
        let refresh = grants.refresh.live(now).filter(|(_, refresh)| unused(refresh));
        let access = access.map(|(token, _)| token.to_owned());
        access.chain(refresh.map(|(token, _)| token.to_owned())).collect()
    }

    /// The clock, to be moved.
    pub fn clock(&self) -> &Clock {
        &self.provider.clock
    }

    /// Makes new signing keys. The old ones stay published.
    pub fn rotate_keys(&self) {
        self.provider.keys.rotate();
        self.provider.news.tell();
    }

    /// Forgets requests, sign-ins, tokens and faults, and sets the clock right. Keys, people and clients stay.
    pub fn reset(&self) {
        self.provider.reset();
        self.provider.news.tell();
    }

    /// Someone who signs in as a browser would: Ada, who allows all, unless told otherwise.
    pub fn robot(&self) -> Robot {
        Robot::new(Arc::clone(&self.provider))
    }

    /// Stops listening, and waits a moment for answers that are under way.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        // Else whoever watches would be waited for.
        self.provider.news.end();
        for task in std::mem::take(&mut self.tasks) {
            let _ = task.await;
        }
    }
}

impl Drop for MockOp {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
