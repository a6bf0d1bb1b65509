//! Sleep, and clocks that jump: one refresh or a typed error, no loop, and nobody is signed out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use doorkey::transport::{Limits, Transport, TransportConfig};
use doorkey::{Client, Clock, Error};
use mock_op::{Fault, When};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::refresh::{fetch, renew, signed_in};
use crate::stage::{Set, until};

const HOUR: i64 = 3600;
const YEAR: i64 = 31_536_000;

#[tokio::test]
async fn after_nine_hours_of_sleep_the_first_call_is_one_refresh_and_one_answer_and_no_401() {
    let (set, client) = signed_in(Set::new().await).await;
    assert_eq!(fetch(&set, &client).await, Ok(200));
    let asked = set.seen("userinfo");
    set.pass(9 * HOUR);
    assert_eq!(fetch(&set, &client).await, Ok(200));
    assert_eq!((set.refreshes(), set.seen("userinfo")), (1, asked + 1));
}

#[tokio::test]
async fn what_fell_due_in_a_sleep_is_renewed_without_anybody_asking() {
    let (set, client) = signed_in(Set::new().await).await;
    let before = client.accounts()[0].refreshed_at;
    set.pass(9 * HOUR);
    let keeping = tokio::spawn({
        let client = client.clone();
        async move { client.keep_fresh().await }
    });
    until(&client, || (client.accounts()[0].refreshed_at > before).then_some(())).await;
    assert_eq!(set.refreshes(), 1);
    keeping.abort();
}

#[tokio::test]
async fn what_failed_before_a_sleep_is_tried_at_once_after_it() {
    let (set, client) = signed_in(Set::new().await).await;
    let id = client.accounts()[0].id.clone();
    set.op.when(Fault::Token5xx, When::Times(10));
    for _ in 0..10 {
        renew(&client).await.unwrap_err();
    }
    let rests = client.refresh_if_due(&id, 2 * HOUR).await;
    assert!(rests.is_err() && set.refreshes() == 10, "for a quarter of an hour");
    set.pass(60);
    assert_eq!(client.refresh_if_due(&id, 2 * HOUR).await, Ok(()));
}

/// Answers one request on each connection; what comes on it later is never answered, as by a router that forgot it.
async fn forgetful_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(answer_once(stream));
        }
    });
    (url, connections)
}

async fn answer_once(mut stream: TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    if stream.write_all(answer).await.is_ok() {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
}

#[tokio::test]
async fn a_connection_from_before_a_sleep_is_not_trusted() {
    let (url, connections) = forgetful_server().await;
    let clock = Clock::adjustable();
    let transport = Transport::new(TransportConfig {
        loopback_http: true,
        clock: clock.clone(),
        ..TransportConfig::default()
    })
    .unwrap();
    let send = || {
        let limits = Limits {
            deadline: Duration::from_secs(10),
            max_bytes: 1024,
        };
        transport.send(http::Request::get(&url).body(vec![]).unwrap(), limits)
    };
    assert_eq!(send().await.map(|answer| answer.status().as_u16()), Ok(200));
    clock.advance(9 * HOUR);
    assert_eq!(send().await.map(|answer| answer.status().as_u16()), Ok(200));
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

/// Puts this computer's clock forward or back; the provider's stays right.
async fn jump(set: &Set, client: &Client, by: i64) -> usize {
    let before = set.refreshes();
    set.clock.advance(by);
    for _ in 0..3 {
        assert_eq!(fetch(set, client).await, Ok(200), "after a jump by {by} seconds");
    }
    let account = &client.accounts()[0];
    assert!(!account.ended && account.renews_itself, "{by}");
    set.refreshes() - before
}

#[tokio::test]
async fn a_clock_that_jumps_by_a_year_and_back_costs_one_refresh_each_way_and_signs_nobody_out() {
    for by in [YEAR, -YEAR, 20 * YEAR, HOUR / 2, -HOUR / 2] {
        let (set, client) = signed_in(Set::new().await).await;
        for turn in 0..3 {
            let there = jump(&set, &client, by).await;
            let back = jump(&set, &client, -by).await;
            assert!(there <= 1 && back <= 1, "turn {turn} of {by}: {there} and {back}");
        }
    }
}

#[tokio::test]
async fn in_1970_and_in_2038_a_session_goes_on() {
    let now = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        i64::try_from(since.unwrap().as_secs()).unwrap()
    };
    for year in [0, i64::from(i32::MAX) - 60, i64::from(i32::MAX) + 60] {
        let (set, client) = signed_in(Set::new().await).await;
        assert!(jump(&set, &client, year - now()).await <= 1, "{year}");
        assert!(jump(&set, &client, now() - year).await <= 1, "{year}");
    }
}

#[tokio::test]
async fn a_token_that_came_while_the_clock_was_a_year_ahead_is_not_good_for_a_year() {
    let (set, client) = signed_in(Set::new().await).await;
    assert_eq!(jump(&set, &client, YEAR).await, 1);
    assert_eq!(
        jump(&set, &client, 60).await,
        0,
        "by the clock that is there, wrong as it is, it is good for an hour"
    );
    assert_eq!(jump(&set, &client, -YEAR).await, 1, "it is renewed, not believed");
    assert_eq!(jump(&set, &client, 60).await, 0, "and the new one is");
}

#[tokio::test]
async fn a_start_without_a_network_shows_who_it_is_and_is_one_refresh_when_it_is_back() {
    let (mut set, client) = signed_in(Set::new().await).await;
    drop(client);
    set.pass(9 * HOUR);
    set.op.unplug().await.unwrap();
    let client = set.client().await;
    for _ in 0..5 {
        let id = client.accounts()[0].id.clone();
        assert_eq!(client.refresh_if_due(&id, 30).await, Err(Error::Offline));
    }
    let account = &client.accounts()[0];
    assert_eq!((account.display_name(), account.ended), ("Ada Lovelace", false));
    set.op.plug().unwrap();
    set.pass(60);
    for _ in 0..3 {
        assert_eq!(fetch(&set, &client).await, Ok(200));
    }
    assert_eq!(set.refreshes(), 1);
}
