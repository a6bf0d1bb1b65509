//! A handshake that is looked at: which certificates the server shows, and who believes them.

use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use url::Url;

use super::{BRIEF_IDLE, Lanes, Limits, Proxy, TlsFailure, Transport, TransportError, client, is_loopback};

/// What a server showed of itself.
#[derive(Debug)]
pub struct Witness {
    /// The certificates as the server sent them (DER), its own first.
    pub chain: Vec<Vec<u8>>,
    /// What this system says of them; `Ok` when requests go there.
    pub by_system: Result<(), TlsFailure>,
    /// Whether an authority that browsers trust everywhere stands behind them.
    pub by_public_roots: bool,
}

impl Transport {
    /// Opens a connection of its own to the URL's origin, the way that requests take, and tells what the server showed.
    /// Nothing is sent to a server that the system does not trust.
    ///
    /// # Errors
    /// Those of [`Transport::send`] that happen before the server has shown its certificates.
    pub async fn witness(&self, url: &Url, limits: Limits) -> Result<Witness, TransportError> {
        let mut root = url.clone();
        root.set_path("/");
        root.set_query(None);
        let root = self.inner.accept(root.as_str())?;
        let host = root.host_str().ok_or(TransportError::InsecureUrl)?;
        let host = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
        let recorder = Arc::new(Recorder {
            system: super::system_verifier(&self.inner.extra_roots)?,
            public: public_verifier()?,
            host: host.map_err(|_| TransportError::InsecureUrl)?,
            seen: Mutex::default(),
        });
        let proxy = if is_loopback(&root) {
            Proxy::Direct
        } else {
            self.inner.proxy.clone()
        };
        let tls = super::tls_config(recorder.clone())?;
        // Lanes of its own, which end here: a connection that stands already would show nothing.
        let lanes = Lanes {
            brief: client(&tls, &proxy, BRIEF_IDLE)?,
            steady: client(&tls, &proxy, BRIEF_IDLE)?,
        };
        let mut request = http::Request::new(Vec::new());
        *request.method_mut() = Method::HEAD;
        let exchange = self.inner.exchange_in(&lanes, &root, request, limits, false);
        let met = match tokio::time::timeout(limits.deadline, exchange).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error),
            Err(_) => Some(TransportError::TimedOut { unsent: false }),
        };
        let seen = recorder.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (seen, met) {
            // It showed certificates, and did not prove that they are its own: they say nothing of it.
            (Some(seen), Some(TransportError::TlsFailed(failure))) => Ok(Witness {
                by_system: Err(failure),
                ..seen
            }),
            // The connection stood: whatever came of the request.
            (
                Some(seen),
                None
                | Some(
                    TransportError::RedirectRefused { .. }
                    | TransportError::Malformed
                    | TransportError::TooLarge
                    | TransportError::OutcomeUnknown,
                ),
            ) => Ok(seen),
            (Some(_), Some(error)) | (None, Some(error)) => Err(error),
            (None, None) => Err(TransportError::InsecureUrl),
        }
    }
}

fn public_verifier() -> Result<Arc<WebPkiServerVerifier>, TransportError> {
    let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    WebPkiServerVerifier::builder_with_provider(roots.into(), super::crypto())
        .build()
        .map_err(|_| TransportError::Unusable)
}

/// Decides as the system decides, and notes what it saw.
#[derive(Debug)]
struct Recorder {
    system: Verifier,
    public: Arc<WebPkiServerVerifier>,
    /// A proxy that is spoken to over TLS shows certificates too; they are not asked for.
    host: ServerName<'static>,
    seen: Mutex<Option<Witness>>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self
            .system
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        if *server_name == self.host {
            let public = self
                .public
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
            let chain = std::iter::once(end_entity).chain(intermediates);
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Witness {
                chain: chain.map(|certificate| certificate.to_vec()).collect(),
                by_system: Ok(()),
                by_public_roots: public.is_ok(),
            });
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}
