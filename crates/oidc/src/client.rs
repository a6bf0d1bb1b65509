//! What the provider knows of this client: its id, and how it authenticates, if at all.

mod assertion;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use url::form_urlencoded::{Serializer, byte_serialize};

#[cfg(test)]
pub(crate) use assertion::tests::es256 as assertion_key_for_tests;
pub use assertion::{AssertionAudience, AssertionKey};

use crate::provider::{Endpoint, ProviderMetadata};
use crate::{Error, Misconfiguration, Now, Secret};

/// What goes into a request that is signed, and is good for one request only: the time and 32 random bytes from a cryptographic
/// generator. Two requests never share one.
pub struct Fresh {
    /// The time by the caller's clock.
    pub now: Now,
    random: [u8; 32],
}

impl Fresh {
    /// Takes the time and 32 random bytes that are used nowhere else.
    pub fn new(now: Now, random: [u8; 32]) -> Self {
        Self { now, random }
    }

    /// `jti` of a client assertion.
    fn assertion_jti(&self) -> [u8; 16] {
        std::array::from_fn(|at| self.random[at])
    }

    /// `jti` of a proof: other bytes than the assertion's, for the two go to different readers.
    pub(crate) fn proof_jti(&self) -> [u8; 16] {
        std::array::from_fn(|at| self.random[at + 16])
    }
}

impl std::fmt::Debug for Fresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fresh({:?}, [redacted])", self.now)
    }
}

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
    /// `private_key_jwt`: the client signs, and nothing that it sends could be used by who reads it.
    PrivateKeyJwt(AssertionKey),
}

impl Authentication {
    /// The name of the method: a value of `token_endpoint_auth_method`.
    ///
    /// Spec: RFC 7591 section 2, OIDC Core section 9
    pub fn method(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecretPost(_) => "client_secret_post",
            Self::SecretBasic(_) => "client_secret_basic",
            Self::PrivateKeyJwt(_) => "private_key_jwt",
        }
    }

    /// A second owner of the same secret or key.
    #[must_use]
    pub fn share(&self) -> Self {
        match self {
            Self::None => Self::None,
            Self::SecretPost(secret) => Self::SecretPost(secret.share()),
            Self::SecretBasic(secret) => Self::SecretBasic(secret.share()),
            Self::PrivateKeyJwt(key) => Self::PrivateKeyJwt(key.clone()),
        }
    }
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
            Authentication::None | Authentication::PrivateKeyJwt(_) => None,
            Authentication::SecretPost(secret) | Authentication::SecretBasic(secret) => Some(secret),
        }
    }

    /// How it authenticates.
    pub fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    /// A second owner of the same client: for a request that may have to be made again, and for the session that comes of it.
    #[must_use]
    pub fn share(&self) -> Self {
        Self {
            id: self.id.clone(),
            authentication: self.authentication.share(),
        }
    }

    /// Adds what identifies this client: to the form, or as a header.
    ///
    /// Spec: RFC 6749 sections 2.3.1, 3.2.1; OIDC Core section 9
    fn identify(
        &self,
        metadata: &ProviderMetadata,
        form: &mut Serializer<'_, String>,
        fresh: Option<&Fresh>,
    ) -> Result<Option<HeaderValue>, Error> {
        use base64::Engine as _;
        match &self.authentication {
            Authentication::None => {
                form.append_pair("client_id", &self.id);
                Ok(None)
            }
            Authentication::SecretPost(secret) => {
                form.append_pair("client_id", &self.id);
                // Exposed to the body of a request that goes to the provider over TLS.
                form.append_pair("client_secret", secret.expose());
                Ok(None)
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
                let mut value = HeaderValue::from_str(&value).map_err(|_| Misconfiguration::ClientSecret)?;
                value.set_sensitive(true);
                Ok(Some(value))
            }
            Authentication::PrivateKeyJwt(key) => {
                let fresh = fresh.ok_or(Misconfiguration::ClientKey)?;
                let assertion = key.assertion(&self.id, metadata, fresh.assertion_jti(), fresh.now)?;
                // RFC 7521 4.2: `client_id` is not needed beside it; servers that look for it find the same one.
                form.append_pair("client_id", &self.id);
                form.append_pair("client_assertion_type", assertion::TYPE);
                // Exposed to the body of a request that goes to the provider over TLS.
                form.append_pair("client_assertion", assertion.expose());
                Ok(None)
            }
        }
    }

    /// A form POST to one of the provider's endpoints, identified as this client.
    ///
    /// Errors: `Misconfigured(ClientKey)` for a client that signs and was given nothing fresh, `Unsupported(ClientSigningAlgorithm)`.
    pub(crate) fn post(
        &self,
        metadata: &ProviderMetadata,
        endpoint: &Endpoint,
        fields: &[(&str, &str)],
        fresh: Option<&Fresh>,
    ) -> Result<http::Request<Vec<u8>>, Error> {
        let mut form = Serializer::new(String::new());
        form.extend_pairs(fields);
        let header = self.identify(metadata, &mut form, fresh)?;
        let mut request = form_post(endpoint, form.finish().into_bytes());
        if let Some(value) = header {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(request)
    }
}

/// A form POST with this body.
pub(crate) fn form_post(endpoint: &Endpoint, body: Vec<u8>) -> http::Request<Vec<u8>> {
    let mut request = http::Request::new(body);
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = endpoint.uri();
    let headers = request.headers_mut();
    let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(http::header::CONTENT_TYPE, form_type);
    // RFC 6749 5.1 is JSON; providers that would write something else by themselves write JSON when it is asked for.
    headers.insert(http::header::ACCEPT, HeaderValue::from_static("application/json"));
    request
}

fn printable(text: &str) -> bool {
    text.bytes().all(|b| (0x20..=0x7E).contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::tests::metadata;

    fn body(authentication: Authentication) -> (String, Option<String>) {
        let client = Client::new("id/1", authentication).unwrap();
        let metadata = metadata();
        let fields = [("grant_type", "refresh_token")];
        let request = client.post(&metadata, &metadata.token_endpoint, &fields, None).unwrap();
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

    #[test]
    fn rfc_6749_section_2_3_1_id_and_secret_are_form_encoded_before_they_are_joined() {
        // A colon in the id would end it, and a percent sign would be read as an escape.
        let client = Client::new("a:b", Authentication::SecretBasic(Secret::new("50%+".into()))).unwrap();
        let metadata = metadata();
        let request = client.post(&metadata, &metadata.token_endpoint, &[], None).unwrap();
        // base64("a%3Ab:50%25%2B")
        assert_eq!(request.headers()[AUTHORIZATION], "Basic YSUzQWI6NTAlMjUlMkI=");
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
    }

    #[test]
    fn nothing_of_what_is_fresh_is_printed_and_its_two_names_are_not_the_same() {
        let fresh = Fresh::new(Now(7), std::array::from_fn(|at| at as u8));
        assert_eq!(format!("{fresh:?}"), "Fresh(Now(7), [redacted])");
        assert_ne!(fresh.assertion_jti(), fresh.proof_jti());
    }
}
