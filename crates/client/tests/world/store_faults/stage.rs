//! A keychain with a fault, and who meets it: a program that kept something before, one that comes new, and a client.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use doorkey::providers::{Provider, Registration};
use doorkey::user_agent::UserAgent;
use doorkey::vault::{KeyStore, RecordKind, RecordName, Vault, VaultConfig, VaultError};
use doorkey::{Client, ClientConfig, Keeping, Schemes, Secret};

use super::{Keeps, Row};
use crate::mock_secret_service::{Contents, Fault, MockSecretService, Person};
use crate::private_bus::Bus;

pub(crate) const SERVICE: &str = "dev.doorkey.test";
pub(crate) const NEWCOMER: &str = "dev.doorkey.newcomer";
const OF_CLIENT: &str = "dev.doorkey.client";

/// Longer than the vault's own deadline for one question, by what a busy machine needs.
const ANSWER_WITHIN: Duration = Duration::from_secs(9);
/// A client asks more than one question before it is ready.
const READY_WITHIN: Duration = Duration::from_secs(25);

/// The file of alice's record.
pub(crate) const OF_ALICE: &str = "account-alice.sealed";

/// What is looked for in files, and must be in none.
const TOKEN: &str = "a-refresh-token-of-alice";
const CLIENT_SECRET: &str = "a-client-secret-of-the-person";

pub(crate) struct Stage<'a> {
    pub(crate) bus: &'a mut Bus,
    pub(crate) service: MockSecretService,
    pub(crate) contents: Contents,
    healthy: Contents,
    met: Vec<Met>,
    folders: usize,
    /// How many prompts were asked for.
    asked_to_unlock: usize,
}

/// A vault that met the fault. It is not opened anew when the fault is over.
struct Met {
    vault: Vault,
    folder: PathBuf,
    knew_the_key: bool,
    told: Result<(), VaultError>,
}

#[derive(Clone, Copy, Debug)]
enum Question {
    Keeping,
    Get,
    Put,
}

impl<'a> Stage<'a> {
    /// A healthy keychain, in which a program and a client keep something.
    pub(crate) async fn new(bus: &'a mut Bus) -> Self {
        let contents = Contents::new();
        let service = MockSecretService::start(bus.address(), "gnome-keyring-d", contents.clone()).await;
        let home = bus.home().to_owned();
        let alices = vault(&home.join("known"), SERVICE);
        alices.put(&account("alice"), TOKEN.as_bytes()).await.expect("stored");
        let client = client(&home.join("client"), OF_CLIENT);
        client.ready().await;
        client.configure("op", registration()).await.expect("configured");
        assert_eq!((contents.items_of(SERVICE), contents.items_of(OF_CLIENT)), (1, 1));
        Self {
            healthy: contents.copy(),
            service,
            contents,
            bus,
            met: Vec::new(),
            folders: 0,
            asked_to_unlock: 0,
        }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.bus.home().join("known")
    }

    /// Asks everything that a program can ask, each question as a program that was just started, each time from what
    /// is in files and keychain now.
    pub(crate) async fn meets(&mut self, row: Row) {
        for (question, expected) in [
            (Question::Keeping, row.keeping),
            (Question::Get, row.get),
            (Question::Put, row.put),
        ] {
            let folder = self.copy_of("known");
            self.asks(&folder, SERVICE, question, expected).await;
        }
        for (question, expected) in [(Question::Keeping, row.newcomer), (Question::Put, row.newcomer)] {
            let folder = self.fresh("newcomer");
            self.asks(&folder, NEWCOMER, question, expected).await;
        }
        let folder = self.copy_of("client");
        self.client_says(&folder, OF_CLIENT, row.client).await;
        let folder = self.fresh("new-client");
        self.client_says(&folder, NEWCOMER, row.new_client).await;
        assert_eq!(self.service.prompts(), self.asked_to_unlock, "no prompt unasked for");
        self.nothing_is_in_the_clear();
    }

