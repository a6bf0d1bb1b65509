//! What is wrong with a preset: which file, which field, and what to do.

use std::fmt;

use doorkey_oidc::Misconfiguration;

use crate::Error;

/// What is wrong with a preset, or with what a configuration fills into it. For developers: it names the place and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetError {
    /// The preset's id, or its file where the id could not be read.
    pub preset: String,
    /// The field, as in the file: `registration.loopback.ports`.
    pub field: String,
    /// What is wrong there.
    pub problem: PresetProblem,
}

/// What is wrong with a field of a preset.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresetProblem {
    /// The file is no TOML, or has a field that is not known or of another type; with the reader's own words.
    Form(String),
    /// Not an id.
    Id,
    /// Missing or empty.
    Missing,
    /// Stated, and must not be beside another field.
    NotHere,
    /// Braces that do not pair, or hold the name of no parameter.
    Template,
    /// A parameter that no address has.
    ParameterUnused,
    /// The configuration says nothing for a parameter.
    ParameterMissing,
    /// The configuration names a parameter that does not exist.
    ParameterUnknown,
    /// The configuration's value does not have the parameter's form.
    ParameterMalformed,
    /// Not an https address.
    Address,
    /// Another origin than that of the authorization endpoint.
    IssuerElsewhere,
    /// Not a scope.
    Scope,
    /// Not a JSON pointer.
    Pointer,
    /// Not a header that may be added.
    Header,
    /// No ports, or one that is none.
    Ports,
    /// No way is left to sign in.
    NoDoor,
    /// Not a day.
    Day,
    /// There are no such words among the sentences.
    Words,
    /// The client has a secret, and the provider takes none.
    SecretGiven,
    /// The client has no secret, and the provider wants one.
    SecretMissing,
}

impl PresetProblem {
    /// What to do about it.
    pub fn remedy(&self) -> &str {
        match self {
            Self::Form(words) => words,
            Self::Id => "use 1 to 32 lower-case letters, digits and hyphens",
            Self::Missing => "state it",
            Self::NotHere => "leave it out: another field rules it out",
            Self::Template => "write {name} for a parameter that [parameters] has, and no other braces",
            Self::ParameterUnused => "use it in an address, or leave it out",
            Self::ParameterMissing => "fill it in by the configuration: it has no default",
            Self::ParameterUnknown => "leave it out: the preset has no such parameter",
            Self::ParameterMalformed => "give a value of the form that the preset names",
            Self::Address => "give an https address with a host, without user name and fragment",
            Self::IssuerElsewhere => "give an issuer of the same origin as endpoints.authorization",
            Self::Scope => "give printable ASCII without spaces, quotes and backslashes; openid among them for OpenID",
            Self::Pointer => "give a JSON pointer, which begins with a slash (RFC 6901)",
            Self::Header => "give a header that neither authenticates nor frames the request, with a printable value",
            Self::Ports => "list ports from 1024 on, each once, or write \"any\" or \"none\"",
            Self::NoDoor => "allow loopback, a scheme, or the device flow: nobody could sign in",
            Self::Day => "give a day as 2026-11-22",
            Self::Words => "add the words to locales, or name others",
            Self::SecretGiven => "leave out the client secret: this provider refuses one from a native program",
            Self::SecretMissing => "add the client secret: this provider's token endpoint wants it",
        }
    }
}

impl PresetError {
    pub(crate) fn at(preset: &str, field: impl Into<String>, problem: PresetProblem) -> Self {
        Self {
            preset: preset.to_owned(),
            field: field.into(),
            problem,
        }
    }
}

impl fmt::Display for PresetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "preset {}", self.preset)?;
        if !self.field.is_empty() {
            write!(f, ", field {}", self.field)?;
        }
        write!(f, ": {}", self.problem.remedy())
    }
}

impl std::error::Error for PresetError {}

impl From<PresetError> for Error {
    fn from(error: PresetError) -> Self {
        Self::Misconfigured(match error.problem {
            PresetProblem::SecretGiven | PresetProblem::SecretMissing => Misconfiguration::ClientSecret,
            PresetProblem::Scope => Misconfiguration::Scope,
            PresetProblem::Address | PresetProblem::IssuerElsewhere => Misconfiguration::Issuer,
            _ => Misconfiguration::Provider,
        })
    }
}
