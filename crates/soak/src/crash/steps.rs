//! The files that each act writes, claims and removes, in their order: what a run that is stopped at a point of the files is
//! judged by. Where an act passes such a point more or less often than this says, something is written that nobody thought of.

use doorkey::points::Point;

use super::windows::{Act, After};

/// One file that is written, claimed or removed, and what follows when the program is killed just before that has happened
/// and just after.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What is in the file.
    pub what: &'static str,
    /// The file is as it was before.
    pub before: After,
    /// It is the new one, or it is gone.
    pub after: After,
}

const fn step(what: &'static str, before: After, after: After) -> Step {
    Step { what, before, after }
}

const fn opens(what: &'static str) -> Step {
    step(what, After::AllOpens, After::AllOpens)
}

const NOTHING: &[Step] = &[];

/// Where no account is left, the next start forgets past sign-ins with the key, and an old link is a stranger's: so what a
/// tombstone is good for depends on whether another account is there.
const SIGN_IN_ALONE: &[Step] = &[
    step("the mark of a new key", After::NothingBegun, After::NothingBegun),
    step("the sign-in that waits", After::NothingBegun, After::NothingBegun),
    step("the tombstone", After::Forgotten, After::Forgotten),
    step("the account", After::Forgotten, After::SignedIn),
    step("the outcome", After::SignedIn, After::SignedIn),
];
const SIGN_IN_BESIDE: &[Step] = &[
    step("the sign-in that waits", After::NothingBegun, After::NothingBegun),
    step("the tombstone", After::Forgotten, After::Lost),
    step("the account", After::Lost, After::SignedIn),
    step("the outcome", After::SignedIn, After::SignedIn),
];
const SIGN_IN_CLAIMED: &[Step] = &[step("the sign-in that waits", After::StillWaiting, After::Forgotten)];

const REFRESH: &[Step] = &[
    step("the account, marked", After::OldTokens, After::SignInAgain),
    step("the account, with new tokens", After::SignInAgain, After::NewTokens),
];
/// Until the request is sent, which no file tells, a kill leaves tokens that are sent for the first time.
const REFRESH_WITH_GRACE: &[Step] = &[
    step("the account, marked", After::OldTokens, After::OldTokens),
    step("the account, with new tokens", After::SentOnceMore, After::NewTokens),
];

const SIGN_OUT: &[Step] = &[step(
    "the revocation",
    After::StillSignedIn,
    After::SignedOutAndToldLater,
)];
const SIGN_OUT_REMOVED_ALONE: &[Step] = &[
    step(
        "the account",
        After::SignedOutAndToldLater,
        After::SignedOutAndToldLater,
    ),
    step("the revocation", After::SignedOut, After::SignedOut),
    step("what is left of past sign-ins", After::SignedOut, After::SignedOut),
    step("what is left of past sign-ins", After::SignedOut, After::SignedOut),
];
const SIGN_OUT_REMOVED_BESIDE: &[Step] = &[
    step(
        "the account",
        After::SignedOutAndToldLater,
        After::SignedOutAndToldLater,
    ),
    step("the revocation", After::SignedOut, After::SignedOut),
];

/// An account, its tombstone and its outcome, sealed anew in the order in which the folder lists them.
const RECORDS_ALONE: &[Step] = &[opens("a record"), opens("a record"), opens("a record")];
const RECORDS_BESIDE: &[Step] = &[
    opens("a record"),
    opens("a record"),
    opens("a record"),
    opens("a record"),
    opens("a record"),
    opens("a record"),
];
const ROTATION_ALONE: &[Step] = &[
    opens("the mark of the new key"),
    opens("a record"),
    opens("a record"),
    opens("a record"),
];
const ROTATION_BESIDE: &[Step] = &[
    opens("the mark of the new key"),
    opens("a record"),
    opens("a record"),
    opens("a record"),
    opens("a record"),
    opens("a record"),
    opens("a record"),
];

const MOVE: &[Step] = &[
    opens("the key under the passphrase"),
    opens("the mark, without a keychain"),
    opens("the mark, with the keychain"),
];

/// The files that pass this point in this act, the first one first; `None` where the point is none of the files' and passed
/// once. `alone`: no other account is there.
pub fn steps(act: Act, point: Point, alone: bool) -> Option<&'static [Step]> {
    let written = matches!(
        point,
        Point::FileBegun | Point::FileWritten | Point::FileFlushed | Point::FileRenamed
    );
    Some(match (act, point) {
        (Act::SignIn, _) if written && alone => SIGN_IN_ALONE,
        (Act::SignIn, _) if written => SIGN_IN_BESIDE,
        (Act::SignIn, Point::FileClaimed) => SIGN_IN_CLAIMED,
        (Act::Refresh, _) if written => REFRESH,
        (Act::RefreshWithGrace, _) if written => REFRESH_WITH_GRACE,
        (Act::SignOut, _) if written => SIGN_OUT,
        (Act::SignOut, Point::FileRemoved) if alone => SIGN_OUT_REMOVED_ALONE,
        (Act::SignOut, Point::FileRemoved) => SIGN_OUT_REMOVED_BESIDE,
        (Act::Rotation, _) if written && alone => ROTATION_ALONE,
        (Act::Rotation, _) if written => ROTATION_BESIDE,
        (Act::Rotation, Point::RotationResealed) if alone => RECORDS_ALONE,
        (Act::Rotation, Point::RotationResealed) => RECORDS_BESIDE,
        (Act::Move, _) if written => MOVE,
        (_, Point::FileClaimed | Point::FileRemoved) => NOTHING,
        _ => return None,
    })
}

impl Step {
    /// What follows a kill at this point of this file.
    pub fn expected(&self, point: Point) -> After {
        match point {
            Point::FileBegun | Point::FileWritten | Point::FileFlushed => self.before,
            _ => self.after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_last_file_is_what_the_act_is_for_and_what_follows_the_first_is_not() {
        let first_and_last = |act, alone| {
            let all = steps(act, Point::FileRenamed, alone).unwrap();
            (
                all[0].expected(Point::FileBegun),
                all[all.len() - 1].expected(Point::FileRenamed),
            )
        };
        for alone in [true, false] {
            assert_eq!(
                first_and_last(Act::SignIn, alone),
                (After::NothingBegun, After::SignedIn)
            );
            assert_eq!(
                first_and_last(Act::Refresh, alone),
                (After::OldTokens, After::NewTokens)
            );
            assert_eq!(
                first_and_last(Act::RefreshWithGrace, alone),
                (After::OldTokens, After::NewTokens)
            );
            assert_eq!(
                first_and_last(Act::SignOut, alone),
                (After::StillSignedIn, After::SignedOutAndToldLater)
            );
        }
    }

    #[test]
    fn a_file_that_is_not_in_place_yet_is_judged_by_what_was_before() {
        let account = steps(Act::SignIn, Point::FileFlushed, false).unwrap()[2];
        assert_eq!(account.expected(Point::FileFlushed), After::Lost);
        assert_eq!(account.expected(Point::FileRenamed), After::SignedIn);
        let claimed = steps(Act::SignIn, Point::FileClaimed, true).unwrap()[0];
        assert_eq!(claimed.expected(Point::FileClaimed), After::Forgotten);
    }
}
