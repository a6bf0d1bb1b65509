//! The connections that rest between two requests.

use std::sync::Arc;
use std::time::Duration;

use super::{Proxy, TransportError, trust};

/// How long one TCP connection with its TLS handshake, and that of the proxy, may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// A connection that may speak HTTP/1.1 is not used again after this long: servers close idle ones after five seconds
/// and later, and a code that was written into a closing connection is lost.
const BRIEF_IDLE: Duration = Duration::from_secs(4);

/// A connection known to speak HTTP/2 is kept alive by PING frames for as long as a person may take to sign in.
const STEADY_IDLE: Duration = Duration::from_secs(600);

/// Between the last frame from a server and a PING, and how long the answer to it may take. Whatever is sent over a connection
/// that rested goes over one that answered at most the sum of both ago: a network that changed is noticed so soon, also
/// without a sleep. Short, for a code may be sent over it without asking once more, which would cost a round trip.
const PING_AFTER: Duration = Duration::from_secs(3);
const PONG_WITHIN: Duration = Duration::from_secs(3);

/// Whom to trust, and the connections that rest.
pub(super) struct Connections {
    tls: rustls::ClientConfig,
    pools: Pools,
}

/// All connections that rest.
struct Pools {
    /// How often the computer had slept when these were begun.
    sleeps: u64,
    /// For loopback hosts: never by a proxy.
    near: Lanes,
    /// For all others.
    far: Lanes,
}

/// Which connection a request goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// One that rests, if it has not rested for long.
    Brief,
    /// One that was warmed and speaks HTTP/2, however long ago it was used.
    Steady,
    /// One that is made for it, and ends with it.
    Apart,
}

/// Pools of connections: how long one may rest depends on its protocol, and a pool has one limit for all that it holds.
#[derive(Clone)]
pub(super) struct Lanes {
    brief: reqwest::Client,
    steady: reqwest::Client,
    apart: reqwest::Client,
}

impl Connections {
    /// Reads the trust store.
    pub(super) fn new(sleeps: u64, extra_roots: &[Vec<u8>], proxy: &Proxy) -> Result<Self, TransportError> {
        let tls = trust::tls_config(Arc::new(trust::system_verifier(extra_roots)?))?;
        let pools = Pools::new(sleeps, &tls, proxy)?;
        Ok(Self { tls, pools })
    }

    /// These, or others if the computer slept since they were made.
    pub(super) fn awake(mut self, sleeps: u64, proxy: &Proxy) -> Self {
        if self.pools.sleeps != sleeps
            && let Ok(fresh) = Pools::new(sleeps, &self.tls, proxy)
        {
            tracing::debug!("the computer slept: connections are made anew");
            self.pools = fresh;
        }
        self
    }

    /// Those for loopback hosts, or for all others.
    pub(super) fn lanes(&self, near: bool) -> Lanes {
        if near { &self.pools.near } else { &self.pools.far }.clone()
    }
}

impl Pools {
    fn new(sleeps: u64, tls: &rustls::ClientConfig, proxy: &Proxy) -> Result<Self, TransportError> {
        Ok(Self {
            sleeps,
            near: Lanes::new(tls, &Proxy::Direct)?,
            far: Lanes::new(tls, proxy)?,
        })
    }
}

impl Lanes {
    fn new(tls: &rustls::ClientConfig, proxy: &Proxy) -> Result<Self, TransportError> {
        Ok(Self {
            brief: client(tls, proxy, Some(BRIEF_IDLE))?,
            steady: client(tls, proxy, Some(STEADY_IDLE))?,
            apart: client(tls, proxy, None)?,
        })
    }

    pub(super) fn get(&self, lane: Lane) -> &reqwest::Client {
        match lane {
            Lane::Brief => &self.brief,
            Lane::Steady => &self.steady,
            Lane::Apart => &self.apart,
        }
    }
}

/// A client whose connections rest for at most this long; with `None` each is used for one request.
pub(super) fn client(
    tls: &rustls::ClientConfig,
    proxy: &Proxy,
    idle: Option<Duration>,
) -> Result<reqwest::Client, TransportError> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .redirect(reqwest::redirect::Policy::none())
        // Repeating is the caller's decision: a code and a rotating refresh token are sent once.
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_WITHIN)
        .pool_idle_timeout(idle)
        .pool_max_idle_per_host(if idle.is_some() { usize::MAX } else { 0 })
        // A connection that was made for one request needs no proof that it is alive, and a network that stands still for a
        // moment should not cost the answer.
        .http2_keep_alive_interval(idle.map(|_| PING_AFTER))
        .http2_keep_alive_timeout(PONG_WITHIN)
        .http2_keep_alive_while_idle(true)
        .http2_max_header_list_size(64 * 1024);
    let builder = match proxy {
        Proxy::System => builder,
        Proxy::Direct => builder.no_proxy(),
        Proxy::Fixed(url) => builder.proxy(reqwest::Proxy::all(url.as_str()).map_err(|_| TransportError::Unusable)?),
    };
    builder.build().map_err(|_| TransportError::Unusable)
}
