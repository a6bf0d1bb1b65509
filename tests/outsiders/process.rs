//! `oidc-provider` as a process of its own, which ends with the handle that started it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

/// The provider. It ends when this is dropped.
pub struct OidcProvider {
    process: Child,
    origin: String,
    http: reqwest::Client,
}

/// One request, and what the provider made of it.
#[derive(Debug, Deserialize)]
pub struct Seen {
    pub method: String,
    pub path: String,
    /// What the provider calls the endpoint.
    pub route: Option<String>,
    #[serde(default)]
    pub params: Value,
    /// The names of parameters that the provider does not know there, and passed over.
    pub unknown: Vec<String>,
    /// The scheme of the `Authorization` header.
    pub authorization: Option<String>,
    /// Whether there was a DPoP proof.
    pub dpop: bool,
    pub status: u16,
    /// The error code that it answered with, in a body or a redirect.
    pub error: Option<String>,
    /// The answer, if it was JSON.
    #[serde(default)]
    pub answer: Value,
}

impl Seen {
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params[name].as_str()
    }

    pub fn answered(&self, name: &str) -> &str {
        self.answer[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in the answer to {}", self.path))
    }
}

#[derive(Deserialize)]
struct Ready {
    origin: String,
}

impl OidcProvider {
    pub fn start() -> Self {
        Self::start_with(&serde_json::json!({}))
    }

    /// Starts it with options, which `oidc-provider/server.mjs` lists.
    pub fn start_with(options: &Value) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc-provider");
        assert!(
            folder.join("node_modules").is_dir(),
            "oidc-provider is not installed; `cargo xtask test --only outsiders` installs it and runs these tests"
        );
        let mut process = Command::new("node")
            .arg(folder.join("server.mjs"))
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node can be started");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Ready =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("no origin from oidc-provider: {line:?}"));
        Self {
            process,
            origin: ready.origin,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Its issuer identifier, which is its origin.
    pub fn issuer(&self) -> &str {
        &self.origin
    }

    /// Every request so far, in the order of the answers.
    pub async fn seen(&self) -> Vec<Seen> {
        let answer = self
            .http
            .get(format!("{}/control/seen", self.origin))
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    }

    /// The requests to one endpoint, by the provider's own name for it.
    pub async fn seen_at(&self, route: &str) -> Vec<Seen> {
        let mut seen = self.seen().await;
        seen.retain(|request| request.route.as_deref() == Some(route));
        seen
    }

    /// Has it sign with new keys from now on, and publish those only.
    pub async fn rotate_keys(&self) {
        let rotate = self.http.post(format!("{}/control/rotate", self.origin));
        assert_eq!(rotate.send().await.unwrap().status(), 200);
    }

    /// A form, posted past our client: the status, and the JSON if there was any.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.origin)).form(form);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// What UserInfo answers to a bearer token, asked past our client.
    pub async fn userinfo_status(&self, access_token: &str) -> u16 {
        let request = self.http.get(format!("{}/me", self.origin)).bearer_auth(access_token);
        request.send().await.unwrap().status().as_u16()
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        // It ends by itself when its input closes.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
