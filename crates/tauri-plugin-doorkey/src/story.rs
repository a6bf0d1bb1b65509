//! A flow of the journal, in the form in which it may cross to the web UI.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorkey::flow::DoorKind;
use doorkey::journal::{
    Failure, FlowJournal, FlowKind, FlowOutcome, Party as Who, Shown, Step, StepOutcome as Went, Words, words_of_check,
    words_of_party, words_of_skipped, words_of_step,
};
use doorkey::trail::{Check, CheckResult as Result};
use tauri::Manager as _;
use tauri::async_runtime::JoinHandle;
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

use crate::State;
use crate::ipc::{
    CheckMade, CheckResult, Door, ParameterView, Party, PartyView, Problem, Said, StepOutcome, StepView, StoryEnd,
    StoryKind, StoryView,
};

/// Who is told a story as it goes on: one to each webview.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<HashMap<String, JoinHandle<()>>>);

impl Listeners {
    fn all(&self) -> MutexGuard<'_, HashMap<String, JoinHandle<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells a webview a story, now and at each change, until it ends. What it was told before is told no more.
    pub(crate) fn tell<R: Runtime>(
        &self,
        app: &AppHandle<R>,
        webview: &str,
        flow: FlowJournal,
        channel: Channel<StoryView>,
    ) {
        let app = app.clone();
        let telling = tauri::async_runtime::spawn(async move {
            let Some(mut changes) = app.try_state::<State>().map(|state| state.client.journal_changes()) else {
                return;
            };
            loop {
                // Marked as seen first: a change from here on is another one.
                changes.borrow_and_update();
                let known = app
                    .try_state::<State>()
                    .and_then(|state| state.client.journal_of(&flow.id));
                let Some(now) = known else { return };
                let over = now.ended.is_some();
                if channel.send(StoryView::from(&now)).is_err() || over {
                    return;
                }
                if changes.changed().await.is_err() {
                    return;
                }
            }
        });
        if let Some(before) = self.all().insert(webview.to_owned(), telling) {
            before.abort();
        }
    }
}

impl From<&FlowJournal> for StoryView {
    fn from(flow: &FlowJournal) -> Self {
        let provider = Some(flow.provider_name.as_str());
        let stopped = flow.stopped_at().map(|step| step.id);
        let stopped_at = flow.steps.iter().position(|step| Some(step.id) == stopped);
        Self {
            flow: flow.id.as_str().to_owned(),
            kind: match flow.kind {
                FlowKind::SignIn => StoryKind::SignIn,
                FlowKind::Refresh => StoryKind::Refresh,
                FlowKind::SignOut => StoryKind::SignOut,
            },
            provider_name: flow.provider_name.clone(),
            door: flow.door.map(|door| match door {
                DoorKind::Scheme => Door::Scheme,
                DoorKind::Loopback => Door::Loopback,
                DoorKind::Device => Door::Device,
            }),
            began_at: flow.began_at.div_euclid(1_000),
            parties: Who::ALL
                .iter()
                .map(|who| PartyView {
                    id: (*who).into(),
                    name: words_of_party(*who).into(),
                })
                .collect(),
            steps: flow.steps.iter().map(|step| step_view(step, provider)).collect(),
            left_out: flow.left_out,
            ended: flow.ended.map(|end| StoryEnd {
                after_ms: end.after_ms,
                problem: match end.outcome {
                    FlowOutcome::Done => None,
                    FlowOutcome::PutOff(failure) | FlowOutcome::Failed(failure) => problem(failure, provider),
                },
            }),
            stopped_at: stopped_at.and_then(|at| u32::try_from(at).ok()),
        }
    }
}

/// A failure in the journal has no words of the provider; the problem that is made of it has none either.
fn problem(failure: Failure, provider: Option<&str>) -> Option<Problem> {
    failure.error().map(|error| Problem::of(&error, provider))
}

fn step_view(step: &Step, provider: Option<&str>) -> StepView {
    let (outcome, failure) = match step.outcome {
        Went::UnderWay => (StepOutcome::UnderWay, None),
        Went::Done => (StepOutcome::Done, None),
        Went::Remembered => (StepOutcome::Remembered, None),
        Went::Needless => (StepOutcome::Needless, None),
        Went::PutOff(failure) => (StepOutcome::PutOff, Some(failure)),
        Went::Failed(failure) => (StepOutcome::Failed, Some(failure)),
        Went::Abandoned => (StepOutcome::Abandoned, None),
    };
    StepView {
        kind: step.kind.word(),
        name: words_of_step(step.kind).into(),
        from: step.from.into(),
        to: step.to.into(),
        host: step.host.clone(),
        began_ms: step.began_ms,
        duration_ms: step.duration_ms,
        status: step.status,
        outcome,
        problem: failure.and_then(|failure| problem(failure, provider)),
        parameters: step
            .request
            .iter()
            .map(|parameter| ParameterView {
                name: parameter.name.clone(),
                value: match &parameter.value {
                    Shown::Text(text) => Some(text.clone()),
                    Shown::Secret | Shown::Long(_) => None,
                },
            })
            .collect(),
        checks: step.checks.iter().map(CheckMade::from).collect(),
    }
}

impl From<&Check> for CheckMade {
    fn from(check: &Check) -> Self {
        let (result, skipped) = match check.result {
            Result::Passed => (CheckResult::Passed, None),
            Result::Failed(_) => (CheckResult::Failed, None),
            Result::Skipped(reason) => (CheckResult::Skipped, Some(words_of_skipped(reason).into())),
        };
        Self {
            name: words_of_check(check.name).into(),
            section: check.section().to_owned(),
            result,
            skipped,
        }
    }
}

impl From<Who> for Party {
    fn from(who: Who) -> Self {
        match who {
            Who::Person => Self::Person,
            Who::Browser => Self::Browser,
            Who::Doorkey => Self::Doorkey,
            Who::Provider => Self::Provider,
        }
    }
}

impl From<Words> for Said {
    fn from(words: Words) -> Self {
        Self {
            plain: words.plain,
            developer: words.developer,
        }
    }
}
