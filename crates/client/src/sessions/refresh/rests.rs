//! Rests after a refresh that failed: nothing is sent for the account meanwhile, by whomever it is asked for.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorkey_oidc::Now;
use rand::RngExt as _;

use crate::Error;
use crate::sessions::AccountId;

/// The pauses of our own, in seconds: doubled from the first to the last.
const PAUSES: std::ops::RangeInclusive<i64> = 2..=900;
/// Up to this pause of our own, in seconds, a provider that asks for less is believed.
const BELIEVED: i64 = 8;
/// No two programs come back at the same moment.
const JITTER: std::ops::Range<f64> = 0.8..1.2;

/// Who rests.
#[derive(Default)]
pub(crate) struct Rests(Mutex<HashMap<AccountId, Rest>>);

struct Rest {
    since: i64,
    seconds: i64,
    /// The last pause before jitter, for the next one to be twice as long.
    pause: i64,
    /// The provider asked for it: nobody passes it.
    asked_for: bool,
    /// How often the computer had slept when it began.
    sleeps: u64,
    /// What those are told who come meanwhile.
    error: Error,
}

/// The moment at which something is asked: a time, and how often the computer slept before it.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: Now,
    pub(crate) sleeps: u64,
}

impl Rests {
    fn all(&self) -> MutexGuard<'_, HashMap<AccountId, Rest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the last refresh failed with, while the account rests. A person who insists passes our own rests, not the
    /// provider's.
    pub(crate) fn error(&self, id: &AccountId, at: Moment, insists: bool) -> Option<Error> {
        let all = self.all();
        let rest = all.get(id)?;
        // A clock that went back must not make a rest last for years.
        let lasts = (0..rest.seconds).contains(&(at.now.0 - rest.since));
        // What failed before a sleep may have failed because of it, and says nothing of the network that is here now.
        let counts = rest.asked_for || (rest.sleeps == at.sleeps && !insists);
        (lasts && counts).then(|| rest.error.clone())
    }

    /// A refresh failed: the account rests for as long as the provider asks, else for twice as long as the last time.
    pub(crate) fn begin(&self, id: &AccountId, at: Moment, error: &Error, retry_after: Option<i64>) {
        let mut all = self.all();
        let before = all
            .get(id)
            .filter(|rest| rest.sleeps == at.sleeps)
            .map_or(0, |rest| rest.pause);
        let pause = (before * 2).clamp(*PAUSES.start(), *PAUSES.end());
        let ours = (pause as f64 * rand::rng().random_range(JITTER)).ceil() as i64;
        let rest = Rest {
            since: at.now.0,
            // A provider that asks for a second each time, and fails each time, is not asked every second.
            seconds: match retry_after {
                Some(asked) if pause > BELIEVED => asked.max(ours),
                Some(asked) => asked,
                None => ours,
            },
            pause,
            asked_for: retry_after.is_some(),
            sleeps: at.sleeps,
            error: error.clone(),
        };
        all.insert(id.clone(), rest);
    }

    /// It works again, or is another session.
    pub(crate) fn end(&self, id: &AccountId) {
        self.all().remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> AccountId {
        AccountId::from_text(&"a".repeat(43)).unwrap()
    }

    fn at(now: i64) -> Moment {
        Moment {
            now: Now(now),
            sleeps: 0,
        }
    }

    /// How long an account rests from a moment on, in seconds.
    fn rests_for(rests: &Rests, from: i64) -> i64 {
        (0..10_000)
            .find(|seconds| rests.error(&id(), at(from + seconds), false).is_none())
            .unwrap()
    }

    #[test]
    fn rests_grow_with_every_failure_up_to_a_quarter_of_an_hour_and_begin_anew_after_a_success() {
        let rests = Rests::default();
        let mut now = 1000;
        for pause in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900] {
            rests.begin(&id(), at(now), &Error::Offline, None);
            let rested = rests_for(&rests, now);
            let least = (pause as f64 * JITTER.start).floor() as i64;
            let most = (pause as f64 * JITTER.end).ceil() as i64;
            assert!((least..=most).contains(&rested), "{rested} where {pause} was due");
            now += rested;
        }
        rests.end(&id());
        rests.begin(&id(), at(now), &Error::Offline, None);
        assert!(rests_for(&rests, now) <= 3);
    }

    #[test]
    fn no_two_programs_rest_equally_long() {
        let lengths: std::collections::BTreeSet<_> = (0..50)
            .map(|_| {
                let rests = Rests::default();
                for _ in 0..10 {
                    rests.begin(&id(), at(0), &Error::Offline, None);
                }
                rests_for(&rests, 0)
            })
            .collect();
        assert!(lengths.len() > 10, "{lengths:?}");
    }

    #[test]
    fn a_person_who_insists_passes_our_rest_and_not_the_providers() {
        let rests = Rests::default();
        rests.begin(&id(), at(0), &Error::Offline, None);
        assert_eq!(rests.error(&id(), at(1), false), Some(Error::Offline));
        assert_eq!(rests.error(&id(), at(1), true), None);
        rests.begin(&id(), at(0), &Error::TimedOut, Some(60));
        for insists in [false, true] {
            assert_eq!(rests.error(&id(), at(59), insists), Some(Error::TimedOut));
            assert_eq!(rests.error(&id(), at(60), insists), None);
        }
    }

    #[test]
    fn after_a_sleep_our_rests_are_over_and_the_providers_go_on() {
        let rests = Rests::default();
        let woken = |now| Moment {
            now: Now(now),
            sleeps: 1,
        };
        for _ in 0..5 {
            rests.begin(&id(), at(0), &Error::Offline, None);
        }
        assert_eq!(rests.error(&id(), woken(1), false), None);
        rests.begin(&id(), woken(1), &Error::Offline, None);
        assert_eq!(rests.error(&id(), woken(5), false), None, "a short one again");
        rests.begin(&id(), at(0), &Error::Offline, Some(60));
        assert_eq!(rests.error(&id(), woken(1), false), Some(Error::Offline));
    }

    #[test]
    fn a_clock_that_goes_back_ends_a_rest() {
        let rests = Rests::default();
        rests.begin(&id(), at(1_000_000), &Error::Offline, Some(60));
        assert_eq!(rests.error(&id(), at(999_999), false), None);
    }
}
