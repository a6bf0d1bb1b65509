//! Sign-ins by a code that the person enters on another screen (RFC 8628): the robot is that screen.

use std::time::Duration;

use doorkey::Client;
use doorkey::error::Error;
use doorkey::flow::{Browser, DeviceCode, DoorKind, FlowId, SignIn, Stage};
use doorkey::journal::{StepKind, StepOutcome};
use doorkey::providers::{
    LoopbackPorts, Preset, Provider, Registration, RegistrationStyle, SecretRule, SelfRegistration, preset,
};
use doorkey_oidc::error::{ErrorCode, Misbehaviour, Misconfiguration, Unsupported};
use mock_op::{Endpoint, Fault, Recorded};

use crate::stage::{Set, end, status, until};

/// A test that waits longer than this has failed.
const DEADLINE: Duration = Duration::from_secs(30);

fn by_code(client: &Client) -> Result<FlowId, Error> {
    client.begin(SignIn {
        provider: "op".into(),
        door: Some(DoorKind::Device),
        ..SignIn::default()
    })
}

/// Begins a sign-in by code and waits for what is shown.
async fn begin(client: &Client) -> (FlowId, DeviceCode) {
    let flow = by_code(client).unwrap();
    let shown = until(client, || {
        let status = status(client, &flow).unwrap();
        assert!(!status.stage.is_over(), "{status:?}");
        status.device
    });
    let code = shown.await;
    (flow, code)
}

/// How a sign-in by code ends that comes to no code.
async fn attempt(client: &Client) -> Stage {
    let flow = by_code(client).unwrap();
    end(client, &flow).await
}

/// Lets time pass for the client, and for the provider where `both`, a second in each tick, until something is found.
async fn pass_until<T>(set: &Set, both: bool, tick: Duration, look: impl Fn() -> Option<T>) -> T {
    let passing = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            if both {
                set.pass(1);
            } else {
                set.clock.advance(1);
            }
            tokio::time::sleep(tick).await;
        }
    };
    tokio::time::timeout(DEADLINE, passing)
        .await
        .expect("it came about in time")
}

const QUICK: Duration = Duration::from_millis(20);

fn polls(set: &Set) -> Vec<Recorded> {
    let mut requests = set.op.requests();
    requests.retain(|request| request.endpoint == Endpoint::Token && request.param("device_code").is_some());
    requests
}

async fn over(set: &Set, client: &Client, flow: &FlowId) -> Stage {
    pass_until(set, true, QUICK, || {
        status(client, flow).map(|status| status.stage).filter(Stage::is_over)
    })
    .await
}

async fn enter(set: &Set, code: &DeviceCode) {
    let page = code.verification_uri.url().as_str();
    set.op.robot().enter_code(page, code.user_code.as_str()).await.unwrap();
}

#[tokio::test]
async fn somebody_who_asks_for_a_code_signs_in_by_entering_it_on_another_screen() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, code) = begin(&client).await;
    let shown = status(&client, &flow).unwrap();
    assert!(matches!(shown.stage, Stage::Waiting(Browser::NotAsked)), "{shown:?}");
    assert_eq!(shown.door, Some(DoorKind::Device));
    assert_eq!(shown.expires_at, code.expires_at.0);
    assert!(
        shown
            .host
            .is_some_and(|host| code.verification_uri.url().as_str().contains(&host))
    );
    let complete = code.verification_uri_complete.as_ref().unwrap().url().as_str();
    assert!(complete.contains(code.user_code.as_str()), "{complete}");
    assert!(
        client.flow_url(&flow).is_none(),
        "there is no link that a redirect would follow"
    );

    // The provider is asked and says that nobody has answered yet, which changes nothing.
    pass_until(&set, true, QUICK, || polls(&set).first().cloned()).await;
    assert!(matches!(status(&client, &flow).unwrap().stage, Stage::Waiting(_)));

    enter(&set, &code).await;
    let stage = over(&set, &client, &flow).await;
    let account = client.accounts().remove(0);
    assert!(matches!(stage, Stage::SignedIn(id) if id == account.id));
    assert!(!account.unverified, "an ID Token proves it as at any other door");
    assert_eq!(set.seen("authorize"), 0);
    assert_eq!(polls(&set)[0].error.as_deref(), Some("authorization_pending"));

    let journal = client.journal_of(&flow).unwrap();
    let steps = [
        StepKind::Asked,
        StepKind::DeviceAuthorization,
        StepKind::CodeShown,
        StepKind::DevicePolling,
        StepKind::IdTokenVerified,
        StepKind::AccountStored,
    ];
    for kind in steps {
        let done: Vec<_> = journal.steps.iter().filter(|step| step.kind == kind).collect();
        assert!(
            matches!(done[..], [step] if step.outcome == StepOutcome::Done),
            "{kind:?}: {done:?}"
        );
    }
    let report = client.report(&flow).unwrap().to_string();
    assert!(report.contains("door: device code"), "{report}");
    assert!(!report.contains(code.user_code.as_str()), "{report}");

    // The session lives on like any other.
    set.pass(3_700);
    client.refresh_now(&account.id).await.unwrap();
    assert!(!client.accounts()[0].ended);
}

