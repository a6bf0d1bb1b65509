//! How it happened: what the journal says of a sign-in that goes well, of each that does not, and of strangers' links.

mod renewals;
mod stops;

use doorkey::flow::{DoorKind, FlowId, Receipt, Stage};
use doorkey::journal::{FlowJournal, FlowKind, FlowOutcome, Party, Shown, Step, StepKind, StepOutcome};
use doorkey::{Client, Error};
use doorkey_oidc::trail::{CheckName, CheckResult, Skipped};
use mock_op::MockOp;

use crate::stage::{SCHEME, Set, begin, end};

/// A provider that tells what its secrets are.
async fn open_set() -> Set {
    Set::with(MockOp::builder().show_secrets().start().await.unwrap())
}

/// A browser that can be opened, and shows nothing.
fn with_browser(set: &Set) {
    std::os::unix::fs::symlink("/bin/true", set.home.path().join("xdg-open")).unwrap();
}

/// Waits until what the first half does beside the waiting is done: the browser is opened, and the keys are there.
async fn settled(client: &Client, flow: &FlowId) {
    let mut changes = client.journal_changes();
    let done = |journal: &FlowJournal, kind| {
        let step = journal.steps.iter().find(|step| step.kind == kind);
        step.is_some_and(|step| step.outcome != StepOutcome::UnderWay)
    };
    let waiting = async {
        loop {
            let journal = client.journal_of(flow).unwrap();
            if done(&journal, StepKind::BrowserOpened) && done(&journal, StepKind::Keys) {
                return;
            }
            changes.changed().await.unwrap();
        }
    };
    let within = std::time::Duration::from_secs(20);
    tokio::time::timeout(within, waiting)
        .await
        .expect("the first half settled");
}

fn kinds(journal: &FlowJournal) -> Vec<StepKind> {
    journal.steps.iter().map(|step| step.kind).collect()
}

fn step(journal: &FlowJournal, kind: StepKind) -> &Step {
    journal.steps.iter().find(|step| step.kind == kind).unwrap()
}

/// The checks of a step: the names of those that were passed, and of those that were skipped with their reasons.
fn checks(step: &Step) -> Vec<(CheckName, Option<Skipped>)> {
    let line = |check: &doorkey_oidc::trail::Check| match check.result {
        CheckResult::Passed => (check.name, None),
        CheckResult::Skipped(reason) => (check.name, Some(reason)),
        CheckResult::Failed(cause) => panic!("{:?} failed: {cause:?}", check.name),
    };
    step.checks.iter().map(line).collect()
}

/// Everything that a journal can be shown as.
fn shown(client: &Client, flow: &FlowId) -> String {
    let journal = client.journal_of(flow).unwrap();
    let report = client.report(flow).unwrap();
    let json = serde_json::to_string(&journal).unwrap();
    format!("{json}\n{journal:?}\n{}\n{report}\n{report:?}", report.to_json())
}

/// What must not be in it: what the provider issued and received, and what was drawn for the sign-in.
fn secrets(set: &Set, url: Option<&str>) -> Vec<String> {
    let of_provider = set.op.secrets();
    let mut all: Vec<String> = [
        of_provider.codes,
        of_provider.verifiers,
        of_provider.access_tokens,
        of_provider.refresh_tokens,
        of_provider.id_tokens,
    ]
    .into_iter()
    .flatten()
    .collect();
    if let Some(url) = url {
        let url = url::Url::parse(url).unwrap();
        let drawn = ["state", "nonce", "code_challenge"];
        let of_url = url.query_pairs().filter(|(name, _)| drawn.contains(&&**name));
        all.extend(of_url.map(|(_, value)| value.into_owned()));
    }
    // What a broken provider calls a token may be empty or a word.
    all.retain(|secret| secret.len() > 8);
    all
}

/// Returns how many were looked for.
fn assert_no_secret(set: &Set, url: Option<&str>, shown: &str) -> usize {
    let all = secrets(set, url);
    for secret in &all {
        assert!(!shown.contains(secret), "a secret is shown");
    }
    all.len()
}

