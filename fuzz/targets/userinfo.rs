//! A UserInfo answer. What passes is about the subject of the ID Token.
#![no_main]

use doorkey_fuzz::json;
use http::StatusCode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if doorkey_oidc::userinfo::receive(&json(StatusCode::OK, data), "ada").is_ok() {
        let told: serde_json::Value = serde_json::from_slice(data).expect("what passed is JSON");
        assert_eq!(told["sub"], "ada");
    }
});
