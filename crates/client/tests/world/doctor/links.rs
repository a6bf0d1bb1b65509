//! Who gets our links, and what the doctor never does about a stranger.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use doorkey::doctor::{CheckId, Detail, LinkOwnerDetail, Reason, Repair, State};
use doorkey::user_agent::UserAgent;

use super::{Desk, by, detail, here, not_checked};

/// Openers that note that they were started.
fn openers(desk: &Desk) {
    for name in ["openers/xdg-open", "openers/gio", "openers/wslview"] {
        desk.home.program(name);
    }
}

fn opened(desk: &Desk) -> bool {
    ["openers/xdg-open.noted", "openers/gio.noted", "openers/wslview.noted"]
        .into_iter()
        .any(|noted| desk.home.path(noted).exists())
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
    for search_path in ["/usr/bin:/bin".into(), desk.home.path("openers").into_os_string()] {
        let home = desk.home.path("");
        let mut variables = vec![("DISPLAY".into(), ":none".into()), ("HOME".into(), home.into())];
        variables.push(("XDG_DATA_DIRS".into(), desk.home.path("usr/share").into()));
        variables.push(("XDG_CURRENT_DESKTOP".into(), "X-Generic".into()));
        variables.push((
            "PATH".into(),
            format!("{}:/usr/bin:/bin", desk.home.path("usr/bin").display()).into(),
        ));
        let user_agent = UserAgent {
            search_path: Some(search_path),
            variables,
        };
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