    async fn asks(&mut self, folder: &Path, service: &str, question: Question, expected: Result<(), VaultError>) {
        let contents = self.contents.copy();
        let before = sealed_bytes(folder);
        let vault = vault(folder, service);
        let told = tokio::time::timeout(ANSWER_WITHIN, ask(&vault, question)).await;
        assert_eq!(told, Ok(expected), "{question:?} for {service}");
        let after = sealed_bytes(folder);
        assert!(
            before.iter().all(|file| after.contains(file)),
            "{question:?} for {service}: what was sealed is still there, whatever its name is now"
        );
        if service == NEWCOMER && expected.is_err() {
            assert_eq!(after.len(), 0, "{question:?}: nothing was stored");
        }
        self.met.push(Met {
            vault,
            folder: folder.to_owned(),
            knew_the_key: service == SERVICE,
            told: expected,
        });
        self.contents.become_again(&contents);
    }

    async fn client_says(&self, folder: &Path, service: &str, expected: Keeps) {
        let contents = self.contents.copy();
        let before = sealed_bytes(folder);
        let client = client(folder, service);
        let ready = tokio::time::timeout(READY_WITHIN, client.ready()).await;
        assert!(ready.is_ok(), "the client is ready, whatever the keychain does");
        assert_eq!(client.keeping(), expected.into(), "for {service}");
        let memory = matches!(client.keeping(), Keeping::Memory(_));
        let configured = tokio::time::timeout(ANSWER_WITHIN, client.configure("op", registration())).await;
        let after = sealed_bytes(folder);
        if memory {
            assert_eq!(configured, Ok(Ok(())), "memory takes it");
            assert_eq!(before, after, "and no file changed");
        }
        self.contents.become_again(&contents);
    }

    /// No file of the test holds what was sealed, nor the keys to it.
    fn nothing_is_in_the_clear(&self) {
        let home = self.bus.home();
        let mut secrets = vec![TOKEN.as_bytes().to_vec(), CLIENT_SECRET.as_bytes().to_vec()];
        secrets.extend(self.healthy.values().into_iter().map(|value| value.to_vec()));
        assert_eq!(holding(home, &secrets), Vec::<PathBuf>::new());
        // The same search finds each of them where it is.
        let planted: Vec<_> = (0..secrets.len())
            .map(|at| home.join(format!("planted-{at}")))
            .collect();
        for (path, secret) in planted.iter().zip(&secrets) {
            fs::write(path, [b"x", secret.as_slice(), b"x"].concat()).expect("written");
        }
        let mut found = holding(home, &secrets);
        found.sort();
        assert_eq!(found, planted);
        for path in planted {
            fs::remove_file(path).expect("removed");
        }
    }

    /// The keychain as it was before the fault.
    pub(crate) async fn recovers(&mut self) {
        self.contents.become_again(&self.healthy);
        self.service.misbehave(Fault::None);
        self.service.person(Person::Allows);
        self.service.until_waiting(0).await;
    }

    /// With the fault over, what was kept is there again, in the vaults that met it and for a new client.
    /// A file that was damaged itself comes from a `backup`.
    pub(crate) async fn works_again(&mut self, backup: Option<&[u8]>) {
        for met in std::mem::take(&mut self.met) {
            if !met.knew_the_key && met.told.is_ok() {
                // It made a key of its own in a keychain that is another one now.
                continue;
            }
            if met.knew_the_key {
                put_back(&met.folder);
                if let Some(backup) = backup {
                    fs::write(met.folder.join(OF_ALICE), backup).expect("written");
                }
                let alices = met.vault.get(&account("alice")).await;
                let alices = alices.expect("read").expect("there");
                assert_eq!(alices.as_slice(), TOKEN.as_bytes());
            }
            let carol = account("carol");
            met.vault.put(&carol, TOKEN.as_bytes()).await.expect("stored");
            let next = vault(&met.folder, if met.knew_the_key { SERVICE } else { NEWCOMER });
            let carols = next.get(&carol).await.expect("read").expect("there");
            assert_eq!(carols.as_slice(), TOKEN.as_bytes(), "by the next process");
        }
        let folder = self.copy_of("client");
        let client = client(&folder, OF_CLIENT);
        client.ready().await;
        assert!(
            matches!(client.keeping(), Keeping::Keychain(_)),
            "{:?}",
            client.keeping()
        );
        let known = |all: &[Provider]| all[0].client.as_ref().map(|client| client.client_id.clone());
        assert_eq!(
            client.with_providers(known).as_deref(),
            Some("the-client-of-the-person")
        );
        assert_eq!(self.service.prompts(), self.asked_to_unlock, "no prompt unasked for");
        self.nothing_is_in_the_clear();
    }

