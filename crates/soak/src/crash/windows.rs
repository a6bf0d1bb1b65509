//! What may follow when a program is killed at a point: the table that the runs are judged by and the manual prints.

use std::fmt::Write as _;

use doorkey::points::Point;

use super::steps::{Step, steps};

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

/// The table of the acts' own points.
pub const WINDOWS: &[Window] = &[
    row(Act::SignIn, Point::SignInPrepared, &[After::NothingBegun]),
    row(
        Act::SignIn,
        Point::SignInParked,
        &[After::NothingBegun, After::StillWaiting],
    ),
    row(Act::SignIn, Point::SignInBrowserOpened, &[After::StillWaiting]),
    row(Act::SignIn, Point::SignInReceived, &[After::StillWaiting]),
    row(Act::SignIn, Point::SignInClaimed, &[After::Forgotten]),
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
    row(Act::Move, Point::PassphraseDerived, OPENS),
    row(Act::Move, Point::PassphraseWritten, OPENS),
    row(Act::Move, Point::PassphraseAlone, OPENS),
    row(Act::Move, Point::KeychainAnnounced, OPENS),
    row(Act::Move, Point::KeychainWritten, OPENS),
    row(Act::Move, Point::KeychainAlone, OPENS),
];

const OPENS: &[After] = &[After::AllOpens];
/// The one with another account there, the other without: where no account is left, the next start forgets past sign-ins
/// with the key, and an old link is a stranger's.
const LOST: &[After] = &[After::Lost, After::Forgotten];

/// The points of the files. Which acts pass them, how often and with what, [`steps`] says.
const FILES: &[Point] = &[
    Point::FileBegun,
    Point::FileWritten,
    Point::FileFlushed,
    Point::FileRenamed,
    Point::FileClaimed,
    Point::FileRemoved,
];

/// Every act at every point that it has, and at every point of the files, passed or not.
pub fn rows() -> Vec<(Act, Point)> {
    let own = WINDOWS.iter().map(|row| (row.act, row.point));
    let files = Act::ALL
        .into_iter()
        .flat_map(|act| FILES.iter().map(move |point| (act, *point)));
    own.chain(files).collect()
}

/// What may follow when the program is killed in this act, in this passing of this point, the first being 1. `None` when it
/// is not passed so often. `alone`: no other account is there.
pub fn allowed(act: Act, point: Point, alone: bool, passing: usize) -> Option<Vec<After>> {
    if let Some(steps) = steps(act, point, alone) {
        let step = steps.get(passing.checked_sub(1)?)?;
        return Some(vec![step.expected(point)]);
    }
    let row = WINDOWS.iter().find(|row| (row.act, row.point) == (act, point))?;
    // With another account there, the tombstone stays.
    let lost = if alone { After::Forgotten } else { After::Lost };
    let is_lost = row.allowed == LOST;
    (passing == 1).then(|| if is_lost { vec![lost] } else { row.allowed.to_vec() })
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
    text.push_str(
        "\n## In the middle of a file\n\n\
         The same for each file that an act writes (`file.begun`, `file.written` and `file.flushed` are before it has its \
         name,\n`file.renamed` is after), claims (`file.claimed`) or removes (`file.removed`), in this order and no others.\n\n\
         | killed during | while this | is | before, the next start finds | after, it finds |\n|---|---|---|---|---|\n",
    );
    for act in Act::ALL {
        for alone in [true, false] {
            for (point, done) in [
                (Point::FileRenamed, "written"),
                (Point::FileClaimed, "claimed"),
                (Point::FileRemoved, "removed"),
            ] {
                let with = steps(act, point, alone).unwrap_or_default();
                let words = |all: &[Step]| all.iter().map(|step| format!("{step:?}")).collect::<String>();
                let same = words(with) == words(steps(act, point, !alone).unwrap_or_default());
                if same && !alone {
                    continue;
                }
                let who = match (same, alone) {
                    (true, _) => "",
                    (_, true) => ", the only account",
                    (_, false) => ", one account of several",
                };
                for Step { what, before, after } in with {
                    // A removal has no moment before it that is a point.
                    let before = if done == "written" { before.words() } else { "" };
                    let _ = writeln!(
                        text,
                        "| {}{who} | {what} | {done} | {before} | {} |",
                        act.name(),
                        after.words()
                    );
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_has_a_row_and_no_row_comes_twice() {
        let rows = rows();
        for point in Point::ALL {
            assert!(rows.iter().any(|(_, of)| of == point), "{}", point.name());
        }
        for (at, row) in rows.iter().enumerate() {
            assert_eq!(rows.iter().position(|other| other == row), Some(at), "{row:?}");
        }
    }

    #[test]
    fn at_a_point_of_the_files_one_thing_may_follow_and_no_other() {
        for (act, point) in rows().into_iter().filter(|(_, point)| FILES.contains(point)) {
            for alone in [true, false] {
                let times = steps(act, point, alone).unwrap().len();
                for passing in 1..=times {
                    assert_eq!(allowed(act, point, alone, passing).unwrap().len(), 1);
                }
                assert_eq!(allowed(act, point, alone, times + 1), None);
            }
        }
        let at = |passing| allowed(Act::Refresh, Point::FileBegun, true, passing).unwrap();
        assert_eq!((at(1), at(2)), (vec![After::OldTokens], vec![After::SignInAgain]));
    }

    #[test]
    fn an_old_link_is_told_that_it_was_used_where_the_tombstone_stays() {
        let at = |point, alone| allowed(Act::SignIn, point, alone, 1).unwrap();
        assert_eq!(at(Point::SignInAnswered, false), [After::Lost]);
        assert_eq!(at(Point::SignInAnswered, true), [After::Forgotten]);
        assert_eq!(at(Point::SignInClaimed, false), [After::Forgotten]);
        assert_eq!(allowed(Act::SignIn, Point::SignInAnswered, true, 2), None);
    }

    #[test]
    fn the_manual_prints_this_table() {
        let manual = include_str!("../../../../docs/crashes.md");
        assert!(manual.ends_with(&text()), "write it anew: doorkey-soak windows");
    }

    #[test]
    fn the_manual_has_a_line_for_each_row() {
        let text = text();
        assert!(text.lines().count() > WINDOWS.len() + 20);
        assert!(text.contains("| refresh | `refresh.answered` | **a new sign-in**"));
        assert!(text.contains("| refresh | the account, marked | written | the old tokens"));
    }
}
