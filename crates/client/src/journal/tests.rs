//! The bounds, and what comes together from two processes.
#![allow(clippy::unwrap_used)]

use super::*;

fn journal() -> Arc<Journal> {
    Arc::new(Journal::new(Clock::adjustable()))
}

fn head() -> Head {
    Head {
        id: FlowId::random().unwrap(),
        kind: FlowKind::SignIn,
        provider: "op".into(),
        provider_name: "The provider".into(),
        account: None,
    }
}

fn account() -> AccountId {
    AccountId::from_text(&"a".repeat(43)).unwrap()
}

#[test]
fn ten_thousand_renewals_leave_fifty_flows_and_the_sign_in_that_waits_among_them() {
    let journal = journal();
    let waits = head();
    let id = waits.id.clone();
    journal.begin(waits).open(StepKind::Asked).done();
    for _ in 0..10_000 {
        let notes = journal.begin(Head::of_account(FlowKind::Refresh, &account(), "op", "The provider"));
        notes.open(StepKind::Refresh).done();
        notes.end(Ok(None));
    }
    let all = journal.all();
    assert_eq!(all.len(), FLOWS);
    assert_eq!(all.last().unwrap().id, id, "the newest first, and what waits is kept");
    assert_eq!(journal.of(&id).unwrap().steps.len(), 1);
}

#[test]
fn one_flow_has_bounded_steps_and_parameters_and_says_what_it_left_out() {
    let journal = journal();
    let notes = journal.begin(head());
    let mut request = http::Request::new("scope=".to_owned().into_bytes());
    *request.uri_mut() = "https://op.example/token".parse().unwrap();
    *request.body_mut() = format!("scope={}&", "x".repeat(190)).repeat(1000).into_bytes();
    for _ in 0..10_000 {
        let mut step = notes.open(StepKind::CodeExchange);
        step.sends(&request);
        for _ in 0..1000 {
            step.trail().skip(
                doorkey_oidc::trail::CheckName::State,
                doorkey_oidc::trail::Skipped::NotAsked,
            );
        }
        step.done();
    }
    let flow = notes.so_far().unwrap();
    assert_eq!((flow.steps.len(), flow.left_out), (STEPS, 10_000 - 64));
    let held: usize = flow
        .steps
        .iter()
        .flat_map(|step| &step.request)
        .map(Parameter::bytes)
        .sum();
    assert!(held > PARAMETER_BYTES / 2 && held <= PARAMETER_BYTES, "{held}");
    assert!(flow.steps.iter().all(|step| step.checks.len() <= 64));
}

#[test]
fn what_is_read_from_a_record_is_held_to_the_same_bounds() {
    let (ours, theirs) = (journal(), journal());
    let notes = theirs.begin(head());
    notes.open(StepKind::Asked).done();
    let mut flow = notes.so_far().unwrap();
    let step = flow.steps[0].clone();
    flow.steps = vec![step; 1000];
    let id = flow.id.clone();
    ours.adopt(flow);
    assert_eq!(ours.of(&id).unwrap().steps.len(), STEPS);
}

#[test]
fn two_halves_in_two_processes_come_together_as_one_and_in_order() {
    let clock = Clock::adjustable();
    let (first, second) = (
        Arc::new(Journal::new(clock.clone())),
        Arc::new(Journal::new(clock.clone())),
    );
    let notes = first.begin(head());
    notes.open(StepKind::Asked).done();
    clock.advance(1);
    let parking = notes.open(StepKind::Parked);
    let sealed = serde_json::to_string(&notes.so_far().unwrap()).unwrap();
    parking.done();
    clock.advance(1);
    notes.open(StepKind::BrowserOpened).done();

    // The other process has only what was sealed.
    clock.advance(1);
    second.adopt(serde_json::from_str(&sealed).unwrap());
    let id = notes.so_far().unwrap().id;
    let resumed = second.resume(
        Head {
            id: id.clone(),
            ..head()
        },
        None,
    );
    resumed.open(StepKind::RedirectReceived).done();
    second.end(&id, Ok(Some(&account())));
    let kinds = |flow: &FlowJournal| flow.steps.iter().map(|step| step.kind).collect::<Vec<_>>();
    let theirs = second.of(&id).unwrap();
    let (asked, parked, opened) = (StepKind::Asked, StepKind::Parked, StepKind::BrowserOpened);
    assert_eq!(kinds(&theirs), [asked, parked, StepKind::RedirectReceived]);
    assert!(theirs.steps.iter().all(|step| step.outcome == StepOutcome::Done));

    // And the first one takes over what the other one did, twice without harm.
    first.adopt(theirs.clone());
    first.adopt(theirs);
    let whole = first.of(&id).unwrap();
    assert_eq!(kinds(&whole), [asked, parked, opened, StepKind::RedirectReceived]);
    assert_eq!(whole.account, Some(account()));
    assert_eq!(whole.ended.unwrap().outcome, FlowOutcome::Done);
    assert!(whole.ended.unwrap().after_ms >= 3000);
}

