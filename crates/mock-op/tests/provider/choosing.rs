//! The ways to ask for a fault that bind it to one sign-in, and faults at random.

use crate::app;
use mock_op::{Endpoint, Fault, MockOp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;

fn hinted(hint: &str) -> HashMap<&'static str, String> {
    let mut request = app::request();
    request.insert("login_hint", hint.into());
    request
}

async fn code_for(op: &MockOp, request: &HashMap<&str, String>) -> String {
    let redirect = op.robot().sign_in(&app::url_of(op, request)).await.unwrap();
    app::params_of(&redirect).remove("code").unwrap()
}

async fn nonce_of(op: &MockOp, code: &str) -> Value {
    let (status, body) = app::token(op, &app::exchange(code)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    app::claims_of(app::text(&body, "id_token"))["nonce"].clone()
}

#[tokio::test]
async fn two_sign_ins_at_once_do_not_take_each_others_fault() {
    let op = MockOp::start().await.unwrap();
    let wrong = code_for(&op, &hinted("fault:idt-nonce/missing")).await;
    let right = code_for(&op, &app::request()).await;
    let other = code_for(&op, &hinted("ada fault:idt-sub/empty")).await;
    // The one that is right is redeemed first: an armed fault would hit it.
    assert_eq!(nonce_of(&op, &right).await, "the-nonce");
    let (_, body) = app::token(&op, &app::exchange(&other)).await;
    let claims = app::claims_of(app::text(&body, "id_token"));
    assert_eq!((&claims["sub"], &claims["nonce"]), (&json!(""), &json!("the-nonce")));
    assert_eq!(nonce_of(&op, &wrong).await, Value::Null);
    let requests = op.requests();
    let with_fault: Vec<_> = requests.iter().filter(|r| !r.faults.is_empty()).collect();
    let named: Vec<_> = with_fault
        .iter()
        .map(|r| (r.endpoint, r.faults[0].fault, r.faults[0].variant))
        .collect();
    assert_eq!(
        named,
        [
            (Endpoint::Token, "idt-sub", "empty"),
            (Endpoint::Token, "idt-nonce", "missing")
        ]
    );
}

#[tokio::test]
async fn a_hinted_fault_follows_its_sign_in_to_whatever_answer_it_is_in() {
    let op = MockOp::start().await.unwrap();
    let redirect = op
        .robot()
        .sign_in(&app::url_of(&op, &hinted("fault:az-iss-missing")))
        .await
        .unwrap();
    assert!(!redirect.contains("iss="));
    let tokens_of = async |hint: &str| {
        let code = code_for(&op, &hinted(hint)).await;
        app::token(&op, &app::exchange(&code)).await.1
    };
    let (lied_to, other) = (tokens_of("fault:ui-401").await, app::tokens(&op).await);
    assert_eq!(app::userinfo(&op, app::text(&other, "access_token")).await.0, 200);
    assert_eq!(app::userinfo(&op, app::text(&lied_to, "access_token")).await.0, 401);
    assert_eq!(
        app::userinfo(&op, app::text(&lied_to, "access_token")).await.0,
        200,
        "once"
    );
    let (lied_to, other) = (tokens_of("fault:rt-invalid-grant").await, app::tokens(&op).await);
    assert_eq!(
        app::token(&op, &app::refresh(app::text(&other, "refresh_token")))
            .await
            .0,
        200
    );
    let (status, body) = app::token(&op, &app::refresh(app::text(&lied_to, "refresh_token"))).await;
    assert_eq!((status.as_u16(), &body["error"]), (400, &json!("invalid_grant")));
    let (lied_to, other) = (tokens_of("fault:rev-503-retry-after").await, app::tokens(&op).await);
    let revoke = async |body: &Value| {
        let form = [
            ("client_id", "demo".to_owned()),
            ("token", app::text(body, "refresh_token").to_owned()),
        ]
        .into();
        app::post(&format!("{}/revoke", op.issuer()), &form).await.0
    };
    assert_eq!(
        (revoke(&other).await.as_u16(), revoke(&lied_to).await.as_u16()),
        (200, 503)
    );
}

#[tokio::test]
async fn a_hint_chooses_where_no_page_is_shown_too() {
    let op = MockOp::builder().without_pages().start().await.unwrap();
    let redirect = async |hint: &str| {
        let url = app::url_of(&op, &hinted(hint));
        let response = app::http().get(url).send().await.unwrap();
        response.headers()["location"].to_str().unwrap().to_owned()
    };
    assert!(!redirect("fault:az-iss-missing").await.contains("iss="));
    let back = redirect("grace fault:idt-nonce/missing").await;
    assert!(back.contains("iss="));
    assert_eq!(nonce_of(&op, &app::params_of(&back)["code"]).await, Value::Null);
}

#[tokio::test]
async fn a_hint_names_person_and_fault_and_one_that_names_no_fault_is_refused() {
    let op = MockOp::start().await.unwrap();
    let page = async |hint: &str| {
        let response = app::http().get(app::url_of(&op, &hinted(hint))).send().await.unwrap();
        (
            response.status(),
            response.headers().get("location").cloned(),
            response.text().await.unwrap(),
        )
    };
    let (_, _, text) = page("grace fault:idt-exp").await;
    let first = text.split("data-person=\"").nth(1).unwrap();
    assert!(first.starts_with("grace"), "the hinted person stands first");
    assert!(text.contains("This sign-in goes wrong: <code>idt-exp/past</code>"));
    for hint in [
        "fault:no-such",
        "fault:idt-exp/no-such",
        "fault:jwks-empty",
        "ada fault:",
    ] {
        let (status, location, _) = page(hint).await;
        assert_eq!(status, 302, "{hint}");
        assert!(
            location.unwrap().to_str().unwrap().contains("error=invalid_request"),
            "{hint}"
        );
    }
}

#[tokio::test]
async fn a_fault_is_chosen_on_the_login_page_for_that_sign_in_alone() {
    let op = MockOp::start().await.unwrap();
    let begin = async |request: &HashMap<&str, String>| {
        let page = app::http()
            .get(app::url_of(&op, request))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let handle = page
            .split("name=\"interaction\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        (handle.to_owned(), page)
    };
    let finish = async |handle: &str, fault: &str| {
        let login = [("interaction", handle), ("person", "ada"), ("fault", fault)].map(|(n, v)| (n, v.to_owned()));
        let url = format!("{}/login", op.issuer());
        let answer = app::http().post(&url).form(&login).send().await.unwrap();
        if answer.status() != 200 {
            return (answer.status(), answer.text().await.unwrap());
        }
        let consent = [("interaction", handle), ("decision", "allow"), ("scope", "profile")];
        let url = format!("{}/consent", op.issuer());
        let answer = app::http().post(&url).form(&consent).send().await.unwrap();
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        (
            answer.status(),
            app::params_of(&location).remove("code").unwrap_or_default(),
        )
    };
    let (one, page) = begin(&app::request()).await;
    let (two, _) = begin(&app::request()).await;
    // The form has a label, a choice of every fault that fits, no script; closed until it is asked for.
    assert!(page.contains("<label for=\"fault\">") && page.contains("<select id=\"fault\" name=\"fault\">"));
    for named in [
        "<option>idt-nonce/missing</option>",
        "<option>az-iss-missing/default</option>",
    ] {
        assert!(page.contains(named), "{named}");
    }
    assert!(!page.contains("<option>jwks-empty") && !page.contains("<script") && !page.contains("<details open"));
    let (_, wrong) = finish(&one, "idt-nonce/missing").await;
    let (_, right) = finish(&two, "").await;
    assert_eq!(nonce_of(&op, &right).await, "the-nonce");
    assert_eq!(nonce_of(&op, &wrong).await, Value::Null);
    // What was hinted at stays unless another is chosen.
    let (three, _) = begin(&hinted("fault:idt-nonce/empty")).await;
    assert_eq!(nonce_of(&op, &finish(&three, "").await.1).await, "");
    let (four, _) = begin(&hinted("fault:idt-nonce/empty")).await;
    assert_eq!(
        nonce_of(&op, &finish(&four, "idt-nonce/missing").await.1).await,
        Value::Null
    );
    let (five, _) = begin(&app::request()).await;
    let (status, text) = finish(&five, "<script>alert(1)</script>").await;
    assert_eq!(status, 400);
    assert!(text.contains("there is no fault of that name") && !text.contains("<script"));
}

#[tokio::test]
async fn a_device_gets_the_fault_that_was_chosen_where_its_code_was_typed() {
    let op = MockOp::start().await.unwrap();
    let form = [("client_id", "demo".to_owned()), ("scope", "openid".to_owned())].into();
    let (_, device) = app::post(&format!("{}/device_authorization", op.issuer()), &form).await;
    let typed = [("user_code", app::text(&device, "user_code"))];
    let page = app::http()
        .post(app::text(&device, "verification_uri"))
        .form(&typed)
        .send()
        .await
        .unwrap();
    let page = page.text().await.unwrap();
    let handle = page
        .split("name=\"interaction\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    for (path, with) in [
        (
            "login",
            vec![("person", "ada"), ("fault", "tok-missing-id-token/default")],
        ),
        ("consent", vec![("decision", "allow")]),
    ] {
        let form = [vec![("interaction", handle)], with].concat();
        let answer = app::http()
            .post(format!("{}/{path}", op.issuer()))
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    let poll = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code".to_owned()),
        ("client_id", "demo".to_owned()),
        ("device_code", app::text(&device, "device_code").to_owned()),
    ]
    .into();
    let (status, body) = app::token(&op, &poll).await;
    assert_eq!((status.as_u16(), body.get("id_token")), (200, None), "{body}");
}

/// Which faults forty UserInfo requests meet, as the journal tells it.
async fn met(op: &MockOp) -> Vec<Option<(String, String)>> {
    let url = format!("{}/userinfo", op.issuer());
    for _ in 0..40 {
        // Some connections are closed without an answer: that is one of the faults.
        let _ = app::http().get(&url).bearer_auth("nobody's").send().await;
    }
    let listed = app::get(&format!("{}/control/requests", op.issuer())).await;
    let requests = listed["requests"].as_array().unwrap().iter();
    let of = |request: &Value| {
        let did = request.get("faults")?.get(0)?;
        Some((app::text(did, "fault").to_owned(), app::text(did, "variant").to_owned()))
    };
    requests.map(of).collect()
}

#[tokio::test]
async fn the_same_seed_and_the_same_requests_meet_the_same_faults_and_the_journal_names_them() {
    let at = async |seed| MockOp::builder().random_faults(seed, 2).start().await.unwrap();
    let first = met(&at(11).await).await;
    assert_eq!(first.len(), 40);
    assert!(first.iter().flatten().count() >= 5, "{first:?}");
    for (fault, _) in first.iter().flatten() {
        assert!(fault.starts_with("ui-") || fault.starts_with("net-"), "{fault}");
    }
    assert_eq!(met(&at(11).await).await, first);
    assert_ne!(met(&at(12).await).await, first);
}

#[tokio::test]
async fn random_faults_are_asked_for_shown_and_ended_from_outside() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/control/faults", op.issuer());
    let post = async |body: Value| {
        app::http()
            .post(&url)
            .json(&body)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(app::get(&url).await["random"], Value::Null);
    assert_eq!(post(json!({"fault": "random", "seed": 11, "one_in": 2})).await, 200);
    assert_eq!(app::get(&url).await["random"], json!({"seed": 11, "one_in": 2}));
    let by_builder = MockOp::builder().random_faults(11, 2).start().await.unwrap();
    assert_eq!(met(&op).await, met(&by_builder).await);
    for body in [
        json!({"fault": "random", "one_in": 0}),
        json!({"fault": "random", "when": "always"}),
        json!({"fault": "idt-nonce", "seed": 1}),
    ] {
        assert_eq!(post(body).await, 400);
    }
    let response = app::http().delete(&url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(app::get(&url).await["random"], Value::Null);
    op.random_faults(1, 1);
    op.reset();
    assert_eq!(app::get(&url).await["random"], Value::Null);
    assert!(met(&op).await.iter().all(Option::is_none));
}

#[tokio::test]
async fn an_armed_fault_and_a_chosen_one_each_have_their_own_count() {
    let op = MockOp::start().await.unwrap();
    op.next(Fault::IdTokenNonce);
    let hinted = code_for(&op, &hinted("fault:idt-nonce/missing")).await;
    assert_eq!(
        nonce_of(&op, &hinted).await,
        Value::Null,
        "its own, which spends no other"
    );
    let armed = app::tokens(&op).await;
    let nonce = app::claims_of(app::text(&armed, "id_token"))["nonce"].clone();
    assert!(nonce.is_string() && nonce != "the-nonce");
}
