//! A thousand accounts: what one costs among them, what listing them costs, and renewing all.

use crate::error::{Result, broken};
use crate::harness::Harness;
use crate::keyring::Keyring;
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
const TURNS: usize = 40;

const FEW: usize = 10;

/// All three.
///
/// # Errors
/// What keeps the scenario from being run at all.
pub(crate) fn accounts(harness: &Harness) -> Result<Row> {
    let many = harness.by_size(200, 1_000);
    let keyring = Keyring::start()?;
    let provider = Provider::start(harness.runtime(), false, many, 100_000)?;
    let place = |number: usize| -> Result<(Place<'_>, Process)> {
        let place = Place::new(&harness.program, &provider, &keyring)?.without_logs();
        let mut process = place.open(None)?;
        harness.tell(&format!("signing {number} people in"));
        for person in 0..number {
            sign_in(&mut process, &provider, &format!("p{person}"))?;
        }
        Ok((place, process))
    };
    let (_few, mut few) = place(FEW)?;
    let (middle_place, mut middle) = place(many / 10)?;
    let (many_place, mut all) = place(many)?;
    let mut wrong = Vec::new();

    let mut fastest = (u64::MAX, u64::MAX);
    let mut bytes = (0, 0);
    for turn in 0..TURNS {
        let person = Provider::subject(&format!("p{}", turn % FEW));
        let one = |process: &mut Process| {
            let subject = person.clone();
            cost(process, &Ask::Cost { subject, times: 20 })
        };
        let (among_few, among_many) = (one(&mut few)?, one(&mut all)?);
        // Whatever else the machine does only adds to a turn's median: the least of them is the nearest to what it costs.
        fastest = (
            fastest.0.min(among_few.nanoseconds),
            fastest.1.min(among_many.nanoseconds),
        );
        bytes = (bytes.0 + among_few.bytes, bytes.1 + among_many.bytes);
    }
    let time = fastest.1 as f64 / fastest.0.max(1) as f64;
    let read = bytes.1 as f64 / bytes.0.max(1) as f64;
    // Bytes are the same in each run; time is not, and counts where the machine has little else to do.
    if read > MOST_TIMES {
        wrong.push(format!("one account among {many} reads {read:.2} times the bytes"));
    }
    if harness.size == crate::Size::Long && time > MOST_TIMES {
        wrong.push(format!("one account among {many} takes {time:.2} times the time"));
    }

    let (some_list, all_list) = (cost(&mut middle, &Ask::ListCost)?, cost(&mut all, &Ask::ListCost)?);
    if (some_list.accounts, all_list.accounts) != (many / 10, many) {
        wrong.push(format!(
            "{} and {} accounts were listed",
            some_list.accounts, all_list.accounts
        ));
    }
    let listing = all_list.bytes as f64 / some_list.bytes.max(1) as f64;
    if listing > 10.0 * LIST_SLACK {
        wrong.push(format!(
            "listing ten times the accounts reads {listing:.1} times the bytes"
        ));
    }
    few.quit()?;
    middle.quit()?;
    harness.search(&middle_place)?;

    harness.tell(&format!("renewing all {many}"));
    // A fresh process, with the accounts as it finds them.
    all.quit()?;
    let mut all = many_place.start(None)?;
    open(&mut all)?;
    provider.advance(LIFETIME);
    advance(&mut all, LIFETIME)?;
    provider.take_most_at_once();
    let before = provider.grants("refresh_token");
    match all.ask(&Ask::RefreshAll)? {
        Said::Refreshed { .. } => {}
        other => return Err(unexpected(&other)),
    }
    let (sent, most) = (provider.grants("refresh_token") - before, provider.take_most_at_once());
    if sent != many || most > MOST_AT_ONCE || provider.refusals("invalid_grant") > 0 {
        wrong.push(format!("{sent} requests renewed {many} accounts, {most} at once"));
    }
    all.quit()?;
    harness.search(&many_place)?;
    Ok(Row {
        what: format!("{many} accounts"),
        figure: format!(
            "one costs at most 1.2 times what it costs among {FEW}; listing grows no faster than their number; \
             all are renewed, at most {MOST_AT_ONCE} at a time"
        ),
        measured: format!(
            "{time:.2} times the time, {read:.2} times the bytes; ten times as many are listed by {listing:.1} times \
             the bytes; {sent} renewed, {most} at a time"
        ),
        kept: wrong.is_empty(),
        wrong,
    })
}

fn cost(process: &mut Process, ask: &Ask) -> Result<Cost> {
    match process.ask(ask)? {
        Said::Cost(cost) if cost.bytes == 0 => Err(broken("nothing was read, so nothing was measured")),
        Said::Cost(cost) => Ok(cost),
        other => Err(unexpected(&other)),
    }
}
