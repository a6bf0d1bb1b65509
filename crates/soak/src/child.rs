//! The child process: a client on a vault that others share, told what to do line by line.

mod cost;
mod sealed;
mod sessions;
mod sign_in;

use std::io::{BufRead as _, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use doorkey::link_handler::LinkHandler;
use doorkey::providers::{Provider, Registration};
use doorkey::sessions::{AccountId, Acts, RefreshReuse};
use doorkey::user_agent::UserAgent;
use doorkey::{Client, ClientConfig, Clock, Event, Keeping, Schemes};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use tracing_subscriber::filter::LevelFilter;

use crate::error::{Result, SoakError, broken, system};
use crate::keys;
use crate::telling::{landed, report, seen};
use crate::wire::{Ask, Named, Said, Setup};

/// The scheme of the child's links.
pub(crate) const SCHEME: &str = "com.example.app";
/// How long anything may take before the child says that it hangs.
const DEADLINE: Duration = Duration::from_secs(120);
/// What an access token has to be good for, in seconds.
const NEEDED: i64 = 60;

/// Reads what it is opened with and then what to do, until its standard input ends.
///
/// # Errors
/// [`SoakError`] when a line is no question or the client cannot be opened.
pub fn child() -> Result<()> {
    let Some(setup) = next_line()? else { return Ok(()) };
    let setup: Setup = serde_json::from_str(&setup).map_err(|_| broken("the first line is no setup"))?;
    if let Some(log) = &setup.log {
        let file = std::fs::File::create(log).map_err(system("the log"))?;
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(Mutex::new(file))
            .init();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .map_err(system("a runtime"))?;
    let mut person = Child {
        setup,
        clock: Clock::adjustable(),
        client: None,
        events: None,
    };
    while let Some(line) = next_line()? {
        let ask: Ask = serde_json::from_str(&line).map_err(|_| broken("a line is no question"))?;
        let said = match runtime.block_on(person.answer(ask)) {
            // The program under test did right, and the run shows nothing: the parent makes it once more.
            Err(SoakError::KeychainSilent(fault)) => Said::KeychainSilent(fault),
            said => said?,
        };
        say(&said)?;
    }
    Ok(())
}

/// Takes the lock of standard input for one line only: a point that is stopped at reads from it too.
fn next_line() -> Result<Option<String>> {
    let mut line = String::new();
    let read = std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(system("standard input"))?;
    Ok((read > 0).then_some(line))
}

fn say(said: &Said) -> Result<()> {
    let mut line = serde_json::to_string(said).map_err(|_| broken("an answer is no JSON"))?;
    line.push('\n');
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes())
        .and_then(|()| out.flush())
        .map_err(system("standard output"))
}

struct Child {
    setup: Setup,
    clock: Clock,
    client: Option<Client>,
    /// What the client has told since it was opened.
    events: Option<Receiver<Event>>,
}

impl Child {
    fn client(&self) -> Result<&Client> {
        self.client.as_ref().ok_or_else(|| broken("the client is not open"))
    }

    fn id(&self, subject: &str) -> Result<AccountId> {
        let accounts = self.client()?.accounts();
        let found = accounts.into_iter().find(|account| account.subject == subject);
        Ok(found.ok_or_else(|| broken("there is no such account"))?.id)
    }

    async fn answer(&mut self, ask: Ask) -> Result<Said> {
        match ask {
            Ask::Check => {
                let mut checked = self.check().await?;
                let told = self.notices()?;
                // Others are told to a person for a reason of their own: a link that was used already.
                checked.broken.extend(
                    told.iter()
                        .filter(|why| why.kind == "VaultDamaged")
                        .map(Named::to_string),
                );
                Ok(Said::Checked(checked))
            }
            Ask::Open => self.open().await,
            Ask::Notices => self.notices().map(Said::Notices),
            Ask::Accounts => Ok(Said::Accounts(self.client()?.accounts().iter().map(seen).collect())),
            Ask::Advance { seconds } => {
                self.clock.advance(seconds);
                Ok(Said::Done)
            }
            Ask::Begin { door } => self.begin(door).await,
            Ask::Receive { link } => Ok(Said::Landed(landed(self.client()?.receive(&link).await))),
            Ask::Flood {
                forged,
                link,
                redirect_uri,
            } => self.flood(forged, link, &redirect_uri).await,
            Ask::Refresh { subject, tasks } => self.refresh(&subject, tasks).await,
            Ask::RefreshAll => self.refresh_all().await,
            Ask::SignOut { subject } => {
                let id = self.id(&subject)?;
                let done = self.client()?.sign_out(&id, Acts::default()).await;
                Ok(Said::SignedOut(done.as_ref().map(report).map_err(Named::from)))
            }
            Ask::Deliver => self.deliver().await,
            Ask::Rotate => self.rotate().await,
            Ask::Move => self.move_key().await,
            Ask::MoveBack => self.move_key_back().await,
            Ask::Cost { subject, times } => self.cost(&subject, times).await,
            Ask::ListCost => self.list_cost().await,
        }
    }

    fn config(&self) -> Result<ClientConfig> {
        let registration = Registration::public("demo");
        let http = Schemes::DangerousLoopbackHttp;
        let provider = Provider::openid("op", "The provider", &self.setup.issuer, registration, http);
        let mut provider = provider.map_err(|error| broken(format!("the provider: {error}")))?;
        provider.preset.refresh_reuse = self.setup.grace.map_or(RefreshReuse::Refused, RefreshReuse::Within);
        let program = std::env::current_exe().map_err(system("this program's path"))?;
        // Registered in the home that the parent gave: whether links would arrive is looked up there.
        let handler = LinkHandler::of_this_user(SCHEME, "Soak", &program)
            .ok_or_else(|| SoakError::Impossible("there is no home".into()))?;
        handler
            .register()
            .map_err(|error| broken(format!("the link handler: {error}")))?;
        Ok(ClientConfig {
            app_name: "Soak".into(),
            scheme: SCHEME.into(),
            folder: self.setup.folder.clone(),
            keychain_service: self.setup.service.clone(),
            key_store: keys::store(),
            providers: vec![provider],
            dangerous_loopback_http: true,
            allow_device: true,
            client_id_document: None,
            fetch_origins: vec![],
            link_handler: Some(handler),
            // No browser is found there: the robot person takes its place.
            user_agent: UserAgent {
                search_path: Some("/nowhere".into()),
                variables: vec![],
            },
            clock: self.clock.clone(),
        })
    }

    /// The notices since this was asked last.
    fn notices(&mut self) -> Result<Vec<Named>> {
        let mut notices = Vec::new();
        let Some(events) = &mut self.events else {
            return Ok(notices);
        };
        loop {
            match events.try_recv() {
                Ok(Event::Notice(error)) => notices.push(Named::from(&error)),
                Ok(_) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Ok(notices),
                // Ten thousand redirects tell more than a channel holds; what is damaged is told at the start.
                Err(TryRecvError::Lagged(_)) if self.client.is_some() => {}
                Err(TryRecvError::Lagged(_)) => return Err(broken("events of the start were lost")),
            }
        }
    }

    async fn open(&mut self) -> Result<Said> {
        let client = Client::open(self.config()?).map_err(|error| broken(format!("the client: {error}")))?;
        // Nothing is told before this: a client does nothing until it is asked.
        self.events = Some(client.events());
        client.ready().await;
        let notices = self.notices()?;
        let memory = match client.keeping() {
            Keeping::Memory(error) => Some(Named::from(&error)),
            _ => None,
        };
        self.client = Some(client);
        Ok(Said::Opened { memory, notices })
    }
}

/// Waits for a condition: looked at now, and after each event.
async fn until<T>(client: &Client, look: impl Fn() -> Option<T>) -> Result<T> {
    let mut events = client.events();
    let waiting = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            let _ = events.recv().await;
        }
    };
    let found = tokio::time::timeout(DEADLINE, waiting).await;
    found.map_err(|_| broken("the client hangs"))
}
