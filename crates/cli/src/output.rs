//! What the command prints: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::Style;
use doorkey::Secret;
use serde_json::Value;

use crate::outside::{self, Line};

/// Where to and in which form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Out {
    json: bool,
}

impl Out {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// A line of the result.
    pub(crate) fn line(self, line: &Line) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        writeln!(out, "{}", line.as_str())?;
        out.flush()
    }

    /// A line of the result in a style, where the terminal has one.
    pub(crate) fn styled(self, line: &Line, style: Style) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        writeln!(out, "{style}{}{style:#}", line.as_str())?;
        out.flush()
    }

    /// A line that is no result: progress, a question, an error.
    pub(crate) fn note(self, line: &Line) -> io::Result<()> {
        writeln!(anstream::stderr().lock(), "{}", line.as_str())
    }

    /// A link for the person to open: whole, for a part of it is of no use. A serialised URL is ASCII without controls, and one that is not
    /// is not shown.
    pub(crate) fn link(self, url: &str) -> io::Result<()> {
        let plain = url.bytes().all(|byte| byte.is_ascii_graphic());
        writeln!(anstream::stderr().lock(), "{}", if plain { url } else { "" })
    }

    /// The beginning of a line that the person ends.
    pub(crate) fn ask(self, line: &Line) -> io::Result<()> {
        let mut out = anstream::stderr().lock();
        write!(out, "{}", line.as_str())?;
        out.flush()
    }

    /// One object on a line.
    pub(crate) fn json(self, value: &Value) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", outside::json(value))?;
        out.flush()
    }

    /// What was done: an object for a program, a line beside the result for a person.
    pub(crate) fn told(self, value: &Value, line: &Line) -> io::Result<()> {
        if self.json { self.json(value) } else { self.note(line) }
    }

    /// Bytes of the outside: as they are for a program, and for a terminal without what would command it.
    pub(crate) fn bytes(self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if out.is_terminal() {
            let text = outside::document(bytes);
            out.write_all(text.as_bytes())?;
            if !text.ends_with('\n') {
                out.write_all(b"\n")?;
            }
        } else {
            out.write_all(bytes)?;
        }
        out.flush()
    }

    /// A secret, between these texts. Only for `token` and `credential`, whose purpose it is.
    pub(crate) fn secret(self, before: &str, secret: &Secret, after: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(before.as_bytes())?;
        // Exposed to standard output, because the person asked for just that.
        out.write_all(secret.expose().as_bytes())?;
        out.write_all(after.as_bytes())?;
        out.flush()
    }
}
