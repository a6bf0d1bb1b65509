//! The first half of a sign-in: from the click to the browser, and the waiting.

use std::sync::Arc;

use doorkey_oidc::Misconfiguration;
use doorkey_oidc::authorization::{self, AuthorizationUrl, FLOW_LIFETIME, Randomness, Request};
use doorkey_oidc::provider::Issuer;
use doorkey_oidc::redirect::RedirectUri;
use rand::TryRng as _;
use tokio::time::{Duration, interval};

use crate::client::{Event, Inner, Running};
use crate::doors::loopback::{Arrival, LoopbackDoor, Ports, Verdict};
use crate::error::FlowLost;
use crate::flow::{Browser, DoorKind, FlowId, FlowStatus, Receipt, SignIn, Stage};
use crate::link_handler::Ownership;
use crate::parked::{Outcome, Parked, Shown, Tombstone};
use crate::providers::Registration;
use crate::{Error, clock, complete};

/// How often it is looked whether another process has completed the sign-in.
const LOOK: Duration = Duration::from_millis(400);

/// A door that is open, and the client that may use it.
struct Open {
    door: Option<LoopbackDoor>,
    kind: DoorKind,
    redirect_uri: RedirectUri,
    registration: Registration,
}

/// Begins a sign-in. An earlier one of this process that still waits is given up.
pub(crate) fn begin(inner: &Arc<Inner>, request: SignIn) -> Result<FlowId, Error> {
    let provider_name = {
        let providers = inner
            .providers
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = providers.iter().find(|provider| provider.preset.id == request.provider);
        let provider = known.ok_or(Error::Misconfigured(Misconfiguration::Provider))?;
        if !provider.is_configured() {
            return Err(Error::Misconfigured(Misconfiguration::ClientId));
        }
        provider.preset.name.clone()
    };
    let id = FlowId::random().ok_or(Error::Unsupported(doorkey_oidc::Unsupported::CodeFlow))?;
    let now = clock::now().0;
    let status = FlowStatus {
        id: id.clone(),
        provider: request.provider.clone(),
        provider_name,
        host: None,
        door: None,
        started_at: now,
        expires_at: now + FLOW_LIFETIME,
        stage: Stage::Preparing,
    };
    let earlier: Vec<FlowId> = inner.flows().keys().cloned().collect();
    inner.show(Running {
        status,
        url: None,
        state: None,
        waiting: None,
    });
    let task = tokio::spawn({
        let (inner, id) = (inner.clone(), id.clone());
        async move {
            for flow in earlier {
                inner.give_up(&flow, Tombstone::Cancelled).await;
                inner.flows().remove(&flow);
            }
            if let Err(error) = run(&inner, &id, request).await {
                tracing::info!(%error, "a sign-in ended");
                inner.set_stage(&id, Stage::Failed(error));
            }
        }
    });
    if let Some(running) = inner.flows().get_mut(&id) {
        running.waiting = Some(task.abort_handle());
    }
    Ok(id)
}

