//! Each rule of the provider over real HTTP, with its refusals. Every test has a provider of its own, on a free port.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets the unexpected is to fail"
)]

mod app;
mod authorize;
mod choosing;
mod command;
mod config;
mod control;
mod device;
mod discovery;
mod dpop;
mod faults;
mod grade;
mod pages;
mod par;
mod profiles;
mod refresh;
mod registration;
mod resources;
mod sessions;
mod tls;
mod token;
