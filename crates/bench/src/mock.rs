//! mock-op beside other mock providers: sign-ins a second, processor time, start, memory. One processor serves, another drives.

mod http;
mod server;
mod sign_in;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;

use self::http::Connection;
use self::server::{Places, Server, Which};
use self::sign_in::{Endpoints, sign_in};
use crate::error::{Result, broken};
use crate::report::{Row, median};

/// Browsers at once.
const AT_ONCE: usize = 16;
/// Rounds of each server, in turn, and how long one is. The first is not counted: what a runtime has not compiled yet is slow.
const ROUNDS: usize = 4;
const ROUND: Duration = Duration::from_secs(3);
/// Starts of each.
const STARTS: usize = 11;
/// Sign-ins after which memory is looked at.
const MANY: u64 = 100_000;
/// Signatures that are timed together.
const SIGNATURES: u32 = 2_000;

/// The servers in turn.
const ALL: [Which; 3] = [Which::MockOp, Which::Axa, Which::OidcProvider];

/// What one server did in its rounds.
#[derive(Default)]
struct Did {
    /// Sign-ins a second.
    rates: Vec<f64>,
    /// Microseconds of processor time, of the server and of this process, for a sign-in.
    server: Vec<f64>,
    driver: Vec<f64>,
}

/// All rows.
///
/// # Errors
/// `Impossible` where a program is missing, `Broken` when one of them does not do what it must.
pub(crate) async fn run(mock_op: PathBuf, others: PathBuf) -> Result<Vec<Row>> {
    let places = Places { mock_op, others };
    let mut rows = Vec::new();
    for (alg, at_most) in [("ES256", 1.0 / 3.3), ("RS256", 1.0 / 1.8)] {
        rows.extend(rates(&places, alg, at_most).await?);
    }
    rows.extend(starts(&places).await?);
    rows.extend(memory(&places).await?);
    Ok(rows)
}

/// Sign-ins until the time is over, from as many browsers as [`AT_ONCE`]. How many, and in how many seconds.
async fn drive(endpoints: &Endpoints, until: impl Fn(u64) -> bool + Clone + Send + 'static) -> Result<(u64, f64)> {
    let done = Arc::new(AtomicU64::new(0));
    let from = Instant::now();
    let browsers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (endpoints, done, until) = (endpoints.clone(), Arc::clone(&done), until.clone());
            tokio::spawn(async move {
                let mut connection = Connection::open(&endpoints.host).await?;
                loop {
                    let number = done.fetch_add(1, Ordering::Relaxed);
                    if until(number) {
                        done.fetch_sub(1, Ordering::Relaxed);
                        return Ok(());
                    }
                    sign_in(&mut connection, &endpoints, number).await?;
                }
            })
        })
        .collect();
    for browser in browsers {
        browser.await.map_err(broken("a browser"))??;
    }
    Ok((done.load(Ordering::Relaxed), from.elapsed().as_secs_f64()))
}

/// The processor's time of this process so far, in microseconds.
fn own_time() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/schedstat").map_err(broken("this process"))?;
    let nanoseconds = stat
        .split_whitespace()
        .next()
        .and_then(|number| number.parse::<f64>().ok());
    nanoseconds
        .map(|number| number / 1e3)
        .ok_or("odd")
        .map_err(broken("this process"))
}

