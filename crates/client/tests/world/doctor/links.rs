//! Who gets our links, and what the doctor never does about a stranger.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use doorkey::doctor::{CheckId, Detail, LinkOwnerDetail, Reason, Repair, State};
use doorkey::flow::{DoorKind, SignIn, Stage};
use doorkey::link_handler::Ownership;
use doorkey::user_agent::UserAgent;
use doorkey::{Client, Error};

use super::{Desk, by, detail, here, not_checked};
use crate::link_handler::SCHEME;
use crate::wire::SOON;

/// Openers that note that they were started.
fn openers(desk: &Desk) {
    for name in ["openers/xdg-open", "openers/gio", "openers/wslview"] {
        desk.home.program(name);
    }
    tool(desk, &format!("echo {SCHEME}.desktop"));
}

/// What the system's own tool does when it is asked who gets links.
fn tool(desk: &Desk, lines: &str) {
    let path = desk.home.path("openers/xdg-mime");
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
}

fn opened(desk: &Desk) -> bool {
    ["openers/xdg-open.noted", "openers/gio.noted", "openers/wslview.noted"]
        .into_iter()
        .any(|noted| desk.home.path(noted).exists())
}

/// The system's own tools, in this home.
fn system(desk: &Desk) -> UserAgent {
    let path = |below: &str| desk.home.path(below).into_os_string();
    let variables = [
        ("HOME", path("")),
        ("XDG_CONFIG_HOME", path(".config")),
        ("XDG_CONFIG_DIRS", path("etc/xdg")),
        ("XDG_DATA_HOME", path(".local/share")),
        ("XDG_DATA_DIRS", path("usr/share")),
        ("XDG_CURRENT_DESKTOP", "X-Generic".into()),
        ("DISPLAY", ":none".into()),
        (
            "PATH",
            format!("{}:/usr/bin:/bin", desk.home.path("usr/bin").display()).into(),
        ),
    ];
    UserAgent {
        search_path: Some("/usr/bin:/bin".into()),
        variables: variables.map(|(name, value)| (name.into(), value)).to_vec(),
    }
}

fn owner(told: LinkOwnerDetail) -> Detail {
    Detail::LinkOwner(told)
}

#[tokio::test]
async fn nobody_and_a_stale_registration_are_told_nothing_is_opened_and_the_repair_takes_the_links() {
    for stale in [false, true] {
        let desk = Desk::new();
        openers(&desk);
        let client = desk.client();
        if stale {
            let gone = desk.home.program("old/doorkey");
            desk.home.handler(&gone).register().expect("registered");
            fs::remove_file(&gone).expect("moved away");
        }
        let finding = here(&client, CheckId::LinkOwner).await;
        let word = if stale { "stale" } else { "nobody" };
        assert_eq!((detail(&finding).word(), finding.state()), (word, State::Broken));
        assert_eq!(finding.repair(), Some(Repair::RegisterLinks));
        not_checked(&here(&client, CheckId::LinkDelivery).await, Reason::LinksNotOurs);
        not_checked(&client.examine_browser_link().await, Reason::LinksNotOurs);
        assert!(!opened(&desk));
        client.repair(Repair::RegisterLinks).await.expect("repaired");
        let finding = here(&client, CheckId::LinkOwner).await;
        assert_eq!(
            (detail(&finding), finding.state()),
            (&owner(LinkOwnerDetail::Ours), State::Good)
        );
    }
}

#[tokio::test]
async fn a_stranger_s_program_is_named_and_never_started_by_any_check() {
    let desk = Desk::new();
    openers(&desk);
    let stranger = desk.home.program("usr/bin/stranger");
    desk.home
        .entry("usr/share/applications/stranger.desktop", "stranger %u");
    // With the system's own opener, and with ones that only note that they were asked.
    for user_agent in [system(&desk), desk.user_agent()] {
        let client = desk.client_with(Some(desk.home.ours()), user_agent, None);
        let found = client.examine(None).expect("it begins").finish().await;
        let Detail::LinkOwner(LinkOwnerDetail::Other { program }) = detail(by(&found, CheckId::LinkOwner)) else {
            unreachable!("{found:?}")
        };
        assert_eq!(program.as_str(), stranger.display().to_string());
        not_checked(by(&found, CheckId::LinkDelivery), Reason::LinksNotOurs);
        not_checked(&client.examine_browser_link().await, Reason::LinksNotOurs);
        assert!(!desk.home.path("usr/bin/stranger.noted").exists() && !opened(&desk));
    }
}

