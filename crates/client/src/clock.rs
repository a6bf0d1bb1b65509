//! Where the time comes from: the one place that reads the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use doorkey_oidc::Now;

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Seconds by which it is ahead of this computer's clock. Clones share it.
    ahead: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// This computer's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that can be put forward and back, for tests.
    pub fn adjustable() -> Self {
        Self {
            ahead: Some(Arc::default()),
        }
    }

    /// Puts an adjustable clock forward by so many seconds, or back. Nothing happens to the computer's own.
    pub fn advance(&self, seconds: i64) {
        if let Some(ahead) = &self.ahead {
            ahead.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// The time. A clock before 1970 reads as 1970, which every check then finds wrong.
    pub(crate) fn now(&self) -> Now {
        Now(self.now_milliseconds() / 1000)
    }

    /// The time in milliseconds since 1970, for what is measured against another clock, or across processes.
    pub(crate) fn now_milliseconds(&self) -> i64 {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let milliseconds = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let ahead = self.ahead.as_ref().map_or(0, |ahead| ahead.load(Ordering::SeqCst));
        milliseconds.saturating_add(ahead.saturating_mul(1000)).max(0)
    }
}
