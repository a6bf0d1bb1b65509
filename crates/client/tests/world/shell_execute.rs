//! What Windows itself starts for a link and for a browser.

#![cfg(windows)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use doorkey::link_handler::LinkHandler;
use doorkey::user_agent::{Opened, UserAgent, UserAgentError};
use url::Url;
use winreg::RegKey;
use winreg::enums::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};

/// Set where the whole registry belongs to the tests, so that they may write for all users and change the browser.
const OWN_REGISTRY: &str = "DOORKEY_TEST_OWN_REGISTRY";

const CLASSES: &str = "Software\\Classes";

pub(crate) fn own_registry() -> bool {
    std::env::var_os(OWN_REGISTRY).is_some()
}

/// A program that writes its first two arguments, one a line, into the file `noted` beside it.
fn noting_program(folder: &Path) -> PathBuf {
    let path = folder.join("noting program.cmd");
    // Moved into place when it is whole.
    let script = [
        "@echo off",
        "> \"%~dp0noting\" echo [%1]",
        ">> \"%~dp0noting\" echo [%2]",
        "move /y \"%~dp0noting\" \"%~dp0noted\" > nul",
        "",
    ]
    .join("\r\n");
    std::fs::write(&path, script).expect("written");
    path
}

/// What the program of [`noting_program`] noted. It runs by itself, so its file is looked for until it is there.
fn noted(folder: &Path) -> Vec<String> {
    let give_up = Instant::now() + Duration::from_secs(20);
    let path = folder.join("noted");
    while !path.exists() {
        assert!(Instant::now() < give_up, "the program was not started");
        std::thread::sleep(Duration::from_millis(10));
    }
    let text = std::fs::read_to_string(path).expect("noted");
    text.lines().map(str::to_owned).collect()
}

/// A registration that is taken back when it is dropped.
struct Registered(LinkHandler);

impl Drop for Registered {
    fn drop(&mut self) {
        let _ = self.0.remove();
        if own_registry() {
            let class = format!("{CLASSES}\\{}", self.0.scheme);
            let _ = RegKey::predef(HKEY_LOCAL_MACHINE).delete_subkey_all(class);
        }
    }
}

#[test]
fn a_link_of_the_registered_scheme_starts_the_program_with_the_link_as_its_only_argument() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = noting_program(folder.path());
    let scheme = format!("dev.doorkey.delivery.p{}", std::process::id());
    let registered = Registered(LinkHandler::of_this_user(&scheme, "Doorkey", &program).expect("a registry"));
    registered.0.register().expect("registered");
    if own_registry() {
        // Some versions of Wine look at the classes of the machine only: the very same registration, where they see it.
        let class = format!("{CLASSES}\\{scheme}");
        let of_user = RegKey::predef(HKEY_CURRENT_USER)
            .open_subkey(&class)
            .expect("registered");
        let (of_machine, _) = RegKey::predef(HKEY_LOCAL_MACHINE).create_subkey(&class).expect("made");
        of_user.copy_tree("", &of_machine).expect("copied");
    }
    let link = format!("{scheme}:/callback/op?code=a&state=b");
    let status = Command::new("rundll32.exe")
        .arg("url.dll,FileProtocolHandler")
        .arg(&link)
        // What it starts lives on for a moment, and would hold our output open.
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("it runs");
    assert!(status.success());
    assert_eq!(noted(folder.path()), [format!("[\"{link}\"]"), "[]".to_owned()]);
}

/// The browser of the machine, put back when it is dropped.
struct Browser(Option<String>);

impl Browser {
    const COMMAND: &str = "Software\\Classes\\https\\shell\\open\\command";

    fn replaced_by(program: &Path) -> Self {
        let (key, _) = RegKey::predef(HKEY_LOCAL_MACHINE)
            .create_subkey(Self::COMMAND)
            .expect("made");
        let before = key.get_value("").ok();
        key.set_value("", &format!("\"{}\" \"%1\"", program.display()))
            .expect("set");
        Self(before)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let key = RegKey::predef(HKEY_LOCAL_MACHINE).create_subkey(Self::COMMAND);
        if let (Ok((key, _)), Some(before)) = (key, &self.0) {
            let _ = key.set_value("", before);
        }
    }
}

fn url() -> Url {
    Url::parse("https://op.example/authorize?client_id=a&redirect_uri=dev.doorkey:/x&state=b_c").expect("a URL")
}

#[tokio::test]
async fn the_browser_of_the_system_gets_the_url_as_its_only_argument_and_a_browser_that_is_gone_is_told() {
    if !own_registry() {
        eprintln!("skipped: it changes the browser of the whole machine");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let browser = Browser::replaced_by(&noting_program(folder.path()));
    assert_eq!(UserAgent::default().open(&url(), false).await, Ok(Opened::Confirmed));
    assert_eq!(noted(folder.path()), [format!("[\"{}\"]", url()), "[]".to_owned()]);

    let gone = Browser::replaced_by(&folder.path().join("gone.exe"));
    assert_eq!(
        UserAgent::default().open(&url(), false).await,
        Err(UserAgentError::OpenerFailed)
    );
    drop((gone, browser));
}

#[tokio::test]
async fn a_user_agent_with_a_search_path_opens_nothing() {
    let nowhere = UserAgent {
        search_path: Some("".into()),
        variables: vec![],
    };
    assert_eq!(nowhere.open(&url(), false).await, Err(UserAgentError::NoOpener));
}
