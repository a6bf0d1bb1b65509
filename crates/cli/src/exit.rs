//! How the command ends: what went wrong, in words and as a number.

use std::io;

use doorkey::error::EXIT_CODES;
use doorkey::providers::Refused;
use doorkey::{Error, locales};
use serde_json::{Value, json};

use crate::output::Out;
use crate::outside::{Line, Shown, say, shown};

/// The exit codes that belong to no kind of error.
pub(crate) const GENERAL: &[(u8, &str)] = &[
    (0, "done"),
    (
        1,
        "not done, for a reason that was said: an API's error status, a broken finding of the doctor, no answer",
    ),
    (
        2,
        "the arguments or a configuration file cannot be used, or name an account that is not there",
    ),
];

/// Why the command ends without having done what it was asked to.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the client, and the name of the provider where there is one.
    Client(Error, Option<Shown>),
    /// Something that the command does not do yet: the key of what it says, and the standard's section.
    Unsupported(&'static str, &'static str),
    /// A provider that no program like this one can sign in with.
    Refused(&'static Refused),
    /// Nobody is signed in.
    NoAccount,
    /// The arguments, a file or an answer of the person cannot be used.
    Unusable(Line),
    /// Standard output is gone.
    Output(io::Error),
    /// It was said already.
    Said(u8),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Client(error, None)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// Names the provider, for the words.
    pub(crate) fn of_provider(error: Error, provider: &str) -> Self {
        Self::Client(error, Some(shown(provider)))
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Client(error, _) => error.exit_code(),
            Self::Unsupported(..) | Self::Refused(_) => code_of("Unsupported"),
            Self::NoAccount => code_of("ReauthRequired"),
            Self::Unusable(_) => 2,
            Self::Output(_) => 1,
            Self::Said(code) => *code,
        }
    }

    /// Tells it: to a person on standard error, to a program as one object on standard output.
    pub(crate) fn tell(&self, out: &Out) {
        match self {
            Self::Said(_) => return,
            // Whoever read our output has enough of it, as `head` does.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return,
            _ => {}
        }
        // A reader that has gone is told nothing.
        let _ = if out.is_json() {
            out.json(&self.event())
        } else {
            self.lines().iter().try_for_each(|line| out.note(line))
        };
    }

    fn event(&self) -> Value {
        let mut event =
            json!({ "event": "failed", "exit": self.code(), "kind": null, "detail": null, "section": null });
        let lines = self.lines();
        let words: Vec<_> = lines.iter().map(Line::as_str).collect();
        event["message"] = words.join(" ").into();
        match self {
            Self::Client(error, _) => {
                event["kind"] = error.message_keys().0.into();
                event["detail"] = error.detail().into();
                event["section"] = error.section().map(cited).into();
                event["provider_text"] = error.provider_text().into();
            }
            Self::Unsupported(_, section) => {
                event["kind"] = "unsupported".into();
                event["section"] = cited(section).into();
            }
            Self::Refused(_) => event["kind"] = "unsupported".into(),
            Self::NoAccount => event["kind"] = "reauth-required".into(),
            Self::Unusable(_) | Self::Output(_) | Self::Said(_) => {}
        }
        event
    }

    fn lines(&self) -> Vec<Line> {
        match self {
            Self::Client(error, provider) => told(error, provider.as_ref()),
            Self::Unsupported(key, _) => vec![say(key, &[])],
            Self::Refused(refused) => vec![say("command-refused", &[("why", &refused.in_words())])],
            Self::NoAccount => vec![say("command-no-account", &[])],
            Self::Unusable(line) => vec![line.clone()],
            Self::Output(_) => vec![say("command-output-failed", &[])],
            Self::Said(_) => Vec::new(),
        }
    }
}

/// A section as it is cited in JSON: `OIDC Core 3.1.3.7 step 11`.
fn cited(section: &str) -> String {
    section.replace(" sections ", " ").replace(" section ", " ")
}

fn code_of(kind: &str) -> u8 {
    EXIT_CODES
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or(1, |(_, code)| *code)
}

