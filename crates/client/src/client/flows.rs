//! Sign-ins: begun, shown, given up, completed, and what is told of them afterwards.

use std::sync::Arc;

use doorkey_oidc::authorization::AuthorizationUrl;
use tokio::sync::watch;

use super::Event;
use crate::error::FlowLost;
use crate::flow::{Browser, FlowId, FlowStatus, Receipt, SignIn, Stage};
use crate::inner::Running;
use crate::journal::{FlowJournal, Report};
use crate::providers::Registration;
use crate::resource::{self, ResourceProvider};
use crate::{Client, Error, begin, complete, device, document, sessions};

impl Client {
    /// Finds who signs people in for an API, by its address alone, and takes that provider up among this client's: `provider` and `ask`
    /// of what comes back are those of a [`SignIn`]. `registration` is a client that is registered there; without one, a provider that
    /// was configured is used, or this installation registers itself at its first sign-in (RFC 7591).
    ///
    /// OpenID Providers only: of a plain OAuth 2 server nobody here would know how to ask who signed in.
    ///
    /// Errors: `Misconfigured` with `Resource`, with `ClientSecret` for a `registration` that has one (an API must not choose who gets it), or with `ClientId` where there is no client and none is registered; `Misbehaved` with
    /// `ResourceMismatch` or `ResourceMetadataMalformed`; the state of the world.
    ///
    /// Spec: RFC 9728 section 5, RFC 8707 section 2
    pub async fn provider_of_resource(
        &self,
        url: &str,
        registration: Option<Registration>,
    ) -> Result<ResourceProvider, Error> {
        resource::find(&self.inner, url, registration).await
    }

    /// The document about this program that is to be published at [`ClientConfig::client_id_document`](crate::ClientConfig), as
    /// `application/json`. `None` where no such URL was configured.
    ///
    /// Errors: `Misconfigured` with `RedirectUri` or `ClientDocument`.
    ///
    /// Spec: CIMD section 4
    pub fn client_id_document(&self) -> Result<Option<String>, Error> {
        document::document(&self.inner)
    }

    /// Begins a sign-in. It goes on by itself; [`Client::events`] tells how.
    ///
    /// Errors: `Misconfigured(Provider)` for a provider that is not known, `Misconfigured(ClientId)` for one without a
    /// client; by code, `Unsupported(DeviceFlow)` for one that has none, or `Unsupported(DoorSwitchedOff)`. Everything else is told
    /// through the flow.
    pub fn begin(&self, request: SignIn) -> Result<FlowId, Error> {
        begin::begin(&self.inner, request)
    }

    /// The sign-in that is under way or has just ended, if it was not put away.
    pub fn flow(&self) -> Option<FlowStatus> {
        let shown = self.inner.shown().clone()?;
        self.inner.flows().get(&shown).map(|running| running.status.clone())
    }

    /// The link of a sign-in that waits, to be copied or shown when no browser opens. It holds a `state`: not for a log. `None` also
    /// where the request was pushed and the provider has forgotten it by now: who comes with the link then is refused.
    pub fn flow_url(&self, flow: &FlowId) -> Option<Arc<AuthorizationUrl>> {
        let flows = self.inner.flows();
        let running = flows.get(flow)?;
        let lasts = running.link_until.is_none_or(|until| self.inner.clock.now() < until);
        (lasts && matches!(running.status.stage, Stage::Waiting(_))).then(|| running.url.clone())?
    }

    /// Whether people may sign in by a code that they enter on another screen: [`ClientConfig::allow_device`](crate::ClientConfig).
    pub fn allows_device(&self) -> bool {
        self.inner.allow_device
    }

    /// Opens the page on which the code of a sign-in is entered: with the code in it, where the provider has such a link. Never by
    /// itself: only when the person asks for it. They still compare the codes.
    ///
    /// Errors: `FlowLost` if no sign-in by code waits under this name, `BrowserUnavailable`.
    ///
    /// Spec: RFC 8628 section 3.3.1
    pub async fn open_device_page(&self, flow: &FlowId) -> Result<(), Error> {
        device::open_page(&self.inner, flow).await
    }

    /// Opens the browser once more with the same link; of a sign-in by code, the page on which it is entered.
    ///
    /// Errors: `FlowLost` if the sign-in does not wait any more or its link has expired, `BrowserUnavailable`.
    pub async fn open_again(&self, flow: &FlowId) -> Result<(), Error> {
        if device::page(&self.inner, flow).is_some() {
            return self.open_device_page(flow).await;
        }
        let waits = |running: &Running| matches!(running.status.stage, Stage::Waiting(_));
        let waits = self.inner.flows().get(flow).is_some_and(waits);
        let lost = if waits {
            FlowLost::FlowExpired
        } else {
            FlowLost::Unknown
        };
        let url = self.flow_url(flow).ok_or(Error::FlowLost(lost))?;
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

    /// Gives a sign-in up. Its port is free when this returns; a redirect that comes later is told that it was cancelled.
    /// One whose redirect has come already goes on to its end: its code is spent. Of a sign-in by code nothing more is asked; should the
    /// answer that is on its way bring tokens, the account is kept like any other.
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

    /// A program without a keychain was started by this link, or got it although nothing of it is known: tell the person.
    pub fn tell_flow_lost(&self) {
        self.inner.tell(Event::Notice(Error::FlowLost(FlowLost::Unknown)));
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
}
