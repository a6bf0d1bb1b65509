//! What the provider remembers between requests: sign-ins under way, codes, tokens, browser sessions. Everything has an
//! end in time and a bound in number.

use crate::call::Issuer;
use crate::chosen::Chosen;
use crate::claims::ClaimsRequest;
use crate::named_issuer::Mapped;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Lifetimes in seconds.
pub(crate) const INTERACTION_SECONDS: i64 = 1_800;
/// RFC 6749 section 4.1.2 recommends at most ten minutes.
pub(crate) const CODE_SECONDS: i64 = 120;
pub(crate) const ACCESS_SECONDS: i64 = 3_600;
pub(crate) const PUSHED_SECONDS: i64 = 90;
pub(crate) const DEVICE_SECONDS: i64 = 600;
/// As long as a provider may run.
pub(crate) const MET_SECONDS: i64 = 10 * 365 * 86_400;
const SESSION_SECONDS: i64 = 12 * 3_600;

#[derive(Debug)]
struct Entry<V> {
    /// When it was put in, among the others.
    number: u64,
    /// The end of its life, in seconds since 1970.
    end: i64,
    value: V,
}

/// A map that forgets what has expired, and the oldest when it is full.
#[derive(Debug)]
pub(crate) struct Expiring<V> {
    entries: HashMap<Arc<str>, Entry<V>>,
    /// Which came when, the oldest first. A key that was put in again stands here twice; only its latest number counts.
    order: VecDeque<(u64, Arc<str>)>,
    next: u64,
    limit: usize,
}

impl<V> Expiring<V> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            entries: HashMap::new(),
            order: VecDeque::new(),
            next: 0,
            limit: limit.max(1),
        }
    }

    pub(crate) fn insert(&mut self, key: String, value: V, now: i64, seconds: i64) {
        while let Some((number, oldest)) = self.order.front() {
            let current = self.entries.get(oldest).filter(|entry| entry.number == *number);
            if current.is_some_and(|entry| now < entry.end) && self.order.len() < self.limit {
                break;
            }
            let is_current = current.is_some();
            if let Some((_, oldest)) = self.order.pop_front()
                && is_current
            {
                self.entries.remove(&oldest);
            }
        }
        let key: Arc<str> = key.into();
        let (number, end) = (self.next, now.saturating_add(seconds));
        self.next += 1;
        self.order.push_back((number, Arc::clone(&key)));
        self.entries.insert(key, Entry { number, end, value });
    }

    pub(crate) fn get(&self, key: &str, now: i64) -> Option<&V> {
        self.entries
            .get(key)
            .filter(|entry| now < entry.end)
            .map(|entry| &entry.value)
    }

    pub(crate) fn get_mut(&mut self, key: &str, now: i64) -> Option<&mut V> {
        let entry = self.entries.get_mut(key).filter(|entry| now < entry.end);
        entry.map(|entry| &mut entry.value)
    }

    /// What has not expired.
    pub(crate) fn live(&self, now: i64) -> impl Iterator<Item = (&str, &V)> {
        let live = self.entries.iter().filter(move |(_, entry)| now < entry.end);
        live.map(|(key, entry)| (&**key, &entry.value))
    }

    /// The end of an entry's life, in seconds since 1970.
    pub(crate) fn end(&self, key: &str) -> Option<i64> {
        self.entries.get(key).map(|entry| entry.end)
    }

    pub(crate) fn remove(&mut self, key: &str, now: i64) -> Option<V> {
        let entry = self.entries.remove(key).filter(|entry| now < entry.end);
        entry.map(|entry| entry.value)
    }
}