#[tokio::test]
async fn a_good_sign_in_is_told_step_by_step_and_check_by_check() {
    use CheckName as C;
    use Skipped::{LoopbackHttp, NotAsked, NotHere, NotStated};
    let set = open_set().await;
    with_browser(&set);
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    settled(&client, &flow).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    let Receipt::SignedIn(account) = client.receive(&link).await else {
        panic!()
    };

    let journal = client.journal_of(&flow).unwrap();
    assert_eq!(
        kinds(&journal),
        [
            StepKind::Asked,
            StepKind::Discovery,
            StepKind::DoorOpened,
            StepKind::AuthorizationRequest,
            StepKind::Parked,
            StepKind::BrowserOpened,
            StepKind::Keys,
            StepKind::RedirectReceived,
            StepKind::CodeExchange,
            StepKind::Keys,
            StepKind::IdTokenVerified,
            StepKind::UserInfo,
            StepKind::AccountStored,
        ]
    );
    for (at, step) in journal.steps.iter().enumerate() {
        // The keys are asked for twice: while the person is in the browser, and remembered from then.
        let due = if at == 9 {
            StepOutcome::Remembered
        } else {
            StepOutcome::Done
        };
        assert_eq!(step.outcome, due, "{:?}", step.kind);
        assert!(step.duration_ms.is_some());
        let sent = matches!(step.to, Party::Provider);
        assert_eq!(step.host.is_some(), sent || step.kind == StepKind::AuthorizationRequest);
        assert_eq!(step.status.is_some(), sent && at != 9, "{:?}", step.kind);
    }
    assert_eq!(journal.kind, FlowKind::SignIn);
    assert_eq!(journal.account, Some(account));
    assert_eq!(journal.door, Some(DoorKind::Scheme));
    assert_eq!(journal.ended.unwrap().outcome, FlowOutcome::Done);
    assert_eq!(journal.stopped_at(), None);
    assert_eq!((journal.left_out, client.journal().len()), (0, 1));

    let answer = [
        (C::Certificate, Some(LoopbackHttp)),
        (C::SizeLimit, None),
        (C::NotRedirected, None),
    ];
    let document = [&answer[..], &[(C::ContentType, None), (C::Status, None)]].concat();
    let discovery = [
        &document[..],
        &[
            (C::JsonObject, None),
            (C::MetadataIssuer, None),
            (C::ResponseTypes, None),
            (C::ChallengeMethods, None),
            (C::SigningAlgorithms, None),
            (C::AuthorizationEndpoint, None),
            (C::TokenEndpoint, None),
            (C::JwksUri, None),
            (C::UserinfoEndpoint, None),
            (C::RevocationEndpoint, None),
            (C::EndSessionEndpoint, None),
            (C::OtherEndpoints, None),
        ],
    ];
    assert_eq!(checks(step(&journal, StepKind::Discovery)), discovery.concat());
    let keys = [&document[..], &[(C::KeySet, None)]].concat();
    assert_eq!(checks(step(&journal, StepKind::Keys)), keys);
    assert_eq!(
        checks(step(&journal, StepKind::RedirectReceived)),
        [
            (C::NoneTwice, None),
            (C::RedirectUri, None),
            (C::State, None),
            (C::Lifetime, None),
            (C::ResponseIss, None),
            (C::NotRefused, None),
            (C::Code, None),
        ]
    );
    let exchange = [
        &answer[..],
        &[
            (C::ContentType, None),
            (C::JsonObject, None),
            (C::NoErrorStated, None),
            (C::Status, None),
            (C::TokenType, None),
            (C::AccessToken, None),
            (C::IdToken, None),
            (C::RefreshToken, None),
            (C::ExpiresIn, None),
        ],
    ];
    assert_eq!(checks(step(&journal, StepKind::CodeExchange)), exchange.concat());
    assert_eq!(
        checks(step(&journal, StepKind::IdTokenVerified)),
        [
            (C::IdTokenNotEncrypted, None),
            (C::IdTokenForm, None),
            (C::IdTokenCritical, None),
            (C::IdTokenAlg, None),
            (C::IdTokenKey, None),
            (C::IdTokenSignature, None),
            (C::IdTokenClaims, None),
            (C::IdTokenIss, None),
            (C::IdTokenAud, None),
            (C::IdTokenAzp, Some(NotStated)),
            (C::IdTokenOtherAudiences, None),
            (C::IdTokenExp, None),
            (C::IdTokenIat, None),
            (C::IdTokenNbf, Some(NotStated)),
            (C::IdTokenNonce, None),
            (C::IdTokenAcr, Some(NotAsked)),
            (C::IdTokenAuthTime, Some(NotAsked)),
            (C::IdTokenAtHash, None),
            (C::IdTokenCHash, Some(NotStated)),
            (C::IdTokenSub, None),
            (C::SamePerson, Some(NotHere)),
            (C::IdTokenSid, Some(NotStated)),
        ]
    );
    let userinfo = [
        &answer[..],
        &[
            (C::UserInfoAllowed, None),
            (C::ContentType, None),
            (C::Status, None),
            (C::JsonObject, None),
            (C::UserInfoSub, None),
        ],
    ];
    assert_eq!(checks(step(&journal, StepKind::UserInfo)), userinfo.concat());
}

