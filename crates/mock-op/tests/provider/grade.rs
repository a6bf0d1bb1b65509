//! Grading a client that is a command, and what its requests say of it.

use crate::app;
use mock_op::findings::{Level, Rule};
use mock_op::grade::{Ended, GradeError, Grading, Outcome, Report};
use mock_op::{Fault, MockOp};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// A client of this repository that believes everything: cargo builds examples beside the tests.
fn naive() -> Vec<String> {
    let tests = PathBuf::from(env!("CARGO_BIN_EXE_mock-op"));
    let client = tests
        .with_file_name("examples")
        .join(format!("naive_client{}", std::env::consts::EXE_SUFFIX));
    vec![
        client.to_string_lossy().into_owned(),
        "{issuer}".into(),
        "{client_id}".into(),
    ]
}

async fn graded(command: Vec<String>, only: &[&str]) -> Result<Report, GradeError> {
    let grading = Grading {
        command,
        only: only.iter().map(|case| (*case).to_owned()).collect(),
        jobs: 2,
        limit: Duration::from_secs(60),
        reasons: BTreeMap::new(),
    };
    grading.run(|_| {}).await
}

fn of<'a>(report: &'a Report, case: &str) -> &'a Outcome {
    report.outcomes.iter().find(|outcome| outcome.case == case).unwrap()
}

#[tokio::test]
async fn a_client_that_believes_everything_fails_what_it_should_have_noticed_by_what_was_seen_of_it() {
    let cases = [
        "idt-nonce/wrong",
        "az-iss-mismatch",
        "az-state-mismatch",
        "disc-issuer-mismatch",
        "jwks-rotation",
        "idt-aud/ours-as-array",
    ];
    let report = graded(naive(), &cases).await.unwrap();
    let seen = |case: &str| of(&report, case).wrong.clone().unwrap_or_default();
    assert!(
        seen("idt-nonce/wrong").starts_with("tokens-accepted: requests"),
        "{}",
        seen("idt-nonce/wrong")
    );
    assert!(seen("az-iss-mismatch/default").starts_with("iss-not-checked"));
    assert!(seen("az-state-mismatch/default").starts_with("response-accepted"));
    assert!(seen("jwks-rotation/default").starts_with("keys-not-refetched"));
    // Of this nothing can be seen but that it says it has signed somebody in.
    assert_eq!(seen("disc-issuer-mismatch/default"), "says that somebody is signed in");
    assert_eq!(of(&report, "idt-aud/ours-as-array").wrong, None);
    assert!(!report.is_clean() && report.must.passed < report.must.of);
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.rule == Rule::StateShort && finding.level == Level::Must)
    );
}

#[tokio::test]
async fn a_client_that_never_signs_in_is_not_graded_at_all() {
    let program = env!("CARGO_BIN_EXE_mock-op");
    let report = graded(vec![program.into(), "--version".into()], &["idt-nonce"]).await;
    assert!(matches!(report, Err(GradeError::Baseline(_))), "{report:?}");
    let report = graded(vec!["no-such-program-anywhere".into()], &["idt-nonce"]).await;
    assert!(matches!(report, Err(GradeError::Command { .. })), "{report:?}");
    let report = graded(naive(), &["no-such-case"]).await;
    assert!(matches!(report, Err(GradeError::NoSuchCase(_))), "{report:?}");
}

#[tokio::test]
async fn a_client_that_does_not_end_is_ended() {
    let grading = Grading {
        command: naive(),
        only: vec!["disc-slow/headers".into()],
        jobs: 1,
        limit: Duration::from_secs(5),
        reasons: BTreeMap::new(),
    };
    let report = grading.run(|_| {}).await.unwrap();
    assert_eq!(of(&report, "disc-slow/headers").ended, Ended::Hung);
}

/// Signs Ada in with values that nobody could guess, if they were not these, and asks who she is.
async fn sign_in(op: &MockOp, letter: char) {
    let mut request = app::request();
    for name in ["state", "nonce"] {
        request.insert(name, letter.to_string().repeat(43));
    }
    let redirect = op.robot().sign_in(&app::url_of(op, &request)).await.unwrap();
    let code = app::params_of(&redirect).remove("code").unwrap();
    let (_, tokens) = app::token(op, &app::exchange(&code)).await;
    let userinfo = app::http().get(format!("{}/userinfo", op.issuer()));
    userinfo
        .bearer_auth(app::text(&tokens, "access_token"))
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_sound_sign_in_has_no_finding_and_an_unsound_one_says_which_requests_show_it() {
    let op = MockOp::start().await.unwrap();
    sign_in(&op, 'a').await;
    assert_eq!(op.findings(), []);
    op.next(Fault::IdTokenNonce);
    sign_in(&op, 'b').await;
    let found = op.findings();
    let used = found
        .iter()
        .find(|finding| finding.rule == Rule::TokensAccepted)
        .unwrap();
    assert_eq!(used.fault.as_ref().map(|did| did.fault), Some("idt-nonce"));
    let paths: Vec<String> = used
        .requests
        .iter()
        .filter_map(|seq| op.requests().into_iter().find(|request| request.seq == *seq))
        .map(|request| request.path)
        .collect();
    assert_eq!(paths, ["/token", "/userinfo"]);
}
