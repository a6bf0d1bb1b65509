//! What a preset states of a provider in the place of metadata, or beside it.

use doorkey_oidc::Misconfiguration;
use doorkey_oidc::provider::{Issuer, Kind as ServerKind, ProviderMetadata, Transport};
use doorkey_oidc::trail::Trail;

use super::Preset;
use super::preset::{Kind, PushedRequests, RevocationStyle};
use crate::Error;

impl Preset {
    /// The metadata that this preset states. `None` for a provider that publishes its own.
    ///
    /// Errors: `Misconfigured(Issuer)`, `Misconfigured(Provider)` for endpoints that must not be asked by this `transport`.
    ///
    /// Spec: RFC 8414 section 2
    pub(crate) fn stated_metadata(&self, transport: Transport) -> Option<Result<ProviderMetadata, Error>> {
        (self.kind == Kind::Oauth2 && self.endpoints.authorization.is_some()).then(|| self.metadata(transport))
    }

    fn metadata(&self, transport: Transport) -> Result<ProviderMetadata, Error> {
        let revocation = Some(&self.revocation).filter(|revocation| revocation.style == RevocationStyle::Rfc7009);
        let stated = serde_json::json!({
            "issuer": self.issuer,
            "authorization_endpoint": self.endpoints.authorization,
            "token_endpoint": self.endpoints.token,
            "device_authorization_endpoint": self.endpoints.device,
            "revocation_endpoint": revocation.and_then(|revocation| revocation.endpoint.as_ref()),
            "response_types_supported": ["code"],
            "require_pushed_authorization_requests": self.par == PushedRequests::Always,
        });
        let issuer = Issuer::new(self.issuer.clone(), transport)?;
        let read = ProviderMetadata::read_as(
            ServerKind::AuthorizationServer,
            &issuer,
            stated.to_string().as_bytes(),
            transport,
            &mut Trail::unread(),
        );
        // Whatever is wrong with it, it is not the provider that said so.
        let mut metadata = read.map_err(|_| Error::Misconfigured(Misconfiguration::Provider))?;
        metadata.dialect = self.dialect.clone();
        Ok(metadata)
    }
}
