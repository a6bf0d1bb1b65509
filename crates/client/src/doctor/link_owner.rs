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
        match look(handler).await {
            Some(Ok(Ownership::Ours)) => Ok(Self { scheme }),
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
    match look(handler).await {
        Some(Ok(Ownership::Ours)) => LinkOwnerDetail::Ours.into(),
        Some(Ok(Ownership::Nobody)) => LinkOwnerDetail::Nobody.into(),
        Some(Ok(Ownership::Other { program })) => LinkOwnerDetail::Other {
            program: Name::of_path(&program),
        }
        .into(),
        Some(Ok(Ownership::Stale { path })) => LinkOwnerDetail::Stale {
            program: Name::of_path(&path),
        }
        .into(),
        Some(Err(LinkHandlerError::NotPrivateUse | LinkHandlerError::UnusablePath)) => LinkOwnerDetail::Unusable.into(),
        Some(Err(LinkHandlerError::Unsupported)) => not_checked(Reason::UnsupportedHere),
        Some(Err(LinkHandlerError::Refused | LinkHandlerError::StorageFull | LinkHandlerError::Failed)) => {
            LinkOwnerDetail::Unreadable.into()
        }
        None => not_checked(Reason::Failed),
    }
}

/// `None` when the looking itself broke down.
async fn look(handler: LinkHandler) -> Option<Result<Ownership, LinkHandlerError>> {
    tokio::task::spawn_blocking(move || handler.inspect()).await.ok()
}
