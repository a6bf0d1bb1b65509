//! Signing in on another screen: the provider gives a code, the person enters it wherever they like, and this program asks until they have.
//!
//! Nothing of it is parked: there is no redirect that another process could get, so the device code lives in this process alone and is
//! wiped with it. When the process ends before the person has answered, the code ends by itself at the provider, within
//! minutes, and brings nobody anything: whoever does not hold the device code gets no tokens for it.
//!
//! The door is opened by the person's own choice only. A code can be read out to anybody and entered by anybody, which is how people are
//! phished by it; so no browser is opened by itself either, and each place that shows a code says that only a code one asked for is to
//! be entered.
//!
//! Spec: RFC 8628; for the phishing, sections 5.4 and 5.5

mod lapse;
mod polling;

use std::sync::Arc;

use doorkey_oidc::device::{self, DEVICE_RESPONSE_LIMIT, DeviceCode, ExpectDevice, Request};
use doorkey_oidc::provider::{Issuer, ProviderMetadata};
use doorkey_oidc::{Misconfiguration, Unsupported};
use tokio::sync::Notify;
use tokio::time::Duration;
use url::Url;

use self::lapse::Lapse;
use crate::client::Event;
use crate::error::FlowLost;
use crate::flow::{Browser, DoorKind, FlowId, SignIn, Stage};
use crate::fresh::fresh_at;
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::parked::Shown;
use crate::providers::{Provider, Registration};
use crate::records::Keeping;
use crate::transport::Limits;
use crate::{Error, begin};

/// How long the provider may take to give a code.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(15),
    max_bytes: DEVICE_RESPONSE_LIMIT,
};

/// What is known of a sign-in by code, all through it.
struct Attempt {
    shown: Shown,
    metadata: ProviderMetadata,
    registration: Registration,
    /// The APIs that the tokens are for.
    resources: Vec<String>,
}

/// Whether a sign-in by code may begin here, at this provider.
///
/// Errors: `Unsupported(DoorSwitchedOff)` where this program must not, `Unsupported(DeviceFlow)` where the provider is known to have no such
/// endpoint, `Misconfigured(ClientId)` without a client for it.
pub(crate) fn may_begin(inner: &Inner, provider: &Provider) -> Result<(), Error> {
    // RFC 8628 5.4: codes are phished for. Who decides over this program may do without them.
    if !inner.allow_device {
        return Err(Error::Unsupported(Unsupported::DoorSwitchedOff));
    }
    if !provider.preset.device {
        return Err(Error::Unsupported(Unsupported::DeviceFlow));
    }
    // No question here of a secret: codes of redirects may want one where device codes do not.
    if !provider.takes_device() {
        return Err(Error::Misconfigured(Misconfiguration::ClientId));
    }
    Ok(())
}

/// Everything from discovery to the account, or to the end of the code.
pub(crate) async fn run(
    inner: &Arc<Inner>,
    id: &FlowId,
    request: &SignIn,
    stop: &Notify,
    notes: &Notes,
) -> Result<(), Error> {
    let (attempt, code, expect, lapse) = tokio::select! {
        given = ask_for_code(inner, id, request, notes) => given?,
        // Should a code come yet, nobody learns it, and it ends by itself.
        () = stop.notified() => return Ok(()),
    };
    if !show(inner, id, &attempt.shown, code) {
        return Ok(());
    }
    notes.open(StepKind::CodeShown).done();
    tokio::spawn(begin::warm_up(inner.clone(), attempt.metadata.clone(), notes.clone()));
    polling::poll(inner, attempt, expect, lapse, stop, notes).await
}

