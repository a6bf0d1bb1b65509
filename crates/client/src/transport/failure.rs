//! What can go wrong between a request and its answer, told by whose fault and by whether the request may have arrived.

use std::error::Error as StdError;
use std::io;

use http::StatusCode;
use rustls::CertificateError;

/// Why an exchange gave no answer. Holds no URL, header or body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The trust store, an extra root, the proxy or the `User-Agent` cannot be used.
    #[error("the HTTP client cannot be set up")]
    Unusable,
    /// The URL is not https (nor http to a loopback literal where that is allowed), or carries user information.
    #[error("the URL is not one that may be asked")]
    InsecureUrl,
    /// The name was not found or no connection was made. Nothing was sent.
    #[error("the server cannot be reached")]
    Offline,
    /// The deadline passed.
    #[error("the server took too long")]
    TimedOut {
        /// True when not even a connection was made.
        unsent: bool,
    },
    /// The TLS handshake failed. Nothing was sent.
    #[error("no secure connection: {0}")]
    TlsFailed(TlsFailure),
    /// The answer was a redirect; none is followed.
    #[error("the server redirects")]
    RedirectRefused {
        /// True when it leads to another origin, as a captive portal's does.
        elsewhere: bool,
    },
    /// The body is larger than allowed.
    #[error("the answer is too large")]
    TooLarge {
        /// What came before the body.
        status: StatusCode,
    },
    /// The server closed the connection, or refused the request, and says that it has not begun with it.
    #[error("the server turned the request away")]
    TurnedAway,
    /// The proxy wants credentials. Nothing reached the server.
    #[error("the proxy asks for credentials")]
    ProxyAuthRequired,
    /// The request was sent, or may have been, and the connection was lost before the whole answer was here.
    #[error("the connection was lost; the request may have been carried out")]
    OutcomeUnknown,
    /// The answer is not HTTP, or its encoding is broken.
    #[error("the answer is not valid HTTP")]
    Malformed,
}

impl TransportError {
    /// True when the request has certainly not reached the server, so that sending it again cannot send it twice.
    #[must_use]
    pub fn known_unsent(self) -> bool {
        match self {
            Self::Unusable | Self::InsecureUrl | Self::Offline | Self::TlsFailed(_) | Self::ProxyAuthRequired => true,
            Self::TurnedAway => true,
            Self::TimedOut { unsent } => unsent,
            Self::RedirectRefused { .. } | Self::TooLarge { .. } | Self::OutcomeUnknown | Self::Malformed => false,
        }
    }
}

/// Why a TLS handshake failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsFailure {
    /// The certificate is expired.
    #[error("the certificate is expired")]
    Expired,
    /// The certificate is not valid yet; often this computer's clock is wrong.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// The certificate is for another host.
    #[error("the certificate is for another host")]
    WrongHost,
    /// No authority that this system trusts issued it: self-signed, or the traffic is inspected by a stranger.
    #[error("the certificate's issuer is not trusted")]
    UnknownIssuer,
    /// The certificate was revoked.
    #[error("the certificate was revoked")]
    Revoked,
    /// The certificate is wrong in another way: a broken signature, a constraint, an encoding.
    #[error("the certificate is not acceptable")]
    BadCertificate,
    /// The two sides have no protocol version or cipher suite in common.
    #[error("the server offers no protocol version that is still safe")]
    NoCommonProtocol,
    /// The server broke the handshake off or does not speak TLS.
    #[error("the handshake was broken off")]
    HandshakeFailed,
}

/// Everything in an error's chain, also what `io::Error` carries but does not show as its source.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> Vec<&'a (dyn StdError + 'static)> {
    let mut found: Vec<&'a (dyn StdError + 'static)> = Vec::new();
    let mut next = Some(error);
    while let Some(current) = next {
        found.push(current);
        let carried = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match carried {
            Some(inner) => Some(inner),
            None => current.source(),
        };
    }
    found
}

/// What kept an answer from beginning.
pub(super) fn before_the_answer(error: &reqwest::Error) -> TransportError {
    if chain(error).into_iter().any(is_untouched) {
        return TransportError::TurnedAway;
    }
    classify(error)
}

/// Whether this says that the server has not begun with the request, and never will.
fn is_untouched(link: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = link.downcast_ref::<h2::Error>() {
        // RFC 9113 8.7: a stream that is reset with REFUSED_STREAM was closed "prior to any processing having occurred"; and
        // after a GOAWAY no stream above the one that it names was or will be processed. The library gives the error of a
        // GOAWAY to those streams and to no others; the lower ones go on, and end with the connection in another error.
        let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        return error.is_remote() && (refused || error.is_go_away());
    }
    // It was still in the queue when the connection ended: no byte of it was written.
    link.downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_canceled)
}

/// What went wrong once the answer had begun, or at any other time.
pub(super) fn classify(error: &reqwest::Error) -> TransportError {
    let chain = chain(error);
    if let Some(tls) = chain.iter().find_map(|link| link.downcast_ref::<rustls::Error>())
        && error.is_connect()
    {
        return TransportError::TlsFailed(tls_failure(tls));
    }
    if error.is_connect() {
        // The tunnel's error type is not public; its text is, and a test holds it to that.
        if chain
            .iter()
            .any(|link| link.to_string().ends_with("proxy authorization required"))
        {
            return TransportError::ProxyAuthRequired;
        }
        return if error.is_timeout() {
            TransportError::TimedOut { unsent: true }
        } else {
            TransportError::Offline
        };
    }
    if error.is_builder() {
        return TransportError::InsecureUrl;
    }
    if error.is_timeout() {
        return TransportError::TimedOut { unsent: false };
    }
    match chain.iter().find_map(|link| link.downcast_ref::<hyper::Error>()) {
        Some(http) if http.is_parse() => TransportError::Malformed,
        Some(_) => TransportError::OutcomeUnknown,
        // The bytes came whole and their content encoding is broken.
        None if error.is_decode() => TransportError::Malformed,
        None => TransportError::OutcomeUnknown,
    }
}

fn tls_failure(error: &rustls::Error) -> TlsFailure {
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFailure::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsFailure::NotYetValid,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                TlsFailure::WrongHost
            }
            CertificateError::UnknownIssuer => TlsFailure::UnknownIssuer,
            CertificateError::Revoked => TlsFailure::Revoked,
            _ => TlsFailure::BadCertificate,
        },
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(rustls::AlertDescription::ProtocolVersion) => TlsFailure::NoCommonProtocol,
        _ => TlsFailure::HandshakeFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_before_anything_was_sent_count_as_unsent() {
        assert!(TransportError::Offline.known_unsent());
        assert!(TransportError::TimedOut { unsent: true }.known_unsent());
        assert!(TransportError::TlsFailed(TlsFailure::Expired).known_unsent());
        assert!(!TransportError::TimedOut { unsent: false }.known_unsent());
        assert!(!TransportError::OutcomeUnknown.known_unsent());
        assert!(!TransportError::Malformed.known_unsent());
        assert!(TransportError::TurnedAway.known_unsent());
        let status = StatusCode::BAD_REQUEST;
        assert!(!TransportError::TooLarge { status }.known_unsent());
    }

    #[test]
    fn an_error_that_io_wraps_is_still_found() {
        let inner = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let outer = io::Error::new(io::ErrorKind::InvalidData, inner);
        let found = chain(&outer)
            .into_iter()
            .find_map(|link| link.downcast_ref::<rustls::Error>());
        assert_eq!(found.map(tls_failure), Some(TlsFailure::UnknownIssuer));
    }
}
