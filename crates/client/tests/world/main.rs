//! The modules that touch the world, against the world: sockets, files, programs, a keychain.

mod doctor;
mod link_handler;
mod loopback;
mod loopback_life;
mod secret_service;
mod tls;
mod transport;
mod user_agent;
mod vault;
mod wire;
