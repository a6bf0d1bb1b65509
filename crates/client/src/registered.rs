//! Clients that were configured at run time: sealed like everything else, and taken up again at the next start.

use std::sync::PoisonError;

use doorkey_oidc::Misconfiguration;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::Error;
use crate::authentication::SealedAuthentication;
use crate::client::Event;
use crate::inner::Inner;
use crate::providers::{Provider, Registration};
use crate::records::name;
use crate::vault::RecordKind;

#[derive(Serialize, Deserialize)]
struct Form {
    client_id: String,
    /// What the first form had in place of `authentication`: a secret for the form of a request.
    #[serde(default, skip_serializing)]
    client_secret: Option<String>,
    #[serde(default)]
    authentication: Option<SealedAuthentication>,
}

impl Drop for Form {
    fn drop(&mut self) {
        self.client_secret.zeroize();
    }
}

/// Uses a client with a provider from now on, and seals it for the next start.
pub(crate) async fn configure(inner: &Inner, provider: &str, registration: Registration) -> Result<(), Error> {
    registration.client()?;
    let form = Form {
        client_id: registration.client_id.clone(),
        client_secret: None,
        authentication: Some(SealedAuthentication::of(&registration.authentication)),
    };
    let known = |all: &Vec<Provider>| all.iter().any(|known| known.preset.id == provider);
    if !known(&inner.providers.read().unwrap_or_else(PoisonError::into_inner)) {
        return Err(Error::Misconfigured(Misconfiguration::Provider));
    }
    let bytes = Zeroizing::new(serde_json::to_vec(&form).expect("a struct of strings and numbers is always JSON"));
    inner
        .records()
        .await
        .put(&name(RecordKind::Client, provider)?, &bytes)
        .await?;
    adopt(inner, provider, registration);
    inner.tell(Event::Providers);
    Ok(())
}

/// Takes up what was configured before: the later word of the person counts more than the build.
pub(crate) async fn restore(inner: &Inner) {
    let records = inner.records().await;
    let Ok(found) = records.list(RecordKind::Client).await else {
        return;
    };
    for record in found {
        let Ok(Some(bytes)) = records.get(&record).await else {
            continue;
        };
        let Ok(mut form) = serde_json::from_slice::<Form>(&bytes) else {
            continue;
        };
        let older = SealedAuthentication::of_secret(form.client_secret.take());
        let Ok(authentication) = form.authentication.as_ref().unwrap_or(&older).open() else {
            continue;
        };
        let registration = Registration::authenticated(std::mem::take(&mut form.client_id), authentication);
        if adopt(inner, record.id(), registration) {
            inner.tell(Event::Providers);
        }
    }
}

fn adopt(inner: &Inner, provider: &str, registration: Registration) -> bool {
    let mut providers = inner.providers.write().unwrap_or_else(PoisonError::into_inner);
    match providers.iter_mut().find(|known| known.preset.id == provider) {
        Some(known) => {
            known.client = Some(registration);
            true
        }
        None => false,
    }
}
