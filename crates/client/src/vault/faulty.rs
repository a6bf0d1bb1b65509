//! A keychain that fails as a test tells it to, or is shared by processes.

use std::path::{Path, PathBuf};
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
    /// Does not get to what it is to write or to delete until the fault is another.
    SilentToChanges,
    /// Keeps only the beginning of what is longer than this, in bytes.
    Cuts(usize),
    /// Works so many times more, then not any more.
    After(usize),
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
    name: Option<&'static str>,
    /// Where the entries are instead, for other processes to see.
    folder: Option<PathBuf>,
}

impl State {
    fn load(&mut self) {
        let Some(folder) = &self.folder else { return };
        let files = std::fs::read_dir(folder).expect("it is there");
        let entry = |file: std::io::Result<std::fs::DirEntry>| {
            let path = file.expect("read").path();
            let user = path.file_name()?.to_str()?.to_owned();
            // Another process may be writing or deleting it.
            let value = std::fs::read_to_string(&path).ok()?;
            (!user.starts_with('.')).then_some((user, value))
        };
        self.entries = files.filter_map(entry).collect();
    }

    fn write(&mut self, user: &str, value: &str) {
        if let Some(folder) = &self.folder {
            let file = tempfile::NamedTempFile::new_in(folder).expect("made");
            std::fs::write(file.path(), value).expect("written");
            file.persist(folder.join(user)).expect("renamed");
        }
        self.entries.retain(|entry| entry.0 != user);
        self.entries.push((user.to_owned(), value.to_owned()));
    }

    fn delete(&mut self, user: &str) -> bool {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_file(folder.join(user));
        }
        let before = self.entries.len();
        self.entries.retain(|entry| entry.0 != user);
        self.entries.len() < before
    }
}

impl FaultyKeychain {
    /// One that processes share, with a file for each entry.
    pub(super) fn at(folder: &Path) -> Self {
        let keychain = Self::default();
        keychain.0.0.lock().expect("not poisoned").folder = Some(folder.to_owned());
        keychain
    }

    /// As a program does that offers the same service under another name.
    pub(super) fn rename(&self, name: &'static str) {
        self.0.0.lock().expect("not poisoned").name = Some(name);
    }

    pub(super) fn name(&self) -> Result<String, KeychainError> {
        self.meet(|state| Ok(state.name.unwrap_or("faulty").to_owned()))
    }

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
        let mut state = self.0.0.lock().expect("not poisoned");
        state.load();
        state.entries.clone()
    }

    pub(super) fn replace(&self, value: &str) {
        for entry in &mut self.0.0.lock().expect("not poisoned").entries {
            value.clone_into(&mut entry.1);
        }
    }

    pub(super) fn wipe(&self) {
        self.0.0.lock().expect("not poisoned").entries.clear();
    }

    /// Waits as a change does.
    fn pass(&self) {
        let mut state = self.0.0.lock().expect("not poisoned");
        state.waiting += 1;
        let silent = |state: &mut State| state.fault == Fault::SilentToChanges;
        self.0.1.wait_while(state, silent).expect("not poisoned").waiting -= 1;
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
        state.load();
        if let Fault::After(left) = state.fault {
            state.fault = left
                .checked_sub(1)
                .map_or(Fault::Says(KeychainFault::NoService), Fault::After);
        }
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
        self.pass();
        self.meet(|state| {
            let value = match state.fault {
                Fault::Forgets => return Ok(()),
                Fault::RefusesWrites => return Err(KeychainFault::Denied.into()),
                Fault::Garbles => value.replace(|letter: char| letter.is_ascii_digit(), "?") + "?",
                Fault::Cuts(most) => value.chars().take(most).collect(),
                _ => value.to_owned(),
            };
            state.write(user, &value);
            Ok(())
        })
    }

    pub(super) fn delete(&self, user: &str) -> Result<bool, KeychainError> {
        self.pass();
        self.meet(|state| Ok(state.delete(user)))
    }
}
