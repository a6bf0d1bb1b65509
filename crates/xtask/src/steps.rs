//! `cargo xtask test` and `cargo xtask full`: every check, each with its time, and a summary that cannot be misread.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::commands::{Result, TaskError, cargo, npm, npm_in, run};
use crate::packages::Purpose;
use crate::{bench, bundle, command_files, dependencies, fuzz, grade, layers, mutants, packages, soak, windows};

/// One check.
struct Step {
    name: &'static str,
    what: &'static str,
    /// Steps that must have passed for this one to make sense.
    after: &'static [&'static str],
    run: fn() -> Result<()>,
}

/// The desktop tests need a display of their own each and run by themselves.
const NOT_DESKTOP: &str = "not (package(doorkey-desktop) & binary(desktop))";

const STEPS: &[Step] = &[
    Step {
        name: "packages",
        what: "packages of the system",
        after: &[],
        run: || packages::ensure(&[Purpose::Build, Purpose::Desktop, Purpose::Package]),
    },
    Step {
        name: "rustfmt",
        what: "formatting",
        after: &[],
        run: || run(cargo().args(["fmt", "--all", "--check"])),
    },
    Step {
        name: "layers",
        what: "direction of dependencies",
        after: &[],
        run: layers::check,
    },
    Step {
        name: "dependencies",
        what: "licences, sources, banned crates",
        after: &[],
        run: dependencies::check,
    },
    Step {
        name: "ui-install",
        what: "packages of the UI",
        after: &[],
        run: || run(npm().args(["ci", "--no-audit", "--no-fund"])),
    },
    Step {
        name: "ui-check",
        what: "types of the UI",
        after: &["ui-install"],
        run: || npm_run("check"),
    },
    Step {
        name: "ui-lint",
        what: "lints of the UI",
        after: &["ui-install"],
        run: || npm_run("lint"),
    },
    Step {
        name: "ui-test",
        what: "tests of the UI",
        after: &["ui-install"],
        run: || npm_run("test"),
    },
    Step {
        name: "ui-build",
        what: "the UI itself",
        after: &["ui-install"],
        run: || npm_run("build"),
    },
    Step {
        name: "screenshots",
        what: "the screens look as they did",
        after: &["packages", "ui-install"],
        run: || screenshots(true),
    },
    Step {
        name: "clippy",
        what: "lints, warnings denied",
        after: &["packages", "ui-build"],
        run: || {
            run(cargo().args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "--deny",
                "warnings",
            ]))
        },
    },
    Step {
        name: "nextest",
        what: "unit and integration tests",
        after: &["packages", "ui-build"],
        run: || {
            let arguments = [
                "nextest",
                "run",
                "--workspace",
                "--locked",
                "--no-fail-fast",
                "--filterset",
                NOT_DESKTOP,
            ];
            run(cargo().args(arguments))
        },
    },
    Step {
        name: "doctests",
        what: "examples in the documentation",
        after: &["packages", "ui-build"],
        run: || run(cargo().args(["test", "--workspace", "--doc", "--locked", "--quiet"])),
    },
    Step {
        name: "fuzz",
        what: "bytes from outside, a few seconds a target",
        after: &["packages"],
        run: fuzz::short,
    },
    Step {
        name: "grade",
        what: "our command at every misbehaving provider",
        after: &["packages"],
        run: || grade::run(&grade::Options::default()),
    },
    Step {
        name: "bindings",
        what: "TypeScript types are those of Rust",
        after: &[],
        run: || bindings(false),
    },
    Step {
        name: "desktop",
        what: "the whole program on a desktop",
        after: &["packages", "ui-build"],
        run: || desktop(None),
    },
    Step {
        name: "outsiders",
        what: "programs by others, as real processes",
        after: &[],
        run: outsiders,
    },
    Step {
        name: "package",
        what: "deb and rpm, unpacked, checked and tried out",
        after: &["packages", "ui-install"],
        run: || package("ci", "deb,rpm", true),
    },
    Step {
        name: "windows",
        what: "the client on Windows, under Wine",
        after: &[],
        run: || windows::test(None),
    },
];

