//! The whole program on a desktop of its own: a real window, a real browser, the real link handler, a real keychain, and
//! a provider in another process. Nothing in between is a stand-in.
//!
//! Each test brings up its own desktop; what it leaves when it fails is in the folder that it names. They need the mock
//! provider's program beside the app's (`cargo build -p mock-op`) and the built user interface; `cargo xtask e2e` sees to both.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod callbacks;
mod canary;
mod endings;
mod examined;
mod instance;
mod locked;
mod returning;
mod sessions;
mod stage;
