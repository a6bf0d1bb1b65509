//! Opening the client where the command was told to: the app's vault, or one of its own.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use doorkey::error::Locked;
use doorkey::link_handler::LinkHandler;
use doorkey::providers::Provider;
use doorkey::sessions::Account;
use doorkey::user_agent::UserAgent;
use doorkey::vault::KeyStore;
use doorkey::vault::passphrase::{self, Cost};
use doorkey::{Client, ClientConfig, Clock, Error, Keeping, Schemes, Secret};
use rand::RngExt as _;

use crate::arguments::Shared;
use crate::channel;
use crate::configuration::{self, Configuration};
use crate::exit::Failure;
use crate::outside::say;
use crate::prompt::prompt;

/// A folder in which no program is: where openers are looked for when none is to be found.
const NOWHERE: &str = "/dev/null/nowhere";

/// What a client is to be opened with, before it is.
pub(crate) struct Place {
    pub(crate) configuration: Configuration,
    pub(crate) providers: Vec<Provider>,
    /// Further origins for this call.
    pub(crate) origins: Vec<String>,
    /// The client opens the browser itself.
    pub(crate) opens_browser: bool,
    /// The key goes back into the keychain, so that a keychain there must be, whatever opens the vault now.
    pub(crate) back_to_keychain: bool,
    /// Nothing is asked but what is kept: a token for another program, which waits for it.
    only_reads: bool,
    folder: PathBuf,
    service: String,
    own: bool,
    passphrase_fd: Option<u32>,
    dev: bool,
}

/// The client that the command opened, if it opened one. It stays until the process ends: that closes what is open, and closing it before
/// takes longer.
static OPENED: Mutex<Option<Opened>> = Mutex::new(None);

#[derive(Clone)]
struct Opened {
    client: Client,
    /// Whether it delivers what an earlier command could not.
    delivers: bool,
}

/// How long a command that is done stays for what an earlier one could not deliver.
const STAY: Duration = Duration::from_secs(3);

/// Sends the revocations whose time has come: where no app runs, nobody else does. A provider that does not answer is left to a later command.
pub(crate) async fn deliver_what_waits() {
    let opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(Opened { client, delivers: true }) = opened
        && client.pending_revocations().await > 0
    {
        let _ = tokio::time::timeout(STAY, client.deliver_revocations()).await;
    }
}

impl Place {
    /// Reads the configuration.
    pub(crate) fn of(shared: &Shared) -> Result<Self, Failure> {
        let missing = || Failure::Unusable(say("command-folder-missing", &[]));
        let (folder, service, configured) = match &shared.vault {
            Some(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
                (folder.clone(), service_of(folder)?, folder.clone())
            }
            None => (
                channel::data_folder().ok_or_else(missing)?,
                channel::IDENTIFIER.to_owned(),
                channel::config_folder().ok_or_else(missing)?,
            ),
        };
        let mut configuration = configuration::read(&configured)?;
        Ok(Self {
            providers: configuration.providers(schemes(shared.dev))?,
            configuration,
            origins: Vec::new(),
            opens_browser: true,
            back_to_keychain: false,
            only_reads: false,
            folder: folder.join("vault"),
            service,
            own: shared.vault.is_some(),
            passphrase_fd: shared.passphrase_fd,
            dev: shared.dev,
        })
    }

    /// For a command that only hands a token on.
    pub(crate) fn to_read(shared: &Shared) -> Result<Self, Failure> {
        let mut place = Self::of(shared)?;
        place.only_reads = true;
        Ok(place)
    }

    /// What provider URLs may be.
    pub(crate) fn schemes(&self) -> Schemes {
        schemes(self.dev)
    }

    /// Opens the client, whatever can be kept, and asks the person for nothing: to look at a vault or to put it aside, no passphrase
    /// is needed, and it may be forgotten. One that is in a descriptor is used.
    pub(crate) async fn open_unasked(self) -> Result<Client, Failure> {
        let passphrase = self.passphrase_fd.map(from_fd).transpose()?;
        match passphrase {
            Some(passphrase) => self.open_with(passphrase).await,
            None => self.ready().await,
        }
    }

