//! Issuers of a provider that has many tenants behind one door.
//!
//! OpenID Connect knows one issuer for one set of metadata. Some providers publish one set for all tenants, with a template where the
//! issuer belongs, and name the tenant in each ID Token (`tid`): the token's issuer is the template with that tenant put in.

use crate::error::{Error, Misconfiguration};
use crate::provider::{Issuer, Transport};

/// What stands in a template where the tenant belongs.
const PLACE: &str = "{tenantid}";

/// A template of issuers, as a preset states it: metadata has it letter for letter, and ID Tokens have an issuer made by it.
///
/// Spec: OIDC Discovery section 4.3, OIDC Core section 3.1.3.7 step 2
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerTemplate {
    template: String,
    transport: Transport,
}

impl IssuerTemplate {
    /// Takes a template.
    ///
    /// Errors: `Misconfigured(Issuer)` unless it has `{tenantid}` once, in its path, and is an issuer with a tenant in it.
    pub fn new(template: impl Into<String>, transport: Transport) -> Result<Self, Error> {
        let template = template.into();
        let wrong = || Error::from(Misconfiguration::Issuer);
        // In the host it would let a tenant choose whose issuer it is.
        let path = template.splitn(4, '/').nth(3).ok_or_else(wrong)?;
        if template.matches(PLACE).count() != 1 || !path.contains(PLACE) {
            return Err(wrong());
        }
        Issuer::new(template.replace(PLACE, "tenant"), transport)?;
        Ok(Self { template, transport })
    }

    /// The template, letter for letter.
    pub fn as_str(&self) -> &str {
        &self.template
    }

    /// The issuer of a tenant. `None` if `tid` is no GUID in lower case: anything else could write another issuer.
    pub fn issuer_of(&self, tid: &str) -> Option<Issuer> {
        let guid = tid.len() == 36
            && tid.bytes().enumerate().all(|(at, b)| match at {
                8 | 13 | 18 | 23 => b == b'-',
                _ => b.is_ascii_digit() || (b'a'..=b'f').contains(&b),
            });
        guid.then(|| Issuer::new(self.template.replace(PLACE, tid), self.transport).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

    fn template(text: &str) -> Result<IssuerTemplate, Error> {
        IssuerTemplate::new(text, Transport::HttpsOnly)
    }

    #[test]
    fn a_tenant_is_put_in_its_place_and_only_a_guid_is_a_tenant() {
        let template = template("https://login.example/{tenantid}/v2.0").unwrap();
        let issuer = template.issuer_of(TENANT).unwrap();
        assert_eq!(issuer.as_str(), format!("https://login.example/{TENANT}/v2.0"));
        for tid in [
            "",
            "common",
            "{tenantid}",
            "../x",
            "9188040D-6C67-4C5B-B112-36A304B66DAD",
            "9188040d-6c67-4c5b-b112-36a304b66dad/",
            "9188040d06c6704c5b0b112036a304b66dad",
        ] {
            assert_eq!(template.issuer_of(tid), None, "{tid}");
        }
    }

    #[test]
    fn a_template_has_one_place_in_its_path() {
        for bad in [
            "https://login.example/v2.0",
            "https://login.example/{tenantid}/{tenantid}",
            "https://{tenantid}.example/v2.0",
            "https://{tenantid}",
            "http://login.example/{tenantid}",
            "{tenantid}",
            "",
        ] {
            assert_eq!(template(bad), Err(Misconfiguration::Issuer.into()), "{bad}");
        }
    }
}
