//! `mock-op grade`

use clap::Args;
use mock_op::findings::Level;
use mock_op::grade::{Grading, Outcome, Report};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Run the whole catalogue against a client that is given as a command, and say what it did wrong.
///
/// For each case a provider of its own is started with one fault, and COMMAND is run. It gets the issuer and the client id as
/// arguments or in MOCK_OP_ISSUER and MOCK_OP_CLIENT_ID, and prints the URL to open: as a line of its own, or as the
/// member `url` of a line of JSON. A person signs in there. The redirect is asked for at the loopback address, or written
/// to standard input as one line. Code 0 means that somebody is signed in.
#[derive(Args)]
#[command(after_help = "\
{issuer}, {client_id} and {dir}, an empty folder for each sign-in, are filled in.

Examples:
  mock-op grade -- my-client --issuer {issuer} --client-id {client_id}
  mock-op grade --only idt-nonce --only idt-aud/wrong -- my-client {issuer}
  mock-op grade --junit grade.xml --html grade.html --reasons reasons.json -- my-client {issuer}

The code is 0 for a client that holds every MUST and SHOULD, and each house rule or has a reason not to; else 1.")]
pub(crate) struct Grade {
    /// Only this case: a fault, as `idt-nonce`, or a variant, as `idt-nonce/missing`. May be given more than once.
    #[arg(long, value_name = "CASE")]
    only: Vec<String>,
    /// How many at a time.
    #[arg(long, default_value_t = 4, value_name = "N")]
    jobs: usize,
    /// How many seconds one sign-in may take.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    limit: u64,
    /// Why the client breaks house rules on purpose: a JSON object of cases or rules and reasons.
    #[arg(long, value_name = "FILE")]
    reasons: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Write the report as JUnit's XML to this file.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the report as a page to this file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The client and its arguments.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

impl Grade {
    pub(crate) async fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        let reasons: BTreeMap<String, String> = match &self.reasons {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
                serde_json::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))?
            }
            None => BTreeMap::new(),
        };
        let grading = Grading {
            command: self.command,
            only: self.only,
            jobs: self.jobs,
            limit: Duration::from_secs(self.limit),
            reasons,
        };
        let report = grading.run(tell).await?;
        for (path, text) in [(&self.junit, report.to_junit()), (&self.html, report.to_html())] {
            if let Some(path) = path {
                std::fs::write(path, text).map_err(|why| format!("{}: {why}", path.display()))?;
            }
        }
        print!("{}", shown(&report, self.json));
        Ok(if report.is_clean() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn shown(report: &Report, as_json: bool) -> String {
    if as_json {
        report.to_json() + "\n"
    } else {
        report.to_text()
    }
}

/// Progress, a line for each case.
fn tell(outcome: &Outcome) {
    let verdict = match (&outcome.wrong, outcome.level) {
        (None, _) => "as it should",
        (Some(_), Level::HouseRule) => "not as it should, by a house rule",
        (Some(_), Level::Should) => "NOT as it SHOULD",
        (Some(_), Level::Must) => "NOT as it MUST",
    };
    eprintln!("{}: {verdict}", outcome.case);
}
