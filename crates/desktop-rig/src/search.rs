//! Looking for a secret where it must not be: in a process's memory, in files, in the arguments of programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use memchr::memmem::Finder;

use crate::error::{Result, RigError};
use crate::process::{Listed, listed};

/// How much memory is read at a time.
const CHUNK: usize = 1 << 20;

/// The needles that are found in the memory of a process, in whatever of it can be read, as UTF-8 and as UTF-16.
///
/// # Errors
/// [`RigError::System`] when the process's memory may not be read at all.
pub fn in_memory(process: u32, needles: &[&str]) -> Result<BTreeSet<String>> {
    let doing = || RigError::system(format!("the memory of process {process}"));
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).map_err(doing())?;
    let mut memory = File::open(format!("/proc/{process}/mem")).map_err(doing())?;
    let mut pages = File::open(format!("/proc/{process}/pagemap")).ok();
    let patterns = patterns(needles);
    let mut found = BTreeSet::new();
    let mut buffer = vec![0; CHUNK];
    for line in maps.lines() {
        let Some((range, rest)) = line.split_once(' ') else {
            continue;
        };
        let Some((from, to)) = range.split_once('-') else {
            continue;
        };
        let (Ok(from), Ok(to)) = (u64::from_str_radix(from, 16), u64::from_str_radix(to, 16)) else {
            continue;
        };
        if !rest.starts_with('r') {
            continue;
        }
        for part in held(from..to, &mut pages) {
            scan(&mut memory, part, &mut buffer, &patterns, &mut found);
        }
    }
    Ok(found)
}

/// The needles that are found in any file below a folder, or in its name.
///
/// # Errors
/// [`RigError::System`] when a file is there and cannot be read.
pub fn in_files(folder: &Path, needles: &[&str]) -> Result<BTreeMap<PathBuf, BTreeSet<String>>> {
    let patterns = patterns(needles);
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let kind = match path.symlink_metadata() {
            Ok(kind) => kind,
            // A lock or temporary file may be gone by now.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(RigError::system(format!("{}", path.display()))(error)),
        };
        let mut here = BTreeSet::new();
        note(path.as_os_str().as_encoded_bytes(), &patterns, &mut here);
        if kind.is_dir() {
            let entries = std::fs::read_dir(&path).map_err(RigError::system(format!("{}", path.display())))?;
            open.extend(entries.flatten().map(|entry| entry.path()));
        } else if kind.is_file() {
            match std::fs::read(&path) {
                Ok(bytes) => note(&bytes, &patterns, &mut here),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(RigError::system(format!("{}", path.display()))(error)),
            }
        }
        if !here.is_empty() {
            found.insert(path, here);
        }
    }
    Ok(found)
}

/// The parts of a range of memory that hold anything. Web engines reserve gigabytes that they never touch.
///
/// Spec: Linux, `/proc/PID/pagemap`: eight bytes a page; bit 63 says that it is there, bit 62 that it is swapped out.
fn held(range: Range<u64>, pages: &mut Option<File>) -> Vec<Range<u64>> {
    let Some(pages) = pages else { return vec![range] };
    let size = rustix::param::page_size() as u64;
    let mut entries = vec![0; usize::try_from((range.end - range.start) / size * 8).unwrap_or(0)];
    let read = pages
        .seek(SeekFrom::Start(range.start / size * 8))
        .and_then(|_| pages.read_exact(&mut entries));
    if read.is_err() {
        return vec![range];
    }
    let mut parts: Vec<Range<u64>> = Vec::new();
    for (number, entry) in entries.chunks_exact(8).enumerate() {
        // The last byte of an entry has the two bits on top.
        if entry.last().is_none_or(|top| top & 0b1100_0000 == 0) {
            continue;
        }
        let from = range.start + number as u64 * size;
        match parts.last_mut() {
            Some(part) if part.end == from => part.end += size,
            _ => parts.push(from..from + size),
        }
    }
    parts
}

/// A needle and what to look for: itself as UTF-8, and as UTF-16, which is how a web engine may hold it.
struct Pattern<'a> {
    needle: &'a str,
    finders: [Finder<'static>; 2],
    length: usize,
}

fn patterns<'a>(needles: &[&'a str]) -> Vec<Pattern<'a>> {
    let pattern = |needle: &&'a str| {
        let wide: Vec<u8> = needle.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = wide.len().max(needle.len());
        Pattern {
            needle,
            finders: [Finder::new(needle).into_owned(), Finder::new(&wide).into_owned()],
            length,
        }
    };
    needles
        .iter()
        .filter(|needle| !needle.is_empty())
        .map(pattern)
        .collect()
}

