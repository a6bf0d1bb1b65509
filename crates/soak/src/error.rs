//! Why a scenario could not be run to its end, or what it found.

/// Why a scenario ended early.
#[derive(Debug, thiserror::Error)]
pub enum SoakError {
    /// The system did not give what the scenario needs.
    #[error("{doing}: {source}")]
    System {
        /// What was being done.
        doing: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A child process ended, hung, or answered something else than it was asked.
    #[error("a child process {0}")]
    Child(String),
    /// The mock provider or the robot person failed.
    #[error("the mock provider: {0}")]
    Provider(String),
    /// The program under test did what it must never do.
    #[error("{0}")]
    Broken(String),
    /// The keychain did not answer in time, or failed: the program under test said so, as it should. Shows nothing.
    #[error("the keychain did not answer ({0})")]
    KeychainSilent(String),
    /// This machine cannot run the scenario.
    #[error("cannot be run here: {0}")]
    Impossible(String),
}

/// The result of a scenario's step.
pub type Result<T, E = SoakError> = std::result::Result<T, E>;

/// Names what was being done when the system refused.
pub(crate) fn system(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> SoakError {
    move |source| SoakError::System {
        doing: doing.into(),
        source,
    }
}

/// Something that must never happen did.
pub(crate) fn broken(what: impl Into<String>) -> SoakError {
    SoakError::Broken(what.into())
}
