//! Whether the provider answers, and answers as an OpenID Provider: name, connection, TLS, metadata.

use std::time::{Duration, Instant};

use doorkey_oidc::{Misbehaviour, discovery};
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use tokio::net::TcpStream;
use url::Host;

use super::detail::{CheckId, ReachabilityDetail as Detail};
use super::finding::{Finding, Reason};
use super::name::Name;
use super::target::{ANSWER_WITHIN, Target};
use crate::transport::{Limits, Route, TlsFailure, TransportError};

/// How long it may take to find out at which stage it fails.
const STAGE_WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn examine(target: &Target) -> Finding {
    let host = target.host();
    let Ok(request) = discovery::metadata_request(&target.issuer, target.schemes) else {
        return Detail::NotAnIssuer.into();
    };
    let limits = Limits {
        deadline: ANSWER_WITHIN,
        max_bytes: discovery::METADATA_LIMIT,
    };
    let began = Instant::now();
    let answer = match target.transport.send(request, limits).await {
        Ok(answer) => answer,
        Err(error) => return failed(target, host, error).await,
    };
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    if is_portal(&answer) {
        return Detail::CaptivePortal { host }.into();
    }
    // OIDC Discovery 4.2: a successful answer has status 200.
    if answer.status() != StatusCode::OK {
        let status = u64::from(answer.status().as_u16());
        return Detail::ErrorStatus { host, status }.into();
    }
    match discovery::receive_metadata(&target.issuer, target.schemes, &answer) {
        Ok(_) => Detail::Reached { host, milliseconds }.into(),
        Err(doorkey_oidc::Error::Misbehaved(rule)) => Detail::NotAProvider { host, rule }.into(),
        Err(doorkey_oidc::Error::Unsupported(what)) => Detail::NotSupported { host, what }.into(),
        Err(doorkey_oidc::Error::Misconfigured(_)) => Detail::NotAnIssuer.into(),
        Err(_) => Finding::not_checked(CheckId::Reachability, Reason::Failed),
    }
}

async fn failed(target: &Target, host: Name, error: TransportError) -> Finding {
    match error {
        TransportError::Offline | TransportError::TimedOut { unsent: true } => stage(target, host).await,
        TransportError::TimedOut { unsent: false } => Detail::Slow { host },
        TransportError::TlsFailed(failure) => match failure {
            TlsFailure::Expired => Detail::CertificateExpired { host },
            TlsFailure::NotYetValid => Detail::CertificateTooEarly { host },
            TlsFailure::WrongHost => Detail::CertificateForAnother { host },
            TlsFailure::UnknownIssuer => Detail::CertificateNotTrusted { host },
            TlsFailure::Revoked => Detail::CertificateRevoked { host },
            TlsFailure::BadCertificate => Detail::CertificateWrong { host },
            TlsFailure::NoCommonProtocol => Detail::TlsTooOld { host },
            TlsFailure::HandshakeFailed => Detail::TlsBrokenOff { host },
        },
        // A network that wants a log-in first sends everyone to its own page.
        TransportError::RedirectRefused { elsewhere: true } => Detail::CaptivePortal { host },
        TransportError::RedirectRefused { elsewhere: false } => Detail::NotAProvider {
            host,
            rule: Misbehaviour::RedirectRefused,
        },
        TransportError::TooLarge { .. } => Detail::NotAProvider {
            host,
            rule: Misbehaviour::ResponseTooLarge,
        },
        TransportError::Malformed => Detail::NotAProvider {
            host,
            rule: Misbehaviour::ResponseMalformed,
        },
        TransportError::ProxyAuthRequired => Detail::ProxyInTheWay { host },
        TransportError::OutcomeUnknown | TransportError::TurnedAway => Detail::Lost { host },
        TransportError::InsecureUrl => Detail::NotAnIssuer,
        TransportError::Unusable => return Finding::not_checked(CheckId::Reachability, Reason::Failed),
    }
    .into()
}

/// No connection was made: at which stage it failed.
async fn stage(target: &Target, host: Name) -> Detail {
    // Behind a proxy, names and connections are the proxy's.
    if target.transport.route(&target.url) != Route::Direct {
        return Detail::ProxyInTheWay { host };
    }
    let (Some(name), Some(port)) = (target.url.host(), target.url.port_or_known_default()) else {
        return Detail::NotAnIssuer;
    };
    let bare = target.url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    if matches!(name, Host::Domain(_)) {
        let looking = tokio::net::lookup_host((bare, port));
        let found = tokio::time::timeout(STAGE_WITHIN, looking).await;
        if !found.is_ok_and(|found| found.is_ok_and(|mut addresses| addresses.next().is_some())) {
            return Detail::NameNotFound { host };
        }
    }
    let connecting = TcpStream::connect((bare, port));
    match tokio::time::timeout(STAGE_WITHIN, connecting).await {
        // Now it takes the connection, and a moment ago it did not, or dropped it.
        Ok(Ok(_)) => Detail::Lost { host },
        _ => Detail::NotConnected {
            host,
            port: u64::from(port),
        },
    }
}

/// A web page where JSON was due. RFC 6585 section 6: 511 says so itself.
fn is_portal(answer: &Response<Vec<u8>>) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    let says_html = kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with(b"text/html"));
    let is_html = answer.body().trim_ascii_start().starts_with(b"<");
    answer.status() == StatusCode::NETWORK_AUTHENTICATION_REQUIRED
        || (answer.status().is_success() && (says_html || is_html))
}
