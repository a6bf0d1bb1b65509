//! `WWW-Authenticate`, one field a line.
#![no_main]

use doorkey_oidc::challenge::Challenge;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(100) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(WWW_AUTHENTICATE, value);
        }
    }
    for challenge in Challenge::all(&headers) {
        assert!(!challenge.scheme().is_empty());
        let _ = challenge.parameter("error");
        let _ = doorkey_oidc::resource::StepUp::of(&challenge);
    }
    let _ = Challenge::of_token(&headers);
});
