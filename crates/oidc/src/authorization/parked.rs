//! A sign-in as bytes: what is sealed while the person is in the browser.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::ExpectRedirect;
use crate::client::{AssertionAudience, AssertionKey, Authentication, Client};
use crate::dialect::Dialect;
use crate::dpop::{Binding, Binds, ProofKey};
use crate::pkce::Verifier;
use crate::provider::{Issuer, Kind, ProviderMetadata, Transport};
use crate::redirect::RedirectUri;
use crate::tenants::IssuerTemplate;
use crate::trail::Trail;
use crate::{Now, Secret};

impl ExpectRedirect {
    /// The stage as bytes, for sealing and nothing else: they hold the verifier and every key in the clear.
    pub fn to_bytes_for_sealing(&self) -> Zeroizing<Vec<u8>> {
        // All that is exposed here goes into bytes that are sealed and wiped.
        let (method, secret, key) = match &self.client.authentication {
            Authentication::None => (Method::None, None, None),
            Authentication::SecretPost(secret) => (Method::SecretPost, Some(secret.expose().to_owned()), None),
            Authentication::SecretBasic(secret) => (Method::SecretBasic, Some(secret.expose().to_owned()), None),
            Authentication::PrivateKeyJwt(key) => (Method::PrivateKeyJwt, None, Some(ParkedKey::of(key))),
        };
        let parked = Parked {
            metadata: self.metadata.to_json(),
            plain: self.metadata.kind == Kind::AuthorizationServer,
            dialect: self.metadata.dialect.clone(),
            tenants: self
                .metadata
                .tenants
                .as_ref()
                .map(|tenants| tenants.as_str().to_owned()),
            loopback_http: self.metadata.transport == Transport::DangerousLoopbackHttp,
            client_id: self.client.id().to_owned(),
            method,
            client_secret: secret,
            client_key: key,
            redirect_uri: self.redirect_uri.as_str().to_owned(),
            scopes: self.scopes.clone(),
            max_age: self.max_age,
            acr_values: self.acr_values.clone(),
            auth_time_due: self.auth_time_due,
            resources: self.resources.clone(),
            binding: self.binding.as_ref().map(ParkedBinding::of),
            state: self.state.expose().to_owned(),
            nonce: self.nonce.expose().to_owned(),
            verifier: self.verifier.secret().expose().to_owned(),
            begun_at: self.begun_at.0,
        };
        Zeroizing::new(serde_json::to_vec(&parked).expect("a struct of strings and numbers is always JSON"))
    }

    /// The stage from the bytes of [`ExpectRedirect::to_bytes_for_sealing`]. `None` if they are not such bytes.
    pub fn from_sealed_bytes(bytes: &[u8]) -> Option<Self> {
        let mut parked: Parked = serde_json::from_slice(bytes).ok()?;
        let transport = if parked.loopback_http {
            Transport::DangerousLoopbackHttp
        } else {
            Transport::HttpsOnly
        };
        let kind = if parked.plain {
            Kind::AuthorizationServer
        } else {
            Kind::OpenIdProvider
        };
        let issuer = Issuer::new(parked.metadata.get("issuer")?.as_str()?, transport).ok()?;
        let json = serde_json::to_vec(&parked.metadata).ok()?;
        let mut metadata = ProviderMetadata::read_as(kind, &issuer, &json, transport, &mut Trail::unread()).ok()?;
        metadata.dialect = std::mem::take(&mut parked.dialect);
        metadata.tenants = match parked.tenants.take() {
            Some(template) => Some(IssuerTemplate::new(template, transport).ok()?),
            None => None,
        };
        let secret = parked.client_secret.take().map(Secret::new);
        let authentication = match (parked.method, secret, &parked.client_key) {
            (Method::None, None, None) => Authentication::None,
            (Method::SecretPost, Some(secret), None) => Authentication::SecretPost(secret),
            (Method::SecretBasic, Some(secret), None) => Authentication::SecretBasic(secret),
            (Method::PrivateKeyJwt, None, Some(key)) => Authentication::PrivateKeyJwt(key.restore()?),
            _ => return None,
        };
        let binding = match &parked.binding {
            Some(binding) => Some(binding.restore()?),
            None => None,
        };
        Some(Self {
            metadata,
            client: Client::new(std::mem::take(&mut parked.client_id), authentication).ok()?,
            redirect_uri: RedirectUri::restored(std::mem::take(&mut parked.redirect_uri)).ok()?,
            scopes: std::mem::take(&mut parked.scopes),
            max_age: parked.max_age,
            acr_values: std::mem::take(&mut parked.acr_values),
            auth_time_due: parked.auth_time_due,
            resources: std::mem::take(&mut parked.resources),
            binding,
            state: Secret::new(std::mem::take(&mut parked.state)),
            nonce: Secret::new(std::mem::take(&mut parked.nonce)),
            verifier: Verifier::restore(std::mem::take(&mut parked.verifier)),
            begun_at: Now(parked.begun_at),
        })
    }
}

