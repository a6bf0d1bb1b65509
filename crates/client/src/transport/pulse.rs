//! Notices that the computer slept: the clock on the wall ran on while the one that only counts stood still.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use doorkey_oidc::Now;

use crate::clock::Clock;

/// By how many seconds the clock on the wall must have run ahead to count as a sleep. A shorter one breaks no connection.
const SLEPT: i64 = 15;

/// Counts the sleeps of this computer.
///
/// A clock that somebody puts forward looks the same. That does no harm: connections are made anew, and what is due is due.
pub(super) struct Pulse {
    clock: Clock,
    started: Instant,
    seen: Mutex<Seen>,
}

struct Seen {
    /// The clock on the wall minus the one that counts, in seconds.
    apart: i64,
    sleeps: u64,
}

impl Pulse {
    pub(super) fn new(clock: Clock) -> Self {
        let seen = Seen::new(0, clock.now());
        Self {
            clock,
            started: Instant::now(),
            seen: Mutex::new(seen),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often the computer has slept so far, this very moment included.
    pub(super) fn sleeps(&self) -> u64 {
        let counted = i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX);
        let now = self.clock.now();
        self.seen().look(counted, now)
    }

    /// It slept: somebody noticed it in another way.
    pub(super) fn slept(&self) {
        self.seen().sleeps += 1;
    }
}

impl Seen {
    fn new(counted: i64, wall: Now) -> Self {
        Self {
            apart: wall.0 - counted,
            sleeps: 0,
        }
    }

    fn look(&mut self, counted: i64, wall: Now) -> u64 {
        let apart = wall.0 - counted;
        if apart - self.apart > SLEPT {
            self.sleeps += 1;
            self.apart = apart;
        }
        // What is less than a sleep is not forgotten, so that many looks do not hide it; a clock that went back is.
        self.apart = self.apart.min(apart);
        self.sleeps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    #[test]
    fn nine_hours_on_the_wall_and_none_counted_are_one_sleep() {
        let mut seen = Seen::new(100, Now(NOW));
        assert_eq!(seen.look(160, Now(NOW + 60)), 0, "both run");
        assert_eq!(seen.look(161, Now(NOW + 60 + 9 * 3600)), 1);
        assert_eq!(seen.look(170, Now(NOW + 69 + 9 * 3600)), 1, "it is counted once");
        assert_eq!(seen.look(171, Now(NOW + 9 * 3600 + 70 + SLEPT)), 1);
        assert_eq!(seen.look(172, Now(NOW + 9 * 3600 + 72 + SLEPT)), 2);
    }

    #[test]
    fn hours_of_work_are_no_sleep() {
        let mut seen = Seen::new(0, Now(NOW));
        for counted in (0..100_000).step_by(997) {
            // The clock on the wall shows whole seconds, and so does the other: they may be one apart.
            assert_eq!(seen.look(counted, Now(NOW + counted + counted % 2)), 0);
        }
    }

    #[test]
    fn a_clock_that_went_back_does_not_hide_the_next_sleep() {
        let mut seen = Seen::new(0, Now(NOW));
        assert_eq!(seen.look(1, Now(NOW - 31_536_000)), 0);
        assert_eq!(seen.look(2, Now(NOW - 31_536_000 + 3600)), 1);
        assert_eq!(seen.look(3, Now(0)), 1);
    }
}
