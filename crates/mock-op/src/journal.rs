//! What the provider saw: every request, with its secrets hashed.

use crate::call::{Call, Endpoint};
use crate::expiring::grow;
use crate::faults::Fault;
use crate::signed_request;
use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::sync::Mutex;
use url::form_urlencoded;

/// One request and how it was answered.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// Counts from 1 since the start or the last reset.
    pub seq: u64,
    /// Seconds since 1970-01-01T00:00:00Z by the provider's clock.
    pub at: i64,
    /// What it was for.
    pub endpoint: Endpoint,
    /// Which connection it came over: they are counted from 1 since the start.
    pub connection: u64,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The HTTP status of the answer; 0 when the connection was closed without one.
    pub status: u16,
    /// Parameters of query and form by name; an array where one was repeated. Codes, tokens, verifiers and client
    /// secrets are `sha256:` and the hexadecimal hash, unless the provider shows secrets.
    pub params: Map<String, Value>,
    /// The `Authorization` header: the scheme, and the credentials as secrets are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    /// The error code that was answered, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The names of the parameters that were in the query of a request that has a body for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_query: Vec<String>,
    /// How many characters `code_verifier` had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verifier_length: Option<usize>,
    /// The faults that the answer had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Did>,
    /// The authorization code or access token that the answer gave, as secrets are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gave: Option<String>,
}

/// A fault that an answer had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Did {
    /// Its id in the catalogue.
    pub fault: &'static str,
    /// Which variant of it.
    pub variant: &'static str,
}

impl Recorded {
    /// A parameter that came once.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).and_then(Value::as_str)
    }
}

/// Every secret that was issued or received, for a search that must find none of them elsewhere.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Secrets {
    /// Authorization codes that were issued.
    pub codes: VecDeque<String>,
    /// Code verifiers that were received.
    pub verifiers: VecDeque<String>,
    /// Access tokens that were issued.
    pub access_tokens: VecDeque<String>,
    /// Refresh tokens that were issued.
    pub refresh_tokens: VecDeque<String>,
    /// ID Tokens that were issued.
    pub id_tokens: VecDeque<String>,
}

#[derive(Debug)]
pub(crate) struct Journal {
    show_secrets: bool,
    limit: usize,
    inner: Mutex<Inner>,
}

/// A request as it is kept: ten thousand of them are, and nobody may ever read one.
#[derive(Debug)]
struct Kept {
    seq: u64,
    at: i64,
    connection: u64,
    method: http::Method,
    path: Box<str>,
    /// Names and values as a form has them, secrets as they are shown.
    params: Box<str>,
    authorization: Option<Box<str>>,
    gave: Option<Box<str>>,
    odd: Option<Box<Odd>>,
    verifier_length: Option<u32>,
    status: u16,
    endpoint: Endpoint,
}

/// What few requests have.
#[derive(Debug, Default, PartialEq)]
struct Odd {
    error: Option<String>,
    in_query: Vec<String>,
    faults: Vec<Did>,
}

impl Kept {
    fn told(&self) -> Recorded {
        let mut params = Map::new();
        for (name, value) in form_urlencoded::parse(self.params.as_bytes()) {
            let value = Value::from(value.into_owned());
            match params.get_mut(name.as_ref()) {
                None => {
                    params.insert(name.into_owned(), value);
                }
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let odd = self.odd.as_deref();
        Recorded {
            seq: self.seq,
            at: self.at,
            endpoint: self.endpoint,
            connection: self.connection,
            method: self.method.to_string(),
            path: self.path.to_string(),
            status: self.status,
            params,
            authorization: owned(&self.authorization),
            error: odd.and_then(|odd| odd.error.clone()),
            in_query: odd.map(|odd| odd.in_query.clone()).unwrap_or_default(),
            verifier_length: self.verifier_length.map(|length| length as usize),
            faults: odd.map(|odd| odd.faults.clone()).unwrap_or_default(),
            gave: owned(&self.gave),
        }
    }
}

#[derive(Debug, Default)]
struct Inner {
    seq: u64,
    requests: VecDeque<Kept>,
    secrets: Secrets,
}

/// A kind of secret that can be kept for a later search.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Code,
    Verifier,
    Access,
    Refresh,
    Id,
}

/// Parameters that are, or stand for, a credential.
const SECRET: [&str; 13] = [
    "code",
    "code_verifier",
    "access_token",
    "refresh_token",
    "id_token",
    "id_token_hint",
    "token",
    "client_secret",
    "client_assertion",
    "device_code",
    "user_code",
    "assertion",
    "interaction",
];

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

/// How a secret is shown: it can be compared, not used.
pub(crate) fn hashed(secret: &str) -> String {
    let mut out = String::from("sha256:");
    out.reserve(64);
    for byte in digest(&SHA256, secret.as_bytes()).as_ref() {
        out.extend([byte >> 4, byte & 15].map(|half| char::from(HEXADECIMAL[usize::from(half)])));
    }
    out
}

impl Journal {
    pub(crate) fn new(show_secrets: bool, limit: usize) -> Self {
        Self {
            show_secrets,
            limit,
            inner: Mutex::default(),
        }
    }

