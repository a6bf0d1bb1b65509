//! The loopback door: a listener on 127.0.0.1 and `[::1]` that waits for one redirect and lets nothing else end the wait.
//!
//! Spec: RFC 8252 section 7.3, section 8.3

mod answer;
pub(crate) mod page;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use doorkey_oidc::Secret;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use self::answer::{Departure, Desk};

/// A browser that connects before it has something to ask says nothing for a while; then it is hung up on.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// From the accepted connection to its end: the code is exchanged meanwhile.
const CONNECTION_WITHIN: Duration = Duration::from_secs(120);

/// Connections at a time; more wait to be accepted.
const MOST_CONNECTIONS: usize = 64;

/// Request line and header fields together, in bytes.
const HEAD_BYTES: usize = 32 * 1024;

/// Header fields. A browser sends about fifteen.
const MOST_FIELDS: usize = 100;

/// How often another ephemeral port is tried when the one that was given is taken on the other address.
const PORT_ATTEMPTS: usize = 32;

/// How long the listener stays after the verdict, so that its page still loads.
const STAY: Duration = Duration::from_secs(5);

/// Which ports a provider lets a loopback redirect come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ports {
    /// Any port, as RFC 8252 section 7.3 wants it.
    Any,
    /// Only these, in the order to try them.
    Listed(Vec<u16>),
}

/// How the redirect URI names this machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoopbackHost {
    /// `127.0.0.1`.
    ///
    /// Spec: RFC 8252 section 8.3
    #[default]
    Literal,
    /// `localhost`, for a provider that takes nothing else. A browser may look for it on either address; both are ours.
    Localhost,
}

/// What the pages in the browser say and offer.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The program's name, as in "return to Doorkey".
    pub app_name: String,
    /// A link that brings the program to the front: `<scheme>:/`, without anything secret. No button when `None`.
    pub open_link: Option<String>,
}

/// What became of a redirect, for the browser to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The person is signed in.
    SignedIn,
    /// They, or the provider, said no.
    Refused,
    /// It did not work.
    Failed,
    /// The sign-in was used before.
    Used,
    /// It waited too long.
    Expired,
    /// It was cancelled.
    Cancelled,
    /// The session at the provider has ended.
    SignedOut,
    /// Its `state` is none of ours: answered with 400, and the wait goes on.
    Unknown,
}

/// Why no door could be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoorError {
    /// The path is not an absolute path of plain characters, or the list of ports is empty or names port 0.
    #[error("the redirect path or the ports cannot be used")]
    Misconfigured,
    /// Each port that may be used is taken on 127.0.0.1 or `[::1]`.
    #[error("every port that may be used is taken")]
    PortsTaken,
    /// The system lets nobody listen on the loopback interface.
    #[error("the loopback interface cannot be listened on")]
    Refused,
}

/// A redirect that came in.
pub struct Arrival {
    /// The whole URL as it was received. It carries the code.
    pub url: String,
    verdict: oneshot::Sender<Verdict>,
}

impl Arrival {
    /// Tells the browser what became of it. An arrival that is dropped without an answer counts as failed.
    pub fn answer(self, verdict: Verdict) {
        // The browser may be gone; nothing hangs on its page.
        let _ = self.verdict.send(verdict);
    }
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Arrival([redacted])")
    }
}

/// An open door. Dropping it closes it.
pub struct LoopbackDoor {
    redirect_uri: String,
    arrivals: mpsc::Receiver<Arrival>,
    desk: Arc<Desk>,
    serving: Serving,
}

impl LoopbackDoor {
    /// Listens on 127.0.0.1, and on `[::1]` where the machine has it, on one port that nobody else has on either.
    ///
    /// `path` is that of the redirect URI, `/callback/google`.
    ///
    /// # Errors
    /// See [`DoorError`].
    ///
    /// Spec: RFC 8252 section 7.3
    pub async fn open(ports: Ports, path: &str, pages: Pages) -> Result<Self, DoorError> {
        Self::open_as(LoopbackHost::Literal, ports, path, pages).await
    }

