//! What the tool says of each mutant.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::commands::{Result, TaskError};

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A test failed, or did not end.
    Noticed,
    /// All tests passed.
    Survived,
    /// It does not compile, so it is none.
    NotViable,
}

/// One change to the source.
pub(crate) struct Mutant {
    /// From the project's folder.
    pub(crate) file: String,
    /// Where it begins.
    pub(crate) line: usize,
    /// What was changed, in the tool's words, without the place: places move.
    pub(crate) mutation: String,
    /// The line as it then reads, without white space at its ends. Empty where more than one line is replaced.
    pub(crate) becomes: String,
    pub(crate) verdict: Verdict,
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.mutation)?;
        if self.becomes.is_empty() {
            return Ok(());
        }
        write!(f, "\n    becomes: {}", self.becomes)
    }
}

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    /// The word `Baseline`, or an object with the one member `Mutant`.
    scenario: Value,
    summary: String,
}

#[derive(Deserialize)]
struct Stated {
    name: String,
    file: String,
    span: Span,
    replacement: String,
}

#[derive(Deserialize)]
struct Span {
    start: Place,
    end: Place,
}

/// Both count from one; columns are characters.
#[derive(Deserialize)]
struct Place {
    line: usize,
    column: usize,
}

/// Reads the tool's `outcomes.json`. `source` gives the text of a file.
///
/// # Errors
/// [`TaskError::Unreadable`] for another form than the one known here, and what `source` returns.
pub(crate) fn read(text: &str, source: &dyn Fn(&str) -> Result<String>) -> Result<Vec<Mutant>> {
    let unreadable = |why: String| TaskError::Unreadable {
        what: "what cargo-mutants wrote".into(),
        why,
    };
    let all: Outcomes = serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    let mut sources: HashMap<String, String> = HashMap::new();
    let mut mutants = Vec::new();
    for Outcome { scenario, summary } in all.outcomes {
        let Some(stated) = scenario.get("Mutant") else { continue };
        let stated: Stated = serde_json::from_value(stated.clone()).map_err(|error| unreadable(error.to_string()))?;
        let verdict = match summary.as_str() {
            "CaughtMutant" | "Timeout" => Verdict::Noticed,
            "MissedMutant" => Verdict::Survived,
            "Unviable" => Verdict::NotViable,
            other => return Err(unreadable(format!("a mutant is {other}"))),
        };
        if !sources.contains_key(&stated.file) {
            sources.insert(stated.file.clone(), source(&stated.file)?);
        }
        let becomes = becomes(&sources[&stated.file], &stated.span, &stated.replacement);
        let place = format!(
            "{}:{}:{}: ",
            stated.file, stated.span.start.line, stated.span.start.column
        );
        let mutation = stated.name.strip_prefix(&place).unwrap_or(&stated.name).to_owned();
        mutants.push(Mutant {
            file: stated.file,
            line: stated.span.start.line,
            mutation,
            becomes,
            verdict,
        });
    }
    Ok(mutants)
}

/// The line with the replacement in it.
fn becomes(source: &str, span: &Span, replacement: &str) -> String {
    if span.start.line != span.end.line {
        return String::new();
    }
    let line: Vec<char> = source
        .lines()
        .nth(span.start.line.saturating_sub(1))
        .unwrap_or_default()
        .chars()
        .collect();
    let part = |from: usize, to: usize| line.get(from..to).unwrap_or_default().iter().collect::<String>();
    let before = part(0, span.start.column.saturating_sub(1));
    let after = part(span.end.column.saturating_sub(1), line.len());
    format!("{before}{replacement}{after}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_tool_wrote_is_read_with_the_line_as_it_became() {
        let place = |line: usize, from: usize, to: usize| {
            format!(
                r#"{{"start":{{"line":{line},"column":{from}}},"end":{{"line":{},"column":{to}}}}}"#,
                if to > from { line } else { line + 1 }
            )
        };
        let mutant = |name: &str, span: String, replacement: &str, summary: &str| {
            format!(
                r#"{{"scenario":{{"Mutant":{{"name":"{name}","file":"a.rs","span":{span},"replacement":"{replacement}"}}}},"summary":"{summary}"}}"#
            )
        };
        let text = format!(
            r#"{{"outcomes":[{{"scenario":"Baseline","summary":"Success"}},{},{}]}}"#,
            mutant(
                "a.rs:2:7: replace && with || in f",
                place(2, 7, 9),
                "||",
                "MissedMutant"
            ),
            mutant("a.rs:1:1: replace f with ()", place(1, 1, 1), "()", "Timeout"),
        );
        let mutants = read(&text, &|_| Ok("fn f() {\n    a && b\n}".into())).unwrap();
        assert_eq!(mutants.len(), 2);
        assert_eq!(
            (
                mutants[0].mutation.as_str(),
                mutants[0].becomes.as_str(),
                mutants[0].verdict
            ),
            ("replace && with || in f", "a || b", Verdict::Survived)
        );
        assert_eq!(
            (
                mutants[1].mutation.as_str(),
                mutants[1].becomes.as_str(),
                mutants[1].verdict
            ),
            ("replace f with ()", "", Verdict::Noticed)
        );
        let unknown = text.replace("Timeout", "Better");
        assert!(read(&unknown, &|_| Ok(String::new())).is_err(), "no verdict is guessed");
    }
}
