//! This computer's clock, against what the provider says of the time.

use http::Response;
use http::header::AGE;

use super::detail::{CheckId, ClockDetail};
use super::finding::{Finding, Reason};
use super::target::Target;
use crate::transport::{TlsFailure, TransportError};

/// From here on it is worth mending, in seconds.
const ADVICE: u64 = 30;

/// The leeway with which tokens are judged, in seconds: beyond it nothing works.
const LEEWAY: u64 = 60;

/// An answer that claims to be older was kept by somebody for too long to tell the time by, in seconds.
const OLDEST: i64 = 24 * 3600;

/// What one exchange says, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Exchange {
    /// Our clock when the question was sent.
    before: i64,
    /// Our clock when the answer was here.
    after: i64,
    /// Their clock between the two: not before this,
    earliest: i64,
    /// and not after this.
    latest: i64,
}

pub(super) async fn examine(target: &Target) -> Finding {
    let not_checked = |reason| Finding::not_checked(CheckId::Clock, reason);
    let mut seen = Err(Reason::NoDate);
    // The first question brings the connection about; the second tells the time better. The better of both counts.
    for _ in 0..2 {
        let before = target.clock.now_milliseconds();
        let answer = match target.ask_head().await {
            Ok(answer) => answer,
            Err(TransportError::TlsFailed(TlsFailure::NotYetValid)) => return ClockDetail::BeforeCertificate.into(),
            Err(TransportError::TlsFailed(TlsFailure::Expired)) => return ClockDetail::AfterCertificate.into(),
            Err(_) if seen.is_err() => return not_checked(Reason::Unreachable),
            Err(_) => break,
        };
        let after = target.clock.now_milliseconds();
        if let Some(exchange) = read(before, after, &answer) {
            let off = exchange.off_by();
            // Each says "at least so much": the larger one knows more.
            seen = Ok(seen.map_or(off, |known: i64| if off.abs() > known.abs() { off } else { known }));
        }
    }
    match seen {
        Ok(off) => judge(off).into(),
        Err(reason) => not_checked(reason),
    }
}

/// RFC 9110 section 6.6.1: `Date` is when the answer was made, in whole seconds. RFC 9111 section 5.1: `Age` is how long
/// a cache has had it since, in whole seconds too.
fn read(before: i64, after: i64, answer: &Response<Vec<u8>>) -> Option<Exchange> {
    let date = doorkey_oidc::date(answer)?;
    let age = match answer.headers().get(AGE) {
        None => None,
        Some(age) => Some(
            age.to_str()
                .ok()?
                .parse()
                .ok()
                .filter(|age| (0..OLDEST).contains(age))?,
        ),
    };
    let earliest = date.checked_add(age.unwrap_or(0))?.checked_mul(1000)?;
    let latest = earliest.checked_add(if age.is_some() { 2000 } else { 1000 })?;
    Some(Exchange {
        before,
        after,
        earliest,
        latest,
    })
}

impl Exchange {
    /// By how much our clock is ahead for certain, negative when it is behind: 0 while the round trip may explain it.
    fn off_by(self) -> i64 {
        let (ahead, behind) = (
            self.before.saturating_sub(self.latest),
            self.after.saturating_sub(self.earliest),
        );
        if ahead > 0 { ahead } else { behind.min(0) }
    }
}

fn judge(off: i64) -> ClockDetail {
    let seconds = off.unsigned_abs() / 1000;
    match (seconds, off > 0) {
        (..ADVICE, _) => ClockDetail::Right { seconds },
        (ADVICE..LEEWAY, true) => ClockDetail::RatherFast { seconds },
        (ADVICE..LEEWAY, false) => ClockDetail::RatherSlow { seconds },
        (LEEWAY.., true) => ClockDetail::Fast { seconds },
        (LEEWAY.., false) => ClockDetail::Slow { seconds },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "Sun, 22 Nov 2026 12:00:00 GMT";
    const AT_NOON: i64 = 1_795_348_800_000;

    /// What is told when we asked and heard at these times by our clock, in milliseconds after their noon.
    fn told(asked: i64, heard: i64, age: Option<&str>) -> Option<ClockDetail> {
        let mut answer = Response::builder().header("date", NOON);
        if let Some(age) = age {
            answer = answer.header("age", age);
        }
        let answer = answer.body(Vec::new()).expect("an answer");
        read(AT_NOON + asked, AT_NOON + heard, &answer).map(|exchange| judge(exchange.off_by()))
    }

    #[test]
    fn each_edge_is_where_it_is_said_to_be() {
        for (milliseconds, expected) in [
            (0, ClockDetail::Right { seconds: 0 }),
            (30_999, ClockDetail::Right { seconds: 29 }),
            (31_000, ClockDetail::RatherFast { seconds: 30 }),
            (60_999, ClockDetail::RatherFast { seconds: 59 }),
            (61_000, ClockDetail::Fast { seconds: 60 }),
            (-29_999, ClockDetail::Right { seconds: 29 }),
            (-30_000, ClockDetail::RatherSlow { seconds: 30 }),
            (-59_999, ClockDetail::RatherSlow { seconds: 59 }),
            (-60_000, ClockDetail::Slow { seconds: 60 }),
        ] {
            assert_eq!(told(milliseconds, milliseconds, None), Some(expected), "{milliseconds}");
        }
    }

    #[test]
    fn what_a_long_round_trip_may_explain_is_not_blamed_on_the_clock() {
        assert_eq!(told(-20_000, 90_000, None), Some(ClockDetail::Right { seconds: 0 }));
        assert_eq!(told(90_000, 190_000, None), Some(ClockDetail::Fast { seconds: 89 }));
        assert_eq!(told(-190_000, -90_000, None), Some(ClockDetail::Slow { seconds: 90 }));
    }

    #[test]
    fn an_answer_from_a_cache_is_as_old_as_the_cache_says() {
        assert_eq!(
            told(600_500, 600_500, Some("600")),
            Some(ClockDetail::Right { seconds: 0 })
        );
        assert_eq!(told(600_500, 600_500, None), Some(ClockDetail::Fast { seconds: 599 }));
        for absurd in ["-5", "x", "99999999999999999999", "86400"] {
            assert_eq!(told(0, 0, Some(absurd)), None, "{absurd}");
        }
    }

    #[test]
    fn an_answer_that_states_no_time_tells_none() {
        let none = Response::new(Vec::new());
        assert!(read(0, 0, &none).is_none());
        let wrong = Response::builder().header("date", "yesterday").body(Vec::new());
        assert!(read(0, 0, &wrong.expect("an answer")).is_none());
    }
}
