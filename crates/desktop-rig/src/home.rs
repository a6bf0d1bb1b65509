//! The folders and files of a person's session: an empty home, the system's data without its applications, and one
//! browser that is the default for the web.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::error::{Result, RigError};

/// The name of the desktop entry that opens the web.
const BROWSER_ENTRY: &str = "desktop-rig-browser.desktop";

/// A home folder and what lies in it.
#[derive(Debug)]
pub(crate) struct Home {
    root: PathBuf,
}

impl Home {
    /// Lays out an empty home below `root`.
    pub(crate) fn lay_out(root: &Path) -> Result<Self> {
        let home = Self { root: root.to_owned() };
        for folder in [
            home.home(),
            home.logs(),
            home.config(),
            home.applications(),
            home.cache(),
            home.runtime(),
        ] {
            fs::create_dir_all(&folder).map_err(RigError::system("laying out the home"))?;
        }
        // XDG Base Directory specification, XDG_RUNTIME_DIR: owned by the person, access mode 0700.
        fs::set_permissions(home.runtime(), fs::Permissions::from_mode(0o700))
            .map_err(RigError::system("closing the runtime folder"))?;
        home.mirror_system_data()?;
        Ok(home)
    }

    /// The home folder itself.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    pub(crate) fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    pub(crate) fn runtime(&self) -> PathBuf {
        self.root.join("run")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.home().join(".config")
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.home().join(".cache")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home().join(".local/share")
    }

    pub(crate) fn applications(&self) -> PathBuf {
        self.data().join("applications")
    }

    /// Chromium's own folder.
    pub(crate) fn chromium(&self) -> PathBuf {
        self.home().join(".chromium")
    }

    fn system_data(&self) -> PathBuf {
        self.root.join("share")
    }

    /// The system's data folders (schemas, bus services, icons, MIME types) without its applications: what opens a
    /// link here is only what the session itself has registered.
    fn mirror_system_data(&self) -> Result<()> {
        let target = self.system_data();
        fs::create_dir_all(&target).map_err(RigError::system("the system's data folders"))?;
        for source in ["/usr/local/share", "/usr/share"] {
            let Ok(entries) = fs::read_dir(source) else { continue };
            for entry in entries.flatten().filter(|entry| entry.file_name() != "applications") {
                let link = target.join(entry.file_name());
                if link.symlink_metadata().is_err() {
                    symlink(entry.path(), link).map_err(RigError::system("the system's data folders"))?;
                }
            }
        }
        Ok(())
    }

    /// The environment of the session before it has a display and a bus.
    pub(crate) fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut environment: Vec<(OsString, OsString)> = [
            ("HOME", self.home().into_os_string()),
            ("XDG_RUNTIME_DIR", self.runtime().into_os_string()),
            ("XDG_CONFIG_HOME", self.config().into_os_string()),
            ("XDG_CACHE_HOME", self.cache().into_os_string()),
            ("XDG_DATA_HOME", self.data().into_os_string()),
            ("XDG_DATA_DIRS", self.system_data().into_os_string()),
            ("XDG_CURRENT_DESKTOP", "GNOME".into()),
            ("XDG_SESSION_TYPE", "x11".into()),
            ("GDK_BACKEND", "x11".into()),
            ("LANG", "C.UTF-8".into()),
            ("LANGUAGE", "en".into()),
            // There is no graphics card behind a display without a screen.
            ("LIBGL_ALWAYS_SOFTWARE", "1".into()),
        ]
        .map(|(key, value)| (OsString::from(key), value))
        .into();
        for key in ["PATH", "USER", "LOGNAME", "TMPDIR"] {
            if let Some(value) = std::env::var_os(key) {
                environment.push((key.into(), value));
            }
        }
        environment
    }

    /// Makes Chromium the default browser by a wrapper that starts it with `environment` and nothing else: what a link
    /// starts from there inherits neither arguments nor variables of whoever opened the browser.
    pub(crate) fn install_browser(&self, chromium: &Path, environment: &[(OsString, OsString)]) -> Result<()> {
        let mut script = OsString::from("#!/bin/sh\nexec env -i");
        for (key, value) in environment {
            script.push(" ");
            script.push(key);
            script.push("=");
            script.push(quoted(value));
        }
        script.push(" ");
        script.push(quoted(chromium.as_os_str()));
        let mut profile = OsString::from("--user-data-dir=");
        profile.push(self.chromium());
        script.push(" ");
        script.push(quoted(&profile));
        for flag in FLAGS {
            script.push(" ");
            script.push(flag);
        }
        script.push(" \"$@\"\n");
        let wrapper = self.root.join("browser");
        let write = || -> std::io::Result<()> {
            fs::write(&wrapper, script.as_encoded_bytes())?;
            fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
            // The path is a temporary folder's: no space or reserved character of the Exec key is in it.
            let entry = format!(
                "[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\nNoDisplay=false\n\
                 MimeType=x-scheme-handler/http;x-scheme-handler/https;text/html;\n",
                wrapper.display()
            );
            fs::write(self.applications().join(BROWSER_ENTRY), entry)?;
            let defaults = format!(
                "[Default Applications]\nx-scheme-handler/http={BROWSER_ENTRY}\nx-scheme-handler/https={BROWSER_ENTRY}\n"
            );
            fs::write(self.config().join("mimeapps.list"), defaults)
        };
        write().map_err(RigError::system("making the browser the default"))
    }

    /// Lets pages of `origin` open links of `scheme` without Chromium's question, which nobody could see in a test.
    /// Takes effect when Chromium starts.
    pub(crate) fn allow_scheme(&self, origin: &str, scheme: &str) -> Result<()> {
        let folder = self.chromium().join("Default");
        let file = folder.join("Preferences");
        let mut preferences: Value = fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_else(|| json!({}));
        let pairs = &mut preferences["protocol_handler"]["allowed_origin_protocol_pairs"];
        if !pairs.is_object() {
            *pairs = Value::Object(Map::new());
        }
        pairs[origin][scheme] = Value::Bool(true);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, preferences.to_string()))
            .map_err(RigError::system("Chromium's preferences"))
    }
}

