//! Sessions that go on by themselves: tokens are renewed a little before they expire.

use std::collections::HashMap;
use std::sync::Arc;

use rand::RngExt as _;
use tokio::time::Duration;

use super::{Account, AccountId, Need, access_token};
use crate::Error;
use crate::inner::Inner;

/// How often it is looked whether something is due. Short, so that it is soon after a sleep too.
const LOOK: Duration = Duration::from_secs(5);
/// How long before its end a token is renewed at the most, in seconds.
const EARLIEST: i64 = 120;
/// The pauses after a try that failed, in seconds: doubled from the first to the last.
const PAUSES: std::ops::RangeInclusive<i64> = 15..=900;

/// Renews what is due, until the client is dropped. Off line is not signed out: it is tried again, ever more rarely.
pub(crate) async fn keep_fresh(inner: &std::sync::Weak<Inner>) {
    let mut failed: HashMap<AccountId, (i64, i64)> = HashMap::new();
    loop {
        let jitter = rand::rng().random_range(0.8..1.2);
        tokio::time::sleep(LOOK.mul_f64(jitter)).await;
        let Some(inner) = inner.upgrade() else { return };
        for account in inner.index.all() {
            renew(&inner, &account, &mut failed).await;
        }
    }
}

async fn renew(inner: &Arc<Inner>, account: &Account, failed: &mut HashMap<AccountId, (i64, i64)>) {
    let now = inner.clock.now().0;
    let Some(margin) = due(account, now) else { return };
    // A clock that went back must not make a pause last for years.
    let resting = failed
        .get(&account.id)
        .is_some_and(|(at, pause)| (0..*pause).contains(&(now - at)));
    if resting {
        return;
    }
    match access_token(inner, &account.id, Need::ValidFor(margin)).await {
        Ok(_) | Err(Error::ReauthRequired(_)) => {
            failed.remove(&account.id);
        }
        Err(error) => {
            tracing::info!(%error, "a session could not be renewed yet");
            let before = failed.get(&account.id).map_or(*PAUSES.start(), |(_, pause)| pause * 2);
            failed.insert(account.id.clone(), (now, before.min(*PAUSES.end())));
        }
    }
}

/// How long before its end a token of this account is to be renewed, if that time has come.
fn due(account: &Account, now: i64) -> Option<i64> {
    let expires_at = account
        .access_expires_at
        .filter(|_| account.renews_itself && !account.ended)?;
    // A fifth of its life: a token of a minute is not renewed two minutes before.
    let margin = ((expires_at - account.refreshed_at) / 5).clamp(5, EARLIEST);
    (expires_at - now < margin).then_some(margin)
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
        assert_eq!(due(&account(3600), 3480), None);
        assert_eq!(due(&account(3600), 3481), Some(120));
        assert_eq!(due(&account(60), 48), None);
        assert_eq!(due(&account(60), 49), Some(12));
    }

    #[test]
    fn a_session_that_ended_or_cannot_be_renewed_is_left_alone() {
        assert_eq!(
            due(
                &Account {
                    ended: true,
                    ..account(60)
                },
                100
            ),
            None
        );
        assert_eq!(
            due(
                &Account {
                    renews_itself: false,
                    ..account(60)
                },
                100
            ),
            None
        );
        assert_eq!(
            due(
                &Account {
                    access_expires_at: None,
                    ..account(60)
                },
                100
            ),
            None
        );
    }
}
