//! `cargo xtask grade`: the whole catalogue of misbehaviours against our own command, by `mock-op grade`.

use std::process::Command;

use clap::Args;

use crate::commands::{Result, TaskError, cargo, run as start};
use crate::tree;

/// House rules that our command breaks on purpose, with the reason.
const REASONS: &str = "crates/cli/grade-reasons.json";

/// How our command speaks the protocol of grading. `$0` is the command, `$1` the issuer, `$2` the client id, `$3` an empty folder;
/// the vault is under a passphrase, so that nobody's keychain is touched.
const ADAPTER: &str = r#"exec "$0" --json --dev --vault "$3/vault" --passphrase-fd 3 sign-in --issuer "$1" --client-id "$2" \
    --door loopback --browser none 3<<'END'
a passphrase of a grading
END
"#;

/// What to grade.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Only this case: a fault, as `idt-nonce`, or a variant, as `idt-nonce/missing`. May be given more than once.
    #[arg(long, value_name = "CASE")]
    only: Vec<String>,
}

/// Grades our command.
///
/// # Errors
/// [`TaskError::Failed`] when it breaks a MUST, a SHOULD, or a house rule without a written reason.
pub(crate) fn run(options: &Options) -> Result<()> {
    start(cargo().args(["build", "--locked", "--package", "doorkey-cli", "--package", "mock-op"]))?;
    let home = tempfile::tempdir().map_err(|why| TaskError::Found(format!("a folder for HOME: {why}")))?;
    let mut grade = Command::new(tree::built("mock-op"));
    grade.args(["grade", "--reasons"]).arg(tree::root().join(REASONS));
    for case in &options.only {
        grade.args(["--only", case]);
    }
    grade.args(["--", "sh", "-c", ADAPTER]);
    grade.arg(tree::built("doorkey"));
    grade.args(["{issuer}", "{client_id}", "{dir}"]);
    start(grade.env("HOME", home.path()).env_remove("DBUS_SESSION_BUS_ADDRESS"))
}
