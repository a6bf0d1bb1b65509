//! The child process: a client on a vault that others share, told what to do line by line.

use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use doorkey::flow::{Browser, DoorKind, FlowId, SignIn, Stage};
use doorkey::link_handler::LinkHandler;
use doorkey::providers::{Provider, Registration};
use doorkey::sessions::{AccountId, Acts, RefreshReuse};
use doorkey::user_agent::UserAgent;
use doorkey::vault::passphrase::Cost;
use doorkey::vault::{KeptWith, RecordKind, Vault, VaultConfig};
use doorkey::{Client, ClientConfig, Clock, Event, Keeping, Schemes};
use tokio::task::JoinSet;
use tracing_subscriber::filter::LevelFilter;

use crate::error::{Result, SoakError, broken, system};
use crate::keys;
use crate::measure::{bytes_read, cost, resident_kib};
use crate::telling::{landed, refreshed, report, seen};
use crate::wire::{Ask, Checked, Landed, Named, Said, Setup};

/// The scheme of the child's links.
pub(crate) const SCHEME: &str = "com.example.app";
/// How long anything may take before the child says that it hangs.
const DEADLINE: Duration = Duration::from_secs(120);
/// What an access token has to be good for, in seconds.
const NEEDED: i64 = 60;
/// Forged redirects that are under way at once.
const AT_ONCE: usize = 64;

