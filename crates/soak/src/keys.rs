//! Where the children keep the vault's key: the one place that decides.

use doorkey::vault::KeyStore;

/// The key store that several processes share.
pub(crate) fn store() -> KeyStore {
    KeyStore::System
}
