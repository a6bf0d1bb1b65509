//! Opening the system's browser: the external user-agent of RFC 8252.
//!
//! Only an https URL (or http to a loopback literal in development) is ever handed over, serialised anew, as one
//! argument of a program that is run without a shell.

use std::ffi::OsString;
use std::time::Duration;

use url::{Host, Url};

use crate::doctor::TrialLink;

/// How long an opener may take to fail. One that still runs then has opened something and stays in front of it.
const PATIENCE: Duration = Duration::from_secs(4);

/// Who gets the links of a scheme, as this system's own opener sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(unix, not(target_os = "macos"))),
    expect(dead_code, reason = "there nothing has a mind of its own")
)]
pub(crate) enum Named {
    /// The program with this desktop entry.
    Entry(String),
    /// It did not say: its tool is missing, fails, names nobody or does not answer.
    NotSaid,
    /// There is no opener with a mind of its own: what is registered is all that counts.
    NoOpener,
}

/// The programs that open links, and what stands before the link, in the order to try them.
#[cfg(all(unix, not(target_os = "macos")))]
const OPENERS: [(&str, Option<&str>); 3] = [("xdg-open", None), ("gio", Some("open")), ("wslview", None)];

/// The browser took the link, as far as can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The opener ended and reported success.
    Confirmed,
    /// The opener still ran when the time was over.
    Presumed,
}

/// Why the browser was not opened. Holds no URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserAgentError {
    /// The URL is not one that a browser may be sent to.
    #[error("the URL is not one that may be opened")]
    RefusedUrl,
    /// This system has no program that opens links.
    #[error("no program that opens links was found")]
    NoOpener,
    /// There is one, and it failed.
    #[error("the program that opens links failed")]
    OpenerFailed,
}

/// The system's way to open a link.
#[derive(Clone, Debug, Default)]
pub struct UserAgent {
    /// Where programs are looked for, in the form of `PATH`; the process's own when `None`. Windows and macOS open links
    /// without looking for a program, so that naming a path there means: open nothing.
    pub search_path: Option<OsString>,
    /// Variables that the opener gets besides the process's own. Not on Windows and macOS, where no program of ours is started.
    pub variables: Vec<(OsString, OsString)>,
}

/// Opens a URL in the system's browser. The answer is known within four seconds.
///
/// # Errors
/// See [`UserAgentError`].
///
/// Spec: RFC 8252 section 6
pub async fn open(url: &Url, loopback_http: bool) -> Result<Opened, UserAgentError> {
    UserAgent::default().open(url, loopback_http).await
}

impl UserAgent {
    /// Opens a URL in the system's browser. The answer is known within four seconds.
    ///
    /// # Errors
    /// See [`UserAgentError`].
    ///
    /// Spec: RFC 8252 section 6
    pub async fn open(&self, url: &Url, loopback_http: bool) -> Result<Opened, UserAgentError> {
        if !may_open(url, loopback_http) {
            return Err(UserAgentError::RefusedUrl);
        }
        self.hand_over(url.as_str()).await
    }

    /// Opens a trial link of our own scheme by the system's way to open links. That there is one says that the scheme is ours.
    pub(crate) async fn open_trial_link(&self, link: &TrialLink) -> Result<Opened, UserAgentError> {
        self.hand_over_link(link.as_str()).await
    }

    /// By the opener whose tool was asked who gets the link, and no other: each may have a mind of its own.
    #[cfg(all(unix, not(target_os = "macos")))]
    async fn hand_over_link(&self, link: &str) -> Result<Opened, UserAgentError> {
        for opener in &OPENERS[..2] {
            let done = self.hand_over_by(std::slice::from_ref(opener), link).await;
            if done != Err(UserAgentError::NoOpener) {
                return done;
            }
        }
        Err(UserAgentError::NoOpener)
    }

