//! The one type for what must not be seen.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A code, token, verifier, state, nonce or client secret.
///
/// It prints as `[redacted]`, is wiped when dropped, and can be read in one way only: [`Secret::expose`]. It has no
/// `Display`, `Serialize`, `Deref`, `Clone` or `PartialEq` on purpose:
///
/// ```compile_fail
/// let a = doorkey_oidc::Secret::new("x".to_owned());
/// println!("{a}"); // no Display
/// ```
/// ```compile_fail
/// let a = doorkey_oidc::Secret::new("x".to_owned());
/// let b = a.clone(); // no Clone
/// ```
/// ```compile_fail
/// let a = doorkey_oidc::Secret::new("x".to_owned());
/// let same = a == a; // no PartialEq: see `matches`
/// ```
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over. The caller's `String` is moved, not copied, so no second copy is left behind.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Every call says in a comment why it may.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the other text is the same, in time that does not depend on where they differ.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// A second owner of the same secret, for the few places where two parts of a flow must each hold it.
    pub fn share(&self) -> Self {
        Self(self.0.clone())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Some(Secret::new("s3cret".into()))), "Some([redacted])");
    }

    #[test]
    fn matching_is_by_the_whole_text() {
        let secret = Secret::new("abc".into());
        assert!(secret.matches("abc"));
        assert!(!secret.matches("abd"));
        assert!(!secret.matches("ab"));
    }
}
