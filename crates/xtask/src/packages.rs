//! The packages of the system that the project needs: which are missing, and how they are installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::commands::{Result, TaskError, run};

const LIST: &str = include_str!("../../desktop-rig/system-packages.toml");

/// What the needs are for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Purpose {
    /// Building and running the app.
    Build,
    /// A desktop on a machine without a screen.
    Desktop,
    /// Making packages of the app and looking into them.
    Package,
    /// Building for Windows and running what was built.
    Windows,
    /// Programs by others that judge ours.
    Outsiders,
    /// A compiler for Windows, where the one that is used anyway is none.
    WindowsRust,
}

#[derive(Deserialize)]
struct List {
    need: Vec<Need>,
}

/// One thing that the system has to bring.
#[derive(Clone, Debug, Deserialize)]
struct Need {
    what: String,
    program: Option<String>,
    library: Option<String>,
    file: Option<PathBuf>,
    /// A module of Python's own library, which some systems have in a package of its own.
    python: Option<String>,
    #[serde(rename = "for")]
    purpose: Purpose,
    apt: Vec<String>,
    dnf: Vec<String>,
    pacman: Vec<String>,
    brew: Vec<String>,
}

/// A package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manager {
    Apt,
    Dnf,
    Pacman,
    Brew,
}

impl Manager {
    const ALL: [Self; 4] = [Self::Apt, Self::Dnf, Self::Pacman, Self::Brew];

    fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Pacman => "pacman",
            Self::Brew => "brew",
        }
    }

    fn packages(self, need: &Need) -> &[String] {
        match self {
            Self::Apt => &need.apt,
            Self::Dnf => &need.dnf,
            Self::Pacman => &need.pacman,
            Self::Brew => &need.brew,
        }
    }

    /// The one command that installs what is missing.
    fn command(self, missing: &[Need]) -> Vec<String> {
        let install: &[&str] = match self {
            Self::Apt => &["apt-get", "install", "--yes", "--no-install-recommends"],
            Self::Dnf => &["dnf", "install", "--assumeyes"],
            Self::Pacman => &["pacman", "-S", "--needed", "--noconfirm"],
            Self::Brew => &["brew", "install"],
        };
        let mut words: Vec<String> = install.iter().map(|word| (*word).to_owned()).collect();
        for package in missing.iter().flat_map(|need| self.packages(need)) {
            if !words.contains(package) {
                words.push(package.clone());
            }
        }
        words
    }
}

/// Makes sure that all is there that `purposes` need: says what is missing and, on Debian and its kin, installs it.
///
/// # Errors
/// [`TaskError::SystemPackages`] with the one command, where it cannot be run from here.
pub(crate) fn ensure(purposes: &[Purpose]) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let missing = missing(purposes)?;
    if missing.is_empty() {
        eprintln!("  the system has all that is needed");
        return Ok(());
    }
    eprintln!("  missing from the system:");
    for need in &missing {
        eprintln!("    {}", need.what);
    }
    let Some(manager) = Manager::ALL.into_iter().find(|manager| on_path(manager.program())) else {
        let names = Manager::Apt.command(&missing).join(" ");
        return Err(TaskError::SystemPackages(format!(
            "{names}    # or the like: no package manager is known here"
        )));
    };
    let words = manager.command(&missing);
    let Some(before) = (if manager == Manager::Apt { elevation() } else { None }) else {
        let sudo = if manager == Manager::Brew { "" } else { "sudo " };
        return Err(TaskError::SystemPackages(format!("{sudo}{}", words.join(" "))));
    };
    // A list of packages that is missing or old names versions that are gone.
    run(&mut elevated(
        &before,
        &["apt-get".to_owned(), "update".to_owned(), "--quiet".to_owned()],
    ))?;
    run(&mut elevated(&before, &words))?;
    let still = self::missing(purposes)?;
    if still.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = still.iter().map(|need| need.what.as_str()).collect();
    Err(TaskError::Found(format!(
        "installed, and still missing: {}",
        names.join(", ")
    )))
}

fn missing(purposes: &[Purpose]) -> Result<Vec<Need>> {
    let list: List = toml::from_str(LIST).map_err(|error| TaskError::Unreadable {
        what: "system-packages.toml".into(),
        why: error.to_string(),
    })?;
    let manager = Manager::ALL.into_iter().find(|manager| on_path(manager.program()));
    let known = |library: &str| {
        let mut command = Command::new("pkg-config");
        let status = command
            .args(["--exists", library])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    };
    Ok(list
        .need
        .into_iter()
        .filter(|need| purposes.contains(&need.purpose))
        // A system that has no package for it brings it by itself, or does without.
        .filter(|need| manager.is_none_or(|manager| !manager.packages(need).is_empty()))
        .filter(|need| {
            let program = need.program.as_deref().is_none_or(on_path);
            let library = need.library.as_deref().is_none_or(known);
            let elsewhere = manager != Some(Manager::Apt);
            let file = elsewhere || need.file.as_deref().is_none_or(Path::exists);
            let python = need.python.as_deref().is_none_or(has_python);
            !(program && library && file && python)
        })
        .collect())
}

/// What to put before a command so that it runs as root: nothing for root, sudo where there is one; `None` otherwise.
fn elevation() -> Option<Vec<String>> {
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout.trim_ascii() == b"0" {
        return Some(Vec::new());
    }
    on_path("sudo").then(|| vec!["sudo".to_owned()])
}

fn elevated(before: &[String], words: &[String]) -> Command {
    let mut all = before
        .iter()
        .chain(["env".to_owned(), "DEBIAN_FRONTEND=noninteractive".to_owned()].iter())
        .chain(words)
        .cloned()
        .collect::<Vec<_>>()
        .into_iter();
    let mut command = Command::new(all.next().unwrap_or_default());
    command.args(all);
    command
}

fn has_python(module: &str) -> bool {
    let mut command = Command::new("python3");
    let status = command
        .args(["-c", &format!("import {module}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs() -> Vec<Need> {
        toml::from_str::<List>(LIST).unwrap().need
    }

    #[test]
    fn each_need_can_be_looked_for_and_has_a_package_on_debian() {
        for need in needs() {
            assert!(
                need.program.is_some() || need.library.is_some() || need.file.is_some() || need.python.is_some(),
                "{}",
                need.what
            );
            assert!(!need.apt.is_empty(), "{}", need.what);
        }
    }

    #[test]
    fn the_one_command_names_each_package_once() {
        let missing: Vec<Need> = needs()
            .into_iter()
            .chain(needs())
            .filter(|need| need.purpose == Purpose::Build)
            .collect();
        let command = Manager::Dnf.command(&missing).join(" ");
        assert!(command.starts_with("dnf install --assumeyes "), "{command}");
        assert_eq!(command.matches("webkit2gtk4.1-devel").count(), 1, "{command}");
    }
}
