//! What vault and sessions survive: processes that are killed at named points, many tasks and processes that want the same
//! token, disks that are full or refuse, a thousand accounts, ten thousand forged redirects; and that nothing secret is
//! left in what they write.
//!
//! Each scenario starts children of this crate's own program, each with a client of its own on a vault that they share,
//! and a mock provider that counts. The short form runs in the tests, the long form by `cargo xtask soak`.

pub mod canary;
mod child;
mod concurrent;
pub mod crash;
mod disk;
mod error;
mod flood;
mod harness;
mod keyring;
mod keys;
mod many;
mod measure;
mod place;
mod process;
mod provider;
mod report;
pub mod scenarios;
pub mod store_faults;
mod telling;
mod wire;

pub use child::child;
pub use disk::inside as disk_inside;
pub use error::{Result, SoakError};
pub use harness::{Harness, Size};
pub use report::{Row, Table, machine};
