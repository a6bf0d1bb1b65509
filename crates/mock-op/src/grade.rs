//! Grading: the whole catalogue against a client that is given as a command, and a report of what it did wrong.
//!
//! For each case a provider of its own is started with the fault armed. The command gets the issuer and the client id,
//! prints the URL that it wants to have opened, and is told the redirect as a browser would tell it. A client that can is
//! started again, to renew the session, to say who is signed in, and to sign out. What it did is
//! judged by the requests that came, and by its own word, its exit code, only where nothing of it can be seen.

mod act;
mod case;
mod client;
mod expectation;
mod report;
mod session;
mod verdict;

use crate::findings::{Finding, Layer, Level, findings};
use crate::{MockOp, StartError};
use client::Client;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub use act::Act;
pub use case::Case;
pub use client::Ended;
pub use expectation::{Expectation, Expected, expectation};
pub use report::Report;

/// The client id that a graded client uses: public, any private-use scheme with a dot, any loopback port.
pub const CLIENT_ID: &str = "demo";

/// Why nothing could be graded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GradeError {
    /// No command.
    #[error("there is no command to grade")]
    NoCommand,
    /// No case is called so.
    #[error(
        "there is no case {0} in what is graded: name a fault of the catalogue, as `idt-nonce`, or one variant, as `idt-nonce/missing`"
    )]
    NoSuchCase(String),
    /// The provider did not start.
    #[error("the provider did not start")]
    Start(#[from] StartError),
    /// The command did not start.
    #[error("cannot run {command}")]
    Command {
        /// The program.
        command: String,
        /// Why.
        source: std::io::Error,
    },
    /// An act without any fault came to nothing, so nothing that follows would mean anything.
    #[error("the client comes to nothing at a provider without faults: {0}")]
    Baseline(String),
}

/// What to grade, and how.
#[derive(Clone, Debug)]
pub struct Grading {
    /// The program and its arguments. `{act}`, `{issuer}`, `{client_id}` and `{dir}`, an empty folder for each case, are filled in.
    pub command: Vec<String>,
    /// What it can do beside signing in. It is not graded in what it cannot do.
    pub acts: Vec<Act>,
    /// Only these cases: ids of faults, or `id/variant`. All when empty.
    pub only: Vec<String>,
    /// How many at a time.
    pub jobs: usize,
    /// How long one act may take.
    pub limit: Duration,
    /// Whether the issuers are https. The file of the authority is `{ca_file}`, and `MOCK_OP_CA_FILE`.
    pub tls: bool,
    /// House rules that the client breaks on purpose, by case or rule, with the reason.
    pub reasons: BTreeMap<String, String>,
}

/// What came of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The case.
    pub case: String,
    /// The act that it is about.
    pub act: Act,
    /// Whose it is to keep the rule.
    pub layer: Layer,
    /// What the client was to do.
    pub expected: Expected,
    /// How binding that is.
    pub level: Level,
    /// How the act ended; how the sign-in ended, where nothing came after it.
    pub ended: Ended,
    /// Whether the client met the fault: one that never asks UserInfo is not graded in what UserInfo says.
    pub met: bool,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What is wrong with that, if something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<String>,
    /// Why it is as it is, if somebody wrote that down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What else was seen.
    pub findings: Vec<Finding>,
}