    /// As [`Self::open`], with a choice of the host in the redirect URI. Requests that name another host are refused.
    ///
    /// # Errors
    /// See [`DoorError`].
    pub async fn open_as(host: LoopbackHost, ports: Ports, path: &str, pages: Pages) -> Result<Self, DoorError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        if !path.starts_with('/') || !path.bytes().all(plain) {
            return Err(DoorError::Misconfigured);
        }
        let (listeners, port) = listen(&ports)?;
        let authority = match host {
            // RFC 8252 section 8.3: the IP literal, for a name may be resolved to somebody else's interface.
            LoopbackHost::Literal => format!("127.0.0.1:{port}"),
            LoopbackHost::Localhost => format!("localhost:{port}"),
        };
        let redirect_uri = format!("http://{authority}{path}");
        let (sender, arrivals) = mpsc::channel(1);
        let desk = Arc::new(Desk::new(authority, path.to_owned(), pages, sender));
        let serving = Serving(tokio::spawn(serve(listeners, desk.clone())));
        Ok(Self {
            redirect_uri,
            arrivals,
            desk,
            serving,
        })
    }

    /// The redirect URI to send to the provider, with the IP literal and the port.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Opens one more address, of an unguessable path, whose first caller is sent on to `to` and which is gone then. So a browser
    /// gets a URL with a secret in it that no program sees among another's arguments.
    ///
    /// Errors: [`DoorError::Misconfigured`] if `to` cannot stand in a header.
    pub(crate) fn lead_away(&self, path: Secret, to: &str) -> Result<String, DoorError> {
        // Exposed to the address that the browser is given: it works once, and for as long as this door is open.
        let address = format!("http://{}/{}", self.desk.authority(), path.expose());
        let away = Departure::new(path, to).ok_or(DoorError::Misconfigured)?;
        self.desk.offer(away);
        Ok(address)
    }

    /// Waits until the address of [`Self::lead_away`] was used.
    pub(crate) fn departed(&self) -> impl Future<Output = ()> + use<> {
        let desk = self.desk.clone();
        async move { desk.departed().await }
    }

    /// Waits for the next redirect. `None` when the system took the listener away.
    pub async fn next(&mut self) -> Option<Arrival> {
        tokio::select! {
            arrival = self.arrivals.recv() => arrival,
            () = self.serving.ended() => None,
        }
    }

    /// Closes the door. When this returns the port is free, and browsers that still waited are hung up on.
    pub async fn close(mut self) {
        self.serving.0.abort();
        self.serving.ended().await;
    }

    /// Closes the door once the page of the last verdict was fetched, and after five seconds in any case. New redirects are
    /// turned away from now on.
    pub fn close_later(self) -> JoinHandle<()> {
        let Self {
            arrivals,
            desk,
            mut serving,
            ..
        } = self;
        drop(arrivals);
        tokio::spawn(async move {
            let _ = tokio::time::timeout(STAY, desk.page_was_fetched()).await;
            desk.stop();
            // The page that is being written goes out; then the listener goes.
            let _ = tokio::time::timeout(STAY, serving.ended()).await;
        })
    }
}

impl fmt::Debug for LoopbackDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackDoor")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

/// The task that accepts connections; it ends with its owner.
struct Serving(JoinHandle<()>);

