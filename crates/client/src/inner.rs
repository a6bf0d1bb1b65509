//! What all parts of a client share: its state, and how that changes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use doorkey_oidc::authorization::AuthorizationUrl;
use doorkey_oidc::client_id_document::ClientIdUrl;
use doorkey_oidc::provider::Transport as Schemes;
use doorkey_oidc::redirect::StateKey;
use doorkey_oidc::{Misconfiguration, Now};
use tokio::sync::{Notify, OnceCell, broadcast};

use crate::Error;
use crate::client::{ClientConfig, Event};
use crate::clock::Clock;
use crate::doctor::Trials;
use crate::flow::{Browser, FlowId, FlowStatus, Stage};
use crate::journal::Journal;
use crate::known::Known;
use crate::link_handler::LinkHandler;
use crate::nonces::Nonces;
use crate::parked::{self, Parked, Tombstone};
use crate::points::{Point, reach};
use crate::providers::Provider;
use crate::records::{Keeping, Records};
use crate::registered;
use crate::sessions::{AccountId, Index, Leftover, Logouts, Refreshing, RevocationQueue};
use crate::transport::{Transport, TransportConfig};
use crate::user_agent::UserAgent;
use crate::vault::{RecordKind, Vault, VaultConfig};

/// How many events a watcher may be behind before it has to read the state anew.
const EVENTS: usize = 64;

/// How long it counts that an API refused a token that was made for it, in seconds.
const REFUSAL_COUNTS: i64 = 60;

/// The state of a client.
pub(crate) struct Inner {
    pub(crate) app_name: String,
    pub(crate) scheme: String,
    pub(crate) schemes: Schemes,
    pub(crate) allow_device: bool,
    /// What this program is called at providers that take the URL of a document for a client id.
    pub(crate) client_id_document: Option<ClientIdUrl>,
    pub(crate) clock: Clock,
    pub(crate) transport: Transport,
    pub(crate) known: Known,
    /// What servers want in the next proof.
    pub(crate) nonces: Nonces,
    pub(crate) journal: Arc<Journal>,
    pub(crate) index: Index,
    pub(crate) user_agent: UserAgent,
    pub(crate) link_handler: Option<LinkHandler>,
    pub(crate) trials: Trials,
    /// Doors of sign-ins that are over, which stay for the page in the browser.
    closing: Mutex<Vec<tokio::task::JoinHandle<()>>>,
    pub(crate) fetch_origins: Vec<String>,
    pub(crate) providers: RwLock<Vec<Provider>>,
    pub(crate) flows: Mutex<HashMap<FlowId, Running>>,
    shown: Mutex<Option<FlowId>>,
    /// The last sign-in of which the person was told that it is over: once is enough.
    told: Mutex<Option<StateKey>>,
    /// When an API refused a token that was just made for it, by account.
    refused_new: Mutex<HashMap<AccountId, i64>>,
    /// Accounts that the person signed out and of which something is still to be removed: nobody uses them any more.
    pub(crate) signed_out: Mutex<HashSet<AccountId>>,
    /// What was done about their tokens.
    leftovers: Mutex<HashMap<AccountId, Leftover>>,
    pub(crate) revocations: RevocationQueue,
    pub(crate) logouts: Logouts,
    /// What this process remembers of refreshes.
    pub(crate) refreshing: Refreshing,
    vault: Vault,
    records: OnceCell<Records>,
    events: broadcast::Sender<Event>,
}

/// A sign-in that this process takes part in.
pub(crate) struct Running {
    pub(crate) status: FlowStatus,
    /// The URL that the browser was sent to, for "open again" and "copy link".
    pub(crate) url: Option<Arc<AuthorizationUrl>>,
    /// When the provider forgets what the link names, if the request was pushed. Whoever came with it before goes on.
    ///
    /// Spec: RFC 9126 section 2.2
    pub(crate) link_until: Option<Now>,
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

impl Inner {
    /// Puts together what a client is made of.
    pub(crate) fn open(config: ClientConfig) -> Result<Self, Error> {
        let schemes = if config.dangerous_loopback_http {
            Schemes::DangerousLoopbackHttp
        } else {
            Schemes::HttpsOnly
        };
        doorkey_oidc::redirect::RedirectUri::new(format!("{}:/callback/x", config.scheme))?;
        let transport = Transport::new(TransportConfig {
            loopback_http: config.dangerous_loopback_http,
            clock: config.clock.clone(),
            ..TransportConfig::default()
        })?;
        let client_id_document = config.client_id_document.as_deref().map(ClientIdUrl::new).transpose()?;
        let trials = Trials::beside(&config.folder);
        let vault = Vault::open(VaultConfig {
            folder: config.folder,
            service: config.keychain_service,
            key_store: config.key_store,
        })?;
        Ok(Self {
            app_name: config.app_name,
            scheme: config.scheme,
            schemes,
            allow_device: config.allow_device,
            client_id_document,
            known: Known::new(transport.clone(), schemes, config.clock.clone(), &config.providers)?,
            nonces: Nonces::default(),
            journal: Arc::new(Journal::new(config.clock.clone())),
            clock: config.clock,
            transport,
            index: Index::default(),
            user_agent: config.user_agent,
            link_handler: config.link_handler,
            trials,
            closing: Mutex::default(),
            fetch_origins: config.fetch_origins,
            providers: RwLock::new(config.providers),
            flows: Mutex::default(),
            shown: Mutex::default(),
            told: Mutex::default(),
            refused_new: Mutex::default(),
            signed_out: Mutex::default(),
            leftovers: Mutex::default(),
            revocations: RevocationQueue::default(),
            logouts: Logouts::default(),
            refreshing: Refreshing::default(),
            vault,
            records: OnceCell::new(),
            events: broadcast::Sender::new(EVENTS),
        })
    }
    /// What is looked up of a provider.
    ///
    /// Errors: `Misconfigured(Provider)` for one that is not known.
    pub(crate) fn provider<T>(&self, id: &str, look: impl FnOnce(&Provider) -> T) -> Result<T, Error> {
        let providers = self.providers.read().unwrap_or_else(PoisonError::into_inner);
        let known = providers.iter().find(|known| known.preset.id == id);
        known.map(look).ok_or(Error::Misconfigured(Misconfiguration::Provider))
    }

