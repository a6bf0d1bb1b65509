//! The provider: its issuer identifier, its endpoints, its metadata.

use std::fmt;

use serde_json::{Map, Value};
use url::{Host, Url};

use crate::error::{Error, Misbehaviour, Misconfiguration, Unsupported};
use crate::jose::Algorithm;
use crate::json::{self, Member};
use crate::trail::{CheckName, Skipped, Trail};

/// Whether plain http to this machine itself is allowed, as development and tests need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// https only.
    HttpsOnly,
    /// https, or http to 127.0.0.1 or `[::1]`.
    DangerousLoopbackHttp,
}

impl Transport {
    fn allows(self, url: &Url) -> bool {
        match url.scheme() {
            "https" => url.host().is_some(),
            "http" => self == Self::DangerousLoopbackHttp && is_loopback(url),
            _ => false,
        }
    }
}

/// Whether the host is a loopback address, written as an address: a name could lead anywhere.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

/// An issuer identifier: kept and compared exactly as it was written.
///
/// Spec: OIDC Core section 1.2, OIDC Discovery section 3
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer(String);

impl Issuer {
    /// Takes an issuer identifier.
    ///
    /// Errors: `Misconfigured(Issuer)` unless it is an https URL (or http on loopback where that is allowed) with a
    /// host, without query, fragment, or user name.
    pub fn new(text: impl Into<String>, transport: Transport) -> Result<Self, Error> {
        let text = text.into();
        let wrong = || Error::from(Misconfiguration::Issuer);
        let url = Url::parse(&text).map_err(|_| wrong())?;
        let plain =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        if !plain || !transport.allows(&url) || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(wrong());
        }
        Ok(Self(text))
    }

    /// The identifier, letter for letter.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The URL of one of the provider's endpoints: parsed, https (or loopback in development), re-serialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Reads an endpoint's URL. `None` for anything that must not be requested.
    ///
    /// Spec: RFC 6749 sections 3.1, 3.2 (TLS, no fragment)
    pub fn parse(text: &str, transport: Transport) -> Option<Self> {
        // The URL parser mends much that is not a URL; what needs mending is refused.
        if text
            .bytes()
            .any(|b| b <= 0x20 || b == 0x7F || b == b'\\' || b == b'"' || b == b'\'')
        {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        let fits = plain && transport.allows(&url) && url.as_str().parse::<http::Uri>().is_ok();
        fits.then_some(Self(url))
    }

    /// The URL.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The host, with the port where it is not the usual one: what a person is shown.
    pub fn shown_host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Another place of the same origin.
    pub(crate) fn beside(&self, path: &str) -> Self {
        let mut url = self.0.clone();
        url.set_path(path);
        Self(url)
    }

    pub(crate) fn uri(&self) -> http::Uri {
        self.0
            .as_str()
            .parse()
            .expect("parse() accepted only what is a URI too")
    }
}

/// What a provider says of itself, as far as it is used here.
///
/// Spec: OIDC Discovery section 3, RFC 8414 section 2
#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    /// `issuer`.
    pub issuer: Issuer,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Endpoint,
    /// `token_endpoint`.
    pub token_endpoint: Endpoint,
    /// `jwks_uri`.
    pub jwks_uri: Endpoint,
    /// `userinfo_endpoint`.
    pub userinfo_endpoint: Option<Endpoint>,
    /// `revocation_endpoint`.
    pub revocation_endpoint: Option<Endpoint>,
    /// `end_session_endpoint`.
    pub end_session_endpoint: Option<Endpoint>,
    /// `id_token_signing_alg_values_supported`, as far as we have them.
    pub id_token_signing_algorithms: Vec<Algorithm>,
    /// `authorization_response_iss_parameter_supported`: then a response without `iss` is refused.
    pub response_has_iss: bool,
    /// Which door `http` may use; kept because the second half of a sign-in may run in another process.
    pub transport: Transport,
}

