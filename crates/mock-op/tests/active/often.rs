//! That a fault happens as often as it was asked for: seen by the naive client, journey after journey.

use crate::journey::{Manner, STATE, travel};
use mock_op::{Endpoint, Fault, MockOp, When};

/// Whether each of four journeys in a row met a foreign `state`.
async fn met(op: &MockOp) -> [bool; 4] {
    let mut met = [false; 4];
    for met in &mut met {
        let run = travel(op, Manner::Naive, None).await;
        assert_eq!(run.ended, None);
        *met = run.got("state").as_deref() != Some(STATE);
    }
    met
}

#[tokio::test]
async fn once_is_the_next_time_only_the_third_is_the_third_only_and_always_lasts_until_a_reset() {
    let op = MockOp::start().await.unwrap();
    assert_eq!(met(&op).await, [false; 4]);
    for (when, expected) in [
        (When::Once, [true, false, false, false]),
        (When::Nth(3), [false, false, true, false]),
        (When::Times(2), [true, true, false, false]),
        (When::Always, [true; 4]),
    ] {
        op.when(Fault::AuthorizeStateMismatch, when);
        assert_eq!(met(&op).await, expected, "{when:?}");
        op.reset();
        assert_eq!(met(&op).await, [false; 4], "nothing is left of {when:?}");
    }
}

#[tokio::test]
async fn a_fault_waits_for_the_place_where_it_can_happen_and_the_journal_says_which_answer_had_it() {
    let op = MockOp::builder().show_secrets().start().await.unwrap();
    op.when(Fault::RefreshNoRotation, When::Nth(2));
    op.next(Fault::UserInfoSubMismatch);
    let first = travel(&op, Manner::Naive, None).await;
    assert!(
        first.refreshed["refresh_token"].is_string(),
        "the first refresh is right"
    );
    assert_eq!(first.profile["sub"], "sub-of-someone-else");
    let second = travel(&op, Manner::Naive, None).await;
    assert!(second.refreshed["access_token"].is_string() && second.refreshed["refresh_token"].is_null());
    assert_eq!(second.profile["sub"], "sub-ada");
    let had: Vec<(Endpoint, &str)> = second
        .requests
        .iter()
        .flat_map(|seen| seen.faults.iter().map(|did| (seen.endpoint, did.fault)))
        .collect();
    assert_eq!(
        had,
        [
            (Endpoint::Userinfo, "ui-sub-mismatch"),
            (Endpoint::Token, "rt-no-rotation")
        ]
    );
}

#[tokio::test]
async fn a_weak_key_signs_for_as_long_as_it_is_the_one_that_is_published_and_at_its_own_issuer_alone() {
    let op = MockOp::start().await.unwrap();
    op.next(Fault::JwksWeakRsa);
    assert_eq!(travel(&op, Manner::Naive, None).await.header["kid"], "weak");
    let next = travel(&op, Manner::Naive, None).await;
    assert_ne!(
        next.header["kid"], "weak",
        "the key set has been fetched again, and is right"
    );
    let url = format!("{}/jwks", op.issuer_named("jwks-weak-rsa"));
    let client = crate::wire::client().build().unwrap();
    // The other issuer's set is fetched between this one's keys and its tokens.
    let mut hold = op.hold(Endpoint::Jwks);
    let other = async {
        hold.arrived(1).await;
        let release = async {
            hold.arrived(2).await;
            drop(hold);
        };
        let (keys, ()) = tokio::join!(client.get(url).send(), release);
        keys.unwrap().json::<serde_json::Value>().await.unwrap()
    };
    let (run, keys) = tokio::join!(travel(&op, Manner::Naive, None), other);
    assert_eq!(keys["keys"][0]["kid"], "weak");
    assert_ne!(run.header["kid"], "weak");
}

#[tokio::test]
async fn an_issuer_that_is_named_for_a_fault_has_it_each_time() {
    let op = MockOp::start().await.unwrap();
    let issuer = op.issuer_named("disc-issuer-mismatch");
    let client = crate::wire::client().build().unwrap();
    for _ in 0..3 {
        let url = format!("{issuer}/.well-known/openid-configuration");
        let metadata: serde_json::Value = client.get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(metadata["issuer"], "https://another.example");
    }
    assert_eq!(
        travel(&op, Manner::Naive, None).await.ended,
        None,
        "the one at the root does not"
    );
}
