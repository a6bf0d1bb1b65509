//! `cargo xtask fuzz`: builds the fuzz targets with coverage and lets libFuzzer run them. Any Rust does: the passes that count
//! coverage are in every compiler, and without unsafe code of ours there is nothing for a sanitizer to find.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use serde::Deserialize;

use crate::commands::{Result, TaskError, cargo, output, run as start};
use crate::tree;

/// How long the long form gives each target, in seconds.
const LONG: u32 = 600;
/// How long `cargo xtask test` gives each target, in seconds.
const SHORT: u32 = 4;
/// The seed of the short form, so that a red run can be had again.
const SEED: &str = "-seed=1";

/// What a compiler must add for libFuzzer to see which way an input went.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these targets.
    targets: Vec<String>,
    /// For how long, each; ten minutes unless told otherwise.
    #[arg(long, value_name = "N", default_value_t = LONG)]
    seconds: u32,
    /// Adds to `fuzz/corpus` the inputs that reach what none there reached.
    #[arg(long)]
    keep: bool,
}

#[derive(Deserialize)]
struct Manifest {
    bin: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Runs the targets, one after the other.
///
/// # Errors
/// [`TaskError::Failed`] when something does not build or an input was found that breaks a promise: libFuzzer says above where it lies.
pub(crate) fn run(options: &Options) -> Result<()> {
    let known = targets()?;
    if let Some(unknown) = options.targets.iter().find(|name| !known.contains(name)) {
        let known = known.join(", ");
        return Err(TaskError::Found(format!(
            "there is no target {unknown}; there are: {known}"
        )));
    }
    let programs = build()?;
    let chosen = known
        .iter()
        .filter(|name| options.targets.is_empty() || options.targets.contains(name));
    for name in chosen {
        fuzz(&programs, name, &[&format!("-max_total_time={}", options.seconds)])?;
        if options.keep {
            keep(&programs, name)?;
        }
    }
    Ok(())
}

/// The long form of every target.
///
/// # Errors
/// As [`run`].
pub(crate) fn long() -> Result<()> {
    run(&Options {
        targets: Vec::new(),
        seconds: LONG,
        keep: false,
    })
}

/// The short form: each input of the corpus, then a few seconds of new ones.
///
/// # Errors
/// As [`run`].
pub(crate) fn short() -> Result<()> {
    let programs = build()?;
    targets()?
        .iter()
        .try_for_each(|name| fuzz(&programs, name, &[&format!("-max_total_time={SHORT}"), SEED]))
}

/// The names of the targets, from the manifest.
fn targets() -> Result<Vec<String>> {
    let path = folder().join("Cargo.toml");
    let text = std::fs::read_to_string(&path).map_err(|source| TaskError::File {
        path: path.clone(),
        source,
    })?;
    let manifest: Manifest = toml::from_str(&text).map_err(|error| TaskError::Unreadable {
        what: path.display().to_string(),
        why: error.to_string(),
    })?;
    Ok(manifest.bin.into_iter().map(|target| target.name).collect())
}

fn folder() -> PathBuf {
    tree::root().join("fuzz")
}

/// Where what is built and found lies.
fn built() -> PathBuf {
    tree::target().join("fuzz")
}

/// Builds all targets and says where the programs are.
fn build() -> Result<PathBuf> {
    let system = host()?;
    let mut command = cargo();
    command
        .current_dir(folder())
        .env("RUSTFLAGS", COVERAGE)
        .args(["build", "--release", "--locked", "--target", &system, "--target-dir"])
        .arg(built());
    start(&mut command)?;
    Ok(built().join(system).join("release"))
}

/// This system, as the compiler calls it. Named in the build so that build scripts are built without coverage.
fn host() -> Result<String> {
    let told = output(Command::new("rustc").args(["--print", "host-tuple"]))?;
    Ok(String::from_utf8_lossy(&told).trim().to_owned())
}

/// Lets one target run. What it finds of interest stays below `target`; what breaks a promise is named on standard error.
fn fuzz(programs: &Path, name: &str, how: &[&str]) -> Result<()> {
    let found = built().join("corpus").join(name);
    let broken = built().join("broken");
    for made in [&found, &broken] {
        std::fs::create_dir_all(made).map_err(|source| TaskError::File {
            path: made.clone(),
            source,
        })?;
    }
    let told = built().join(format!("{name}.txt"));
    let log = std::fs::File::create(&told).map_err(|source| TaskError::File {
        path: told.clone(),
        source,
    })?;
    let mut command = Command::new(programs.join(name));
    command
        .arg(&found)
        .arg(folder().join("corpus").join(name))
        .args(how)
        .args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/{name}-", broken.display()))
        .stderr(log);
    let ended = start(&mut command);
    let told = std::fs::read(&told).map_err(|source| TaskError::File { path: told, source })?;
    say(name, &String::from_utf8_lossy(&told), ended.is_err());
    ended
}

/// One line of what libFuzzer wrote; all that it wrote last when it found something.
fn say(name: &str, told: &str, broken: bool) {
    let figure = |line: &str| {
        told.lines()
            .find_map(|all| all.strip_prefix(line))
            .unwrap_or("?")
            .trim()
            .to_owned()
    };
    let inputs = figure("stat::number_of_executed_units:");
    let second = figure("stat::average_exec_per_sec:");
    eprintln!("  {name}: {inputs} inputs, {second} a second");
    if broken {
        let lines: Vec<&str> = told.lines().collect();
        eprintln!("{}", lines[lines.len().saturating_sub(40)..].join("\n"));
    }
}

/// Takes into the committed corpus, of what was found, what reaches further.
fn keep(programs: &Path, name: &str) -> Result<()> {
    let mut command = Command::new(programs.join(name));
    command
        .args(["-merge=1", "-verbosity=0"])
        .arg(folder().join("corpus").join(name))
        .arg(built().join("corpus").join(name));
    start(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_inputs_to_begin_with_and_every_folder_of_inputs_a_target() {
        let mut targets = targets().unwrap();
        targets.sort();
        let mut folders: Vec<String> = std::fs::read_dir(folder().join("corpus"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        folders.sort();
        assert_eq!(folders, targets);
    }
}
