//! What is new in each request that is signed.

use doorkey_oidc::client::Fresh;
use doorkey_oidc::{Misconfiguration, Now};
use rand::TryRng as _;

use crate::Error;
use crate::inner::Inner;

/// The time, and random numbers from the operating system that no other request has.
///
/// Errors: `Misconfigured(ProofKey)` if the system has none to give: nothing weaker is put in their place.
pub(crate) fn fresh(inner: &Inner) -> Result<Fresh, Error> {
    fresh_at(inner.clock.now())
}

/// As [`fresh`], at a time that is known.
pub(crate) fn fresh_at(now: Now) -> Result<Fresh, Error> {
    let mut bytes = [0; 32];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| Error::Misconfigured(Misconfiguration::ProofKey))?;
    Ok(Fresh::new(now, bytes))
}
