//! `plugins.doorkey` in `tauri.conf.json`.

use doorkey::providers::{Provider, Registration};
use doorkey::{Error, Schemes, Secret};
use serde::Deserialize;

/// The plugin's configuration.
///
/// ```json
/// { "plugins": { "doorkey": {
///     "google": { "desktop": { "clientId": "123-abc.apps.googleusercontent.com", "clientSecret": "published, not confidential" } },
///     "openid": [ { "id": "work", "name": "Work", "issuer": "https://login.example.com", "clientId": "my-app" } ],
///     "fetchOrigins": [ "https://api.example.com" ]
/// } } }
/// ```
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// The private-use URI scheme; the app's identifier when absent.
    pub scheme: Option<String>,
    /// Google, with up to two clients.
    pub google: Option<GoogleConfig>,
    /// OpenID Providers, in the order to show.
    pub openid: Vec<OpenIdConfig>,
    /// Origins that `fetch` may send an access token to.
    pub fetch_origins: Vec<String>,
}

/// Google's clients.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct GoogleConfig {
    /// A client of type "Desktop app": comes back by loopback.
    pub desktop: Option<ClientConfig>,
    /// A client of type "iOS": comes back by a link in a scheme that is made of its id.
    pub ios: Option<ClientConfig>,
}

/// A client.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientConfig {
    /// `client_id`
    pub client_id: String,
    /// `client_secret`: of an installed app it is published with it and keeps nobody out.
    pub client_secret: Option<String>,
}

/// An OpenID Provider.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenIdConfig {
    /// Names it in calls and redirect URIs: lower-case letters, digits and `-`.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// The issuer identifier.
    pub issuer: String,
    /// `client_id`
    pub client_id: String,
    /// `client_secret`, where the provider wants one although a native app can keep none.
    pub client_secret: Option<String>,
}

impl Config {
    /// The providers that are configured.
    ///
    /// Errors: `Misconfigured`, naming the field.
    pub(crate) fn providers(&self, loopback_http: bool) -> Result<Vec<Provider>, Error> {
        let schemes = if loopback_http {
            Schemes::DangerousLoopbackHttp
        } else {
            Schemes::HttpsOnly
        };
        let registration =
            |id: &String, secret: &Option<String>| Registration::new(id.clone(), secret.clone().map(Secret::new));
        let google = self.google.iter().map(|google| {
            let client =
                |client: &Option<ClientConfig>| client.as_ref().map(|c| registration(&c.client_id, &c.client_secret));
            Ok(Provider::google(client(&google.desktop), client(&google.ios)))
        });
        let openid = self.openid.iter().map(|openid| {
            let client = registration(&openid.client_id, &openid.client_secret);
            Provider::openid(&openid.id, &openid.name, &openid.issuer, client, schemes)
        });
        google.chain(openid).collect()
    }
}
