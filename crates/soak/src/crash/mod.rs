//! SIGKILL at each named point, and what a fresh process then finds.

mod key;
mod refresh;
mod sign_in;
mod sign_out;
pub mod steps;
pub mod windows;

pub(crate) use refresh::renew;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use doorkey::points::Point;

use self::steps::steps;
use self::windows::{Act, After};
use crate::error::{Result, SoakError, broken};
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
/// Of a hundred runs the keychain may leave so many without an answer.
pub(crate) const MOST_SILENT_PERCENT: usize = 10;

/// What the runs at all points came to.
#[derive(Default)]
pub struct Tally {
    /// Runs by act and point, with what followed.
    pub after: BTreeMap<(Act, &'static str), BTreeMap<After, usize>>,
    /// Acts and points of which it was seen that the act does not pass the point, as the table says.
    pub unpassed: BTreeSet<(Act, &'static str)>,
    /// Runs that showed nothing, because the keychain did not answer in time; each was made once more.
    pub silent: usize,
    /// What must never happen, and did.
    pub wrong: Vec<String>,
}

impl Tally {
    /// Tells it at once: a long run is not waited for to hear of it.
    fn note(&mut self, harness: &Harness, wrong: String) {
        harness.tell(&wrong);
        self.wrong.push(wrong);
    }

    /// All runs that were judged.
    pub fn runs(&self) -> usize {
        self.after.values().flat_map(BTreeMap::values).sum()
    }

    fn add(&mut self, other: Self) {
        self.after.extend(other.after);
        self.unpassed.extend(other.unpassed);
        self.silent += other.silent;
        self.wrong.extend(other.wrong);
    }

    /// A machine on which the keychain often does not answer shows too little.
    fn judge_silence(&mut self) {
        if self.silent * 100 > self.runs() * MOST_SILENT_PERCENT {
            let (silent, runs) = (self.silent, self.runs());
            self.wrong.push(format!(
                "in {silent} runs beside {runs} the keychain did not answer in time: too many to be chance"
            ));
        }
    }
}

/// Runs these acts at all their points: several points at a time in the long form.
///
/// # Errors
/// What keeps the scenario from being run at all; what goes wrong in a run is in the tally.
pub fn run(harness: &Harness, acts: &[Act]) -> Result<Tally> {
    let rows: Vec<_> = windows::rows()
        .into_iter()
        .filter(|(act, _)| acts.contains(act))
        .collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // A run waits for its processes and the keyring more than it computes.
    let workers = harness.by_size(1, (cores + 1).min(rows.len()));
    let next = AtomicUsize::new(0);
    let work = || -> Result<Tally> {
        let mut tally = Tally::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some((act, point)) = rows.get(number) else {
                return Ok(tally);
            };
            harness.tell(&format!(
                "{}/{} {} at {}",
                number + 1,
                rows.len(),
                act.name(),
                point.name()
            ));
            tally.add(row_of(harness, *act, *point)?);
        }
    };
    let mut all = Tally::default();
    let done: Vec<Result<Tally>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let panicked = |_| Err(broken("a run panicked"));
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(panicked))
            .collect()
    });
    for tally in done {
        all.add(tally?);
    }
    all.judge_silence();
    Ok(all)
}

/// Which run comes next at a point: alone or beside another account, and in which passing.
struct Turn {
    alone: bool,
    passing: usize,
    /// How often each passing had its turn.
    rounds: usize,
    repeated: bool,
    always_alone: bool,
}

impl Turn {
    fn first(act: Act, point: Point) -> Self {
        Self {
            alone: true,
            passing: 1,
            rounds: 0,
            repeated: steps(act, point, true).is_some(),
            // The key goes with the last account only.
            always_alone: matches!(point, Point::SignOutBeforeKey | Point::SignOutMarkRemoved),
        }
    }

    /// After a run: the next passing, or where there is but one, the other company.
    fn go_on(&mut self) {
        if self.repeated {
            self.passing += 1;
        } else {
            self.begin_anew();
        }
    }

    /// All passings had their turn in this company: now in the other.
    fn begin_anew(&mut self) {
        self.passing = 1;
        self.rounds += 1;
        self.alone = !self.alone || self.always_alone;
    }

    /// Whether each passing had its turn, alone and beside another account.
    fn all_passed(&self) -> bool {
        !self.repeated || self.rounds >= 2
    }
}

