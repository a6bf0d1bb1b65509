//! An error as data for the web UI: keys of messages, never sentences, never secrets.

use doorkey::Error;

use crate::ipc::{Problem, Remedy};

impl Problem {
    /// The problem of an error, with the provider's name where it is known.
    pub(crate) fn of(error: &Error, provider_name: Option<&str>) -> Self {
        let (kind, detail) = error.message_keys();
        Self {
            kind,
            detail,
            section: error.section().map(str::to_owned),
            provider_name: provider_name.map(str::to_owned),
            provider_text: error.provider_text().map(str::to_owned),
            remedies: remedies(error),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::of(&error, None)
    }
}

/// What a person can press, best first.
fn remedies(error: &Error) -> Vec<Remedy> {
    match error {
        Error::Misconfigured(_) => vec![Remedy::OpenRegistration, Remedy::Dismiss],
        Error::LinkHandlerBroken => vec![Remedy::TryLoopback, Remedy::Examine, Remedy::Dismiss],
        Error::BrowserUnavailable => vec![Remedy::CopyLink, Remedy::TryAgain, Remedy::Examine, Remedy::Dismiss],
        Error::KeychainUnavailable(_)
        | Error::KeychainLocked(_)
        | Error::VaultDamaged(_)
        | Error::StorageFull(_)
        | Error::Offline
        | Error::TimedOut
        | Error::CaptivePortal
        | Error::ClockWrong { .. } => vec![Remedy::TryAgain, Remedy::Examine, Remedy::Dismiss],
        Error::Unsupported(_) | Error::AlreadyInProgress | Error::Cancelled => vec![Remedy::Dismiss],
        _ => vec![Remedy::TryAgain, Remedy::Dismiss],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_kind_detail_and_section_and_has_something_to_press() {
        let error = Error::from(doorkey::Misconfiguration::ClientId);
        let problem = Problem::of(&error, Some("Google"));
        assert_eq!(problem.kind, "misconfigured");
        assert_eq!(problem.detail.as_deref(), Some("client-id"));
        assert_eq!(problem.section.as_deref(), Some("RFC 6749 section 2.2"));
        assert_eq!(problem.remedies.first(), Some(&Remedy::OpenRegistration));
    }
}
