//! Who gets the links of our scheme, found out by reading: nothing is started.

use std::sync::Arc;

use super::detail::{CheckId, LinkOwnerDetail};
use super::finding::{Finding, Reason};
use super::name::Name;
use crate::inner::Inner;
use crate::link_handler::{LinkHandler, LinkHandlerError, Ownership};

/// The links of this scheme come to this program. Made by looking, and by nothing else: a link is opened only with it, so that
/// a stranger's program is never started.
pub(super) struct Ours {
    scheme: String,
}

impl Ours {
    /// Looks now; what was so a moment ago does not count.
    pub(super) async fn prove(inner: &Arc<Inner>) -> Result<Self, Reason> {
        let handler = inner.link_handler.clone().ok_or(Reason::NoLinkHandler)?;
        let scheme = handler.scheme.clone();
        match look(inner, handler).await {
            Some(Ok(Seen {
                owner: Ownership::Ours, ..
            })) => Ok(Self { scheme }),
            _ => Err(Reason::LinksNotOurs),
        }
    }

    pub(super) fn scheme(&self) -> &str {
        &self.scheme
    }

    #[cfg(test)]
    pub(super) fn for_tests(scheme: &str) -> Self {
        let scheme = scheme.to_owned();
        Self { scheme }
    }
}

pub(super) async fn examine(inner: &Arc<Inner>) -> Finding {
    let not_checked = |reason| Finding::not_checked(CheckId::LinkOwner, reason);
    let Some(handler) = inner.link_handler.clone() else {
        return not_checked(Reason::NoLinkHandler);
    };
    match look(inner, handler).await {
        Some(Ok(Seen { owner, disputed })) => told(owner, disputed).into(),
        Some(Err(LinkHandlerError::NotPrivateUse | LinkHandlerError::UnusablePath)) => LinkOwnerDetail::Unusable.into(),
        Some(Err(LinkHandlerError::Unsupported)) => not_checked(Reason::UnsupportedHere),
        Some(Err(LinkHandlerError::Refused | LinkHandlerError::StorageFull | LinkHandlerError::Failed)) => {
            LinkOwnerDetail::Unreadable.into()
        }
        None => not_checked(Reason::Failed),
    }
}

fn told(owner: Ownership, disputed: bool) -> LinkOwnerDetail {
    match owner {
        Ownership::Ours => LinkOwnerDetail::Ours,
        Ownership::Nobody => LinkOwnerDetail::Nobody,
        Ownership::Other { program } | Ownership::Stale { path: program } if disputed => LinkOwnerDetail::Disputed {
            program: Name::of_path(&program),
        },
        Ownership::Other { program } => LinkOwnerDetail::Other {
            program: Name::of_path(&program),
        },
        Ownership::Stale { path } => LinkOwnerDetail::Stale {
            program: Name::of_path(&path),
        },
    }
}

/// Who gets the links.
struct Seen {
    owner: Ownership,
    /// True when it is ours by the standard's own reading, and not by that of this system's opener.
    disputed: bool,
}

/// First by what is written, then, where that says that it is us, by what this system's own tool makes of it: among several
/// programs without a default each desktop has its own order. `None` when the looking itself broke down.
async fn look(inner: &Arc<Inner>, handler: LinkHandler) -> Option<Result<Seen, LinkHandlerError>> {
    let reading = handler.clone();
    let owner = match tokio::task::spawn_blocking(move || reading.inspect()).await.ok()? {
        Ok(owner) => owner,
        Err(error) => return Some(Err(error)),
    };
    let mut seen = Seen { owner, disputed: false };
    if seen.owner == Ownership::Ours
        && let Some(id) = inner.user_agent.named_entry(&handler.scheme).await
    {
        seen.owner = tokio::task::spawn_blocking(move || handler.inspect_entry(&id))
            .await
            .ok()?;
        seen.disputed = seen.owner != Ownership::Ours;
    }
    Some(Ok(seen))
}
