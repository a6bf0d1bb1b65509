//! A mock OpenID Provider for tests: correct and strict by default, wrong on request in ways that have names.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use mock_op::{Fault, MockOp};
//!
//! let op = MockOp::start().await?;
//! // Point your client at `op.issuer()` with the client id `demo`, and let it make an authorization URL. This one is
//! // made by hand:
//! let url = format!(
//!     "{}/authorize?response_type=code&client_id=demo&redirect_uri=com.example.app%3A%2Fcb&scope=openid\
//!      &state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
//!     op.issuer()
//! );
//! op.next(Fault::AuthorizeIssMissing);
//! let redirect = op.robot().sign_in(&url).await?;
//! assert!(redirect.starts_with("com.example.app:/cb?code="));
//! assert!(!redirect.contains("iss="));
//! assert_eq!(op.requests().len(), 3); // authorize, login, consent
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod access_token;
mod alg;
mod answer;
mod assertion;
pub mod attacker;
mod builder;
mod call;
mod chances;
mod chosen;
mod claims;
mod clients;
mod clock;
mod config;
mod documents;
mod dpop;
mod endpoints;
mod expiring;
mod faults;
pub mod findings;
pub mod grade;
mod grants;
mod hold;
mod id_token;
mod journal;
mod keys;
mod named_issuer;
mod news;
mod op;
mod outbound;
mod people;
mod place;
mod plug;
mod profile;
mod provider;
mod random;
mod robot;
mod scopes;
mod server;
mod signed_request;
mod tls;
mod under_way;
mod wrong;

pub use alg::Alg;
pub use builder::{Builder, StartError};
pub use call::Endpoint;
pub use clients::{Client, RedirectUris};
pub use clock::Clock;
pub use config::{Config, ConfigError};
pub use faults::{Fault, When};
pub use hold::Hold;
pub use journal::{Did, Recorded, Secrets};
pub use named_issuer::{Mapping, NamedIssuer};
pub use op::MockOp;
pub use people::Person;
pub use profile::Profile;
pub use robot::{Posted, Robot, RobotError};

/// The catalogue of misbehaviours, as JSON: an array of cases with `id`, `group`, `actor`, `spec`, `provider_does`,
/// `client_must`, `verdict` (`refuse`, `ignore`, `recover`, `accept`) and `core`. Those that this provider can do are
/// [`Fault::ALL`].
pub const CATALOGUE: &str = include_str!("../catalogue.json");
