//! The client: what a program opens once and signs people in with.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use doorkey_oidc::authorization::AuthorizationUrl;
use doorkey_oidc::provider::Transport as Schemes;
use doorkey_oidc::redirect::StateKey;
use tokio::sync::{Notify, OnceCell, broadcast};
use url::Url;

use crate::flow::{Browser, FlowId, FlowStatus, Receipt, SignIn, Stage};
use crate::known::Known;
use crate::link_handler::LinkHandler;
use crate::parked::{self, Parked, Tombstone};
use crate::providers::{Provider, Registration};
use crate::records::{Keeping, Records};
use crate::sessions::{self, Account, AccountId, Index, SignOutReport};
use crate::transport::{Transport, TransportConfig};
use crate::user_agent::UserAgent;
use crate::vault::{KeyStore, RecordKind, Vault, VaultConfig};
use crate::{Error, begin, clock, complete, error, fetch, picture, registered};

/// How many events a watcher may be behind before it has to read the state anew.
const EVENTS: usize = 64;

/// How long it counts that an API refused a token that was made for it, in seconds.
const REFUSAL_COUNTS: i64 = 60;

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
    /// Origins that `fetch` may send an access token to.
    pub fetch_origins: Vec<String>,
    /// Who handles links of our scheme on this system; `None` where links are not used.
    pub link_handler: Option<LinkHandler>,
    /// How the browser is opened.
    pub user_agent: UserAgent,
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
    /// A sign-in was completed or refused in the browser: the window should come to the front.
    Returned,
}

/// Signs people in and keeps their sessions. Clones are the same client.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) app_name: String,
    pub(crate) scheme: String,
    pub(crate) schemes: Schemes,
    pub(crate) transport: Transport,
    pub(crate) known: Known,
    pub(crate) index: Index,
    pub(crate) user_agent: UserAgent,
    pub(crate) link_handler: Option<LinkHandler>,
    pub(crate) fetch_origins: Vec<String>,
    pub(crate) providers: RwLock<Vec<Provider>>,
    pub(crate) flows: Mutex<HashMap<FlowId, Running>>,
    shown: Mutex<Option<FlowId>>,
    /// The last sign-in of which the person was told that it is over: once is enough.
    told: Mutex<Option<StateKey>>,
    /// When an API refused a token that was just made for it, by account.
    refused_new: Mutex<HashMap<AccountId, i64>>,
    vault: Vault,
    records: OnceCell<(Records, Keeping)>,
    events: broadcast::Sender<Event>,
}

/// A sign-in that this process takes part in.
pub(crate) struct Running {
    pub(crate) status: FlowStatus,
    /// The URL that the browser was sent to, for "open again" and "copy link".
    pub(crate) url: Option<Arc<AuthorizationUrl>>,
    pub(crate) state: Option<StateKey>,
    /// Nobody wants it any more: what is being prepared for it is put aside.
    pub(crate) given_up: bool,
    /// What waits for the redirect in this process, if something does.
    pub(crate) waiting: Option<Waiting>,
}

/// The waiting for a redirect: it ends when it is told to, with its port free.
pub(crate) struct Waiting {
    pub(crate) stop: Arc<Notify>,
    pub(crate) task: tokio::task::JoinHandle<()>,
}

