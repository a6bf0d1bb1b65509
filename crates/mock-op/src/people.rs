//! The test people, and what a scope says about them.

use serde_json::{Map, Value, json};

/// Someone who can sign in, without a password.
#[derive(Clone, Debug)]
pub struct Person {
    /// Names them on the login page (`data-person`), in `login_hint` and in the control API: `ada`.
    pub id: String,
    /// The subject identifier.
    pub sub: String,
    /// Standard claims by name. `picture` may be a path at this provider, beginning with `/`.
    ///
    /// Spec: OIDC Core 1.0 section 5.1
    pub claims: Map<String, Value>,
}

impl Person {
    /// Someone with a name and no other claim.
    pub fn new(id: &str, name: &str) -> Self {
        let mut claims = Map::new();
        claims.insert("name".into(), name.into());
        Self {
            id: id.into(),
            sub: format!("sub-{id}"),
            claims,
        }
    }

    /// The same with one more standard claim.
    #[must_use]
    pub fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(claim.into(), value.into());
        self
    }

    /// The name to show on a page.
    pub(crate) fn name(&self) -> &str {
        self.text("name").unwrap_or(&self.id)
    }

    pub(crate) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// One claim, with a picture's path made a URL at `origin`.
    pub(crate) fn claim(&self, name: &str, origin: &str) -> Option<Value> {
        let value = self.claims.get(name)?;
        Some(match value.as_str() {
            Some(path) if name == "picture" && path.starts_with('/') => format!("{origin}{path}").into(),
            _ => value.clone(),
        })
    }

    /// Whether a `login_hint` means them: id, subject or e-mail address.
    pub(crate) fn is_hinted(&self, hint: &str) -> bool {
        self.id == hint || self.sub == hint || self.text("email").is_some_and(|email| email.eq_ignore_ascii_case(hint))
    }

    /// The claims that these scopes give, with `sub`, and with a picture's path made a URL at `origin`.
    ///
    /// Spec: OIDC Core 1.0 section 5.4
    pub(crate) fn claims_for<'a>(&self, scopes: impl IntoIterator<Item = &'a str>, origin: &str) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("sub".into(), self.sub.clone().into());
        for scope in scopes {
            for name in claims_of(scope) {
                if let Some(value) = self.claim(name, origin) {
                    out.insert((*name).into(), value);
                }
            }
        }
        out
    }
}

/// The claims that a scope asks for.
///
/// Spec: OIDC Core 1.0 section 5.4
pub(crate) fn claims_of(scope: &str) -> &'static [&'static str] {
    match scope {
        "profile" => &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
        "email" => &["email", "email_verified"],
        "phone" => &["phone_number", "phone_number_verified"],
        "address" => &["address"],
        _ => &[],
    }
}

/// Scopes of this provider with what the consent page says of them, in the order of the page.
pub(crate) const SCOPES: [(&str, &str); 6] = [
    ("openid", "Know that it is you, each time you sign in"),
    ("profile", "See your name, picture and public profile"),
    ("email", "See your e-mail address"),
    ("phone", "See your phone number"),
    ("address", "See your postal address"),
    ("offline_access", "Stay signed in when you are not using it"),
];

/// The people every provider begins with.
pub(crate) fn default_people() -> Vec<Person> {
    let verified = |person: Person, email: &str, yes: bool| person.with("email", email).with("email_verified", yes);
    let ada = verified(Person::new("ada", "Ada Lovelace"), "ada@example.com", true)
        .with("given_name", "Ada")
        .with("family_name", "Lovelace")
        .with("middle_name", "King")
        .with("nickname", "Countess")
        .with("preferred_username", "ada")
        .with("profile", "https://example.com/people/ada")
        .with("website", "https://example.com/ada")
        .with("picture", "/people/ada.png")
        .with("gender", "female")
        .with("birthdate", "1815-12-10")
        .with("zoneinfo", "Europe/London")
        .with("locale", "en-GB")
        .with("updated_at", 1_767_225_600)
        .with("phone_number", "+44 20 7946 0815")
        .with("phone_number_verified", true)
        .with(
            "address",
            json!({"formatted": "12 St James's Square\nLondon SW1Y\nUnited Kingdom", "locality": "London",
                   "country": "United Kingdom"}),
        );
    let grace = verified(Person::new("grace", "Grace Hopper"), "grace@example.com", false)
        .with("given_name", "Grace")
        .with("family_name", "Hopper")
        .with("preferred_username", "grace")
        .with("picture", "/people/grace.png")
        .with("locale", "en-US");
    let alan = verified(Person::new("alan", "Alan Turing"), "alan@example.com", true)
        .with("given_name", "Alan")
        .with("family_name", "Turing")
        .with("preferred_username", "alan")
        .with("locale", "en-GB");
    // A name in two scripts, long, with what HTML would mistake for markup: pages and apps have to cope.
    let murasaki = verified(
        Person::new("murasaki", "紫式部 <Murasaki> & Shikibu"),
        "murasaki@example.jp",
        true,
    )
    .with("preferred_username", "murasaki")
    .with("picture", "/people/murasaki.png")
    .with("locale", "ja-JP");
    vec![ada, grace, alan, murasaki]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_gives_its_own_claims_and_no_others() {
        let people = default_people();
        let email = people[0].claims_for(["email"], "http://127.0.0.1:1");
        assert_eq!(
            Value::Object(email),
            json!({"sub": "sub-ada", "email": "ada@example.com", "email_verified": true})
        );
        let profile = people[0].claims_for(["profile"], "http://127.0.0.1:1");
        assert_eq!(profile["picture"], "http://127.0.0.1:1/people/ada.png");
        assert!(!profile.contains_key("email"));
    }

    #[test]
    fn a_login_hint_may_be_id_subject_or_address() {
        let ada = &default_people()[0];
        for hint in ["ada", "sub-ada", "ADA@example.com"] {
            assert!(ada.is_hinted(hint), "{hint}");
        }
        assert!(!ada.is_hinted("grace"));
    }
}
