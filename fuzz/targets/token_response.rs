//! An answer of the token endpoint: status, then body.
#![no_main]

use doorkey_fuzz::{Signer, expecting_tokens, json};
use doorkey_oidc::jose::KeySet;
use http::StatusCode;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KEYS: LazyLock<KeySet> = LazyLock::new(|| Signer::new().keys());

fuzz_target!(|data: &[u8]| {
    let Some((&first, body)) = data.split_first() else {
        return;
    };
    let status = [200, 400, 401, 403, 429, 500, 503, 204][usize::from(first) % 8];
    let answer = json(StatusCode::from_u16(status).expect("these are statuses"), body);
    let Ok(tokens) = expecting_tokens().receive(&answer) else {
        return;
    };
    assert_eq!(status, 200, "tokens came with an error");
    assert!(
        tokens.verify(&KEYS, doorkey_fuzz::NOW).is_err(),
        "nobody can sign for this provider"
    );
});
