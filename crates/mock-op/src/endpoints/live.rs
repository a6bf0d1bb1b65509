//! The page at the origin: what happens, live, and what can be changed. It asks the control API as any program does.

use super::{Shared, pages};
use crate::answer::raw;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

const SCRIPT: &str = include_str!("live/live.js");
const STYLE: &str = include_str!("live/live.css");

/// Nothing but what is served here, and nothing that is written into the page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn script() -> Response {
    raw(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT)
}

pub(super) async fn style() -> Response {
    raw(StatusCode::OK, "text/css; charset=utf-8", STYLE)
}

/// The page without what changes: that is asked for by its script.
pub(super) async fn page(State(op): State<Shared>) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "mock-op" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/control/live.css";
                script src="/control/live.js" defer {}
            }
            body { (content(&op)) }
        }
    };
    pages::under(StatusCode::OK, POLICY, markup)
}

fn content(op: &Shared) -> Markup {
    html! {
        header {
            h1 { "mock-op" }
            dl {
                div { dt { "Issuer" } dd { code { (op.issuer_named("").identifier()) } } }
                div { dt { "Signs with" } dd { code { (op.alg.name()) } } }
                div { dt { "Its clock" } dd #clock {} }
            }
            p #connection role="status" {}
            noscript { p.stop { "This page shows what happens by a script. Without one, ask " code { "/control/requests" } " and its neighbours; "
                code { "/control/openapi.json" } " describes them." } }
        }
        main {
            div.column {
                section aria-labelledby="findings-title" {
                    h2 #findings-title { "What is wrong with the app" }
                    ol #findings {}
                }
                section aria-labelledby="journal-title" {
                    div.row {
                        h2 #journal-title { "What happened" }
                        button #reset type="button" { "Start anew" }
                    }
                    p.soft { "The newest first. Codes, tokens and secrets are shown as hashes. Starting anew forgets requests, sessions, tokens and faults." }
                    ol #journal {}
                }
            }
            div.column {
                section aria-labelledby="faults-title" {
                    h2 #faults-title { "Go wrong" }
                    form #arm {
                        label for="find" { "Find a fault" }
                        input #find type="search" autocomplete="off" spellcheck="false" placeholder="nonce, refresh, redirect";
                        label for="fault" { "Fault" }
                        select #fault size="8" {}
                        div #told .soft aria-live="polite" {}
                        div.row {
                            span { label for="variant" { "Variant" } select #variant {} }
                            span { label for="when" { "How often" } select #when {
                                option value="once" { "The next time" }
                                option value="second" { "The second time" }
                                option value="thrice" { "The next three times" }
                                option value="always" { "Each time" }
                            } }
                        }
                        p #refused role="alert" {}
                        button.main type="submit" { "Arm it" }
                    }
                    h3 { "Armed" }
                    ul #armed {}
                }
                section aria-labelledby="clock-title" {
                    h2 #clock-title { "Time and keys" }
                    div.row {
                        button type="button" data-advance="60" { "+1 minute" }
                        button type="button" data-advance="3600" { "+1 hour" }
                        button type="button" data-advance="86400" { "+1 day" }
                        button type="button" data-advance="-3600" { "−1 hour" }
                    }
                    ul #keys {}
                    button #rotate type="button" { "New signing keys" }
                }
                section aria-labelledby="people-title" {
                    h2 #people-title { "People" }
                    ul #people {}
                }
                section aria-labelledby="clients-title" {
                    h2 #clients-title { "Apps" }
                    ul #clients {}
                }
            }
        }
    }
}
