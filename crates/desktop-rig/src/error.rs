//! What can go wrong on the rig, by whose fault.

use std::path::PathBuf;

/// Why the rig could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RigError {
    /// Programs that the desktop is made of are not installed.
    #[error("these programs are missing: {}; on Debian or Ubuntu: apt-get install {}", programs.join(", "), packages.join(" "))]
    Missing {
        /// What is missing, in words.
        programs: Vec<String>,
        /// The Debian packages that bring it.
        packages: Vec<String>,
    },
    /// A program was started and did not come up.
    #[error("{program} did not come up: {why}; the end of its log: {log}")]
    NotUp {
        /// The program.
        program: &'static str,
        /// What was waited for, or what it said.
        why: String,
        /// The last lines it wrote.
        log: String,
    },
    /// A condition did not come true before its deadline.
    #[error("after {seconds} s still no {what}; last seen: {seen}")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// What was there instead.
        seen: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// A driver answered with an error.
    #[error("{driver} refused {what}: {why}")]
    Driver {
        /// Which one: WebDriver, DevTools, AT-SPI, the keychain, the mock provider.
        driver: &'static str,
        /// The command.
        what: String,
        /// Its answer.
        why: String,
    },
    /// The system refused a file, a process or a socket.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The data file of system packages is not what this program can read.
    #[error("{path}: {why}", path = path.display())]
    Packages {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl RigError {
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::System { what, source }
    }

    pub(crate) fn driver(driver: &'static str, what: impl Into<String>, why: impl ToString) -> Self {
        Self::Driver {
            driver,
            what: what.into(),
            why: why.to_string(),
        }
    }
}

/// The rig's results.
pub type Result<T, E = RigError> = std::result::Result<T, E>;
