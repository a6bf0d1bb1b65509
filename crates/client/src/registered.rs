//! Clients that were configured at run time: sealed like everything else, and taken up again at the next start.

use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::Error;
use crate::authentication::SealedAuthentication;
use crate::client::Event;
use crate::inner::Inner;
use crate::installation::Installation;
use crate::providers::Registration;
use crate::records::name;
use crate::vault::RecordKind;

/// A client as it is sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Form {
    client_id: String,
    /// What the first form had in place of `authentication`: a secret for the form of a request.
    #[serde(default, skip_serializing)]
    client_secret: Option<String>,
    #[serde(default)]
    authentication: Option<SealedAuthentication>,
    /// What is known of its registration, where this installation registered itself. Such a client is no configuration.
    #[serde(default)]
    pub(crate) installation: Option<Installation>,
}

impl Drop for Form {
    fn drop(&mut self) {
        self.client_secret.zeroize();
    }
}

/// Uses a client with a provider from now on, and seals it for the next start.
pub(crate) async fn configure(inner: &Inner, provider: &str, registration: Registration) -> Result<(), Error> {
    registration.client()?;
    inner.provider(provider, |_| ())?;
    seal(inner, provider, &registration, None).await?;
    adopt(inner, provider, registration);
    inner.tell(Event::Providers);
    Ok(())
}

/// Seals a client; in the place of another, if there is one.
pub(crate) async fn seal(
    inner: &Inner,
    provider: &str,
    registration: &Registration,
    installation: Option<Installation>,
) -> Result<(), Error> {
    let form = Form {
        client_id: registration.client_id.clone(),
        client_secret: None,
        authentication: Some(SealedAuthentication::of(&registration.authentication)),
        installation,
    };
    let bytes = Zeroizing::new(serde_json::to_vec(&form).expect("a struct of strings and numbers is always JSON"));
    let record = name(RecordKind::Client, provider)?;
    inner.records().await.put(&record, &bytes).await
}

/// The client that is sealed for a provider. `None` if there is none, or none that can be understood.
pub(crate) async fn read(inner: &Inner, provider: &str) -> Result<Option<Form>, Error> {
    let bytes = inner.records().await.get(&name(RecordKind::Client, provider)?).await?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

impl Form {
    /// The client itself.
    ///
    /// Errors: `Misconfigured(ClientKey)`.
    pub(crate) fn open(&mut self) -> Result<Registration, Error> {
        let older = SealedAuthentication::of_secret(self.client_secret.take());
        let authentication = self.authentication.as_ref().unwrap_or(&older).open()?;
        Ok(Registration::authenticated(
            std::mem::take(&mut self.client_id),
            authentication,
        ))
    }
}

/// Takes up what was configured before: the later word of the person counts more than the build.
pub(crate) async fn restore(inner: &Inner) {
    let records = inner.records().await;
    let Ok(found) = records.list(RecordKind::Client).await else {
        return;
    };
    for record in found {
        let Ok(Some(mut form)) = read(inner, record.id()).await else {
            continue;
        };
        // What registered itself is used at the issuer that it is registered at, and looked at anew by each sign-in.
        if form.installation.is_some() {
            continue;
        }
        let Ok(registration) = form.open() else {
            continue;
        };
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
