//! Waiting for a condition, with a deadline.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Result, RigError};

/// How often a condition that cannot be subscribed to is looked at.
const EVERY: Duration = Duration::from_millis(40);

/// Asks `look` until it answers `Ok`, and fails with what it saw last when `deadline` has passed.
///
/// # Errors
/// [`RigError::TimedOut`], naming `what` was waited for.
pub async fn until<T, F>(what: &str, deadline: Duration, mut look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = std::result::Result<T, String>>,
{
    let end = Instant::now() + deadline;
    loop {
        let seen = match look().await {
            Ok(value) => return Ok(value),
            Err(seen) => seen,
        };
        if Instant::now() >= end {
            return Err(RigError::TimedOut {
                what: what.to_owned(),
                seen,
                seconds: deadline.as_secs(),
            });
        }
        tokio::time::sleep(EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_seen_last_is_told() {
        let mut round = 0;
        let error = until::<(), _>("end", Duration::from_millis(60), || {
            round += 1;
            std::future::ready(Err(format!("round {round}")))
        })
        .await
        .unwrap_err();
        assert!(matches!(error, RigError::TimedOut { seen, .. } if seen.starts_with("round ")));
    }
}
