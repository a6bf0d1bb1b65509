//! Programs by others, each run as a real process, and ours: what they refuse in our requests is our mistake.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod asked;
mod asked_stages;
mod authentication;
mod authlib;
mod bound;
// The browser is a program that the test puts in the place of xdg-open; elsewhere there is no such place.
#[cfg(all(unix, not(target_os = "macos")))]
mod browser_session;
mod client_process;
mod client_stages;
mod code_flow;
mod device;
mod device_stages;
mod dpop_stages;
mod keys;
mod oauth4webapi;
mod openid_client;
mod openidconnect_crate;
mod par_stages;
mod person;
mod process;
mod pushed;
mod refresh;
mod refusals;
mod sign_out;
mod stage;
mod wire;
