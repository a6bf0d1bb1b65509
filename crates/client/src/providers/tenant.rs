//! Which configuration of a provider leaves the tenant open.

use doorkey_oidc::provider::Transport;
use doorkey_oidc::tenants::IssuerTemplate;
use serde::Deserialize;

use crate::Error;

/// The issuers of ID Tokens, where one set of metadata speaks for many tenants and so cannot name their issuers.
///
/// Microsoft's metadata for all tenants has a template in the issuer's place; the token's own `tid` is put in before `iss` is
/// compared.
///
/// Spec: OIDC Discovery section 4.3, OIDC Core section 3.1.3.7 step 2
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantIssuer {
    /// What metadata has for an issuer, letter for letter: with `{tenantid}` in its path, once.
    pub template: String,
    /// The parameter that chooses between one tenant and many.
    pub parameter: String,
    /// Its values that mean many.
    pub values: Vec<String>,
}

impl TenantIssuer {
    /// The protocol's own form of it.
    ///
    /// Errors: `Misconfigured(Issuer)`.
    pub fn issuers(&self, transport: Transport) -> Result<IssuerTemplate, Error> {
        Ok(IssuerTemplate::new(self.template.clone(), transport)?)
    }
}
