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
        Expected::Kept if !again && (sent_after || !case.asks_for_patience()) => wrong(level, "gave the session up"),
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

#[cfg(test)]
mod tests {
    use super::super::client::Acted;
    use super::super::expectation;
    use super::*;
    use crate::Did;
    use serde_json::{Map, Value, json};

    fn case(fault: Fault, variant: &'static str) -> Case {
        Case {
            fault: Some(fault),
            variant,
            act: Act::of(fault),
            expectation: expectation(fault, variant),
        }
    }

    fn acted(ended: Ended, said: Option<&Value>) -> Acted {
        Acted {
            ended,
            said: said.and_then(Value::as_object).cloned(),
            opened: false,
        }
    }

    /// A refresh as the journal has it.
    fn refreshed(seq: u64, token: &str, status: u16, fault: Option<Fault>) -> Recorded {
        let params = json!({"grant_type": "refresh_token", "refresh_token": token});
        let did = fault.map(|fault| Did {
            fault: fault.id(),
            variant: "default",
        });
        Recorded {
            seq,
            at: 0,
            endpoint: Endpoint::Token,
            connection: 1,
            method: "POST".into(),
            path: "/token".into(),
            status,
            params: params.as_object().cloned().unwrap_or_else(Map::new),
            authorization: None,
            error: None,
            in_query: Vec::new(),
            verifier_length: None,
            faults: did.into_iter().collect(),
            gave: None,
        }
    }

    /// An act that ended so, and what came afterwards; the second request, if there is one, came then.
    fn seen(ended: Ended, afterwards: (Act, Ended), requests: Vec<Recorded>) -> Seen {
        Seen {
            signed_in: Ended::SignedIn,
            acted: Some(acted(ended, None)),
            afterwards: Some((afterwards.0, acted(afterwards.1, None))),
            requests,
            before: (0, 1),
            live: 0,
            told: vec!["Ada Lovelace".into()],
        }
    }

    fn says(case: Case, seen: &Seen) -> Option<String> {
        judge(case, seen, &[]).map(|(_, what)| what)
    }

    #[test]
    fn a_session_that_was_given_up_at_an_answer_that_says_nothing_of_it_is_wrong_unless_it_was_to_wait() {
        let wiped = Some("gave the session up".to_owned());
        let fault = Fault::RefreshOnlyInvalidGrantWipes;
        let failed = || vec![refreshed(1, "a", 500, Some(fault))];
        let gave_up = || seen(Ended::Failed, (Act::Refresh, Ended::Failed), failed());
        assert_eq!(says(case(fault, "500"), &gave_up()), wiped);
        assert_eq!(says(case(Fault::Refresh429, "seconds"), &gave_up()), wiped);
        assert_eq!(says(case(Fault::Refresh429, "absurd"), &gave_up()), None);
        let went_on = seen(Ended::Failed, (Act::Refresh, Ended::Done), failed());
        assert_eq!(says(case(fault, "500"), &went_on), None);
        // There were no tokens, whatever it says.
        let claims = seen(Ended::Done, (Act::Refresh, Ended::Done), failed());
        assert_eq!(
            says(case(fault, "500"), &claims).unwrap(),
            "says that the session was renewed"
        );
        let mut requests = failed();
        requests.insert(0, refreshed(1, "a", 200, None));
        let tried_again = seen(Ended::Done, (Act::Refresh, Ended::Done), requests);
        assert_eq!(says(case(fault, "500"), &tried_again), None);
    }

    #[test]
    fn a_refresh_that_must_work_has_to_ask_and_to_work_twice() {
        let fault = Fault::RefreshNoRotation;
        let twice = || vec![refreshed(1, "a", 200, Some(fault)), refreshed(2, "a", 200, None)];
        let judged =
            |first, second, requests| says(case(fault, "default"), &seen(first, (Act::Refresh, second), requests));
        assert_eq!(judged(Ended::Done, Ended::Done, twice()), None);
        assert_eq!(judged(Ended::Failed, Ended::Done, twice()).unwrap(), "failed");
        assert_eq!(
            judged(Ended::Done, Ended::Failed, twice()).unwrap(),
            "could not be renewed a second time"
        );
        let nothing_asked = "ended with 0, and asked for no new tokens";
        assert_eq!(judged(Ended::Done, Ended::Done, vec![]).unwrap(), nothing_asked);
        assert_eq!(
            judged(Ended::Hung, Ended::Done, twice()).unwrap(),
            "did not come to an end in time"
        );
    }

