//! The mutants that survive because nothing can tell them from the original.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use super::outcome::Mutant;
use crate::commands::{Result, TaskError};
use crate::tree;

/// One of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// From the project's folder.
    pub(crate) file: String,
    /// What is changed, in the tool's words, without the place.
    pub(crate) mutation: String,
    /// The line as it then reads, where the same words fit more than one.
    pub(crate) becomes: Option<String>,
    /// Why it is equivalent.
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the file; a test demands it"))]
    pub(crate) reason: String,
}

impl Known {
    pub(crate) fn is(&self, mutant: &Mutant) -> bool {
        self.file == mutant.file
            && self.mutation == mutant.mutation
            && self.becomes.as_ref().is_none_or(|line| *line == mutant.becomes)
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.mutation)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    equivalent: Vec<Known>,
}

/// Where they are listed.
pub(crate) fn path() -> PathBuf {
    tree::root().join("crates/oidc/mutants.toml")
}

/// Reads the list.
///
/// # Errors
/// [`TaskError::File`] or [`TaskError::Unreadable`].
pub(crate) fn read() -> Result<Vec<Known>> {
    let path = path();
    let text = std::fs::read_to_string(&path).map_err(|source| TaskError::File {
        path: path.clone(),
        source,
    })?;
    let list: List = toml::from_str(&text).map_err(|error| TaskError::Unreadable {
        what: path.display().to_string(),
        why: error.to_string(),
    })?;
    Ok(list.equivalent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_mutant_is_of_a_file_that_is_there_and_says_why_it_is_equivalent() {
        for known in read().unwrap() {
            assert!(tree::root().join(&known.file).is_file(), "{known}");
            assert!(known.reason.split_whitespace().count() > 8, "{known}");
        }
    }
}
