//! Bombs are made as they are sent: the provider stays small however much a client reads. It runs as a process of its own
//! here, so that only its own memory is looked at; where Linux says how much that is.

use crate::journey::{REDIRECT, VERIFIER, challenge};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use url::Url;

struct Provider {
    process: Child,
    issuer: String,
    client: reqwest::Client,
}

impl Provider {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_mock-op"))
            .args(["--port", "0", "--print-json", "--parent-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        let client = crate::wire::client().build().unwrap();
        Self {
            process,
            issuer: told["issuer"].as_str().unwrap().to_owned(),
            client,
        }
    }

    async fn arm(&self, fault: &str, variant: &str) {
        let url = format!("{}/control/faults", self.issuer);
        let asked = json!({"fault": fault, "variant": variant}).to_string();
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .body(asked);
        assert!(request.send().await.unwrap().status().is_success(), "{fault} {variant}");
    }

    /// Signs Ada in by the pages, and gives the code.
    async fn code(&self) -> String {
        let query = [
            ("response_type", "code"),
            ("client_id", "demo"),
            ("redirect_uri", REDIRECT),
            ("scope", "openid"),
            ("code_challenge", &challenge()),
            ("code_challenge_method", "S256"),
        ];
        let url = Url::parse_with_params(&format!("{}/authorize", self.issuer), query).unwrap();
        let page = self.client.get(url).send().await.unwrap().text().await.unwrap();
        let (_, rest) = page.split_once("name=\"interaction\" value=\"").unwrap();
        let interaction = rest.split('"').next().unwrap();
        let answer = async |path: &str, name: &str, value: &str| {
            let form = [("interaction", interaction), (name, value)];
            let request = self.client.post(format!("{}/{path}", self.issuer)).form(&form);
            request.send().await.unwrap()
        };
        assert_eq!(answer("login", "person", "ada").await.status(), 200);
        let response = answer("consent", "decision", "allow").await;
        let redirect = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
        let code = redirect.query_pairs().find(|(name, _)| name == "code");
        code.unwrap().1.into_owned()
    }

    /// Reads so many bytes of an answer, or all of it, and keeps none.
    async fn read(&self, request: reqwest::RequestBuilder, enough: usize) -> usize {
        let mut response = request.send().await.unwrap();
        let mut read = 0;
        while read < enough {
            match response.chunk().await.unwrap() {
                Some(chunk) => read += chunk.len(),
                None => break,
            }
        }
        read
    }

    /// The most memory that it ever had, in bytes.
    fn most_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It ends with its parent's pipe.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// As far as a client reads here of what never ends.
const FAR: usize = 128 << 20;
/// More than the provider may ever have taken for a bomb, and far less than any of them.
const LITTLE: usize = 8 << 20;

#[tokio::test]
async fn the_provider_stays_small_while_a_client_reads_what_never_ends() {
    let provider = Provider::start();
    let jwks = format!("{}/jwks", provider.issuer);
    // Once without a bomb, so that what a first answer takes is there before.
    provider.read(provider.client.get(&jwks), usize::MAX).await;
    let before = provider.most_memory();
    provider.arm("jwks-endless", "endless").await;
    assert!(provider.read(provider.client.get(&jwks), FAR).await >= FAR);
    provider.arm("jwks-endless", "many-keys").await;
    let many = provider.read(provider.client.get(&jwks), FAR).await;
    assert!((50_000 * 100..FAR).contains(&many), "50,000 keys have {many} bytes");
    let taken = provider.most_memory() - before;
    assert!(taken < LITTLE, "{taken} bytes were taken");
}

#[tokio::test]
async fn the_provider_stays_small_while_a_client_reads_a_token_response_that_never_ends_or_unpacks_to_gigabytes() {
    let provider = Provider::start();
    let token = format!("{}/token", provider.issuer);
    let request = async |variant: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "demo"),
            ("code", &provider.code().await),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        provider.arm("tok-huge-or-bomb", variant).await;
        provider.client.post(&token).form(&form)
    };
    let (gzip, endless) = (request("gzip").await, request("endless").await);
    let before = provider.most_memory();
    let bomb = provider.read(gzip, usize::MAX).await;
    assert!(
        (1 << 20..64 << 20).contains(&bomb),
        "ten gigabytes are packed into {bomb} bytes"
    );
    assert!(provider.read(endless, FAR).await >= FAR);
    let taken = provider.most_memory() - before;
    assert!(taken < LITTLE, "{taken} bytes were taken");
}
