//! The paste door: the person brings the redirect's address by hand, where the browser is on another machine than the listener.
//!
//! It is for a terminal only, and nothing of it is shown: the address carries a code.

use tokio::sync::mpsc;
use zeroize::Zeroizing;

use crate::exit::Failure;

/// The longest address that is taken, in bytes: a terminal's line has no more.
#[cfg(unix)]
const LONGEST: u64 = 8192;

/// A terminal that hides what is typed, until this is dropped.
pub(crate) struct Paste {
    lines: mpsc::Receiver<Zeroizing<String>>,
    #[cfg(unix)]
    _hidden: unix::Hidden,
}

impl Paste {
    /// The next line; never again when the terminal is gone, for the answer may still come by the listener.
    pub(crate) async fn next(&mut self) -> Zeroizing<String> {
        match self.lines.recv().await {
            Some(line) => line,
            None => std::future::pending().await,
        }
    }

    /// Begins to listen to the terminal.
    ///
    /// Errors: `Unsupported` where there is no terminal, or none whose echo can be taken away.
    #[cfg(unix)]
    pub(crate) fn open() -> Result<Self, Failure> {
        let (terminal, hidden) = unix::hide().ok_or_else(unsupported)?;
        let (tell, lines) = mpsc::channel(1);
        // A thread that waits for the person ends with the process, not with the runtime.
        std::thread::spawn(move || unix::read(terminal, &tell));
        Ok(Self { lines, _hidden: hidden })
    }

    /// Not done here.
    #[cfg(not(unix))]
    pub(crate) fn open() -> Result<Self, Failure> {
        Err(unsupported())
    }
}

fn unsupported() -> Failure {
    Failure::Unsupported("command-unsupported-paste", "RFC 8252 section 7.3")
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{BufRead as _, BufReader, Read as _};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use tokio::sync::mpsc;
    use zeroize::Zeroizing;

    /// Shows what is typed again when it is dropped.
    pub(super) struct Hidden {
        terminal: File,
        before: Termios,
    }

    impl Drop for Hidden {
        fn drop(&mut self) {
            // A terminal that is gone needs none.
            let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
        }
    }

    pub(super) fn hide() -> Option<(File, Hidden)> {
        let terminal = File::options().read(true).write(true).open("/dev/tty").ok()?;
        let before = tcgetattr(&terminal).ok()?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        hidden.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(&terminal, OptionalActions::Now, &hidden).ok()?;
        let reader = terminal.try_clone().ok()?;
        Some((reader, Hidden { terminal, before }))
    }

    pub(super) fn read(terminal: File, tell: &mpsc::Sender<Zeroizing<String>>) {
        let mut lines = BufReader::new(terminal);
        loop {
            let mut line = Zeroizing::new(String::new());
            match lines.by_ref().take(super::LONGEST).read_line(&mut line) {
                Ok(0) => return,
                // What is not text is no address.
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => continue,
                Err(_) => return,
                Ok(_) => {}
            }
            if tell.blocking_send(line).is_err() {
                return;
            }
        }
    }
}
