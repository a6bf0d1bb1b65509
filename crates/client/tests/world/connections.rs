//! Which connection a request goes over, and what becomes of one that a connection takes with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use doorkey::transport::{Limits, Proxy, Transport, TransportConfig, TransportError};
use http::{Request, Version};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::tls::{Seen, acceptor, authority, later, leaf, serve, trusting};
use crate::wire::{Server, read_head};

const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(10),
    max_bytes: 64 * 1024,
};

fn request(server: &Server) -> Request<Vec<u8>> {
    let url = format!("https://127.0.0.1:{}/token", server.port);
    let body = b"grant_type=refresh_token".to_vec();
    Request::post(url).body(body).expect("a request")
}

async fn warm(transport: &Transport, server: &Server) {
    let url = format!("https://127.0.0.1:{}/", server.port);
    transport.warm(&url.parse().expect("a URL")).await;
}

/// Passes bytes on to a port until the network changes: then what stands is silent for ever, and closes nothing.
struct Network {
    near: Server,
    changed: Arc<AtomicUsize>,
}

impl Network {
    async fn to(port: u16) -> Self {
        let changed = Arc::new(AtomicUsize::new(0));
        let last_gone = changed.clone();
        let near = Server::start(move |mut near, number| {
            let last_gone = last_gone.clone();
            async move {
                let mut far = TcpStream::connect(("127.0.0.1", port)).await.expect("it listens");
                let (mut up, mut down) = ([0; 16 * 1024], [0; 16 * 1024]);
                loop {
                    let (bytes, to) = tokio::select! {
                        Ok(length @ 1..) = near.read(&mut up) => (&up[..length], &mut far),
                        Ok(length @ 1..) = far.read(&mut down) => (&down[..length], &mut near),
                        else => return,
                    };
                    let gone = number <= last_gone.load(Ordering::SeqCst);
                    if !gone && to.write_all(bytes).await.is_err() {
                        return;
                    }
                }
            }
        })
        .await;
        Self { near, changed }
    }

