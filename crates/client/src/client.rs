//! The client: what a program opens once and signs people in with.

mod accounts;
mod examination;
mod flows;
mod keeping;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use tokio::sync::broadcast;
use url::Url;

use crate::clock::Clock;
use crate::inner::Inner;
use crate::link_handler::LinkHandler;
use crate::parked;
use crate::providers::{Provider, Registration};
use crate::sessions;
use crate::user_agent::UserAgent;
use crate::vault::KeyStore;
use crate::{Error, registered, upkeep};

/// What a client is opened with.
#[derive(Debug)]
pub struct ClientConfig {
    /// The program's name, as in "return to Doorkey".
    pub app_name: String,
    /// The program's private-use URI scheme, a domain name in reverse: `dev.doorkey.desktop`.
    pub scheme: String,
    /// The folder for sealed records.
    pub folder: PathBuf,
    /// The name under which the key lies in the keychain.
    pub keychain_service: String,
    /// Where the key lies.
    pub key_store: KeyStore,
    /// The providers, in the order to show.
    pub providers: Vec<Provider>,
    /// Allows http to loopback addresses. For development and tests.
    pub dangerous_loopback_http: bool,
    /// Whether people may sign in by a code that they enter on another screen, should they ask to. A policy that fears for the phishing
    /// of such codes (RFC 8628 section 5.4) says no.
    pub allow_device: bool,
    /// The https URL under which this program publishes what [`Client::client_id_document`] writes. Providers that take such ids know it by
    /// that URL, and nothing is registered there.
    ///
    /// Spec: CIMD section 3
    pub client_id_document: Option<String>,
    /// Origins that `fetch` may send an access token to.
    pub fetch_origins: Vec<String>,
    /// Who handles links of our scheme on this system; `None` where links are not used.
    pub link_handler: Option<LinkHandler>,
    /// How the browser is opened.
    pub user_agent: UserAgent,
    /// Where the time comes from.
    pub clock: Clock,
}

/// Something changed. What it is now is to be read from the client.
#[derive(Clone, Debug)]
pub enum Event {
    /// The sign-in that is shown moved on, or was put away.
    Flow,
    /// The accounts changed.
    Accounts,
    /// The providers changed.
    Providers,
    /// Where secrets are kept changed.
    Keeping,
    /// Something to tell the person once.
    Notice(Error),
    /// The number of revocations that wait to be delivered changed.
    Revocations,
    /// The provider says that the browser's session has ended, as it was asked to. The account was signed out here before.
    BrowserSessionEnded {
        /// The provider's name.
        provider_name: String,
    },
    /// A sign-in was completed or refused in the browser: the window should come to the front.
    Returned,
}

/// Signs people in and keeps their sessions. Clones are the same client.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

impl Client {
    /// Opens a client. Reads no keychain yet; [`Client::ready`] does.
    ///
    /// Errors: `Misconfigured` for a scheme that is none, `StorageFull` if the folder cannot be made, `Offline` if no
    /// HTTP client can be set up.
    pub fn open(config: ClientConfig) -> Result<Self, Error> {
        Ok(Self {
            inner: Arc::new(Inner::open(config)?),
        })
    }

    /// Finds out where secrets can be kept, and reads the accounts. For a program that is gone in a moment: what is past is swept, and what
    /// waits to be delivered is delivered, by those that stay.
    pub async fn ready_to_read(&self) {
        self.inner.vault().hurry().await;
        self.inner.read_all().await;
        // What an earlier run began and could not finish, before anybody sees the account once more.
        sessions::revocations::finish_interrupted_sign_outs(&self.inner).await;
    }

    /// Finds out where secrets can be kept, reads the accounts, and sweeps what is past.
    pub async fn ready(&self) {
        self.inner.read_all().await;
        let records = self.inner.records().await;
        if let Err(error) = parked::sweep(records, self.inner.clock.now()).await {
            tracing::warn!(%error, "past sign-ins could not be swept");
        }
        if self.inner.index.is_empty()
            && let Err(error) = self.inner.forget_flows_and_key().await
        {
            tracing::warn!(%error, "a key that nothing needs could not be deleted");
        }
        // What an earlier run began and could not finish, before anybody sees the account once more.
        sessions::revocations::finish_interrupted_sign_outs(&self.inner).await;
        // What an earlier run could not deliver.
        sessions::revocations::begin(&self.inner);
    }

    /// Hears of changes. A watcher first reads the state, then follows; one that is too slow reads the state anew.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events()
    }

    /// The program's name.
    pub fn app_name(&self) -> &str {
        &self.inner.app_name
    }

    /// Looks at the providers.
    pub fn with_providers<T>(&self, look: impl FnOnce(&[Provider]) -> T) -> T {
        look(&self.inner.providers.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Renews sessions shortly before they expire, looks for a keychain that was missing and for accounts that other processes
    /// changed, and delivers the revocations that wait, until the last clone of this client is dropped.
    pub async fn keep_fresh(&self) {
        let inner = Arc::downgrade(&self.inner);
        tokio::join!(
            sessions::keep_fresh(&inner),
            sessions::keep_delivering(&inner),
            upkeep::run(&inner)
        );
    }

    /// Reads the accounts anew if another process has signed somebody in or out.
    ///
    /// Errors: those of the vault.
    pub async fn follow_other_processes(&self) -> Result<(), Error> {
        upkeep::follow_other_processes(&self.inner).await
    }

    /// Waits until the browser has the pages of sign-ins that are over, five seconds at most, and until one that was sent to a provider
    /// to sign out has left, or come back: as long as that is waited for. For a program that ends now.
    pub async fn pages_shown(&self) {
        self.inner.pages_shown().await;
    }

    /// The schemes that links to this program have: its own, and those that are made of a provider's client id.
    pub fn link_schemes(&self) -> Vec<String> {
        let mut schemes = vec![self.inner.scheme.clone()];
        self.with_providers(|all| {
            schemes.extend(
                all.iter()
                    .filter_map(|p| p.for_link(&self.inner.scheme))
                    .map(|(_, scheme)| scheme),
            );
        });
        schemes.sort();
        schemes.dedup();
        schemes
    }

    /// Uses a client with a provider from now on.
    ///
    /// Errors: `Misconfigured` for what cannot be a client or a provider that is not known.
    pub async fn configure(&self, provider: &str, registration: Registration) -> Result<(), Error> {
        registered::configure(&self.inner, provider, registration).await
    }

    /// Opens the page of a provider on which a client is registered.
    ///
    /// Errors: `Misconfigured(Provider)` if there is none, `BrowserUnavailable`.
    pub async fn open_registration(&self, provider: &str) -> Result<(), Error> {
        let console = |known: &Provider| known.preset.registration.console_url.clone();
        self.open_page(provider, console).await
    }

    /// Opens the provider's own page of connected apps in the browser.
    ///
    /// Errors: `Misconfigured(Provider)` for a provider that is not known or has no such page; `BrowserUnavailable`.
    pub async fn open_connected_apps(&self, provider: &str) -> Result<(), Error> {
        self.open_page(provider, |known| known.preset.connected_apps_url.clone())
            .await
    }

    async fn open_page(&self, provider: &str, page: impl FnOnce(&Provider) -> Option<String>) -> Result<(), Error> {
        let url = self.inner.provider(provider, page)?;
        let url = url.and_then(|url| Url::parse(&url).ok());
        let url = url.ok_or(Error::Misconfigured(doorkey_oidc::Misconfiguration::Provider))?;
        self.inner.user_agent.open(&url, false).await?;
        Ok(())
    }
}
