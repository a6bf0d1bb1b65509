//! What is sealed of a revocation, and when it is sent.

use doorkey_oidc::Now;
use doorkey_oidc::client::Client;
use doorkey_oidc::provider::{Issuer, Transport};
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::Error;
use crate::authentication::SealedAuthentication;
use crate::records::content;
use crate::sessions::life::Life;
use crate::sessions::{AccountId, Record};

/// For how long nobody else sends what somebody is sending, in seconds: longer than anybody takes.
pub(super) const LEASE: i64 = 30;
/// The pauses between tries, in seconds: doubled from the first to the last.
const PAUSES: std::ops::RangeInclusive<i64> = 30..=6 * 3600;
/// After so many tries a server that names a short rest is given a longer one.
const BELIEVED: u32 = 3;
/// How long a revocation is kept, in seconds. Most refresh tokens that nobody uses have ended by then.
const LIFETIME: i64 = 7 * 86_400;
/// Below so many tries nothing is given up, whatever the clock says.
const FEWEST_TRIES: u32 = 5;
/// The newest version of a record's form: 2 says how the client authenticates.
pub(super) const VERSION: u32 = 2;

/// A revocation that is to be delivered: the form that is sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Queued {
    version: u32,
    /// Whose tokens they are. As long as its record still has them, its sign-out was begun and is to be finished.
    pub(super) account: AccountId,
    issuer: String,
    loopback_http: bool,
    client_id: String,
    /// What the first version had in place of `authentication`.
    #[serde(default, skip_serializing)]
    client_secret: Option<String>,
    #[serde(default)]
    authentication: SealedAuthentication,
    /// The refresh token first.
    pub(super) tokens: Vec<Token>,
    pub(super) tries: u32,
    pub(super) next_try_at: i64,
    give_up_at: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Token {
    pub(super) token: String,
    pub(super) hint: Hint,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum Hint {
    AccessToken,
    RefreshToken,
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.client_secret.zeroize();
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.token.zeroize();
    }
}

