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

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, for whoever keeps it.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
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
    fn nothing_visible_is_none() {
        assert_eq!(ProviderText::clean(" \u{200b}\n", 10), None);
    }
}
