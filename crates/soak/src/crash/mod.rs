//! SIGKILL at each named point, and what a fresh process then finds.

mod key;
mod refresh;
mod sign_in;
mod sign_out;
pub mod windows;

pub(crate) use refresh::renew;

use std::collections::BTreeMap;

use doorkey::points::Point;

use self::windows::{Act, After, WINDOWS, Window};
use crate::error::{Result, broken};
use crate::harness::Harness;
use crate::keyring::Keyring;
use crate::place::Place;
use crate::process::Process;
use crate::provider::Provider;
use crate::report::Row;
use crate::wire::Ask;

/// One run: one vault, one act, one stop.
struct Run<'a> {
    place: Place<'a>,
    provider: &'a Provider,
    /// The point, and which passing of it: `file.begun#2`.
    stop_at: String,
    /// Another account is there too, which must stay whole.
    bystander: bool,
}

/// The person whose account it is, and the other.
const FIRST: &str = "first";
const SECOND: &str = "second";

/// More often than any act passes a point.
const MOST_PASSINGS: usize = 40;

/// What the runs at all points came to.
#[derive(Default)]
pub struct Tally {
    /// Runs by act and point, with what followed.
    pub after: BTreeMap<(Act, &'static str), BTreeMap<After, usize>>,
    /// What must never happen, and did.
    pub wrong: Vec<String>,
}

impl Tally {
    /// Tells it at once: a long run is not waited for to hear of it.
    fn note(&mut self, harness: &Harness, wrong: String) {
        harness.tell(&wrong);
        self.wrong.push(wrong);
    }

    /// All runs.
    pub fn runs(&self) -> usize {
        self.after.values().flat_map(BTreeMap::values).sum()
    }
}

/// Runs these acts at all their points.
///
/// # Errors
/// What keeps the scenario from being run at all; what goes wrong in a run is in the tally.
pub fn run(harness: &Harness, acts: &[Act]) -> Result<Tally> {
    let mut tally = Tally::default();
    let rows: Vec<&Window> = WINDOWS.iter().filter(|row| acts.contains(&row.act)).collect();
    for (number, row) in rows.iter().enumerate() {
        let name = row.point.name();
        harness.tell(&format!("{}/{} {} at {name}", number + 1, rows.len(), row.act.name()));
        // A keyring's file is written anew for each key: a fresh one for each point keeps that short.
        let keyring = Keyring::start()?;
        let times = harness.runs.unwrap_or(harness.by_size(3, 100));
        let mut passing = 1;
        let mut all_passed = false;
        let mut done = 0;
        // At a point that is passed more than once, each passing has its turn, at least once.
        while done < times || (windows::is_repeated(row.point) && !all_passed) {
            let provider = Provider::start(harness.runtime(), row.act == Act::RefreshWithGrace, 0, 10_000)?;
            let run = Run {
                place: Place::new(&harness.program, &provider, &keyring)?,
                provider: &provider,
                stop_at: format!("{name}#{passing}"),
                // The key goes with the last account only.
                bystander: done % 2 == 1 && !matches!(row.point, Point::SignOutBeforeKey | Point::SignOutMarkRemoved),
            };
            let outcome = run.go(row.act);
            match outcome {
                Ok(Some(after)) => {
                    *tally
                        .after
                        .entry((row.act, name))
                        .or_default()
                        .entry(after)
                        .or_default() += 1;
                    if !row.allowed.contains(&after) {
                        tally.note(harness, format!("{} at {}: {after:?}", row.act.name(), run.stop_at));
                    }
                    done += 1;
                    passing += usize::from(windows::is_repeated(row.point));
                }
                // Not so many passings: from the first again.
                Ok(None) if passing > 1 => {
                    all_passed = true;
                    passing = 1;
                }
                Ok(None) => {
                    tally.note(harness, format!("{} never reaches {name}", row.act.name()));
                    break;
                }
                // An act that fails even where nothing stops it has no last passing.
                Err(error) if passing > MOST_PASSINGS => {
                    tally.note(
                        harness,
                        format!("{} at {name}: there is no end to it: {error}", row.act.name()),
                    );
                    break;
                }
                Err(error) => {
                    tally.note(harness, format!("{} at {}: {error}", row.act.name(), run.stop_at));
                    done += 1;
                    passing += usize::from(windows::is_repeated(row.point));
                }
            }
            harness.search(&run.place)?;
        }
    }
    Ok(tally)
}

impl Run<'_> {
    /// Goes through the act to the stop, kills, and looks. `None` if the act ends before the stop comes.
    fn go(&self, act: Act) -> Result<Option<After>> {
        let after = match act {
            Act::SignIn => self.sign_in(),
            Act::Refresh | Act::RefreshWithGrace => self.refresh(),
            Act::SignOut => self.sign_out(),
            Act::Rotation => self.key(&Ask::Rotate),
            Act::Move => self.key(&Ask::Move),
        }?;
        // RFC 6749 section 4.1.2: a code is used once.
        let codes = self.provider.most_often("code");
        if codes > 1 {
            return Err(broken(format!("a code was sent {codes} times")));
        }
        // RFC 9700 section 4.14.2: a refresh token too, but for the one repeat that a provider states it allows.
        let tokens = self.provider.most_often("refresh_token");
        if tokens > 1 + usize::from(act == Act::RefreshWithGrace) {
            return Err(broken(format!("a refresh token was sent {tokens} times")));
        }
        let refusals = self.provider.refusals("invalid_grant");
        if refusals > 0 {
            return Err(broken(format!("{refusals} answers were invalid_grant")));
        }
        Ok(after)
    }

    /// A fresh process: every record opens, and the bystander is whole.
    fn next_start(&self) -> Result<Process> {
        let mut next = self.place.start(None)?;
        crate::place::check(&mut next)?;
        crate::place::done(&mut next, &Ask::MoveBack)?;
        crate::place::open(&mut next)?;
        self.bystander_is_whole(&mut next)?;
        Ok(next)
    }

    fn bystander_is_whole(&self, process: &mut Process) -> Result<()> {
        let second = Provider::subject(SECOND);
        let accounts = crate::place::accounts(process)?;
        let whole = accounts
            .iter()
            .any(|seen| seen.subject == second && !seen.ended && seen.renews_itself);
        if whole == self.bystander {
            Ok(())
        } else {
            Err(broken("the other account is not whole"))
        }
    }

    /// Who is there before the act, beside the bystander.
    fn people<'p>(&self, others: &[&'p str]) -> Vec<&'p str> {
        let mut people = others.to_vec();
        if self.bystander {
            people.push(SECOND);
        }
        people
    }
}

/// The row of the table.
pub fn row(tally: &Tally) -> Row {
    let asked: usize = tally
        .after
        .values()
        .flatten()
        .filter(|(after, _)| matches!(after, After::Lost | After::Forgotten | After::SignInAgain))
        .map(|(_, times)| times)
        .sum();
    let points: std::collections::BTreeSet<_> = tally.after.keys().map(|(_, point)| point).collect();
    Row {
        what: format!(
            "SIGKILL at each of {} points of sign-in, refresh, sign-out, key rotation",
            Point::ALL.len()
        ),
        figure: "0 half records, 0 codes or refresh tokens sent twice, a new sign-in in the stated windows only".into(),
        measured: format!(
            "{} runs at {} points, {asked} with a new sign-in, {} wrong",
            tally.runs(),
            points.len(),
            tally.wrong.len()
        ),
        kept: tally.wrong.is_empty(),
        wrong: tally.wrong.clone(),
    }
}
