//! What each answer to a refresh does to the session, and when the next one may be sent.

use doorkey::error::ReauthRequired;
use doorkey::flow::DoorKind;
use doorkey::sessions::{Acts, RefreshReuse};
use doorkey::{Client, Error, Event};
use mock_op::{Endpoint, Fault, MockOp, Person, Profile, When};

use crate::stage::{Set, begin};

/// Somebody signed in a while ago, with a token that is good for most of an hour still.
pub async fn signed_in(mut set: Set) -> (Set, Client) {
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    set.sign_in(&client).await;
    set.pass(60);
    (set, client)
}

pub async fn renew(client: &Client) -> Result<(), Error> {
    let id = client.accounts()[0].id.clone();
    client.refresh_now(&id).await
}

/// The status of an answer of the adopter's API.
pub async fn fetch(set: &Set, client: &Client) -> Result<u16, Error> {
    let id = client.accounts()[0].id.clone();
    let url = format!("{}/userinfo", set.op.issuer());
    let request = http::Request::get(url).body(vec![]).unwrap();
    client.fetch(&id, request).await.map(|answer| answer.status().as_u16())
}

/// Answers that give out no tokens, with the kind of the error that each is told as.
const NO_TOKENS: &[(Fault, &str, &str)] = &[
    (Fault::RefreshOnlyInvalidGrantWipes, "html-200", "Misbehaved"),
    (Fault::RefreshOnlyInvalidGrantWipes, "400-no-json", "Misbehaved"),
    (Fault::RefreshOnlyInvalidGrantWipes, "403", "Misbehaved"),
    (Fault::RefreshOnlyInvalidGrantWipes, "404", "Misbehaved"),
    (Fault::RefreshOnlyInvalidGrantWipes, "407", "Offline"),
    (Fault::RefreshOnlyInvalidGrantWipes, "429", "Misbehaved"),
    (Fault::RefreshOnlyInvalidGrantWipes, "500", "Misbehaved"),
    // A stated error in a body of 10 MB.
    (Fault::TokenErrorTextHostile, "default", "Misbehaved"),
    (Fault::Token5xx, "500", "Misbehaved"),
    (Fault::Token5xx, "502", "Misbehaved"),
    (Fault::TokenErrorJson, "invalid_client", "Misconfigured"),
    (Fault::TokenErrorJson, "unauthorized_client", "Misconfigured"),
    (Fault::TokenRedirect302, "302", "Misbehaved"),
    (Fault::TokenRedirect307, "307", "Misbehaved"),
    (Fault::NetCaptivePortal, "html", "Misbehaved"),
    (Fault::NetCaptivePortal, "302", "Misbehaved"),
];

#[tokio::test]
async fn only_invalid_grant_ends_a_session_and_every_other_no_leaves_the_refresh_token_as_good_as_it_was() {
    for (fault, variant, kind) in NO_TOKENS {
        let (set, client) = signed_in(Set::new().await).await;
        assert!(set.op.next_variant(*fault, variant), "{fault:?} {variant}");
        let error = renew(&client).await.unwrap_err();
        assert_eq!(error.kind(), *kind, "{fault:?} {variant}: {error}");
        assert!(!client.accounts()[0].ended, "{fault:?} {variant}");
        assert_eq!(set.seen("elsewhere"), 0, "{fault:?} {variant}");
        let sent = set.refreshes();
        assert_eq!(
            renew(&client).await,
            Ok(()),
            "{fault:?} {variant}: the next one succeeds"
        );
        assert_eq!(set.refreshes(), sent + 1, "{fault:?} {variant}: it was sent");
    }
}

#[tokio::test]
async fn nothing_is_sent_while_the_provider_cannot_be_reached_and_the_session_lives() {
    let (mut set, client) = signed_in(Set::new().await).await;
    set.op.unplug().await.unwrap();
    assert_eq!(renew(&client).await, Err(Error::Offline));
    assert_eq!(
        fetch(&set, &client).await,
        Err(Error::Offline),
        "the API is at the same place"
    );
    assert!(!client.accounts()[0].ended);
    set.op.plug().unwrap();
    assert_eq!(renew(&client).await, Ok(()));
    assert_eq!(set.refreshes(), 1);
}

