//! The scenarios by name, each with the row that it adds to the table.

use std::time::Instant;

use crate::crash::windows::Act;
use crate::error::{Result, SoakError};
use crate::harness::Harness;
use crate::report::{Row, Table};
use crate::{concurrent, crash, disk, flood, many};

/// A scenario.
pub struct Scenario {
    /// The name for `--only`.
    pub name: &'static str,
    run: fn(&Harness) -> Result<Row>,
}

/// All of them, in the order in which they are run. The last one tells what the searches after the others came to.
pub const ALL: &[Scenario] = &[
    Scenario {
        name: "crash",
        run: |harness| crash::run(harness, &Act::ALL).map(|tally| crash::row(&tally)),
    },
    Scenario {
        name: "tasks",
        run: concurrent::tasks,
    },
    Scenario {
        name: "processes",
        run: concurrent::processes,
    },
    Scenario {
        name: "disk",
        run: disk::faults,
    },
    Scenario {
        name: "accounts",
        run: many::accounts,
    },
    Scenario {
        name: "forged",
        run: flood::forged,
    },
];

/// Runs a scenario. One that cannot be run at all has missed its figure; so has one that left a secret behind. One that the
/// keychain kept from being run, by not answering in time, is run once more, and its row says so.
pub fn run(harness: &Harness, scenario: &Scenario) -> Row {
    let first = (scenario.run)(harness);
    let silence = match &first {
        Err(SoakError::KeychainSilent(fault)) => Some(fault.clone()),
        _ => None,
    };
    let outcome = if let Some(fault) = &silence {
        harness.tell(&format!("the keychain did not answer ({fault}); once more"));
        (scenario.run)(harness)
    } else {
        first
    };
    let mut row = outcome.unwrap_or_else(|error| {
        // What was not run to its end was not shown.
        Row {
            what: scenario.name.to_owned(),
            figure: "it can be run".into(),
            measured: error.to_string(),
            kept: false,
            wrong: vec![error.to_string()],
        }
    });
    if silence.is_some() {
        row.measured
            .push_str("; run again once, because the keychain did not answer");
    }
    row
}

/// What the searches after all scenarios so far came to.
pub fn canaries(harness: &Harness) -> Row {
    let searched = harness.searched();
    let wrong: Vec<String> = searched
        .found
        .iter()
        .map(|(file, how)| format!("a secret {how} in {}", file.display()))
        .collect();
    Row {
        what: format!("canaries at TRACE in all of the above{}", unlogged(harness)),
        figure: "0 found outside memory and the vault".into(),
        measured: format!(
            "{} secrets and {} keys, {} files, {} MiB searched, {} found",
            searched.secrets,
            searched.keys,
            searched.files,
            searched.bytes >> 20,
            wrong.len()
        ),
        kept: wrong.is_empty() && searched.secrets > 0 && searched.keys > 0 && searched.bytes > 0,
        wrong,
    }
}

/// What was searched without its logs, if anything was.
fn unlogged(harness: &Harness) -> &'static str {
    if harness.has_unlogged() {
        " (crowds and accounts, whose logs would fill a disk, by arguments, standard error and files alone; their short forms \
         keep logs)"
    } else {
        ""
    }
}

/// Runs these scenarios and the search, and gives the table, which begins with a row that was made elsewhere, if there is one. Each thing that went wrong is told at once.
pub fn table(harness: &Harness, chosen: &[&Scenario], made_elsewhere: Option<Row>) -> Table {
    let mut table = Table::default();
    if let Some(row) = made_elsewhere {
        for wrong in &row.wrong {
            harness.tell(wrong);
        }
        table.add(row, None);
    }
    for scenario in chosen {
        harness.tell(&format!("[{}]", scenario.name));
        let from = Instant::now();
        let row = run(harness, scenario);
        for wrong in &row.wrong {
            harness.tell(wrong);
        }
        harness.tell(if row.kept { "kept" } else { "MISSED" });
        table.add(row, Some(from.elapsed()));
    }
    let from = Instant::now();
    let row = canaries(harness);
    for wrong in &row.wrong {
        harness.tell(wrong);
    }
    table.add(row, Some(from.elapsed()));
    table
}
