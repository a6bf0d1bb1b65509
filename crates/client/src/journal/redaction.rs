//! What of a request may be shown: by name, and nothing that is not named here.

use doorkey_oidc::text::ProviderText;
use serde::{Deserialize, Serialize};

/// The most characters of a text that are kept.
const TEXT: usize = 200;
/// The most parameters of one request that are kept.
const PARAMETERS: usize = 32;

/// Parameters whose values say how something was asked and not what is secret or whose it is.
const SHOWN: &[&str] = &[
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "scope",
    "code_challenge_method",
    "prompt",
    "max_age",
    "acr_values",
    "ui_locales",
    "grant_type",
    "token_type_hint",
    "post_logout_redirect_uri",
];

/// Other parameters of the protocol, of which only the name is shown.
const NAMED: &[&str] = &[
    "state",
    "nonce",
    "code",
    "code_challenge",
    "code_verifier",
    "client_secret",
    "login_hint",
    "logout_hint",
    "id_token_hint",
    "refresh_token",
    "access_token",
    "token",
    "iss",
    "error",
    "error_description",
    "client_assertion",
    "client_assertion_type",
    "claims",
    "resource",
    "dpop_jkt",
    "request_uri",
    AUTHORIZATION,
    PROOF,
];

/// The header that a token or a client's secret is sent in.
pub(super) const AUTHORIZATION: &str = "Authorization";

/// The header that a proof of possession is sent in.
pub(super) const PROOF: &str = "DPoP";

/// One parameter of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// As much of its value as may be shown.
    pub value: Shown,
}

/// As much of a value as may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// The value, fit to be shown.
    Text(String),
    /// It was there; that is all.
    Secret,
    /// It could be shown and is too long: its length in bytes.
    Long(usize),
}

impl Parameter {
    /// A parameter as it may be shown.
    pub(super) fn of(name: &str, value: &str) -> Self {
        Self {
            name: text(name),
            value: shown(name, value),
        }
    }

    /// A parameter of which only the name is known here.
    pub(super) fn secret(name: &str) -> Self {
        Self {
            name: text(name),
            value: Shown::Secret,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let value = match &self.value {
            Shown::Text(text) => text.len(),
            Shown::Secret | Shown::Long(_) => 0,
        };
        self.name.len() + value
    }

    /// This parameter by the same rules once more: its name, if it is one of the protocol, and its value, if that may be shown.
    pub(super) fn again(&self) -> (Option<&'static str>, Shown) {
        let known = SHOWN.iter().chain(NAMED).find(|known| **known == self.name).copied();
        let value = match &self.value {
            Shown::Text(text) => shown(&self.name, text),
            Shown::Secret => Shown::Secret,
            Shown::Long(length) if SHOWN.contains(&self.name.as_str()) => Shown::Long(*length),
            Shown::Long(_) => Shown::Secret,
        };
        (known, value)
    }
}

fn shown(name: &str, value: &str) -> Shown {
    if !SHOWN.contains(&name) {
        Shown::Secret
    } else if value.len() > TEXT {
        Shown::Long(value.len())
    } else {
        Shown::Text(text(value))
    }
}

/// Text that is harmless to show, and short.
pub(super) fn text(raw: &str) -> String {
    ProviderText::clean(raw, TEXT).map_or_else(String::new, |text| text.as_str().to_owned())
}

/// Parameters of a query or a form, as they may be shown.
pub(super) fn parameters(encoded: &[u8]) -> Vec<Parameter> {
    url::form_urlencoded::parse(encoded)
        .take(PARAMETERS)
        .map(|(name, value)| Parameter::of(&name, &value))
        .collect()
}

/// A host with its port, if it is one: letters, digits, and what stands in addresses.
pub(super) fn host(text: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b);
    (!text.is_empty() && text.len() <= 260 && text.bytes().all(plain)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_list_is_never_shown_whatever_it_is_called() {
        for name in NAMED
            .iter()
            .chain(&["audience", "CLIENT_ID", "client_id ", "", "scope\u{0}", "resource"])
        {
            let parameter = Parameter::of(name, "VALUE");
            assert_eq!(parameter.value, Shown::Secret, "{name}");
            assert!(!serde_json::to_string(&parameter).unwrap().contains("VALUE"));
        }
        assert_eq!(Parameter::of("scope", "openid").value, Shown::Text("openid".into()));
    }

    #[test]
    fn what_is_shown_is_cleaned_and_what_is_long_is_its_length() {
        let parameter = Parameter::of("scope", "a\u{202e}b\u{1b}[31m\n\u{0}c");
        assert_eq!(parameter.value, Shown::Text("ab[31m c".into()));
        assert_eq!(Parameter::of("scope", &"x".repeat(201)).value, Shown::Long(201));
        assert_eq!(parameters("scope=a&".repeat(1000).as_bytes()).len(), PARAMETERS);
    }

    #[test]
    fn by_the_rules_once_more_nothing_comes_out_that_did_not_come_in() {
        let forged = Parameter {
            name: "code".into(),
            value: Shown::Text("VALUE".into()),
        };
        assert_eq!(forged.again(), (Some("code"), Shown::Secret));
        let unknown = Parameter {
            name: "x-ada@example.org".into(),
            value: Shown::Long(3),
        };
        assert_eq!(unknown.again(), (None, Shown::Secret));
    }

    #[test]
    fn a_host_is_a_host_and_nothing_else() {
        assert_eq!(host("op.example:8443").as_deref(), Some("op.example:8443"));
        assert_eq!(host("[::1]:80").as_deref(), Some("[::1]:80"));
        for bad in ["", "ada@op.example", "op.example/path?code=x", "a b"] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }
}
