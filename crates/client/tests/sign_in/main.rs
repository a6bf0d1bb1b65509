//! Whole sign-ins against the mock provider over HTTP, with a robot in place of the person and the browser.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod accounts;
mod api;
mod attempts;
mod links;
mod misbehaviour;
mod sessions;
mod stage;
