//! The one place that reads the clock.

use doorkey_oidc::Now;

/// The time by this computer's clock. A clock before 1970 reads as 1970, which every check then finds wrong.
pub(crate) fn now() -> Now {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Now(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// The same in milliseconds.
pub(crate) fn now_milliseconds() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
