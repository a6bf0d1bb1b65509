//! This program as a client whose id is the URL of a document about it, which it publishes itself.
//!
//! One document serves all providers that take it, so all of them share one redirect URI. Which of them an answer is from is then told by
//! its `iss` alone: a provider that does not promise one is not given such an id (RFC 9700 section 4.4.2).
//!
//! Spec: CIMD (draft-ietf-oauth-client-id-metadata-document)

use doorkey_oidc::client::Authentication;
use doorkey_oidc::provider::ProviderMetadata;
use doorkey_oidc::registration::{ClientMetadata, Method, RegisteredRedirectUri};

use crate::Error;
use crate::inner::Inner;
use crate::providers::Registration;

/// The path of the redirect URIs: no provider has this id.
pub(crate) const CALLBACK: &str = "/callback/document.";

/// The client at this provider, if it takes the document's URL for an id and promises to name itself in its answers.
///
/// Spec: CIMD section 5, RFC 9207 section 3
pub(crate) fn client(inner: &Inner, metadata: &ProviderMetadata) -> Option<Registration> {
    let url = inner.client_id_document.as_ref().filter(|_| takes(metadata))?;
    Some(Registration::authenticated(url.as_str(), Authentication::None))
}

fn takes(metadata: &ProviderMetadata) -> bool {
    metadata.takes_client_id_documents && metadata.response_has_iss
}

/// The document to publish.
///
/// Errors: `Misconfigured` with `RedirectUri` or `ClientDocument`. `None` without a URL to publish it at.
///
/// Spec: CIMD section 4
pub(crate) fn document(inner: &Inner) -> Result<Option<String>, Error> {
    let Some(url) = &inner.client_id_document else {
        return Ok(None);
    };
    let uri = |text: String| RegisteredRedirectUri::new(&text);
    let about = ClientMetadata {
        name: inner.app_name.clone(),
        home_page: None,
        // RFC 8252 7.3: any port is allowed at the time of the request, so none is named.
        redirect_uris: vec![
            uri(format!("{}:{CALLBACK}", inner.scheme))?,
            uri(format!("http://127.0.0.1{CALLBACK}"))?,
        ],
        refreshes: true,
        uses_devices: true,
        scopes: Vec::new(),
        method: Method::None,
        binds_access_tokens: false,
        software_id: Some(inner.scheme.clone()),
        software_version: None,
    };
    Ok(Some(url.document(&about)?))
}

#[cfg(test)]
mod tests {
    use doorkey_oidc::provider::{Issuer, Transport};

    use super::*;

    #[test]
    fn a_provider_that_takes_no_documents_or_does_not_name_itself_in_its_answers_is_given_no_such_id() {
        let issuer = Issuer::new("https://op.example", Transport::HttpsOnly).unwrap();
        let metadata = |documents: bool, iss: bool| {
            let document = serde_json::json!({
                "issuer": "https://op.example",
                "authorization_endpoint": "https://op.example/authorize",
                "token_endpoint": "https://op.example/token",
                "jwks_uri": "https://op.example/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "client_id_metadata_document_supported": documents,
                "authorization_response_iss_parameter_supported": iss,
            });
            ProviderMetadata::read(&issuer, document.to_string().as_bytes(), Transport::HttpsOnly).unwrap()
        };
        assert!(takes(&metadata(true, true)));
        for (documents, iss) in [(true, false), (false, true), (false, false)] {
            assert!(!takes(&metadata(documents, iss)), "{documents} {iss}");
        }
    }
}
