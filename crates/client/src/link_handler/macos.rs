//! Links on macOS come from `CFBundleURLTypes` in the bundle's Info.plist and cannot be changed at run time.
//!
//! Never run: there was no macOS to run it on.

use super::{LinkHandler, LinkHandlerError, Opener, Ownership};

/// Nothing to choose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folders;

impl Folders {
    /// Always there.
    #[must_use]
    pub fn from_environment() -> Option<Self> {
        Some(Self)
    }
}

/// Says "ours" from inside a bundle, whose Info.plist the package tests look into, and "nobody" elsewhere. It does not
/// ask LaunchServices, so another program that claims the scheme is not seen.
pub(super) fn inspect(handler: &LinkHandler) -> Result<Ownership, LinkHandlerError> {
    let bundled = handler.program.components().any(|part| part.as_os_str() == "Contents")
        && handler
            .program
            .ancestors()
            .any(|folder| folder.extension().is_some_and(|extension| extension == "app"));
    Ok(if bundled { Ownership::Ours } else { Ownership::Nobody })
}

/// Registrations have no names here.
pub(super) fn inspect_entry(handler: &LinkHandler, _id: &str) -> Ownership {
    inspect(handler).unwrap_or(Ownership::Nobody)
}

pub(super) fn register(_handler: &LinkHandler) -> Result<(), LinkHandlerError> {
    Err(LinkHandlerError::Unsupported)
}

pub(super) fn remove(_handler: &LinkHandler) -> Result<(), LinkHandlerError> {
    Ok(())
}

/// LaunchServices is not asked.
pub(super) fn opener_of(_folders: &Folders, _scheme: &str) -> Result<Option<Opener>, LinkHandlerError> {
    Err(LinkHandlerError::Unsupported)
}
