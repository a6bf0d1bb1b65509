//! Programs by others, graded beside ours: what they are, and the table of what came of it.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::commands::{Result, TaskError, cargo, npm_in, output, run as start};
use crate::tree;

/// Where the adapters are.
const ADAPTERS: &str = "crates/mock-op/adapters";
/// Where the table is kept.
const KEPT: &str = "docs/grades.md";

const ABOUT: &str = "# What gradings came to

`cargo xtask grade --outsiders` runs `mock-op grade` on our command and, through adapters that are part of the repository
(`crates/mock-op/adapters`), on libraries by others: each by the example of its own documentation, with every check on that it offers.
A library is to be measured by the MUSTs of the standards that are the protocol library's to keep; what the redirect's listener and the
browser's opener are to do is the adapter's. SHOULDs and house rules, which are stricter than the standards, are there to be compared. What a library
leaves to whoever uses it, without saying so, counts as not done. Whoever thinks that one is wronged: please mend its adapter.
";

/// What is read of a report; `mock-op`'s README has the whole form.
#[derive(Deserialize)]
struct Report {
    library_must: Score,
    should: Score,
    house_rules: Score,
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Score {
    passed: usize,
    excused: usize,
    of: usize,
}

#[derive(Deserialize)]
struct Outcome {
    case: String,
    level: String,
    layer: String,
    wrong: Option<String>,
}

/// One program, and what came of it.
struct Graded {
    name: String,
    report: Option<Report>,
}

pub(super) fn grade() -> Result<()> {
    let packages = ["doorkey-cli", "mock-op", "adapter-openidconnect"];
    start(
        cargo()
            .args(["build", "--locked"])
            .args(packages.map(|name| format!("--package={name}"))),
    )?;
    let node = tree::root().join(ADAPTERS).join("oauth4webapi");
    // Nothing that is installed runs anything of its own while it is.
    start(npm_in(&node).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    let home = tempfile::tempdir().map_err(|why| TaskError::Found(format!("a folder for HOME: {why}")))?;

    let ours = super::adapted(super::ours(home.path(), &["--json"]));
    let mut by_crate = other();
    by_crate.arg(tree::built("adapter-openidconnect"));
    let mut by_node = other();
    by_node.args(["env", "NODE_EXTRA_CA_CERTS={ca_file}", "node"]);
    by_node.arg(node.join("client.mjs"));
    let mut all = Vec::new();
    for (name, mut command) in [
        (format!("doorkey {}", env!("CARGO_PKG_VERSION")), ours),
        (format!("openidconnect {}", locked("openidconnect")?), by_crate),
        (format!("oauth4webapi {}", installed(&node)?), by_node),
    ] {
        if !name.starts_with("doorkey ") {
            command.args(["{act}", "{issuer}", "{client_id}", "{dir}"]);
        }
        eprintln!("  grading {name}");
        all.push(Graded {
            name,
            report: report(&mut command)?,
        });
    }
    let today = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let table = table(&all, String::from_utf8_lossy(&today).trim());
    println!("{table}");
    let path = tree::root().join(KEPT);
    std::fs::write(&path, format!("{ABOUT}\n{table}")).map_err(|source| TaskError::File { path, source })
}

/// `mock-op grade` for a program by others, up to what it is to run. Their endpoints are https, as some insist.
fn other() -> Command {
    let mut grade = Command::new(tree::built("mock-op"));
    grade.args(["grade", "--json", "--tls", "--limit", "20", "--acts", super::ACTS, "--"]);
    grade
}

/// What a grading came to; `None` when nothing could be graded. That a client is wrong is no failure of ours.
fn report(command: &mut Command) -> Result<Option<Report>> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|source| TaskError::NotStarted {
        command: "mock-op grade".into(),
        source,
    })?;
    Ok(serde_json::from_slice(&output.stdout).ok())
}