/// The form of a parked sign-in. Its secrets are wiped when it is dropped. What was added later has a default, so that a
/// sign-in which was begun before an update can be completed after it.
#[derive(Serialize, Deserialize)]
struct Parked {
    metadata: serde_json::Value,
    #[serde(default)]
    plain: bool,
    #[serde(default)]
    dialect: Dialect,
    #[serde(default)]
    tenants: Option<String>,
    loopback_http: bool,
    client_id: String,
    method: Method,
    client_secret: Option<String>,
    #[serde(default)]
    client_key: Option<ParkedKey>,
    redirect_uri: String,
    scopes: Vec<String>,
    max_age: Option<u64>,
    acr_values: Vec<String>,
    #[serde(default)]
    auth_time_due: bool,
    #[serde(default)]
    resources: Vec<String>,
    #[serde(default)]
    binding: Option<ParkedBinding>,
    state: String,
    nonce: String,
    verifier: String,
    begun_at: i64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Method {
    None,
    SecretPost,
    SecretBasic,
    PrivateKeyJwt,
}

impl Drop for Parked {
    fn drop(&mut self) {
        self.client_secret.zeroize();
        self.state.zeroize();
        self.nonce.zeroize();
        self.verifier.zeroize();
    }
}

/// The key that a client authenticates with.
#[derive(Serialize, Deserialize)]
struct ParkedKey {
    pkcs8: String,
    kid: Option<String>,
    audience: AssertionAudience,
}

impl ParkedKey {
    fn of(key: &AssertionKey) -> Self {
        Self {
            pkcs8: URL_SAFE_NO_PAD.encode(&*key.to_bytes_for_sealing()),
            kid: key.kid().map(str::to_owned),
            audience: key.audience(),
        }
    }

    fn restore(&self) -> Option<AssertionKey> {
        let pkcs8 = Zeroizing::new(URL_SAFE_NO_PAD.decode(&self.pkcs8).ok()?);
        AssertionKey::from_pkcs8(&pkcs8, self.kid.clone(), self.audience).ok()
    }
}

impl Drop for ParkedKey {
    fn drop(&mut self) {
        self.pkcs8.zeroize();
    }
}

/// The key that tokens are bound to.
#[derive(Serialize, Deserialize)]
struct ParkedBinding {
    pkcs8: String,
    binds: Binds,
}

impl ParkedBinding {
    fn of(binding: &Binding) -> Self {
        Self {
            pkcs8: URL_SAFE_NO_PAD.encode(&*binding.key.to_bytes_for_sealing()),
            binds: binding.binds,
        }
    }

    fn restore(&self) -> Option<Binding> {
        let pkcs8 = Zeroizing::new(URL_SAFE_NO_PAD.decode(&self.pkcs8).ok()?);
        Some(Binding {
            key: ProofKey::from_sealed_bytes(&pkcs8)?.into(),
            binds: self.binds,
        })
    }
}

impl Drop for ParkedBinding {
    fn drop(&mut self) {
        self.pkcs8.zeroize();
    }
}
