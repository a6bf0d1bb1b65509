//! The mark in an account's record: a refresh was sent, and its answer is not known.

use doorkey_oidc::Now;

use crate::sessions::{Record, RefreshReuse};

/// The mark as it was before a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    since: Option<i64>,
    repeated: bool,
}

impl Record {
    /// Whether its refresh token may be sent: not if it was and the answer is not known, but for one repeat where the provider
    /// states a grace.
    ///
    /// Spec: RFC 9700 section 4.14.2
    pub(super) fn may_be_sent(&self, now: Now) -> bool {
        match self.refreshing_since {
            None => true,
            // A provider that does not rotate takes the same one any number of times.
            Some(_) if self.reuse == RefreshReuse::Allowed => true,
            Some(since) => !self.refresh_repeated && self.reuse.allows(since, now.0),
        }
    }

    /// Notes that the refresh token is about to be sent. To be written before it is.
    pub(super) fn mark(&mut self, now: Now) -> Mark {
        let before = Mark {
            since: self.refreshing_since,
            repeated: self.refresh_repeated,
        };
        self.refresh_repeated = before.since.is_some();
        self.refreshing_since = Some(before.since.unwrap_or(now.0));
        before
    }

    /// The refresh token has certainly not been sent: all is as it was.
    pub(super) fn unmark(&mut self, before: Mark) {
        self.refreshing_since = before.since;
        self.refresh_repeated = before.repeated;
    }

    /// It was sent, and no tokens were given out for it. What became of one that was sent before is as unknown as it was.
    pub(super) fn note_no_tokens(&mut self, before: Mark) {
        if before.since.is_none() || self.reuse == RefreshReuse::Allowed {
            self.refreshing_since = None;
            self.refresh_repeated = false;
        }
    }
}
