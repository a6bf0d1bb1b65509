//! The modules that touch the world, against the world: sockets, files, programs, a keychain.

mod link_handler;
mod loopback;
mod loopback_life;
mod secret_service;
mod tls;
mod transport;
mod user_agent;
mod vault;
#[cfg(target_os = "linux")]
mod vault_disk;
#[cfg(unix)]
mod vault_passphrase;
mod wire;
