//! Clients by others, each as a process of its own that ends with the handle that started it, and the person at their browser.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use mock_op::{Fault, MockOp};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// Where every one of them is sent back to.
pub const REDIRECT_URI: &str = "com.example.app:/callback";
/// How long the other program may take for one step; some wait five seconds by themselves between two polls.
const PATIENCE: Duration = Duration::from_secs(60);

/// The other program. It ends with this handle.
struct Running {
    process: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(program: &str, scenario: &str, options: &Value) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(program);
        // Whatever is installed of it is in its folder.
        let (interpreter, script, installed) = match program {
            "authlib" => (folder.join("venv/bin/python"), "client.py", folder.join("venv")),
            _ => ("node".into(), "client.mjs", folder.join("node_modules")),
        };
        assert!(
            installed.is_dir(),
            "{program} is not installed; `cargo xtask test --only outsiders` installs it and runs these tests"
        );
        let mut process = Command::new(interpreter)
            .arg(folder.join(script))
            .args([scenario, &options.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("it can be started");
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

/// Runs a scenario of a program to its end, with Ada at the browser. The program is the name of its folder here.
pub async fn run(program: &str, op: &MockOp, scenario: &str, more: Value) -> Value {
    let mut options = json!({ "issuer": op.issuer() });
    options
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap_or_default());
    let mut client = Running::start(program, scenario, &options);
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
    enter_with(&http, op, user_code).await;
}

/// The same, by this client, which may trust an authority of the test's.
pub async fn enter_with(http: &reqwest::Client, op: &MockOp, user_code: &str) {
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

/// The program's scenario `refused` ends in a refusal with each of these faults, and in none without.
pub async fn refuses(program: &str, wrong: &[(Fault, &str)]) {
    for (fault, variant) in wrong {
        let op = MockOp::start().await.unwrap();
        assert!(op.next_variant(*fault, variant), "{} {variant}", fault.id());
        let done = run(program, &op, "refused", json!({})).await;
        assert_ne!(done["refusal"], "nothing", "{}", fault.id());
        let done = run(program, &op, "refused", json!({})).await;
        assert_eq!(done["refusal"], "nothing", "{}", fault.id());
    }
}
