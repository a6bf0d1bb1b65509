//! An ID Token as bytes. Its signer has no key of the provider's, so none may pass.
#![no_main]

use doorkey_fuzz::{NOW, Signer, expecting_tokens, token_answer};
use doorkey_oidc::jose::KeySet;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KEYS: LazyLock<KeySet> = LazyLock::new(|| Signer::new().keys());

fuzz_target!(|data: &[u8]| {
    let Ok(token) = std::str::from_utf8(data) else { return };
    let Ok(tokens) = expecting_tokens().receive(&token_answer(token)) else {
        return;
    };
    let _ = tokens.key_is_in(&KEYS);
    assert!(tokens.verify(&KEYS, NOW).is_err(), "nobody can sign for this provider");
});
