//! Doors: each turns the outside world into "a redirect arrived".

pub(crate) mod choice;
pub mod loopback;
pub mod scheme;
