//! Asking for single claims: the parameter `claims`.
//!
//! Spec: OIDC Core section 5.5

use serde_json::{Map, Value};

/// The claims that are asked for by name. Empty, nothing is sent.
///
/// Spec: OIDC Core section 5.5
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    id_token: Vec<Claim>,
    userinfo: Vec<Claim>,
}

/// One claim, and how it is asked for.
///
/// Spec: OIDC Core section 5.5.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    name: String,
    essential: bool,
    values: Vec<String>,
}

impl Claim {
    /// A claim that the provider may leave out.
    pub fn voluntary(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            essential: false,
            values: Vec::new(),
        }
    }

    /// `essential`: without it this sign-in cannot do what the person wants. A provider may leave it out all the same; only `acr` with
    /// values and `auth_time`, in the ID Token, are insisted on.
    pub fn essential(name: impl Into<String>) -> Self {
        Self {
            essential: true,
            ..Self::voluntary(name)
        }
    }

    /// `value` or `values`, best first.
    #[must_use]
    pub fn of_values(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.values = values.into_iter().map(Into::into).collect();
        self
    }

    fn to_json(&self) -> Value {
        let mut map = Map::new();
        if self.essential {
            map.insert("essential".into(), true.into());
        }
        match self.values.as_slice() {
            [] => {}
            [value] => {
                map.insert("value".into(), value.as_str().into());
            }
            values => {
                map.insert("values".into(), values.into());
            }
        }
        // OIDC Core 5.5.1: null asks for it in the default manner.
        if map.is_empty() {
            Value::Null
        } else {
            Value::Object(map)
        }
    }
}

impl Claims {
    /// Asks for a claim in the ID Token. Asked for again, it counts as it was asked for last.
    #[must_use]
    pub fn in_id_token(mut self, claim: Claim) -> Self {
        put(&mut self.id_token, claim);
        self
    }

    /// Asks for a claim in the UserInfo answer. Asked for again, it counts as it was asked for last.
    #[must_use]
    pub fn in_userinfo(mut self, claim: Claim) -> Self {
        put(&mut self.userinfo, claim);
        self
    }

    /// Asks for these too. What is in both counts as it is in `more`.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        let all = more.id_token.into_iter().fold(self, Self::in_id_token);
        more.userinfo.into_iter().fold(all, Self::in_userinfo)
    }

    /// The value of the parameter. `None` where nothing is asked for.
    pub(crate) fn to_parameter(&self) -> Option<String> {
        let mut map = Map::new();
        for (place, claims) in [("userinfo", &self.userinfo), ("id_token", &self.id_token)] {
            if !claims.is_empty() {
                let members = claims.iter().map(|claim| (claim.name.clone(), claim.to_json()));
                map.insert(place.into(), Value::Object(members.collect()));
            }
        }
        (!map.is_empty()).then(|| Value::Object(map).to_string())
    }

    /// OIDC Core 5.5.1.1: `acr` asked for as essential with values: the authentication has to meet one of them.
    pub(crate) fn essential_acr(&self) -> Option<&[String]> {
        self.essential_in_id_token("acr")
            .map(|claim| claim.values.as_slice())
            .filter(|values| !values.is_empty())
    }

    /// OIDC Core 2: `auth_time` is required where it was asked for as essential.
    pub(crate) fn auth_time_is_essential(&self) -> bool {
        self.essential_in_id_token("auth_time").is_some()
    }

    fn essential_in_id_token(&self, name: &str) -> Option<&Claim> {
        self.id_token.iter().find(|claim| claim.essential && claim.name == name)
    }
}

fn put(claims: &mut Vec<Claim>, claim: Claim) {
    claims.retain(|known| known.name != claim.name);
    claims.push(claim);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_of_oidc_core_section_5_5_is_written() {
        // OIDC Core section 5.5, without its claims that have a language or a namespace of their own.
        let claims = Claims::default()
            .in_userinfo(Claim::essential("given_name"))
            .in_userinfo(Claim::voluntary("nickname"))
            .in_userinfo(Claim::essential("email"))
            .in_userinfo(Claim::voluntary("picture"))
            .in_id_token(Claim::essential("auth_time"))
            .in_id_token(Claim::voluntary("acr").of_values(["urn:mace:incommon:iap:silver"]));
        let written: Value = serde_json::from_str(&claims.to_parameter().unwrap()).unwrap();
        assert_eq!(
            written,
            json!({
                "userinfo": { "given_name": { "essential": true }, "nickname": null, "email": { "essential": true },
                    "picture": null },
                "id_token": { "auth_time": { "essential": true }, "acr": { "value": "urn:mace:incommon:iap:silver" } }
            })
        );
        assert!(claims.auth_time_is_essential());
        assert_eq!(claims.essential_acr(), None, "a voluntary acr is not insisted on");
    }

    #[test]
    fn a_claim_asked_for_again_counts_as_it_was_asked_for_last() {
        let claims = Claims::default()
            .in_id_token(Claim::voluntary("acr"))
            .in_id_token(Claim::essential("acr").of_values(["gold", "silver"]));
        assert_eq!(
            claims.to_parameter().unwrap(),
            r#"{"id_token":{"acr":{"essential":true,"values":["gold","silver"]}}}"#
        );
        assert_eq!(claims.essential_acr().unwrap(), ["gold", "silver"]);
        assert_eq!(Claims::default().to_parameter(), None);
    }
}
