//! What a package brings beside the app: the `doorkey` command, its man pages and its completions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::commands::{Result, TaskError, output, run};
use crate::tree::{files, root, target};

/// The command's place in a package.
const PROGRAM: &str = "/usr/bin/doorkey";
/// The folder of its man pages.
const MAN_PAGES: &str = "/usr/share/man/man1";
/// Its completions: the shell, the name that its own command line has for the file, and the folder where each kind of system looks.
const COMPLETIONS: [(&str, &str, Folder); 3] = [
    (
        "bash",
        "doorkey",
        Folder::Same("/usr/share/bash-completion/completions"),
    ),
    (
        "zsh",
        "_doorkey",
        Folder::Either {
            deb: "/usr/share/zsh/vendor-completions",
            rpm: "/usr/share/zsh/site-functions",
        },
    ),
    (
        "fish",
        "doorkey.fish",
        Folder::Same("/usr/share/fish/vendor_completions.d"),
    ),
];

/// Where a shell looks for completions that a package brings.
#[derive(Clone, Copy)]
enum Folder {
    Same(&'static str),
    Either { deb: &'static str, rpm: &'static str },
}

impl Folder {
    fn of(self, kind: &str) -> &'static str {
        match self {
            Self::Same(folder) => folder,
            Self::Either { rpm, .. } if kind == "rpm" => rpm,
            Self::Either { deb, .. } => deb,
        }
    }
}

/// The folder in which they are made before they are packed.
fn made(profile: &str) -> PathBuf {
    target().join(profile).join("command-files")
}

/// The program that a profile of cargo's built.
fn built(profile: &str) -> PathBuf {
    target().join(profile).join("doorkey")
}

/// Where each file or folder comes from, by where it goes in a package of this kind.
fn mapping(kind: &str, profile: &str) -> BTreeMap<String, PathBuf> {
    let made = made(profile);
    let mut all = BTreeMap::from([
        (PROGRAM.to_owned(), built(profile)),
        (MAN_PAGES.to_owned(), made.join("man1")),
    ]);
    for (shell, name, folder) in COMPLETIONS {
        all.insert(format!("{}/{name}", folder.of(kind)), made.join(shell).join(name));
    }
    all
}

/// What the bundler is told beside `tauri.conf.json`, as JSON: what goes where, and that the files are made when the program is built and
/// nothing is packed yet.
///
/// # Errors
/// [`TaskError::NotStarted`] when this program cannot say where it is.
pub(crate) fn configuration(profile: &str) -> Result<String> {
    let ourselves = std::env::current_exe().map_err(|source| TaskError::NotStarted {
        command: "cargo xtask".to_owned(),
        source,
    })?;
    let script = format!("'{}' command-files {profile}", ourselves.display());
    Ok(serde_json::json!({
        "build": { "beforeBundleCommand": { "script": script, "cwd": root() } },
        "bundle": { "linux": {
            "deb": { "files": mapping("deb", profile) },
            "rpm": { "files": mapping("rpm", profile) },
        } },
    })
    .to_string())
}

/// Has the program that was built write its man pages and completions.
///
/// # Errors
/// [`TaskError::NotStarted`] or [`TaskError::Failed`] when it does not; [`TaskError::File`].
pub(crate) fn make(profile: &str) -> Result<()> {
    let (made, program) = (made(profile), built(profile));
    let failed = |source| TaskError::File {
        path: made.clone(),
        source,
    };
    if made.exists() {
        std::fs::remove_dir_all(&made).map_err(failed)?;
    }
    let man = made.join("man1");
    run(Command::new(&program).arg("man").arg(&man))?;
    // As Debian's policy wants them, and without a time in them, so that the same sources give the same bytes.
    run(Command::new("gzip")
        .args(["--best", "--no-name"])
        .args(files(&man, "1")))?;
    for (shell, name, _) in COMPLETIONS {
        let script = output(Command::new(&program).args(["completions", shell]))?;
        std::fs::create_dir_all(made.join(shell)).map_err(failed)?;
        std::fs::write(made.join(shell).join(name), script).map_err(failed)?;
    }
    Ok(())
}

