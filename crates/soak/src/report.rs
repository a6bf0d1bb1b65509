//! The table: what was measured, against which figure, on which machine.

use std::fmt::Write as _;
use std::time::Duration;

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was tried.
    pub what: String,
    /// What has to come out.
    pub figure: String,
    /// What came out.
    pub measured: String,
    /// Whether it is the figure.
    pub kept: bool,
    /// Each thing that went wrong, for whoever looks for the cause.
    pub wrong: Vec<String>,
}

/// The rows, with the time each took.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<(Row, Option<Duration>)>,
}

impl Table {
    /// Adds a row, with the time that it took if that was here.
    pub fn add(&mut self, row: Row, took: Option<Duration>) {
        self.rows.push((row, took));
    }

    /// Whether every figure was kept, and there is one.
    pub fn kept(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|(row, _)| row.kept)
    }

    /// As Markdown.
    pub fn text(&self, machine: &str) -> String {
        let mut text = String::from("| what | figure | measured | verdict | time |\n|---|---|---|---|---|\n");
        for (row, took) in &self.rows {
            let verdict = if row.kept { "kept" } else { "MISSED" };
            let Row {
                what, figure, measured, ..
            } = row;
            let _ = writeln!(
                text,
                "| {what} | {figure} | {measured} | {verdict} | {} |",
                took.map_or(String::new(), minutes)
            );
        }
        let all = self.rows.iter().filter_map(|(_, took)| *took).sum();
        let _ = writeln!(text, "\n{machine}; {} in all", minutes(all));
        text
    }
}

fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

/// Cores, memory and system of this machine.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = read("/proc/meminfo");
    let kib = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = kib.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    let system = read("/etc/os-release");
    let name = system.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    format!(
        "{cores} cores, {} GiB, {}",
        kib.unwrap_or(0).div_ceil(1 << 20),
        name.unwrap_or("an unknown system").trim_matches('"')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kept: bool) -> Row {
        Row {
            what: "a".into(),
            figure: "1".into(),
            measured: "2".into(),
            kept,
            wrong: vec![],
        }
    }

    #[test]
    fn a_table_with_a_missed_figure_or_without_any_is_not_kept() {
        let mut table = Table::default();
        assert!(!table.kept());
        table.add(row(true), Some(Duration::from_secs(61)));
        assert!(table.kept());
        table.add(row(false), Some(Duration::ZERO));
        assert!(!table.kept());
        let text = table.text("two cores");
        assert!(text.contains("| a | 1 | 2 | kept | 1:01 |") && text.contains("| MISSED | 0:00 |"));
        assert!(text.ends_with("two cores; 1:01 in all\n"));
    }
}
