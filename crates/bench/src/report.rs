//! What was measured, as a table.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// One figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// The ratio; in round trips, or in times what it is held against. `None` when it came to none.
    pub(crate) ratio: Option<f64>,
    /// The most that it may be; `None` for what stands beside for comparison.
    pub(crate) at_most: Option<f64>,
    /// What else there is to say: the medians that the ratio is of.
    pub(crate) note: String,
    /// Something went wrong that no ratio makes up for.
    pub(crate) failed: bool,
}

impl Row {
    /// Whether it is no worse than it may be.
    pub(crate) fn reached(&self) -> bool {
        let within = match (self.ratio, self.at_most) {
            (Some(ratio), Some(most)) => ratio <= most,
            (None, Some(_)) => false,
            (_, None) => true,
        };
        within && !self.failed
    }

    fn verdict(&self) -> &'static str {
        match self.at_most {
            // What others do wrong is told, and is not our miss.
            None => "-",
            Some(_) if self.reached() => "reached",
            Some(_) => "missed",
        }
    }

    fn cells(&self) -> [String; 5] {
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
        [
            self.what.clone(),
            number(self.ratio),
            number(self.at_most),
            self.verdict().to_owned(),
            self.note.clone(),
        ]
    }
}

const HEAD: [&str; 5] = ["what", "ratio", "at most", "", "of"];

/// The table as Markdown has it, its columns in line.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut lines = vec![HEAD.map(str::to_owned)];
    lines.extend(rows.iter().map(Row::cells));
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3, 4].map(width);
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        for (cell, width) in line.iter().zip(widths) {
            // Writing to a String does not fail.
            let _ = write!(text, "| {cell:<width$} ");
        }
        text.push_str("|\n");
        if number == 0 {
            for width in widths {
                let _ = write!(text, "|{}", "-".repeat(width + 2));
            }
            text.push_str("|\n");
        }
    }
    text
}

/// The middle one of these; the mean of the two in the middle. `None` for none.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[half]),
        _ => Some(f64::midpoint(values[half - 1], values[half])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ratio: Option<f64>, at_most: Option<f64>, failed: bool) -> Row {
        Row {
            what: "x".into(),
            ratio,
            at_most,
            note: String::new(),
            failed,
        }
    }

    #[test]
    fn a_figure_that_is_too_large_or_missing_or_of_a_failed_run_is_missed() {
        assert!(row(Some(1.3), Some(1.3), false).reached());
        assert!(!row(Some(1.31), Some(1.3), false).reached());
        assert!(!row(None, Some(1.3), false).reached());
        assert!(!row(Some(1.0), Some(1.3), true).reached());
        assert!(row(Some(9.0), None, false).reached());
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
