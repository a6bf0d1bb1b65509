//! A deliberately plain client: it sends what it is told to and checks nothing.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_op::MockOp;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::OnceLock;
use url::Url;

pub(crate) const REDIRECT: &str = "com.example.app:/callback";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const ALL_SCOPES: &str = "openid profile email phone address offline_access";

/// The beginning of an HTTP client that speaks to no proxy.
pub(crate) fn client() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Client::builder().no_proxy().no_gzip()
}

/// An HTTP client that follows no redirect. One for all tests, as making one takes a while; no connection is kept, as
/// each test has a runtime of its own.
pub(crate) fn http() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let made = || {
        let builder = client()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0);
        builder.build().expect("a client can be built")
    };
    CLIENT.get_or_init(made).clone()
}

/// The parameters of a good authorization request, to be changed by each test.
pub(crate) fn request() -> HashMap<&'static str, String> {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()).as_ref());
    [
        ("response_type", "code"),
        ("client_id", "demo"),
        ("redirect_uri", REDIRECT),
        ("scope", ALL_SCOPES),
        ("state", "the-state"),
        ("nonce", "the-nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

pub(crate) fn url_of(op: &MockOp, request: &HashMap<&str, String>) -> String {
    url_at(op.issuer(), request)
}

pub(crate) fn url_at(issuer: &str, request: &HashMap<&str, String>) -> String {
    Url::parse_with_params(&format!("{issuer}/authorize"), request)
        .expect("the issuer is a URL")
        .into()
}

/// The parameters of a redirect, each by name.
pub(crate) fn params_of(redirect: &str) -> HashMap<String, String> {
    Url::parse(redirect)
        .expect("a redirect is a URL")
        .query_pairs()
        .into_owned()
        .collect()
}

/// Signs Ada in and gives the code.
pub(crate) async fn code(op: &MockOp) -> String {
    let redirect = op.robot().sign_in(&url_of(op, &request())).await.expect("Ada signs in");
    params_of(&redirect).remove("code").expect("a code comes back")
}

/// The form of a good token request.
pub(crate) fn exchange(code: &str) -> HashMap<&'static str, String> {
    [
        ("grant_type", "authorization_code"),
        ("client_id", "demo"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

pub(crate) fn refresh(token: &str) -> HashMap<&'static str, String> {
    [
        ("grant_type", "refresh_token"),
        ("client_id", "demo"),
        ("refresh_token", token),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// POSTs a form and gives status and JSON.
pub(crate) async fn post(url: &str, form: &HashMap<&str, String>) -> (StatusCode, Value) {
    let response = http().post(url).form(form).send().await.expect("the provider answers");
    (response.status(), response.json().await.unwrap_or_default())
}

pub(crate) async fn token(op: &MockOp, form: &HashMap<&str, String>) -> (StatusCode, Value) {
    post(&format!("{}/token", op.issuer()), form).await
}

/// A whole sign-in, up to the token response.
pub(crate) async fn tokens(op: &MockOp) -> Value {
    let (status, body) = token(op, &exchange(&code(op).await)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

pub(crate) fn text<'a>(body: &'a Value, member: &str) -> &'a str {
    body[member]
        .as_str()
        .unwrap_or_else(|| panic!("{member} is text in {body}"))
}

pub(crate) async fn userinfo(op: &MockOp, access_token: &str) -> (StatusCode, Value) {
    let url = format!("{}/userinfo", op.issuer());
    let response = http()
        .get(url)
        .bearer_auth(access_token)
        .send()
        .await
        .expect("the provider answers");
    (response.status(), response.json().await.unwrap_or_default())
}

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).expect("a JWS has three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

pub(crate) fn header_of(token: &str) -> Value {
    part(token, 0)
}

pub(crate) fn claims_of(token: &str) -> Value {
    part(token, 1)
}

/// Whether one of the published keys, by `kid`, made this token's signature. Written against the standards with the
/// crypto library alone.
pub(crate) fn verifies(token: &str, jwks: &Value) -> bool {
    use aws_lc_rs::signature as sig;
    let (input, signature) = token.rsplit_once('.').expect("a JWS has three parts");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let header = header_of(token);
    let Some(key) = jwks["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .find(|k| k["kid"] == header["kid"])
    else {
        return false;
    };
    let member = |name: &str| URL_SAFE_NO_PAD.decode(text(key, name)).expect("base64url");
    let message = input.as_bytes();
    match header["alg"].as_str() {
        Some(curve @ ("ES256" | "ES384" | "ES512")) => {
            let algorithm = match curve {
                "ES256" => &sig::ECDSA_P256_SHA256_FIXED,
                "ES384" => &sig::ECDSA_P384_SHA384_FIXED,
                _ => &sig::ECDSA_P521_SHA512_FIXED,
            };
            let point = [vec![4], member("x"), member("y")].concat();
            sig::UnparsedPublicKey::new(algorithm, point)
                .verify(message, &signature)
                .is_ok()
        }
        Some("EdDSA") => sig::UnparsedPublicKey::new(&sig::ED25519, member("x"))
            .verify(message, &signature)
            .is_ok(),
        Some(rsa) => {
            let algorithm = match rsa {
                "RS256" => &sig::RSA_PKCS1_2048_8192_SHA256,
                "RS384" => &sig::RSA_PKCS1_2048_8192_SHA384,
                "RS512" => &sig::RSA_PKCS1_2048_8192_SHA512,
                "PS256" => &sig::RSA_PSS_2048_8192_SHA256,
                "PS384" => &sig::RSA_PSS_2048_8192_SHA384,
                "PS512" => &sig::RSA_PSS_2048_8192_SHA512,
                _ => return false,
            };
            let key = sig::RsaPublicKeyComponents {
                n: member("n"),
                e: member("e"),
            };
            key.verify(algorithm, message, &signature).is_ok()
        }
        None => false,
    }
}

pub(crate) async fn get(url: &str) -> Value {
    http()
        .get(url)
        .send()
        .await
        .expect("the provider answers")
        .json()
        .await
        .expect("JSON")
}
