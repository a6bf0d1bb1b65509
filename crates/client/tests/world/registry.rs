//! Who gets the links on Windows, in keys of the registry that are each test's own.

#![cfg(windows)]

use std::path::{Path, PathBuf};

use doorkey::link_handler::{Folders, LinkHandler, LinkHandlerError, Ownership};
use winreg::RegKey;
use winreg::enums::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_READ, KEY_SET_VALUE};

use crate::shell_execute::own_registry;

const SCHEME: &str = "dev.doorkey.test";

/// A key of the test's own, and a folder with programs; both go with it.
struct Place {
    folder: tempfile::TempDir,
    key: String,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let name = folder
            .path()
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let place = Self {
            folder,
            key: format!("Software\\Doorkey test {name}"),
        };
        place.program("doorkey.exe");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, b"never started").expect("written");
        path
    }

    fn handler(&self, program: &Path) -> LinkHandler {
        let folders = Folders {
            user_classes: format!("{}\\Classes", self.key),
            machine_classes: format!("{}\\Machine", self.key),
            user_choices: format!("{}\\Choices", self.key),
        };
        LinkHandler {
            scheme: SCHEME.to_owned(),
            app_name: "Doorkey".to_owned(),
            program: program.to_owned(),
            folders,
        }
    }

    fn ours(&self) -> LinkHandler {
        self.handler(&self.path("doorkey.exe"))
    }

    /// Sets a value below the test's own key.
    fn set(&self, below: &str, name: &str, text: &str) {
        let key = format!("{}\\{below}", self.key);
        let (key, _) = RegKey::predef(HKEY_CURRENT_USER).create_subkey(key).expect("made");
        key.set_value(name, &text).expect("set");
    }

    /// The same for all users, which takes an administrator or a registry that belongs to the tests.
    fn registered_for_all(&self, command: &str) {
        let class = format!("{}\\Machine\\{SCHEME}", self.key);
        let (class, _) = RegKey::predef(HKEY_LOCAL_MACHINE).create_subkey(class).expect("made");
        class.set_value("URL Protocol", &"").expect("set");
        let (open, _) = class.create_subkey("shell\\open\\command").expect("made");
        open.set_value("", &command).expect("set");
    }

    fn get(&self, below: &str, name: &str) -> Option<String> {
        let key = format!("{}\\{below}", self.key);
        let key = RegKey::predef(HKEY_CURRENT_USER).open_subkey(key).ok()?;
        key.get_value(name).ok()
    }

    /// As another program, or an installer, registers itself.
    fn registered(&self, class: &str, command: &str) {
        self.set(&format!("{class}\\shell\\open\\command"), "", command);
        self.set(class, "URL Protocol", "");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for root in [HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE] {
            let _ = RegKey::predef(root).delete_subkey_all(&self.key);
        }
    }
}

fn quoted(program: &Path) -> String {
    format!("\"{}\" \"%1\"", program.display())
}

#[test]
fn a_scheme_of_nobody_becomes_ours_and_nobody_s_again() {
    let place = Place::new();
    let ours = place.ours();
    assert_eq!(ours.inspect(), Ok(Ownership::Nobody));
    assert_eq!(ours.repair(), Ok(Ownership::Ours));
    let class = format!("Classes\\{SCHEME}");
    assert_eq!(place.get(&class, "").as_deref(), Some("URL:Doorkey"));
    assert_eq!(place.get(&class, "URL Protocol").as_deref(), Some(""));
    assert_eq!(
        place.get(&format!("{class}\\shell\\open\\command"), ""),
        Some(quoted(&place.path("doorkey.exe")))
    );
    assert_eq!(ours.register(), Ok(()), "once more changes nothing");
    assert_eq!(ours.inspect(), Ok(Ownership::Ours));
    assert_eq!(ours.remove(), Ok(()));
    assert_eq!(ours.inspect(), Ok(Ownership::Nobody));
    assert_eq!(place.get(&class, ""), None);
    assert_eq!(ours.remove(), Ok(()), "what is gone can be removed again");
}

#[test]
fn the_system_s_own_keys_take_a_registration_and_give_it_back() {
    let place = Place::new();
    let scheme = format!("{SCHEME}.p{}", std::process::id());
    let mut ours = LinkHandler::of_this_user(&scheme, "Doorkey", &place.path("doorkey.exe")).expect("a registry");
    assert_eq!(ours.inspect(), Ok(Ownership::Nobody));
    assert_eq!(ours.repair(), Ok(Ownership::Ours));
    let key = format!("Software\\Classes\\{scheme}");
    assert!(RegKey::predef(HKEY_CURRENT_USER).open_subkey(&key).is_ok());
    ours.scheme = format!("{scheme}.other");
    assert_eq!(
        ours.inspect(),
        Ok(Ownership::Nobody),
        "another scheme is not ours for it"
    );
    ours.scheme = scheme;
    assert_eq!(ours.remove(), Ok(()));
    assert!(RegKey::predef(HKEY_CURRENT_USER).open_subkey(&key).is_err());
}

