//! The words for steps, checks, skips and parties: in plain words, and for developers.

use doorkey_oidc::error::message_key;
use doorkey_oidc::trail::{CheckName, Skipped};

use super::flow::{Party, StepKind};
use crate::locales;

/// What something is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// In plain words.
    pub plain: String,
    /// For developers.
    pub developer: String,
}

/// What a step is called. Keys: `journal-step-...`.
pub fn words_of_step(kind: StepKind) -> Words {
    words(&step_key(kind))
}

/// What a check is called. Keys: `journal-check-...`.
pub fn words_of_check(name: CheckName) -> Words {
    words(&check_key(name))
}

/// Why a check was skipped. Keys: `journal-skipped-...`.
pub fn words_of_skipped(reason: Skipped) -> Words {
    words(&skipped_key(reason))
}

/// What a party is called. Keys: `journal-party-...`.
pub fn words_of_party(party: Party) -> Words {
    words(&party_key(party))
}

fn step_key(kind: StepKind) -> String {
    format!("journal-step-{}", kind.word())
}

fn check_key(name: CheckName) -> String {
    format!("journal-check-{}", message_key(name.name()))
}

fn skipped_key(reason: Skipped) -> String {
    format!("journal-skipped-{}", message_key(reason.name()))
}

fn party_key(party: Party) -> String {
    format!("journal-party-{}", message_key(party.name()))
}

fn words(key: &str) -> Words {
    Words {
        plain: locales::format(key, &[]),
        developer: locales::attribute(key, "developer", &[]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_step_check_skip_and_party_has_both_words_and_no_words_are_left_over() {
        let mut due = BTreeSet::new();
        due.extend(StepKind::ALL.iter().map(|kind| step_key(*kind)));
        due.extend(CheckName::ALL.iter().map(|name| check_key(*name)));
        due.extend(Skipped::ALL.iter().map(|reason| skipped_key(*reason)));
        due.extend(Party::ALL.iter().map(|party| party_key(*party)));
        let file = include_str!("../../locales/en/journal.ftl");
        let there: BTreeSet<String> = file
            .lines()
            .filter(|line| line.starts_with("journal-"))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned()))
            .collect();
        assert_eq!(there, due);
        for key in due {
            let words = words(&key);
            // A gap would show as the key itself.
            assert!(!words.plain.starts_with("journal-"), "{key} has no plain words");
            assert!(
                !words.developer.starts_with("journal-"),
                "{key} has no words for developers"
            );
            assert_ne!(words.plain, words.developer, "{key}");
        }
    }
}
