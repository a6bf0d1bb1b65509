//! HTTP to providers. The only module that names `reqwest`.
//!
//! What leaves here goes over https, or over http to a loopback address in development; what comes back is at most as
//! large as the caller allows, counted after decoding, and arrives before one deadline that covers everything. No
//! redirect is followed: an answer to a request that carries a code or a token must come from the host it was sent to.

mod failure;
mod pools;
mod pulse;
mod route;
mod trust;
mod witness;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{LOCATION, USER_AGENT};
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use url::{Host, Url};

pub use self::failure::{TlsFailure, TransportError};
use self::pools::{Connections, Lane, Lanes};
use self::pulse::Pulse;
pub use self::route::{ProxyAddress, Route};
pub use self::witness::Witness;
use crate::clock::Clock;

/// Sent with every request that does not bring a `User-Agent` of its own.
const DEFAULT_USER_AGENT: &str = concat!("doorkey/", env!("CARGO_PKG_VERSION"));

/// What warming a connection may take, all in all.
const WARM_WITHIN: Duration = Duration::from_secs(15);

/// How many origins are remembered; a program talks to a handful.
const REMEMBERED_ORIGINS: usize = 64;

/// Which proxy requests take. Loopback addresses never take one.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// The system's: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, or the settings of Windows and macOS.
    #[default]
    System,
    /// None.
    Direct,
    /// This one.
    Fixed(Url),
}

/// How a [`Transport`] is set up. The default is what a released program wants.
#[derive(Clone, Debug, Default)]
pub struct TransportConfig {
    /// Allows `http` to loopback IP literals. For development and tests.
    pub loopback_http: bool,
    /// Certificates (DER) to trust in addition to the operating system's.
    pub extra_roots: Vec<Vec<u8>>,
    /// The proxy.
    pub proxy: Proxy,
    /// The `User-Agent` header; `doorkey/<version>` when `None`.
    pub user_agent: Option<String>,
    /// The clock by which it is noticed that the computer slept.
    pub clock: Clock,
}

/// What one exchange may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the call to the last byte of the body.
    pub deadline: Duration,
    /// Bytes of the body, counted after decoding.
    pub max_bytes: usize,
}

impl Limits {
    /// For documents of a provider: metadata, keys, tokens, claims. 30 seconds, 1 MiB.
    pub const DOCUMENT: Self = Self {
        deadline: Duration::from_secs(30),
        max_bytes: 1 << 20,
    };
}

/// An HTTP client for providers. Clones share their connections.
#[derive(Clone)]
pub struct Transport {
    inner: Arc<Inner>,
}

