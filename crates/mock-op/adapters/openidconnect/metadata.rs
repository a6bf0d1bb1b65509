//! Metadata with the endpoints that the crate's own form of it does not have: its manual has them added so.

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, EndSessionUrl, ProviderMetadata, RevocationUrl};
use serde::{Deserialize, Serialize};

/// Where a session is ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Ends {
    pub(crate) revocation_endpoint: Option<RevocationUrl>,
    pub(crate) end_session_endpoint: Option<EndSessionUrl>,
}

impl AdditionalProviderMetadata for Ends {}

pub(crate) type Metadata = ProviderMetadata<
    Ends,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
