//! Trial links: by the system's own opener into another process, by a page in the browser, and those that nobody waits for.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use doorkey::Client;
use doorkey::doctor::{BrowserLinkDetail, CheckId, DeliveryDetail, Detail, Finding, Reason, Repair, State};
use doorkey::flow::Receipt;
use doorkey::user_agent::UserAgent;
use doorkey::vault::KeyStore;

use super::{Desk, detail, here, not_checked, open};
use crate::link_handler::SCHEME;
use crate::wire::{self, SOON};

const FOLDER: &str = "DOORKEY_TEST_TRIAL_FOLDER";
const LINK: &str = "DOORKEY_TEST_TRIAL_LINK";

fn script(path: &Path, lines: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::write(path, format!("#!/bin/sh\n{lines}\n")).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
}

/// A client whose opener is this script.
fn opening_by(desk: &Desk, lines: &str) -> Client {
    desk.home.ours().register().expect("registered");
    script(&desk.home.path("openers/xdg-open"), lines);
    script(&desk.home.path("openers/xdg-mime"), &format!("echo {SCHEME}.desktop"));
    desk.client()
}

/// Writes what it is to open to a file, whole or not at all.
fn noting(desk: &Desk) -> (String, PathBuf) {
    let noted = desk.home.path("opened");
    let lines = format!("printf %s \"$1\" > {0}.new && /bin/mv {0}.new {0}", noted.display());
    (lines, noted)
}

