//! The bounds, and what comes together from two processes.
#![allow(clippy::unwrap_used)]

use super::*;

fn journal() -> Arc<Journal> {
    Arc::new(Journal::new(Clock::adjustable()))
}

fn head() -> Head {
    Head {
        id: FlowId::random().unwrap(),
        kind: FlowKind::SignIn,
        provider: "op".into(),
        provider_name: "The provider".into(),
        account: None,
    }
}
