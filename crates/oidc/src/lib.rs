//! OpenID Connect and OAuth 2 for native apps: the protocol alone.
//!
//! Nothing here opens a socket, reads a clock or draws a random number. Requests are built as [`http::Request`], answers
//! are given back as [`http::Response`], time and randomness come in as arguments.
//!
//! A sign-in is a line of stages, each spent by the next, so that a step cannot be skipped or taken twice:
//!
//! ```text
//! authorization::Request --begin--> ExpectRedirect --receive--> CodeGrant --token_request--> ExpectTokens
//!     --receive--> Tokens --verify--> SignedIn (with IdTokenClaims)
//! ```
//!
//! The same line begins elsewhere where the request is pushed ahead of the browser ([`par`]) or the person is on another screen
//! ([`device`]), and ends in [`token::Granted`], which has no claims, where the server is no OpenID Provider. What is signed for one
//! request (a proof of possession, a client assertion) takes a [`client::Fresh`].
//!
//! [`authorization::ExpectRedirect`] alone can be turned into bytes, for sealing, because the second half may run in another process.

pub mod authorization;
pub mod challenge;
pub mod claims;
pub mod client;
pub mod client_id_document;
pub mod device;
pub mod dialect;
pub mod discovery;
pub mod dpop;
pub mod error;
pub mod id_token;
pub mod jose;
pub mod json;
pub mod logout;
pub mod par;
pub mod pkce;
pub mod provider;
pub mod redirect;
pub mod registration;
pub mod resource;
mod response;
pub mod revocation;
mod secret;
pub mod tenants;
pub mod text;
pub mod token;
pub mod trail;
pub mod userinfo;

pub use error::{Error, Misbehaviour, Misconfiguration, Refusal, Unsupported};
pub use response::date;
pub use secret::Secret;

/// Seconds since 1970-01-01T00:00:00Z by the caller's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now(pub i64);
