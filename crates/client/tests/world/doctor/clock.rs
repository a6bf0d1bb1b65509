//! This computer's clock against servers whose `Date` is off.

use std::time::{Duration, SystemTime};

use doorkey::doctor::{CheckId, ClockDetail, Detail, Reason, State};
use doorkey::transport::{Transport, TransportConfig};
use doorkey::{Clock, Schemes};
use rcgen::date_time_ymd;
use tokio::io::AsyncWriteExt as _;

use super::{detail, near, not_checked, one};
use crate::tls;
use crate::wire::{Server, read_head};

/// A server whose clock is ahead of ours by so many seconds.
async fn ahead(seconds: i64) -> Server {
    Server::start(move |mut stream, _| async move {
        while !read_head(&mut stream).await.is_empty() {
            let off = Duration::from_secs(seconds.unsigned_abs());
            let now = SystemTime::now();
            let date = httpdate::fmt_http_date(if seconds > 0 { now + off } else { now - off });
            let answer = format!("HTTP/1.1 404 Not Found\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_date_that_is_off_is_told_with_its_direction_and_its_size() {
    for (seconds, state) in [
        (0, State::Good),
        (10, State::Good),
        (-10, State::Good),
        (45, State::Advice),
        (-45, State::Advice),
        (90, State::Broken),
        (-90, State::Broken),
        (365 * 86_400, State::Broken),
        (-365 * 86_400, State::Broken),
    ] {
        let server = ahead(seconds).await;
        let finding = near(&server.url(""), CheckId::Clock).await;
        assert_eq!(finding.state(), state, "{seconds}: {finding:?}");
        let Detail::Clock(told) = detail(&finding) else {
            unreachable!("it is the clock's")
        };
        // When they are ahead, we are slow.
        let (slow, off) = match told {
            ClockDetail::Right { seconds } => (None, *seconds),
            ClockDetail::RatherFast { seconds } | ClockDetail::Fast { seconds } => (Some(false), *seconds),
            ClockDetail::RatherSlow { seconds } | ClockDetail::Slow { seconds } => (Some(true), *seconds),
            other => unreachable!("{other:?}"),
        };
        assert!(slow.is_none_or(|slow| slow == (seconds > 0)), "{seconds}: {told:?}");
        let expected = seconds.unsigned_abs();
        assert!(
            (expected.saturating_sub(2)..=expected).contains(&off),
            "{seconds}: {told:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_tells_no_time_or_cannot_be_reached_tells_nothing_of_ours() {
    let silent = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    not_checked(&near(&silent.url(""), CheckId::Clock).await, Reason::NoDate);
    let gone = Server::answering("").await.url("");
    not_checked(&near(&gone, CheckId::Clock).await, Reason::Unreachable);
}

#[tokio::test]
async fn a_certificate_that_is_not_of_our_time_hints_at_the_clock() {
    let authority = tls::authority();
    let mut early = tls::leaf("127.0.0.1");
    (early.not_before, early.not_after) = (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1));
    let mut late = tls::leaf("127.0.0.1");
    (late.not_before, late.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    for (params, told) in [
        (early, ClockDetail::BeforeCertificate),
        (late, ClockDetail::AfterCertificate),
    ] {
        let (server, _) = tls::serve(&authority, params, &[b"http/1.1"]).await;
        let transport = Transport::new(TransportConfig {
            extra_roots: vec![authority.der().to_vec()],
            ..TransportConfig::default()
        });
        let issuer = format!("https://127.0.0.1:{}", server.port);
        let examination =
            doorkey::doctor::examine_provider(transport.expect("built"), &issuer, Schemes::HttpsOnly, Clock::system());
        let finding = one(examination.expect("it begins"), CheckId::Clock).await;
        assert_eq!(
            (detail(&finding), finding.state()),
            (&Detail::Clock(told), State::Advice)
        );
    }
}
