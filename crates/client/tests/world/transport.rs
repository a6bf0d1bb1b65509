//! The transport, against servers that are a few lines each.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use doorkey::transport::{Limits, Proxy, Transport, TransportConfig, TransportError};
use http::Request;
use tokio::io::AsyncWriteExt as _;

use crate::wire::{Server, read_head};

fn transport() -> Transport {
    let config = TransportConfig {
        loopback_http: true,
        ..TransportConfig::default()
    };
    Transport::new(config).expect("the transport is built")
}

fn request(url: &str) -> Request<Vec<u8>> {
    Request::get(url).body(Vec::new()).expect("a request")
}

const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(10),
    max_bytes: 64 * 1024,
};

fn too_large(status: u16) -> TransportError {
    TransportError::TooLarge {
        status: http::StatusCode::from_u16(status).expect("a status"),
    }
}

async fn failure(server: &Server) -> TransportError {
    transport()
        .send(request(&server.url("/")), LIMITS)
        .await
        .expect_err("it fails")
}

#[tokio::test]
async fn an_answer_comes_back_whole_whatever_its_status() {
    let server = Server::answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}").await;
    let response = transport()
        .send(request(&server.url("/token")), LIMITS)
        .await
        .expect("an answer");
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()["x-a"], "b");
    assert_eq!(response.body(), b"{}");
}