    /// The entry that this system's own tool names for links of a scheme, in the surroundings that the opener will have. It is the
    /// tool of the very opener that a link would be handed to: what another one says is no word about that. It starts no handler.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(crate) async fn named_entry(&self, scheme: &str) -> Named {
        let kind = format!("x-scheme-handler/{scheme}");
        for (opener, tool, before) in [
            ("xdg-open", "xdg-mime", &["query", "default"][..]),
            ("gio", "gio", &["mime"]),
        ] {
            if !self.has_program(opener) {
                continue;
            }
            let mut command = self.command(tool);
            command.args(before).arg(&kind);
            command.stdout(std::process::Stdio::piped()).kill_on_drop(true);
            let Ok(child) = command.spawn() else {
                return Named::NotSaid;
            };
            return match tokio::time::timeout(PATIENCE, child.wait_with_output()).await {
                Ok(Ok(answer)) if answer.status.success() => entry_in(&answer.stdout),
                _ => Named::NotSaid,
            };
        }
        // Its browser is one of another system, with handlers of its own that nobody here can read.
        if self.has_program("wslview") {
            return Named::NotSaid;
        }
        Named::NoOpener
    }

    /// Whether there is such a program where openers are looked for.
    #[cfg(all(unix, not(target_os = "macos")))]
    fn has_program(&self, program: &str) -> bool {
        use std::os::unix::fs::PermissionsExt as _;
        let stated = self.variables.iter().rev().find(|(name, _)| name == "PATH");
        let path = match stated {
            Some((_, path)) => Some(path.clone()),
            None => self.search_path.clone().or_else(|| std::env::var_os("PATH")),
        };
        std::env::split_paths(&path.unwrap_or_default()).any(|folder| {
            let found = std::fs::metadata(folder.join(program));
            found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
        })
    }

    /// A program of the system's, found where openers are found, with what openers are told of their surroundings.
    #[cfg(all(unix, not(target_os = "macos")))]
    fn command(&self, program: &str) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(program);
        if let Some(path) = &self.search_path {
            command.env("PATH", path);
        }
        without_bundled_libraries(&mut command);
        command.envs(self.variables.iter().cloned());
        command.stdin(std::process::Stdio::null());
        command.stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::null());
        // Ctrl+C at our terminal is not meant for the browser.
        command.process_group(0);
        command
    }

    /// Whether there is a screen: without one, xdg-open hands every link to a web browser in the terminal.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(crate) fn has_display(&self) -> bool {
        ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| {
            let own = self.variables.iter().rev().find(|(known, _)| known == name);
            let value = own.map_or_else(|| std::env::var_os(name), |(_, value)| Some(value.clone()));
            value.is_some_and(|value| !value.is_empty())
        })
    }

    /// Windows and macOS have one mind about it.
    #[cfg(any(windows, target_os = "macos"))]
    pub(crate) async fn named_entry(&self, _scheme: &str) -> Named {
        Named::NoOpener
    }

    #[cfg(any(windows, target_os = "macos"))]
    pub(crate) fn has_display(&self) -> bool {
        true
    }

    /// Never run: there was no Windows and no macOS to run it on. Not `open_browser`, which would take a web browser.
    #[cfg(any(windows, target_os = "macos"))]
    async fn hand_over_link(&self, link: &str) -> Result<Opened, UserAgentError> {
        let link = link.to_owned();
        let opening = tokio::task::spawn_blocking(move || opener::open(link));
        match tokio::time::timeout(PATIENCE, opening).await {
            Ok(Ok(Ok(()))) => Ok(Opened::Confirmed),
            Ok(_) => Err(UserAgentError::OpenerFailed),
            Err(_) => Ok(Opened::Presumed),
        }
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    async fn hand_over(&self, url: &str) -> Result<Opened, UserAgentError> {
        self.hand_over_by(&OPENERS, url).await
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    async fn hand_over_by(
        &self,
        openers: &[(&'static str, Option<&'static str>)],
        url: &str,
    ) -> Result<Opened, UserAgentError> {
        let give_up = tokio::time::Instant::now() + PATIENCE;
        let mut outcome = UserAgentError::NoOpener;
        for &(program, before) in openers {
            let mut command = self.command(program);
            command.args(before).arg(url);
            let Ok(mut child) = command.spawn() else { continue };
            match tokio::time::timeout_at(give_up, child.wait()).await {
                Ok(Ok(status)) if status.success() => return Ok(Opened::Confirmed),
                Ok(_) => {
                    tracing::debug!(program, "an opener failed");
                    outcome = UserAgentError::OpenerFailed;
                }
                Err(_) => {
                    // Waited for in the background only so that it leaves no zombie.
                    tokio::spawn(async move { child.wait().await });
                    return Ok(Opened::Presumed);
                }
            }
        }
        Err(outcome)
    }

    #[cfg(any(windows, target_os = "macos"))]
    async fn hand_over(&self, url: &str) -> Result<Opened, UserAgentError> {
        if self.search_path.is_some() {
            return Err(UserAgentError::NoOpener);
        }
        let url = url.to_owned();
        let opening = tokio::task::spawn_blocking(move || opener::open_browser(url));
        match tokio::time::timeout(PATIENCE, opening).await {
            Ok(Ok(Ok(()))) => Ok(Opened::Confirmed),
            Ok(_) => Err(UserAgentError::OpenerFailed),
            Err(_) => Ok(Opened::Presumed),
        }
    }
}

/// The desktop entry in what a tool says: one says the name alone, the other ends a sentence with it, and either may go on with those
/// that come after it.
#[cfg(all(unix, not(target_os = "macos")))]
fn entry_in(answer: &[u8]) -> Named {
    let first = std::str::from_utf8(answer).ok().and_then(|text| text.lines().next());
    let name = first
        .and_then(|line| line.split(';').next())
        .and_then(|words| words.split_whitespace().next_back());
    match name {
        Some(name) if name.ends_with(".desktop") => Named::Entry(name.to_owned()),
        _ => Named::NotSaid,
    }
}

/// Only https, or http to a loopback literal in development, and nothing that a browser would ask about.
fn may_open(url: &Url, loopback_http: bool) -> bool {
    let scheme_allowed = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => match url.host() {
            Some(Host::Ipv4(address)) => loopback_http && address.is_loopback(),
            Some(Host::Ipv6(address)) => loopback_http && address.is_loopback(),
            Some(Host::Domain(_)) | None => false,
        },
        _ => false,
    };
    scheme_allowed && url.username().is_empty() && url.password().is_none()
}

