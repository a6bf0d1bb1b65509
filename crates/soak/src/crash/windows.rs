//! What may follow when a program is killed at a point: the table that the runs are judged by and the manual prints.

use std::fmt::Write as _;

use doorkey::points::Point;

/// What is going on when the program is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// A sign-in, from the button to the account.
    SignIn,
    /// A refresh at a provider that takes reuse of a refresh token for theft.
    Refresh,
    /// A refresh at a provider that takes a used refresh token once more for a while.
    RefreshWithGrace,
    /// A sign-out.
    SignOut,
    /// A change of the vault's key.
    Rotation,
    /// A move of the key under a passphrase and back into the keychain.
    Move,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::SignIn,
        Self::Refresh,
        Self::RefreshWithGrace,
        Self::SignOut,
        Self::Rotation,
        Self::Move,
    ];

    /// As the manual calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Refresh => "refresh",
            Self::RefreshWithGrace => "refresh, with a grace for reuse",
            Self::SignOut => "sign-out",
            Self::Rotation => "key rotation",
            Self::Move => "a move of the key under a passphrase and back",
        }
    }
}

/// What the next start finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum After {
    /// Nothing of the sign-in is kept.
    NothingBegun,
    /// The sign-in still waits: its redirect completes it.
    StillWaiting,
    /// The sign-in is lost; its redirect, delivered again, is told that it was used.
    Lost,
    /// The sign-in is lost; its redirect, delivered again, belongs to nothing.
    Forgotten,
    /// The person is signed in.
    SignedIn,
    /// The old tokens are there, and one request renews them.
    OldTokens,
    /// The new tokens are there, and nothing is asked for.
    NewTokens,
    /// The old refresh token is sent once more, as the provider allows.
    SentOnceMore,
    /// Whether the refresh token is spent cannot be known: a new sign-in is asked for.
    SignInAgain,
    /// The account is as it was; it can be signed out again.
    StillSignedIn,
    /// The account is gone.
    SignedOut,
    /// The account is gone, and the provider is told at the next start.
    SignedOutAndToldLater,
    /// Every record opens, and the rotation can be begun anew or goes on.
    AllOpens,
}

impl After {
    /// As the manual says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::NothingBegun => "nothing was begun; press the button again",
            Self::StillWaiting => "the sign-in still waits, and its link completes it",
            Self::Lost => "**a new sign-in**; the old link says that it was used",
            Self::Forgotten => "**a new sign-in**; the old link does nothing",
            Self::SignedIn => "signed in",
            Self::OldTokens => "the old tokens, renewed by one request",
            Self::NewTokens => "the new tokens",
            Self::SentOnceMore => "the old refresh token is sent once more, and renews",
            Self::SignInAgain => "**a new sign-in**: whether the refresh token is spent cannot be known",
            Self::StillSignedIn => "still signed in; sign out again",
            Self::SignedOut => "signed out",
            Self::SignedOutAndToldLater => "signed out; the provider is told at the next start",
            Self::AllOpens => "everything opens",
        }
    }
}

/// One row: killed here, this may follow.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// What was going on.
    pub act: Act,
    /// Where it was killed.
    pub point: Point,
    /// What may follow.
    pub allowed: &'static [After],
}

const fn row(act: Act, point: Point, allowed: &'static [After]) -> Window {
    Window { act, point, allowed }
}

