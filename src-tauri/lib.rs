//! The Doorkey app: the plugin, a window, and which of its two selves this build is.

mod channel;

use tauri_plugin_doorkey::Builder;
use tracing_subscriber::EnvFilter;

/// Runs the app until its window is closed.
///
/// Errors: what kept it from starting.
pub fn run() -> tauri::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();

    let mut context = tauri::generate_context!();
    channel::apply(context.config_mut());
    let plugin = channel::providers()
        .into_iter()
        .fold(Builder::default(), Builder::provider)
        .dangerous_loopback_http(channel::DEVELOPMENT)
        .link_handling(channel::LINK_HANDLING);
    tauri::Builder::default()
        // First: a link may start a second process, which hands it over and ends.
        .plugin(tauri_plugin_doorkey::single_instance())
        .plugin(plugin.build())
        .run(context)
}
