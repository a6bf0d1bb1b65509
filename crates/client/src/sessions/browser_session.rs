//! Ending the browser's session at the provider: asked for in the browser, never waited for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorkey_oidc::logout::{self, ExpectLogoutRedirect, LOGOUT_LIFETIME, Randomness, Request};
use doorkey_oidc::provider::Issuer;
use doorkey_oidc::redirect::{Redirect, RedirectUri, StateKey};
use doorkey_oidc::{Now, Secret};
use rand::TryRng as _;
use tokio::time::{Duration, Instant};
use url::Url;

use super::{Account, Record};
use crate::Error;
use crate::client::Event;
use crate::complete;
use crate::doors::loopback::{LoopbackDoor, Ports, Verdict};
use crate::flow::Receipt;
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::providers::PostLogoutRedirect;

/// How long the provider may take to say where its endpoint is.
const DEADLINE: Duration = Duration::from_secs(8);
/// How long the browser may take to come for the address that it was opened with.
const FETCH_WITHIN: Duration = Duration::from_secs(60);

/// What became of the browser's session at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserSession {
    /// The browser was sent to the provider. Whether the session ended there is told by an event, if the provider says so.
    Asked,
    /// The provider has no endpoint for that.
    Unsupported,
    /// The provider could not be asked where its endpoint is, or nothing is known of the account any more.
    ProviderUnavailable,
    /// The browser could not be opened.
    BrowserUnavailable,
}

/// What of an account is needed to end its session in the browser.
pub(crate) struct Leaving {
    issuer: Result<Issuer, Error>,
    provider: String,
    provider_name: String,
    client_id: String,
    id_token: Option<Secret>,
    hint: Option<String>,
}

impl Leaving {
    pub(crate) fn of(record: &Record, account: Option<&Account>) -> Self {
        Self {
            issuer: record.issuer(),
            provider: record.provider.clone(),
            provider_name: record.provider_name.clone(),
            client_id: record.client_id.clone(),
            id_token: record.id_token.clone().map(Secret::new),
            hint: account.and_then(|account| account.profile.email.clone()),
        }
    }
}

/// Logouts that wait for the browser to come back, by their state. In memory only: nothing depends on them.
#[derive(Default)]
pub(crate) struct Logouts(Mutex<HashMap<StateKey, Pending>>);

struct Pending {
    stage: ExpectLogoutRedirect,
    provider_name: String,
}

impl Logouts {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<StateKey, Pending>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for(&self, pending: Pending, now: Now) -> StateKey {
        let key = pending.stage.state_key();
        let mut all = self.lock();
        all.retain(|_, pending| pending.stage.expires_at() > now);
        all.insert(key.clone(), pending);
        key
    }
}