/// Asks the provider for a code.
///
/// Spec: RFC 8628 sections 3.1, 3.2
async fn ask_for_code(
    inner: &Arc<Inner>,
    id: &FlowId,
    request: &SignIn,
    notes: &Notes,
) -> Result<(Attempt, DeviceCode, ExpectDevice, Lapse), Error> {
    let (preset, configured) = inner.provider(&request.provider, |known| {
        (known.preset.clone(), known.client.as_ref().map(Registration::share))
    })?;
    if let Keeping::Memory(Error::KeychainLocked(_)) = inner.keeping() {
        // It may have been unlocked meanwhile; if so, this session lasts.
        inner.look_again().await;
    }
    let issuer = Issuer::new(preset.issuer.clone(), inner.schemes)?;
    let metadata = inner.known.metadata(&issuer, Some(notes)).await?;
    notes.door(DoorKind::Device);
    let registration = match configured {
        Some(registration) => registration,
        // Nothing is registered for what cannot be.
        None if metadata.device_authorization_endpoint.is_none() => {
            return Err(Error::Unsupported(Unsupported::DeviceFlow));
        }
        None => begin::own_client(inner, &preset, &metadata, notes).await?.registration,
    };
    let mut step = notes.open(StepKind::DeviceAuthorization);
    let asked = Request {
        metadata: metadata.clone(),
        client: step.heed(registration.client())?,
        scopes: request.ask.scopes_beside(&preset.scopes),
        resources: step.heed(request.ask.resources(metadata.transport))?,
        // Its proofs go with each token request.
        binding: step.heed(request.ask.binding(&preset))?,
    };
    let began = inner.clock.now();
    let fresh = step.heed(fresh_at(began))?;
    let (sent, expect) = step.heed(device::begin(asked, &fresh))?;
    step.sends(&sent);
    let answer = inner.transport.send(sent, LIMITS).await.map_err(Error::from);
    step.answered(answer.as_ref());
    let mut lapse = Lapse::from_now(&inner.clock);
    let now = lapse.now();
    let given = answer.and_then(|answer| Ok(expect.receive_with(&answer, now, step.trail())?));
    let (code, expect) = step.close(given)?;
    let shown = Shown {
        flow: id.clone(),
        provider: preset.id,
        provider_name: preset.name,
        host: code.verification_uri.shown_host(),
        door: DoorKind::Device,
        started_at: began.0,
        expires_at: code.expires_at.0,
    };
    let attempt = Attempt {
        shown,
        metadata,
        registration,
        resources: request.ask.resources.clone(),
    };
    Ok((attempt, code, expect, lapse))
}

/// Shows the code. False if nobody wants the sign-in any more.
fn show(inner: &Inner, id: &FlowId, shown: &Shown, code: DeviceCode) -> bool {
    match inner.flows().get_mut(id) {
        Some(running) if !running.given_up => {
            running.status = shown.status(Stage::Waiting(Browser::NotAsked));
            running.status.device = Some(code);
        }
        _ => return false,
    }
    inner.tell(Event::Flow);
    true
}

/// The page on which the code of a sign-in that waits is entered: with the code in it, if the provider has such a link.
pub(crate) fn page(inner: &Inner, id: &FlowId) -> Option<Url> {
    let flows = inner.flows();
    let status = &flows.get(id)?.status;
    let code = status
        .device
        .as_ref()
        .filter(|_| matches!(status.stage, Stage::Waiting(_)))?;
    let page = code
        .verification_uri_complete
        .as_ref()
        .unwrap_or(&code.verification_uri);
    Some(page.url().clone())
}

/// Opens that page, because the person asked for it.
///
/// Spec: RFC 8628 section 3.3.1
pub(crate) async fn open_page(inner: &Inner, id: &FlowId) -> Result<(), Error> {
    let url = page(inner, id).ok_or(Error::FlowLost(FlowLost::Unknown))?;
    let loopback_http = inner.schemes == doorkey_oidc::provider::Transport::DangerousLoopbackHttp;
    inner.set_browser(id, Browser::Opening);
    let opened = inner.user_agent.open(&url, loopback_http).await;
    let browser = match &opened {
        Ok(_) => Browser::Opened,
        Err(_) => Browser::Failed,
    };
    inner.set_browser(id, browser);
    Ok(opened.map(|_| ())?)
}