struct Inner {
    loopback_http: bool,
    user_agent: HeaderValue,
    proxy: Proxy,
    pulse: Pulse,
    /// None until something is to be sent: a program that only reads what it has kept reads no trust store.
    connections: Mutex<Option<Connections>>,
    extra_roots: Vec<Vec<u8>>,
    /// What is known of the origins that were warmed.
    spoken: Mutex<HashMap<String, Spoken>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoken {
    /// The last answer over the steady lane was HTTP/2.
    Http2,
    /// It was not. Stays so until the program ends: an idle HTTP/1.1 connection may rest in the steady lane.
    Http1,
}

impl Transport {
    /// Builds the client. Opens no connection; the operating system's trust store is read for the first request, and one that
    /// cannot be used is that request's `Unusable`.
    ///
    /// # Errors
    /// [`TransportError::Unusable`] when an extra root, the proxy or the `User-Agent` cannot be used.
    pub fn new(config: TransportConfig) -> Result<Self, TransportError> {
        let user_agent = config.user_agent.as_deref().unwrap_or(DEFAULT_USER_AGENT);
        let user_agent = HeaderValue::from_str(user_agent).map_err(|_| TransportError::Unusable)?;
        let pulse = Pulse::new(config.clock);
        // What the caller brings is tried at once, so that who brought it hears of it.
        let brought = !config.extra_roots.is_empty() || matches!(config.proxy, Proxy::Fixed(_));
        let connections = if brought {
            Some(Connections::new(pulse.sleeps(), &config.extra_roots, &config.proxy)?)
        } else {
            None
        };
        let inner = Inner {
            loopback_http: config.loopback_http,
            user_agent,
            proxy: config.proxy,
            pulse,
            connections: Mutex::new(connections),
            extra_roots: config.extra_roots,
            spoken: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sends one request and reads its whole answer, whatever its status, except a redirect.
    ///
    /// It goes over a connection that rested, if there is one: over HTTP/1.1 one that was used at most four seconds before,
    /// over HTTP/2 one that answered, were it only a PING, at most six seconds before. So a code that comes back from the
    /// browser costs one round trip. One that was turned away from such a connection goes once more over one of its own.
    /// Nothing that may have reached the server is sent again; [`TransportError::known_unsent`] says which failures are
    /// safe to repeat.
    ///
    /// # Errors
    /// Each variant of [`TransportError`] except `Unusable`.
    ///
    /// Spec: RFC 9113 section 8.7
    pub async fn send(&self, request: Request<Vec<u8>>, limits: Limits) -> Result<Response<Vec<u8>>, TransportError> {
        let url = self.inner.accept(&request.uri().to_string())?;
        let lane = match self.inner.spoken(&url) {
            Some(Spoken::Http2) => Lane::Steady,
            _ => Lane::Brief,
        };
        let exchange = async {
            match self.inner.exchange(lane, &url, request.clone(), limits).await {
                Err(TransportError::TurnedAway) => self.inner.exchange(Lane::Apart, &url, request, limits).await,
                done => done,
            }
        };
        within(limits, exchange).await
    }

    /// The same over a connection that is made for this request and ends with it, for what is spent by being sent and is in no
    /// hurry. A network that changed a moment ago, and a server that closes a connection because nobody used it, take nothing
    /// with them then: the handshake has just shown that the server answers. It costs two round trips.
    ///
    /// # Errors
    /// As [`Transport::send`].
    pub async fn send_apart(
        &self,
        request: Request<Vec<u8>>,
        limits: Limits,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let url = self.inner.accept(&request.uri().to_string())?;
        within(limits, self.inner.exchange(Lane::Apart, &url, request, limits)).await
    }

    /// Connects to an origin, so that the next request to it finds a connection: sends `HEAD /` and forgets the answer.
    ///
    /// Over HTTP/2 the connection is then kept for ten minutes; over HTTP/1.1 there is nothing to keep. Best effort:
    /// tells nothing, and takes 15 seconds at most.
    pub async fn warm(&self, origin: &Url) {
        let mut root = origin.clone();
        root.set_path("/");
        root.set_query(None);
        root.set_fragment(None);
        let Ok(url) = self.inner.accept(root.as_str()) else {
            return;
        };
        let Ok(request) = Request::builder()
            .method(Method::HEAD)
            .uri(url.as_str())
            .body(Vec::new())
        else {
            return;
        };
        let limits = Limits {
            deadline: WARM_WITHIN,
            max_bytes: 64 * 1024,
        };
        let exchange = self.inner.exchange(Lane::Steady, &url, request, limits);
        // A redirect and an error status are answers too: the connection stands.
        let outcome = tokio::time::timeout(WARM_WITHIN, exchange).await;
        tracing::debug!(reached = matches!(outcome, Ok(Ok(_))), "warmed a connection");
    }

    /// How often the computer has slept since this was built, as far as it can be noticed.
    pub(crate) fn sleeps(&self) -> u64 {
        self.inner.pulse.sleeps()
    }

    /// The computer slept: somebody noticed it in another way than by its clocks.
    pub(crate) fn slept(&self) {
        self.inner.pulse.slept();
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("loopback_http", &self.inner.loopback_http)
            .finish_non_exhaustive()
    }
}

impl Inner {
    /// Parses and allows a URL, or refuses it.
    fn accept(&self, text: &str) -> Result<Url, TransportError> {
        let url = Url::parse(text).map_err(|_| TransportError::InsecureUrl)?;
        let secure = match url.scheme() {
            "https" => url.host().is_some(),
            // RFC 8252 section 7.3: loopback traffic does not leave the machine. A name (`localhost`) may.
            "http" => self.loopback_http && is_loopback_literal(&url),
            _ => false,
        };
        // User information in a URL ends up in logs, and nothing here needs it.
        if secure && url.username().is_empty() && url.password().is_none() {
            Ok(url)
        } else {
            Err(TransportError::InsecureUrl)
        }
    }

    async fn exchange(
        &self,
        lane: Lane,
        url: &Url,
        request: Request<Vec<u8>>,
        limits: Limits,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let lanes = self.lanes(url)?;
        self.exchange_over(lanes.get(lane), lane, url, request, limits).await
    }

    async fn exchange_over(
        &self,
        client: &reqwest::Client,
        lane: Lane,
        url: &Url,
        request: Request<Vec<u8>>,
        limits: Limits,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let (parts, body) = request.into_parts();
        let mut outgoing = reqwest::Request::new(parts.method, url.clone());
        *outgoing.headers_mut() = parts.headers;
        let own = outgoing.headers_mut().entry(USER_AGENT);
        own.or_insert_with(|| self.user_agent.clone());
        *outgoing.body_mut() = Some(body.into());
        let mut incoming = client
            .execute(outgoing)
            .await
            .map_err(|error| failure::before_the_answer(&error))?;
        if lane == Lane::Steady {
            self.remember(url, incoming.version());
        }
        let status = incoming.status();
        // 304 and 300 carry no order to go elsewhere, yet neither is an answer to anything that is asked here.
        if status.is_redirection() {
            return Err(TransportError::RedirectRefused {
                elsewhere: leads_elsewhere(url, incoming.headers()),
            });
        }
        // From within TLS it is an answer like any other: it comes from the one that was asked.
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED && url.scheme() == "http" {
            return Err(TransportError::ProxyAuthRequired);
        }
        // A length that is stated is believed only to refuse early.
        if incoming
            .content_length()
            .is_some_and(|length| length > limits.max_bytes as u64)
        {
            return Err(TransportError::TooLarge { status });
        }
        let mut whole = Vec::new();
        while let Some(chunk) = incoming.chunk().await.map_err(|error| failure::classify(&error))? {
            if chunk.len() > limits.max_bytes - whole.len() {
                return Err(TransportError::TooLarge { status });
            }
            whole.extend_from_slice(&chunk);
        }
        let mut response = Response::new(whole);
        *response.status_mut() = status;
        *response.version_mut() = incoming.version();
        *response.headers_mut() = std::mem::take(incoming.headers_mut());
        Ok(response)
    }

    /// The pools for a host. After a sleep they are begun anew: a server has long forgotten the connections that rest in
    /// the old ones, and their age, which is counted by a clock that stood still, does not show it.
    fn lanes(&self, url: &Url) -> Result<Lanes, TransportError> {
        let sleeps = self.pulse.sleeps();
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match connections.take() {
            Some(known) => known.awake(sleeps, &self.proxy),
            None => Connections::new(sleeps, &self.extra_roots, &self.proxy)?,
        };
        Ok(connections.insert(known).lanes(is_loopback(url)))
    }

    fn spoken(&self, url: &Url) -> Option<Spoken> {
        let known = self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&url.origin().ascii_serialization()).copied()
    }

    fn remember(&self, url: &Url, version: Version) {
        let mut known = self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = url.origin().ascii_serialization();
        if known.len() >= REMEMBERED_ORIGINS && !known.contains_key(&origin) {
            return;
        }
        let now = if version == Version::HTTP_2 {
            Spoken::Http2
        } else {
            Spoken::Http1
        };
        let entry = known.entry(origin).or_insert(now);
        if now == Spoken::Http1 {
            *entry = Spoken::Http1;
        }
    }
}

async fn within<T>(
    limits: Limits,
    exchange: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    let done = tokio::time::timeout(limits.deadline, exchange).await;
    done.unwrap_or(Err(TransportError::TimedOut { unsent: false }))
}

/// An IP literal of the loopback interface.
fn is_loopback_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    is_loopback_literal(url) || url.host() == Some(Host::Domain("localhost"))
}

/// Whether a `Location` names another origin, as a captive portal's does.
fn leads_elsewhere(from: &Url, headers: &http::HeaderMap) -> bool {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    location
        .and_then(|text| from.join(text).ok())
        .is_some_and(|to| to.origin() != from.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(loopback_http: bool) -> Transport {
        Transport::new(TransportConfig {
            loopback_http,
            ..TransportConfig::default()
        })
        .expect("it can be built")
    }

    #[test]
    fn only_https_is_accepted_unless_development_allows_http_to_loopback_literals() {
        let released = transport(false);
        let developed = transport(true);
        for url in ["http://127.0.0.1:8080/", "http://[::1]/token"] {
            assert_eq!(released.inner.accept(url), Err(TransportError::InsecureUrl), "{url}");
            assert!(developed.inner.accept(url).is_ok(), "{url}");
        }
        for url in [
            "http://localhost:8080/",
            "http://op.example/",
            "http://127.0.0.1.op.example/",
            "http://128.0.0.1/",
            "ftp://op.example/",
            "file:///etc/passwd",
            "/relative",
            "https://user@op.example/",
            "https://:pass@op.example/",
        ] {
            assert_eq!(developed.inner.accept(url), Err(TransportError::InsecureUrl), "{url}");
        }
        assert!(released.inner.accept("https://op.example/token").is_ok());
    }

    #[test]
    fn an_origin_that_once_answered_http1_stays_off_the_steady_lane() {
        let transport = transport(false);
        let url = Url::parse("https://op.example/token").expect("a URL");
        assert_eq!(transport.inner.spoken(&url), None);
        transport.inner.remember(&url, Version::HTTP_2);
        assert_eq!(transport.inner.spoken(&url), Some(Spoken::Http2));
        transport.inner.remember(&url, Version::HTTP_11);
        transport.inner.remember(&url, Version::HTTP_2);
        assert_eq!(transport.inner.spoken(&url), Some(Spoken::Http1));
    }

    #[test]
    fn debug_output_names_no_url() {
        assert_eq!(
            format!("{:?}", transport(true)),
            "Transport { loopback_http: true, .. }"
        );
    }
}
