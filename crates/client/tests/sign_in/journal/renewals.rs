//! What the journal says of what comes after a sign-in: refreshes and the sign-out.

use doorkey::journal::{FlowKind, FlowOutcome, StepKind};
use doorkey_oidc::trail::{Cause, CheckName, CheckResult};
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
