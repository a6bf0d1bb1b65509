//! A client that is a command: started, shown to the provider by a person and a browser, and watched to its end.

use super::{Act, CLIENT_ID, Case, GradeError, Grading};
use crate::{Endpoint, MockOp};
use serde::Serialize;
use serde_json::{Map, Value};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;
use url::{Host, Url};

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The command ended with 0: somebody is signed in.
    SignedIn,
    /// It passed the response over, and ended with 0 after the true one.
    SignedInLater,
    /// An act after the sign-in ended with 0.
    Done,
    /// It ended with another code, or, of a sign-in, without a URL to open.
    Failed,
    /// It did not end in time, and was ended.
    Hung,
    /// It wanted something to be opened that is not this provider's.
    OpenedElsewhere,
}

/// How long a client may take over a response that it is to pass over, before the true one comes.
const TO_THINK: Duration = Duration::from_secs(1);
/// How long the client's own page may take.
const PAGE: Duration = Duration::from_secs(10);
/// How many redirects of the client's own listener are followed.
const MOST_REDIRECTS: usize = 5;

/// What an act after the sign-in came to.
#[derive(Debug)]
pub(super) struct Acted {
    /// How it ended.
    pub(super) ended: Ended,
    /// What it said on standard output: the last JSON object.
    pub(super) said: Option<Map<String, Value>>,
    /// Whether it had a URL opened.
    pub(super) opened: bool,
}

/// A client at one provider, with a folder of its own: each act is another start of the command.
pub(super) struct Client<'a> {
    grading: &'a Grading,
    op: &'a MockOp,
    folder: TempDir,
}

impl<'a> Client<'a> {
    pub(super) fn new(grading: &'a Grading, op: &'a MockOp) -> Result<Self, GradeError> {
        let folder = tempfile::Builder::new()
            .prefix("mock-op-grade-")
            .tempdir()
            .map_err(|source| failed(grading, source))?;
        Ok(Self { grading, op, folder })
    }

    fn start(&self, act: Act) -> Result<Child, GradeError> {
        let [program, arguments @ ..] = &self.grading.command[..] else {
            return Err(GradeError::NoCommand);
        };
        let ca_file = self.op.ca_file().unwrap_or(Path::new(""));
        let fill = |argument: &String| {
            argument
                .replace("{ca_file}", &ca_file.to_string_lossy())
                .replace("{act}", act.id())
                .replace("{issuer}", self.op.issuer())
                .replace("{client_id}", CLIENT_ID)
                .replace("{dir}", &self.folder.path().to_string_lossy())
        };
        Command::new(fill(program))
            .args(arguments.iter().map(fill))
            .env("MOCK_OP_ACT", act.id())
            .env("MOCK_OP_ISSUER", self.op.issuer())
            .env("MOCK_OP_CLIENT_ID", CLIENT_ID)
            .env("MOCK_OP_DIR", self.folder.path())
            .env("MOCK_OP_CA_FILE", ca_file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| failed(self.grading, source))
    }

    /// Signs in.
    pub(super) async fn sign_in(&self, case: Case) -> Result<Ended, GradeError> {
        let mut child = self.start(Act::SignIn)?;
        let failed = |source| failed(self.grading, source);
        let ended = match timeout(self.grading.limit, carry_through(&mut child, self.op, case)).await {
            Ok(ended) => ended.map_err(failed)?,
            Err(_) => {
                child.kill().await.map_err(failed)?;
                Ended::Hung
            }
        };
        if ended == Ended::OpenedElsewhere {
            child.kill().await.map_err(failed)?;
        }
        Ok(ended)
    }

    /// Does something with the session.
    pub(super) async fn act(&self, act: Act) -> Result<Acted, GradeError> {
        let mut child = self.start(act)?;
        let failed = |source| failed(self.grading, source);
        let mut acted = Acted {
            ended: Ended::Hung,
            said: None,
            opened: false,
        };
        match timeout(self.grading.limit, attend(&mut child, self.op, &mut acted)).await {
            Ok(done) => done.map_err(failed)?,
            Err(_) => child.kill().await.map_err(failed)?,
        }
        Ok(acted)
    }
}

fn failed(grading: &Grading, source: std::io::Error) -> GradeError {
    GradeError::Command {
        command: grading.command.first().cloned().unwrap_or_default(),
        source,
    }
}

/// Hears an act out. A URL that it wants opened, to end the browser's session, is opened.
async fn attend(child: &mut Child, op: &MockOp, acted: &mut Acted) -> std::io::Result<()> {
    let missing = || std::io::Error::other("the command's standard input and output could not be had");
    let mut stdin = child.stdin.take().ok_or_else(missing)?;
    let mut lines = BufReader::new(child.stdout.take().ok_or_else(missing)?).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(url) = url_in(&line) {
            acted.opened = true;
            if let Some(url) = led(op, url).await
                && let Ok(Some(redirect)) = op.robot().sign_out(&url).await
            {
                deliver(&mut stdin, &redirect).await;
            }
        } else if let Ok(object) = serde_json::from_str(&line) {
            acted.said = Some(object);
        }
    }
    acted.ended = match how_it_ended(child).await? {
        Ended::SignedIn => Ended::Done,
        ended => ended,
    };
    Ok(())
}

/// The URL itself or, of one at a listener of the client's own, where that leads: whoever does not want an ID Token to stand in the
/// arguments of a browser goes that way.
async fn led(op: &MockOp, url: String) -> Option<String> {
    if url.starts_with(&format!("{}/", op.issuer())) {
        return Some(url);
    }
    let listener = Url::parse(&url).ok().filter(|url| url.scheme() == "http")?;
    timeout(PAGE, get(&listener)).await.ok()?.ok()?
}

