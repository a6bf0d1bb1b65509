//! Proxies: one that lets through, one that wants a password, one that is gone, one that looks into what it carries.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use doorkey::doctor::{CheckId, Detail, Finding, InterceptionDetail, ProxyDetail, State, examine_provider};
use doorkey::transport::{Proxy, Transport, TransportConfig};
use doorkey::{Clock, Schemes};
use rcgen::{DistinguishedName, DnType, date_time_ymd};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{detail, near};
use crate::tls::{self, Authority, Seen};
use crate::wire::{SOON, Server, read_head};

const INSIDE: &str = "DOORKEY_TEST_BEHIND_A_PROXY";

const ISSUER: &str = "https://op.example";

/// All findings about a provider behind a proxy on this port, where these authorities are trusted besides.
async fn behind(port: u16, extra_roots: Vec<Vec<u8>>) -> Vec<Finding> {
    let proxy = format!("http://alice:hunter2@127.0.0.1:{port}/")
        .parse()
        .expect("a URL");
    let transport = Transport::new(TransportConfig {
        extra_roots,
        proxy: Proxy::Fixed(proxy),
        ..TransportConfig::default()
    });
    let examination = examine_provider(transport.expect("built"), ISSUER, Schemes::HttpsOnly, Clock::system());
    tokio::time::timeout(SOON, examination.expect("it begins").finish())
        .await
        .expect("it ends")
}

fn by(found: &[Finding], check: CheckId) -> &Detail {
    detail(super::by(found, check))
}

/// A proxy that answers every CONNECT by carrying on to a port of this computer, whatever host was asked for.
async fn carrying_to(port: u16, asked: Arc<Mutex<Vec<String>>>) -> Server {
    Server::start(move |mut stream, _| {
        let asked = asked.clone();
        async move {
            let head = read_head(&mut stream).await;
            asked.lock().expect("not poisoned").push(head);
            let Ok(mut onwards) = TcpStream::connect(("127.0.0.1", port)).await else {
                return;
            };
            if stream
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .await
                .is_ok()
            {
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut onwards).await;
            }
        }
    })
    .await
}

fn company() -> Authority {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Example Corp");
    name.push(DnType::CommonName, "Inspection \u{202e}CA\u{1b}[31m");
    tls::authority_of(name)
}

/// A proxy that looks into what it carries, with a certificate of its own making for this host.
async fn looking_into(authority: &Authority, host: &str) -> (Server, Server, Seen) {
    let (inside, seen) = tls::serve(authority, tls::leaf(host), &[b"h2", b"http/1.1"]).await;
    let proxy = carrying_to(inside.port, Arc::default()).await;
    (proxy, inside, seen)
}