/// What takes too long for each change: `cargo xtask full` runs it after the rest.
const SLOW: &[Step] = &[
    Step {
        name: "mutants",
        what: "each check of the protocol, changed",
        after: &["packages"],
        run: || mutants::run(&mutants::Options::default()),
    },
    Step {
        name: "long-fuzz",
        what: "bytes from outside, ten minutes a target",
        after: &["packages"],
        run: fuzz::long,
    },
    Step {
        name: "soak",
        what: "kills, crowds and starved disks, a hundred of each",
        after: &["packages"],
        run: || soak::run(&soak::Options::default()),
    },
    Step {
        name: "bench",
        what: "speed, as ratios",
        after: &["packages"],
        run: || bench::run(&bench::Options::default()),
    },
    Step {
        name: "bench-mock",
        what: "the speed of mock-op beside other mock providers",
        after: &["packages"],
        run: || bench::run(&bench::Options::of_mock()),
    },
    Step {
        name: "grade-outsiders",
        what: "libraries by others, graded as our command is",
        after: &["packages"],
        run: grade::outsiders,
    },
    Step {
        name: "release",
        what: "deb and rpm as they are released, and tried out",
        after: &["packages", "ui-install"],
        run: || package("release", "deb,rpm", true),
    },
];

fn npm_run(script: &str) -> Result<()> {
    run(npm().args(["run", script]))
}

/// How a step ended.
enum Outcome {
    Passed,
    Failed(String),
    /// A step that it needs had failed: it counts as failed too.
    NotRun(&'static str),
}

/// Runs the steps of every change, or those of them that are named.
///
/// # Errors
/// [`TaskError::Found`] when a step failed or there is none of that name.
pub(crate) fn test(only: &[String]) -> Result<()> {
    carry_out(STEPS.iter().collect(), only)
}

/// Runs those and the slow ones, or those that are named: hours.
///
/// # Errors
/// As [`test`].
pub(crate) fn full(only: &[String]) -> Result<()> {
    carry_out(STEPS.iter().chain(SLOW).collect(), only)
}

/// Runs steps to the end, whatever fails on the way.
fn carry_out(steps: Vec<&Step>, only: &[String]) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| steps.iter().all(|step| step.name != **name)) {
        let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
        return Err(TaskError::Found(format!(
            "there is no step {unknown}; there are: {}",
            names.join(", ")
        )));
    }
    let chosen: Vec<&Step> = steps
        .into_iter()
        .filter(|step| only.is_empty() || only.iter().any(|name| name == step.name))
        .collect();
    let all = Instant::now();
    let mut outcomes: Vec<(&Step, Outcome, Duration)> = Vec::new();
    for (number, step) in chosen.iter().enumerate() {
        eprintln!("\n[{}/{}] {}: {}", number + 1, chosen.len(), step.name, step.what);
        let from = Instant::now();
        let outcome = match blocked(step, &outcomes) {
            Some(by) => Outcome::NotRun(by),
            None => match (step.run)() {
                Ok(()) => Outcome::Passed,
                Err(error) => Outcome::Failed(error.to_string()),
            },
        };
        let took = from.elapsed();
        eprintln!(
            "[{}/{}] {} {} in {}",
            number + 1,
            chosen.len(),
            step.name,
            word(&outcome),
            minutes(took)
        );
        outcomes.push((step, outcome, took));
    }
    summary(&outcomes, all.elapsed())
}

fn blocked(step: &Step, outcomes: &[(&Step, Outcome, Duration)]) -> Option<&'static str> {
    let failed = |name: &&&str| {
        outcomes
            .iter()
            .any(|(done, outcome, _)| done.name == **name && !matches!(outcome, Outcome::Passed))
    };
    step.after.iter().find(failed).copied()
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed(_) => "FAILED",
        Outcome::NotRun(_) => "NOT RUN",
    }
}

fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

fn summary(outcomes: &[(&Step, Outcome, Duration)], took: Duration) -> Result<()> {
    eprintln!();
    for (step, outcome, took) in outcomes {
        let why = match outcome {
            Outcome::Passed => String::new(),
            Outcome::Failed(why) => format!("   {why}"),
            Outcome::NotRun(by) => format!("   it needs {by}"),
        };
        eprintln!(
            "  {:8} {:>6}  {:13} {}{why}",
            word(outcome),
            minutes(*took),
            step.name,
            step.what
        );
    }
    let passed = outcomes
        .iter()
        .filter(|(_, outcome, _)| matches!(outcome, Outcome::Passed))
        .count();
    let failed = outcomes.len() - passed;
    println!("{passed} passed, {failed} failed in {}", minutes(took));
    if failed == 0 {
        Ok(())
    } else {
        Err(TaskError::Found(format!("{failed} of {} steps failed", outcomes.len())))
    }
}

/// The whole-program tests, or those with `filter` in their name.
///
/// # Errors
/// [`TaskError::Failed`] when one fails.
pub(crate) fn desktop(filter: Option<&str>) -> Result<()> {
    // The tests start these as the person's system would.
    run(cargo().args([
        "build",
        "--locked",
        "--package",
        "doorkey-desktop",
        "--package",
        "mock-op",
        "--bins",
    ]))?;
    let mut tests = cargo();
    tests.args([
        "nextest",
        "run",
        "--locked",
        "--package",
        "doorkey-desktop",
        "--test",
        "desktop",
        "--no-fail-fast",
    ]);
    run(tests.args(filter))
}

