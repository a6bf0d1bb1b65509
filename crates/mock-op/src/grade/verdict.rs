//! What is wrong with what a client did with its session.

use super::session::{Seen, is_refresh};
use super::{Act, Case, Ended, Expected};
use crate::findings::{Finding, Level, Rule};
use crate::journal::Recorded;
use crate::{Endpoint, Fault};
use std::collections::HashMap;

/// What is wrong, and how binding the rule is that was broken.
type Wrong = Option<(Level, String)>;

fn wrong(level: Level, what: &str) -> Wrong {
    Some((level, what.to_owned()))
}

/// What was broken of a rule that the requests show, if it was.
fn shown(found: &[Finding], rules: &[Rule]) -> Wrong {
    let finding = found.iter().find(|finding| rules.contains(&finding.rule))?;
    let seen: Vec<String> = finding.requests.iter().map(u64::to_string).collect();
    let what = format!("{}: requests {}", finding.rule.id(), seen.join(" and "));
    Some((finding.level, what))
}

/// What is wrong with what was seen of an act after a sign-in.
pub(super) fn judge(case: Case, seen: &Seen, found: &[Finding]) -> Wrong {
    if seen.acted.is_none() && case.act != Act::Profile {
        return wrong(Level::Must, "the sign-in before it failed");
    }
    // What was seen goes before what the client says of itself.
    let elsewhere = [Rule::SecretSentElsewhere, Rule::RedirectFollowed];
    if let Some(broken) = shown(found, &elsewhere) {
        return Some(broken);
    }
    if seen.acted.as_ref().is_some_and(|acted| acted.ended == Ended::Hung) {
        return wrong(Level::HouseRule, "did not come to an end in time");
    }
    match case.act {
        Act::SignIn => None,
        Act::Profile => profile(case, seen),
        Act::Refresh => refresh(case, seen, found),
        Act::SignOut => sign_out(case, seen),
    }
}

/// The session after the sign-in in which UserInfo was asked, or after the question alone.
fn profile(case: Case, seen: &Seen) -> Wrong {
    let level = case.expectation.level;
    let Some(acted) = &seen.acted else {
        return match case.expectation.expected {
            Expected::Accepted => wrong(level, "nobody is signed in"),
            // Who needs UserInfo has nobody to sign in.
            _ => None,
        };
    };
    let succeeded = acted.ended == Ended::Done;
    let says = |value: &str| {
        let mut values = acted.said.iter().flat_map(serde_json::Map::values);
        values.any(|said| said.as_str() == Some(value))
    };
    match case.expectation.expected {
        Expected::Accepted if !succeeded => wrong(level, "failed"),
        Expected::Accepted if acted.said.is_none() => wrong(level, "said nothing of who is signed in"),
        Expected::Refused if succeeded && acted.said.is_none() => wrong(level, "says that it knows the person"),
        // These stood in the answer that was not to be used, and nowhere else.
        Expected::Refused if succeeded && (seen.told.iter().any(|told| says(told)) || says(STRANGER)) => {
            wrong(level, "used what UserInfo said")
        }
        Expected::Kept => match &seen.afterwards {
            Some((_, again)) if again.ended == Ended::Done => None,
            _ => wrong(level, "gave the session up"),
        },
        _ => None,
    }
}

/// The `sub` of an answer about somebody else.
const STRANGER: &str = "sub-of-someone-else";

fn refresh(case: Case, seen: &Seen, found: &[Finding]) -> Wrong {
    let level = case.expectation.level;
    let ended = |acted: Option<&super::client::Acted>| acted.is_some_and(|acted| acted.ended == Ended::Done);
    let renewed = ended(seen.acted.as_ref());
    let again = ended(seen.afterwards.as_ref().map(|(_, acted)| acted));
    let sent = seen.during().any(is_refresh);
    let sent_after = seen.after().any(is_refresh);
    // An answer that the fault left whole.
    let is_sound = |request: &Recorded| is_refresh(request) && request.status == 200 && request.faults.is_empty();
    let same = often(
        seen.requests.iter().filter(|request| is_refresh(request)),
        "refresh_token",
    );
    match case.expectation.expected {
        Expected::Accepted if !renewed => wrong(level, "failed"),
        Expected::Accepted if !sent => wrong(level, "ended with 0, and asked for no new tokens"),
        Expected::Accepted if !again || !sent_after => wrong(level, "could not be renewed a second time"),
        Expected::Refused if renewed => wrong(level, "says that the session was renewed"),
        Expected::Refused => match shown(found, &[Rule::RefusedTokenSentAgain]) {
            None if same > 2 => wrong(Level::HouseRule, "sent the same refresh token more than twice"),
            broken => broken,
        },
        Expected::Kept if renewed && !seen.during().any(is_sound) => {
            wrong(Level::Should, "says that the session was renewed")
        }
        // It may still wait for as long as it was asked to.
        Expected::Kept if !again && !(case.asks_for_patience() && !sent_after) => wrong(level, "gave the session up"),
        _ => None,
    }
}

fn sign_out(case: Case, seen: &Seen) -> Wrong {
    let level = case.expectation.level;
    let succeeded = seen.acted.as_ref().is_some_and(|acted| acted.ended == Ended::Done);
    if case.expectation.expected == Expected::Accepted && !succeeded {
        return wrong(level, "failed");
    }
    let still_there = match &seen.afterwards {
        Some((_, acted)) => acted.ended == Ended::Done || seen.after().any(is_refresh),
        // Nothing can be asked of it: its own word counts.
        None => !succeeded,
    };
    if still_there {
        return wrong(Level::HouseRule, "kept the session although it was to forget it");
    }
    let revocations = seen
        .requests
        .iter()
        .filter(|request| request.endpoint == Endpoint::Revocation);
    match case.fault {
        None if seen.live > 0 => wrong(Level::HouseRule, "left tokens that are still good at the provider"),
        Some(_) if case.is_sent_later() && seen.live > 0 => wrong(
            Level::HouseRule,
            "did not send later the revocation that could not be sent",
        ),
        // RFC 7009 section 2.2.1: asking again changes nothing.
        Some(Fault::RevocationUnsupportedType) if often(revocations, "token") > 1 => {
            wrong(Level::HouseRule, "asked again for a revocation that is not supported")
        }
        _ => None,
    }
}

/// How often the value of a parameter came that came most often.
fn often<'a>(requests: impl Iterator<Item = &'a Recorded>, name: &str) -> usize {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for value in requests.filter_map(|request| request.param(name)) {
        *times.entry(value).or_default() += 1;
    }
    times.into_values().max().unwrap_or(0)
}