/// Answers after which tokens may have been given out that nobody here has.
const UNKNOWN: &[(Fault, &str)] = &[
    (Fault::RefreshResponseLost, "default"),
    (Fault::TokenTruncatedJson, "string"),
    (Fault::TokenTruncatedJson, "chunk"),
    (Fault::TokenDuplicateKeys, "access_token"),
    (Fault::TokenHugeOrBomb, "gzip"),
    (Fault::TokenOddEncodings, "utf-16"),
    (Fault::TokenTokenType, "missing"),
    (Fault::TokenMissingAccessToken, "null"),
    (Fault::TokenHeaderInjection, "space"),
    (Fault::TokenHtmlPage, "text-plain"),
    (Fault::RefreshSubChanged, "sub"),
    (Fault::RefreshSubChanged, "iss"),
    (Fault::RefreshSubChanged, "aud"),
    (Fault::RefreshSubChanged, "azp"),
    (Fault::RefreshSubChanged, "auth_time"),
];

#[tokio::test]
async fn a_refresh_token_that_may_be_spent_is_not_sent_again_where_that_would_look_like_theft() {
    for (fault, variant) in UNKNOWN {
        let (set, client) = signed_in(Set::new().await).await;
        assert!(set.op.next_variant(*fault, variant), "{fault:?} {variant}");
        let error = renew(&client).await.unwrap_err();
        assert!(
            !matches!(error, Error::ReauthRequired(_)),
            "{fault:?} {variant}: {error}"
        );
        assert_eq!(client.accounts()[0].subject, "sub-ada");
        assert_eq!(set.refreshes(), 1, "{fault:?} {variant}");
        let unknown = Err(Error::ReauthRequired(ReauthRequired::OutcomeUnknown));
        assert_eq!(renew(&client).await, unknown, "{fault:?} {variant}");
        assert_eq!(set.refreshes(), 1, "{fault:?} {variant}: it was sent once");
        assert_eq!(client.accounts()[0].display_name(), "Ada Lovelace", "the profile stays");
    }
}

async fn with_grace() -> Set {
    let mut set = Set::with(MockOp::builder().profile(Profile::Okta).start().await.unwrap());
    set.reuse = RefreshReuse::Within(30);
    set
}

#[tokio::test]
async fn a_lost_answer_is_repeated_once_within_the_grace_that_the_provider_states() {
    let (set, client) = signed_in(with_grace().await).await;
    set.op.next(Fault::RefreshResponseLost);
    assert_eq!(renew(&client).await, Err(Error::Offline));
    assert_eq!(renew(&client).await, Ok(()), "the repeat brings what was lost");
    assert_eq!(set.refreshes(), 2);
    set.pass(60);
    assert_eq!(renew(&client).await, Ok(()), "and the session goes on");
}

#[tokio::test]
async fn the_repeat_is_the_only_one_and_comes_within_the_grace_or_not_at_all() {
    let unknown = || Err(Error::ReauthRequired(ReauthRequired::OutcomeUnknown));
    let (set, client) = signed_in(with_grace().await).await;
    set.op.when(Fault::RefreshResponseLost, When::Times(5));
    assert_eq!(renew(&client).await, Err(Error::Offline));
    assert_eq!(renew(&client).await, Err(Error::Offline));
    assert_eq!(renew(&client).await, unknown());
    assert_eq!(set.refreshes(), 2);

    let (set, client) = signed_in(with_grace().await).await;
    set.op.next(Fault::RefreshResponseLost);
    assert_eq!(renew(&client).await, Err(Error::Offline));
    set.pass(31);
    assert_eq!(renew(&client).await, unknown());
    assert_eq!(set.refreshes(), 1);
}

#[tokio::test]
async fn a_repeat_that_never_left_is_still_to_come() {
    let (mut set, client) = signed_in(with_grace().await).await;
    set.op.next(Fault::RefreshResponseLost);
    assert_eq!(renew(&client).await, Err(Error::Offline));
    set.op.unplug().await.unwrap();
    assert_eq!(renew(&client).await, Err(Error::Offline));
    set.op.plug().unwrap();
    assert_eq!(renew(&client).await, Ok(()), "it was not sent, so it is not spent");
    assert_eq!(set.refreshes(), 2);
}

#[tokio::test]
async fn a_no_to_the_repeat_does_not_make_the_lost_answer_known() {
    let (set, client) = signed_in(with_grace().await).await;
    set.op.next(Fault::RefreshResponseLost);
    assert_eq!(renew(&client).await, Err(Error::Offline));
    set.op.next(Fault::Token5xx);
    assert_eq!(renew(&client).await.unwrap_err().kind(), "Misbehaved");
    assert_eq!(
        renew(&client).await,
        Err(Error::ReauthRequired(ReauthRequired::OutcomeUnknown))
    );
    assert_eq!(set.refreshes(), 2, "one repeat, and no loop");
}

