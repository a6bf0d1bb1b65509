//! How much time has passed since a code was given, whatever happened to the clocks meanwhile.

use doorkey_oidc::Now;
use tokio::time::Instant;

use crate::clock::Clock;

/// The time as it passes for one waiting.
///
/// A computer's clock can be put back, and the one that never goes back stands still on many systems while the computer sleeps. Of the
/// two the one counts that has moved further: a code ends while the computer sleeps, and a clock that was put back keeps nobody waiting.
pub(super) struct Lapse {
    clock: Clock,
    /// Milliseconds since 1970 at the beginning, and what has passed since.
    now_ms: i64,
    /// What each clock said when they were last read.
    wall_ms: i64,
    steady: Instant,
}

impl Lapse {
    pub(super) fn from_now(clock: &Clock) -> Self {
        let wall_ms = clock.now_milliseconds();
        Self {
            clock: clock.clone(),
            now_ms: wall_ms,
            wall_ms,
            steady: Instant::now(),
        }
    }

    /// The time: that of the computer's clock, unless that was put back.
    pub(super) fn now(&mut self) -> Now {
        let (wall_ms, steady) = (self.clock.now_milliseconds(), Instant::now());
        let by_steady = i64::try_from(steady.duration_since(self.steady).as_millis()).unwrap_or(i64::MAX);
        let passed = wall_ms.saturating_sub(self.wall_ms).max(by_steady);
        self.now_ms = self.now_ms.saturating_add(passed);
        (self.wall_ms, self.steady) = (wall_ms, steady);
        Now(self.now_ms / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_put_forward_counts_as_sleep_does_and_one_that_is_put_back_does_not() {
        let clock = Clock::adjustable();
        let mut lapse = Lapse::from_now(&clock);
        let began = lapse.now().0;
        clock.advance(-3_600);
        let after = lapse.now().0;
        assert!((began..began + 60).contains(&after), "{after} after {began}");
        clock.advance(100);
        let later = lapse.now().0;
        assert!((began + 100..began + 160).contains(&later), "{later} after {began}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_steady_clock_counts_where_the_other_does_not_move() {
        let mut lapse = Lapse::from_now(&Clock::adjustable());
        let began = lapse.now().0;
        tokio::time::advance(tokio::time::Duration::from_secs(50)).await;
        assert!(lapse.now().0 >= began + 50);
    }
}
