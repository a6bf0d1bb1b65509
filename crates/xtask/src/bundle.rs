//! What is in the packages that people install: whether a link in the app's scheme reaches the app.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command_files;
use crate::commands::{Result, TaskError, output, run};
use crate::tree::{files, target};

/// The private-use URI scheme of a release.
const SCHEME: &str = "dev.doorkey.desktop";

/// A package, unpacked.
struct Unpacked {
    /// The files below `usr/share/applications`, by path and text.
    entries: Vec<(String, String)>,
    /// Every file, by its path in the package, without a leading slash.
    files: BTreeSet<String>,
}

/// Unpacks the deb and the rpm that were built, and checks each.
///
/// # Errors
/// [`TaskError::Found`] when a package is not there or is not as it must be; what is wrong is printed.
pub(crate) fn check() -> Result<()> {
    let bundles = target().join("ci/bundle");
    let scratch = target().join("tmp/packages");
    let mut wrong = 0;
    for kind in ["deb", "rpm"] {
        let built = newest(&bundles.join(kind), kind)?;
        let folder = scratch.join(kind);
        unpack(kind, &built, &folder)?;
        let unpacked = read(&folder)?;
        let mut found = breaches(&unpacked);
        found.extend(command_files::breaches(kind, &unpacked.files));
        if found.is_empty() {
            command_files::try_out(&folder)?;
        }
        for breach in &found {
            eprintln!("  {}: {breach}", built.display());
        }
        if found.is_empty() {
            eprintln!("  {}: links, icons, app and command are in order", built.display());
        }
        wrong += found.len();
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(TaskError::Found(format!("{wrong} things are wrong with the packages")))
    }
}

fn newest(folder: &Path, extension: &str) -> Result<PathBuf> {
    let built = files(folder, extension).into_iter();
    let newest = built.max_by_key(|file| file.metadata().and_then(|data| data.modified()).ok());
    newest.ok_or_else(|| TaskError::Found(format!("no {extension} in {}", folder.display())))
}

fn unpack(kind: &str, package: &Path, folder: &Path) -> Result<()> {
    let failed = |source| TaskError::File {
        path: folder.to_owned(),
        source,
    };
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(failed)?;
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    if kind == "rpm" {
        return run(Command::new("bsdtar").arg("-xf").arg(package).arg("-C").arg(folder));
    }
    // A deb is an archive of archives: the files are in the one whose name begins with `data.tar`.
    let parts = output(Command::new("bsdtar").arg("-tf").arg(package))?;
    let parts = String::from_utf8_lossy(&parts).into_owned();
    let data = parts.lines().find(|name| name.starts_with("data.tar"));
    let data = data.ok_or_else(|| TaskError::Found(format!("{}: no data in it", package.display())))?;
    run(Command::new("bsdtar")
        .arg("-xf")
        .arg(package)
        .arg("-C")
        .arg(folder)
        .arg(data))?;
    let archive = folder.join(data);
    run(Command::new("bsdtar").arg("-xf").arg(&archive).arg("-C").arg(folder))?;
    std::fs::remove_file(archive).map_err(failed)
}

fn read(folder: &Path) -> Result<Unpacked> {
    let mut entries = Vec::new();
    let mut all = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let failed = |source| TaskError::File {
            path: path.clone(),
            source,
        };
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .map_err(failed)?
                    .flatten()
                    .map(|entry| entry.path()),
            );
            continue;
        }
        let name = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .to_string_lossy()
            .into_owned();
        if name.starts_with("usr/share/applications/") {
            entries.push((name.clone(), std::fs::read_to_string(&path).map_err(failed)?));
        }
        all.insert(name);
    }
    Ok(Unpacked { entries, files: all })
}

