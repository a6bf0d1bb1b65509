//! `doorkey sign-in`: from the provider that was named to an account, or to the reason why there is none.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use doorkey::flow::{self, Ask, DoorKind, FlowId, FlowStatus, Receipt, Stage};
use doorkey::providers::{Provider, ProviderConfig, Registration};
use doorkey::sessions::AccountId;
use doorkey::{Client, Error, Misconfiguration};
use serde_json::json;
use tokio::process::Command;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::accounts::view;
use crate::arguments::{Browser, Door, Shared, SignIn};
use crate::configuration;
use crate::device;
use crate::exit::Failure;
use crate::output::Out;
use crate::outside::{say, shown};
use crate::paste::Paste;
use crate::place::{self, Place};

/// The id of a provider that has none but its issuer.
pub(crate) const BY_ISSUER: &str = "openid";

pub(crate) async fn run(out: Out, shared: &Shared, arguments: SignIn) -> Result<(), Failure> {
    let mut place = Place::of(shared)?;
    place.opens_browser = matches!(arguments.browser, Browser::System);
    let named = match arguments.resource {
        Some(_) => None,
        None => Some(provide(&mut place, &arguments)?),
    };
    if let Some(id) = &named {
        caution(out, &place, id)?;
    }
    let paste = (arguments.door == Door::Paste).then(Paste::open).transpose()?;
    let client = place.open_kept().await?;
    let (id, mut ask) = match (named, &arguments.resource) {
        (Some(id), _) => (id, Ask::default()),
        (None, resource) => of_resource(out, &client, resource.as_deref().unwrap_or_default(), &arguments).await?,
    };
    ask.prompts = arguments.prompt.iter().copied().map(Into::into).collect();
    ask.max_age = arguments.max_age;
    ask.acr_values.clone_from(&arguments.acr);
    ask.dpop = arguments.dpop.map(Into::into).or(ask.dpop);
    ask.push = arguments.push;
    let wanted = arguments.account.as_deref();
    let wanted = wanted.map(|named| place::account(&client, Some(named))).transpose()?;
    let hint = wanted
        .as_ref()
        .map(|account| account.profile.email.as_ref().unwrap_or(&account.subject));
    let request = flow::SignIn {
        door: door(&client, &id, arguments.door),
        login_hint: arguments.login_hint.clone().or(hint.cloned()),
        provider: id,
        ask,
    };
    let mut signing = Signing {
        out,
        client,
        flow: None,
        browser: arguments.browser,
        paste,
        told_browser: false,
        told_completing: false,
        pasted: false,
    };
    let within = Duration::from_secs(arguments.timeout);
    let carried = signing.carry_through(request, within).await;
    if carried.is_err()
        && let Some(flow) = &signing.flow
    {
        // Also where nobody reads our output any more: what is parked is taken back.
        signing.client.cancel(flow).await;
        if arguments.door == Door::Device {
            // An answer that is on its way may be the one with the tokens, which comes once.
            signing.client.pages_shown().await;
        }
    }
    let account = carried?;
    let Signing {
        client, pasted, paste, ..
    } = signing;
    drop(paste);
    let account = place::account(&client, Some(account.as_str()))?;
    if out.is_json() {
        out.json(&json!({ "event": "signed-in", "account": view(&account) }))?;
    } else {
        let values = [
            ("provider", account.provider_name.as_str()),
            ("name", account.display_name()),
        ];
        out.note(&say("command-signed-in", &values))?;
    }
    if wanted.is_some_and(|wanted| wanted.id != account.id) {
        out.note(&say("command-other-account", &[]))?;
    }
    client.save_unsaved().await?;
    if !pasted {
        // The browser still loads the page that says how it went.
        client.pages_shown().await;
    }
    Ok(())
}

/// The provider that an API names, and what to ask it for. Whose page the person is sent to is said before it is opened.
async fn of_resource(out: Out, client: &Client, url: &str, arguments: &SignIn) -> Result<(String, Ask), Failure> {
    let found = client.provider_of_resource(url, registration(arguments)?).await;
    let found = found.map_err(|error| Failure::of_provider(error, url))?;
    if out.is_json() {
        out.json(&json!({ "event": "provider", "issuer": found.issuer, "resource": url, "resource_name": found.resource_name }))?;
    } else {
        let name = found.resource_name.as_deref().unwrap_or(url);
        let values = [("resource", name), ("issuer", found.issuer.as_str())];
        out.note(&say("command-of-resource", &values))?;
    }
    let mut ask = found.ask;
    if !arguments.scope.is_empty() {
        let scopes = arguments.scope.iter().flat_map(|list| list.split_ascii_whitespace());
        ask.scopes = scopes.map(str::to_owned).collect();
    }
    Ok((found.provider, ask))
}

/// The client that was named.
fn registration(arguments: &SignIn) -> Result<Option<Registration>, Failure> {
    let secret = arguments.client_secret_fd.map(place::from_fd).transpose()?;
    let id = arguments.client_id.clone();
    Ok(id.map(|client_id| Registration::new(client_id, secret)))
}

