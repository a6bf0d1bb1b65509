//! The languages that there are words in.

/// A language. All but English are not yet reviewed by people who grew up with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Japanese.
    Japanese,
    /// Arabic, written from right to left.
    Arabic,
}

impl Language {
    /// All of them, in the order to show.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Japanese,
        Self::Arabic,
    ];

    /// Its code by ISO 639-1: `de`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Japanese => "ja",
            Self::Arabic => "ar",
        }
    }

    /// What those who speak it call it.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Japanese => "日本語",
            Self::Arabic => "العربية",
        }
    }

    /// The language of this code, if there are words in it.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The first of these locales that there are words for: `de_AT.UTF-8`, `fr-CA`.
    pub fn first_of(locales: impl IntoIterator<Item = impl AsRef<str>>) -> Option<Self> {
        locales.into_iter().find_map(|locale| {
            let code = locale.as_ref().split(['-', '_', '.', '@']).next().unwrap_or_default();
            Self::of_code(&code.to_ascii_lowercase())
        })
    }

    /// The language that the person at this computer wants, as its system says; English if there are no words in any of theirs.
    #[must_use]
    pub fn of_system() -> Self {
        Self::first_of(sys_locale::get_locales()).unwrap_or(Self::English)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_is_known_by_its_language_in_any_of_its_forms() {
        for (locales, expected) in [
            (&["de_AT.UTF-8"][..], Some(Language::German)),
            (&["fr-CA"], Some(Language::French)),
            (&["ES"], Some(Language::Spanish)),
            (&["nl_NL", "ja_JP"], Some(Language::Japanese)),
            (&["ar@latin"], Some(Language::Arabic)),
            (&["C", "POSIX", "", "den", "e"], None),
            (&[], None),
        ] {
            assert_eq!(Language::first_of(locales), expected, "{locales:?}");
        }
    }

    #[test]
    fn each_language_is_found_by_its_code() {
        for language in Language::ALL {
            assert_eq!(Language::of_code(language.code()), Some(language));
        }
    }
}
