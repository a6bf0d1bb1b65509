//! How long metadata and keys are taken for fresh.

use http::HeaderMap;
use http::header::CACHE_CONTROL;

/// Where the provider says nothing, in seconds.
const UNSAID: i64 = 3600;
/// At least, in seconds: a provider that says `no-store` is not asked again for each sign-in and each token.
const LEAST: i64 = 300;
/// At most, in seconds: a key that was taken back is not believed for longer.
const MOST: i64 = 86_400;

/// How long an answer is taken for fresh, in seconds: what its `Cache-Control` says, between five minutes and a day; an hour where it
/// says nothing that can be read.
///
/// Spec: RFC 9111 sections 4.2.1, 5.2.2
pub(crate) fn lifetime(headers: &HeaderMap) -> i64 {
    let mut lifetime = None;
    for header in headers.get_all(CACHE_CONTROL) {
        for directive in header.to_str().unwrap_or_default().split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            let said = match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => LEAST,
                "max-age" => match seconds(value) {
                    Some(said) => said,
                    None => continue,
                },
                _ => continue,
            };
            // RFC 9111 4.2.1: of several that conflict the most careful counts.
            lifetime = Some(lifetime.map_or(said, |before: i64| before.min(said)));
        }
    }
    lifetime.unwrap_or(UNSAID).clamp(LEAST, MOST)
}

/// Delta seconds: digits, in quotes or not. More than can be counted is a very long time (RFC 9111 section 1.2.2).
fn seconds(value: &str) -> Option<i64> {
    let digits = value.trim().trim_matches('"');
    let counted = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    counted.then(|| digits.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(said: &[&str]) -> i64 {
        let headers = said.iter().map(|text| (CACHE_CONTROL, text.parse().expect("a header")));
        lifetime(&headers.collect())
    }

    #[test]
    fn what_the_provider_says_counts_between_five_minutes_and_a_day() {
        assert_eq!(of(&["public, Max-Age=7200"]), 7200);
        assert_eq!(of(&["max-age=\"600\""]), 600);
        assert_eq!(of(&["max-age=0"]), 300);
        assert_eq!(of(&["max-age=31536000"]), 86_400);
        assert_eq!(of(&["max-age=99999999999999999999999"]), 86_400);
    }

    #[test]
    fn what_must_not_be_kept_is_kept_for_five_minutes_whatever_else_is_said() {
        assert_eq!(of(&["no-store"]), 300);
        assert_eq!(of(&["max-age=7200, no-cache"]), 300);
        assert_eq!(of(&["no-store", "max-age=7200"]), 300);
    }

    #[test]
    fn without_a_word_that_can_be_read_it_is_an_hour() {
        for said in [&[][..], &["public"], &["max-age=-1"], &["max-age="], &["s-maxage=60"]] {
            assert_eq!(of(said), 3600, "{said:?}");
        }
    }
}