#[tokio::test]
async fn no_code_is_asked_for_by_itself_even_where_there_is_no_other_door() {
    let set = Set::new().await;
    let client = set.client_with(plain(Preset {
        device: true,
        ..without_redirects(&set)
    }));
    client.ready().await;
    let flow = client
        .begin(SignIn {
            provider: "op".into(),
            ..SignIn::default()
        })
        .unwrap();
    let stage = end(&client, &flow).await;
    assert!(
        matches!(stage, Stage::Failed(Error::Misconfigured(Misconfiguration::ClientId))),
        "{stage:?}"
    );
    assert_eq!(
        set.op.requests().iter().filter(|r| r.path.contains("device")).count(),
        0
    );
    // The same provider gives one to somebody who asks.
    let (flow, _) = begin(&client).await;
    client.cancel(&flow).await;
}

#[tokio::test]
async fn a_policy_that_switches_codes_off_refuses_them_before_anything_is_sent() {
    let mut set = Set::new().await;
    set.allow_device = false;
    let client = set.client().await;
    assert_eq!(by_code(&client), Err(Error::Unsupported(Unsupported::DoorSwitchedOff)));
    assert!(client.flow().is_none() && !client.allows_device());
    assert_eq!(set.op.requests().len(), 0);
}

#[tokio::test]
async fn a_provider_without_codes_is_refused_by_name_whether_its_preset_or_its_metadata_says_so() {
    let set = Set::new().await;
    let no_codes = Error::Unsupported(Unsupported::DeviceFlow);
    let client = set.client_with(plain(Preset {
        device: false,
        ..github(&set)
    }));
    assert_eq!(by_code(&client), Err(no_codes.clone()));

    let mut unnamed = github(&set);
    unnamed.endpoints.device = None;
    let client = set.client_with(plain(unnamed));
    client.ready().await;
    let stage = attempt(&client).await;
    assert!(
        matches!(&stage, Stage::Failed(error) if *error == no_codes),
        "{stage:?}"
    );
    assert_eq!(set.op.requests().len(), 0);
}

/// The preset of GitHub, led to the mock that is like it: plain OAuth 2, and a secret for the codes of redirects.
fn github(set: &Set) -> Preset {
    let issuer = set.op.issuer_named("github");
    let mut preset = preset("github").unwrap().clone();
    assert!(preset.device && preset.registration.secret == SecretRule::Required);
    preset.id = "op".into();
    preset.endpoints.authorization = Some(format!("{issuer}/authorize"));
    preset.endpoints.token = Some(format!("{issuer}/token"));
    preset.endpoints.device = Some(format!("{issuer}/device_authorization"));
    let userinfo = preset.userinfo.as_mut().unwrap();
    userinfo.url = format!("{issuer}/userinfo");
    userinfo.emails = None;
    preset.issuer = issuer;
    preset.scopes = ["profile", "email", "offline_access"].map(str::to_owned).to_vec();
    preset
}

fn without_redirects(set: &Set) -> Preset {
    let mut preset = github(set);
    preset.registration.secret = SecretRule::Optional;
    preset.registration.loopback.ports = LoopbackPorts::None;
    preset
}

fn plain(preset: Preset) -> Provider {
    Provider {
        preset,
        client: Some(Registration::public("demo")),
        link_client: None,
        link_with_client: false,
    }
}

#[tokio::test]
async fn a_provider_that_wants_a_secret_for_redirects_gives_codes_without_one_and_its_account_is_unverified() {
    let set = Set::new().await;
    let client = set.client_with(plain(github(&set)));
    client.ready().await;
    let (flow, code) = begin(&client).await;
    enter(&set, &code).await;
    let stage = over(&set, &client, &flow).await;
    assert!(matches!(stage, Stage::SignedIn(_)), "{stage:?}");
    assert!(client.accounts()[0].unverified);
    for request in set.op.requests() {
        assert_eq!(request.param("client_secret"), None, "{request:?}");
        assert!(
            request.endpoint == Endpoint::Userinfo || request.authorization.is_none(),
            "{request:?}"
        );
    }
}

