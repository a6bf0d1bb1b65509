//! The short form of each scenario. What went wrong stands in the message.

use std::collections::BTreeSet;
use std::path::PathBuf;

use doorkey::points::Point;
use doorkey_soak::crash::windows::{Act, rows};
use doorkey_soak::scenarios::{self, ALL};
use doorkey_soak::{Harness, Size, SoakError, crash};

fn harness() -> Harness {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_doorkey-soak"));
    Harness::new(program, Size::Short, None).expect("a runtime")
}

/// Kills at all points of an act, and holds the table to what was seen: each point was really stopped at.
fn killed_in(act: Act) {
    let harness = harness();
    let tally = match crash::run(&harness, &[act]) {
        // Without a keyring to start a person may do; a machine that answers for everyone may not.
        Err(SoakError::Impossible(why)) if std::env::var_os("CI").is_none() => return eprintln!("skipped: {why}"),
        run => run.expect("the scenario can be run"),
    };
    assert_eq!(tally.wrong, Vec::<String>::new());
    let stated: BTreeSet<_> = rows().into_iter().filter(|(of, _)| *of == act).map(name).collect();
    let (stopped_at, unpassed) = (tally.after.keys().copied().collect::<BTreeSet<_>>(), tally.unpassed);
    // Each point was stopped at, or was seen not to be passed, and none of them both.
    assert_eq!(stopped_at.intersection(&unpassed).count(), 0);
    assert_eq!(stopped_at.union(&unpassed).copied().collect::<BTreeSet<_>>(), stated);
    for (at, after) in &tally.after {
        assert!(after.values().sum::<usize>() >= 3, "{at:?}");
    }
    no_canaries(&harness);
}

fn name((act, point): (Act, Point)) -> (Act, &'static str) {
    (act, point.name())
}

fn no_canaries(harness: &Harness) {
    let row = scenarios::canaries(harness);
    assert!(row.kept, "{row:?}");
}

/// Runs a scenario of the table.
fn kept(name: &str) {
    let harness = harness();
    let scenario = ALL
        .iter()
        .find(|scenario| scenario.name == name)
        .expect("a scenario of this name");
    let row = scenarios::run(&harness, scenario);
    assert!(row.kept, "{row:?}");
    eprintln!("{}", row.measured);
    no_canaries(&harness);
}

#[test]
fn a_program_that_is_killed_in_a_sign_in_leaves_the_person_signed_in_or_not_and_nothing_between() {
    killed_in(Act::SignIn);
}

#[test]
fn a_program_that_is_killed_in_a_refresh_leaves_the_old_tokens_or_the_new_ones_or_says_that_it_cannot_know() {
    killed_in(Act::Refresh);
}

#[test]
fn where_the_provider_allows_it_a_refresh_token_is_sent_once_more_after_a_crash_and_no_more() {
    killed_in(Act::RefreshWithGrace);
}

#[test]
fn a_program_that_is_killed_in_a_sign_out_leaves_no_token_that_lives_on_at_the_provider() {
    killed_in(Act::SignOut);
}

#[test]
fn a_program_that_is_killed_while_its_key_is_replaced_opens_everything_again() {
    killed_in(Act::Rotation);
}

#[test]
fn a_program_that_is_killed_while_its_key_is_moved_opens_everything_again() {
    killed_in(Act::Move);
}

#[test]
fn at_each_point_that_a_program_names_some_act_is_killed() {
    let tried: BTreeSet<&str> = rows().into_iter().map(|row| name(row).1).collect();
    let named: BTreeSet<&str> = Point::ALL.iter().map(|point| point.name()).collect();
    assert!(named.len() >= 30);
    assert_eq!(tried, named);
}

#[test]
fn a_crowd_of_tasks_that_want_a_token_makes_one_request() {
    kept("tasks");
}

#[test]
fn a_crowd_of_processes_that_want_a_token_makes_one_request() {
    kept("processes");
}

#[test]
fn a_disk_that_fails_in_any_moment_of_a_write_is_told_and_the_old_record_opens() {
    kept("disk");
}

#[test]
fn one_account_among_many_costs_what_it_costs_among_few() {
    kept("accounts");
}

#[test]
fn among_forged_redirects_the_true_one_comes_through() {
    kept("forged");
}
