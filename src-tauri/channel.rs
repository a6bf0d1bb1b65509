//! Which self this build is: the released app, or the one that is being developed. The two share no name: not on the
//! session bus, not as a link handler, not as a folder, not in the keychain.

use doorkey::Secret;
use doorkey::providers::{Provider, Registration};
use tauri_plugin_doorkey::LinkHandling;

/// True in debug builds.
pub(crate) const DEVELOPMENT: bool = cfg!(debug_assertions);

/// A package registers its link handler; a debug build, which nobody installs, does it itself.
pub(crate) const LINK_HANDLING: LinkHandling = if DEVELOPMENT {
    LinkHandling::RegisteredAtStart
} else {
    LinkHandling::Packaged
};

/// Gives the configuration the identity of this build, from which every other name is made.
pub(crate) fn apply(config: &mut tauri::Config) {
    if DEVELOPMENT {
        config.identifier.push_str(".dev");
    }
}

/// The providers that are known at the start: Google, with the clients of this build, and in a demo run the demo provider.
pub(crate) fn providers() -> Vec<Provider> {
    let client = |id: Option<&str>, secret: Option<&str>| {
        id.map(|id| Registration::new(id.to_owned(), secret.map(|text| Secret::new(text.to_owned()))))
    };
    let desktop = client(
        option_env!("DOORKEY_GOOGLE_CLIENT_ID"),
        option_env!("DOORKEY_GOOGLE_CLIENT_SECRET"),
    );
    let ios = client(option_env!("DOORKEY_GOOGLE_IOS_CLIENT_ID"), None);
    let mut providers = vec![Provider::google(desktop, ios)];
    providers.extend(demo());
    providers
}

/// The mock provider of `cargo xtask run`. A released app has no such thing, whatever its environment says.
fn demo() -> Option<Provider> {
    if !DEVELOPMENT {
        return None;
    }
    let issuer = std::env::var("DOORKEY_DEMO_ISSUER").ok()?;
    let client_id = std::env::var("DOORKEY_DEMO_CLIENT_ID").unwrap_or_else(|_| "demo".to_owned());
    let client = Registration::public(client_id);
    match Provider::openid(
        "demo",
        "the demo provider",
        &issuer,
        client,
        doorkey::Schemes::DangerousLoopbackHttp,
    ) {
        Ok(provider) => Some(provider),
        Err(error) => {
            tracing::error!(%error, "DOORKEY_DEMO_ISSUER is not an issuer; there is no demo provider in this run");
            None
        }
    }
}
