//! Who signs people in for an API that names its own authorization server.
//!
//! Nothing of a stranger's is sent anything: what is asked here carries no credential, and a client is used at the issuer that it was
//! registered at and nowhere else.
//!
//! Spec: RFC 9728

use std::collections::BTreeMap;
use std::sync::PoisonError;

use doorkey_oidc::challenge::Challenge;
use doorkey_oidc::error::Misbehaviour;
use doorkey_oidc::provider::{Issuer, ProviderMetadata};
use doorkey_oidc::resource::{Resource, ResourceMetadata};
use doorkey_oidc::{Misconfiguration, Unsupported};
use http::{Request, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use tokio::time::Duration;
use url::Url;

use crate::client::Event;
use crate::flow::Ask;
use crate::inner::Inner;
use crate::providers::preset::DpopBinding;
use crate::providers::{Provider, Registration, RegistrationStyle, SelfRegistration, preset};
use crate::transport::Limits;
use crate::{Error, document};

/// What asking the API may cost. Its own answer is not read but for its head.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(10),
    max_bytes: 64 << 10,
};
/// The most authorization servers of an API that are looked at, in its order.
const MOST_SERVERS: usize = 4;

/// The provider that signs people in for an API.
#[derive(Clone, Debug)]
pub struct ResourceProvider {
    /// The provider's id, to sign in with.
    pub provider: String,
    /// Its issuer: whose browser page the person is sent to.
    pub issuer: String,
    /// What the API calls itself, harmless to show.
    pub resource_name: Option<String>,
    /// What to ask for: tokens for this API, with the scopes that it knows.
    pub ask: Ask,
}

/// Finds the provider of an API and takes it up among the client's. `client` is one that is registered there; without one, a provider
/// that was configured is used, or this program is known by its document's URL, or this installation registers itself at its first sign-in.
///
/// Errors: `Misconfigured(Resource)`; `Misconfigured(ClientSecret)` for a client with a secret, which belongs to one issuer and must not go
/// to whichever an API names; `Misbehaved` with `ResourceMismatch`, `ResourceMetadataMalformed` or `InsecureEndpoint`;
/// `Misconfigured(ClientId)` where none of its servers has a client of ours or registers one; the state of the world.
///
/// Spec: RFC 9728 section 5
pub(crate) async fn find(inner: &Inner, url: &str, client: Option<Registration>) -> Result<ResourceProvider, Error> {
    if client.as_ref().is_some_and(|client| client.client_secret().is_some()) {
        // The API says whose token endpoint it would be sent to, and any API could name its own.
        return Err(Error::Misconfigured(Misconfiguration::ClientSecret));
    }
    let resource = Resource::new(url, inner.schemes)?;
    let about = describe(inner, &resource).await?;
    let (provider, issuer) = match configured(inner, &about).filter(|_| client.is_none()) {
        Some(known) => known,
        None => take_up(inner, &about, client).await?,
    };
    // RFC 9728 2: `dpop_bound_access_tokens_required`. It takes no others.
    let dpop = about.wants_dpop.then_some(DpopBinding::Both);
    Ok(ResourceProvider {
        provider,
        issuer,
        resource_name: about.name.map(|name| name.as_str().to_owned()),
        ask: Ask {
            scopes: about.scopes,
            // RFC 8707 2: tokens for this API and no other.
            resources: vec![resource.as_str().to_owned()],
            dpop,
            ..Ask::default()
        },
    })
}

/// What the API says of itself: where its refusal says that it stands or, without one, at the well-known place.
///
/// Spec: RFC 9728 sections 3, 5.1
async fn describe(inner: &Inner, resource: &Resource) -> Result<ResourceMetadata, Error> {
    let wrong = || Error::Misconfigured(Misconfiguration::Resource);
    let plain = Request::get(resource.as_str()).body(Vec::new()).map_err(|_| wrong())?;
    // Whatever else it answers: the well-known place is asked then.
    let refusal = inner.transport.send(plain, LIMITS).await.ok();
    let told = refusal.map(|answer| place(inner, &answer)).transpose()?.flatten();
    let answer = inner
        .transport
        .send(told.unwrap_or_else(|| resource.metadata_request()), LIMITS)
        .await?;
    Ok(resource.receive_metadata(inner.schemes, &answer)?)
}

