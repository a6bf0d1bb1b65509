//! A disk that is full, read-only, not ours to write, or without file handles, at each moment of writing.
//!
//! A small file system is mounted where nobody else sees it, which takes a process of its own: [`faults`] starts it and
//! [`inside`] is what it does.

mod expected;
mod failing;

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use doorkey::points::Point;
use serde::{Deserialize, Serialize};

use self::expected::{Expected, expected};
use self::failing::{Disk, FAULTS, Fault};
use crate::canary::Searched;
use crate::crash::MOST_SILENT_PERCENT;
use crate::crash::renew;
use crate::crash::steps::{Step, steps};
use crate::crash::windows::Act;
use crate::error::{Result, SoakError, broken, system};
use crate::harness::{Harness, Size};
use crate::keyring::Keyring;
use crate::place::{Place, accounts, advance, check, open, unexpected};
use crate::process::{Heard, Process};
use crate::provider::{LIFETIME, Provider};
use crate::report::Row;
use crate::wire::{Ask, Landed, Named, Said};

/// So often the keychain may leave a run without an answer before the rest is given up.
const MOST_SILENT: usize = 20;

/// The points of each act, of its own and of the files.
fn points(act: Act) -> &'static [Point] {
    match act {
        Act::Refresh => &[
            Point::RefreshLocked,
            Point::FileBegun,
            Point::FileWritten,
            Point::FileFlushed,
            Point::FileRenamed,
        ],
        _ => &[
            Point::SignInReceived,
            Point::FileBegun,
            Point::FileWritten,
            Point::FileFlushed,
            Point::FileRenamed,
            Point::FileClaimed,
        ],
    }
}

/// What the inner process measured.
#[derive(Default, Serialize, Deserialize)]
struct Tally {
    runs: usize,
    typed: usize,
    /// Points of an act that were stopped at, with how often it passes them.
    passed: BTreeMap<String, usize>,
    /// Runs that were made once more, because the keychain did not answer.
    silent: usize,
    wrong: Vec<String>,
    searched: Searched,
}

/// Runs [`inside`] in a process with mounts of its own.
///
/// # Errors
/// `Impossible` where nobody lets us mount: the caller decides whether that is a failure.
pub(crate) fn faults(harness: &Harness) -> Result<Row> {
    let mut command = Command::new("unshare");
    // Without root, as root of a namespace of one's own, where the system allows that.
    let is_root = fs::read_to_string("/proc/self/status").is_ok_and(|status| status.contains("\nUid:\t0\t"));
    if !is_root {
        command.arg("--map-root-user");
    }
    command.args(["--mount", "--propagation", "private"]);
    let probe = Command::new("unshare")
        .args(command.get_args())
        .args(["mount", "-t", "tmpfs", "none", "/mnt"])
        .stderr(Stdio::null())
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        return Err(SoakError::Impossible(
            "nothing may be mounted, not even where nobody sees it".into(),
        ));
    }
    command.arg(&harness.program).arg("disk").stdin(Stdio::null());
    if harness.size == Size::Long {
        command.arg("--long");
    }
    let output = command.stderr(Stdio::inherit()).output().map_err(system("unshare"))?;
    let tally: Tally = serde_json::from_slice(&output.stdout)
        .map_err(|_| SoakError::Child(format!("ended without a result ({})", output.status)))?;
    let Tally {
        runs,
        typed,
        passed,
        silent,
        mut wrong,
        searched,
    } = tally;
    harness.add(searched);
    if silent * 100 > runs * MOST_SILENT_PERCENT {
        wrong.push(format!(
            "in {silent} runs beside {runs} the keychain did not answer in time"
        ));
    }
    Ok(Row {
        what: "disk full, read-only, permission denied, no file handles, at each write of a refresh and of a sign-in"
            .into(),
        figure: "typed, and the old record still opens, or the new one where it was in place".into(),
        measured: format!(
            "{runs} runs at {} points, passed {} times, {typed} with a typed error, {silent} run again because the keychain did \
             not answer, {} wrong",
            passed.len(),
            passed.values().sum::<usize>(),
            wrong.len()
        ),
        kept: wrong.is_empty(),
        wrong,
    })
}