impl ProviderMetadata {
    /// Reads metadata that was fetched for `asked`.
    ///
    /// Errors: `Misbehaved` with what is wrong, `Unsupported` where we have nothing that this provider accepts.
    pub fn read(asked: &Issuer, body: &[u8], transport: Transport) -> Result<Self, Error> {
        Self::read_with(asked, body, transport, &mut Trail::unread())
    }

    /// [`ProviderMetadata::read`], with a line in `trail` for each check that was made.
    ///
    /// Errors: those of [`ProviderMetadata::read`].
    pub fn read_with(asked: &Issuer, body: &[u8], transport: Transport, trail: &mut Trail) -> Result<Self, Error> {
        let map = json::object(body).ok_or(Misbehaviour::DiscoveryMalformed);
        let map = trail.check(CheckName::JsonObject, map)?;
        // OIDC Discovery 4.3: the issuer MUST be exactly the one that was asked. First, so that nothing else in the
        // document is looked at when it is somebody else's.
        let issuer = match json::text(&map, "issuer") {
            Member::Is(issuer) if issuer == asked.as_str() => Ok(()),
            Member::Is(_) => Err(Misbehaviour::DiscoveryIssuerMismatch),
            Member::Absent | Member::Wrong => Err(Misbehaviour::DiscoveryMissingField),
        };
        trail.check(CheckName::MetadataIssuer, issuer)?;
        // OIDC Discovery 3: response_types_supported, where it is stated, must have what we do. It is required; providers that leave it
        // out are asked for a code all the same, for nothing is made up by that.
        match strings(&map, "response_types_supported") {
            Some(types) => {
                let has_code = types.contains(&"code");
                trail.require(CheckName::ResponseTypes, has_code, Unsupported::CodeFlow)?;
            }
            None => trail.skip(CheckName::ResponseTypes, Skipped::NotStated),
        }
        // RFC 9700 2.1.1: S256 or nothing. Absent is no statement: S256 is sent all the same.
        match strings(&map, "code_challenge_methods_supported") {
            Some(methods) => {
                let has_s256 = methods.contains(&"S256");
                trail.require(CheckName::ChallengeMethods, has_s256, Unsupported::PkceS256)?;
            }
            None => trail.skip(CheckName::ChallengeMethods, Skipped::NotStated),
        }
        // OIDC Discovery 3: without the list RS256, which every provider must have.
        let algorithms: Vec<Algorithm> = match strings(&map, "id_token_signing_alg_values_supported") {
            Some(names) => names.into_iter().filter_map(Algorithm::of_name).collect(),
            None => vec![Algorithm::Rs256],
        };
        let some = !algorithms.is_empty();
        trail.require(CheckName::SigningAlgorithms, some, Unsupported::SigningAlgorithm)?;
        let required = |name| endpoint(&map, name, transport)?.ok_or(Error::from(Misbehaviour::DiscoveryMissingField));
        let authorization_endpoint = required("authorization_endpoint").map_err(|error| match error {
            // This one is not requested by us but handed to the operating system: its own detail.
            Error::Misbehaved(Misbehaviour::InsecureEndpoint) => Misbehaviour::UnsafeAuthorizeUrl.into(),
            other => other,
        });
        let authorization_endpoint = trail.check(CheckName::AuthorizationEndpoint, authorization_endpoint)?;
        let token_endpoint = trail.check(CheckName::TokenEndpoint, required("token_endpoint"))?;
        let jwks_uri = trail.check(CheckName::JwksUri, required("jwks_uri"))?;
        let mut optional = |check, name| match endpoint(&map, name, transport) {
            Ok(None) => {
                trail.skip(check, Skipped::NotStated);
                Ok(None)
            }
            stated => trail.check(check, stated),
        };
        Ok(Self {
            issuer: asked.clone(),
            authorization_endpoint,
            token_endpoint,
            jwks_uri,
            userinfo_endpoint: optional(CheckName::UserinfoEndpoint, "userinfo_endpoint")?,
            revocation_endpoint: optional(CheckName::RevocationEndpoint, "revocation_endpoint")?,
            end_session_endpoint: optional(CheckName::EndSessionEndpoint, "end_session_endpoint")?,
            id_token_signing_algorithms: algorithms,
            response_has_iss: map.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
            transport,
        })
    }

