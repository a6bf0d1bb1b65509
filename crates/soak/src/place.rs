//! Where one run happens: a home of its own with a vault, and the processes that share it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

use crate::canary::{self, Searched};
use crate::error::{Result, broken, system};
use crate::keyring::Keyring;
use crate::process::{Heard, Process};
use crate::provider::Provider;
use crate::wire::{Ask, Checked, Landed, Said, Seen, Setup};

/// A home with a vault.
pub(crate) struct Place<'a> {
    program: PathBuf,
    provider: &'a Provider,
    keyring: &'a Keyring,
    home: TempDir,
    folder: PathBuf,
    service: String,
    log: bool,
    started: AtomicUsize,
    /// Every key of the vault that was ever seen in the keychain.
    keys: Mutex<BTreeSet<String>>,
    /// Programs that a child is started through, with their arguments.
    through: Vec<OsString>,
}

impl<'a> Place<'a> {
    /// A new home. `program` is this crate's own, which the children are.
    ///
    /// # Errors
    /// `System` when it cannot be made.
    pub(crate) fn new(program: &Path, provider: &'a Provider, keyring: &'a Keyring) -> Result<Self> {
        static PLACES: AtomicUsize = AtomicUsize::new(0);
        let home = tempfile::tempdir().map_err(system("a home"))?;
        std::fs::create_dir(home.path().join("traces")).map_err(system("a folder for traces"))?;
        Ok(Self {
            program: program.to_owned(),
            provider,
            keyring,
            folder: home.path().join("vault"),
            home,
            service: format!("soak-{}", PLACES.fetch_add(1, Ordering::Relaxed)),
            log: true,
            started: AtomicUsize::new(0),
            keys: Mutex::default(),
            through: Vec::new(),
        })
    }

    /// The same without logs: for runs whose logs would fill the disk.
    #[must_use]
    pub(crate) fn without_logs(mut self) -> Self {
        self.log = false;
        self
    }

    /// Whether its processes keep logs.
    pub(crate) fn keeps_logs(&self) -> bool {
        self.log
    }

    /// The same with the vault in this folder.
    #[must_use]
    pub(crate) fn with_folder(mut self, folder: PathBuf) -> Self {
        self.folder = folder;
        self
    }

    /// The same with children that are started through another program: `setpriv` and its arguments.
    #[must_use]
    pub(crate) fn through(mut self, words: &[&str]) -> Self {
        self.through = words.iter().map(OsString::from).collect();
        self
    }

