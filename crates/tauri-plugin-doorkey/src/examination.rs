//! What the doctor finds, in the form in which it may cross to the web UI.

use doorkey::doctor::{CheckId, Finding, Reason, Repair, State as Stands};
use doorkey::locales;

use crate::State;
use crate::ipc::{CheckView, FindingState, FindingView, RepairView};

impl State {
    /// A finding in words, about the provider of this id if there is one.
    pub(crate) fn finding(&self, finding: &Finding, provider: Option<&str>) -> FindingView {
        let words = finding.words(self.client.app_name(), &self.provider_name(provider));
        FindingView {
            check: finding.check().word().to_owned(),
            state: match finding.state() {
                Stands::Good => FindingState::Good,
                Stands::Advice => FindingState::Advice,
                Stands::Broken => FindingState::Broken,
                Stands::NotChecked(_) => FindingState::NotChecked,
            },
            label: finding.state().label(),
            text: words.text,
            remedy: words.remedy,
            repair: finding.repair().zip(words.button).map(|(repair, label)| RepairView {
                id: repair.word().to_owned(),
                label,
            }),
            awaits_person: finding.state() == Stands::NotChecked(Reason::AwaitsPerson),
        }
    }

    /// A check in words, about the provider of this id if there is one.
    pub(crate) fn check(&self, check: CheckId, provider: Option<&str>) -> CheckView {
        CheckView {
            id: check.word().to_owned(),
            title: check.title(self.client.app_name(), &self.provider_name(provider)),
        }
    }

    fn provider_name(&self, id: Option<&str>) -> String {
        let known = self.client.with_providers(|all| {
            let known = all.iter().find(|known| Some(known.preset.id.as_str()) == id);
            known.map(|known| known.preset.name.clone())
        });
        known.unwrap_or_else(|| locales::format("the-provider", &[]))
    }
}

/// The repair of a name.
pub(crate) fn repair_of(word: &str) -> Option<Repair> {
    Repair::ALL.into_iter().find(|repair| repair.word() == word)
}
