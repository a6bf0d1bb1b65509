//! Native sign-in for desktop programs.
//!
//! A [`Client`] opens the person's own browser at their provider, takes the redirect by a link in the program's own scheme
//! or by a loopback listener, exchanges and verifies, keeps the session sealed under a key in the operating system's
//! keychain, renews it, and takes it back. The program that uses it never sees a token.

mod arrived;
mod ask;
mod authentication;
mod begin;
mod client;
mod clock;
mod complete;
mod device;
pub mod doctor;
mod document;
pub mod doors;
pub mod error;
mod exchange;
mod fetch;
pub mod flow;
mod fresh;
mod freshness;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod inner;
mod installation;
pub mod journal;
mod known;
pub mod link_handler;
pub mod locales;
mod nonces;
mod parked;
mod person;
mod picture;
pub mod points;
pub mod providers;
mod pushed;
mod records;
mod registered;
mod resource;
mod retry_after;
pub mod sessions;
pub mod transport;
mod upkeep;
pub mod user_agent;
pub mod vault;

pub use client::{Client, ClientConfig, Event};
pub use clock::Clock;
pub use doorkey_oidc::provider::Transport as Schemes;
pub use doorkey_oidc::text::ProviderText;
pub use doorkey_oidc::trail;
pub use doorkey_oidc::{Misconfiguration, Secret};
pub use error::Error;
pub use records::Keeping;
pub use resource::ResourceProvider;
