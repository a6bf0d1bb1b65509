//! One of a kind under way for each account: who comes meanwhile waits for what comes of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::sessions::AccountId;

/// What is under way, by account.
pub(crate) struct Flights<T>(Arc<Mutex<UnderWay<T>>>);

type UnderWay<T> = HashMap<AccountId, watch::Receiver<Option<T>>>;

/// What came of it.
pub(crate) struct Landed<T> {
    /// `None` only if it was broken off, as when the program ends.
    pub(crate) outcome: Option<T>,
    /// Whether it was begun for the one who asked, and not for somebody before.
    pub(crate) began: bool,
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    /// Waits for what is under way for this account, or begins it. It runs to its end in a task of its own, whatever
    /// becomes of those who wait: a refresh that is broken off in the middle leaves nobody knowing which token is good.
    pub(crate) async fn join<F>(&self, id: &AccountId, begin: impl FnOnce() -> F) -> Landed<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (mut landing, began) = self.find_or_begin(id, begin);
        let landed = landing.wait_for(Option::is_some).await;
        Landed {
            outcome: landed.ok().and_then(|outcome| outcome.clone()),
            began,
        }
    }

    fn find_or_begin<F>(&self, id: &AccountId, begin: impl FnOnce() -> F) -> (watch::Receiver<Option<T>>, bool)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut under_way = lock(&self.0);
        if let Some(landing) = under_way.get(id) {
            return (landing.clone(), false);
        }
        let (tell, landing) = watch::channel(None);
        under_way.insert(id.clone(), landing.clone());
        drop(under_way);
        let entry = Entry {
            flights: self.0.clone(),
            id: id.clone(),
        };
        let flight = begin();
        tokio::spawn(async move {
            let outcome = flight.await;
            // Whoever comes from here on begins anew, and so finds what this one has changed.
            drop(entry);
            tell.send_replace(Some(outcome));
        });
        (landing, true)
    }
}

/// Takes a flight off the list, also when it panics.
struct Entry<T> {
    flights: Arc<Mutex<UnderWay<T>>>,
    id: AccountId,
}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        lock(&self.flights).remove(&self.id);
    }
}

fn lock<T>(flights: &Mutex<UnderWay<T>>) -> MutexGuard<'_, UnderWay<T>> {
    flights.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    fn id(letter: &str) -> AccountId {
        AccountId::from_text(&letter.repeat(43)).unwrap()
    }

    #[tokio::test]
    async fn who_comes_while_one_is_under_way_gets_what_comes_of_it_and_who_comes_later_begins_anew() {
        let flights = Arc::new(Flights::<usize>::default());
        let (begun, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let waiting: Vec<_> = (0..100)
            .map(|_| {
                let (flights, begun, go) = (flights.clone(), begun.clone(), go.clone());
                tokio::spawn(async move {
                    let flight = || async move {
                        let number = begun.fetch_add(1, Ordering::SeqCst);
                        go.notified().await;
                        number
                    };
                    flights.join(&id("a"), flight).await
                })
            })
            .collect();
        // Another account does not wait for this one.
        assert_eq!(flights.join(&id("b"), || async { 7 }).await.outcome, Some(7));
        while begun.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        go.notify_one();
        let mut began = 0;
        for one in waiting {
            let landed = one.await.unwrap();
            assert_eq!(landed.outcome, Some(0));
            began += usize::from(landed.began);
        }
        assert_eq!(began, 1);
        let later = flights.join(&id("a"), || async { 8 }).await;
        assert_eq!((later.outcome, later.began), (Some(8), true));
    }

    #[tokio::test]
    async fn it_goes_on_to_its_end_when_nobody_waits_any_more() {
        let flights = Flights::<()>::default();
        let (reached, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (go, end) = (reached.clone(), done.clone());
        let account = id("a");
        let waiting = flights.join(&account, || async move {
            go.notified().await;
            end.notify_one();
        });
        assert!(
            tokio::time::timeout(std::time::Duration::ZERO, waiting).await.is_err(),
            "the one who waited has gone"
        );
        reached.notify_one();
        done.notified().await;
    }

    #[tokio::test]
    async fn one_that_panics_is_off_the_list() {
        let flights = Flights::<()>::default();
        let landed = flights.join(&id("a"), || async { panic!("in the middle") }).await;
        assert_eq!(landed.outcome, None);
        assert_eq!(flights.join(&id("a"), || async {}).await.outcome, Some(()));
    }
}