impl Grading {
    /// Runs the cases, and tells each when it is done.
    ///
    /// # Errors
    /// [`GradeError`]: what keeps a verdict from meaning anything.
    pub async fn run(&self, mut tell: impl FnMut(&Outcome)) -> Result<Report, GradeError> {
        if self.command.is_empty() {
            return Err(GradeError::NoCommand);
        }
        let graded = |act: Act| act == Act::SignIn || self.acts.contains(&act);
        let all = || Case::all().filter(|case| graded(case.act));
        if let Some(name) = self.only.iter().find(|name| !all().any(|case| case.is_called(name))) {
            return Err(GradeError::NoSuchCase(name.clone()));
        }
        let wanted = |case: &Case| self.only.is_empty() || self.only.iter().any(|name| case.is_called(name));
        let cases: Vec<Case> = all().filter(wanted).collect();
        let mut outcomes = Vec::new();
        let needs = |act: Act| act == Act::SignIn || cases.iter().any(|case| case.act == act);
        // A sign-in first, for nothing else works without; then the others at the same time.
        let (first, others): (Vec<Case>, Vec<Case>) = Act::ALL
            .into_iter()
            .filter(|act| graded(*act) && needs(*act))
            .map(Case::without_fault)
            .partition(|case| case.act == Act::SignIn);
        for cases in [first, others] {
            let mut running = stream::iter(cases).map(|case| self.one(case)).buffered(MOST_WAITING);
            while let Some(outcome) = running.next().await {
                let outcome = outcome?;
                if let (Some(wrong), Level::Must) = (&outcome.wrong, outcome.level) {
                    return Err(GradeError::Baseline(format!("{}: {wrong}", outcome.act.id())));
                }
                tell(&outcome);
                outcomes.push(outcome);
            }
        }
        // One that waits costs no processor, and holds up no other.
        let (waiting, working): (Vec<Case>, Vec<Case>) = cases.iter().copied().partition(Case::waits);
        let waiting = stream::iter(waiting)
            .map(|case| self.one(case))
            .buffer_unordered(self.jobs.saturating_mul(2).clamp(1, MOST_WAITING));
        let working = stream::iter(working)
            .map(|case| self.one(case))
            .buffer_unordered(self.jobs.max(1));
        let mut running = stream::select(working, waiting);
        let without_fault = outcomes.len();
        while let Some(outcome) = running.next().await {
            let outcome = outcome?;
            tell(&outcome);
            outcomes.push(outcome);
        }
        let place: BTreeMap<String, usize> = cases.iter().enumerate().map(|(at, case)| (case.id(), at)).collect();
        outcomes[without_fault..].sort_by_key(|outcome| place.get(&outcome.case).copied());
        Ok(Report::of(outcomes, &self.acts, &self.reasons))
    }

    async fn one(&self, case: Case) -> Result<Outcome, GradeError> {
        let began = Instant::now();
        let builder = MockOp::builder();
        let builder = if self.tls { builder.tls() } else { builder };
        let op = builder.start().await?;
        let (ended, met, found, (level, wrong)) = match case.act {
            Act::SignIn => {
                if let Some(fault) = case.fault
                    && !op.when_variant(fault, case.variant, case.when())
                {
                    return Err(GradeError::NoSuchCase(case.id()));
                }
                let ended = Client::new(self, &op)?.sign_in(case).await?;
                let found = findings(&op.requests());
                let verdict = judge(case, ended, &found);
                (ended, true, found, verdict)
            }
            _ => {
                let seen = session::run(self, &op, case).await?;
                let found = findings(&seen.requests);
                let met = case.fault.is_none_or(|fault| seen.met(fault));
                let ended = seen.acted.as_ref().map_or(seen.signed_in, |acted| acted.ended);
                let verdict = match tied(case, &found) {
                    Some((level, wrong)) => (level, Some(wrong)),
                    None => match verdict::judge(case, &seen, &found).filter(|_| met) {
                        Some((level, wrong)) => (level, Some(wrong)),
                        None => (case.expectation.level, None),
                    },
                };
                (ended, met, found, verdict)
            }
        };
        op.stop().await;
        Ok(Outcome {
            case: case.id(),
            act: case.act,
            layer: case.layer(),
            expected: case.expectation.expected,
            level,
            ended,
            met,
            took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            reason: wrong.as_ref().and_then(|_| self.reasons.get(&case.id()).cloned()),
            wrong,
            findings: found,
        })
    }
}

/// The most cases at a time of those that wait.
const MOST_WAITING: usize = 32;