/// What happens inside: all faults at all points of all writes of a refresh and of a sign-in. The result is printed.
///
/// # Errors
/// What keeps the scenario from being run at all.
pub fn inside(harness: &Harness) -> Result<()> {
    let mut tally = Tally::default();
    let mut keyring = Keyring::start()?;
    for fault in FAULTS {
        let typed_before = tally.typed;
        for act in [Act::Refresh, Act::SignIn] {
            harness.tell(&format!("{}, {fault:?}", act.name()));
            for point in points(act) {
                all_passings(harness, &mut keyring, fault, act, *point, &mut tally)?;
            }
        }
        if tally.typed == typed_before {
            tally
                .wrong
                .push(format!("{fault:?} kept nothing from being written: it was no fault"));
        }
    }
    let text = serde_json::to_string(&tally).map_err(|_| broken("a tally is no JSON"))?;
    println!("{text}");
    Ok(())
}

/// All passings of a point, until the act ends without one more.
fn all_passings(
    harness: &Harness,
    keyring: &mut Keyring,
    fault: Fault,
    act: Act,
    point: Point,
    tally: &mut Tally,
) -> Result<()> {
    // In a refresh the account is alone; in a sign-in another is there.
    let steps = steps(act, point, act == Act::Refresh);
    let known = steps.map_or(1, <[Step]>::len);
    let mut passing = 1;
    loop {
        let provider = Provider::start(harness.runtime(), false, 0, 10_000)?;
        let disk = Disk::mount()?;
        let mut place = Place::new(&harness.program, &provider, keyring)?.with_folder(disk.vault());
        if fault == Fault::Denied {
            // The owner of the folder, without root's right to write where nobody may.
            place = place.through(&["setpriv", "--bounding-set=-dac_override,-dac_read_search"]);
        }
        let stop_at = format!("{}#{passing}", point.name());
        let expected = expected(fault, act, point, steps, passing);
        let run = run(&place, &provider, &disk, fault, act, &stop_at, expected.as_ref());
        let here = format!("{}, {fault:?} at {stop_at}", act.name());
        let searched = place.search();
        drop(place);
        if keyring.has_ended() {
            // The system's program has failed, and not ours: the next run has one that lives.
            *keyring = Keyring::start()?;
        }
        match searched {
            Err(SoakError::KeychainSilent(fault)) => {
                harness.tell(&format!("{here}: its key cannot be searched for ({fault})"));
            }
            searched => tally.searched.add(searched?),
        }
        match run {
            Ok(None) => {
                let times = passing - 1;
                if times != known {
                    tally.wrong.push(format!("{here}: passed {times} times, not {known}"));
                }
                tally
                    .passed
                    .insert(format!("{} at {}", act.name(), point.name()), times);
                return Ok(());
            }
            Err(SoakError::KeychainSilent(fault)) => {
                harness.tell(&format!("{here}: the keychain did not answer ({fault}); once more"));
                tally.silent += 1;
                if tally.silent > MOST_SILENT {
                    return Err(SoakError::KeychainSilent(fault));
                }
                continue;
            }
            Ok(Some(refused)) => tally.typed += usize::from(refused),
            Err(error) => tally.wrong.push(format!("{here}: {error}")),
        }
        tally.runs += 1;
        passing += 1;
        // A long refusal is told once, not as often as there are writes.
        if passing > 20 {
            return Err(broken("there is no end to the writes"));
        }
    }
}

