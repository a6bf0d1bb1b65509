//! TLS with a certificate authority that is made at the start and thrown away at the end, and with certificates that
//! nobody should accept.

use crate::builder::StartError;
use crate::faults::Fault;
use crate::provider::Provider;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, OnceLock};
use tokio_rustls::TlsAcceptor;

/// What listens over TLS.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The PEM of the authority to trust.
    pub(crate) ca: String,
    certificates: Arc<Certificates>,
}

impl Tls {
    /// Lets the provider's faults choose the certificate.
    pub(crate) fn governed_by(&self, provider: &Arc<Provider>) {
        // Called once, right after the provider is made.
        let _ = self.certificates.provider.set(Arc::clone(provider));
    }
}

/// The right certificate and the wrong ones, by the name of the fault's variant.
#[derive(Debug)]
struct Certificates {
    right: Arc<CertifiedKey>,
    wrong: Vec<(&'static str, Arc<CertifiedKey>)>,
    provider: OnceLock<Arc<Provider>>,
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let fault = self.provider.get().and_then(|op| op.faults.take(Fault::NetTlsBad));
        let wrong = fault.and_then(|variant| self.wrong.iter().find(|(name, _)| *name == variant));
        Some(Arc::clone(wrong.map_or(&self.right, |(_, certificate)| certificate)))
    }
}

/// Makes an authority and all certificates; with `http1_only`, HTTP/2 is not offered.
pub(crate) fn prepare(http1_only: bool) -> Result<Tls, StartError> {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let (issuer, ca) = authority("mock-op throw-away test authority")?;
    let (unknown, _) = authority("an authority that nobody knows")?;
    let good = || leaf(&["127.0.0.1", "::1", "localhost"]);

    let key = KeyPair::generate()?;
    let right = certified(&crypto, good()?.signed_by(&key, &issuer)?.der().clone(), &key)?;
    let mut wrong = Vec::new();
    for variant in Fault::NetTlsBad.variants() {
        let key = KeyPair::generate()?;
        let mut params = good()?;
        let certificate = match *variant {
            "self-signed" => params.self_signed(&key)?,
            "unknown-ca" => params.signed_by(&key, &unknown)?,
            "wrong-host" => leaf(&["another.example"])?.signed_by(&key, &issuer)?,
            "expired" => {
                params.not_before = date_time_ymd(2001, 1, 1);
                params.not_after = date_time_ymd(2002, 1, 1);
                params.signed_by(&key, &issuer)?
            }
            _ => {
                params.not_before = date_time_ymd(2200, 1, 1);
                params.not_after = date_time_ymd(2201, 1, 1);
                params.signed_by(&key, &issuer)?
            }
        };
        wrong.push((*variant, certified(&crypto, certificate.der().clone(), &key)?));
    }

    let certificates = Arc::new(Certificates {
        right,
        wrong,
        provider: OnceLock::new(),
    });
    let mut config = rustls::ServerConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&certificates) as Arc<dyn ResolvesServerCert>);
    config.alpn_protocols = match http1_only {
        true => vec![b"http/1.1".to_vec()],
        false => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
    };
    // A resumed session shows no certificate, so a wrong one would go unseen.
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Tls {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        ca,
        certificates,
    })
}

fn authority(name: &str) -> Result<(Issuer<'static, KeyPair>, String), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let pem = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), pem))
}

fn leaf(names: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, "mock-op");
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn certified(
    crypto: &CryptoProvider,
    certificate: rustls::pki_types::CertificateDer<'static>,
    key: &KeyPair,
) -> Result<Arc<CertifiedKey>, rustls::Error> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Ok(Arc::new(CertifiedKey::from_der(vec![certificate], key, crypto)?))
}
