//! A desktop: display, window manager, session bus, accessibility, keychain, and a browser that opens the web.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;
use zbus::Connection;

use crate::display::{COMES_UP_IN, Display};
use crate::error::{Result, RigError};
use crate::home::Home;
use crate::keychain::{self, KeychainItem};
use crate::process::{Pipes, Process, sweep};
use crate::programs;

/// Which desktop to bring up.
#[derive(Clone, Debug)]
pub struct DesktopOptions {
    /// Names the folder that logs are kept in when a test fails.
    pub name: String,
    /// Whether there is a browser. Without one, opening a web address fails as on a machine that has none.
    pub browser: bool,
    /// Pixels, width and height.
    pub size: (u16, u16),
    /// Where logs and a last picture are kept when the desktop is dropped by a failing test. The folder is made when
    /// needed.
    pub keep_in: Option<PathBuf>,
}

impl DesktopOptions {
    /// A desktop of 1280 by 900 pixels with a browser.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            browser: true,
            size: (1280, 900),
            keep_in: None,
        }
    }
}

/// A running desktop. Dropping it ends every program that was started on it, by whomever.
pub struct Desktop {
    options: DesktopOptions,
    home: Home,
    environment: Vec<(OsString, OsString)>,
    session: Connection,
    display: Display,
    _programs: Vec<Process>,
    // Last: it outlives the programs that write into it.
    folder: Option<TempDir>,
}

impl Desktop {
    /// Brings the desktop up; when this returns, every part of it answers.
    ///
    /// # Errors
    /// [`RigError::Missing`] when programs are not installed, [`RigError::NotUp`] when one does not come up.
    pub async fn start(options: DesktopOptions) -> Result<Self> {
        programs::all_here()?;
        let folder = tempfile::Builder::new()
            .prefix("desktop-")
            .tempdir()
            .map_err(RigError::system("a folder for the desktop"))?;
        let home = Home::lay_out(folder.path())?;
        let logs = home.logs();
        let mut environment = home.environment();
        let display = Display::start(options.size, &environment, &logs).await?;
        environment.push(("DISPLAY".into(), display.name.clone().into()));
        let (bus, address) = bus(&environment, &logs).await?;
        environment.push(("DBUS_SESSION_BUS_ADDRESS".into(), address.clone().into()));
        let openbox = manager(&display, &environment, &logs).await?;
        let keyring = keyring(&environment, &logs).await?;
        let session = connect(&address).await?;
        keychain::opened(&session).await?;
        if options.browser
            && let Some(chromium) = programs::on_path("chromium")
        {
            home.install_browser(&chromium, &environment)?;
        }
        let programs = vec![keyring, openbox, bus];
        Ok(Self {
            options,
            home,
            environment,
            session,
            display,
            _programs: programs,
            folder: Some(folder),
        })
    }

    /// The variables of the session: what a program has that the person starts.
    pub fn environment(&self) -> &[(OsString, OsString)] {
        &self.environment
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.home.home()
    }

    /// `XDG_DATA_HOME`.
    pub fn data(&self) -> PathBuf {
        self.home.data()
    }

    /// Where every program of the desktop writes what it has to say.
    pub fn logs(&self) -> PathBuf {
        self.home.logs()
    }

    /// Chromium's own folder.
    pub(crate) fn chromium(&self) -> PathBuf {
        self.home.chromium()
    }

    pub(crate) fn session(&self) -> &Connection {
        &self.session
    }

    /// Lets pages of `origin` (`http://127.0.0.1:8901`) open links of `scheme` without Chromium's question. To be
    /// called before the browser is opened for the first time.
    ///
    /// # Errors
    /// [`RigError::System`] when the preferences cannot be written.
    pub fn allow_scheme(&self, origin: &str, scheme: &str) -> Result<()> {
        self.home.allow_scheme(origin, scheme)
    }

    /// Opens an address as the person would by a click anywhere on the desktop, by what is registered for its scheme.
    ///
    /// # Errors
    /// [`RigError::Driver`] when nothing took it.
    pub async fn open(&self, address: &str) -> Result<()> {
        let mut command = Command::new("xdg-open");
        command
            .arg(address)
            .env_clear()
            .envs(self.environment.iter().map(|(key, value)| (key, value)));
        // What it starts lives on with its descriptors: a pipe would not end before the browser does.
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        let mut opener = command.spawn().map_err(RigError::system("xdg-open"))?;
        let status = tokio::time::timeout(COMES_UP_IN, opener.wait())
            .await
            .map_err(|_| RigError::driver("xdg-open", "an address", "no end"))?
            .map_err(RigError::system("xdg-open"))?;
        if status.success() {
            Ok(())
        } else {
            Err(RigError::driver("xdg-open", "an address", status))
        }
    }

