//! Options of a provider, and its start.

mod settings;

use crate::call::Issuer;
use crate::chances::Chances;
use crate::clients::{self, Client, default_clients};
use crate::clock::{Clock, DETERMINISTIC_NOW};
use crate::documents::Documents;
use crate::endpoints;
use crate::faults::{Armed, Faults};
use crate::grants::{ACCESS_SECONDS, Grants};
use crate::hold::Holds;
use crate::journal::Journal;
use crate::keys::{Alg, KeyRing};
use crate::named_issuer::NamedIssuer;
use crate::news::News;
use crate::op::MockOp;
use crate::people::{Person, default_people};
use crate::plug::Line;
use crate::profile::Profile;
use crate::provider::Provider;
use crate::random::Random;
use crate::under_way::UnderWay;
use crate::{server, tls};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Why a provider did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A mock provider signs anyone in as anybody, so it is for this machine only.
    #[error("{0} is not a loopback address: a mock provider listens on 127.0.0.1 or ::1 only")]
    NotLoopback(IpAddr),
    /// The address could not be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The throw-away authority's certificate could not be written.
    #[error("cannot write the authority's certificate to {path}")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
}

/// Options of a provider.
#[derive(Debug)]
pub struct Builder {
    address: SocketAddr,
    behind: Option<SocketAddr>,
    alg: Alg,
    tls: bool,
    http1_only: bool,
    closes_idle: Option<Duration>,
    ca_file: Option<PathBuf>,
    show_secrets: bool,
    deterministic: bool,
    limit: usize,
    dpop_nonces: bool,
    pushed_only: bool,
    takes_documents: bool,
    acr_values: Vec<String>,
    device_interval: i64,
    api_wants_dpop: bool,
    profile_in_id_token: bool,
    profile: Profile,
    people: Vec<Person>,
    clients: Vec<Client>,
    named_issuers: Vec<NamedIssuer>,
    armed: Vec<Armed>,
    random_faults: Option<(u64, u32)>,
    pages: bool,
    token_seconds: i64,
    rotates: Option<bool>,
    now: Option<i64>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            behind: None,
            alg: Alg::Es256,
            tls: false,
            http1_only: false,
            closes_idle: None,
            ca_file: None,
            show_secrets: false,
            deterministic: false,
            limit: 10_000,
            dpop_nonces: true,
            pushed_only: false,
            takes_documents: false,
            acr_values: Vec::new(),
            device_interval: 5,
            api_wants_dpop: false,
            profile_in_id_token: false,
            profile: Profile::Strict,
            people: default_people(),
            clients: default_clients(),
            named_issuers: Vec::new(),
            armed: Vec::new(),
            random_faults: None,
            pages: true,
            token_seconds: ACCESS_SECONDS,
            rotates: None,
            now: None,
        }
    }
}

impl Builder {
    /// The ID Token has the claims that the scopes give, as many providers do it; without this UserInfo alone has them.
    ///
    /// Spec: OIDC Core 1.0 section 5.4
    #[must_use]
    pub fn profile_in_id_token(mut self) -> Self {
        self.profile_in_id_token = true;
        self
    }

    /// The small resource server takes access tokens that are bound to a key only, and its metadata say so.
    ///
    /// Spec: RFC 9728 section 2 (`dpop_bound_access_tokens_required`)
    #[must_use]
    pub fn api_wants_dpop(mut self) -> Self {
        self.api_wants_dpop = true;
        self
    }

    /// Where to listen; 127.0.0.1 and a free port unless told otherwise. Loopback only.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Names itself by this address and not by the one that it listens at: something stands before it that passes bytes on.
    #[must_use]
    pub fn behind(mut self, address: SocketAddr) -> Self {
        self.behind = Some(address);
        self
    }

    /// The algorithm of ID Tokens; ES256 unless told otherwise.
    #[must_use]
    pub fn alg(mut self, alg: Alg) -> Self {
        self.alg = alg;
        self
    }

