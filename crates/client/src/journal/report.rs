//! One flow as a report that can be given to others: as text and as JSON.
//!
//! It is made of the journal and redacted once more by what it can hold: names out of closed sets, numbers, hosts, and the
//! values of parameters that may be shown. Accounts, people and names that somebody chose are not in it.

use std::fmt;

use doorkey_oidc::trail::{Check, CheckResult};
use serde::Serialize;

use super::flow::{FlowEnd, FlowJournal, FlowKind, FlowOutcome, Party, Step, StepKind, StepOutcome};
use super::redaction::{Shown, host};
use super::words::{words_of_check, words_of_party, words_of_skipped, words_of_step};
use crate::flow::DoorKind;
use crate::records::Keeping;

/// A report of one flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of this library.
    pub version: &'static str,
    /// The operating system: `linux`, `windows`, `macos`.
    pub os: &'static str,
    /// The processor's kind: `x86_64`.
    pub arch: &'static str,
    /// Where secrets are kept.
    pub keeping: ReportedKeeping,
    /// The door of a sign-in.
    pub door: Option<DoorKind>,
    /// What the flow is for.
    pub flow: FlowKind,
    /// When it began, in seconds since 1970.
    pub began_at: i64,
    /// Its steps.
    pub steps: Vec<ReportedStep>,
    /// How many steps were left out because there were too many.
    pub left_out: u32,
    /// How it ended.
    pub ended: Option<FlowEnd>,
}

/// Where secrets are kept, without the name of what keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportedKeeping {
    /// It is being found out.
    Checking,
    /// In files sealed with a key from the keychain.
    Keychain,
    /// In files sealed with a key that a passphrase opens.
    Passphrase,
    /// In memory only.
    Memory(super::Failure),
}

/// One step of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedStep {
    /// What it is.
    pub kind: StepKind,
    /// Who began it.
    pub from: Party,
    /// With whom.
    pub to: Party,
    /// The host, with the port where it is not the usual one.
    pub host: Option<String>,
    /// When it began, in milliseconds since the flow began.
    pub began_ms: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// The parameters: name, where it is one of the protocol, and as much of the value as may be shown.
    pub request: Vec<(Option<&'static str>, Shown)>,
    /// The checks.
    pub checks: Vec<Check>,
    /// How it went.
    pub outcome: StepOutcome,
}

impl Report {
    /// The report of a flow.
    pub fn of(flow: &FlowJournal, keeping: &Keeping) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            keeping: match keeping {
                Keeping::Checking => ReportedKeeping::Checking,
                Keeping::Keychain(_) => ReportedKeeping::Keychain,
                Keeping::Passphrase => ReportedKeeping::Passphrase,
                Keeping::Memory(error) => ReportedKeeping::Memory(super::Failure::of(error)),
            },
            door: flow.door,
            flow: flow.kind,
            began_at: flow.began_at / 1000,
            steps: flow.steps.iter().map(reported).collect(),
            left_out: flow.left_out,
            ended: flow.ended,
        }
    }

    /// The report as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a struct of names, numbers and texts is always JSON")
    }
}

fn reported(step: &Step) -> ReportedStep {
    ReportedStep {
        kind: step.kind,
        from: step.from,
        to: step.to,
        host: step.host.as_deref().and_then(host),
        began_ms: step.began_ms,
        duration_ms: step.duration_ms,
        status: step.status,
        request: step.request.iter().map(super::Parameter::again).collect(),
        checks: step.checks.clone(),
        outcome: step.outcome,
    }
}

