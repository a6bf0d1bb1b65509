//! Text from outside on its way to a terminal: the one function through which each such string goes.

use doorkey::ProviderText;
use doorkey::locales;

/// The most characters of one value that are worth showing on a line.
const LONGEST: usize = 500;

/// A value that may stand on a terminal: one line, without control characters or any that change the direction.
///
/// Whoever reads `claims` of a stranger reads what the stranger wrote: `ESC ] 0 ;` sets a window's title, `CSI` moves the cursor over
/// what was said before, and a line break makes a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown(String);

/// Makes a string of the outside harmless.
pub(crate) fn shown(raw: &str) -> Shown {
    Shown(ProviderText::clean(raw, LONGEST).map_or_else(String::new, |text| text.as_str().to_owned()))
}

impl Shown {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A line for a person. It is made of the catalogue's words and of values that are harmless, and of nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Line(String);

impl Line {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Shown> for Line {
    fn from(shown: Shown) -> Self {
        Self(shown.0)
    }
}

/// The sentence with this key.
pub(crate) fn say(key: &str, values: &[(&str, &str)]) -> Line {
    let cleaned: Vec<_> = values.iter().map(|(name, value)| (*name, shown(value))).collect();
    let values: Vec<_> = cleaned.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Line(locales::format(key, &values))
}

/// A whole document of the outside for a terminal: its lines stay lines, and nothing in them commands it.
pub(crate) fn document(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let visible = |c: char| matches!(c, '\n' | '\t') || !is_dangerous(c);
    text.chars().filter(|c| visible(*c)).collect()
}

/// JSON with everything escaped that a terminal would act upon. Such characters stand inside strings only, where the escape means the same.
pub(crate) fn json(value: &serde_json::Value) -> String {
    let mut out = String::new();
    let mut units = [0; 2];
    for c in value.to_string().chars() {
        if is_dangerous(c) {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a terminal does something else with it than show it: controls of both sets, and what [`shown`] leaves out.
fn is_dangerous(c: char) -> bool {
    c != ' ' && (c.is_control() || ProviderText::clean(&c.to_string(), 1).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTACKS: &[&str] = &[
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "\u{9b}31m",
        "a\nFAKE: signed in\r\n",
        "\u{202e}moc.live\u{2066}",
        "\u{0}\u{8}\u{7f}",
        "\u{2028}\u{85}x",
    ];

    fn commands(text: &str) -> bool {
        text.chars().any(|c| {
            c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
        })
    }

    #[test]
    fn no_value_on_a_line_commands_a_terminal() {
        for attack in ATTACKS {
            assert!(commands(attack));
            assert!(!commands(shown(attack).as_str()), "{attack:?}");
            assert!(
                !commands(say("command-signed-out", &[("name", attack)]).as_str()),
                "{attack:?}"
            );
        }
        assert_eq!(shown("Zoë 李 明").as_str(), "Zoë 李 明");
    }

    #[test]
    fn json_says_the_same_and_commands_no_terminal() {
        for attack in ATTACKS {
            let value = serde_json::json!({ "name": attack, "\u{9b}": "Zoë 𝄞" });
            let text = json(&value);
            assert!(!commands(&text), "{text:?}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        }
    }

    #[test]
    fn a_document_keeps_its_lines_and_loses_its_commands() {
        assert_eq!(document(b"a\n\tb\x1b[2J\xff"), "a\n\tb[2J\u{fffd}");
    }
}