#[test]
fn another_program_is_named_repaired_on_wish_and_never_removed() {
    let place = Place::new();
    let other = place.program("other program.exe");
    let ours = place.ours();
    let class = format!("Classes\\{SCHEME}");
    place.registered(&class, &quoted(&other));
    let named = Ownership::Other { program: other };
    assert_eq!(ours.inspect(), Ok(named.clone()));
    assert_eq!(ours.remove(), Ok(()));
    assert_eq!(ours.inspect(), Ok(named), "it is not ours to remove");
    // What it left that the system would obey before our command.
    place.set(&format!("{class}\\shell\\open\\command"), "DelegateExecute", "{x}");
    place.set(&format!("{class}\\shell\\open\\ddeexec"), "", "[Open(%1)]");
    assert_eq!(ours.repair(), Ok(Ownership::Ours));
    assert_eq!(
        place.get(&format!("{class}\\shell\\open\\command"), "DelegateExecute"),
        None
    );
    assert_eq!(place.get(&format!("{class}\\shell\\open\\ddeexec"), ""), None);
}

#[test]
fn a_registration_that_cannot_work_is_stale_and_repaired() {
    let place = Place::new();
    let ours = place.ours();
    let class = format!("Classes\\{SCHEME}");
    let program = place.path("doorkey.exe");
    let (plain, gone) = (program.display().to_string(), place.path("gone.exe"));
    for (command, path) in [
        (quoted(&gone), gone.clone()),
        // Started, but without the link.
        (format!("\"{plain}\""), program.clone()),
        (String::new(), PathBuf::new()),
        ("\"".to_owned(), PathBuf::new()),
    ] {
        place.registered(&class, &command);
        assert_eq!(ours.inspect(), Ok(Ownership::Stale { path }), "{command:?}");
        assert_eq!(ours.repair(), Ok(Ownership::Ours), "{command:?}");
    }
    // A class without its mark is a type of file: links do not reach it.
    let key = format!("{}\\{class}", place.key);
    RegKey::predef(HKEY_CURRENT_USER)
        .open_subkey_with_flags(key, KEY_READ | KEY_SET_VALUE)
        .and_then(|key| key.delete_value("URL Protocol"))
        .expect("taken away");
    assert_eq!(ours.inspect(), Ok(Ownership::Stale { path: program }));
    assert_eq!(ours.repair(), Ok(Ownership::Ours));
}

#[test]
fn what_this_program_registered_before_it_was_moved_is_removed_and_a_stranger_s_is_not() {
    let place = Place::new();
    let class = format!("Classes\\{SCHEME}");
    let old = place.handler(&place.path("old place.exe"));
    old.register().expect("registered");
    place.ours().remove().expect("removed");
    assert_eq!(place.get(&class, ""), None);

    place.registered(&class, &quoted(&place.path("gone.exe")));
    place.set(&class, "", "URL:Somebody");
    place.ours().remove().expect("nothing to remove");
    assert_eq!(place.get(&class, "").as_deref(), Some("URL:Somebody"));
}

#[test]
fn what_the_person_chose_in_the_settings_comes_before_what_any_program_registered() {
    let place = Place::new();
    let ours = place.ours();
    let chosen = place.program("chosen.exe");
    ours.register().expect("registered");
    let choice = format!("Choices\\{SCHEME}\\UserChoice");
    place.set(&choice, "ProgId", "Chosen.Link");
    place.set("Classes\\Chosen.Link\\shell\\open\\command", "", &quoted(&chosen));
    let other = Ownership::Other { program: chosen };
    assert_eq!(ours.inspect(), Ok(other.clone()));
    assert_eq!(ours.repair(), Ok(other), "only the person can change it, so it is said");
    place.set(&choice, "ProgId", "AppX.Packaged");
    assert_eq!(
        ours.inspect(),
        Ok(Ownership::Other {
            program: "AppX.Packaged".into()
        })
    );
    place.set(&choice, "ProgId", SCHEME);
    assert_eq!(ours.inspect(), Ok(Ownership::Ours));
}

#[test]
fn a_registration_for_all_users_counts_until_the_user_has_one_and_is_never_removed() {
    if !own_registry() {
        eprintln!("skipped: it writes for all users");
        return;
    }
    let place = Place::new();
    let ours = place.ours();
    let installed = place.program("installed.exe");
    place.registered_for_all(&quoted(&installed));
    let other = Ownership::Other { program: installed };
    assert_eq!(ours.inspect(), Ok(other.clone()));
    assert_eq!(ours.repair(), Ok(Ownership::Ours));
    assert_eq!(ours.remove(), Ok(()));
    assert_eq!(ours.inspect(), Ok(other));

    place.registered_for_all(&quoted(&place.path("doorkey.exe")));
    assert_eq!(ours.inspect(), Ok(Ownership::Ours));
    assert_eq!(ours.remove(), Ok(()));
    assert_eq!(
        ours.inspect(),
        Ok(Ownership::Ours),
        "an installer's is not ours to remove"
    );
}

#[test]
fn a_path_that_the_system_would_read_otherwise_is_not_registered() {
    let place = Place::new();
    for name in ["100%1.exe", "a%b.exe"] {
        let refused = place.handler(&place.path(name)).register();
        assert_eq!(refused, Err(LinkHandlerError::UnusablePath), "{name}");
    }
    assert_eq!(place.get(&format!("Classes\\{SCHEME}"), ""), None);
}
