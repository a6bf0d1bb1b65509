//! Which self this build is: the released command, or the one that is being developed. It is the app's rule, so that the two
//! share their accounts; a test holds it to the app's files.

use std::path::PathBuf;

/// The program's name, as people know it.
pub(crate) const NAME: &str = "Doorkey";

/// The app's identifier: its scheme, its keychain service, and the name of its folders.
pub(crate) const IDENTIFIER: &str = if cfg!(debug_assertions) {
    "dev.doorkey.desktop.dev"
} else {
    "dev.doorkey.desktop"
};

/// The app's program, which stands beside this one, or is built beside it.
pub(crate) const APP: &str = if cfg!(windows) {
    "doorkey-desktop.exe"
} else {
    "doorkey-desktop"
};

/// The folder of the app's data: where Tauri puts it. `None` where the system names none.
pub(crate) fn data_folder() -> Option<PathBuf> {
    Some(base("XDG_DATA_HOME", ".local/share")?.join(IDENTIFIER))
}

/// The folder of the command's configuration.
pub(crate) fn config_folder() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join(IDENTIFIER))
}

#[cfg(all(unix, not(target_os = "macos")))]
fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    // XDG Base Directory Specification: a relative path is to be ignored.
    let named = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    named.or_else(|| Some(home()?.join(below_home)))
}

#[cfg(target_os = "macos")]
fn base(_variable: &str, _below_home: &str) -> Option<PathBuf> {
    Some(home()?.join("Library/Application Support"))
}

#[cfg(windows)]
fn base(_variable: &str, _below_home: &str) -> Option<PathBuf> {
    std::env::var_os("APPDATA")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

#[cfg(unix)]
fn home() -> Option<PathBuf> {
    std::env::var_os("HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_has_the_identity_of_the_app() {
        let app: serde_json::Value = serde_json::from_str(include_str!("../../../tauri.conf.json")).unwrap();
        let identifier = app["identifier"].as_str().unwrap();
        assert_eq!(app["productName"], NAME);
        assert_eq!(APP.trim_end_matches(".exe"), app["mainBinaryName"].as_str().unwrap());
        // What the app appends in a debug build.
        let rule = include_str!("../../../src-tauri/channel.rs");
        assert!(rule.contains("config.identifier.push_str(\".dev\")"));
        let suffix = if cfg!(debug_assertions) { ".dev" } else { "" };
        assert_eq!(IDENTIFIER, format!("{identifier}{suffix}"));
    }
}
