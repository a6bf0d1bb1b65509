//! What a finding says to a person: keys of `locales/*/doctor.ftl`, made of the words of check, detail, reason and repair.

use super::detail::CheckId;
use super::finding::{Finding, Repair, State};
use crate::locales::{self, Value};

/// A finding in sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What was looked at: "Keychain".
    pub title: String,
    /// What was seen, or why nothing was.
    pub text: String,
    /// What the person can do. `None` where there is nothing to do.
    pub remedy: Option<String>,
    /// The button that repairs it. `None` where no button does.
    pub button: Option<String>,
}

impl Finding {
    /// The finding in sentences, with the program's name and that of the provider.
    #[must_use]
    pub fn words(&self, app: &str, provider: &str) -> Words {
        let mut values = vec![("app", Value::Text(app)), ("provider", Value::Text(provider))];
        if let Some(detail) = self.detail() {
            values.extend(detail.values());
        }
        let say = |key: String| locales::format_values(&key, &values);
        let check = self.check().word();
        let text = match (self.detail(), self.state()) {
            (Some(detail), _) => say(format!("doctor-{check}-{}", detail.word())),
            (None, State::NotChecked(reason)) => say(format!("doctor-not-checked-{}", reason.word())),
            // Without a detail nothing was checked.
            (None, _) => String::new(),
        };
        let troubled = matches!(self.state(), State::Advice | State::Broken);
        let remedy = self.detail().filter(|_| troubled).map(|detail| {
            let key = format!("doctor-{check}-{}-remedy", detail.word());
            say(key)
        });
        Words {
            title: self.check().title(app, provider),
            text,
            remedy,
            button: self.repair().map(|repair| repair.button(app)),
        }
    }
}

impl CheckId {
    /// What is looked at, for a person: "Keychain".
    #[must_use]
    pub fn title(self, app: &str, provider: &str) -> String {
        let key = format!("doctor-{}-title", self.word());
        locales::format(&key, &[("app", app), ("provider", provider)])
    }
}

impl Repair {
    /// What its button says.
    #[must_use]
    pub fn button(self, app: &str) -> String {
        locales::format(&format!("doctor-repair-{}", self.word()), &[("app", app)])
    }
}

impl State {
    /// Its name, for a person: "Good".
    #[must_use]
    pub fn label(self) -> String {
        let word = match self {
            Self::Good => "good",
            Self::Advice => "advice",
            Self::Broken => "broken",
            Self::NotChecked(_) => "not-checked",
        };
        locales::format(&format!("doctor-state-{word}"), &[])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::detail::TABLE;
    use super::super::finding::Reason;
    use super::*;

    /// Every key that the code can ask for.
    fn asked() -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for check in CheckId::ALL {
            keys.insert(format!("doctor-{}-title", check.word()));
        }
        for row in TABLE {
            let key = format!("doctor-{}-{}", row.check.word(), row.word);
            if matches!(row.state, State::Advice | State::Broken) {
                keys.insert(format!("{key}-remedy"));
            }
            assert!(keys.insert(key), "{} stands twice", row.word);
        }
        keys.extend(Reason::ALL.map(|reason| format!("doctor-not-checked-{}", reason.word())));
        keys.extend(Repair::ALL.map(|repair| format!("doctor-repair-{}", repair.word())));
        keys.extend(["good", "advice", "broken", "not-checked"].map(|word| format!("doctor-state-{word}")));
        keys.extend(["title", "text", "then", "button"].map(|word| format!("doctor-page-{word}")));
        keys
    }

    #[test]
    fn everything_that_can_be_found_has_its_words_and_no_words_are_left_over() {
        let file = include_str!("../../locales/en/doctor.ftl");
        let written: BTreeSet<_> = file
            .lines()
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key.to_owned())
            .filter(|key| key.starts_with("doctor-"))
            .collect();
        assert_eq!(asked(), written);
        assert!(written.iter().all(|key| locales::has(key)));
    }

    #[test]
    fn each_reason_and_each_repair_is_in_the_list_of_all() {
        let reasons: BTreeSet<_> = Reason::ALL.map(Reason::word).into();
        let repairs: BTreeSet<_> = Repair::ALL.map(Repair::word).into();
        assert_eq!((reasons.len(), repairs.len()), (Reason::ALL.len(), Repair::ALL.len()));
        for row in TABLE {
            assert!(
                row.repair.is_none() || row.state == State::Broken,
                "what is not broken is not repaired"
            );
        }
        for repair in Repair::ALL {
            assert!(TABLE.iter().any(|row| row.repair == Some(repair)), "{repair:?}");
        }
    }

    #[test]
    fn no_sentence_asks_for_a_value_that_its_detail_does_not_have() {
        let some = [Value::Text("x"), Value::Text("nameless")];
        let some: Vec<_> = some.into_iter().chain([0, 1, 7].map(Value::Number)).collect();
        for row in TABLE {
            let key = format!("doctor-{}-{}", row.check.word(), row.word);
            let keys = [key.clone(), format!("{key}-remedy")];
            for (key, value) in keys.iter().flat_map(|key| some.iter().map(move |value| (key, *value))) {
                let mut values = vec![("app", Value::Text("A")), ("provider", Value::Text("P"))];
                values.extend(row.values.iter().map(|name| (*name, value)));
                if locales::has(key) {
                    let sentence = locales::format_values(key, &values);
                    assert!(!sentence.contains(['{', '$']), "{sentence}");
                }
            }
        }
    }
}
