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
    /// The door of every sign-in for which no other is asked; chosen by itself when `None`.
    pub door: Option<Door>,
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