impl Queued {
    /// From the bytes of any version; in the form of the newest from here on.
    ///
    /// Errors: `RecordTooNew`, `RecordUnreadable`.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut queued: Self = content(bytes, VERSION)?;
        if let Some(secret) = queued.client_secret.take() {
            queued.authentication = SealedAuthentication::SecretPost(secret);
        }
        queued.version = VERSION;
        Ok(queued)
    }

    /// Whose tokens they are, as far as that is known without the account.
    pub(super) fn issuer_text(&self) -> &str {
        &self.issuer
    }

    /// Everything of an account that may still be used. `None` if nothing is.
    ///
    /// The access token goes too, while it is good: that it ends with the refresh token is a SHOULD (RFC 7009 section 2.1).
    pub(super) fn of(record: &Record, now: Now) -> Option<Self> {
        let refresh = record.refresh_token.iter().map(|token| (token, Hint::RefreshToken));
        let good = !record.access_token.is_empty() && Life::from(record).is_good_for(1, now);
        let access = good.then_some((&record.access_token, Hint::AccessToken));
        let tokens: Vec<_> = refresh
            .chain(access)
            .map(|(token, hint)| Token {
                token: token.clone(),
                hint,
            })
            .collect();
        (!tokens.is_empty()).then(|| Self {
            version: VERSION,
            account: record.id(),
            issuer: record.issuer.clone(),
            loopback_http: record.transport() == Transport::DangerousLoopbackHttp,
            client_id: record.client_id.clone(),
            client_secret: None,
            authentication: record.authentication.copy(),
            tokens,
            tries: 0,
            next_try_at: now.0 + LEASE,
            give_up_at: now.0 + LIFETIME,
        })
    }

    /// Whether one of the tokens is this record's. One that was signed in anew has others.
    pub(super) fn is_of(&self, record: &Record) -> bool {
        let held =
            |token: &Token| record.refresh_token.as_ref() == Some(&token.token) || record.access_token == token.token;
        self.tokens.iter().any(held)
    }

    pub(super) fn issuer(&self) -> Result<Issuer, Error> {
        let transport = if self.loopback_http {
            Transport::DangerousLoopbackHttp
        } else {
            Transport::HttpsOnly
        };
        Ok(Issuer::new(self.issuer.clone(), transport)?)
    }

    pub(super) fn client(&self) -> Result<Client, Error> {
        self.authentication.client(&self.client_id)
    }

    /// A time that is further away than any pause was written by a clock that was wrong.
    pub(super) fn is_due(&self, now: Now) -> bool {
        !(1..=PAUSES.end() * 2).contains(&(self.next_try_at - now.0))
    }

    pub(super) fn is_past(&self, now: Now) -> bool {
        now.0 >= self.give_up_at && self.tries >= FEWEST_TRIES
    }

    /// After a try that came to nothing.
    pub(super) fn rest(&mut self, asked_for: Option<i64>, now: Now) {
        let doubled = PAUSES
            .start()
            .saturating_mul(1 << self.tries.min(20))
            .min(*PAUSES.end());
        // No two programs come back in the same second after an outage.
        let pause = rand::rng().random_range(doubled * 4 / 5..=doubled * 6 / 5);
        let rest = match asked_for {
            Some(seconds) if self.tries < BELIEVED => seconds,
            Some(seconds) => seconds.max(pause),
            None => pause,
        };
        self.tries = self.tries.saturating_add(1);
        self.next_try_at = now.0.saturating_add(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queued() -> Queued {
        Queued {
            version: VERSION,
            account: AccountId::from_text(&"a".repeat(43)).unwrap(),
            issuer: "https://op.example".into(),
            loopback_http: false,
            client_id: "client".into(),
            client_secret: None,
            authentication: SealedAuthentication::None,
            tokens: vec![],
            tries: 0,
            next_try_at: 1000,
            give_up_at: 1000 + LIFETIME,
        }
    }

    #[test]
    fn pauses_grow_to_six_hours_and_no_further() {
        let mut one = queued();
        let mut last = 0;
        for _ in 0..40 {
            one.rest(None, Now(0));
            assert!(one.next_try_at * 3 >= last * 2 && one.next_try_at <= 6 * 3600 * 6 / 5);
            last = one.next_try_at;
        }
        assert!(last >= 6 * 3600 * 4 / 5, "{last}");
    }

    #[test]
    fn a_rest_that_the_server_asks_for_is_given_and_a_short_one_not_for_ever() {
        let mut one = queued();
        one.rest(Some(3600), Now(10));
        assert_eq!(one.next_try_at, 3610);
        one.rest(Some(2), Now(10));
        assert_eq!(one.next_try_at, 12);
        for _ in 0..20 {
            one.rest(Some(2), Now(10));
        }
        assert!(one.next_try_at > 10_000);
    }

    #[test]
    fn a_clock_that_was_wrong_neither_holds_a_revocation_back_for_years_nor_gives_it_up() {
        let mut one = queued();
        one.next_try_at = 1030;
        assert!(!one.is_due(Now(1029)) && one.is_due(Now(1030)) && one.is_due(Now(2_000_000)));
        one.next_try_at = 1000 + 365 * 86_400;
        assert!(one.is_due(Now(1000)), "written while the clock was a year ahead");
        let ahead = Now(1000 + 365 * 86_400);
        assert!(!one.is_past(ahead), "nobody has tried yet");
        one.tries = FEWEST_TRIES;
        assert!(one.is_past(ahead) && !one.is_past(Now(1000 + LIFETIME - 1)));
    }

    #[test]
    fn a_revocation_of_the_first_version_keeps_its_secret_when_it_is_written_anew() {
        let first = format!(
            r#"{{"version":1,"account":"{}","issuer":"https://op.example","loopback_http":false,"client_id":"app",
            "client_secret":"s","tokens":[],"tries":0,"next_try_at":0,"give_up_at":0}}"#,
            "a".repeat(43)
        );
        let read = Queued::from_bytes(first.as_bytes()).unwrap();
        let again = Queued::from_bytes(&serde_json::to_vec(&read).unwrap()).unwrap();
        assert_eq!(again.version, VERSION);
        assert!(again.client().unwrap().secret().unwrap().matches("s"));
    }
}
