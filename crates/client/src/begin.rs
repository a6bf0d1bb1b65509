//! The first half of a sign-in: from the click to the browser, and the waiting.

use std::sync::Arc;

use doorkey_oidc::authorization::{AuthorizationUrl, FLOW_LIFETIME, Randomness};
use doorkey_oidc::provider::{Issuer, ProviderMetadata};
use doorkey_oidc::{Misconfiguration, Now};
use rand::TryRng as _;
use tokio::sync::Notify;
use tokio::time::{Duration, interval};

use crate::ask::{self, Made, Settled};
use crate::client::Event;
use crate::doors::choice::{self, Own, callback};
use crate::doors::loopback::{Arrival, LoopbackDoor, Verdict};
use crate::error::FlowLost;
use crate::flow::{Browser, DoorKind, FlowId, FlowStatus, Receipt, SignIn, Stage};
use crate::inner::{Inner, Running, Waiting};
use crate::journal::{FlowKind, Head, Notes, StepKind};
use crate::parked::{Outcome, Parked, Shown, Tombstone};
use crate::points::{Point, reach};
use crate::providers::Preset;
use crate::records::Keeping;
use crate::{Error, complete, device, document, installation, sessions};

/// How long another process may take to complete a sign-in that it took, in seconds.
const EXCHANGE: i64 = 60;
/// How often it is looked whether another process has completed the sign-in.
const LOOK: Duration = Duration::from_millis(400);

/// Begins a sign-in. An earlier one of this process that still waits is given up.
pub(crate) fn begin(inner: &Arc<Inner>, request: SignIn) -> Result<FlowId, Error> {
    let provider_name = inner.provider(&request.provider, |provider| {
        if !provider.is_configured() {
            return Err(Error::Misconfigured(Misconfiguration::ClientId));
        }
        match request.door {
            Some(DoorKind::Device) => device::may_begin(inner, provider)?,
            _ => provider.takes_codes()?,
        }
        request.ask.check(inner.schemes)?;
        Ok(provider.preset.name.clone())
    })??;
    let id = FlowId::random().ok_or(Error::Unsupported(doorkey_oidc::Unsupported::CodeFlow))?;
    let now = inner.clock.now().0;
    let status = FlowStatus {
        id: id.clone(),
        provider: request.provider.clone(),
        provider_name,
        host: None,
        door: None,
        started_at: now,
        expires_at: now + FLOW_LIFETIME,
        device: None,
        stage: Stage::Preparing,
    };
    let notes = inner.journal.begin(Head {
        id: id.clone(),
        kind: FlowKind::SignIn,
        provider: status.provider.clone(),
        provider_name: status.provider_name.clone(),
        account: None,
    });
    notes.open(StepKind::Asked).done();
    let earlier: Vec<FlowId> = inner.flows().keys().cloned().collect();
    let stop = Arc::new(Notify::new());
    let (shown, is_shown) = tokio::sync::oneshot::channel();
    let task = tokio::spawn({
        let (inner, id, stop) = (inner.clone(), id.clone(), stop.clone());
        async move {
            // What it does is told by the flow, so the flow comes first.
            let _ = is_shown.await;
            if let Err(error) = run(&inner, &id, request, &stop, &notes).await {
                tracing::info!(%error, "a sign-in ended");
                inner.set_stage(&id, Stage::Failed(error));
            }
        }
    });
    inner.show(Running {
        status,
        url: None,
        link_until: None,
        state: None,
        given_up: false,
        waiting: Some(Waiting { stop, task }),
    });
    let _ = shown.send(());
    // On its own, so that nothing that happens to the new sign-in leaves an old one half given up.
    tokio::spawn({
        let inner = inner.clone();
        async move {
            for flow in earlier {
                if inner.give_up(&flow).await {
                    inner.flows().remove(&flow);
                }
            }
        }
    });
    Ok(id)
}