/// Where a refusal says that the metadata stand.
fn place(inner: &Inner, answer: &Response<Vec<u8>>) -> Result<Option<Request<Vec<u8>>>, Error> {
    if answer.status() != StatusCode::UNAUTHORIZED {
        return Ok(None);
    }
    for challenge in Challenge::all(answer.headers()) {
        if let Some(request) = Resource::metadata_request_by(&challenge, inner.schemes)? {
            return Ok(Some(request));
        }
    }
    Ok(None)
}

/// A provider of the API that people can sign in with already.
fn configured(inner: &Inner, about: &ResourceMetadata) -> Option<(String, String)> {
    let providers = inner.providers.read().unwrap_or_else(PoisonError::into_inner);
    about.authorization_servers.iter().find_map(|issuer| {
        let known = providers
            .iter()
            .find(|known| known.preset.issuer == issuer.as_str() && known.is_configured())?;
        Some((known.preset.id.clone(), known.preset.issuer.clone()))
    })
}

/// Takes up the first server of the API that can sign people in.
async fn take_up(
    inner: &Inner,
    about: &ResourceMetadata,
    mut client: Option<Registration>,
) -> Result<(String, String), Error> {
    // RFC 9728 2: without one there is nobody to ask.
    let mut fault = Error::from(doorkey_oidc::Error::from(Misbehaviour::ResourceMetadataMalformed));
    for issuer in about.authorization_servers.iter().take(MOST_SERVERS) {
        // Only an OpenID Provider says whose tokens they are; of a plain server's, no preset here would know how to ask.
        let metadata = match inner.known.metadata(issuer, None).await {
            Ok(metadata) => metadata,
            Err(error) => {
                fault = error;
                continue;
            }
        };
        let by_document = document::client(inner, &metadata).is_some();
        if client.is_none() && !by_document && metadata.registration_endpoint.is_none() {
            fault = Error::Misconfigured(Misconfiguration::ClientId);
            continue;
        }
        let provider = provider(&metadata, client.take())?;
        let found = (provider.preset.id.clone(), provider.preset.issuer.clone());
        let mut providers = inner.providers.write().unwrap_or_else(PoisonError::into_inner);
        providers.retain(|known| known.preset.id != found.0);
        providers.push(provider);
        drop(providers);
        inner.tell(Event::Providers);
        return Ok(found);
    }
    Err(fault)
}

/// The provider of this metadata, by what is known of all OpenID Providers.
fn provider(metadata: &ProviderMetadata, client: Option<Registration>) -> Result<Provider, Error> {
    let generic = preset("openid").ok_or(Error::Unsupported(Unsupported::CodeFlow))?;
    let issuer = metadata.issuer.as_str();
    let mut preset = generic.filled(&BTreeMap::from([("issuer".to_owned(), issuer.to_owned())]))?;
    preset.id = id(&metadata.issuer);
    preset.name = host(issuer);
    if client.is_none() {
        preset.registration.itself = Some(SelfRegistration {
            style: RegistrationStyle::Rfc7591,
            endpoint: None,
        });
    }
    Ok(Provider {
        preset,
        client,
        link_client: None,
        link_with_client: true,
    })
}

/// The same for the same issuer, in each process: what is registered there is found by it again, and no two issuers share a
/// redirect URI (RFC 9700 section 4.4.2.2).
fn id(issuer: &Issuer) -> String {
    let hash = Sha256::digest(issuer.as_str().as_bytes());
    let hex: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("api-{hex}")
}

fn host(issuer: &str) -> String {
    let url = Url::parse(issuer).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.map_or_else(|| issuer.to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use doorkey_oidc::provider::Transport;

    use super::*;
    use crate::providers::is_id;

    #[test]
    fn each_issuer_has_an_id_of_its_own_that_may_stand_in_a_redirect_uri() {
        let of = |text: &str| id(&Issuer::new(text, Transport::HttpsOnly).unwrap());
        let (one, other) = (of("https://one.example"), of("https://one.example/tenant"));
        assert_ne!(one, other);
        assert_eq!(one, of("https://one.example"));
        assert!(is_id(&one), "{one}");
    }
}
