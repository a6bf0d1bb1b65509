//! The authorization response as a form that the browser posts to the app.

use crate::answer::{no_store, raw};
use aws_lc_rs::digest::{SHA256, digest};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, PreEscaped, html};
use std::sync::LazyLock;
use url::{Host, Url};

/// All that the page does by itself. Where scripts are off, its button does the same.
const SCRIPT: &str = "document.forms[0].submit()";

static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| STANDARD.encode(digest(&SHA256, SCRIPT.as_bytes()).as_ref()));

/// Whether a form can be posted there: a browser posts over http and https only, and not to an app's own scheme.
pub(super) fn can_reach(redirect_uri: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|uri| matches!(uri.scheme(), "http" | "https"))
}

/// The page with the form in it, which posts itself.
///
/// Spec: OAuth 2.0 Form Post Response Mode section 2
pub(super) fn page(redirect_uri: &str, params: &[(String, String)]) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Back to the app" }
            }
            body {
                form #form-post method="post" action=(redirect_uri) {
                    @for (name, value) in params { input type="hidden" name=(name) value=(value); }
                    noscript {
                        p { "Scripts are off in this browser, so the way back to the app needs a click." }
                        button type="submit" { "Go on to the app" }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let mut response = no_store(raw(StatusCode::OK, "text/html; charset=utf-8", markup.into_string()));
    let csp = format!(
        "default-src 'none'; script-src 'sha256-{}'; form-action {}; base-uri 'none'; frame-ancestors 'none'",
        *SCRIPT_HASH,
        target(redirect_uri)
    );
    let headers = response.headers_mut();
    if let Ok(csp) = HeaderValue::from_str(&csp) {
        headers.insert(header::CONTENT_SECURITY_POLICY, csp);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The redirect URI as a source of a content security policy, which has no query and no `;` or `,`. An IPv6 literal cannot be written there
/// at all: the scheme has to do.
fn target(redirect_uri: &str) -> String {
    match Url::parse(redirect_uri) {
        Ok(uri) if matches!(uri.host(), Some(Host::Ipv6(_))) => format!("{}:", uri.scheme()),
        Ok(uri) => uri[..url::Position::AfterPath].replace(';', "%3B").replace(',', "%2C"),
        Err(_) => "'none'".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_redirect_uri_and_cannot_be_widened_by_it() {
        assert_eq!(target("http://127.0.0.1:5/cb?a=1"), "http://127.0.0.1:5/cb");
        assert_eq!(target("https://app.example/a;b,c"), "https://app.example/a%3Bb%2Cc");
        assert_eq!(target("https://app.example/a b"), "https://app.example/a%20b");
        assert_eq!(target("http://[::1]:5/cb"), "http:");
    }
}
