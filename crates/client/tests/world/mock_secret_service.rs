//! A Secret Service that misbehaves on request: the part of the interface that a keychain client uses, on a bus of the
//! test's own.
//!
//! Spec: freedesktop.org Secret Service API

mod contents;
mod objects;
mod session;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use zbus::zvariant::OwnedObjectPath;
use zbus::{Connection, connection};

pub(crate) use self::contents::Contents;
use self::objects::Service;
use self::session::SessionKey;

const NAME: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";

/// How a service misbehaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not at all.
    #[default]
    None,
    /// Refuses everything.
    Denies,
    /// Refuses to tell a value, and nothing else.
    DeniesValues,
    /// Refuses to keep, change or delete anything.
    RefusesWrites,
    /// Answers nothing until the fault is another; then everything that waited.
    Silent,
    /// Says what is there, and says nothing when a value is to be told or kept.
    SilentOnValues,
    /// Refuses values of more bytes.
    RefusesOver(usize),
    /// Keeps so many bytes of a value, and says nothing of it.
    Cuts(usize),
    /// Keeps a `?` for each byte above 127, as a service does that takes values for ASCII text.
    ReplacesAbove127,
    /// Shows a prompt before it keeps a new item.
    AsksToKeep,
}

/// What the person does with a prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Person {
    /// Lets it do what it asks for.
    #[default]
    Allows,
    Dismisses,
    /// Leaves it there.
    Ignores,
}

/// What a call is about, as far as faults tell calls apart.
enum Call<'a> {
    /// What is there, and is it locked.
    Look,
    Value,
    Keep(&'a [u8]),
    Delete,
}

/// What a call is refused with.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    AccessDenied,
    LimitsExceeded,
    NotSupported,
    IsLocked,
    NoSession,
    NoSuchObject,
}

/// A running service. It ends with its handle, and keeps nothing: what it kept is in its [`Contents`].
pub(crate) struct MockSecretService {
    address: String,
    program: &'static str,
    shared: Arc<Shared>,
    connection: Option<Connection>,
}

/// What the objects of one service share.
struct Shared {
    contents: Contents,
    fault: watch::Sender<Fault>,
    /// How many calls wait for the fault to be another.
    waiting: watch::Sender<usize>,
    person: Mutex<Person>,
    prompts: watch::Sender<usize>,
    put_away: watch::Sender<usize>,
    made: AtomicUsize,
    sessions: Mutex<HashMap<OwnedObjectPath, SessionKey>>,
}

impl MockSecretService {
    /// Serves these contents. `program` is what the process that serves them is called, as `/proc/<pid>/comm` tells it.
    pub(crate) async fn start(address: String, program: &'static str, contents: Contents) -> Self {
        let shared = Shared {
            contents,
            fault: watch::Sender::default(),
            waiting: watch::Sender::default(),
            person: Mutex::default(),
            prompts: watch::Sender::default(),
            put_away: watch::Sender::default(),
            made: AtomicUsize::new(0),
            sessions: Mutex::default(),
        };
        let mut service = Self {
            address,
            program,
            shared: Arc::new(shared),
            connection: None,
        };
        service.restart().await;
        service
    }

    /// Nobody owns the name any more, and nobody who waits for an answer will get one. Sessions are forgotten.
    pub(crate) async fn stop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Answered when nobody can find us any more. There is no answer if the bus itself is gone.
            let _ = connection.release_name(NAME).await;
            let _ = connection.close().await;
        }
        self.forget_sessions();
    }

    /// As if it had been started anew, without having been away.
    pub(crate) fn forget_sessions(&self) {
        self.shared.sessions.lock().expect("not poisoned").clear();
    }

    /// The service stops and starts again, with the same contents.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        std::fs::write("/proc/self/comm", self.program).expect("a process may name itself");
        let connection = connection::Builder::address(self.address.as_str())
            .and_then(|builder| builder.serve_at(PATH, Service(self.shared.clone())))
            .and_then(|builder| builder.name(NAME))
            .expect("an address, a path, a name");
        self.connection = Some(connection.build().await.expect("the name is free"));
    }

    pub(crate) fn misbehave(&self, fault: Fault) {
        self.shared.fault.send_replace(fault);
    }

    pub(crate) fn person(&self, person: Person) {
        *self.shared.person.lock().expect("not poisoned") = person;
    }

    /// How many prompts were shown.
    pub(crate) fn prompts(&self) -> usize {
        *self.shared.prompts.borrow()
    }

    /// Waits until so many calls wait for the fault to be another.
    pub(crate) async fn until_waiting(&self, calls: usize) {
        until(&self.shared.waiting, |count| count == calls).await;
    }

    /// Waits until so many prompts were shown.
    pub(crate) async fn until_prompts(&self, prompts: usize) {
        until(&self.shared.prompts, |count| count >= prompts).await;
    }

    /// Waits until so many prompts were put away by who asked for them.
    pub(crate) async fn until_put_away(&self, prompts: usize) {
        until(&self.shared.put_away, |count| count >= prompts).await;
    }
}

async fn until(count: &watch::Sender<usize>, is: impl Fn(usize) -> bool) {
    let mut count = count.subscribe();
    let counted = tokio::time::timeout(Duration::from_secs(10), count.wait_for(|count| is(*count))).await;
    counted.expect("in time").expect("the sender is there");
}

impl Shared {
    /// What stands before each answer.
    async fn meet(&self, call: Call<'_>) -> Result<(), Refusal> {
        let stuck = |fault: &Fault| match fault {
            Fault::Silent => true,
            Fault::SilentOnValues => !matches!(call, Call::Look),
            _ => false,
        };
        let mut faults = self.fault.subscribe();
        if stuck(&faults.borrow_and_update()) {
            self.waiting.send_modify(|count| *count += 1);
            let _ = faults.wait_for(|fault| !stuck(fault)).await;
            self.waiting.send_modify(|count| *count -= 1);
        }
        let fault = *self.fault.borrow();
        match (fault, call) {
            (Fault::Denies, _)
            | (Fault::DeniesValues, Call::Value)
            | (Fault::RefusesWrites, Call::Keep(_) | Call::Delete) => Err(Refusal::AccessDenied),
            (Fault::RefusesOver(most), Call::Keep(value)) if value.len() > most => Err(Refusal::LimitsExceeded),
            _ => Ok(()),
        }
    }

    /// What is kept of a value.
    fn kept_of(&self, value: &mut Vec<u8>) {
        match *self.fault.borrow() {
            Fault::Cuts(most) => value.truncate(most),
            Fault::ReplacesAbove127 => value
                .iter_mut()
                .filter(|byte| !byte.is_ascii())
                .for_each(|byte| *byte = b'?'),
            _ => {}
        }
    }

    fn number(&self) -> usize {
        self.made.fetch_add(1, Ordering::AcqRel)
    }
}
