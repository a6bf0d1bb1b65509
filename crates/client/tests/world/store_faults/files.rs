//! Files that hold something.

use std::fs;
use std::path::{Path, PathBuf};

/// The sealed records, under whatever name, by their bytes.
pub(super) fn sealed_bytes(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let sealed = paths.filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".sealed") || name.contains(".aside-")
    });
    let mut bytes: Vec<_> = sealed.map(|path| fs::read(path).expect("read")).collect();
    bytes.sort();
    bytes
}

/// Gives records that were set aside their names back, as somebody does who got the old key back.
pub(super) fn put_back(folder: &Path) {
    for entry in fs::read_dir(folder).expect("there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some((stem, _)) = name.split_once(".aside-") {
            fs::rename(&path, folder.join(format!("{stem}.sealed"))).expect("renamed");
        }
    }
}

/// The files in a folder and below it that hold one of these texts.
pub(super) fn holding(folder: &Path, texts: &[Vec<u8>]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("there") {
        let entry = entry.expect("an entry");
        let kind = entry.file_type().expect("of some kind");
        if kind.is_dir() {
            found.extend(holding(&entry.path(), texts));
        } else if kind.is_file() {
            let read = fs::read(entry.path());
            // A picture that comes late is written meanwhile: what was being written has its name by now.
            if read
                .as_ref()
                .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
            {
                continue;
            }
            let bytes = read.expect("read");
            let holds = |text: &Vec<u8>| bytes.windows(text.len()).any(|window| window == text);
            if texts.iter().any(holds) {
                found.push(entry.path());
            }
        }
    }
    found
}
