//! How a passphrase reaches a program without being seen: from an open file descriptor, or typed at a terminal.

use std::io::{self, IsTerminal as _, Read};

use zeroize::Zeroizing;

use crate::Secret;

/// The longest passphrase, in bytes.
pub(super) const LONGEST: usize = 1024;

/// Why no passphrase was read. Holds nothing of what was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseInputError {
    /// The descriptor is not open for reading, there is no terminal, or it was closed.
    #[error("nothing can be read there")]
    Unreadable,
    /// The descriptor is a terminal, which would show what is typed: `prompt` is for that.
    #[error("a terminal would show it; without the descriptor it is asked for unseen")]
    Terminal,
    /// The line has nothing on it.
    #[error("the passphrase is empty")]
    Empty,
    /// The line has more than 1,024 bytes.
    #[error("the passphrase has more than 1,024 bytes")]
    TooLong,
    /// The line is not UTF-8.
    #[error("the passphrase is not text")]
    NotText,
    /// This system has no way to name a descriptor.
    #[error("this system has no file descriptors to read from")]
    Unsupported,
}

/// Reads one line from a file descriptor that was handed to this process, up to the newline and no byte further.
///
/// Waits until the line is there, so not for an async thread. A socket cannot be read so.
///
/// # Errors
/// [`PassphraseInputError`]; `Unsupported` on Windows.
pub fn from_fd(descriptor: u32) -> Result<Secret, PassphraseInputError> {
    if !cfg!(unix) {
        return Err(PassphraseInputError::Unsupported);
    }
    // The descriptor stays the caller's: what is opened here is another one for the same thing.
    let mut file =
        std::fs::File::open(format!("/dev/fd/{descriptor}")).map_err(|_| PassphraseInputError::Unreadable)?;
    if file.is_terminal() {
        return Err(PassphraseInputError::Terminal);
    }
    one_line(&mut file)
}

/// Asks at the terminal, and shows nothing of what is typed. Waits for the person, so not for an async thread.
///
/// # Errors
/// `Unreadable` when there is no terminal, `Empty`, `TooLong`, `NotText`.
pub fn prompt(text: &str) -> Result<Secret, PassphraseInputError> {
    let typed = rpassword::prompt_password(text).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => PassphraseInputError::NotText,
        _ => PassphraseInputError::Unreadable,
    })?;
    checked(Zeroizing::new(typed))
}

/// Reads one line from a terminal that the caller has told to show nothing, up to the newline. Waits for the person.
///
/// # Errors
/// As [`from_fd`].
pub fn from_hidden(terminal: &mut impl Read) -> Result<Secret, PassphraseInputError> {
    one_line(terminal)
}

/// One byte at a time, as a shell's `read` does: what follows the newline is somebody else's.
fn one_line(from: &mut impl Read) -> Result<Secret, PassphraseInputError> {
    // Room for all of it from the start: a buffer that grows leaves copies behind.
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST + 2));
    let mut byte = Zeroizing::new([0]);
    loop {
        match from.read(byte.as_mut()) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(PassphraseInputError::Unreadable),
        }
        // One byte more than the longest, which may yet be the carriage return of a line's end.
        if line.len() > LONGEST + 1 {
            return Err(PassphraseInputError::TooLong);
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    let text = std::str::from_utf8(&line).map_err(|_| PassphraseInputError::NotText)?;
    checked(Zeroizing::new(text.to_owned()))
}

fn checked(mut text: Zeroizing<String>) -> Result<Secret, PassphraseInputError> {
    match text.len() {
        0 => Err(PassphraseInputError::Empty),
        1..=LONGEST => Ok(Secret::new(std::mem::take(&mut *text))),
        _ => Err(PassphraseInputError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, PassphraseInputError> {
        one_line(&mut &*bytes).map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn one_line_is_read_without_its_end_and_nothing_after_it() {
        let mut two: &[u8] = b"first\nsecond\n";
        assert_eq!(one_line(&mut two).expect("read").expose(), "first");
        assert_eq!(two, b"second\n");
        for (bytes, text) in [
            (b"p".as_slice(), "p"),
            (b"p\n", "p"),
            (b"p\r\n", "p"),
            (b" a b \n", " a b "),
            ("pä\n".as_bytes(), "pä"),
        ] {
            assert_eq!(read(bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_passphrase_is_told() {
        let longest = "x".repeat(LONGEST);
        assert_eq!(read(format!("{longest}\n").as_bytes()), Ok(longest.clone()));
        assert_eq!(read(format!("{longest}\r\n").as_bytes()), Ok(longest.clone()));
        assert_eq!(
            read(format!("{longest}x\n").as_bytes()),
            Err(PassphraseInputError::TooLong)
        );
        assert_eq!(read(&[b'x'; LONGEST + 1]), Err(PassphraseInputError::TooLong));
        assert_eq!(read(b""), Err(PassphraseInputError::Empty));
        assert_eq!(read(b"\n"), Err(PassphraseInputError::Empty));
        assert_eq!(read(b"\xff\xfe\n"), Err(PassphraseInputError::NotText));
    }

    #[test]
    fn a_line_without_end_is_given_up_at_the_limit() {
        let mut endless = io::repeat(b'x');
        assert_eq!(one_line(&mut endless).map(drop), Err(PassphraseInputError::TooLong));
    }

    #[cfg(unix)]
    #[test]
    fn a_descriptor_is_read_from_and_one_that_is_not_open_is_told() {
        use std::os::fd::AsRawFd as _;
        let (reader, mut writer) = io::pipe().expect("a pipe");
        io::Write::write_all(&mut writer, b"from a pipe\nrest").expect("written");
        let descriptor = u32::try_from(reader.as_raw_fd()).expect("not negative");
        assert_eq!(from_fd(descriptor).expect("read").expose(), "from a pipe");
        assert_eq!(from_fd(u32::MAX).map(drop), Err(PassphraseInputError::Unreadable));
    }
}