#[tokio::test]
async fn an_installation_that_nobody_configured_registers_itself_and_uses_that_client_for_codes_and_polls() {
    let set = Set::new().await;
    let mut provider = plain(preset("openid").unwrap().clone());
    provider.client = None;
    provider.preset.id = "op".into();
    provider.preset.issuer = set.op.issuer().to_owned();
    provider.preset.parameters.clear();
    provider.preset.registration.itself = Some(SelfRegistration {
        style: RegistrationStyle::Rfc7591,
        endpoint: None,
    });
    assert!(provider.takes_device());
    let client = set.client_with(provider);
    client.ready().await;
    let (flow, code) = begin(&client).await;
    enter(&set, &code).await;
    let stage = over(&set, &client, &flow).await;
    assert!(matches!(stage, Stage::SignedIn(_)), "{stage:?}");
    let requests = set.op.requests().into_iter();
    let of_codes =
        requests.filter(|request| matches!(request.endpoint, Endpoint::DeviceAuthorization | Endpoint::Token));
    let ids: std::collections::BTreeSet<_> = of_codes
        .map(|request| request.param("client_id").map(str::to_owned))
        .collect();
    assert_eq!((set.seen("registration"), ids.len()), (1, 1), "{ids:?}");
    assert!(!ids.contains(&Some("demo".to_owned())) && !ids.contains(&None));
}

#[tokio::test]
async fn somebody_who_says_no_on_the_other_screen_is_not_signed_in() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, code) = begin(&client).await;
    let page = code.verification_uri.url().as_str();
    set.op
        .robot()
        .deny()
        .enter_code(page, code.user_code.as_str())
        .await
        .unwrap();
    let stage = over(&set, &client, &flow).await;
    assert!(
        matches!(&stage, Stage::Failed(Error::Refused(refusal)) if refusal.code == ErrorCode::AccessDenied),
        "{stage:?}"
    );
    assert!(client.accounts().is_empty());
}

#[tokio::test]
async fn a_code_that_nobody_enters_ends_and_nothing_more_is_asked() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, _) = begin(&client).await;
    // As after a night in which the computer slept: the first look finds that it is over.
    set.clock.advance(40_000);
    let stage = end(&client, &flow).await;
    assert!(
        matches!(&stage, Stage::Failed(Error::Refused(refusal)) if refusal.code == ErrorCode::ExpiredToken),
        "{stage:?}"
    );
    assert_eq!(set.seen("token"), 0, "what has ended is not asked about");
}

#[tokio::test]
async fn a_code_that_the_provider_ends_earlier_ends_here_too() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, _) = begin(&client).await;
    set.op.clock().advance(40_000);
    set.clock.advance(5);
    let stage = end(&client, &flow).await;
    assert!(
        matches!(&stage, Stage::Failed(Error::Refused(refusal)) if refusal.code == ErrorCode::ExpiredToken),
        "{stage:?}"
    );
    assert_eq!(polls(&set).len(), 1);
}

/// A second in 100 milliseconds: between two looks of the client less time passes than the shortest interval.
const SLOWLY: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_provider_that_says_slow_down_is_asked_less_often_from_then_on() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, _) = begin(&client).await;
    // Only here the time passes, so that the provider finds the second question too early.
    let slowed = || {
        polls(&set)
            .iter()
            .any(|poll| poll.error.as_deref() == Some("slow_down"))
            .then_some(())
    };
    pass_until(&set, false, QUICK, slowed).await;
    let before = polls(&set).len();
    pass_until(&set, true, SLOWLY, || (polls(&set).len() >= before + 2).then_some(())).await;
    let after = polls(&set).split_off(before);
    // RFC 8628 3.5: five seconds more, for all that follow.
    assert!(after[1].at - after[0].at >= 10, "{after:?}");
    assert!(
        after
            .iter()
            .all(|poll| poll.error.as_deref() == Some("authorization_pending")),
        "{after:?}"
    );
    client.cancel(&flow).await;
}

#[tokio::test]
async fn a_provider_that_is_busy_is_asked_again_later_and_less_often() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, code) = begin(&client).await;
    set.op.next(Fault::Token5xx);
    pass_until(&set, true, QUICK, || polls(&set).first().cloned()).await;
    pass_until(&set, true, SLOWLY, || (polls(&set).len() > 1).then_some(())).await;
    let all = polls(&set);
    assert_eq!((all[0].status, all[1].status), (500, 400));
    // RFC 8628 3.5: twice the interval, by itself.
    assert!(all[1].at - all[0].at >= 10, "{all:?}");
    enter(&set, &code).await;
    assert!(matches!(over(&set, &client, &flow).await, Stage::SignedIn(_)));
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_end_and_what_the_provider_says_next_is() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, code) = begin(&client).await;
    enter(&set, &code).await;
    // The answer with the tokens is lost, and the code is spent with it.
    set.op.next(Fault::TokenResetAfterSend);
    pass_until(&set, true, QUICK, || polls(&set).first().cloned()).await;
    pass_until(&set, true, SLOWLY, || (polls(&set).len() > 1).then_some(())).await;
    let stage = end(&client, &flow).await;
    assert!(
        matches!(&stage, Stage::Failed(Error::Refused(refusal)) if refusal.code == ErrorCode::InvalidGrant),
        "{stage:?}"
    );
    let all = polls(&set);
    assert_eq!((all.len(), all[0].status), (2, 0));
    // RFC 8628 3.5: twice the interval, by itself.
    assert!(all[1].at - all[0].at >= 10, "{all:?}");
    assert!(client.accounts().is_empty());
}

