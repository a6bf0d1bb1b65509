//! What the fuzz targets need of the inside. Built for them alone.

use crate::parked::Parked;
use crate::sessions::record::Record;

/// Whether a file opens as a record, under a key that nobody has.
#[must_use]
pub fn opens_as_a_record(file: &[u8]) -> bool {
    crate::vault::opens_as_a_record(file)
}

/// Reads bytes as if they had been sealed: an account, and a sign-in that waits.
pub fn read_what_was_sealed(bytes: &[u8]) {
    if let Ok(record) = Record::from_bytes(bytes) {
        let _ = (record.account(), record.issuer(), record.client());
    }
    let _ = Parked::from_bytes(bytes);
}

/// What redirect a connection with these bytes on it brings through the loopback door.
#[must_use]
pub fn loopback_connection(bytes: &[u8]) -> Option<String> {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime without I/O can always be had");
    }
    RUNTIME.with(|runtime| runtime.block_on(crate::doors::loopback::arrival_of(bytes)))
}
