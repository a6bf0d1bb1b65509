//! The modules that touch the world, against the world: sockets, files, programs, a keychain.

mod connections;
mod credential_manager;
mod doctor;
mod link_handler;
mod loopback;
mod loopback_life;
#[cfg(all(unix, not(target_os = "macos")))]
mod mock_secret_service;
#[cfg(all(unix, not(target_os = "macos")))]
mod private_bus;
mod registry;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
mod shell_execute;
#[cfg(all(unix, not(target_os = "macos")))]
mod store_faults;
mod tls;
mod transport;
mod user_agent;
mod vault;
#[cfg(target_os = "linux")]
mod vault_disk;
mod vault_held_files;
#[cfg(unix)]
mod vault_passphrase;
mod wire;
