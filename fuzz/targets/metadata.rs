//! Metadata of a provider, and of a protected resource. What passes is about whom it was asked, and over TLS throughout.
#![no_main]

use doorkey_fuzz::{ISSUER, issuer, json};
use doorkey_oidc::discovery::receive_metadata;
use doorkey_oidc::provider::Transport;
use doorkey_oidc::resource::Resource;
use http::StatusCode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let answer = json(StatusCode::OK, data);
    if let Ok(metadata) = receive_metadata(&issuer(), Transport::HttpsOnly, &answer) {
        assert_eq!(metadata.issuer.as_str(), ISSUER);
        let fixed = [&metadata.authorization_endpoint, &metadata.token_endpoint];
        for endpoint in fixed.into_iter().chain(&metadata.jwks_uri) {
            assert_eq!(endpoint.url().scheme(), "https");
        }
    }
    let resource = Resource::new("https://api.example.com/v1", Transport::HttpsOnly).expect("this resource is right");
    let _ = resource.receive_metadata(Transport::HttpsOnly, &answer);
});