    /// The metadata as JSON that [`ProviderMetadata::read`] reads again: for the parked sign-in.
    pub(crate) fn to_json(&self) -> Value {
        let url = |endpoint: &Option<Endpoint>| endpoint.as_ref().map(|e| Value::from(e.0.as_str()));
        let mut map = Map::new();
        map.insert("issuer".into(), self.issuer.as_str().into());
        map.insert(
            "authorization_endpoint".into(),
            self.authorization_endpoint.0.as_str().into(),
        );
        map.insert("token_endpoint".into(), self.token_endpoint.0.as_str().into());
        map.insert("jwks_uri".into(), self.jwks_uri.0.as_str().into());
        let optional = [
            ("userinfo_endpoint", &self.userinfo_endpoint),
            ("revocation_endpoint", &self.revocation_endpoint),
            ("end_session_endpoint", &self.end_session_endpoint),
        ];
        for (name, endpoint) in optional {
            if let Some(value) = url(endpoint) {
                map.insert(name.into(), value);
            }
        }
        let names: Vec<&str> = self.id_token_signing_algorithms.iter().map(|a| a.name()).collect();
        map.insert("id_token_signing_alg_values_supported".into(), names.into());
        map.insert(
            "authorization_response_iss_parameter_supported".into(),
            self.response_has_iss.into(),
        );
        Value::Object(map)
    }
}

/// An endpoint by its member's name: absent (or `null`, which providers send for "none") is none.
fn endpoint(map: &Map<String, Value>, name: &str, transport: Transport) -> Result<Option<Endpoint>, Error> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => match Endpoint::parse(text, transport) {
            Some(endpoint) => Ok(Some(endpoint)),
            None => Err(Misbehaviour::InsecureEndpoint.into()),
        },
        Some(_) => Err(Misbehaviour::DiscoveryMissingField.into()),
    }
}

