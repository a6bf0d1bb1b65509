//! Writing: a step is seen from the moment it begins, and closed by the very result that the program goes on with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use doorkey_oidc::dpop::DPOP;
use doorkey_oidc::error::Misbehaviour;
use doorkey_oidc::redirect::Redirect;
use doorkey_oidc::trail::{CheckName, Skipped, Trail};
use http::header::AUTHORIZATION;
use url::Url;

use super::Journal;
use super::flow::{Failure, FlowJournal, Step, StepId, StepKind, StepOutcome};
use super::redaction::{self, Parameter};
use crate::Error;
use crate::flow::{DoorKind, FlowId};
use crate::sessions::AccountId;

/// What the steps of one flow are written with.
#[derive(Clone)]
pub(crate) struct Notes {
    journal: Arc<Journal>,
    flow: FlowId,
    /// The flow, until its first step brings it into being.
    waiting: Option<Arc<Mutex<Option<FlowJournal>>>>,
}

impl Notes {
    pub(super) fn of(journal: &Arc<Journal>, flow: &FlowId) -> Self {
        Self {
            journal: journal.clone(),
            flow: flow.clone(),
            waiting: None,
        }
    }

    pub(super) fn lazily(journal: &Arc<Journal>, flow: FlowJournal) -> Self {
        Self {
            journal: journal.clone(),
            flow: flow.id.clone(),
            waiting: Some(Arc::new(Mutex::new(Some(flow)))),
        }
    }

    /// Begins a step.
    pub(crate) fn open(&self, kind: StepKind) -> OpenStep {
        if let Some(first) = self.waiting.as_ref().and_then(|flow| lock(flow).take()) {
            self.journal.insert(first);
        }
        let now = self.journal.clock.now_milliseconds();
        let mut step = Step {
            id: StepId::new(),
            kind,
            from: kind.from(),
            to: kind.to(),
            host: None,
            began_ms: 0,
            duration_ms: None,
            status: None,
            request: Vec::new(),
            checks: Vec::new(),
            outcome: StepOutcome::UnderWay,
        };
        let at = self.journal.with(&self.flow, |flow| {
            step.began_ms = flow.offset(now);
            flow.add(step.clone())
        });
        OpenStep {
            journal: self.journal.clone(),
            flow: self.flow.clone(),
            at: at.flatten(),
            since: Instant::now(),
            step,
            trail: Trail::new(),
            https: false,
            closed: false,
        }
    }

    /// A step for which nothing was sent, because the answer is known from before. It is no reason to begin a flow.
    pub(crate) fn remembered(&self, kind: StepKind, unsent: &http::Request<Vec<u8>>) {
        let waits = |flow: &Arc<Mutex<Option<FlowJournal>>>| lock(flow).is_some();
        if !self.waiting.as_ref().is_some_and(waits) {
            let mut step = self.open(kind);
            step.sends(unsent);
            step.settle(StepOutcome::Remembered);
        }
    }

    /// By which door the redirect comes.
    pub(crate) fn door(&self, door: DoorKind) {
        self.journal.set_door(&self.flow, door);
    }

    /// The flow as it stands, for sealing beside what its second half needs.
    pub(crate) fn so_far(&self) -> Option<FlowJournal> {
        self.journal.of(&self.flow)
    }

