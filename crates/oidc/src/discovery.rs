//! Asking a provider what it is: its metadata and its keys.
//!
//! Spec: OIDC Discovery section 4, RFC 8414 section 3

use http::header::{ACCEPT, HeaderValue};

use crate::error::{Error, Misconfiguration};
use crate::jose::KeySet;
use crate::provider::{Endpoint, Issuer, Kind, ProviderMetadata, Transport};
use crate::response;
use crate::tenants::IssuerTemplate;
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

/// Reads the answer to [`metadata_request`] of a provider whose metadata speak for many tenants, with a line in `trail` for each check.
///
/// Errors: those of [`receive_metadata`].
pub fn receive_tenants_metadata_with(
    tenants: &IssuerTemplate,
    issuer: &Issuer,
    transport: Transport,
    answer: &http::Response<Vec<u8>>,
    trail: &mut Trail,
) -> Result<ProviderMetadata, Error> {
    response::successful_json(answer, trail)?;
    ProviderMetadata::read_for_tenants(tenants, issuer, answer.body(), transport, trail)
}

/// The request for the metadata of an authorization server that is no OpenID Provider.
///
/// Errors: `Misconfigured(Issuer)` if no URL can be made of it.
///
/// Spec: RFC 8414 section 3.1: the well-known path stands between host and path, and a slash that ends the path is left out.
pub fn server_metadata_request(issuer: &Issuer, transport: Transport) -> Result<http::Request<Vec<u8>>, Error> {
    let endpoint = Endpoint::parse(issuer.as_str(), transport).ok_or(Misconfiguration::Issuer)?;
    let path = endpoint.url().path();
    let path = path.strip_suffix('/').unwrap_or(path);
    Ok(get(
        &endpoint.beside(&format!("/.well-known/oauth-authorization-server{path}"))
    ))
}

/// Reads the answer to [`server_metadata_request`], with a line in `trail` for each check that was made.
///
/// Errors: `Misbehaved` or `Unsupported`, as [`ProviderMetadata::read_as`] says.
///
/// Spec: RFC 8414 sections 3.2, 3.3
pub fn receive_server_metadata_with(
    issuer: &Issuer,
    transport: Transport,
    answer: &http::Response<Vec<u8>>,
    trail: &mut Trail,
) -> Result<ProviderMetadata, Error> {
    response::successful_json(answer, trail)?;
    ProviderMetadata::read_as(Kind::AuthorizationServer, issuer, answer.body(), transport, trail)
}

/// The request for the provider's keys.
///
/// Errors: `Misbehaved(NoUsableKey)` for a server that is no OpenID Provider: it has none that would be asked for.
///
/// Spec: OIDC Core section 10.1
pub fn keys_request(metadata: &ProviderMetadata) -> Result<http::Request<Vec<u8>>, Error> {
    metadata.key_set().map(get)
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

    #[test]
    fn rfc_8414_section_3_1_the_well_known_path_stands_between_host_and_path() {
        // The examples of RFC 8414 section 3.1, and an issuer that ends in a slash.
        for (issuer, url) in [
            (
                "https://example.com",
                "https://example.com/.well-known/oauth-authorization-server",
            ),
            (
                "https://example.com/issuer1",
                "https://example.com/.well-known/oauth-authorization-server/issuer1",
            ),
            (
                "https://example.com/a/b/",
                "https://example.com/.well-known/oauth-authorization-server/a/b",
            ),
        ] {
            let issuer = Issuer::new(issuer, Transport::HttpsOnly).unwrap();
            assert_eq!(
                server_metadata_request(&issuer, Transport::HttpsOnly).unwrap().uri(),
                url
            );
        }
    }

    fn server(body: &str) -> Result<ProviderMetadata, Error> {
        let issuer = Issuer::new("https://server.example.com", Transport::HttpsOnly).unwrap();
        let answer = crate::response::tests::answer(200, "application/json", body);
        receive_server_metadata_with(&issuer, Transport::HttpsOnly, &answer, &mut Trail::unread())
    }

    #[test]
    fn rfc_8414_section_3_2_a_server_without_id_tokens_has_neither_keys_nor_their_algorithms() {
        let metadata = server(
            r#"{"issuer":"https://server.example.com","authorization_endpoint":"https://server.example.com/authorize",
            "token_endpoint":"https://server.example.com/token","jwks_uri":"https://server.example.com/jwks.json",
            "token_endpoint_auth_signing_alg_values_supported":["RS256","ES256"],"response_types_supported":["code","code token"]}"#,
        )
        .unwrap();
        assert_eq!(metadata.kind, Kind::AuthorizationServer);
        assert!(metadata.id_token_signing_algorithms.is_empty());
        assert_eq!(
            keys_request(&metadata).unwrap_err(),
            crate::Misbehaviour::NoUsableKey.into()
        );
    }

    #[test]
    fn rfc_8414_section_3_3_metadata_of_another_issuer_are_not_used() {
        let body = r#"{"issuer":"https://server.example.com/","authorization_endpoint":"https://a.example/a","token_endpoint":"https://a.example/t"}"#;
        assert_eq!(
            server(body).unwrap_err(),
            crate::Misbehaviour::DiscoveryIssuerMismatch.into()
        );
    }
}
