//! Answers that are kept back: so that a test can do something while one is on its way.

use crate::call::Endpoint;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Answers of one endpoint are kept back until this is dropped. What they answer has been acted upon.
#[derive(Debug)]
pub struct Hold {
    arrived: watch::Receiver<usize>,
    /// Dropped with this, which those who wait notice.
    _released: watch::Sender<()>,
}

impl Hold {
    /// Waits until so many answers are kept back, or have been.
    pub async fn arrived(&mut self, answers: usize) {
        // The provider has gone: nothing arrives any more, and the test will say what it misses.
        let _ = self.arrived.wait_for(|arrived| *arrived >= answers).await;
    }
}

/// Which endpoints are held.
#[derive(Debug, Default)]
pub(crate) struct Holds(Mutex<Vec<Held>>);

#[derive(Debug)]
struct Held {
    endpoint: Endpoint,
    arrived: watch::Sender<usize>,
    released: watch::Receiver<()>,
}

impl Holds {
    fn all(&self) -> MutexGuard<'_, Vec<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, endpoint: Endpoint) -> Hold {
        let (tell, arrived) = watch::channel(0);
        let (_released, released) = watch::channel(());
        let mut all = self.all();
        all.retain(|held| held.released.has_changed().is_ok());
        all.push(Held {
            endpoint,
            arrived: tell,
            released,
        });
        Hold { arrived, _released }
    }

    /// Waits for as long as answers of this endpoint are kept back.
    pub(crate) async fn wait(&self, endpoint: Endpoint) {
        let held: Vec<_> = self
            .all()
            .iter()
            .filter(|held| held.endpoint == endpoint && held.released.has_changed().is_ok())
            .map(|held| {
                held.arrived.send_modify(|arrived| *arrived += 1);
                held.released.clone()
            })
            .collect();
        for mut released in held {
            // Nothing is ever sent: this ends when the other side is dropped.
            let _ = released.changed().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_held_waits_until_the_hold_is_dropped_and_nothing_else_does() {
        let holds = std::sync::Arc::new(Holds::default());
        let mut hold = holds.begin(Endpoint::Token);
        holds.wait(Endpoint::Jwks).await;
        let waiting = tokio::spawn({
            let holds = holds.clone();
            async move { holds.wait(Endpoint::Token).await }
        });
        hold.arrived(1).await;
        assert!(!waiting.is_finished());
        drop(hold);
        waiting.await.expect("it goes on");
        holds.wait(Endpoint::Token).await;
    }
}
