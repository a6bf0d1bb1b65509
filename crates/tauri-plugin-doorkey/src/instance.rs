//! A second start of the app: it hands its link to the first and ends.
//!
//! Any program of this user can take the channel between the two before the app does. What it sends is a link like any other. If
//! it takes links and never answers, the second start must not wait for it without end.

use std::ffi::OsString;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use doorkey::locales;
use serde_json::Value;
use tauri::plugin::Plugin;
use tauri::webview::PageLoadPayload;
use tauri::{AppHandle, RunEvent, Runtime, Url, Webview, Window, ipc::Invoke};

use crate::links;

/// How long the first instance has to take what the second one hands it.
const HANDED_OVER_WITHIN: Duration = Duration::from_secs(8);

/// The plugin that makes a second start of the app hand its link to the first and end. To be registered before all others.
pub fn single_instance<R: Runtime>() -> impl Plugin<R> {
    Watched(tauri_plugin_single_instance::init(|app, arguments, _folder| {
        let arguments: Vec<OsString> = arguments.into_iter().map(OsString::from).collect();
        links::started_again(app, arguments);
    }))
}

/// A plugin whose start ends in time, or ends the program.
struct Watched<P>(P);

impl<R: Runtime, P: Plugin<R>> Plugin<R> for Watched<P> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn initialize(&mut self, app: &AppHandle<R>, config: Value) -> Result<(), Box<dyn std::error::Error>> {
        let (started, waiting) = channel::<()>();
        // Without a thread to be had the program starts as it would without us.
        let watch = std::thread::Builder::new()
            .name("second start".to_owned())
            .spawn(move || {
                // RFC 8252 section 8.6: what another program holds in our name is not to be trusted, and not to be waited for either.
                if waiting.recv_timeout(HANDED_OVER_WITHIN) == Err(RecvTimeoutError::Timeout) {
                    eprintln!("doorkey: {}", locales::format("instance-channel-unavailable", &[]));
                    std::process::exit(1);
                }
            });
        let initialized = self.0.initialize(app, config);
        drop(started);
        drop(watch);
        initialized
    }

    fn window_created(&mut self, window: Window<R>) {
        self.0.window_created(window);
    }

    fn webview_created(&mut self, webview: Webview<R>) {
        self.0.webview_created(webview);
    }

    fn on_navigation(&mut self, webview: &Webview<R>, url: &Url) -> bool {
        self.0.on_navigation(webview, url)
    }

    fn on_page_load(&mut self, webview: &Webview<R>, payload: &PageLoadPayload<'_>) {
        self.0.on_page_load(webview, payload);
    }

    fn on_event(&mut self, app: &AppHandle<R>, event: &RunEvent) {
        self.0.on_event(app, event);
    }

    fn extend_api(&mut self, invoke: Invoke<R>) -> bool {
        self.0.extend_api(invoke)
    }
}