async fn carry_through(child: &mut Child, op: &MockOp, case: Case) -> std::io::Result<Ended> {
    let missing = || std::io::Error::other("the command's standard input and output could not be had");
    let mut stdin = child.stdin.take().ok_or_else(missing)?;
    let mut lines = BufReader::new(child.stdout.take().ok_or_else(missing)?).lines();
    // Until it names a URL, or ends without.
    let url = loop {
        match lines.next_line().await? {
            Some(line) => match url_in(&line) {
                Some(url) => break url,
                None => continue,
            },
            None => {
                child.wait().await?;
                // Whatever it says of itself: nobody has signed in anywhere.
                return Ok(Ended::Failed);
            }
        }
    };
    // Whatever else it says is read, so that it does not wait for a reader.
    let rest = tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    if !url.starts_with(&format!("{}/", op.issuer())) {
        rest.abort();
        return Ok(Ended::OpenedElsewhere);
    }
    if let Ok(redirect) = op.robot().sign_in(&url).await {
        deliver(&mut stdin, &redirect).await;
        if case.may_be_passed_over() && timeout(TO_THINK, child.wait()).await.is_err() {
            // It still waits: here is the true response.
            if let Ok(redirect) = op.robot().sign_in(&url).await {
                deliver(&mut stdin, &redirect).await;
            }
        }
    }
    // Its standard input stays open: a client may take its end for a wish to give up.
    let ended = how_it_ended(child).await?;
    drop(stdin);
    Ok(match ended {
        Ended::SignedIn if case.may_be_passed_over() && last_code_is_the_true_one(op) => Ended::SignedInLater,
        ended => ended,
    })
}

/// Whether the code that was exchanged last is the one of a response without any fault.
fn last_code_is_the_true_one(op: &MockOp) -> bool {
    let requests = op.requests();
    let exchanged = requests
        .iter()
        .rev()
        .find(|request| request.endpoint == Endpoint::Token);
    let Some(code) = exchanged.and_then(|request| request.param("code")) else {
        return false;
    };
    let given = requests.iter().find(|request| request.gave.as_deref() == Some(code));
    given.is_some_and(|answer| answer.faults.is_empty())
}

async fn how_it_ended(child: &mut Child) -> std::io::Result<Ended> {
    let status = child.wait().await?;
    Ok(if status.success() {
        Ended::SignedIn
    } else {
        Ended::Failed
    })
}

/// The URL that a line asks to have opened: the member `url` of a JSON object, or a line that is a URL.
fn url_in(line: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with('{') {
        let object: Value = serde_json::from_str(line).ok()?;
        return object.get("url")?.as_str().map(str::to_owned);
    }
    Url::parse(line).is_ok().then(|| line.to_owned())
}

/// Does what a browser does with a redirect: asks the loopback address, or hands the link to whoever has its scheme, which
/// here is the command's standard input.
async fn deliver(stdin: &mut ChildStdin, redirect: &str) {
    let asked = match Url::parse(redirect) {
        Ok(url) if url.scheme() == "http" => timeout(PAGE, visit(url)).await.is_ok(),
        // What is no URL is handed over all the same: so would a browser's address bar be.
        Ok(_) | Err(_) => stdin.write_all(format!("{redirect}\n").as_bytes()).await.is_ok(),
    };
    if !asked {
        // The client is gone, or does not answer: its end tells.
        let _ = stdin.flush().await;
    }
}

/// Goes to a page of the client's listener and on to wherever that leads there: a listener may wait for its page to be shown.
async fn visit(mut url: Url) -> std::io::Result<()> {
    for _ in 0..MOST_REDIRECTS {
        let Some(next) = get(&url).await?.and_then(|location| url.join(&location).ok()) else {
            break;
        };
        if next.origin() != url.origin() {
            break;
        }
        url = next;
    }
    Ok(())
}

/// A GET over loopback, as a browser on this computer would send it, and where the answer leads. The page is read and not kept.
async fn get(url: &Url) -> std::io::Result<Option<String>> {
    let host = match url.host() {
        Some(Host::Ipv4(ip)) if ip.is_loopback() => ip.to_string(),
        Some(Host::Ipv6(ip)) if ip.is_loopback() => ip.to_string(),
        Some(Host::Domain("localhost")) => "localhost".to_owned(),
        _ => return Err(std::io::Error::other("not a loopback address")),
    };
    let port = url.port().unwrap_or(80);
    let mut stream = TcpStream::connect((host, port)).await?;
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let authority = url.authority();
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {authority}\r\nAccept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = BufReader::new(stream).lines();
    let mut location = None;
    // RFC 9112 section 2.1: the header ends with an empty line.
    while let Some(line) = answer.next_line().await?.filter(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("location")
        {
            location = Some(value.trim().to_owned());
        }
    }
    tokio::io::copy(&mut answer.into_inner(), &mut tokio::io::sink()).await?;
    Ok(location)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_found_in_a_json_line_and_in_a_line_of_its_own_and_nowhere_else() {
        let url = "http://127.0.0.1:1/authorize?a=b";
        let found = |line: &str| url_in(line);
        assert_eq!(
            found(&format!(r#"{{"event":"browser","url":"{url}"}}"#)).as_deref(),
            Some(url)
        );
        assert_eq!(found(&format!("  {url}\r")).as_deref(), Some(url));
        assert_eq!(found("Open this link:"), None);
        assert_eq!(found(r#"{"event":"signed-in"}"#), None);
        assert_eq!(found("{not json"), None);
    }
}