/// Everything from discovery to the end of the waiting.
async fn run(inner: &Arc<Inner>, id: &FlowId, request: SignIn) -> Result<(), Error> {
    let (issuer, preset) = {
        let providers = inner
            .providers
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let provider = providers.iter().find(|provider| provider.preset.id == request.provider);
        let preset = provider
            .ok_or(Error::Misconfigured(Misconfiguration::Provider))?
            .preset
            .clone();
        (Issuer::new(preset.issuer.clone(), inner.schemes)?, preset)
    };
    let metadata = inner.known.metadata(&issuer).await?;
    // The keys are needed after the code came back: they are fetched while the person is in the browser.
    let keys = inner.known.keys(&metadata);
    let mut open = open_door(inner, &request).await?;

    let host = metadata.authorization_endpoint.shown_host();
    let token_endpoint = metadata.token_endpoint.url().clone();
    let asked = Request {
        metadata: metadata.clone(),
        client: open.registration.client()?,
        redirect_uri: open.redirect_uri.clone(),
        scopes: preset.scopes.clone(),
        prompt: preset.authorization.prompt.map(Into::into),
        login_hint: request.login_hint.clone(),
        max_age: None,
        acr_values: Vec::new(),
        ui_locales: Vec::new(),
        extra: preset.authorization.extra.clone().into_iter().collect(),
    };
    let (url, stage) = authorization::begin(asked, &randomness()?, clock::now())?;
    let state = stage.state_key();
    let shown = Shown {
        flow: id.clone(),
        provider: preset.id.clone(),
        provider_name: preset.name.clone(),
        host: host.clone(),
        door: open.kind,
        started_at: clock::now().0,
        expires_at: stage.expires_at().0,
    };
    // Parked before the browser opens: whoever gets the redirect finds it, also if this program is gone by then.
    let parked = Parked {
        shown: shown.clone(),
        stage,
    };
    parked.put(inner.records().await).await?;
    drop(parked);

    let url = Arc::new(url);
    if let Some(running) = inner.flows().get_mut(id) {
        running.url = Some(url.clone());
        running.state = Some(state);
        running.status = shown.status(Stage::Waiting(Browser::Opening));
    }
    inner.tell(Event::Flow);
    let browser = async {
        let opened = open_browser(inner, &url).await;
        let browser = if opened.is_ok() {
            Browser::Opened
        } else {
            Browser::Failed
        };
        inner.set_stage_if_waiting(id, browser);
    };
    let warm = async {
        inner.transport.warm(&token_endpoint).await;
        if let Err(error) = keys.await {
            // Not the end: the second half asks again.
            tracing::info!(%error, "the provider's keys could not be fetched yet");
        }
    };
    let ((), (), ended) = tokio::join!(browser, warm, wait(inner, id, &mut open.door));
    if let Some(door) = open.door.take() {
        // The browser still loads the page that says how it went.
        door.close_later();
    }
    ended
}

/// Chooses a door and opens it. A link, where this program owns its scheme and the provider takes it; else loopback.
async fn open_door(inner: &Arc<Inner>, request: &SignIn) -> Result<Open, Error> {
    let (by_link, by_loopback) = {
        let providers = inner
            .providers
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let provider = providers.iter().find(|provider| provider.preset.id == request.provider);
        let provider = provider.ok_or(Error::Misconfigured(Misconfiguration::Provider))?;
        let by_link = provider
            .for_link(&inner.scheme)
            .map(|(client, scheme)| (client.share(), scheme));
        (by_link, provider.for_loopback().map(Registration::share))
    };
    let path = format!("/callback/{}", request.provider);
    // A link can come back to another process, so it needs a record that survives this one.
    let links_arrive = inner.records().await.survive() && links_arrive(inner).await;
    let link = by_link.filter(|_| request.door != Some(DoorKind::Loopback));
    match (link, by_loopback) {
        (Some((registration, scheme)), _) if links_arrive => Ok(Open {
            door: None,
            kind: DoorKind::Scheme,
            redirect_uri: RedirectUri::new(format!("{scheme}:{path}"))?,
            registration,
        }),
        (_, Some(registration)) if request.door != Some(DoorKind::Scheme) => {
            let pages = complete::pages(inner);
            let door = LoopbackDoor::open(Ports::Any, &path, pages).await?;
            let redirect_uri = RedirectUri::new(door.redirect_uri())?;
            Ok(Open {
                door: Some(door),
                kind: DoorKind::Loopback,
                redirect_uri,
                registration,
            })
        }
        (Some(_), _) => Err(Error::LinkHandlerBroken),
        (None, _) => Err(Error::Misconfigured(Misconfiguration::ClientId)),
    }
}

/// Whether links of our scheme come to this program.
async fn links_arrive(inner: &Arc<Inner>) -> bool {
    let Some(handler) = inner.link_handler.clone() else {
        return false;
    };
    let looked = tokio::task::spawn_blocking(move || handler.inspect()).await;
    matches!(looked, Ok(Ok(Ownership::Ours)))
}