    #[test]
    fn a_refresh_token_whose_answer_was_lost_is_sent_once_more_at_most() {
        let fault = Fault::RefreshResponseLost;
        let sent = |times: u64| {
            let requests = (1..=times).map(|seq| refreshed(seq, "a", 0, Some(fault))).collect();
            says(
                case(fault, "default"),
                &seen(Ended::Failed, (Act::Refresh, Ended::Failed), requests),
            )
        };
        assert_eq!((sent(1), sent(2)), (None, None));
        assert_eq!(sent(3).unwrap(), "sent the same refresh token more than twice");
        let renewed = seen(Ended::Done, (Act::Refresh, Ended::Failed), vec![]);
        assert_eq!(judge(case(fault, "default"), &renewed, &[]).unwrap().0, Level::Must);
    }

    #[test]
    fn what_userinfo_said_of_somebody_else_may_not_be_told() {
        let mismatch = case(Fault::UserInfoSubMismatch, "other");
        let told = |said: Option<&Value>| {
            let mut seen = seen(Ended::Done, (Act::Profile, Ended::Done), vec![]);
            seen.acted = Some(acted(Ended::Done, said));
            says(mismatch, &seen)
        };
        assert_eq!(told(Some(&json!({"sub": "1"}))), None);
        assert_eq!(
            told(Some(&json!({"sub": "1", "name": "Ada Lovelace"}))).unwrap(),
            "used what UserInfo said"
        );
        assert_eq!(
            told(Some(&json!({"sub": STRANGER}))).unwrap(),
            "used what UserInfo said"
        );
        assert_eq!(told(None).unwrap(), "says that it knows the person");
        // Who needs UserInfo has nobody to sign in.
        let mut nobody = seen(Ended::Done, (Act::Profile, Ended::Done), vec![]);
        (nobody.signed_in, nobody.acted) = (Ended::Failed, None);
        assert_eq!(says(mismatch, &nobody), None);
        assert!(says(Case::without_fault(Act::Profile), &nobody).is_some());
        let lost = seen(Ended::Failed, (Act::Profile, Ended::Failed), vec![]);
        assert_eq!(
            says(case(Fault::UserInfo401, "default"), &lost).unwrap(),
            "gave the session up"
        );
    }

    #[test]
    fn a_sign_out_forgets_here_whatever_the_provider_says_and_revokes_when_it_can() {
        let gone = |live| Seen {
            live,
            ..seen(Ended::Failed, (Act::Refresh, Ended::Failed), vec![])
        };
        let later = case(Fault::Revocation503, "default");
        assert_eq!(says(later, &gone(0)), None);
        let not_later = "did not send later the revocation that could not be sent";
        assert_eq!(says(later, &gone(2)).unwrap(), not_later);
        assert_eq!(says(case(Fault::RevocationNoEndpoint, "default"), &gone(2)), None);
        let there = "kept the session although it was to forget it";
        let signed_in = seen(Ended::Done, (Act::Refresh, Ended::Done), vec![]);
        assert_eq!(says(later, &signed_in).unwrap(), there);
        let sends = vec![refreshed(1, "a", 200, None), refreshed(2, "a", 400, None)];
        assert_eq!(
            says(later, &seen(Ended::Done, (Act::Refresh, Ended::Failed), sends)).unwrap(),
            there
        );
        let done = |live| Seen {
            live,
            ..seen(Ended::Done, (Act::Refresh, Ended::Failed), vec![])
        };
        let plain = Case::without_fault(Act::SignOut);
        assert_eq!(says(plain, &done(0)), None);
        assert_eq!(
            says(plain, &done(1)).unwrap(),
            "left tokens that are still good at the provider"
        );
        assert_eq!(says(plain, &gone(0)).unwrap(), "failed");
    }
}