#[tokio::test]
async fn while_an_account_rests_nothing_is_sent_and_all_who_ask_get_the_same_error_at_once() {
    let (set, client) = signed_in(Set::new().await).await;
    let id = client.accounts()[0].id.clone();
    set.op.always(Fault::Token5xx);
    // A person may insist, and each time the rest is twice as long.
    for _ in 0..8 {
        renew(&client).await.unwrap_err();
    }
    let (sent, error) = (set.refreshes(), renew(&client).await.unwrap_err());
    assert_eq!(set.refreshes(), sent + 1);
    for _ in 0..20 {
        assert_eq!(client.refresh_if_due(&id, 4000).await, Err(error.clone()));
        assert_eq!(fetch(&set, &client).await, Ok(200), "the token is good, and handed out");
    }
    assert_eq!(set.refreshes(), sent + 1);
}

#[tokio::test]
async fn a_token_that_is_still_good_is_handed_out_when_a_better_one_cannot_be_had() {
    let (set, client) = signed_in(Set::new().await).await;
    set.op.always(Fault::Token5xx);
    set.pass(3512);
    assert_eq!(fetch(&set, &client).await, Ok(200), "for half a minute more");
    assert_eq!(set.refreshes(), 1, "it was tried");
    set.pass(30);
    assert_eq!(fetch(&set, &client).await.unwrap_err().kind(), "Misbehaved");
}

#[tokio::test]
async fn a_rest_that_the_provider_asks_for_is_passed_by_nobody_until_it_is_over() {
    let (set, client) = signed_in(Set::new().await).await;
    assert!(set.op.next_variant(Fault::Refresh429, "minutes"));
    let error = renew(&client).await.unwrap_err();
    assert_eq!(renew(&client).await, Err(error.clone()), "not even by a person");
    set.pass(60);
    assert_eq!(renew(&client).await, Err(error));
    assert_eq!(set.refreshes(), 1);
    set.pass(61);
    assert_eq!(renew(&client).await, Ok(()));
    assert_eq!(set.refreshes(), 2);
}

#[tokio::test]
async fn a_rest_that_makes_no_sense_was_not_asked_for() {
    for variant in ["date", "absurd", "negative"] {
        let (set, client) = signed_in(Set::new().await).await;
        assert!(set.op.next_variant(Fault::Refresh429, variant));
        assert_eq!(renew(&client).await.unwrap_err().kind(), "Misbehaved", "{variant}");
        assert_eq!(renew(&client).await, Ok(()), "{variant}: a person may insist");
    }
}

#[tokio::test]
async fn signing_in_anew_ends_the_rest_of_the_old_session() {
    let (set, client) = signed_in(Set::new().await).await;
    let id = client.accounts()[0].id.clone();
    assert!(set.op.next_variant(Fault::Refresh429, "minutes"));
    renew(&client).await.unwrap_err();
    set.sign_in(&client).await;
    set.pass(20);
    assert_eq!(client.refresh_if_due(&id, 4000).await, Ok(()));
}

#[tokio::test]
async fn a_family_that_was_revoked_ends_one_session_and_no_other() {
    let twin = Person::new("twin", "Ada Byron");
    let set = Set::with(MockOp::builder().person(twin).start().await.unwrap());
    let (set, client) = signed_in(set).await;
    let ada = client.accounts()[0].id.clone();
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().person("twin").sign_in(&url).await.unwrap();
    client.receive(&link).await;
    set.pass(60);
    set.op.next(Fault::RefreshReuseDetected);
    let over = Err(Error::ReauthRequired(ReauthRequired::Ended));
    assert_eq!(client.refresh_now(&ada).await, over);
    let accounts = client.accounts();
    assert_eq!(accounts.len(), 2);
    for account in accounts {
        assert_eq!(account.ended, account.id == ada, "{}", account.display_name());
        if account.id != ada {
            assert_eq!(client.refresh_now(&account.id).await, Ok(()));
        }
    }
}

#[tokio::test]
async fn tokens_that_have_expired_when_they_come_start_no_loop() {
    for variant in ["zero", "one"] {
        let (set, client) = signed_in(Set::new().await).await;
        let id = client.accounts()[0].id.clone();
        assert!(set.op.next_variant(Fault::RefreshExpiredAtBirth, variant));
        set.pass(3600);
        for _ in 0..50 {
            assert_eq!(client.refresh_if_due(&id, 30).await, Ok(()));
        }
        assert_eq!(set.refreshes(), 1, "{variant}");
        assert!(!client.accounts()[0].ended);
    }
}

