//! The provider that is asked, and what every question to it shares.

use std::time::Duration;

use doorkey_oidc::discovery;
use doorkey_oidc::provider::{Issuer, Transport as Schemes};
use http::{Method, Request, Response};
use url::Url;

use super::name::Name;
use crate::Error;
use crate::clock::Clock;
use crate::transport::{Limits, Transport, TransportError, is_loopback};

/// How long one question may take.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A provider and the way to it.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) transport: Transport,
    pub(super) issuer: Issuer,
    pub(super) schemes: Schemes,
    /// Our own time.
    pub(super) clock: Clock,
    /// Where its metadata is.
    pub(super) url: Url,
}

impl Target {
    pub(super) fn new(transport: Transport, issuer: &str, schemes: Schemes, clock: Clock) -> Result<Self, Error> {
        let issuer = Issuer::new(issuer, schemes)?;
        let request = discovery::metadata_request(&issuer, schemes)?;
        let wrong = doorkey_oidc::Misconfiguration::Issuer;
        let url = Url::parse(&request.uri().to_string()).map_err(|_| Error::Misconfigured(wrong))?;
        Ok(Self {
            transport,
            issuer,
            schemes,
            clock,
            url,
        })
    }

    /// Whether it is on this computer.
    pub(super) fn is_near(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Its host, as a name to show.
    pub(super) fn host(&self) -> Name {
        Name::new(self.url.host_str().unwrap_or_default())
    }

    /// Asks for the head of its metadata: a question that changes nothing and that every server answers somehow.
    pub(super) async fn ask_head(&self) -> Result<Response<Vec<u8>>, TransportError> {
        let mut request = Request::new(Vec::new());
        *request.method_mut() = Method::HEAD;
        *request.uri_mut() = self.url.as_str().parse().map_err(|_| TransportError::InsecureUrl)?;
        let limits = Limits {
            deadline: ANSWER_WITHIN,
            max_bytes: discovery::METADATA_LIMIT,
        };
        self.transport.send(request, limits).await
    }
}
