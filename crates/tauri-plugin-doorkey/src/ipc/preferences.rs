//! What the person chose about the window.

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::Door;

/// What the person chose about the window. The default is that nothing was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preferences {
    /// Its colours.
    pub theme: Theme,
    /// The language of window, browser pages and messages; the system's when `None`.
    #[serde(default)]
    pub language: Option<Language>,
    /// The door of every sign-in for which no other is asked; chosen by itself when `None`.
    pub door: Option<Door>,
}

/// A language that there are words in, by its code (ISO 639-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Japanese.
    Ja,
    /// Arabic.
    Ar,
}

/// A language to choose.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct LanguageView {
    /// Its code.
    pub code: Language,
    /// What those who speak it call it.
    pub name: String,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}