    fn changes(&self, seen: &Seen) {
        let so_far = seen.connections.load(Ordering::SeqCst);
        self.changed.store(so_far, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn what_is_spent_by_being_sent_does_not_go_into_a_connection_that_a_changed_network_left_dead() {
    let authority = authority();
    let (server, seen) = serve(&authority, leaf("127.0.0.1"), &[b"h2", b"http/1.1"]).await;
    let network = Network::to(server.port).await;
    let transport = trusting(&authority);
    warm(&transport, &network.near).await;
    network.changes(&seen);
    let answer = transport.send_apart(request(&network.near), LIMITS).await;
    assert_eq!(answer.map(|answer| answer.version()), Ok(Version::HTTP_2));
    let seen = (&seen.connections, &seen.requests);
    assert_eq!((seen.0.load(Ordering::SeqCst), seen.1.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test]
async fn a_connection_of_its_own_is_used_for_one_request_and_ends_with_it() {
    let authority = authority();
    for protocols in [&[&b"h2"[..]][..], &[b"http/1.1"]] {
        let (server, seen) = serve(&authority, leaf("127.0.0.1"), protocols).await;
        let transport = trusting(&authority);
        warm(&transport, &server).await;
        for count in 2..5 {
            transport.send_apart(request(&server), LIMITS).await.expect("an answer");
            assert_eq!(seen.connections.load(Ordering::SeqCst), count);
        }
    }
}

#[tokio::test]
async fn a_warm_connection_that_died_without_a_word_is_not_used_any_more_six_seconds_later() {
    let authority = authority();
    let (server, seen) = serve(&authority, leaf("127.0.0.1"), &[b"h2"]).await;
    let network = Network::to(server.port).await;
    let transport = trusting(&authority);
    warm(&transport, &network.near).await;
    network.changes(&seen);
    for _ in 0..70 {
        later(Duration::from_millis(100)).await;
        // Real time, in which a timer that is due is noticed, and a connection ends.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    transport
        .send(request(&network.near), LIMITS)
        .await
        .expect("an answer over a new connection");
    assert_eq!(seen.connections.load(Ordering::SeqCst), 2);
}

/// What a server does with the second request that it sees, which comes over a warm connection.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// RST_STREAM with this error code.
    Reset(u32),
    /// GOAWAY with this error code that names the last stream before this one, and then closes.
    GoesAwayBefore(u32),
    /// GOAWAY with this error code that names this stream, and then closes.
    GoesAwayAfter(u32),
}

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// RFC 9113 section 4.1
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("it is short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Speaks just enough HTTP/2 to misbehave: answers 200 to all requests but the second.
async fn speak(mut stream: TlsStream<TcpStream>, requests: &AtomicUsize, does: Does) -> std::io::Result<()> {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await?;
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).await?;
        if head[3] != HEADERS {
            continue;
        }
        let answer = match (requests.fetch_add(1, Ordering::SeqCst), does) {
            (1, Does::Reset(code)) => frame(RST_STREAM, 0, id, &code.to_be_bytes()),
            (1, Does::GoesAwayBefore(code) | Does::GoesAwayAfter(code)) => {
                let last = if matches!(does, Does::GoesAwayAfter(_)) {
                    id
                } else {
                    id.saturating_sub(2)
                };
                let said = frame(GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat());
                stream.write_all(&said).await?;
                return stream.shutdown().await;
            }
            // END_STREAM and END_HEADERS; RFC 7541: `:status: 200` is the eighth of the table.
            _ => frame(HEADERS, 0x5, id, &[0x88]),
        };
        stream.write_all(&answer).await?;
    }
}

async fn met(does: Does, apart: bool) -> (Result<u16, TransportError>, usize) {
    let authority = authority();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let acceptor = acceptor(&authority, leaf("127.0.0.1"), &[b"h2"]);
    let server = Server::start(move |stream, _| {
        let (acceptor, counted) = (acceptor.clone(), counted.clone());
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                let _ = speak(stream, &counted, does).await;
            }
        }
    })
    .await;
    let transport = trusting(&authority);
    warm(&transport, &server).await;
    let answer = if apart {
        transport.send_apart(request(&server), LIMITS).await
    } else {
        transport.send(request(&server), LIMITS).await
    };
    (
        answer.map(|answer| answer.status().as_u16()),
        requests.load(Ordering::SeqCst),
    )
}

#[tokio::test]
async fn a_request_that_the_server_says_it_has_not_begun_with_goes_once_more_over_a_connection_of_its_own() {
    for does in [
        Does::Reset(REFUSED_STREAM),
        Does::GoesAwayBefore(NO_ERROR),
        Does::GoesAwayBefore(ENHANCE_YOUR_CALM),
    ] {
        assert_eq!(met(does, false).await, (Ok(200), 3), "{does:?}");
    }
}

#[tokio::test]
async fn one_that_is_turned_away_from_a_connection_of_its_own_is_known_unsent_and_not_sent_again() {
    for does in [
        Does::Reset(REFUSED_STREAM),
        Does::GoesAwayBefore(NO_ERROR),
        Does::GoesAwayBefore(ENHANCE_YOUR_CALM),
    ] {
        let (refused, requests) = met(does, true).await;
        assert_eq!((refused, requests), (Err(TransportError::TurnedAway), 2), "{does:?}");
    }
    assert!(TransportError::TurnedAway.known_unsent());
}

#[tokio::test]
async fn a_request_that_the_server_may_have_begun_with_is_not_sent_again() {
    for does in [
        Does::Reset(INTERNAL_ERROR),
        Does::Reset(CANCEL),
        Does::GoesAwayAfter(NO_ERROR),
        Does::GoesAwayAfter(INTERNAL_ERROR),
    ] {
        for apart in [false, true] {
            let (lost, requests) = met(does, apart).await;
            assert_eq!((lost, requests), (Err(TransportError::OutcomeUnknown), 2), "{does:?}");
        }
    }
}

#[tokio::test]
async fn a_407_from_within_the_tunnel_is_the_servers_own_answer_and_not_the_proxys() {
    let authority = authority();
    let acceptor = acceptor(&authority, leaf("op.example"), &[b"http/1.1"]);
    let proxy = Server::start(move |mut stream, _| {
        let acceptor = acceptor.clone();
        async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await;
            // From here on the proxy passes on what it cannot read.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream
                .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno")
                .await;
            let _ = stream.shutdown().await;
        }
    })
    .await;
    let transport = Transport::new(TransportConfig {
        extra_roots: vec![authority.der().to_vec()],
        proxy: Proxy::Fixed(proxy.url("/").parse().expect("a URL")),
        ..TransportConfig::default()
    })
    .expect("the transport is built");
    let request = || {
        Request::post("https://op.example/token")
            .body(Vec::new())
            .expect("a request")
    };
    for answer in [
        transport.send(request(), LIMITS).await,
        transport.send_apart(request(), LIMITS).await,
    ] {
        let answer = answer.expect("it reached the server, which said no");
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (407, &b"no"[..]));
    }
}