/// Sends the browser to the provider's end-session endpoint, by an address of our own that works once: so the ID Token stands
/// in no program's arguments, where every other program of the person's session could read it.
///
/// Spec: RP-Initiated Logout section 2
pub(crate) async fn end(inner: &Arc<Inner>, leaving: Leaving, notes: &Notes) -> BrowserSession {
    let metadata = async {
        inner
            .known
            .metadata(leaving.issuer.as_ref().map_err(Clone::clone)?, Some(notes))
            .await
    };
    let Ok(Ok(metadata)) = tokio::time::timeout(DEADLINE, metadata).await else {
        return BrowserSession::ProviderUnavailable;
    };
    if metadata.end_session_endpoint.is_none() {
        return BrowserSession::Unsupported;
    }
    let path = format!("/signed-out/{}", leaving.provider);
    let (Ok(door), Some(state), Some(way)) = (
        LoopbackDoor::open(Ports::Any, &path, complete::pages(inner)).await,
        random(),
        random(),
    ) else {
        return BrowserSession::BrowserUnavailable;
    };
    let redirect = post_logout_redirect(inner, &leaving.provider);
    let back = match redirect {
        PostLogoutRedirect::None => None,
        PostLogoutRedirect::Scheme => RedirectUri::new(format!("{}:{path}", inner.scheme)).ok(),
        PostLogoutRedirect::Loopback => RedirectUri::new(door.redirect_uri()).ok(),
    };
    let request = Request {
        metadata: &metadata,
        client_id: &leaving.client_id,
        id_token_hint: leaving.id_token.as_ref(),
        logout_hint: leaving.hint.as_deref(),
        post_logout_redirect_uri: back,
        ui_locales: &[],
    };
    let now = inner.clock.now();
    let Ok((url, stage)) = logout::begin(request, &Randomness(state), now) else {
        return BrowserSession::Unsupported;
    };
    let way = Secret::new(URL_SAFE_NO_PAD.encode(way));
    // Exposed to the journal, which keeps host and names of parameters.
    let Ok(shown) = Url::parse(url.expose()) else {
        return BrowserSession::Unsupported;
    };
    // Exposed to the header with which our own listener sends the browser on.
    let address = door.lead_away(way, url.expose()).map(|address| Url::parse(&address));
    let Ok(Ok(address)) = address else {
        return BrowserSession::BrowserUnavailable;
    };
    let provider_name = leaving.provider_name;
    let key = stage.map(|stage| inner.logouts.wait_for(Pending { stage, provider_name }, now));
    let mut step = notes.open(StepKind::LogoutRequest);
    step.visits(&shown);
    // Our own listener, so http to a loopback address in every build.
    let opened = inner.user_agent.open(&address, true).await;
    if step.close(opened).is_err() {
        if let Some(key) = key {
            inner.logouts.lock().remove(&key);
        }
        door.close().await;
        return BrowserSession::BrowserUnavailable;
    }
    let comes_back = redirect == PostLogoutRedirect::Loopback && key.is_some();
    inner.note_closing(tokio::spawn(attend(Arc::downgrade(inner), door, comes_back)));
    BrowserSession::Asked
}

/// Keeps the door until the browser has been there and, where it comes back to it, has come back.
async fn attend(inner: std::sync::Weak<Inner>, mut door: LoopbackDoor, comes_back: bool) {
    let give_up = Instant::now() + Duration::from_secs(LOGOUT_LIFETIME.unsigned_abs());
    let departed = tokio::time::timeout(FETCH_WITHIN, door.departed()).await;
    while departed.is_ok() && comes_back {
        let Ok(Some(arrival)) = tokio::time::timeout_at(give_up, door.next()).await else {
            break;
        };
        let Some(inner) = inner.upgrade() else { break };
        let credited = matches!(receive(&inner, &arrival.url), Some(Receipt::BrowserSessionEnded));
        arrival.answer(if credited { Verdict::SignedOut } else { Verdict::Unknown });
        if credited {
            break;
        }
    }
    // What is being written goes out first.
    let _ = door.close_later().await;
}

/// Takes a redirect, by whichever door it came. Only one with the state of a logout that waits is credited to it; every other
/// changes nothing, for any web page can open our scheme.
///
/// Spec: RP-Initiated Logout section 3
pub(crate) fn receive(inner: &Inner, link: &str) -> Option<Receipt> {
    let redirect = Redirect::parse(link).ok()?;
    let pending = inner.logouts.lock().remove(&redirect.state_key()?)?;
    match pending.stage.receive(redirect, inner.clock.now()) {
        Ok(_ended) => {
            inner.tell(Event::BrowserSessionEnded {
                provider_name: pending.provider_name,
            });
            Some(Receipt::BrowserSessionEnded)
        }
        Err(error) => {
            tracing::info!(%error, "a redirect after a logout was not credited to it");
            Some(Receipt::Unknown)
        }
    }
}

fn post_logout_redirect(inner: &Inner, provider: &str) -> PostLogoutRedirect {
    let known = inner.provider(provider, |known| known.preset.logout.redirect);
    known.unwrap_or_default()
}

/// Random bytes from the operating system.
fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).ok()?;
    Some(bytes)
}
