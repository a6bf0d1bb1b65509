//! The pages that the browser shows: one small document each, with nothing from outside and nothing of the redirect.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::Full;
use hyper::Response;
use sha2::{Digest as _, Sha256};

use super::{Pages, Verdict};
use crate::locales;

pub(crate) type Body = Full<Bytes>;

const CSS: &str = "\
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5b636b;--paper:#fff;--edge:#d9dde1;--act:#0b5cad;--on-act:#fff}\
@media(prefers-color-scheme:dark){:root{--ink:#eceef0;--soft:#a6adb4;--paper:#16181a;--edge:#33383d;--act:#8cc2ff;--on-act:#0d1b2a}}\
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);\
font:1rem/1.5 system-ui,sans-serif}\
main{max-width:26rem;margin:1.5rem;padding:2rem;border:1px solid var(--edge);border-radius:.75rem}\
h1{margin:0 0 .5rem;font-size:1.375rem;line-height:1.25}\
p{margin:0 0 .75rem;color:var(--soft)}\
a{display:inline-block;margin-top:.5rem;padding:.5rem 1rem;border-radius:.5rem;background:var(--act);color:var(--on-act);\
text-decoration:none;font-weight:600}\
a:focus-visible{outline:3px solid var(--act);outline-offset:3px}";

/// The style sheet's permission to be used.
pub(crate) struct Style {
    policy: HeaderValue,
}

impl Style {
    pub(crate) fn new() -> Self {
        let hash = STANDARD.encode(Sha256::digest(CSS));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self {
            policy: HeaderValue::from_str(&policy).expect("a hash in base64 is a valid header value"),
        }
    }
}

/// A verdict's page has an address of its own, which says no more than the verdict.
pub(super) const fn path(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::SignedIn => "/signed-in",
        Verdict::Refused => "/refused",
        Verdict::Failed => "/failed",
        Verdict::Used => "/used",
        Verdict::Expired => "/expired",
        Verdict::Cancelled => "/cancelled",
        Verdict::SignedOut => "/signed-out",
        Verdict::Unknown => "/unknown",
    }
}

pub(super) fn html(verdict: Verdict, pages: &Pages, _style: &Style) -> String {
    let app = [("app", pages.app_name.as_str())];
    let word = path(verdict).trim_start_matches('/');
    let title = locales::format(&format!("page-{word}-title"), &app);
    let text = locales::format(&format!("page-{word}-text"), &app);
    let back = locales::format("page-return", &app);
    let label = locales::format("page-open-app", &app);
    let button = pages.open_link.as_deref().map(|link| (link, label.as_str()));
    document(&title, &[&text, &back], button)
}

/// A page of a title, some sentences, and a button that is a link. All of it is text, whatever stands in it.
pub(crate) fn document(title: &str, sentences: &[&str], button: Option<(&str, &str)>) -> String {
    let title = escaped(title);
    let sentences: String = sentences
        .iter()
        .map(|text| format!("<p>{}</p>", escaped(text)))
        .collect();
    let button = button.map_or_else(String::new, |(link, label)| {
        format!("<a href=\"{}\">{}</a>", escaped(link), escaped(label))
    });
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><style>{CSS}</style></head>\
         <body><main><h1>{title}</h1>{sentences}{button}</main></body></html>\n"
    )
}

pub(crate) fn response(status: StatusCode, html: String, style: &Style) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::from(html)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, style.policy.clone());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let same_origin = HeaderValue::from_static("same-origin");
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), same_origin);
    response
}

/// Text as it stands in HTML, also within quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Verdict; 8] = [
        Verdict::SignedIn,
        Verdict::Refused,
        Verdict::Failed,
        Verdict::Used,
        Verdict::Expired,
        Verdict::Cancelled,
        Verdict::SignedOut,
        Verdict::Unknown,
    ];

    #[test]
    fn every_verdict_has_its_words() {
        for verdict in ALL {
            let word = path(verdict).trim_start_matches('/');
            assert!(locales::has(&format!("page-{word}-title")), "{verdict:?}");
            assert!(locales::has(&format!("page-{word}-text")), "{verdict:?}");
        }
    }

    #[test]
    fn a_page_loads_nothing_and_says_the_program_s_name_as_text() {
        let pages = Pages {
            app_name: "<b>Tom & \"Co\"</b>".to_owned(),
            open_link: Some("dev.example:/".to_owned()),
        };
        for verdict in ALL {
            let html = html(verdict, &pages, &Style::new());
            assert!(html.contains("&lt;b&gt;Tom &amp; &quot;Co&quot;&lt;/b&gt;"), "{html}");
            assert!(html.contains("<a href=\"dev.example:/\">"), "{html}");
            for outside in ["http:", "https:", "src=", "<script", "<link", "@import", "url("] {
                assert!(!html.contains(outside), "{outside} in {html}");
            }
        }
    }

    #[test]
    fn without_a_link_there_is_no_button() {
        let pages = Pages {
            app_name: "Doorkey".to_owned(),
            open_link: None,
        };
        assert!(!html(Verdict::SignedIn, &pages, &Style::new()).contains("<a "));
    }
}
