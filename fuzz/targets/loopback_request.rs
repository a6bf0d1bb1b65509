//! A connection to the loopback door. At most one redirect comes of it, and it is to the address that was opened.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(url) = doorkey::fuzzing::loopback_connection(data) {
        assert!(
            url.starts_with("http://127.0.0.1:49152/callback/op?"),
            "a redirect to another address arrived"
        );
        assert!(data.starts_with(b"GET "), "a redirect came by another method");
    }
});
