//! Whether the provider answers, and as what.

use std::time::Duration;

use doorkey::doctor::{CheckId, Detail, Finding, ReachabilityDetail, Reason, State, examine_provider};
use doorkey::transport::{Proxy, Transport, TransportConfig};
use doorkey::{Clock, Schemes};
use rcgen::date_time_ymd;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;

use super::{by, detail, near, not_checked};
use crate::tls;
use crate::wire::{SOON, Server, read_head};

/// What is told of a provider, which must be about it.
fn told(finding: &Finding) -> &ReachabilityDetail {
    match detail(finding) {
        Detail::Reachability(told) => told,
        other => unreachable!("{other:?}"),
    }
}

async fn of(answer: &str) -> Finding {
    let server = Server::answering(answer).await;
    near(&server.url(""), CheckId::Reachability).await
}

fn json(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn a_provider_that_answers_as_one_is_reached() {
    let op = mock_op::MockOp::builder().start().await.expect("a provider");
    let finding = near(op.issuer(), CheckId::Reachability).await;
    assert_eq!(finding.state(), State::Good);
    assert!(
        matches!(told(&finding), ReachabilityDetail::Reached { host, .. } if host.as_str() == "127.0.0.1"),
        "{finding:?}"
    );
}

#[tokio::test]
async fn a_page_or_the_way_to_one_in_place_of_the_provider_is_a_captive_portal() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 7\r\n\r\nWelcome",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n \n<!doctype html><html>",
        "HTTP/1.1 302 Found\r\nLocation: http://portal.example/login\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 511 Network Authentication Required\r\nContent-Length: 0\r\n\r\n",
    ] {
        let finding = of(answer).await;
        assert!(
            matches!(told(&finding), ReachabilityDetail::CaptivePortal { .. }),
            "{answer}: {finding:?}"
        );
        assert_eq!(finding.state(), State::Broken);
    }
}

#[tokio::test]
async fn an_answer_that_is_no_provider_s_is_told_by_the_rule_it_breaks() {
    use doorkey_oidc::Misbehaviour;
    for (answer, broken) in [
        (json("{}"), None),
        (json("{\"issuer\":\"http://127.0.0.1:1\"}"), None),
        (
            "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n".to_owned(),
            Some(Misbehaviour::RedirectRefused),
        ),
        ("SMTP ready\r\n\r\n".to_owned(), Some(Misbehaviour::ResponseMalformed)),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n".to_owned(),
            Some(Misbehaviour::ResponseTooLarge),
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
            Some(Misbehaviour::UnexpectedContentType),
        ),
    ] {
        let finding = of(&answer).await;
        let ReachabilityDetail::NotAProvider { rule, .. } = told(&finding) else {
            unreachable!("{answer}: {finding:?}")
        };
        assert!(broken.is_none_or(|broken| broken == *rule), "{answer}: {rule:?}");
    }
    let finding = of("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await;
    assert!(
        matches!(told(&finding), ReachabilityDetail::ErrorStatus { status: 503, .. }),
        "{finding:?}"
    );
}

#[tokio::test]
async fn each_stage_before_the_answer_fails_by_its_own_name() {
    let port = Server::answering("").await.port;
    let finding = near(&format!("http://127.0.0.1:{port}"), CheckId::Reachability).await;
    let at = u64::from(port);
    assert!(
        matches!(told(&finding), ReachabilityDetail::NotConnected { port, .. } if *port == at),
        "{finding:?}"
    );
    let transport = Transport::new(TransportConfig {
        proxy: Proxy::Direct,
        ..TransportConfig::default()
    });
    let schemes = Schemes::HttpsOnly;
    let examination = examine_provider(
        transport.expect("built"),
        "https://no.such.host.invalid",
        schemes,
        Clock::system(),
    );
    let found = examination.expect("it begins").finish();
    let found = tokio::time::timeout(SOON, found).await.expect("it ends");
    assert!(
        matches!(told(by(&found, CheckId::Reachability)), ReachabilityDetail::NameNotFound { host } if host.as_str() == "no.such.host.invalid"),
    );
    not_checked(by(&found, CheckId::Interception), Reason::Unreachable);
    not_checked(by(&found, CheckId::Clock), Reason::Unreachable);

    let hanging_up = Server::start(|mut stream, _| async move {
        read_head(&mut stream).await;
    })
    .await;
    let finding = near(&hanging_up.url(""), CheckId::Reachability).await;
    assert!(matches!(told(&finding), ReachabilityDetail::Lost { .. }), "{finding:?}");
}

#[tokio::test]
async fn a_provider_that_takes_the_question_and_is_silent_is_slow() {
    let (asked, mut hears) = mpsc::unbounded_channel();
    let server = Server::start(move |mut stream, _| {
        let asked = asked.clone();
        async move {
            let _ = asked.send(read_head(&mut stream).await);
            std::future::pending::<()>().await;
        }
    })
    .await;
    let issuer = server.url("");
    let looking = tokio::spawn(async move { near(&issuer, CheckId::Reachability).await });
    // The question for the metadata is there; the clock is moved on, nobody sleeps.
    while !hears.recv().await.expect("it is asked").starts_with("GET") {}
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    let finding = looking.await.expect("it ends");
    assert!(matches!(told(&finding), ReachabilityDetail::Slow { .. }), "{finding:?}");
}

#[tokio::test]
async fn each_bad_certificate_is_told_by_its_own_name() {
    let authority = tls::authority();
    let mut expired = tls::leaf("127.0.0.1");
    (expired.not_before, expired.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    let mut early = tls::leaf("127.0.0.1");
    (early.not_before, early.not_after) = (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1));
    let cases = [
        (tls::leaf("127.0.0.1"), false, "certificate-not-trusted"),
        (expired, true, "certificate-expired"),
        (early, true, "certificate-too-early"),
        (tls::leaf("op.example"), true, "certificate-for-another"),
    ];
    for (params, trusted, word) in cases {
        let (server, seen) = tls::serve(&authority, params, &[b"http/1.1"]).await;
        let extra_roots = if trusted {
            vec![authority.der().to_vec()]
        } else {
            Vec::new()
        };
        let transport = Transport::new(TransportConfig {
            extra_roots,
            ..TransportConfig::default()
        });
        let issuer = format!("https://127.0.0.1:{}", server.port);
        let examination = examine_provider(transport.expect("built"), &issuer, Schemes::HttpsOnly, Clock::system());
        let found = tokio::time::timeout(SOON, examination.expect("it begins").finish())
            .await
            .expect("it ends");
        let finding = found
            .iter()
            .find(|finding| finding.check() == CheckId::Reachability)
            .expect("there is one");
        assert_eq!((detail(finding).word(), finding.state()), (word, State::Broken));
        assert_eq!(
            seen.requests.load(std::sync::atomic::Ordering::SeqCst),
            0,
            "nothing was asked of it"
        );
        // It is on this computer: nobody stands in between.
        let between = found.iter().find(|finding| finding.check() == CheckId::Interception);
        not_checked(between.expect("there is one"), Reason::Loopback);
    }
}

#[tokio::test]
async fn a_port_that_speaks_no_tls_is_told_so() {
    let plain = Server::start(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let issuer = format!("https://127.0.0.1:{}", plain.port);
    let finding = near(&issuer, CheckId::Reachability).await;
    assert_eq!(detail(&finding).word(), "tls-broken-off");
}
