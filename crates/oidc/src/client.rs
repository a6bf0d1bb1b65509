//! What the provider knows of this client: its id, and how it authenticates, if at all.

use http::HeaderValue;
use http::header::AUTHORIZATION;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::{Error, Misconfiguration, Secret};

/// A registered client.
#[derive(Debug)]
pub struct Client {
    /// `client_id`.
    id: String,
    /// How it authenticates at the token, revocation and introspection endpoints.
    pub(crate) authentication: Authentication,
}

/// How a client authenticates.
///
/// Spec: RFC 6749 section 2.3, OIDC Core section 9
#[derive(Debug)]
pub enum Authentication {
    /// `none`: a public client, as native apps are.
    None,
    /// `client_secret_post`. For an installed app the "secret" is published with it and keeps nobody out.
    SecretPost(Secret),
    /// `client_secret_basic`.
    SecretBasic(Secret),
}

impl Client {
    /// A client by its id.
    ///
    /// Errors: `Misconfigured(ClientId)` if it is empty or has characters other than printable ASCII,
    /// `Misconfigured(ClientSecret)` likewise.
    ///
    /// Spec: RFC 6749 appendix A.1, A.2
    pub fn new(id: impl Into<String>, authentication: Authentication) -> Result<Self, Error> {
        let id = id.into();
        if id.is_empty() || id.len() > 1024 || !printable(&id) {
            return Err(Misconfiguration::ClientId.into());
        }
        if let Authentication::SecretPost(secret) | Authentication::SecretBasic(secret) = &authentication {
            // Exposed to look at its characters.
            let text = secret.expose();
            if text.is_empty() || !printable(text) {
                return Err(Misconfiguration::ClientSecret.into());
            }
        }
        Ok(Self { id, authentication })
    }

    /// `client_id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `client_secret`, if it has one.
    pub fn secret(&self) -> Option<&Secret> {
        match &self.authentication {
            Authentication::None => None,
            Authentication::SecretPost(secret) | Authentication::SecretBasic(secret) => Some(secret),
        }
    }

    /// Adds what identifies this client: to the form, or as a header.
    ///
    /// Spec: RFC 6749 sections 2.3.1, 3.2.1
    pub(crate) fn identify(&self, form: &mut Serializer<'_, String>) -> Option<HeaderValue> {
        use base64::Engine as _;
        match &self.authentication {
            Authentication::None => {
                form.append_pair("client_id", &self.id);
                None
            }
            Authentication::SecretPost(secret) => {
                form.append_pair("client_id", &self.id);
                // Exposed to the body of a request that goes to the provider over TLS.
                form.append_pair("client_secret", secret.expose());
                None
            }
            Authentication::SecretBasic(secret) => {
                // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
                let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                // Exposed to a header of a request that goes to the provider over TLS.
                let pair = zeroize::Zeroizing::new(format!("{}:{}", encode(&self.id), encode(secret.expose())));
                let value = format!(
                    "Basic {}",
                    base64::engine::general_purpose::STANDARD.encode(pair.as_bytes())
                );
                let mut value = HeaderValue::from_str(&value).ok()?;
                value.set_sensitive(true);
                Some(value)
            }
        }
    }

    /// A form POST to one of the provider's endpoints, identified as this client.
    pub(crate) fn post(&self, endpoint: &crate::provider::Endpoint, fields: &[(&str, &str)]) -> http::Request<Vec<u8>> {
        let mut form = Serializer::new(String::new());
        form.extend_pairs(fields);
        let header = self.identify(&mut form);
        let mut request = http::Request::new(form.finish().into_bytes());
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = endpoint.uri();
        let headers = request.headers_mut();
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(http::header::CONTENT_TYPE, form_type);
        headers.insert(http::header::ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(value) = header {
            headers.insert(AUTHORIZATION, value);
        }
        request
    }
}

fn printable(text: &str) -> bool {
    text.bytes().all(|b| (0x20..=0x7E).contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Endpoint, Transport};

    fn body(authentication: Authentication) -> (String, Option<String>) {
        let client = Client::new("id/1", authentication).unwrap();
        let endpoint = Endpoint::parse("https://op.example/token", Transport::HttpsOnly).unwrap();
        let request = client.post(&endpoint, &[("grant_type", "refresh_token")]);
        let header = request
            .headers()
            .get(AUTHORIZATION)
            .map(|v| v.to_str().unwrap().to_owned());
        (String::from_utf8(request.into_body()).unwrap(), header)
    }

    #[test]
    fn a_public_client_sends_its_id_only() {
        assert_eq!(
            body(Authentication::None),
            ("grant_type=refresh_token&client_id=id%2F1".into(), None)
        );
    }

    #[test]
    fn a_secret_goes_in_the_body_or_in_the_header_and_never_in_both() {
        let (form, header) = body(Authentication::SecretPost(Secret::new("a b".into())));
        assert_eq!(form, "grant_type=refresh_token&client_id=id%2F1&client_secret=a+b");
        assert_eq!(header, None);
        let (form, header) = body(Authentication::SecretBasic(Secret::new("a b".into())));
        assert_eq!(form, "grant_type=refresh_token");
        assert_eq!(header.as_deref(), Some("Basic aWQlMkYxOmErYg=="));
    }

    #[test]
    fn an_id_with_a_line_break_is_the_developers_mistake() {
        let error = Client::new("a\r\nb", Authentication::None).unwrap_err();
        assert_eq!(error, Error::Misconfigured(Misconfiguration::ClientId));
    }
}
