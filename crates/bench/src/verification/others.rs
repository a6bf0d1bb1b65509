//! The same token, verified by other libraries as their manuals show it.

use std::str::FromStr as _;

use jsonwebtoken::{DecodingKey, Validation};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{AccessToken, AccessTokenHash, ClientId, IssuerUrl, Nonce};
use serde_json::Value;

use crate::error::{Result, broken};

/// `openidconnect`, with its keys read.
pub(super) struct Openidconnect {
    verifier: CoreIdTokenVerifier<'static>,
    nonce: Nonce,
}

impl Openidconnect {
    /// # Errors
    /// `Broken` when it does not take issuer, algorithm or keys.
    pub(super) fn new(issuer: &str, client_id: &str, key_set: &str, alg: &str, nonce: &str) -> Result<Self> {
        let failed = "openidconnect's set-up";
        let keys: CoreJsonWebKeySet = serde_json::from_str(key_set).map_err(broken(failed))?;
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(broken(failed))?;
        let alg: CoreJwsSigningAlgorithm =
            serde_json::from_value(Value::String(alg.to_owned())).map_err(broken(failed))?;
        let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(client_id.to_owned()), issuer, keys);
        Ok(Self {
            verifier: verifier.set_allowed_algs([alg]),
            nonce: Nonce::new(nonce.to_owned()),
        })
    }

    /// Claims and `at_hash`.
    ///
    /// # Errors
    /// `Broken` when it refuses the token.
    pub(super) fn verify(&self, token: &str, access_token: &str) -> Result<()> {
        let failed = "openidconnect";
        let token = CoreIdToken::from_str(token).map_err(broken(failed))?;
        let claims = token.claims(&self.verifier, &self.nonce).map_err(broken(failed))?;
        let alg = token.signing_alg().map_err(broken(failed))?;
        let key = token.signing_key(&self.verifier).map_err(broken(failed))?;
        let access_token = AccessToken::new(access_token.to_owned());
        let hash = AccessTokenHash::from_token(&access_token, alg, key).map_err(broken(failed))?;
        if claims.access_token_hash().is_some_and(|stated| *stated != hash) {
            return Err(broken(failed)("at_hash"));
        }
        Ok(())
    }
}

/// `jsonwebtoken`, with its key read.
pub(super) struct Jsonwebtoken {
    key: DecodingKey,
    validation: Validation,
    nonce: String,
}

impl Jsonwebtoken {
    /// # Errors
    /// `Broken` when it does not take the algorithm or the key.
    pub(super) fn new(issuer: &str, client_id: &str, jwk: &Value, alg: &str, nonce: &str) -> Result<Self> {
        let failed = "jsonwebtoken's set-up";
        let jwk = serde_json::from_value(jwk.clone()).map_err(broken(failed))?;
        let mut validation = Validation::new(alg.parse().map_err(broken(failed))?);
        validation.set_audience(&[client_id]);
        validation.set_issuer(&[issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Ok(Self {
            key: DecodingKey::from_jwk(&jwk).map_err(broken(failed))?,
            validation,
            nonce: nonce.to_owned(),
        })
    }

    /// What it has, and the nonce beside.
    ///
    /// # Errors
    /// `Broken` when it refuses the token, or the nonce is another.
    pub(super) fn verify(&self, token: &str) -> Result<()> {
        let failed = "jsonwebtoken";
        let data = jsonwebtoken::decode::<Value>(token, &self.key, &self.validation).map_err(broken(failed))?;
        if data.claims["nonce"] == *self.nonce {
            Ok(())
        } else {
            Err(broken(failed)("nonce"))
        }
    }
}
