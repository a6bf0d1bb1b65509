//! One row for each way to be wrong: what it makes a client do that the client does not do without it.

mod authorization;
mod discovery;
mod id_token;
mod session;
mod token;

use crate::run::Run;
use mock_op::{Fault, When};

/// How a fault shows.
#[derive(Clone, Copy)]
pub(crate) enum Proof {
    /// The naive client comes to this, of this variant.
    Falls(fn(&Run, &str) -> bool),
    /// The strict client stops, and says that this is unusual. For what is to be accepted.
    Trips(&'static str),
}

/// A fault, some of its variants, and how they show.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) fault: Fault,
    /// All of the fault's, if none is named.
    variants: &'static [&'static str],
    /// What the client does because of it, for whoever reads the table or a failure.
    pub(crate) because: &'static str,
    pub(crate) proof: Proof,
    pub(crate) when: When,
    /// The end of the path that does not answer in time.
    pub(crate) soon: Option<&'static str>,
    /// The provider serves TLS.
    pub(crate) tls: bool,
}

impl Row {
    pub(crate) fn variants(&self) -> &'static [&'static str] {
        if self.variants.is_empty() {
            self.fault.variants()
        } else {
            self.variants
        }
    }

    /// These variants only.
    const fn of(mut self, variants: &'static [&'static str]) -> Self {
        self.variants = variants;
        self
    }

    const fn always(mut self) -> Self {
        self.when = When::Always;
        self
    }

    const fn slow_at(mut self, path: &'static str) -> Self {
        self.soon = Some(path);
        self
    }

    const fn over_tls(mut self) -> Self {
        self.tls = true;
        self
    }
}

/// The naive client comes to this.
const fn falls(fault: Fault, because: &'static str, to: fn(&Run, &str) -> bool) -> Row {
    Row {
        fault,
        variants: &[],
        because,
        proof: Proof::Falls(to),
        when: When::Once,
        soon: None,
        tls: false,
    }
}

/// The strict client stops because of this.
const fn trips(fault: Fault, unusual: &'static str) -> Row {
    Row {
        because: unusual,
        proof: Proof::Trips(unusual),
        ..falls(fault, unusual, |_, _| false)
    }
}

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Row> {
    [
        discovery::ROWS,
        authorization::ROWS,
        token::ROWS,
        id_token::ROWS,
        session::ROWS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
