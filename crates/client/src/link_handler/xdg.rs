//! Links on Linux and its relatives: desktop entries, and the lists that say whose turn it is.
//!
//! Spec: freedesktop.org Association between MIME types and applications 1.0.1; XDG Base Directory Specification 0.8

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{LinkHandler, LinkHandlerError, Opener, Ownership, desktop_entry, mimeapps, same_file};

/// The base directories and what else decides who handles a link.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// `$XDG_CONFIG_HOME`.
    pub config_home: PathBuf,
    /// `$XDG_CONFIG_DIRS`.
    pub config_dirs: Vec<PathBuf>,
    /// `$XDG_DATA_HOME`.
    pub data_home: PathBuf,
    /// `$XDG_DATA_DIRS`.
    pub data_dirs: Vec<PathBuf>,
    /// `$XDG_CURRENT_DESKTOP`, each name in lower case.
    pub desktops: Vec<String>,
    /// `$PATH`, for entries that name their program without one.
    pub search_path: Vec<PathBuf>,
}

impl Folders {
    /// As the environment says, with the defaults of the standard. `None` without a home directory.
    #[must_use]
    pub fn from_environment() -> Option<Self> {
        let absolute = |name: &str| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let list = |name: &str, default: &str| {
            let value = std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .unwrap_or(OsString::from(default));
            std::env::split_paths(&value)
                .filter(|path| path.is_absolute())
                .collect()
        };
        let home = absolute("HOME");
        let under_home = |below: &str| home.as_ref().map(|home| home.join(below));
        let desktops = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
        Some(Self {
            config_home: absolute("XDG_CONFIG_HOME").or_else(|| under_home(".config"))?,
            config_dirs: list("XDG_CONFIG_DIRS", "/etc/xdg"),
            data_home: absolute("XDG_DATA_HOME").or_else(|| under_home(".local/share"))?,
            data_dirs: list("XDG_DATA_DIRS", "/usr/local/share:/usr/share"),
            desktops: desktops
                .split(':')
                .filter(|name| !name.is_empty())
                .map(str::to_ascii_lowercase)
                .collect(),
            search_path: list("PATH", "/usr/local/bin:/usr/bin:/bin"),
        })
    }

    /// The lists that may name a default, first the one that decides.
    fn lists(&self) -> Vec<PathBuf> {
        let applications = |folder: &PathBuf| folder.join("applications");
        let mut folders = vec![self.config_home.clone()];
        folders.extend(self.config_dirs.iter().cloned());
        folders.push(applications(&self.data_home));
        folders.extend(self.data_dirs.iter().map(applications));
        folders.iter().flat_map(|folder| self.lists_in(folder)).collect()
    }

    /// A folder's lists: first those of the desktop that runs.
    fn lists_in(&self, folder: &Path) -> Vec<PathBuf> {
        let own = self
            .desktops
            .iter()
            .map(|desktop| folder.join(format!("{desktop}-mimeapps.list")));
        own.chain([folder.join("mimeapps.list")]).collect()
    }

    fn entry_folders(&self) -> impl Iterator<Item = PathBuf> + '_ {
        [&self.data_home]
            .into_iter()
            .chain(&self.data_dirs)
            .map(|folder| folder.join("applications"))
    }

    /// The entry with an id: `a-b.desktop` may be `a/b.desktop`.
    fn entry(&self, id: &str) -> Option<desktop_entry::Entry> {
        if id.contains('/') || !id.ends_with(".desktop") {
            return None;
        }
        for folder in self.entry_folders() {
            let mut below = id.to_owned();
            loop {
                if let Ok(bytes) = fs::read(folder.join(&below)) {
                    // An entry in a folder of more weight stands for all of its id, even if it is hidden.
                    return desktop_entry::parse(&String::from_utf8_lossy(&bytes));
                }
                let Some(dash) = below.rfind('/').map_or(Some(0), |slash| Some(slash + 1)) else {
                    break;
                };
                let Some(next) = below[dash..].find('-') else { break };
                below.replace_range(dash + next..=dash + next, "/");
            }
        }
        None
    }

    fn resolve(&self, program: &Path) -> Option<PathBuf> {
        if program.is_absolute() {
            return program.is_file().then(|| program.to_owned());
        }
        self.search_path
            .iter()
            .map(|folder| folder.join(program))
            .find(|path| path.is_file())
    }
}

fn mime_type(handler: &LinkHandler) -> String {
    format!("x-scheme-handler/{}", handler.scheme)
}

fn own_id(handler: &LinkHandler) -> String {
    format!("{}.desktop", handler.scheme)
}

pub(super) fn inspect(handler: &LinkHandler) -> Result<Ownership, LinkHandlerError> {
    let entry = deciding_entry(&handler.folders, &mime_type(handler));
    Ok(entry.map_or(Ownership::Nobody, |(_, entry)| judge(handler, &entry)))
}

pub(super) fn inspect_entry(handler: &LinkHandler, id: &str) -> Ownership {
    let entry = handler.folders.entry(id);
    entry.map_or_else(|| Ownership::Stale { path: id.into() }, |entry| judge(handler, &entry))
}

