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
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
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
                        None => answer(stream, connection, router, watcher).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                answer(stream, connection, router, watcher).await;
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

async fn answer<S>(stream: S, connection: Connection, router: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(connection);
            // A router's own error type has no value.
            let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            if response.extensions().get::<Hangup>().is_some() {
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(response)
        }
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    // How a connection ends is the client's affair, or a fault's.
    let _ = watcher.watch(connection.into_owned()).await;
}
