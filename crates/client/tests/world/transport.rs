//! The transport, against servers that are a few lines each.

use std::time::Duration;

use doorkey::transport::{Limits, Transport, TransportConfig, TransportError};
use http::Request;

use crate::wire::Server;

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
async fn a_redirect_is_refused_and_not_followed() {
    let server = Server::answering("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n").await;
    let refused = transport()
        .send(request(&server.url("/")), LIMITS)
        .await
        .expect_err("refused");
    assert_eq!(refused, TransportError::RedirectRefused { elsewhere: false });
}
