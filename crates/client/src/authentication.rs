//! How a client authenticates and what tokens are bound to, as it is sealed.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use doorkey_oidc::client::{AssertionAudience, AssertionKey, Authentication, Client};
use doorkey_oidc::dpop::{Binding, Binds, ProofKey};
use doorkey_oidc::{Misconfiguration, Secret};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::Error;
use crate::error::Damage;

/// How a client authenticates: the form that is sealed with whatever was given to it. Wiped when dropped.
///
/// Spec: RFC 6749 section 2.3, OIDC Core section 9
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SealedAuthentication {
    /// `none`
    #[default]
    None,
    /// `client_secret_post`
    SecretPost(String),
    /// `client_secret_basic`
    SecretBasic(String),
    /// `private_key_jwt`
    PrivateKeyJwt {
        /// PKCS #8 in base64.
        pkcs8: String,
        kid: Option<String>,
        audience: AssertionAudience,
    },
}

impl Drop for SealedAuthentication {
    fn drop(&mut self) {
        match self {
            Self::None => {}
            Self::SecretPost(secret) | Self::SecretBasic(secret) | Self::PrivateKeyJwt { pkcs8: secret, .. } => {
                secret.zeroize();
            }
        }
    }
}

impl SealedAuthentication {
    pub(crate) fn of(authentication: &Authentication) -> Self {
        // All that is exposed here goes into a record, which is sealed before it is written and wiped when dropped.
        match authentication {
            Authentication::None => Self::None,
            Authentication::SecretPost(secret) => Self::SecretPost(secret.expose().to_owned()),
            Authentication::SecretBasic(secret) => Self::SecretBasic(secret.expose().to_owned()),
            Authentication::PrivateKeyJwt(key) => Self::PrivateKeyJwt {
                pkcs8: STANDARD_NO_PAD.encode(&*key.to_bytes_for_sealing()),
                kid: key.kid().map(str::to_owned),
                audience: key.audience(),
            },
        }
    }

    /// What older forms had: a secret that goes into the form of a request, or none.
    pub(crate) fn of_secret(secret: Option<String>) -> Self {
        secret.map_or(Self::None, Self::SecretPost)
    }

    /// Errors: `Misconfigured(ClientKey)` for a key that is none.
    pub(crate) fn open(&self) -> Result<Authentication, Error> {
        Ok(match self {
            Self::None => Authentication::None,
            Self::SecretPost(secret) => Authentication::SecretPost(Secret::new(secret.clone())),
            Self::SecretBasic(secret) => Authentication::SecretBasic(Secret::new(secret.clone())),
            Self::PrivateKeyJwt { pkcs8, kid, audience } => {
                let bytes = STANDARD_NO_PAD.decode(pkcs8).map(Zeroizing::new);
                let bytes = bytes.map_err(|_| Error::Misconfigured(Misconfiguration::ClientKey))?;
                Authentication::PrivateKeyJwt(AssertionKey::from_pkcs8(&bytes, kid.clone(), *audience)?)
            }
        })
    }

    /// The client of this id.
    ///
    /// Errors: `Misconfigured` with `ClientId`, `ClientSecret` or `ClientKey`.
    pub(crate) fn client(&self, id: &str) -> Result<Client, Error> {
        Ok(Client::new(id, self.open()?)?)
    }

    /// A second copy, for another record.
    pub(crate) fn copy(&self) -> Self {
        match self {
            Self::None => Self::None,
            Self::SecretPost(secret) => Self::SecretPost(secret.clone()),
            Self::SecretBasic(secret) => Self::SecretBasic(secret.clone()),
            Self::PrivateKeyJwt { pkcs8, kid, audience } => Self::PrivateKeyJwt {
                pkcs8: pkcs8.clone(),
                kid: kid.clone(),
                audience: *audience,
            },
        }
    }
}

/// The key that a session's tokens are bound to, and which of them are: the form that is sealed. Wiped when dropped.
///
/// Spec: RFC 9449 section 5
#[derive(Serialize, Deserialize)]
pub(crate) struct SealedBinding {
    /// PKCS #8 in base64.
    key: String,
    binds: Binds,
}

impl Drop for SealedBinding {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl SealedBinding {
    pub(crate) fn of(binding: &Binding) -> Self {
        Self {
            key: STANDARD_NO_PAD.encode(&*binding.key.to_bytes_for_sealing()),
            binds: binding.binds,
        }
    }

    /// Errors: `VaultDamaged(RecordUnreadable)` for a key that is none.
    pub(crate) fn open(&self) -> Result<Binding, Error> {
        let bytes = STANDARD_NO_PAD.decode(&self.key).map(Zeroizing::new);
        let key = bytes.ok().and_then(|bytes| ProofKey::from_sealed_bytes(&bytes));
        let key = key.ok_or(Error::VaultDamaged(Damage::RecordUnreadable))?;
        Ok(Binding {
            key: Arc::new(key),
            binds: self.binds,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_of_a_client_authenticates_as_it_did_before() {
        let key = ProofKey::generate().unwrap().to_bytes_for_sealing();
        let key = AssertionKey::from_pkcs8(&key, Some("k".to_owned()), AssertionAudience::TokenEndpoint).unwrap();
        let all = [
            Authentication::None,
            Authentication::SecretPost(Secret::new("s".to_owned())),
            Authentication::SecretBasic(Secret::new("s".to_owned())),
            Authentication::PrivateKeyJwt(key),
        ];
        for before in all {
            let bytes = serde_json::to_vec(&SealedAuthentication::of(&before)).unwrap();
            let sealed: SealedAuthentication = serde_json::from_slice(&bytes).unwrap();
            let after = sealed.copy().open().unwrap();
            assert_eq!(after.method(), before.method());
            match (&before, &after) {
                (Authentication::PrivateKeyJwt(before), Authentication::PrivateKeyJwt(after)) => {
                    assert_eq!(after.public_jwk(), before.public_jwk());
                    assert_eq!(after.audience(), before.audience());
                }
                (Authentication::SecretPost(_), Authentication::SecretPost(after))
                | (Authentication::SecretBasic(_), Authentication::SecretBasic(after)) => assert!(after.matches("s")),
                _ => {}
            }
        }
    }

    #[test]
    fn a_key_that_was_sealed_is_the_same_key_and_what_is_none_is_told() {
        let binding = Binding {
            key: Arc::new(ProofKey::generate().unwrap()),
            binds: Binds::Both,
        };
        let bytes = serde_json::to_vec(&SealedBinding::of(&binding)).unwrap();
        let sealed: SealedBinding = serde_json::from_slice(&bytes).unwrap();
        let opened = sealed.open().unwrap();
        assert_eq!(opened.key.thumbprint(), binding.key.thumbprint());
        assert_eq!(opened.binds, Binds::Both);
        let broken = SealedBinding {
            key: "AAAA".to_owned(),
            binds: Binds::Both,
        };
        assert_eq!(
            broken.open().unwrap_err(),
            Error::VaultDamaged(Damage::RecordUnreadable)
        );
        let broken = SealedAuthentication::PrivateKeyJwt {
            pkcs8: "AAAA".to_owned(),
            kid: None,
            audience: AssertionAudience::Issuer,
        };
        assert_eq!(
            broken.open().unwrap_err(),
            Error::Misconfigured(Misconfiguration::ClientKey)
        );
    }
}
