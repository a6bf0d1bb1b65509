//! Forged redirects, by link and by loopback, while one sign-in waits.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use doorkey::flow::DoorKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;
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
/// Of a hundred forged ones so many have to be answered, or nothing was shown.
const LEAST_ANSWERED_PERCENT: usize = 99;

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
            Ok(one) => {
                measured.push(format!(
                    "by {name}: {} ms, {} MiB more, {} forged ones answered",
                    one.took.as_millis(),
                    one.grown_kib >> 10,
                    one.answered
                ));
                wrong.extend(judge(name, forged, &one));
            }
            Err(error) => wrong.push(format!("by {name}: {error}")),
        }
        harness.search(&place)?;
    }
    Ok(Row {
        what: format!("{forged} forged redirects while one sign-in waits"),
        figure: "none changes anything, and the true one is in within 2 s of the person's click".into(),
        measured: measured.join("; "),
        kept: wrong.is_empty(),
        wrong,
    })
}

/// What a flood came to.
struct Measured {
    /// From before the person signs in at the provider until the true one is in.
    took: Duration,
    /// By how many KiB the process grew.
    grown_kib: u64,
    /// Forged ones that the program answered, or looked at and put away.
    answered: usize,
}

type Scenario = fn(&Harness, &Place<'_>, &Provider, usize) -> Result<Measured>;

/// What has to be said of it.
fn judge(name: &str, forged: usize, measured: &Measured) -> Vec<String> {
    let Measured {
        took,
        grown_kib,
        answered,
    } = measured;
    let mut wrong = Vec::new();
    if *took > WITHIN {
        wrong.push(format!("by {name}: it took {took:?}"));
    }
    if *grown_kib > MOST_GROWTH {
        wrong.push(format!("by {name}: the process grew by {grown_kib} KiB"));
    }
    // Whoever is refused a connection has not tried anything.
    if answered * 100 < forged * LEAST_ANSWERED_PERCENT {
        wrong.push(format!("by {name}: {answered} of {forged} forged ones were answered"));
    }
    wrong
}

fn by_link(_: &Harness, place: &Place<'_>, provider: &Provider, forged: usize) -> Result<Measured> {
    let mut process = place.open(None)?;
    let url = begin(&mut process, DoorKind::Scheme)?;
    // Before the true one exists, forged ones alone: not a byte of the vault may change.
    let before = files(place.folder())?;
    let redirect_uri = redirect_uri(&url)?;
    let nothing = Ask::Flood {
        forged: forged / 2,
        link: format!("{redirect_uri}?code=x&state=nobody-knows-it"),
        redirect_uri: redirect_uri.clone(),
    };
    let mut answered;
    match process.ask(&nothing)? {
        Said::Flooded {
            landed: Landed::Unknown,
            taken: 0,
            untouched,
            ..
        } => answered = untouched,
        other => return Err(unexpected(&other)),
    }
    if files(place.folder())? != before {
        return Err(broken("forged redirects changed the vault"));
    }
    // What the person does at the provider is counted in.
    let from = Instant::now();
    let link = provider.redirect("first", &url)?;
    let at_the_provider = from.elapsed();
    let flood = Ask::Flood {
        forged: forged - forged / 2,
        link,
        redirect_uri,
    };
    match process.ask(&flood)? {
        Said::Flooded {
            landed: Landed::SignedIn,
            milliseconds,
            taken: 0,
            grown_kib,
            untouched,
        } => {
            process.quit()?;
            answered += untouched;
            Ok(Measured {
                took: at_the_provider + Duration::from_millis(milliseconds),
                grown_kib,
                answered,
            })
        }
        Said::Flooded { landed, taken, .. } => {
            Err(broken(format!("the true one: {landed:?}; {taken} forged ones taken")))
        }
        other => Err(unexpected(&other)),
    }
}

fn by_loopback(harness: &Harness, place: &Place<'_>, provider: &Provider, forged: usize) -> Result<Measured> {
    let mut process = place.open(None)?;
    let url = begin(&mut process, DoorKind::Loopback)?;
    let before = files(place.folder())?;
    let resident = resident_kib(process.id());
    let to = redirect_uri(&url)?;
    let mut answered = harness
        .runtime()
        .block_on(knock(to.clone(), forged / 2, Arc::default()));
    if files(place.folder())? != before {
        return Err(broken("forged redirects changed the vault"));
    }
    // In the middle of the others: the robot person starts when half of them are on their way.
    let begun = Arc::new(Notify::new());
    let others = harness.runtime().spawn(knock(to, forged - forged / 2, begun.clone()));
    harness.runtime().block_on(begun.notified());
    let from = Instant::now();
    let link = provider.redirect("first", &url)?;
    let status = harness.runtime().block_on(get(&link))?;
    let took = from.elapsed();
    if !matches!(status, 200..=399) {
        return Err(broken(format!("the true redirect was answered with {status}")));
    }
    answered += harness
        .runtime()
        .block_on(others)
        .map_err(|_| broken("the forged redirects panicked"))?;
    let grown_kib = resident_kib(process.id()).saturating_sub(resident);
    if accounts(&mut process)?.len() != 1 {
        return Err(broken("the true redirect signed nobody in"));
    }
    process.quit()?;
    Ok(Measured {
        took,
        grown_kib,
        answered,
    })
}

/// Sends forged redirects over many connections at once, and says when half of them are on their way. How many were
/// answered, with whatever status.
async fn knock(redirect_uri: String, forged: usize, half: Arc<Notify>) -> usize {
    let mut tasks = JoinSet::new();
    let mut answered = 0;
    let is_answer =
        |joined: Option<std::result::Result<Result<u16>, _>>| usize::from(matches!(joined, Some(Ok(Ok(_)))));
    for number in 0..forged {
        if tasks.len() >= CONNECTIONS {
            answered += is_answer(tasks.join_next().await);
        }
        if number == forged / 2 {
            half.notify_one();
        }
        let link = format!("{redirect_uri}?code=forged-{number:032}&state={number:043}");
        tasks.spawn(async move { get(&link).await });
    }
    while !tasks.is_empty() {
        answered += is_answer(tasks.join_next().await);
    }
    answered
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_which_much_was_not_answered_or_in_which_the_true_one_is_late_is_not_kept() {
        let measured = |took, grown_kib, answered| Measured {
            took: Duration::from_millis(took),
            grown_kib,
            answered,
        };
        assert!(judge("link", 1_000, &measured(2_000, MOST_GROWTH, 990)).is_empty());
        assert_eq!(judge("link", 1_000, &measured(2_000, 0, 989)).len(), 1);
        assert_eq!(judge("link", 1_000, &measured(2_001, MOST_GROWTH + 1, 1_000)).len(), 2);
    }

    #[test]
    fn one_that_is_not_answered_is_not_counted() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        // A port that was free a moment ago, and where nobody listens.
        let nobody = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let answered = runtime.block_on(knock(format!("http://{nobody}/callback/op"), 10, Arc::default()));
        assert_eq!(answered, 0);
    }
}