    /// Opens the client, whatever can be kept.
    pub(crate) async fn open(self) -> Result<Client, Failure> {
        let descriptor = self.passphrase_fd;
        let client = self.ready().await?;
        if wants_passphrase(&client) {
            let passphrase = match descriptor {
                Some(descriptor) => Some(from_fd(descriptor)?),
                None if std::io::stdin().is_terminal() => Some(prompt("command-passphrase").await?),
                None => None,
            };
            if let Some(passphrase) = passphrase {
                client.unlock_with(passphrase).await?;
            }
        }
        Ok(client)
    }

    /// Opens the client with a passphrase that was read already.
    pub(crate) async fn open_with(self, passphrase: Secret) -> Result<Client, Failure> {
        let client = self.ready().await?;
        if wants_passphrase(&client) {
            client.unlock_with(passphrase).await?;
        }
        Ok(client)
    }

    async fn ready(self) -> Result<Client, Failure> {
        let only_reads = self.only_reads;
        let client = Client::open(self.config())?;
        if only_reads {
            client.ready_to_read().await;
        } else {
            client.ready().await;
        }
        *OPENED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Opened {
            client: client.clone(),
            delivers: !only_reads,
        });
        Ok(client)
    }

    /// Opens the client where accounts can be kept: what stays in memory is gone when the command ends.
    pub(crate) async fn open_kept(self) -> Result<Client, Failure> {
        let client = self.open().await?;
        match client.keeping() {
            Keeping::Memory(error) => Err(error.into()),
            _ => Ok(client),
        }
    }

    fn config(self) -> ClientConfig {
        let mut fetch_origins = self.configuration.fetch_origins;
        fetch_origins.extend(self.origins);
        ClientConfig {
            app_name: channel::NAME.to_owned(),
            scheme: channel::IDENTIFIER.to_owned(),
            folder: self.folder,
            keychain_service: self.service,
            key_store: match self.passphrase_fd {
                // A passphrase and a folder were both named: such a vault may be made.
                Some(_) if self.own && !self.back_to_keychain => KeyStore::Passphrase(Cost::RECOMMENDED),
                _ => KeyStore::System,
            },
            providers: self.providers,
            dangerous_loopback_http: self.dev,
            allow_device: true,
            client_id_document: None,
            fetch_origins,
            // A link reaches the app, which completes the sign-in if it has the same vault.
            link_handler: app_beside_us()
                .filter(|_| !self.own)
                .and_then(|program| LinkHandler::of_this_user(channel::IDENTIFIER, channel::NAME, &program)),
            user_agent: if self.opens_browser {
                UserAgent::default()
            } else {
                UserAgent {
                    search_path: Some(NOWHERE.into()),
                    variables: Vec::new(),
                }
            },
            clock: Clock::system(),
        }
    }
}

fn wants_passphrase(client: &Client) -> bool {
    client.keeping() == Keeping::Memory(Error::KeychainLocked(Locked::PassphraseNeeded))
}

fn schemes(dev: bool) -> Schemes {
    if dev {
        Schemes::DangerousLoopbackHttp
    } else {
        Schemes::HttpsOnly
    }
}

/// The app's program in the folder of this one.
fn app_beside_us() -> Option<PathBuf> {
    let ours = std::env::current_exe().ok()?;
    let app = ours.parent()?.join(channel::APP);
    app.is_file().then_some(app)
}

fn service_prefix() -> String {
    format!("{}.vault.", channel::IDENTIFIER)
}