/// The report as text: a line for the program, a line for each step, and under it a line for each parameter and check.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "doorkey {} on {} {}", self.version, self.os, self.arch)?;
        match self.keeping {
            ReportedKeeping::Checking => writeln!(f, "keeping: not known yet")?,
            ReportedKeeping::Keychain => writeln!(f, "keeping: keychain")?,
            ReportedKeeping::Passphrase => writeln!(f, "keeping: passphrase")?,
            ReportedKeeping::Memory(failure) => writeln!(f, "keeping: memory, {}", Named(&failure))?,
        }
        if let Some(door) = self.door {
            let door = match door {
                DoorKind::Scheme => "private-use URI scheme",
                DoorKind::Loopback => "loopback",
                DoorKind::Device => "device code",
            };
            writeln!(f, "door: {door}")?;
        }
        let flow = match self.flow {
            FlowKind::SignIn => "sign-in",
            FlowKind::Refresh => "refresh",
            FlowKind::SignOut => "sign-out",
        };
        writeln!(f, "{flow}, begun {} s after 1970-01-01T00:00:00Z", self.began_at)?;
        for step in &self.steps {
            step.fmt(f)?;
        }
        if self.left_out > 0 {
            writeln!(f, "{} more steps were left out", self.left_out)?;
        }
        match self.ended {
            None => writeln!(f, "under way"),
            Some(end) => {
                write!(f, "{:>6} ms  ", end.after_ms)?;
                match end.outcome {
                    FlowOutcome::Done => writeln!(f, "ended well"),
                    FlowOutcome::PutOff(failure) => {
                        writeln!(f, "ended, the provider is told later: {}", Named(&failure))
                    }
                    FlowOutcome::Failed(failure) => writeln!(f, "ended: {}", Named(&failure)),
                }
            }
        }
    }
}

impl fmt::Display for ReportedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let party = |party| words_of_party(party).developer;
        write!(f, "{:>6} ms  {}", self.began_ms, party(self.from))?;
        if self.to != self.from {
            write!(f, " -> {}", party(self.to))?;
        }
        write!(f, ": {}", words_of_step(self.kind).developer)?;
        if let Some(host) = &self.host {
            write!(f, ", {host}")?;
        }
        if let Some(status) = self.status {
            write!(f, ", status {status}")?;
        }
        if let Some(duration) = self.duration_ms {
            write!(f, ", {duration} ms")?;
        }
        match self.outcome {
            StepOutcome::UnderWay => writeln!(f, ", under way")?,
            StepOutcome::Done => writeln!(f)?,
            StepOutcome::Remembered => writeln!(f, ", remembered")?,
            StepOutcome::Needless => writeln!(f, ", nothing to do")?,
            StepOutcome::PutOff(failure) => writeln!(f, ", put off: {}", Named(&failure))?,
            StepOutcome::Failed(failure) => writeln!(f, ", FAILED: {}", Named(&failure))?,
            StepOutcome::Abandoned => writeln!(f, ", given up")?,
        }
        for (name, value) in &self.request {
            let name = name.unwrap_or("(another parameter)");
            match value {
                Shown::Text(text) => writeln!(f, "             {name} = {text}")?,
                Shown::Secret => writeln!(f, "             {name} = (not shown)")?,
                Shown::Long(length) => writeln!(f, "             {name} = ({length} bytes)")?,
            }
        }
        for check in &self.checks {
            let words = words_of_check(check.name).developer;
            match check.result {
                CheckResult::Passed => write!(f, "     passed  {words}")?,
                CheckResult::Failed(cause) => {
                    write!(
                        f,
                        "     FAILED  {words}: {} {}",
                        cause.kind(),
                        cause.detail().unwrap_or_default()
                    )?;
                }
                CheckResult::Skipped(reason) => {
                    write!(f, "    skipped  {words}: {}", words_of_skipped(reason).developer)?;
                }
            }
            writeln!(f, " ({})", check.section())?;
        }
        Ok(())
    }
}

/// A failure in one line.
struct Named<'a>(&'a super::Failure);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind)?;
        if let Some(detail) = self.0.detail {
            write!(f, " {detail}")?;
        }
        if let Some(section) = self.0.section {
            write!(f, " ({section})")?;
        }
        Ok(())
    }
}
