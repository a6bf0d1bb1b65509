//! Links on Windows: `HKEY_CURRENT_USER\Software\Classes\<scheme>`.
//! Never compiled and never run: there was no Windows to do it on.

use std::io;
use std::path::{Path, PathBuf};

use winreg::RegKey;
use winreg::enums::{HKEY_CLASSES_ROOT, HKEY_CURRENT_USER};

use super::{LinkHandler, LinkHandlerError, Opener, Ownership, same_file};

/// Nothing to choose: the registry is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folders;

impl Folders {
    /// Always there.
    #[must_use]
    pub fn from_environment() -> Option<Self> {
        Some(Self)
    }
}

pub(super) fn inspect(handler: &LinkHandler) -> Result<Ownership, LinkHandlerError> {
    // The merged view: the user's registration, else that of an installer for all users.
    let command = format!("{}\\shell\\open\\command", handler.scheme);
    let command: String = match RegKey::predef(HKEY_CLASSES_ROOT)
        .open_subkey(command)
        .and_then(|key| key.get_value(""))
    {
        Ok(command) => command,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ownership::Nobody),
        Err(error) => return Err(error.into()),
    };
    let program = program_of(&command);
    Ok(if !program.is_file() {
        Ownership::Stale { path: program }
    } else if !same_file(&program, &handler.program) {
        Ownership::Other { program }
    } else if !command.contains("%1") {
        Ownership::Stale { path: program }
    } else {
        Ownership::Ours
    })
}

/// Registrations have no names here.
pub(super) fn inspect_entry(handler: &LinkHandler, _id: &str) -> Ownership {
    inspect(handler).unwrap_or(Ownership::Nobody)
}

pub(super) fn register(handler: &LinkHandler) -> Result<(), LinkHandlerError> {
    let program = handler.program.to_str().ok_or(LinkHandlerError::UnusablePath)?;
    if program.contains('"') {
        return Err(LinkHandlerError::UnusablePath);
    }
    let (classes, _) = RegKey::predef(HKEY_CURRENT_USER).create_subkey("Software\\Classes")?;
    let (class, _) = classes.create_subkey(&handler.scheme)?;
    class.set_value("", &format!("URL:{}", handler.app_name))?;
    class.set_value("URL Protocol", &"")?;
    let (command, _) = class.create_subkey("shell\\open\\command")?;
    command.set_value("", &format!("\"{program}\" \"%1\""))?;
    Ok(())
}

pub(super) fn remove(handler: &LinkHandler) -> Result<(), LinkHandlerError> {
    if !matches!(inspect(handler)?, Ownership::Ours | Ownership::Stale { .. }) {
        return Ok(());
    }
    let (classes, _) = RegKey::predef(HKEY_CURRENT_USER).create_subkey("Software\\Classes")?;
    match classes.delete_subkey_all(&handler.scheme) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
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
