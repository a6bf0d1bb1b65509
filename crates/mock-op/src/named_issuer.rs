//! Issuers that were given a name and settings of their own, and the claims that a token request brings about there.

use crate::call::{Issuer, Params};
use crate::keys::Alg;
use crate::people::Person;
use crate::profile::{Profile, Quirks};
use crate::provider::Provider;
use regex_lite::Regex;
use serde_json::{Map, Value};

/// Claims that this provider alone answers for: they are what a client checks. A fault changes them.
pub(crate) const OF_THE_PROTOCOL: [&str; 9] = [
    "iss",
    "aud",
    "exp",
    "iat",
    "nonce",
    "auth_time",
    "at_hash",
    "c_hash",
    "azp",
];

/// An issuer at `/{name}` that differs from the one at the root.
#[derive(Clone, Debug)]
pub struct NamedIssuer {
    /// One path segment: letters, digits, `-`, `_`, `.`.
    pub name: String,
    /// Which provider it is like; when `None`, what its name or else the root says.
    pub profile: Option<Profile>,
    /// How its ID Tokens are signed; the provider's own when `None`. A client's own goes before it.
    pub alg: Option<Alg>,
    /// The ids of those who can sign in here; everyone when `None`.
    pub people: Option<Vec<String>>,
    /// How long its access tokens and ID Tokens live, in seconds.
    pub token_seconds: Option<i64>,
    /// Claims by what the token request says. The first that matches counts, and for the whole life of that sign-in.
    pub mappings: Vec<Mapping>,
}

/// Claims for token requests in which a parameter has a value.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The parameter of the token request: `scope`, `client_id`, `grant_type`, or any other.
    pub param: String,
    /// The value: `*` is any, and a regular expression (of the crate `regex-lite`) that fits the whole value will do too.
    pub value: String,
    /// Claims of the ID Token and of UserInfo. `${name}` in a text stands for that parameter of the token request, and
    /// `${clientId}` for the client's id. Those of the protocol (`iss`, `aud`, `exp`, `iat`, `nonce` and the like) are
    /// passed over.
    pub claims: Map<String, Value>,
    /// `typ` in the header of the ID Token.
    pub typ: Option<String>,
}

impl NamedIssuer {
    /// An issuer of this name, in nothing else different.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            profile: None,
            alg: None,
            people: None,
            token_seconds: None,
            mappings: Vec::new(),
        }
    }
}

/// What one sign-in's tokens say because of a [`Mapping`].
#[derive(Debug)]
pub(crate) struct Mapped {
    pub(crate) claims: Map<String, Value>,
    pub(crate) typ: Option<String>,
}

impl Mapping {
    fn matches(&self, values: &[&str]) -> bool {
        if values.iter().any(|value| self.value == "*" || self.value == *value) {
            return true;
        }
        let pattern = Regex::new(&format!("^(?:{})$", self.value));
        pattern.is_ok_and(|pattern| values.iter().any(|value| pattern.is_match(value)))
    }
}

impl Provider {
    /// The settings of an issuer, if it has any of its own.
    pub(crate) fn named(&self, issuer: &Issuer) -> Option<&NamedIssuer> {
        let name = issuer.path.strip_prefix('/')?;
        self.named_issuers.iter().find(|issuer| issuer.name == name)
    }

    /// What is odd about this issuer: by its settings, else by its name, else as the root is.
    pub(crate) fn quirks_at(&self, issuer: &Issuer) -> Quirks {
        let by_settings = self.named(issuer).and_then(|named| named.profile);
        let by_name = || Profile::named(issuer.path.trim_start_matches('/'));
        by_settings.or_else(by_name).map_or(self.quirks, Profile::quirks)
    }

    /// Who can sign in at this issuer.
    pub(crate) fn people_at(&self, issuer: &Issuer) -> impl Iterator<Item = &Person> {
        let only = self.named(issuer).and_then(|named| named.people.as_ref());
        let welcome = move |person: &&Person| only.is_none_or(|ids| ids.contains(&person.id));
        self.people.iter().filter(welcome)
    }

    /// Someone who can sign in at this issuer.
    pub(crate) fn person_at(&self, issuer: &Issuer, id: &str) -> Option<&Person> {
        self.people_at(issuer).find(|person| person.id == id)
    }

    /// How ID Tokens are signed here, unless the client has a wish of its own.
    pub(crate) fn alg_at(&self, issuer: &Issuer) -> Alg {
        self.named(issuer).and_then(|named| named.alg).unwrap_or(self.alg)
    }

    /// How long an access token or ID Token of this issuer lives, in seconds.
    pub(crate) fn token_seconds_at(&self, issuer: &Issuer) -> i64 {
        let named = self.named(issuer).and_then(|named| named.token_seconds);
        named.unwrap_or(self.token_seconds)
    }

    /// What the first mapping that fits this token request brings about.
    pub(crate) fn mapped(&self, issuer: &Issuer, client_id: &str, form: &Params) -> Option<Mapped> {
        let named = self.named(issuer)?;
        let fits = |mapping: &&Mapping| match mapping.param.as_str() {
            // With Basic credentials it is not in the form.
            "client_id" => mapping.matches(&[client_id]),
            param => mapping.matches(&form.all(param).collect::<Vec<_>>()),
        };
        let mapping = named.mappings.iter().find(fits)?;
        let claims = mapping.claims.iter();
        let claims = claims.filter(|(name, _)| !OF_THE_PROTOCOL.contains(&name.as_str()));
        Some(Mapped {
            claims: claims
                .map(|(name, value)| (name.clone(), filled(value, client_id, form)))
                .collect(),
            typ: mapping.typ.clone(),
        })
    }
}

/// A value with its placeholders filled in. One that nothing is known of stays as it is.
fn filled(value: &Value, client_id: &str, form: &Params) -> Value {
    match value {
        Value::String(text) => filled_text(text, client_id, form).into(),
        Value::Array(items) => items.iter().map(|item| filled(item, client_id, form)).collect(),
        Value::Object(members) => {
            let each = members
                .iter()
                .map(|(name, item)| (name.clone(), filled(item, client_id, form)));
            Value::Object(each.collect())
        }
        other => other.clone(),
    }
}

fn filled_text(text: &str, client_id: &str, form: &Params) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let known = after.split_once('}').and_then(|(name, after)| {
            let value = match name {
                "clientId" | "client_id" => Some(client_id),
                name => form.get(name),
            };
            value.map(|value| (value, after))
        });
        match known {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push_str("${");
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn placeholders_are_filled_from_the_request_and_unknown_ones_stay() {
        let form = Params::parse(b"scope=openid&who=${scope}");
        let given = json!({"a": "${clientId}-${scope}", "b": ["${nobody}", "${who}", "${"], "c": 1});
        assert_eq!(
            filled(&given, "app", &form),
            json!({"a": "app-openid", "b": ["${nobody}", "${scope}", "${"], "c": 1}),
            "and what was filled in is not filled in again"
        );
    }

    #[test]
    fn a_value_matches_as_it_is_as_a_star_or_as_a_whole_pattern() {
        let mapping = |value: &str| Mapping {
            param: "scope".into(),
            value: value.into(),
            claims: Map::new(),
            typ: None,
        };
        for (value, given, fits) in [
            ("openid", "openid", true),
            ("*", "anything", true),
            ("open.*", "openid email", true),
            ("open", "openid", false),
            ("(", "(", true),
            ("(", "x", false),
        ] {
            assert_eq!(mapping(value).matches(&[given]), fits, "{value} {given}");
        }
        assert!(
            !mapping("*").matches(&[]),
            "a parameter that is not there matches nothing"
        );
    }
}
