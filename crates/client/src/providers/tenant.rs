//! Issuers of providers that have many tenants behind one door.

use serde::Deserialize;

use super::parameter::is_guid;

/// The issuer of ID Tokens, where one set of metadata speaks for many tenants and so cannot name their issuers.
///
/// OpenID Connect knows one issuer for one set of metadata. Microsoft's metadata for all tenants has a template in its place, and
/// says that the token's own `tid` is to be put in before `iss` is compared.
///
/// Spec: OIDC Discovery section 4.3, OIDC Core section 3.1.3.7 step 2
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantIssuer {
    /// What metadata has for an issuer, letter for letter: with `{tenantid}` in it, once.
    pub template: String,
    /// The parameter that chooses between one tenant and many.
    pub parameter: String,
    /// Its values that mean many.
    pub values: Vec<String>,
}

/// What stands in a template where the tenant belongs.
const PLACE: &str = "{tenantid}";

impl TenantIssuer {
    /// Whether the template has one place for a tenant.
    pub fn is_a_template(&self) -> bool {
        self.template.matches(PLACE).count() == 1
    }

    /// The issuer of a tenant. `None` if `tid` is no GUID in lower case: anything else could write another issuer.
    pub fn issuer_of(&self, tid: &str) -> Option<String> {
        is_guid(tid).then(|| self.template.replace(PLACE, tid))
    }

    /// Whether `iss` of an ID Token is the issuer of the tenant that its `tid` names.
    pub fn accepts(&self, iss: &str, tid: &str) -> bool {
        self.issuer_of(tid).is_some_and(|expected| expected == iss)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

    fn rule() -> TenantIssuer {
        TenantIssuer {
            template: "https://login.example/{tenantid}/v2.0".into(),
            parameter: "tenant".into(),
            values: vec!["common".into()],
        }
    }

    #[test]
    fn oidc_core_3_1_3_7_step_2_the_issuer_is_that_of_the_tenant_that_the_token_names() {
        let good = format!("https://login.example/{TENANT}/v2.0");
        assert!(rule().accepts(&good, TENANT));
        let other = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        assert!(!rule().accepts(&good, other), "another tenant");
        assert!(!rule().accepts("https://login.example/{tenantid}/v2.0", "{tenantid}"));
        assert!(!rule().accepts("https://evil.example/v2.0", TENANT));
    }

    #[test]
    fn a_tenant_that_is_no_guid_writes_no_issuer() {
        for tid in [
            "",
            "common",
            "../x",
            "9188040D-6C67-4C5B-B112-36A304B66DAD",
            &format!("{TENANT}/"),
            "{tenantid}",
        ] {
            assert_eq!(rule().issuer_of(tid), None, "{tid}");
        }
    }
}
