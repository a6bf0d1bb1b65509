//! Grading a client that is a command, and what its requests say of it.

use crate::app;
use mock_op::findings::{Level, Rule};
use mock_op::grade::{Act, Ended, GradeError, Grading, Outcome, Report};
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
    let mut command = vec![client.to_string_lossy().into_owned()];
    command.extend(["{act}", "{issuer}", "{client_id}", "{dir}"].map(str::to_owned));
    command
}

async fn graded(command: Vec<String>, only: &[&str]) -> Result<Report, GradeError> {
    graded_in(command, &[], only).await
}

async fn graded_in(command: Vec<String>, acts: &[Act], only: &[&str]) -> Result<Report, GradeError> {
    let grading = Grading {
        command,
        acts: acts.to_vec(),
        only: only.iter().map(|case| (*case).to_owned()).collect(),
        jobs: 2,
        limit: Duration::from_secs(60),
        tls: false,
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
        acts: vec![],
        only: vec!["disc-slow/headers".into()],
        jobs: 1,
        limit: Duration::from_secs(5),
        tls: false,
        reasons: BTreeMap::new(),
    };
    let report = grading.run(|_| {}).await.unwrap();
    assert_eq!(of(&report, "disc-slow/headers").ended, Ended::Hung);
}

#[tokio::test]
async fn a_client_is_graded_after_the_sign_in_in_what_it_can_do_and_the_report_names_what_it_cannot() {
    let acts = [Act::Refresh];
    let report = graded_in(
        naive(),
        &acts,
        &[
            "rt-no-rotation",
            "rt-sub-changed/sub",
            "rt-invalid-grant",
            "rt-only-invalid-grant-wipes/500",
        ],
    )
    .await;
    let report = report.unwrap();
    let wrong = |case: &str| of(&report, case).wrong.clone().unwrap_or_default();
    // It lost the refresh token that was still good.
    assert_eq!(wrong("rt-no-rotation/default"), "could not be renewed a second time");
    // It asked UserInfo with what came with an ID Token about somebody else.
    assert!(wrong("rt-sub-changed/sub").starts_with("tokens-accepted: requests"));
    // It tries what was refused for good once more.
    assert!(wrong("rt-invalid-grant/default").starts_with("refused-token-sent-again: requests"));
    assert_eq!(of(&report, "rt-invalid-grant/default").level, Level::Should);
    assert_eq!(of(&report, "no-fault/refresh").wrong, None);
    // What is no JSON it keeps nothing of, so that the session is there when the provider is right again.
    assert_eq!(wrong("rt-only-invalid-grant-wipes/500"), "");
    assert_eq!(
        (report.acts, report.not_graded),
        (vec![Act::SignIn, Act::Refresh], vec![Act::Profile, Act::SignOut])
    );
    // What it is not graded in has no cases.
    let report = graded_in(naive(), &acts, &["ui-sub-mismatch"]).await;
    assert!(matches!(report, Err(GradeError::NoSuchCase(_))), "{report:?}");
}

#[tokio::test]
async fn a_client_that_uses_what_userinfo_says_of_somebody_else_is_found_by_what_it_tells() {
    let cases = [
        "ui-sub-mismatch",
        "ui-signed-jwt/alg-none",
        "ui-redirect/302",
        "ui-403-scope",
        "ui-hostile-fields/text",
    ];
    let report = graded_in(naive(), &[Act::Profile], &cases).await.unwrap();
    let wrong = |case: &str| of(&report, case).wrong.clone().unwrap_or_default();
    assert_eq!(wrong("ui-sub-mismatch/other"), "used what UserInfo said");
    assert_eq!(wrong("ui-sub-mismatch/missing"), "used what UserInfo said");
    assert_eq!(of(&report, "ui-sub-mismatch/other").level, Level::Must);
    // It cannot read a signed one, so it does not use it.
    assert_eq!(wrong("ui-signed-jwt/alg-none"), "");
    // reqwest takes the header off on the way to another host.
    assert!(wrong("ui-redirect/302").starts_with("redirect-followed: requests"));
    assert_eq!(
        (wrong("ui-403-scope/default"), wrong("ui-hostile-fields/text")),
        (String::new(), String::new())
    );
}

#[tokio::test]
async fn a_client_that_forgets_to_forget_is_found_by_what_it_can_still_do_after_the_sign_out() {
    let acts = [Act::Refresh, Act::SignOut];
    let cases = [
        "rev-redirect/307",
        "rev-no-endpoint",
        "rev-invalid-token-200",
        "lo-state",
    ];
    let report = graded_in(naive(), &acts, &cases).await.unwrap();
    let kept = Some("kept the session although it was to forget it");
    assert_eq!(of(&report, "no-fault/sign-out").wrong.as_deref(), kept);
    assert_eq!(of(&report, "no-fault/sign-out").level, Level::HouseRule);
    assert_eq!(of(&report, "rev-invalid-token-200/default").wrong.as_deref(), kept);
    // The token went where the redirect led.
    let redirected = of(&report, "rev-redirect/307");
    assert!(
        redirected.wrong.clone().unwrap().starts_with("secret-sent-elsewhere"),
        "{redirected:?}"
    );
    assert_eq!(redirected.level, Level::Must);
    // It had its URL opened, without saying whose session it is.
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.rule == Rule::EndSessionWithoutHint)
    );
    // Without a redirect there is no state to send back, so that it never met the fault.
    assert!(!of(&report, "lo-state/other").met);
    let of_acts = report.outcomes.iter().filter(|outcome| outcome.met).count();
    assert_eq!(report.must.of + report.should.of + report.house_rules.of, of_acts);
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

