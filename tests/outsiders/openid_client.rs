//! The other way round: a certified client, as a real process, signs in to our mock provider.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_op::{Client, MockOp};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const REDIRECT_URI: &str = "com.example.app:/callback";
const SECRET: &str = "a secret, + with / odd = signs";
/// How long the other program may take for one step; it waits five seconds by itself between two polls.
const PATIENCE: Duration = Duration::from_secs(60);

/// The other program. It ends with this handle.
struct OpenIdClient {
    process: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl OpenIdClient {
    fn start(scenario: &str, options: &Value) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openid-client");
        assert!(
            folder.join("node_modules").is_dir(),
            "openid-client is not installed; `cargo xtask test --only outsiders` installs it and runs these tests"
        );
        let mut process = Command::new("node")
            .arg(folder.join("client.mjs"))
            .args([scenario, &options.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node can be started");
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Self {
            process,
            input,
            lines: BufReader::new(output).lines(),
        }
    }

    async fn hear(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        let line = line.expect("it says something in time").unwrap();
        serde_json::from_str(&line.expect("it says how it ended")).unwrap()
    }

    async fn answer(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }
}

/// Runs a scenario to its end, with Ada at the browser.
async fn run(op: &MockOp, scenario: &str, more: Value) -> Value {
    let mut options = json!({ "issuer": op.issuer() });
    options
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap_or_default());
    let mut client = OpenIdClient::start(scenario, &options);
    loop {
        let heard = client.hear().await;
        if let Some(url) = heard["visit"].as_str() {
            let redirect = op.robot().sign_in(url).await.unwrap();
            client.answer(&redirect).await;
        } else if let Some(code) = heard["device"]["user_code"].as_str() {
            enter(op, code).await;
            client.answer("done").await;
        } else {
            assert!(client.process.wait().await.unwrap().success());
            assert!(heard["failed"].is_null(), "{heard}");
            return heard["done"].clone();
        }
    }
}

/// What a person does with a code: enters it, says who they are, and allows it.
async fn enter(op: &MockOp, user_code: &str) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let send = async |path: &str, form: &[(&str, &str)]| {
        let answer = http
            .post(format!("{}{path}", op.issuer()))
            .form(form)
            .send()
            .await
            .unwrap();
        answer.text().await.unwrap()
    };
    let page = send("/device", &[("user_code", user_code)]).await;
    let handle = page
        .split("name=\"interaction\" value=\"")
        .nth(1)
        .expect("a form")
        .split('"')
        .next()
        .unwrap();
    send("/login", &[("interaction", handle), ("person", "ada")]).await;
    let allow = [
        ("interaction", handle),
        ("decision", "allow"),
        ("scope", "email"),
        ("scope", "offline_access"),
    ];
    let page = send("/consent", &allow).await;
    assert!(page.contains("Your device is signed in"), "{page}");
}

async fn mock() -> MockOp {
    MockOp::start().await.unwrap()
}

#[tokio::test]
async fn it_signs_in_refreshes_and_revokes() {
    let op = mock().await;
    let done = run(&op, "code", json!({})).await;
    assert_eq!(
        (&done["sub"], &done["email"]),
        (&"sub-ada".into(), &"ada@example.com".into())
    );
    assert_eq!(done["rotated"], true);
    assert_eq!(done["revoked"], "invalid_grant");
    let logout = done["logout"].as_str().unwrap();
    let answer = reqwest::get(logout).await.unwrap();
    assert_eq!(answer.status(), 200, "{logout}");
}

#[tokio::test]
async fn a_refresh_token_that_it_uses_twice_ends_the_family() {
    let done = run(&mock().await, "reuse", json!({})).await;
    assert_eq!(
        (&done["old"], &done["family"]),
        (&"invalid_grant".into(), &"invalid_grant".into())
    );
}

#[tokio::test]
async fn it_binds_its_tokens_and_pushes_its_requests() {
    let op = MockOp::builder().pushed_requests_only().start().await.unwrap();
    let done = run(&op, "bound", json!({})).await;
    assert_eq!(done["sub"], "sub-ada");
    assert_ne!(done["without"], "nothing", "a bound token without a proof is refused");
    assert_eq!(done["types"], json!(["dpop", "dpop"]));
}

#[tokio::test]
async fn it_polls_for_a_device_until_the_person_has_answered() {
    let done = run(&mock().await, "device", json!({})).await;
    assert_eq!(done["sub"], "sub-ada");
}

#[tokio::test]
async fn it_registers_itself() {
    let done = run(&mock().await, "registered", json!({})).await;
    assert_eq!(done["sub"], "sub-ada");
    assert_ne!(done["client"], "demo");
}

#[tokio::test]
async fn it_authenticates_by_secret_and_by_key() {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
    // SEC 1 section 2.3.3: 0x04, x, y.
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = json!({ "kty": "EC", "crv": "P-256", "kid": "theirs", "x": encode(x), "y": encode(y) });
    let op = MockOp::builder()
        .client(Client::confidential("with-secret", SECRET, &[REDIRECT_URI]))
        .client(Client::signing("with-key", public, &[REDIRECT_URI]))
        .start()
        .await
        .unwrap();
    let done = run(
        &op,
        "authenticated",
        json!({ "secret": SECRET, "key": encode(pkcs8.as_ref()), "kid": "theirs" }),
    )
    .await;
    assert_eq!(done["subjects"], json!(["sub-ada", "sub-ada", "sub-ada"]));
}