    /// Where records go.
    pub(crate) async fn records(&self) -> &Records {
        let open = || async {
            let (records, damage) = Records::open(self.vault.clone()).await;
            tracing::info!(keeping = ?records.keeping(), "where secrets are kept");
            if let Some(damage) = damage {
                self.tell(Event::Notice(damage));
            }
            records
        };
        self.records.get_or_init(open).await
    }

    /// Looks once more whether secrets can be kept on disk, if they could not: then what is in memory moves there, and the
    /// accounts that were there all along can be used.
    pub(crate) async fn look_again(&self) -> Keeping {
        let records = self.records().await;
        let (changed, damage) = records.look_again().await;
        if let Some(damage) = damage {
            self.tell(Event::Notice(damage));
        }
        if changed {
            tracing::info!(keeping = ?records.keeping(), "where secrets are kept");
            self.read_all().await;
        }
        records.keeping()
    }

    /// Reads what is kept, and tells everyone.
    pub(crate) async fn read_all(&self) {
        let records = self.records().await;
        match self.index.load(records).await {
            Ok(damaged) => {
                for error in damaged {
                    tracing::warn!(%error, "an account's record does not open and was left out");
                    self.tell(Event::Notice(error));
                }
            }
            Err(error) => self.tell(Event::Notice(error)),
        }
        // What could not be removed at its sign-out is not there for anybody.
        for id in self.signed_out().iter() {
            self.index.remove(id);
        }
        registered::restore(self).await;
        self.tell(Event::Keeping);
        self.tell(Event::Accounts);
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Where secrets are kept, as far as that is known.
    pub(crate) fn keeping(&self) -> Keeping {
        self.records.get().map_or(Keeping::Checking, Records::keeping)
    }

    pub(crate) fn flows(&self) -> MutexGuard<'_, HashMap<FlowId, Running>> {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn signed_out(&self) -> MutexGuard<'_, HashSet<AccountId>> {
        self.signed_out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn leftovers(&self) -> MutexGuard<'_, HashMap<AccountId, Leftover>> {
        self.leftovers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which sign-in is shown.
    pub(crate) fn shown(&self) -> MutexGuard<'_, Option<FlowId>> {
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
            .is_some_and(|at| (0..REFUSAL_COUNTS).contains(&(self.clock.now().0 - at)))
    }

    pub(crate) fn note_refused_new_token(&self, account: &AccountId) {
        self.refused_new
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account.clone(), self.clock.now().0);
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
        match &stage {
            Stage::SignedIn(account) => self.journal.end(flow, Ok(Some(account))),
            Stage::Failed(error) => self.journal.end(flow, Err(error)),
            Stage::Preparing | Stage::Waiting(_) | Stage::Completing => {}
        }
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
        self.journal.end(flow, Err(&Error::Cancelled));
        true
    }

    /// A door closes by itself, and may be waited for.
    pub(crate) fn note_closing(&self, door: tokio::task::JoinHandle<()>) {
        let mut closing = self.closing.lock().unwrap_or_else(PoisonError::into_inner);
        closing.retain(|door| !door.is_finished());
        closing.push(door);
    }

    /// Waits until the doors of sign-ins that are over are closed.
    pub(crate) async fn pages_shown(&self) {
        let over: Vec<_> = {
            let mut flows = self.flows();
            let over = flows.values_mut().filter(|running| running.status.stage.is_over());
            over.filter_map(|running| running.waiting.take()).collect()
        };
        for waiting in over {
            let _ = waiting.task.await;
        }
        let closing = std::mem::take(&mut *self.closing.lock().unwrap_or_else(PoisonError::into_inner));
        for door in closing {
            let _ = door.await;
        }
    }

    /// Takes the parked record of a sign-in away and remembers why. False if somebody else has taken it.
    pub(crate) async fn retire(&self, state: &StateKey, why: Tombstone) -> Result<bool, Error> {
        let records = self.records().await;
        if Parked::claim(records, state).await?.is_none() {
            return Ok(false);
        }
        why.put(records, state.as_str(), self.clock.now()).await?;
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
        parked::sweep(records, self.clock.now()).await?;
        let needed = [RecordKind::Parked, RecordKind::Account];
        for kind in needed {
            // An account that cannot be read, or that another process has just signed in, is one too.
            if !records.list(kind).await?.is_empty() {
                return Ok(false);
            }
        }
        for kind in [
            RecordKind::Outcome,
            RecordKind::Tombstone,
            RecordKind::Index,
            RecordKind::Picture,
        ] {
            for record in records.list(kind).await? {
                records.delete(&record).await?;
            }
        }
        reach(Point::SignOutBeforeKey);
        // Not while a revocation waits, which is a record too.
        records.delete_key_if_empty().await
    }
}
