//! The provider: its issuer identifier, its endpoints, its metadata.

use std::fmt;

use serde_json::{Map, Value};
use url::{Host, Url};

use crate::dialect::Dialect;
use crate::error::{Error, Misbehaviour, Misconfiguration, Unsupported};
use crate::jose::Algorithm;
use crate::json::{self, Member};
use crate::tenants::IssuerTemplate;
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

/// What a server that gives tokens is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An OpenID Provider: who signed in is said by ID Tokens, which are verified.
    OpenIdProvider,
    /// An OAuth 2 authorization server: nothing that it says of a person can be verified.
    AuthorizationServer,
}

/// What a provider says of itself, as far as it is used here.
///
/// Spec: OIDC Discovery section 3, RFC 8414 section 2
#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    /// By which of the two standards it was read.
    pub kind: Kind,
    /// `issuer`.
    pub issuer: Issuer,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Endpoint,
    /// `token_endpoint`.
    pub token_endpoint: Endpoint,
    /// `jwks_uri`. An OpenID Provider always has one.
    pub jwks_uri: Option<Endpoint>,
    /// `userinfo_endpoint`.
    pub userinfo_endpoint: Option<Endpoint>,
    /// `revocation_endpoint`.
    pub revocation_endpoint: Option<Endpoint>,
    /// `end_session_endpoint`.
    pub end_session_endpoint: Option<Endpoint>,
    /// `device_authorization_endpoint` (RFC 8628 section 4).
    pub device_authorization_endpoint: Option<Endpoint>,
    /// `pushed_authorization_request_endpoint` (RFC 9126 section 5).
    pub pushed_authorization_request_endpoint: Option<Endpoint>,
    /// `require_pushed_authorization_requests` (RFC 9126 section 5): then others are not made.
    pub requires_pushed_requests: bool,
    /// `registration_endpoint` (RFC 7591 section 3).
    pub registration_endpoint: Option<Endpoint>,
    /// `client_id_metadata_document_supported`: a client id may be the URL of a document (CIMD section 5).
    pub takes_client_id_documents: bool,
    /// `id_token_signing_alg_values_supported`, as far as we have them. Empty for a server that is no OpenID Provider.
    pub id_token_signing_algorithms: Vec<Algorithm>,
    /// `userinfo_signing_alg_values_supported`, as far as we have them, if it is stated.
    pub userinfo_signing_algorithms: Option<Vec<Algorithm>>,
    /// `token_endpoint_auth_signing_alg_values_supported`, as far as we have them, if it is stated.
    pub client_signing_algorithms: Option<Vec<Algorithm>>,
    /// `dpop_signing_alg_values_supported`, as far as we have them, if it is stated (RFC 9449 section 5.1).
    pub dpop_signing_algorithms: Option<Vec<Algorithm>>,
    /// `authorization_response_iss_parameter_supported`: then a response without `iss` is refused.
    pub response_has_iss: bool,
    /// Which door `http` may use; kept because the second half of a sign-in may run in another process.
    pub transport: Transport,
    /// Where its answers are written otherwise than the standard says. Not of the metadata: a preset sets it.
    pub dialect: Dialect,
    /// Where `issuer` speaks for many tenants: the issuers of their ID Tokens. Not of the metadata: a preset sets it.
    pub tenants: Option<IssuerTemplate>,
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
        Self::read_as(Kind::OpenIdProvider, asked, body, transport, trail)
    }

    /// Reads the metadata of either kind of server. What a preset knows of a server that publishes none is read by it too, from
    /// the same JSON.
    ///
    /// Errors: those of [`ProviderMetadata::read`].
    ///
    /// Spec: OIDC Discovery sections 3, 4.3; RFC 8414 sections 2, 3.3
    pub fn read_as(
        kind: Kind,
        asked: &Issuer,
        body: &[u8],
        transport: Transport,
        trail: &mut Trail,
    ) -> Result<Self, Error> {
        Self::read_stating(kind, asked, asked.as_str(), body, transport, trail)
    }

    /// Reads metadata that was fetched for `asked` and speaks for many tenants: they state `tenants` in the place of an issuer.
    ///
    /// Errors: those of [`ProviderMetadata::read`].
    ///
    /// Spec: OIDC Discovery sections 3, 4.3, of which the comparison is with the template
    pub fn read_for_tenants(
        tenants: &IssuerTemplate,
        asked: &Issuer,
        body: &[u8],
        transport: Transport,
        trail: &mut Trail,
    ) -> Result<Self, Error> {
        let mut metadata = Self::read_stating(Kind::OpenIdProvider, asked, tenants.as_str(), body, transport, trail)?;
        metadata.tenants = Some(tenants.clone());
        Ok(metadata)
    }

    fn read_stating(
        kind: Kind,
        asked: &Issuer,
        stated: &str,
        body: &[u8],
        transport: Transport,
        trail: &mut Trail,
    ) -> Result<Self, Error> {
        let openid = kind == Kind::OpenIdProvider;
        let map = json::object(body).ok_or(Misbehaviour::DiscoveryMalformed);
        let map = trail.check(CheckName::JsonObject, map)?;
        // OIDC Discovery 4.3, RFC 8414 3.3: the issuer MUST be exactly the one that was asked. First, so that nothing else in the
        // document is looked at when it is somebody else's.
        let issuer = match json::text(&map, "issuer") {
            Member::Is(issuer) if issuer == stated => Ok(()),
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
        // OIDC Discovery 3: without the list RS256, which every provider must have. RFC 8414 has no ID Tokens.
        let algorithms = if openid {
            let stated = self::algorithms(&map, ID_TOKEN_ALGORITHMS);
            let algorithms = stated.unwrap_or_else(|| vec![Algorithm::Rs256]);
            let some = !algorithms.is_empty();
            trail.require(CheckName::SigningAlgorithms, some, Unsupported::SigningAlgorithm)?;
            algorithms
        } else {
            trail.skip(CheckName::SigningAlgorithms, Skipped::NotHere);
            Vec::new()
        };
        let required = |name| endpoint(&map, name, transport)?.ok_or(Error::from(Misbehaviour::DiscoveryMissingField));
        let authorization_endpoint = required("authorization_endpoint").map_err(|error| match error {
            // This one is not requested by us but handed to the operating system: its own detail.
            Error::Misbehaved(Misbehaviour::InsecureEndpoint) => Misbehaviour::UnsafeAuthorizeUrl.into(),
            other => other,
        });
        let authorization_endpoint = trail.check(CheckName::AuthorizationEndpoint, authorization_endpoint)?;
        let token_endpoint = trail.check(CheckName::TokenEndpoint, required("token_endpoint"))?;
        let jwks_uri = if openid {
            Some(trail.check(CheckName::JwksUri, required("jwks_uri"))?)
        } else {
            // RFC 8414 2: `jwks_uri` is for what this server does not sign for us.
            trail.skip(CheckName::JwksUri, Skipped::NotHere);
            None
        };
        let mut optional = |check, name| match endpoint(&map, name, transport) {
            Ok(None) => {
                trail.skip(check, Skipped::NotStated);
                Ok(None)
            }
            stated => trail.check(check, stated),
        };
        let userinfo_endpoint = optional(CheckName::UserinfoEndpoint, "userinfo_endpoint")?;
        let revocation_endpoint = optional(CheckName::RevocationEndpoint, "revocation_endpoint")?;
        let end_session_endpoint = optional(CheckName::EndSessionEndpoint, "end_session_endpoint")?;
        // RFC 8414 2 and the standards that add to it. Few providers state these: one line for all, where one of them is there.
        let others = [DEVICE, PUSHED, REGISTRATION];
        let stated = others
            .iter()
            .any(|name| !matches!(map.get(*name), None | Some(Value::Null)));
        let read = (|| {
            let read = |name| endpoint(&map, name, transport);
            Ok::<_, Error>((read(DEVICE)?, read(PUSHED)?, read(REGISTRATION)?))
        })();
        let read = if stated {
            trail.check(CheckName::OtherEndpoints, read)?
        } else {
            read?
        };
        let (device, pushed, registration) = read;
        Ok(Self {
            kind,
            issuer: asked.clone(),
            authorization_endpoint,
            token_endpoint,
            jwks_uri,
            userinfo_endpoint,
            revocation_endpoint,
            end_session_endpoint,
            device_authorization_endpoint: device,
            pushed_authorization_request_endpoint: pushed,
            requires_pushed_requests: says(&map, REQUIRES_PUSHED),
            registration_endpoint: registration,
            takes_client_id_documents: says(&map, DOCUMENTS),
            id_token_signing_algorithms: algorithms,
            userinfo_signing_algorithms: self::algorithms(&map, USERINFO_ALGORITHMS),
            client_signing_algorithms: self::algorithms(&map, CLIENT_ALGORITHMS),
            dpop_signing_algorithms: self::algorithms(&map, DPOP_ALGORITHMS),
            response_has_iss: says(&map, RESPONSE_ISS),
            transport,
            dialect: Dialect::default(),
            tenants: None,
        })
    }

    /// The request for the provider's keys is made to this.
    ///
    /// Errors: `Misbehaved(NoUsableKey)` for a server that has none, because it is no OpenID Provider.
    pub(crate) fn key_set(&self) -> Result<&Endpoint, Error> {
        self.jwks_uri.as_ref().ok_or(Misbehaviour::NoUsableKey.into())
    }

    /// The metadata as JSON that [`ProviderMetadata::read_as`] reads again: for the parked sign-in.
    pub(crate) fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("issuer".into(), self.issuer.as_str().into());
        let endpoints = [
            ("authorization_endpoint", Some(&self.authorization_endpoint)),
            ("token_endpoint", Some(&self.token_endpoint)),
            ("jwks_uri", self.jwks_uri.as_ref()),
            ("userinfo_endpoint", self.userinfo_endpoint.as_ref()),
            ("revocation_endpoint", self.revocation_endpoint.as_ref()),
            ("end_session_endpoint", self.end_session_endpoint.as_ref()),
            (DEVICE, self.device_authorization_endpoint.as_ref()),
            (PUSHED, self.pushed_authorization_request_endpoint.as_ref()),
            (REGISTRATION, self.registration_endpoint.as_ref()),
        ];
        for (name, endpoint) in endpoints {
            if let Some(endpoint) = endpoint {
                map.insert(name.into(), endpoint.0.as_str().into());
            }
        }
        let lists = [
            (ID_TOKEN_ALGORITHMS, Some(&self.id_token_signing_algorithms)),
            (USERINFO_ALGORITHMS, self.userinfo_signing_algorithms.as_ref()),
            (CLIENT_ALGORITHMS, self.client_signing_algorithms.as_ref()),
            (DPOP_ALGORITHMS, self.dpop_signing_algorithms.as_ref()),
        ];
        for (name, list) in lists {
            if let Some(list) = list {
                let names: Vec<&str> = list.iter().map(|algorithm| algorithm.name()).collect();
                map.insert(name.into(), names.into());
            }
        }
        let statements = [
            (REQUIRES_PUSHED, self.requires_pushed_requests),
            (DOCUMENTS, self.takes_client_id_documents),
            (RESPONSE_ISS, self.response_has_iss),
        ];
        for (name, stated) in statements {
            map.insert(name.into(), stated.into());
        }
        Value::Object(map)
    }
}

const DEVICE: &str = "device_authorization_endpoint";
const PUSHED: &str = "pushed_authorization_request_endpoint";
const REGISTRATION: &str = "registration_endpoint";
const REQUIRES_PUSHED: &str = "require_pushed_authorization_requests";
const DOCUMENTS: &str = "client_id_metadata_document_supported";
const RESPONSE_ISS: &str = "authorization_response_iss_parameter_supported";
const ID_TOKEN_ALGORITHMS: &str = "id_token_signing_alg_values_supported";
const USERINFO_ALGORITHMS: &str = "userinfo_signing_alg_values_supported";
const CLIENT_ALGORITHMS: &str = "token_endpoint_auth_signing_alg_values_supported";
const DPOP_ALGORITHMS: &str = "dpop_signing_alg_values_supported";

/// Whether a member is the JSON value `true`.
fn says(map: &Map<String, Value>, name: &str) -> bool {
    map.get(name) == Some(&Value::Bool(true))
}

/// A list of algorithms, as far as we have them. `None` where it is not stated.
fn algorithms(map: &Map<String, Value>, name: &str) -> Option<Vec<Algorithm>> {
    strings(map, name).map(|names| names.into_iter().filter_map(Algorithm::of_name).collect())
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
pub(crate) mod tests;
