//! The journal: what happened in each sign-in, refresh and sign-out, step by step and check by check, for a person who asks
//! "how did that happen" and for reports.
//!
//! It holds no secrets. Parameters are shown by a list of names that may be; of all others it is known only that they were
//! there. Checks and outcomes are names out of closed sets. What can grow has a bound.

mod flow;
mod redaction;
mod report;
mod steps;
mod words;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub use self::flow::{
    Failure, FlowEnd, FlowJournal, FlowKind, FlowOutcome, Party, Step, StepId, StepKind, StepOutcome,
};
pub use self::redaction::{Parameter, Shown};
pub use self::report::{Report, ReportedKeeping};
pub(crate) use self::steps::{Notes, OpenStep};
pub use self::words::{Words, words_of_check, words_of_party, words_of_skipped, words_of_step};

use crate::Error;
use crate::clock::Clock;
use crate::flow::{DoorKind, FlowId};
use crate::sessions::AccountId;

/// How many flows are kept.
pub const FLOWS: usize = 50;
/// How many steps of one flow are kept.
pub const STEPS: usize = 64;
/// How many bytes of parameters one flow may hold; beyond them its steps are kept without.
pub const PARAMETER_BYTES: usize = 32 * 1024;

/// The flows of a client, in memory.
pub(crate) struct Journal {
    clock: Clock,
    /// Oldest first.
    flows: Mutex<VecDeque<FlowJournal>>,
    /// Redirects that belonged to no sign-in: counted, and nothing else of them.
    strangers: AtomicU64,
    changes: watch::Sender<u64>,
}

/// What is known of a flow when it begins.
pub(crate) struct Head {
    pub(crate) id: FlowId,
    pub(crate) kind: FlowKind,
    pub(crate) provider: String,
    pub(crate) provider_name: String,
    pub(crate) account: Option<AccountId>,
}

impl Head {
    /// Of a flow that is about an account.
    pub(crate) fn of_account(kind: FlowKind, account: &AccountId, provider: &str, provider_name: &str) -> Self {
        Self {
            id: FlowId::for_journal(),
            kind,
            provider: provider.to_owned(),
            provider_name: provider_name.to_owned(),
            account: Some(account.clone()),
        }
    }
}

impl Journal {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            flows: Mutex::default(),
            strangers: AtomicU64::new(0),
            changes: watch::Sender::new(0),
        }
    }

    /// Begins a flow, and gives out what its steps are written with.
    pub(crate) fn begin(self: &Arc<Self>, head: Head) -> Notes {
        let notes = Notes::of(self, &head.id);
        self.insert(self.new_flow(head));
        notes
    }

    /// Goes on with a flow: with what was sealed of it or is known here or, if there is neither, from now on.
    pub(crate) fn resume(self: &Arc<Self>, head: Head, sealed: Option<FlowJournal>) -> Notes {
        match sealed.filter(|sealed| sealed.id == head.id) {
            Some(sealed) => self.adopt(sealed),
            None if self.of(&head.id).is_none() => return self.begin(head),
            None => {}
        }
        Notes::of(self, &head.id)
    }

    /// Like [`Journal::begin`], but the flow comes into being with its first step: most of what could be one is none.
    pub(crate) fn lazily(self: &Arc<Self>, head: Head) -> Notes {
        Notes::lazily(self, self.new_flow(head))
    }

    /// Takes over what another process, or the first half of a sign-in, wrote of a flow.
    pub(crate) fn adopt(&self, mut theirs: FlowJournal) {
        theirs.bound();
        for step in &mut theirs.steps {
            if step.outcome == StepOutcome::UnderWay {
                // It is sealed before its own sealing is done; that it could be read proves that it was.
                let sealed = step.kind == StepKind::Parked;
                step.outcome = if sealed {
                    StepOutcome::Done
                } else {
                    StepOutcome::Abandoned
                };
            }
        }
        let mut flows = self.flows();
        match flows.iter_mut().find(|flow| flow.id == theirs.id) {
            Some(ours) => ours.merge(theirs),
            None => make_room(&mut flows, theirs),
        }
        drop(flows);
        self.changed();
    }

    /// Ends a flow. The first end counts.
    pub(crate) fn end(&self, flow: &FlowId, result: Result<Option<&AccountId>, &Error>) {
        let now = self.clock.now_milliseconds();
        self.with(flow, |flow| {
            if flow.ended.is_some() {
                return;
            }
            if let Ok(Some(account)) = result {
                flow.account = Some(account.clone());
            }
            flow.ended = Some(FlowEnd {
                after_ms: flow.offset(now),
                outcome: match result {
                    Ok(_) => flow.as_revoked(),
                    Err(error) => FlowOutcome::Failed(Failure::of(error)),
                },
            });
        });
    }

    /// By which door the redirect of a sign-in comes.
    pub(crate) fn set_door(&self, flow: &FlowId, door: DoorKind) {
        self.with(flow, |flow| flow.door = Some(door));
    }

    /// All flows, newest first.
    pub(crate) fn all(&self) -> Vec<FlowJournal> {
        self.flows().iter().rev().map(FlowJournal::in_order).collect()
    }

    /// One flow.
    pub(crate) fn of(&self, flow: &FlowId) -> Option<FlowJournal> {
        self.flows()
            .iter()
            .find(|known| known.id == *flow)
            .map(FlowJournal::in_order)
    }

    /// Counts a redirect that belonged to no sign-in.
    pub(crate) fn note_stranger(&self) {
        self.strangers.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn strangers(&self) -> u64 {
        self.strangers.load(Ordering::Relaxed)
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn new_flow(&self, head: Head) -> FlowJournal {
        FlowJournal {
            id: head.id,
            kind: head.kind,
            provider: redaction::text(&head.provider),
            provider_name: redaction::text(&head.provider_name),
            account: head.account,
            door: None,
            began_at: self.clock.now_milliseconds(),
            steps: Vec::new(),
            left_out: 0,
            ended: None,
        }
    }

    fn insert(&self, flow: FlowJournal) {
        make_room(&mut self.flows(), flow);
        self.changed();
    }

    /// Changes a flow, if it is known, and says so.
    fn with<T>(&self, flow: &FlowId, change: impl FnOnce(&mut FlowJournal) -> T) -> Option<T> {
        let changed = self.flows().iter_mut().find(|known| known.id == *flow).map(change);
        if changed.is_some() {
            self.changed();
        }
        changed
    }

    fn flows(&self) -> MutexGuard<'_, VecDeque<FlowJournal>> {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// Adds a flow. When there are too many, the oldest that is over goes, so that many renewals do not push out a sign-in that
/// waits; if none is over, the oldest.
fn make_room(flows: &mut VecDeque<FlowJournal>, flow: FlowJournal) {
    if flows.len() >= FLOWS {
        let over = flows.iter().position(|flow| flow.ended.is_some()).unwrap_or(0);
        flows.remove(over);
    }
    flows.push_back(flow);
}

#[cfg(test)]
mod tests;
