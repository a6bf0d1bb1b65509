//! The pages that people see. Rendered here, without a script and without a byte from anywhere else; every value is
//! escaped by the template.

use super::{Shared, choose_fault};
use crate::answer::{Noted, no_store, raw};
use crate::call::Call;
use crate::clients::Client;
use crate::grants::AuthorizationRequest;
use crate::people::{Person, SCOPES};
use aws_lc_rs::digest::{SHA256, digest};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::sync::LazyLock;

const STYLE: &str = include_str!("pages.css");

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| STANDARD.encode(digest(&SHA256, STYLE.as_bytes()).as_ref()));

/// A whole page. `form_action` is where a form may lead, redirects included.
fn page(status: StatusCode, title: &str, form_action: &str, content: &Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { div.card { (content) } footer { "A mock OpenID Provider, for tests only. No password is asked for." } }
            }
        }
    };
    // Chromium applies form-action to the redirects that follow a form too, so the app's scheme has to be named.
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; img-src 'self' data:; form-action {form_action}; base-uri 'none'; \
         frame-ancestors 'none'",
        *STYLE_HASH
    );
    under(status, &policy, markup)
}

/// A page that does no more than this content security policy lets it.
pub(super) fn under(status: StatusCode, policy: &str, markup: Markup) -> Response {
    let mut response = no_store(raw(status, "text/html; charset=utf-8", markup.into_string()));
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// `'self'` and the scheme of the redirect URI. A URI parser has checked that scheme's letters.
fn form_action(redirect_uri: &str) -> String {
    match url::Url::parse(redirect_uri) {
        Ok(uri) => format!("'self' {}:", uri.scheme()),
        Err(_) => "'self'".into(),
    }
}

fn face(person: &Person) -> Markup {
    let initials: String = person
        .name()
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    html! {
        span.face aria-hidden="true" {
            @match person.text("picture") {
                Some(path) if path.starts_with('/') => img src=(path) alt="";,
                _ => (initials),
            }
        }
    }
}

fn who(person: &Person) -> Markup {
    let verified = person.claims.get("email_verified").and_then(serde_json::Value::as_bool);
    html! {
        span.who {
            b { (person.name()) }
            @if let Some(email) = person.text("email") {
                span { (email) }
                @match verified {
                    Some(true) => span.ok { "Verified address" },
                    _ => span.warn { "Address not verified" },
                }
            }
        }
    }
}

/// The account picker. Whoever is hinted at stands first; then the others in their order.
pub(super) fn login(
    op: &Shared,
    request: &AuthorizationRequest,
    client: &Client,
    handle: &str,
    signed_in: Option<&str>,
) -> Response {
    let hinted = |person: &&Person| request.login_hint.as_deref().is_some_and(|hint| person.is_hinted(hint));
    let (first, rest): (Vec<&Person>, Vec<&Person>) = op.people_at(&request.issuer).partition(hinted);
    let (login, consent) = (
        format!("{}/login", request.issuer.path),
        format!("{}/consent", request.issuer.path),
    );
    let content = html! {
        h1 { "Choose an account" }
        p { "to go on to " b { (client.name) } }
        form method="post" action=(login) {
            input type="hidden" name="interaction" value=(handle);
            ul {
                @for (at, person) in first.iter().chain(&rest).enumerate() {
                    li {
                        button.person type="submit" name="person" value=(person.id) data-person=(person.id)
                            autofocus[at == 0] {
                            (face(person)) (who(person))
                            @if signed_in == Some(person.id.as_str()) { span { "Signed in" } }
                        }
                    }
                }
            }
            (choose_fault::part(request.chosen.as_deref()))
        }
        form method="post" action=(consent) {
            input type="hidden" name="interaction" value=(handle);
            button #cancel type="submit" name="decision" value="deny" { "Cancel" }
        }
    };
    page(
        StatusCode::OK,
        "Choose an account",
        &form_action(&request.redirect_uri),
        &content,
    )
}

/// The consent page, scope by scope.
pub(super) fn consent(request: &AuthorizationRequest, client: &Client, person: &Person, handle: &str) -> Response {
    let asked = |scope: &str| request.scopes.has(scope);
    let choices = SCOPES.iter().filter(|(scope, _)| *scope != "openid" && asked(scope));
    let one_by_one = request.special.claims.beyond(&request.scopes, person);
    let action = format!("{}/consent", request.issuer.path);
    let content = html! {
        h1 { "Allow " (client.name) "?" }
        div.person { (face(person)) (who(person)) }
        form method="post" action=(action) {
            input type="hidden" name="interaction" value=(handle);
            fieldset {
                legend { (client.name) " wants to" }
                @if asked("openid") { div.always { (SCOPES[0].1) } }
                @for (scope, says) in choices {
                    label { input type="checkbox" name="scope" value=(scope) checked; span { (says) } }
                }
                @for name in &one_by_one {
                    label { input type="checkbox" name="claim" value=(name) checked; span { "See this about you: " code { (name) } } }
                }
            }
            @if !request.redirect_uri.is_empty() {
                p { "Afterwards you go back to " code { (destination(&request.redirect_uri)) } }
            }
            div.row {
                button.main #allow type="submit" name="decision" value="allow" { "Allow" }
                button #deny type="submit" name="decision" value="deny" { "Deny" }
            }
        }
    };
    page(
        StatusCode::OK,
        &format!("Allow {}?", client.name),
        &form_action(&request.redirect_uri),
        &content,
    )
}

/// The part of a redirect URI that says whose it is.
fn destination(redirect_uri: &str) -> String {
    let Ok(uri) = url::Url::parse(redirect_uri) else {
        return String::new();
    };
    match (uri.scheme(), uri.host_str()) {
        ("http" | "https", Some(host)) => host.to_owned(),
        (scheme, _) => scheme.to_owned(),
    }
}

/// A request that may not be answered by a redirect.
pub(super) fn refusal(call: &Call, error: &str, says: &str) -> Response {
    let content = html! {
        h1 { "This sign-in cannot go on" }
        p { (says) }
        p { "Error: " code { (error) } " at " code { (call.path) } }
    };
    let mut response = page(StatusCode::BAD_REQUEST, "This sign-in cannot go on", "'none'", &content);
    response.extensions_mut().insert(Noted(error.to_owned()));
    response
}

/// Asks for the code that a device shows.
///
/// Spec: RFC 8628 section 3.3
pub(super) fn user_code(call: &Call, filled: Option<&str>, wrong: bool) -> Response {
    let content = html! {
        h1 { "Sign in a device" }
        p { "Type the code that your device shows. Go on only if you started this yourself, on a device before you." }
        @if wrong { p.warn role="alert" { "No device shows this code now. Look again; it may have expired." } }
        form method="post" action=(call.path) {
            p { label { "Code "
                input type="text" name="user_code" value=[filled] required autocomplete="off" spellcheck="false" autofocus;
            } }
            button.main #go type="submit" { "Go on" }
        }
    };
    page(StatusCode::OK, "Sign in a device", "'self'", &content)
}

/// After a device's question was answered.
pub(super) fn device_answered(allowed: bool) -> Response {
    let says = if allowed {
        "Your device is signed in"
    } else {
        "Your device was not signed in"
    };
    let content = html! { h1 { (says) } p { "You can close this tab." } };
    page(StatusCode::OK, says, "'none'", &content)
}

/// After the end of a session.
pub(super) fn signed_out() -> Response {
    let content = html! { h1 { "You are signed out" } p { "You can close this tab." } };
    page(StatusCode::OK, "Signed out", "'none'", &content)
}

/// Asks before a session is ended that nobody can be shown to have asked for.
pub(super) fn confirm_sign_out(call: &Call, fields: &[(&str, &str)], redirect_uri: Option<&str>) -> Response {
    let content = html! {
        h1 { "Sign out?" }
        p { "An app asks to end your session with this provider." }
        form method="post" action=(call.path) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button.main #sign-out type="submit" name="decision" value="sign-out" { "Sign out" }
        }
    };
    let leads = redirect_uri.map_or_else(|| "'self'".into(), form_action);
    page(StatusCode::OK, "Sign out?", &leads, &content)
}