#[tokio::test]
async fn a_refresh_token_that_comes_again_after_its_successor_is_found_and_one_that_was_not_replaced_is_not() {
    let op = MockOp::start().await.unwrap();
    let rules = |op: &MockOp| op.findings().iter().map(|finding| finding.rule).collect::<Vec<_>>();
    let tokens = app::tokens(&op).await;
    let first = app::refresh(app::text(&tokens, "refresh_token"));
    op.next(Fault::RefreshNoRotation);
    assert!(app::token(&op, &first).await.0.is_success());
    // This one was not replaced, so it may come again.
    assert!(app::token(&op, &first).await.0.is_success());
    assert!(!rules(&op).contains(&Rule::ReplacedTokenSentAgain));
    // Now it was.
    assert!(!app::token(&op, &first).await.0.is_success());
    assert!(
        rules(&op).contains(&Rule::ReplacedTokenSentAgain),
        "{:?}",
        op.findings()
    );
    // An answer that got lost replaced nothing for the client.
    op.reset();
    let tokens = app::tokens(&op).await;
    op.next(Fault::RefreshResponseLost);
    let form = app::refresh(app::text(&tokens, "refresh_token"));
    let lost = app::http()
        .post(format!("{}/token", op.issuer()))
        .form(&form)
        .send()
        .await;
    assert!(lost.is_err());
    app::token(&op, &form).await;
    assert!(!rules(&op).contains(&Rule::ReplacedTokenSentAgain));
}

#[tokio::test]
async fn userinfo_that_is_asked_over_and_over_and_a_logout_of_nobody_in_particular_are_found() {
    let op = MockOp::start().await.unwrap();
    let rules = |op: &MockOp| op.findings().iter().map(|finding| finding.rule).collect::<Vec<_>>();
    let tokens = app::tokens(&op).await;
    for _ in 0..10 {
        app::userinfo(&op, app::text(&tokens, "access_token")).await;
    }
    assert!(!rules(&op).contains(&Rule::UserInfoStorm));
    app::userinfo(&op, app::text(&tokens, "access_token")).await;
    assert!(rules(&op).contains(&Rule::UserInfoStorm));
    let hint = app::text(&tokens, "id_token");
    let mut robot = op.robot();
    let ends = |query: &str| format!("{}/logout?client_id=demo{query}", op.issuer());
    assert_eq!(
        robot.sign_out(&ends(&format!("&id_token_hint={hint}"))).await.unwrap(),
        None
    );
    assert!(!rules(&op).contains(&Rule::EndSessionWithoutHint));
    let back = "&post_logout_redirect_uri=com.example.app:/out&state=s";
    let redirect = robot.sign_out(&ends(back)).await.unwrap();
    assert_eq!(redirect.as_deref(), Some("com.example.app:/out?state=s"));
    assert!(rules(&op).contains(&Rule::EndSessionWithoutHint));
    assert!(
        robot
            .sign_out(&ends("&post_logout_redirect_uri=nonsense"))
            .await
            .is_err()
    );
    assert!(robot.sign_out("https://op.invalid/logout").await.is_err());
}

#[tokio::test]
async fn a_picture_that_userinfo_names_is_no_redirect_and_may_not_be_fetched_with_the_token() {
    let op = MockOp::start().await.unwrap();
    let rules = |op: &MockOp| op.findings().iter().map(|finding| finding.rule).collect::<Vec<_>>();
    let tokens = app::tokens(&op).await;
    assert!(op.next_variant(Fault::UserInfoHostileFields, "http-picture"));
    let (_, claims) = app::userinfo(&op, app::text(&tokens, "access_token")).await;
    let picture = || app::http().get(app::text(&claims, "picture").to_owned());
    picture().send().await.unwrap();
    assert!(!rules(&op).contains(&Rule::RedirectFollowed));
    app::http()
        .get(format!("{}/userinfo", op.elsewhere()))
        .send()
        .await
        .unwrap();
    assert!(rules(&op).contains(&Rule::RedirectFollowed) && !rules(&op).contains(&Rule::SecretSentElsewhere));
    picture()
        .bearer_auth(app::text(&tokens, "access_token"))
        .send()
        .await
        .unwrap();
    assert!(rules(&op).contains(&Rule::SecretSentElsewhere));
}

#[cfg(unix)]
#[tokio::test]
async fn a_client_of_https_is_graded_too_and_is_told_whom_to_trust() {
    let grading = Grading {
        // Any program that looks: it prints no URL, so that it is told apart by how it ended.
        command: [
            "sh",
            "-c",
            "grep -q CERTIFICATE \"$0\" && grep -q CERTIFICATE \"$MOCK_OP_CA_FILE\" && echo https://op.invalid/",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain(["{ca_file}".to_owned()])
        .collect(),
        acts: vec![],
        only: vec!["idt-nonce".into()],
        jobs: 1,
        limit: Duration::from_secs(60),
        tls: true,
        reasons: BTreeMap::new(),
    };
    let ended = grading.run(|_| {}).await;
    let Err(GradeError::Baseline(why)) = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(why, "sign-in: wanted a URL of a stranger to be opened");
}