/// What keeps the command from being found in a package of this kind, among whose files, by path without a leading slash, it must be.
pub(crate) fn breaches(kind: &str, all: &BTreeSet<String>) -> Vec<String> {
    let mut wanted = vec![PROGRAM.to_owned(), format!("{MAN_PAGES}/doorkey.1.gz")];
    wanted.push(format!("{MAN_PAGES}/doorkey-sign-in.1.gz"));
    wanted.extend(
        COMPLETIONS
            .iter()
            .map(|(_, name, folder)| format!("{}/{name}", folder.of(kind))),
    );
    wanted.retain(|path| !all.contains(path.trim_start_matches('/')));
    wanted.into_iter().map(|path| format!("{path} is not there")).collect()
}

/// Runs the command of a package that lies unpacked in this folder, and reads its man page as a person would.
///
/// # Errors
/// [`TaskError::Found`] when it is another version or its page is another's; [`TaskError::NotStarted`], [`TaskError::Failed`].
pub(crate) fn try_out(folder: &Path) -> Result<()> {
    let at = |path: &str| folder.join(path.trim_start_matches('/'));
    let said = output(Command::new(at(PROGRAM)).arg("--version"))?;
    let said = String::from_utf8_lossy(&said).into_owned();
    let version = concat!("doorkey ", env!("CARGO_PKG_VERSION"));
    if said.trim() != version {
        return Err(TaskError::Found(format!(
            "the command says {:?}, not {version:?}",
            said.trim()
        )));
    }
    let page = output(
        Command::new("gzip")
            .arg("--decompress")
            .arg("--stdout")
            .arg(at(MAN_PAGES).join("doorkey.1.gz")),
    )?;
    let page = String::from_utf8_lossy(&page).into_owned();
    if page.contains(".TH doorkey 1") && page.contains("sign\\-in") {
        Ok(())
    } else {
        Err(TaskError::Found("the man page is not that of the command".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(kind: &str) -> BTreeSet<String> {
        let mut all: BTreeSet<_> = mapping(kind, "ci")
            .into_keys()
            .map(|path| path.trim_start_matches('/').to_owned())
            .collect();
        for page in ["doorkey", "doorkey-sign-in"] {
            all.insert(format!("usr/share/man/man1/{page}.1.gz"));
        }
        all
    }

    #[test]
    fn a_package_with_all_of_the_command_is_in_order_and_each_part_that_is_missing_is_found() {
        for kind in ["deb", "rpm"] {
            let all = whole(kind);
            assert_eq!(breaches(kind, &all), Vec::<String>::new());
            for missing in all.iter().filter(|path| !path.ends_with("man1")) {
                let mut less = all.clone();
                less.remove(missing);
                assert_eq!(breaches(kind, &less), [format!("/{missing} is not there")]);
            }
        }
    }

    #[test]
    fn zsh_finds_its_completions_where_each_system_looks() {
        let of = |kind| {
            mapping(kind, "ci")
                .into_keys()
                .find(|path| path.ends_with("/_doorkey"))
                .unwrap()
        };
        assert_eq!(of("deb"), "/usr/share/zsh/vendor-completions/_doorkey");
        assert_eq!(of("rpm"), "/usr/share/zsh/site-functions/_doorkey");
    }

    #[test]
    fn the_command_takes_no_place_of_the_apps() {
        let app: serde_json::Value = serde_json::from_str(include_str!("../../../tauri.conf.json")).unwrap();
        let app = app["mainBinaryName"].as_str().unwrap();
        assert_ne!(PROGRAM, format!("/usr/bin/{app}"));
    }

    #[test]
    fn what_is_packed_comes_from_the_profile_that_was_built_and_the_files_are_made_before() {
        let told: serde_json::Value = serde_json::from_str(&configuration("ci").unwrap()).unwrap();
        let files = &told["bundle"]["linux"]["deb"]["files"];
        let from = files["/usr/bin/doorkey"].as_str().unwrap();
        assert!(from.ends_with("/ci/doorkey"), "{from}");
        let script = told["build"]["beforeBundleCommand"]["script"].as_str().unwrap();
        assert!(script.ends_with("' command-files ci"), "{script}");
    }
}
