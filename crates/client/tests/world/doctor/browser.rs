//! The default browser.

use std::fs;
use std::os::unix::fs::symlink;

use doorkey::doctor::{BrowserDetail, CheckId, Detail, State};

use super::{Desk, detail, here};

/// Makes an entry the default for https.
fn default(desk: &Desk, id: &str, exec: &str) {
    let entry = format!("[Desktop Entry]\nType=Application\nName=Web\nExec={exec}\nMimeType=x-scheme-handler/https;\n");
    desk.home.write(&format!("usr/share/applications/{id}"), &entry);
    let list = format!("[Default Applications]\nx-scheme-handler/https={id}\n");
    desk.home.write(".config/mimeapps.list", &list);
}

async fn told(desk: &Desk) -> (BrowserDetail, State) {
    let finding = here(&desk.client(), CheckId::Browser).await;
    match detail(&finding) {
        Detail::Browser(told) => (told.clone(), finding.state()),
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn the_default_browser_is_found_where_it_is() {
    let desk = Desk::new();
    assert_eq!(told(&desk).await, (BrowserDetail::Missing, State::Broken));
    let program = desk.home.program("usr/bin/firefox");
    default(&desk, "firefox.desktop", "firefox %u");
    let (BrowserDetail::Found { program: name }, State::Good) = told(&desk).await else {
        unreachable!("it is found")
    };
    assert_eq!(name.as_str(), program.display().to_string());
    assert!(
        !desk.home.path("usr/bin/firefox.noted").exists(),
        "it was only looked at"
    );
    fs::remove_file(program).expect("removed");
    let (BrowserDetail::Gone { program: name }, State::Broken) = told(&desk).await else {
        unreachable!("it is gone")
    };
    assert_eq!(name.as_str(), "firefox");
}

#[tokio::test]
async fn a_browser_in_a_snap_or_a_flatpak_is_told_as_one() {
    let desk = Desk::new();
    // As snaps are: each program a link to the one that starts them all.
    let starter = desk.home.program("usr/bin/snap");
    let program = desk.home.path("snaps/firefox");
    fs::create_dir_all(program.parent().expect("a parent")).expect("made");
    symlink(starter, &program).expect("linked");
    let exec = format!("env BAMF_DESKTOP_FILE_HINT=/x {} %u", program.display());
    default(&desk, "firefox_firefox.desktop", &exec);
    let (BrowserDetail::Snap { program: name }, State::Advice) = told(&desk).await else {
        unreachable!("it is a snap")
    };
    assert_eq!(name.as_str(), program.display().to_string());

    desk.home.program("usr/bin/flatpak");
    default(
        &desk,
        "org.mozilla.firefox.desktop",
        "flatpak run --branch=stable org.mozilla.firefox @@u %u @@",
    );
    let (BrowserDetail::Flatpak { program: name }, State::Advice) = told(&desk).await else {
        unreachable!("it is a flatpak")
    };
    assert_eq!(name.as_str(), "org.mozilla.firefox");
}