#[tokio::test]
async fn without_a_proxy_the_way_is_direct() {
    let op = mock_op::MockOp::builder().start().await.expect("a provider");
    let finding = near(op.issuer(), CheckId::Proxy).await;
    assert_eq!(
        (detail(&finding), finding.state()),
        (&Detail::Proxy(ProxyDetail::Direct), State::Good)
    );
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_is_named_without_the_one_that_was_tried() {
    let proxy = Server::answering("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n").await;
    let found = behind(proxy.port, Vec::new()).await;
    let Detail::Proxy(ProxyDetail::WantsPassword { proxy: name }) = by(&found, CheckId::Proxy) else {
        unreachable!("{found:?}")
    };
    assert_eq!(name.as_str(), format!("127.0.0.1:{}", proxy.port));
    assert_eq!(by(&found, CheckId::Reachability).word(), "proxy-in-the-way");
    let said = format!(
        "{found:?}{:?}",
        found.iter().map(|finding| finding.words("a", "b")).collect::<Vec<_>>()
    );
    assert!(!said.contains("hunter2") && !said.contains("alice"), "{said}");
}

#[tokio::test]
async fn a_proxy_that_is_gone_is_told_from_a_provider_that_is() {
    let port = Server::answering("").await.port;
    let found = behind(port, Vec::new()).await;
    assert_eq!(by(&found, CheckId::Proxy).word(), "unreachable");
    assert_eq!(by(&found, CheckId::Reachability).word(), "proxy-in-the-way");
}

#[tokio::test]
async fn a_proxy_that_looks_into_what_it_carries_is_named_where_this_computer_trusts_it() {
    let authority = company();
    let (proxy, _inside, seen) = looking_into(&authority, "op.example").await;
    let found = behind(proxy.port, vec![authority.der().to_vec()]).await;
    let Detail::Interception(InterceptionDetail::OnlyHere { issuer }) = by(&found, CheckId::Interception) else {
        unreachable!("{found:?}")
    };
    assert_eq!(issuer.as_str(), "Example Corp (Inspection CA[31m)");
    assert_eq!(by(&found, CheckId::Proxy).word(), "used");
    assert!(seen.requests.load(Ordering::SeqCst) > 0);
}

#[tokio::test]
async fn a_proxy_that_looks_into_what_it_carries_and_that_nobody_trusts_gets_nothing() {
    let authority = company();
    let (proxy, _inside, seen) = looking_into(&authority, "op.example").await;
    let found = behind(proxy.port, Vec::new()).await;
    let Detail::Interception(InterceptionDetail::Stranger { issuer }) = by(&found, CheckId::Interception) else {
        unreachable!("{found:?}")
    };
    assert_eq!(issuer.as_str(), "Example Corp (Inspection CA[31m)");
    assert_eq!(by(&found, CheckId::Reachability).word(), "certificate-not-trusted");
    assert_eq!(seen.requests.load(Ordering::SeqCst), 0, "nothing was sent");
}

#[tokio::test]
async fn a_certificate_for_another_host_is_told_with_whoever_issued_it() {
    let authority = company();
    let (proxy, _inside, seen) = looking_into(&authority, "portal.example").await;
    let found = behind(proxy.port, vec![authority.der().to_vec()]).await;
    assert_eq!(by(&found, CheckId::Interception).word(), "another-host");
    assert_eq!(by(&found, CheckId::Reachability).word(), "certificate-for-another");
    assert_eq!(seen.requests.load(Ordering::SeqCst), 0, "nothing was sent");
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_told_by_both_checks_and_gets_nothing() {
    let authority = company();
    let valid = |from, until| {
        let mut params = tls::leaf("op.example");
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
        params
    };
    for (params, between, reached, clock) in [
        (valid(2020, 2021), "expired", "certificate-expired", "after-certificate"),
        (
            valid(2090, 2091),
            "not-yet-valid",
            "certificate-too-early",
            "before-certificate",
        ),
    ] {
        let (inside, seen) = tls::serve(&authority, params, &[b"http/1.1"]).await;
        let proxy = carrying_to(inside.port, Arc::default()).await;
        let found = behind(proxy.port, vec![authority.der().to_vec()]).await;
        assert_eq!(by(&found, CheckId::Interception).word(), between);
        assert_eq!(by(&found, CheckId::Reachability).word(), reached);
        assert_eq!(by(&found, CheckId::Clock).word(), clock);
        let said = super::by(&found, CheckId::Interception).words("App", "Op");
        assert!(said.text.contains("clock") && said.text.contains("days"), "{said:?}");
        assert!(said.remedy.is_some_and(|remedy| remedy.contains("date")), "{between}");
        assert_eq!(seen.requests.load(Ordering::SeqCst), 0, "nothing was sent");
    }
}

#[tokio::test]
async fn every_question_about_the_provider_goes_by_the_proxy_and_to_its_host_only() {
    let authority = company();
    let (inside, _) = tls::serve(&authority, tls::leaf("op.example"), &[b"http/1.1"]).await;
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let proxy = carrying_to(inside.port, asked.clone()).await;
    behind(proxy.port, vec![authority.der().to_vec()]).await;
    let asked = asked.lock().expect("not poisoned");
    // One connection only looks whether the proxy takes any, and says nothing.
    let heads: Vec<_> = asked.iter().filter(|head| !head.is_empty()).collect();
    assert!(heads.len() >= 3, "{heads:?}");
    for head in heads {
        assert!(head.starts_with("CONNECT op.example:443 HTTP/1.1\r\n"), "{head}");
    }
}

#[tokio::test]
async fn the_proxy_and_the_authorities_of_the_system_are_the_ones_that_are_told() {
    let authority = company();
    let (proxy, _inside, _) = looking_into(&authority, "op.example").await;
    let home = tempfile::tempdir().expect("a folder");
    let roots = home.path().join("roots.pem");
    std::fs::write(&roots, authority.pem()).expect("written");
    for exception in ["", "op.example"] {
        let status = tokio::process::Command::new(std::env::current_exe().expect("we run"))
            .args(["--exact", "doctor::proxy::inside_a_session_with_a_proxy", "--ignored"])
            .env(INSIDE, home.path())
            .env("HTTPS_PROXY", format!("http://alice:hunter2@127.0.0.1:{}", proxy.port))
            .env("NO_PROXY", exception)
            .env("SSL_CERT_FILE", &roots)
            .env_remove("SSL_CERT_DIR")
            .env_remove("https_proxy")
            .env_remove("no_proxy")
            .status();
        let status = tokio::time::timeout(SOON * 2, status).await.expect("it ends");
        assert!(
            status.expect("it runs").success(),
            "{exception:?}: what went wrong stands above"
        );
    }
}

#[tokio::test]
#[ignore = "run by the test above, in an environment of its own"]
async fn inside_a_session_with_a_proxy() {
    let home = std::env::var_os(INSIDE).expect("the test above sets it");
    let folder = std::path::Path::new(&home).join("vault");
    let user_agent = doorkey::user_agent::UserAgent::default();
    let client = super::open(
        folder,
        doorkey::vault::KeyStore::memory(),
        None,
        user_agent,
        Some(ISSUER),
    );
    let found = client.examine(Some("op")).expect("it begins").finish().await;
    if std::env::var_os("NO_PROXY").is_some_and(|exception| !exception.is_empty()) {
        assert_eq!(by(&found, CheckId::Proxy), &Detail::Proxy(ProxyDetail::Direct));
        return;
    }
    assert_eq!(by(&found, CheckId::Proxy).word(), "used");
    assert_eq!(by(&found, CheckId::Interception).word(), "only-here");
    assert!(!format!("{found:?}").contains("hunter2"));
}
