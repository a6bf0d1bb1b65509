//! Trial links: `<scheme>:/doctor/<nonce>`, each good for one arrival, in whichever process it arrives.
//!
//! What is waited for is an empty file under the hash of the nonce, and an arrival is its renaming. There is nothing secret in
//! it: it says that a link came, so it works without a keychain too, and makes no key.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use super::link_owner::Ours;

/// A trial that is older was left by a crash: its link counts for nothing.
const LIFETIME: Duration = Duration::from_secs(300);

/// How often it is looked whether another process got the link. This process needs no look: it is told.
const LOOK: Duration = Duration::from_millis(100);

/// A nonce as text: 16 bytes in base64url.
const NONCE_LENGTH: usize = 22;

/// Where trials are waited for.
pub(crate) struct Trials {
    folder: PathBuf,
    arrived: Notify,
}

impl Trials {
    /// In a folder of their own beside the records.
    pub(crate) fn beside(records: &Path) -> Self {
        Self {
            folder: records.join("trials"),
            arrived: Notify::new(),
        }
    }
}

/// A trial link, made for a scheme that was found to be ours.
pub(crate) struct TrialLink(String);

impl TrialLink {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A link that is waited for. When it is dropped, the link counts for nothing any more.
pub(super) struct Trial<'a> {
    trials: &'a Trials,
    link: TrialLink,
    waiting: PathBuf,
    arrived: PathBuf,
}

impl<'a> Trial<'a> {
    /// From now on the link counts. The system's random numbers or the folder may be missing.
    pub(super) async fn begin(trials: &'a Trials, ours: &Ours) -> io::Result<Self> {
        let mut bytes = [0; 16];
        rand::rngs::SysRng
            .try_fill_bytes(&mut bytes)
            .map_err(|_| io::ErrorKind::Other)?;
        let nonce = URL_SAFE_NO_PAD.encode(bytes);
        let (waiting, arrived) = files(&trials.folder, &nonce);
        let (folder, file) = (trials.folder.clone(), waiting.clone());
        on_disk(move || {
            fs::create_dir_all(&folder)?;
            sweep(&folder)?;
            fs::File::create_new(file).map(drop)
        })
        .await?;
        Ok(Self {
            trials,
            link: TrialLink(format!("{}:/doctor/{nonce}", ours.scheme())),
            waiting,
            arrived,
        })
    }

    pub(super) fn link(&self) -> &TrialLink {
        &self.link
    }

    /// Waits until the link came, to this process or another.
    pub(super) async fn arrival(&self) {
        let mut look = tokio::time::interval(LOOK);
        loop {
            let told = self.trials.arrived.notified();
            tokio::select! {
                () = told => {}
                _ = look.tick() => {}
            }
            let file = self.arrived.clone();
            // Only what the one who got it wrote counts: a file that is merely gone may have been swept.
            if on_disk(move || file.try_exists()).await.unwrap_or(false) {
                return;
            }
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        for file in [&self.waiting, &self.arrived] {
            // One of them is not there, or both; what a failure leaves is swept by the next trial.
            let _ = fs::remove_file(file);
        }
    }
}

/// The nonce of a trial link in this scheme; `None` for every other link.
pub(crate) fn nonce_of<'a>(scheme: &str, link: &'a str) -> Option<&'a str> {
    let nonce = link.strip_prefix(scheme)?.strip_prefix(":/doctor/")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (nonce.len() == NONCE_LENGTH && nonce.bytes().all(plain)).then_some(nonce)
}

/// A trial link came. True if it was waited for; it is not any more. A stranger's changes nothing.
pub(crate) async fn arrive(trials: &Trials, nonce: &str) -> bool {
    let (waiting, arrived) = files(&trials.folder, nonce);
    let expected = on_disk(move || {
        if !is_young(&waiting)? {
            return Ok(false);
        }
        // A rename succeeds for exactly one of those who try.
        fs::rename(&waiting, &arrived).map(|()| true)
    })
    .await
    .unwrap_or(false);
    if expected {
        trials.arrived.notify_waiters();
    }
    expected
}

