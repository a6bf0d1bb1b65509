//! The compiler for Windows: the one that is used anyway, where it has the target's standard library, else Debian's.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::TARGET;
use crate::commands::{Result, TaskError, cargo, output};
use crate::packages::{self, Purpose};

/// The linker, of the MinGW-w64 project.
pub(super) const LINKER: &str = "x86_64-w64-mingw32-gcc";

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Which compiler it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Toolchain {
    /// The project's own, to which `rustup target add` gave the target's standard library.
    Own,
    /// Debian's packages for web browsers, newer than its usual ones. The standard library is built from its sources.
    Debian,
}

impl Toolchain {
    /// Finds a compiler, and installs Debian's when there is none.
    ///
    /// # Errors
    /// [`TaskError::Found`] where the system has no such packages; those of [`packages::ensure`].
    pub(super) fn find() -> Result<Self> {
        let said = output(Self::Own.rustc().args(["--print", "sysroot"]))?;
        let sysroot = PathBuf::from(String::from_utf8_lossy(&said).trim());
        if has_standard_library(&sysroot) {
            return Ok(Self::Own);
        }
        eprintln!("  the compiler that is used anyway has no standard library for {TARGET}; Debian's can build one");
        packages::ensure(&[Purpose::WindowsRust])?;
        if Path::new(DEBIAN_CARGO).is_file() && Path::new(DEBIAN_RUSTC).is_file() {
            return Ok(Self::Debian);
        }
        Err(TaskError::Found(format!(
            "there is no compiler for {TARGET}; give this one its standard library with:\n  rustup target add {TARGET}"
        )))
    }

    /// Its version, as it tells it.
    ///
    /// # Errors
    /// [`TaskError::NotStarted`] or [`TaskError::Failed`].
    pub(super) fn version(self) -> Result<String> {
        let said = output(self.rustc().arg("--version"))?;
        Ok(String::from_utf8_lossy(&said).trim().to_owned())
    }

    /// The compiler itself, in the project's folder.
    fn rustc(self) -> Command {
        let mut command = match self {
            Self::Own => Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())),
            Self::Debian => {
                let mut command = Command::new(DEBIAN_RUSTC);
                // Where the other compiler's libraries are.
                command.env_remove("LD_LIBRARY_PATH");
                command
            }
        };
        command.current_dir(crate::tree::root());
        command
    }

    /// Its cargo, in the project's folder.
    pub(super) fn cargo(self) -> Command {
        match self {
            Self::Own => cargo(),
            Self::Debian => {
                let mut command = Command::new(DEBIAN_CARGO);
                command
                    .current_dir(crate::tree::root())
                    .env("RUSTC", DEBIAN_RUSTC)
                    // Building the standard library counts as not finished, and is refused by compilers that are.
                    .env("RUSTC_BOOTSTRAP", "1")
                    // Where the other compiler's libraries are.
                    .env_remove("LD_LIBRARY_PATH")
                    .env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        }
    }

    /// What cargo needs to be told to build for Windows.
    pub(super) fn arguments(self) -> Vec<String> {
        let mut arguments = vec![
            "--target".to_owned(),
            TARGET.to_owned(),
            "--config".to_owned(),
            format!("target.{TARGET}.linker={LINKER:?}"),
            // What only Windows compiles is linted by nobody else here.
            "--config".to_owned(),
            format!("target.{TARGET}.rustflags=[\"--deny=warnings\"]"),
        ];
        if self == Self::Debian {
            arguments.extend(["-Z".to_owned(), "build-std=std,panic_unwind".to_owned()]);
        }
        arguments
    }
}

fn has_standard_library(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_without_the_targets_library_is_not_taken_for_one_that_has_it() {
        let sysroot = std::env::temp_dir().join(format!("xtask-sysroot-{}", std::process::id()));
        std::fs::create_dir_all(sysroot.join("lib/rustlib/x86_64-unknown-linux-gnu/lib")).unwrap();
        assert!(!has_standard_library(&sysroot));
        std::fs::create_dir_all(sysroot.join("lib/rustlib").join(TARGET).join("lib")).unwrap();
        let found = has_standard_library(&sysroot);
        std::fs::remove_dir_all(&sysroot).unwrap();
        assert!(found);
    }

    #[test]
    fn only_a_compiler_without_the_standard_library_builds_it() {
        let builds = |toolchain: Toolchain| toolchain.arguments().iter().any(|word| word.starts_with("build-std"));
        assert!(builds(Toolchain::Debian));
        assert!(!builds(Toolchain::Own));
    }
}