/// Everything from discovery to the end of the waiting.
async fn run(inner: &Arc<Inner>, id: &FlowId, request: SignIn, stop: &Notify, notes: &Notes) -> Result<(), Error> {
    if request.door == Some(DoorKind::Device) {
        return device::run(inner, id, &request, stop, notes).await;
    }
    let prepared = tokio::select! {
        prepared = prepare(inner, id, &request, notes) => prepared?,
        // Given up before there is anything to redeem.
        () = stop.notified() => return Ok(()),
    };
    let Prepared {
        mut door,
        mut parked,
        url,
        link_until,
        metadata,
    } = prepared;
    let state = parked.stage.state_key();
    reach(Point::SignInPrepared);
    // Parked before the browser opens: whoever gets the redirect finds it, also if this program is gone by then.
    let step = notes.open(StepKind::Parked);
    parked.journal = notes.so_far();
    step.close(parked.put(inner.records().await).await)?;
    reach(Point::SignInParked);
    // RFC 9126 2.2: sealing may have waited for a keychain that asks the person, and a browser is not sent with a link that leads nowhere.
    if link_until.is_some_and(|until| inner.clock.now() >= until) {
        inner.retire(&state, Tombstone::Expired).await?;
        return Err(Error::FlowLost(FlowLost::FlowExpired));
    }
    let known = match inner.flows().get_mut(id) {
        Some(running) if !running.given_up => {
            running.url = Some(url.clone());
            running.link_until = link_until;
            running.state = Some(state.clone());
            running.status = parked.shown.status(Stage::Waiting(Browser::Opening));
            true
        }
        _ => false,
    };
    drop(parked);
    if !known {
        // Given up while it was parked: it must not be redeemed.
        inner.retire(&state, Tombstone::Cancelled).await?;
        return Ok(());
    }
    inner.tell(Event::Flow);
    tokio::spawn(send_to_browser(inner.clone(), id.clone(), url, notes.clone()));
    tokio::spawn(warm_up(inner.clone(), metadata, notes.clone()));
    let ended = wait(inner, id, &mut door, stop).await;
    if let Some(door) = door.take() {
        match &ended {
            Ok(Ended::GivenUp) => door.close().await,
            // The browser still loads the page that says how it went.
            _ => inner.note_closing(door.close_later()),
        }
    }
    ended.map(|_| ())
}

/// A sign-in that is ready to be parked.
struct Prepared {
    door: Option<LoopbackDoor>,
    parked: Parked,
    url: Arc<AuthorizationUrl>,
    /// When the provider forgets what the link names, if it was pushed there.
    link_until: Option<Now>,
    metadata: ProviderMetadata,
}

/// Asks the provider what it is, opens a door, and makes the authorization request.
async fn prepare(inner: &Arc<Inner>, id: &FlowId, request: &SignIn, notes: &Notes) -> Result<Prepared, Error> {
    let (preset, registers_itself) = inner.provider(&request.provider, |known| {
        (known.preset.clone(), known.registers_itself())
    })?;
    if let Keeping::Memory(Error::KeychainLocked(_)) = inner.keeping() {
        // It may have been unlocked meanwhile; if so, this session lasts.
        inner.look_again().await;
    }
    let issuer = Issuer::new(preset.issuer.clone(), inner.schemes)?;
    let metadata = inner.known.metadata(&issuer, Some(notes)).await?;
    let own = match registers_itself {
        true => Some(own_client(inner, &preset, &metadata, notes).await?),
        false => None,
    };
    let step = notes.open(StepKind::DoorOpened);
    let open = step.close(choice::open(inner, request, own.as_ref()).await)?;
    notes.door(open.kind);
    let settled = Settled {
        metadata: metadata.clone(),
        registration: open.registration,
        redirect_uri: open.redirect_uri,
    };
    let random = randomness()?;
    let Made { url, stage, link_until } = ask::make(inner, &preset, request, settled, &random, notes).await?;
    let shown = Shown {
        flow: id.clone(),
        provider: preset.id,
        provider_name: preset.name,
        host: metadata.authorization_endpoint.shown_host(),
        door: open.kind,
        started_at: inner.clock.now().0,
        expires_at: stage.expires_at().0,
    };
    Ok(Prepared {
        door: open.door,
        parked: Parked {
            shown,
            stage,
            journal: None,
        },
        url: Arc::new(url),
        link_until,
        metadata,
    })
}

/// The client that this program is where nobody configured one: known by its document, or registered by this installation.
pub(crate) async fn own_client(
    inner: &Inner,
    preset: &Preset,
    metadata: &ProviderMetadata,
    notes: &Notes,
) -> Result<Own, Error> {
    if let Some(registration) = document::client(inner, metadata) {
        let path = document::CALLBACK.to_owned();
        return Ok(Own { registration, path });
    }
    let registration = installation::client(inner, preset, metadata, notes).await?;
    let path = callback(&preset.id);
    Ok(Own { registration, path })
}

