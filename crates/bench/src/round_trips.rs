//! How many round trips to the provider lie between the browser's callback and the profile.
//!
//! Providers, proxies, clients and people are all in one process, which must be started with `SSL_CERT_FILE` naming a file that
//! may be written: the throw-away authorities of the providers go there, because released clients trust the system's store alone.

mod ours;
mod usual;

use std::path::Path;
use std::time::Duration;

use mock_op::MockOp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::error::{BenchError, Result, broken};
use crate::proxy::{Proxy, Unconnected, Way};
use crate::report::{Row, median};

/// What the proxy adds, there and back.
const ROUND_TRIP: Duration = Duration::from_millis(100);
/// How long a server keeps a connection over which nothing comes, where it closes any.
const CLOSES_IDLE: Duration = Duration::from_secs(5);
/// How long the person is in the browser, in seconds, the longest first: then no callback of one meets another's.
const IN_BROWSER: [u64; 3] = [90, 30, 3];
/// Sign-ins of each kind.
const SIGN_INS: u32 = 5;
/// Between the beginnings of two sign-ins, so that each has the machine to itself when its callback comes.
const APART: Duration = Duration::from_millis(300);

/// The most round trips over HTTP/2, and over HTTP/1.1 with the two of a new connection: one of TCP, one of TLS 1.3.
const AT_MOST: f64 = 1.3;
const NEW_CONNECTION: f64 = 2.0;

/// When a server closes a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// Not before the person is back.
    Endless,
    /// When no byte came over it for five seconds: the PINGs of HTTP/2 keep it.
    WhileBytesCome,
    /// When nothing was asked over it for five seconds, whatever PINGs come.
    WhileAsked,
}

const PATIENCES: [Patience; 3] = [Patience::Endless, Patience::WhileBytesCome, Patience::WhileAsked];

/// One kind of sign-in.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    http2: bool,
    patience: Patience,
    in_browser: u64,
}

/// Who signs in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Ours,
    Usual,
}

/// A provider behind a proxy.
struct Far {
    http2: bool,
    patience: Patience,
    op: MockOp,
    _proxy: Proxy,
}

/// All kinds of sign-ins, ours and the usual way, a minute and a half of the person's time and what it takes to begin them.
///
/// # Errors
/// `Broken` when the stage cannot be set; what goes wrong in a sign-in is a row that is missed.
pub(crate) async fn run(trusted: &Path) -> Result<Vec<Row>> {
    let far = providers(trusted).await?;
    let mut results = JoinSet::new();
    let mut begins = Instant::now();
    for in_browser in IN_BROWSER {
        for _ in 0..SIGN_INS {
            for one in &far {
                let kind = Kind {
                    http2: one.http2,
                    patience: one.patience,
                    in_browser,
                };
                for who in [Who::Ours, Who::Usual] {
                    let (issuer, robot) = (one.op.issuer().to_owned(), one.op.robot());
                    results.spawn(async move {
                        sleep_until(begins).await;
                        let wait = Duration::from_secs(in_browser);
                        let took = match who {
                            Who::Ours => ours::sign_in(&issuer, robot, wait).await,
                            Who::Usual => usual::sign_in(&issuer, robot, wait).await,
                        };
                        (kind, who, took)
                    });
                    begins += APART;
                }
            }
        }
    }
    let total = results.len();
    let mut done = Vec::new();
    while let Some(one) = results.join_next().await {
        done.push(one.map_err(broken("a sign-in"))?);
        if done.len() % 20 == 0 {
            eprintln!("round trips: {} of {total} sign-ins", done.len());
        }
    }
    Ok(rows(&done))
}

