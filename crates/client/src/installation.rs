//! This installation as a client of its own: registered at the first sign-in, sealed, and used from then on.
//!
//! Nothing of it is kept in memory: each sign-in reads the record, so all processes use the same client.

use doorkey_oidc::authorization::FLOW_LIFETIME;
use doorkey_oidc::provider::{Endpoint, ProviderMetadata, Transport as Schemes};
use doorkey_oidc::registration::{
    self, ClientMetadata, ExpectApp, ExpectRegistration, Management, Method, REGISTRATION_RESPONSE_LIMIT, Registered,
    RegisteredRedirectUri,
};
use doorkey_oidc::trail::Trail;
use doorkey_oidc::{Misconfiguration, Now, Secret, Unsupported};
use serde::{Deserialize, Serialize};
use tokio::time::Duration;
use zeroize::Zeroize as _;

use crate::Error;
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::providers::{LoopbackName, LoopbackPorts, Preset, Registration, RegistrationStyle, SchemeRule, SecretRule};
use crate::registered::{self, Form};
use crate::transport::Limits;
use crate::vault::RecordKind;

/// What a registration may cost.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(20),
    max_bytes: REGISTRATION_RESPONSE_LIMIT,
};

/// What is remembered of a registration beside the client: the form that is sealed. Wiped when dropped.
#[derive(Serialize, Deserialize)]
pub(crate) struct Installation {
    /// Where it was registered. At another issuer this is nobody's client, and its secret nobody's business.
    issuer: String,
    /// What was registered as `redirect_uris`.
    redirect_uris: Vec<String>,
    /// Whether the grant of device codes was asked for. A provider that did not give it says so when a code is wanted.
    #[serde(default)]
    devices: bool,
    /// `client_secret_expires_at`, in seconds since 1970; `None` for never.
    secret_expires_at: Option<i64>,
    /// `registration_client_uri`
    management_uri: Option<String>,
    /// `registration_access_token`
    management_token: Option<String>,
}

/// What a client is registered for.
struct Wanted<'a> {
    issuer: &'a str,
    redirect_uris: Vec<RegisteredRedirectUri>,
    /// Whether by device codes too: this program may, and the provider has an endpoint for them.
    devices: bool,
}

impl Drop for Installation {
    fn drop(&mut self) {
        self.management_token.zeroize();
    }
}

impl Installation {
    fn of(registered: &Registered, wanted: &Wanted<'_>) -> Self {
        let management = registered.management.as_ref();
        let redirect_uris = wanted.redirect_uris.iter();
        Self {
            issuer: wanted.issuer.to_owned(),
            redirect_uris: redirect_uris.map(|uri| uri.as_str().to_owned()).collect(),
            devices: wanted.devices,
            secret_expires_at: registered.secret_expires_at.map(|at| at.0),
            management_uri: management.map(|management| management.uri().url().to_string()),
            // Exposed for the record, which is sealed before it is written and wiped when dropped.
            management_token: management.map(|management| management.token().expose().to_owned()),
        }
    }

    /// Whether a sign-in that begins now can be carried out with it, to the end of the time that it has.
    fn serves(&self, wanted: &Wanted<'_>, now: Now) -> bool {
        let registered = self.redirect_uris.iter().map(String::as_str);
        self.issuer == wanted.issuer
            && registered.eq(wanted.redirect_uris.iter().map(RegisteredRedirectUri::as_str))
            && (self.devices || !wanted.devices)
            && self.secret_expires_at.is_none_or(|at| now.0 + FLOW_LIFETIME < at)
    }

    fn management(&self, schemes: Schemes) -> Option<Management> {
        let uri = Endpoint::parse(self.management_uri.as_deref()?, schemes)?;
        Management::new(uri, Secret::new(self.management_token.clone()?)).ok()
    }
}

