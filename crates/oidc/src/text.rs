//! Words that came from a provider, made harmless to show.

/// Text from outside, fit to be shown: cut to a length, without control characters, line breaks, or characters that
/// change the direction of what follows.
///
/// It is still only text: whoever shows it must not read markup into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderText(String);

impl ProviderText {
    /// Cleans `raw` and cuts it to at most `max` characters; a cut is marked with an ellipsis. `None` when nothing is left.
    pub fn clean(raw: &str, max: usize) -> Option<Self> {
        // Most of what comes stays as it is.
        let mut kept = String::with_capacity(raw.len().min(max));
        let mut count = 0;
        let mut space = false;
        for c in raw.chars() {
            if !c.is_ascii_graphic() {
                if c.is_whitespace() {
                    space = !kept.is_empty();
                    continue;
                }
                if c.is_control() || is_invisible(c) {
                    continue;
                }
            }
            if count + usize::from(space) >= max {
                kept.push('…');
                break;
            }
            if space {
                kept.push(' ');
                count += 1;
                space = false;
            }
            kept.push(c);
            count += 1;
        }
        (!kept.is_empty()).then_some(Self(kept))
    }

    /// [`Self::clean`] of a text that is given away: most are harmless as they are, and are not copied.
    pub(crate) fn of(raw: String, max: usize) -> Option<Self> {
        let harmless =
            |at: usize, byte: u8| byte.is_ascii_graphic() || byte == b' ' && is_inner_space(raw.as_bytes(), at);
        let as_it_is =
            !raw.is_empty() && raw.len() <= max && raw.bytes().enumerate().all(|(at, byte)| harmless(at, byte));
        if as_it_is {
            Some(Self(raw))
        } else {
            Self::clean(&raw, max)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, for whoever keeps it.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// Whether the space there is one between two words, alone.
fn is_inner_space(text: &[u8], at: usize) -> bool {
    let is_of_a_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    is_of_a_word(at.checked_sub(1).and_then(|before| text.get(before))) && is_of_a_word(text.get(at + 1))
}

/// Characters that are not seen, and change or hide what is: direction marks, joiners used to disguise, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_line_breaks_and_direction_changes_are_dropped() {
        let text = ProviderText::clean("a\u{1b}[31mred\r\n\u{202e}evil\u{0}", 100).unwrap();
        assert_eq!(text.as_str(), "a[31mred evil");
    }

    #[test]
    fn a_megabyte_is_cut_to_the_limit() {
        let text = ProviderText::clean(&"x".repeat(1_000_000), 300).unwrap();
        assert_eq!(text.as_str().chars().count(), 301);
        assert!(text.as_str().ends_with('…'));
    }

    #[test]
    fn letters_of_any_script_stay() {
        let text = ProviderText::clean("\u{c5}ngstr\u{f6}m \u{674e} \u{5d0}", 100).unwrap();
        assert_eq!(text.as_str(), "\u{c5}ngstr\u{f6}m \u{674e} \u{5d0}");
    }

    #[test]
    fn a_space_counts_where_a_text_is_cut() {
        for (max, cut) in [(2, "aa…"), (3, "aa…"), (4, "aa b…"), (5, "aa bb")] {
            assert_eq!(ProviderText::clean("aa  bb", max).unwrap().as_str(), cut, "{max}");
        }
    }

    #[test]
    fn a_text_that_is_given_away_comes_out_as_a_copy_would() {
        for text in [
            "",
            " ",
            "a",
            "Ada Lovelace",
            " Ada",
            "Ada ",
            "Ada  Lovelace",
            "Ada\tL",
            "Ad\u{202e}a",
            "\u{c5}sa",
            "A B C",
            "12345678901234",
            "1234567890 2",
            "123456789 12",
        ] {
            for max in [1, 12, 100] {
                assert_eq!(
                    ProviderText::of(text.to_owned(), max),
                    ProviderText::clean(text, max),
                    "{text:?} {max}"
                );
            }
        }
    }

    #[test]
    fn nothing_visible_is_none() {
        assert_eq!(ProviderText::clean(" \u{200b}\n", 10), None);
    }
}
