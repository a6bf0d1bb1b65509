//! Which programs a desktop is made of, and which of them are not here.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Result, RigError};

const LIST: &str = include_str!("../system-packages.toml");

#[derive(Deserialize)]
struct List {
    need: Vec<Need>,
}

#[derive(Deserialize)]
struct Need {
    what: String,
    program: Option<String>,
    file: Option<PathBuf>,
    #[serde(rename = "for")]
    purpose: String,
    apt: Vec<String>,
}

/// Refuses, naming the packages, when a program that the desktop needs is not on the PATH.
///
/// # Errors
/// [`RigError::Missing`] lists all that is missing at once.
pub(crate) fn all_here() -> Result<()> {
    check(LIST, |program| on_path(program).is_some(), |file| file.exists())
}

fn check(list: &str, program_here: impl Fn(&str) -> bool, file_here: impl Fn(&Path) -> bool) -> Result<()> {
    let list: List = toml::from_str(list).map_err(|error| RigError::Packages {
        path: "system-packages.toml".into(),
        why: error.to_string(),
    })?;
    let missing: Vec<Need> = list
        .need
        .into_iter()
        // What opens links comes with what the app itself needs; what packages are made with is nothing to a desktop.
        .filter(|need| need.purpose == "desktop" || (need.purpose == "build" && need.program.is_some()))
        .filter(|need| {
            let program = need.program.as_deref().is_none_or(&program_here);
            // A font or a service file lies elsewhere on other systems: what is asked of them is tried, not looked for.
            let file = !Path::new("/etc/debian_version").exists() || need.file.as_deref().is_none_or(&file_here);
            !(program && file)
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<String> = missing.iter().flat_map(|need| need.apt.clone()).collect();
    packages.dedup();
    Err(RigError::Missing {
        programs: missing.into_iter().map(|need| need.what).collect(),
        packages,
    })
}

/// Where a program is found on the PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_its_package() {
        let error = check(LIST, |program| program != "Xvfb", |_| true)
            .unwrap_err()
            .to_string();
        assert!(error.contains("Xvfb"), "{error}");
        assert!(error.contains("apt-get install xvfb"), "{error}");
        assert!(!error.contains("chromium"), "{error}");
    }

    #[test]
    fn nothing_is_said_when_all_is_here() {
        assert!(check(LIST, |_| true, |_| true).is_ok());
    }
}