/// The client that this installation is at a provider; it is registered if it is none yet, if its secret ends before a sign-in would,
/// or if it was registered elsewhere, for other redirect URIs or without device codes.
///
/// Once, however many sign-ins begin at the same time: the record is locked meanwhile, for all processes.
///
/// Errors: those of [`registration::register`] and of its answer, and the state of the world.
///
/// Spec: RFC 7591 section 3
pub(crate) async fn client(
    inner: &Inner,
    preset: &Preset,
    metadata: &ProviderMetadata,
    notes: &Notes,
) -> Result<Registration, Error> {
    let wanted = Wanted {
        issuer: metadata.issuer.as_str(),
        redirect_uris: redirect_uris(preset, &inner.scheme)?,
        devices: inner.allow_device && preset.device && metadata.device_authorization_endpoint.is_some(),
    };
    let sealed = async || -> Result<Option<Registration>, Error> {
        let form = registered::read(inner, &preset.id).await?;
        let serves = |form: &Form| {
            let installation = form.installation.as_ref();
            installation.is_some_and(|known| known.serves(&wanted, inner.clock.now()))
        };
        form.filter(serves).map(|mut form| form.open()).transpose()
    };
    if let Some(known) = sealed().await? {
        return Ok(known);
    }
    let _alone = inner.records().await.lock(&lock_name(&preset.id)).await?;
    // Somebody else may have registered it while we waited.
    if let Some(known) = sealed().await? {
        return Ok(known);
    }
    let new = register(inner, preset, metadata, &wanted, notes).await?;
    let registration = Registration::authenticated(new.client.id(), new.client.authentication().share());
    let installation = Installation::of(&new, &wanted);
    // Before it is used: what is registered and then forgotten is litter at the provider.
    registered::seal(inner, &preset.id, &registration, Some(installation)).await?;
    Ok(registration)
}

async fn register(
    inner: &Inner,
    preset: &Preset,
    metadata: &ProviderMetadata,
    wanted: &Wanted<'_>,
    notes: &Notes,
) -> Result<Registered, Error> {
    let mut metadata = metadata.clone();
    let itself = preset.registration.itself.as_ref();
    if let (None, Some(stated)) = (
        &metadata.registration_endpoint,
        itself.and_then(|itself| itself.endpoint.as_ref()),
    ) {
        let endpoint = Endpoint::parse(stated, inner.schemes);
        metadata.registration_endpoint = Some(endpoint.ok_or(Error::Misconfigured(Misconfiguration::Provider))?);
    }
    let form = itself.is_some_and(|itself| itself.style == RegistrationStyle::MastodonApps);
    let asked = ClientMetadata {
        name: inner.app_name.clone(),
        home_page: None,
        redirect_uris: wanted.redirect_uris.clone(),
        refreshes: true,
        uses_devices: wanted.devices,
        // None by the standard: a server then registers its own default, and what a sign-in asks for may change.
        scopes: if form { preset.scopes.clone() } else { Vec::new() },
        method: match preset.registration.secret {
            SecretRule::PerInstallation | SecretRule::Required => Method::SecretBasic,
            SecretRule::None | SecretRule::Optional | SecretRule::Published => Method::None,
        },
        binds_access_tokens: false,
        software_id: Some(inner.scheme.clone()),
        software_version: None,
    };
    let mut step = notes.open(StepKind::Registration);
    let (request, expect) = step.heed(Asked::of(&metadata, asked, form))?;
    // Without its body, which is JSON and has nothing in it that is not known.
    let shown = http::Request::post(request.uri()).body(Vec::new());
    step.sends(&shown.expect("the address is that of a request"));
    // Once: an answer that was lost may have been a registration, and another one would leave that behind.
    let answer = inner.transport.send(request, LIMITS).await.map_err(Error::from);
    step.answered(answer.as_ref());
    let answer = step.heed(answer)?;
    let registered = expect.receive(&answer, inner.clock.now(), step.trail());
    step.close(registered)
}

/// A registration whose answer is waited for, in either manner.
enum Asked {
    /// RFC 7591
    Client(ExpectRegistration),
    /// Mastodon's own.
    App(ExpectApp),
}

impl Asked {
    fn of(
        metadata: &ProviderMetadata,
        client: ClientMetadata,
        form: bool,
    ) -> Result<(http::Request<Vec<u8>>, Self), Error> {
        if form {
            let endpoint = metadata.registration_endpoint.as_ref();
            let endpoint = endpoint.ok_or(Error::Unsupported(Unsupported::Registration))?;
            let (request, expect) = registration::register_app(endpoint, client)?;
            return Ok((request, Self::App(expect)));
        }
        let (request, expect) = registration::register(metadata, client, None)?;
        Ok((request, Self::Client(expect)))
    }

    fn receive(self, answer: &http::Response<Vec<u8>>, now: Now, trail: &mut Trail) -> Result<Registered, Error> {
        Ok(match self {
            Self::Client(expect) => expect.receive(answer, now, trail)?,
            Self::App(expect) => expect.receive(answer, trail)?,
        })
    }
}

