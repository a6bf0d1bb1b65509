//! Sessions that go on by themselves: tokens are renewed a little before they expire.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Weak};
use std::time::Instant;

use rand::RngExt as _;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Duration;

use super::life::Life;
use super::{Account, AccountId, Need, renewed, save};
use crate::inner::Inner;

/// How often it is looked whether something is due. Short, so that it is soon after a sleep too.
const LOOK: Duration = Duration::from_secs(5);
/// More between two looks than this is a sleep too: on Windows the clock that only counts goes on in one.
const SLEPT: Duration = Duration::from_secs(60);
/// How long before its end a token is renewed at the most, in seconds.
const EARLIEST: i64 = 120;
/// A token that lives shorter than this is renewed when it is used, in seconds: to renew it all day long for nobody is a loop.
const SHORTEST: i64 = 30;
/// How many accounts are renewed at the same time, and how many of one provider.
const AT_ONCE: usize = 8;
const AT_ONE_PROVIDER: usize = 2;

/// Renews what is due, and writes what could not be written, until the client is dropped. Off line is not signed out: it is
/// tried again, ever more rarely.
pub(crate) async fn keep_fresh(inner: &Weak<Inner>) {
    let process = RandomState::new();
    let mut renewals = Renewals::default();
    let mut looked = Instant::now();
    loop {
        {
            let Some(inner) = inner.upgrade() else { return };
            if looked.elapsed() > SLEPT {
                inner.transport.slept();
            }
            looked = Instant::now();
            save_due(&inner);
            let now = inner.clock.now().0;
            for account in inner.index.all() {
                if let Some(margin) = due(&account, now, place(&process, &account.id)) {
                    renewals.begin(&inner, account, margin);
                }
            }
        }
        let jitter = rand::rng().random_range(0.8..1.2);
        tokio::time::sleep(LOOK.mul_f64(jitter)).await;
    }
}

fn save_due(inner: &Arc<Inner>) {
    let due = inner.refreshing.unsaved.due();
    if due.is_empty() {
        return;
    }
    let inner = inner.clone();
    tokio::spawn(async move {
        for id in due {
            if let Err(error) = save(&inner, &id).await {
                tracing::info!(%error, "an account's record still cannot be written");
            }
        }
    });
}

/// Renewals that are under way or wait for their turn: a provider that hangs holds up its own accounts and no others.
struct Renewals {
    tasks: JoinSet<AccountId>,
    accounts: HashSet<AccountId>,
    all: Arc<Semaphore>,
    by_issuer: HashMap<String, Arc<Semaphore>>,
}

impl Default for Renewals {
    fn default() -> Self {
        Self {
            tasks: JoinSet::new(),
            accounts: HashSet::new(),
            all: Arc::new(Semaphore::new(AT_ONCE)),
            by_issuer: HashMap::new(),
        }
    }
}

impl Renewals {
    /// Renews an account in a task of its own, unless one is at it.
    fn begin(&mut self, inner: &Arc<Inner>, account: Account, margin: i64) {
        while let Some(done) = self.tasks.try_join_next() {
            if let Ok(id) = done {
                self.accounts.remove(&id);
            }
        }
        if !self.accounts.insert(account.id.clone()) {
            return;
        }
        let issuer = self.by_issuer.entry(account.issuer);
        let issuer = issuer.or_insert_with(|| Arc::new(Semaphore::new(AT_ONE_PROVIDER)));
        let (issuer, all) = (issuer.clone(), self.all.clone());
        let (inner, id) = (Arc::downgrade(inner), account.id);
        self.tasks.spawn(async move {
            // The provider's turn first: who waits for a provider that hangs takes nobody's place.
            let _turn = (issuer.acquire_owned().await, all.acquire_owned().await);
            if let Some(inner) = inner.upgrade()
                && let Err(error) = renewed(&inner, &id, &Need::ValidFor(margin)).await
            {
                tracing::info!(%error, "a session could not be renewed yet");
            }
            id
        });
    }
}