    /// The vault's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a process, which will stop at this point if one is named.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub(crate) fn start(&self, stop_at: Option<&str>) -> Result<Process> {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        // A key may be replaced or deleted by whoever is started now: it is searched for all the same.
        self.note_keys()?;
        let traces = self.home.path().join("traces");
        let mut words = self
            .through
            .iter()
            .cloned()
            .chain([self.program.clone().into_os_string()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .arg("child")
            .env_clear()
            .env("HOME", self.home.path());
        for kept in ["PATH", "LLVM_PROFILE_FILE", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        let (name, value) = self.keyring.variable();
        command.env(name, value).current_dir(self.home.path());
        if let Some(point) = stop_at {
            command.env("DOORKEY_STOP_AT", point);
        }
        let setup = Setup {
            folder: self.folder.clone(),
            issuer: self.provider.issuer().to_owned(),
            grace: self.provider.grace(),
            service: self.service.clone(),
            log: self.log.then(|| traces.join(format!("{number}.log"))),
        };
        Process::start(&mut command, &setup, &traces, &number.to_string())
    }

    /// Starts a process and opens its client.
    ///
    /// # Errors
    /// As [`Process::start`]; `Broken` when secrets would be kept in memory only, or a record does not open.
    pub(crate) fn open(&self, stop_at: Option<&str>) -> Result<Process> {
        let mut process = self.start(stop_at)?;
        open(&mut process)?;
        Ok(process)
    }

    /// Signs these people in, by a process that ends before this returns.
    ///
    /// # Errors
    /// Those of the processes; `Broken` when one is not signed in.
    pub(crate) fn sign_in(&self, people: &[&str]) -> Result<()> {
        let mut process = self.open(None)?;
        for person in people {
            sign_in(&mut process, self.provider, person)?;
        }
        process.quit()
    }

    /// Looks for everything secret in all that the processes left: logs, standard error, arguments, environment, files.
    ///
    /// # Errors
    /// `System` when a file cannot be read.
    pub(crate) fn search(&self) -> Result<Searched> {
        let mut folders = vec![self.home.path()];
        if !self.folder.starts_with(self.home.path()) {
            folders.push(&self.folder);
        }
        self.note_keys()?;
        let mut secrets = self.provider.secrets();
        secrets.push(crate::keys::PASSPHRASE.to_owned());
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let searched = canary::search(&folders, &secrets, &keys.into_iter().collect::<Vec<_>>())?;
        Ok(searched)
    }

    /// Notes the keys that are in the keychain now.
    fn note_keys(&self) -> Result<()> {
        let there = self.keyring.keys(&self.service)?;
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).extend(there);
        Ok(())
    }
}

/// Opens a process's client.
///
/// # Errors
/// As [`Place::open`].
pub(crate) fn open(process: &mut Process) -> Result<()> {
    match process.ask(&Ask::Open)? {
        Said::Opened { memory: Some(why), .. } => Err(broken(format!("kept in memory: {why}"))),
        Said::Opened { notices, .. } if !notices.is_empty() => {
            Err(broken(format!("opened with notices: {}", notices[0])))
        }
        Said::Opened { .. } => Ok(()),
        other => Err(unexpected(&other)),
    }
}

/// Begins a sign-in and gives the authorization URL.
///
/// # Errors
/// Those of the process; `Broken` when the sign-in ends before there is one.
pub(crate) fn begin(process: &mut Process, door: doorkey::flow::DoorKind) -> Result<String> {
    let url = match process.ask(&Ask::Begin { door })? {
        Said::Url { url } => url,
        Said::Begun(why) => return Err(broken(format!("no sign-in begins: {why:?}"))),
        other => return Err(unexpected(&other)),
    };
    match process.hear()? {
        Heard::Said(Said::Begun(None)) => Ok(url),
        Heard::Said(Said::Begun(Some(why))) => Err(broken(format!("a sign-in ended: {why}"))),
        Heard::Said(other) => Err(unexpected(&other)),
        Heard::Stopped => Err(broken("stopped where it was not expected to")),
    }
}

/// Signs a person in, by a link.
///
/// # Errors
/// Those of the process; `Broken` when they are not signed in.
pub(crate) fn sign_in(process: &mut Process, provider: &Provider, person: &str) -> Result<()> {
    let url = begin(process, doorkey::flow::DoorKind::Scheme)?;
    let link = provider.redirect(person, &url)?;
    match receive(process, link)? {
        Landed::SignedIn => Ok(()),
        other => Err(broken(format!("not signed in: {other:?}"))),
    }
}

/// Delivers a link.
///
/// # Errors
/// Those of the process.
pub(crate) fn receive(process: &mut Process, link: String) -> Result<Landed> {
    match process.ask(&Ask::Receive { link })? {
        Said::Landed(landed) => Ok(landed),
        other => Err(unexpected(&other)),
    }
}

/// The accounts.
///
/// # Errors
/// Those of the process.
pub(crate) fn accounts(process: &mut Process) -> Result<Vec<Seen>> {
    match process.ask(&Ask::Accounts)? {
        Said::Accounts(accounts) => Ok(accounts),
        other => Err(unexpected(&other)),
    }
}

/// Opens every record; nothing may be half and nothing set aside.
///
/// # Errors
/// Those of the process; `Broken` when there is such a record.
pub(crate) fn check(process: &mut Process) -> Result<Checked> {
    match process.ask(&Ask::Check)? {
        Said::Checked(checked) if checked.aside > 0 || !checked.broken.is_empty() => {
            let Checked { broken: bad, aside, .. } = checked;
            Err(broken(format!("{aside} records set aside, half: {}", bad.join(", "))))
        }
        Said::Checked(checked) => Ok(checked),
        other => Err(unexpected(&other)),
    }
}

/// Puts a process's clock forward.
///
/// # Errors
/// Those of the process.
pub(crate) fn advance(process: &mut Process, seconds: i64) -> Result<()> {
    done(process, &Ask::Advance { seconds })
}

/// Asks for something of which there is nothing to tell.
///
/// # Errors
/// Those of the process.
pub(crate) fn done(process: &mut Process, ask: &Ask) -> Result<()> {
    match process.ask(ask)? {
        Said::Done => Ok(()),
        other => Err(unexpected(&other)),
    }
}

/// The answer belongs to another question.
pub(crate) fn unexpected(said: &Said) -> crate::error::SoakError {
    broken(format!("an answer of another kind: {}", said.word()))
}
