//! The Doorkey app.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    #[cfg(target_os = "linux")]
    start_again::readable();
    let ended = doorkey_desktop::run();
    #[cfg(target_os = "linux")]
    if ended.is_err() {
        start_again::after_another_has_ended();
    }
    match ended {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("doorkey: the app could not start: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

/// Where the program must start itself once more to be of use. It goes on as the same process, with the same one argument.
#[cfg(target_os = "linux")]
mod start_again {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;
    use std::time::Duration;

    /// Counts the starts that failed because another process was just ending.
    const FAILED_STARTS: &str = "DOORKEY_FAILED_STARTS";
    const MOST_FAILED_STARTS: u32 = 3;

    /// Chromium sets `NO_AT_BRIDGE` for itself and hands it on to whatever a link in its pages starts: a window that no screen
    /// reader could read. Started by a link, the program starts itself once more without it.
    pub(crate) fn readable() {
        let by_link = std::env::args_os().len() == 2;
        if by_link && std::env::var_os("NO_AT_BRIDGE").is_some() {
            again(|command| command.env_remove("NO_AT_BRIDGE"));
        }
    }

    /// The name on the session bus may belong to a process that is ending and answers no more. What this start is about, a link
    /// perhaps, must not be lost with it: the name is free in a moment.
    pub(crate) fn after_another_has_ended() {
        let failed = std::env::var(FAILED_STARTS)
            .ok()
            .and_then(|count| count.parse().ok())
            .unwrap_or(0u32);
        if failed < MOST_FAILED_STARTS {
            std::thread::sleep(Duration::from_millis(300));
            again(|command| command.env(FAILED_STARTS, (failed + 1).to_string()));
        }
    }

    /// Returns only if the program could not be started.
    fn again(change: impl FnOnce(&mut Command) -> &mut Command) {
        if let Ok(program) = std::env::current_exe() {
            let _ = change(Command::new(program).args(std::env::args_os().skip(1))).exec();
        }
    }
}
