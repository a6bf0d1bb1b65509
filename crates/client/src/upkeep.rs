//! What a running program looks at again and again: whether a keychain has come, and whether another process has changed the
//! accounts.

use std::sync::Weak;

use tokio::time::{Duration, Instant};

use crate::inner::Inner;
use crate::records::Keeping;
use crate::vault::RecordKind;

/// How often it is looked whether another process has signed somebody in or out. One look lists one folder.
const LOOK: Duration = Duration::from_secs(5);
/// How often it is looked whether a keychain can be used that could not. One look asks it, and the person nothing.
const LOOK_FOR_KEYCHAIN: Duration = Duration::from_secs(30);

/// Looks until the client is dropped.
pub(crate) async fn run(inner: &Weak<Inner>) {
    let mut last = Instant::now();
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(inner) = inner.upgrade() else { return };
        if matches!(inner.keeping(), Keeping::Memory(_)) {
            if last.elapsed() >= LOOK_FOR_KEYCHAIN {
                last = Instant::now();
                inner.look_again().await;
            }
            continue;
        }
        if let Err(error) = follow_other_processes(&inner).await {
            tracing::debug!(%error, "the accounts could not be listed");
        }
    }
}

/// Reads the accounts anew when there are others on disk than the ones that are known.
pub(crate) async fn follow_other_processes(inner: &Inner) -> Result<(), crate::Error> {
    let on_disk = inner.records().await.list(RecordKind::Account).await?;
    if !inner.index.is_of(&on_disk) {
        inner.read_all().await;
    }
    Ok(())
}
