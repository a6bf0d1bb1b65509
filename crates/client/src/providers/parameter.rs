//! What the configuration fills into a preset: a tenant, the host of an instance, a region.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Host;

use super::Preset;
use super::preset_error::{PresetError, PresetProblem};

/// Something that the configuration fills in, where an address has its name in braces.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it may look like.
    pub form: ParameterForm,
    /// What stands there when the configuration says nothing.
    pub default: Option<String>,
    /// Words that are taken beside values of the form, as they are.
    #[serde(default)]
    pub named: Vec<String>,
    /// Words that are taken for other values.
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
}

/// What a parameter may look like. Each keeps to a part of an address that it cannot break out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterForm {
    /// One label of a host name: letters, digits, `-`.
    Label,
    /// A host name, with a port if need be: a provider that the developer or their company runs.
    Host,
    /// A host name with a dot, no address, no port, and none of the names of inner networks: a person typed it.
    PublicHost,
    /// One segment of a path: letters, digits, `-`, `.`, `_`, `~`.
    Segment,
    /// A GUID, in lower case.
    Guid,
    /// A whole issuer identifier; the template is nothing else.
    Issuer,
}

impl Parameter {
    /// The value to fill in for what the configuration says. `None` if it cannot stand there.
    pub fn value(&self, given: &str) -> Option<String> {
        let given = self.aliases.get(given).map_or(given, String::as_str);
        if self.named.iter().any(|named| named == given) {
            return Some(given.to_owned());
        }
        self.form.read(given)
    }
}

impl ParameterForm {
    /// The value as it is filled in. `None` if it does not have this form.
    pub fn read(self, text: &str) -> Option<String> {
        // RFC 1035 2.3.4 allows 255 octets to a name; nothing here has reason to be longer.
        if text.is_empty() || text.len() > 255 {
            return None;
        }
        match self {
            Self::Label => is_label(text).then(|| text.to_ascii_lowercase()),
            Self::Host => {
                let (name, port) = text
                    .rsplit_once(':')
                    .map_or((text, None), |(name, port)| (name, Some(port)));
                let name = host_name(name)?;
                match port.map(str::parse::<u16>) {
                    None => Some(name),
                    Some(Ok(port @ 1..)) => Some(format!("{name}:{port}")),
                    Some(_) => None,
                }
            }
            Self::PublicHost => {
                let name = host_name(text)?;
                let last = name.rsplit('.').next().unwrap_or_default();
                // RFC 6761, RFC 6762, RFC 8375 and the root's own list: names that mean something else in each network.
                const INNER: &[&str] = &[
                    "localhost",
                    "local",
                    "internal",
                    "test",
                    "invalid",
                    "arpa",
                    "lan",
                    "home",
                ];
                (name.contains('.') && !INNER.contains(&last)).then_some(name)
            }
            Self::Segment => {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
                // RFC 3986 5.2.4: dot segments would be resolved away, and the path with them.
                (text.bytes().all(plain) && text != "." && text != "..").then(|| text.to_owned())
            }
            Self::Guid => {
                let text = text.to_ascii_lowercase();
                is_guid(&text).then_some(text)
            }
            // What an issuer may be is checked where it is known whether loopback is allowed.
            Self::Issuer => Some(text.to_owned()),
        }
    }
}

/// A host name in its form on the wire: lower case, other scripts in their ASCII form. No address.
fn host_name(text: &str) -> Option<String> {
    // The parser would decode percent signs and mend much else; what needs mending is refused.
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || (!c.is_ascii() && c.is_alphanumeric());
    if !text.chars().all(plain) {
        return None;
    }
    match Host::parse(text).ok()? {
        Host::Domain(name) if name.split('.').all(is_label) => Some(name),
        _ => None,
    }
}

/// RFC 1123 2.1: letters, digits, and hyphens within.
fn is_label(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain && !text.is_empty() && text.len() <= 63 && !text.starts_with('-') && !text.ends_with('-')
}

/// 8-4-4-4-12 digits of lower-case hexadecimal.
fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_digit() || (b'a'..=b'f').contains(&b),
        })
}

/// The names in braces of a template, in order. `None` for braces that do not pair, or have something else within.
pub(crate) fn names_in(template: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find(['{', '}']) {
        let after = rest[open..].strip_prefix('{')?;
        let (name, after) = after.split_once('}')?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return None;
        }
        names.push(name);
        rest = after;
    }
    Some(names)
}