/// An AppImage starts its program with paths into itself, where a browser of the system would find the wrong libraries.
#[cfg(all(unix, not(target_os = "macos")))]
fn without_bundled_libraries(command: &mut tokio::process::Command) {
    let Some(bundle) = std::env::var_os("APPDIR").filter(|folder| !folder.is_empty()) else {
        return;
    };
    for (name, value) in std::env::vars_os() {
        if name == "APPDIR" || name == "PATH" {
            continue;
        }
        if let Some(kept) = entries_outside(&value, &bundle) {
            if kept.is_empty() {
                command.env_remove(&name);
            } else {
                command.env(&name, kept);
            }
        }
    }
}

/// A list of paths without those inside `bundle`; `None` when it has none of them.
#[cfg(all(unix, not(target_os = "macos")))]
fn entries_outside(value: &std::ffi::OsStr, bundle: &std::ffi::OsStr) -> Option<OsString> {
    let inside = |path: &std::path::PathBuf| path.starts_with(bundle);
    let entries: Vec<_> = std::env::split_paths(value).collect();
    if !entries.iter().any(inside) {
        return None;
    }
    std::env::join_paths(entries.into_iter().filter(|path| !inside(path))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str, loopback_http: bool) -> bool {
        may_open(&Url::parse(url).expect("a URL"), loopback_http)
    }

    #[test]
    fn only_https_and_in_development_loopback_http_may_be_opened() {
        assert!(allowed("https://op.example/authorize?x=1", false));
        assert!(!allowed("http://127.0.0.1:1/", false));
        assert!(allowed("http://127.0.0.1:1/", true));
        assert!(allowed("http://[::1]:1/", true));
        for url in [
            "http://op.example/",
            "http://localhost/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "smb://host/share",
            "vbscript:x",
            "ms-msdt:/id",
            "https://user:pass@op.example/",
        ] {
            assert!(!allowed(url, true), "{url}");
        }
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn paths_into_an_appimage_are_taken_out_of_lists() {
        let kept = entries_outside("/tmp/app/usr/lib:/usr/lib".as_ref(), "/tmp/app".as_ref());
        assert_eq!(kept, Some("/usr/lib".into()));
        assert_eq!(
            entries_outside("/usr/lib:/tmp/apple".as_ref(), "/tmp/app".as_ref()),
            None
        );
    }
}
