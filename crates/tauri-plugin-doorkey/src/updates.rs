//! What the web UI hears: a snapshot first, then changes, on a typed channel of its own.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorkey::Event;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager as _, Runtime};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::ipc::{Problem, Snapshot, Update};
use crate::{State, links, views};

/// The channel of each webview. A reload opens a new one, which takes the place of the old.
#[derive(Default)]
pub(crate) struct Watchers(Mutex<HashMap<String, Channel<Update>>>);

impl Watchers {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Channel<Update>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the snapshot and lets the channel follow. Under the lock, so that no change comes between the two.
    pub(crate) fn add(&self, webview: &str, channel: Channel<Update>, state: &State) {
        let mut all = self.all();
        if channel.send(Update::Snapshot(Box::new(Snapshot::of(state)))).is_ok() {
            all.insert(webview.to_owned(), channel);
        }
        let notice = state.notice().clone();
        if let (Some(notice), Some(channel)) = (notice, all.get(webview)) {
            let _ = channel.send(Update::Notice { notice });
        }
    }

    pub(crate) fn send(&self, make: impl Fn() -> Update) {
        // A channel whose webview is gone is forgotten.
        self.all().retain(|_, channel| channel.send(make()).is_ok());
    }
}

/// Carries the client's events to the web UI, until the client is gone.
pub(crate) async fn follow<R: Runtime>(app: AppHandle<R>, mut events: Receiver<Event>) {
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => {
                // Something was missed: the whole state makes up for it.
                if let Some(state) = app.try_state::<State>() {
                    state.watchers.send(|| Update::Snapshot(Box::new(Snapshot::of(&state))));
                }
                continue;
            }
            Err(RecvError::Closed) => return,
        };
        let Some(state) = app.try_state::<State>() else { return };
        match event {
            Event::Flow => state.watchers.send(|| Update::Flow {
                flow: views::flow(&state),
            }),
            Event::Accounts => state.watchers.send(|| Update::Accounts {
                accounts: views::accounts(&state),
            }),
            Event::Providers => state.watchers.send(|| Update::Providers {
                providers: views::providers(&state),
            }),
            Event::Keeping => state.watchers.send(|| Update::Keeping {
                keeping: state.client.keeping().into(),
            }),
            Event::Notice(error) => tell(&state, Problem::from(error)),
            // The window shows neither yet.
            Event::Revocations | Event::BrowserSessionEnded { .. } => {}
            Event::Returned => links::bring_to_front(&app),
        }
    }
}

/// Something to tell the person once: kept until it is put away, so that a window that opens later shows it too.
pub(crate) fn tell(state: &State, notice: Problem) {
    *state.notice() = Some(notice.clone());
    state.watchers.send(|| Update::Notice { notice: notice.clone() });
}