/// One run. True when the fault was told, by a typed error; false when all went well in spite of it; `None` when the act
/// ends before the stop comes.
fn run(
    place: &Place<'_>,
    provider: &Provider,
    disk: &Disk,
    fault: Fault,
    act: Act,
    stop_at: &str,
    expected: Option<&Expected>,
) -> Result<Option<bool>> {
    place.sign_in(if act == Act::Refresh { &["first"] } else { &["second"] })?;
    provider.advance(LIFETIME);
    let mut process = place.open(Some(stop_at))?;
    advance(&mut process, LIFETIME)?;
    let heard = match act {
        Act::Refresh => process.ask_or_stop(&Ask::Refresh {
            subject: Provider::subject("first"),
            tasks: 1,
        })?,
        _ => match begin_or_stop(&mut process, provider)? {
            Some(heard) => heard,
            None => Heard::Stopped,
        },
    };
    if let Heard::Said(said) = heard {
        return match error_of(&said)? {
            None => Ok(None),
            Some(why) => Err(broken(format!("an error without a fault: {why}"))),
        };
    }
    disk.take_away(fault, process.id())?;
    process.go_on()?;
    let why = loop {
        match process.hear()? {
            Heard::Said(Said::Url { .. }) => {}
            Heard::Said(said) => break error_of(&said)?,
            Heard::Stopped => return Err(broken("stopped twice")),
        }
    };
    disk.give_back(fault, process.id())?;
    // New tokens that could not be written are handed out from memory, and the person is told.
    let why = match (why, process.ask(&Ask::Notices)?) {
        (Some(why), _) => Some(why),
        (None, Said::Notices(told)) => told.into_iter().next(),
        (None, other) => return Err(unexpected(&other)),
    };
    process.kill()?;
    if let Some(why) = &why
        && why.kind != "StorageFull"
    {
        return Err(broken(format!("told as {why}")));
    }
    let Some(expected) = expected else {
        return Err(broken("the act passes it oftener than is known"));
    };
    let is_typed = why.is_some();

    let mut next = place.start(None)?;
    check(&mut next)?;
    open(&mut next)?;
    match act {
        // The record is the old one or the new one, and whole.
        Act::Refresh => {
            let after = renew(&mut next, provider)?;
            if after != expected.after || is_typed != expected.typed {
                return Err(broken(format!(
                    "{after:?}, typed {is_typed}, and not {:?}, typed {}",
                    expected.after, expected.typed
                )));
            }
        }
        _ => {
            advance(&mut next, LIFETIME)?;
            let there = accounts(&mut next)?;
            let whole = |subject: &str| {
                let seen = there.iter().find(|seen| seen.subject == Provider::subject(subject));
                seen.map(|seen| !seen.ended && seen.renews_itself)
            };
            if whole("second") != Some(true) {
                return Err(broken("the account that was there is not whole"));
            }
            if !expected.allows(whole("first"), is_typed) {
                return Err(broken(format!(
                    "the new account: {:?}, typed {is_typed}, and not {:?}, typed {}",
                    whole("first"),
                    expected.after,
                    expected.typed
                )));
            }
            crate::place::sign_in(&mut next, provider, "first")?;
        }
    }
    check(&mut next)?;
    next.quit()?;
    Ok(Some(is_typed))
}

/// A whole sign-in. `None` when it stopped, else its last answer.
fn begin_or_stop(process: &mut Process, provider: &Provider) -> Result<Option<Heard>> {
    process.send(&Ask::Begin {
        door: doorkey::flow::DoorKind::Scheme,
    })?;
    let mut url = None;
    loop {
        match process.hear()? {
            Heard::Stopped => return Ok(None),
            Heard::Said(Said::Url { url: known }) => url = Some(known),
            Heard::Said(Said::Begun(None)) => break,
            Heard::Said(other) => return Ok(Some(Heard::Said(other))),
        }
    }
    let url = url.ok_or_else(|| broken("a sign-in without a URL"))?;
    let link = provider.redirect("first", &url)?;
    match process.ask_or_stop(&Ask::Receive { link })? {
        Heard::Stopped => Ok(None),
        said => Ok(Some(said)),
    }
}

/// The error that an answer tells, if it does.
fn error_of(said: &Said) -> Result<Option<Named>> {
    match said {
        Said::Refreshed { why, .. } | Said::Begun(why) => Ok(why.clone()),
        Said::Landed(Landed::SignedIn) => Ok(None),
        Said::Landed(Landed::Failed(why)) => Ok(Some(why.clone())),
        other => Err(unexpected(other)),
    }
}
