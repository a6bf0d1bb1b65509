//! The form post response mode.

use crate::app::{self, exchange, request, token, url_of};
use mock_op::{Client, MockOp, RobotError};
use std::collections::HashMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn by_form(redirect_uri: &str) -> HashMap<&'static str, String> {
    let mut request = request();
    request.extend([
        ("redirect_uri", redirect_uri.to_owned()),
        ("response_mode", "form_post".into()),
    ]);
    request
}

/// Takes one request as an app does, and gives its first line and its form.
async fn take(listener: TcpListener) -> (String, HashMap<String, String>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    loop {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the whole request comes");
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() < length.unwrap_or(usize::MAX) {
            continue;
        }
        let line = head.lines().next().unwrap().to_owned();
        let form = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        return (line, form);
    }
}

#[tokio::test]
async fn the_browser_posts_code_state_and_iss_to_the_app() {
    let op = MockOp::start().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let redirect_uri = format!("http://{}/cb?from=mock", listener.local_addr().unwrap());
    let app = tokio::spawn(take(listener));
    let sent_to = op.robot().sign_in(&url_of(&op, &by_form(&redirect_uri))).await.unwrap();
    assert_eq!(sent_to, redirect_uri);
    let (line, form) = app.await.unwrap();
    assert_eq!(line, "POST /cb?from=mock HTTP/1.1");
    assert_eq!(
        (form["state"].as_str(), form["iss"].as_str()),
        ("the-state", op.issuer())
    );
    let mut tokens = exchange(&form["code"]);
    tokens.insert("redirect_uri", redirect_uri);
    assert_eq!(token(&op, &tokens).await.0, 200);
}

#[tokio::test]
async fn the_page_posts_itself_to_the_redirect_uri_and_to_nothing_else() {
    let op = MockOp::start().await.unwrap();
    // An error comes in the same way, so no sign-in is needed to see the page.
    let mut request = by_form("http://127.0.0.1:5/cb?x=1&y=<b>");
    request.extend([
        ("prompt", "none".into()),
        ("state", "\"><script>alert(1)</script>".into()),
    ]);
    let response = app::http().get(url_of(&op, &request)).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let csp = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(csp.contains("; form-action http://127.0.0.1:5/cb; "), "{csp}");
    assert!(
        csp.starts_with("default-src 'none'; script-src 'sha256-") && !csp.contains("unsafe"),
        "{csp}"
    );
    let page = response.text().await.unwrap();
    assert!(page.contains("<html lang=\"en\">") && page.contains("<title>Back to the app</title>"));
    assert!(
        page.contains("<noscript>") && page.contains("<button type=\"submit\">"),
        "a button without scripts"
    );
    assert!(
        page.contains("action=\"http://127.0.0.1:5/cb?x=1&amp;y=&lt;b&gt;\""),
        "{page}"
    );
    assert!(
        page.contains("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""),
        "{page}"
    );
    assert_eq!(page.matches("<script").count(), 1);
    // The policy allows the script that is there: its hash is the one that a browser makes.
    let script = page
        .split("<script>")
        .nth(1)
        .unwrap()
        .split("</script>")
        .next()
        .unwrap();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, script.as_bytes());
    let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, hash);
    assert!(csp.contains(&format!("script-src 'sha256-{hash}'")), "{csp}");
    // And the robot reads it as a browser would.
    let posted = op.robot().sign_in_by_form(&url_of(&op, &request)).await.unwrap();
    assert_eq!(posted.action, "http://127.0.0.1:5/cb?x=1&y=<b>");
    assert_eq!(posted.field("error"), Some("login_required"));
    assert_eq!(posted.field("state"), Some("\"><script>alert(1)</script>"));
}

#[tokio::test]
async fn no_form_is_posted_to_the_scheme_of_an_app_or_to_another_redirect_uri() {
    let op = MockOp::builder()
        .client(Client::public("exact", &["http://127.0.0.1/cb"]))
        .start()
        .await
        .unwrap();
    let redirect = op.robot().sign_in(&url_of(&op, &by_form(app::REDIRECT))).await.unwrap();
    assert_eq!(app::params_of(&redirect)["error"], "invalid_request");
    let mut request = by_form("http://127.0.0.1:5/other");
    request.insert("client_id", "exact".into());
    assert_eq!(
        app::http().get(url_of(&op, &request)).send().await.unwrap().status(),
        400
    );
    let metadata = app::get(&format!("{}/.well-known/openid-configuration", op.issuer())).await;
    assert_eq!(
        metadata["response_modes_supported"],
        serde_json::json!(["query", "form_post"])
    );
}

#[tokio::test]
async fn the_robot_says_so_if_nobody_takes_the_form() {
    let op = MockOp::start().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = format!("http://{}/cb", listener.local_addr().unwrap());
    drop(listener);
    let error = op.robot().sign_in(&url_of(&op, &by_form(&gone))).await.unwrap_err();
    assert!(
        matches!(
            error,
            RobotError::Stuck {
                missing: "app that takes the form",
                ..
            }
        ),
        "{error}"
    );
}
