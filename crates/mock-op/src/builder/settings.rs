//! Options that a configuration file has too: issuers by name, faults from the start, how tokens and pages are.

use super::Builder;
use crate::config::Config;
use crate::faults::{Armed, Fault, When};
use crate::named_issuer::NamedIssuer;

impl Builder {
    /// None of the people and clients that every provider begins with: only those that are named from here on.
    #[must_use]
    pub fn without_defaults(mut self) -> Self {
        self.people.clear();
        self.clients.clear();
        self
    }

    /// One more issuer with settings of its own. One of the same name is replaced.
    #[must_use]
    pub fn named_issuer(mut self, issuer: NamedIssuer) -> Self {
        self.named_issuers.retain(|i| i.name != issuer.name);
        self.named_issuers.push(issuer);
        self
    }

    /// A fault that is armed when it starts, in its default variant. A reset disarms it.
    #[must_use]
    pub fn fault(self, fault: Fault, when: When) -> Self {
        self.armed(fault, fault.variants()[0], when)
    }

    pub(crate) fn armed(mut self, fault: Fault, variant: &'static str, when: When) -> Self {
        self.armed.push(Armed { fault, variant, when });
        self
    }

    /// About one request in `one_in` meets a fault that fits its endpoint, until a reset. The same seed and the same requests
    /// give the same faults; the journal says which. 0 counts as 1.
    #[must_use]
    pub fn random_faults(mut self, seed: u64, one_in: u32) -> Self {
        self.random_faults = Some((seed, one_in));
        self
    }

    /// Shows no pages: whoever `login_hint` means, or else the first of the people, is signed in at once and allows all.
    #[must_use]
    pub fn without_pages(mut self) -> Self {
        self.pages = false;
        self
    }

    /// How long access tokens and ID Tokens live, in seconds; 3,600 unless told otherwise.
    #[must_use]
    pub fn token_seconds(mut self, seconds: i64) -> Self {
        self.token_seconds = seconds;
        self
    }

    /// Whether a refresh gives a new refresh token at the root, whatever the profile says.
    #[must_use]
    pub fn rotates_refresh_tokens(mut self, yes: bool) -> Self {
        self.rotates = Some(yes);
        self
    }

    /// The clock stands still at this time, in seconds since 1970-01-01T00:00:00Z, until it is moved.
    #[must_use]
    pub fn now(mut self, seconds: i64) -> Self {
        self.now = Some(seconds);
        self
    }

    /// All that a configuration says. What is said after it goes before it.
    #[must_use]
    pub fn config(self, config: Config) -> Self {
        config.apply(self)
    }
}