/// The table.
pub const WINDOWS: &[Window] = &[
    row(Act::SignIn, Point::SignInPrepared, &[After::NothingBegun]),
    row(
        Act::SignIn,
        Point::SignInParked,
        &[After::NothingBegun, After::StillWaiting],
    ),
    row(Act::SignIn, Point::SignInBrowserOpened, &[After::StillWaiting]),
    row(Act::SignIn, Point::SignInReceived, &[After::StillWaiting]),
    row(Act::SignIn, Point::SignInClaimed, LOST),
    row(Act::SignIn, Point::SignInBeforeCode, LOST),
    row(Act::SignIn, Point::SignInAnswered, LOST),
    row(Act::SignIn, Point::SignInVerified, LOST),
    row(Act::SignIn, Point::SignInBeforeAccount, LOST),
    row(Act::SignIn, Point::SignInAccountWritten, &[After::SignedIn]),
    row(Act::SignIn, Point::SignInOutcomeWritten, &[After::SignedIn]),
    row(Act::Refresh, Point::RefreshLocked, &[After::OldTokens]),
    row(Act::Refresh, Point::RefreshMarked, &[After::SignInAgain]),
    row(Act::Refresh, Point::RefreshAnswered, &[After::SignInAgain]),
    row(Act::Refresh, Point::RefreshVerified, &[After::SignInAgain]),
    row(Act::Refresh, Point::RefreshWritten, &[After::NewTokens]),
    row(Act::RefreshWithGrace, Point::RefreshLocked, &[After::OldTokens]),
    row(Act::RefreshWithGrace, Point::RefreshMarked, &[After::OldTokens]),
    row(Act::RefreshWithGrace, Point::RefreshAnswered, &[After::SentOnceMore]),
    row(Act::RefreshWithGrace, Point::RefreshVerified, &[After::SentOnceMore]),
    row(Act::RefreshWithGrace, Point::RefreshWritten, &[After::NewTokens]),
    row(Act::SignOut, Point::SignOutLocked, &[After::StillSignedIn]),
    row(Act::SignOut, Point::SignOutQueued, &[After::SignedOutAndToldLater]),
    row(Act::SignOut, Point::SignOutForgotten, &[After::SignedOutAndToldLater]),
    row(
        Act::SignOut,
        Point::SignOutRevoked,
        &[After::SignedOut, After::SignedOutAndToldLater],
    ),
    row(Act::SignOut, Point::SignOutDelivered, &[After::SignedOut]),
    row(Act::SignOut, Point::SignOutBeforeKey, &[After::SignedOut]),
    row(Act::SignOut, Point::SignOutMarkRemoved, &[After::SignedOut]),
    row(Act::Rotation, Point::RotationBegun, OPENS),
    row(Act::Rotation, Point::RotationBothKept, OPENS),
    row(Act::Rotation, Point::RotationMarked, OPENS),
    row(Act::Rotation, Point::RotationResealed, OPENS),
    row(Act::Rotation, Point::RotationAllResealed, OPENS),
    row(Act::Rotation, Point::RotationDone, OPENS),
    row(Act::Move, Point::PassphraseWritten, OPENS),
    row(Act::Move, Point::PassphraseAlone, OPENS),
    row(Act::Move, Point::KeychainAnnounced, OPENS),
    row(Act::Move, Point::KeychainWritten, OPENS),
    row(Act::Move, Point::KeychainAlone, OPENS),
    row(Act::SignIn, Point::FileBegun, SIGN_IN),
    row(Act::SignIn, Point::FileWritten, SIGN_IN),
    row(Act::SignIn, Point::FileFlushed, SIGN_IN),
    row(Act::SignIn, Point::FileRenamed, SIGN_IN),
    row(Act::SignIn, Point::FileClaimed, LOST),
    row(Act::Refresh, Point::FileBegun, REFRESH),
    row(Act::Refresh, Point::FileWritten, REFRESH),
    row(Act::Refresh, Point::FileFlushed, REFRESH),
    row(Act::Refresh, Point::FileRenamed, REFRESH),
    row(Act::SignOut, Point::FileBegun, SIGN_OUT),
    row(Act::SignOut, Point::FileWritten, SIGN_OUT),
    row(Act::SignOut, Point::FileFlushed, SIGN_OUT),
    row(Act::SignOut, Point::FileRenamed, SIGN_OUT),
    row(Act::SignOut, Point::FileRemoved, SIGN_OUT),
    row(Act::Rotation, Point::FileBegun, OPENS),
    row(Act::Rotation, Point::FileWritten, OPENS),
    row(Act::Rotation, Point::FileFlushed, OPENS),
    row(Act::Rotation, Point::FileRenamed, OPENS),
];

const OPENS: &[After] = &[After::AllOpens];
/// Where no account is left, the next start forgets past sign-ins with the key, and an old link is a stranger's.
const LOST: &[After] = &[After::Lost, After::Forgotten];

/// At a point of the files what follows depends on which record it is; it is always something that the act's own
/// points have.
const SIGN_IN: &[After] = &[
    After::NothingBegun,
    After::StillWaiting,
    After::Lost,
    After::Forgotten,
    After::SignedIn,
];
const REFRESH: &[After] = &[After::OldTokens, After::NewTokens, After::SignInAgain];
const SIGN_OUT: &[After] = &[After::StillSignedIn, After::SignedOut, After::SignedOutAndToldLater];

/// Whether the same point is passed more than once in an act.
pub fn is_repeated(point: Point) -> bool {
    point.name().starts_with("file.") || point == Point::RotationResealed
}

/// The table as Markdown.
pub fn text() -> String {
    let mut text = String::from("| killed during | at | the next start finds |\n|---|---|---|\n");
    for Window { act, point, allowed } in WINDOWS {
        let words: Vec<_> = allowed.iter().map(|after| after.words()).collect();
        let _ = writeln!(
            text,
            "| {} | `{}` | {} |",
            act.name(),
            point.name(),
            words.join(", or ")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_has_a_row_and_no_row_comes_twice() {
        for point in Point::ALL {
            assert!(WINDOWS.iter().any(|row| row.point == *point), "{}", point.name());
        }
        for (at, row) in WINDOWS.iter().enumerate() {
            let same = |other: &&Window| (other.act, other.point) == (row.act, row.point);
            assert_eq!(WINDOWS.iter().position(|other| same(&other)), Some(at), "{row:?}");
        }
    }

    #[test]
    fn the_manual_prints_this_table() {
        let manual = include_str!("../../../../docs/crashes.md");
        assert!(manual.ends_with(&text()), "write it anew: doorkey-soak windows");
    }

    #[test]
    fn the_manual_has_a_line_for_each_row() {
        let text = text();
        assert_eq!(text.lines().count(), WINDOWS.len() + 2);
        assert!(text.contains("| refresh | `refresh.answered` | **a new sign-in**"));
    }
}
