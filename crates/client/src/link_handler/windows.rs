//! Links on Windows: `HKEY_CURRENT_USER\Software\Classes\<scheme>`, and who decides before it.

use std::io;
use std::path::{Path, PathBuf};

use winreg::RegKey;
use winreg::enums::{HKEY_CLASSES_ROOT, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};

use super::{LinkHandler, LinkHandlerError, Opener, Ownership, same_file};

/// Below a class: what is started for a link.
const COMMAND: &str = "shell\\open\\command";

/// Without this value, empty as it is, a class is a type of file and gets no links.
const IS_A_SCHEME: &str = "URL Protocol";

/// The keys of the registry that decide who gets links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// The user's classes, below `HKEY_CURRENT_USER`: those that are written.
    pub user_classes: String,
    /// What installers registered for all users, below `HKEY_LOCAL_MACHINE`.
    pub machine_classes: String,
    /// What the user chose in the system's settings, below `HKEY_CURRENT_USER`. A choice comes before all classes, and only
    /// the settings can change it.
    pub user_choices: String,
}

impl Default for Folders {
    fn default() -> Self {
        Self {
            user_classes: "Software\\Classes".to_owned(),
            machine_classes: "Software\\Classes".to_owned(),
            user_choices: "Software\\Microsoft\\Windows\\Shell\\Associations\\UrlAssociations".to_owned(),
        }
    }
}

impl Folders {
    /// The system's own keys. They are always there.
    #[must_use]
    pub fn from_environment() -> Option<Self> {
        Some(Self::default())
    }

    /// A value of a class, as the system merges them: the user's before the machine's.
    fn class_value(&self, below: &str, name: &str) -> io::Result<Option<String>> {
        let of_user = value(HKEY_CURRENT_USER, &self.user_classes, below, name)?;
        match of_user {
            Some(of_user) => Ok(Some(of_user)),
            None => value(HKEY_LOCAL_MACHINE, &self.machine_classes, below, name),
        }
    }

    /// The class that the user chose for a scheme, if they did.
    fn choice(&self, scheme: &str) -> io::Result<Option<String>> {
        let below = format!("{scheme}\\UserChoice");
        value(HKEY_CURRENT_USER, &self.user_choices, &below, "ProgId")
    }
}

fn value(root: winreg::HKEY, key: &str, below: &str, name: &str) -> io::Result<Option<String>> {
    let read = RegKey::predef(root)
        .open_subkey(format!("{key}\\{below}"))
        .and_then(|key| key.get_value(name));
    match read {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn inspect(handler: &LinkHandler) -> Result<Ownership, LinkHandlerError> {
    let folders = &handler.folders;
    if let Some(class) = folders.choice(&handler.scheme)? {
        let command = folders.class_value(&format!("{class}\\{COMMAND}"), "")?;
        // A class without a command belongs to a packaged app, which the class alone names.
        return Ok(command.map_or(Ownership::Other { program: class.into() }, |command| {
            judge(handler, &command, true)
        }));
    }
    let Some(command) = folders.class_value(&format!("{}\\{COMMAND}", handler.scheme), "")? else {
        return Ok(Ownership::Nobody);
    };
    let gets_links = folders.class_value(&handler.scheme, IS_A_SCHEME)?.is_some();
    Ok(judge(handler, &command, gets_links))
}

fn judge(handler: &LinkHandler, command: &str, gets_links: bool) -> Ownership {
    let program = program_of(command);
    if !program.is_file() {
        Ownership::Stale { path: program }
    } else if !same_file(&program, &handler.program) {
        Ownership::Other { program }
    } else if !gets_links || !command.contains("%1") {
        Ownership::Stale { path: program }
    } else {
        Ownership::Ours
    }
}

/// Registrations have no names here.
pub(super) fn inspect_entry(handler: &LinkHandler, _id: &str) -> Ownership {
    inspect(handler).unwrap_or(Ownership::Nobody)
}

pub(super) fn register(handler: &LinkHandler) -> Result<(), LinkHandlerError> {
    let program = handler.program.to_str().ok_or(LinkHandlerError::UnusablePath)?;
    // The system fills in `%1` and its like, and a quote would end the program's name.
    if program.contains(['"', '%']) {
        return Err(LinkHandlerError::UnusablePath);
    }
    let classes = &handler.folders.user_classes;
    let (class, _) = RegKey::predef(HKEY_CURRENT_USER).create_subkey(format!("{classes}\\{}", handler.scheme))?;
    let (command, _) = class.create_subkey(COMMAND)?;
    // What an earlier owner may have left, and what the system would obey instead of the command.
    absent_is_fine(command.delete_value("DelegateExecute"))?;
    absent_is_fine(class.delete_subkey_all("shell\\open\\ddeexec"))?;
    command.set_value("", &format!("\"{program}\" \"%1\""))?;
    class.set_value("", &description(handler))?;
    class.set_value(IS_A_SCHEME, &"")?;
    Ok(())
}

pub(super) fn remove(handler: &LinkHandler) -> Result<(), LinkHandlerError> {
    let (classes, scheme) = (&handler.folders.user_classes, &handler.scheme);
    let of_user = |below: &str| value(HKEY_CURRENT_USER, classes, below, "");
    let Some(command) = of_user(&format!("{scheme}\\{COMMAND}"))? else {
        return Ok(());
    };
    let program = program_of(&command);
    // From where this program was before it was moved.
    let moved = || Ok::<_, io::Error>(!program.is_file() && of_user(scheme)? == Some(description(handler)));
    if !same_file(&program, &handler.program) && !moved()? {
        return Ok(());
    }
    let class = format!("{classes}\\{scheme}");
    absent_is_fine(RegKey::predef(HKEY_CURRENT_USER).delete_subkey_all(class))?;
    Ok(())
}

fn description(handler: &LinkHandler) -> String {
    format!("URL:{}", handler.app_name)
}

fn absent_is_fine(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What the person chose for `http`, `https` and the like stands under `UserChoice`; its program under the class it names.
pub(super) fn opener_of(_folders: &Folders, scheme: &str) -> Result<Option<Opener>, LinkHandlerError> {
    let chosen = format!("Software\\Microsoft\\Windows\\Shell\\Associations\\UrlAssociations\\{scheme}\\UserChoice");
    let class: io::Result<String> = RegKey::predef(HKEY_CURRENT_USER)
        .open_subkey(chosen)
        .and_then(|key| key.get_value("ProgId"));
    let id = match class {
        Ok(class) => class,
        Err(error) if error.kind() == io::ErrorKind::NotFound => scheme.to_owned(),
        Err(error) => return Err(error.into()),
    };
    let command: io::Result<String> = RegKey::predef(HKEY_CLASSES_ROOT)
        .open_subkey(format!("{id}\\shell\\open\\command"))
        .and_then(|key| key.get_value(""));
    match command {
        Ok(command) => {
            let program = program_of(&command);
            let is_there = program.is_file();
            Ok(Some(Opener { id, program, is_there }))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The program of `"C:\...\app.exe" "%1"`.
fn program_of(command: &str) -> PathBuf {
    let program = match command.strip_prefix('"') {
        Some(rest) => rest.split('"').next(),
        None => command.split(' ').next(),
    };
    Path::new(program.unwrap_or_default()).to_owned()
}