impl Serving {
    /// Waits until the listener is gone; at once when it is gone already.
    async fn ended(&mut self) {
        // A handle may not be asked again once it has answered.
        if !self.0.is_finished() {
            let _ = (&mut self.0).await;
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Listeners {
    v4: TcpListener,
    v6: Option<TcpListener>,
}

fn listen(ports: &Ports) -> Result<(Listeners, u16), DoorError> {
    let mut failure = DoorError::PortsTaken;
    match ports {
        Ports::Any => {
            for _ in 0..PORT_ATTEMPTS {
                match listen_on(0) {
                    Ok(listening) => return Ok(listening),
                    Err(error) => failure = told(&error),
                }
            }
        }
        Ports::Listed(listed) => {
            if listed.is_empty() || listed.contains(&0) {
                return Err(DoorError::Misconfigured);
            }
            for &port in listed {
                match listen_on(port) {
                    Ok(listening) => return Ok(listening),
                    Err(error) => failure = told(&error),
                }
            }
        }
    }
    Err(failure)
}

fn told(error: &io::Error) -> DoorError {
    if error.kind() == io::ErrorKind::AddrInUse {
        DoorError::PortsTaken
    } else {
        DoorError::Refused
    }
}

fn listen_on(port: u16) -> io::Result<(Listeners, u16)> {
    let v4 = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), TcpSocket::new_v4()?)?;
    let port = v4.local_addr()?.port();
    // Where a name or a page leads to `[::1]`, nobody else may stand behind our port number.
    let v6 = match TcpSocket::new_v6().and_then(|socket| bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port)), socket)) {
        Ok(listener) => Some(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        // No IPv6 on this machine, so nobody else has it either.
        Err(_) => None,
    };
    Ok((Listeners { v4, v6 }, port))
}

/// Binds without the address reuse flag, which on some systems lets a second program listen on the same port.
fn bind(address: SocketAddr, socket: TcpSocket) -> io::Result<TcpListener> {
    // Linux never lets two sockets listen on one port by this flag. It only takes back a listed port from the connections of
    // the last sign-in, which linger for a minute.
    #[cfg(target_os = "linux")]
    socket.set_reuseaddr(address.port() != 0)?;
    socket.bind(address)?;
    socket.listen(128)
}

async fn serve(listeners: Listeners, desk: Arc<Desk>) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(place) = room.clone().acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = accept(&listeners) => accepted,
            () = desk.stopped() => break,
        };
        match accepted {
            Ok(stream) => {
                let desk = desk.clone();
                connections.spawn(async move {
                    let _ = tokio::time::timeout(CONNECTION_WITHIN, talk(stream, desk)).await;
                    drop(place);
                });
            }
            // The connection was gone before it was accepted, or there are no descriptors left: let others run, go on.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    drop(listeners);
    // Pages that are being written go out.
    while connections.join_next().await.is_some() {}
}

async fn accept(listeners: &Listeners) -> io::Result<TcpStream> {
    let accepted = match &listeners.v6 {
        Some(v6) => tokio::select! {
            accepted = listeners.v4.accept() => accepted,
            accepted = v6.accept() => accepted,
        },
        None => listeners.v4.accept().await,
    };
    accepted.map(|(stream, _)| stream)
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, desk: Arc<Desk>) {
    let service = service_fn(|request| {
        let desk = desk.clone();
        async move { Ok::<_, std::convert::Infallible>(desk.answer(&request).await) }
    });
    let talked = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .max_headers(MOST_FIELDS)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if talked.is_err() {
        tracing::trace!("a connection to the loopback door ended early");
    }
}

/// What a connection with these bytes on it brings: for the fuzz targets.
#[cfg(fuzzing)]
pub(crate) async fn arrival_of(bytes: &[u8]) -> Option<String> {
    use tokio::io::AsyncWriteExt as _;
    let (sender, mut arrivals) = mpsc::channel(1);
    let pages = Pages {
        app_name: "Fuzzed".to_owned(),
        open_link: None,
    };
    let desk = Desk::new("127.0.0.1:49152".to_owned(), "/callback/op".to_owned(), pages, sender);
    let (mut browser, door) = tokio::io::duplex(64 * 1024);
    let asked = async {
        let _ = browser.write_all(bytes).await;
        let _ = browser.shutdown().await;
        // What is answered is read away, so that the door never waits for room.
        let _ = tokio::io::copy(&mut browser, &mut tokio::io::sink()).await;
    };
    let arrived = async {
        let arrival = arrivals.recv().await?;
        let url = arrival.url.clone();
        arrival.answer(Verdict::SignedIn);
        Some(url)
    };
    let (_, _, url) = tokio::join!(talk(door, Arc::new(desk)), asked, arrived);
    url
}