/// The name under which the keychain keeps the key of a vault of its own. It is written down beside the vault, so that a folder that is
/// moved still has its key, and two folders never share one.
fn service_of(folder: &Path) -> Result<String, Failure> {
    let path = folder.join("keychain-service");
    for _ in 0..2 {
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let name = text.trim();
                // Only what is written below: a folder of a stranger's must not name the app's own key, which goes with the last
                // record that it seals.
                let own = name.strip_prefix(&service_prefix());
                let plain = own.is_some_and(|own| own.len() == 32 && own.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let odd = || unusable(&path, &std::io::ErrorKind::InvalidData.into());
                return if plain { Ok(name.to_owned()) } else { Err(odd()) };
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let name = format!("{}{:032x}\n", service_prefix(), rand::rng().random::<u128>());
                let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| unusable(folder, &error))?;
                file.write_all(name.as_bytes())
                    .map_err(|error| unusable(folder, &error))?;
                // Of two that come first at the same time, one names it, and both read what it says.
                match file.persist_noclobber(&path) {
                    Ok(_) => {}
                    Err(lost) if lost.error.kind() == std::io::ErrorKind::AlreadyExists => {}
                    Err(lost) => return Err(unusable(&path, &lost.error)),
                }
            }
            Err(error) => return Err(unusable(&path, &error)),
        }
    }
    Err(unusable(&path, &std::io::ErrorKind::NotFound.into()))
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    let values = [("path", &*path.to_string_lossy()), ("why", &*error.to_string())];
    Failure::Unusable(say("command-bad-config", &values))
}

/// A line of this descriptor.
pub(crate) fn from_fd(descriptor: u32) -> Result<Secret, Failure> {
    passphrase::from_fd(descriptor).map_err(bad_passphrase)
}

/// A new passphrase: of the descriptor, or typed twice.
///
/// Errors: `Unusable` also where the descriptor is that of the old one: a file would give the same line twice, and a passphrase that was
/// thought to be changed would be the old one.
pub(crate) async fn new_passphrase(descriptor: Option<u32>, shared: &Shared) -> Result<Secret, Failure> {
    if descriptor.is_some() && descriptor == shared.passphrase_fd {
        return Err(Failure::Unusable(say("command-same-descriptor", &[])));
    }
    if let Some(descriptor) = descriptor {
        return from_fd(descriptor);
    }
    let once = prompt("command-passphrase-new").await?;
    let again = prompt("command-passphrase-again").await?;
    // Exposed to be compared.
    if once.matches(again.expose()) {
        Ok(once)
    } else {
        Err(Failure::Unusable(say("command-passphrase-differs", &[])))
    }
}

pub(crate) fn bad_passphrase(error: passphrase::PassphraseInputError) -> Failure {
    Failure::Unusable(say("command-bad-passphrase", &[("why", &error.to_string())]))
}

/// The account that was named, or the default one.
pub(crate) fn account(client: &Client, named: Option<&str>) -> Result<Account, Failure> {
    let Some(named) = named else {
        return client.default_account().ok_or(Failure::NoAccount);
    };
    let is_it = |account: &Account| {
        let profile = &account.profile;
        account.id.as_str() == named
            || account.subject == named
            || [&profile.email, &profile.preferred_username]
                .into_iter()
                .any(|name| name.as_deref() == Some(named))
    };
    let mut found: Vec<_> = client.accounts().into_iter().filter(is_it).collect();
    match (found.pop(), found.is_empty()) {
        (Some(account), true) => Ok(account),
        (Some(_), false) => Err(Failure::Unusable(say("command-which-account", &[("name", named)]))),
        (None, _) => Err(Failure::Unusable(say("command-no-such-account", &[("name", named)]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_names_a_key_of_its_own_and_never_that_of_the_app_or_of_another_program() {
        let folder = tempfile::tempdir().unwrap();
        let name = service_of(folder.path()).unwrap();
        assert!(name.starts_with(&service_prefix()) && name.len() == service_prefix().len() + 32);
        assert_eq!(service_of(folder.path()).unwrap(), name, "it stays the same");
        for other in [
            channel::IDENTIFIER,
            "dev.doorkey.desktop.dev",
            "dev.doorkey.desktop.vault.",
            "org.example.mail",
            "",
            &format!("{}x", service_prefix()),
            &format!("{name}0"),
        ] {
            std::fs::write(folder.path().join("keychain-service"), other).unwrap();
            assert!(service_of(folder.path()).is_err(), "{other}");
        }
    }
}
