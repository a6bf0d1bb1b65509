//! Asking at the terminal for a passphrase, and Ctrl+C meanwhile.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use doorkey::vault::passphrase::{self, PassphraseInputError};
use doorkey::{Error, Secret};
#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::exit::Failure;
use crate::outside::say;
use crate::place::bad_passphrase;
use crate::sign_in::interruption;

/// Something else than a prompt minds Ctrl+C now: a sign-in, which takes back what is parked.
pub(crate) static MINDED: AtomicBool = AtomicBool::new(false);

/// What the person types, unseen.
///
/// Errors: `Cancelled` at Ctrl+C, and the terminal shows again what is typed; `Unusable` where nothing could be read.
pub(crate) async fn prompt(key: &'static str) -> Result<Secret, Failure> {
    // Hidden before the question stands there: who types at once must not be seen.
    let before = Shown::hidden();
    let mut interrupted = Box::pin(interruption()?);
    // A thread of its own waits for the person; it ends with the process.
    let terminal = before.terminal();
    let typed = tokio::task::spawn_blocking(move || {
        let question = say(key, &[]);
        match terminal {
            // Nobody but us changes how the terminal is, so that nothing hides it again after Ctrl+C.
            Some(mut terminal) => {
                let asked = terminal.write_all(question.as_str().as_bytes());
                asked.map_err(|_| PassphraseInputError::Unreadable)?;
                passphrase::from_hidden(&mut terminal)
            }
            None => passphrase::prompt(question.as_str()),
        }
    });
    let typed = tokio::select! {
        typed = typed => Some(typed),
        _ = &mut interrupted => None,
    };
    before.again();
    let Some(typed) = typed else {
        return Err(Error::Cancelled.into());
    };
    // From now on a signal does not end the process by itself any more.
    tokio::spawn(async move {
        let _ = interrupted.await;
        if !MINDED.load(Ordering::SeqCst) {
            std::process::exit(Failure::from(Error::Cancelled).code().into());
        }
    });
    let typed = typed.map_err(std::io::Error::other)?;
    typed.map_err(bad_passphrase)
}

/// How the terminal was before it hid what is typed.
struct Shown {
    #[cfg(unix)]
    terminal: Option<(std::fs::File, rustix::termios::Termios)>,
}

impl Shown {
    #[cfg(unix)]
    fn hidden() -> Self {
        let terminal = std::fs::File::options().read(true).write(true).open("/dev/tty").ok();
        let terminal = terminal.and_then(|terminal| {
            let modes = tcgetattr(&terminal).ok()?;
            let mut hidden = modes.clone();
            hidden.local_modes.remove(LocalModes::ECHO);
            hidden.local_modes.insert(LocalModes::ECHONL);
            tcsetattr(&terminal, OptionalActions::Now, &hidden).ok()?;
            Some((terminal, modes))
        });
        Self { terminal }
    }

    /// The terminal, if it shows nothing now.
    #[cfg(unix)]
    fn terminal(&self) -> Option<std::fs::File> {
        self.terminal.as_ref()?.0.try_clone().ok()
    }

    #[cfg(not(unix))]
    fn terminal(&self) -> Option<std::fs::File> {
        None
    }

    #[cfg(unix)]
    fn again(self) {
        if let Some((terminal, modes)) = self.terminal {
            // A terminal that is gone needs none.
            let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
        }
    }

    /// Windows shows it again by itself when the process ends.
    #[cfg(not(unix))]
    fn hidden() -> Self {
        Self {}
    }

    #[cfg(not(unix))]
    fn again(self) {}
}
