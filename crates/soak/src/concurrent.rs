//! Many who want a new token at the same moment: exactly one request.

use crate::error::{Result, broken};
use crate::harness::Harness;
use crate::keyring::Keyring;
use crate::place::{Place, advance, unexpected};
use crate::process::{Heard, Process};
use crate::provider::{LIFETIME, Provider};
use crate::report::Row;
use crate::wire::{Ask, Said};

const PERSON: &str = "first";

/// Many tasks of one process.
///
/// # Errors
/// What keeps the scenario from being run at all.
pub(crate) fn tasks(harness: &Harness) -> Result<Row> {
    let (tasks, rounds) = harness.by_size((100, 20), (1_000, 1_000));
    rounds_of(
        harness,
        1,
        tasks,
        rounds,
        format!("concurrent refresh, one process: {tasks} tasks x {rounds} rounds"),
    )
}

/// Many processes, at a provider that revokes all tokens of a person when one refresh token comes twice.
///
/// # Errors
/// What keeps the scenario from being run at all.
pub(crate) fn processes(harness: &Harness) -> Result<Row> {
    let (processes, rounds) = harness.by_size((4, 10), (16, 200));
    let what = format!("concurrent refresh, {processes} processes x {rounds} rounds, reuse is punished");
    rounds_of(harness, processes, 1, rounds, what)
}

fn rounds_of(harness: &Harness, processes: usize, tasks: usize, rounds: usize, what: String) -> Result<Row> {
    let keyring = Keyring::start()?;
    let provider = Provider::start(harness.runtime(), false, 0, 100_000)?;
    let mut place = Place::new(&harness.program, &provider, &keyring)?;
    if harness.size == crate::Size::Long {
        // A million refreshes, each with all its steps, would fill a disk.
        place = place.without_logs();
    }
    place.sign_in(&[PERSON])?;
    let mut all = (0..processes).map(|_| place.open(None)).collect::<Result<Vec<_>>>()?;
    let mut wrong = Vec::new();
    let (mut fewest, mut most) = (usize::MAX, 0);
    for round in 1..=rounds {
        if round % (rounds / 10).max(1) == 0 {
            harness.tell(&format!("round {round} of {rounds}"));
        }
        let before = provider.grants("refresh_token");
        let ended = one_round(&provider, &mut all, tasks);
        let sent = provider.grants("refresh_token") - before;
        (fewest, most) = (fewest.min(sent), most.max(sent));
        if sent != 1 {
            wrong.push(format!("round {round}: {sent} requests"));
        }
        if let Err(error) = ended {
            wrong.push(format!("round {round}: {error}"));
            break;
        }
    }
    for process in all {
        process.quit()?;
    }
    let refused = provider.refusals("invalid_grant");
    if refused > 0 {
        wrong.push(format!("{refused} answers were invalid_grant"));
    }
    harness.search(&place)?;
    Ok(Row {
        what,
        figure: "exactly 1 request a round, 0 invalid_grant".into(),
        measured: format!("{fewest} to {most} requests a round, {refused} invalid_grant"),
        kept: wrong.is_empty(),
        wrong,
    })
}

/// All clocks go forward past the token's end, then all want one at once.
fn one_round(provider: &Provider, all: &mut [Process], tasks: usize) -> Result<()> {
    provider.advance(LIFETIME);
    for process in &mut *all {
        advance(process, LIFETIME)?;
    }
    for process in &mut *all {
        process.send(&Ask::Refresh {
            subject: Provider::subject(PERSON),
            tasks,
        })?;
    }
    for process in all {
        match process.hear()? {
            Heard::Said(Said::Refreshed { failed: 0, .. }) => {}
            Heard::Said(Said::Refreshed { failed, why }) => {
                return Err(broken(format!("{failed} were refused: {why:?}")));
            }
            Heard::Said(other) => return Err(unexpected(&other)),
            Heard::Stopped => return Err(broken("stopped where it was not expected to")),
        }
    }
    Ok(())
}
