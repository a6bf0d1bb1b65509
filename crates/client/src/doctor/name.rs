//! A name that somebody else chose, harmless to show.

use std::fmt;
use std::path::Path;

use doorkey_oidc::text::ProviderText;

/// The most characters of a name that are worth showing.
const LONGEST: usize = 200;

/// The name of a host, a program, a keychain or an authority: on one line, without control or direction-changing
/// characters, and not long. Empty when nothing of it could be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    pub(super) fn new(raw: &str) -> Self {
        Self(ProviderText::clean(raw, LONGEST).map_or_else(String::new, |text| text.as_str().to_owned()))
    }

    pub(super) fn of_path(path: &Path) -> Self {
        Self::new(&path.to_string_lossy())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