#[tokio::test]
async fn a_cancel_ends_the_asking_at_once() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, code) = begin(&client).await;
    client.cancel(&flow).await;
    assert!(client.flow().is_none());
    // Its task has ended with the cancel, so nothing is left that could ask.
    enter(&set, &code).await;
    set.pass(60);
    client.pages_shown().await;
    assert_eq!(set.seen("token"), 0);
    assert!(client.accounts().is_empty());
}

#[tokio::test]
async fn tokens_that_are_on_their_way_at_a_cancel_are_not_lost() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, code) = begin(&client).await;
    enter(&set, &code).await;
    let mut hold = set.op.hold(Endpoint::Token);
    set.pass(5);
    hold.arrived(1).await;
    client.cancel(&flow).await;
    assert!(client.flow().is_none() && client.accounts().is_empty());
    drop(hold);
    client.pages_shown().await;
    assert_eq!(
        client.accounts().len(),
        1,
        "what the person allowed is theirs to see, and to take back"
    );
    assert!(client.flow().is_none(), "it is not shown again");
}

#[tokio::test]
async fn an_id_token_that_is_wrong_ends_a_sign_in_by_code_as_any_other() {
    let cases = [
        (Fault::IdTokenIss, Misbehaviour::IdTokenIssMismatch),
        (Fault::IdTokenAud, Misbehaviour::IdTokenAudMismatch),
        (Fault::IdTokenBadSignature, Misbehaviour::IdTokenSignatureInvalid),
        (Fault::TokenMissingIdToken, Misbehaviour::MissingIdToken),
    ];
    for (fault, misbehaviour) in cases {
        let set = Set::new().await;
        let client = set.client().await;
        let (flow, code) = begin(&client).await;
        enter(&set, &code).await;
        set.op.next(fault);
        let stage = over(&set, &client, &flow).await;
        assert!(
            matches!(&stage, Stage::Failed(Error::Misbehaved(named)) if *named == misbehaviour),
            "{fault:?}: {stage:?}"
        );
        assert!(client.accounts().is_empty());
    }
}

#[tokio::test]
async fn a_clock_that_is_put_back_keeps_nobody_waiting() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, _) = begin(&client).await;
    set.clock.advance(-3_600);
    pass_until(&set, true, QUICK, || polls(&set).first().cloned()).await;
    client.cancel(&flow).await;
}

#[tokio::test]
async fn a_new_sign_in_takes_the_place_of_one_by_code() {
    let set = Set::new().await;
    let client = set.client().await;
    let (first, _) = begin(&client).await;
    let (second, code) = begin(&client).await;
    assert_ne!(first, second);
    enter(&set, &code).await;
    assert!(matches!(over(&set, &client, &second).await, Stage::SignedIn(_)));
    assert_eq!(client.accounts().len(), 1);
}

#[cfg(all(unix, not(target_os = "macos")))]
#[tokio::test]
async fn the_page_is_opened_with_the_code_in_it_and_only_when_the_person_asks() {
    use std::os::unix::fs::PermissionsExt as _;

    let set = Set::new().await;
    let (opener, opened) = (set.home.path().join("xdg-open"), set.home.path().join("opened"));
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n", opened.display());
    std::fs::write(&opener, script).unwrap();
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    let client = set.client().await;
    let (flow, code) = begin(&client).await;
    assert!(!opened.exists(), "no browser opens by itself");
    client.open_device_page(&flow).await.unwrap();
    client.open_again(&flow).await.unwrap();
    let page = code.verification_uri_complete.unwrap();
    let twice = format!("{0}\n{0}\n", page.url());
    assert_eq!(std::fs::read_to_string(&opened).unwrap(), twice);
    assert!(matches!(
        status(&client, &flow).unwrap().stage,
        Stage::Waiting(Browser::Opened)
    ));
    client.cancel(&flow).await;
    assert!(client.open_device_page(&flow).await.is_err());
}
