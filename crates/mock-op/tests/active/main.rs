//! Each fault is proved active. A client that believes everything meets it and comes to harm that it does not come to
//! without it; for what is to be accepted, a client that knows nothing unusual stops. Without this a client that passes its
//! tests against this provider has proved nothing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets the unexpected is to fail"
)]

mod attacks;
#[cfg(target_os = "linux")]
mod bombs;
mod catalogue;
mod journey;
mod often;
mod rows;
mod run;
mod strict;
mod trust;
mod wire;

use journey::{Manner, travel};
use mock_op::{Fault, MockOp, When};
use rows::{Proof, Row};
use run::{Run, Why};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// A provider of its own, that says in its journal what it was sent.
async fn provider(tls: bool) -> MockOp {
    let builder = MockOp::builder().show_secrets();
    let builder = if tls { builder.tls() } else { builder };
    builder.start().await.expect("it starts")
}

/// Whether a client that trusts this provider's authority, and no other, is right to go away.
async fn shows_a_bad_certificate(op: &MockOp) -> bool {
    let Some(ca) = op.ca_file() else { return false };
    let ca = reqwest::Certificate::from_pem(&std::fs::read(ca).unwrap()).unwrap();
    let sound = wire::client().tls_certs_only([ca]).build().unwrap();
    sound.get(op.issuer()).send().await.is_err()
}

async fn journey_of(row: Row, armed: Option<&str>) -> Run {
    let op = provider(row.tls).await;
    if let Some(variant) = armed {
        assert!(op.when_variant(row.fault, variant, row.when));
    }
    let bad_certificate = shows_a_bad_certificate(&op).await;
    let manner = match row.proof {
        Proof::Falls(_) => Manner::Naive,
        Proof::Trips(_) => Manner::Strict,
    };
    // Without the fault there is all the time that it wants.
    let soon = row.soon.filter(|_| armed.is_some());
    let mut run = travel(&op, manner, soon).await;
    run.bad_certificate = bad_certificate;
    run
}

/// What is wrong with this proof, if anything.
async fn failure(row: Row, variant: &'static str) -> Option<String> {
    let name = format!("{} {variant}", row.fault.id());
    let (without, with) = (journey_of(row, None).await, journey_of(row, Some(variant)).await);
    if let Some(ended) = &without.ended {
        return Some(format!(
            "{name}: without it the client does not get to the end: {ended:?}"
        ));
    }
    match row.proof {
        Proof::Falls(to) if to(&without, variant) => Some(format!("{name}: without it too the client {}", row.because)),
        Proof::Falls(to) if !to(&with, variant) => Some(format!(
            "{name}: the naive client never {}; it came to {:?}",
            row.because, with.ended
        )),
        _ if row.when == When::Once && !acted_as_often_as_asked(&with, row.fault) => {
            Some(format!("{name}: asked for once, it happened another number of times"))
        }
        Proof::Trips(what) if with.ended.as_ref().is_none_or(|(_, why)| *why != Why::Unusual(what)) => Some(format!(
            "{name}: the strict client did not stop at {what}; it came to {:?}",
            with.ended
        )),
        _ => None,
    }
}

/// Whether the answers of the journal had this fault as often as one that is asked for once has.
fn acted_as_often_as_asked(run: &Run, fault: Fault) -> bool {
    let did = run.requests.iter().flat_map(|seen| &seen.faults);
    match (did.filter(|did| did.fault == fault.id()).count(), fault) {
        // The catalogue says that it comes twice; this client asks for keys once before it uses them.
        (times, Fault::Jwks500ThenOk) => times == 2,
        // An answer that nobody waited for is in no journal.
        (0, Fault::DiscoverySlow | Fault::TokenSlow) => true,
        (times, _) => times == 1,
    }
}

/// Proves all rows of which this is so, some at a time.
async fn prove(is_one: impl Fn(&Row) -> bool) {
    let at_once = Arc::new(Semaphore::new(8));
    let mut under_way = JoinSet::new();
    for row in rows::all().filter(is_one) {
        for variant in row.variants() {
            let at_once = Arc::clone(&at_once);
            under_way.spawn(async move {
                let _turn = at_once.acquire_owned().await.expect("it is never closed");
                failure(row, variant).await
            });
        }
    }
    assert!(!under_way.is_empty(), "no row is one of these");
    let mut failures: Vec<String> = under_way.join_all().await.into_iter().flatten().collect();
    failures.sort();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn is_of(row: &Row, groups: &[&str]) -> bool {
    groups.iter().any(|group| row.fault.id().starts_with(group))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_metadata_key_set_and_network_shows() {
    prove(|row| is_of(row, &["disc-", "jwks-", "net-"])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_authorization_response_shows() {
    prove(|row| is_of(row, &["az-"])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_token_response_shows() {
    prove(|row| is_of(row, &["tok-"])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_id_token_shows() {
    prove(|row| is_of(row, &["idt-"])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_answer_after_the_sign_in_shows() {
    prove(|row| is_of(row, &["ui-", "res-", "rt-", "rev-", "lo-"])).await;
}

#[test]
fn no_fault_and_no_variant_is_without_a_row_and_no_row_is_in_no_test() {
    let groups = [
        "disc-", "jwks-", "net-", "az-", "tok-", "idt-", "ui-", "res-", "rt-", "rev-", "lo-",
    ];
    for row in rows::all() {
        assert!(is_of(&row, &groups), "{} is proved by no test here", row.fault.id());
        for variant in row.variants() {
            assert!(
                row.fault.variants().contains(variant),
                "{} has no {variant}",
                row.fault.id()
            );
        }
    }
    for fault in Fault::ALL {
        let rows: Vec<Row> = rows::all().filter(|row| row.fault == *fault).collect();
        for variant in fault.variants() {
            let has_one = rows.iter().any(|row| row.variants().contains(variant));
            assert!(has_one, "{} {variant} is proved by no row", fault.id());
        }
    }
}

#[test]
fn what_is_to_be_accepted_trips_the_strict_client() {
    for case in catalogue::cases() {
        let Some(fault) = Fault::from_id(&case.id).filter(|_| case.verdict == "accept") else {
            continue;
        };
        let trips = rows::all().any(|row| row.fault == fault && matches!(row.proof, Proof::Trips(_)));
        assert!(
            trips,
            "{} is to be accepted: a strict client must trip over it",
            case.id
        );
    }
}