/// Looks through one range, in reads that overlap, so that a needle across a border is seen.
fn scan(
    source: &mut (impl Read + Seek),
    range: Range<u64>,
    buffer: &mut [u8],
    patterns: &[Pattern<'_>],
    found: &mut BTreeSet<String>,
) {
    let longest = patterns.iter().map(|pattern| pattern.length).max().unwrap_or(0);
    let mut at = range.start;
    while at < range.end {
        let wanted = usize::try_from(range.end - at).unwrap_or(usize::MAX).min(buffer.len());
        let Some(part) = buffer.get_mut(..wanted) else { break };
        // Parts that the process itself cannot touch (guard pages, device memory) give an error: they hold nothing.
        let Ok(read) = source.seek(SeekFrom::Start(at)).and_then(|_| source.read(part)) else {
            break;
        };
        if read == 0 {
            break;
        }
        note(part.get(..read).unwrap_or(part), patterns, found);
        let last = at + read as u64 >= range.end;
        at += if last {
            read as u64
        } else {
            read.saturating_sub(longest).max(1) as u64
        };
    }
}

fn note(bytes: &[u8], patterns: &[Pattern<'_>], found: &mut BTreeSet<String>) {
    for pattern in patterns {
        if !found.contains(pattern.needle) && pattern.finders.iter().any(|finder| finder.find(bytes).is_some()) {
            found.insert(pattern.needle.to_owned());
        }
    }
}

/// A look at the arguments of programs as they come and go, for as long as the watch lives.
pub struct ArgumentWatch {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<BTreeSet<Vec<String>>>>,
}

impl ArgumentWatch {
    /// Watches what `process` and its children start. A program whose ancestors up to `process` include one that
    /// `beyond` answers true for is not counted: what the browser starts is the browser's.
    pub fn start(process: u32, beyond: impl Fn(&Listed) -> bool + Send + 'static) -> Self {
        Self::watching(move |one, all| descends(one, process, all, &beyond))
    }

    /// Watches for programs with an argument that has `part` in it, whoever starts them.
    pub fn for_argument(part: impl Into<String>) -> Self {
        let part = part.into();
        Self::watching(move |one, _| one.arguments.iter().skip(1).any(|argument| argument.contains(&part)))
    }

    fn watching(wanted: impl Fn(&Listed, &[Listed]) -> bool + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seen = BTreeSet::new();
            while !stopped.load(Ordering::Relaxed) {
                let now = listed();
                seen.extend(
                    now.iter()
                        .filter(|one| wanted(one, &now))
                        .map(|one| one.arguments.clone()),
                );
                // Programs come and go without telling: as often as leaves the machine to those who work.
                std::thread::sleep(Duration::from_millis(2));
            }
            seen
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }

    /// Ends the watch: the arguments of each program that was seen.
    pub fn stop(mut self) -> BTreeSet<Vec<String>> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread
            .take()
            .and_then(|thread| thread.join().ok())
            .unwrap_or_default()
    }
}

impl Drop for ArgumentWatch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn descends(one: &Listed, from: u32, all: &[Listed], beyond: &impl Fn(&Listed) -> bool) -> bool {
    let mut current = one;
    for _ in 0..64 {
        if current.id == from {
            return one.id != from;
        }
        if beyond(current) {
            return false;
        }
        match all.iter().find(|other| other.id == current.parent) {
            Some(parent) => current = parent,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_needle_in_the_memory_of_a_process_is_found_and_another_is_not() {
        let mut other = std::process::Command::new("sleep")
            .arg("600")
            .env("PLANTED", "canary-in-a-mine")
            .spawn()
            .unwrap();
        let found = in_memory(other.id(), &["canary-in-a-mine", "no-such-canary"]);
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(found.unwrap(), BTreeSet::from(["canary-in-a-mine".to_owned()]));
    }

    #[test]
    fn a_needle_in_utf_16_across_two_reads_is_found() {
        let wide: Vec<u8> = "canary".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut bytes = vec![b'.'; 200];
        bytes[58..58 + wide.len()].copy_from_slice(&wide);
        let mut found = BTreeSet::new();
        let needles = patterns(&["canary", "absent"]);
        scan(&mut Cursor::new(&bytes), 0..200, &mut [0; 64], &needles, &mut found);
        assert_eq!(found, BTreeSet::from(["canary".to_owned()]));
    }

    #[test]
    fn a_needle_in_a_file_or_its_name_is_found_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        std::fs::write(folder.path().join("deep/one"), "xxneedlexx").unwrap();
        std::fs::write(folder.path().join("haystack"), "straw").unwrap();
        let found = in_files(folder.path(), &["needle", "haystack", "absent"]).unwrap();
        let all: Vec<_> = found.values().flatten().map(String::as_str).collect();
        assert_eq!(found.len(), 2);
        assert!(all.contains(&"needle") && all.contains(&"haystack"));
    }

    #[test]
    fn what_is_beyond_the_browser_is_not_counted() {
        let one = |id, parent, name: &str| Listed {
            id,
            parent,
            arguments: vec![name.to_owned()],
            ended: false,
        };
        let all = [
            one(1, 0, "app"),
            one(2, 1, "opener"),
            one(3, 2, "browser"),
            one(4, 3, "link"),
            one(5, 0, "other"),
        ];
        let beyond = |process: &Listed| process.arguments[0] == "browser";
        let counted: Vec<u32> = all
            .iter()
            .filter(|one| descends(one, 1, &all, &beyond))
            .map(|one| one.id)
            .collect();
        assert_eq!(counted, [2]);
    }
}