/// The version of a crate in Cargo.lock.
fn locked(name: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let unreadable = |why: String| TaskError::Unreadable {
        what: "Cargo.lock".into(),
        why,
    };
    let path = tree::root().join("Cargo.lock");
    let text = std::fs::read_to_string(&path).map_err(|source| TaskError::File { path, source })?;
    let lock: Lock = toml::from_str(&text).map_err(|why| unreadable(why.to_string()))?;
    let package = lock.package.into_iter().find(|package| package.name == name);
    Ok(package.ok_or_else(|| unreadable(format!("no {name}")))?.version)
}

/// The version of the package that the adapter in a folder is about.
fn installed(folder: &std::path::Path) -> Result<String> {
    let path = folder.join("node_modules/oauth4webapi/package.json");
    let text = std::fs::read_to_string(&path).map_err(|source| TaskError::File {
        path: path.clone(),
        source,
    })?;
    let package: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let version = package["version"].as_str().ok_or_else(|| TaskError::Unreadable {
        what: path.display().to_string(),
        why: "no version".into(),
    })?;
    Ok(version.to_owned())
}

/// The table, and below it the MUSTs that were broken.
fn table(all: &[Graded], today: &str) -> String {
    let mut text =
        format!("{today}:\n\n| program | MUST, protocol library | SHOULD | house rules |\n|---|---|---|---|\n");
    let score = |score: &Score| match score.excused {
        0 => format!("{} of {}", score.passed, score.of),
        excused => format!("{} of {}, {excused} with a reason", score.passed, score.of),
    };
    for graded in all {
        let row = match &graded.report {
            Some(report) => {
                let scores = [&report.library_must, &report.should, &report.house_rules];
                scores.map(score).join(" | ")
            }
            None => "could not be graded | |".to_owned(),
        };
        let _ = writeln!(text, "| {} | {row} |", graded.name);
    }
    for graded in all {
        let outcomes = graded.report.iter().flat_map(|report| &report.outcomes);
        let is_must = |outcome: &&Outcome| outcome.level == "must" && outcome.layer == "protocol-library";
        let mut broken = outcomes
            .filter(is_must)
            .filter_map(|outcome| Some((&outcome.case, outcome.wrong.as_ref()?)))
            .peekable();
        if broken.peek().is_some() {
            let _ = writeln!(text, "\n## MUSTs that {} does not keep\n", graded.name);
        }
        for (case, wrong) in broken {
            let _ = writeln!(text, "* `{case}`: {wrong}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graded(name: &str, report: Option<&str>) -> Graded {
        Graded {
            name: name.to_owned(),
            report: report.map(|text| serde_json::from_str(text).unwrap()),
        }
    }

    #[test]
    fn the_table_names_the_musts_of_the_library_that_were_broken_and_no_other_case() {
        let outcome = |case: &str, level: &str, layer: &str, wrong: &str| {
            format!(r#"{{"case":"{case}","level":"{level}","layer":"{layer}"{wrong}}}"#)
        };
        let wrong = r#","wrong":"failed""#;
        let outcomes = [
            outcome("a", "must", "protocol-library", wrong),
            outcome("b", "must", "redirect-listener", wrong),
            outcome("c", "house-rule", "protocol-library", wrong),
            outcome("d", "must", "protocol-library", ""),
        ];
        let score = r#"{"passed":1,"excused":0,"of":2}"#;
        let excused = r#"{"passed":1,"excused":1,"of":2}"#;
        let report = format!(
            r#"{{"library_must":{score},"should":{score},"house_rules":{excused},"outcomes":[{}]}}"#,
            outcomes.join(",")
        );
        let text = table(
            &[graded("one 1.0", Some(&report)), graded("two 2.0", None)],
            "2000-01-02",
        );
        assert!(
            text.contains("| one 1.0 | 1 of 2 | 1 of 2 | 1 of 2, 1 with a reason |"),
            "{text}"
        );
        assert!(text.contains("| two 2.0 | could not be graded | | |"), "{text}");
        let list: Vec<&str> = text.lines().filter(|line| line.starts_with('*')).collect();
        assert_eq!(list, ["* `a`: failed"]);
    }

    #[test]
    fn the_version_of_a_crate_is_the_one_that_is_locked() {
        assert!(locked("openidconnect").unwrap().starts_with("4."));
        assert!(locked("no-such-crate-anywhere").is_err());
    }
}