/// An authorization request that passed its checks.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) issuer: Issuer,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: String,
    pub(crate) max_age: Option<i64>,
    pub(crate) prompt: Vec<String>,
    pub(crate) login_hint: Option<String>,
    /// The authentication context class that the person's authentication is to reach.
    pub(crate) acr: Option<String>,
    /// The claims that are asked for one by one.
    pub(crate) claims: ClaimsRequest,
    /// Whether the response is a form that the browser posts.
    pub(crate) form_post: bool,
    /// The API that a provider of its own kind makes the access token for.
    pub(crate) audience: Option<String>,
    /// Where the access token is to be used (RFC 8707).
    pub(crate) resources: Vec<String>,
    /// `access_type=offline`, which some providers have instead of the scope `offline_access`.
    pub(crate) access_type_offline: bool,
    /// The key that the code is bound to (RFC 9449 section 10).
    pub(crate) dpop_jkt: Option<String>,
    /// The fault that was chosen for this sign-in.
    pub(crate) chosen: Option<Arc<Chosen>>,
}

/// A sign-in that waits for the person.
#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub(crate) request: AuthorizationRequest,
    /// Who they say they are, once they have.
    pub(crate) signed_in: Option<SignedIn>,
    /// The device that waits for this, when it is no browser's redirect.
    pub(crate) device_code: Option<String>,
}

/// Who signed in, and when.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) person: String,
    pub(crate) auth_time: i64,
}

/// What came of one consent: every token that descends from it shares this.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) issuer: Issuer,
    pub(crate) client_id: String,
    pub(crate) person: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) auth_time: i64,
    pub(crate) acr: Option<String>,
    pub(crate) claims: ClaimsRequest,
    pub(crate) audience: Option<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) access_type_offline: bool,
    /// The fault that was chosen for this sign-in.
    pub(crate) chosen: Option<Arc<Chosen>>,
    /// What its first token request brought about.
    pub(crate) mapped: OnceLock<Mapped>,
    revoked: AtomicBool,
    other_account: AtomicBool,
}

impl Grant {
    pub(crate) fn new(request: &AuthorizationRequest, who: &SignedIn, scopes: Vec<String>) -> Self {
        Self {
            issuer: request.issuer.clone(),
            client_id: request.client_id.clone(),
            person: who.person.clone(),
            scopes,
            nonce: request.nonce.clone(),
            auth_time: who.auth_time,
            acr: request.acr.clone(),
            claims: request.claims.clone(),
            audience: request.audience.clone(),
            resources: request.resources.clone(),
            access_type_offline: request.access_type_offline,
            chosen: request.chosen.clone(),
            mapped: OnceLock::new(),
            revoked: AtomicBool::new(false),
            other_account: AtomicBool::new(false),
        }
    }

    /// From now on this is another account of the same person's address, wherever its subject is told.
    pub(crate) fn become_other_account(&self) {
        self.other_account.store(true, Ordering::Relaxed);
    }

    /// The subject, for the person whose subject this is.
    pub(crate) fn subject<'a>(&self, of_person: &'a str) -> &'a str {
        match self.other_account.load(Ordering::Relaxed) {
            true => "sub-with-the-same-address",
            false => of_person,
        }
    }

    /// Ends every token of this grant, now.
    pub(crate) fn revoke(&self) {
        self.revoked.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_live(&self) -> bool {
        !self.revoked.load(Ordering::Relaxed)
    }
}

/// An authorization code.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) grant: Arc<Grant>,
    pub(crate) redirect_uri: String,
    /// `None` only for a provider that was asked to ignore the verifier.
    pub(crate) challenge: Option<String>,
    /// Set by the first attempt, whether it succeeded or not.
    pub(crate) spent: bool,
    /// The thumbprint of the key that must redeem it.
    pub(crate) jkt: Option<String>,
}

/// An access token.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) grant: Arc<Grant>,
    pub(crate) scopes: Vec<String>,
    pub(crate) issued_at: i64,
    /// The thumbprint of the key it is bound to.
    pub(crate) jkt: Option<String>,
}

/// A refresh token. Used ones are remembered, so that reuse is noticed.
#[derive(Debug)]
pub(crate) struct Refresh {
    pub(crate) grant: Arc<Grant>,
    /// When it was used first.
    pub(crate) used_at: Option<i64>,
    /// The thumbprint of the key it is bound to, for a public client.
    pub(crate) jkt: Option<String>,
}

