//! Asking a provider what it is: its metadata and its keys.
//!
//! Spec: OIDC Discovery section 4

use http::header::{ACCEPT, HeaderValue};

use crate::error::{Error, Misconfiguration};
use crate::jose::KeySet;
use crate::provider::{Endpoint, Issuer, ProviderMetadata, Transport};
use crate::response;
use crate::trail::{CheckName, Trail};

/// The most bytes of metadata that are worth reading.
pub const METADATA_LIMIT: usize = 256 * 1024;
/// The most bytes of a key set that are worth reading.
pub const KEY_SET_LIMIT: usize = 512 * 1024;

/// The request for the metadata of an issuer.
///
/// Errors: `Misconfigured(Issuer)` if no URL can be made of it.
///
/// Spec: OIDC Discovery section 4.1
pub fn metadata_request(issuer: &Issuer, transport: Transport) -> Result<http::Request<Vec<u8>>, Error> {
    let base = issuer.as_str().strip_suffix('/').unwrap_or(issuer.as_str());
    let url = format!("{base}/.well-known/openid-configuration");
    Endpoint::parse(&url, transport)
        .map(|endpoint| get(&endpoint))
        .ok_or(Misconfiguration::Issuer.into())
}

/// Reads the answer to [`metadata_request`].
///
/// Errors: `Misbehaved` or `Unsupported`, as [`ProviderMetadata::read`] says.
pub fn receive_metadata(
    issuer: &Issuer,
    transport: Transport,
    answer: &http::Response<Vec<u8>>,
) -> Result<ProviderMetadata, Error> {
    receive_metadata_with(issuer, transport, answer, &mut Trail::unread())
}

/// [`receive_metadata`], with a line in `trail` for each check that was made.
///
/// Errors: those of [`receive_metadata`].
pub fn receive_metadata_with(
    issuer: &Issuer,
    transport: Transport,
    answer: &http::Response<Vec<u8>>,
    trail: &mut Trail,
) -> Result<ProviderMetadata, Error> {
    response::successful_json(answer, trail)?;
    ProviderMetadata::read_with(issuer, answer.body(), transport, trail)
}

/// The request for the provider's keys.
///
/// Spec: OIDC Core section 10.1
pub fn keys_request(metadata: &ProviderMetadata) -> http::Request<Vec<u8>> {
    get(&metadata.jwks_uri)
}

/// Reads the answer to [`keys_request`].
///
/// Errors: `Misbehaved(KeySetMalformed)` and those of any answer that is not JSON.
pub fn receive_keys(answer: &http::Response<Vec<u8>>) -> Result<KeySet, Error> {
    receive_keys_with(answer, &mut Trail::unread())
}

/// [`receive_keys`], with a line in `trail` for each check that was made.
///
/// Errors: those of [`receive_keys`].
pub fn receive_keys_with(answer: &http::Response<Vec<u8>>, trail: &mut Trail) -> Result<KeySet, Error> {
    response::successful_json(answer, trail)?;
    trail.check(CheckName::KeySet, KeySet::read(answer.body()))
}

pub(crate) fn get(endpoint: &Endpoint) -> http::Request<Vec<u8>> {
    let mut request = http::Request::new(Vec::new());
    *request.uri_mut() = endpoint.uri();
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_path_follows_the_issuers_own_path_with_one_slash() {
        for (issuer, url) in [
            (
                "https://op.example",
                "https://op.example/.well-known/openid-configuration",
            ),
            (
                "https://op.example/",
                "https://op.example/.well-known/openid-configuration",
            ),
            (
                "https://op.example/a/b",
                "https://op.example/a/b/.well-known/openid-configuration",
            ),
        ] {
            let issuer = Issuer::new(issuer, Transport::HttpsOnly).unwrap();
            assert_eq!(metadata_request(&issuer, Transport::HttpsOnly).unwrap().uri(), url);
        }
    }
}