pub(super) fn opener_of(folders: &Folders, scheme: &str) -> Result<Option<Opener>, LinkHandlerError> {
    let entry = deciding_entry(folders, &format!("x-scheme-handler/{scheme}"));
    Ok(entry.map(|(id, entry)| {
        let found = folders.resolve(&entry.program);
        Opener {
            id,
            is_there: found.is_some(),
            program: found.unwrap_or(entry.program),
        }
    }))
}

/// The entry whose turn it is for a type, with its id.
fn deciding_entry(folders: &Folders, wanted: &str) -> Option<(String, desktop_entry::Entry)> {
    let lists: Vec<_> = folders.lists().iter().filter_map(|path| fs::read(path).ok()).collect();
    let listed = |section: &str| {
        lists
            .iter()
            .flat_map(|list| mimeapps::ids(list, section, wanted))
            .collect::<Vec<_>>()
    };
    let with_entry = |id: String| folders.entry(&id).map(|entry| (id, entry));
    // A default counts if its entry is installed; else the next one does.
    if let Some(found) = listed(mimeapps::DEFAULT).into_iter().find_map(with_entry) {
        return Some(found);
    }
    // No default: what was associated, then whatever says that it can.
    let removed = listed(mimeapps::REMOVED);
    let added = listed(mimeapps::ADDED).into_iter().filter(|id| !removed.contains(id));
    if let Some(found) = added.filter_map(with_entry).next() {
        return Some(found);
    }
    for folder in folders.entry_folders() {
        let mut ids: Vec<_> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|id| !removed.contains(id))
            .collect();
        ids.sort();
        let able = |(_, entry): &(String, desktop_entry::Entry)| entry.types.iter().any(|kind| kind == wanted);
        if let Some(found) = ids.into_iter().filter_map(with_entry).find(able) {
            return Some(found);
        }
    }
    None
}

fn judge(handler: &LinkHandler, entry: &desktop_entry::Entry) -> Ownership {
    match handler.folders.resolve(&entry.program) {
        None => Ownership::Stale {
            path: entry.program.clone(),
        },
        Some(program) if !same_file(&program, &handler.program) => Ownership::Other { program },
        Some(program) if !entry.takes_links => Ownership::Stale { path: program },
        Some(_) => Ownership::Ours,
    }
}

pub(super) fn register(handler: &LinkHandler) -> Result<(), LinkHandlerError> {
    let folders = &handler.folders;
    let (wanted, id) = (mime_type(handler), own_id(handler));
    let entry = desktop_entry::compose(&handler.scheme, &handler.app_name, &handler.program)?;
    let applications = folders.data_home.join("applications");
    fs::create_dir_all(&applications)?;
    fs::create_dir_all(&folders.config_home)?;
    replace(&applications.join(&id), entry.as_bytes())?;
    for path in folders.lists_in(&folders.config_home) {
        let list = read_or_empty(&path)?;
        let general = path.ends_with("mimeapps.list");
        // A desktop's own list decides before the general one, so it is changed where it speaks of our links, and made by nobody.
        if !general && mimeapps::ids(&list, mimeapps::DEFAULT, &wanted).is_empty() {
            continue;
        }
        let mut changed = mimeapps::with_first(&list, mimeapps::DEFAULT, &wanted, &id);
        if general {
            changed = mimeapps::with_first(&changed, mimeapps::ADDED, &wanted, &id);
        }
        changed = mimeapps::without(&changed, mimeapps::REMOVED, &wanted, &id);
        if changed != list {
            replace(&path, &changed)?;
        }
    }
    refresh_cache(&applications);
    Ok(())
}

pub(super) fn remove(handler: &LinkHandler) -> Result<(), LinkHandlerError> {
    let folders = &handler.folders;
    let (wanted, id) = (mime_type(handler), own_id(handler));
    for path in folders.lists_in(&folders.config_home) {
        let list = read_or_empty(&path)?;
        let changed = mimeapps::without(&list, mimeapps::DEFAULT, &wanted, &id);
        let changed = mimeapps::without(&changed, mimeapps::ADDED, &wanted, &id);
        if changed != list {
            replace(&path, &changed)?;
        }
    }
    let applications = folders.data_home.join("applications");
    match fs::remove_file(applications.join(&id)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    refresh_cache(&applications);
    Ok(())
}

fn read_or_empty(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// Replaces a file at once or not at all. Where it is a link, what it leads to is replaced.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mode = fs::metadata(&target).map_or(0o644, |known| known.permissions().mode() & 0o7777);
    let mut file = tempfile::Builder::new().prefix(".doorkey-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Some programs look into the cache only. Best effort, and not waited for: the lists decide without it.
fn refresh_cache(applications: &Path) {
    let mut command = Command::new("update-desktop-database");
    command
        .arg(applications)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Ok(mut child) = command.spawn() {
        // Waited for only so that it leaves no zombie.
        std::thread::spawn(move || child.wait());
    }
}
