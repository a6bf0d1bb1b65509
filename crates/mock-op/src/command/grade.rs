//! `mock-op grade`

use clap::Args;
use mock_op::findings::Level;
use mock_op::grade::{Act, Grading, Outcome, Report};
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
///
/// A client that can do more is started again in the same folder with another `{act}`: --acts says which.
#[derive(Args)]
#[command(after_help = "\
{act} (sign-in, refresh, profile or sign-out), {issuer}, {client_id} and {dir}, an empty folder for each case, are filled in.

Examples:
  mock-op grade -- my-client --issuer {issuer} --client-id {client_id}
  mock-op grade --acts refresh,profile,sign-out -- my-client {act} {issuer} {client_id} {dir}
  mock-op grade --only idt-nonce --only idt-aud/wrong -- my-client {issuer}
  mock-op grade --junit grade.xml --html grade.html --reasons reasons.json -- my-client {issuer}

The code is 0 for a client that holds every MUST and SHOULD, and each house rule or has a reason not to; else 1.")]
pub(crate) struct Grade {
    /// Only this case: a fault, as `idt-nonce`, or a variant, as `idt-nonce/missing`. May be given more than once.
    #[arg(long, value_name = "CASE")]
    only: Vec<String>,
    /// What the client can do beside signing in: `refresh`, `profile`, `sign-out`.
    #[arg(long, value_delimiter = ',', value_parser = act, value_name = "ACTS")]
    acts: Vec<Act>,
    /// How many at a time. Of those that mostly wait there are more.
    #[arg(long, default_value_t = 4, value_name = "N")]
    jobs: usize,
    /// How many seconds one act may take.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    limit: u64,
    /// Have https issuers. The file of the authority that signed their certificates is `{ca_file}`, and MOCK_OP_CA_FILE.
    #[arg(long)]
    tls: bool,
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
            acts: self.acts,
            only: self.only,
            jobs: self.jobs,
            limit: Duration::from_secs(self.limit),
            tls: self.tls,
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

fn act(name: &str) -> Result<Act, String> {
    Act::from_id(name).ok_or_else(|| format!("{name} is no act: there are refresh, profile and sign-out"))
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
        (None, _) if !outcome.met => "did not meet the fault",
        (None, _) => "as it should",
        (Some(_), Level::HouseRule) => "not as it should, by a house rule",
        (Some(_), Level::Should) => "NOT as it SHOULD",
        (Some(_), Level::Must) => "NOT as it MUST",
    };
    eprintln!("{}: {verdict}", outcome.case);
}
