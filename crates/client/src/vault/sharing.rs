//! Files that somebody else has open.
//!
//! Windows lets nobody replace, move or remove a file that another program holds open, and programs that look into every
//! new file (virus scanners, indexers, backups) do so all the time. What they hold is free again within moments.

use std::io;

/// The system's codes: `ERROR_ACCESS_DENIED`, which a file that is open or half removed gives too, `ERROR_SHARING_VIOLATION`
/// and `ERROR_LOCK_VIOLATION`.
#[cfg(windows)]
const HELD: [i32; 3] = [5, 32, 33];

/// Does something to a file, and again while somebody else holds the file, for two seconds at most. Blocks meanwhile.
#[cfg(windows)]
pub(super) fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    use std::time::{Duration, Instant};
    let give_up = Instant::now() + Duration::from_secs(2);
    let mut pause = Duration::from_millis(1);
    loop {
        match attempt() {
            Err(error) if error.raw_os_error().is_some_and(|code| HELD.contains(&code)) && Instant::now() < give_up => {
                // The system tells nobody when a file is let go.
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(32));
            }
            done => return done,
        }
    }
}

/// Elsewhere a file that is open stands in nobody's way.
#[cfg(not(windows))]
pub(super) fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    attempt()
}

#[cfg(all(test, windows))]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::os::windows::fs::OpenOptionsExt as _;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_file_that_is_held_for_a_moment_is_waited_for_and_one_that_is_held_for_good_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("record");
        fs::write(&path, b"x").expect("written");
        // As a scanner does that shares with nobody.
        let hold = || OpenOptions::new().read(true).share_mode(0).open(&path).expect("held");
        let mut held = Some(hold());
        let mut attempts = 0;
        let read = patiently(|| {
            attempts += 1;
            let read = fs::read(&path);
            held.take();
            read
        });
        assert_eq!((read.expect("read in the end"), attempts), (b"x".to_vec(), 2));

        let held = hold();
        let before = Instant::now();
        assert!(patiently(|| fs::read(&path)).is_err());
        assert!(before.elapsed() >= Duration::from_secs(2));
        drop(held);
        let before = Instant::now();
        assert_eq!(
            patiently(|| fs::read(folder.path().join("none"))).map_err(|error| error.kind()),
            Err(io::ErrorKind::NotFound)
        );
        assert!(
            before.elapsed() < Duration::from_secs(1),
            "what is not there is not waited for"
        );
    }
}
