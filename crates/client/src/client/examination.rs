//! What is examined, and what of it can be mended.

use crate::doctor::{self, Examination, Finding, Repair};
use crate::{Client, Error};

impl Client {
    /// Looks at everything that a sign-in leans on: see [`crate::doctor`]. With a provider's id its way, answer, certificate
    /// and time are looked at too. Findings come as they are made; nothing that lasts is changed. Must be called within a
    /// Tokio runtime.
    ///
    /// Errors: `Misconfigured(Provider)` for a provider that is not known, `Misconfigured(Issuer)`.
    pub fn examine(&self, provider: Option<&str>) -> Result<Examination, Error> {
        let issuer = |id: &str| self.inner.provider(id, |known| known.preset.issuer.clone());
        doctor::examine(&self.inner, provider.map(issuer).transpose()?.as_deref())
    }

    /// Opens a page in the browser with a button that leads back here, and waits for a minute until it was pressed.
    pub async fn examine_browser_link(&self) -> Finding {
        doctor::examine_browser_link(&self.inner).await
    }

    /// Mends what a finding says can be mended. Only when the person asked for it.
    ///
    /// Errors: `KeychainUnavailable`, `KeychainLocked`; `LinkHandlerBroken` when links still do not come here; `StorageFull`.
    pub async fn repair(&self, repair: Repair) -> Result<(), Error> {
        doctor::repair(&self.inner, repair).await
    }
}
