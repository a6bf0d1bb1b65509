//! Where a provider's answers are written otherwise than the standard says: fields that a preset sets, never guesses.
//!
//! A dialect changes how an answer is spelt, and never what is checked of it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::ErrorCode;
use crate::json::{self, Member};

/// How a provider spells the answers of its token and device authorization endpoints. The default is the standard's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Dialect {
    /// How `scope` lists the scopes that were granted.
    pub scopes: ScopeList,
    /// Answers may be `application/x-www-form-urlencoded`. They are only ever asked for as JSON.
    pub form_answers: bool,
    /// The member that holds the error code, where it is not `error`.
    pub error_member: Option<String>,
    /// Error codes of this provider's own, and the standard's codes that they mean.
    pub errors: Vec<(String, ErrorCode)>,
}

/// How `scope` lists scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeList {
    /// Text, with spaces between (RFC 6749 section 3.3).
    #[default]
    Spaces,
    /// Text, with commas between.
    Commas,
    /// A JSON array of texts.
    Array,
}

impl Dialect {
    /// The error code that an answer states, by the standard's name where this provider has its own.
    pub(crate) fn error<'a>(&self, map: &'a Map<String, Value>) -> Option<(ErrorCode, &'a str)> {
        let member = self.error_member.as_deref().unwrap_or("error");
        let Member::Is(stated) = json::text(map, member) else {
            return None;
        };
        let meant = self.errors.iter().find(|(theirs, _)| theirs == stated);
        let code = meant.map_or_else(|| ErrorCode::of_wire(stated), |(_, code)| *code);
        Some((code, stated))
    }

    /// The scopes that an answer says were granted. `None` where it says nothing.
    ///
    /// Spec: RFC 6749 section 5.1
    pub(crate) fn granted(&self, map: &Map<String, Value>) -> Option<Vec<String>> {
        let split = |separator: fn(char) -> bool| -> Option<Vec<String>> {
            let Member::Is(text) = json::text(map, "scope") else {
                return None;
            };
            let words = text.split(separator).map(str::trim).filter(|word| !word.is_empty());
            Some(words.map(str::to_owned).collect())
        };
        let scopes: Vec<String> = match self.scopes {
            ScopeList::Spaces => split(|c| c.is_ascii_whitespace())?,
            ScopeList::Commas => split(|c| c == ',' || c.is_ascii_whitespace())?,
            ScopeList::Array => {
                let items = map.get("scope")?.as_array()?.iter();
                items.filter_map(Value::as_str).map(str::to_owned).collect()
            }
        };
        (!scopes.is_empty()).then_some(scopes)
    }
}

/// Reads a form as the object that it stands for. `None` for a name that stands twice, as in JSON.
pub(crate) fn form(body: &[u8]) -> Option<Map<String, Value>> {
    let mut map = Map::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        if map.insert(name.into_owned(), value.into_owned().into()).is_some() {
            return None;
        }
    }
    (!map.is_empty()).then_some(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(scopes: ScopeList, body: &str) -> Option<Vec<String>> {
        let dialect = Dialect {
            scopes,
            ..Dialect::default()
        };
        dialect.granted(&json::object(body.as_bytes()).unwrap())
    }

    #[test]
    fn scopes_are_split_as_the_provider_writes_them_and_only_so() {
        let commas = r#"{"scope":"read:user,user:email"}"#;
        assert_eq!(granted(ScopeList::Commas, commas).unwrap(), ["read:user", "user:email"]);
        assert_eq!(granted(ScopeList::Spaces, commas).unwrap(), ["read:user,user:email"]);
        assert_eq!(granted(ScopeList::Array, r#"{"scope":["a","b"]}"#).unwrap(), ["a", "b"]);
        for body in [r#"{"scope":""}"#, r#"{"scope":7}"#, "{}"] {
            assert_eq!(granted(ScopeList::Spaces, body), None, "{body}");
        }
    }

    #[test]
    fn an_error_is_known_by_the_providers_own_name_for_it() {
        let dialect = Dialect {
            error_member: Some("message".into()),
            errors: vec![("bad_refresh_token".into(), ErrorCode::InvalidGrant)],
            ..Dialect::default()
        };
        let code = |body: &str| {
            dialect
                .error(&json::object(body.as_bytes()).unwrap())
                .map(|(code, _)| code)
        };
        assert_eq!(
            code(r#"{"message":"bad_refresh_token"}"#),
            Some(ErrorCode::InvalidGrant)
        );
        assert_eq!(
            code(r#"{"message":"authorization_pending"}"#),
            Some(ErrorCode::AuthorizationPending)
        );
        assert_eq!(code(r#"{"error":"invalid_grant"}"#), None);
    }

    #[test]
    fn a_form_with_a_name_twice_is_refused_as_json_is() {
        assert_eq!(form(b"access_token=a&scope=b%2Cc").unwrap()["scope"], "b,c");
        assert_eq!(form(b"access_token=a&access_token=b"), None);
        assert_eq!(form(b""), None);
    }
}