/// The files of one trial: while it is waited for, and when it has arrived. The nonce itself stands in no name.
fn files(folder: &Path, nonce: &str) -> (PathBuf, PathBuf) {
    let mut hash = Sha256::new();
    hash.update(b"doorkey trial link\0");
    hash.update(nonce);
    let name = URL_SAFE_NO_PAD.encode(hash.finalize());
    // On a file system that does not tell `A` from `a` this is a little shorter a hash, and still far too long to meet twice.
    (
        folder.join(format!("{name}.waiting")),
        folder.join(format!("{name}.arrived")),
    )
}

fn is_young(file: &Path) -> io::Result<bool> {
    let modified = fs::metadata(file)?.modified()?;
    // A clock that went back makes it younger than new, and the rename still succeeds only once.
    Ok(SystemTime::now()
        .duration_since(modified)
        .map_or(true, |age| age < LIFETIME))
}

/// Removes what crashes left.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !is_young(&path).unwrap_or(true) {
            // Another process may sweep as well.
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
}

async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(io::ErrorKind::Other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_trial_link_of_our_scheme_has_a_nonce() {
        let nonce = "A".repeat(NONCE_LENGTH);
        let link = format!("dev.example:/doctor/{nonce}");
        assert_eq!(nonce_of("dev.example", &link), Some(nonce.as_str()));
        for other in [
            format!("dev.example:/doctor/{nonce}A"),
            format!("dev.example:/doctor/{nonce}?x"),
            format!("dev.example:/doctor/{}", &nonce[1..]),
            format!("dev.example:/doctor/../../{}", &nonce[6..]),
            format!("dev.example://doctor/{nonce}"),
            format!("dev.examples:/doctor/{nonce}"),
            format!("DEV.EXAMPLE:/doctor/{nonce}"),
            format!("dev.example:/callback/{nonce}"),
        ] {
            assert_eq!(nonce_of("dev.example", &other), None, "{other}");
        }
    }

    async fn begun(trials: &Trials) -> (Trial<'_>, String) {
        let trial = Trial::begin(trials, &Ours::for_tests("dev.example"))
            .await
            .expect("begun");
        let nonce = nonce_of("dev.example", trial.link().as_str())
            .expect("a nonce")
            .to_owned();
        (trial, nonce)
    }

    #[tokio::test]
    async fn a_link_counts_once_and_only_while_it_is_waited_for() {
        let home = tempfile::tempdir().expect("a folder");
        let (here, elsewhere) = (Trials::beside(home.path()), Trials::beside(home.path()));
        let (trial, nonce) = begun(&here).await;
        let (_, stranger) = begun(&elsewhere).await;
        assert!(!arrive(&here, &stranger).await, "that trial is over");
        let other = "B".repeat(NONCE_LENGTH);
        assert!(!arrive(&here, &other).await, "nobody waits for that one");
        assert!(arrive(&elsewhere, &nonce).await, "in another process");
        assert!(!arrive(&here, &nonce).await, "a second time");
        tokio::time::timeout(Duration::from_secs(20), trial.arrival())
            .await
            .expect("it is seen");
        drop(trial);
        assert!(!arrive(&here, &nonce).await, "it is over");
        let left = fs::read_dir(home.path().join("trials")).expect("a folder").count();
        assert_eq!(left, 0, "nothing is left behind");
    }

    #[tokio::test]
    async fn a_file_that_is_merely_gone_is_no_arrival() {
        let home = tempfile::tempdir().expect("a folder");
        let trials = Trials::beside(home.path());
        let (trial, _) = begun(&trials).await;
        fs::remove_file(&trial.waiting).expect("it was there");
        let waited = tokio::time::timeout(LOOK * 5, trial.arrival()).await;
        assert!(waited.is_err(), "nothing arrived");
    }

    #[tokio::test]
    async fn what_a_crash_left_is_swept_and_its_link_counts_for_nothing() {
        let home = tempfile::tempdir().expect("a folder");
        let trials = Trials::beside(home.path());
        let (trial, nonce) = begun(&trials).await;
        let past = SystemTime::now() - LIFETIME - Duration::from_secs(1);
        let file = fs::File::options()
            .write(true)
            .open(&trial.waiting)
            .expect("it is there");
        file.set_modified(past).expect("made older");
        drop(file);
        assert!(!arrive(&trials, &nonce).await);
        let (_second, _) = begun(&trials).await;
        assert!(!trial.waiting.exists());
    }
}