/// What Chromium needs to run as root, without a screen, without asking or telling anyone anything.
const FLAGS: &[&str] = &[
    "--no-sandbox",
    "--no-first-run",
    // No bar about the missing sandbox, which moves the page while it is being clicked.
    "--test-type",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--password-store=basic",
    "--lang=en",
    "--remote-debugging-port=0",
];

fn quoted(text: &OsStr) -> OsString {
    let mut quoted = OsString::from("'");
    quoted.push(text.to_string_lossy().replace('\'', "'\\''"));
    quoted.push("'");
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_s_applications_are_not_in_the_session() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::lay_out(folder.path()).unwrap();
        assert!(home.system_data().join("mime").exists());
        assert!(!home.system_data().join("applications").exists());
    }

    #[test]
    fn two_origins_can_be_allowed_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::lay_out(folder.path()).unwrap();
        home.allow_scheme("http://127.0.0.1:1", "a.b").unwrap();
        home.allow_scheme("http://127.0.0.1:2", "a.b").unwrap();
        let written: Value =
            serde_json::from_slice(&fs::read(home.chromium().join("Default/Preferences")).unwrap()).unwrap();
        assert_eq!(
            written["protocol_handler"]["allowed_origin_protocol_pairs"],
            json!({"http://127.0.0.1:1": {"a.b": true}, "http://127.0.0.1:2": {"a.b": true}})
        );
    }

    #[test]
    fn a_value_with_a_quote_stays_one_word_of_the_shell() {
        assert_eq!(quoted(OsStr::new("a 'b' c")), OsString::from("'a '\\''b'\\'' c'"));
    }
}
