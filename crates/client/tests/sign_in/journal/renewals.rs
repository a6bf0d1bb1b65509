//! What the journal says of what comes after a sign-in: refreshes and the sign-out.

use doorkey::Error;
use doorkey::journal::{Failure, FlowJournal, FlowKind, FlowOutcome, StepKind, StepOutcome};
use doorkey::sessions::Acts;
use doorkey_oidc::trail::{Cause, CheckName, CheckResult};
use doorkey_oidc::{Misbehaviour, Unsupported};
use mock_op::Fault;

use super::{assert_no_secret, kinds, open_set, shown, step};

#[tokio::test]
async fn a_refresh_is_told_when_there_is_one_and_stops_where_it_was_refused() {
    let set = open_set().await;
    let client = set.client().await;
    let account = set.sign_in(&client).await;
    client.refresh_if_due(&account.id, 0).await.unwrap();
    assert_eq!(client.journal().len(), 1, "a token that is still good is no refresh");

    set.clock.advance(60);
    client.refresh_if_due(&account.id, 1_000_000).await.unwrap();
    let journal = client.journal().remove(0);
    assert_eq!(journal.kind, FlowKind::Refresh);
    assert_eq!(journal.account.as_ref(), Some(&account.id));
    assert_eq!(
        kinds(&journal),
        [StepKind::Refresh, StepKind::IdTokenVerified, StepKind::AccountStored]
    );
    assert_eq!(journal.ended.unwrap().outcome, FlowOutcome::Done);
    assert_no_secret(&set, None, &shown(&client, &journal.id));

    for (fault, at, check, cause) in [
        (
            Fault::RefreshSubChanged,
            StepKind::IdTokenVerified,
            CheckName::SamePerson,
            Cause::Misbehaved(doorkey_oidc::Misbehaviour::IdTokenSubjectChanged),
        ),
        (
            Fault::RefreshInvalidGrant,
            StepKind::Refresh,
            CheckName::NoErrorStated,
            Cause::Refused(doorkey_oidc::error::ErrorCode::InvalidGrant),
        ),
    ] {
        let set = open_set().await;
        let client = set.client().await;
        let account = set.sign_in(&client).await;
        set.clock.advance(60);
        set.op.next(fault);
        client.refresh_if_due(&account.id, 1_000_000).await.unwrap_err();
        let journal = client.journal().remove(0);
        let stopped = journal.stopped_at().unwrap();
        let failed = stopped.failed_check().unwrap();
        assert_eq!((stopped.kind, failed.name), (at, check), "{fault:?}");
        assert_eq!(failed.result, CheckResult::Failed(cause));
        assert_no_secret(&set, None, &shown(&client, &journal.id));
    }
}

#[tokio::test]
async fn a_sign_out_is_told_with_its_revocation() {
    let set = open_set().await;
    let client = set.client().await;
    let account = set.sign_in(&client).await;
    client
        .sign_out(&account.id, doorkey::sessions::Acts::default())
        .await
        .unwrap();
    let journal = client.journal().remove(0);
    assert_eq!(journal.kind, FlowKind::SignOut);
    let mut done = kinds(&journal);
    done.retain(|kind| *kind != StepKind::Discovery);
    done.sort_by_key(|kind| kind.name());
    // The refresh token, and the access token that is still good.
    assert_eq!(
        done,
        [
            StepKind::Asked,
            StepKind::Forgotten,
            StepKind::Revocation,
            StepKind::Revocation
        ]
    );
    let revocation = step(&journal, StepKind::Revocation);
    assert_eq!(revocation.checks.last().unwrap().name, CheckName::Revoked);
    assert_eq!(journal.ended.unwrap().outcome, FlowOutcome::Done);
    assert_no_secret(&set, None, &shown(&client, &journal.id));
}

/// How the steps of a kind went.
fn went(journal: &FlowJournal, wanted: StepKind) -> Vec<StepOutcome> {
    let of_kind = journal.steps.iter().filter(|step| step.kind == wanted);
    of_kind.map(|step| step.outcome).collect()
}

