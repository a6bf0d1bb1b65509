//! The Doorkey app.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    #[cfg(target_os = "linux")]
    start_again_readable();
    doorkey_desktop::run()
}

/// Chromium sets `NO_AT_BRIDGE` for itself and hands it on to whatever a link in its pages starts: a window that no screen
/// reader could read. Started by a link, the program starts itself once more without it.
#[cfg(target_os = "linux")]
fn start_again_readable() {
    use std::os::unix::process::CommandExt as _;
    let by_link = std::env::args_os().len() == 2;
    if !by_link || std::env::var_os("NO_AT_BRIDGE").is_none() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut again = std::process::Command::new(program);
    // Returns only when it could not be started. A window that cannot be read aloud is still better than none.
    let _ = again
        .args(std::env::args_os().skip(1))
        .env_remove("NO_AT_BRIDGE")
        .exec();
}