#[tokio::test]
async fn of_what_was_sent_only_what_says_how_is_shown_and_nothing_secret_and_nobodys_name() {
    let set = open_set().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
    let journal = client.journal_of(&flow).unwrap();
    let sent = |kind| {
        let of = |parameter: &doorkey::journal::Parameter| (parameter.name.clone(), parameter.value.clone());
        step(&journal, kind).request.iter().map(of).collect::<Vec<_>>()
    };
    let text = |name: &str, value: &str| (name.to_owned(), Shown::Text(value.to_owned()));
    let secret = |name: &str| (name.to_owned(), Shown::Secret);
    let back = format!("{SCHEME}:/callback/op");
    let asked = sent(StepKind::AuthorizationRequest);
    assert_eq!(asked[0], text("response_type", "code"));
    assert_eq!(asked[1], text("client_id", "demo"));
    assert_eq!(asked[2], text("redirect_uri", &back));
    assert!(matches!(&asked[3], (name, Shown::Text(scopes)) if name == "scope" && scopes.starts_with("openid")));
    let hidden = [secret("state"), secret("nonce"), secret("code_challenge")];
    assert_eq!(asked[4..7], hidden);
    assert_eq!(asked[7], text("code_challenge_method", "S256"));
    assert_eq!(
        sent(StepKind::CodeExchange),
        [
            text("grant_type", "authorization_code"),
            secret("code"),
            text("redirect_uri", &back),
            secret("code_verifier"),
            text("client_id", "demo"),
        ]
    );
    assert_eq!(sent(StepKind::UserInfo), [secret("Authorization")]);
    let mut came = sent(StepKind::RedirectReceived);
    came.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(came, [secret("code"), secret("iss"), secret("state")]);

    let shown = shown(&client, &flow);
    assert!(assert_no_secret(&set, Some(&url), &shown) >= 8);
    // The report is given to others: whose account it is stays here.
    let report = client.report(&flow).unwrap();
    let report = format!("{report}{}", report.to_json());
    let account = &client.accounts()[0];
    let person = [
        account.display_name(),
        &account.subject,
        account.id.as_str(),
        "The provider",
        "@",
    ];
    for personal in person.into_iter().chain(account.profile.email.as_deref()) {
        assert!(!report.contains(personal), "{personal}");
    }
    for due in [
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        "keychain",
        "private-use URI scheme",
    ] {
        assert!(report.contains(due), "{due}");
    }
    assert!(
        report.contains("nonce equals the one sent (OIDC Core section 3.1.3.7 step 11)"),
        "{report}"
    );
}

#[tokio::test]
async fn a_sign_in_that_began_in_another_process_is_told_whole_in_both() {
    let set = open_set().await;
    with_browser(&set);
    let (waits, late) = (set.client().await, set.client().await);
    let (flow, url) = begin(&waits, DoorKind::Scheme).await;
    settled(&waits, &flow).await;
    assert_eq!(late.journal_of(&flow), None, "nothing is known before the redirect");
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(late.receive(&link).await, Receipt::SignedIn(_)));

    let journal = late.journal_of(&flow).unwrap();
    let mut due = vec![
        StepKind::Asked,
        StepKind::Discovery,
        StepKind::DoorOpened,
        StepKind::AuthorizationRequest,
        StepKind::Parked,
        StepKind::RedirectReceived,
        StepKind::Keys,
        StepKind::CodeExchange,
        StepKind::IdTokenVerified,
        StepKind::UserInfo,
        StepKind::AccountStored,
    ];
    let mut whole = kinds(&journal);
    // The keys are fetched beside the exchange.
    whole.retain(|kind| *kind != StepKind::Keys);
    due.retain(|kind| *kind != StepKind::Keys);
    assert_eq!(whole, due);
    assert!(journal.steps.iter().all(|step| step.outcome == StepOutcome::Done));
    assert_eq!(step(&journal, StepKind::Discovery).checks.len(), 17, "with its checks");
    assert_eq!(journal.ended.unwrap().outcome, FlowOutcome::Done);

    // The process that waited has it too, and what it did itself meanwhile.
    assert!(matches!(end(&waits, &flow).await, Stage::SignedIn(_)));
    let journal = waits.journal_of(&flow).unwrap();
    assert_eq!(step(&journal, StepKind::BrowserOpened).outcome, StepOutcome::Done);
    assert_eq!(kinds(&journal).last(), Some(&StepKind::AccountStored));
    assert!(journal.account.is_some());
    assert_eq!(journal.ended.unwrap().outcome, FlowOutcome::Done);
    for client in [&waits, &late] {
        assert_no_secret(&set, Some(&url), &shown(client, &flow));
    }
}