    /// Every entry of the keychain, without its secret.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the keychain does not answer.
    pub async fn keychain_items(&self) -> Result<Vec<KeychainItem>> {
        keychain::items(&self.session).await
    }

    /// Locks the keychain.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it does not lock.
    pub async fn lock_keychain(&self) -> Result<()> {
        keychain::lock(&self.session).await
    }

    /// Unlocks the keychain, as a person does who answers its question.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it stays locked.
    pub async fn unlock_keychain(&self) -> Result<()> {
        keychain::unlock(&self.session, PASSWORD).await
    }

    /// Writes a picture of the whole display as PNG.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the display does not give it, [`RigError::System`] when it cannot be written.
    pub fn picture(&self, file: &Path) -> Result<()> {
        self.display.picture(file)
    }

    /// The title of the window that has the keyboard: the one in front.
    ///
    /// # Errors
    /// [`RigError::Driver`] when no window has it.
    pub fn active_title(&self) -> Result<String> {
        self.display.active_title()
    }

    /// A variable of the session.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.environment
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_os_str())
    }

    /// Keeps the logs and a last picture for whoever looks into a failure.
    fn keep(&self) {
        let Some(folder) = self
            .options
            .keep_in
            .as_ref()
            .map(|folder| folder.join(&self.options.name))
        else {
            return;
        };
        let copy = || -> std::io::Result<()> {
            fs::create_dir_all(&folder)?;
            for log in fs::read_dir(self.home.logs())?.flatten() {
                fs::copy(log.path(), folder.join(log.file_name()))?;
            }
            Ok(())
        };
        let copied = copy();
        let _ = self.picture(&folder.join("display.png"));
        match copied {
            Ok(()) => eprintln!("the desktop's logs and a last picture are in {}", folder.display()),
            Err(error) => eprintln!("the desktop's logs could not be kept in {}: {error}", folder.display()),
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep();
        }
        // The display is left to its handle, which lets it put its number back.
        sweep(&self.home.home(), self.display.id());
        // What died a moment ago may still be writing: a second try, and a folder that stays is no failure.
        if let Some(folder) = self.folder.take() {
            let path = folder.path().to_owned();
            if folder.close().is_err() {
                let _ = fs::remove_dir_all(path);
            }
        }
    }
}

async fn bus(environment: &[(OsString, OsString)], logs: &Path) -> Result<(Process, String)> {
    let mut command = Command::new("dbus-daemon");
    command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
    let mut bus = Process::start("dbus-daemon", command, environment, logs, Pipes::Stdout)?;
    let Some(out) = bus.take_stdout() else {
        return Err(bus.not_up("it has no output"));
    };
    let mut address = String::new();
    match tokio::time::timeout(COMES_UP_IN, BufReader::new(out).read_line(&mut address)).await {
        Ok(Ok(_)) if !address.trim().is_empty() => Ok((bus, address.trim().to_owned())),
        _ => Err(bus.not_up("no address")),
    }
}

/// A window manager. The server's first moments turn a client away now and then, who then ends: it is started again.
async fn manager(display: &Display, environment: &[(OsString, OsString)], logs: &Path) -> Result<Process> {
    let start = || Process::start("openbox", Command::new("openbox"), environment, logs, Pipes::None);
    let mut openbox = start()?;
    let end = Instant::now() + COMES_UP_IN;
    while let Err(error) = display.managed(Duration::from_secs(2)).await {
        if Instant::now() >= end {
            return Err(openbox.not_up(format!("{} {error}", display.name)));
        }
        if openbox.has_ended() {
            openbox = start()?;
        }
    }
    Ok(openbox)
}

/// The password of the keychain, which is nobody's.
const PASSWORD: &str = "desktop-rig";

/// A keychain whose one collection is open.
async fn keyring(environment: &[(OsString, OsString)], logs: &Path) -> Result<Process> {
    let mut command = Command::new("gnome-keyring-daemon");
    command.args(["--foreground", "--unlock", "--components=secrets"]);
    let mut keyring = Process::start("gnome-keyring-daemon", command, environment, logs, Pipes::Stdin)?;
    let Some(mut stdin) = keyring.take_stdin() else {
        return Err(keyring.not_up("it has no input"));
    };
    stdin
        .write_all(PASSWORD.as_bytes())
        .await
        .map_err(RigError::system("unlocking the keychain"))?;
    drop(stdin);
    Ok(keyring)
}

pub(crate) async fn connect(address: &str) -> Result<Connection> {
    let refused = |error: zbus::Error| RigError::driver("the bus", "a connection", error);
    zbus::connection::Builder::address(address)
        .map_err(refused)?
        .build()
        .await
        .map_err(refused)
}