/// Hands the link to the browser, and says whether it took it.
async fn send_to_browser(inner: Arc<Inner>, id: FlowId, url: Arc<AuthorizationUrl>, notes: Notes) {
    let step = notes.open(StepKind::BrowserOpened);
    let opened = step.close(open_browser(&inner, &url).await);
    reach(Point::SignInBrowserOpened);
    inner.set_browser(
        &id,
        if opened.is_ok() {
            Browser::Opened
        } else {
            Browser::Failed
        },
    );
}

/// While the person is in the browser: a connection to the token endpoint, and the keys that its answer is checked with.
pub(crate) async fn warm_up(inner: Arc<Inner>, metadata: ProviderMetadata, notes: Notes) {
    inner.transport.warm(metadata.token_endpoint.url()).await;
    if let Err(error) = inner.known.keys(&metadata, Some(&notes)).await {
        // Not the end: the second half asks again.
        tracing::info!(%error, "the provider's keys could not be fetched yet");
    }
}

/// Hands the link to the browser.
pub(crate) async fn open_browser(inner: &Inner, url: &AuthorizationUrl) -> Result<(), Error> {
    let loopback_http = inner.schemes == doorkey_oidc::provider::Transport::DangerousLoopbackHttp;
    inner.user_agent.open(url.url(), loopback_http).await?;
    Ok(())
}

/// How a waiting ended.
enum Ended {
    /// The sign-in is over, well or not.
    Over,
    /// Nobody wants it any more.
    GivenUp,
}

/// Waits until the sign-in is over: by a redirect to the door, by a link that this process got, by another process, or by time.
async fn wait(inner: &Arc<Inner>, id: &FlowId, door: &mut Option<LoopbackDoor>, stop: &Notify) -> Result<Ended, Error> {
    let mut events = inner.events();
    let mut look = interval(LOOK);
    loop {
        tokio::select! {
            arrival = next(door) => take(inner, arrival),
            () = stop.notified() => return Ok(Ended::GivenUp),
            _ = events.recv() => {}
            _ = look.tick() => match Outcome::find(inner.records().await, id, inner.clock.now()).await {
                Ok(Some((outcome, journal))) => {
                    journal.into_iter().for_each(|journal| inner.journal.adopt(journal));
                    settle(inner, id, outcome).await;
                }
                Ok(None) => {}
                // The parked record may be as good as before: the waiting goes on.
                Err(error) => tracing::warn!(%error, "the outcome of a sign-in could not be looked for"),
            }
        }
        let (stage, state, expires_at) = match inner.flows().get(id) {
            Some(running) => (
                running.status.stage.clone(),
                running.state.clone(),
                running.status.expires_at,
            ),
            None => return Ok(Ended::GivenUp),
        };
        if stage.is_over() {
            return Ok(Ended::Over);
        }
        if inner.clock.now().0 >= expires_at && !matches!(stage, Stage::Completing) {
            // Another process that took it at the last moment is given the time that an exchange takes.
            let taken = match state {
                Some(state) => !inner.retire(&state, Tombstone::Expired).await?,
                None => false,
            };
            if taken && inner.clock.now().0 < expires_at + EXCHANGE {
                continue;
            }
            return Err(Error::FlowLost(FlowLost::FlowExpired));
        }
    }
}

/// The next redirect to the loopback door; never, if it is a link that is waited for.
async fn next(door: &mut Option<LoopbackDoor>) -> Arrival {
    if let Some(open) = door {
        match open.next().await {
            Some(arrival) => return arrival,
            // The system took the listener away; it is not asked again.
            None => *door = None,
        }
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
            Receipt::BrowserSessionEnded => Verdict::SignedOut,
            Receipt::Trial { .. } | Receipt::Unknown => Verdict::Unknown,
        };
        arrival.answer(verdict);
    });
}

/// Another process completed it: shows here what became of it.
async fn settle(inner: &Arc<Inner>, id: &FlowId, outcome: Outcome) {
    let stage = match outcome {
        Outcome::SignedIn(account) => {
            match sessions::read(inner.records().await, &account).await {
                Ok(Some(record)) => {
                    // Signed out here before, and in again now.
                    inner.left(&account);
                    inner.index.set(record.account());
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "the account could not be read"),
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