#[tokio::test]
async fn what_is_sealed_of_a_journal_by_a_newer_program_does_not_lose_the_sign_in() {
    use doorkey::vault::{KeyStore, RecordKind, Vault, VaultConfig};
    let set = open_set().await;
    let (first, second) = (set.client().await, set.client().await);
    let (flow, url) = begin(&first, DoorKind::Scheme).await;
    let vault = Vault::open(VaultConfig {
        folder: set.folder(),
        service: "test".to_owned(),
        key_store: KeyStore::Memory(set.keychain.clone()),
    })
    .unwrap();
    let parked = vault.list(RecordKind::Parked).await.unwrap().remove(0);
    let bytes = vault.get(&parked).await.unwrap().unwrap();
    let mut form: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(form["journal"]["steps"][0]["kind"], "Asked");
    form["journal"]["steps"][0]["kind"] = "Conjured".into();
    vault.put(&parked, &serde_json::to_vec(&form).unwrap()).await.unwrap();
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(second.receive(&link).await, Receipt::SignedIn(_)));
    let journal = second.journal_of(&flow).unwrap();
    assert_eq!(kinds(&journal)[0], StepKind::RedirectReceived, "told from here on");
    assert_eq!(journal.provider_name, "The provider");
}

#[tokio::test]
async fn ten_thousand_strangers_leave_a_number_and_nothing_else() {
    let set = open_set().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    settled(&client, &flow).await;
    let before = client.journal();
    for number in 0..10_000 {
        let forged = match number % 4 {
            0 => format!("{SCHEME}:/callback/op?code=FORGED&state=FORGED-{number}"),
            1 => format!("{SCHEME}:/callback/op?error=access_denied&error_description=FORGED&state=x{number}"),
            2 => format!("{SCHEME}:/callback/op?FORGED"),
            _ => "FORGED\u{0}".repeat(10),
        };
        assert!(matches!(client.receive(&forged).await, Receipt::Unknown));
    }
    assert_eq!(client.journal(), before);
    assert_eq!(client.unknown_redirects(), 10_000);
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
    let done = client.journal();
    assert!(matches!(client.receive(&link).await, Receipt::Spent(_)));
    assert_eq!(client.journal(), done, "the same link once more adds nothing either");
    assert_eq!(kinds(&done[0]).last(), Some(&StepKind::AccountStored));
    assert!(!shown(&client, &flow).contains("FORGED"));
}

#[tokio::test]
async fn a_sign_in_that_is_cancelled_says_so_and_blames_no_step() {
    let set = open_set().await;
    let client = set.client().await;
    let (flow, _) = begin(&client, DoorKind::Loopback).await;
    settled(&client, &flow).await;
    client.cancel(&flow).await;
    let journal = client.journal_of(&flow).unwrap();
    let FlowOutcome::Failed(failure) = journal.ended.unwrap().outcome else {
        panic!()
    };
    assert_eq!(failure.kind, Error::Cancelled.kind());
    assert_eq!(journal.stopped_at(), None);
    // There is no browser in this test: that is told, and is not why it ended.
    assert!(matches!(
        step(&journal, StepKind::BrowserOpened).outcome,
        StepOutcome::Failed(_)
    ));
    assert_eq!(journal.door, Some(DoorKind::Loopback));
}
