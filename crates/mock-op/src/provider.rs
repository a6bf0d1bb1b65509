//! What all endpoints share.

use crate::assertion;
use crate::call::{Call, Issuer};
use crate::chances::Chances;
use crate::clients::Client;
use crate::clock::Clock;
use crate::documents::Documents;
use crate::faults::Faults;
use crate::grants::Grants;
use crate::hold::Holds;
use crate::journal::Journal;
use crate::keys::{Alg, KeyRing};
use crate::named_issuer::NamedIssuer;
use crate::news::News;
use crate::people::Person;
use crate::profile::{Profile, Quirks};
use crate::random::Random;
use crate::under_way::UnderWay;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use subtle::ConstantTimeEq;

/// A client's registration by itself.
pub(crate) struct Registration {
    /// By which it may take itself back.
    pub(crate) token: String,
    /// Whether it may use device codes.
    pub(crate) devices: bool,
}

pub(crate) struct Provider {
    /// Scheme, host and port, without a slash at the end. An issuer is this and perhaps a name.
    pub(crate) origin: String,
    /// The issuer without a name.
    pub(crate) root: Issuer,
    /// The origin of the second host, which a sound client never contacts.
    pub(crate) elsewhere: String,
    pub(crate) alg: Alg,
    pub(crate) keys: KeyRing,
    pub(crate) random: Random,
    pub(crate) clock: Clock,
    /// Seconds between two polls of a device, to begin with (RFC 8628 section 3.2).
    pub(crate) device_interval: i64,
    pub(crate) people: Vec<Person>,
    /// Whether the small resource server takes tokens that are bound to a key only.
    pub(crate) api_wants_dpop: bool,
    pub(crate) clients: RwLock<Vec<Arc<Client>>>,
    /// What is known of each client that registered itself, by its id.
    pub(crate) registrations: Mutex<BTreeMap<String, Registration>>,
    /// Clients whose metadata documents were fetched.
    pub(crate) documents: Documents,
    /// The authentication context classes that this provider can reach, the one it reaches by itself first; any, if there are none here.
    pub(crate) acr_values: Vec<String>,
    pub(crate) grants: Mutex<Grants>,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    /// Faults at random.
    pub(crate) chances: Chances,
    /// Whether a fault was ever chosen for one sign-in.
    pub(crate) chosen: AtomicBool,
    pub(crate) named_issuers: Vec<NamedIssuer>,
    /// Whether people see pages. Without them whoever is hinted at is signed in at once, and allows all.
    pub(crate) pages: bool,
    /// How long access tokens and ID Tokens live, in seconds, where an issuer has no rule of its own.
    pub(crate) token_seconds: i64,
    pub(crate) news: News,
    pub(crate) holds: Holds,
    pub(crate) under_way: UnderWay,
    pub(crate) limit: usize,
    /// What is odd about the issuer at the root, and about each whose name says nothing else.
    pub(crate) quirks: Quirks,
    /// Whether a DPoP proof must carry a nonce of this provider.
    pub(crate) dpop_nonces: bool,
    /// Whether an authorization request must have been pushed.
    pub(crate) pushed_only: bool,
    /// Whether the URL of a document may be a client id.
    pub(crate) takes_documents: bool,
    pub(crate) dpop_secret: String,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Provider {
    pub(crate) fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn issuer_named(&self, name: &str) -> Issuer {
        if name.is_empty() {
            return self.root.clone();
        }
        let path = format!("/{name}");
        Issuer {
            url: format!("{}{path}", self.origin).into(),
            path: path.into(),
            slash: Profile::named(name).map_or(self.quirks, Profile::quirks).slash,
        }
    }

    pub(crate) fn client(&self, id: &str) -> Option<Arc<Client>> {
        self.clients
            .read()
            .expect("no holder of this lock panics")
            .iter()
            .find(|c| c.id == id)
            .cloned()
            .or_else(|| self.documents.get(id, self.clock.now()))
    }

    /// One more client; false if there are as many as may be.
    pub(crate) fn enter(&self, client: Client) -> bool {
        let mut clients = self.clients.write().expect("no holder of this lock panics");
        if clients.len() >= self.limit {
            return false;
        }
        clients.push(Arc::new(client));
        true
    }

    /// One client less.
    pub(crate) fn strike(&self, id: &str) {
        let mut clients = self.clients.write().expect("no holder of this lock panics");
        clients.retain(|client| client.id != id);
    }

    pub(crate) fn registrations(&self) -> MutexGuard<'_, BTreeMap<String, Registration>> {
        self.registrations.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|p| p.id == id)
    }

    /// Forgets everything but keys, people and clients.
    pub(crate) fn reset(&self) {
        *self.grants() = Grants::new(self.limit);
        self.documents.clear(self.limit);
        self.journal.reset();
        self.faults.clear();
        self.chances.end();
        self.chosen.store(false, Ordering::Relaxed);
        self.clock.reset();
        self.random.reset();
        self.keys.forget_weak();
    }

    /// Which client makes this request, with its secret checked if it has one.
    ///
    /// Spec: RFC 6749 section 2.3
    pub(crate) fn authenticate(&self, call: &Call) -> Result<Arc<Client>, ClientRefused> {
        let basic = call.authorization("Basic").map(basic_credentials);
        let posted = call.form.get("client_secret");
        let (id, secret) = match (basic, posted) {
            // RFC 6749 section 2.3: no more than one authentication method in each request.
            (Some(_), Some(_)) => return Err(ClientRefused::TwoMethods),
            (Some(None), None) => return Err(ClientRefused::Malformed),
            (Some(Some((id, secret))), None) => {
                if call.form.get("client_id").is_some_and(|also| also != id) {
                    return Err(ClientRefused::TwoMethods);
                }
                (id, Some(secret))
            }
            (None, secret) => {
                let id = call.form.get("client_id").ok_or(ClientRefused::Missing)?;
                (id.to_owned(), secret.map(str::to_owned))
            }
        };
        let client = self.client(&id).ok_or(ClientRefused::Unknown)?;
        if call.quirks.signed_secret {
            let proved = secret.is_some_and(|secret| assertion::is_secret(self, call, &client, &secret));
            return proved.then_some(client).ok_or(ClientRefused::NotSigned);
        }
        let signed = call.form.get("client_assertion").is_some();
        if signed && secret.is_some() {
            return Err(ClientRefused::TwoMethods);
        }
        if signed || client.key.is_some() {
            return assertion::check(self, call, &client)
                .then_some(client)
                .ok_or(ClientRefused::NotSigned);
        }
        match (&client.secret, secret) {
            // A secret that is published in every copy of an app, and asked for all the same.
            (None, given) if call.quirks.secret.is_some() => {
                if given.as_deref() == call.quirks.secret {
                    Ok(client)
                } else {
                    Err(ClientRefused::WrongSecret)
                }
            }
            (None, None) => Ok(client),
            (Some(right), Some(given)) if bool::from(right.as_bytes().ct_eq(given.as_bytes())) => Ok(client),
            // A public client that sends a secret has mistaken something.
            (None, Some(_)) => Err(ClientRefused::NotConfidential),
            (Some(_), _) => Err(ClientRefused::WrongSecret),
        }
    }
}

