//! `cargo xtask mutants`: changes the checks of the protocol one at a time and asks whether a test notices. What none notices has to be
//! in `crates/oidc/mutants.toml`, with the reason why nothing can be noticed.

mod known;
mod outcome;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::commands::{Result, TaskError, cargo, run as start};
use crate::tree;
use known::Known;
use outcome::{Mutant, Verdict};

/// The tool, and the one version of it that the list of known mutants is written for: another makes other mutants.
const TOOL: (&str, &str) = ("cargo-mutants", "27.1.0");

/// What is mutated unless told otherwise: whatever says no to a redirect or to a token.
const CHECKS: [&str; 4] = [
    "crates/oidc/src/authorization.rs",
    "crates/oidc/src/authorization/*.rs",
    "crates/oidc/src/id_token.rs",
    "crates/oidc/src/jose/*.rs",
];

/// How long the tests of one mutant may take, in seconds. They take one or two; a mutant that never ends is a mutant that was noticed.
const TIMEOUT: u32 = 120;

/// What to run.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Only this file of the protocol, as a path from the project's folder in which `*` stands for any name; may be given more than once.
    #[arg(long, value_name = "FILE")]
    file: Vec<String>,
}

/// Tries every mutant, one after the other, and prints a table.
///
/// # Errors
/// [`TaskError::Found`] for a mutant that survives and is not listed, and for one that is listed and does not survive; [`TaskError::Failed`]
/// if the tests fail without any mutant.
pub(crate) fn run(options: &Options) -> Result<()> {
    install()?;
    let files: Vec<&str> = if options.file.is_empty() {
        CHECKS.into()
    } else {
        options.file.iter().map(String::as_str).collect()
    };
    let mutants = tried(&files)?;
    let known = known::read()?;
    print!("{}", table(&mutants, &known));
    judge(&mutants, &known)
}

/// Installs the tool, if it is not there in its version.
fn install() -> Result<()> {
    let (tool, version) = TOOL;
    let told = Command::new("cargo").args(["mutants", "--version"]).output();
    let there = told.is_ok_and(|told| String::from_utf8_lossy(&told.stdout).trim() == format!("{tool} {version}"));
    if there {
        return Ok(());
    }
    start(cargo().args(["install", tool, "--version", version, "--locked"]))
}

/// Has the mutants of these files tried. The tool works on a copy of the project and says a line for each.
fn tried(files: &[&str]) -> Result<Vec<Mutant>> {
    let folder = tree::target().join("mutants");
    std::fs::create_dir_all(&folder).map_err(|source| TaskError::File {
        path: folder.clone(),
        source,
    })?;
    let mut command = cargo();
    // A folder of its own for what it builds, so that the mutants do not stand where the tests of the project look.
    command
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .args(["mutants", "--package", "doorkey-oidc", "--cargo-arg=--lib"])
        .args(["--no-shuffle", "--caught", "--unviable", "--jobs", "1", "--timeout"])
        .arg(TIMEOUT.to_string())
        .arg("--output")
        .arg(&folder)
        .args(files.iter().flat_map(|file| ["--file", file]));
    let outcomes = folder.join("mutants.out/outcomes.json");
    // What an earlier run found is not taken for what this one found.
    let _ = std::fs::remove_file(&outcomes);
    match start(&mut command) {
        // 2: some survived; 3: some did not end. Both are judged below.
        Err(TaskError::Failed { status, .. }) if matches!(status.code(), Some(2 | 3)) => {}
        ended => ended?,
    }
    let text = std::fs::read_to_string(&outcomes).map_err(|source| TaskError::File { path: outcomes, source })?;
    let mutants = outcome::read(&text, &|file: &str| {
        let path = tree::root().join(file);
        std::fs::read_to_string(&path).map_err(|source| TaskError::File { path, source })
    })?;
    if mutants.is_empty() {
        return Err(TaskError::Found(format!(
            "there is nothing to mutate in {}",
            files.join(", ")
        )));
    }
    Ok(mutants)
}

