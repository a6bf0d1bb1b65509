//! Grading: the whole catalogue against a client that is given as a command, and a report of what it did wrong.
//!
//! For each case a provider of its own is started with the fault armed. The command gets the issuer and the client id,
//! prints the URL that it wants to have opened, and is told the redirect as a browser would tell it. What it did is
//! judged by the requests that came, and by its own word, its exit code, only where nothing of it can be seen.

mod client;
mod expectation;
mod report;

use crate::findings::{Finding, Level, findings};
use crate::{Fault, MockOp, StartError, When};
use futures_util::StreamExt;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

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
        "there is no case {0}: name a fault of the catalogue, as `idt-nonce`, or one variant, as `idt-nonce/missing`"
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
    /// A sign-in without any fault came to nothing, so nothing that follows would mean anything.
    #[error("the client does not sign in at a provider without faults: {0}")]
    Baseline(String),
}

/// What to grade, and how.
#[derive(Clone, Debug)]
pub struct Grading {
    /// The program and its arguments. `{issuer}`, `{client_id}` and `{dir}`, an empty folder for each sign-in, are filled in.
    pub command: Vec<String>,
    /// Only these cases: ids of faults, or `id/variant`. All when empty.
    pub only: Vec<String>,
    /// How many at a time.
    pub jobs: usize,
    /// How long one sign-in may take.
    pub limit: Duration,
    /// House rules that the client breaks on purpose, by case or rule, with the reason.
    pub reasons: BTreeMap<String, String>,
}

/// One case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The fault; `None` for a sign-in without any.
    pub fault: Option<Fault>,
    /// Which variant of it.
    pub variant: &'static str,
    /// What the client is to do.
    pub expectation: Expectation,
}

impl Case {
    const BASELINE: Case = Case {
        fault: None,
        variant: "",
        expectation: Expectation {
            expected: Expected::Accepted,
            level: Level::Must,
        },
    };

    /// Every case in which something can be seen of a client that signs in.
    pub fn all() -> impl Iterator<Item = Case> {
        let of = |fault: &Fault| {
            let fault = *fault;
            fault.variants().iter().map(move |variant| Case {
                fault: Some(fault),
                variant,
                expectation: expectation(fault, variant),
            })
        };
        Fault::ALL
            .iter()
            .flat_map(of)
            .filter(|case| case.expectation.expected != Expected::Unseen)
    }

    /// `idt-nonce/missing`.
    pub fn id(&self) -> String {
        match self.fault {
            Some(fault) => format!("{}/{}", fault.id(), self.variant),
            None => "no-fault".to_owned(),
        }
    }

    /// Whether a client may go on waiting for a better response: anybody can send it one.
    fn may_be_passed_over(&self) -> bool {
        let about_the_response = self.fault.is_some_and(|fault| fault.id().starts_with("az-"));
        about_the_response && self.expectation.expected != Expected::Accepted
    }

    /// How often the fault is to happen: a key set may be fetched more than once in a sign-in, and must not get better.
    fn when(&self) -> When {
        let about_keys = self.fault.is_some_and(|fault| fault.id().starts_with("jwks-"));
        match self.expectation.expected {
            Expected::Refused if about_keys => When::Always,
            _ => When::Once,
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.id() == name || self.fault.is_some_and(|fault| fault.id() == name)
    }
}

/// What came of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The case.
    pub case: String,
    /// What the client was to do.
    pub expected: Expected,
    /// How binding that is.
    pub level: Level,
    /// How its sign-in ended.
    pub ended: Ended,
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
        if let Some(name) = self
            .only
            .iter()
            .find(|name| !Case::all().any(|case| case.is_called(name)))
        {
            return Err(GradeError::NoSuchCase(name.clone()));
        }
        let baseline = self.one(Case::BASELINE).await?;
        if let Some(wrong) = baseline.wrong {
            return Err(GradeError::Baseline(wrong));
        }
        tell(&baseline);
        let wanted = |case: &Case| self.only.is_empty() || self.only.iter().any(|name| case.is_called(name));
        let cases: Vec<Case> = Case::all().filter(wanted).collect();
        let mut running = futures_util::stream::iter(cases)
            .map(|case| self.one(case))
            .buffered(self.jobs.max(1));
        let mut outcomes = vec![baseline];
        while let Some(outcome) = running.next().await {
            let outcome = outcome?;
            tell(&outcome);
            outcomes.push(outcome);
        }
        Ok(Report::of(outcomes, &self.reasons))
    }

    async fn one(&self, case: Case) -> Result<Outcome, GradeError> {
        let op = MockOp::start().await?;
        if let Some(fault) = case.fault
            && !op.when_variant(fault, case.variant, case.when())
        {
            return Err(GradeError::NoSuchCase(case.id()));
        }
        let ended = client::sign_in(self, &op, case).await?;
        let found = findings(&op.requests());
        op.stop().await;
        let (level, wrong) = judge(case, ended, &found);
        Ok(Outcome {
            case: case.id(),
            expected: case.expectation.expected,
            level,
            ended,
            reason: wrong.as_ref().and_then(|_| self.reasons.get(&case.id()).cloned()),
            wrong,
            findings: found,
        })
    }
}

/// What is wrong with what the client did, and how binding the rule is that it broke.
fn judge(case: Case, ended: Ended, found: &[Finding]) -> (Level, Option<String>) {
    let level = case.expectation.level;
    // What was seen goes before what the client says of itself.
    let accepted = found.iter().find(|finding| {
        let about_this = |did: &crate::Did| case.fault.is_some_and(|fault| fault.id() == did.fault);
        finding.fault.as_ref().is_some_and(about_this)
    });
    if let Some(finding) = accepted {
        let seen: Vec<String> = finding.requests.iter().map(u64::to_string).collect();
        let wrong = format!("{}: requests {}", finding.rule.id(), seen.join(" and "));
        return (finding.level, Some(wrong));
    }
    let wrong = match (case.expectation.expected, ended) {
        (Expected::Accepted, Ended::SignedIn) | (Expected::Refused, Ended::Failed) => None,
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
    use crate::Did;
    use crate::findings::Rule;

    fn case(fault: Fault, variant: &'static str) -> Case {
        Case {
            fault: Some(fault),
            variant,
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
