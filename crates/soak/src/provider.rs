//! The mock provider of a scenario, and what it saw.

use std::collections::BTreeMap;

use mock_op::{Endpoint, MockOp, Person, Profile, Recorded};
use tokio::runtime::Handle;
use url::Url;

use crate::error::{Result, SoakError};

/// For so many seconds the provider with a grace takes a used refresh token again.
pub(crate) const GRACE: u32 = 30;
/// Longer than its access tokens live, in seconds.
pub(crate) const LIFETIME: i64 = 3700;

/// A mock provider and its people.
pub(crate) struct Provider {
    op: MockOp,
    runtime: Handle,
    grace: Option<u32>,
    seen: std::sync::Mutex<Vec<String>>,
}

impl Provider {
    /// Starts one that remembers so many requests and has so many people beside `first` and `second`: `p0`, `p1`, ...
    /// It takes reuse of a refresh token for theft, unless it has a grace.
    ///
    /// # Errors
    /// `Provider` when it does not start.
    pub(crate) fn start(runtime: &Handle, with_grace: bool, people: usize, limit: usize) -> Result<Self> {
        let profile = if with_grace { Profile::Okta } else { Profile::Strict };
        let mut builder = MockOp::builder().profile(profile).show_secrets().limit(limit);
        let names = ["first".to_owned(), "second".to_owned()];
        for id in names.into_iter().chain((0..people).map(|number| format!("p{number}"))) {
            // With an address, so that the ID Token says all; without a picture, so that nothing is fetched later.
            let person = Person::new(&id, &id).with("email", format!("{id}@example.com"));
            builder = builder.person(person.with("email_verified", true));
        }
        let op = runtime
            .block_on(builder.start())
            .map_err(|error| SoakError::Provider(error.to_string()))?;
        Ok(Self {
            op,
            runtime: runtime.clone(),
            grace: with_grace.then_some(GRACE),
            seen: std::sync::Mutex::default(),
        })
    }

    /// The issuer identifier.
    pub(crate) fn issuer(&self) -> &str {
        self.op.issuer()
    }

    /// For how many seconds a used refresh token is taken again, if it is.
    pub(crate) fn grace(&self) -> Option<u32> {
        self.grace
    }

    /// The subject identifier of a person.
    pub(crate) fn subject(person: &str) -> String {
        format!("sub-{person}")
    }

    /// Signs a person in at the provider, and returns the redirect that the browser would follow.
    ///
    /// # Errors
    /// `Provider` when the pages do not lead to one.
    pub(crate) fn redirect(&self, person: &str, authorization_url: &str) -> Result<String> {
        // What must be found nowhere else, beside what the provider itself counts as secret.
        if let Ok(url) = Url::parse(authorization_url) {
            let secret = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
                matches!(&*name, "state" | "nonce").then(|| value.into_owned())
            };
            let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            seen.extend(url.query_pairs().filter_map(secret));
        }
        let mut robot = self.op.robot().person(person);
        self.runtime
            .block_on(robot.sign_in(authorization_url))
            .map_err(|error| SoakError::Provider(error.to_string()))
    }

    /// Puts its clock forward.
    pub(crate) fn advance(&self, seconds: i64) {
        self.op.clock().advance(seconds);
    }

    /// How many requests to the token endpoint had this `grant_type`.
    pub(crate) fn grants(&self, grant_type: &str) -> usize {
        let is_it = |request: &&Recorded| request.param("grant_type") == Some(grant_type);
        self.op.requests().iter().filter(is_it).count()
    }

    /// How often the parameter of this name was sent with the value that was sent most often.
    pub(crate) fn most_often(&self, parameter: &str) -> usize {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for request in self.op.requests() {
            if let Some(value) = request.param(parameter).filter(|_| request.endpoint == Endpoint::Token) {
                *times.entry(value.to_owned()).or_default() += 1;
            }
        }
        times.into_values().max().unwrap_or(0)
    }

    /// How many requests were being answered at once, at the most, since this was asked last.
    pub(crate) fn take_most_at_once(&self) -> usize {
        self.op.take_most_at_once()
    }

    /// How many answers had this error code.
    pub(crate) fn refusals(&self, error: &str) -> usize {
        let is_it = |request: &&Recorded| request.error.as_deref() == Some(error);
        self.op.requests().iter().filter(is_it).count()
    }

    /// How many revocations it answered with 200.
    pub(crate) fn revocations(&self) -> usize {
        let done = |request: &&Recorded| request.endpoint == Endpoint::Revocation && request.status == 200;
        self.op.requests().iter().filter(done).count()
    }

    /// How many tokens of this person it would take now.
    pub(crate) fn live_tokens(&self, person: &str) -> usize {
        self.op.live_tokens(person).len()
    }

    /// Whether it would take the refresh token and the access token that it issued last, and they are this person's.
    pub(crate) fn newest_live(&self, person: &str) -> bool {
        let (all, live) = (self.op.secrets(), self.op.live_tokens(person));
        let newest = [all.refresh_tokens.back(), all.access_tokens.back()];
        newest
            .into_iter()
            .all(|token| token.is_some_and(|token| live.contains(token)))
    }

    /// Every code, token, verifier, `state` and `nonce` so far.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let all = self.op.secrets();
        let kinds = [
            all.codes,
            all.verifiers,
            all.access_tokens,
            all.refresh_tokens,
            all.id_tokens,
        ];
        let states = self
            .seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        kinds.into_iter().flatten().chain(states).collect()
    }
}