    pub(crate) fn shows_secrets(&self) -> bool {
        self.show_secrets
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn record(&self, call: &Call, at: i64, status: u16, error: Option<String>) {
        let shown = |secret: &str| {
            if self.show_secrets {
                secret.to_owned()
            } else {
                hashed(secret)
            }
        };
        // RFC 9101 section 6.3: with a request object, what is in it was asked for, and what stands beside it was not.
        let object = call.params().get("request");
        let object = object.filter(|_| matches!(call.endpoint, Endpoint::Authorize | Endpoint::PushedAuthorization));
        let told = object.map(signed_request::peek).unwrap_or_default();
        let beside = |(name, _): &&(String, String)| !told.iter().any(|(in_it, _)| in_it == name);
        let mut params = form_urlencoded::Serializer::new(String::new());
        for (name, value) in call.query.0.iter().chain(&call.form.0).filter(beside).chain(&told) {
            match SECRET.contains(&name.as_str()) {
                true => params.append_pair(name, &shown(value)),
                false => params.append_pair(name, value),
            };
        }
        let authorization = call.headers.get(http::header::AUTHORIZATION).map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes());
            let (scheme, credentials) = text.split_once(' ').unwrap_or(("", &text));
            format!("{scheme} {}", shown(credentials))
        });
        let gave = call.answered.gave();
        let did = |(fault, variant): &(Fault, &'static str)| Did {
            fault: fault.id(),
            variant,
        };
        let in_query = call.query.0.iter().map(|(name, _)| name.as_str());
        let in_query = in_query.filter(|_| call.method == http::Method::POST);
        let odd = Odd {
            error,
            in_query: in_query.map(str::to_owned).collect(),
            faults: gave.faults.iter().map(did).collect(),
        };
        let mut inner = self.lock();
        inner.seq += 1;
        let recorded = Kept {
            seq: inner.seq,
            at,
            endpoint: call.endpoint,
            connection: call.connection,
            method: call.method.clone(),
            path: call.path.as_str().into(),
            status,
            params: params.finish().into(),
            authorization: authorization.map(Into::into),
            odd: (odd != Odd::default()).then(|| Box::new(odd)),
            // No request is longer than this can tell.
            verifier_length: call.form.get("code_verifier").map(|verifier| verifier.len() as u32),
            gave: gave.credential.as_deref().map(|credential| shown(credential).into()),
        };
        push_bounded(&mut inner.requests, recorded, self.limit);
    }

    /// Keeps a secret, if secrets are to be shown.
    pub(crate) fn keep(&self, kind: Kind, secret: &str) {
        if !self.show_secrets {
            return;
        }
        let mut inner = self.lock();
        let kept = match kind {
            Kind::Code => &mut inner.secrets.codes,
            Kind::Verifier => &mut inner.secrets.verifiers,
            Kind::Access => &mut inner.secrets.access_tokens,
            Kind::Refresh => &mut inner.secrets.refresh_tokens,
            Kind::Id => &mut inner.secrets.id_tokens,
        };
        push_bounded(kept, secret.to_owned(), self.limit);
    }

    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.requests_since(0).0
    }

    /// Those that came after the one with this number, and the number of the last one, which is smaller after a reset.
    pub(crate) fn requests_since(&self, seq: u64) -> (Vec<Recorded>, u64) {
        let inner = self.lock();
        let later = inner.requests.iter().skip_while(|request| request.seq <= seq);
        (later.map(Kept::told).collect(), inner.seq)
    }

    pub(crate) fn secrets(&self) -> Secrets {
        self.lock().secrets.clone()
    }

    /// Whether nobody is at it.
    #[cfg(test)]
    pub(crate) fn is_free(&self) -> bool {
        self.inner.try_lock().is_ok()
    }

    pub(crate) fn reset(&self) {
        *self.lock() = Inner::default();
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, item: T, limit: usize) {
    let limit = limit.max(1);
    while queue.len() >= limit {
        queue.pop_front();
    }
    grow(queue, limit);
    queue.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Issuer, Params};

    fn call(form: &[u8]) -> Call {
        Call {
            endpoint: Endpoint::Token,
            issuer: Issuer {
                path: "".into(),
                url: "".into(),
                slash: false,
            },
            method: http::Method::POST,
            path: "/token".into(),
            headers: http::HeaderMap::new(),
            query: Params::default(),
            form: Params::parse(form),
            body: axum::body::Bytes::new(),
            connection: 1,
            quirks: crate::profile::Quirks::STRICT,
            standing: None,
            along: crate::chosen::Along::default(),
            answered: crate::call::Answered::default(),
        }
    }

    #[test]
    fn secrets_are_hashed_and_other_parameters_are_not() {
        let journal = Journal::new(false, 10);
        journal.record(&call(b"code=abc&grant_type=authorization_code"), 0, 200, None);
        let seen = &journal.requests()[0];
        assert_eq!(
            seen.param("code"),
            Some("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        assert_eq!(seen.param("grant_type"), Some("authorization_code"));
        journal.keep(Kind::Code, "abc");
        assert!(journal.secrets().codes.is_empty());
    }

    #[test]
    fn the_oldest_requests_make_room() {
        let journal = Journal::new(true, 3);
        for _ in 0..5 {
            journal.record(&call(b"a=1&a=2"), 0, 200, None);
        }
        let seen: Vec<u64> = journal.requests().iter().map(|r| r.seq).collect();
        assert_eq!(seen, [3, 4, 5]);
        assert_eq!(journal.requests()[0].params["a"], serde_json::json!(["1", "2"]));
    }
}
