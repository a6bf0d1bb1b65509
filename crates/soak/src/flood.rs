//! Forged redirects, by link and by loopback, while one sign-in waits.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use doorkey::flow::DoorKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use url::Url;

use crate::error::{Result, broken, system};
use crate::harness::Harness;
use crate::keyring::Keyring;
use crate::measure::resident_kib;
use crate::place::{Place, accounts, begin, unexpected};
use crate::provider::Provider;
use crate::report::Row;
use crate::wire::{Ask, Landed, Said};

/// The true redirect has to be in within this.
const WITHIN: Duration = Duration::from_secs(2);
/// The process may grow by this much, in KiB, whatever comes.
const MOST_GROWTH: u64 = 32 * 1024;
/// Connections to the loopback listener at once: more than it serves at a time.
const CONNECTIONS: usize = 100;

/// Both doors.
///
/// # Errors
/// What keeps the scenario from being run at all.
pub(crate) fn forged(harness: &Harness) -> Result<Row> {
    let forged = harness.by_size(2_000, 10_000);
    let keyring = Keyring::start()?;
    let (mut wrong, mut measured) = (Vec::new(), Vec::new());
    for (name, scenario) in [("link", by_link as Scenario), ("loopback", by_loopback)] {
        let provider = Provider::start(harness.runtime(), false, 0, 10_000)?;
        let place = Place::new(&harness.program, &provider, &keyring)?;
        harness.tell(&format!("{forged} forged redirects by {name}"));
        match scenario(harness, &place, &provider, forged) {
            Ok((took, grown)) => {
                measured.push(format!("by {name}: {} ms, {} MiB more", took.as_millis(), grown >> 10));
                if took > WITHIN {
                    wrong.push(format!("by {name}: it took {took:?}"));
                }
                if grown > MOST_GROWTH {
                    wrong.push(format!("by {name}: the process grew by {grown} KiB"));
                }
            }
            Err(error) => wrong.push(format!("by {name}: {error}")),
        }
        harness.search(&place)?;
    }
    Ok(Row {
        what: format!("{forged} forged redirects while one sign-in waits"),
        figure: "none changes anything, and the true one is in within 2 s".into(),
        measured: measured.join("; "),
        kept: wrong.is_empty(),
        wrong,
    })
}

/// How long the true one took, and by how many KiB the process grew.
type Scenario = fn(&Harness, &Place<'_>, &Provider, usize) -> Result<(Duration, u64)>;

fn by_link(_: &Harness, place: &Place<'_>, provider: &Provider, forged: usize) -> Result<(Duration, u64)> {
    let mut process = place.open(None)?;
    let url = begin(&mut process, DoorKind::Scheme)?;
    // Before the true one exists, forged ones alone: not a byte of the vault may change.
    let before = files(place.folder())?;
    let redirect_uri = redirect_uri(&url)?;
    let link = provider.redirect("first", &url)?;
    let nothing = Ask::Flood {
        forged: forged / 2,
        link: format!("{redirect_uri}?code=x&state=nobody-knows-it"),
        redirect_uri: redirect_uri.clone(),
    };
    match process.ask(&nothing)? {
        Said::Flooded {
            landed: Landed::Unknown,
            taken: 0,
            ..
        } => {}
        other => return Err(unexpected(&other)),
    }
    if files(place.folder())? != before {
        return Err(broken("forged redirects changed the vault"));
    }
    let flood = Ask::Flood {
        forged: forged / 2,
        link,
        redirect_uri,
    };
    match process.ask(&flood)? {
        Said::Flooded {
            landed: Landed::SignedIn,
            milliseconds,
            taken: 0,
            grown_kib,
        } => {
            process.quit()?;
            Ok((Duration::from_millis(milliseconds), grown_kib))
        }
        Said::Flooded { landed, taken, .. } => {
            Err(broken(format!("the true one: {landed:?}; {taken} forged ones taken")))
        }
        other => Err(unexpected(&other)),
    }
}

fn by_loopback(harness: &Harness, place: &Place<'_>, provider: &Provider, forged: usize) -> Result<(Duration, u64)> {
    let mut process = place.open(None)?;
    let url = begin(&mut process, DoorKind::Loopback)?;
    let before = files(place.folder())?;
    let resident = resident_kib(process.id());
    let to = redirect_uri(&url)?;
    harness.runtime().block_on(knock(&to, forged / 2, None))?;
    if files(place.folder())? != before {
        return Err(broken("forged redirects changed the vault"));
    }
    let link = provider.redirect("first", &url)?;
    let took = harness.runtime().block_on(knock(&to, forged / 2, Some(&link)))?;
    let grown = resident_kib(process.id()).saturating_sub(resident);
    if accounts(&mut process)?.len() != 1 {
        return Err(broken("the true redirect signed nobody in"));
    }
    process.quit()?;
    Ok((took, grown))
}

/// Sends forged redirects over many connections at once, and in the middle of them the true one. How long that took.
async fn knock(redirect_uri: &str, forged: usize, truth: Option<&str>) -> Result<Duration> {
    let mut tasks = JoinSet::new();
    let mut took = None;
    for number in 0..forged {
        if tasks.len() >= CONNECTIONS {
            // Hung up on or not: a forged one is answered or refused, and nothing depends on it.
            let _ = tasks.join_next().await;
        }
        if number == forged / 2
            && let Some(link) = truth
        {
            let link = link.to_owned();
            took = Some(tokio::spawn(async move {
                let from = Instant::now();
                get(&link).await.map(|status| (status, from.elapsed()))
            }));
        }
        let link = format!("{redirect_uri}?code=forged-{number:032}&state={number:043}");
        tasks.spawn(async move { get(&link).await });
    }
    while tasks.join_next().await.is_some() {}
    let Some(took) = took else { return Ok(Duration::ZERO) };
    let (status, took) = took.await.map_err(|_| broken("the true redirect was not sent"))??;
    if matches!(status, 200..=399) {
        Ok(took)
    } else {
        Err(broken(format!("the true redirect was answered with {status}")))
    }
}

/// A GET as a browser sends it; the status of the answer.
async fn get(url: &str) -> Result<u16> {
    let url = Url::parse(url).map_err(|_| broken("no URL"))?;
    let address = (url.host_str().unwrap_or_default().to_owned(), url.port().unwrap_or(80));
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let mut stream = TcpStream::connect((address.0.as_str(), address.1))
        .await
        .map_err(system("a connection"))?;
    let head = format!(
        "GET {target} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n",
        address.0, address.1
    );
    stream.write_all(head.as_bytes()).await.map_err(system("a request"))?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.map_err(system("an answer"))?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| broken("an answer without a status"))
}

fn redirect_uri(authorization_url: &str) -> Result<String> {
    let url = Url::parse(authorization_url).map_err(|_| broken("no URL"))?;
    let found = url.query_pairs().find(|(name, _)| name == "redirect_uri");
    Ok(found.ok_or_else(|| broken("no redirect_uri"))?.1.into_owned())
}

/// The files of the vault and what is in them.
fn files(folder: &Path) -> Result<BTreeMap<std::ffi::OsString, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(system("the vault's folder"))? {
        let entry = entry.map_err(system("the vault's folder"))?;
        found.insert(
            entry.file_name(),
            std::fs::read(entry.path()).map_err(system("a record"))?,
        );
    }
    Ok(found)
}
