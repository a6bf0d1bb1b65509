//! `command.toml`: the clients that are registered, and what may go where.

use std::collections::BTreeMap;
use std::path::Path;

use doorkey::providers::preset::{DpopBinding, PushedRequests};
use doorkey::providers::{self, Provider, ProviderConfig, Registration};
use doorkey::{Schemes, Secret};
use serde::Deserialize;

use crate::exit::Failure;
use crate::outside::say;

/// The largest file that is read, in bytes.
const LIMIT: u64 = 256 * 1024;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Configuration {
    /// Google's client of type "Desktop app".
    google: Option<ClientTable>,
    /// Clients at providers that there are presets for, by the presets' ids.
    preset: BTreeMap<String, PresetTable>,
    /// OpenID Providers, in the order to show.
    openid: Vec<OpenIdTable>,
    /// Origins that `fetch` may send an access token to.
    pub(crate) fetch_origins: Vec<String>,
    /// Hosts whose Git credential is an account's token.
    pub(crate) git: Vec<GitTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientTable {
    client_id: String,
    /// Of an installed app it is published with it and keeps nobody out.
    #[serde(default)]
    client_secret: Option<Confidence>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PresetTable {
    client_id: String,
    #[serde(default)]
    client_secret: Option<Confidence>,
    /// What the preset leaves open, by name: a tenant, a domain.
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    /// The loopback ports that were registered, where the provider wants them registered.
    ports: Option<Vec<u16>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenIdTable {
    id: String,
    name: String,
    issuer: String,
    client_id: String,
    #[serde(default)]
    client_secret: Option<Confidence>,
    /// Which tokens are bound to a key that stays here: `none`, `refresh`, `both`.
    #[serde(default)]
    dpop: DpopBinding,
    /// Whether authorization requests are pushed: `when-required`, `always`.
    #[serde(default)]
    par: PushedRequests,
}

/// A host and the account whose token it gets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GitTable {
    /// The host, with its port if that is not the usual one.
    pub(crate) host: String,
    /// The account; the default one when left out.
    pub(crate) account: Option<String>,
    /// The user name that the host wants to see; `oauth2` when left out.
    pub(crate) username: Option<String>,
}

/// A secret as it stands in the file.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Confidence(Secret);

impl From<String> for Confidence {
    fn from(text: String) -> Self {
        Self(Secret::new(text))
    }
}

/// The file in this folder; what it says by default where there is none.
///
/// Errors: `Unusable`, with the place in the file and nothing of what stands there.
pub(crate) fn read(folder: &Path) -> Result<Configuration, Failure> {
    let path = folder.join("command.toml");
    let unusable = |why: &str| {
        let values = [("path", &*path.to_string_lossy()), ("why", why)];
        Failure::Unusable(say("command-bad-config", &values))
    };
    match std::fs::metadata(&path) {
        Ok(about) if about.is_file() && about.len() <= LIMIT => {}
        Ok(_) => return Err(unusable("not a small file")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Configuration::default()),
        Err(error) => return Err(unusable(&error.to_string())),
    }
    let text = std::fs::read_to_string(&path).map_err(|error| unusable(&error.to_string()))?;
    // Its `message` names what was expected; the whole error would quote the line, which may hold a secret.
    toml::from_str(&text).map_err(|error: toml::de::Error| unusable(error.message()))
}

impl Configuration {
    /// The providers: Google first, as in the app, then those of the file.
    ///
    /// Errors: `Misconfigured`, naming the field; `Unusable`, naming the preset and its field.
    pub(crate) fn providers(&mut self, schemes: Schemes) -> Result<Vec<Provider>, Failure> {
        let google = self
            .google
            .take()
            .map(|table| registration(table.client_id, table.client_secret));
        let mut providers = vec![Provider::google(google.or_else(google_of_this_run), None)];
        for (id, table) in std::mem::take(&mut self.preset) {
            let config = ProviderConfig {
                client: Some(registration(table.client_id, table.client_secret)),
                parameters: table.parameters,
                ports: table.ports,
                ..ProviderConfig::default()
            };
            let provider = of_preset(&id, config)?;
            providers.retain(|known| known.preset.id != id);
            providers.push(provider);
        }
        for table in self.openid.drain(..) {
            let client = registration(table.client_id, table.client_secret);
            let provider = Provider::openid(&table.id, &table.name, &table.issuer, client, schemes);
            let mut provider = provider.map_err(|error| Failure::of_provider(error, &table.name))?;
            provider.preset.dpop = table.dpop;
            provider.preset.par = table.par;
            providers.push(provider);
        }
        Ok(providers)
    }
}

/// The provider of a preset.
///
/// Errors: `Refused` for one that no program like this can sign in with; `Unusable` where there is no such preset, or with what is
/// wrong in the configuration of it.
pub(crate) fn of_preset(id: &str, config: ProviderConfig) -> Result<Provider, Failure> {
    if let Some(refused) = providers::refused(id) {
        return Err(Failure::Refused(refused));
    }
    let Some(preset) = providers::preset(id) else {
        return Err(Failure::Unusable(say("command-no-such-provider", &[("name", id)])));
    };
    Provider::of(preset, config).map_err(|error| {
        let what = error.to_string();
        Failure::Unusable(say("command-bad-input", &[("what", &what)]))
    })
}

fn registration(client_id: String, client_secret: Option<Confidence>) -> Registration {
    Registration::new(client_id, client_secret.map(|Confidence(secret)| secret))
}

/// The client of the environment, else that of the build.
fn google_of_this_run() -> Option<Registration> {
    let value = |name, built: Option<&str>| {
        let set = std::env::var(name).ok().filter(|value| !value.is_empty());
        set.or_else(|| built.map(str::to_owned))
    };
    let id = value("DOORKEY_GOOGLE_CLIENT_ID", option_env!("DOORKEY_GOOGLE_CLIENT_ID"))?;
    let secret = value(
        "DOORKEY_GOOGLE_CLIENT_SECRET",
        option_env!("DOORKEY_GOOGLE_CLIENT_SECRET"),
    );
    Some(Registration::new(id, secret.map(Secret::new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_mistake_is_told_without_what_stands_in_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).unwrap().git.is_empty(), "no file is no mistake");
        std::fs::write(
            folder.path().join("command.toml"),
            "[google]\nclient_id = \"x\"\nclient_secret = 'hush-hush\n",
        )
        .unwrap();
        let told = format!("{:?}", read(folder.path()).map(|_| ()).unwrap_err());
        assert!(told.contains("command.toml") && !told.contains("hush"), "{told}");
        std::fs::write(folder.path().join("command.toml"), "fetch_origin = []").unwrap();
        assert!(read(folder.path()).is_err(), "a name that nobody knows");
    }

    #[test]
    fn a_preset_is_filled_in_from_the_file_and_a_mistake_names_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let providers = |text: &str| {
            std::fs::write(folder.path().join("command.toml"), text).unwrap();
            let told = read(folder.path()).unwrap().providers(Schemes::HttpsOnly);
            told.map_err(|failure| format!("{failure:?}"))
        };
        let found =
            providers("[preset.auth0]\nclient_id = 'x'\nparameters = { domain = 'example.eu.auth0.com' }").unwrap();
        let auth0 = found.iter().find(|known| known.preset.id == "auth0").unwrap();
        assert_eq!(auth0.preset.issuer, "https://example.eu.auth0.com/");
        assert!(auth0.is_configured());
        for (text, named) in [
            ("[preset.auth0]\nclient_id = 'x'", "domain"),
            (
                "[preset.discord]\nclient_id = 'x'\nports = [1]\nparameters = { x = 'y' }",
                "x",
            ),
            ("[preset.nobody]\nclient_id = 'x'", "nobody"),
            ("[preset.facebook]\nclient_id = 'x'", "Refused"),
        ] {
            let told = providers(text).unwrap_err();
            assert!(told.contains(named), "{told}");
        }
    }

    #[test]
    fn a_provider_of_the_file_says_what_is_bound_to_a_key_and_what_is_pushed() {
        let folder = tempfile::tempdir().unwrap();
        let file = "[[openid]]\nid = 'a'\nname = 'A'\nissuer = 'https://a.example'\nclient_id = 'x'\n";
        for (more, dpop, par) in [
            ("", DpopBinding::None, PushedRequests::WhenRequired),
            ("dpop = 'refresh'\n", DpopBinding::Refresh, PushedRequests::WhenRequired),
            (
                "dpop = 'both'\npar = 'always'\n",
                DpopBinding::Both,
                PushedRequests::Always,
            ),
        ] {
            std::fs::write(folder.path().join("command.toml"), format!("{file}{more}")).unwrap();
            let found = read(folder.path()).unwrap().providers(Schemes::HttpsOnly).unwrap();
            let known = &found.iter().find(|known| known.preset.id == "a").unwrap().preset;
            assert_eq!((known.dpop, known.par), (dpop, par), "{more}");
        }
    }
}
