//! Desktop entries: what of them concerns links.
//!
//! Spec: freedesktop.org Desktop Entry Specification 1.5, "The Exec key", "Possible value types"

use std::path::{Path, PathBuf};

use super::LinkHandlerError;

/// What an entry says of links.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The program of `Exec`, as it is written there.
    pub(super) program: PathBuf,
    /// Whether the link is passed on: `%u` or `%U`.
    pub(super) takes_links: bool,
    /// The types of `MimeType`.
    pub(super) types: Vec<String>,
}

/// An entry of our own. It is shown in no menu; the package's entry is for that.
pub(super) fn compose(scheme: &str, app_name: &str, program: &Path) -> Result<String, LinkHandlerError> {
    let name: String = app_name.chars().filter(|letter| !letter.is_control()).collect();
    let name = name.replace('\\', "\\\\");
    let exec = exec_argument(program)?;
    Ok(format!(
        "[Desktop Entry]\nType=Application\nName={name}\nExec={exec} %u\nTerminal=false\nNoDisplay=true\n\
         MimeType=x-scheme-handler/{scheme};\n"
    ))
}

/// Reads an entry. `None` when it is hidden or starts nothing.
pub(super) fn parse(text: &str) -> Option<Entry> {
    let mut in_group = false;
    let (mut exec, mut types) = (None, Vec::new());
    for line in text.lines() {
        let line = line.trim_end();
        if line.starts_with('[') {
            in_group = line == "[Desktop Entry]";
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| in_group) else {
            continue;
        };
        let value = value.trim_start();
        match key.trim_end() {
            // Hidden: the person deleted it. As if it were not there.
            "Hidden" if value == "true" => return None,
            "Exec" => exec = Some(arguments(&unescaped(value))),
            "MimeType" => types.extend(value.split(';').filter(|kind| !kind.is_empty()).map(str::to_owned)),
            _ => {}
        }
    }
    let exec = exec?;
    let program = program_of(&exec)?;
    let takes_links = exec.iter().any(|argument| argument == "%u" || argument == "%U");
    Some(Entry {
        program: program.into(),
        takes_links,
        types,
    })
}

/// A path as the first argument of `Exec`.
fn exec_argument(program: &Path) -> Result<String, LinkHandlerError> {
    let text = program.to_str().ok_or(LinkHandlerError::UnusablePath)?;
    if text.chars().any(char::is_control) || text.contains('=') {
        return Err(LinkHandlerError::UnusablePath);
    }
    let text = text.replace('%', "%%");
    // Without quotes where the path allows: xdg-open's own way to start a program does not take them off.
    if !text.chars().any(|letter| " \t\"'\\><~|&;$*?#()`".contains(letter)) {
        return Ok(text);
    }
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            // Once for the quotes, and the backslash of that once more for the value.
            '"' | '`' | '$' => quoted.extend(["\\\\", letter.encode_utf8(&mut [0; 4])]),
            '\\' => quoted.push_str("\\\\\\\\"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    Ok(quoted)
}

/// A value of type string with its escapes undone.
fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('s') => out.push(' '),
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('\\') | None => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
        }
    }
    out
}

/// The arguments of a command line, with quotes taken off.
fn arguments(exec: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut argument, mut started, mut quoted) = (String::new(), false, false);
    let mut letters = exec.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                quoted = !quoted;
                started = true;
            }
            '\\' if quoted => argument.extend(letters.next()),
            ' ' | '\t' if !quoted => {
                if started {
                    found.push(std::mem::take(&mut argument));
                }
                started = false;
            }
            other => {
                argument.push(other);
                started = true;
            }
        }
    }
    if started {
        found.push(argument);
    }
    found
}

/// The program that is started: behind `env NAME=value`, as snaps write it.
fn program_of(arguments: &[String]) -> Option<String> {
    let first = arguments.first()?;
    let program = if Path::new(first).file_name().is_some_and(|name| name == "env") {
        arguments[1..]
            .iter()
            .find(|argument| !argument.contains('=') && !argument.starts_with('-'))?
    } else {
        first
    };
    Some(program.replace("%%", "%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_composed_is_read_back_whatever_the_path() {
        for path in [
            "/usr/bin/doorkey",
            "/opt/a b/x",
            "/opt/100%/x",
            "/opt/$HOME `x`/\"q\"/back\\slash",
            "/opt/ä/x",
        ] {
            let text = compose("dev.doorkey", "Doorkey", Path::new(path)).expect("composed");
            let entry = parse(&text).expect("parsed");
            assert_eq!(entry.program, Path::new(path), "{text}");
            assert!(entry.takes_links);
            assert_eq!(entry.types, ["x-scheme-handler/dev.doorkey"]);
        }
    }

    #[test]
    fn a_plain_path_stands_without_quotes() {
        let text = compose("dev.doorkey", "Doorkey", Path::new("/usr/bin/doorkey-desktop")).expect("composed");
        assert!(text.contains("\nExec=/usr/bin/doorkey-desktop %u\n"), "{text}");
    }

    #[test]
    fn a_name_or_a_path_cannot_add_lines() {
        let text = compose("dev.doorkey", "Door\nExec=/bin/evil\nkey", Path::new("/x")).expect("composed");
        assert_eq!(text.matches("\nExec=").count(), 1, "{text}");
        assert_eq!(
            compose("dev.doorkey", "D", Path::new("/x\nExec=/y")),
            Err(LinkHandlerError::UnusablePath)
        );
    }

    #[test]
    fn entries_of_others_are_understood() {
        let snap = "[Desktop Entry]\nExec=env BAMF=/x /snap/bin/app %U\nMimeType=a/b;x-scheme-handler/z;\n";
        let entry = parse(snap).expect("parsed");
        assert_eq!(entry.program, Path::new("/snap/bin/app"));
        assert!(entry.takes_links);
        assert_eq!(entry.types, ["a/b", "x-scheme-handler/z"]);
        let without =
            parse("[Desktop Entry]\nExec=/bin/app\n[Desktop Action x]\nExec=/bin/other %u\n").expect("parsed");
        assert_eq!(
            (without.program.to_str(), without.takes_links),
            (Some("/bin/app"), false)
        );
        assert_eq!(parse("[Desktop Entry]\nHidden=true\nExec=/bin/app %u\n"), None);
        assert_eq!(parse("[Desktop Entry]\nName=x\n"), None);
        assert_eq!(parse("\u{0}garbage"), None);
    }
}
