//! What a record is called, and what is in it.

use serde::{Deserialize, de::DeserializeOwned};

use crate::Error;
use crate::error::Damage;
use crate::vault::{RecordKind, RecordName};

/// A record's name. Ids are base64url of hashes and random numbers, so this never fails on our own.
pub(crate) fn name(kind: RecordKind, id: &str) -> Result<RecordName, Error> {
    RecordName::new(kind, id).map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))
}

/// Reads a record's content, which names the version of its form: one without a version is of the first.
///
/// Errors: `RecordTooNew` for a version beyond `newest`, `RecordUnreadable` for what is no such content.
pub(crate) fn content<T: DeserializeOwned>(bytes: &[u8], newest: u32) -> Result<T, Error> {
    #[derive(Deserialize)]
    struct Version {
        version: Option<u32>,
    }
    let unreadable = |_| Error::VaultDamaged(Damage::RecordUnreadable);
    let Version { version } = serde_json::from_slice(bytes).map_err(unreadable)?;
    if version.unwrap_or(1) > newest {
        return Err(Error::VaultDamaged(Damage::RecordTooNew));
    }
    serde_json::from_slice(bytes).map_err(unreadable)
}
