//! The connections that rest between two requests.

use std::time::Duration;

use super::{Proxy, TransportError};

/// How long one TCP connection with its TLS handshake, and that of the proxy, may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// A connection that may speak HTTP/1.1 is not used again after this long: servers close idle ones after five seconds
/// and later, and a code that was written into a closing connection is lost.
const BRIEF_IDLE: Duration = Duration::from_secs(4);

/// A connection known to speak HTTP/2 is kept alive by PING frames for as long as a person may take to sign in.
const STEADY_IDLE: Duration = Duration::from_secs(600);

/// Between two PING frames, and how long the answer to one may take.
const PING_EVERY: Duration = Duration::from_secs(10);

/// All connections that rest.
pub(super) struct Pools {
    /// How often the computer had slept when these were begun.
    pub(super) sleeps: u64,
    /// For loopback hosts: never by a proxy.
    pub(super) near: Lanes,
    /// For all others.
    pub(super) far: Lanes,
}

/// Two pools of connections, because how long one may rest depends on its protocol, and a pool has one limit for both.
#[derive(Clone)]
pub(super) struct Lanes {
    pub(super) brief: reqwest::Client,
    pub(super) steady: reqwest::Client,
}

impl Pools {
    pub(super) fn new(sleeps: u64, tls: &rustls::ClientConfig, proxy: &Proxy) -> Result<Self, TransportError> {
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
            brief: client(tls, proxy, BRIEF_IDLE)?,
            steady: client(tls, proxy, STEADY_IDLE)?,
        })
    }

    /// For one exchange that no connection may outlive.
    pub(super) fn brief(tls: &rustls::ClientConfig, proxy: &Proxy) -> Result<Self, TransportError> {
        let brief = client(tls, proxy, BRIEF_IDLE)?;
        let steady = brief.clone();
        Ok(Self { brief, steady })
    }
}

fn client(tls: &rustls::ClientConfig, proxy: &Proxy, idle: Duration) -> Result<reqwest::Client, TransportError> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .redirect(reqwest::redirect::Policy::none())
        // Repeating is the caller's decision: a code and a rotating refresh token are sent once.
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_WITHIN)
        .pool_idle_timeout(idle)
        .http2_keep_alive_interval(PING_EVERY)
        .http2_keep_alive_timeout(PING_EVERY)
        .http2_keep_alive_while_idle(true)
        .http2_max_header_list_size(64 * 1024);
    let builder = match proxy {
        Proxy::System => builder,
        Proxy::Direct => builder.no_proxy(),
        Proxy::Fixed(url) => builder.proxy(reqwest::Proxy::all(url.as_str()).map_err(|_| TransportError::Unusable)?),
    };
    builder.build().map_err(|_| TransportError::Unusable)
}