/// Puts the provider that was named, as it was named, among those of the client.
fn provide(place: &mut Place, arguments: &SignIn) -> Result<String, Failure> {
    let client = registration(arguments)?;
    let id = if let Some(issuer) = &arguments.issuer {
        let client = client.ok_or(Error::Misconfigured(Misconfiguration::ClientId))?;
        let name = url::Url::parse(issuer)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned));
        let name = name.unwrap_or_else(|| issuer.clone());
        let provider = Provider::openid(BY_ISSUER, shown(&name).as_str(), issuer, client, place.schemes());
        let provider = provider.map_err(|error| Failure::of_provider(error, &name))?;
        place.providers.retain(|known| known.preset.id != BY_ISSUER);
        place.providers.push(provider);
        BY_ISSUER.to_owned()
    } else {
        let id = arguments.provider.clone().unwrap_or_default();
        let known = place.providers.iter_mut().find(|known| known.preset.id == id);
        match (known, client) {
            (Some(known), Some(client)) if arguments.parameter.is_empty() => known.client = Some(client),
            (Some(_), None) if arguments.parameter.is_empty() => {}
            (_, client) => {
                let config = ProviderConfig {
                    client,
                    parameters: arguments.parameter.iter().cloned().collect(),
                    ..ProviderConfig::default()
                };
                let provider = configuration::of_preset(&id, config)?;
                place.providers.retain(|known| known.preset.id != id);
                place.providers.push(provider);
            }
        }
        id
    };
    let Some(known) = place.providers.iter_mut().find(|known| known.preset.id == id) else {
        return Ok(id);
    };
    if !arguments.scope.is_empty() {
        // RFC 6749 section 3.3: scopes have spaces between them.
        let mut scopes: Vec<String> = Vec::new();
        for scope in arguments.scope.iter().flat_map(|list| list.split_ascii_whitespace()) {
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        // OIDC Core section 3.1.2.1: without `openid` there would be no ID Token to believe.
        if known.preset.scopes.iter().any(|scope| scope == "openid") && !scopes.iter().any(|scope| scope == "openid") {
            scopes.insert(0, "openid".to_owned());
        }
        known.preset.scopes = scopes;
    }
    Ok(id)
}

/// Says of a preset that nobody has signed in with at the provider itself that it is so, before anything is done with it.
fn caution(out: Out, place: &Place, id: &str) -> Result<(), Failure> {
    let known = place.providers.iter().find(|known| known.preset.id == id);
    if id != BY_ISSUER
        && let Some(caution) = known.and_then(|known| known.preset.caution())
        && !out.is_json()
    {
        out.note(&say("command-caution", &[("text", &caution)]))?;
    }
    Ok(())
}

/// The door for the client. A terminal waits by itself, so loopback comes first; a link needs the app.
fn door(client: &Client, id: &str, door: Door) -> Option<DoorKind> {
    let has_loopback = client.with_providers(|all| {
        let known = all.iter().find(|known| known.preset.id == id);
        known.is_some_and(Provider::takes_loopback)
    });
    match door {
        Door::Scheme => Some(DoorKind::Scheme),
        Door::Loopback | Door::Paste => Some(DoorKind::Loopback),
        Door::Device => Some(DoorKind::Device),
        Door::Auto => has_loopback.then_some(DoorKind::Loopback),
    }
}

/// A sign-in that is under way.
struct Signing {
    out: Out,
    client: Client,
    flow: Option<FlowId>,
    browser: Browser,
    paste: Option<Paste>,
    told_browser: bool,
    told_completing: bool,
    pasted: bool,
}

/// Why the waiting is given up.
enum Stop {
    Person,
    Time,
    Browser,
}

impl Signing {
    async fn carry_through(&mut self, request: flow::SignIn, within: Duration) -> Result<AccountId, Failure> {
        // Before anything is parked, so that what is parked is taken back.
        let mut interrupted = std::pin::pin!(interruption()?);
        crate::prompt::MINDED.store(true, std::sync::atomic::Ordering::SeqCst);
        let mut events = self.client.events();
        let until = Instant::now() + within;
        let mut program: Option<oneshot::Receiver<()>> = None;
        let mut stop = None;
        self.flow = Some(self.client.begin(request)?);
        loop {
            let Some(status) = self.status() else {
                return Err(Error::Cancelled.into());
            };
            match &status.stage {
                Stage::SignedIn(account) => return Ok(account.clone()),
                Stage::Failed(error) => {
                    let failure = Failure::of_provider(error.clone(), &status.provider_name);
                    self.part_with_browser().await;
                    return Err(failure);
                }
                Stage::Waiting(browser) => {
                    if let Some(started) = self.waiting(&status, *browser)? {
                        program = Some(started);
                    }
                }
                Stage::Completing => self.completing()?,
                Stage::Preparing => {}
            }
            if let Some(why) = stop.take() {
                // One whose redirect has come goes on to its end: its code is spent.
                self.client.cancel(&status.id).await;
                if self.status().is_none() {
                    let error = match why {
                        Stop::Person => Error::Cancelled,
                        Stop::Time => Error::TimedOut,
                        Stop::Browser => Error::BrowserUnavailable,
                    };
                    return Err(Failure::of_provider(error, &status.provider_name));
                }
            }
            tokio::select! {
                _ = events.recv() => {}
                result = &mut interrupted => { result?; stop = Some(Stop::Person); interrupted.set(interruption()?); }
                () = tokio::time::sleep_until(until), if matches!(status.stage, Stage::Preparing | Stage::Waiting(_)) => {
                    stop = Some(Stop::Time);
                }
                failed = ended(&mut program) => { program = None; if failed { stop = Some(Stop::Browser); } }
                line = pasted(&mut self.paste) => self.receive(line.trim()).await?,
            }
        }
    }

