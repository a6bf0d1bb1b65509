//! What is kept where the key is kept: one key, or during a rotation two. And the mark, which says which key that is.

use zeroize::Zeroizing;

use super::name::RecordName;
use super::seal::{Format, Key, Opened, Unreadable};

/// The key, and during a rotation the one before it.
///
/// As text: 43 characters, or 43, a space and 43 more. Both open; the first seals.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) first: Key,
    pub(super) older: Option<Key>,
}

impl Keys {
    pub(super) fn one(first: Key) -> Self {
        Self { first, older: None }
    }

    pub(super) fn random() -> Self {
        Self::one(Key::random())
    }

    pub(super) fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * 43 + 1));
        text.push_str(&self.first.to_text());
        if let Some(older) = &self.older {
            text.push(' ');
            text.push_str(&older.to_text());
        }
        text
    }

    /// `None` unless `text` is exactly what [`Self::to_text`] gives for some keys.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let (first, older) = match text.split_once(' ') {
            Some((first, older)) => (first, Some(Key::from_text(older)?)),
            None => (text, None),
        };
        Some(Self {
            first: Key::from_text(first)?,
            older,
        })
    }

    /// The mark of the one that seals.
    pub(super) fn mark(&self) -> String {
        self.first.mark()
    }

    /// Whether the mark is that of one of them.
    pub(super) fn has(&self, mark: &str) -> bool {
        self.first.mark() == mark || self.older.as_ref().is_some_and(|key| key.mark() == mark)
    }

    /// Whether one of them is among the others.
    pub(super) fn share_one_with(&self, others: &Self) -> bool {
        self.has(&others.first.mark()) || others.older.as_ref().is_some_and(|key| self.has(&key.mark()))
    }

    pub(super) fn open(&self, format: Format, name: &RecordName, file: &[u8]) -> Result<Opened, Unreadable> {
        match (self.first.open(format, name, file), &self.older) {
            (Err(Unreadable::DoesNotOpen), Some(older)) => older.open(format, name, file),
            (opened, _) => opened,
        }
    }
}

/// Which key the records of a folder are sealed with, and where that key is kept. Neither is a secret.
///
/// As text: the key's mark and, on a second line, the place. Files of one line say nothing of the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// As [`Key::mark`] tells it.
    pub(super) key: String,
    /// The keychain's name, or [`PASSPHRASE`].
    pub(super) place: Option<String>,
}

/// The place of a key that a passphrase opens. No keychain is called that.
pub(super) const PASSPHRASE: &str = "passphrase";

impl Mark {
    /// A file with nothing on its first line marks nothing.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        let key = lines.next().filter(|line| !line.is_empty())?.to_owned();
        let place = lines.next().filter(|line| !line.is_empty()).map(str::to_owned);
        Some(Self { key, place })
    }

    pub(super) fn to_text(&self) -> String {
        match &self.place {
            Some(place) => format!("{}\n{place}\n", self.key),
            None => self.key.clone(),
        }
    }

    /// Whether it names another place than this one. A mark that names none may be of any.
    pub(super) fn is_of_another_place(&self, place: &str) -> bool {
        self.place.as_deref().is_some_and(|own| own != place)
    }
}

#[cfg(test)]
mod tests {
    use super::super::name::RecordKind;
    use super::*;

    #[test]
    fn two_keys_are_87_characters_and_both_open_and_the_first_seals() {
        let (new, old) = (Key::random(), Key::random());
        let both = Keys {
            first: new.clone(),
            older: Some(old.clone()),
        };
        assert_eq!(*both.to_text(), format!("{} {}", *new.to_text(), *old.to_text()));
        let read = Keys::from_text(&both.to_text()).expect("two keys");
        let name = RecordName::new(RecordKind::Account, "a").expect("valid");
        for key in [&new, &old] {
            let file = key.seal(Format::CURRENT, &name, b"x");
            assert_eq!(
                read.open(Format::CURRENT, &name, &file)
                    .expect("it opens")
                    .record
                    .as_slice(),
                b"x"
            );
            assert!(read.has(&key.mark()));
        }
        assert_eq!(read.mark(), new.mark());
        let stranger = Keys::random();
        assert!(!read.has(&stranger.mark()) && !read.share_one_with(&stranger));
        assert!(read.share_one_with(&Keys::one(old)));
    }

    #[test]
    fn what_is_not_one_key_or_two_is_none() {
        let key = Key::random().to_text();
        for wrong in [
            String::new(),
            " ".to_owned(),
            format!("{} ", *key),
            format!(" {}", *key),
            format!("{}  {}", *key, *key),
            format!("{0} {0} {0}", *key),
            format!("{}\n", *key),
            format!("{} x", *key),
        ] {
            assert!(Keys::from_text(&wrong).is_none(), "{}", wrong.len());
        }
    }

    #[test]
    fn a_mark_with_one_line_is_of_no_place_and_one_with_two_is_of_that_place() {
        let old = Mark::from_text("abc").expect("a mark");
        assert_eq!((old.key.as_str(), &old.place), ("abc", &None));
        assert!(!old.is_of_another_place("KWallet"));
        let new = Mark::from_text("abc\nKWallet\n").expect("a mark");
        assert!(new.is_of_another_place("GNOME Keyring") && !new.is_of_another_place("KWallet"));
        for mark in [old, new] {
            assert_eq!(Mark::from_text(&mark.to_text()), Some(mark));
        }
        assert_eq!(Mark::from_text(""), None);
        assert_eq!(Mark::from_text("\nKWallet"), None);
    }
}
