//! What has to come of a disk that fails in the middle of an act.

use doorkey::points::Point;

use super::failing::Fault;
use crate::crash::steps::{Step, steps as of_act};
use crate::crash::windows::{Act, After};

/// What has to come of a run.
pub(super) struct Expected {
    /// What the next start finds.
    pub(super) after: After,
    /// Whether the fault has to be told.
    pub(super) typed: bool,
    /// What is removed next makes room on a full disk, perhaps enough for all that follows: then the act may end well, and there
    /// is nothing to tell.
    pub(super) may_find_room: bool,
}

impl Expected {
    /// Whether this is what had to come of it.
    pub(super) fn allows(&self, after: Option<bool>, typed: bool) -> bool {
        let wanted = (self.after == After::SignedIn).then_some(true);
        (after, typed) == (wanted, self.typed) || self.may_find_room && (after, typed) == (Some(true), false)
    }
}

/// What has to come of a fault that begins at this passing of this point. `None` where it is not passed so often.
pub(super) fn expected(
    fault: Fault,
    act: Act,
    point: Point,
    steps: Option<&[Step]>,
    passing: usize,
) -> Option<Expected> {
    let Some(steps) = steps else {
        let first = of_act(act, Point::FileBegun, act == Act::Refresh)?.first()?;
        let after = if point == Point::SignInReceived {
            After::StillWaiting
        } else {
            first.before
        };
        return (passing == 1).then_some(Expected {
            after,
            typed: true,
            may_find_room: fault == Fault::Full && point == Point::SignInReceived,
        });
    };
    let step = steps.get(passing.checked_sub(1)?)?;
    // How far the file gets whose writing is under way: its own handle is open already.
    let is_kept_back = match fault {
        Fault::Full => point == Point::FileBegun,
        // Its bytes can be written still; no name can be given or taken.
        Fault::ReadOnly | Fault::Denied => {
            matches!(point, Point::FileBegun | Point::FileWritten | Point::FileFlushed)
        }
        // A name can be given. The folder cannot be opened any more to make that last.
        Fault::NoHandles => false,
    };
    if act == Act::Refresh && fault == Fault::Full && passing == 1 && !is_kept_back && point != Point::FileRenamed {
        // The record takes the place of the old one, whose room is enough for the next.
        return Some(Expected {
            after: steps.last()?.after,
            typed: false,
            may_find_room: false,
        });
    }
    let after = if is_kept_back { step.before } else { step.after };
    let is_refused = is_kept_back || fault == Fault::NoHandles;
    let typed = match (act, point, passing) {
        // The outcome is for other processes, which see the account; the person has what they wanted.
        (Act::SignIn, Point::FileRenamed | Point::FileFlushed | Point::FileWritten | Point::FileBegun, 4) => false,
        // The sign-in that waits is written; the redirect is not delivered in this run.
        (Act::SignIn, Point::FileRenamed | Point::FileFlushed | Point::FileWritten | Point::FileBegun, 1 | 3) => {
            is_refused
        }
        (Act::Refresh, _, 2) => is_refused,
        // What is written next is refused.
        _ => true,
    };
    Some(Expected {
        after,
        typed,
        // The record of the sign-in that waited is about to go.
        may_find_room: fault == Fault::Full && point == Point::FileClaimed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::steps::steps;

    #[test]
    fn a_file_that_could_not_get_its_name_leaves_what_was_before_and_one_that_has_it_what_is_new() {
        let refresh = |fault, point, passing| {
            let steps = steps(Act::Refresh, Point::FileBegun, true);
            let expected = expected(fault, Act::Refresh, point, steps, passing).unwrap();
            (expected.after, expected.typed)
        };
        assert_eq!(
            refresh(Fault::ReadOnly, Point::FileFlushed, 1),
            (After::OldTokens, true)
        );
        assert_eq!(
            refresh(Fault::Denied, Point::FileRenamed, 1),
            (After::SignInAgain, true)
        );
        assert_eq!(
            refresh(Fault::ReadOnly, Point::FileFlushed, 2),
            (After::SignInAgain, true)
        );
        assert_eq!(
            refresh(Fault::ReadOnly, Point::FileRenamed, 2),
            (After::NewTokens, false)
        );
        let received = expected(Fault::Full, Act::SignIn, Point::SignInReceived, None, 1).unwrap();
        assert!(received.allows(None, true) && received.allows(Some(true), false));
        assert!(
            !received.allows(None, false) && !received.allows(Some(true), true) && !received.allows(Some(false), false)
        );
        let received = expected(Fault::ReadOnly, Act::SignIn, Point::SignInReceived, None, 1).unwrap();
        assert!(received.allows(None, true) && !received.allows(Some(true), false));
        assert_eq!(refresh(Fault::NoHandles, Point::FileBegun, 2), (After::NewTokens, true));
        assert_eq!(refresh(Fault::Full, Point::FileWritten, 1), (After::NewTokens, false));
    }
}