const KINDS: [RecordKind; 7] = [
    RecordKind::Account,
    RecordKind::Parked,
    RecordKind::Outcome,
    RecordKind::Tombstone,
    RecordKind::Client,
    RecordKind::Index,
    RecordKind::Revocation,
];

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
    };
    while let Some(line) = next_line()? {
        let ask: Ask = serde_json::from_str(&line).map_err(|_| broken("a line is no question"))?;
        let said = runtime.block_on(person.answer(ask))?;
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
            Ask::Check => self.check().await.map(Said::Checked),
            Ask::Open => self.open().await,
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
            Ask::Rotate => {
                let rotated = self.vault()?.rotate_key().await;
                rotated
                    .map(|_| Said::Done)
                    .map_err(|error| broken(format!("no rotation: {error}")))
            }
            Ask::Move => {
                let vault = self.vault()?;
                let sealed = vault
                    .seal_with_passphrase_at(keys::passphrase(), Cost::INSECURE_FOR_TESTS)
                    .await;
                sealed.map_err(|error| broken(format!("not under a passphrase: {error}")))?;
                move_back(&vault).await
            }
            Ask::MoveBack => {
                let vault = self.unlocked().await?;
                move_back(&vault).await
            }
            Ask::Cost { subject, times } => self.cost(&subject, times).await,
            Ask::ListCost => self.list_cost().await,
        }
    }

    fn vault(&self) -> Result<Vault> {
        let vault = Vault::open(VaultConfig {
            folder: self.setup.folder.clone(),
            service: self.setup.service.clone(),
            key_store: keys::store(),
        });
        vault.map_err(|error| broken(format!("the vault does not open: {error}")))
    }

    /// The vault, unlocked if it is under the passphrase.
    async fn unlocked(&self) -> Result<Vault> {
        let vault = self.vault()?;
        let failed = |error| broken(format!("the vault does not open: {error}"));
        if matches!(vault.kept_with().await.map_err(failed)?, KeptWith::Passphrase { .. }) {
            vault.unlock_with(keys::passphrase()).await.map_err(failed)?;
        }
        Ok(vault)
    }

    /// Opens every record under the key, as nobody but the vault can.
    async fn check(&self) -> Result<Checked> {
        let vault = self.unlocked().await?;
        let (mut opened, mut bad) = (0, Vec::new());
        for kind in KINDS {
            let names = vault.list(kind).await;
            for name in names.map_err(|error| broken(format!("the vault cannot be listed: {error}")))? {
                match vault.get(&name).await {
                    Ok(Some(_)) => opened += 1,
                    // Somebody else has taken it away between the two calls.
                    Ok(None) => {}
                    Err(error) => bad.push(format!("{kind:?}: {error}")),
                }
            }
        }
        Ok(Checked {
            opened,
            broken: bad,
            aside: aside(&self.setup.folder),
        })
    }

    fn config(&self) -> Result<ClientConfig> {
        let registration = Registration {
            client_id: "demo".into(),
            client_secret: None,
        };
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

    async fn open(&mut self) -> Result<Said> {
        let client = Client::open(self.config()?).map_err(|error| broken(format!("the client: {error}")))?;
        let mut events = client.events();
        client.ready().await;
        let mut notices = Vec::new();
        while let Ok(event) = events.try_recv() {
            if let Event::Notice(error) = event {
                notices.push(Named::from(&error));
            }
        }
        let keeping = match client.keeping() {
            Keeping::Memory(error) => format!("memory: {error}"),
            kept => format!("{kept:?}"),
        };
        self.client = Some(client);
        Ok(Said::Opened { keeping, notices })
    }

    async fn begin(&self, door: DoorKind) -> Result<Said> {
        let client = self.client()?;
        let flow = client
            .begin(SignIn {
                provider: "op".into(),
                door: Some(door),
                login_hint: None,
            })
            .map_err(|error| broken(format!("no sign-in: {error}")))?;
        let url = until(client, || {
            let url = client.flow_url(&flow).map(|url| url.url().to_string());
            (url.is_some() || is_over(client, &flow)).then_some(url)
        });
        if let Some(url) = url.await? {
            say(&Said::Url { url })?;
        }
        let stage = until(client, || {
            let stage = client.flow().filter(|status| status.id == flow)?.stage;
            let tried = !matches!(stage, Stage::Preparing | Stage::Waiting(Browser::Opening));
            tried.then_some(stage)
        });
        Ok(Said::Begun(match stage.await? {
            Stage::Failed(error) => Some(Named::from(&error)),
            _ => None,
        }))
    }

    async fn flood(&self, forged: usize, link: String, redirect_uri: &str) -> Result<Said> {
        let client = self.client()?;
        let before = resident_kib(std::process::id());
        let (mut tasks, mut taken) = (JoinSet::new(), 0);
        let mut truth = None;
        for number in 0..forged {
            if number == forged / 2 {
                let (client, link) = (client.clone(), link.clone());
                truth = Some(tokio::spawn(async move {
                    let from = Instant::now();
                    (landed(client.receive(&link).await), from.elapsed())
                }));
            }
            if tasks.len() >= AT_ONCE {
                taken += counted(tasks.join_next().await);
            }
            // As long and as plausible as a true one, and never issued.
            let link = format!("{redirect_uri}?code=forged-{number:032}&state={number:043}");
            let client = client.clone();
            tasks.spawn(async move { landed(client.receive(&link).await) != Landed::Unknown });
        }
        while !tasks.is_empty() {
            taken += counted(tasks.join_next().await);
        }
        let truth = truth.ok_or_else(|| broken("too few to have a middle"))?;
        let (landed, took) = truth.await.map_err(|_| broken("the true redirect panicked"))?;
        Ok(Said::Flooded {
            landed,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            taken,
            grown_kib: resident_kib(std::process::id()).saturating_sub(before),
        })
    }

    async fn refresh(&self, subject: &str, tasks: usize) -> Result<Said> {
        let (client, id) = (self.client()?, self.id(subject)?);
        let mut set = JoinSet::new();
        for _ in 0..tasks {
            let (client, id) = (client.clone(), id.clone());
            set.spawn(async move { client.refresh_if_due(&id, NEEDED).await });
        }
        let all = tokio::time::timeout(DEADLINE, set.join_all()).await;
        Ok(refreshed(&all.map_err(|_| broken("a refresh hangs"))?))
    }

    /// Lets the client renew by itself, as a program does that is simply left open.
    async fn refresh_all(&self) -> Result<Said> {
        let client = self.client()?;
        let before: Vec<_> = client
            .accounts()
            .iter()
            .map(|account| (account.id.clone(), account.refreshed_at))
            .collect();
        let renewed = until(client, || {
            let now = client.accounts();
            let is_new = |(id, at): &(AccountId, i64)| {
                let account = now.iter().find(|account| account.id == *id);
                account.is_some_and(|account| account.refreshed_at != *at && !account.ended)
            };
            before.iter().all(is_new).then_some(())
        });
        tokio::select! {
            () = client.keep_fresh() => Err(broken("renewing ended by itself")),
            renewed = renewed => renewed.map(|()| refreshed(&[])),
        }
    }

    /// Until none waits: another task of this client may be sending one already.
    async fn deliver(&self) -> Result<Said> {
        let client = self.client()?;
        let mut events = client.events();
        let delivered = async {
            while client.deliver_revocations().await > 0 {
                let _ = events.recv().await;
            }
        };
        let done = tokio::time::timeout(DEADLINE, delivered).await;
        done.map(|()| Said::Done)
            .map_err(|_| broken("a revocation is not delivered"))
    }

    /// An access token that is good already costs one record.
    async fn cost(&self, subject: &str, times: usize) -> Result<Said> {
        let (client, id) = (self.client()?, self.id(subject)?);
        let read = bytes_read()?;
        let mut taken = Vec::with_capacity(times);
        for _ in 0..times {
            let from = Instant::now();
            let got = client.refresh_if_due(&id, NEEDED).await;
            taken.push(from.elapsed());
            got.map_err(|error| broken(format!("an account does not open: {error}")))?;
        }
        let bytes = bytes_read()?.saturating_sub(read);
        Ok(Said::Cost(cost(taken, bytes, 0)))
    }

    async fn list_cost(&self) -> Result<Said> {
        let config = self.config()?;
        let (read, from) = (bytes_read()?, Instant::now());
        let client = Client::open(config).map_err(|error| broken(format!("the client: {error}")))?;
        client.ready().await;
        let accounts = client.accounts().len();
        let taken = vec![from.elapsed()];
        let bytes = bytes_read()?.saturating_sub(read);
        Ok(Said::Cost(cost(taken, bytes, accounts)))
    }
}

async fn move_back(vault: &Vault) -> Result<Said> {
    let failed = |error| broken(format!("not in the keychain: {error}"));
    if vault.kept_with().await.map_err(failed)? != KeptWith::Keychain {
        vault.keep_in_keychain().await.map_err(failed)?;
    }
    Ok(Said::Done)
}

fn counted(joined: Option<std::result::Result<bool, tokio::task::JoinError>>) -> usize {
    // A redirect that makes the program panic was taken for something too.
    joined.map_or(0, |one| usize::from(one.unwrap_or(true)))
}

fn is_over(client: &Client, flow: &FlowId) -> bool {
    let status = client.flow().filter(|status| status.id == *flow);
    status.is_none_or(|status| status.stage.is_over())
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

/// Records that were set aside because they did not open.
fn aside(folder: &Path) -> usize {
    let name = |file: std::io::Result<std::fs::DirEntry>| file.ok()?.file_name().into_string().ok();
    std::fs::read_dir(folder).map_or(0, |files| {
        files.filter_map(name).filter(|name| name.contains(".aside-")).count()
    })
}
