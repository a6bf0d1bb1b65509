//! A fault that was chosen for one sign-in: by its `login_hint`, or by the person on its login page.
//!
//! It is bound to the authorization request, and with it to the code, the tokens, and whatever is asked with those. Two
//! sign-ins at the same time each have their own.

use crate::call::{Call, Endpoint};
use crate::faults::Fault;
use crate::grants::{AuthorizationRequest, DeviceAnswer};
use crate::provider::Provider;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// What begins the name of a fault in a `login_hint`.
const HINT: &str = "fault:";

/// One fault, which happens once.
#[derive(Debug)]
pub(crate) struct Chosen {
    fault: Fault,
    variant: &'static str,
    spent: AtomicBool,
}

/// Why a name chooses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotChosen {
    #[error("there is no fault of that name; GET /control/faults lists them")]
    NoSuchFault,
    #[error("this fault has no variant of that name; GET /control/faults lists them")]
    NoSuchVariant,
    #[error("this fault cannot be bound to one sign-in: arm it, or use the issuer of its name")]
    OfNoSignIn,
}

impl Chosen {
    pub(crate) fn new(fault: Fault, variant: &'static str) -> Self {
        Self {
            fault,
            variant,
            spent: AtomicBool::new(false),
        }
    }

    /// The fault of a name for one sign-in: `idt-nonce`, or with a variant `idt-nonce/missing`.
    pub(crate) fn named(name: &str) -> Result<Self, NotChosen> {
        let (id, variant) = match name.split_once('/') {
            Some((id, variant)) => (id, Some(variant)),
            None => (name, None),
        };
        let fault = Fault::from_id(id).ok_or(NotChosen::NoSuchFault)?;
        let variant = match variant {
            Some(variant) => fault.variant_named(variant).ok_or(NotChosen::NoSuchVariant)?,
            None => fault.variants()[0],
        };
        if !fault.place().is_of_a_sign_in() {
            return Err(NotChosen::OfNoSignIn);
        }
        Ok(Self::new(fault, variant))
    }

    /// As it is asked for: `idt-nonce/missing`.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.fault.id(), self.variant)
    }

    /// Its variant, if it is this fault and did not happen before.
    fn take(&self, fault: Fault) -> Option<&'static str> {
        (self.fault == fault && !self.spent.swap(true, Ordering::Relaxed)).then_some(self.variant)
    }
}

/// The person and the fault in a `login_hint`: `ada`, `fault:idt-nonce`, or both, the person first, with a space between.
pub(crate) fn of_hint(hint: Option<&str>) -> (Option<String>, Result<Option<Arc<Chosen>>, NotChosen>) {
    let Some(hint) = hint else { return (None, Ok(None)) };
    let (person, name) = match (hint.strip_prefix(HINT), hint.rsplit_once(' ')) {
        (Some(name), _) => (None, name),
        (None, Some((person, last))) if last.starts_with(HINT) => (Some(person.to_owned()), &last[HINT.len()..]),
        (None, _) => return (Some(hint.to_owned()), Ok(None)),
    };
    (person, Chosen::named(name).map(|chosen| Some(Arc::new(chosen))))
}

/// The faults that one request brings along, beside those that are armed.
#[derive(Debug, Default)]
pub(crate) struct Along {
    of_sign_in: OnceLock<Arc<Chosen>>,
    at_random: OnceLock<Chosen>,
}

impl Along {
    pub(crate) fn take(&self, fault: Fault) -> Option<&'static str> {
        let chosen = self.of_sign_in.get().and_then(|chosen| chosen.take(fault));
        chosen.or_else(|| self.at_random.get().and_then(|drawn| drawn.take(fault)))
    }
}

/// Finds out what this request brings along, before it is acted upon.
pub(crate) fn bring(op: &Provider, call: &Call) {
    // As long as nobody chose, nobody is looked for.
    if op.chosen.load(Ordering::Relaxed)
        && let Some(chosen) = of_sign_in(op, call)
    {
        let _ = call.along.of_sign_in.set(chosen);
    }
    let refresh = call.form.get("grant_type") == Some("refresh_token");
    if let Some((fault, variant)) = op.chances.draw(call.endpoint, refresh) {
        let _ = call.along.at_random.set(Chosen::new(fault, variant));
    }
}

/// Whatever this authorization request chose is for its answer, and for all that follows from it.
pub(crate) fn begin(op: &Provider, call: &Call, request: &AuthorizationRequest) {
    if let Some(chosen) = &request.chosen {
        op.chosen.store(true, Ordering::Relaxed);
        let _ = call.along.of_sign_in.set(Arc::clone(chosen));
    }
}

/// What was chosen for the sign-in that this request is part of, as its handle, code or token tells.
fn of_sign_in(op: &Provider, call: &Call) -> Option<Arc<Chosen>> {
    let now = op.clock.now();
    let grants = op.grants();
    let of_access = |token: &str| grants.access.get(token, now).map(|access| &access.grant);
    let of_refresh = |token: &str| grants.refresh.get(token, now).map(|refresh| &refresh.grant);
    let grant = match call.endpoint {
        Endpoint::Consent => {
            let interaction = grants.interactions.get(call.form.get("interaction")?, now)?;
            return interaction.request.chosen.clone();
        }
        Endpoint::Token => {
            let by_code = call.form.get("code").and_then(|code| grants.codes.get(code, now));
            let by_device = || match &grants.devices.get(call.form.get("device_code")?, now)?.answer {
                Some(DeviceAnswer::Allowed(grant)) => Some(grant),
                _ => None,
            };
            let by_refresh = || call.form.get("refresh_token").and_then(of_refresh);
            by_code.map(|code| &code.grant).or_else(by_refresh).or_else(by_device)
        }
        Endpoint::Userinfo | Endpoint::Resource => {
            let header = call.authorization("Bearer").or_else(|| call.authorization("DPoP"));
            header.or_else(|| call.form.get("access_token")).and_then(of_access)
        }
        Endpoint::Revocation | Endpoint::Introspection => {
            let token = call.form.get("token")?;
            of_access(token).or_else(|| of_refresh(token))
        }
        _ => None,
    };
    grant?.chosen.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_a_person_or_a_fault_or_both() {
        let read = |hint| {
            let (person, chosen) = of_hint(Some(hint));
            (person, chosen.map(|chosen| chosen.map(|chosen| chosen.name())))
        };
        assert_eq!(read("ada"), (Some("ada".into()), Ok(None)));
        assert_eq!(read("Ada Lovelace"), (Some("Ada Lovelace".into()), Ok(None)));
        assert_eq!(read("fault:idt-nonce"), (None, Ok(Some("idt-nonce/wrong".into()))));
        assert_eq!(
            read("ada fault:idt-nonce/missing"),
            (Some("ada".into()), Ok(Some("idt-nonce/missing".into())))
        );
        assert_eq!(read("fault:no-such"), (None, Err(NotChosen::NoSuchFault)));
        assert_eq!(read("fault:idt-nonce/no-such"), (None, Err(NotChosen::NoSuchVariant)));
        assert_eq!(read("fault:jwks-empty"), (None, Err(NotChosen::OfNoSignIn)));
    }

    #[test]
    fn what_was_chosen_happens_once_and_nothing_else_does() {
        let chosen = Chosen::new(Fault::IdTokenNonce, "wrong");
        assert_eq!(chosen.take(Fault::IdTokenExp), None);
        assert_eq!(chosen.take(Fault::IdTokenNonce), Some("wrong"));
        assert_eq!(chosen.take(Fault::IdTokenNonce), None);
    }
}
