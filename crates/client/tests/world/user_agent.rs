//! Opening the browser, with stub programs in the place of the system's openers.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use doorkey::user_agent::{Opened, UserAgent, UserAgentError};
use url::Url;

/// A program of a few shell lines.
fn stub(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
}

fn only(folder: &Path) -> UserAgent {
    UserAgent {
        search_path: Some(folder.into()),
        ..UserAgent::default()
    }
}

fn url() -> Url {
    // What a shell, a template or an option parser would trip over.
    let hostile = "https://op.example/authorize?a=1&b=$(touch%20x)&c=`id`;d='\"&e=%0A--flag|^\\";
    Url::parse(hostile).expect("a URL")
}

/// Notes each argument on a line of its own, and how many there are.
fn noting(folder: &Path) -> String {
    format!("{{ echo $#; printf '%s\\n' \"$@\"; }} > {}/noted", folder.display())
}

#[tokio::test]
async fn the_url_is_handed_over_as_one_argument_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    stub(folder.path(), "xdg-open", &noting(folder.path()));
    assert_eq!(only(folder.path()).open(&url(), false).await, Ok(Opened::Confirmed));
    let noted = fs::read_to_string(folder.path().join("noted")).expect("it ran");
    assert_eq!(noted, format!("1\n{}\n", url().as_str()));
}

#[tokio::test]
async fn an_opener_that_fails_is_followed_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    stub(folder.path(), "xdg-open", "exit 3");
    stub(folder.path(), "gio", &noting(folder.path()));
    assert_eq!(only(folder.path()).open(&url(), false).await, Ok(Opened::Confirmed));
    let noted = fs::read_to_string(folder.path().join("noted")).expect("it ran");
    assert_eq!(noted, format!("2\nopen\n{}\n", url().as_str()));
}

#[tokio::test]
async fn a_missing_and_a_failing_opener_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        only(folder.path()).open(&url(), false).await,
        Err(UserAgentError::NoOpener)
    );
    for name in ["xdg-open", "gio", "wslview"] {
        stub(folder.path(), name, "exit 1");
    }
    assert_eq!(
        only(folder.path()).open(&url(), false).await,
        Err(UserAgentError::OpenerFailed)
    );
}

#[tokio::test]
async fn nothing_is_started_for_a_url_that_may_not_be_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    stub(folder.path(), "xdg-open", &noting(folder.path()));
    for refused in [
        "http://op.example/",
        "file:///etc/passwd",
        "dev.doorkey.test:/x",
        "http://127.0.0.1/",
    ] {
        let refused = Url::parse(refused).expect("a URL");
        assert_eq!(
            only(folder.path()).open(&refused, false).await,
            Err(UserAgentError::RefusedUrl)
        );
    }
    assert!(!folder.path().join("noted").exists());
}

#[tokio::test]
async fn an_opener_that_stays_counts_as_opened_after_four_seconds_and_leaves_no_zombie() {
    let folder = tempfile::tempdir().expect("a folder");
    let fifo = folder.path().join("gate");
    // Stays until the gate is opened, as a browser in the foreground does until it is closed.
    let gate = format!(
        "/bin/mkfifo {0} && echo $$ > {1}/pid && read line < {0}",
        fifo.display(),
        folder.path().display()
    );
    stub(folder.path(), "xdg-open", &gate);
    let before = Instant::now();
    assert_eq!(only(folder.path()).open(&url(), false).await, Ok(Opened::Presumed));
    let took = before.elapsed();
    assert!(
        took >= Duration::from_secs(4) && took < Duration::from_secs(6),
        "{took:?}"
    );

    let pid = fs::read_to_string(folder.path().join("pid"))
        .expect("it runs")
        .trim()
        .to_owned();
    assert!(Path::new("/proc").join(&pid).exists());
    fs::write(&fifo, "go\n").expect("the gate opens");
    let gone = async {
        while Path::new("/proc").join(&pid).exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone)
        .await
        .expect("it ends and is reaped");
}

#[tokio::test]
async fn openers_that_fail_late_leave_less_time_to_the_next_and_four_seconds_are_all_there_is() {
    let folder = tempfile::tempdir().expect("a folder");
    stub(folder.path(), "xdg-open", "/bin/sleep 2; exit 1");
    stub(folder.path(), "gio", "/bin/sleep 30");
    let before = Instant::now();
    assert_eq!(only(folder.path()).open(&url(), false).await, Ok(Opened::Presumed));
    assert!(before.elapsed() < Duration::from_millis(4900), "{:?}", before.elapsed());
}

#[tokio::test]
async fn the_system_s_own_xdg_open_starts_the_browser_with_the_url() {
    if !Path::new("/usr/bin/xdg-open").exists() {
        assert!(std::env::var_os("CI").is_none(), "xdg-utils is there in CI");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    stub(folder.path(), "stub-browser", &noting(folder.path()));
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let variables = [
        ("BROWSER", "stub-browser"),
        ("XDG_CURRENT_DESKTOP", "X-Generic"),
        ("DISPLAY", ""),
    ]
    .map(|(name, value)| (name.into(), value.into()));
    let home = ("HOME".into(), folder.path().into());
    let agent = UserAgent {
        search_path: Some(path.into()),
        variables: variables.into_iter().chain([home]).collect(),
    };
    let plain = Url::parse("https://op.example/authorize?client_id=a&state=b%20c").expect("a URL");
    assert_eq!(agent.open(&plain, false).await, Ok(Opened::Confirmed));
    let noted = fs::read_to_string(folder.path().join("noted")).expect("the browser ran");
    assert_eq!(noted, format!("1\n{}\n", plain.as_str()));
}
