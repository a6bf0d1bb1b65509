//! A client that believes everything: what a grading must not let pass, and a start for an adapter of your own.
//!
//! It speaks the protocol of `mock-op grade`: the URL to open on standard output, the redirect on standard input, code 0 when
//! it takes somebody for signed in.
//!
//! `mock-op grade -- naive_client {issuer} {client_id}`

use std::collections::HashMap;
use std::error::Error;

use serde_json::Value;
use url::Url;

const REDIRECT_URI: &str = "com.example.naive:/callback";
// The verifier of RFC 7636 appendix B, each time: it does not even make one.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut arguments = std::env::args().skip(1);
    let issuer = arguments.next().ok_or("an issuer is missing")?;
    let client_id = arguments.next().ok_or("a client id is missing")?;
    let http = reqwest::Client::new();
    let metadata: Value = http
        .get(format!("{issuer}/.well-known/openid-configuration"))
        .send()
        .await?
        .json()
        .await?;
    let endpoint = |name: &str| {
        metadata[name]
            .as_str()
            .map(str::to_owned)
            .ok_or("an endpoint is missing")
    };
    let mut url = Url::parse(&endpoint("authorization_endpoint")?)?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &client_id)
        .append_pair("redirect_uri", REDIRECT_URI)
        .append_pair("scope", "openid profile email offline_access")
        .append_pair("state", "naive")
        .append_pair("nonce", "naive")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256");
    println!("{url}");

    let mut redirect = String::new();
    std::io::stdin().read_line(&mut redirect)?;
    let answer: HashMap<String, String> = Url::parse(redirect.trim())?.query_pairs().into_owned().collect();
    let code = answer.get("code").ok_or("there is no code")?;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("client_id", &client_id),
        ("code_verifier", VERIFIER),
    ];
    let tokens: Value = http
        .post(endpoint("token_endpoint")?)
        .form(&form)
        .send()
        .await?
        .json()
        .await?;
    let access_token = tokens["access_token"].as_str().ok_or("there is no access token")?;
    let request = http.get(endpoint("userinfo_endpoint")?).bearer_auth(access_token);
    request.send().await?.error_for_status()?;
    Ok(())
}
