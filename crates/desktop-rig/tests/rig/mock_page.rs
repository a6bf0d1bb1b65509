//! The mock provider's live page in a real browser: what is pressed there happens, and what happens is seen there.

use crate::{SOON, options};
use desktop_rig::{Browser, Desktop, Page, until};
use mock_op::MockOp;
use serde_json::Value;

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "com.example.app:/callback";

/// Waits until the text of an element has these words.
async fn reads(page: &Page<'_>, css: &str, words: &str) {
    let seen = until(words, SOON, || async {
        match page.text(css).await {
            Ok(text) if text.contains(words) => Ok(()),
            Ok(text) => Err(text),
            Err(error) => Err(error.to_string()),
        }
    });
    seen.await.unwrap();
}

/// An app that believes everything: signs Ada in, and asks who she is whatever the ID Token says.
async fn sign_in(op: &MockOp, state: &str) {
    let mut url = url::Url::parse(&format!("{}/authorize", op.issuer())).unwrap();
    url.query_pairs_mut()
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", "demo"),
            ("scope", "openid email"),
        ])
        .extend_pairs([
            ("redirect_uri", REDIRECT),
            ("state", state),
            ("nonce", "a-nonce-of-twenty-two-"),
        ])
        .extend_pairs([("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
    let back = op.robot().sign_in(url.as_str()).await.unwrap();
    let back = url::Url::parse(&back).unwrap();
    let code = back
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "demo"),
        ("redirect_uri", REDIRECT),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let token = reqwest::Client::new().post(format!("{}/token", op.issuer())).body(body);
    let token = token
        .header("content-type", "application/x-www-form-urlencoded")
        .send()
        .await
        .unwrap();
    let token: Value = token.json().await.unwrap();
    let who = reqwest::Client::new().get(format!("{}/userinfo", op.issuer()));
    who.bearer_auth(token["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_fault_is_armed_by_a_click_and_what_the_app_made_of_it_is_seen_at_once() {
    let op = MockOp::start().await.unwrap();
    let desktop = Desktop::start(options("mock-page")).await.unwrap();
    desktop.open(op.issuer()).await.unwrap();
    let browser = Browser::started_on(&desktop, SOON).await.unwrap();
    let page = browser
        .page("the page", SOON, |address| address.starts_with(op.issuer()))
        .await
        .unwrap();
    reads(&page, "#connection", "Live").await;
    reads(&page, "#journal", "Nothing yet").await;
    reads(&page, "#people", "Ada Lovelace").await;
    reads(&page, "#clients", "demo").await;
    reads(&page, "#keys", "EdDSA").await;

    let found = "(() => { const find = document.querySelector('#find'); find.value = 'idt-nonce'; \
                 find.dispatchEvent(new Event('input')); return document.querySelector('#fault').value })()";
    assert_eq!(
        page.evaluate("document.querySelector('#fault').value").await.unwrap(),
        "disc-issuer-mismatch"
    );
    assert_eq!(page.evaluate(found).await.unwrap(), "idt-nonce");
    reads(&page, "#told", "OIDC Core").await;
    page.click("#arm .main").await.unwrap();
    reads(&page, "#armed", "idt-nonce/wrong the next time").await;

    // What an app sends is shown as what it is.
    sign_in(&op, "<img src=x onerror='window.hurt=1'>").await;
    reads(&page, "#journal", "went wrong: idt-nonce/wrong").await;
    reads(&page, "#armed", "None").await;
    reads(&page, "#findings", "idt-nonce").await;
    page.click("#journal li:last-child summary").await.unwrap();
    reads(&page, "#journal li:last-child table", "<img src=x onerror").await;
    assert_eq!(page.evaluate("window.hurt === undefined").await.unwrap(), true);
    page.screenshot(&desktop.home().join("page.png")).await.unwrap();

    let before = op.clock().now();
    page.click("[data-advance='86400']").await.unwrap();
    until("the clock", SOON, || {
        let moved = op.clock().now() - before;
        std::future::ready(if moved >= 86_400 {
            Ok(())
        } else {
            Err(moved.to_string())
        })
    })
    .await
    .unwrap();
    page.click("#reset").await.unwrap();
    reads(&page, "#journal", "Nothing yet").await;
    reads(&page, "#findings", "Nothing was found").await;

    op.stop().await;
    reads(&page, "#connection", "Not connected").await;
}
