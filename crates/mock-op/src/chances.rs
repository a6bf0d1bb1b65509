//! Faults at random, by a seed: the same seed and the same requests meet the same faults.

use crate::call::Endpoint;
use crate::faults::Fault;
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::HashMap;
use std::sync::Mutex;

/// One request in so many, unless another number is asked for.
pub(crate) const ONE_IN: u32 = 10;

/// Draws a fault for one request in so many, or for none while it is off.
#[derive(Debug, Default)]
pub(crate) struct Chances(Mutex<Option<Drawing>>);

#[derive(Debug)]
struct Drawing {
    seed: u64,
    one_in: u32,
    /// How many requests each endpoint had; refreshes are counted by themselves. What one endpoint meets thus does not
    /// depend on how its requests fall between those to another.
    asked: HashMap<(Endpoint, bool), u64>,
}

impl Chances {
    pub(crate) fn new(settings: Option<(u64, u32)>) -> Self {
        let chances = Self::default();
        if let Some((seed, one_in)) = settings {
            chances.begin(seed, one_in);
        }
        chances
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Drawing>> {
        self.0.lock().expect("no holder of this lock panics")
    }

    /// From here on one request in `one_in` meets a fault; 0 counts as 1.
    pub(crate) fn begin(&self, seed: u64, one_in: u32) {
        *self.lock() = Some(Drawing {
            seed,
            one_in: one_in.max(1),
            asked: HashMap::new(),
        });
    }

    pub(crate) fn end(&self) {
        *self.lock() = None;
    }

    /// Seed and rate, while it is on.
    pub(crate) fn settings(&self) -> Option<(u64, u32)> {
        self.lock().as_ref().map(|drawing| (drawing.seed, drawing.one_in))
    }

    /// The fault that this request meets, if it meets one.
    pub(crate) fn draw(&self, endpoint: Endpoint, refresh: bool) -> Option<(Fault, &'static str)> {
        let (seed, one_in, nth) = {
            let mut drawing = self.lock();
            let drawing = drawing.as_mut()?;
            let nth = drawing.asked.entry((endpoint, refresh)).or_default();
            *nth += 1;
            (drawing.seed, drawing.one_in, *nth)
        };
        let lot = format!("mock-op random faults {seed} {endpoint:?} {refresh} {nth}");
        let hash = digest(&SHA256, lot.as_bytes());
        let number = |at: usize| {
            hash.as_ref()[at..at + 8]
                .iter()
                .fold(0_u64, |n, b| n << 8 | u64::from(*b))
        };
        if number(0) % u64::from(one_in) != 0 {
            return None;
        }
        let fitting: Vec<Fault> = Fault::ALL
            .iter()
            .copied()
            .filter(|f| f.fits(endpoint, refresh))
            .collect();
        let fault = *one_of(&fitting, number(8))?;
        Some((fault, one_of(fault.variants(), number(16))?))
    }
}

fn one_of<T>(choice: &[T], number: u64) -> Option<&T> {
    let length = u64::try_from(choice.len()).ok().filter(|n| *n > 0)?;
    choice.get(usize::try_from(number % length).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, one_in: u32, times: usize) -> Vec<Option<(Fault, &'static str)>> {
        let chances = Chances::new(Some((seed, one_in)));
        (0..times).map(|_| chances.draw(Endpoint::Token, false)).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_faults_and_another_seed_gives_others() {
        assert_eq!(drawn(1, 3, 200), drawn(1, 3, 200));
        assert_ne!(drawn(1, 3, 200), drawn(2, 3, 200));
    }

    #[test]
    fn about_one_in_so_many_meets_a_fault_and_each_fits_its_endpoint() {
        // Binomial with n = 6,000 and p = 1/6: the mean is 1,000 and five standard deviations are 144.
        let met: Vec<_> = drawn(7, 6, 6_000).into_iter().flatten().collect();
        assert!((856..=1_144).contains(&met.len()), "{}", met.len());
        assert!(met.iter().all(|(fault, _)| fault.fits(Endpoint::Token, false)));
        let kinds: std::collections::HashSet<_> = met.iter().collect();
        assert!(kinds.len() > 50, "they are not all the same: {}", kinds.len());
    }

    #[test]
    fn one_endpoint_does_not_depend_on_what_was_asked_of_another() {
        let chances = Chances::new(Some((5, 2)));
        let mixed: Vec<_> = (0..100)
            .map(|_| {
                chances.draw(Endpoint::Jwks, false);
                chances.draw(Endpoint::Token, true);
                chances.draw(Endpoint::Token, false)
            })
            .collect();
        assert_eq!(mixed, drawn(5, 2, 100));
    }

    #[test]
    fn nothing_is_drawn_before_it_begins_after_its_end_or_for_a_page() {
        let chances = Chances::default();
        assert_eq!(chances.draw(Endpoint::Jwks, false), None);
        chances.begin(1, 0);
        assert_eq!(chances.settings(), Some((1, 1)));
        assert!(chances.draw(Endpoint::Jwks, false).is_some());
        assert_eq!(chances.draw(Endpoint::Login, false), None);
        chances.end();
        assert_eq!(chances.draw(Endpoint::Jwks, false), None);
    }
}
