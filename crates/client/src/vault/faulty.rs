//! A keychain that fails as a test tells it to.

use std::sync::{Arc, Condvar, Mutex};

use zeroize::Zeroizing;

use super::failure::{KeychainError, KeychainFault};

/// How a [`FaultyKeychain`] misbehaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not at all.
    #[default]
    None,
    Says(KeychainFault),
    Locked,
    /// Never answers, until the fault is another.
    Silent,
    /// Says that it wrote and did not.
    Forgets,
    /// Replaces what it is given.
    Garbles,
    RefusesWrites,
}

/// Shared by clones, so that a test can change its mind.
#[derive(Clone, Debug, Default)]
pub struct FaultyKeychain(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    fault: Fault,
    entries: Vec<(String, String)>,
    calls: usize,
    waiting: usize,
}

impl FaultyKeychain {
    pub(crate) fn set(&self, fault: Fault) {
        self.0.0.lock().expect("not poisoned").fault = fault;
        self.0.1.notify_all();
    }

    pub(super) fn calls(&self) -> usize {
        self.0.0.lock().expect("not poisoned").calls
    }

    /// How many questions wait for the fault to be another.
    pub(super) fn waiting(&self) -> usize {
        self.0.0.lock().expect("not poisoned").waiting
    }

    pub(super) fn entries(&self) -> Vec<(String, String)> {
        self.0.0.lock().expect("not poisoned").entries.clone()
    }

    pub(super) fn replace(&self, value: &str) {
        for entry in &mut self.0.0.lock().expect("not poisoned").entries {
            value.clone_into(&mut entry.1);
        }
    }

    pub(super) fn wipe(&self) {
        self.0.0.lock().expect("not poisoned").entries.clear();
    }

    fn meet<T>(&self, act: impl FnOnce(&mut State) -> Result<T, KeychainError>) -> Result<T, KeychainError> {
        let mut state = self.0.0.lock().expect("not poisoned");
        state.waiting += 1;
        let mut state = self
            .0
            .1
            .wait_while(state, |state| state.fault == Fault::Silent)
            .expect("not poisoned");
        state.waiting -= 1;
        state.calls += 1;
        match state.fault {
            Fault::Says(fault) => Err(fault.into()),
            Fault::Locked => Err(KeychainError::Locked),
            _ => act(&mut state),
        }
    }

    pub(super) fn read(&self, user: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        self.meet(|state| {
            let found = state.entries.iter().find(|entry| entry.0 == user);
            Ok(found.map(|entry| Zeroizing::new(entry.1.clone())))
        })
    }

    pub(super) fn write(&self, user: &str, value: &str) -> Result<(), KeychainError> {
        self.meet(|state| {
            let value = match state.fault {
                Fault::Forgets => return Ok(()),
                Fault::RefusesWrites => return Err(KeychainFault::Denied.into()),
                Fault::Garbles => value.replace(|letter: char| letter.is_ascii_digit(), "?") + "?",
                _ => value.to_owned(),
            };
            state.entries.retain(|entry| entry.0 != user);
            state.entries.push((user.to_owned(), value));
            Ok(())
        })
    }

    pub(super) fn delete(&self, user: &str) -> Result<bool, KeychainError> {
        self.meet(|state| {
            let before = state.entries.len();
            state.entries.retain(|entry| entry.0 != user);
            Ok(state.entries.len() < before)
        })
    }
}
