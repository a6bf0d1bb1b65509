//! The page with the trial link, which the browser is sent to: one page on the loopback interface, without script.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use http::header::HOST;
use http::{Method, StatusCode};
use hyper::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use url::Url;

use crate::doors::loopback::page::{Body, Style, response};

/// The one path that has a page.
const PATH: &str = "/doctor";

/// A connection may stay this long.
const CONNECTION_WITHIN: Duration = Duration::from_secs(10);

/// A page that is there until this is dropped.
pub(super) struct Page {
    url: Url,
    shown: watch::Receiver<bool>,
    serving: AbortHandle,
}

struct Desk {
    authority: String,
    html: String,
    style: Style,
    shown: watch::Sender<bool>,
}

impl Page {
    pub(super) async fn open(html: String) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        // RFC 8252 section 8.3: the IP literal, for a name may be resolved to somebody else's interface.
        let authority = listener.local_addr()?.to_string();
        let url = Url::parse(&format!("http://{authority}{PATH}")).map_err(|_| io::ErrorKind::Other)?;
        let (sender, shown) = watch::channel(false);
        let desk = Arc::new(Desk {
            authority,
            html,
            style: Style::new(),
            shown: sender,
        });
        let serving = tokio::spawn(serve(listener, desk)).abort_handle();
        Ok(Self { url, shown, serving })
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether a browser has asked for it.
    pub(super) fn was_shown(&self) -> bool {
        *self.shown.borrow()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    // Dropped with this task, and all that is in it is hung up on.
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(tokio::time::timeout(CONNECTION_WITHIN, talk(stream, desk.clone())));
            }
            // No descriptors left: let others run, go on.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn talk(stream: TcpStream, desk: Arc<Desk>) {
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let answer = desk.answer(request.method(), request.uri(), request.headers());
        async move { Ok::<_, std::convert::Infallible>(answer) }
    });
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(CONNECTION_WITHIN)
        .max_buf_size(32 * 1024)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

impl Desk {
    fn answer(&self, method: &Method, uri: &http::Uri, headers: &http::HeaderMap) -> Response<Body> {
        let plain = |status| response(status, String::new(), &self.style);
        // A page on another site may have its name lead here (DNS rebinding): it would say its own name as the host.
        let mut hosts = headers.get_all(HOST).iter();
        let literal = hosts
            .next()
            .is_some_and(|host| host.as_bytes() == self.authority.as_bytes());
        if !literal || hosts.next().is_some() {
            return plain(StatusCode::BAD_REQUEST);
        }
        if method != Method::GET {
            return plain(StatusCode::METHOD_NOT_ALLOWED);
        }
        if uri.path_and_query().is_none_or(|target| target.as_str() != PATH) {
            return plain(StatusCode::NOT_FOUND);
        }
        self.shown.send_replace(true);
        response(StatusCode::OK, self.html.clone(), &self.style)
    }
}
