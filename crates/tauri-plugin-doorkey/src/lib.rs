//! Sign-in through the system browser for Tauri apps: a thin skin over the `doorkey` crate.
//!
//! ```no_run
//! tauri::Builder::default()
//!     .plugin(tauri_plugin_doorkey::single_instance()) // first: a link may start a second process
//!     .plugin(tauri_plugin_doorkey::init())
//! # ;
//! ```
//!
//! Configured under `plugins.doorkey` in `tauri.conf.json`; see [`Config`]. The web UI gets accounts and states, never a code,
//! token, verifier or callback URL; what can cross stands in [`ipc`].

mod commands;
mod config;
mod examination;
mod instance;
pub mod ipc;
mod links;
mod preferences;
mod problem;
mod story;
mod updates;
mod views;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use doorkey::vault::KeyStore;
use doorkey::{Client, ClientConfig};
use tauri::plugin::{Builder as PluginBuilder, TauriPlugin};
use tauri::{AppHandle, DragDropEvent, Manager as _, RunEvent, Runtime, WindowEvent};

pub use config::{Config, GoogleConfig, OpenIdConfig};
pub use doorkey;
pub use instance::single_instance;

/// What the plugin keeps in the app.
pub(crate) struct State {
    pub(crate) client: Client,
    /// What the person is to be told once, until it is put away.
    notice: Mutex<Option<ipc::Problem>>,
    watchers: updates::Watchers,
    listeners: story::Listeners,
    pub(crate) preferences: preferences::Kept,
    clipboard: Mutex<Option<arboard::Clipboard>>,
}

impl State {
    pub(crate) fn notice(&self) -> std::sync::MutexGuard<'_, Option<ipc::Problem>> {
        self.notice.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn clipboard(&self) -> std::sync::MutexGuard<'_, Option<arboard::Clipboard>> {
        self.clipboard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The plugin, configured from `tauri.conf.json` alone.
pub fn init<R: Runtime>() -> TauriPlugin<R, Config> {
    Builder::default().build()
}

/// The plugin, with what an app knows better than its configuration file.
#[derive(Default)]
pub struct Builder {
    providers: Vec<doorkey::providers::Provider>,
    dangerous_loopback_http: bool,
    link_handler: LinkHandling,
}

/// Who makes this program the handler of its scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkHandling {
    /// The installed package did; the program only looks.
    #[default]
    Packaged,
    /// The program itself, at each start: for development and for portable copies.
    RegisteredAtStart,
}

impl Builder {
    /// Adds a provider before those of the configuration file.
    #[must_use]
    pub fn provider(mut self, provider: doorkey::providers::Provider) -> Self {
        self.providers.push(provider);
        self
    }

    /// Allows http to loopback addresses. For development and tests.
    #[must_use]
    pub fn dangerous_loopback_http(mut self, allow: bool) -> Self {
        self.dangerous_loopback_http = allow;
        self
    }

    /// Says who makes this program the handler of its scheme.
    #[must_use]
    pub fn link_handling(mut self, handling: LinkHandling) -> Self {
        self.link_handler = handling;
        self
    }

    /// The plugin.
    pub fn build<R: Runtime>(self) -> TauriPlugin<R, Config> {
        PluginBuilder::<R, Config>::new("doorkey")
            .invoke_handler(tauri::generate_handler![
                commands::watch,
                commands::sign_in,
                commands::open_again,
                commands::copy_link,
                commands::cancel,
                commands::dismiss,
                commands::open_registration,
                commands::open_connected_apps,
                commands::configure_client,
                commands::picture,
                commands::sign_out,
                commands::fetch,
                commands::forget_notice,
                commands::unlock,
                commands::examine,
                commands::examine_browser_link,
                commands::repair,
                commands::story,
                commands::copy_report,
                commands::forget_everything,
                commands::set_preferences,
            ])
            .setup(move |app, api| {
                let folder = folder(app)?;
                let client = self.open(app, api.config(), &folder)?;
                let preferences = preferences::Kept::open(&folder);
                preferences.speak();
                start(app, client, preferences);
                Ok(())
            })
            .on_event(|app, event| match event {
                // macOS delivers links as events; they are handled like any other.
                #[cfg(any(target_os = "macos", target_os = "ios"))]
                RunEvent::Opened { urls } => urls.iter().for_each(|url| links::arrive(app, url.as_str())),
                RunEvent::WindowEvent {
                    event: WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }),
                    ..
                } => {
                    commands::client_file_dropped(app, paths);
                }
                _ => {}
            })
            .build()
    }

    fn open<R: Runtime>(self, app: &AppHandle<R>, config: &Config, folder: &Path) -> Result<Client, SetupError> {
        let identifier = app.config().identifier.clone();
        let app_name = app.config().product_name.clone().unwrap_or_else(|| identifier.clone());
        let scheme = config.scheme.clone().unwrap_or_else(|| identifier.clone());
        let mut providers = self.providers;
        providers.extend(config.providers(self.dangerous_loopback_http)?);
        let handler = links::handler(&scheme, &app_name, &providers);
        if self.link_handler == LinkHandling::RegisteredAtStart {
            // Never the end of the program: without links there is loopback.
            links::register(handler.as_slice());
        }
        Ok(Client::open(ClientConfig {
            app_name,
            scheme,
            folder: folder.join("vault"),
            keychain_service: identifier,
            key_store: KeyStore::System,
            providers,
            dangerous_loopback_http: self.dangerous_loopback_http,
            allow_device: !config.forbid_device,
            client_id_document: None,
            fetch_origins: config.fetch_origins.clone(),
            link_handler: handler.into_iter().next(),
            user_agent: doorkey::user_agent::UserAgent::default(),
            clock: doorkey::Clock::system(),
        })?)
    }
}

/// Where the app keeps what it keeps.
fn folder<R: Runtime>(app: &AppHandle<R>) -> Result<PathBuf, SetupError> {
    let all = app.path().data_dir().map_err(|_| SetupError::Folder)?;
    Ok(all.join(&app.config().identifier))
}

/// Why the plugin could not start.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The operating system names no folder for data.
    #[error("the operating system names no folder for this program's data")]
    Folder,
    /// The configuration does not fit, or the vault's folder cannot be made.
    #[error("doorkey cannot start: {0}")]
    Client(#[from] doorkey::Error),
}

/// Puts the client into the app and lets it work: accounts are read, a link that started us is taken, sessions kept fresh.
fn start<R: Runtime>(app: &AppHandle<R>, client: Client, preferences: preferences::Kept) {
    let watchers = updates::Watchers::default();
    app.manage(State {
        client: client.clone(),
        notice: Mutex::default(),
        watchers,
        listeners: story::Listeners::default(),
        preferences,
        clipboard: Mutex::default(),
    });
    // Subscribed before anything happens, so that nothing is missed.
    let events = client.events();
    tauri::async_runtime::spawn(updates::follow(app.clone(), events));
    links::take_early(app, &client);
    let link = links::of_this_launch(&client);
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        client.ready().await;
        if let Some(link) = link {
            links::take(&handle, &link, links::Arrival::StartedUs).await;
        }
        client.keep_fresh().await;
    });
}
