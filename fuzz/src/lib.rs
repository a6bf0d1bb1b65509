//! What the targets share: a provider whose answers are fuzzed, and a sign-in that stands just before each of them.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorkey_oidc::Now;
use doorkey_oidc::authorization::{self, ExpectRedirect, Randomness};
use doorkey_oidc::client::{Authentication, Client};
use doorkey_oidc::jose::KeySet;
use doorkey_oidc::provider::{Issuer, ProviderMetadata, Transport};
use doorkey_oidc::redirect::{Redirect, RedirectUri};
use doorkey_oidc::token::ExpectTokens;
use http::{Response, StatusCode};

/// The clock of every run.
pub const NOW: Now = Now(1_800_000_000);
/// The provider.
pub const ISSUER: &str = "https://op.example.com";
/// This client.
pub const CLIENT: &str = "the-client";
/// Where the redirect goes.
pub const REDIRECT_URI: &str = "com.example.app:/callback/op";

/// `state` of every run: what an attacker cannot know.
pub fn state() -> String {
    URL_SAFE_NO_PAD.encode([1; 32])
}

/// `nonce` of every run.
pub fn nonce() -> String {
    URL_SAFE_NO_PAD.encode([2; 32])
}

/// What the provider says of itself.
pub fn metadata() -> ProviderMetadata {
    let text = format!(
        r#"{{"issuer":"{ISSUER}","authorization_endpoint":"{ISSUER}/authorize","token_endpoint":"{ISSUER}/token",
        "jwks_uri":"{ISSUER}/jwks","userinfo_endpoint":"{ISSUER}/userinfo","response_types_supported":["code"],
        "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["EdDSA","ES256","RS256"],
        "authorization_response_iss_parameter_supported":true}}"#
    );
    ProviderMetadata::read(&issuer(), text.as_bytes(), Transport::HttpsOnly).expect("these metadata are right")
}

/// The provider's identifier.
pub fn issuer() -> Issuer {
    Issuer::new(ISSUER, Transport::HttpsOnly).expect("this issuer is right")
}

/// A sign-in that waits for its redirect.
pub fn waiting() -> ExpectRedirect {
    let request = authorization::Request {
        metadata: metadata(),
        client: Client::new(CLIENT, Authentication::None).expect("this client is right"),
        redirect_uri: RedirectUri::new(REDIRECT_URI).expect("this redirect URI is right"),
        scopes: vec!["openid".to_owned()],
        prompt: None,
        login_hint: None,
        max_age: Some(3600),
        acr_values: Vec::new(),
        ui_locales: Vec::new(),
        extra: Vec::new(),
    };
    let random = Randomness {
        state: [1; 32],
        nonce: [2; 32],
        verifier: [3; 32],
    };
    authorization::begin(request, &random, NOW)
        .expect("this request is right")
        .1
}

/// A sign-in that waits for the answer of the token endpoint.
pub fn expecting_tokens() -> ExpectTokens {
    let text = format!(
        "{REDIRECT_URI}?state={}&code=the-code&iss=https%3A%2F%2Fop.example.com",
        state()
    );
    let redirect = Redirect::parse(&text).expect("this redirect is right");
    waiting()
        .receive(redirect, NOW)
        .expect("this redirect is the one waited for")
        .token_request()
        .1
}

/// The provider's key pair.
pub struct Signer(Ed25519KeyPair);

impl Signer {
    /// A pair of its own for each process.
    pub fn new() -> Self {
        Self(Ed25519KeyPair::generate().expect("the system has random numbers"))
    }

    /// The key set that the provider publishes.
    pub fn keys(&self) -> KeySet {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key());
        let text =
            format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"1","x":"{x}"}}]}}"#);
        KeySet::read(text.as_bytes()).expect("this key set is right")
    }

    /// A token with any bytes as its claims, under a signature that is good.
    pub fn sign(&self, claims: &[u8]) -> String {
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"EdDSA","kid":"1"}"#);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

impl Default for Signer {
    fn default() -> Self {
        Self::new()
    }
}

/// An answer of JSON with this body.
pub fn json(status: StatusCode, body: &[u8]) -> Response<Vec<u8>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(body.to_vec())
        .expect("this answer is right")
}

/// What the token endpoint answers with this ID Token.
pub fn token_answer(id_token: &str) -> Response<Vec<u8>> {
    let body =
        serde_json::json!({ "access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": id_token });
    json(StatusCode::OK, body.to_string().as_bytes())
}