/// A provider for each protocol, with and without patience; their authorities are trusted from here on.
async fn providers(trusted: &Path) -> Result<Vec<Far>> {
    let (mut far, mut authorities) = (Vec::new(), String::new());
    for http2 in [true, false] {
        for patience in PATIENCES {
            let proxy = Unconnected::listen().await?;
            let builder = MockOp::builder().profile_in_id_token().tls().behind(proxy.address());
            let builder = if http2 { builder } else { builder.http1_only() };
            let builder = match patience {
                Patience::WhileAsked => builder.closes_idle(CLOSES_IDLE),
                Patience::Endless | Patience::WhileBytesCome => builder,
            };
            let op = builder.start().await.map_err(broken("the provider"))?;
            let authority = op.ca_file().ok_or("it has none").map_err(broken("the authority"))?;
            authorities += &std::fs::read_to_string(authority).map_err(broken("the authority"))?;
            let way = Way {
                round_trip: ROUND_TRIP,
                closes_idle: (patience == Patience::WhileBytesCome).then_some(CLOSES_IDLE),
            };
            let proxy = proxy.to(op.address(), way);
            far.push(Far {
                http2,
                patience,
                op,
                _proxy: proxy,
            });
        }
    }
    std::fs::write(trusted, authorities).map_err(broken("the trusted authorities"))?;
    Ok(far)
}

fn rows(done: &[(Kind, Who, Result<Duration>)]) -> Vec<Row> {
    let mut rows = Vec::new();
    for http2 in [true, false] {
        for patience in PATIENCES {
            for in_browser in IN_BROWSER.into_iter().rev() {
                let kind = Kind {
                    http2,
                    patience,
                    in_browser,
                };
                rows.push(row(kind, Who::Ours, done));
                rows.push(row(kind, Who::Usual, done));
            }
        }
    }
    rows
}

fn row(kind: Kind, who: Who, done: &[(Kind, Who, Result<Duration>)]) -> Row {
    let these = || done.iter().filter(|(of, by, _)| *of == kind && *by == who);
    let took = these().filter_map(|(_, _, took)| took.as_ref().ok());
    let took: Vec<f64> = took.map(|took| took.as_secs_f64() * 1000.0).collect();
    let failures: Vec<String> = these()
        .filter_map(|(_, _, took)| took.as_ref().err().map(BenchError::to_string))
        .collect();
    let slowest = took.iter().copied().fold(0.0, f64::max);
    let mut note = format!("{} sign-ins, the slowest {slowest:.0} ms", took.len() + failures.len());
    if let Some(first) = failures.first() {
        note += &format!("; {} failed: {first}", failures.len());
    }
    let protocol = if kind.http2 { "HTTP/2" } else { "HTTP/1.1" };
    let server = match kind.patience {
        Patience::Endless => "",
        Patience::WhileBytesCome => ", closed after 5 s without a byte",
        Patience::WhileAsked => ", closed after 5 s without a request",
    };
    let sign_in = format!("{protocol}{server}, {} s in the browser", kind.in_browser);
    let (what, at_most) = match who {
        // What no PING keeps has to be opened anew, as over HTTP/1.1.
        Who::Ours if kind.http2 && kind.patience != Patience::WhileAsked => (sign_in, Some(AT_MOST)),
        Who::Ours => (sign_in, Some(AT_MOST + NEW_CONNECTION)),
        Who::Usual => ("- openidconnect 4.1, the usual way".to_owned(), None),
    };
    let median = median(took);
    Row {
        what,
        ratio: median.map(|took| took / (ROUND_TRIP.as_secs_f64() * 1000.0)),
        at_most,
        note,
        // A code that is lost is lost, however fast the others were.
        failed: !failures.is_empty(),
    }
}

/// Goes where the browser is sent, as a browser does.
pub(crate) async fn open(callback: String) -> std::io::Result<()> {
    let bad = || std::io::Error::from(std::io::ErrorKind::InvalidInput);
    let url = url::Url::parse(&callback).map_err(|_| bad())?;
    let (host, port) = url.host_str().zip(url.port()).ok_or_else(bad)?;
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut page = Vec::new();
    stream.read_to_end(&mut page).await.map(drop)
}
