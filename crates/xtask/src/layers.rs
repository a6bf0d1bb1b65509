//! The direction of dependencies: one arrow out of each box, and each library named in one place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use crate::commands::{Result, TaskError, cargo, output};
use crate::tree::{files, root};

/// Which packages of ours a package may depend on, and which of others it may not, outside its tests.
struct Arrow {
    package: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

const ARROWS: &[Arrow] = &[
    // No I/O, no async, no framework: it is the protocol.
    Arrow {
        package: "doorkey-oidc",
        ours: &[],
        never: &[
            "tokio",
            "reqwest",
            "hyper",
            "tauri",
            "keyring",
            "opener",
            "async-trait",
            "axum",
        ],
    },
    Arrow {
        package: "doorkey",
        ours: &["doorkey-oidc"],
        never: &["tauri", "tauri-plugin"],
    },
    // `doorkey-oidc` reaches it through `doorkey` only.
    Arrow {
        package: "tauri-plugin-doorkey",
        ours: &["doorkey"],
        never: &["reqwest", "keyring", "opener"],
    },
    // It names providers and their clients, which are `doorkey`'s, and hands them to the plugin.
    Arrow {
        package: "doorkey-desktop",
        ours: &["tauri-plugin-doorkey", "doorkey"],
        never: &["reqwest", "keyring", "opener"],
    },
    Arrow {
        package: "doorkey-cli",
        ours: &["doorkey"],
        never: &["tauri", "reqwest"],
    },
    // A misreading of a standard must not cancel out between client and server.
    Arrow {
        package: "mock-op",
        ours: &[],
        never: &["tauri"],
    },
    Arrow {
        package: "desktop-rig",
        ours: &[],
        never: &["tauri"],
    },
    // Its children are clients, its parent counts what the provider sees.
    Arrow {
        package: "doorkey-soak",
        ours: &["doorkey", "mock-op"],
        never: &["tauri", "reqwest", "keyring"],
    },
    // It holds all of ours against what others do, over plain HTTP and with the keychain's own crate too.
    Arrow {
        package: "doorkey-bench",
        ours: &["doorkey", "doorkey-oidc", "mock-op"],
        never: &["tauri"],
    },
    // Tests and nothing else: what they need is asked for as such.
    Arrow {
        package: "doorkey-outsiders",
        ours: &[],
        never: &["tauri"],
    },
    // Somebody else's library as a client: nothing of ours may help it.
    Arrow {
        package: "adapter-openidconnect",
        ours: &[],
        never: &["tauri"],
    },
    Arrow {
        package: "xtask",
        ours: &[],
        never: &["tauri", "reqwest", "tokio"],
    },
    Arrow {
        package: "testkit",
        ours: &["doorkey", "doorkey-oidc", "mock-op"],
        never: &[],
    },
];

/// A library and the one place of the product whose code may name it.
struct Owner {
    library: &'static str,
    place: &'static str,
}

const OWNERS: &[Owner] = &[
    Owner {
        library: "reqwest",
        place: "crates/client/src/transport",
    },
    Owner {
        library: "opener",
        place: "crates/client/src/user_agent",
    },
    Owner {
        library: "keyring",
        place: "crates/client/src/vault",
    },
    Owner {
        library: "keyring_core",
        place: "crates/client/src/vault",
    },
    Owner {
        library: "chacha20poly1305",
        place: "crates/client/src/vault",
    },
    Owner {
        library: "fluent",
        place: "crates/client/src/locales",
    },
    Owner {
        library: "fluent_bundle",
        place: "crates/client/src/locales",
    },
];

/// The code of the product; test programs may use what they like.
const PRODUCT: &[&str] = &[
    "crates/oidc/src",
    "crates/client/src",
    "crates/tauri-plugin-doorkey/src",
    "crates/cli/src",
    "src-tauri",
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or nothing for a plain one.
    kind: Option<String>,
}

/// Checks the arrows and the owners.
///
/// # Errors
/// [`TaskError::Found`] when one is broken; each breach is printed.
pub(crate) fn check() -> Result<()> {
    let answer = output(cargo().args(["metadata", "--format-version=1", "--no-deps"]))?;
    let metadata: Metadata = serde_json::from_slice(&answer).map_err(|error| TaskError::Unreadable {
        what: "cargo metadata".into(),
        why: error.to_string(),
    })?;
    let mut found = broken_arrows(&metadata);
    let mut sources = BTreeMap::new();
    for path in PRODUCT.iter().flat_map(|folder| files(&root().join(folder), "rs")) {
        let text = std::fs::read_to_string(&path).map_err(|source| TaskError::File {
            path: path.clone(),
            source,
        })?;
        let name = path
            .strip_prefix(root())
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        sources.insert(name, text);
    }
    found.extend(strayed(&sources));
    found.extend(one_door_to_tauri()?);
    for breach in &found {
        eprintln!("  {breach}");
    }
    if found.is_empty() {
        eprintln!(
            "  {} packages and {} files keep to their layers",
            metadata.workspace_members.len(),
            sources.len()
        );
        Ok(())
    } else {
        Err(TaskError::Found(format!("{} breaches of the layers", found.len())))
    }
}

fn broken_arrows(metadata: &Metadata) -> BTreeSet<String> {
    let members: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|package| metadata.workspace_members.contains(&package.id))
        .collect();
    let names: BTreeSet<&str> = members.iter().map(|package| package.name.as_str()).collect();
    let mut found = BTreeSet::new();
    for package in members {
        let Some(arrow) = ARROWS.iter().find(|arrow| arrow.package == package.name) else {
            found.insert(format!(
                "{}: no arrow is drawn for this package; draw one in xtask's layers",
                package.name
            ));
            continue;
        };
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind.is_none())
        {
            let name = dependency.name.as_str();
            if names.contains(name) && !arrow.ours.contains(&name) {
                found.insert(format!("{} must not depend on {name}", package.name));
            }
            if arrow.never.contains(&name) {
                found.insert(format!("{} must not depend on {name}", package.name));
            }
        }
        // The mock provider may not even test itself with our reading of the standards.
        if package.name == "mock-op" {
            for dependency in package
                .dependencies
                .iter()
                .filter(|dependency| names.contains(dependency.name.as_str()))
            {
                found.insert(format!("mock-op imports nothing of ours, and {} is", dependency.name));
            }
        }
    }
    found
}