impl Client {
    /// Opens a client. Reads no keychain yet; [`Client::ready`] does.
    ///
    /// Errors: `Misconfigured` for a scheme that is none, `StorageFull` if the folder cannot be made, `Offline` if no
    /// HTTP client can be set up.
    pub fn open(config: ClientConfig) -> Result<Self, Error> {
        let schemes = if config.dangerous_loopback_http {
            Schemes::DangerousLoopbackHttp
        } else {
            Schemes::HttpsOnly
        };
        doorkey_oidc::redirect::RedirectUri::new(format!("{}:/callback/x", config.scheme))?;
        let transport = Transport::new(TransportConfig {
            loopback_http: config.dangerous_loopback_http,
            ..TransportConfig::default()
        })?;
        let vault = Vault::open(VaultConfig {
            folder: config.folder,
            service: config.keychain_service,
            key_store: config.key_store,
        })?;
        let inner = Inner {
            app_name: config.app_name,
            scheme: config.scheme,
            schemes,
            known: Known::new(transport.clone(), schemes),
            transport,
            index: Index::default(),
            user_agent: config.user_agent,
            link_handler: config.link_handler,
            fetch_origins: config.fetch_origins,
            providers: RwLock::new(config.providers),
            flows: Mutex::default(),
            shown: Mutex::default(),
            told: Mutex::default(),
            refused_new: Mutex::default(),
            vault,
            records: OnceCell::new(),
            events: broadcast::Sender::new(EVENTS),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Finds out where secrets can be kept, reads the accounts, and sweeps what is past.
    pub async fn ready(&self) {
        let records = self.inner.records().await;
        match self.inner.index.load(records).await {
            Ok(damaged) => {
                for error in damaged {
                    tracing::warn!(%error, "an account's record does not open and was left out");
                    self.inner.tell(Event::Notice(error));
                }
            }
            Err(error) => self.inner.tell(Event::Notice(error)),
        }
        registered::restore(&self.inner).await;
        self.inner.tell(Event::Keeping);
        self.inner.tell(Event::Accounts);
        if let Err(error) = parked::sweep(records).await {
            tracing::warn!(%error, "past sign-ins could not be swept");
        }
        if self.inner.index.all().is_empty()
            && let Err(error) = self.inner.forget_flows_and_key().await
        {
            tracing::warn!(%error, "a key that nothing needs could not be deleted");
        }
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

    /// The accounts, last used first.
    pub fn accounts(&self) -> Vec<Account> {
        self.inner.index.all()
    }

    /// Where secrets are kept.
    pub fn keeping(&self) -> Keeping {
        self.inner
            .records
            .get()
            .map_or(Keeping::Checking, |(_, keeping)| keeping.clone())
    }

    /// The sign-in that is under way or has just ended, if it was not put away.
    pub fn flow(&self) -> Option<FlowStatus> {
        let shown = self.inner.shown().clone()?;
        self.inner.flows().get(&shown).map(|running| running.status.clone())
    }

    /// Begins a sign-in. It goes on by itself; [`Client::events`] tells how.
    ///
    /// Errors: `Misconfigured(Provider)` for a provider that is not known, `Misconfigured(ClientId)` for one without a
    /// client. Everything else is told through the flow.
    pub fn begin(&self, request: SignIn) -> Result<FlowId, Error> {
        begin::begin(&self.inner, request)
    }

    /// Opens the browser once more with the same link.
    ///
    /// Errors: `FlowLost` if the sign-in does not wait any more, `BrowserUnavailable`.
    pub async fn open_again(&self, flow: &FlowId) -> Result<(), Error> {
        let url = self.flow_url(flow).ok_or(Error::FlowLost(error::FlowLost::Unknown))?;
        self.inner.set_browser(flow, Browser::Opening);
        let opened = begin::open_browser(&self.inner, &url).await;
        let browser = if opened.is_ok() {
            Browser::Opened
        } else {
            Browser::Failed
        };
        self.inner.set_browser(flow, browser);
        opened
    }

    /// The link of a sign-in that waits, to be copied or shown when no browser opens. It holds a `state`: not for a log.
    pub fn flow_url(&self, flow: &FlowId) -> Option<Arc<AuthorizationUrl>> {
        let flows = self.inner.flows();
        let running = flows.get(flow)?;
        matches!(running.status.stage, Stage::Waiting(_)).then(|| running.url.clone())?
    }

    /// Gives a sign-in up. Its port is free when this returns; a redirect that comes later is told that it was cancelled.
    /// One whose redirect has come already goes on to its end: its code is spent.
    pub async fn cancel(&self, flow: &FlowId) {
        if self.inner.give_up(flow).await {
            self.inner.put_away(flow);
        }
    }

    /// Puts a sign-in that is over away, so that it is not shown any more.
    pub fn dismiss(&self, flow: &FlowId) {
        let over = self
            .inner
            .flows()
            .get(flow)
            .is_some_and(|running| running.status.stage.is_over());
        if over {
            self.inner.put_away(flow);
        }
    }

    /// Takes a redirect, by whichever door it came. A redirect that belongs to no sign-in of ours changes nothing.
    pub async fn receive(&self, link: &str) -> Receipt {
        complete::receive(&self.inner, link).await
    }

    /// The picture of an account as a PNG of our own encoding, if there is one.
    ///
    /// Errors: those of the vault.
    pub async fn picture(&self, account: &AccountId) -> Result<Option<Vec<u8>>, Error> {
        picture::of_account(&self.inner, account).await
    }

    /// Makes sure that an account's access token is good for so many seconds more, refreshing it if need be.
    ///
    /// Errors: `ReauthRequired`, or the state of the world.
    pub async fn refresh_if_due(&self, account: &AccountId, seconds: i64) -> Result<(), Error> {
        sessions::access_token(&self.inner, account, sessions::Need::ValidFor(seconds))
            .await
            .map(|_| ())
    }

    /// Renews sessions shortly before they expire, until the last clone of this client is dropped.
    pub async fn keep_fresh(&self) {
        let inner = Arc::downgrade(&self.inner);
        sessions::keep_fresh(&inner).await;
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

    /// Sends a request to an allow-listed API with an account's access token, which the caller never sees.
    ///
    /// Errors: `Misconfigured(Provider)` for an origin that is not allowed, `ReauthRequired`, or the state of the world.
    pub async fn fetch(
        &self,
        account: &AccountId,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, Error> {
        fetch::fetch(&self.inner, account, request).await
    }

    /// Signs an account out: revokes at the provider where it can, forgets here.
    ///
    /// Errors: those of the vault, if the account could not be forgotten.
    pub async fn sign_out(&self, account: &AccountId) -> Result<SignOutReport, Error> {
        sessions::sign_out(&self.inner, account).await
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
        let unknown = Error::Misconfigured(doorkey_oidc::Misconfiguration::Provider);
        let console = self.with_providers(|all| {
            all.iter()
                .find(|p| p.preset.id == provider)
                .and_then(|p| p.preset.registration.console_url.clone())
        });
        let url = console.and_then(|url| Url::parse(&url).ok()).ok_or(unknown)?;
        self.inner.user_agent.open(&url, false).await?;
        Ok(())
    }

    /// A program without a keychain was started by this link, or got it although nothing of it is known: tell the person.
    pub fn tell_flow_lost(&self) {
        self.inner
            .tell(Event::Notice(Error::FlowLost(error::FlowLost::Unknown)));
    }
}

impl Inner {
    /// Where records go; found out once.
    pub(crate) async fn records(&self) -> &Records {
        let open = || async {
            let (records, keeping) = Records::open(self.vault.clone()).await;
            tracing::info!(?keeping, "where secrets are kept");
            (records, keeping)
        };
        &self.records.get_or_init(open).await.0
    }

    pub(crate) fn flows(&self) -> MutexGuard<'_, HashMap<FlowId, Running>> {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shown(&self) -> MutexGuard<'_, Option<FlowId>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody listening is no error: the state can be read at any time.
        let _ = self.events.send(event);
    }

    /// Tells the person that a redirect came for a sign-in that is over, unless that was said already.
    pub(crate) fn tell_once(&self, state: &StateKey, error: Error) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.as_ref() != Some(state) {
            *told = Some(state.clone());
            drop(told);
            self.tell(Event::Notice(error));
        }
    }

    pub(crate) fn tell_accounts(&self) {
        self.tell(Event::Accounts);
    }

    /// Whether an API refused a token a moment ago that had just been made for it: another one would change nothing.
    pub(crate) fn refuses_new_tokens(&self, account: &AccountId) -> bool {
        let refused = self.refused_new.lock().unwrap_or_else(PoisonError::into_inner);
        refused
            .get(account)
            .is_some_and(|at| (0..REFUSAL_COUNTS).contains(&(clock::now().0 - at)))
    }

    pub(crate) fn note_refused_new_token(&self, account: &AccountId) {
        self.refused_new
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account.clone(), clock::now().0);
    }

    /// Takes a sign-in into this process and shows it.
    pub(crate) fn show(&self, running: Running) {
        let id = running.status.id.clone();
        self.flows().insert(id.clone(), running);
        *self.shown() = Some(id);
        self.tell(Event::Flow);
    }

    /// Moves a sign-in on. Nothing happens to one that is over or not known.
    pub(crate) fn set_stage(&self, flow: &FlowId, stage: Stage) -> bool {
        let moved = match self.flows().get_mut(flow) {
            Some(running) if !running.status.stage.is_over() => {
                running.status.stage = stage;
                true
            }
            _ => false,
        };
        if moved {
            self.tell(Event::Flow);
        }
        moved
    }

    /// What is known of the browser. Nothing happens to a sign-in that does not wait any more.
    pub(crate) fn set_browser(&self, flow: &FlowId, browser: Browser) {
        if let Some(running) = self.flows().get_mut(flow)
            && let Stage::Waiting(known) = &mut running.status.stage
        {
            *known = browser;
        }
        self.tell(Event::Flow);
    }

    /// Ends the waiting for a sign-in. False if its redirect came first: then it goes on to its end.
    pub(crate) async fn give_up(&self, flow: &FlowId) -> bool {
        let state = match self.flows().get_mut(flow) {
            None => return true,
            Some(running) if matches!(running.status.stage, Stage::Completing) => return false,
            Some(running) => {
                // From here on it is not parked any more, if it is not yet.
                running.given_up = true;
                running.state.clone()
            }
        };
        if let Some(state) = state {
            match self.retire(&state, Tombstone::Cancelled).await {
                Ok(true) => {}
                Ok(false) => return false,
                Err(error) => tracing::warn!(%error, "a sign-in that was given up could not be put aside"),
            }
        }
        let waiting = self.flows().get_mut(flow).and_then(|running| running.waiting.take());
        if let Some(Waiting { stop, task }) = waiting {
            stop.notify_one();
            let _ = task.await;
        }
        true
    }

    /// Takes the parked record of a sign-in away and remembers why. False if somebody else has taken it.
    pub(crate) async fn retire(&self, state: &StateKey, why: Tombstone) -> Result<bool, Error> {
        let records = self.records().await;
        if Parked::claim(records, state).await?.is_none() {
            return Ok(false);
        }
        why.put(records, state.as_str()).await?;
        Ok(true)
    }

    pub(crate) fn put_away(&self, flow: &FlowId) {
        self.flows().remove(flow);
        let mut shown = self.shown();
        if shown.as_ref() == Some(flow) {
            *shown = None;
        }
        drop(shown);
        self.tell(Event::Flow);
    }

    /// When the last account is gone: forgets what is left of past sign-ins, then the key, unless something still needs it.
    pub(crate) async fn forget_flows_and_key(&self) -> Result<bool, Error> {
        let records = self.records().await;
        parked::sweep(records).await?;
        if !records.list(RecordKind::Parked).await?.is_empty() {
            return Ok(false);
        }
        for kind in [RecordKind::Outcome, RecordKind::Tombstone] {
            for record in records.list(kind).await? {
                records.delete(&record).await?;
            }
        }
        records.delete_key_if_empty().await
    }
}
