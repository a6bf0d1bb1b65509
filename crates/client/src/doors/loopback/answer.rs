//! Which request gets which answer.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use doorkey_oidc::Secret;
use http::header::{ALLOW, HOST, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use hyper::body::Incoming;
use hyper::{Request, Response};
use tokio::sync::{mpsc, oneshot, watch};

use super::page::{self, Body, Style};
use super::{Arrival, Pages, Verdict};

/// A request target longer than this is no redirect of ours.
const TARGET_BYTES: usize = 16 * 1024;

/// An address that sends its first caller on.
pub(super) struct Departure {
    /// What stands behind the first slash.
    path: Secret,
    location: HeaderValue,
}

impl Departure {
    /// `None` if `to` cannot stand in a header.
    pub(super) fn new(path: Secret, to: &str) -> Option<Self> {
        let mut location = HeaderValue::from_str(to).ok()?;
        location.set_sensitive(true);
        Some(Self { path, location })
    }
}

/// Answers requests and remembers which pages may be shown.
pub(super) struct Desk {
    /// What the Host header must say, to the letter.
    authority: String,
    /// The path of the redirect URI.
    path: String,
    pages: Pages,
    style: Style,
    arrivals: mpsc::Sender<Arrival>,
    /// Verdicts that were given: only their pages exist.
    given: Mutex<HashSet<Verdict>>,
    departure: Mutex<Option<Departure>>,
    departed: watch::Sender<bool>,
    fetched: watch::Sender<bool>,
    stopped: watch::Sender<bool>,
}

impl Desk {
    pub(super) fn new(authority: String, path: String, pages: Pages, arrivals: mpsc::Sender<Arrival>) -> Self {
        let (fetched, stopped) = (watch::Sender::new(false), watch::Sender::new(false));
        Self {
            authority,
            path,
            pages,
            style: Style::new(),
            arrivals,
            given: Mutex::default(),
            departure: Mutex::default(),
            departed: watch::Sender::new(false),
            fetched,
            stopped,
        }
    }

    /// Waits until the page of a verdict was asked for.
    pub(super) async fn page_was_fetched(&self) {
        let _ = self.fetched.subscribe().wait_for(|fetched| *fetched).await;
    }

    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    pub(super) fn offer(&self, departure: Departure) {
        *self.departure.lock().unwrap_or_else(PoisonError::into_inner) = Some(departure);
    }

    /// Waits until the departure was taken.
    pub(super) async fn departed(&self) {
        let _ = self.departed.subscribe().wait_for(|departed| *departed).await;
    }

    /// Where the caller is sent on to, if this is the address of the departure: once.
    fn depart(&self, path: &str) -> Option<HeaderValue> {
        let path = path.strip_prefix('/')?;
        let mut offered = self.departure.lock().unwrap_or_else(PoisonError::into_inner);
        let departure = offered.take_if(|departure| departure.path.matches(path))?;
        drop(offered);
        self.departed.send_replace(true);
        Some(departure.location)
    }

    pub(super) async fn stopped(&self) {
        let _ = self.stopped.subscribe().wait_for(|stopped| *stopped).await;
    }

    pub(super) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    pub(super) async fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        // A page on another site may have its name lead here (DNS rebinding): it would say its own name as the host.
        if !self.is_for_us(request.headers()) || request.uri().authority().is_some() {
            return self.plain(StatusCode::BAD_REQUEST);
        }
        if request.method() != Method::GET {
            let mut refusal = self.plain(StatusCode::METHOD_NOT_ALLOWED);
            refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
            return refusal;
        }
        let Some(target) = request.uri().path_and_query() else {
            return self.plain(StatusCode::BAD_REQUEST);
        };
        if target.as_str().len() > TARGET_BYTES {
            return self.plain(StatusCode::URI_TOO_LONG);
        }
        if target.path() == self.path {
            return match target.query() {
                Some(query) if !query.is_empty() => self.receive(format!("http://{}{target}", self.authority)).await,
                _ => self.plain(StatusCode::NOT_FOUND),
            };
        }
        if let Some(location) = self.depart(target.as_str()) {
            let mut away = self.plain(StatusCode::SEE_OTHER);
            away.headers_mut().insert(LOCATION, location);
            return away;
        }
        match self
            .given()
            .iter()
            .find(|verdict| page::path(**verdict) == target.as_str())
        {
            Some(&verdict) => {
                self.fetched.send_replace(true);
                self.page(verdict, StatusCode::OK)
            }
            None => self.plain(StatusCode::NOT_FOUND),
        }
    }

    async fn receive(&self, url: String) -> Response<Body> {
        let (verdict, answered) = oneshot::channel();
        // Waits for its turn: among many forged redirects the true one is late, not lost.
        if self.arrivals.send(Arrival { url, verdict }).await.is_err() {
            return self.page(Verdict::Unknown, StatusCode::BAD_REQUEST);
        }
        match answered.await.unwrap_or(Verdict::Failed) {
            Verdict::Unknown => self.page(Verdict::Unknown, StatusCode::BAD_REQUEST),
            verdict => {
                self.given().insert(verdict);
                // To a path without the code, so that neither the address bar nor the history keeps it.
                let mut away = self.plain(StatusCode::SEE_OTHER);
                away.headers_mut()
                    .insert(LOCATION, HeaderValue::from_static(page::path(verdict)));
                away
            }
        }
    }

    fn is_for_us(&self, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(HOST).iter();
        let literal = hosts
            .next()
            .is_some_and(|host| host.as_bytes() == self.authority.as_bytes());
        literal && hosts.next().is_none()
    }

    fn page(&self, verdict: Verdict, status: StatusCode) -> Response<Body> {
        page::response(status, page::html(verdict, &self.pages, &self.style), &self.style)
    }

    fn plain(&self, status: StatusCode) -> Response<Body> {
        page::response(status, String::new(), &self.style)
    }

    fn given(&self) -> std::sync::MutexGuard<'_, HashSet<Verdict>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