#[tokio::test]
async fn a_provider_that_does_not_rotate_keeps_its_refresh_token_through_any_number_of_refreshes() {
    let (set, client) = signed_in(Set::new().await).await;
    set.op.always(Fault::RefreshNoRotation);
    for turn in 1..=5 {
        set.pass(60);
        assert_eq!(renew(&client).await, Ok(()));
        assert_eq!(set.refreshes(), turn);
    }
    assert!(client.accounts()[0].renews_itself);
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_break_off_a_refresh_that_is_under_way() {
    let (set, client) = signed_in(Set::new().await).await;
    let mut hold = set.op.hold(Endpoint::Token);
    let caller = tokio::spawn({
        let client = client.clone();
        async move { renew(&client).await }
    });
    hold.arrived(1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    let mut events = client.events();
    drop(hold);
    while !matches!(events.recv().await, Ok(Event::Accounts)) {}
    set.pass(60);
    assert_eq!(renew(&client).await, Ok(()), "the new refresh token was kept");
    assert_eq!(set.refreshes(), 2);
}

#[tokio::test]
async fn a_person_who_signs_out_while_a_refresh_is_under_way_stays_signed_out_and_the_late_tokens_are_revoked() {
    let op = MockOp::builder().show_secrets().start().await.unwrap();
    let (set, client) = signed_in(Set::with(op)).await;
    let id = client.accounts()[0].id.clone();
    let mut hold = set.op.hold(Endpoint::Token);
    let refresh = tokio::spawn({
        let client = client.clone();
        async move { renew(&client).await }
    });
    hold.arrived(1).await;
    let other = set.client().await;
    let sign_out = tokio::spawn({
        let id = id.clone();
        async move { other.sign_out(&id, Acts::default()).await }
    });
    drop(hold);
    // Whichever comes first, both come to their end.
    let _ = refresh.await.unwrap();
    assert!(sign_out.await.unwrap().unwrap().forgotten);
    assert_eq!(revoked(&set), set.op.secrets().refresh_tokens.back().cloned());
    let ended = Err(Error::ReauthRequired(ReauthRequired::Ended));
    assert_eq!(client.refresh_if_due(&id, 30).await, ended);
    assert!(client.accounts().is_empty() && set.client().await.accounts().is_empty());
}

/// What a refresh ends with whose account somebody removes while it is under way, without waiting for its lock.
async fn removed_meanwhile(fault: Option<Fault>) -> (Set, Client, Result<(), Error>) {
    let op = MockOp::builder().show_secrets().start().await.unwrap();
    let (set, client) = signed_in(Set::with(op)).await;
    let mut hold = set.op.hold(Endpoint::Token);
    if let Some(fault) = fault {
        set.op.next(fault);
    }
    let refresh = tokio::spawn({
        let client = client.clone();
        async move { renew(&client).await }
    });
    hold.arrived(1).await;
    for file in std::fs::read_dir(set.folder()).unwrap() {
        let file = file.unwrap();
        if file.file_name().to_string_lossy().starts_with("account") && file.path().extension().unwrap() == "sealed" {
            std::fs::remove_file(file.path()).unwrap();
        }
    }
    drop(hold);
    let ended = refresh.await.unwrap();
    (set, client, ended)
}

#[tokio::test]
async fn tokens_that_come_for_an_account_that_is_gone_are_revoked_and_bring_nobody_back() {
    let (set, client, ended) = removed_meanwhile(None).await;
    assert_eq!(ended, Err(Error::ReauthRequired(ReauthRequired::Ended)));
    assert_eq!(revoked(&set), set.op.secrets().refresh_tokens.back().cloned());
    assert!(client.accounts().is_empty() && set.client().await.accounts().is_empty());
}

#[tokio::test]
async fn a_refusal_that_comes_for_an_account_that_is_gone_brings_nobody_back() {
    // A sign-out that revokes meanwhile makes an `invalid_grant` of the answer.
    for fault in [Fault::RefreshInvalidGrant, Fault::Token5xx, Fault::RefreshResponseLost] {
        let (set, client, ended) = removed_meanwhile(Some(fault)).await;
        assert!(ended.is_err(), "{fault:?}");
        assert!(set.client().await.accounts().is_empty(), "{fault:?}");
        assert!(client.unsaved().is_empty(), "{fault:?}");
    }
}

/// The token that the provider was last asked to revoke.
fn revoked(set: &Set) -> Option<String> {
    let requests = set.op.requests();
    let last = requests
        .iter()
        .rev()
        .filter(|request| request.endpoint == Endpoint::Revocation)
        .find(|request| request.param("token_type_hint") == Some("refresh_token"));
    last.and_then(|request| request.param("token")).map(str::to_owned)
}
