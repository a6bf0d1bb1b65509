//! That something about the provider has changed: for whoever watches it.

use tokio::sync::watch;

/// Tells that something has changed. Who watches then looks for what it was.
#[derive(Debug)]
pub(crate) struct News(watch::Sender<Option<u64>>);

impl Default for News {
    fn default() -> Self {
        Self(watch::Sender::new(Some(0)))
    }
}

impl News {
    /// Something has changed.
    pub(crate) fn tell(&self) {
        // Nobody has seen a number that could be the same again: who watches begins with the one that is there.
        if self.0.receiver_count() == 0 {
            return;
        }
        self.0.send_if_modified(|number| match number {
            Some(number) => {
                *number += 1;
                true
            }
            None => false,
        });
    }

    /// Nothing will change any more: whoever watches goes home.
    pub(crate) fn end(&self) {
        self.0.send_replace(None);
    }

    /// Watches from now on. Numbers grow; some are passed over by who is slow, and the last one is not.
    pub(crate) fn follow(&self) -> Watching {
        let mut watching = self.0.subscribe();
        // What is so now is the first of it.
        watching.mark_changed();
        Watching(watching)
    }
}

/// Someone who watches.
pub(crate) struct Watching(watch::Receiver<Option<u64>>);

impl Watching {
    /// The number of the last change, once there was one that this has not seen. `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<u64> {
        self.0.changed().await.ok()?;
        *self.0.borrow_and_update()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_watches_sees_the_last_change_and_the_end() {
        let news = News::default();
        let mut watching = news.follow();
        assert_eq!(watching.next().await, Some(0));
        news.tell();
        news.tell();
        assert_eq!(watching.next().await, Some(2));
        news.end();
        news.tell();
        assert_eq!(watching.next().await, None);
    }
}
