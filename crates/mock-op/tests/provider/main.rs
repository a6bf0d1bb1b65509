//! Each rule of the provider over real HTTP, with its refusals. Every test has a provider of its own, on a free port.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets the unexpected is to fail"
)]

mod algorithms;
mod app;
mod apple;
mod auth0;
mod authorize;
mod choosing;
mod claims;
mod command;
mod config;
mod control;
mod device;
mod discovery;
mod documents;
mod dpop;
mod faults;
mod form_post;
mod grade;
mod live_page;
mod openapi;
mod pages;
mod par;
mod profiles;
mod refresh;
mod registration;
mod resources;
mod sessions;
mod signed_request;
mod tls;
mod token;