/// Why a client was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClientRefused {
    #[error("client_id is missing")]
    Missing,
    #[error("no such client")]
    Unknown,
    #[error("the client secret is missing or wrong")]
    WrongSecret,
    #[error("this client is public and has no secret")]
    NotConfidential,
    #[error("the client assertion is missing, or does not prove who asks")]
    NotSigned,
    #[error("the Basic credentials cannot be decoded")]
    Malformed,
    #[error("two ways of client authentication in one request")]
    TwoMethods,
}

/// Identifier and secret, each form-decoded (RFC 6749 section 2.3.1).
fn basic_credentials(encoded: &str) -> Option<(String, String)> {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let pair = format!("v={text}");
        url::form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(_, v)| v.into_owned())
    };
    Some((decoded(id)?, decoded(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints;
    use crate::keys::before_signing;
    use crate::op::MockOp;
    use axum::body::Body;
    use std::cell::Cell;
    use std::rc::Rc;
    use tower::ServiceExt as _;

    /// What holds a lock at this moment.
    fn locked(provider: &Provider) -> Vec<&'static str> {
        let free = [
            ("grants", provider.grants.try_lock().is_ok()),
            ("clients", provider.clients.try_write().is_ok()),
            ("registrations", provider.registrations.try_lock().is_ok()),
            ("journal", provider.journal.is_free()),
            ("faults", provider.faults.is_free()),
            ("keys", provider.keys.is_free()),
        ];
        free.into_iter()
            .filter(|(_, free)| !free)
            .map(|(name, _)| name)
            .collect()
    }

    #[tokio::test]
    async fn nothing_is_locked_while_something_is_signed() {
        let op = MockOp::start().await.expect("it starts");
        let signatures = Rc::new(Cell::new(0));
        before_signing::set({
            let (provider, signatures) = (Arc::clone(&op.provider), Rc::clone(&signatures));
            move || {
                signatures.set(signatures.get() + 1);
                assert_eq!(locked(&provider), [""; 0]);
            }
        });
        // The second makes its access token a JWT too.
        for (name, more, expected) in [("", "", 1), ("auth0", "&audience=https%3A%2F%2Fapi.example", 2)] {
            let issuer = op.issuer_named(name);
            let issuer = issuer.trim_end_matches('/');
            let verifier = "v".repeat(43);
            let url = format!(
                "{issuer}/authorize?response_type=code&client_id=demo&redirect_uri=com.example.app%3A%2Fcb\
                 &scope=openid+offline_access&state=s&code_challenge={}&code_challenge_method=S256{more}",
                crate::keys::s256(&verifier)
            );
            let response = op.robot().sign_in(&url).await.expect("Ada signs in");
            let response = url::Url::parse(&response).expect("a redirect");
            let code = response
                .query_pairs()
                .find(|(name, _)| name == "code")
                .expect("a code")
                .1;
            let form = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("grant_type", "authorization_code")
                .append_pair("client_id", "demo")
                .append_pair("redirect_uri", "com.example.app:/cb")
                .append_pair("code", &code)
                .append_pair("code_verifier", &verifier)
                .finish();
            let request = http::Request::post(format!("{issuer}/token"))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from(form))
                .expect("a request");
            let router = endpoints::router(Arc::clone(&op.provider));
            let answer = router.oneshot(request).await.expect("it answers");
            assert_eq!(answer.status(), 200);
            assert_eq!(signatures.take(), expected);
        }
    }
}