/// What keeps a link from reaching the app, or the app from being found.
fn breaches(package: &Unpacked) -> Vec<String> {
    let [(name, entry)] = package.entries.as_slice() else {
        return vec![format!("{} desktop entries where there is one", package.entries.len())];
    };
    let mut found = Vec::new();
    let wanted = format!("usr/share/applications/{SCHEME}.desktop");
    // The app's id on Wayland and in portals is the name of its entry; ours is the identifier, or the product's name.
    if *name != wanted && !name.to_lowercase().contains("doorkey") {
        found.push(format!("{name} is not an entry of ours"));
    }
    let exec = value(entry, "Exec").unwrap_or_default();
    let words: Vec<&str> = exec.split_whitespace().collect();
    // Desktop Entry Specification, "The Exec key": without a field code the address is not handed over at all; %u is
    // one address, as an argument of its own.
    if words.len() != 2 || words.last() != Some(&"%u") {
        found.push(format!("{name}: Exec={exec} does not end in %u: the link is lost"));
    }
    let program = words.first().map(|word| word.trim_matches('"')).unwrap_or_default();
    let program = program.strip_prefix("/usr/bin/").unwrap_or(program);
    if program.is_empty() || !package.files.contains(&format!("usr/bin/{program}")) {
        found.push(format!("{name}: Exec names {program:?}, which is not in usr/bin"));
    }
    let kind = format!("x-scheme-handler/{SCHEME}");
    if !value(entry, "MimeType")
        .unwrap_or_default()
        .split(';')
        .any(|one| one == kind)
    {
        found.push(format!(
            "{name}: no MimeType {kind}: the system does not know whose links these are"
        ));
    }
    let icon = value(entry, "Icon").unwrap_or_default();
    let drawn = |file: &&String| {
        let named = [format!("/apps/{icon}.png"), format!("/apps/{icon}.svg")];
        file.starts_with("usr/share/icons/hicolor/") && named.iter().any(|end| file.ends_with(end.as_str()))
    };
    if icon.is_empty() || package.files.iter().filter(drawn).count() < 2 {
        found.push(format!("{name}: Icon={icon} is not in the hicolor theme in two sizes"));
    }
    found
}

/// The value of a key in the first group of a desktop entry.
fn value<'a>(entry: &'a str, key: &str) -> Option<&'a str> {
    let group = entry.lines().skip_while(|line| *line != "[Desktop Entry]").skip(1);
    let mut lines = group.take_while(|line| !line.starts_with('['));
    lines
        .find_map(|line| line.split_once('=').filter(|(name, _)| name.trim() == key))
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "[Desktop Entry]\nType=Application\nName=Doorkey\nExec=doorkey-desktop %u\nIcon=doorkey-desktop\n\
                         MimeType=x-scheme-handler/dev.doorkey.desktop;\n";

    fn found(entry: &str) -> String {
        let files = ["32x32", "128x128"].map(|size| format!("usr/share/icons/hicolor/{size}/apps/doorkey-desktop.png"));
        let files = files
            .into_iter()
            .chain(["usr/bin/doorkey-desktop".to_owned()])
            .collect();
        let entries = vec![("usr/share/applications/Doorkey.desktop".to_owned(), entry.to_owned())];
        breaches(&Unpacked { entries, files }).join("\n")
    }

    #[test]
    fn an_entry_that_takes_links_is_in_order() {
        assert_eq!(found(ENTRY), "");
    }

    #[test]
    fn an_entry_that_loses_the_link_is_found() {
        assert!(found(&ENTRY.replace(" %u", "")).contains("the link is lost"));
        assert!(found(&ENTRY.replace("%u", "%f")).contains("the link is lost"));
        assert!(found(&ENTRY.replace("%u", "--open %u")).contains("the link is lost"));
    }

    #[test]
    fn an_entry_for_another_scheme_or_for_none_is_found() {
        assert!(found(&ENTRY.replace("dev.doorkey.desktop;", "dev.doorkey.desktop.dev;")).contains("no MimeType"));
        assert!(found(&ENTRY.replace("MimeType", "X-MimeType")).contains("no MimeType"));
    }

    #[test]
    fn a_program_or_an_icon_that_is_not_in_the_package_is_found() {
        assert!(found(&ENTRY.replace("Exec=doorkey-desktop", "Exec=doorkey")).contains("not in usr/bin"));
        assert!(found(&ENTRY.replace("Icon=doorkey-desktop", "Icon=doorkey")).contains("hicolor"));
    }

    #[test]
    fn a_package_without_an_entry_or_with_two_is_found() {
        let none = Unpacked {
            entries: Vec::new(),
            files: BTreeSet::new(),
        };
        assert_eq!(breaches(&none).len(), 1);
    }
}