#[tokio::test]
async fn a_request_goes_out_as_it_was_given_with_a_user_agent_and_never_a_cookie() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = heads.clone();
    let server = Server::start(move |mut stream, _| {
        let seen = seen.clone();
        async move {
            let head = read_head(&mut stream).await;
            seen.lock().expect("not poisoned").push(head);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .await;
        }
    })
    .await;
    let transport = transport();
    for _ in 0..2 {
        let post = Request::post(server.url("/token"))
            .header("accept", "application/json")
            .body(b"a=b".to_vec());
        transport
            .send(post.expect("a request"), LIMITS)
            .await
            .expect("an answer");
    }
    let heads = heads.lock().expect("not poisoned");
    assert_eq!(heads.len(), 2);
    for head in heads.iter().map(|head| head.to_ascii_lowercase()) {
        assert!(head.starts_with("post /token http/1.1\r\n"), "{head}");
        assert!(
            head.contains("\r\nuser-agent: doorkey/") && head.contains("\r\naccept: application/json\r\n"),
            "{head}"
        );
        assert!(head.contains("\r\ncontent-length: 3\r\n"), "{head}");
        assert!(!head.contains("cookie") && !head.contains("referer"), "{head}");
    }
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    for (location, elsewhere) in [
        ("/next", false),
        ("http://127.0.0.1:1/", true),
        ("https://portal.example/login", true),
        ("", false),
    ] {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        let server = Server::start(move |mut stream, number| {
            seen.store(number, Ordering::SeqCst);
            async move {
                read_head(&mut stream).await;
                let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        })
        .await;
        assert_eq!(
            failure(&server).await,
            TransportError::RedirectRefused { elsewhere },
            "{location}"
        );
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_body_larger_than_allowed_is_not_read_to_its_end() {
    let stated = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n").await;
    assert_eq!(failure(&stated).await, too_large(200));
    let error = Server::answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 65537\r\n\r\n").await;
    assert_eq!(failure(&error).await, too_large(400));
    let endless = Server::start(|mut stream, _| async move {
        read_head(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            .await;
        while stream.write_all(b"400\r\n").await.is_ok() && stream.write_all(&[b'x'; 0x400]).await.is_ok() {
            let _ = stream.write_all(b"\r\n").await;
        }
    })
    .await;
    assert_eq!(failure(&endless).await, too_large(200));
}

#[tokio::test]
async fn a_body_of_exactly_the_allowed_size_is_read() {
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n".to_vec();
    answer.extend(vec![b'x'; 65536]);
    let server = Server::answering(answer).await;
    let response = transport()
        .send(request(&server.url("/")), LIMITS)
        .await
        .expect("an answer");
    assert_eq!(response.body().len(), 65536);
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("it writes to memory");
    let body = encoder.finish().expect("it ends");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

#[tokio::test]
async fn the_size_is_counted_after_decoding() {
    let small = Server::answering(gzipped(b"{\"issuer\":\"x\"}")).await;
    let response = transport()
        .send(request(&small.url("/")), LIMITS)
        .await
        .expect("an answer");
    assert_eq!(response.body(), b"{\"issuer\":\"x\"}");
    // 64 MiB of zeros in 64 KiB.
    let bomb = Server::answering(gzipped(&vec![0; 64 << 20])).await;
    assert_eq!(failure(&bomb).await, too_large(200));
}

#[tokio::test]
async fn a_broken_encoding_is_told_from_a_lost_connection() {
    let mut broken = gzipped(b"some text that is compressed");
    let end = broken.len();
    broken[end - 12..].fill(0xff);
    assert_eq!(
        failure(&Server::answering(broken).await).await,
        TransportError::Malformed
    );
    assert_eq!(
        failure(&Server::answering("SMTP ready\r\n\r\n").await).await,
        TransportError::Malformed
    );
}

#[tokio::test]
async fn a_connection_that_is_lost_after_sending_leaves_the_outcome_unknown_and_nothing_is_sent_twice() {
    for answer in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\"",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"ac\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n",
    ] {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        let server = Server::start(move |mut stream, number| {
            seen.store(number, Ordering::SeqCst);
            async move {
                read_head(&mut stream).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        })
        .await;
        let error = failure(&server).await;
        assert_eq!(error, TransportError::OutcomeUnknown, "{answer:?}");
        assert!(!error.known_unsent());
        assert_eq!(count.load(Ordering::SeqCst), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn the_deadline_covers_head_and_body_together() {
    let limits = Limits {
        deadline: Duration::from_millis(300),
        ..LIMITS
    };
    let silent = Server::start(|mut stream, _| async move {
        read_head(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let dripping = Server::start(|mut stream, _| async move {
        read_head(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
            .await;
        // Each byte well before any limit between two bytes would strike.
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    for server in [silent, dripping] {
        let before = Instant::now();
        let error = transport()
            .send(request(&server.url("/")), limits)
            .await
            .expect_err("too slow");
        assert_eq!(error, TransportError::TimedOut { unsent: false });
        assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_offline_and_known_unsent() {
    // Closed before anyone asks: a server that is told to stop may take one connection more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback can be bound");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    let error = transport()
        .send(request(&format!("http://127.0.0.1:{port}/")), LIMITS)
        .await
        .expect_err("offline");
    assert_eq!(error, TransportError::Offline);
    assert!(error.known_unsent());
    let config = TransportConfig {
        proxy: Proxy::Direct,
        ..TransportConfig::default()
    };
    let unknown = Transport::new(config)
        .expect("built")
        .send(request("https://no.such.host.invalid/"), LIMITS)
        .await;
    assert_eq!(unknown.expect_err("no such name"), TransportError::Offline);
}

/// A transport behind a proxy on this port.
fn behind(proxy: &Server) -> Transport {
    let proxy = Proxy::Fixed(proxy.url("/").parse().expect("a URL"));
    let config = TransportConfig {
        loopback_http: true,
        proxy,
        ..TransportConfig::default()
    };
    Transport::new(config).expect("the transport is built")
}

#[tokio::test]
async fn a_proxy_that_wants_credentials_is_told_and_one_that_dies_is_offline() {
    let asked = Arc::new(Mutex::new(String::new()));
    let seen = asked.clone();
    let proxy = Server::start(move |mut stream, _| {
        let seen = seen.clone();
        async move {
            *seen.lock().expect("not poisoned") = read_head(&mut stream).await;
            let _ = stream
                .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                .await;
        }
    })
    .await;
    let error = behind(&proxy)
        .send(request("https://op.example/token"), LIMITS)
        .await
        .expect_err("refused");
    assert_eq!(error, TransportError::ProxyAuthRequired);
    assert!(error.known_unsent());
    let asked = asked.lock().expect("not poisoned").clone();
    assert!(asked.starts_with("CONNECT op.example:443 HTTP/1.1\r\n"), "{asked}");
    assert!(!asked.contains("/token"), "{asked}");

    let dying = Server::answering("").await;
    let error = behind(&dying)
        .send(request("https://op.example/token"), LIMITS)
        .await
        .expect_err("offline");
    assert!(error == TransportError::Offline && error.known_unsent());
}

#[tokio::test]
async fn loopback_is_never_asked_through_a_proxy() {
    let proxy = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy").await;
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserver").await;
    let response = behind(&proxy)
        .send(request(&server.url("/")), LIMITS)
        .await
        .expect("an answer");
    assert_eq!(response.body(), b"server");
}

#[tokio::test]
async fn an_idle_http1_connection_is_used_again_at_once_and_not_after_four_seconds() {
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = connections.clone();
    let server = Server::start(move |mut stream, number| {
        seen.store(number, Ordering::SeqCst);
        async move {
            while !read_head(&mut stream).await.is_empty() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
            }
        }
    })
    .await;
    let transport = transport();
    for (pause, expected) in [(0, 1), (2, 1), (5, 2), (3, 2)] {
        // The clock is moved on; nobody sleeps.
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(pause)).await;
        tokio::time::resume();
        transport
            .send(request(&server.url("/")), LIMITS)
            .await
            .expect("an answer");
        assert_eq!(connections.load(Ordering::SeqCst), expected, "after {pause} s");
    }
}
