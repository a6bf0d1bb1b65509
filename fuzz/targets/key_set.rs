//! A key set.
#![no_main]

use doorkey_fuzz::json;
use http::StatusCode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = doorkey_oidc::discovery::receive_keys(&json(StatusCode::OK, data));
});
