//! Names of records and locks, and the file names made of them.

use std::fmt;

/// What a record holds. The kind is part of what a record is sealed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// An account with its tokens.
    Account,
    /// A sign-in that waits for its redirect.
    Parked,
    /// How a sign-in ended.
    Outcome,
    /// That a sign-in was used, expired or cancelled.
    Tombstone,
    /// A client that was configured at run time.
    Client,
    /// The order of the accounts and the default one.
    Index,
    /// The picture of an account.
    Picture,
    /// A revocation that is still to be delivered.
    Revocation,
}

impl RecordKind {
    const ALL: [Self; 8] = [
        Self::Account,
        Self::Parked,
        Self::Outcome,
        Self::Tombstone,
        Self::Client,
        Self::Index,
        Self::Picture,
        Self::Revocation,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Parked => "parked",
            Self::Outcome => "outcome",
            Self::Tombstone => "tombstone",
            Self::Client => "client",
            Self::Index => "index",
            Self::Picture => "picture",
            Self::Revocation => "revocation",
        }
    }
}

/// The name is not 1 to 64 characters of `A-Z a-z 0-9 _ -`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name is 1 to 64 letters, digits, _ and -")]
pub struct InvalidName;

/// A record's kind and id.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RecordName {
    kind: RecordKind,
    id: String,
}

impl RecordName {
    /// Names a record.
    ///
    /// # Errors
    /// [`InvalidName`] when `id` is not 1 to 64 characters of `A-Z a-z 0-9 _ -`.
    pub fn new(kind: RecordKind, id: &str) -> Result<Self, InvalidName> {
        Ok(Self {
            kind,
            id: valid(id)?.to_owned(),
        })
    }

    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> RecordKind {
        self.kind
    }

    /// The id without the kind.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn file_stem(&self) -> String {
        format!("{}-{}", self.kind.word(), folded(&self.id))
    }

    /// What [`Self::file_stem`] was made of.
    pub(super) fn from_file_stem(stem: &str) -> Option<Self> {
        let (word, rest) = stem.split_once('-')?;
        let kind = RecordKind::ALL.into_iter().find(|kind| kind.word() == word)?;
        let name = Self::new(kind, &unfolded(rest)?).ok()?;
        (name.file_stem() == stem).then_some(name)
    }

    /// What a record is sealed to, besides its version.
    pub(super) fn sealed_as(&self) -> String {
        format!("{}/{}", self.kind.word(), self.id)
    }
}

/// Ids may be derived from a `state` or a subject, so they are not shown.
impl fmt::Debug for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordName({}-…)", self.kind.word())
    }
}

/// The name of a lock that processes and tasks share.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LockName(String);

impl LockName {
    /// Names a lock of the caller's own.
    ///
    /// # Errors
    /// [`InvalidName`] when `id` is not 1 to 64 characters of `A-Z a-z 0-9 _ -`.
    pub fn new(id: &str) -> Result<Self, InvalidName> {
        Ok(Self(format!("own-{}", folded(valid(id)?))))
    }

    /// The lock that belongs to a record.
    #[must_use]
    pub fn of(record: &RecordName) -> Self {
        Self(record.file_stem())
    }

    /// Guards making, rotating and deleting the key, and every write, which needs the key to stay.
    pub(super) fn vault() -> Self {
        Self("vault".to_owned())
    }

    /// Guards the key's entry in the keychain for as long as the keychain is changing it.
    pub(super) fn key_entry() -> Self {
        Self("key-entry".to_owned())
    }

    pub(super) fn file_name(&self) -> String {
        format!("{}.lock", self.0)
    }
}

impl fmt::Debug for LockName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockName(…)")
    }
}

fn valid(id: &str) -> Result<&str, InvalidName> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if (1..=64).contains(&id.len()) && id.bytes().all(allowed) {
        Ok(id)
    } else {
        Err(InvalidName)
    }
}

/// Some file systems do not tell `A` from `a`: capitals are written as `+a`.
fn folded(id: &str) -> String {
    let mut out = String::with_capacity(id.len() + 8);
    for letter in id.chars() {
        if letter.is_ascii_uppercase() {
            out.push('+');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

fn unfolded(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '+' {
            out.push(letters.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase());
        } else {
            out.push(letter);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_folder_or_grow_without_end_are_refused() {
        for id in ["", "../x", "a/b", "a\\b", "a.b", "a b", "ä", "nul\0", &"x".repeat(65)] {
            assert_eq!(RecordName::new(RecordKind::Account, id), Err(InvalidName), "{id:?}");
            assert_eq!(LockName::new(id), Err(InvalidName), "{id:?}");
        }
        assert!(RecordName::new(RecordKind::Account, &"x".repeat(64)).is_ok());
    }

    #[test]
    fn a_file_name_leads_back_to_its_record_and_no_two_differ_by_capitals_only() {
        let upper = RecordName::new(RecordKind::Parked, "Ab-_9Z").expect("valid");
        let lower = RecordName::new(RecordKind::Parked, "ab-_9z").expect("valid");
        assert_eq!(upper.file_stem(), "parked-+ab-_9+z");
        assert_ne!(upper.file_stem().to_lowercase(), lower.file_stem().to_lowercase());
        for name in [upper, lower] {
            assert_eq!(RecordName::from_file_stem(&name.file_stem()), Some(name));
        }
        for stem in [
            "account",
            "account-",
            "stranger-x",
            "account-+",
            "account-+9",
            "account-A",
            "ACCOUNT-a",
        ] {
            assert_eq!(RecordName::from_file_stem(stem), None, "{stem}");
        }
    }

    #[test]
    fn debug_output_shows_no_id() {
        let name = RecordName::new(RecordKind::Account, "c3ViamVjdA").expect("valid");
        assert!(!format!("{name:?}{:?}", LockName::of(&name)).contains("c3Vi"));
    }
}
