//! The provider's clock: the system's, moved on request, so that expiry can be tested without waiting.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where a deterministic provider's clock stands still: 2026-01-01T00:00:00Z.
pub(crate) const DETERMINISTIC_NOW: i64 = 1_767_225_600;

/// 9999-12-31T23:59:59Z.
const LATEST: i64 = 253_402_300_799;

/// Seconds since 1970-01-01T00:00:00Z as this provider sees them.
#[derive(Debug)]
pub struct Clock {
    fixed: Option<i64>,
    offset: AtomicI64,
}

impl Clock {
    pub(crate) fn new(fixed: Option<i64>) -> Self {
        Self {
            fixed,
            offset: AtomicI64::new(0),
        }
    }

    /// The time now, in seconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> i64 {
        let base = self.fixed.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        });
        // Within the years 1970 to 9999, so that no sum of a time and a lifetime can overflow.
        base.saturating_add(self.offset.load(Ordering::Relaxed))
            .clamp(0, LATEST)
    }

    /// Moves the clock by so many seconds; a negative number moves it back.
    pub fn advance(&self, seconds: i64) {
        // `fetch_update` and not `fetch_add`: an absurd number saturates and does not wrap.
        let _ = self.offset.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |o| {
            Some(o.saturating_add(seconds))
        });
    }

    pub(crate) fn reset(&self) {
        self.offset.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stays_within_the_years_that_can_be_written() {
        let clock = Clock::new(Some(DETERMINISTIC_NOW));
        clock.advance(60);
        assert_eq!(clock.now(), DETERMINISTIC_NOW + 60);
        clock.advance(i64::MAX);
        assert_eq!(clock.now(), LATEST);
        clock.reset();
        clock.advance(i64::MIN);
        assert_eq!(clock.now(), 0);
    }
}
