//! How many requests are being answered at the same moment.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts requests that have come and are not answered.
#[derive(Debug, Default)]
pub(crate) struct UnderWay {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// One of them, until it is answered or its connection is gone.
pub(crate) struct One<'a>(&'a UnderWay);

impl UnderWay {
    pub(crate) fn one(&self) -> One<'_> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        One(self)
    }

    /// The most so far; from here on it is counted anew.
    pub(crate) fn take_most(&self) -> usize {
        self.most.swap(self.now.load(Ordering::SeqCst), Ordering::SeqCst)
    }
}

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_at_once_is_remembered_until_it_is_asked_for() {
        let under_way = UnderWay::default();
        let first = under_way.one();
        drop((under_way.one(), under_way.one()));
        drop(under_way.one());
        assert_eq!(under_way.take_most(), 3);
        assert_eq!(under_way.take_most(), 1, "the first is still being answered");
        drop(first);
        assert_eq!((under_way.take_most(), under_way.take_most()), (1, 0));
    }
}