/// A browser's session with this provider.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) signed_in: SignedIn,
    /// What was allowed to whom in this session: `client_id`, and scopes and the names of claims that were asked for one by one.
    pub(crate) allowed: HashMap<String, Vec<String>>,
}

/// A device that waits to be let in.
///
/// Spec: RFC 8628 section 3.2
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) client_id: String,
    pub(crate) issuer: Issuer,
    pub(crate) scopes: Vec<String>,
    /// Seconds that must lie between two polls.
    pub(crate) interval: i64,
    pub(crate) polled_at: Option<i64>,
    pub(crate) answer: Option<DeviceAnswer>,
}

/// What the person said of a device.
#[derive(Debug)]
pub(crate) enum DeviceAnswer {
    Denied,
    Allowed(Arc<Grant>),
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Grants {
    pub(crate) interactions: Expiring<Interaction>,
    pub(crate) codes: Expiring<Code>,
    pub(crate) access: Expiring<Access>,
    pub(crate) refresh: Expiring<Refresh>,
    pub(crate) sessions: Expiring<Session>,
    /// Pushed requests by `request_uri`.
    pub(crate) pushed: Expiring<AuthorizationRequest>,
    /// Devices by `device_code`.
    pub(crate) devices: Expiring<Device>,
    /// `device_code` by `user_code`.
    pub(crate) user_codes: Expiring<String>,
    /// DPoP proofs that were used.
    pub(crate) proofs: Expiring<()>,
    /// Which clients were told about which people before.
    pub(crate) met: Expiring<()>,
}

impl Grants {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            interactions: Expiring::new(limit),
            codes: Expiring::new(limit),
            access: Expiring::new(limit),
            refresh: Expiring::new(limit),
            sessions: Expiring::new(limit),
            pushed: Expiring::new(limit),
            devices: Expiring::new(limit),
            user_codes: Expiring::new(limit),
            proofs: Expiring::new(limit),
            met: Expiring::new(limit),
        }
    }

    /// Begins or replaces a browser session.
    pub(crate) fn open_session(&mut self, handle: &str, signed_in: SignedIn, now: i64) {
        let allowed = match self.sessions.remove(handle, now) {
            Some(before) if before.signed_in.person == signed_in.person => before.allowed,
            _ => HashMap::new(),
        };
        self.sessions
            .insert(handle.to_owned(), Session { signed_in, allowed }, now, SESSION_SECONDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_end_at_their_time_and_the_oldest_make_room() {
        let mut map = Expiring::new(2);
        map.insert("a".into(), 1, 100, 10);
        assert_eq!(map.get("a", 109), Some(&1));
        assert_eq!(map.get("a", 110), None);
        map.insert("b".into(), 2, 100, 10);
        map.insert("c".into(), 3, 100, 10);
        assert_eq!(map.get("a", 100), None);
        assert_eq!((map.get("b", 100), map.get("c", 100)), (Some(&2), Some(&3)));
        map.insert("d".into(), 4, 200, 10);
        assert_eq!(map.order.len(), 1, "what has expired is swept");
        assert_eq!(map.entries.len(), 1);
    }

    #[test]
    fn what_is_put_in_again_is_as_young_as_that_and_does_not_go_in_the_place_of_its_older_self() {
        let mut map = Expiring::new(3);
        map.insert("oldest".into(), 0, 100, 10);
        map.insert("a".into(), 1, 100, 10);
        assert_eq!(map.remove("a", 100), Some(1));
        map.insert("a".into(), 2, 100, 10);
        map.insert("b".into(), 3, 100, 10);
        assert_eq!((map.get("a", 100), map.get("b", 100)), (Some(&2), Some(&3)));
        assert_eq!(map.get("oldest", 100), None);
    }

    #[test]
    fn putting_in_the_same_key_for_ever_does_not_grow_what_is_remembered() {
        let mut map = Expiring::new(3);
        for value in 0..100 {
            map.insert("a".into(), value, 100, 10);
        }
        assert_eq!((map.get("a", 100), map.entries.len()), (Some(&99), 1));
        assert!(map.order.len() <= 3);
    }
}