async fn rates(places: &Places, alg: &str, at_most: f64) -> Result<Vec<Row>> {
    let mut servers = Vec::new();
    for which in ALL {
        let server = Server::start(which, places, alg).await?;
        let endpoints = Endpoints::of(&server.issuer).await?;
        servers.push((which, server, endpoints, Did::default()));
    }
    for round in 0..=ROUNDS {
        eprintln!("sign-ins, {alg}: round {round} of {ROUNDS}");
        for (_, server, endpoints, did) in &mut servers {
            let end = Instant::now() + ROUND;
            let (server_before, own_before) = (server.processor_time()?, own_time()?);
            let (sign_ins, seconds) = drive(endpoints, move |_| Instant::now() >= end).await?;
            let sign_ins = sign_ins as f64;
            if round > 0 {
                did.rates.push(sign_ins / seconds);
                did.server.push((server.processor_time()? - server_before) / sign_ins);
                did.driver.push((own_time()? - own_before) / sign_ins);
            }
        }
    }
    let signature = if alg == "RS256" { Some(signature()?) } else { None };
    let rate_of_axa = servers.iter().find(|(which, ..)| *which == Which::Axa);
    let rate_of_axa = rate_of_axa.and_then(|(.., did)| median(did.rates.clone()));
    let mut rows = Vec::new();
    for (which, _, _, did) in servers {
        let (rate, server, driver) = (median(did.rates), median(did.server), median(did.driver));
        let note = format!(
            "{:.0} sign-ins a second; for each {:.0} µs of the server, {:.0} µs of what drives it",
            rate.unwrap_or_default(),
            server.unwrap_or_default(),
            driver.unwrap_or_default()
        );
        let ours = which == Which::MockOp;
        rows.push(Row {
            what: match ours {
                true => format!("a sign-in with its pages, {alg}, in times of oauth2-mock-server's without"),
                false => format!("- {}, {alg}", which.name()),
            },
            ratio: rate_of_axa.zip(rate).map(|(axa, rate)| axa / rate),
            at_most: ours.then_some(at_most),
            note,
            failed: false,
        });
        if let (true, Some(signature), Some(server)) = (ours, signature, server) {
            rows.push(Row {
                what: "its processor time beyond the bare signature, RS256, in times of 115 µs".into(),
                ratio: Some((server - signature) / 115.0),
                at_most: Some(1.0),
                note: format!("{server:.0} µs, the bare signature {signature:.0} µs"),
                failed: false,
            });
        }
    }
    Ok(rows)
}

/// Microseconds of one RS256 signature with a key of 2048 bits and nothing around it.
fn signature() -> Result<f64> {
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(broken("a key"))?;
    let (random, mut signature) = (SystemRandom::new(), vec![0; key.public_modulus_len()]);
    let mut times = Vec::new();
    for _ in 0..5 {
        let from = Instant::now();
        for _ in 0..SIGNATURES / 5 {
            key.sign(&RSA_PKCS1_SHA256, &random, b"a message", &mut signature)
                .map_err(broken("a signature"))?;
        }
        times.push(from.elapsed().as_secs_f64() * 1e6 / f64::from(SIGNATURES / 5));
    }
    median(times).ok_or("none").map_err(broken("a signature"))
}

async fn starts(places: &Places) -> Result<Vec<Row>> {
    let mut times: [Vec<f64>; 3] = Default::default();
    for start in 0..STARTS {
        eprintln!("starts: {start} of {STARTS}");
        for (which, times) in ALL.into_iter().zip(&mut times) {
            times.push(Server::first_answer(which, places, "ES256").await?);
        }
    }
    let medians = times.map(median);
    let rows = ALL.into_iter().zip(medians).map(|(which, time)| Row {
        what: match which {
            Which::MockOp => "start to the first answer, fresh keys, in times of oauth2-mock-server's".into(),
            _ => format!("- {}", which.name()),
        },
        ratio: time.zip(medians[1]).map(|(time, axa)| time / axa),
        at_most: (which == Which::MockOp).then_some(0.1),
        note: format!("{:.1} ms", time.unwrap_or_default()),
        failed: false,
    });
    Ok(rows.collect())
}

async fn memory(places: &Places) -> Result<Vec<Row>> {
    let mut idle = Vec::new();
    let mut rows = Vec::new();
    for which in ALL {
        let server = Server::start(which, places, "ES256").await?;
        // One answer each, so that what is made when it is first asked for is there.
        let endpoints = Endpoints::of(&server.issuer).await?;
        idle.push((which, server.memory()?));
        if which == Which::MockOp {
            let before = server.memory()?;
            eprintln!("memory: {MANY} sign-ins");
            drive(&endpoints, |number| number >= MANY).await?;
            let after = server.memory()?;
            rows.push(Row {
                what: format!("memory after {MANY} sign-ins, in times of its own at rest"),
                ratio: Some(after / before),
                at_most: Some(3.0),
                note: format!("{before:.1} MiB, then {after:.1} MiB"),
                failed: false,
            });
        }
    }
    let axa = idle[1].1;
    let idle = idle.into_iter().map(|(which, memory)| Row {
        what: match which {
            Which::MockOp => "memory at rest, in times of oauth2-mock-server's".into(),
            _ => format!("- {}", which.name()),
        },
        ratio: Some(memory / axa),
        at_most: (which == Which::MockOp).then_some(0.1),
        note: format!("{memory:.1} MiB"),
        failed: false,
    });
    Ok(idle.chain(rows).collect())
}
