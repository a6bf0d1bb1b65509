//! The transport over TLS, with authorities and certificates made for each test.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use doorkey::transport::{Limits, TlsFailure, Transport, TransportConfig, TransportError};
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio_rustls::TlsAcceptor;

use crate::wire::{SOON, Server};

const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(10),
    max_bytes: 64 * 1024,
};

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority() -> Authority {
    authority_of(DistinguishedName::new())
}

pub(crate) fn authority_of(name: DistinguishedName) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name = name;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

/// Valid now, for a name.
pub(crate) fn leaf(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).expect("parameters")
}

/// What servers saw.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) requests: Arc<AtomicUsize>,
}

pub(crate) fn acceptor(authority: &Authority, params: CertificateParams, protocols: &[&[u8]]) -> TlsAcceptor {
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, authority).expect("signed");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a server");
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

pub(crate) async fn serve(authority: &Authority, params: CertificateParams, protocols: &[&[u8]]) -> (Server, Seen) {
    let acceptor = acceptor(authority, params, protocols);
    let seen = Seen::default();
    let told = seen.clone();
    let server = Server::start(move |stream, number| {
        let (acceptor, told) = (acceptor.clone(), told.clone());
        told.connections.store(number, Ordering::SeqCst);
        async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let service = service_fn(move |_: Request<hyper::body::Incoming>| {
                told.requests.fetch_add(1, Ordering::SeqCst);
                async { Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::from_static(b"hello")))) }
            });
            let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        }
    })
    .await;
    (server, seen)
}

pub(crate) fn trusting(authority: &Authority) -> Transport {
    let config = TransportConfig {
        extra_roots: vec![authority.der().to_vec()],
        ..TransportConfig::default()
    };
    Transport::new(config).expect("the transport is built")
}

async fn get(transport: &Transport, server: &Server) -> Result<Response<Vec<u8>>, TransportError> {
    let url = format!("https://127.0.0.1:{}/", server.port);
    transport
        .send(Request::get(url).body(Vec::new()).expect("a request"), LIMITS)
        .await
}

#[tokio::test]
async fn a_company_s_authority_is_trusted_when_it_is_configured_and_only_then() {
    let authority = authority();
    let (server, seen) = serve(&authority, leaf("127.0.0.1"), &[b"h2", b"http/1.1"]).await;
    let response = get(&trusting(&authority), &server).await.expect("an answer");
    assert_eq!(response.body(), b"hello");
    assert_eq!(response.version(), Version::HTTP_2);
    let stranger = Transport::new(TransportConfig::default()).expect("the transport is built");
    let refused = get(&stranger, &server).await.expect_err("refused");
    assert_eq!(refused, TransportError::TlsFailed(TlsFailure::UnknownIssuer));
    assert!(refused.known_unsent());
    assert_eq!(
        seen.requests.load(Ordering::SeqCst),
        1,
        "nothing was asked of the server that is not trusted"
    );
}

#[tokio::test]
async fn each_bad_certificate_is_refused_with_its_own_reason() {
    let authority = authority();
    let transport = trusting(&authority);
    let mut expired = leaf("127.0.0.1");
    (expired.not_before, expired.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    let mut early = leaf("127.0.0.1");
    (early.not_before, early.not_after) = (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1));
    for (params, reason) in [
        (expired, TlsFailure::Expired),
        (early, TlsFailure::NotYetValid),
        (leaf("op.example"), TlsFailure::WrongHost),
        (leaf("127.0.0.2"), TlsFailure::WrongHost),
    ] {
        let (server, seen) = serve(&authority, params, &[b"http/1.1"]).await;
        let refused = get(&transport, &server).await.expect_err("refused");
        assert_eq!(refused, TransportError::TlsFailed(reason));
        assert_eq!(seen.requests.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn a_server_without_tls_or_with_an_old_one_is_refused() {
    let transport = Transport::new(TransportConfig::default()).expect("the transport is built");
    let plain = Server::start(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let refused = get(&transport, &plain).await.expect_err("refused");
    assert!(
        matches!(refused, TransportError::TlsFailed(TlsFailure::HandshakeFailed)),
        "{refused:?}"
    );
    // A fatal alert 70, protocol_version, in a record of TLS 1.1: what a server says that knows no newer one.
    let old = Server::start(|mut stream, _| async move {
        let _ = stream.write_all(&[0x15, 3, 2, 0, 2, 2, 70]).await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    })
    .await;
    assert_eq!(
        get(&transport, &old).await.expect_err("refused"),
        TransportError::TlsFailed(TlsFailure::NoCommonProtocol)
    );
}

pub(crate) async fn later(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_warm_http2_connection_serves_the_next_request_minutes_later() {
    let authority = authority();
    let (server, seen) = serve(&authority, leaf("127.0.0.1"), &[b"h2", b"http/1.1"]).await;
    let (relay, answers) = relay(server.port).await;
    let transport = trusting(&authority);
    transport
        .warm(
            &format!("https://127.0.0.1:{}/token?x=1", relay.port)
                .parse()
                .expect("a URL"),
        )
        .await;
    assert_eq!(
        (
            seen.connections.load(Ordering::SeqCst),
            seen.requests.load(Ordering::SeqCst)
        ),
        (1, 1)
    );
    let before = answers.load(Ordering::SeqCst);
    for round in 1..=45 {
        later(Duration::from_secs(4)).await;
        // Real time, in which a PING and its answer pass: both ends are polled by this very thread.
        let answered = async {
            while answers.load(Ordering::SeqCst) < before + round {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let answered = tokio::time::timeout(SOON, answered).await;
        assert!(answered.is_ok(), "one PING in three seconds, each answered");
    }
    get(&transport, &relay).await.expect("an answer");
    assert_eq!(
        seen.connections.load(Ordering::SeqCst),
        1,
        "three minutes later it is the same connection"
    );
}

/// Passes bytes on to a port, and counts how often some came back.
async fn relay(port: u16) -> (Server, Arc<AtomicUsize>) {
    async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, count: &AtomicUsize) {
        let mut chunk = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut chunk).await {
            count.fetch_add(1, Ordering::SeqCst);
            if to.write_all(&chunk[..length]).await.is_err() {
                break;
            }
        }
    }
    let answers = Arc::new(AtomicUsize::new(0));
    let counted = answers.clone();
    let server = Server::start(move |near, _| {
        let counted = counted.clone();
        async move {
            let uncounted = AtomicUsize::new(0);
            let far = TcpStream::connect(("127.0.0.1", port)).await.expect("it listens");
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::join!(pass(near_in, far_out, &uncounted), pass(far_in, near_out, &counted));
        }
    })
    .await;
    (server, answers)
}

#[tokio::test]
async fn a_warm_http1_connection_is_not_trusted_with_a_later_request() {
    let authority = authority();
    let (server, seen) = serve(&authority, leaf("127.0.0.1"), &[b"http/1.1"]).await;
    let transport = trusting(&authority);
    transport
        .warm(&format!("https://127.0.0.1:{}/", server.port).parse().expect("a URL"))
        .await;
    later(Duration::from_secs(5)).await;
    get(&transport, &server).await.expect("an answer");
    assert_eq!(seen.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn warming_what_cannot_be_reached_tells_nothing_and_returns() {
    let transport = Transport::new(TransportConfig::default()).expect("the transport is built");
    let port = Server::answering("").await.port;
    for url in [format!("https://127.0.0.1:{port}/"), "http://op.example/".to_owned()] {
        transport.warm(&url.parse().expect("a URL")).await;
    }
}
