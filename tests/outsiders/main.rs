//! Doorkey's client against programs by others, each run as a real process: what they refuse in our requests is our mistake.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod code_flow;
mod keys;
mod person;
mod process;
mod refresh;
mod refusals;
mod sign_out;
mod stage;