/// All runs at one point of one act.
fn row_of(harness: &Harness, act: Act, point: Point) -> Result<Tally> {
    let mut tally = Tally::default();
    let name = point.name();
    // A keyring's file is written anew for each key: a fresh one for each point keeps that short.
    let mut keyring = Keyring::start()?;
    let times = harness.runs.unwrap_or(harness.by_size(3, 100));
    let most_silent = times.div_ceil(10).max(3);
    let mut turn = Turn::first(act, point);
    let mut done = 0;
    while done < times || !turn.all_passed() {
        let provider = Provider::start(harness.runtime(), act == Act::RefreshWithGrace, 0, 10_000)?;
        let run = Run {
            place: Place::new(&harness.program, &provider, &keyring)?,
            provider: &provider,
            stop_at: format!("{name}#{}", turn.passing),
            bystander: !turn.alone,
        };
        let here = format!("{} at {}, {}", act.name(), run.stop_at, run.company());
        let allowed = windows::allowed(act, point, turn.alone, turn.passing);
        match (run.go(act), allowed) {
            (Ok(Some(after)), allowed) => {
                *tally.after.entry((act, name)).or_default().entry(after).or_default() += 1;
                match allowed {
                    Some(allowed) if allowed.contains(&after) => {}
                    Some(allowed) => tally.note(harness, format!("{here}: {after:?}, and not {allowed:?}")),
                    None => tally.note(harness, format!("{here}: the act passes it oftener than is known")),
                }
                done += 1;
                turn.go_on();
            }
            (Ok(None), Some(_)) => {
                tally.note(harness, format!("{here}: the act never reaches it"));
                break;
            }
            (Ok(None), None) => {
                if turn.passing == 1 {
                    tally.unpassed.insert((act, name));
                    // Looked at once in each company: there is nothing to kill.
                    done = times;
                }
                turn.begin_anew();
            }
            (Err(SoakError::KeychainSilent(fault)), _) => {
                harness.tell(&format!("{here}: the keychain did not answer ({fault}); once more"));
                tally.silent += 1;
                if tally.silent > most_silent {
                    tally.note(harness, format!("{here}: the keychain does not answer ({fault})"));
                    break;
                }
            }
            (Err(error), allowed) => {
                tally.note(harness, format!("{here}: {error}"));
                done += 1;
                // An act that fails even where nothing stops it has no last passing.
                if allowed.is_none() || turn.passing > MOST_PASSINGS {
                    break;
                }
                turn.go_on();
            }
        }
        let searched = harness.search(&run.place);
        drop(run);
        let ended = keyring.has_ended();
        match searched {
            // Whatever the run came to, its key is not known any more.
            Err(SoakError::KeychainSilent(fault)) if ended => {
                harness.tell(&format!(
                    "{here}: its key cannot be searched for, the keyring has ended ({fault})"
                ));
            }
            Err(SoakError::KeychainSilent(fault)) => {
                tally.note(harness, format!("{here}: its key cannot be searched for: {fault}"));
            }
            searched => searched?,
        }
        if ended {
            // The system's program has failed, and not ours: the next run has one that lives.
            keyring = Keyring::start()?;
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

    fn company(&self) -> &'static str {
        if self.bystander {
            "beside another account"
        } else {
            "alone"
        }
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
    let points: BTreeSet<_> = tally.after.keys().map(|(_, point)| point).collect();
    Row {
        what: format!(
            "SIGKILL at each of {} points of sign-in, refresh, sign-out, key rotation",
            Point::ALL.len()
        ),
        figure: "0 half records, 0 codes or refresh tokens sent twice, a new sign-in in the stated windows only".into(),
        measured: format!(
            "{} runs at {} points, {asked} with a new sign-in, {} run again because the keychain did not answer, {} wrong",
            tally.runs(),
            points.len(),
            tally.silent,
            tally.wrong.len()
        ),
        kept: tally.wrong.is_empty(),
        wrong: tally.wrong.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_in_ten_may_be_made_once_more_and_no_more_than_that() {
        let tally = |runs, silent| {
            let mut tally = Tally {
                silent,
                ..Tally::default()
            };
            let after = BTreeMap::from([(After::AllOpens, runs)]);
            tally.after.insert((Act::Rotation, "rotation.begun"), after);
            tally.judge_silence();
            tally.wrong.len()
        };
        assert_eq!((tally(10, 1), tally(9, 1)), (0, 1));
        assert_eq!((tally(100, 10), tally(100, 11)), (0, 1));
        assert_eq!(tally(0, 0), 0);
    }

    #[test]
    fn each_passing_has_its_turn_alone_before_any_has_it_beside_another_account() {
        let mut turn = Turn::first(Act::Refresh, Point::FileBegun);
        let mut seen = Vec::new();
        while !turn.all_passed() {
            // The act passes the point twice.
            if turn.passing > 2 {
                turn.begin_anew();
            } else {
                seen.push((turn.alone, turn.passing));
                turn.go_on();
            }
        }
        assert_eq!(seen, [(true, 1), (true, 2), (false, 1), (false, 2)]);
    }

    #[test]
    fn where_a_point_is_passed_once_each_run_has_the_other_company() {
        let company = |point| {
            let mut turn = Turn::first(Act::SignOut, point);
            std::array::from_fn(|_| {
                let alone = turn.alone;
                turn.go_on();
                alone
            })
        };
        assert_eq!(company(Point::SignOutQueued), [true, false, true]);
        assert_eq!(company(Point::SignOutBeforeKey), [true, true, true]);
    }
}