#[test]
fn two_steps_of_one_kind_and_one_millisecond_stay_two_when_processes_come_together() {
    let (first, second) = (journal(), journal());
    let notes = first.begin(head());
    notes.open(StepKind::Keys).done();
    let sealed = notes.so_far().unwrap();
    let fetched = notes.open(StepKind::Keys);
    second.adopt(sealed);
    let id = notes.so_far().unwrap().id;
    let resumed = second.resume(
        Head {
            id: id.clone(),
            ..head()
        },
        None,
    );
    resumed.open(StepKind::Keys).done();
    fetched.done();
    let at = |flow: &FlowJournal| flow.steps.iter().map(|step| step.began_ms).collect::<Vec<_>>();
    let theirs = second.of(&id).unwrap();
    first.adopt(theirs.clone());
    first.adopt(theirs);
    let whole = first.of(&id).unwrap();
    assert_eq!(
        whole.steps.len(),
        3,
        "one before, one in each process: {:?}",
        at(&whole)
    );
    assert!(whole.steps.iter().all(|step| step.outcome == StepOutcome::Done));
}

#[test]
fn what_is_written_into_a_flow_that_was_taken_over_anew_replaces_no_step_of_it() {
    let (here, elsewhere) = (journal(), journal());
    let notes = here.begin(head());
    let open = notes.open(StepKind::Keys);
    let id = notes.so_far().unwrap().id;
    let other = elsewhere.begin(Head {
        id: id.clone(),
        ..head()
    });
    other.open(StepKind::Keys).done();
    here.flows().clear();
    here.adopt(elsewhere.of(&id).unwrap());
    // At the same place, of the same kind, of the same millisecond, and not the same.
    drop(open);
    assert_eq!(here.of(&id).unwrap().steps[0].outcome, StepOutcome::Done);
}

#[test]
fn a_flow_that_may_be_none_begins_with_its_first_step() {
    let journal = journal();
    let lazily = || journal.lazily(Head::of_account(FlowKind::Refresh, &account(), "op", "The provider"));
    let (notes, unused) = (lazily(), lazily());
    let mut unsent = http::Request::new(Vec::new());
    *unsent.uri_mut() = "https://op.example/jwks".parse().unwrap();
    notes.remembered(StepKind::Keys, &unsent);
    unused.end(Ok(None));
    assert!(journal.all().is_empty());
    let failed = lazily();
    failed.end(Err(&Error::Offline));
    let outcome = journal.all()[0].ended.unwrap().outcome;
    assert_eq!(
        outcome,
        FlowOutcome::Failed(Failure::of(&Error::Offline)),
        "that is worth telling"
    );
    notes.open(StepKind::Refresh).done();
    notes.remembered(StepKind::Keys, &unsent);
    let flow = &journal.all()[0];
    assert_eq!(flow.steps[1].outcome, StepOutcome::Remembered);
    assert_eq!(flow.steps[1].host.as_deref(), Some("op.example"));
    assert_eq!(journal.all().len(), 2);
}

#[test]
fn a_step_that_is_dropped_was_given_up_and_the_first_end_of_a_flow_counts() {
    let journal = journal();
    let notes = journal.begin(head());
    let mut changes = journal.changes();
    changes.mark_unchanged();
    let step = notes.open(StepKind::Discovery);
    assert!(changes.has_changed().unwrap(), "whoever watches sees the step begin");
    assert_eq!(notes.so_far().unwrap().steps[0].outcome, StepOutcome::UnderWay);
    drop(step);
    assert_eq!(notes.so_far().unwrap().steps[0].outcome, StepOutcome::Abandoned);
    notes.end(Err(&Error::Cancelled));
    notes.end(Ok(None));
    let flow = notes.so_far().unwrap();
    assert_eq!(
        flow.ended.unwrap().outcome,
        FlowOutcome::Failed(Failure::of(&Error::Cancelled))
    );
    assert_eq!(flow.stopped_at(), None, "it was given up, and no step is to blame");
}

#[test]
fn a_failure_is_a_name_of_the_catalogue_and_no_other_text_comes_in() {
    let error = Error::Misbehaved(doorkey_oidc::error::Misbehaviour::IdTokenNonceMismatch);
    let text = serde_json::to_string(&Failure::of(&error)).unwrap();
    assert_eq!(serde_json::from_str::<Failure>(&text).unwrap(), Failure::of(&error));
    for forged in [
        r#"{"kind":"Misbehaved","detail":"ada@example.org"}"#,
        r#"{"kind":"","detail":null}"#,
    ] {
        assert!(serde_json::from_str::<Failure>(forged).is_err(), "{forged}");
    }
}

#[test]
fn a_report_redacts_once_more_whatever_the_journal_holds() {
    let journal = journal();
    let notes = journal.begin(Head {
        provider: "ada-provider".into(),
        provider_name: "Ada's provider".into(),
        account: Some(account()),
        ..head()
    });
    notes.open(StepKind::CodeExchange).done();
    let mut flow = notes.so_far().unwrap();
    let forged = |name: &str, value| Parameter {
        name: name.into(),
        value,
    };
    flow.steps[0].host = Some("ada@op.example/?code=ada".into());
    flow.steps[0].request = vec![
        forged("code", Shown::Text("ada".into())),
        forged("ada", Shown::Text("ada".into())),
        forged("ada", Shown::Long(3)),
        forged("grant_type", Shown::Text("authorization_code".into())),
    ];
    let keeping = crate::Keeping::Keychain("ada".into());
    let report = Report::of(&flow, &keeping);
    let shown = format!("{report}{report:?}{}", report.to_json()).to_lowercase();
    assert!(!shown.contains("ada") && !shown.contains(account().as_str()), "{shown}");
    assert!(shown.contains("grant_type = authorization_code"));
}
