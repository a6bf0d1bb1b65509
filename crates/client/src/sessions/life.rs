//! How long an access token is good, as far as this computer's clock can be believed.

use doorkey_oidc::Now;

use super::{Account, Record};

/// By how much a clock that is corrected now and then may go back without anybody doubting it, in seconds.
const LEEWAY: i64 = 60;
/// A token that has just come is not followed by another for this long, unless an API refuses it, in seconds.
const PAUSE: i64 = 10;

/// When a token came and when it expires, both by the clock of this computer at the time when it came, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) came_at: i64,
    /// `None` if the provider did not say: it is good until it is refused.
    pub(crate) expires_at: Option<i64>,
}

impl Life {
    /// Whether it is good for so many seconds more.
    pub(crate) fn is_good_for(self, seconds: i64, now: Now) -> bool {
        self.expires_at.is_none_or(|at| {
            // A token that came in the future came while the clock was ahead. Its end lies in the same future: who believed it
            // would take the token for good until the clock gets there.
            self.came_at <= now.0.saturating_add(LEEWAY) && at.saturating_sub(now.0) >= seconds
        })
    }

    /// Whether it came a moment ago, so that asking again would bring nothing better: a provider whose tokens expire at
    /// birth is not asked in a loop.
    pub(crate) fn has_just_come(self, now: Now) -> bool {
        (0..PAUSE).contains(&now.0.saturating_sub(self.came_at))
    }
}

impl From<&Record> for Life {
    fn from(record: &Record) -> Self {
        Self {
            came_at: record.refreshed_at,
            expires_at: record.access_expires_at,
        }
    }
}

impl From<&Account> for Life {
    fn from(account: &Account) -> Self {
        Self {
            came_at: account.refreshed_at,
            expires_at: account.access_expires_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: i64 = 31_536_000;

    #[test]
    fn a_token_is_good_until_it_expires_and_not_before_it_came() {
        let life = Life {
            came_at: YEAR,
            expires_at: Some(YEAR + 3600),
        };
        assert!(life.is_good_for(60, Now(YEAR + 3540)));
        assert!(!life.is_good_for(60, Now(YEAR + 3541)));
        assert!(life.is_good_for(1, Now(YEAR - LEEWAY)), "a clock set right by a minute");
        assert!(!life.is_good_for(1, Now(YEAR - LEEWAY - 1)));
        for now in [0, i64::MAX] {
            assert!(!life.is_good_for(1, Now(now)));
        }
    }

    #[test]
    fn a_token_that_never_expires_is_good_whatever_the_clock_says() {
        let life = Life {
            came_at: YEAR,
            expires_at: None,
        };
        for now in [0, YEAR, i64::MAX] {
            assert!(life.is_good_for(60, Now(now)));
        }
    }

    #[test]
    fn a_token_that_expired_at_birth_is_the_newest_there_is_for_ten_seconds() {
        let life = Life {
            came_at: YEAR,
            expires_at: Some(YEAR),
        };
        assert!(!life.is_good_for(1, Now(YEAR)));
        assert!(life.has_just_come(Now(YEAR + 9)));
        assert!(!life.has_just_come(Now(YEAR + 10)));
        assert!(!life.has_just_come(Now(YEAR - 1)));
    }
}