/// Hands the link to the browser.
pub(crate) async fn open_browser(inner: &Inner, url: &AuthorizationUrl) -> Result<(), Error> {
    let loopback_http = inner.schemes == doorkey_oidc::provider::Transport::DangerousLoopbackHttp;
    inner.user_agent.open(url.url(), loopback_http).await?;
    Ok(())
}

/// Waits until the sign-in is over: by a redirect to the door, by a link that this process got, by another process, or by time.
async fn wait(inner: &Arc<Inner>, id: &FlowId, door: &mut Option<LoopbackDoor>) -> Result<(), Error> {
    let mut events = inner.events();
    let mut look = interval(LOOK);
    loop {
        tokio::select! {
            arrival = next(door) => take(inner, arrival),
            _ = events.recv() => {}
            _ = look.tick() => {
                if let Some(outcome) = Outcome::find(inner.records().await, id).await? {
                    settle(inner, id, outcome).await;
                }
            }
        }
        let Some(status) = inner.flows().get(id).map(|running| running.status.clone()) else {
            return Ok(());
        };
        if status.stage.is_over() {
            return Ok(());
        }
        if clock::now().0 >= status.expires_at && !matches!(status.stage, Stage::Completing) {
            // Not by give_up: that would abort this very task.
            if let Some(running) = inner.flows().get_mut(id) {
                running.waiting = None;
            }
            inner.give_up(id, Tombstone::Expired).await;
            return Err(Error::FlowLost(FlowLost::FlowExpired));
        }
    }
}

/// The next redirect to the loopback door; never, if it is a link that is waited for.
async fn next(door: &mut Option<LoopbackDoor>) -> Arrival {
    if let Some(door) = door
        && let Some(arrival) = door.next().await
    {
        return arrival;
    }
    std::future::pending().await
}

/// Judges a redirect beside the waiting, so that the door goes on answering others, and a cancel cannot interrupt it.
fn take(inner: &Arc<Inner>, arrival: Arrival) {
    let inner = inner.clone();
    tokio::spawn(async move {
        let verdict = match complete::receive(&inner, &arrival.url).await {
            Receipt::SignedIn(_) => Verdict::SignedIn,
            Receipt::Failed(Error::Refused(_)) => Verdict::Refused,
            Receipt::Failed(_) => Verdict::Failed,
            Receipt::Spent(FlowLost::FlowExpired) => Verdict::Expired,
            Receipt::Spent(FlowLost::WasCancelled) => Verdict::Cancelled,
            Receipt::Spent(_) => Verdict::Used,
            Receipt::Unknown => Verdict::Unknown,
        };
        arrival.answer(verdict);
    });
}

/// Another process completed it: shows here what became of it.
async fn settle(inner: &Arc<Inner>, id: &FlowId, outcome: Outcome) {
    let stage = match outcome {
        Outcome::SignedIn(account) => {
            if let Err(error) = inner.index.load(inner.records().await).await {
                tracing::warn!(%error, "the accounts could not be read");
            }
            inner.tell_accounts();
            Stage::SignedIn(account)
        }
        Outcome::Failed(error) => Stage::Failed(error),
    };
    if inner.set_stage(id, stage) {
        inner.tell(Event::Returned);
    }
}

/// Random numbers from the operating system.
fn randomness() -> Result<Randomness, Error> {
    let mut random = Randomness {
        state: [0; 32],
        nonce: [0; 32],
        verifier: [0; 32],
    };
    let mut system = rand::rngs::SysRng;
    for bytes in [&mut random.state, &mut random.nonce, &mut random.verifier] {
        // Without them there is no sign-in: nothing weaker is put in their place.
        system
            .try_fill_bytes(bytes)
            .map_err(|_| Error::Unsupported(doorkey_oidc::Unsupported::PkceS256))?;
    }
    Ok(random)
}
