//! The mock OpenID Provider, as a process of its own, with its control interface.

use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{ChildStdin, Command};

use crate::display::COMES_UP_IN;
use crate::error::{Result, RigError};
use crate::process::{Pipes, Process};

/// A running mock provider. Dropping it ends it.
pub struct MockProvider {
    ready: Ready,
    http: reqwest::Client,
    _stdin: Option<ChildStdin>,
    _process: Process,
}

#[derive(Deserialize)]
struct Ready {
    issuer: String,
    client_id: String,
    control: String,
}

/// One request that the provider received.
#[derive(Clone, Debug, Deserialize)]
pub struct Received {
    /// Counts from 1.
    pub seq: u64,
    /// Which endpoint: `token`, `userinfo`, `revocation`, `authorization`.
    pub endpoint: String,
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The status it was answered with.
    pub status: u16,
    /// Its parameters.
    #[serde(default)]
    pub params: Map<String, Value>,
}

impl MockProvider {
    /// Starts the program `binary` and waits until it listens.
    ///
    /// # Errors
    /// [`RigError::NotUp`] when it does not.
    pub async fn start(binary: &Path, logs: &Path) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(["--port", "0", "--print-json", "--show-secrets", "--parent-stdin"]);
        let environment: Vec<_> = std::env::vars_os()
            .filter(|(key, _)| key == "PATH" || key == "TMPDIR")
            .collect();
        let mut process = Process::start("mock-op", command, &environment, logs, Pipes::Both)?;
        let stdin = process.take_stdin();
        let Some(out) = process.take_stdout() else {
            return Err(process.not_up("it has no output"));
        };
        let mut line = String::new();
        match tokio::time::timeout(COMES_UP_IN, BufReader::new(out).read_line(&mut line)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(process.not_up(error.to_string())),
            Err(_) => return Err(process.not_up("no line that says where it listens")),
        }
        let ready = serde_json::from_str(&line).map_err(|error| process.not_up(error.to_string()))?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| refused("a client", error))?;
        Ok(Self {
            ready,
            http,
            _stdin: stdin,
            _process: process,
        })
    }

    /// Its issuer identifier.
    pub fn issuer(&self) -> &str {
        &self.ready.issuer
    }

    /// The client id of its public client.
    pub fn client_id(&self) -> &str {
        &self.ready.client_id
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let what = format!("{method} {path}");
        let mut request = self.http.request(method, format!("{}{path}", self.ready.control));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.and_then(reqwest::Response::error_for_status);
        let bytes = response.map_err(|error| refused(&what, error))?.bytes().await;
        let bytes = bytes.map_err(|error| refused(&what, error))?;
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|error| refused(&what, error))
    }

    /// Every request it received so far, in order.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it does not answer.
    pub async fn requests(&self) -> Result<Vec<Received>> {
        let mut answer = self.ask(Method::GET, "/requests", None).await?;
        serde_json::from_value(answer["requests"].take()).map_err(|error| refused("its requests", error))
    }

    /// The requests that one endpoint received so far.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it does not answer.
    pub async fn requests_to(&self, endpoint: &str) -> Result<Vec<Received>> {
        Ok(self
            .requests()
            .await?
            .into_iter()
            .filter(|request| request.endpoint == endpoint)
            .collect())
    }

    /// Every code, verifier and token that it issued or received so far, in clear: what a canary test looks for.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it does not answer.
    pub async fn secrets(&self) -> Result<Vec<(String, String)>> {
        let answer = self.ask(Method::GET, "/secrets", None).await?;
        let mut found = Vec::new();
        texts("", &answer, &mut found);
        Ok(found)
    }

    /// Makes it misbehave once, by the name of the misbehaviour.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it knows none of that name.
    pub async fn arm(&self, fault: &str) -> Result<()> {
        self.ask(Method::POST, "/faults", Some(json!({"fault": fault})))
            .await
            .map(drop)
    }

    /// Makes it misbehave once, in one of the ways that a misbehaviour has.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it knows none of these names.
    pub async fn arm_variant(&self, fault: &str, variant: &str) -> Result<()> {
        self.ask(
            Method::POST,
            "/faults",
            Some(json!({"fault": fault, "variant": variant})),
        )
        .await
        .map(drop)
    }

    /// Moves its clock forward.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it does not answer.
    pub async fn advance(&self, seconds: u64) -> Result<()> {
        self.ask(Method::POST, "/clock", Some(json!({"advance": seconds})))
            .await
            .map(drop)
    }
}

/// Every text of an answer with the name it stands under.
fn texts(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((name.to_owned(), text.clone())),
        Value::Array(values) => values.iter().for_each(|value| texts(name, value, found)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| texts(key, value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn refused(what: &str, why: impl ToString) -> RigError {
    RigError::driver("the mock provider", what, why)
}
