//! Licences, sources and banned crates, by the rules of `deny.toml`: the same file that cargo-deny reads in the
//! workflows, where it also asks for advisories.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use spdx::{Expression, LicenseReq, ParseMode};

use crate::commands::{Result, TaskError, cargo, output};
use crate::tree::root;

/// The part of `deny.toml` that is checked here.
#[derive(Deserialize)]
struct Rules {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<LicenseException>,
}

#[derive(Deserialize)]
struct LicenseException {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

/// What `cargo metadata` says of all packages, on every platform.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

/// Checks the dependencies of the whole workspace.
///
/// # Errors
/// [`TaskError::Found`] when a rule is broken; each breach is printed.
pub(crate) fn check() -> Result<()> {
    let path = root().join("deny.toml");
    let text = std::fs::read_to_string(&path).map_err(|source| TaskError::File { path, source })?;
    let rules = toml::from_str(&text).map_err(|error| unreadable("deny.toml", error))?;
    let answer = output(cargo().args(["metadata", "--format-version=1", "--locked"]))?;
    let metadata: Metadata = serde_json::from_slice(&answer).map_err(|error| unreadable("cargo metadata", error))?;
    let breaches = breaches(&rules, &metadata.packages)?;
    for breach in &breaches {
        eprintln!("  {breach}");
    }
    if breaches.is_empty() {
        eprintln!(
            "  {} packages: licences, sources and bans are in order",
            metadata.packages.len()
        );
        Ok(())
    } else {
        Err(TaskError::Found(format!("{} breaches of deny.toml", breaches.len())))
    }
}

fn unreadable(what: &str, error: impl ToString) -> TaskError {
    TaskError::Unreadable {
        what: what.to_owned(),
        why: error.to_string(),
    }
}

fn breaches(rules: &Rules, packages: &[Package]) -> Result<BTreeSet<String>> {
    let licensees = |names: &[String]| {
        let parsed = names.iter().map(|name| spdx::Licensee::parse(name));
        parsed
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|error| unreadable("deny.toml", error))
    };
    let allowed = licensees(&rules.licenses.allow)?;
    let mut exceptions = BTreeMap::new();
    for exception in &rules.licenses.exceptions {
        exceptions.insert(exception.name.as_str(), licensees(&exception.allow)?);
    }
    let mut found = BTreeSet::new();
    let mut registries = BTreeSet::new();
    for package in packages {
        let named = format!("{} {}", package.name, package.version);
        let also = exceptions.get(package.name.as_str());
        let accepted = |licence: &LicenseReq| {
            allowed
                .iter()
                .chain(also.into_iter().flatten())
                .any(|allowed| allowed.satisfies(licence))
        };
        // The older way of writing "or" with a slash is still about.
        let expression = package
            .license
            .as_deref()
            .map(|text| Expression::parse_mode(text, ParseMode::LAX));
        match expression {
            None => drop(found.insert(format!("{named}: no licence is stated"))),
            Some(Err(error)) => drop(found.insert(format!("{named}: {error}"))),
            Some(Ok(expression)) if !expression.evaluate(accepted) => {
                found.insert(format!("{named}: {expression} is not allowed"));
            }
            Some(Ok(_)) => {}
        }
        match &package.source {
            Some(source) if source.starts_with("registry+") => drop(registries.insert(source.clone())),
            Some(source) => drop(found.insert(format!("{named}: {source} is not the registry"))),
            None => {}
        }
        for ban in rules.bans.deny.iter().filter(|ban| is_banned(&ban.name, package)) {
            found.insert(format!("{named} is banned: {}", ban.reason));
        }
    }
    if registries.len() > 1 {
        found.insert(format!("{} registries where there is one", registries.len()));
    }
    Ok(found)
}

/// A ban is a name, or a name and a lowest version: `tauri@3`.
fn is_banned(ban: &str, package: &Package) -> bool {
    match ban.split_once('@') {
        None => package.name == ban,
        Some((name, version)) => {
            let least: Option<u64> = version
                .trim_start_matches(">=")
                .split('.')
                .next()
                .and_then(|n| n.parse().ok());
            let has: Option<u64> = package.version.split('.').next().and_then(|n| n.parse().ok());
            package.name == name && has >= least
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, license: Option<&str>, source: Option<&str>) -> Package {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Package {
            name: name.into(),
            version: version.into(),
            license: owned(license),
            source: owned(source),
        }
    }

    fn found(package: Package) -> String {
        let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
        let rules = toml::from_str(&text).unwrap();
        breaches(&rules, &[package]).unwrap().into_iter().collect()
    }

    const HERE: Option<&str> = Some("registry+here");

    #[test]
    fn an_allowed_licence_is_no_breach() {
        assert_eq!(found(package("a", "1.0.0", Some("MIT/Apache-2.0"), HERE)), "");
    }

    #[test]
    fn a_licence_that_is_not_allowed_or_not_stated_is_a_breach() {
        assert!(found(package("a", "1.0.0", Some("AGPL-3.0-only"), HERE)).contains("is not allowed"));
        assert!(found(package("a", "1.0.0", Some("MIT AND AGPL-3.0-only"), HERE)).contains("is not allowed"));
        assert!(found(package("a", "1.0.0", None, HERE)).contains("no licence"));
    }

    #[test]
    fn a_source_other_than_the_registry_is_a_breach() {
        assert!(found(package("a", "1.0.0", Some("MIT"), Some("git+https://example.org/a"))).contains("registry"));
    }

    #[test]
    fn banned_crates_are_breaches_and_their_lower_versions_are_not() {
        assert!(found(package("openssl-sys", "0.9.0", Some("MIT"), HERE)).contains("banned"));
        assert!(found(package("tauri", "3.0.0-alpha.1", Some("MIT"), HERE)).contains("banned"));
        assert_eq!(found(package("tauri", "2.12.5", Some("MIT"), HERE)), "");
    }
}
