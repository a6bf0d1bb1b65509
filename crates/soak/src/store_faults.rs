//! The row of the thirteen faults of a keychain. The tests of the client meet them, each with a mock of the service; here it
//! is seen that all of them were run and passed.

use crate::report::Row;

/// The faults, each with how the names of its tests begin.
const FAULTS: [(&str, &str); 13] = [
    ("absent", "absent_"),
    ("locked", "locked_"),
    ("denied", "denied_"),
    ("empty", "empty_"),
    ("slow", "slow_"),
    ("wiped", "wiped"),
    ("another back-end", "another_back_end_"),
    ("refused write", "refused_write"),
    ("too big", "too_big_"),
    ("prompt dismissed", "prompt_dismissed_"),
    ("swapped entry", "swapped_entry_"),
    ("corrupt", "corrupt_"),
    ("bytes above 127 replaced", "bytes_above_127_"),
];

/// Judges what `cargo nextest run` said, a line a test: `PASS [   0.1s] (1/22) doorkey::world store_faults::wiped`.
pub fn row(output: &str) -> Row {
    let lines: Vec<(&str, &str)> = output.lines().filter_map(told).collect();
    let mut wrong: Vec<String> = lines
        .iter()
        .filter(|(verdict, _)| !passed(verdict))
        .map(|(verdict, name)| format!("{name}: {verdict}"))
        .collect();
    let met = |prefix: &str| {
        let mut of_it = lines.iter().filter(|(_, name)| name.starts_with(prefix)).peekable();
        of_it.peek().is_some() && of_it.all(|(verdict, _)| passed(verdict))
    };
    let (kept, missed): (Vec<_>, Vec<_>) = FAULTS.iter().partition(|(_, prefix)| met(prefix));
    wrong.extend(missed.iter().map(|(fault, _)| format!("{fault}: not met, or not told")));
    Row {
        what: "faults of the keychain: absent, locked, denied, empty, slow, wiped, another back-end, refused write, too big, \
               prompt dismissed, swapped entry, corrupt, bytes above 127 replaced"
            .into(),
        figure: "13 of 13 typed".into(),
        measured: format!("{} of {} typed, by {} tests", kept.len(), FAULTS.len(), lines.len()),
        kept: wrong.is_empty(),
        wrong,
    }
}

/// A test that passed, perhaps with a service of its own that ended a moment later.
fn passed(verdict: &str) -> bool {
    matches!(verdict, "PASS" | "LEAK")
}

/// The verdict and the name of a test, where a line tells of one of these.
fn told(line: &str) -> Option<(&str, &str)> {
    let verdict = line.split_whitespace().next()?;
    let name = line.split_once("doorkey::world store_faults::")?.1;
    // A test that takes long is told of before it is done.
    (verdict != "SLOW" && verdict != "START").then_some((verdict, name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(verdict: &str, without: &str) -> String {
        let line = |(fault, prefix): &(&str, &str)| {
            let verdict = if *fault == "slow" { verdict } else { "PASS" };
            format!("        {verdict} [   0.112s] ( 1/22) doorkey::world store_faults::{prefix}x\n")
        };
        FAULTS.iter().filter(|(fault, _)| *fault != without).map(line).collect()
    }

    #[test]
    fn thirteen_faults_are_kept_when_a_test_of_each_has_passed() {
        let row = row(&output("PASS", ""));
        assert!(row.kept, "{row:?}");
        assert_eq!(row.measured, "13 of 13 typed, by 13 tests");
    }

    #[test]
    fn a_fault_whose_test_failed_or_was_not_run_is_missed() {
        let failed = row(&output("FAIL", ""));
        assert!(!failed.kept && failed.measured.starts_with("12 of 13"));
        let absent = row(&output("PASS", "wiped"));
        assert!(!absent.kept && absent.measured.starts_with("12 of 13"));
        assert!(!row("").kept);
        assert!(row(&output("LEAK", "")).kept);
        assert!(!row(&output("TIMEOUT", "")).kept);
    }

    #[test]
    fn a_failure_beside_the_thirteen_is_told_too() {
        let more = output("PASS", "") + "  FAIL [ 0.1s] (2/22) doorkey::world store_faults::two_entries_for_one_key\n";
        assert!(!row(&more).kept);
    }
}
