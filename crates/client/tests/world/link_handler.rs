//! Who gets the links, asked of the system's own tools.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use doorkey::link_handler::{Folders, LinkHandler, LinkHandlerError, Ownership};

pub(crate) const SCHEME: &str = "dev.doorkey.test";

/// A home of its own, with a program that notes how it was started.
pub(crate) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let home = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        home.program("doorkey-stub");
        home
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// A program that writes its arguments, one a line, and a last line, to `<name>.noted`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let noted = self.path(&format!("{name}.noted"));
        let script = format!(
            "#!/bin/sh\n{{ printf '%s\\n' \"$@\"; echo end of $#; }} > '{}'\n",
            noted.display()
        );
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(&path, script).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        path
    }

    pub(crate) fn handler(&self, program: &Path) -> LinkHandler {
        let folders = Folders {
            config_home: self.path(".config"),
            config_dirs: vec![self.path("etc/xdg")],
            data_home: self.path(".local/share"),
            data_dirs: vec![self.path("usr/share")],
            desktops: vec!["gnome".to_owned()],
            search_path: vec![self.path("usr/bin")],
        };
        LinkHandler {
            scheme: SCHEME.to_owned(),
            app_name: "Doorkey".to_owned(),
            program: program.to_owned(),
            folders,
        }
    }

    pub(crate) fn ours(&self) -> LinkHandler {
        self.handler(&self.path("doorkey-stub"))
    }

    /// One of the system's tools, in this home.
    fn tool(&self, program: &str, desktop: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("PATH", format!("{}:/usr/bin:/bin", self.path("usr/bin").display()));
        // xdg-open looks for handlers only where there is a display; nothing here uses it.
        command.env("DISPLAY", ":none");
        command
            .env("XDG_CONFIG_DIRS", self.path("etc/xdg"))
            .env("XDG_DATA_DIRS", self.path("usr/share"));
        command.env("XDG_CURRENT_DESKTOP", desktop);
        command
    }

    pub(crate) fn write(&self, below: &str, text: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }

    pub(crate) fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).expect("it is there")
    }

    pub(crate) fn entry(&self, below: &str, exec: &str) {
        let entry =
            format!("[Desktop Entry]\nType=Application\nName=X\nExec={exec}\nMimeType=x-scheme-handler/{SCHEME};\n");
        self.write(below, &entry);
    }
}

fn installed(program: &str) -> bool {
    let there = Path::new("/usr/bin").join(program).exists();
    assert!(there || std::env::var_os("CI").is_none(), "{program} is there in CI");
    there
}

#[test]
fn what_was_registered_is_what_the_system_s_tools_say() {
    let home = Home::new();
    assert_eq!(home.ours().inspect(), Ok(Ownership::Nobody));
    home.ours().register().expect("registered");
    assert_eq!(home.ours().inspect(), Ok(Ownership::Ours));
    let mime_type = format!("x-scheme-handler/{SCHEME}");
    if installed("xdg-mime") {
        let said = home
            .tool("xdg-mime", "X-Generic")
            .args(["query", "default", &mime_type])
            .output()
            .expect("it runs");
        assert_eq!(
            String::from_utf8_lossy(&said.stdout).trim(),
            format!("{SCHEME}.desktop")
        );
    }
    if installed("gio") {
        let said = home
            .tool("gio", "GNOME")
            .args(["mime", &mime_type])
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            said.lines()
                .next()
                .is_some_and(|line| line.contains(&format!("{SCHEME}.desktop"))),
            "{said}"
        );
    }
}

