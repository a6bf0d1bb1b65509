//! Who gets the links of our scheme, found out by reading: nothing is started.

use std::path::PathBuf;
use std::sync::Arc;

use super::detail::{CheckId, LinkOwnerDetail};
use super::finding::{Finding, Reason};
use super::name::Name;
use crate::inner::Inner;
use crate::link_handler::{LinkHandler, LinkHandlerError, Ownership};
use crate::user_agent::{Named, UserAgent};

/// The links of this scheme come to this program. Made by looking, and by nothing else: a link is opened only with it, so that
/// a stranger's program is never started.
pub(super) struct Ours {
    scheme: String,
}

impl Ours {
    /// Looks now; what was so a moment ago does not count. What cannot be found out is no leave to open anything.
    pub(super) async fn prove(inner: &Arc<Inner>) -> Result<Self, Reason> {
        let handler = inner.link_handler.clone().ok_or(Reason::NoLinkHandler)?;
        let scheme = handler.scheme.clone();
        match look(&inner.user_agent, handler).await {
            Ok(Owner::Ours) => Ok(Self { scheme }),
            Ok(Owner::Unconfirmed) => Err(Reason::LinksNotKnown),
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
    match look(&inner.user_agent, handler).await {
        Ok(owner) => told(owner).into(),
        Err(Some(LinkHandlerError::NotPrivateUse | LinkHandlerError::UnusablePath)) => LinkOwnerDetail::Unusable.into(),
        Err(Some(LinkHandlerError::Unsupported)) => not_checked(Reason::UnsupportedHere),
        Err(Some(LinkHandlerError::Refused | LinkHandlerError::StorageFull | LinkHandlerError::Failed)) => {
            LinkOwnerDetail::Unreadable.into()
        }
        Err(None) => not_checked(Reason::Failed),
    }
}

fn told(owner: Owner) -> LinkOwnerDetail {
    match owner {
        Owner::Ours => LinkOwnerDetail::Ours,
        Owner::Unconfirmed => LinkOwnerDetail::Unconfirmed,
        Owner::Nobody => LinkOwnerDetail::Nobody,
        Owner::Disputed { program } => LinkOwnerDetail::Disputed {
            program: Name::of_path(&program),
        },
        Owner::Other { program } => LinkOwnerDetail::Other {
            program: Name::of_path(&program),
        },
        Owner::Stale { program } => LinkOwnerDetail::Stale {
            program: Name::of_path(&program),
        },
    }
}

/// Who gets the links of a scheme, by what is registered and by what this system makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// This program, by both.
    Ours,
    /// This program, by what is registered; this system's own tool did not say.
    Unconfirmed,
    /// This program by what is registered, and another one by what this system makes of it.
    Disputed {
        /// The other one.
        program: PathBuf,
    },
    /// Another program.
    Other {
        /// As the registration names it.
        program: PathBuf,
    },
    /// A registration that cannot work.
    Stale {
        /// As the registration names it.
        program: PathBuf,
    },
    /// Nobody.
    Nobody,
}

/// First by what is written, then, where that says that it is us, by what this system's own tool makes of it: among several
/// programs without a default each desktop has its own order. The doctor and a sign-in that chooses its door ask the same.
///
/// Errors: what the reading says; `None` when the looking itself broke down.
pub(crate) async fn look(user_agent: &UserAgent, handler: LinkHandler) -> Result<Owner, Option<LinkHandlerError>> {
    let reading = handler.clone();
    let read = tokio::task::spawn_blocking(move || reading.inspect()).await;
    match read.map_err(|_| None)?.map_err(Some)? {
        Ownership::Ours => {}
        Ownership::Nobody => return Ok(Owner::Nobody),
        Ownership::Other { program } => return Ok(Owner::Other { program }),
        Ownership::Stale { path } => return Ok(Owner::Stale { program: path }),
    }
    let id = match user_agent.named_entry(&handler.scheme).await {
        Named::Entry(id) => id,
        Named::NotSaid => return Ok(Owner::Unconfirmed),
        Named::NoOpener => return Ok(Owner::Ours),
    };
    let named = PathBuf::from(&id);
    let judged = tokio::task::spawn_blocking(move || handler.inspect_entry(&id)).await;
    Ok(match judged.map_err(|_| None)? {
        Ownership::Ours => Owner::Ours,
        Ownership::Nobody => Owner::Disputed { program: named },
        Ownership::Other { program } | Ownership::Stale { path: program } => Owner::Disputed { program },
    })
}