/// What is registered: a link in the program's own scheme and a loopback redirect, as far as the provider takes them.
///
/// Errors: `Misconfigured(RedirectUri)` for a loopback redirect by name, which is not registered.
///
/// Spec: RFC 8252 sections 7.1, 7.3, 8.4
fn redirect_uris(preset: &Preset, scheme: &str) -> Result<Vec<RegisteredRedirectUri>, Error> {
    let (rules, path) = (&preset.registration, format!("/callback/{}", preset.id));
    let mut uris = Vec::new();
    if rules.scheme == SchemeRule::Own {
        uris.push(format!("{scheme}:{path}"));
    }
    let host = match rules.loopback.host {
        LoopbackName::Address => "127.0.0.1",
        LoopbackName::Localhost => "localhost",
    };
    match &rules.loopback.ports {
        // RFC 8252 7.3: any port is allowed at the time of the request, so none is registered.
        LoopbackPorts::Any => uris.push(format!("http://{host}{path}")),
        LoopbackPorts::Listed(ports) => uris.extend(ports.iter().map(|port| format!("http://{host}:{port}{path}"))),
        LoopbackPorts::None => {}
    }
    uris.iter().map(|uri| Ok(RegisteredRedirectUri::new(uri)?)).collect()
}

/// The provider does not know the client that it once registered: the next sign-in registers anew. Only the next one that the person
/// begins, so nothing goes round in circles. What was configured by hand stays.
///
/// Spec: RFC 6749 section 5.2 (`invalid_client`)
pub(crate) async fn forget_unknown(inner: &Inner, provider: &str) -> Result<(), Error> {
    let records = inner.records().await;
    let _alone = records.lock(&lock_name(provider)).await?;
    let form = registered::read(inner, provider).await?;
    if form.is_some_and(|form| form.installation.is_some()) {
        records
            .delete(&crate::records::name(RecordKind::Client, provider)?)
            .await?;
    }
    Ok(())
}

/// Asks the providers to forget what this installation registered, where they said how. Best effort: the records go in any case.
///
/// Spec: RFC 7592 section 2.3
pub(crate) async fn deregister_all(inner: &Inner) {
    let Ok(found) = inner.records().await.list(RecordKind::Client).await else {
        return;
    };
    for record in found {
        let Ok(Some(form)) = registered::read(inner, record.id()).await else {
            continue;
        };
        let installation = form.installation.as_ref();
        let Some(management) = installation.and_then(|known| known.management(inner.schemes)) else {
            continue;
        };
        let answer = inner.transport.send(management.delete_request(), LIMITS).await;
        let deleted = match &answer {
            Ok(answer) => Management::receive_deleted(answer).map_err(Error::from),
            Err(error) => Err(Error::from(*error)),
        };
        if let Err(error) = deleted {
            tracing::info!(%error, "a registration may stay at its provider");
        }
    }
}

fn lock_name(provider: &str) -> String {
    format!("client-{provider}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_serves_only_its_issuer_and_its_redirect_uris_and_as_long_as_its_secret_outlives_a_sign_in() {
        let uris = |texts: &[&str]| -> Vec<RegisteredRedirectUri> {
            let uri = |text: &&str| RegisteredRedirectUri::new(text).unwrap();
            texts.iter().map(uri).collect()
        };
        let (link, loopback) = ("com.example.app:/callback/op", "http://127.0.0.1/callback/op");
        let known = |secret_expires_at, devices| Installation {
            issuer: "https://op.example".into(),
            redirect_uris: vec![link.into(), loopback.into()],
            devices,
            secret_expires_at,
            management_uri: None,
            management_token: None,
        };
        let wanted = |issuer, texts: &[&str], devices| Wanted {
            issuer,
            redirect_uris: uris(texts),
            devices,
        };
        let (issuer, now) = ("https://op.example", Now(1_000));
        let same = || wanted(issuer, &[link, loopback], false);
        assert!(known(None, false).serves(&same(), now));
        assert!(known(Some(now.0 + FLOW_LIFETIME + 1), false).serves(&same(), now));
        // RFC 7591 3.2.1: from client_secret_expires_at on, the secret is none.
        assert!(!known(Some(now.0 + FLOW_LIFETIME), false).serves(&same(), now));
        assert!(!known(None, false).serves(&wanted("https://op.example/other", &[link, loopback], false), now));
        assert!(!known(None, false).serves(&wanted(issuer, &[link], false), now));
        assert!(!known(None, false).serves(&wanted(issuer, &[link, "http://127.0.0.1/callback/other"], false), now));
        assert!(!known(None, false).serves(&wanted(issuer, &[link, loopback], true), now));
        assert!(known(None, true).serves(&wanted(issuer, &[link, loopback], true), now));
    }
}