/// Where an account stands among all programs and accounts, between 0 and 1: so that not all of them come in the same second.
fn place(process: &RandomState, id: &AccountId) -> f64 {
    process.hash_one(id) as f64 / u64::MAX as f64
}

/// How many seconds before its end a token of this account is to be renewed, if that time has come.
fn due(account: &Account, now: i64, place: f64) -> Option<i64> {
    if account.ended || !account.renews_itself {
        return None;
    }
    let life = Life::from(account);
    let lifetime = life.expires_at?.saturating_sub(life.came_at);
    if lifetime < SHORTEST {
        return None;
    }
    // A fifth of its life: a token of a minute is not renewed two minutes before. Between that and the half of it, each at
    // its own place.
    let earliest = (lifetime / 5).min(EARLIEST);
    let margin = (earliest as f64 * (1.0 - place.clamp(0.0, 1.0) / 2.0)).ceil() as i64;
    (!life.is_good_for(margin, doorkey_oidc::Now(now))).then_some(margin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorkey_oidc::userinfo::Profile;

    fn account(lifetime: i64) -> Account {
        Account {
            id: AccountId::from_text(&"a".repeat(43)).unwrap(),
            provider: "p".into(),
            provider_name: "P".into(),
            issuer: "https://op.example".into(),
            subject: "ada".into(),
            profile: Profile::default(),

            unverified: false,
            has_picture: false,
            allowed: vec![],
            not_allowed: vec![],
            signed_in_at: 0,
            refreshed_at: 0,
            used_at: 0,
            is_default: false,
            access_expires_at: Some(lifetime),
            renews_itself: true,
            ended: false,
        }
    }

    #[test]
    fn a_token_is_renewed_in_the_last_fifth_of_its_life_and_at_most_two_minutes_before_its_end() {
        assert_eq!(due(&account(3600), 3480, 0.0), None);
        assert_eq!(due(&account(3600), 3481, 0.0), Some(120));
        assert_eq!(due(&account(60), 48, 0.0), None);
        assert_eq!(due(&account(60), 49, 0.0), Some(12));
    }

    #[test]
    fn sixteen_processes_come_at_moments_of_their_own_and_none_later_than_a_minute_before_the_end() {
        let moment = |process: &RandomState| {
            let place = place(process, &account(3600).id);
            (3480..3600).find(|now| due(&account(3600), *now, place).is_some())
        };
        let moments: Vec<_> = (0..16).map(|_| moment(&RandomState::new()).unwrap()).collect();
        assert!(moments.iter().all(|now| (3481..=3541).contains(now)), "{moments:?}");
        let different: HashSet<_> = moments.iter().collect();
        assert!(different.len() >= 4, "{moments:?}");
    }

    #[test]
    fn a_token_that_expires_nearly_at_birth_is_renewed_when_it_is_used_and_not_all_day_long() {
        for lifetime in [0, 1, 29] {
            assert_eq!(due(&account(lifetime), 1_000_000, 0.5), None, "{lifetime}");
        }
        assert!(due(&account(30), 1_000_000, 0.5).is_some());
    }

    #[test]
    fn a_token_that_came_while_the_clock_was_years_ahead_is_due() {
        let mut account = account(2_000_000_000 + 3600);
        account.refreshed_at = 2_000_000_000;
        assert!(due(&account, 1_800_000_000, 0.5).is_some());
        assert_eq!(due(&account, 2_000_000_100, 0.5), None);
    }

    #[test]
    fn a_session_that_ended_or_cannot_be_renewed_is_left_alone() {
        let left_alone = |account: Account| assert_eq!(due(&account, 100, 0.5), None);
        left_alone(Account {
            ended: true,
            ..account(60)
        });
        left_alone(Account {
            renews_itself: false,
            ..account(60)
        });
        left_alone(Account {
            access_expires_at: None,
            ..account(60)
        });
    }
}