/// Where a library is named in code outside its owner's place. Comments may name anything.
fn strayed(sources: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (file, text) in sources {
        // Unit tests stand at the bottom of the file and may name anything too.
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            for owner in OWNERS.iter().filter(|owner| names(line, owner.library)) {
                if !file.starts_with(owner.place) {
                    let (library, place) = (owner.library, owner.place);
                    found.insert(format!("{file}:{}: only {place} may name {library}", number + 1));
                }
            }
        }
    }
    found
}

/// True when the line has the library's name as a path: `reqwest::` or `use reqwest`.
fn names(line: &str, library: &str) -> bool {
    line.match_indices(library).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + library.len()..];
        let starts = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"');
        let imported = line.trim_start().starts_with("use ") && after.starts_with([';', ' ']);
        starts && (after.starts_with("::") || imported)
    })
}

/// The UI talks to the backend through one module only.
fn one_door_to_tauri() -> Result<BTreeSet<String>> {
    let folder = root().join("ui/src");
    let mut named = BTreeSet::new();
    for path in ["ts", "svelte", "js"]
        .iter()
        .flat_map(|extension| files(&folder, extension))
    {
        let text = std::fs::read_to_string(&path).map_err(|source| TaskError::File {
            path: path.clone(),
            source,
        })?;
        let imports = text
            .lines()
            .any(|line| line.contains("from \"@tauri-apps/") || line.contains("from '@tauri-apps/"));
        if imports && !is_test(&path) {
            named.insert(path.strip_prefix(root()).unwrap_or(&path).display().to_string());
        }
    }
    if named.len() > 1 {
        return Ok(BTreeSet::from([format!(
            "{named:?}: the UI imports @tauri-apps in one file only"
        )]));
    }
    Ok(BTreeSet::new())
}

fn is_test(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().contains(".test."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(package: &str, dependency: &str, kind: Option<&str>) -> Metadata {
        let one = |name: &str, dependencies| Package {
            id: name.to_owned(),
            name: name.to_owned(),
            dependencies,
        };
        let dependency = Dependency {
            name: dependency.to_owned(),
            kind: kind.map(str::to_owned),
        };
        let packages = vec![
            one(package, vec![dependency]),
            one("doorkey-oidc", Vec::new()),
            one("doorkey", Vec::new()),
        ];
        let workspace_members = packages.iter().map(|package| package.id.clone()).collect();
        Metadata {
            packages,
            workspace_members,
        }
    }

    #[test]
    fn an_arrow_the_wrong_way_is_found() {
        assert_eq!(
            broken_arrows(&metadata("tauri-plugin-doorkey", "doorkey", None)).len(),
            0
        );
        assert_eq!(
            broken_arrows(&metadata("tauri-plugin-doorkey", "doorkey-oidc", None)).len(),
            1
        );
        assert_eq!(
            broken_arrows(&metadata("tauri-plugin-doorkey", "doorkey-oidc", Some("dev"))).len(),
            0
        );
        assert_eq!(broken_arrows(&metadata("xtask", "tokio", None)).len(), 1);
    }

    #[test]
    fn the_mock_provider_may_not_even_test_with_ours() {
        assert_eq!(
            broken_arrows(&metadata("mock-op", "doorkey-oidc", Some("dev"))).len(),
            1
        );
    }

    #[test]
    fn a_package_without_an_arrow_is_found() {
        assert_eq!(broken_arrows(&metadata("new-crate", "serde", None)).len(), 1);
    }

    #[test]
    fn a_library_that_is_named_outside_its_place_is_found() {
        let stray = |file: &str, text: &str| strayed(&BTreeMap::from([(file.to_owned(), text.to_owned())])).len();
        assert_eq!(stray("crates/client/src/sessions.rs", "use reqwest::Client;\n"), 1);
        assert_eq!(stray("crates/client/src/sessions.rs", "    reqwest::get(url)\n"), 1);
        assert_eq!(stray("crates/client/src/transport.rs", "use reqwest::Client;\n"), 0);
        assert_eq!(stray("crates/client/src/transport/tls.rs", "use reqwest::Client;\n"), 0);
        assert_eq!(
            stray("crates/client/src/sessions.rs", "// reqwest::Client is not for here\n"),
            0
        );
        assert_eq!(stray("crates/client/src/sessions.rs", "let my_opener::x = 1;\n"), 0);
        assert_eq!(stray("src-tauri/lib.rs", "use keyring_core::Entry;\n"), 1);
    }
}
