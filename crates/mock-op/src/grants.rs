//! What the provider remembers between requests: sign-ins under way, codes, tokens, browser sessions. Everything has an
//! end in time and a bound in number.

use crate::call::Issuer;
use crate::chosen::Chosen;
use crate::claims::ClaimsRequest;
use crate::expiring::Expiring;
use crate::named_issuer::Mapped;
use crate::scopes::Scopes;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

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

/// An authorization request that passed its checks.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) issuer: Issuer,
    pub(crate) client_id: Arc<str>,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Scopes,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: String,
    pub(crate) max_age: Option<i64>,
    pub(crate) prompt: Vec<String>,
    pub(crate) login_hint: Option<String>,
    /// Whether the response is a form that the browser posts.
    pub(crate) form_post: bool,
    pub(crate) special: Special,
    /// The key that the code is bound to (RFC 9449 section 10).
    pub(crate) dpop_jkt: Option<String>,
    /// The fault that was chosen for this sign-in.
    pub(crate) chosen: Option<Arc<Chosen>>,
}

/// A sign-in that waits for the person.
#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub(crate) request: Arc<AuthorizationRequest>,
    /// Who they say they are, once they have.
    pub(crate) signed_in: Option<SignedIn>,
    /// The device that waits for this, when it is no browser's redirect.
    pub(crate) device_code: Option<String>,
}

/// Who signed in, and when.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) person: Arc<str>,
    pub(crate) auth_time: i64,
}

/// What few sign-ins ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Special {
    /// The authentication context class that the person's authentication is to reach.
    pub(crate) acr: Option<String>,
    /// The claims that are asked for one by one.
    pub(crate) claims: ClaimsRequest,
    /// The API that a provider of its own kind makes the access token for.
    pub(crate) audience: Option<String>,
    /// Where the access token is to be used (RFC 8707).
    pub(crate) resources: Vec<String>,
    /// `access_type=offline`, which some providers have instead of the scope `offline_access`.
    pub(crate) access_type_offline: bool,
}

static NOTHING_SPECIAL: LazyLock<Special> = LazyLock::new(Special::default);

/// What came of one consent: every token that descends from it shares this.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) issuer: Issuer,
    pub(crate) client_id: Arc<str>,
    pub(crate) person: Arc<str>,
    pub(crate) scopes: Scopes,
    pub(crate) auth_time: i64,
    special: Option<Box<Special>>,
    /// The fault that was chosen for this sign-in.
    pub(crate) chosen: Option<Arc<Chosen>>,
    /// What its first token request brought about, if anything.
    pub(crate) mapped: OnceLock<Option<Box<Mapped>>>,
    revoked: AtomicBool,
    other_account: AtomicBool,
}

impl Grant {
    pub(crate) fn new(request: &AuthorizationRequest, who: &SignedIn, scopes: Scopes) -> Self {
        Self {
            issuer: request.issuer.clone(),
            client_id: Arc::clone(&request.client_id),
            person: Arc::clone(&who.person),
            scopes,
            auth_time: who.auth_time,
            special: (request.special != Special::default()).then(|| Box::new(request.special.clone())),
            chosen: request.chosen.clone(),
            mapped: OnceLock::new(),
            revoked: AtomicBool::new(false),
            other_account: AtomicBool::new(false),
        }
    }

    /// What its first token request brought about, if it did.
    pub(crate) fn mapped(&self) -> Option<&Mapped> {
        self.mapped.get()?.as_deref()
    }

    /// What was asked for that few ask for.
    pub(crate) fn special(&self) -> &Special {
        self.special.as_deref().unwrap_or(&NOTHING_SPECIAL)
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
    /// Taken by the first attempt, whether it succeeds or not. The code is remembered for as long as any.
    pub(crate) unspent: Option<Box<Unspent>>,
}

/// What is known of a code that nobody has sent yet.
#[derive(Debug)]
pub(crate) struct Unspent {
    pub(crate) redirect_uri: String,
    /// `None` only for a provider that was asked to ignore the verifier.
    pub(crate) challenge: Option<String>,
    pub(crate) nonce: Option<String>,
    /// The thumbprint of the key that must redeem it.
    pub(crate) jkt: Option<Box<str>>,
}

/// An access token.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) grant: Arc<Grant>,
    pub(crate) scopes: Scopes,
    pub(crate) issued_at: i64,
    /// The thumbprint of the key it is bound to.
    pub(crate) jkt: Option<Box<str>>,
}

/// A refresh token. Used ones are remembered, so that reuse is noticed.
#[derive(Debug)]
pub(crate) struct Refresh {
    pub(crate) grant: Arc<Grant>,
    /// When it was used first.
    pub(crate) used_at: Option<i64>,
    /// The thumbprint of the key it is bound to, for a public client.
    pub(crate) jkt: Option<Box<str>>,
}

/// A browser's session with this provider.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) signed_in: SignedIn,
    /// What was allowed to whom in this session.
    pub(crate) allowed: Vec<Allowed>,
}

/// What a person allowed a client.
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    pub(crate) client_id: Arc<str>,
    pub(crate) scopes: Scopes,
    /// The names of claims that were asked for one by one.
    pub(crate) claims: Box<[String]>,
}

impl Session {
    /// What was allowed to this client, if it was there before.
    pub(crate) fn allowed_to(&self, client_id: &str) -> Option<&Allowed> {
        self.allowed.iter().find(|allowed| *allowed.client_id == *client_id)
    }

    /// From now on this is what this client is allowed.
    pub(crate) fn allow(&mut self, allowed: Allowed) {
        self.allowed.retain(|before| before.client_id != allowed.client_id);
        // Nearly always it is the only one, and there are thousands of sessions.
        self.allowed.reserve_exact(1);
        self.allowed.push(allowed);
    }
}

/// A device that waits to be let in.
///
/// Spec: RFC 8628 section 3.2
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) client_id: Arc<str>,
    pub(crate) issuer: Issuer,
    pub(crate) scopes: Scopes,
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
            _ => Vec::new(),
        };
        self.sessions
            .insert(handle.to_owned(), Session { signed_in, allowed }, now, SESSION_SECONDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_is_allowed_last_counts_and_its_neighbours_keep_theirs() {
        let allowed = |client_id: &str, scope: &str| Allowed {
            client_id: client_id.into(),
            scopes: scope.split(' ').collect(),
            claims: Box::default(),
        };
        let mut session = Session {
            signed_in: SignedIn {
                person: "ada".into(),
                auth_time: 0,
            },
            allowed: Vec::new(),
        };
        for (client_id, scope) in [("one", "openid"), ("two", "openid"), ("one", "openid email")] {
            session.allow(allowed(client_id, scope));
        }
        let scopes = |client_id| session.allowed_to(client_id).map(|allowed| allowed.scopes.as_str());
        assert_eq!(
            (scopes("one"), scopes("two"), scopes("three")),
            (Some("openid email"), Some("openid"), None)
        );
        assert_eq!(session.allowed.len(), 2);
    }
}