    /// Ends the flow. One that failed before its first step is told too: that it came to nothing is what somebody asks about.
    pub(crate) fn end(&self, result: Result<Option<&AccountId>, &Error>) {
        if result.is_err()
            && let Some(first) = self.waiting.as_ref().and_then(|flow| lock(flow).take())
        {
            self.journal.insert(first);
        }
        self.journal.end(&self.flow, result);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A step that is under way. If it is dropped so, it was given up.
pub(crate) struct OpenStep {
    journal: Arc<Journal>,
    flow: FlowId,
    at: Option<usize>,
    since: Instant,
    step: Step,
    trail: Trail,
    https: bool,
    closed: bool,
}

impl OpenStep {
    /// This request is sent: its host and its parameters, redacted.
    pub(crate) fn sends(&mut self, request: &http::Request<Vec<u8>>) {
        let uri = request.uri();
        self.https = uri.scheme_str() == Some("https");
        let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        self.step.host = redaction::host(&format!("{}{port}", uri.host().unwrap_or_default()));
        self.step.request = redaction::parameters(request.body());
        if request.headers().contains_key(AUTHORIZATION) {
            self.step.request.push(Parameter::secret(redaction::AUTHORIZATION));
        }
        if request.headers().contains_key(DPOP) {
            self.step.request.push(Parameter::secret(redaction::PROOF));
        }
        self.show();
    }

    /// A browser is to go to this URL: its host and its parameters, redacted.
    pub(crate) fn visits(&mut self, url: &Url) {
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        self.step.host = redaction::host(&format!("{}{port}", url.host_str().unwrap_or_default()));
        self.step.request = redaction::parameters(url.query().unwrap_or_default().as_bytes());
        self.show();
    }

    /// This redirect came: which parameters it brings.
    pub(crate) fn received(&mut self, redirect: &Redirect) {
        self.step.request = redirect.parameter_names().map(Parameter::secret).collect();
        self.show();
    }

    /// What the transport says of the answer: the checks that it makes itself, and the status.
    ///
    /// Spec: RFC 6749 section 10.9, RFC 9700 section 4.12
    pub(crate) fn answered(&mut self, answer: Result<&http::Response<Vec<u8>>, &Error>) {
        self.step.status = answer.ok().map(|answer| answer.status().as_u16());
        let fault = match answer {
            Ok(_) => None,
            Err(Error::Misbehaved(fault)) => Some(*fault),
            // It was not reached, or not heard to the end: nothing was checked.
            Err(_) => return,
        };
        match fault {
            Some(Misbehaviour::TlsFailed) => return self.fails(CheckName::Certificate, Misbehaviour::TlsFailed),
            // It was refused before anything was sent.
            Some(Misbehaviour::InsecureEndpoint) => return,
            _ if self.https => {
                let _ = self.trail.check(CheckName::Certificate, Ok::<_, Misbehaviour>(()));
            }
            _ => self.trail.skip(CheckName::Certificate, Skipped::LoopbackHttp),
        }
        match fault {
            None => {
                let _ = self.trail.check(CheckName::SizeLimit, Ok::<_, Misbehaviour>(()));
            }
            Some(fault @ Misbehaviour::RedirectRefused) => self.fails(CheckName::NotRedirected, fault),
            Some(fault @ Misbehaviour::ResponseTooLarge) => self.fails(CheckName::SizeLimit, fault),
            Some(_) => {}
        }
    }

    fn fails(&mut self, check: CheckName, fault: Misbehaviour) {
        let _ = self.trail.check(check, Err::<(), _>(fault));
    }

    /// Where the checks of this step are written.
    pub(crate) fn trail(&mut self) -> &mut Trail {
        &mut self.trail
    }

    /// Goes on with a result within this step; an error closes it.
    pub(crate) fn heed<T, E: Into<Error>>(&mut self, result: Result<T, E>) -> Result<T, Error> {
        result.map_err(|error| {
            let error = error.into();
            self.settle(StepOutcome::Failed(Failure::of(&error)));
            error
        })
    }

    /// Closes the step with the result that the program goes on with.
    pub(crate) fn close<T, E: Into<Error>>(mut self, result: Result<T, E>) -> Result<T, Error> {
        let value = self.heed(result)?;
        self.done();
        Ok(value)
    }

    /// Closes a step that cannot fail any more.
    pub(crate) fn done(mut self) {
        self.settle(StepOutcome::Done);
    }

    /// Closes a step for which there was nothing to do.
    pub(crate) fn needless(mut self) {
        self.settle(StepOutcome::Needless);
    }

    /// Closes a step that is tried again later.
    pub(crate) fn put_off(mut self, because: &Error) {
        self.settle(StepOutcome::PutOff(Failure::of(because)));
    }

    fn settle(&mut self, outcome: StepOutcome) {
        if self.closed {
            return;
        }
        self.closed = true;
        self.step.outcome = outcome;
        self.step.duration_ms = Some(u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX));
        self.step.checks = self.trail.checks().to_vec();
        self.show();
    }

    fn show(&self) {
        if let Some(at) = self.at {
            self.journal
                .with(&self.flow, |flow| flow.replace(at, self.step.clone()));
        }
    }
}

impl Drop for OpenStep {
    fn drop(&mut self) {
        self.settle(StepOutcome::Abandoned);
    }
}
