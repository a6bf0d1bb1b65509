//! Requests that the provider or its robot makes itself: over plain HTTP, to a loopback address of this machine and nowhere else.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;
use url::{Host, Url};

/// How long a whole exchange may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

/// Where this URL is, if it is http at an address that stands in it as a loopback literal. A name, `localhost` too, could be resolved to
/// another machine, and so is none.
pub(crate) fn loopback(url: &Url) -> Option<SocketAddr> {
    let ip: IpAddr = match url.host()? {
        Host::Ipv4(ip) => ip.into(),
        Host::Ipv6(ip) => ip.into(),
        Host::Domain(_) => return None,
    };
    let port = url.port_or_known_default()?;
    (url.scheme() == "http" && ip.is_loopback()).then_some(SocketAddr::new(ip, port))
}

/// Sends one request and reads at most `limit` bytes of the answer. A redirect is an answer like any other: it is not followed.
pub(crate) async fn send(method: Method, url: &Url, form: Option<String>, limit: usize) -> Option<Answer> {
    tokio::time::timeout(DEADLINE, exchange(method, url, form, limit))
        .await
        .ok()?
}

async fn exchange(method: Method, url: &Url, form: Option<String>, limit: usize) -> Option<Answer> {
    let address = loopback(url)?;
    let mut request = Request::builder()
        .method(method)
        .uri(&url[url::Position::BeforePath..url::Position::AfterQuery])
        .header(header::HOST, address.to_string())
        .header(header::ACCEPT, "application/json, */*;q=0.5");
    let body = match form {
        Some(form) => {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            Body::from(form)
        }
        None => Body::empty(),
    };
    let stream = TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let exchange = async {
        let response: Response = sender.send_request(request.body(body).ok()?).await.ok()?.map(Body::new);
        let content_type = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok());
        Some(Answer {
            status: response.status(),
            content_type: content_type.unwrap_or_default().to_owned(),
            body: axum::body::to_bytes(response.into_body(), limit).await.ok()?,
        })
    };
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        biased;
        answer = exchange.as_mut() => answer,
        // The other side may close as soon as it has answered: what came is then still to be read.
        _ = connection => exchange.await,
    }
}