    fn status(&self) -> Option<FlowStatus> {
        self.client
            .flow()
            .filter(|status| Some(&status.id) == self.flow.as_ref())
    }

    /// The browser should open: says so once, and starts the program that opens it.
    fn waiting(
        &mut self,
        status: &FlowStatus,
        browser: flow::Browser,
    ) -> Result<Option<oneshot::Receiver<()>>, Failure> {
        if let Some(code) = &status.device {
            // No browser opens for a code: the person goes to its page on the screen of their choice.
            if !std::mem::replace(&mut self.told_browser, true) {
                device::tell(self.out, code, status.started_at)?;
            }
            return Ok(None);
        }
        // The client tries by itself, and it is known within seconds whether it could.
        let shows_link = match (&self.browser, browser) {
            (Browser::System, flow::Browser::Opening | flow::Browser::NotAsked) => return Ok(None),
            (Browser::System, flow::Browser::Opened) => false,
            (Browser::System, flow::Browser::Failed) | (Browser::None, _) => true,
            (Browser::Program(_), _) => false,
        };
        if std::mem::replace(&mut self.told_browser, true) {
            return Ok(None);
        }
        let Some(url) = self.client.flow_url(&status.id) else {
            return Ok(None);
        };
        let url = url.url().as_str();
        let host = status.host.as_deref().unwrap_or_default();
        if self.out.is_json() {
            self.out
                .json(&json!({ "event": "browser", "url": url, "host": host }))?;
        } else {
            if shows_link {
                self.out.note(&say("command-open-link", &[]))?;
                // Serialised by us: it has no character that a terminal acts upon, and a cut link would be of no use.
                self.out.link(url)?;
            }
            self.out.note(&say("command-waiting", &[("host", host)]))?;
            if self.paste.is_some() {
                self.out.note(&say("command-paste-here", &[]))?;
            }
        }
        match &self.browser {
            Browser::Program(program) => Ok(Some(start(program, url))),
            Browser::System | Browser::None => Ok(None),
        }
    }

    fn completing(&mut self) -> Result<(), Failure> {
        if !std::mem::replace(&mut self.told_completing, true) && !self.out.is_json() {
            self.out.note(&say("command-completing", &[]))?;
        }
        Ok(())
    }

    /// What was pasted goes the way of every redirect. One that belongs to no sign-in changes nothing.
    async fn receive(&mut self, link: &str) -> Result<(), Failure> {
        match self.client.receive(link).await {
            Receipt::Unknown | Receipt::Trial { .. } | Receipt::Spent(_) | Receipt::BrowserSessionEnded => {
                self.out.note(&say("command-paste-unknown", &[]))?;
            }
            Receipt::SignedIn(_) | Receipt::Failed(_) => self.pasted = true,
        }
        Ok(())
    }

    /// A redirect that was refused has a page in the browser too.
    async fn part_with_browser(&mut self) {
        self.paste = None;
        if !self.pasted {
            self.client.pages_shown().await;
        }
    }
}

/// Starts a program that opens the link. What is received tells that it could not.
fn start(program: &Path, url: &str) -> oneshot::Receiver<()> {
    let (failed, told) = oneshot::channel();
    let mut command = Command::new(program);
    // Standard output is ours: events go there.
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null());
    let started = command.spawn();
    tokio::spawn(async move {
        let opened = match started {
            Ok(mut child) => child.wait().await.is_ok_and(|status| status.success()),
            Err(_) => false,
        };
        if !opened {
            // Nobody waits any more: then it does not matter.
            let _ = failed.send(());
        }
    });
    told
}

/// Whether the program failed, once that is known; never if there is none.
async fn ended(program: &mut Option<oneshot::Receiver<()>>) -> bool {
    match program {
        Some(told) => told.await.is_ok(),
        None => std::future::pending().await,
    }
}

async fn pasted(paste: &mut Option<Paste>) -> zeroize::Zeroizing<String> {
    match paste {
        Some(paste) => paste.next().await,
        None => std::future::pending().await,
    }
}

/// Ctrl+C, or a request to end.
pub(crate) fn interruption() -> Result<impl Future<Output = std::io::Result<()>>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! { _ = interrupt.recv() => {} _ = terminate.recv() => {} }
            Ok(())
        })
    }
    #[cfg(not(unix))]
    Ok(tokio::signal::ctrl_c())
}
