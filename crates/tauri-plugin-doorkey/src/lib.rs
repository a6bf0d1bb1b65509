//! Sign-in through the system browser for Tauri apps.

pub mod ipc;