#[tokio::test]
async fn where_two_programs_claim_the_links_and_the_system_s_tool_prefers_the_stranger_nothing_is_opened() {
    let desk = Desk::new();
    openers(&desk);
    // No default; the standard leaves the order open, and the system's cache has the stranger first.
    let stranger = desk.home.program("usr/bin/stranger");
    let ours = desk.home.path("doorkey-stub");
    desk.home.entry(
        "usr/share/applications/a-doorkey.desktop",
        &format!("{} %u", ours.display()),
    );
    desk.home
        .entry("usr/share/applications/b-stranger.desktop", "stranger %u");
    for (answer, disputed) in [
        ("echo b-stranger.desktop", true),
        ("echo 'b-stranger.desktop;a-doorkey.desktop'", true),
        ("echo unheard-of.desktop", true),
        ("echo a-doorkey.desktop", false),
    ] {
        tool(&desk, answer);
        let client = desk.client();
        let finding = here(&client, CheckId::LinkOwner).await;
        let word = if disputed { "disputed" } else { "ours" };
        assert_eq!(detail(&finding).word(), word, "{answer}");
        if !disputed {
            continue;
        }
        let Detail::LinkOwner(LinkOwnerDetail::Disputed { program }) = detail(&finding) else {
            unreachable!("{finding:?}")
        };
        assert!(
            [stranger.display().to_string().as_str(), "unheard-of.desktop"].contains(&program.as_str()),
            "{program:?}"
        );
        assert_eq!(finding.repair(), Some(Repair::RegisterLinks));
        not_checked(&here(&client, CheckId::LinkDelivery).await, Reason::LinksNotOurs);
        not_checked(&client.examine_browser_link().await, Reason::LinksNotOurs);
        assert!(!opened(&desk), "{answer}");
    }
}

/// Begins a sign-in, and says by which door it goes on or why it does not.
async fn door(client: &Client, wanted: Option<DoorKind>) -> Result<DoorKind, Error> {
    let mut events = client.events();
    let flow = client
        .begin(SignIn {
            provider: "op".to_owned(),
            door: wanted,
            ..SignIn::default()
        })
        .expect("it begins");
    let chosen = async {
        loop {
            let status = client.flow().filter(|status| status.id == flow).expect("it is shown");
            match (status.stage, status.door) {
                (Stage::Failed(error), _) => return Err(error),
                (_, Some(door)) => return Ok(door),
                _ => {
                    let _ = events.recv().await;
                }
            }
        }
    };
    let chosen = tokio::time::timeout(SOON, chosen).await.expect("in time");
    client.cancel(&flow).await;
    chosen
}

#[tokio::test]
async fn a_sign_in_comes_back_by_a_link_only_where_the_doctor_too_says_that_links_are_ours() {
    let desk = Desk::new();
    let op = mock_op::MockOp::builder().start().await.expect("a provider");
    openers(&desk);
    desk.home.program("usr/bin/stranger");
    desk.home
        .entry("usr/share/applications/b-stranger.desktop", "stranger %u");
    let ours = desk.home.ours();
    ours.register().expect("registered");
    let client = desk.client_with(Some(ours), desk.user_agent(), Some(op.issuer()));
    client.ready().await;
    let (link, loopback) = (DoorKind::Scheme, DoorKind::Loopback);
    for (answer, word, by_itself, by_choice) in [
        (format!("echo {SCHEME}.desktop"), "ours", link, Ok(link)),
        (
            "echo b-stranger.desktop".to_owned(),
            "disputed",
            loopback,
            Err(Error::LinkHandlerBroken),
        ),
        // Nobody says that they go elsewhere: the person may choose it, and nobody chooses it for them.
        ("exit 4".to_owned(), "unconfirmed", loopback, Ok(link)),
    ] {
        tool(&desk, &answer);
        assert_eq!(detail(&here(&client, CheckId::LinkOwner).await).word(), word);
        assert_eq!(door(&client, None).await, Ok(by_itself), "{word}");
        assert_eq!(door(&client, Some(link)).await, by_choice, "{word}");
        assert_eq!(door(&client, Some(loopback)).await, Ok(loopback), "{word}");
    }
}

#[tokio::test]
async fn a_repair_after_which_this_system_still_prefers_the_stranger_is_an_error() {
    let desk = Desk::new();
    openers(&desk);
    desk.home.program("usr/bin/stranger");
    desk.home
        .entry("usr/share/applications/b-stranger.desktop", "stranger %u");
    tool(&desk, "echo b-stranger.desktop");
    let client = desk.client();
    let repaired = client.repair(Repair::RegisterLinks).await;
    assert_eq!(
        repaired,
        Err(Error::LinkHandlerBroken),
        "by what is written alone it would do"
    );
    assert_eq!(desk.home.ours().inspect(), Ok(Ownership::Ours));
    for answer in [format!("echo {SCHEME}.desktop"), "exit 4".to_owned()] {
        tool(&desk, &answer);
        assert_eq!(client.repair(Repair::RegisterLinks).await, Ok(()), "{answer}");
    }
}

