//! Named points of sign-in, refresh, sign-out and key rotation, at which a test can stop the process: to kill it there, to
//! take the disk away, to put a clock forward. Without the feature `points` a point is nothing at all,
//! but in the unit tests of this crate.
//!
//! A process with `DOORKEY_STOP_AT=<name>` in its environment says `stopped at <name>` on its standard output when it
//! reaches that point for the first time, and goes on when it reads a line; `<name>#3` is the third time.

/// The points, each with its name.
macro_rules! points {
    ($($(#[$doc:meta])* $point:ident = $name:literal,)*) => {
        /// A named point.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Point { $($(#[$doc])* $point,)* }

        impl Point {
            /// All of them, in the order in which a program passes them.
            pub const ALL: &[Self] = &[$(Self::$point,)*];

            /// The name: `refresh.marked`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$point => $name,)* }
            }
        }
    };
}

points! {
    /// Metadata is there and the door is open; nothing is parked.
    SignInPrepared = "sign-in.prepared",
    /// The sign-in is parked; the browser is not open.
    SignInParked = "sign-in.parked",
    /// The browser took the link.
    SignInBrowserOpened = "sign-in.browser-opened",
    /// A redirect came; its sign-in is not claimed.
    SignInReceived = "sign-in.received",
    /// The sign-in is claimed; that it was used is not written.
    SignInClaimed = "sign-in.claimed",
    /// That it was used is written; the code is not sent.
    SignInBeforeCode = "sign-in.before-code",
    /// The answer to the code is there.
    SignInAnswered = "sign-in.answered",
    /// The tokens are verified.
    SignInVerified = "sign-in.verified",
    /// Who it is is known; nothing of the account is written.
    SignInBeforeAccount = "sign-in.before-account",
    /// The account is written; the outcome is not.
    SignInAccountWritten = "sign-in.account-written",
    /// The outcome is written; nobody was told.
    SignInOutcomeWritten = "sign-in.outcome-written",
    /// The account's lock is held, its record was read.
    RefreshLocked = "refresh.locked",
    /// The mark is written; nothing was sent.
    RefreshMarked = "refresh.marked",
    /// The answer is there; nothing of it was looked at.
    RefreshAnswered = "refresh.answered",
    /// The new tokens are verified; none is written.
    RefreshVerified = "refresh.verified",
    /// The new tokens are written; nobody was answered.
    RefreshWritten = "refresh.written",
    /// The account's lock is held.
    SignOutLocked = "sign-out.locked",
    /// The revocation is queued; the account is still there.
    SignOutQueued = "sign-out.queued",
    /// The account is gone; nothing was sent.
    SignOutForgotten = "sign-out.forgotten",
    /// The provider answered the revocation; it is still queued.
    SignOutRevoked = "sign-out.revoked",
    /// The revocation is not queued any more.
    SignOutDelivered = "sign-out.delivered",
    /// The last account is gone; the key is still there.
    SignOutBeforeKey = "sign-out.before-key",
    /// The key's mark is gone; the key is still there.
    SignOutMarkRemoved = "sign-out.mark-removed",
    /// A new key is made; nobody keeps it.
    RotationBegun = "rotation.begun",
    /// Both keys are kept; the old one is still the one to seal with.
    RotationBothKept = "rotation.both-kept",
    /// The new key is the one to seal with; no record is sealed anew.
    RotationMarked = "rotation.marked",
    /// One more record is sealed with the new key.
    RotationResealed = "rotation.resealed",
    /// All records are sealed with the new key; the old one is still kept.
    RotationAllResealed = "rotation.all-resealed",
    /// The old key is gone.
    RotationDone = "rotation.done",
    /// A key is made of the passphrase; nobody is kept waiting.
    PassphraseDerived = "passphrase.derived",
    /// The key is in a file that a passphrase opens, and still in the keychain.
    PassphraseWritten = "passphrase.written",
    /// The key is in the keychain no more; the mark still names that.
    PassphraseAlone = "passphrase.alone",
    /// The mark names the keychain; the key is not in there yet.
    KeychainAnnounced = "keychain.announced",
    /// The key is in the keychain, and still in the file that a passphrase opens.
    KeychainWritten = "keychain.written",
    /// The file that a passphrase opens is gone.
    KeychainAlone = "keychain.alone",
    /// A file for a record is begun; it is empty.
    FileBegun = "file.begun",
    /// Its bytes are written and perhaps not on the disk.
    FileWritten = "file.written",
    /// Its bytes are on the disk, under a name of its own.
    FileFlushed = "file.flushed",
    /// It has the record's name; the folder is perhaps not on the disk.
    FileRenamed = "file.renamed",
    /// A record was renamed by the one who claims it.
    FileClaimed = "file.claimed",
    /// A record was removed; the folder is perhaps not on the disk.
    FileRemoved = "file.removed",
}

/// The program is at this point.
#[cfg(not(any(test, feature = "points")))]
pub(crate) fn reach(_point: Point) {}

/// The program is at this point.
#[cfg(any(test, feature = "points"))]
pub(crate) fn reach(point: Point) {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static TIMES: AtomicUsize = AtomicUsize::new(0);
    let Ok(wanted) = std::env::var("DOORKEY_STOP_AT") else {
        return;
    };
    let (name, time) = wanted.split_once('#').unwrap_or((&wanted, "1"));
    if name != point.name() || time.parse() != Ok(TIMES.fetch_add(1, Ordering::SeqCst) + 1) {
        return;
    }
    // Nobody reading is the same as being told to go on.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "stopped at {name}").and_then(|()| out.flush());
    drop(out);
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// The vault's key as this process knows it, for a test that searches memory and files for it; during a rotation the one that
/// seals. `None` when it was not read yet.
#[cfg(feature = "points")]
#[doc(hidden)]
pub fn vault_key(client: &crate::Client) -> Option<zeroize::Zeroizing<[u8; 32]>> {
    client.inner.vault().known_key()
}
