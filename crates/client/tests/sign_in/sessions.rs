//! What happens to an account after the sign-in: it is found again, renewed once per need, and taken back.

use doorkey::error::ReauthRequired;
use doorkey::flow::DoorKind;
use doorkey::sessions::Acts;
use doorkey::{Client, Error};
use mock_op::{Fault, MockOp, Person, When};

use crate::stage::{Set, begin};

/// Longer than the mock's access tokens live: asking for so much forces a refresh.
const MORE_THAN_THERE_IS: i64 = 4000;

async fn refresh(client: &Client) -> Result<(), Error> {
    let id = client.accounts()[0].id.clone();
    client.refresh_if_due(&id, MORE_THAN_THERE_IS).await
}

/// Past the pause that follows a sign-in or a refresh, without waiting for it: what an API refuses is renewed at once.
async fn renew_after_refusal(set: &Set, client: &Client) -> Result<u16, Error> {
    let id = client.accounts()[0].id.clone();
    set.op.next(Fault::UserInfo401);
    let request = http::Request::get(format!("{}/userinfo", set.op.issuer()))
        .body(vec![])
        .unwrap();
    client.fetch(&id, request).await.map(|answer| answer.status().as_u16())
}

async fn signed_in() -> (Set, Client) {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    set.sign_in(&client).await;
    (set, client)
}

fn refreshes(set: &Set) -> usize {
    set.op
        .requests()
        .iter()
        .filter(|request| request.param("grant_type") == Some("refresh_token"))
        .count()
}

#[tokio::test]
async fn closing_and_opening_the_program_keeps_the_person_signed_in() {
    let (set, client) = signed_in().await;
    drop(client);
    let again = set.client().await;
    assert_eq!(again.accounts()[0].display_name(), "Ada Lovelace");
    assert!(!again.accounts()[0].ended);
    assert_eq!(set.seen("token"), 1, "nothing had to be asked for");
}

#[tokio::test]
async fn a_token_that_is_good_is_not_renewed() {
    let (set, client) = signed_in().await;
    let id = client.accounts()[0].id.clone();
    client.refresh_if_due(&id, 60).await.unwrap();
    assert_eq!(refreshes(&set), 0);
}

#[tokio::test]
async fn a_rotated_refresh_token_is_on_disk_before_it_is_needed_again() {
    let (set, client) = signed_in().await;
    let other = set.client().await;
    // By turns: a process that used a token of its own memory would use one twice, and the family would be revoked.
    for (turn, process) in [&client, &other, &client, &other].into_iter().enumerate() {
        assert_eq!(renew_after_refusal(&set, process).await, Ok(200));
        assert_eq!(refreshes(&set), turn + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_tasks_in_four_processes_that_need_a_token_make_one_request() {
    let (set, client) = signed_in().await;
    let id = client.accounts()[0].id.clone();
    let mut clients = vec![client];
    for _ in 0..3 {
        clients.push(set.client().await);
    }
    // All get the same refused token: the first 100 requests are answered with 401.
    set.op.when(Fault::UserInfo401, When::Times(100));
    let url = format!("{}/userinfo", set.op.issuer());
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(100));
    let tasks: Vec<_> = (0..100)
        .map(|n| {
            let (client, id, url, barrier) = (clients[n % 4].clone(), id.clone(), url.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                client
                    .fetch(&id, http::Request::get(url).body(vec![]).unwrap())
                    .await
                    .map(|_| ())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(refreshes(&set), 1);
}

#[tokio::test]
async fn invalid_grant_ends_the_session_and_keeps_the_profile() {
    let (set, client) = signed_in().await;
    set.op.next(Fault::RefreshInvalidGrant);
    assert_eq!(
        renew_after_refusal(&set, &client).await,
        Err(Error::ReauthRequired(ReauthRequired::Ended))
    );
    let account = &client.accounts()[0];
    assert!(account.ended && !account.renews_itself);
    assert_eq!(account.display_name(), "Ada Lovelace");
    let after = refreshes(&set);
    assert_eq!(
        refresh(&client).await,
        Err(Error::ReauthRequired(ReauthRequired::Ended))
    );
    assert_eq!(refreshes(&set), after, "what is over is not asked for again");
}

#[tokio::test]
async fn nothing_but_invalid_grant_ends_a_session() {
    for variant in Fault::RefreshOnlyInvalidGrantWipes
        .variants()
        .iter()
        .filter(|variant| **variant != "closed")
    {
        let (set, client) = signed_in().await;
        assert!(set.op.next_variant(Fault::RefreshOnlyInvalidGrantWipes, variant));
        let error = renew_after_refusal(&set, &client).await.unwrap_err();
        assert!(!matches!(error, Error::ReauthRequired(_)), "{variant}: {error}");
        assert!(!client.accounts()[0].ended, "{variant}");
        assert_eq!(
            renew_after_refusal(&set, &client).await,
            Ok(200),
            "{variant}: the next one succeeds"
        );
    }
}

#[tokio::test]
async fn a_lost_answer_is_not_followed_by_a_second_use_of_the_token() {
    let (set, client) = signed_in().await;
    set.op.next(Fault::RefreshResponseLost);
    let error = renew_after_refusal(&set, &client).await.unwrap_err();
    assert!(!matches!(error, Error::ReauthRequired(_)), "{error}");
    let sent = refreshes(&set);
    assert_eq!(
        renew_after_refusal(&set, &client).await,
        Err(Error::ReauthRequired(ReauthRequired::OutcomeUnknown))
    );
    assert_eq!(refreshes(&set), sent);
}

#[tokio::test]
async fn a_refreshed_id_token_about_somebody_else_is_refused_and_its_tokens_are_not_kept() {
    for variant in Fault::RefreshSubChanged.variants() {
        let (set, client) = signed_in().await;
        assert!(set.op.next_variant(Fault::RefreshSubChanged, variant));
        let error = renew_after_refusal(&set, &client).await.unwrap_err();
        assert_eq!(error.kind(), "Misbehaved", "{variant}: {error}");
        assert_eq!(client.accounts()[0].subject, "sub-ada", "{variant}");
        let sent = refreshes(&set);
        assert!(
            matches!(renew_after_refusal(&set, &client).await, Err(Error::ReauthRequired(_))),
            "{variant}"
        );
        assert_eq!(
            refreshes(&set),
            sent,
            "the old token may be spent: it is not sent again"
        );
    }
}

#[tokio::test]
async fn a_provider_that_returns_no_new_refresh_token_keeps_the_old_one() {
    let (set, client) = signed_in().await;
    set.op.when(Fault::RefreshNoRotation, When::Once);
    assert_eq!(renew_after_refusal(&set, &client).await, Ok(200));
    assert!(client.accounts()[0].renews_itself);
    assert_eq!(renew_after_refusal(&set, &client).await, Ok(200));
}

#[tokio::test]
async fn one_account_of_two_that_signs_out_leaves_the_other_and_the_key() {
    let twin = Person::new("twin", "Ada Lovelace").with("email", "ada@example.com");
    let set = Set::with(MockOp::builder().person(twin).start().await.unwrap());
    let client = set.client().await;
    set.sign_in(&client).await;
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().person("twin").sign_in(&url).await.unwrap();
    client.receive(&link).await;
    assert_eq!(
        client.accounts().len(),
        2,
        "same name and address, other subject: another account"
    );
    let report = client
        .sign_out(&client.accounts()[0].id, Acts::default())
        .await
        .unwrap();
    assert!(report.forgotten && !report.key_deleted);
    assert_eq!((client.accounts().len(), set.keychain.entries()), (1, 1));
}
