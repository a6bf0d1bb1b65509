//! What a grading came to, for people, for machines and for test runners.

use super::{Act, Outcome};
use crate::findings::{Finding, Layer, Level};
use maud::{DOCTYPE, html};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How many cases of a level there were, and in how many the client did as it should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// As it should.
    pub passed: usize,
    /// Not so, with a written reason.
    pub excused: usize,
    /// All.
    pub of: usize,
}

impl Score {
    fn count(&mut self, outcome: &Outcome) {
        self.of += 1;
        match (&outcome.wrong, excuses(outcome)) {
            (None, _) => self.passed += 1,
            (Some(_), true) => self.excused += 1,
            (Some(_), false) => {}
        }
    }
}

/// The version of the form of a report.
const VERSION: u32 = 1;

/// What a grading came to.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this form of report. It changes when something is taken away or means something else.
    pub version: u32,
    /// What the client was graded in.
    pub acts: Vec<Act>,
    /// What it was not graded in, for it cannot do it.
    pub not_graded: Vec<Act>,
    /// Of the MUSTs those that are the protocol library's to keep, and not the redirect listener's.
    pub library_must: Score,
    /// By level.
    pub must: Score,
    /// By level.
    pub should: Score,
    /// By level.
    pub house_rules: Score,
    /// What was seen beside the cases' own verdicts, once for each rule.
    pub findings: Vec<Finding>,
    /// The rules among these that are broken on purpose, with the reason.
    pub reasons: BTreeMap<String, String>,
    /// Every case.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    pub(super) fn of(outcomes: Vec<Outcome>, acts: &[Act], reasons: &BTreeMap<String, String>) -> Self {
        let (acts, not_graded) = Act::ALL
            .into_iter()
            .partition(|act| *act == Act::SignIn || acts.contains(act));
        let mut report = Self {
            version: VERSION,
            acts,
            not_graded,
            library_must: Score::default(),
            must: Score::default(),
            should: Score::default(),
            house_rules: Score::default(),
            findings: Vec::new(),
            reasons: BTreeMap::new(),
            outcomes: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for outcome in &outcomes {
            let score = match outcome.level {
                Level::Must => &mut report.must,
                Level::Should => &mut report.should,
                Level::HouseRule => &mut report.house_rules,
            };
            // What it did not meet says nothing of it.
            if outcome.met {
                score.count(outcome);
                if (outcome.level, outcome.layer) == (Level::Must, Layer::ProtocolLibrary) {
                    report.library_must.count(outcome);
                }
            }
            // What a case itself is about has its verdict there.
            for finding in outcome.findings.iter().filter(|finding| finding.fault.is_none()) {
                if seen.insert(finding.rule.id()) {
                    report.findings.push(finding.clone());
                    if let Some(reason) = reasons.get(finding.rule.id()) {
                        report.reasons.insert(finding.rule.id().to_owned(), reason.clone());
                    }
                }
            }
        }
        report.outcomes = outcomes;
        report
    }

    /// Whether the client holds every MUST and SHOULD, and each house rule or has a reason not to.
    pub fn is_clean(&self) -> bool {
        let all = |score: &Score| score.passed == score.of;
        let finds_nothing = self
            .findings
            .iter()
            .all(|finding| finding.level == Level::HouseRule && self.reasons.contains_key(finding.rule.id()));
        let house = self.house_rules.passed + self.house_rules.excused == self.house_rules.of;
        all(&self.must) && all(&self.should) && house && finds_nothing
    }

    /// As JSON.
    ///
    /// # Panics
    /// Never: the report is strings and numbers.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report of strings and numbers is always JSON")
    }

    /// As JUnit's XML, a test case for each case.
    pub fn to_junit(&self) -> String {
        let failures = self.outcomes.iter().filter(|outcome| is_failure(outcome)).count();
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = writeln!(
            xml,
            "<testsuite name=\"mock-op grade\" tests=\"{}\" failures=\"{failures}\">",
            self.outcomes.len()
        );
        for outcome in &self.outcomes {
            let class = word(outcome.level);
            let _ = write!(
                xml,
                "  <testcase classname=\"{class}\" name=\"{}\"",
                escaped(&outcome.case)
            );
            match &outcome.wrong {
                Some(wrong) if is_failure(outcome) => {
                    let _ = writeln!(xml, "><failure message=\"{}\"/></testcase>", escaped(wrong));
                }
                None if !outcome.met => xml.push_str("><skipped message=\"did not meet the fault\"/></testcase>\n"),
                Some(wrong) => {
                    let why = outcome.reason.as_deref().unwrap_or(wrong);
                    let _ = writeln!(xml, "><skipped message=\"{}\"/></testcase>", escaped(why));
                }
                None => xml.push_str("/>\n"),
            }
        }
        xml.push_str("</testsuite>\n");
        xml
    }

    /// As a page.
    pub fn to_html(&self) -> String {
        let row = |name: &str, score: Score| {
            html! { tr { th scope="row" { (name) } td { (score.passed) " of " (score.of) } td { (score.excused) } } }
        };
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "What the client did" }
                    style { (maud::PreEscaped(STYLE)) }
                }
                body {
                    h1 { "What the client did" }
                    table {
                        thead { tr { th { "level" } th { "as it should" } th { "otherwise, with a reason" } } }
                        tbody {
                            (row("MUST", self.must))
                            (row("SHOULD", self.should))
                            (row("house rules", self.house_rules))
                        }
                    }
                    @for act in &self.not_graded { p { "Not graded in: " (act.id()) "." } }
                    @if !self.findings.is_empty() {
                        h2 { "Seen in its requests" }
                        dl {
                            @for finding in &self.findings {
                                dt { (finding.rule.id()) " (" (word(finding.level)) ", " (finding.rule.section()) ")" }
                                dd { (finding.rule.fix()) }
                                @if let Some(reason) = self.reasons.get(finding.rule.id()) { dd { "On purpose: " (reason) } }
                            }
                        }
                    }
                    h2 { "Case by case" }
                    table {
                        thead { tr { th { "case" } th { "level" } th { "verdict" } } }
                        tbody {
                            @for outcome in &self.outcomes {
                                tr {
                                    th scope="row" { (outcome.case) }
                                    td { (word(outcome.level)) }
                                    td {
                                        @match (&outcome.wrong, &outcome.reason) {
                                            (None, _) if !outcome.met => "did not meet the fault",
                                            (None, _) => "as it should",
                                            (Some(wrong), None) => strong { (wrong) },
                                            (Some(wrong), Some(reason)) => { (wrong) " On purpose: " (reason) },
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        };
        page.into_string()
    }

    /// As lines to read: what is wrong, and how many are right.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for outcome in &self.outcomes {
            if let Some(wrong) = &outcome.wrong {
                let _ = write!(text, "{:<10} {}: {wrong}", word(outcome.level), outcome.case);
                let _ = match &outcome.reason {
                    Some(reason) => writeln!(text, " (on purpose: {reason})"),
                    None => writeln!(text),
                };
            }
        }
        for finding in &self.findings {
            let (rule, level) = (finding.rule, word(finding.level));
            let _ = writeln!(text, "{level:<10} {}, {}: {}", rule.id(), rule.section(), rule.fix());
            if let Some(reason) = self.reasons.get(rule.id()) {
                let _ = writeln!(text, "{:<10} on purpose: {reason}", "");
            }
        }
        let unmet: Vec<&str> = self
            .outcomes
            .iter()
            .filter(|o| !o.met)
            .map(|o| o.case.as_str())
            .collect();
        if !unmet.is_empty() {
            let _ = writeln!(text, "did not meet {}", unmet.join(", "));
        }
        if !self.not_graded.is_empty() {
            let acts: Vec<&str> = self.not_graded.iter().map(|act| act.id()).collect();
            let _ = writeln!(text, "not graded in {}", acts.join(", "));
        }
        for (name, score) in [
            ("MUST", self.must),
            ("SHOULD", self.should),
            ("house rule", self.house_rules),
        ] {
            let _ = write!(text, "{name:<10} {} of {}", score.passed, score.of);
            let _ = match score.excused {
                0 => writeln!(text),
                excused => writeln!(text, ", {excused} with a reason"),
            };
        }
        text
    }
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
table{border-collapse:collapse}th,td{text-align:left;padding:.25rem 1rem .25rem 0;vertical-align:top}";

/// Only a house rule may be broken with a reason.
fn excuses(outcome: &Outcome) -> bool {
    outcome.level == Level::HouseRule && outcome.reason.is_some()
}

fn is_failure(outcome: &Outcome) -> bool {
    outcome.wrong.is_some() && !excuses(outcome)
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Must => "MUST",
        Level::Should => "SHOULD",
        Level::HouseRule => "house rule",
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 section 2.2 has no other control characters.
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Act, Ended, Expected};
    use super::*;
    use crate::findings::Rule;

    fn outcome(case: &str, level: Level, wrong: Option<&str>, reason: Option<&str>) -> Outcome {
        Outcome {
            case: case.into(),
            act: Act::SignIn,
            layer: Layer::ProtocolLibrary,
            met: true,
            took_ms: 1,
            expected: Expected::Refused,
            level,
            ended: Ended::Failed,
            wrong: wrong.map(str::to_owned),
            reason: reason.map(str::to_owned),
            findings: Vec::new(),
        }
    }

    #[test]
    fn a_reason_excuses_a_house_rule_and_no_must() {
        let no_reasons = BTreeMap::new();
        let clean = |outcomes: Vec<Outcome>| Report::of(outcomes, &[], &no_reasons).is_clean();
        assert!(clean(vec![outcome("a", Level::Must, None, None)]));
        assert!(clean(vec![outcome(
            "a",
            Level::HouseRule,
            Some("bad"),
            Some("because")
        )]));
        assert!(!clean(vec![outcome("a", Level::HouseRule, Some("bad"), None)]));
        assert!(!clean(vec![outcome("a", Level::Must, Some("bad"), Some("because"))]));
        assert!(!clean(vec![outcome("a", Level::Should, Some("bad"), Some("because"))]));
    }

    #[test]
    fn a_finding_beside_the_cases_counts_once_and_spoils_a_clean_report() {
        let finding = Finding {
            rule: Rule::NonceMissing,
            level: Level::HouseRule,
            requests: vec![1],
            fault: None,
        };
        let with = |case: &str| Outcome {
            findings: vec![finding.clone()],
            ..outcome(case, Level::Must, None, None)
        };
        let report = Report::of(vec![with("a"), with("b")], &[], &BTreeMap::new());
        assert_eq!((report.findings.len(), report.is_clean()), (1, false));
        let reasons = BTreeMap::from([("nonce-missing".to_owned(), "a library for plain OAuth 2".to_owned())]);
        assert!(Report::of(vec![with("a")], &[], &reasons).is_clean());
    }

    #[test]
    fn what_was_not_met_is_not_counted_and_what_was_not_graded_is_named() {
        let unmet = Outcome {
            met: false,
            ..outcome("ui-401/default", Level::Must, None, None)
        };
        let mut listener = outcome("b", Level::Must, Some("bad"), None);
        listener.layer = Layer::RedirectListener;
        let outcomes = vec![unmet, listener, outcome("c", Level::Must, None, None)];
        let report = Report::of(outcomes, &[Act::Profile], &BTreeMap::new());
        assert_eq!((report.must.passed, report.must.of), (1, 2));
        assert_eq!((report.library_must.passed, report.library_must.of), (1, 1));
        assert_eq!(report.not_graded, [Act::Refresh, Act::SignOut]);
        let text = report.to_text();
        assert!(
            text.contains("did not meet ui-401/default\nnot graded in refresh, sign-out\n"),
            "{text}"
        );
        assert!(report.to_html().contains("Not graded in: refresh."));
        let xml = report.to_junit();
        let skipped = r#"name="ui-401/default"><skipped message="did not meet the fault"/></testcase>"#;
        assert!(xml.contains(skipped), "{xml}");
        let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
        assert_eq!(
            (&json["version"], &json["not_graded"][0]),
            (&1.into(), &"refresh".into())
        );
    }

    #[test]
    fn junit_counts_failures_and_escapes_what_a_case_says() {
        let outcomes = vec![
            outcome("a/b", Level::Must, Some("<\"&\u{7}"), None),
            outcome("c", Level::HouseRule, Some("bad"), Some("because")),
            outcome("d", Level::Should, None, None),
        ];
        let xml = Report::of(outcomes, &[], &BTreeMap::new()).to_junit();
        assert!(xml.contains("tests=\"3\" failures=\"1\""), "{xml}");
        assert!(xml.contains("message=\"&lt;&quot;&amp;\u{fffd}\""), "{xml}");
        assert!(xml.contains("<skipped message=\"because\"/>"), "{xml}");
    }
}
