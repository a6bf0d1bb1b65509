//! Native sign-in for desktop programs: browser, redirect, vault and sessions.

pub mod doors;
pub mod link_handler;
pub mod locales;
pub mod transport;
pub mod user_agent;
pub mod vault;
