//! Why a comparison came to no figure.

use std::fmt;

/// The results of this program.
pub(crate) type Result<T, E = BenchError> = std::result::Result<T, E>;

/// Why a comparison came to no figure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    /// A program of the system is missing, or this system has no such thing.
    #[error("cannot be measured here: {0}")]
    Impossible(String),
    /// Something that must work for a measurement did not.
    #[error("{what}: {why}")]
    Broken {
        /// What was tried.
        what: &'static str,
        /// What came of it, without anything secret.
        why: String,
    },
}

/// Says what was tried when something did not work.
pub(crate) fn broken<E: fmt::Display>(what: &'static str) -> impl Fn(E) -> BenchError {
    move |error| BenchError::Broken {
        what,
        why: error.to_string(),
    }
}
