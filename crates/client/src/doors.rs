//! Doors: each turns the outside world into "a redirect arrived".

pub mod loopback;
pub mod scheme;
