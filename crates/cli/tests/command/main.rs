//! The command itself, as a process, against the mock provider over HTTP.
#![cfg(all(unix, not(target_os = "macos")))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod bound_tokens;
mod credential;
mod endings;
mod hostile;
mod paste;
mod sessions;
mod sign_in;
mod stage;
mod step_up;
