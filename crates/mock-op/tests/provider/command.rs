use crate::app;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

fn start(arguments: &[&str]) -> (Child, serde_json::Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mock-op"))
        .args(["--port", "0", "--print-json"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

#[tokio::test]
async fn the_command_says_in_one_line_where_it_listens_and_ends_with_its_parents_pipe() {
    let (mut child, told) = start(&["--parent-stdin"]);
    let issuer = told["issuer"].as_str().unwrap();
    assert_eq!(told["client_id"], "demo");
    assert_eq!(told["control"], format!("{issuer}/control"));
    assert_eq!(told["ca_file"], serde_json::Value::Null);
    let document = app::get(&format!("{issuer}/.well-known/openid-configuration")).await;
    assert_eq!(document["issuer"], issuer);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[cfg(unix)]
#[tokio::test]
async fn the_command_ends_in_good_order_on_sigterm_and_takes_its_certificate_along() {
    // Its parent's pipe stays open meanwhile: that must not hold it up.
    let (mut child, told) = start(&["--tls", "--parent-stdin"]);
    let ca = told["ca_file"].as_str().unwrap().to_owned();
    assert!(
        std::fs::read_to_string(&ca)
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    let sent = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    assert!(child.wait().unwrap().success());
    assert!(!std::path::Path::new(&ca).exists());
}

#[test]
fn the_command_refuses_to_listen_beyond_this_machine() {
    // With its parent's pipe closed it ends by itself, were it to start.
    let output = Command::new(env!("CARGO_BIN_EXE_mock-op"))
        .args(["--address", "0.0.0.0", "--port", "0", "--parent-stdin"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("not a loopback address"));
}

#[tokio::test]
async fn the_command_reads_a_file_and_what_it_is_told_goes_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock-op.toml");
    std::fs::write(
        &path,
        "alg = \"EdDSA\"\nprofile = \"okta\"\nport = 1\ntoken_seconds = 77\n",
    )
    .unwrap();
    let file = path.to_str().unwrap();
    // `start` says `--port 0`, and port 1 is not to be had.
    let (mut child, told) = start(&[
        "--parent-stdin",
        "--config",
        file,
        "--profile",
        "google",
        "--random-faults",
        "3:4",
    ]);
    let issuer = told["issuer"].as_str().unwrap();
    let keys = app::get(&format!("{issuer}/control/faults")).await;
    assert_eq!(keys["random"], serde_json::json!({"seed": 3, "one_in": 4}));
    let document = app::get(&format!("{issuer}/.well-known/openid-configuration")).await;
    assert_eq!(document.get("end_session_endpoint"), None, "as google, not as okta");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_command_ends_with_the_name_of_what_is_wrong_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock-op.json");
    std::fs::write(&path, r#"{"profil": "okta"}"#).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_mock-op"))
        .args(["--port", "0", "--parent-stdin", "--config", path.to_str().unwrap()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let says = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(says.contains("profil is not known; did you mean profile?"), "{says}");
}

#[test]
fn help_has_examples() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mock-op"))
        .arg("--help")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(text.contains("Examples:") && text.contains("--print-json"));
}
