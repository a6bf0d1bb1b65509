//! Whom connections trust: whom the operating system trusts, and no less is verified.

use std::sync::Arc;

use rustls_platform_verifier::Verifier;

use super::TransportError;

/// Believes whom the operating system believes, and the authorities that are given.
pub(super) fn system_verifier(extra_roots: &[Vec<u8>]) -> Result<Verifier, TransportError> {
    // Roots of one's own are a second trust store on some systems, which is asked only where there are any.
    if extra_roots.is_empty() {
        Verifier::new(crypto())
    } else {
        let roots = extra_roots.iter().cloned().map(rustls::pki_types::CertificateDer::from);
        Verifier::new_with_extra_roots(roots, crypto())
    }
    .map_err(|_| TransportError::Unusable)
}

pub(super) fn crypto() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

pub(super) fn tls_config(
    verifier: Arc<dyn rustls::client::danger::ServerCertVerifier>,
) -> Result<rustls::ClientConfig, TransportError> {
    let mut config = rustls::ClientConfig::builder_with_provider(crypto())
        .with_safe_default_protocol_versions()
        .map_err(|_| TransportError::Unusable)?
        // The platform's own verifier, through the only door rustls has for one: nothing is verified less.
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