/// An error in sentences: what it is, what happened and what helps, what the provider says, and its name.
fn told(error: &Error, provider: Option<&Shown>) -> Vec<Line> {
    let the_provider = locales::format("the-provider", &[]);
    let provider = provider.map_or(the_provider.as_str(), Shown::as_str);
    let values = [("app", crate::channel::NAME), ("provider", provider)];
    let (kind, detail) = error.message_keys();
    let (kind, detail) = (format!("error-{kind}"), detail.map(|detail| format!("detail-{detail}")));
    let detail = detail.filter(|key| locales::has(key));
    let title = detail.as_deref().filter(|key| locales::has_attribute(key, "title"));
    let title = title.map_or_else(
        || locales::format(&kind, &values),
        |key| locales::attribute(key, "title", &values),
    );
    let text = detail.map_or_else(
        || locales::attribute(&kind, "text", &values),
        |key| locales::format(&key, &values),
    );
    let mut lines = vec![say("command-error", &[("title", &title)]), shown(&text).into()];
    if let Some(text) = error.provider_text() {
        lines.push(say("command-error-quoted", &[("provider", provider), ("text", text)]));
    }
    lines.push(say("command-error-why", &[("name", &error.to_string())]));
    lines
}

/// The exit codes, for `--help`.
pub(crate) fn help() -> String {
    let values = [("app", crate::channel::NAME), ("provider", "the provider")];
    let mut text = "Exit codes:\n".to_owned();
    for (code, meaning) in GENERAL {
        text.push_str(&format!("  {code:>3}  {meaning}\n"));
    }
    for (kind, code) in EXIT_CODES {
        let key = format!("error-{}", hyphens(kind));
        text.push_str(&format!("  {code:>3}  {kind}: {}\n", locales::format(&key, &values)));
    }
    text
}

fn hyphens(kind: &str) -> String {
    let mut out = String::new();
    for c in kind.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_and_the_help_have_every_exit_code() {
        let readme = include_str!("../README.md");
        let rows: Vec<_> = readme
            .lines()
            .filter(|line| line.starts_with("| ") && line[2..3].parse::<u8>().is_ok())
            .collect();
        let mut expected: Vec<_> = GENERAL
            .iter()
            .map(|(code, meaning)| format!("| {code} | {meaning} |"))
            .collect();
        expected.extend(EXIT_CODES.iter().map(|(kind, code)| format!("| {code} | `{kind}` |")));
        assert_eq!(rows, expected);
        let help = help();
        for (kind, code) in EXIT_CODES {
            assert!(help.contains(&format!("{code:>3}  {kind}: ")), "{kind}");
        }
        assert!(!help.contains("error-"), "each kind has its words: {help}");
    }

    #[test]
    fn every_way_to_fail_has_a_code_that_the_help_lists_and_every_kind_its_own() {
        let refused = doorkey::providers::refused("facebook").unwrap();
        let ways = [
            (Failure::from(Error::Offline), 20),
            (
                Failure::Unsupported("command-unsupported-paste", "RFC 8252 section 7.3"),
                12,
            ),
            (Failure::Refused(refused), 12),
            (Failure::NoAccount, 40),
            (Failure::Unusable(say("command-not-confirmed", &[])), 2),
            (Failure::from(io::Error::other("gone")), 1),
            (Failure::Said(1), 1),
        ];
        for (failure, code) in &ways {
            assert_eq!(failure.code(), *code, "{failure:?}");
            assert_eq!(failure.event()["exit"], *code, "{failure:?}");
            assert!(help().contains(&format!("\n  {code:>3}  ")), "{failure:?}");
        }
        let catalogue: toml::Table = include_str!("../../oidc/errors.toml").parse().unwrap();
        for error in catalogue["error"].as_array().unwrap() {
            let kind = error["kind"].as_str().unwrap();
            assert_eq!(i64::from(code_of(kind)), error["exit"].as_integer().unwrap(), "{kind}");
        }
        let codes: std::collections::BTreeSet<_> = EXIT_CODES.iter().map(|(_, code)| code).collect();
        assert_eq!(codes.len(), EXIT_CODES.len(), "no two kinds share a code");
        assert!(GENERAL.iter().all(|(code, _)| !codes.contains(code)));
    }

    #[test]
    fn an_error_says_its_words_its_remedy_and_its_name() {
        let lines = told(&Error::Offline, Some(&shown("Example")));
        let lines: Vec<_> = lines.iter().map(Line::as_str).collect();
        assert_eq!(lines[0], "doorkey: You are offline");
        assert!(lines[1].contains("could not reach Example"), "{lines:?}");
        assert_eq!(lines[2], "(Offline)");
    }
}
