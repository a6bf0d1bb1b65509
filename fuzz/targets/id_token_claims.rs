//! Claims under a good signature. What passes has each claim that OIDC Core 3.1.3.7 asks for.
#![no_main]

use doorkey_fuzz::{CLIENT, ISSUER, NOW, Signer, expecting_tokens, nonce, token_answer};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::sync::LazyLock;

static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::new);

fuzz_target!(|data: &[u8]| {
    let answer = token_answer(&SIGNER.sign(data));
    let Ok(tokens) = expecting_tokens().receive(&answer) else {
        return;
    };
    if tokens.verify(&SIGNER.keys(), NOW).is_err() {
        return;
    }
    let claims: Value = serde_json::from_slice(data).expect("what passed is JSON");
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["nonce"], nonce());
    assert!(
        claims["sub"]
            .as_str()
            .is_some_and(|sub| !sub.is_empty() && sub.len() <= 255)
    );
    let named = |audience: &Value| audience == CLIENT;
    assert!(named(&claims["aud"]) || claims["aud"].as_array().is_some_and(|all| all.iter().any(named)));
    assert!(claims["exp"].as_f64().is_some_and(|exp| exp > (NOW.0 - 61) as f64));
    assert!(
        claims["auth_time"]
            .as_f64()
            .is_some_and(|at| at >= (NOW.0 - 3600 - 61) as f64)
    );
});