#[test]
fn a_link_starts_the_program_with_the_whole_url_as_its_one_argument() {
    if !installed("xdg-open") || !installed("gio") {
        return;
    }
    let url = format!("{SCHEME}:/callback/demo?code=a%2Fb&state=c-d_e&iss=https%3A%2F%2Fop.example");
    // A path that needs no quotes, and one that does; xdg-open's own way to start a program, and GLib's.
    for (name, desktop) in [
        ("plain/doorkey", "X-Generic"),
        ("plain/doorkey", "GNOME"),
        ("with space/$door`key", "GNOME"),
    ] {
        let home = Home::new();
        let program = home.program(name);
        let handler = home.handler(&program);
        handler.register().expect("registered");
        assert_eq!(handler.inspect(), Ok(Ownership::Ours));
        let opened = home.tool("xdg-open", desktop).arg(&url).output().expect("it runs");
        let noted = home.path(&format!("{name}.noted"));
        let before = Instant::now();
        // The program may be started after xdg-open has ended.
        while !fs::read_to_string(&noted).is_ok_and(|text| text.contains("end of")) {
            assert!(
                before.elapsed() < Duration::from_secs(10),
                "{desktop} {name}: {opened:?}"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(
            fs::read_to_string(&noted).expect("noted"),
            format!("{url}\nend of 1\n"),
            "{desktop} {name}"
        );
    }
}

#[test]
fn every_other_line_of_the_lists_is_kept_and_removal_gives_back_what_was_there() {
    let home = Home::new();
    let before = "# my choice\n[Default Applications]\ntext/html=firefox.desktop\n\n[Added Associations]\nimage/png=gimp.desktop;\n";
    home.write(".config/mimeapps.list", before);
    fs::set_permissions(home.path(".config/mimeapps.list"), fs::Permissions::from_mode(0o640)).expect("set");
    home.ours().register().expect("registered");
    home.ours().register().expect("registered twice is registered once");
    let line = format!("x-scheme-handler/{SCHEME}={SCHEME}.desktop;\n");
    let during = home.read(".config/mimeapps.list");
    assert_eq!(during.matches(&line).count(), 2, "{during}");
    assert_eq!(during.replace(&line, ""), before);
    let mode = fs::metadata(home.path(".config/mimeapps.list"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    home.ours().remove().expect("removed");
    assert_eq!(home.read(".config/mimeapps.list"), before);
    assert!(
        !home
            .path(&format!(".local/share/applications/{SCHEME}.desktop"))
            .exists()
    );
    assert_eq!(home.ours().inspect(), Ok(Ownership::Nobody));
    home.ours().remove().expect("removing nothing is no failure");
}

#[test]
fn a_list_that_is_a_link_stays_one() {
    let home = Home::new();
    home.write("dotfiles/mimeapps.list", "# kept elsewhere\n");
    fs::create_dir_all(home.path(".config")).expect("made");
    std::os::unix::fs::symlink(home.path("dotfiles/mimeapps.list"), home.path(".config/mimeapps.list"))
        .expect("linked");
    home.ours().register().expect("registered");
    assert!(
        fs::symlink_metadata(home.path(".config/mimeapps.list"))
            .expect("there")
            .is_symlink()
    );
    assert!(home.read("dotfiles/mimeapps.list").contains(SCHEME));
}

#[test]
fn another_program_is_named_and_repair_puts_us_in_front() {
    let home = Home::new();
    let thief = home.program("usr/bin/thief");
    home.entry("usr/share/applications/thief.desktop", "thief %u");
    home.write(
        "etc/xdg/mimeapps.list",
        &format!("[Default Applications]\nx-scheme-handler/{SCHEME}=thief.desktop\n"),
    );
    assert_eq!(home.ours().inspect(), Ok(Ownership::Other { program: thief }));
    assert_eq!(home.ours().repair(), Ok(Ownership::Ours));
    home.ours().remove().expect("removed");
    assert!(
        matches!(home.ours().inspect(), Ok(Ownership::Other { .. })),
        "the thief's registration is not ours to remove"
    );
}

#[test]
fn a_desktop_s_own_list_decides_before_the_general_one() {
    let home = Home::new();
    home.program("usr/bin/other");
    home.entry("usr/share/applications/other.desktop", "other %u");
    home.ours().register().expect("registered");
    home.write(
        ".config/gnome-mimeapps.list",
        &format!("[Default Applications]\nx-scheme-handler/{SCHEME}=other.desktop\n"),
    );
    assert!(matches!(home.ours().inspect(), Ok(Ownership::Other { .. })));
    if installed("gio") {
        let said = home
            .tool("gio", "GNOME")
            .args(["mime", &format!("x-scheme-handler/{SCHEME}")])
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            said.lines().next().is_some_and(|line| line.contains("other.desktop")),
            "GLib agrees: {said}"
        );
    }
    assert_eq!(home.ours().repair(), Ok(Ownership::Ours));
    assert!(
        home.read(".config/gnome-mimeapps.list").contains("other.desktop"),
        "it comes after ours"
    );
}

#[test]
fn registrations_that_cannot_work_are_stale_and_mended() {
    let home = Home::new();
    let moved = home.program("old/doorkey");
    home.handler(&moved).register().expect("registered");
    fs::remove_file(&moved).expect("moved away");
    assert_eq!(home.ours().inspect(), Ok(Ownership::Stale { path: moved }));
    assert_eq!(home.ours().repair(), Ok(Ownership::Ours));
    // Tauri's own template: the program is ours, and starts without the link.
    let home = Home::new();
    let program = home.path("doorkey-stub");
    home.entry("usr/share/applications/Doorkey.desktop", &program.display().to_string());
    assert_eq!(home.ours().inspect(), Ok(Ownership::Stale { path: program }));
    assert_eq!(home.ours().repair(), Ok(Ownership::Ours));
}

#[test]
fn a_package_s_entry_counts_as_ours_without_a_default_and_needs_no_second_one() {
    let home = Home::new();
    let program = home.program("usr/bin/doorkey-desktop");
    home.entry("usr/share/applications/vendor/Doorkey.desktop", "doorkey-desktop %u");
    home.entry("usr/share/applications/Doorkey.desktop", "doorkey-desktop %u");
    let handler = home.handler(&program);
    assert_eq!(handler.repair(), Ok(Ownership::Ours));
    assert!(!home.path(".local/share/applications").exists(), "nothing was written");
}

#[test]
fn a_default_whose_entry_is_not_installed_does_not_count() {
    let home = Home::new();
    home.program("usr/bin/other");
    home.entry("usr/share/applications/vendor/other.desktop", "other %u");
    let list = format!("[Default Applications]\nx-scheme-handler/{SCHEME}=gone.desktop;vendor-other.desktop\n");
    home.write(".config/mimeapps.list", &list);
    assert_eq!(
        home.ours().inspect(),
        Ok(Ownership::Other {
            program: home.path("usr/bin/other")
        })
    );
}

#[test]
fn a_home_that_cannot_be_written_is_told_and_nothing_is_half_done() {
    let home = Home::new();
    // A file where a folder would have to be: refused for root too.
    home.write(".local/share", "in the way");
    assert_eq!(home.ours().register(), Err(LinkHandlerError::Failed));
    assert!(!home.path(".config/mimeapps.list").exists());
}

#[test]
fn an_association_that_was_taken_away_is_given_back() {
    let home = Home::new();
    let taken = format!("[Removed Associations]\nx-scheme-handler/{SCHEME}={SCHEME}.desktop;other.desktop;\n");
    home.write(".config/mimeapps.list", &taken);
    home.ours().register().expect("registered");
    let list = home.read(".config/mimeapps.list");
    let kept = format!("[Removed Associations]\nx-scheme-handler/{SCHEME}=other.desktop;\n");
    assert!(list.starts_with(&kept), "{list}");
    assert_eq!(home.ours().inspect(), Ok(Ownership::Ours));
}
