//! A thousand accounts: what one costs among them, what listing them costs, and renewing all.

use std::time::{Duration, Instant};

use crate::error::{Result, broken};
use crate::harness::Harness;
use crate::keyring::Keyring;
use crate::measure::threads;
use crate::place::{Place, advance, open, sign_in, unexpected};
use crate::process::Process;
use crate::provider::{LIFETIME, Provider};
use crate::report::Row;
use crate::wire::{Ask, Cost, Said};

/// One account among many may cost this many times what it costs among few.
const MOST_TIMES: f64 = 1.2;
/// Listing may cost this much more than the number of accounts says: what is read once at the start is spread over fewer.
const LIST_SLACK: f64 = 1.1;
/// Requests to the provider at a time, when all accounts are renewed.
const MOST_AT_ONCE: usize = 8;
/// Turns of measuring, few and many in alternation, so that what else the machine does meets both.
const TURNS: usize = 200;
/// Openings in a turn: so many that what finding the account left in the processor's caches is soon gone.
const OPENINGS: usize = 50;
/// How long two processes may take until the threads that their start left waiting for work have ended.
const AT_REST: Duration = Duration::from_secs(60);

const FEW: usize = 10;

/// All three.
///
/// # Errors
/// What keeps the scenario from being run at all.
pub(crate) fn accounts(harness: &Harness) -> Result<Row> {
    let sizes = harness.by_size([FEW, 40, 200], [FEW, 100, 1_000]);
    let many = sizes[2];
    let keyring = Keyring::start()?;
    let provider = Provider::start(harness.runtime(), false, many, 100_000)?;
    let place = |number: usize| -> Result<(Place<'_>, Process)> {
        let mut place = Place::new(&harness.program, &provider, &keyring)?;
        if harness.size == crate::Size::Long {
            // Twenty thousand openings, each with all its steps.
            place = place.without_logs();
        }
        let mut process = place.open(None)?;
        harness.tell(&format!("signing {number} people in"));
        for person in 0..number {
            sign_in(&mut process, &provider, &format!("p{person}"))?;
        }
        process.quit()?;
        // A new process, as a new day's: what so many sign-ins leave in one (threads that wait for work) is not what accounts cost.
        let process = place.open(None)?;
        Ok((place, process))
    };
    let mut places = sizes.iter().map(|number| place(*number)).collect::<Result<Vec<_>>>()?;
    let mut wrong = Vec::new();

    harness.tell("opening one of them");
    let opening = opening(&mut places)?;
    // Bytes and reads are the same in each run; time is not, and counts where the machine has little else to do.
    let timed = (harness.size == crate::Size::Long).then_some(opening.time);
    for (what, times) in [
        ("bytes", Some(opening.bytes)),
        ("reads", Some(opening.reads)),
        ("time", timed),
    ] {
        if let Some(times) = times.filter(|times| *times > MOST_TIMES) {
            wrong.push(format!("one account among {many} costs {times:.2} times the {what}"));
        }
    }

    harness.tell("listing them");
    let mut listings = Vec::new();
    for ((_, process), number) in places.iter_mut().zip(sizes) {
        let listing = cost(process, &Ask::ListCost)?;
        if listing.accounts != number {
            wrong.push(format!("{} accounts were listed of {number}", listing.accounts));
        }
        listings.push(listing);
    }
    wrong.extend(judge_listings(&sizes, &listings));

    harness.tell(&format!("renewing all {many}"));
    let mut last = None;
    for (place, process) in places {
        process.quit()?;
        harness.search(&place)?;
        last = Some(place);
    }
    let place = last.ok_or_else(|| broken("there is no place"))?;
    let (sent, most) = renewing(&place, &provider)?;
    if sent != many || most > MOST_AT_ONCE || provider.refusals("invalid_grant") > 0 {
        wrong.push(format!("{sent} requests renewed {many} accounts, {most} at once"));
    }
    harness.search(&place)?;
    let reads: Vec<String> = listings.iter().map(|listing| listing.reads.to_string()).collect();
    Ok(Row {
        what: format!("{many} accounts"),
        figure: format!(
            "one costs at most {MOST_TIMES} times what it costs among {FEW}; listing grows no faster than their number; all \
             are renewed, at most {MOST_AT_ONCE} at a time"
        ),
        measured: format!(
            "{:.2} times the time, {:.2} times the bytes, {:.2} times the reads; {} of them are listed by {} reads; {sent} \
             renewed, {most} at a time",
            opening.time,
            opening.bytes,
            opening.reads,
            sizes.map(|number| number.to_string()).join(", "),
            reads.join(", ")
        ),
        kept: wrong.is_empty(),
        wrong,
    })
}

/// What one account costs among many, in parts of what it costs among few.
struct Opening {
    time: f64,
    bytes: f64,
    reads: f64,
}