#[tokio::test]
async fn a_revocation_ends_in_the_journal_as_it_ended_at_the_provider() {
    use doorkey::sessions::Revocation;
    let named = |error: Error| Failure::of(&error);
    let busy = named(Error::Misbehaved(Misbehaviour::UnexpectedStatus));
    let silent = named(Error::Offline);
    for (fault, expected) in [
        (Fault::Revocation503, Err(busy)),
        (
            Fault::RevocationRedirect,
            Err(named(Error::Misbehaved(Misbehaviour::RedirectRefused))),
        ),
        (Fault::RevocationOffline, Err(silent)),
        (
            Fault::RevocationUnsupportedType,
            Ok(named(Error::Unsupported(Unsupported::Revocation))),
        ),
    ] {
        let set = open_set().await;
        let client = set.client().await;
        let account = set.sign_in(&client).await;
        set.op.always(fault);
        let report = client.sign_out(&account.id, Acts::default()).await.unwrap();
        let journal = client.journal().remove(0);
        assert_eq!(went(&journal, StepKind::Forgotten), [StepOutcome::Done]);
        let steps = went(&journal, StepKind::Revocation);
        let (step, flow) = match expected {
            Err(later) => (StepOutcome::PutOff(later), FlowOutcome::PutOff(later)),
            Ok(for_good) => (StepOutcome::Failed(for_good), FlowOutcome::Failed(for_good)),
        };
        assert!(
            !steps.is_empty() && steps.iter().all(|went| *went == step),
            "{fault:?}: {steps:?}"
        );
        assert_eq!(journal.ended.unwrap().outcome, flow, "{fault:?}");
        let queued = matches!(report.revocation, Some(Revocation::Queued { .. }));
        assert_eq!(queued, expected.is_err(), "{fault:?}");
        let told = client.report(&journal.id).unwrap().to_string();
        assert_eq!(told.contains("put off"), queued, "{told}");
        assert!(!told.contains("ended well"), "{told}");
        assert_no_secret(&set, None, &shown(&client, &journal.id));

        if queued {
            // The next try is a flow of its own, and ends as that ended.
            set.clock.advance(3600);
            client.deliver_revocations().await;
            let again = client.journal().remove(0);
            assert_ne!(again.id, journal.id);
            assert_eq!(again.ended.unwrap().outcome, flow, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_revocation_that_the_provider_refuses_for_good_fails_in_the_journal() {
    let set = open_set().await;
    let client = set.client().await;
    let account = set.sign_in(&client).await;
    crate::stage::pictured(&client).await;
    // The provider does not know this client any more.
    crate::sign_out::change_record(&set, &client, |record| record["client_id"] = "stranger".into()).await;
    let report = client.sign_out(&account.id, Acts::default()).await.unwrap();
    assert_eq!(report.revocation, Some(doorkey::sessions::Revocation::Refused));
    let journal = client.journal().remove(0);
    let FlowOutcome::Failed(failure) = journal.ended.unwrap().outcome else {
        panic!("{:?}", journal.ended)
    };
    let stopped = journal.stopped_at().unwrap();
    assert_eq!(
        (stopped.kind, stopped.outcome),
        (StepKind::Revocation, StepOutcome::Failed(failure))
    );
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_what_it_is_puts_the_revocation_off() {
    let set = open_set().await;
    let client = set.client().await;
    let account = set.sign_in(&client).await;
    drop(client);
    // A new program knows nothing of the provider, and what it is told cannot be used.
    set.op.always(Fault::DiscoveryIssuerMismatch);
    let client = set.client().await;
    client.sign_out(&account.id, Acts::default()).await.unwrap();
    let journal = client
        .journal()
        .into_iter()
        .find(|flow| flow.kind == FlowKind::SignOut)
        .unwrap();
    let put_off = went(&journal, StepKind::Revocation);
    assert!(matches!(put_off[..], [StepOutcome::PutOff(_)]), "{put_off:?}");
    assert!(matches!(journal.ended.unwrap().outcome, FlowOutcome::PutOff(_)));
}

#[tokio::test]
async fn nothing_to_revoke_is_told_as_such() {
    let set = open_set().await;
    let client = set.client().await;
    let account = set.sign_in(&client).await;
    crate::sign_out::change_record(&set, &client, |record| {
        record["refresh_token"] = serde_json::Value::Null;
        record["access_expires_at"] = 1.into();
    })
    .await;
    let report = client.sign_out(&account.id, Acts::default()).await.unwrap();
    assert_eq!(report.revocation, Some(doorkey::sessions::Revocation::NothingToRevoke));
    let journal = client.journal().remove(0);
    assert_eq!(went(&journal, StepKind::Revocation), [StepOutcome::Needless]);
    assert_eq!(journal.ended.unwrap().outcome, FlowOutcome::Done);
}