/// A list of strings; anything else in its place, or in it, is as if it were not said.
fn strings<'a>(map: &'a Map<String, Value>, name: &str) -> Option<Vec<&'a str>> {
    map.get(name)?
        .as_array()
        .map(|items| items.iter().filter_map(Value::as_str).collect())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const ISSUER: &str = "https://op.example";

    pub(crate) fn document() -> Map<String, Value> {
        let text = r#"{"issuer":"https://op.example","authorization_endpoint":"https://op.example/authorize",
            "token_endpoint":"https://op.example/token","jwks_uri":"https://op.example/jwks",
            "userinfo_endpoint":"https://op.example/userinfo","revocation_endpoint":"https://op.example/revoke",
            "response_types_supported":["code"],"id_token_signing_alg_values_supported":["ES256","none","HS256"]}"#;
        json::object(text.as_bytes()).unwrap()
    }

    pub(crate) fn metadata() -> ProviderMetadata {
        read(&document()).unwrap()
    }

    fn read(map: &Map<String, Value>) -> Result<ProviderMetadata, Error> {
        let asked = Issuer::new(ISSUER, Transport::HttpsOnly).unwrap();
        ProviderMetadata::read(&asked, &serde_json::to_vec(map).unwrap(), Transport::HttpsOnly)
    }

    fn with(name: &str, value: Value) -> Result<ProviderMetadata, Error> {
        let mut map = document();
        map.insert(name.into(), value);
        read(&map)
    }

    #[test]
    fn an_issuer_that_is_nearly_the_same_is_another_issuer() {
        for near in [
            "https://op.example/",
            "https://OP.example",
            "https://op.example:443",
            "https://op.example/.",
        ] {
            assert_eq!(
                with("issuer", near.into()).unwrap_err(),
                Misbehaviour::DiscoveryIssuerMismatch.into(),
                "{near}"
            );
        }
    }

    #[test]
    fn an_endpoint_without_tls_is_refused_before_any_request_to_it() {
        for name in ["token_endpoint", "jwks_uri", "userinfo_endpoint", "revocation_endpoint"] {
            let error = with(name, "http://op.example/x".into()).unwrap_err();
            assert_eq!(error, Misbehaviour::InsecureEndpoint.into(), "{name}");
        }
        assert!(Endpoint::parse("http://127.0.0.1:8/x", Transport::HttpsOnly).is_none());
        assert!(Endpoint::parse("http://127.0.0.1:8/x", Transport::DangerousLoopbackHttp).is_some());
        assert!(Endpoint::parse("http://localhost:8/x", Transport::DangerousLoopbackHttp).is_none());
        assert!(Endpoint::parse("http://127.0.0.1.evil.example/", Transport::DangerousLoopbackHttp).is_none());
    }

    #[test]
    fn an_authorization_endpoint_that_no_browser_should_get_is_refused() {
        let hostile = [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "smb://x/y",
            "ms-settings:",
            "-version",
            "http://op.example/a",
            "https://op.example/\"&calc",
            "https://op.example/a b",
            "https://op.example/$(x)\n",
            "https://u:p@op.example/",
            "",
        ];
        for text in hostile {
            let error = with("authorization_endpoint", text.into()).unwrap_err();
            assert_eq!(error, Misbehaviour::UnsafeAuthorizeUrl.into(), "{text}");
        }
    }

    #[test]
    fn a_required_member_that_is_missing_null_or_of_the_wrong_type_is_refused() {
        for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let mut map = document();
            map.remove(name);
            assert_eq!(
                read(&map).unwrap_err(),
                Misbehaviour::DiscoveryMissingField.into(),
                "{name}"
            );
            for wrong in [Value::Null, 7.into(), Value::Array(vec![])] {
                assert_eq!(
                    with(name, wrong).unwrap_err(),
                    Misbehaviour::DiscoveryMissingField.into(),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn plain_is_refused_and_silence_about_pkce_is_not() {
        let methods = |list: &[&str]| with("code_challenge_methods_supported", list.to_vec().into());
        assert_eq!(methods(&["plain"]).unwrap_err(), Unsupported::PkceS256.into());
        assert_eq!(methods(&[]).unwrap_err(), Unsupported::PkceS256.into());
        assert!(methods(&["plain", "S256"]).is_ok());
        assert!(read(&document()).is_ok());
    }

    #[test]
    fn only_none_and_hs256_is_refused_before_the_browser_opens() {
        let error = with("id_token_signing_alg_values_supported", vec!["none", "HS256"].into()).unwrap_err();
        assert_eq!(error, Unsupported::SigningAlgorithm.into());
    }

    #[test]
    fn unknown_members_and_null_for_optional_ones_are_ignored() {
        assert!(with("x_unknown", Value::Array(vec![Value::Null])).is_ok());
        assert!(
            with("revocation_endpoint", Value::Null)
                .unwrap()
                .revocation_endpoint
                .is_none()
        );
    }

    #[test]
    fn metadata_survives_being_parked() {
        let once = metadata();
        let bytes = serde_json::to_vec(&once.to_json()).unwrap();
        let again = ProviderMetadata::read(&once.issuer, &bytes, Transport::HttpsOnly).unwrap();
        assert_eq!(format!("{once:?}"), format!("{again:?}"));
    }

    #[test]
    fn an_issuer_must_be_https_without_query_or_fragment() {
        for bad in [
            "http://op.example",
            "https://op.example?x",
            "https://op.example#x",
            "op.example",
            "https://u@op.example",
            " https://op.example",
        ] {
            assert!(Issuer::new(bad, Transport::HttpsOnly).is_err(), "{bad}");
        }
    }
}
