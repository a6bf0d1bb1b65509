//! Whole sign-ins against the mock provider over HTTP, with a robot in place of the person and the browser.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod accounts;
mod api;
mod asked;
mod attempts;
mod bound_tokens;
#[cfg(all(unix, not(target_os = "macos")))]
mod browser;
mod browser_session;
mod canaries;
mod client_authentication;
mod device;
mod forget_everything;
// Its browser is a program that the tests put in the place of xdg-open; elsewhere there is no such place.
#[cfg(all(unix, not(target_os = "macos")))]
mod journal;
mod links;
mod misbehaviour;
mod odd_links;
mod plain_oauth;
mod pushed_requests;
mod refresh;
mod refresh_clock;
mod refresh_many;
mod refresh_spent;
// A file in the place of the folder is a fault there, and no record at all on Windows.
#[cfg(unix)]
mod refresh_unsaved;
mod resource;
mod revocations;
mod self_registration;
mod server_metadata;
mod sessions;
mod sign_out;
mod sign_out_disk;
mod signed_userinfo;
mod stage;
mod step_up;
