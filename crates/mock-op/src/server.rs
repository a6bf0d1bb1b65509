//! Listening and answering: HTTP/1.1, and over TLS HTTP/2 too.

use crate::answer::Hangup;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::io;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// How long a stop waits for answers that are under way.
const GRACE: Duration = Duration::from_secs(2);

/// Accepts until told to stop, then lets answers under way finish for a moment. Dropping the future ends all at once.
/// A connection over which nothing was asked for `closes_idle` is closed in good order, whatever PING frames it sends.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    closes_idle: Option<Duration>,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // An error here is about one connection (or about file handles): the next may do.
                let Ok((stream, _)) = accepted else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let _ = stream.set_nodelay(true);
                number += 1;
                let connection = Connection(number);
                let (router, tls, watcher) = (router.clone(), tls.clone(), graceful.watcher());
                connections.spawn(async move {
                    match tls {
                        None => answer(stream, connection, router, closes_idle, watcher).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                answer(stream, connection, router, closes_idle, watcher).await;
                            }
                        }
                    }
                });
            }
            Some(_) = connections.join_next() => {}
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

/// Which connection a request came over, counted from 1.
#[derive(Clone, Copy, Default)]
pub(crate) struct Connection(pub(crate) u64);

async fn answer<S>(stream: S, connection: Connection, router: Router, closes_idle: Option<Duration>, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (under_way, asked) = watch::channel(0_usize);
    let counts = closes_idle.is_some();
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let router = router.clone();
        let under_way = under_way.clone();
        async move {
            if counts {
                under_way.send_modify(|number| *number += 1);
            }
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(connection);
            // A router's own error type has no value.
            let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            if counts {
                under_way.send_modify(|number| *number -= 1);
            }
            if response.extensions().get::<Hangup>().is_some() {
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(response)
        }
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    // How a connection ends is the client's affair, or a fault's.
    let Some(limit) = closes_idle else {
        let _ = watcher.watch(connection).await;
        return;
    };
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = idle(asked, limit) => {}
    }
    // Over HTTP/2 this says GOAWAY first (RFC 9113 section 6.8).
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Ends when nothing was asked for so long.
async fn idle(mut asked: watch::Receiver<usize>, limit: Duration) {
    loop {
        let at_rest = *asked.borrow_and_update() == 0;
        let limit = if at_rest { limit } else { Duration::MAX };
        match tokio::time::timeout(limit, asked.changed()).await {
            Err(_) => return,
            Ok(Ok(())) => {}
            // The connection has ended.
            Ok(Err(_)) => std::future::pending().await,
        }
    }
}
