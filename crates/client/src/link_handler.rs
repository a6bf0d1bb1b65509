//! Who gets the links of our private-use URI scheme on this system, and making that this program.
//!
//! Spec: RFC 8252 section 7.1

#[cfg(all(unix, not(target_os = "macos")))]
mod desktop_entry;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(all(unix, not(target_os = "macos")))]
mod mimeapps;
#[cfg(windows)]
mod windows;
#[cfg(all(unix, not(target_os = "macos")))]
mod xdg;

#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;
#[cfg(all(unix, not(target_os = "macos")))]
use self::xdg as system;

use std::io;
use std::path::{Path, PathBuf};

/// Where this system says who handles what; an argument so that tests have their own.
pub use self::system::Folders;

/// Who gets the links of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// This program.
    Ours,
    /// Nobody: a browser that follows such a link shows an error or nothing.
    Nobody,
    /// Another program.
    Other {
        /// As the registration names it.
        program: PathBuf,
    },
    /// A registration that cannot work: its program is gone, or it would be started without the link.
    Stale {
        /// The program, as the registration names it.
        path: PathBuf,
    },
}

/// Why the registration could not be changed. Holds no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkHandlerError {
    /// The scheme is not a private-use URI scheme: lower case, with a period, as a domain name reversed.
    #[error("the scheme is not a private-use URI scheme")]
    NotPrivateUse,
    /// The program's path is relative or cannot be written in a registration.
    #[error("the program's path cannot be registered")]
    UnusablePath,
    /// This system does not let programs do that while they run.
    #[error("this system takes registrations from the package only")]
    Unsupported,
    /// The folder or the registry key may not be written.
    #[error("the registration may not be written")]
    Refused,
    /// The disk is full.
    #[error("the disk is full")]
    StorageFull,
    /// Reading or writing failed in another way.
    #[error("the registration could not be read or written")]
    Failed,
}

impl From<io::Error> for LinkHandlerError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Refused,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::StorageFull,
            _ => Self::Failed,
        }
    }
}

/// A scheme and the program that should get its links.
#[derive(Clone, Debug)]
pub struct LinkHandler {
    /// The scheme without the colon: `dev.doorkey.desktop`.
    pub scheme: String,
    /// The program's name, as people know it.
    pub app_name: String,
    /// The program's absolute path.
    pub program: PathBuf,
    /// Where to look and to write.
    pub folders: Folders,
}

impl LinkHandler {
    /// The handler of a scheme for the person of this session. `None` where the system names no home for registrations.
    #[must_use]
    pub fn of_this_user(scheme: &str, app_name: &str, program: &Path) -> Option<Self> {
        let folders = Folders::from_environment()?;
        Some(Self {
            scheme: scheme.to_owned(),
            app_name: app_name.to_owned(),
            program: program.to_owned(),
            folders,
        })
    }

    /// Says who gets the links, by reading only: nothing is started.
    ///
    /// # Errors
    /// See [`LinkHandlerError`].
    pub fn inspect(&self) -> Result<Ownership, LinkHandlerError> {
        self.check()?;
        system::inspect(self)
    }

    /// Who would get the links by a registration of this name, by reading only.
    pub(crate) fn inspect_entry(&self, id: &str) -> Ownership {
        system::inspect_entry(self, id)
    }

    /// Makes this program the one that gets them, for this user. Needs no tool to be installed.
    ///
    /// # Errors
    /// See [`LinkHandlerError`]. What was there before is then still whole.
    pub fn register(&self) -> Result<(), LinkHandlerError> {
        self.check()?;
        system::register(self)
    }

    /// Registers unless the links come here already, and says who gets them now.
    ///
    /// # Errors
    /// See [`LinkHandlerError`].
    pub fn repair(&self) -> Result<Ownership, LinkHandlerError> {
        if self.inspect()? != Ownership::Ours {
            self.register()?;
        }
        self.inspect()
    }

    /// Takes back what [`Self::register`] wrote. Registrations by a package or another program stay.
    ///
    /// # Errors
    /// See [`LinkHandlerError`].
    pub fn remove(&self) -> Result<(), LinkHandlerError> {
        self.check()?;
        system::remove(self)
    }

    /// RFC 8252 section 7.1: a private-use scheme is a reversed domain name, so it has a period; that also keeps `https`,
    /// `mailto` and what else the system lives by out of reach. RFC 3986 section 3.1: what letters it may have.
    fn check(&self) -> Result<(), LinkHandlerError> {
        let scheme = self.scheme.as_bytes();
        let allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(byte);
        let private_use = scheme.first().is_some_and(u8::is_ascii_lowercase)
            && scheme.iter().all(allowed)
            && scheme.len() <= 128
            && scheme.contains(&b'.');
        if !private_use {
            return Err(LinkHandlerError::NotPrivateUse);
        }
        if self.program.is_absolute() {
            Ok(())
        } else {
            Err(LinkHandlerError::UnusablePath)
        }
    }
}

/// The path to register for the program that is running: the AppImage itself where it runs from one, for what is inside
/// is gone when it ends.
///
/// # Errors
/// Those of [`std::env::current_exe`].
pub fn running_program() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let bundle = std::env::var_os("APPDIR").is_some_and(|folder| !folder.is_empty() && program.starts_with(folder));
    match std::env::var_os("APPIMAGE").map(PathBuf::from) {
        Some(image) if bundle && image.is_absolute() => Ok(image),
        _ => Ok(program),
    }
}

/// The program that opens links of a scheme, whichever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opener {
    /// What its registration is called.
    pub(crate) id: String,
    /// The program, as the registration names it or as it was found.
    pub(crate) program: PathBuf,
    /// Whether there is such a program.
    pub(crate) is_there: bool,
}

/// Says which program opens links of a scheme, by reading only. `None` when there is none.
pub(crate) fn opener_of(folders: &Folders, scheme: &str) -> Result<Option<Opener>, LinkHandlerError> {
    system::opener_of(folders, scheme)
}

/// Whether two paths lead to one file.
fn same_file(one: &Path, two: &Path) -> bool {
    match (one.canonicalize(), two.canonicalize()) {
        (Ok(one), Ok(two)) => one == two,
        _ => one == two,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_use_schemes_and_absolute_programs_are_registered() {
        let handler = |scheme: &str, program: &str| LinkHandler {
            scheme: scheme.to_owned(),
            app_name: "Doorkey".to_owned(),
            program: program.into(),
            folders: Folders::default(),
        };
        let absolute = std::env::current_exe().expect("we run").display().to_string();
        assert_eq!(handler("dev.doorkey.desktop", &absolute).check(), Ok(()));
        for scheme in [
            "",
            "https",
            "mailto",
            "doorkey",
            "Dev.Doorkey",
            ".dev",
            "9dev.x",
            "dev.x/y",
            "dev.x y",
            "dev.x\n",
        ] {
            assert_eq!(
                handler(scheme, &absolute).check(),
                Err(LinkHandlerError::NotPrivateUse),
                "{scheme:?}"
            );
        }
        assert_eq!(
            handler("dev.doorkey", "doorkey").check(),
            Err(LinkHandlerError::UnusablePath)
        );
    }
}