/// What the requests show of the fault itself: that it was not noticed.
fn tied(case: Case, found: &[Finding]) -> Option<(Level, String)> {
    let finding = found.iter().find(|finding| {
        let about_this = |did: &crate::Did| case.fault.is_some_and(|fault| fault.id() == did.fault);
        finding.fault.as_ref().is_some_and(about_this)
    })?;
    let seen: Vec<String> = finding.requests.iter().map(u64::to_string).collect();
    let wrong = format!("{}: requests {}", finding.rule.id(), seen.join(" and "));
    Some((finding.level, wrong))
}

/// What is wrong with what the client did, and how binding the rule is that it broke.
fn judge(case: Case, ended: Ended, found: &[Finding]) -> (Level, Option<String>) {
    let level = case.expectation.level;
    // What was seen goes before what the client says of itself.
    if let Some((level, wrong)) = tied(case, found) {
        return (level, Some(wrong));
    }
    let wrong = match (case.expectation.expected, ended) {
        (Expected::Accepted, Ended::SignedIn) | (Expected::Refused, Ended::Failed) => None,
        // These are about the session, and not about how it began.
        (Expected::Kept | Expected::Forgotten | Expected::Either, _) | (_, Ended::Done) => None,
        (Expected::Refused | Expected::Ignored, Ended::SignedInLater) => None,
        (Expected::Ignored, Ended::SignedIn) => Some("says that somebody is signed in"),
        // It holds to the standard, and lets a stranger end the sign-in of a person.
        (Expected::Ignored, Ended::Failed) => {
            let wrong = "gave the sign-in up because of a response that was not meant for it";
            return (Level::HouseRule, Some(wrong.into()));
        }
        (Expected::Unseen, _) => None,
        (Expected::Refused | Expected::Ignored, Ended::OpenedElsewhere) => {
            Some("wanted a URL of a stranger to be opened")
        }
        (Expected::Refused, Ended::SignedIn) => Some("says that somebody is signed in"),
        (Expected::Refused | Expected::Ignored, Ended::Hung) => {
            return (Level::HouseRule, Some("did not come to an end in time".into()));
        }
        (Expected::Accepted, Ended::Failed | Ended::SignedInLater) => Some("failed"),
        (Expected::Accepted, Ended::Hung) => Some("did not come to an end in time"),
        (Expected::Accepted, Ended::OpenedElsewhere) => Some("wanted a URL of a stranger to be opened"),
    };
    (level, wrong.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Rule;
    use crate::{Did, Fault};

    fn case(fault: Fault, variant: &'static str) -> Case {
        Case {
            fault: Some(fault),
            variant,
            act: Act::of(fault),
            expectation: expectation(fault, variant),
        }
    }

    #[test]
    fn what_was_seen_goes_before_what_the_client_says_of_itself() {
        let nonce = case(Fault::IdTokenNonce, "wrong");
        assert_eq!(judge(nonce, Ended::Failed, &[]), (Level::Must, None));
        let used = Finding {
            rule: Rule::TokensAccepted,
            level: Level::Must,
            requests: vec![7, 8],
            fault: Some(Did {
                fault: "idt-nonce",
                variant: "wrong",
            }),
        };
        let (level, wrong) = judge(nonce, Ended::Failed, &[used]);
        assert_eq!(
            (level, wrong.as_deref()),
            (Level::Must, Some("tokens-accepted: requests 7 and 8"))
        );
    }

    #[test]
    fn a_client_that_gives_up_at_a_forged_response_breaks_a_house_rule_and_no_more() {
        let forged = case(Fault::AuthorizeStateMismatch, "default");
        assert_eq!(judge(forged, Ended::Failed, &[]).0, Level::HouseRule);
        assert!(judge(forged, Ended::Failed, &[]).1.is_some());
        assert_eq!(judge(forged, Ended::SignedInLater, &[]).1, None);
        assert!(judge(forged, Ended::SignedIn, &[]).1.is_some());
    }

    #[test]
    fn no_two_cases_have_the_same_name_and_each_is_found_by_it() {
        let all: Vec<Case> = Case::all().collect();
        let names: std::collections::HashSet<String> = all.iter().map(Case::id).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.len() > 100, "{}", all.len());
        assert!(all.iter().all(|case| case.is_called(&case.id())));
    }
}
