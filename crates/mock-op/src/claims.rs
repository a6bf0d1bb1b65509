//! Claims that an authorization request asks for one by one: the `claims` parameter.

use crate::people::{Person, claims_of};
use crate::scopes::Scopes;
use serde_json::{Map, Value};

/// What the parameter asks for.
///
/// Spec: OIDC Core 1.0 section 5.5
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ClaimsRequest {
    pub(crate) userinfo: Vec<AskedClaim>,
    pub(crate) id_token: Vec<AskedClaim>,
}

/// One claim that is asked for.
///
/// Spec: OIDC Core 1.0 section 5.5.1
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AskedClaim {
    pub(crate) name: String,
    pub(crate) essential: bool,
    /// The values that will do; any if there are none.
    pub(crate) values: Vec<Value>,
}

/// Why the parameter was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClaimsRefused {
    #[error("claims is not a JSON object")]
    NotAnObject,
    #[error("userinfo and id_token in claims are JSON objects of claims")]
    Member,
    #[error("a claim in claims is null or a JSON object")]
    Claim,
    #[error("essential in claims is true or false")]
    Essential,
    #[error("values in claims is an array, and stands without value")]
    Values,
}

impl ClaimsRequest {
    /// Reads the parameter. Members that are not known are ignored.
    pub(crate) fn parse(text: &str) -> Result<Self, ClaimsRefused> {
        let Ok(Value::Object(members)) = serde_json::from_str(text) else {
            return Err(ClaimsRefused::NotAnObject);
        };
        let list = |name: &str| match members.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Object(claims)) => claims
                .iter()
                .map(|(name, wish)| AskedClaim::parse(name, wish))
                .collect(),
            Some(_) => Err(ClaimsRefused::Member),
        };
        Ok(Self {
            userinfo: list("userinfo")?,
            id_token: list("id_token")?,
        })
    }

    /// Whether this subject may be the answer: with a `sub` of a given value nobody else may.
    ///
    /// Spec: OIDC Core 1.0 section 3.1.2.2
    pub(crate) fn may_be(&self, sub: &str) -> bool {
        let mut asked = self.id_token.iter().chain(&self.userinfo).filter(|c| c.name == "sub");
        asked.all(|claim| claim.takes(&Value::from(sub)))
    }

    /// The authentication context class that is asked for in the ID Token.
    pub(crate) fn acr(&self) -> Option<&AskedClaim> {
        self.id_token.iter().find(|claim| claim.name == "acr")
    }

    /// The claims that this person has and that no one of these scopes asks for anyway: what the person is to be asked about one by one.
    pub(crate) fn beyond(&self, scopes: &Scopes, person: &Person) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for AskedClaim { name, .. } in self.userinfo.iter().chain(&self.id_token) {
            if person.claims.contains_key(name) && !covered(scopes, name) && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Leaves out what neither these scopes nor these names allow.
    pub(crate) fn keep_only(&mut self, scopes: &Scopes, names: &[&str]) {
        for list in [&mut self.userinfo, &mut self.id_token] {
            list.retain(|claim| covered(scopes, &claim.name) || names.contains(&claim.name.as_str()));
        }
    }
}

fn covered(scopes: &Scopes, name: &str) -> bool {
    scopes.iter().any(|scope| claims_of(scope).contains(&name))
}

impl AskedClaim {
    fn parse(name: &str, wish: &Value) -> Result<Self, ClaimsRefused> {
        let mut asked = Self {
            name: name.to_owned(),
            essential: false,
            values: Vec::new(),
        };
        let wish = match wish {
            // Section 5.5.1: null asks in the default manner, as a voluntary claim.
            Value::Null => return Ok(asked),
            Value::Object(wish) => wish,
            _ => return Err(ClaimsRefused::Claim),
        };
        if let Some(essential) = wish.get("essential") {
            asked.essential = essential.as_bool().ok_or(ClaimsRefused::Essential)?;
        }
        asked.values = match (wish.get("value"), wish.get("values")) {
            (None, None) => Vec::new(),
            (Some(value), None) => vec![value.clone()],
            (None, Some(Value::Array(values))) if !values.is_empty() => values.clone(),
            _ => return Err(ClaimsRefused::Values),
        };
        Ok(asked)
    }

    pub(crate) fn takes(&self, value: &Value) -> bool {
        self.values.is_empty() || self.values.contains(value)
    }
}

/// Adds the claims that are asked for and that this person has. What stands there already stays as it is.
///
/// Section 5.5.1: a claim that is not available, or not with the value that is wanted, is left out without an error, essential or not.
pub(crate) fn add(asked: &[AskedClaim], person: &Person, origin: &str, claims: &mut Map<String, Value>) {
    for wish in asked {
        let value = person.claim(&wish.name, origin).filter(|value| wish.takes(value));
        if let Some(value) = value
            && !claims.contains_key(&wish.name)
        {
            claims.insert(wish.name.clone(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_malformed_is_refused_and_what_is_not_known_is_ignored() {
        for (text, why) in [
            ("", ClaimsRefused::NotAnObject),
            ("[]", ClaimsRefused::NotAnObject),
            ("{\"id_token\":[]}", ClaimsRefused::Member),
            ("{\"userinfo\":null}", ClaimsRefused::Member),
            ("{\"userinfo\":{\"email\":true}}", ClaimsRefused::Claim),
            ("{\"userinfo\":{\"email\":{\"essential\":1}}}", ClaimsRefused::Essential),
            ("{\"id_token\":{\"acr\":{\"values\":\"x\"}}}", ClaimsRefused::Values),
            ("{\"id_token\":{\"acr\":{\"values\":[]}}}", ClaimsRefused::Values),
            (
                "{\"id_token\":{\"acr\":{\"value\":\"x\",\"values\":[\"x\"]}}}",
                ClaimsRefused::Values,
            ),
        ] {
            assert_eq!(ClaimsRequest::parse(text), Err(why), "{text}");
        }
        let read = ClaimsRequest::parse("{\"more\":1,\"userinfo\":{\"email\":{\"odd\":1},\"phone_number\":null}}");
        let read = read.expect("it is well-formed");
        assert_eq!(read.userinfo.len(), 2);
        assert!(read.id_token.is_empty());
        assert!(read.userinfo.iter().all(|c| !c.essential && c.takes(&Value::Null)));
    }
}
