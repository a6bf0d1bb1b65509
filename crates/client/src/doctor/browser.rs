//! Which program opens web pages.

use std::ffi::OsStr;
use std::path::Path;

use super::detail::{BrowserDetail, CheckId};
use super::finding::{Finding, Reason};
use super::name::Name;
use crate::link_handler::{Folders, LinkHandlerError, Opener, opener_of};

pub(super) async fn examine(folders: Option<Folders>) -> Finding {
    let Some(folders) = folders.or_else(Folders::from_environment) else {
        return not_checked(Reason::Failed);
    };
    match tokio::task::spawn_blocking(move || opener_of(&folders, "https")).await {
        Ok(Ok(None)) => BrowserDetail::Missing.into(),
        Ok(Ok(Some(opener))) => told(&opener).into(),
        Ok(Err(LinkHandlerError::Unsupported)) => not_checked(Reason::UnsupportedHere),
        Ok(Err(_)) | Err(_) => not_checked(Reason::Failed),
    }
}

fn not_checked(reason: Reason) -> Finding {
    Finding::not_checked(CheckId::Browser, reason)
}

fn told(opener: &Opener) -> BrowserDetail {
    let program = Name::of_path(&opener.program);
    if !opener.is_there {
        BrowserDetail::Gone { program }
    } else if is_snap(&opener.program) {
        BrowserDetail::Snap { program }
    } else if opener.program.file_name() == Some(OsStr::new("flatpak")) {
        // Every flatpak is started by the same program; its registration has the name.
        BrowserDetail::Flatpak {
            program: Name::new(opener.id.trim_end_matches(".desktop")),
        }
    } else {
        BrowserDetail::Found { program }
    }
}

/// The programs of snaps are links to the one program that starts them all.
fn is_snap(program: &Path) -> bool {
    let starts = |folder| program.starts_with(folder);
    let leads_to = program.canonicalize().ok();
    starts("/snap")
        || starts("/var/lib/snapd")
        || leads_to.is_some_and(|path| path.file_name() == Some(OsStr::new("snap")))
}
