//! One case: a fault, the act in which a client meets it, and what the client is to do.

use super::{Act, Expectation, Expected, expectation};
use crate::findings::{Layer, Level};
use crate::{Fault, When};

/// One case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The fault; `None` for a sign-in without any.
    pub fault: Option<Fault>,
    /// Which variant of it.
    pub variant: &'static str,
    /// The act in which the client meets it.
    pub act: Act,
    /// What the client is to do.
    pub expectation: Expectation,
}

impl Case {
    /// An act at a provider without faults.
    pub(super) fn without_fault(act: Act) -> Self {
        Self {
            fault: None,
            variant: "",
            act,
            expectation: Expectation {
                expected: Expected::Accepted,
                level: Level::Must,
            },
        }
    }

    /// Every case in which something can be seen of a client that can do every act.
    pub fn all() -> impl Iterator<Item = Case> {
        let of = |fault: &Fault| {
            let fault = *fault;
            fault.variants().iter().map(move |variant| Case {
                fault: Some(fault),
                variant,
                act: Act::of(fault),
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
            None if self.act == Act::SignIn => "no-fault".to_owned(),
            None => format!("no-fault/{}", self.act.id()),
        }
    }

    /// Whether a client may go on waiting for a better response: anybody can send it one.
    pub(super) fn may_be_passed_over(&self) -> bool {
        let about_the_response = self.fault.is_some_and(|fault| fault.id().starts_with("az-"));
        about_the_response && self.expectation.expected != Expected::Accepted
    }

    /// How often the fault is to happen: a key set may be fetched more than once in a sign-in, and must not get better.
    pub(super) fn when(&self) -> When {
        let about_keys = self.fault.is_some_and(|fault| fault.id().starts_with("jwks-"));
        match self.expectation.expected {
            Expected::Refused if about_keys => When::Always,
            _ => When::Once,
        }
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        self.id() == name || self.fault.is_some_and(|fault| fault.id() == name)
    }

    /// Whether most of its time is spent with waiting: for a provider that is slow, or for what a client does later.
    pub(super) fn waits(&self) -> bool {
        let stalls = matches!(
            self.fault,
            Some(Fault::DiscoverySlow | Fault::TokenSlow | Fault::TokenHugeOrBomb)
        );
        stalls || self.act != Act::SignIn || self.may_be_passed_over()
    }

    /// Whether the provider asks to be left alone for longer than a grading waits.
    pub(super) fn asks_for_patience(&self) -> bool {
        self.fault == Some(Fault::Refresh429) && matches!(self.variant, "minutes" | "date" | "absurd")
    }

    /// Whether a revocation could not be sent, and may be when the provider is there again.
    pub(super) fn is_sent_later(&self) -> bool {
        matches!(self.fault, Some(Fault::Revocation503 | Fault::RevocationOffline))
    }

    /// Whose it is to do right here: the redirect's listener has to bear what any page can send it, and whoever opens the browser
    /// looks at what is opened.
    pub(super) fn layer(&self) -> Layer {
        match self.fault {
            Some(Fault::AuthorizeHuge | Fault::AuthorizeFragment | Fault::DiscoveryAuthorizeUrlHostile) => {
                Layer::RedirectListener
            }
            _ => Layer::ProtocolLibrary,
        }
    }
}