/// What the opener was given.
async fn written(file: &Path) -> String {
    let waiting = async {
        loop {
            if let Ok(text) = fs::read_to_string(file) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(SOON, waiting)
        .await
        .expect("the opener was started")
}

/// Moves the clock on; nobody sleeps.
async fn later(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

fn trials(desk: &Desk) -> usize {
    fs::read_dir(desk.folder().join("trials")).map_or(0, Iterator::count)
}

fn is_delivered(finding: &Finding) -> bool {
    matches!(detail(finding), Detail::LinkDelivery(DeliveryDetail::Delivered { .. }))
}

#[tokio::test]
async fn the_system_s_own_opener_brings_the_link_to_another_process_and_that_proves_it() {
    if !Path::new("/usr/bin/xdg-open").exists() {
        assert!(std::env::var_os("CI").is_none(), "xdg-utils is there in CI");
        return;
    }
    let desk = Desk::new();
    // The program that gets the link: this one again, with the link and the folder in its environment.
    let program = desk.home.path("bin/doorkey-program");
    let inner = std::env::current_exe().expect("we run");
    let lines = format!(
        "{LINK}=\"$1\" {FOLDER}={} exec {} --exact doctor::delivery::inside_the_program_that_gets_the_link --ignored \
         > {} 2>&1",
        desk.folder().display(),
        inner.display(),
        desk.home.path("inner.log").display()
    );
    script(&program, &lines);
    let handler = desk.home.handler(&program);
    handler.register().expect("registered");
    let home = desk.home.path("");
    let variables = [
        ("HOME", home.as_os_str()),
        ("XDG_CONFIG_HOME", desk.home.path(".config").as_os_str()),
        ("XDG_DATA_HOME", desk.home.path(".local/share").as_os_str()),
        ("XDG_DATA_DIRS", desk.home.path("usr/share").as_os_str()),
        ("XDG_CONFIG_DIRS", desk.home.path("etc/xdg").as_os_str()),
        ("XDG_CURRENT_DESKTOP", "X-Generic".as_ref()),
        ("DISPLAY", ":none".as_ref()),
    ]
    .map(|(name, value)| (name.into(), value.to_owned()));
    let user_agent = UserAgent {
        search_path: Some("/usr/bin:/bin".into()),
        variables: variables.to_vec(),
    };
    let client = desk.client_with(Some(handler), user_agent, None);
    let finding = here(&client, CheckId::LinkDelivery).await;
    let log = fs::read_to_string(desk.home.path("inner.log")).unwrap_or_default();
    assert!(
        is_delivered(&finding) && finding.state() == State::Good,
        "{finding:?}: {log}"
    );
    assert_eq!(trials(&desk), 0, "nothing is left behind");
    assert_eq!(desk.keychain.entries(), 0, "it takes no key");
}

#[tokio::test]
#[ignore = "started by the link of the test above"]
async fn inside_the_program_that_gets_the_link() {
    let folder = std::env::var_os(FOLDER).expect("the test above sets it");
    let link = std::env::var(LINK).expect("the test above sets it");
    let client = open(folder.into(), KeyStore::memory(), None, UserAgent::default(), None);
    let receipt = client.receive(&link).await;
    assert!(matches!(receipt, Receipt::Trial { expected: true }), "{receipt:?}");
}

#[tokio::test]
async fn a_link_counts_once_and_nothing_else_reacts_to_it() {
    let desk = Desk::new();
    let (lines, noted) = noting(&desk);
    let client = opening_by(&desk, &lines);
    let mut events = client.events();
    let looking = tokio::spawn({
        let client = client.clone();
        async move { here(&client, CheckId::LinkDelivery).await }
    });
    let link = written(&noted).await;
    assert!(link.starts_with(&format!("{SCHEME}:/doctor/")), "{link}");
    // A stranger's link of the same form, and the right nonce in another form, change nothing.
    let stranger = format!("{SCHEME}:/doctor/{}", "A".repeat(22));
    assert!(matches!(
        client.receive(&stranger).await,
        Receipt::Trial { expected: false }
    ));
    for other in [
        format!("{link}?x"),
        link.replace("doctor", "callback"),
        link.replace(":/", "://"),
    ] {
        assert!(matches!(client.receive(&other).await, Receipt::Unknown), "{other}");
    }
    assert!(!looking.is_finished());
    assert!(matches!(client.receive(&link).await, Receipt::Trial { expected: true }));
    assert!(
        matches!(client.receive(&link).await, Receipt::Trial { expected: false }),
        "once"
    );
    assert!(is_delivered(&looking.await.expect("it ends")));
    assert!(
        matches!(client.receive(&link).await, Receipt::Trial { expected: false }),
        "over"
    );
    assert!(client.flow().is_none());
    assert!(events.try_recv().is_err(), "nothing is told to anyone");
}

#[tokio::test]
async fn a_link_that_does_not_arrive_is_lost_after_ten_seconds_and_its_nonce_with_it() {
    let desk = Desk::new();
    let (lines, noted) = noting(&desk);
    let client = opening_by(&desk, &lines);
    let looking = tokio::spawn({
        let client = client.clone();
        async move { here(&client, CheckId::LinkDelivery).await }
    });
    let link = written(&noted).await;
    later(11).await;
    let finding = looking.await.expect("it ends");
    assert_eq!(detail(&finding), &Detail::LinkDelivery(DeliveryDetail::Lost));
    assert_eq!(
        (finding.state(), finding.repair()),
        (State::Broken, Some(Repair::RegisterLinks))
    );
    assert!(matches!(
        client.receive(&link).await,
        Receipt::Trial { expected: false }
    ));
    assert_eq!(trials(&desk), 0);
}

#[tokio::test]
async fn an_examination_that_is_given_up_waits_for_nothing_any_more() {
    let desk = Desk::new();
    let (lines, noted) = noting(&desk);
    let client = opening_by(&desk, &lines);
    let mut examination = client.examine(None).expect("it begins");
    let looking = async {
        // Only the delivery is still under way.
        while examination.next().await.is_some() {}
    };
    tokio::select! {
        () = looking => unreachable!("the link never came"),
        link = written(&noted) => {
            drop(examination);
            let gone = async {
                while trials(&desk) > 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(SOON, gone).await.expect("it is taken away");
            assert!(matches!(client.receive(&link).await, Receipt::Trial { expected: false }));
        }
    }
}

#[tokio::test]
async fn an_opener_that_is_missing_or_fails_is_told() {
    let desk = Desk::new();
    desk.home.ours().register().expect("registered");
    let finding = here(&desk.client(), CheckId::LinkDelivery).await;
    assert_eq!(detail(&finding), &Detail::LinkDelivery(DeliveryDetail::NoOpener));
    let client = opening_by(&desk, "exit 3");
    let finding = here(&client, CheckId::LinkDelivery).await;
    assert_eq!(detail(&finding), &Detail::LinkDelivery(DeliveryDetail::OpenerFailed));
    assert_eq!(finding.repair(), Some(Repair::RegisterLinks));
}

#[tokio::test]
async fn where_the_system_s_tool_says_nothing_who_gets_links_is_not_known_and_nothing_is_opened() {
    let desk = Desk::new();
    let opened = desk.home.path("opened");
    let client = opening_by(&desk, &format!("echo > {}", opened.display()));
    let tool = desk.home.path("openers/xdg-mime");
    for answer in [
        "exit 4",
        "echo dev.doorkey.test.desktop; exit 4",
        "echo",
        "echo an error has occurred",
        "printf '\\377\\n'",
        "",
    ] {
        if answer.is_empty() {
            fs::remove_file(&tool).expect("it was there");
        } else {
            script(&tool, answer);
        }
        let owner = here(&client, CheckId::LinkOwner).await;
        assert_eq!(
            (detail(&owner).word(), owner.state()),
            ("unconfirmed", State::Advice),
            "{answer}"
        );
        not_checked(&here(&client, CheckId::LinkDelivery).await, Reason::LinksNotKnown);
        not_checked(&client.examine_browser_link().await, Reason::LinksNotKnown);
        assert!(!opened.exists(), "{answer}");
    }
}

#[tokio::test]
async fn where_the_system_s_tool_does_not_answer_who_gets_links_is_not_known_and_nothing_is_opened() {
    let desk = Desk::new();
    let (opened, asked) = (desk.home.path("opened"), desk.home.path("asked"));
    let client = opening_by(&desk, &format!("echo > {}", opened.display()));
    let tool = desk.home.path("openers/xdg-mime");
    let hangs = format!(
        "/bin/mkfifo {0}.pipe; echo asked > {0}; read forever < {0}.pipe",
        asked.display()
    );
    script(&tool, &hangs);
    let looking = tokio::spawn({
        let client = client.clone();
        async move { client.examine_browser_link().await }
    });
    written(&asked).await;
    later(5).await;
    not_checked(&looking.await.expect("it ends"), Reason::LinksNotKnown);
    assert!(!opened.exists());
}

/// Begins the browser's leg and waits until the browser is to open the page: its address.
async fn page(desk: &Desk) -> (Client, tokio::task::JoinHandle<Finding>, String) {
    let (lines, noted) = noting(desk);
    let client = opening_by(desk, &lines);
    let looking = tokio::spawn({
        let client = client.clone();
        async move { client.examine_browser_link().await }
    });
    let url = written(&noted).await;
    (client, looking, url)
}

fn told(finding: &Finding) -> &BrowserLinkDetail {
    match detail(finding) {
        Detail::BrowserLink(told) => told,
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn the_page_in_the_browser_has_a_button_that_leads_back_and_no_script() {
    let desk = Desk::new();
    let (client, looking, url) = page(&desk).await;
    let address = url
        .strip_prefix("http://")
        .and_then(|rest| rest.strip_suffix("/doctor"));
    let address = address.expect("a page of ours").to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    let html = wire::get(&address, "/doctor").await;
    assert_eq!(wire::status(&html), 200);
    let policy = wire::header(&html, "content-security-policy").expect("a policy");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("script"),
        "{policy}"
    );
    assert_eq!(wire::header(&html, "cache-control"), Some("no-store"));
    assert!(!html.contains("<script") && !html.contains("http-equiv"), "{html}");
    let (_, rest) = html.split_once("<a href=\"").expect("a button");
    let (link, _) = rest.split_once('"').expect("a link");
    assert!(link.starts_with(&format!("{SCHEME}:/doctor/")), "{link}");
    // Whoever comes by another name, another way or another method gets nothing.
    for (request, status) in [
        ("GET /doctor HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(), 400),
        (
            format!("GET /doctor HTTP/1.1\r\nHost: {address}\r\nHost: {address}\r\n\r\n"),
            400,
        ),
        (format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n"), 404),
        (format!("GET /doctor?x HTTP/1.1\r\nHost: {address}\r\n\r\n"), 404),
        (
            format!("POST /doctor HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n"),
            405,
        ),
    ] {
        let answer = wire::say(&address, request.as_bytes()).await;
        assert_eq!(wire::status(&answer), status, "{request}");
        assert!(!answer.contains("/doctor/"), "{answer}");
    }
    assert!(matches!(client.receive(link).await, Receipt::Trial { expected: true }));
    let finding = looking.await.expect("it ends");
    assert!(matches!(told(&finding), BrowserLinkDetail::Delivered { .. }));
    assert!(
        tokio::net::TcpStream::connect(&address).await.is_err(),
        "the page is gone"
    );
}

#[tokio::test]
async fn a_page_without_a_click_is_told_from_one_that_was_never_shown() {
    for shown in [true, false] {
        let desk = Desk::new();
        let (_client, looking, url) = page(&desk).await;
        if shown {
            let address = url.trim_start_matches("http://").trim_end_matches("/doctor").to_owned();
            assert_eq!(wire::status(&wire::get(&address, "/doctor").await), 200);
        }
        later(61).await;
        let finding = looking.await.expect("it ends");
        let expected = if shown {
            BrowserLinkDetail::NothingCame
        } else {
            BrowserLinkDetail::PageNotShown
        };
        assert_eq!(told(&finding), &expected);
        assert_eq!(trials(&desk), 0);
    }
}

#[tokio::test]
async fn a_browser_that_cannot_be_opened_is_told() {
    let desk = Desk::new();
    desk.home.ours().register().expect("registered");
    let finding = desk.client().examine_browser_link().await;
    assert_eq!(told(&finding), &BrowserLinkDetail::NoBrowser);
}