    /// Serves https, with HTTP/2, under an authority that is made now and written to [`MockOp::ca_file`].
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// The same, with the authority's certificate written here.
    #[must_use]
    pub fn tls_with_ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.tls = true;
        self.ca_file = Some(path.into());
        self
    }

    /// Seconds between two polls of a device; 5 unless told otherwise.
    ///
    /// Spec: RFC 8628 section 3.2
    #[must_use]
    pub fn device_interval(mut self, seconds: i64) -> Self {
        self.device_interval = seconds;
        self
    }

    /// With TLS: offers HTTP/1.1 alone.
    #[must_use]
    pub fn http1_only(mut self) -> Self {
        self.http1_only = true;
        self
    }

    /// Closes connections over which nothing was asked for so long, in good order; PING frames do not count.
    #[must_use]
    pub fn closes_idle(mut self, after: Duration) -> Self {
        self.closes_idle = Some(after);
        self
    }

    /// Keeps codes, verifiers and tokens as they are in the journal, and gives them out by [`MockOp::secrets`].
    #[must_use]
    pub fn show_secrets(mut self) -> Self {
        self.show_secrets = true;
        self
    }

    /// Random values and times are the same in every run; with EdDSA the signatures too.
    #[must_use]
    pub fn deterministic(mut self) -> Self {
        self.deterministic = true;
        self
    }

    /// How many requests, codes, tokens and sessions are remembered, of each; 10,000 unless told otherwise.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Takes DPoP proofs without a nonce of this provider (RFC 9449 section 8); without this they need one.
    #[must_use]
    pub fn without_dpop_nonces(mut self) -> Self {
        self.dpop_nonces = false;
        self
    }

    /// Takes no authorization request but pushed ones, and says so in its metadata (RFC 9126 section 5).
    #[must_use]
    pub fn pushed_requests_only(mut self) -> Self {
        self.pushed_only = true;
        self
    }

    /// Be like this provider, at the root. Each profile is an issuer of its own too: `issuer_named("google")`.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// One more person. One of the same id is replaced.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.people.retain(|p| p.id != person.id);
        self.people.push(person);
        self
    }

    /// One more client. One of the same id is replaced.
    #[must_use]
    pub fn client(mut self, client: Client) -> Self {
        self.clients.retain(|c| c.id != client.id);
        self.clients.push(client);
        self
    }

    /// The authentication context classes that can be reached, and no others; the first is reached without being asked for. Without this any is
    /// reached that is asked for. An essential one that is not here is an error.
    ///
    /// Spec: OIDC Core 1.0 section 5.5.1.1
    #[must_use]
    pub fn acr_values_supported(mut self, values: &[&str]) -> Self {
        self.acr_values = values.iter().map(|value| (*value).to_owned()).collect();
        self
    }

    /// Takes the URL of a document about a client as its id, and says so in its metadata. A document on a loopback address (`http://127.0.0.1:PORT/...`)
    /// is fetched; from anywhere else nothing is: such a document is given with [`Builder::client_id_document`].
    ///
    /// Spec: draft-ietf-oauth-client-id-metadata-document
    #[must_use]
    pub fn client_id_documents(mut self) -> Self {
        self.takes_documents = true;
        self
    }

    /// One more client, whose id is the URL of a document about it: this one, as it would be published there. Nothing is fetched for it.
    ///
    /// Spec: draft-ietf-oauth-client-id-metadata-document
    #[must_use]
    pub fn client_id_document(mut self, url: &str, document: &str) -> Self {
        self.takes_documents = true;
        match clients::of_document(url, document) {
            Some(client) => self.client(client),
            // As one that is published wrong: the provider does not know the client.
            None => self,
        }
    }

    /// Starts it on the runtime of the caller.
    ///
    /// # Errors
    /// The address is not loopback or is taken; with TLS, the certificate could not be made or written.
    pub async fn start(self) -> Result<MockOp, StartError> {
        if !self.address.ip().is_loopback() {
            return Err(StartError::NotLoopback(self.address.ip()));
        }
        let (listener, address) = listen(self.address).await?;
        let (second, second_address) = listen(SocketAddr::new(self.address.ip(), 0)).await?;
        let tls = if self.tls {
            Some(tls::prepare(self.http1_only)?)
        } else {
            None
        };
        let ca = match &tls {
            Some(tls) => Some(CaFile::write(&tls.ca, self.ca_file)?),
            None => None,
        };
        let scheme = if self.tls { "https" } else { "http" };
        let random = Random::new(self.deterministic);
        let mut quirks = self.profile.quirks();
        quirks.rotates = self.rotates.unwrap_or(quirks.rotates);
        if self.profile_in_id_token {
            quirks.id_token_scopes = &["profile", "email", "address", "phone"];
        }
        let faults = Faults::default();
        for armed in self.armed {
            faults.arm(armed);
        }
        let origin = format!("{scheme}://{}", self.behind.unwrap_or(address));
        let provider = Arc::new(Provider {
            root: Issuer {
                path: "".into(),
                url: origin.as_str().into(),
                slash: quirks.slash,
            },
            dpop_nonces: self.dpop_nonces,
            pushed_only: self.pushed_only,
            takes_documents: self.takes_documents,
            acr_values: self.acr_values,
            documents: Documents::new(self.limit),
            dpop_secret: random.handle(),
            origin,
            elsewhere: format!("http://{second_address}"),
            alg: self.alg,
            keys: KeyRing::new(self.alg, self.deterministic),
            random,
            clock: Clock::new(self.now.or(self.deterministic.then_some(DETERMINISTIC_NOW))),
            people: self.people,
            clients: RwLock::new(self.clients.into_iter().map(Arc::new).collect()),
            registrations: Mutex::default(),
            grants: Mutex::new(Grants::new(self.limit)),
            journal: Journal::new(self.show_secrets, self.limit),
            faults,
            chances: Chances::new(self.random_faults),
            chosen: AtomicBool::new(false),
            named_issuers: self.named_issuers,
            pages: self.pages,
            token_seconds: self.token_seconds,
            news: News::default(),
            holds: Holds::default(),
            under_way: UnderWay::default(),
            limit: self.limit,
            quirks,
            device_interval: self.device_interval,
            api_wants_dpop: self.api_wants_dpop,
        });
        if let Some(tls) = &tls {
            tls.governed_by(&provider);
        }
        let acceptor = tls.map(|tls| tls.acceptor);
        let line = Line {
            address,
            acceptor: acceptor.clone(),
            closes_idle: self.closes_idle,
            cut: None,
        };
        let (stop, stopped) = watch::channel(false);
        let router = endpoints::router(Arc::clone(&provider));
        let trap = endpoints::elsewhere(Arc::clone(&provider));
        let tasks = vec![
            tokio::spawn(server::serve(
                listener,
                acceptor,
                router,
                self.closes_idle,
                stopped.clone(),
            )),
            tokio::spawn(server::serve(second, None, trap, None, stopped)),
        ];
        Ok(MockOp {
            provider,
            stop,
            tasks,
            line,
            ca,
        })
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Where the authority's certificate is. A file of our own choosing is removed at the end.
#[derive(Debug)]
pub(crate) enum CaFile {
    Ours(tempfile::NamedTempFile),
    Theirs(PathBuf),
}

impl CaFile {
    fn write(pem: &str, path: Option<PathBuf>) -> Result<Self, StartError> {
        use std::io::Write;
        match path {
            Some(path) => match std::fs::write(&path, pem) {
                Ok(()) => Ok(Self::Theirs(path)),
                Err(source) => Err(StartError::CaFile { path, source }),
            },
            None => {
                let failed = |source| StartError::CaFile {
                    path: std::env::temp_dir(),
                    source,
                };
                let mut file = tempfile::Builder::new()
                    .prefix("mock-op-ca-")
                    .suffix(".pem")
                    .tempfile()
                    .map_err(failed)?;
                file.write_all(pem.as_bytes()).map_err(failed)?;
                Ok(Self::Ours(file))
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Ours(file) => file.path(),
            Self::Theirs(path) => path,
        }
    }
}
