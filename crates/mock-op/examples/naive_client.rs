//! A client that believes everything: what a grading must not let pass, and a start for an adapter of your own.
//!
//! It speaks the protocol of `mock-op grade`: the URL to open on standard output, the redirect on standard input, code 0 when
//! it takes somebody for signed in; and then, started again in the same folder, the session renewed, who is signed in, and the end of it.
//!
//! `mock-op grade --acts refresh,profile,sign-out -- naive_client {act} {issuer} {client_id} {dir}`

use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;

use serde_json::{Map, Value};
use url::Url;

const REDIRECT_URI: &str = "com.example.naive:/callback";
// The verifier of RFC 7636 appendix B, each time: it does not even make one.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

type Done<T = ()> = Result<T, Box<dyn Error>>;

struct Client {
    http: reqwest::Client,
    metadata: Value,
    client_id: String,
    /// Where the session lies between two starts, for everybody to read.
    session: PathBuf,
}

#[tokio::main]
async fn main() -> Done {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [act, issuer, client_id, dir] = &arguments[..] else {
        return Err("usage: naive_client ACT ISSUER CLIENT_ID DIR".into());
    };
    let http = reqwest::Client::new();
    let configuration = http.get(format!("{issuer}/.well-known/openid-configuration"));
    let client = Client {
        metadata: configuration.send().await?.json().await?,
        http,
        client_id: client_id.clone(),
        session: PathBuf::from(dir).join("session.json"),
    };
    match act.as_str() {
        "sign-in" => client.sign_in().await,
        "refresh" => client.refresh().await,
        "profile" => client.profile().await,
        "sign-out" => client.sign_out().await,
        other => Err(format!("{other} is no act").into()),
    }
}

impl Client {
    fn endpoint(&self, name: &str) -> Done<String> {
        Ok(self.metadata[name].as_str().ok_or("an endpoint is missing")?.to_owned())
    }

    /// The tokens of the last answer of the token endpoint.
    fn kept(&self, name: &str) -> Done<String> {
        let session: Value = serde_json::from_str(&std::fs::read_to_string(&self.session)?)?;
        Ok(session[name].as_str().ok_or("nobody is signed in")?.to_owned())
    }

    async fn sign_in(&self) -> Done {
        let mut url = Url::parse(&self.endpoint("authorization_endpoint")?)?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
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
        let exchange = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        self.tokens(&exchange).await?;
        self.userinfo().await?;
        Ok(())
    }

    async fn tokens(&self, form: &[(&str, &str)]) -> Done {
        let form = [form, &[("client_id", &self.client_id)]].concat();
        let request = self.http.post(self.endpoint("token_endpoint")?).form(&form);
        let tokens: Value = request.send().await?.json().await?;
        tokens["access_token"].as_str().ok_or("there is no access token")?;
        Ok(std::fs::write(&self.session, tokens.to_string())?)
    }

    async fn userinfo(&self) -> Done<Map<String, Value>> {
        let request = self.http.get(self.endpoint("userinfo_endpoint")?);
        let answer = request.bearer_auth(self.kept("access_token")?).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// The answer takes the place of all that was kept: without a new refresh token in it there is none any more.
    async fn refresh(&self) -> Done {
        let token = self.kept("refresh_token")?;
        self.tokens(&[("grant_type", "refresh_token"), ("refresh_token", &token)])
            .await?;
        let userinfo = self.http.get(self.endpoint("userinfo_endpoint")?);
        userinfo.bearer_auth(self.kept("access_token")?).send().await?;
        Ok(())
    }

    async fn profile(&self) -> Done {
        println!("{}", Value::Object(self.userinfo().await?));
        Ok(())
    }

    /// Has the access token revoked, and forgets to forget.
    async fn sign_out(&self) -> Done {
        let token = self.kept("access_token")?;
        let form = [("token", token.as_str()), ("client_id", &self.client_id)];
        self.http
            .post(self.endpoint("revocation_endpoint")?)
            .form(&form)
            .send()
            .await?;
        let mut url = Url::parse(&self.endpoint("end_session_endpoint")?)?;
        url.query_pairs_mut().append_pair("client_id", &self.client_id);
        println!("{url}");
        Ok(())
    }
}
