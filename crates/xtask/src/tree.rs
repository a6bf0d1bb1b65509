//! Where things lie, and whether what was made from them is older than they are.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    // crates/xtask lies two folders below it.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).unwrap_or(here)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// A program that a debug build made.
pub(crate) fn built(name: &str) -> PathBuf {
    target()
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// True when `made` is not there or any file below `sources` is newer. Folders of dependencies and of output are left out.
pub(crate) fn is_stale(made: &Path, sources: &[PathBuf]) -> bool {
    let Some(made) = changed(made) else { return true };
    let mut open = sources.to_vec();
    while let Some(path) = open.pop() {
        let skipped = path
            .file_name()
            .is_some_and(|name| name == "node_modules" || name == "dist");
        if skipped {
            continue;
        }
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|entry| entry.path()),
            );
        } else if changed(&path).is_some_and(|time| time > made) {
            return true;
        }
    }
    false
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

/// Every file below `folder` whose name ends with `.extension`, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|entry| entry.path()),
            );
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_stale_and_what_is_newer_than_its_sources_is_not() {
        let sources = [root().join("Cargo.toml")];
        assert!(is_stale(Path::new("/no/such/file"), &sources));
        let made = std::env::temp_dir().join(format!("xtask-stale-{}", std::process::id()));
        std::fs::write(&made, "").unwrap();
        let fresh = is_stale(&made, &sources);
        std::fs::File::options()
            .write(true)
            .open(&made)
            .unwrap()
            .set_modified(SystemTime::UNIX_EPOCH)
            .unwrap();
        let old = is_stale(&made, &sources);
        std::fs::remove_file(&made).unwrap();
        assert!(!fresh);
        assert!(old);
    }
}