impl Preset {
    /// This preset with its parameters filled in, and none left.
    ///
    /// Errors: `ParameterMissing`, `ParameterUnknown` or `ParameterMalformed`, with the parameter's name.
    pub fn filled(&self, given: &BTreeMap<String, String>) -> Result<Self, PresetError> {
        let wrong = |name: &str, problem| Err(PresetError::at(&self.id, format!("parameters.{name}"), problem));
        if let Some(name) = given.keys().find(|name| !self.parameters.contains_key(*name)) {
            return wrong(name, PresetProblem::ParameterUnknown);
        }
        let mut values = BTreeMap::new();
        for (name, parameter) in &self.parameters {
            let Some(given) = given.get(name).or(parameter.default.as_ref()) else {
                return wrong(name, PresetProblem::ParameterMissing);
            };
            let Some(value) = parameter.value(given) else {
                return wrong(name, PresetProblem::ParameterMalformed);
            };
            values.insert(name.clone(), value);
        }
        let mut filled = self.clone();
        filled.parameters.clear();
        for (_, template) in filled.templates() {
            for (name, value) in &values {
                *template = template.replace(&format!("{{{name}}}"), value);
            }
        }
        // Where the configuration names one tenant, its issuer is an issuer like any other.
        filled.tenant_issuer = filled.tenant_issuer.filter(|tenant| {
            let value = values.get(&tenant.parameter);
            value.is_some_and(|value| tenant.values.contains(value))
        });
        Ok(filled)
    }

    /// Every address that may have parameters, with the field that it stands in.
    pub(crate) fn templates(&mut self) -> Vec<(&'static str, &mut String)> {
        let userinfo = self.userinfo.as_mut();
        let (profile, emails) = userinfo.map_or((None, None), |userinfo| {
            (
                Some(&mut userinfo.url),
                userinfo.emails.as_mut().map(|emails| &mut emails.url),
            )
        });
        let itself = self.registration.itself.as_mut();
        let optional = [
            ("endpoints.authorization", self.endpoints.authorization.as_mut()),
            ("endpoints.token", self.endpoints.token.as_mut()),
            ("endpoints.device", self.endpoints.device.as_mut()),
            ("userinfo.url", profile),
            ("userinfo.emails.url", emails),
            ("revocation.endpoint", self.revocation.endpoint.as_mut()),
            ("registration.console_url", self.registration.console_url.as_mut()),
            (
                "registration.itself.endpoint",
                itself.and_then(|itself| itself.endpoint.as_mut()),
            ),
            ("connected_apps_url", self.connected_apps_url.as_mut()),
        ];
        let stated = optional.into_iter().filter_map(|(field, text)| Some((field, text?)));
        std::iter::once(("issuer", &mut self.issuer)).chain(stated).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_nothing_that_leads_elsewhere() {
        let host = |text: &str| ParameterForm::Host.read(text);
        assert_eq!(host("Id.Example.COM").as_deref(), Some("id.example.com"));
        assert_eq!(host("id.example:8443").as_deref(), Some("id.example:8443"));
        assert_eq!(host("keycloak").as_deref(), Some("keycloak"), "within a company");
        for bad in [
            "",
            "a/b",
            "a@b",
            "a?b",
            "a#b",
            "a\\b",
            "a b",
            "a%2eb",
            "a:b",
            "a:0",
            "a:70000",
            "a:1:2",
            "-a.b",
            "a-.b",
            "a..b",
            "a_b",
            "[::1]",
            "127.0.0.1",
            "0x7f.1",
            "2130706433",
            "{host}",
            "a\u{0}",
            "a\nb",
            "a.b.",
        ] {
            assert_eq!(host(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_instance_that_a_person_types_is_public_and_shown_as_it_goes_over_the_wire() {
        let host = |text: &str| ParameterForm::PublicHost.read(text);
        assert_eq!(host("mastodon.social").as_deref(), Some("mastodon.social"));
        assert_eq!(host("bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        // A Cyrillic letter that looks like another one does not.
        assert_eq!(
            host("m\u{0430}stodon.social").as_deref(),
            Some("xn--mstodon-2fg.social")
        );
        for bad in [
            "localhost",
            "printer.local",
            "db.internal",
            "router.lan",
            "intranet",
            "a.localhost",
            "mastodon.social:22",
            "10.0.0.1",
            "169.254.169.254",
            "1.0.0.127.in-addr.arpa",
        ] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_segment_stays_a_segment() {
        let segment = |text: &str| ParameterForm::Segment.read(text);
        assert_eq!(segment("eu-west-1_AbC").as_deref(), Some("eu-west-1_AbC"));
        for bad in [".", "..", "a/b", "a%2fb", "a?b", "a;b", "ä", ""] {
            assert_eq!(segment(bad), None, "{bad}");
        }
        assert_eq!(segment(&"a".repeat(256)), None);
    }

    #[test]
    fn braces_must_pair_and_hold_a_name() {
        assert_eq!(names_in("https://{a}.x/{b_c}"), Some(vec!["a", "b_c"]));
        for bad in ["{", "}", "{}", "{A}", "{a", "a}", "{{a}}", "{a{b}}"] {
            assert_eq!(names_in(bad), None, "{bad}");
        }
    }
}
