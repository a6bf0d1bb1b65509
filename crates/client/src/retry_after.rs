//! How long a server asks to be left alone: the header `Retry-After`, as far as it can be believed.

use doorkey_oidc::Now;
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderName, Response};

/// The longest rest that a server is granted, in seconds: a header must not sign anybody out for a day.
const LONGEST: i64 = 3600;
/// What asks for more than this, in seconds, means nothing, and is passed over as if it had not been said.
const ABSURD: i64 = 86_400;

/// For how many seconds from now the server wants no request, between 1 and 3,600. `None` if it does not say so, or says
/// what makes no sense: a time that is past, a number that is negative, more than a day.
///
/// Spec: RFC 9110 section 10.2.3
#[allow(dead_code)]
pub(crate) fn retry_after<T>(answer: &Response<T>, now: Now) -> Option<i64> {
    let text = text(answer, &RETRY_AFTER)?.trim();
    // RFC 9110 10.2.3: delay-seconds = 1*DIGIT, so no sign; a number of any length may come.
    let seconds = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()?
    } else {
        // By the server's own clock where it tells it: ours may be wrong by years.
        let from = text_time(answer, &DATE).unwrap_or(now.0);
        text_time(answer, &RETRY_AFTER)?.checked_sub(from)?
    };
    (1..=ABSURD).contains(&seconds).then_some(seconds.min(LONGEST))
}

fn text<'a, T>(answer: &'a Response<T>, name: &HeaderName) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}

/// The time that a header states, in seconds since 1970.
///
/// Spec: RFC 9110 section 5.6.7
fn text_time<T>(answer: &Response<T>, name: &HeaderName) -> Option<i64> {
    let time = httpdate::parse_http_date(text(answer, name)?.trim()).ok()?;
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT
    const THEN: Now = Now(784_111_777);

    fn said(value: &[u8]) -> Option<i64> {
        retry_after(&Response::builder().header(RETRY_AFTER, value).body(()).unwrap(), THEN)
    }

    #[test]
    fn seconds_and_each_form_of_a_date_are_understood() {
        assert_eq!(said(b"120"), Some(120));
        assert_eq!(said(b" 1 "), Some(1));
        assert_eq!(said(b"Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(said(b"Sunday, 06-Nov-94 08:50:37 GMT"), Some(60));
        assert_eq!(said(b"Sun Nov  6 08:50:37 1994"), Some(60));
        assert_eq!(retry_after(&Response::new(()), THEN), None);
    }

    #[test]
    fn a_rest_is_at_most_an_hour_and_what_is_absurd_negative_or_past_was_not_said() {
        assert_eq!(said(b"3601"), Some(3600));
        assert_eq!(said(b"86400"), Some(3600));
        assert_eq!(said(b"Mon, 07 Nov 1994 08:49:37 GMT"), Some(3600));
        let nothing: [&[u8]; 10] = [
            b"86401",
            b"99999999999999999999",
            b"-5",
            b"+5",
            b"1.5",
            b"0",
            b"",
            b"soon",
            b"Sun, 06 Nov 1994 08:49:36 GMT",
            b"Fri, 31 Dec 2100 23:59:59 GMT",
        ];
        for value in nothing {
            assert_eq!(said(value), None, "{}", String::from_utf8_lossy(value));
        }
        assert_eq!(said(b"\xff\xfe"), None, "not even text");
    }

    #[test]
    fn a_date_is_read_by_the_clock_of_the_server_that_states_it() {
        let answer = Response::builder()
            .header(DATE, "Sun, 06 Nov 1994 08:49:37 GMT")
            .header(RETRY_AFTER, "Sun, 06 Nov 1994 08:50:07 GMT")
            .body(())
            .unwrap();
        for ours in [Now(0), THEN, Now(THEN.0 + 31_536_000), Now(i64::MAX)] {
            assert_eq!(retry_after(&answer, ours), Some(30));
        }
    }
}
