//! A handshake that is looked at: which certificates the server shows, and who believes them.

use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use url::Url;

use super::pools::{self, Lane};
use super::trust;
use super::{Limits, Proxy, TlsFailure, Transport, TransportError, is_loopback};

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
            system: trust::system_verifier(&self.inner.extra_roots)?,
            public: public_verifier()?,
            host: host.map_err(|_| TransportError::InsecureUrl)?,
            seen: Mutex::default(),
        });
        let proxy = if is_loopback(&root) {
            Proxy::Direct
        } else {
            self.inner.proxy.clone()
        };
        let tls = trust::tls_config(recorder.clone())?;
        // A connection that stands already would show nothing.
        let client = pools::client(&tls, &proxy, None)?;
        let mut request = http::Request::new(Vec::new());
        *request.method_mut() = Method::HEAD;
        let exchange = self.inner.exchange_over(&client, Lane::Apart, &root, request, limits);
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
                    | TransportError::TooLarge { .. }
                    | TransportError::TurnedAway
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
    WebPkiServerVerifier::builder_with_provider(roots.into(), trust::crypto())
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

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

    use super::*;

    #[test]
    fn what_the_system_says_is_the_verdict_and_what_the_public_roots_say_is_noted() {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        let leaf = CertificateParams::new(vec!["op.example".to_owned()]).expect("parameters");
        let key = KeyPair::generate().expect("a key");
        let leaf = leaf.signed_by(&key, &authority).expect("signed");
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).expect("a root");
        let public_too = WebPkiServerVerifier::builder_with_provider(roots.into(), super::trust::crypto())
            .build()
            .expect("built");
        let host = || ServerName::try_from("op.example").expect("a name");
        for (trusted_here, public, name, expected) in [
            (true, public_too.clone(), "op.example", (true, Some(true))),
            (
                true,
                public_verifier().expect("built"),
                "op.example",
                (true, Some(false)),
            ),
            (false, public_too.clone(), "op.example", (false, Some(true))),
            (true, public_too, "proxy.example", (false, None)),
        ] {
            let extra = if trusted_here {
                vec![authority.der().to_vec()]
            } else {
                Vec::new()
            };
            let recorder = Recorder {
                system: super::trust::system_verifier(&extra).expect("built"),
                public,
                host: host(),
                seen: Mutex::default(),
            };
            let name = ServerName::try_from(name).expect("a name");
            let verdict = recorder.verify_server_cert(leaf.der(), &[], &name, &[], UnixTime::now());
            let seen = recorder.seen.into_inner().expect("not poisoned");
            assert_eq!((verdict.is_ok(), seen.map(|seen| seen.by_public_roots)), expected);
        }
    }
}