    /// Asks the person to unlock the keychain, as a program does whose button they pressed.
    pub(crate) async fn unlock(&mut self, within: Duration) -> Result<(), VaultError> {
        self.asked_to_unlock += 1;
        let asking = vault(&self.folder(), SERVICE);
        let told = tokio::time::timeout(within + ANSWER_WITHIN, asking.unlock(within)).await;
        assert_eq!(self.service.prompts(), self.asked_to_unlock, "one prompt each time");
        told.expect("in time")
    }

    /// Prompts that were asked for by other means.
    pub(crate) fn expect_prompts(&mut self, prompts: usize) {
        self.asked_to_unlock = prompts;
    }

    fn fresh(&mut self, name: &str) -> PathBuf {
        self.folders += 1;
        self.bus.home().join(format!("{name}-{}", self.folders))
    }

    fn copy_of(&mut self, name: &str) -> PathBuf {
        let from = self.bus.home().join(name);
        let to = self.fresh(name);
        fs::create_dir(&to).expect("made");
        for entry in fs::read_dir(from).expect("there") {
            let entry = entry.expect("an entry");
            fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
        }
        to
    }
}

async fn ask(vault: &Vault, question: Question) -> Result<(), VaultError> {
    match question {
        Question::Keeping => vault.keeping().await.map(drop),
        Question::Get => {
            let found = vault.get(&account("alice")).await?;
            let found = found.expect("a record that is not there is not told from one that is lost");
            assert_eq!(found.as_slice(), TOKEN.as_bytes());
            Ok(())
        }
        Question::Put => vault.put(&account("bob"), TOKEN.as_bytes()).await,
    }
}

pub(crate) fn account(id: &str) -> RecordName {
    RecordName::new(RecordKind::Account, id).expect("a valid name")
}

pub(crate) fn vault(folder: &Path, service: &str) -> Vault {
    let config = VaultConfig {
        folder: folder.to_owned(),
        service: service.to_owned(),
        key_store: KeyStore::System,
    };
    Vault::open(config).expect("the vault opens")
}

fn registration() -> Registration {
    Registration {
        client_id: "the-client-of-the-person".to_owned(),
        client_secret: Some(Secret::new(CLIENT_SECRET.to_owned())),
    }
}

fn client(folder: &Path, service: &str) -> Client {
    let built_in = Registration {
        client_id: "the-client-of-the-build".to_owned(),
        client_secret: None,
    };
    let provider = Provider::openid("op", "The provider", "https://op.example", built_in, Schemes::HttpsOnly);
    Client::open(ClientConfig {
        app_name: "Test".to_owned(),
        scheme: "com.example.app".to_owned(),
        folder: folder.to_owned(),
        keychain_service: service.to_owned(),
        key_store: KeyStore::System,
        providers: vec![provider.expect("a provider")],
        dangerous_loopback_http: false,
        fetch_origins: vec![],
        link_handler: None,
        user_agent: UserAgent::default(),
    })
    .expect("the client opens")
}

/// The sealed records, under whatever name, by their bytes.
fn sealed_bytes(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let sealed = paths.filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".sealed") || name.contains(".aside-")
    });
    let mut bytes: Vec<_> = sealed.map(|path| fs::read(path).expect("read")).collect();
    bytes.sort();
    bytes
}

/// Gives records that were set aside their names back, as somebody does who got the old key back.
fn put_back(folder: &Path) {
    for entry in fs::read_dir(folder).expect("there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some((stem, _)) = name.split_once(".aside-") {
            fs::rename(&path, folder.join(format!("{stem}.sealed"))).expect("renamed");
        }
    }
}

/// The files in a folder and below it that hold one of these texts.
fn holding(folder: &Path, texts: &[Vec<u8>]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("there") {
        let entry = entry.expect("an entry");
        let kind = entry.file_type().expect("of some kind");
        if kind.is_dir() {
            found.extend(holding(&entry.path(), texts));
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).expect("read");
            let holds = |text: &Vec<u8>| bytes.windows(text.len()).any(|window| window == text);
            if texts.iter().any(holds) {
                found.push(entry.path());
            }
        }
    }
    found
}