/// Installs the programs by others, pinned by a lock file of their own, and runs the tests that start them. They are left out
/// of every other run, for `.config/nextest.toml` says so.
fn outsiders() -> Result<()> {
    packages::ensure(&[Purpose::Outsiders])?;
    let folder = |program: &str| crate::tree::root().join("tests/outsiders").join(program);
    for program in ["oidc-provider", "openid-client", "oauth4webapi"] {
        // Nothing that is installed runs anything of its own while it is.
        run(npm_in(&folder(program)).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    }
    let authlib = folder("authlib");
    run(std::process::Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(authlib.join("venv")))?;
    // Wheels run nothing of their own while they are installed.
    run(std::process::Command::new(authlib.join("venv/bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--only-binary=:all:",
            "-r",
        ])
        .arg(authlib.join("requirements.txt")))?;
    run(cargo().args([
        "nextest",
        "run",
        "--locked",
        "--profile",
        "outsiders",
        "--package",
        "doorkey-outsiders",
        "--no-fail-fast",
    ]))
}

/// Checks that the committed TypeScript types are what the Rust types say, or writes them anew.
///
/// # Errors
/// [`TaskError::Failed`] when they differ.
pub(crate) fn bindings(write: bool) -> Result<()> {
    let mut command = cargo();
    command.args([
        "test",
        "--quiet",
        "--package",
        "tauri-plugin-doorkey",
        "--lib",
        "typescript",
    ]);
    if write {
        command.env("DOORKEY_WRITE_BINDINGS", "1");
    }
    run(&mut command)
}

/// Takes the pictures of every screen anew, or holds the screens against those that are kept.
///
/// # Errors
/// [`TaskError::Failed`] when a screen looks otherwise, or no browser is there.
pub(crate) fn screenshots(check: bool) -> Result<()> {
    let mut command = npm();
    command.args(["run", "--silent", "screenshots", "--", "../docs/screenshots"]);
    if check {
        command.arg("--check");
    }
    run(&mut command)
}

/// Builds the packages, and checks them.
///
/// # Errors
/// [`TaskError::Failed`] when a package cannot be built or a check fails.
pub(crate) fn package(profile: &str, bundles: &str, check: bool) -> Result<()> {
    packages::ensure(&[Purpose::Build, Purpose::Package])?;
    crate::run::install_packages()?;
    // The bundler is the Tauri command, pinned by the UI's lock file; it looks for its configuration from where it
    // stands. `ci` is nearly the release profile, built in a third of its time. The command is built with the app, so that what both
    // are made of is built once.
    let root = crate::tree::root();
    let mut bundler = Command::new(root.join("ui/node_modules/.bin/tauri"));
    bundler.args(["build", "--ci", "--bundles", bundles]);
    bundler.arg("--config").arg(command_files::configuration(profile)?);
    bundler.args(["--", "--profile", profile]);
    bundler.args(["--package", "doorkey-desktop", "--package", "doorkey-cli"]);
    run(bundler.current_dir(root))?;
    if check { bundle::check() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_does_not_exist_is_refused() {
        assert!(test(&["no-such-step".to_owned()]).is_err());
        assert!(test(&["soak".to_owned()]).is_err(), "only the full run has it");
    }

    #[test]
    fn a_failed_step_makes_the_whole_fail_and_blocks_what_needs_it() {
        let outcomes = [(&STEPS[0], Outcome::Failed("it did".into()), Duration::ZERO)];
        assert!(summary(&outcomes, Duration::ZERO).is_err());
        let clippy = STEPS.iter().find(|step| step.name == "clippy").unwrap();
        assert_eq!(blocked(clippy, &outcomes), Some("packages"));
        let passed = [(&STEPS[0], Outcome::Passed, Duration::ZERO)];
        assert!(summary(&passed, Duration::ZERO).is_ok());
        assert_eq!(blocked(clippy, &passed), None);
    }

    #[test]
    fn each_step_comes_after_what_it_needs() {
        let steps: Vec<&Step> = STEPS.iter().chain(SLOW).collect();
        for (at, step) in steps.iter().enumerate() {
            assert!(
                steps[..at].iter().all(|before| before.name != step.name),
                "{} twice",
                step.name
            );
            for name in step.after {
                assert!(
                    steps[..at].iter().any(|before| before.name == *name),
                    "{} needs {name}",
                    step.name
                );
            }
        }
    }
}
