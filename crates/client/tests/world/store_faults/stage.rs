//! A keychain with a fault, and who meets it: a program that kept something before, one that comes new, and a client.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use doorkey::Keeping;
use doorkey::providers::Provider;
use doorkey::vault::{KeyStore, RecordKind, RecordName, Vault, VaultConfig, VaultError};
use mock_op::MockOp;

use super::client::{CLIENT_ID, CLIENT_SECRET, client, registration, sign_in};
use super::files::{holding, put_back, sealed_bytes};
use super::told::{Keeps, Row};
use crate::mock_secret_service::{Contents, Fault, MockSecretService, Person};
use crate::private_bus::Bus;

pub(crate) const SERVICE: &str = "dev.doorkey.test";
pub(crate) const NEWCOMER: &str = "dev.doorkey.newcomer";
const OF_CLIENT: &str = "dev.doorkey.client";

/// Longer than the vault's own deadline for one question, by what a busy machine needs.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(9);
/// A client asks more than one question before it is ready.
const READY_WITHIN: Duration = Duration::from_secs(25);

/// The file of alice's record.
pub(crate) const OF_ALICE: &str = "account-alice.sealed";

/// What is looked for in files, and must be in none.
const TOKEN: &str = "a-refresh-token-of-alice";

pub(crate) struct Stage<'a> {
    pub(crate) bus: &'a mut Bus,
    pub(crate) service: MockSecretService,
    pub(crate) contents: Contents,
    healthy: Contents,
    op: MockOp,
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
        let op = MockOp::builder().show_secrets().start().await.expect("it starts");
        let client = client(&op, &home.join("client"), OF_CLIENT);
        client.ready().await;
        client.configure("op", registration()).await.expect("configured");
        assert_eq!((contents.items_of(SERVICE), contents.items_of(OF_CLIENT)), (1, 1));
        Self {
            healthy: contents.copy(),
            op,
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
        let client = client(&self.op, folder, service);
        let ready = tokio::time::timeout(READY_WITHIN, client.ready()).await;
        assert!(ready.is_ok(), "the client is ready, whatever the keychain does");
        let keeping = client.keeping();
        assert!(expected.is(&keeping), "for {service}: {keeping:?} and not {expected:?}");
        if service == NEWCOMER {
            // A person signs in whatever the keychain does.
            sign_in(&self.op, &client).await;
        }
        let configured = tokio::time::timeout(ANSWER_WITHIN, client.configure("op", registration())).await;
        let after = sealed_bytes(folder);
        if matches!(keeping, Keeping::Memory(_)) {
            assert_eq!(configured, Ok(Ok(())), "memory takes it");
            assert_eq!(before, after, "and no file changed");
        }
        self.contents.become_again(&contents);
    }

    /// No file of the test holds what was sealed, nor the keys to it.
    fn nothing_is_in_the_clear(&self) {
        let home = self.bus.home();
        let mut secrets = vec![TOKEN.as_bytes().to_vec(), CLIENT_SECRET.as_bytes().to_vec()];
        let provider = self.op.secrets();
        assert!(!provider.refresh_tokens.is_empty(), "somebody signed in");
        for issued in [
            provider.codes,
            provider.verifiers,
            provider.access_tokens,
            provider.refresh_tokens,
            provider.id_tokens,
        ] {
            secrets.extend(issued.into_iter().map(String::into_bytes));
        }
        secrets.extend(self.healthy.values().into_iter().map(|value| value.to_vec()));
        assert_eq!(holding(home, &secrets), Vec::<PathBuf>::new());
        // The same search finds each of them where it is.
        let planted: Vec<_> = (0..secrets.len())
            .map(|at| home.join(format!("planted-{at:03}")))
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
        no_question_is_left().await;
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
        let client = client(&self.op, &folder, OF_CLIENT);
        client.ready().await;
        assert!(
            matches!(client.keeping(), Keeping::Keychain(_)),
            "{:?}",
            client.keeping()
        );
        let known = |all: &[Provider]| all[0].client.as_ref().map(|client| client.client_id.clone());
        assert_eq!(client.with_providers(known).as_deref(), Some(CLIENT_ID));
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

/// Waits until each thread that asked a keychain something has come back.
pub(crate) async fn no_question_is_left() {
    let asking = || {
        let threads = fs::read_dir("/proc/self/task").expect("threads");
        let names = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok());
        names.filter(|name| name.trim_end() == "keychain").count()
    };
    let back = async {
        while asking() > 0 {
            tokio::task::yield_now().await;
        }
    };
    let back = tokio::time::timeout(ANSWER_WITHIN, back).await;
    assert!(back.is_ok(), "{} questions are still with a keychain", asking());
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
