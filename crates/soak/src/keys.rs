//! Where the children keep the vault's key: the one place that decides.

use doorkey::Secret;
use doorkey::vault::KeyStore;

/// The passphrase of a vault that was moved under one. Searched for like every other secret.
pub(crate) const PASSPHRASE: &str = "correct horse battery staple of the soak";

/// The key store that several processes share.
pub(crate) fn store() -> KeyStore {
    KeyStore::System
}

/// The passphrase, as a program has it.
pub(crate) fn passphrase() -> Secret {
    Secret::new(PASSPHRASE.to_owned())
}
