//! What each fault does. The endpoints ask here at the one point where a fault can happen, and are correct without it.

pub(crate) mod discovery;
pub(crate) mod id_token;
pub(crate) mod network;
pub(crate) mod response;
pub(crate) mod revocation;
pub(crate) mod token;
pub(crate) mod userinfo;
pub(crate) mod weak_key;

/// Text that attacks a page, a terminal and a log line.
pub(crate) const HOSTILE_TEXT: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\u{1b}[2J\u{1b}]0;owned\u{7}\r\nforged log line\u{202e}drowssap";

/// The same word in small and large letters by turns: what is case-insensitive must be read so.
pub(crate) fn mixed_case(word: &str) -> String {
    let by_turns = |(at, letter): (usize, char)| match at % 2 {
        0 => letter.to_ascii_lowercase(),
        _ => letter.to_ascii_uppercase(),
    };
    word.chars().enumerate().map(by_turns).collect()
}
