//! The modules that touch the world, against the world: sockets, files, programs, a keychain.

mod credential_manager;
mod link_handler;
mod loopback;
mod loopback_life;
mod registry;
mod secret_service;
mod shell_execute;
mod tls;
mod transport;
mod user_agent;
mod vault;
mod vault_held_files;
mod wire;
