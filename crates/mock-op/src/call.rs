//! One request as the endpoints see it: read whole, parameters decoded, its issuer known.

use crate::chosen::Along;
use crate::faults::Fault;
use crate::profile::Quirks;
use crate::provider::Provider;
use crate::server::Connection;
use axum::body::Bytes;
use axum::extract::Request;
use http::{HeaderMap, Method, StatusCode, header};
use serde::Serialize;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// The metadata document.
    Discovery,
    /// The key set.
    Jwks,
    /// The authorization endpoint.
    Authorize,
    /// The answer to the login page.
    Login,
    /// The answer to the consent page.
    Consent,
    /// The token endpoint.
    Token,
    /// The UserInfo endpoint.
    Userinfo,
    /// The revocation endpoint.
    Revocation,
    /// The introspection endpoint.
    Introspection,
    /// The end-session endpoint.
    EndSession,
    /// The pushed authorization request endpoint.
    PushedAuthorization,
    /// The device authorization endpoint.
    DeviceAuthorization,
    /// The page where a device's code is typed.
    Device,
    /// The dynamic registration endpoint.
    Registration,
    /// The small resource server.
    Resource,
    /// The resource server's metadata.
    ResourceMetadata,
    /// A person's picture.
    Picture,
    /// The second host, which a sound client never contacts.
    Elsewhere,
    /// Any other path of this provider.
    Unknown,
}

/// Which of the issuers at this address is meant: the one at the root or one named by the first path segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issuer {
    /// Empty, or `/name`.
    pub(crate) path: Arc<str>,
    /// What its endpoints' URLs begin with: the issuer identifier without a slash at the end.
    pub(crate) url: Arc<str>,
    /// Whether the issuer identifier ends with a slash.
    pub(crate) slash: bool,
}

impl Issuer {
    /// The issuer identifier, to the last character.
    pub(crate) fn identifier(&self) -> String {
        format!("{}{}", self.url, if self.slash { "/" } else { "" })
    }
}

/// Decoded `application/x-www-form-urlencoded` parameters in their order, repeated ones included.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(pub(crate) Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The first value; an empty one counts as left out (RFC 6749 section 3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
            .filter(|v| !v.is_empty())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The name of a parameter that is there more than once. `resource` may be (RFC 8707 section 2).
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut seen = HashSet::new();
        self.0
            .iter()
            .map(|(n, _)| n.as_str())
            .find(|n| *n != "resource" && !seen.insert(*n))
    }
}

/// A request.
pub(crate) struct Call {
    pub(crate) endpoint: Endpoint,
    pub(crate) issuer: Issuer,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Params,
    /// The form in the body; empty for another content type.
    pub(crate) form: Params,
    pub(crate) body: Bytes,
    /// Which connection it came over.
    pub(crate) connection: u64,
    /// What is odd about this issuer, by its name.
    pub(crate) quirks: Quirks,
    /// A fault that this issuer always has, by its name.
    pub(crate) standing: Option<Fault>,
    /// Faults that only this request brings along.
    pub(crate) along: Along,
    /// What the journal is told of the answer beside its status.
    pub(crate) answered: Answered,
}

/// What the journal is told of an answer.
#[derive(Debug, Default)]
pub(crate) struct Answered(Mutex<Gave>);

/// What an answer gave: the faults in it, and the code or access token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gave {
    pub(crate) faults: Vec<(Fault, &'static str)>,
    pub(crate) credential: Option<String>,
}

impl Answered {
    /// The answer has this fault.
    pub(crate) fn with(&self, fault: Fault, variant: &'static str) {
        self.lock().faults.push((fault, variant));
    }

    /// The answer gives this code or access token.
    pub(crate) fn gives(&self, credential: &str) {
        self.lock().credential = Some(credential.to_owned());
    }

    pub(crate) fn gave(&self) -> Gave {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Gave> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

/// More than any request of these protocols needs.
const BODY_LIMIT: usize = 1 << 20;

impl Call {
    /// Reads a request. `named` says that the first path segment names the issuer.
    pub(crate) async fn read(
        op: &Provider,
        endpoint: Endpoint,
        named: bool,
        request: Request,
    ) -> Result<Self, StatusCode> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        // RFC 8414 section 3.1: there the well-known string comes before the issuer's path.
        let name = match (named, path.strip_prefix("/.well-known/oauth-authorization-server/")) {
            (false, _) => "",
            (true, Some(name)) => name,
            (true, None) => path.split('/').nth(1).unwrap_or_default(),
        };
        let issuer = op.issuer_named(name);
        let body = axum::body::to_bytes(body, BODY_LIMIT)
            .await
            .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        let is_form = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.split(';').next().unwrap_or_default().trim() == "application/x-www-form-urlencoded");
        Ok(Self {
            endpoint,
            connection: parts.extensions.get::<Connection>().copied().unwrap_or_default().0,
            quirks: op.quirks_at(&issuer),
            standing: Fault::from_id(name),
            issuer,
            method: parts.method,
            query: Params::parse(parts.uri.query().unwrap_or_default().as_bytes()),
            form: if is_form {
                Params::parse(&body)
            } else {
                Params::default()
            },
            path,
            headers: parts.headers,
            body,
            along: Along::default(),
            answered: Answered::default(),
        })
    }

    /// The query of a GET, the form of a POST.
    pub(crate) fn params(&self) -> &Params {
        if self.method == Method::POST {
            &self.form
        } else {
            &self.query
        }
    }

    /// The credentials after `scheme` in the `Authorization` header.
    pub(crate) fn authorization(&self, scheme: &str) -> Option<&str> {
        let (name, credentials) = self
            .headers
            .get(header::AUTHORIZATION)?
            .to_str()
            .ok()?
            .split_once(' ')?;
        name.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(';'))
            .find_map(|pair| pair.trim().split_once('=').filter(|(n, _)| *n == name).map(|(_, v)| v))
    }

    /// The variant of this fault that happens the next time it can. Nothing is spent.
    pub(crate) fn due(&self, op: &Provider, fault: Fault) -> Option<&'static str> {
        match self.standing == Some(fault) {
            true => Some(fault.variants()[0]),
            false => op.faults.due(fault),
        }
    }

    /// Whether this fault is to happen now; if so, which variant of it. Spends a one-shot.
    pub(crate) fn fault(&self, op: &Provider, fault: Fault) -> Option<&'static str> {
        let variant = if self.standing == Some(fault) {
            Some(fault.variants()[0])
        } else {
            self.along.take(fault).or_else(|| op.faults.take(fault))
        };
        if let Some(variant) = variant {
            self.answered.with(fault, variant);
        }
        variant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_parameter_counts_as_left_out_and_a_repeated_one_is_found() {
        let params = Params::parse(b"a=&b=1&c=x+y%26&b=2&resource=1&resource=2");
        assert_eq!(params.get("a"), None);
        assert_eq!(params.get("c"), Some("x y&"));
        assert_eq!(params.repeated(), Some("b"));
        assert_eq!(Params::parse(b"resource=1&resource=2").repeated(), None);
    }
}
