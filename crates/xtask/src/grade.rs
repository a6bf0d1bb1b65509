//! `cargo xtask grade`: the whole catalogue of misbehaviours against our own command, by `mock-op grade`.

mod others;

use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::commands::{Result, TaskError, cargo, run as start};
use crate::tree;

/// House rules that our command breaks on purpose, with the reason.
const REASONS: &str = "crates/cli/grade-reasons.json";

/// How our command speaks the protocol of grading. `$0` is the command; then come the act, the issuer, the client id and a folder. The
/// vault is under a passphrase, so that nobody's keychain is touched. What it would have a browser open to end a session there
/// comes to a pipe instead, and is printed.
const ADAPTER: &str = r#"act=$1 issuer=$2 client_id=$3 dir=$4
doorkey() {
    "$doorkey" --json --dev --vault "$dir/vault" --passphrase-fd 3 "$@" 3<<'END'
a passphrase of a grading
END
}
doorkey=$0
case $act in
sign-in) doorkey sign-in --issuer "$issuer" --client-id "$client_id" --door loopback --browser none ;;
sign-out)
    mkdir "$dir/bin" && mkfifo "$dir/opened" || exit 1
    printf '#!/bin/sh\nprintf "%%s\\n" "$1" >"%s"\n' "$dir/opened" >"$dir/bin/xdg-open" && chmod +x "$dir/bin/xdg-open" || exit 1
    { read -r url <"$dir/opened" && printf '%s\n' "$url"; } &
    PATH=$dir/bin:$PATH doorkey sign-out --browser
    ended=$?
    kill $! 2>/dev/null
    exit $ended
    ;;
*) doorkey "$act" ;;
esac
"#;
/// What our command can do beside signing in.
const ACTS: &str = "refresh,profile,sign-out";

/// What to grade.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Only this case: a fault, as `idt-nonce`, or a variant, as `idt-nonce/missing`. May be given more than once.
    #[arg(long, value_name = "CASE")]
    only: Vec<String>,
    /// Grade the programs by others too, beside our own, and write docs/grades.md. They may do as they like: this does not fail.
    #[arg(long, conflicts_with = "only")]
    outsiders: bool,
}

/// Grades our command.
///
/// # Errors
/// [`TaskError::Failed`] when it breaks a MUST, a SHOULD, or a house rule without a written reason.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.outsiders {
        return outsiders();
    }
    start(cargo().args(["build", "--locked", "--package", "doorkey-cli", "--package", "mock-op"]))?;
    let home = tempfile::tempdir().map_err(|why| TaskError::Found(format!("a folder for HOME: {why}")))?;
    let mut grade = ours(home.path(), &[]);
    for case in &options.only {
        grade.args(["--only", case]);
    }
    start(&mut adapted(grade))
}

/// Grades the programs by others for which the repository has adapters, and ours beside them; prints the table and keeps it in docs/grades.md.
///
/// # Errors
/// When something does not build or install. What comes of the gradings is written down, whatever it is.
pub(crate) fn outsiders() -> Result<()> {
    others::grade()
}

/// `mock-op grade` for our command, up to what it is to run.
fn ours(home: &Path, more: &[&str]) -> Command {
    let mut grade = Command::new(tree::built("mock-op"));
    grade.args(["grade", "--acts", ACTS, "--reasons"]);
    grade.arg(tree::root().join(REASONS)).args(more);
    grade.env("HOME", home);
    for name in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"] {
        grade.env_remove(name);
    }
    grade
}

/// With what it is to run.
fn adapted(mut grade: Command) -> Command {
    grade.args(["--", "sh", "-c", ADAPTER]).arg(tree::built("doorkey"));
    grade.args(["{act}", "{issuer}", "{client_id}", "{dir}"]);
    grade
}
