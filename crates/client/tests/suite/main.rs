//! The modules of the OpenID conformance suite for clients, and of its FAPI 2 plan, as tests of their names: each brings up a mock
//! provider that behaves as the module's does, and has the client sign in there.
//!
//! They are rebuilt from public descriptions, not run by the suite: passing them is no certification. Which modules there are stands in
//! `rp-tests.json`; that each is tested or has a reason not to be is itself a test, in `modules.rs`.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod basic;
#[cfg(all(unix, not(target_os = "macos")))]
#[path = "../sign_in/browser.rs"]
mod browser;
#[path = "../sign_in/canaries.rs"]
mod canaries;
mod comprehensive;
mod config;
mod dynamic;
mod fapi2;
// Its browser is a program that the tests put in the place of xdg-open; elsewhere there is no such place.
#[cfg(all(unix, not(target_os = "macos")))]
mod logout;
mod modules;
mod refresh;
// The other tests of sign-ins need more of it than these.
#[allow(dead_code)]
#[path = "../sign_in/stage.rs"]
mod stage;
mod tried;