#[tokio::test]
async fn where_the_browser_is_another_system_s_who_gets_links_there_is_not_known() {
    let desk = Desk::new();
    desk.home.ours().register().expect("registered");
    desk.home.program("openers/wslview");
    let client = desk.client();
    assert_eq!(detail(&here(&client, CheckId::LinkOwner).await).word(), "unconfirmed");
    not_checked(&here(&client, CheckId::LinkDelivery).await, Reason::LinksNotKnown);
    not_checked(&client.examine_browser_link().await, Reason::LinksNotKnown);
    assert!(!opened(&desk));
    // Nor where it is no program at all: then there is just no opener.
    fs::set_permissions(desk.home.path("openers/wslview"), fs::Permissions::from_mode(0o644)).expect("changed");
    assert_eq!(detail(&here(&client, CheckId::LinkOwner).await).word(), "ours");
}

#[tokio::test]
async fn a_stranger_whom_the_real_opener_would_start_is_not_started_until_the_repair_put_us_first() {
    if !Path::new("/usr/bin/xdg-mime").exists() {
        assert!(std::env::var_os("CI").is_none(), "xdg-utils is there in CI");
        return;
    }
    let desk = Desk::new();
    let stranger = desk.home.program("usr/bin/stranger");
    let ours = desk.home.path("doorkey-stub");
    desk.home.entry(
        "usr/share/applications/a-doorkey.desktop",
        &format!("{} %u", ours.display()),
    );
    desk.home.entry(
        "usr/share/applications/b-stranger.desktop",
        &format!("{} %u", stranger.display()),
    );
    let cache = format!("[MIME Cache]\nx-scheme-handler/{SCHEME}=b-stranger.desktop;a-doorkey.desktop;\n");
    desk.home.write("usr/share/applications/mimeinfo.cache", &cache);
    assert_eq!(desk.home.ours().inspect(), Ok(Ownership::Ours), "by what is written");
    let client = desk.client_with(Some(desk.home.ours()), system(&desk), None);
    let found = client.examine(None).expect("it begins").finish().await;
    assert_eq!(detail(by(&found, CheckId::LinkOwner)).word(), "disputed");
    not_checked(by(&found, CheckId::LinkDelivery), Reason::LinksNotOurs);
    assert!(!desk.home.path("usr/bin/stranger.noted").exists());
    client.repair(Repair::RegisterLinks).await.expect("repaired");
    let found = here(&client, CheckId::LinkOwner).await;
    assert_eq!(detail(&found), &owner(LinkOwnerDetail::Ours));
    assert!(!desk.home.path("usr/bin/stranger.noted").exists());
}

#[tokio::test]
async fn a_program_that_takes_no_links_or_cannot_is_told_so() {
    let desk = Desk::new();
    openers(&desk);
    let none = desk.client_with(None, desk.user_agent(), None);
    for check in [CheckId::LinkOwner, CheckId::LinkDelivery] {
        not_checked(&here(&none, check).await, Reason::NoLinkHandler);
    }
    not_checked(&none.examine_browser_link().await, Reason::NoLinkHandler);
    let unusable = desk.home.handler("relative/program".as_ref());
    let client = desk.client_with(Some(unusable), desk.user_agent(), None);
    let finding = here(&client, CheckId::LinkOwner).await;
    assert_eq!(detail(&finding), &owner(LinkOwnerDetail::Unusable));
    not_checked(&here(&client, CheckId::LinkDelivery).await, Reason::LinksNotOurs);
    assert!(!opened(&desk));
}

#[tokio::test]
async fn without_a_screen_no_link_is_opened() {
    let desk = Desk::new();
    openers(&desk);
    desk.home.ours().register().expect("registered");
    let mut user_agent = desk.user_agent();
    user_agent.variables = ["DISPLAY", "WAYLAND_DISPLAY"]
        .map(|name| (name.into(), "".into()))
        .to_vec();
    let client = desk.client_with(Some(desk.home.ours()), user_agent, None);
    not_checked(&here(&client, CheckId::LinkDelivery).await, Reason::NoDisplay);
    assert!(!opened(&desk));
}

#[tokio::test]
async fn a_repair_that_the_home_does_not_let_happen_is_an_error() {
    let desk = Desk::new();
    // A file where a folder would have to be: refused for root too.
    desk.home.write(".local/share", "in the way");
    assert!(desk.client().repair(Repair::RegisterLinks).await.is_err());
    let mode = fs::metadata(desk.folder()).expect("the vault's").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