/// Few and many in turns, one right after the other: whatever else the machine does meets both, and the median of the
/// ratios does not know of it.
fn opening(places: &mut [(Place<'_>, Process)]) -> Result<Opening> {
    let [(_, few), .., (_, many)] = places else {
        return Err(broken("too few places"));
    };
    come_to_rest(few, many)?;
    let (mut times, mut bytes, mut reads) = (Vec::new(), (0, 0), (0, 0));
    for turn in 0..TURNS {
        let subject = Provider::subject(&format!("p{}", turn % FEW));
        let ask = Ask::Cost {
            subject,
            times: OPENINGS,
        };
        // Who is first has the colder cache: each is so in every other turn.
        let (among_few, among_many) = if turn % 2 == 0 {
            let among_few = cost(few, &ask)?;
            (among_few, cost(many, &ask)?)
        } else {
            let among_many = cost(many, &ask)?;
            (cost(few, &ask)?, among_many)
        };
        times.push(ratio(among_many.nanoseconds, among_few.nanoseconds));
        bytes = (bytes.0 + among_few.bytes, bytes.1 + among_many.bytes);
        reads = (reads.0 + among_few.reads, reads.1 + among_many.reads);
    }
    times.sort_by(f64::total_cmp);
    Ok(Opening {
        time: times.get(times.len() / 2).copied().unwrap_or(f64::MAX),
        bytes: ratio(bytes.1, bytes.0),
        reads: ratio(reads.1, reads.0),
    })
}

/// Waits until both have as many threads as the other, and no more than a client at rest. Threads take turns at the work, each with
/// cold caches, and a start that read a thousand accounts leaves more of them than one that read ten.
fn come_to_rest(few: &Process, many: &Process) -> Result<()> {
    let until = Instant::now() + AT_REST;
    let mut last = (0, 0);
    // For a second, and not once: a number that is passed through is no rest.
    let mut same = 0;
    while same < 20 {
        if Instant::now() > until {
            return Err(broken("the processes to be measured do not come to rest"));
        }
        std::thread::sleep(Duration::from_millis(50));
        let now = (threads(few.id()), threads(many.id()));
        same = if now == last && now.0 == now.1 { same + 1 } else { 0 };
        last = now;
    }
    Ok(())
}

fn ratio(many: u64, few: u64) -> f64 {
    many as f64 / few.max(1) as f64
}

/// From each number of accounts to the next greater one, bytes and reads grow no faster than the number.
fn judge_listings(sizes: &[usize], listings: &[Cost]) -> Vec<String> {
    let mut wrong = Vec::new();
    let pairs = sizes.windows(2).zip(listings.windows(2));
    for (number, listing) in pairs {
        let ([fewer, more], [less, greater]) = (number, listing) else {
            continue;
        };
        let most = *more as f64 / *fewer as f64 * LIST_SLACK;
        for (what, times) in [
            ("bytes", ratio(greater.bytes, less.bytes)),
            ("reads", ratio(greater.reads, less.reads)),
        ] {
            if times > most {
                wrong.push(format!(
                    "listing {more} accounts takes {times:.1} times the {what} of {fewer}"
                ));
            }
        }
    }
    wrong
}

/// A fresh process renews all accounts as it finds them: how many requests that takes, and how many at once.
fn renewing(place: &Place<'_>, provider: &Provider) -> Result<(usize, usize)> {
    let mut process = place.start(None)?;
    open(&mut process)?;
    provider.advance(LIFETIME);
    advance(&mut process, LIFETIME)?;
    provider.take_most_at_once();
    let before = provider.grants("refresh_token");
    match process.ask(&Ask::RefreshAll)? {
        Said::Refreshed { .. } => {}
        other => return Err(unexpected(&other)),
    }
    let sent = provider.grants("refresh_token") - before;
    let most = provider.take_most_at_once();
    process.quit()?;
    Ok((sent, most))
}

fn cost(process: &mut Process, ask: &Ask) -> Result<Cost> {
    match process.ask(ask)? {
        Said::Cost(cost) if cost.bytes == 0 => Err(broken("nothing was read, so nothing was measured")),
        Said::Cost(cost) => Ok(cost),
        other => Err(unexpected(&other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_that_grows_faster_than_the_number_of_accounts_is_seen_by_bytes_and_by_reads() {
        let listing = |bytes, reads| Cost {
            nanoseconds: 0,
            bytes,
            reads,
            accounts: 0,
        };
        let judged = |last| judge_listings(&[10, 100, 1_000], &[listing(50, 20), listing(500, 200), last]);
        assert!(judged(listing(5_000, 2_000)).is_empty());
        assert_eq!(judged(listing(5_600, 2_000)).len(), 1);
        assert_eq!(judged(listing(50_000, 20_000)).len(), 2);
    }
}