/// One line a file.
fn table(mutants: &[Mutant], known: &[Known]) -> String {
    /// Noticed, known, unknown survivors, not viable.
    type Row = [usize; 4];
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for mutant in mutants {
        let listed = known.iter().any(|known| known.is(mutant));
        let column = match mutant.verdict {
            Verdict::Noticed => 0,
            Verdict::Survived if listed => 1,
            Verdict::Survived => 2,
            Verdict::NotViable => 3,
        };
        rows.entry(&mutant.file).or_default()[column] += 1;
    }
    let all = rows.values().fold(Row::default(), |sum, row| {
        std::array::from_fn(|column| sum[column] + row[column])
    });
    let mut text = "| file | mutants | noticed by a test | equivalent, listed | survived | not Rust |\n|---|---|---|---|---|---|\n".to_owned();
    let line = |name: &str, [noticed, listed, survived, not_viable]: Row| {
        let mutants = noticed + listed + survived + not_viable;
        format!("| {name} | {mutants} | {noticed} | {listed} | {survived} | {not_viable} |\n")
    };
    for (file, row) in rows {
        text += &line(&format!("`{file}`"), row);
    }
    text + &line("all", all)
}

/// Whether the survivors are those that are listed, no more and no fewer.
fn judge(mutants: &[Mutant], known: &[Known]) -> Result<()> {
    let survived = |mutant: &&Mutant| mutant.verdict == Verdict::Survived;
    let unknown = mutants
        .iter()
        .filter(survived)
        .filter(|mutant| !known.iter().any(|known| known.is(mutant)))
        .map(|mutant| format!("survived: {mutant}"));
    // Of files that were not mutated this time nothing is known.
    let stale = known
        .iter()
        .filter(|known| mutants.iter().any(|mutant| mutant.file == known.file))
        .filter(|known| !mutants.iter().filter(survived).any(|mutant| known.is(mutant)))
        .map(|known| format!("listed, but it does not survive: {known}"));
    let wrong: Vec<String> = unknown.chain(stale).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let list: PathBuf = known::path();
    Err(TaskError::Found(format!(
        "{}\nA survivor needs a sharper test or, if nothing can tell it from the original, its line and reason in {}.",
        wrong.join("\n"),
        list.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(file: &str, mutation: &str, becomes: &str, verdict: Verdict) -> Mutant {
        Mutant {
            file: file.into(),
            line: 1,
            mutation: mutation.into(),
            becomes: becomes.into(),
            verdict,
        }
    }

    fn known(file: &str, mutation: &str, becomes: Option<&str>) -> Known {
        Known {
            file: file.into(),
            mutation: mutation.into(),
            becomes: becomes.map(str::to_owned),
            reason: "nothing can be seen of it from outside".into(),
        }
    }

    fn found(mutants: &[Mutant], known: &[Known]) -> String {
        match judge(mutants, known) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_survivor_that_is_not_listed_is_a_failure_and_so_is_a_listed_one_that_is_noticed() {
        let mutants = [
            mutant("a.rs", "replace < with <=", "a <= b", Verdict::Survived),
            mutant("a.rs", "replace < with <=", "c <= d", Verdict::Noticed),
            mutant("a.rs", "replace f with ()", "", Verdict::NotViable),
        ];
        assert!(found(&mutants, &[]).contains("survived: a.rs:1: replace < with <="));
        let this = known("a.rs", "replace < with <=", Some("a <= b"));
        assert_eq!(found(&mutants, std::slice::from_ref(&this)), "");
        let other = known("a.rs", "replace < with <=", Some("c <= d"));
        assert!(found(&mutants, &[this, other]).contains("does not survive: a.rs: replace < with <="));
        let elsewhere = known("b.rs", "replace < with <=", None);
        assert_eq!(found(&mutants[1..], &[elsewhere]), "", "that file was not mutated");
    }

    #[test]
    fn the_table_counts_each_mutant_once() {
        let mutants = [
            mutant("a.rs", "x", "1", Verdict::Survived),
            mutant("a.rs", "x", "2", Verdict::Survived),
            mutant("a.rs", "y", "", Verdict::Noticed),
            mutant("b.rs", "z", "", Verdict::NotViable),
        ];
        let table = table(&mutants, &[known("a.rs", "x", Some("1"))]);
        assert!(table.contains("| `a.rs` | 3 | 1 | 1 | 1 | 0 |"), "{table}");
        assert!(table.contains("| all | 4 | 1 | 1 | 1 | 1 |"), "{table}");
    }
}
