//! Scopes: what was asked for, or allowed.

use std::sync::Arc;

/// Scope values, each once, with a space between two. All that comes of one request shares the text.
///
/// Spec: RFC 6749 section 3.3
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scopes(Arc<str>);

impl Scopes {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split_ascii_whitespace()
    }

    pub(crate) fn has(&self, scope: &str) -> bool {
        self.iter().any(|one| one == scope)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the parameter `scope` has them.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Those of them that are kept.
    pub(crate) fn only(&self, keeps: impl Fn(&str) -> bool) -> Self {
        match self.iter().all(&keeps) {
            true => self.clone(),
            false => self.iter().filter(|scope| keeps(scope)).collect(),
        }
    }
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(scopes: I) -> Self {
        let mut text = String::new();
        for scope in scopes {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(scope);
        }
        Self(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_found_as_a_whole_word_only() {
        let scopes: Scopes = ["openid", "offline_access"].into_iter().collect();
        assert!(scopes.has("openid") && scopes.has("offline_access"));
        assert!(!scopes.has("offline") && !scopes.has("open") && !scopes.has(""));
        assert_eq!(scopes.as_str(), "openid offline_access");
    }

    #[test]
    fn what_is_kept_stays_in_its_order_and_all_of_it_is_the_same_text() {
        let scopes: Scopes = ["openid", "email", "phone"].into_iter().collect();
        assert_eq!(scopes.only(|scope| scope != "email").as_str(), "openid phone");
        assert!(scopes.only(|_| false).is_empty());
        assert!(Arc::ptr_eq(&scopes.only(|_| true).0, &scopes.0));
    }
}
