//! The client: what a program opens once and signs people in with.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use doorkey_oidc::Secret;
use doorkey_oidc::authorization::AuthorizationUrl;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use url::Url;

use crate::clock::Clock;
use crate::doctor::{self, Examination, Finding, Repair};
use crate::flow::{Browser, FlowId, FlowStatus, Receipt, SignIn, Stage};
use crate::inner::Inner;
use crate::journal::{FlowJournal, Report};
use crate::link_handler::LinkHandler;
use crate::parked;
use crate::providers::{Provider, Registration};
use crate::records::Keeping;
use crate::sessions::{self, Account, AccountId, Acts, ForgetReport, SignOutReport};
use crate::user_agent::UserAgent;
use crate::vault::KeyStore;
use crate::{Error, begin, complete, error, fetch, picture, registered, upkeep};

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
        // What an earlier run could not deliver. On its own: nobody waits for a provider before the window is there.
        let inner = self.inner.clone();
        tokio::spawn(async move { sessions::revocations::deliver_due(&inner, false).await });
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

    /// The account that a program uses when it is told none: the one that the person chose, else the last used.
    pub fn default_account(&self) -> Option<Account> {
        self.accounts().into_iter().find(|account| account.is_default)
    }

    /// Makes an account the default one; with `None` it is the last used from now on.
    ///
    /// Errors: `ReauthRequired` for an account that is not there, those of the vault.
    pub async fn set_default_account(&self, account: Option<AccountId>) -> Result<(), Error> {
        let known = |id: &AccountId| self.accounts().iter().any(|account| account.id == *id);
        if account.as_ref().is_some_and(|id| !known(id)) {
            return Err(Error::ReauthRequired(error::ReauthRequired::Ended));
        }
        let records = self.inner.records().await;
        self.inner.index.set_default(records, account).await?;
        self.inner.tell_accounts();
        Ok(())
    }

    /// The person used an account: it comes first from now on.
    ///
    /// Errors: those of the vault.
    pub async fn note_used(&self, account: &AccountId) -> Result<(), Error> {
        let records = self.inner.records().await;
        if self.inner.index.used(records, account, self.inner.clock.now()).await? {
            self.inner.tell_accounts();
        }
        Ok(())
    }

    /// Where secrets are kept.
    pub fn keeping(&self) -> Keeping {
        self.inner.keeping()
    }

    /// Looks once more for a keychain, if secrets are only in memory; then they move into the vault, and accounts that were
    /// there all along can be used. Asks the person nothing. Where secrets are kept now is returned.
    pub async fn look_again(&self) -> Keeping {
        self.inner.look_again().await
    }

    /// Asks the person to unlock the keychain, where the system has a way to ask, and looks once more.
    ///
    /// Errors: `KeychainUnavailable`, with `KeychainDenied` when the person dismissed the question and `KeychainHung` when it was
    /// not answered within the time.
    pub async fn unlock(&self, within: Duration) -> Result<Keeping, Error> {
        self.inner.records().await.vault().unlock(within).await?;
        Ok(self.inner.look_again().await)
    }

    /// Opens a vault that is sealed with a passphrase, and looks once more.
    ///
    /// Errors: `KeychainLocked(PassphraseWrong)`, and nothing changed; those of the disk.
    pub async fn unlock_with(&self, passphrase: Secret) -> Result<Keeping, Error> {
        self.inner.records().await.vault().unlock_with(passphrase).await?;
        Ok(self.inner.look_again().await)
    }

    /// Seals what is kept with a passphrase in place of the keychain's key, from now on and for every process. It is the person's
    /// choice, and what a machine without a keychain uses.
    ///
    /// Errors: those of the vault. What was in force stays in force then.
    pub async fn seal_with_passphrase(&self, passphrase: Secret) -> Result<Keeping, Error> {
        let records = self.inner.records().await;
        records.vault().seal_with_passphrase(passphrase).await?;
        self.key_was_moved().await
    }

    /// Changes the passphrase.
    ///
    /// Errors: `KeychainLocked(PassphraseWrong)` for another old one, and nothing changed; those of the disk.
    pub async fn change_passphrase(&self, old: Secret, new: Secret) -> Result<(), Error> {
        Ok(self.inner.records().await.vault().change_passphrase(old, new).await?)
    }

    /// Keeps the key in the keychain again, in place of the passphrase.
    ///
    /// Errors: those of the vault and the keychain. The passphrase stays in force then.
    pub async fn keep_in_keychain(&self) -> Result<Keeping, Error> {
        self.inner.records().await.vault().keep_in_keychain().await?;
        self.key_was_moved().await
    }

    /// Seals everything with a new key. It can be broken off at any point, and goes on with the next call or start. How many
    /// records were sealed anew is returned.
    ///
    /// Errors: those of the vault and the keychain. Everything that is kept opens at any time.
    pub async fn rotate_key(&self) -> Result<usize, Error> {
        Ok(self.inner.records().await.vault().rotate_key().await?)
    }

    /// Begins anew where what is kept cannot be opened, for its key is with another keychain or its passphrase is forgotten: it is set
    /// aside, and not deleted. How many records that were is returned.
    ///
    /// Errors: those of the vault.
    pub async fn start_afresh(&self) -> Result<usize, Error> {
        let set_aside = self.inner.records().await.vault().start_afresh().await?;
        self.inner.look_again().await;
        Ok(set_aside)
    }

    async fn key_was_moved(&self) -> Result<Keeping, Error> {
        // What was in memory moves into the vault, if it could not be used before.
        self.inner.look_again().await;
        self.inner.records().await.key_was_moved().await;
        self.inner.tell(Event::Keeping);
        Ok(self.inner.keeping())
    }

    /// The sign-in that is under way or has just ended, if it was not put away.
    pub fn flow(&self) -> Option<FlowStatus> {
        let shown = self.inner.shown().clone()?;
        self.inner.flows().get(&shown).map(|running| running.status.clone())
    }

    /// What happened in the last sign-ins, refreshes and sign-outs, newest first.
    pub fn journal(&self) -> Vec<FlowJournal> {
        self.inner.journal.all()
    }

    /// What happened in one of them, if it is still known.
    pub fn journal_of(&self, flow: &FlowId) -> Option<FlowJournal> {
        self.inner.journal.of(flow)
    }

    /// Hears of each change of the journal: a step was begun, or ended. What it says now is to be read anew.
    pub fn journal_changes(&self) -> watch::Receiver<u64> {
        self.inner.journal.changes()
    }

    /// How many redirects came that belonged to no sign-in. Any web page can make them come; nothing else of them is kept.
    pub fn unknown_redirects(&self) -> u64 {
        self.inner.journal.strangers()
    }

    /// The report of one of the last flows, to be given to others.
    pub fn report(&self, flow: &FlowId) -> Option<Report> {
        let flow = self.inner.journal.of(flow)?;
        Some(Report::of(&flow, &self.inner.keeping()))
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
        if let Some(receipt) = sessions::receive_logout(&self.inner, link) {
            return receipt;
        }
        // To its end, also if nobody waits for it any more: a code that was claimed comes once.
        let (inner, link) = (self.inner.clone(), link.to_owned());
        let task = tokio::spawn(async move { complete::receive(&inner, &link).await });
        task.await.unwrap_or(Receipt::Failed(Error::Cancelled))
    }

    /// The picture of an account as a PNG of our own encoding, if there is one.
    ///
    /// Errors: those of the vault.
    pub async fn picture(&self, account: &AccountId) -> Result<Option<Vec<u8>>, Error> {
        picture::of_account(&self.inner, account).await
    }

    /// Makes sure that an account's access token is good for so many seconds more, refreshing it if need be.
    ///
    /// Errors: `ReauthRequired`, or the state of the world; while the account rests after a failure, the same error at once.
    pub async fn refresh_if_due(&self, account: &AccountId, seconds: i64) -> Result<(), Error> {
        let need = sessions::Need::ValidFor(seconds);
        sessions::renewed(&self.inner, account, &need).await.map(drop)
    }

    /// Renews an account's session now, because a person asked for it: a rest after a failure is passed, unless the provider
    /// itself asked for it. A session that was renewed a few seconds ago is left as it is.
    ///
    /// Errors: as [`Client::refresh_if_due`].
    pub async fn refresh_now(&self, account: &AccountId) -> Result<(), Error> {
        let need = sessions::Need::Anew;
        sessions::renewed(&self.inner, account, &need).await.map(drop)
    }

    /// The accounts whose last change, most often new tokens, could not be written, because the disk is full or the keychain
    /// gone. They go on in this process, and the change is lost with it: a program says so before it ends.
    pub fn unsaved(&self) -> Vec<AccountId> {
        self.inner.refreshing.unsaved.all()
    }

    /// Tries at once to write what could not be written. It is tried again and again without this too.
    ///
    /// Errors: those of the vault, for the first account that still cannot be written.
    pub async fn save_unsaved(&self) -> Result<(), Error> {
        let mut result = Ok(());
        for account in self.unsaved() {
            result = result.and(sessions::save(&self.inner, &account).await);
        }
        result
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

    /// An account's access token, good for so many seconds more, refreshed if need be; while no better one is to be had, one that is
    /// still good at all. For a program whose purpose it is to hand it on, as the `doorkey` command's: every other one
    /// uses [`Client::fetch`].
    ///
    /// Errors: as [`Client::refresh_if_due`].
    pub async fn access_token(&self, account: &AccountId, seconds: i64) -> Result<Secret, Error> {
        sessions::access_token(&self.inner, account, sessions::Need::ValidFor(seconds)).await
    }

    /// An account's last ID Token, if there is one, with no promise about its age. Refresh first where that matters.
    ///
    /// Errors: `ReauthRequired` for a session that is over or not there, those of the vault.
    pub async fn id_token(&self, account: &AccountId) -> Result<Option<Secret>, Error> {
        let record = sessions::current(&self.inner, account).await?;
        let record = record.filter(|record| !record.ended);
        let record = record.ok_or(Error::ReauthRequired(error::ReauthRequired::Ended))?;
        // Copied out of the record into a type that is wiped too.
        Ok(record.id_token.clone().map(Secret::new))
    }

    /// Waits until the browser has the pages of sign-ins that are over: five seconds at most. For a program that ends now.
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

    /// Sends a request to an allow-listed API with an account's access token, which the caller never sees.
    ///
    /// Errors: `Misconfigured(Provider)` for an origin that is not allowed, `ReauthRequired`, or the state of the world.
    pub async fn fetch(
        &self,
        account: &AccountId,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, Error> {
        let answer = fetch::fetch(&self.inner, account, request).await?;
        if let Err(error) = self.note_used(account).await {
            tracing::debug!(%error, "that an account was used could not be written down");
        }
        Ok(answer)
    }

    /// Signs an account out: forgets it here at once, and does what else is asked for, each act for itself.
    ///
    /// The provider is waited for after the account is gone, and not for long: a revocation that cannot be delivered is queued,
    /// sealed, and tried again, also after a restart.
    ///
    /// Errors: `KeychainLocked` or `KeychainUnavailable` if something is to be done with tokens that cannot be read for that
    /// reason; nothing is changed then, and with `revoke: false` the account can be forgotten all the same. An account that
    /// could not be removed from the disk is in the report.
    pub async fn sign_out(&self, account: &AccountId, acts: Acts) -> Result<SignOutReport, Error> {
        sessions::sign_out(&self.inner, account, acts).await
    }

    /// How many revocations wait to be delivered.
    pub async fn pending_revocations(&self) -> usize {
        sessions::revocations::pending(&self.inner).await
    }

    /// Finishes sign-outs that could not be finished and sends the revocations whose time has come, as [`Client::keep_fresh`]
    /// does by itself. How many revocations still wait.
    pub async fn deliver_revocations(&self) -> usize {
        sessions::finish_sign_outs(&self.inner).await;
        sessions::revocations::deliver_due(&self.inner, false).await
    }

    /// Removes all data: signs every account out, tries once to deliver every revocation, and removes whatever is kept, also what
    /// was set aside and the clients that were configured at run time, with the key. What was configured goes on until the
    /// program ends.
    pub async fn forget_everything(&self) -> ForgetReport {
        sessions::forget_everything(&self.inner).await
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

    /// Looks at everything that a sign-in leans on: see [`crate::doctor`]. With a provider's id its way, answer, certificate
    /// and time are looked at too. Findings come as they are made; nothing that lasts is changed. Must be called within a
    /// Tokio runtime.
    ///
    /// Errors: `Misconfigured(Provider)` for a provider that is not known, `Misconfigured(Issuer)`.
    pub fn examine(&self, provider: Option<&str>) -> Result<Examination, Error> {
        let issuer = |id: &str| {
            self.with_providers(|all| {
                let known = all.iter().find(|known| known.preset.id == id);
                known.map(|known| known.preset.issuer.clone())
            })
            .ok_or(Error::Misconfigured(doorkey_oidc::Misconfiguration::Provider))
        };
        doctor::examine(&self.inner, provider.map(issuer).transpose()?.as_deref())
    }

    /// Opens a page in the browser with a button that leads back here, and waits for a minute until it was pressed.
    pub async fn examine_browser_link(&self) -> Finding {
        doctor::examine_browser_link(&self.inner).await
    }

    /// Mends what a finding says can be mended. Only when the person asked for it.
    ///
    /// Errors: `KeychainUnavailable`, `KeychainLocked`; `LinkHandlerBroken` when links still do not come here; `StorageFull`.
    pub async fn repair(&self, repair: Repair) -> Result<(), Error> {
        doctor::repair(&self.inner, repair).await
    }

    /// A program without a keychain was started by this link, or got it although nothing of it is known: tell the person.
    pub fn tell_flow_lost(&self) {
        self.inner
            .tell(Event::Notice(Error::FlowLost(error::FlowLost::Unknown)));
    }
}
