//! Client ID metadata documents that are fetched.

use crate::app::{self, exchange, params_of, request, token, url_of};
use mock_op::MockOp;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A web server that gives one answer, and counts how often.
struct Site {
    url: String,
    asked: Arc<AtomicUsize>,
}

/// Publishes what `answer` makes of the document's URL: a whole HTTP response.
async fn publish(answer: impl Fn(&str) -> Vec<u8>) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/client.json", listener.local_addr().unwrap());
    let (answer, asked) = (answer(&url), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"\r\n\r\n") && stream.read_buf(&mut bytes).await.unwrap() > 0 {}
            let _ = stream.write_all(&answer).await;
        }
    });
    Site { url, asked }
}

fn response(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes()
}

fn document(id: &str, more: &str) -> String {
    format!(
        r#"{{"client_id":"{id}","client_name":"Published app","token_endpoint_auth_method":"none",
             "redirect_uris":["com.example.app:/callback"]{more}}}"#
    )
}

fn good(url: &str) -> Vec<u8> {
    response("200 OK", "application/json", &document(url, ""))
}

/// The answer of the authorization endpoint to this client.
async fn first_page(op: &MockOp, id: &str, redirect_uri: &str) -> (u16, String) {
    let mut request = request();
    request.extend([("client_id", id.to_owned()), ("redirect_uri", redirect_uri.into())]);
    let response = app::http().get(url_of(op, &request)).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn a_client_is_what_its_document_says_and_the_document_is_fetched_once() {
    let op = MockOp::builder().client_id_documents().start().await.unwrap();
    let site = publish(good).await;
    let (status, page) = first_page(&op, &site.url, app::REDIRECT).await;
    assert!(status == 200 && page.contains("Published app"), "{page}");
    let mut request = request();
    request.insert("client_id", site.url.clone());
    let redirect = op.robot().sign_in(&url_of(&op, &request)).await.unwrap();
    let mut form = exchange(&params_of(&redirect)["code"]);
    form.insert("client_id", site.url.clone());
    let (status, body) = token(&op, &form).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(app::claims_of(app::text(&body, "id_token"))["aud"], site.url);
    assert_eq!(
        first_page(&op, &site.url, "com.example.other:/callback").await.0,
        400,
        "only what the document has"
    );
    assert_eq!(site.asked.load(Ordering::SeqCst), 1);
    op.clock().advance(300);
    assert_eq!(first_page(&op, &site.url, app::REDIRECT).await.0, 200);
    assert_eq!(
        site.asked.load(Ordering::SeqCst),
        2,
        "five minutes later it is looked at again"
    );
}

#[tokio::test]
async fn a_document_that_is_no_good_names_nobody() {
    let op = MockOp::builder().client_id_documents().start().await.unwrap();
    let other = publish(good).await;
    for (what, site) in [
        (
            "another id",
            publish(|_| response("200 OK", "application/json", &document("https://a.example/c", ""))).await,
        ),
        (
            "a secret",
            publish(|url| response("200 OK", "application/json", &document(url, r#","client_secret":"s""#))).await,
        ),
        (
            "not JSON",
            publish(|_| response("200 OK", "application/json", "<html>")).await,
        ),
        (
            "another type",
            publish(|url| response("200 OK", "text/html", &document(url, ""))).await,
        ),
        (
            "an error",
            publish(|url| response("404 Not Found", "application/json", &document(url, ""))).await,
        ),
        (
            "too large",
            publish(|url| {
                let padding = format!(r#","padding":"{}""#, "x".repeat(11 * 1024));
                response("200 OK", "application/json", &document(url, &padding))
            })
            .await,
        ),
        ("no answer", publish(|_| Vec::new()).await),
    ] {
        assert_eq!(first_page(&op, &site.url, app::REDIRECT).await.0, 400, "{what}");
        assert_eq!(first_page(&op, &site.url, app::REDIRECT).await.0, 400, "{what}");
        assert_eq!(
            site.asked.load(Ordering::SeqCst),
            2,
            "{what}: an error is not remembered"
        );
    }
    // A redirect is not followed, though a good document is there.
    let location = format!(
        "HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        other.url
    );
    let site = publish(|_| location.clone().into_bytes()).await;
    assert_eq!(first_page(&op, &site.url, app::REDIRECT).await.0, 400);
    assert_eq!(other.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn nothing_is_fetched_by_a_provider_that_does_not_take_documents_and_its_metadata_say_so() {
    let site = publish(good).await;
    let op = MockOp::start().await.unwrap();
    assert_eq!(first_page(&op, &site.url, app::REDIRECT).await.0, 400);
    assert_eq!(site.asked.load(Ordering::SeqCst), 0);
    let with = MockOp::builder().client_id_documents().start().await.unwrap();
    for (op, takes) in [(&op, false), (&with, true)] {
        let metadata = app::get(&format!("{}/.well-known/openid-configuration", op.issuer())).await;
        assert_eq!(metadata["client_id_metadata_document_supported"], takes);
    }
}

#[tokio::test]
async fn nothing_is_fetched_from_anywhere_but_a_loopback_literal() {
    let op = MockOp::builder().client_id_documents().start().await.unwrap();
    let site = publish(|_| response("200 OK", "application/json", "{}")).await;
    let port = url::Url::parse(&site.url).unwrap().port().unwrap();
    for host in ["localhost", "127.1", "user@127.0.0.1"] {
        let id = format!("http://{host}:{port}/client.json");
        assert_eq!(first_page(&op, &id, app::REDIRECT).await.0, 400, "{id}");
    }
    assert_eq!(site.asked.load(Ordering::SeqCst), 0);
}
